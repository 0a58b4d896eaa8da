// Dates, times, checkboxes and radio buttons. Slack's documentation: "Block elements".

import { freshId, h } from "./dom.js";
import { press } from "./press.js";
import { textNodes, textOf } from "./text.js";

/** For each picker: the browser's own control, its initial value, and the payload's field. */
const PICKERS = {
  datepicker: { input: "date", initial: (e) => e.initial_date, field: "selected_date", words: "Select a date" },
  timepicker: { input: "time", initial: (e) => e.initial_time, field: "selected_time", words: "Select a time" },
  datetimepicker: {
    input: "datetime-local",
    initial: (e) => localMoment(e.initial_date_time),
    field: "selected_date_time",
    words: "Select a date and time",
  },
};

const pad = (number) => String(number).padStart(2, "0");

function localMoment(seconds) {
  if (!seconds) return undefined;
  const d = new Date(seconds * 1000);
  return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}T${pad(d.getHours())}:${pad(d.getMinutes())}`;
}

const momentOf = (text) => (text ? Math.round(new Date(text).getTime() / 1000) : null);

/** A date, time, or date-and-time picker. */
export function buildPicker(element, block, context) {
  const kind = PICKERS[element.type];
  const read = () => ({ type: element.type, [kind.field]: element.type === "datetimepicker" ? momentOf(node.value) : node.value || null });
  const change = () => context.changes && press(node, { block, element, context, fields: read() });
  const label = context.label ?? (textOf(element.placeholder) || kind.words);
  const node = h("input", {
    class: "text-input picker",
    type: kind.input,
    id: context.controlId,
    "aria-label": label,
    title: label,
    value: kind.initial(element) ?? "",
    onchange: change,
  });
  context.form.add({ blockId: block.block_id, actionId: element.action_id, read, focus: () => node.focus() });
  return node;
}

/** Checkboxes: any number of options. */
export function buildCheckboxes(element, block, context) {
  const initial = (element.initial_options ?? []).map((option) => option.value);
  return choices(element, block, context, {
    type: "checkbox",
    role: "group",
    initial,
    fields: (chosen) => ({ selected_options: chosen }),
  });
}

/** Radio buttons: exactly one option. */
export function buildRadios(element, block, context) {
  const initial = element.initial_option ? [element.initial_option.value] : [];
  return choices(element, block, context, {
    type: "radio",
    role: "radiogroup",
    initial,
    fields: (chosen) => ({ selected_option: chosen[0] ?? null }),
  });
}

function choices(element, block, context, { type, role, initial, fields }) {
  const name = freshId("choice");
  const inputs = element.options.map((option) => h("input", { type, name, checked: initial.includes(option.value) }));
  const read = () => ({ type: element.type, ...fields(element.options.filter((_, i) => inputs[i].checked)) });
  const change = () => context.changes && press(group, { block, element, context, fields: read() });
  const rows = element.options.map((option, i) =>
    h(
      "label",
      { class: "choice" },
      inputs[i],
      h("span", {}, textNodes(option.text, context), option.description ? h("small", {}, textNodes(option.description, context)) : null),
    ),
  );
  const group = h("div", { class: "choices", role, "aria-label": context.label ?? "Options", onchange: change }, rows);
  context.form.add({ blockId: block.block_id, actionId: element.action_id, read, focus: () => inputs[0]?.focus() });
  return group;
}

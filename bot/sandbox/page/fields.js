// Boxes to type in. Slack's documentation: "Plain-text input", "Number input", "Email input", "URL input", "Rich text input".

import { h } from "./dom.js";
import { press } from "./press.js";
import { textOf } from "./text.js";

const TYPES = { plain_text_input: "text", number_input: "text", email_text_input: "email", url_text_input: "url" };

/** A one-line or many-line text box. */
export function buildField(element, block, context) {
  const read = () => ({ type: element.type, value: node.value === "" ? null : node.value });
  const send = () => press(node, { block, element, context, fields: read() });
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const typed = () => context.changes && when.includes("on_character_entered") && send();
  const entered = (event) => {
    if (event.key !== "Enter" || element.multiline || !context.changes || !when.includes("on_enter_pressed")) return;
    event.preventDefault();
    send();
  };
  const node = boxOf(element, context, { oninput: typed, onkeydown: entered });
  context.form.add({ blockId: block.block_id, actionId: element.action_id, read, focus: () => node.focus() });
  return node;
}

function boxOf(element, context, listeners) {
  const props = {
    class: "text-input",
    id: context.controlId,
    "aria-label": context.label ?? (textOf(element.placeholder) || "Text"),
    placeholder: textOf(element.placeholder) || undefined,
    minlength: element.min_length,
    maxlength: element.max_length,
    value: String(element.initial_value ?? ""),
    autofocus: element.focus_on_load,
    ...listeners,
  };
  if (element.multiline) return h("textarea", { rows: 4, ...props });
  return h("input", { type: TYPES[element.type] ?? "text", inputmode: element.type === "number_input" ? "decimal" : undefined, ...props });
}

/** A rich text box; what is typed here becomes paragraphs of plain text inside rich_text. */
export function buildRichField(element, block, context) {
  const initial = (element.initial_value?.elements ?? []).map(wordsIn).join("\n");
  const read = () => ({ type: element.type, rich_text_value: node.value ? richValue(node.value) : null });
  const change = () => context.changes && press(node, { block, element, context, fields: read() });
  const node = boxOf({ ...element, multiline: true, initial_value: initial }, context, { onchange: change });
  context.form.add({ blockId: block.block_id, actionId: element.action_id, read, focus: () => node.focus() });
  return node;
}

const wordsIn = (part) => part.text ?? (part.elements ?? []).map(wordsIn).join("");

function richValue(text) {
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
}

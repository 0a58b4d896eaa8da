// Buttons, icon and feedback buttons, and the overflow menu. Slack's documentation: "Block elements".

import { h, hiddenText, safeUrl } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { press } from "./press.js";
import { textNodes, textOf } from "./text.js";

const FILLED = { primary: "primary", danger: "danger" };

/** A button; with a url it opens that too, as in Slack, where the app is told of the click as well. */
export function buildButton(element, block, context) {
  const click = (event) => {
    const href = safeUrl(element.url);
    if (href) window.open(href, "_blank", "noopener,noreferrer");
    press(event.currentTarget, { block, element, context, fields: { type: element.type, value: element.value } });
  };
  const props = {
    type: "button",
    class: `button ${FILLED[element.style] ?? ""}`,
    "aria-label": element.accessibility_label,
    onclick: click,
  };
  return h("button", props, textNodes(element.text, context));
}

/** An icon button; its words are for screen readers and the tooltip. */
export function buildIconButton(element, block, context) {
  if (element.visible_to_user_ids && !element.visible_to_user_ids.includes(context.me)) return null;
  const click = (event) => press(event.currentTarget, { block, element, context, fields: { type: element.type, value: element.value } });
  const words = element.accessibility_label ?? textOf(element.text);
  return h(
    "button",
    { type: "button", class: "icon-button", title: textOf(element.text), onclick: click },
    icon("trash"),
    hiddenText(words),
  );
}

/** Two buttons of one action: good or bad. */
export function buildFeedback(element, block, context) {
  const one = (choice) => {
    const click = (event) => {
      event.currentTarget.setAttribute("aria-pressed", "true");
      press(event.currentTarget, { block, element, context, fields: { type: element.type, value: choice.value } });
    };
    return h(
      "button",
      { type: "button", class: "button quiet", "aria-pressed": "false", "aria-label": choice.accessibility_label, onclick: click },
      textNodes(choice.text, context),
    );
  };
  return h("span", { class: "feedback" }, one(element.positive_button), one(element.negative_button));
}

/** The three dots that open a menu. */
export function buildOverflow(element, block, context) {
  const choose = (trigger, option) => {
    const href = safeUrl(option.url);
    if (href) window.open(href, "_blank", "noopener,noreferrer");
    press(trigger, { block, element, context, fields: { type: element.type, selected_option: option } });
  };
  const open = (event) => {
    const trigger = event.currentTarget;
    const entries = element.options.map((option) => ({
      label: textOf(option.text),
      hint: textOf(option.description),
      run: () => choose(trigger, option),
    }));
    openMenu(trigger, entries);
  };
  return h(
    "button",
    { type: "button", class: "button overflow", "aria-haspopup": "menu", onclick: open },
    icon("more"),
    hiddenText("More options"),
  );
}

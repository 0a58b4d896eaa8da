// Every block element by its type. An unknown one is shown as its JSON.

import { buildButton, buildFeedback, buildIconButton, buildOverflow } from "./buttons.js";
import { h } from "./dom.js";
import { buildField, buildRichField } from "./fields.js";
import { buildCheckboxes, buildPicker, buildRadios } from "./pickers.js";
import { buildSelect } from "./selects.js";
import { textNodes } from "./text.js";
import { unknownCard } from "./unknown.js";

const SELECTS = ["static", "external", "users", "conversations", "channels"].flatMap((source) => [
  `${source}_select`,
  `multi_${source}_select`,
]);

const ELEMENTS = {
  button: buildButton,
  workflow_button: buildButton,
  icon_button: buildIconButton,
  feedback_buttons: buildFeedback,
  overflow: buildOverflow,
  datepicker: buildPicker,
  timepicker: buildPicker,
  datetimepicker: buildPicker,
  checkboxes: buildCheckboxes,
  radio_buttons: buildRadios,
  plain_text_input: buildField,
  number_input: buildField,
  email_text_input: buildField,
  url_text_input: buildField,
  rich_text_input: buildRichField,
  image: buildImageElement,
  mrkdwn: (element, _block, context) => h("span", { class: "context-text" }, textNodes(element, context)),
  plain_text: (element, _block, context) => h("span", { class: "context-text" }, textNodes(element, context)),
  ...Object.fromEntries(SELECTS.map((type) => [type, buildSelect])),
};

/** A block element as a node. `context.changes` says whether a change is told to the app at once. */
export function buildElement(element, block, context) {
  return Object.hasOwn(ELEMENTS, element?.type) ? ELEMENTS[element.type](element, block, context) : unknownCard("element", element);
}

/** An image element: small, with its words for who cannot see it. */
export function buildImageElement(element) {
  return imageNode(element, "image-element");
}

/** Nothing is loaded from outside: an image of another host is shown as its words and a link. */
export function imageNode(image, className) {
  const url = image.image_url ?? image.slack_file?.url ?? "";
  const local = url.startsWith("data:image/") || url.startsWith(`${location.origin}/`) || url.startsWith("/");
  if (local) return h("img", { class: className, src: url, alt: image.alt_text ?? "", loading: "lazy" });
  return h(
    "span",
    { class: `${className} image-outside`, role: "img", "aria-label": image.alt_text ?? "Image", title: url },
    image.alt_text || "Image",
  );
}

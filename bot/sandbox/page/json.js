// JSON to read and to take along, for instance into Slack's Block Kit Builder.

import { announce } from "./announce.js";
import { freshId, h } from "./dom.js";

const COPIED = "Copied";
const SELECTED = "Selected: press Ctrl+C";

/** A button that copies JSON; where the browser forbids it, the text is selected instead. */
export function copyButton(words, value, block) {
  const copy = async (event) => {
    const button = event.currentTarget;
    const done = await navigator.clipboard?.writeText(JSON.stringify(value, null, 2)).then(
      () => true,
      () => false,
    );
    if (!done && block) getSelection().selectAllChildren(block);
    button.textContent = done ? COPIED : SELECTED;
    announce(button.textContent);
    setTimeout(() => (button.textContent = words), 1500);
  };
  return h("button", { type: "button", class: "button quiet copy", onclick: copy }, words);
}

/** JSON, indented. */
export function jsonBlock(value, label) {
  return h(
    "pre",
    { class: "json", tabindex: "0", role: "group", "aria-label": label },
    typeof value === "string" ? value : JSON.stringify(value, null, 2),
  );
}

/** A dialog with JSON and a copy button. */
export function showJson(title, value) {
  const id = freshId("json");
  const block = jsonBlock(value, title);
  const dialog = h(
    "dialog",
    { class: "modal", "aria-labelledby": id, onclose: () => dialog.remove() },
    h(
      "form",
      { method: "dialog" },
      h("h2", { class: "modal-title", id }, title),
      h("div", { class: "modal-body" }, block),
      h(
        "div",
        { class: "modal-foot" },
        copyButton("Copy Block Kit JSON", value, block),
        h("button", { class: "button primary", autofocus: true }, "Close"),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}

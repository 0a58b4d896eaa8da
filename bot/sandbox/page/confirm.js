// Confirmation dialogs. Slack's documentation: "Confirmation dialog object".

import { freshId, h } from "./dom.js";
import { textNodes } from "./text.js";

/** Asks the person; true when they agree. Without a confirm object there is nothing to ask. */
export function askToConfirm(confirm, context) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((settle) => {
    const dialog = buildDialog(confirm, context);
    dialog.addEventListener("close", () => {
      settle(dialog.returnValue === "yes");
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function buildDialog(confirm, context) {
  const title = freshId("confirm");
  return h(
    "dialog",
    { class: "modal small", "aria-labelledby": title },
    h(
      "form",
      { method: "dialog" },
      h("h2", { class: "modal-title", id: title }, textNodes(confirm.title, context)),
      h("div", { class: "modal-body" }, textNodes(confirm.text, context)),
      h(
        "div",
        { class: "modal-foot" },
        h("button", { class: "button", value: "no" }, textNodes(confirm.deny ?? "Cancel", context)),
        h(
          "button",
          { class: `button ${confirm.style === "danger" ? "danger-filled" : "primary"}`, value: "yes", autofocus: true },
          textNodes(confirm.confirm ?? "Yes", context),
        ),
      ),
    ),
  );
}

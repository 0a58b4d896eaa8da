// What happens between a person's click and the app's acknowledgement: ask first if the app wants it, show that it is under way,
// and say where the person is looking when it failed.

import { askToConfirm } from "./confirm.js";
import { h } from "./dom.js";

const FAILED = "That did not work";

/** Sends an element's action. `node` shows the pending state; the error, if any, appears below its block. */
export async function press(node, { block, element, fields, context }) {
  if (node.getAttribute("aria-busy") === "true") return;
  if (!(await askToConfirm(element.confirm, context))) return;
  node.setAttribute("aria-busy", "true");
  clearTrouble(node);
  try {
    await context.act(block, element, fields);
  } catch (error) {
    showTrouble(node, error.message || FAILED);
  } finally {
    node.removeAttribute("aria-busy");
  }
}

function showTrouble(node, words) {
  const around = node.closest(".block") ?? node.parentElement;
  around?.append(h("p", { class: "trouble", role: "alert" }, words));
}

function clearTrouble(node) {
  node
    .closest(".block")
    ?.querySelectorAll(":scope > .trouble")
    .forEach((old) => old.remove());
}

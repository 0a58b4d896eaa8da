// The app's workflow steps, run from the composer's menu as a workflow of one step would run them; their outputs are shown.

import { slack } from "./client.js";
import { freshId, h, replace } from "./dom.js";

const HINT = "Workflow step";
const RUN = "Run the step";
const CLOSE = "Close";
const NOTHING = "The step gave no outputs.";

/** Entries of a menu, one for each step; `channel()` names where the person is. */
export async function stepEntries(world, channel) {
  const { steps } = await slack.steps().catch(() => ({ steps: [] }));
  return steps.map((step) => ({ label: step.title, hint: HINT, run: () => openStep(world, channel(), step) }));
}

function openStep(world, channel, step) {
  const title = freshId("step");
  const fields = step.inputs.map((input) => fieldFor(input));
  const outcome = h("div", { class: "step-outcome", role: "status" });
  const notice = h("p", { class: "trouble", role: "alert" });
  const send = h("button", { type: "submit", class: "button primary" }, RUN);
  const run = async (event) => {
    event.preventDefault();
    send.disabled = true;
    notice.textContent = "";
    replace(outcome);
    const inputs = Object.fromEntries(fields.map(({ name, box }) => [name, box.value.trim()]).filter(([, value]) => value));
    await slack
      .runStep({ user: world.me.id, channel, callback_id: step.callback_id, inputs })
      .then((ended) => showEnd(ended, outcome, notice))
      .catch((error) => (notice.textContent = error.message));
    send.disabled = false;
  };
  const dialog = h(
    "dialog",
    { class: "modal", "aria-labelledby": title, onclose: () => dialog.remove() },
    h(
      "form",
      { onsubmit: run },
      h("h2", { class: "modal-title", id: title }, step.title),
      h("div", { class: "modal-body" }, h("p", {}, step.description), fields.map(({ node }) => node), outcome),
      notice,
      h("div", { class: "modal-foot" }, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, CLOSE), send),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}

function fieldFor({ name, title, description, is_required: required }) {
  const id = freshId("step-field");
  const box = h("input", { class: "text-input", id, type: "text", required, "aria-describedby": `${id}-hint` });
  const label = h("label", { class: "input-label", for: id }, required ? title : `${title} (optional)`);
  const node = h("div", { class: "block" }, label, box, h("small", { id: `${id}-hint` }, description));
  return { name, box, node };
}

/** Outputs by name, or the sentence with which the step failed. */
function showEnd({ state, outputs, failure }, outcome, notice) {
  if (state === "failed") notice.textContent = failure;
  const rows = Object.entries(outputs).map(([name, value]) =>
    h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, typeof value === "number" ? value.toLocaleString("en-US") : value)),
  );
  if (rows.length) replace(outcome, h("table", { class: "step-outputs" }, rows));
  else if (state !== "failed") replace(outcome, h("p", {}, NOTHING));
}

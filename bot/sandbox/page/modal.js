// Modals: a stack of views in one dialog. Slack's documentation: "Modals".

import { renderBlocks } from "./blocks.js";
import { slack } from "./client.js";
import { contextOf } from "./context.js";
import { h, hiddenText, replace } from "./dom.js";
import { icon } from "./icons.js";
import { textNodes } from "./text.js";

/** Shows the views the app opens for this person. */
export class Modals {
  #stack = [];

  constructor(world) {
    this.world = world;
    this.dialog = h("dialog", { class: "modal", "aria-labelledby": "modal-title", oncancel: (event) => this.#cancel(event) });
    document.body.append(this.dialog);
    world.addEventListener("view_opened", ({ detail }) => this.#open(detail.view));
    world.addEventListener("view_updated", ({ detail }) => this.#update(detail.view));
    world.addEventListener("view_closed", ({ detail }) => this.#closed(detail.view));
  }

  #open(view) {
    if (view.type === "modal" && !this.#stack.some((entry) => entry.view.id === view.id)) this.#stack.push(this.#entry(view));
    this.#show();
  }

  #update(view) {
    const at = this.#stack.findIndex((entry) => entry.view.id === view.id);
    if (at < 0) return;
    const values = this.#stack[at].context.form.values();
    this.#stack[at] = this.#entry({ ...view, blocks: keptState(view.blocks ?? [], values) });
    this.#show();
  }

  #closed(view) {
    this.#stack = this.#stack.filter((entry) => entry.view.id !== view.id);
    this.#show();
  }

  #entry(view) {
    const context = contextOf(this.world, { type: "view", view_id: view.id });
    const body = h("div", { class: "modal-body" }, renderBlocks(view.blocks ?? [], context));
    const trouble = h("p", { class: "trouble", role: "alert" });
    const entry = { view, context, body, trouble };
    entry.form = h(
      "form",
      { novalidate: true, onsubmit: (event) => this.#submit(event, entry) },
      this.#head(entry),
      body,
      trouble,
      this.#foot(entry),
    );
    return entry;
  }

  #head(entry) {
    return h(
      "div",
      { class: "modal-head" },
      h("h2", { class: "modal-title", id: "modal-title" }, textNodes(entry.view.title, entry.context)),
      h("button", { type: "button", class: "icon-button", onclick: () => this.#close(entry) }, icon("close"), hiddenText("Close")),
    );
  }

  #foot({ view, context }) {
    const submit = view.submit ? h("button", { type: "submit", class: "button primary" }, textNodes(view.submit, context)) : null;
    const close = h(
      "button",
      { type: "button", class: "button", onclick: () => this.#close(this.#stack.at(-1)) },
      view.close ? textNodes(view.close, context) : this.#stack.length ? "Back" : "Close",
    );
    return h("div", { class: "modal-foot" }, close, submit);
  }

  #show() {
    const top = this.#stack.at(-1);
    if (!top) return this.dialog.open && this.dialog.close();
    const before = this.dialog.firstElementChild;
    if (before === top.form) return undefined;
    const focused = document.activeElement?.name || document.activeElement?.closest(".block")?.dataset.block;
    replace(this.dialog, top.form);
    if (!this.dialog.open) this.dialog.showModal();
    this.#focus(top, focused);
    return undefined;
  }

  #focus({ form }, block) {
    const target =
      (block && form.querySelector(`[data-block="${CSS.escape(block)}"] :is(input, textarea, button)`)) ||
      form.querySelector("[autofocus], .modal-body :is(input, textarea, select)") ||
      form.querySelector("[type=submit]") ||
      form.querySelector("button");
    target?.focus();
  }

  #cancel(event) {
    event.preventDefault();
    if (this.#stack.length) this.#close(this.#stack.at(-1));
  }

  async #close(entry) {
    this.#closed(entry.view);
    await slack.closeView({ user: this.world.me.id, view_id: entry.view.id }).catch((error) => console.warn(error.message));
  }

  async #submit(event, entry) {
    event.preventDefault();
    if (entry.form.getAttribute("aria-busy") === "true") return;
    clearErrors(entry);
    entry.form.setAttribute("aria-busy", "true");
    try {
      await slack.submitView({ user: this.world.me.id, view_id: entry.view.id, state: { values: entry.context.form.values() } });
    } catch (error) {
      showErrors(entry, error);
    } finally {
      entry.form.removeAttribute("aria-busy");
    }
  }
}

function clearErrors({ form, trouble }) {
  trouble.textContent = "";
  form.querySelectorAll(".field-error").forEach((old) => old.remove());
  form.querySelectorAll("[aria-invalid]").forEach((control) => control.removeAttribute("aria-invalid"));
}

/** The app's words stand under the field they are about; what belongs to no field stands above the buttons. */
function showErrors({ form, trouble, context }, error) {
  const named = Object.entries(error.errors ?? {});
  const placed = named.filter(([block, words]) => {
    const around = form.querySelector(`[data-block="${CSS.escape(block)}"]`);
    around?.append(h("p", { class: "field-error", role: "alert" }, words));
    around?.querySelector("input, textarea")?.setAttribute("aria-invalid", "true");
    return around;
  });
  if (placed.length) context.form.focus(placed[0][0]);
  else trouble.textContent = named.length ? named.map(([, words]) => words).join(" ") : error.message;
}

/** Slack's documentation, "Updating views": what was typed stays where block_id and action_id stay. */
function keptState(blocks, values) {
  const keep = (element, held) => (held && element ? { ...element, ...initialOf(held) } : element);
  return blocks.map((block) => {
    const held = values[block.block_id] ?? {};
    if (block.element) return { ...block, element: keep(block.element, held[block.element.action_id]) };
    if (block.accessory) return { ...block, accessory: keep(block.accessory, held[block.accessory.action_id]) };
    return block.elements ? { ...block, elements: block.elements.map((one) => keep(one, held[one.action_id])) } : block;
  });
}

function initialOf({ type, ...held }) {
  const renamed = (key) => (key === "value" || key === "rich_text_value" ? "initial_value" : key.replace(/^selected_/, "initial_"));
  return Object.fromEntries(Object.entries(held).map(([key, value]) => [renamed(key), value]));
}

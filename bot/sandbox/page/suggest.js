// The list of suggestions above a message box: arrows move, Enter or Tab takes one, Escape closes it.

import { freshId, h, replace } from "./dom.js";
import { suggestionsFor } from "./hints.js";

/** Attaches suggestions to a textarea. `handles(event)` is true when a key was meant for the list. */
export class Suggestions {
  #current = null;
  #active = 0;

  constructor(world, box) {
    Object.assign(this, { world, box });
    this.node = h("div", {
      class: "suggestions",
      role: "listbox",
      id: freshId("suggestions"),
      "aria-label": "Suggestions",
      hidden: true,
      onmousedown: (event) => event.preventDefault(),
    });
    box.setAttribute("aria-autocomplete", "list");
    box.addEventListener("input", () => this.refresh());
    box.addEventListener("click", () => this.refresh());
    box.addEventListener("blur", () => this.hide());
  }

  /** Looks again at the word at the caret. */
  refresh() {
    this.#current = suggestionsFor(this.box.value, this.box.selectionStart, this.world);
    this.#active = 0;
    if (!this.#current) return this.hide();
    replace(
      this.node,
      this.#current.items.map((item, i) => this.#row(item, i)),
    );
    this.node.hidden = false;
    this.box.setAttribute("aria-controls", this.node.id);
    return this.#mark();
  }

  hide() {
    this.#current = null;
    this.node.hidden = true;
    this.box.removeAttribute("aria-activedescendant");
    this.box.removeAttribute("aria-controls");
  }

  #row(item, index) {
    return h(
      "div",
      { class: "option", role: "option", id: `${this.node.id}-${index}`, "aria-selected": "false", onclick: () => this.#take(item) },
      h("span", {}, item.label),
      item.hint ? h("small", {}, item.hint) : null,
    );
  }

  #mark() {
    [...this.node.children].forEach((row, i) => {
      row.classList.toggle("active", i === this.#active);
      row.setAttribute("aria-selected", String(i === this.#active));
    });
    this.box.setAttribute("aria-activedescendant", `${this.node.id}-${this.#active}`);
  }

  handles(event) {
    if (!this.#current) return false;
    const { items } = this.#current;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#active = (this.#active + step + items.length) % items.length;
    if (step) this.#mark();
    else if (event.key === "Escape") this.hide();
    else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") this.#take(items[this.#active]);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #take(item) {
    this.box.setRangeText(item.insert, this.#current.from, this.#current.to, "end");
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
    this.box.focus();
  }
}

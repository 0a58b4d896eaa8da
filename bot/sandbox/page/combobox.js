// A box to choose from a list by typing: one value or several. WAI-ARIA's combobox pattern.

import { freshId, h, hiddenText, replace } from "./dom.js";
import { icon } from "./icons.js";
import { placePopup } from "./popup.js";

const NOTHING = "No results";

/** A chooser. `load(query)` gives `[{label?, options: [{key, label, hint?}]}]`; `onchange(options)` follows every choice. */
export class Combobox {
  #config;
  #chosen;
  #groups = [];
  #active = -1;
  #asked = 0;

  constructor(config) {
    this.#config = config;
    this.#chosen = config.chosen ?? [];
    this.input = h("input", {
      class: "combo-input",
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      id: config.id,
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": freshId("list"),
      "aria-label": config.label,
      placeholder: config.placeholder,
      onfocus: (event) => event.target.select(),
      onclick: () => this.#open(),
      oninput: () => this.#open(this.input.value),
      onkeydown: (event) => this.#key(event),
      onblur: () => this.#close(),
    });
    this.list = h("div", {
      class: "listbox",
      role: "listbox",
      popover: "manual",
      id: this.input.getAttribute("aria-controls"),
      "aria-label": config.label ?? config.placeholder ?? "Options",
      "aria-multiselectable": config.multiple ? "true" : undefined,
      onmousedown: (event) => event.preventDefault(),
    });
    this.chips = h("span", { class: "chips" });
    this.node = h(
      "div",
      {
        class: `combo${config.multiple ? " multiple" : ""}`,
        onclick: (event) => event.target === event.currentTarget && this.input.focus(),
      },
      this.chips,
      this.input,
      icon("chevron"),
      this.list,
    );
    this.#show();
  }

  /** The options chosen now. */
  get chosen() {
    return this.#chosen;
  }

  get #isOpen() {
    return this.list.matches(":popover-open");
  }

  #show() {
    if (!this.#config.multiple) {
      this.input.value = this.#chosen[0]?.label ?? "";
      return;
    }
    this.input.value = "";
    this.input.placeholder = this.#chosen.length ? "" : (this.#config.placeholder ?? "");
    replace(
      this.chips,
      this.#chosen.map((option) => this.#chip(option)),
    );
  }

  #chip(option) {
    const drop = () => {
      this.#set(this.#chosen.filter((other) => other.key !== option.key));
      this.input.focus();
    };
    return h(
      "button",
      { type: "button", class: "chip", onclick: drop },
      option.label,
      h("span", { "aria-hidden": "true" }, " ×"),
      hiddenText(", remove"),
    );
  }

  async #open(query = "") {
    this.#asked += 1;
    const asked = this.#asked;
    let groups;
    try {
      groups = await this.#config.load(query);
    } catch (error) {
      groups = [{ label: error.message, options: [] }];
    }
    if (asked !== this.#asked || document.activeElement !== this.input) return;
    this.#groups = groups;
    this.#active = this.#flat().findIndex((option) => this.#has(option));
    this.#draw();
    this.#place();
    document.addEventListener("scroll", this.#follow, { capture: true, passive: true });
    this.input.setAttribute("aria-expanded", "true");
    this.#reveal();
  }

  #place = () => placePopup(this.list, this.node, { matchWidth: true });
  /** The list stays beside its box when the conversation scrolls under it. */
  #follow = (event) => event.target !== this.list && this.#place();
  #flat = () => this.#groups.flatMap((group) => group.options);
  #has = (option) => this.#chosen.some((other) => other.key === option.key);

  #draw() {
    const flat = this.#flat();
    replace(
      this.list,
      this.#groups.map((group) => {
        const options = group.options.map((option) => this.#row(option, flat.indexOf(option)));
        return group.label
          ? h(
              "div",
              { role: "group", "aria-label": group.label },
              h("div", { class: "group-label", "aria-hidden": "true" }, group.label),
              options,
            )
          : options;
      }),
      flat.length ? null : h("div", { class: "group-label", role: "option", "aria-disabled": "true", "aria-selected": "false" }, NOTHING),
    );
  }

  #row(option, index) {
    const pick = () => this.#pick(option);
    return h(
      "div",
      { class: "option", role: "option", id: `${this.list.id}-${index}`, "aria-selected": String(this.#has(option)), onclick: pick },
      h("span", {}, option.label),
      option.hint ? h("small", {}, option.hint) : null,
    );
  }

  #reveal() {
    this.list.querySelectorAll(".option").forEach((row, i) => row.classList.toggle("active", i === this.#active));
    const row = this.list.querySelector(".option.active");
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  #pick(option) {
    if (!this.#config.multiple) this.#set([option]);
    else if (this.#has(option)) this.#set(this.#chosen.filter((other) => other.key !== option.key));
    else if (this.#chosen.length < (this.#config.most ?? Infinity)) this.#set([...this.#chosen, option]);
    if (!this.#config.multiple) this.#close();
    else this.#open();
  }

  #set(chosen) {
    this.#chosen = chosen;
    this.#show();
    this.#config.onchange(chosen);
  }

  #close() {
    this.#asked += 1;
    document.removeEventListener("scroll", this.#follow, { capture: true });
    if (this.#isOpen) this.list.hidePopover();
    this.input.setAttribute("aria-expanded", "false");
    this.#show();
  }

  #key(event) {
    const flat = this.#flat();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!this.#isOpen) this.#open();
      else this.#active = (Math.max(this.#active, step < 0 ? 0 : -1) + step + flat.length) % (flat.length || 1);
      this.#reveal();
    } else if (event.key === "Enter" && this.#isOpen) {
      event.preventDefault();
      if (flat[this.#active]) this.#pick(flat[this.#active]);
    } else if (event.key === "Escape" && this.#isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    } else if (event.key === "Backspace" && !this.input.value && this.#config.multiple && this.#chosen.length) {
      this.#set(this.#chosen.slice(0, -1));
    }
  }
}

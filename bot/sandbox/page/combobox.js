// A box to choose from a list by typing: one value or several. Keys and what screen readers hear are @github/combobox-nav's.

import Navigation from "./combobox_nav.js";
import { freshId, h, hiddenText, replace } from "./dom.js";
import { icon } from "./icons.js";
import { placePopup } from "./popup.js";

const NOTHING = "No results";

/** A chooser. `load(query)` gives `[{label?, options: [{key, label, hint?}]}]`; `onchange(options)` follows every choice. */
export class Combobox {
  #config;
  #chosen;
  #groups = [];
  #asked = 0;

  constructor(config) {
    this.#config = config;
    this.#chosen = config.chosen ?? [];
    this.input = h("input", {
      class: "combo-input",
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      id: config.id,
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
      id: freshId("list"),
      "aria-label": config.label ?? config.placeholder ?? "Options",
      "aria-multiselectable": config.multiple ? "true" : undefined,
      onmousedown: (event) => event.preventDefault(),
    });
    this.list.addEventListener("combobox-commit", ({ target }) => this.#pick(this.#flat()[Number(target.dataset.index)]));
    this.navigation = new Navigation(this.input, this.list, { tabInsertsSuggestions: false });
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
    this.navigation.stop();
    this.#draw();
    this.#place();
    document.addEventListener("scroll", this.#follow, { capture: true, passive: true });
    this.navigation.start();
    if (!query) this.#beginAtChosen();
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
    return h(
      "div",
      {
        class: "option",
        role: "option",
        id: `${this.list.id}-${index}`,
        dataset: { index },
        "aria-selected": "false",
        "aria-checked": String(this.#has(option)),
      },
      h("span", {}, option.label),
      option.hint ? h("small", {}, option.hint) : null,
    );
  }

  /** Where nothing was typed, the arrows go on from what is chosen. */
  #beginAtChosen() {
    const row = this.list.querySelector('[aria-checked="true"]');
    if (!row || this.#config.multiple) return;
    row.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
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
    this.navigation.stop();
    this.#show();
  }

  #key(event) {
    if (["ArrowDown", "ArrowUp"].includes(event.key) && !this.#isOpen) {
      event.preventDefault();
      this.#open();
    } else if (event.key === "Escape" && this.#isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    } else if (event.key === "Enter" && this.#isOpen) {
      event.preventDefault();
    } else if (event.key === "Backspace" && !this.input.value && this.#config.multiple && this.#chosen.length) {
      this.#set(this.#chosen.slice(0, -1));
    }
  }
}

// A menu: arrows move, Enter chooses, Escape goes back to where it was opened. WAI-ARIA's menu button pattern.

import { h } from "./dom.js";
import { placePopup } from "./popup.js";

/** Opens a menu at `trigger`. Entries are `{label, hint?, run}`. */
export function openMenu(trigger, entries) {
  const menu = h("div", { class: "menu", role: "menu", popover: "auto", "aria-label": trigger.textContent.trim() || "Menu" });
  menu.append(...entries.map((entry) => entryNode(entry, menu)));
  menu.addEventListener("keydown", (event) => move(event, menu));
  menu.addEventListener("toggle", (event) => event.newState === "closed" && shut(menu, trigger));
  trigger.after(menu);
  trigger.setAttribute("aria-expanded", "true");
  placePopup(menu, trigger, { alignRight: true });
  menu.firstElementChild?.focus();
}

function shut(menu, trigger) {
  const hadFocus = menu.contains(document.activeElement) || document.activeElement === document.body;
  trigger.setAttribute("aria-expanded", "false");
  if (hadFocus) trigger.focus();
  menu.remove();
}

function entryNode(entry, menu) {
  const run = () => {
    menu.hidePopover();
    entry.run();
  };
  return h(
    "button",
    { type: "button", role: "menuitem", tabindex: "-1", class: "menu-item", onclick: run },
    h("span", {}, entry.label),
    entry.hint ? h("small", {}, entry.hint) : null,
  );
}

function move(event, menu) {
  const all = [...menu.children];
  const at = all.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (next === undefined) return;
  event.preventDefault();
  all[(next + all.length) % all.length]?.focus();
}

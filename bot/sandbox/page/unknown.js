// What this page cannot draw is shown as such, with its JSON: nothing an app sends disappears without a word.

import { h } from "./dom.js";

/** A card naming an unknown block or element, its JSON behind a disclosure. */
export function unknownCard(kind, object) {
  const name = object && typeof object === "object" ? String(object.type ?? "no type") : typeof object;
  return h(
    "details",
    { class: "unknown-card" },
    h("summary", {}, `Unknown ${kind}: ${name}`),
    h("pre", { tabindex: "0" }, JSON.stringify(object, null, 2) ?? String(object)),
  );
}

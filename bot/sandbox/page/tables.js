// `table` blocks, and the cells that `data_table` shares. Slack's documentation: "Table block".

import { h } from "./dom.js";
import { buildElement } from "./elements.js";
import { withEmoji } from "./emoji.js";
import { richText } from "./richtext.js";
import { unknownCard } from "./unknown.js";

const GROUPED = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 20 });

const CELLS = {
  raw_text: (cell) => withEmoji(cell.text ?? ""),
  raw_number: (cell) => numberText(cell),
  rich_text: (cell, context) => richText(cell, context),
  action_cell: (cell, context, block) => buildElement(cell.element, block, context),
};

/** One cell's content; `block` is the table, whose buttons are pressed in it. */
export function cellNodes(cell, context, block) {
  if (cell === null || cell === undefined) return "";
  return CELLS[cell.type]?.(cell, context, block) ?? unknownCard("table cell", cell);
}

/** A raw_number as the app wants it read, else in grouped digits. */
export function numberText(cell) {
  return cell.text ?? GROUPED.format(cell.value);
}

/** A wide table scrolls inside its own region, reachable by keyboard. */
export function scrollRegion(label, table) {
  return h("div", { class: "table-scroll", tabindex: "0", role: "group", "aria-label": label }, table);
}

/** A `table` block: the first row is the header. */
export function buildTable(block, context) {
  const settings = block.column_settings ?? [];
  const [head = [], ...body] = block.rows ?? [];
  const classes = (i) => `align-${settings[i]?.align ?? "left"}${settings[i]?.is_wrapped ? " wrapped" : ""}`;
  const row = (cells, tag, props) =>
    h(
      "tr",
      {},
      cells.map((cell, i) => h(tag, { class: classes(i), ...props }, cellNodes(cell, context))),
    );
  const table = h(
    "table",
    { class: "grid" },
    h("thead", {}, row(head, "th", { scope: "col" })),
    h(
      "tbody",
      {},
      body.map((cells) => row(cells, "td")),
    ),
  );
  return scrollRegion("Table", table);
}

// `data_table` blocks: sorted by a click on a heading, shown page by page, filtered when there are many rows.
// Slack's documentation: "Data table block".

import { freshId, h, hiddenText, replace } from "./dom.js";
import { cellNodes, scrollRegion } from "./tables.js";

const DEFAULT_PAGE = 5;
const SHORT_NAME = 24;
const SHORT = 14;
const UNSORTED = { column: -1, direction: "none" };
const NEXT_DIRECTION = { none: "ascending", ascending: "descending", descending: "none" };

/** A `data_table` block with its caption, table and pager. */
export function buildDataTable(block, context) {
  const state = { page: 0, sort: UNSORTED, filter: "" };
  const [head = [], ...rows] = block.rows ?? [];
  const view = { block, context, head, rows, state, numeric: numericColumns(head, rows), pageSize: block.page_size ?? DEFAULT_PAGE };
  const caption = freshId("caption");
  const table = h("table", { class: "grid data-table", "aria-labelledby": caption });
  const pager = h("div", { class: "pager" });
  const draw = () => drawTable(view, table, pager, draw);
  draw();
  const filter = rows.length > view.pageSize ? filterBox(state, draw) : null;
  return h(
    "div",
    { class: "data-table-block" },
    h("div", { class: "table-caption", id: caption }, block.caption ?? "Table"),
    filter,
    scrollRegion(block.caption ?? "Table", table),
    pager,
  );
}

function numericColumns(head, rows) {
  return head.map((_, i) => rows.some((row) => row[i]?.type === "raw_number"));
}

function filterBox(state, draw) {
  const type = (event) => {
    Object.assign(state, { filter: event.target.value.trim().toLowerCase(), page: 0 });
    draw();
  };
  return h("input", {
    class: "text-input table-filter",
    type: "search",
    placeholder: "Find in table",
    "aria-label": "Find in table",
    oninput: type,
  });
}

function drawTable(view, table, pager, draw) {
  const shown = sorted(filtered(view), view);
  const pages = Math.max(1, Math.ceil(shown.length / view.pageSize));
  view.state.page = Math.min(view.state.page, pages - 1);
  const start = view.state.page * view.pageSize;
  const focused = table.contains(document.activeElement) ? document.activeElement.dataset.column : undefined;
  replace(
    table,
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        view.head.map((cell, i) => heading(view, cell, i, draw)),
      ),
    ),
    h(
      "tbody",
      {},
      shown.slice(start, start + view.pageSize).map((row) => bodyRow(view, row)),
    ),
  );
  if (focused !== undefined) table.querySelector(`[data-column="${focused}"]`)?.focus();
  drawPager(view, pager, pages, shown.length, draw);
}

function heading(view, cell, column, draw) {
  const { sort } = view.state;
  const direction = sort.column === column ? sort.direction : "none";
  const turn = () => {
    const next = NEXT_DIRECTION[direction];
    view.state.sort = next === "none" ? UNSORTED : { column, direction: next };
    draw();
  };
  const mark = { none: "↕", ascending: "↑", descending: "↓" }[direction];
  const button = h(
    "button",
    { type: "button", class: "sort-button", dataset: { column }, onclick: turn },
    cellNodes(cell, view.context),
    h("span", { class: `sort-mark sort-${direction}`, "aria-hidden": "true" }, mark),
  );
  return h("th", { scope: "col", "aria-sort": direction, class: view.numeric[column] ? "numeric" : "" }, button);
}

function bodyRow(view, row) {
  const header = view.block.row_header_column_index ?? 0;
  return h(
    "tr",
    {},
    row.map((cell, i) =>
      h(
        i === header ? "th" : "td",
        { scope: i === header ? "row" : undefined, class: `${view.numeric[i] ? "numeric" : ""} ${isShort(cell, view.numeric[i], i === header) ? "short" : ""}` },
        cellNodes(cell, view.context, view.block),
      ),
    ),
  );
}

/** Whether the cell stays on one line: a name, a date. Words between numbers don't, as they would make the column of numbers wide. */
function isShort(cell, isNumeric, isName) {
  return wordsOf(cell).length <= (isName ? SHORT_NAME : SHORT) && !(isNumeric && cell?.type === "raw_text");
}

function filtered({ rows, state }) {
  return state.filter ? rows.filter((row) => row.some((cell) => wordsOf(cell).toLowerCase().includes(state.filter))) : rows;
}

function sorted(rows, { state: { sort } }) {
  if (sort === UNSORTED) return rows;
  const sign = sort.direction === "ascending" ? 1 : -1;
  return [...rows].sort((a, b) => compare(a[sort.column], b[sort.column], sign));
}

/** Numbers before words whatever the direction: a cell that says "n/a" has no rank. */
function compare(a, b, sign) {
  const [left, right] = [a?.type === "raw_number", b?.type === "raw_number"];
  if (left !== right) return left ? -1 : 1;
  return sign * (left ? a.value - b.value : wordsOf(a).localeCompare(wordsOf(b), "en", { numeric: true }));
}

function wordsOf(cell) {
  if (cell?.type === "action_cell") return wordsOf(cell.fallback ?? cell.element.text);
  if (cell?.type !== "rich_text") return String(cell?.text ?? cell?.value ?? "");
  const words = (node) => [node.text ?? node.name ?? "", ...(node.elements ?? []).map(words)].join(" ");
  return words(cell);
}

function drawPager(view, pager, pages, total, draw) {
  if (pages === 1) return replace(pager, view.state.filter ? h("span", { role: "status" }, `${total} of ${view.rows.length} rows`) : null);
  const first = view.state.page * view.pageSize + 1;
  const last = Math.min(first + view.pageSize - 1, total);
  const go = (step) => () => {
    view.state.page += step;
    draw();
    pager.querySelector(`[data-step="${step}"]:not(:disabled), button:not(:disabled)`)?.focus();
  };
  const button = (step, text, sign) =>
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        dataset: { step },
        onclick: go(step),
        disabled: view.state.page + step < 0 || view.state.page + step >= pages,
      },
      sign,
      hiddenText(text),
    );
  return replace(
    pager,
    button(-1, "Previous page", "‹"),
    h("span", { role: "status" }, `${first}–${last} of ${total}`),
    button(1, "Next page", "›"),
  );
}

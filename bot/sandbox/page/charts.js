// `data_visualization` blocks: the picture, its legend, and the same figures as a table.
// Slack's documentation: "Data visualization block".

import { drawAxesChart } from "./axes.js";
import { freshId, h, hiddenText, replace, svg } from "./dom.js";
import { icon } from "./icons.js";
import { drawPie } from "./pie.js";
import { fullNumber, share } from "./scale.js";
import { scrollRegion } from "./tables.js";
import { textOf } from "./text.js";
import { unknownCard } from "./unknown.js";

const KINDS = { bar: "Bar chart", line: "Line chart", area: "Area chart", pie: "Pie chart" };
const LEAST_WIDTH = 80;

/** A `data_visualization` block; a chart of an unknown kind or without data is shown as its JSON. */
export function buildChart(block) {
  const { chart } = block;
  const filled =
    chart?.type === "pie" ? chart.segments?.length : chart?.series?.length && chart.series.every((series) => series.data?.length);
  if (!KINDS[chart?.type] || !filled) return unknownCard("chart", block);
  const title = textOf(block.title);
  const heading = freshId("chart");
  const picture = pictureOf(chart, title);
  const figures = h("div", { class: "chart-figures", hidden: true }, scrollRegion(`${title}, figures`, figuresTable(chart, title)));
  return h(
    "figure",
    { class: "chart", "aria-labelledby": heading },
    h("div", { class: "chart-head" }, h("div", { class: "chart-title", id: heading }, title), tools(chart, title, picture, figures)),
    picture,
    figures,
  );
}

function tools(chart, title, picture, figures) {
  const toggle = (event) => {
    figures.hidden = !figures.hidden;
    picture.hidden = !figures.hidden;
    event.currentTarget.setAttribute("aria-pressed", String(!figures.hidden));
  };
  return h(
    "div",
    { class: "chart-tools" },
    h(
      "button",
      { type: "button", class: "icon-button", title: "Show as table", "aria-pressed": "false", onclick: toggle },
      icon("table"),
      hiddenText(`Show ${title} as a table`),
    ),
    h(
      "button",
      { type: "button", class: "icon-button", title: "Download CSV", onclick: () => download(chart, title) },
      icon("download"),
      hiddenText(`Download the figures of ${title} as CSV`),
    ),
  );
}

function pictureOf(chart, title) {
  const canvas = svg("svg", {
    class: "chart-canvas",
    role: "img",
    "aria-label": `${KINDS[chart.type]}: ${title}. ${summary(chart)} The figures are in the table view.`,
  });
  const draw = ({ width, height }) => {
    canvas.setAttribute("viewBox", `0 0 ${width} ${height}`);
    replace(canvas, chart.type === "pie" ? drawPie(chart, width, height) : drawAxesChart(chart, width, height));
  };
  drawOnceSeen(canvas, draw);
  return h("div", { class: "chart-picture" }, canvas, legend(chart));
}

/**
 * Draws when the browser first lays the picture out, which it puts off while it is out of sight, and anew for another width: so that
 * the text in it keeps its size. Its height is the style sheet's: drawing moves nothing.
 */
function drawOnceSeen(canvas, draw) {
  let drawn = 0;
  new ResizeObserver(([{ contentRect }]) => {
    const width = Math.round(contentRect.width);
    if (width < LEAST_WIDTH || width === drawn) return;
    drawn = width;
    draw({ width, height: Math.round(contentRect.height) });
  }).observe(canvas);
}

function summary(chart) {
  if (chart.type === "pie") return `${chart.segments.length} segments.`;
  return chart.series.map((series) => `${series.name}: ${series.data.length} points`).join("; ") + ".";
}

function legend(chart) {
  const total = chart.type === "pie" ? chart.segments.reduce((sum, segment) => sum + segment.value, 0) : 0;
  const entries =
    chart.type === "pie" ? chart.segments.map((s) => `${s.label} · ${share(s.value, total)}`) : chart.series.map((s) => s.name);
  return h(
    "ul",
    { class: "legend" },
    entries.map((words, i) => h("li", {}, h("span", { class: `swatch series-${i + 1}`, "aria-hidden": "true" }), words)),
  );
}

function rowsOf(chart) {
  if (chart.type === "pie") return [["Segment", "Value"], ...chart.segments.map((s) => [s.label, s.value])];
  const categories = chart.axis_config?.categories ?? chart.series[0].data.map((point) => point.label);
  const at = (series, category) => series.data.find((point) => point.label === category)?.value;
  return [
    [chart.axis_config?.x_label ?? "", ...chart.series.map((s) => s.name)],
    ...categories.map((name) => [name, ...chart.series.map((s) => at(s, name))]),
  ];
}

function figuresTable(chart, title) {
  const [head, ...body] = rowsOf(chart);
  const value = (cell) => h("td", { class: "numeric" }, cell === undefined ? "not reported" : fullNumber(cell));
  const top = head.map((name, i) => (name ? h("th", { scope: "col", class: i ? "numeric" : "" }, name) : h("td", {})));
  return h(
    "table",
    { class: "grid" },
    h("caption", { class: "visually-hidden" }, title),
    h("thead", {}, h("tr", {}, top)),
    h(
      "tbody",
      {},
      body.map(([name, ...cells]) => h("tr", {}, h("th", { scope: "row" }, name), cells.map(value))),
    ),
  );
}

/** Names are foreign text: quoted, and never read as a formula by a spreadsheet. */
function csvCell(cell) {
  if (typeof cell === "number") return String(cell);
  const text = String(cell ?? "");
  return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

function download(chart, title) {
  const text = rowsOf(chart)
    .map((row) => row.map(csvCell).join(","))
    .join("\r\n");
  const url = URL.createObjectURL(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
  h("a", { href: url, download: `${title || "chart"}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

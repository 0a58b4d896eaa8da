// Line, bar and area charts as SVG: one value axis from zero, one axis of categories.

import { svg } from "./dom.js";
import { axisNumber, fullNumber, ticksFor } from "./scale.js";

const CHARACTER = 6.8;
const BAR_GAP = 2;
const MAX_BAR = 36;
const MARKERS = [
  (x, y) => svg("circle", { cx: x, cy: y, r: 4 }),
  (x, y) => svg("rect", { x: x - 3.5, y: y - 3.5, width: 7, height: 7 }),
  (x, y) => svg("path", { d: `M${x} ${y - 5}L${x + 5} ${y + 4}H${x - 5}Z` }),
  (x, y) => svg("path", { d: `M${x} ${y - 5}L${x + 5} ${y}L${x} ${y + 5}L${x - 5} ${y}Z` }),
];

const DRAW = { bar: drawBars, line: drawLine, area: drawArea };

/** The SVG of a chart with axes, `width` × `height` CSS pixels. */
export function drawAxesChart(chart, width, height) {
  const frame = frameOf(chart, width, height);
  const layers = chart.series.map((series, i) => svg("g", { class: `series series-${i + 1}` }, DRAW[chart.type](series, i, frame)));
  return svg("g", {}, gridLines(frame), categoryLabels(frame), axisTitles(chart, frame), layers, zeroLine(frame));
}

function frameOf(chart, width, height) {
  const categories = chart.axis_config?.categories ?? chart.series[0].data.map((point) => point.label);
  const values = chart.series.flatMap((series) => series.data.map((point) => point.value));
  const ticks = ticksFor(values);
  const left = Math.max(...ticks.map((tick) => axisNumber(tick).length)) * CHARACTER + 14 + (chart.axis_config?.y_label ? 18 : 0);
  const bottom = height - 28 - (chart.axis_config?.x_label ? 18 : 0);
  const [low, high] = [ticks[0], ticks.at(-1)];
  const y = (value) => bottom - ((value - low) / (high - low)) * (bottom - 12);
  const band = (width - left - 8) / categories.length;
  const x = (index) => left + band * (index + 0.5);
  return { width, height, categories, ticks, left, bottom, band, x, y, count: chart.series.length };
}

function gridLines({ ticks, left, width, y }) {
  return ticks.map((tick) => [
    svg("line", { class: "grid-line", x1: left, x2: width - 8, y1: y(tick), y2: y(tick) }),
    svg("text", { class: "axis-label", x: left - 8, y: y(tick) + 4, "text-anchor": "end" }, axisNumber(tick)),
  ]);
}

function zeroLine({ left, width, y }) {
  return svg("line", { class: "zero-line", x1: left, x2: width - 8, y1: y(0), y2: y(0) });
}

/** As many labels as fit: every second, third … when there are many. */
function categoryLabels({ categories, band, bottom, x }) {
  const longest = Math.max(...categories.map((name) => name.length)) * CHARACTER + 8;
  const every = Math.max(1, Math.ceil(Math.min(longest, 110) / band));
  return categories.map((name, i) => {
    if (i % every) return null;
    const text =
      name.length * CHARACTER > Math.max(band * every, 40)
        ? `${name.slice(0, Math.max(3, Math.floor((band * every) / CHARACTER) - 1))}…`
        : name;
    return svg("text", { class: "axis-label", x: x(i), y: bottom + 18, "text-anchor": "middle" }, text);
  });
}

function axisTitles(chart, { left, width, height, bottom }) {
  const { x_label: across, y_label: up } = chart.axis_config ?? {};
  const middle = bottom / 2;
  return [
    across && svg("text", { class: "axis-label", x: (left + width) / 2, y: height - 6, "text-anchor": "middle" }, across),
    up && svg("text", { class: "axis-label", x: 12, y: middle, "text-anchor": "middle", transform: `rotate(-90 12 ${middle})` }, up),
  ];
}

function tip(series, point) {
  return svg("title", {}, `${series.name}, ${point.label}: ${fullNumber(point.value)}`);
}

/** A point stands over its own category whatever order the app sent the points in. */
function placed(series, frame) {
  return series.data
    .map((point, i) => ({ point, at: Math.max(0, frame.categories.indexOf(point.label)), given: i }))
    .sort((a, b) => a.at - b.at);
}

function drawBars(series, index, frame) {
  const bar = Math.min(MAX_BAR, (frame.band * 0.72 - BAR_GAP * (frame.count - 1)) / frame.count);
  const group = bar * frame.count + BAR_GAP * (frame.count - 1);
  return placed(series, frame).map(({ point, at }) => {
    const [top, base] = [Math.min(frame.y(point.value), frame.y(0)), Math.max(frame.y(point.value), frame.y(0))];
    const x = frame.x(at) - group / 2 + index * (bar + BAR_GAP);
    return svg(
      "rect",
      { class: "bar", x, y: top, width: Math.max(1, bar), height: base - top, rx: Math.min(2, bar / 4) },
      tip(series, point),
    );
  });
}

const pathOf = (points, frame) => points.map(({ point, at }, i) => `${i ? "L" : "M"}${frame.x(at)} ${frame.y(point.value)}`).join("");

function drawLine(series, index, frame) {
  const points = placed(series, frame);
  const marks = points.map(({ point, at }) =>
    svg("g", { class: "marker" }, tip(series, point), MARKERS[index % MARKERS.length](frame.x(at), frame.y(point.value))),
  );
  return [svg("path", { class: "line", d: pathOf(points, frame) }), marks];
}

function drawArea(series, index, frame) {
  const points = placed(series, frame);
  const close = `L${frame.x(points.at(-1).at)} ${frame.y(0)}L${frame.x(points[0].at)} ${frame.y(0)}Z`;
  return [svg("path", { class: "area", d: pathOf(points, frame) + close }), drawLine(series, index, frame)];
}

// Pie charts as SVG: slices clockwise from twelve, in the order the app gave them.

import { svg } from "./dom.js";
import { fullNumber, share } from "./scale.js";

/** The slices of a pie chart, `width` × `height` CSS pixels. */
export function drawPie(chart, width, height) {
  const total = chart.segments.reduce((sum, segment) => sum + segment.value, 0);
  const radius = Math.min(width, height) / 2 - 8;
  const centre = { x: width / 2, y: height / 2, radius };
  let turned = 0;
  return svg(
    "g",
    {},
    chart.segments.map((segment, i) => {
      const from = turned;
      turned += segment.value / total;
      return svg(
        "g",
        { class: `series series-${i + 1}` },
        slice(centre, from, turned, `${segment.label}: ${fullNumber(segment.value)}, ${share(segment.value, total)}`),
      );
    }),
  );
}

function slice(centre, from, to, words) {
  const title = svg("title", {}, words);
  if (to - from > 0.9999) return svg("circle", { class: "slice", cx: centre.x, cy: centre.y, r: centre.radius }, title);
  const [start, end] = [pointAt(centre, from), pointAt(centre, to)];
  const large = to - from > 0.5 ? 1 : 0;
  return svg(
    "path",
    { class: "slice", d: `M${centre.x} ${centre.y}L${start}A${centre.radius} ${centre.radius} 0 ${large} 1 ${end}Z` },
    title,
  );
}

function pointAt({ x, y, radius }, turn) {
  const angle = (turn - 0.25) * 2 * Math.PI;
  return `${(x + radius * Math.cos(angle)).toFixed(2)} ${(y + radius * Math.sin(angle)).toFixed(2)}`;
}

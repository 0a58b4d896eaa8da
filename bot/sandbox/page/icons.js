// The page's own line icons, 20 × 20, drawn in the colour of the text around them.

import { svg } from "./dom.js";

const PATHS = {
  table: "M3 4.5h14v11H3zM3 8.5h14M8 8.5v7",
  download: "M10 3v9M6.5 8.8 10 12.3l3.5-3.5M3.5 13v3.5h13V13",
  chevron: "m6 8 4 4 4-4",
  close: "m5 5 10 10M15 5 5 15",
  reply: "M4 4.5h12v8.5H9.5L6 16v-3H4z",
  more: "M10 4.5v.01M10 10v.01M10 15.5v.01",
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  send: "M3.5 3.5 17 10 3.5 16.5 5.5 10zM5.5 10H11",
  code: "M7 5 2.5 10 7 15M13 5l4.5 5-4.5 5",
  lock: "M5.5 9h9v7h-9zM7.5 9V6.5a2.5 2.5 0 0 1 5 0V9",
  eye: "M2.5 10S5.5 5 10 5s7.5 5 7.5 5-3 5-7.5 5-7.5-5-7.5-5zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  trash: "M4 6h12M8 6V4h4v2M5.5 6l.8 10.5h7.4L14.5 6",
  theme: "M10 3a7 7 0 1 0 7 7c-4 1.500-8.500-2-7-7z",
  layers: "m10 3 7.500 4-7.500 4L2.500 7zM2.500 11l7.500 4 7.500-4",
  home: "M3.500 9.500 10 4l6.500 5.500M5.500 8.500V16h9V8.500",
  copy: "M7 7h9v9H7zM13 7V4H4v9h3",
};

/** A decorative icon by name. */
export function icon(name) {
  return svg(
    "svg",
    { class: "icon", viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true", focusable: "false" },
    svg("path", { d: PATHS[name] }),
  );
}

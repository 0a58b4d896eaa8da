// What hangs below a message: attachments, previews of links, files. Slack's documentation: "Reference: Secondary message attachments",
// "Unfurling links in messages".

import { renderBlocks } from "./blocks.js";
import { formatDate } from "./dates.js";
import { h, link } from "./dom.js";
import { imageNode } from "./elements.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";

const COLORS = { good: "#2eb886", warning: "#daa038", danger: "#a30200" };
const MOMENT = "{date_short_pretty} at {time}";
const ADDED_BY = "Added by";

/** Everything below a message's own blocks and text; `app` is the app's name, which stands under its previews. */
export function belowOf(message, context, app) {
  return [
    (message.attachments ?? []).map((one) => buildAttachment(one, context)),
    Object.values(message.unfurls ?? {}).map((one) => buildAttachment({ footer: `${ADDED_BY} ${app}`, ...one }, context)),
    (message.files ?? []).map(buildFile),
  ];
}

function buildAttachment(one, context) {
  return h(
    "div",
    { class: "attachment" },
    one.pretext ? h("p", {}, mrkdwn(one.pretext, context)) : null,
    h(
      "div",
      { class: "attachment-body", vars: colorOf(one.color) },
      author(one),
      one.title ? h("strong", { class: "attachment-title" }, one.title_link ? link(one.title_link, one.title) : one.title) : null,
      one.blocks?.length ? renderBlocks(one.blocks, context) : text(one, context),
      fields(one.fields ?? [], context),
      one.image_url || one.thumb_url
        ? imageNode({ image_url: one.image_url ?? one.thumb_url, alt_text: one.fallback ?? one.title }, "image-large")
        : null,
      footer(one, context),
    ),
  );
}

function colorOf(color) {
  const known = COLORS[color] ?? (/^#?[0-9a-f]{6}$/i.test(color ?? "") ? `#${color.replace("#", "")}` : null);
  return known ? { "--edge-color": known } : {};
}

function author(one) {
  if (!one.author_name) return null;
  return h("small", { class: "attachment-small" }, one.author_link ? link(one.author_link, one.author_name) : one.author_name);
}

function text(one, context) {
  const words = one.text || (one.title || one.fields?.length ? "" : one.fallback);
  return words ? h("div", { class: "message-text" }, mrkdwn(words, context)) : null;
}

function fields(all, context) {
  if (!all.length) return null;
  const field = (one) =>
    h("div", { class: `field${one.short ? "" : " wide"}` }, h("strong", {}, one.title ?? ""), h("div", {}, mrkdwn(one.value ?? "", context)));
  return h("div", { class: "fields" }, all.map(field));
}

function footer(one, context) {
  const moment = one.ts ? formatDate(one.ts, MOMENT, "", context) : "";
  const words = [one.footer, moment].filter(Boolean).join(" · ");
  return words ? h("small", { class: "attachment-small" }, words) : null;
}

function buildFile(file) {
  const name = file.title || file.name || file.id;
  const url = file.url_private_download ?? file.url_private;
  return h(
    "div",
    { class: "file-card" },
    icon("download"),
    url ? h("a", { href: url, download: file.name ?? "" }, name) : name,
    file.size ? h("small", {}, ` ${file.size.toLocaleString("en-GB")} bytes`) : null,
  );
}

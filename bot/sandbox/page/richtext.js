// rich_text blocks. Slack's documentation: "Rich text block" and its elements.

import { formatDate } from "./dates.js";
import { h, link } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { mention } from "./mrkdwn.js";
import { unknownCard } from "./unknown.js";

const DEEPEST = 8;

const MARKS = [
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "s"],
  ["underline", "u"],
  ["code", "code"],
  ["highlight", "mark"],
  ["client_highlight", "mark"],
];

const GROUPS = {
  rich_text_section: (group, context) =>
    h(
      "div",
      { class: "rich-section" },
      group.elements.map((e) => leaf(e, context)),
    ),
  rich_text_quote: (group, context) =>
    h(
      "blockquote",
      {},
      group.elements.map((e) => leaf(e, context)),
    ),
  rich_text_preformatted: (group, context) =>
    h(
      "pre",
      { tabindex: "0" },
      h(
        "code",
        {},
        group.elements.map((e) => leaf(e, context)),
      ),
    ),
  rich_text_list: (group, context) => list(group, context),
};

const LEAVES = {
  text: (e) => lineBreaks(e.text ?? ""),
  link: (e) => link(e.url, e.text ?? e.url),
  user: (e, context) => mention(`@${context.userName(e.user_id)}`, e.user_id === context.me),
  usergroup: (e) => mention(`@${e.usergroup_id}`),
  channel: (e, context) => mention(`#${context.channelName(e.channel_id) ?? e.channel_id}`),
  broadcast: (e) => mention(`@${e.range}`, true),
  emoji: (e) => fromUnicode(e.unicode) ?? emojiOf(e.name) ?? `:${e.name}:`,
  color: (e) => h("span", { class: "color-chip", vars: { "--chip": e.value } }, e.value),
  date: (e, context) => dateLeaf(e, context),
};

/** A rich_text block's groups as nodes. */
export function richText(block, context) {
  return (block.elements ?? []).map((group) => GROUPS[group.type]?.(group, context) ?? unknownCard("rich text", group));
}

function leaf(element, context) {
  const make = LEAVES[element.type];
  if (!make) return unknownCard("rich text element", element);
  return MARKS.reduce((inner, [style, tag]) => (element.style?.[style] ? h(tag, {}, inner) : inner), make(element, context));
}

function lineBreaks(text) {
  return text.split("\n").flatMap((line, i) => (i ? [h("br"), line] : [line]));
}

function fromUnicode(hex) {
  if (!/^[0-9a-f]+(-[0-9a-f]+)*$/i.test(hex ?? "")) return null;
  return String.fromCodePoint(...hex.split("-").map((code) => parseInt(code, 16)));
}

function dateLeaf(element, context) {
  const zone = element.timezone ?? context.zone;
  const text = formatDate(element.timestamp, element.format ?? "{date_long}", element.fallback ?? "", { ...context, zone });
  return element.url ? link(element.url, text) : h("time", {}, text);
}

function list(group, context) {
  const tag = group.style === "ordered" ? "ol" : "ul";
  const items = group.elements.map((item) =>
    h(
      "li",
      {},
      (item.elements ?? []).map((e) => leaf(e, context)),
    ),
  );
  const start = tag === "ol" && group.offset ? group.offset + 1 : undefined;
  const indent = Math.min(group.indent ?? 0, DEEPEST);
  return h(tag, { class: `indent-${indent}${group.border ? " bordered" : ""}`, vars: { "--indent": indent }, start }, items);
}

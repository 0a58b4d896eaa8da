// `markdown` blocks: standard Markdown as DOM nodes. Slack's documentation: "Markdown block".

import { h, link } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";

const INLINE = [
  { pattern: /(`+)([^`\n]|[^`\n].*?[^`\n])\1(?!`)/, build: (m) => h("code", {}, m[2]) },
  { pattern: /!?\[([^\]\n]*)\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/, build: (m) => link(m[2], inline(m[1] || m[2])) },
  { pattern: /<(https?:\/\/[^>\s|]+)>/, build: (m) => link(m[1], m[1]) },
  { pattern: /<[@#!][^>\n]+>/, build: (m, c) => mrkdwn(m[0], c) },
  { pattern: /\*\*(?=\S)(.+?)(?<=\S)\*\*/, build: (m, c) => h("strong", {}, inline(m[1], c)) },
  { pattern: /(?<!\w)__(?=\S)(.+?)(?<=\S)__(?!\w)/, build: (m, c) => h("strong", {}, inline(m[1], c)) },
  { pattern: /~~(?=\S)(.+?)(?<=\S)~~/, build: (m, c) => h("s", {}, inline(m[1], c)) },
  { pattern: /(?<!\*)\*(?=[^\s*])(.+?)(?<=[^\s*])\*(?!\*)/, build: (m, c) => h("em", {}, inline(m[1], c)) },
  { pattern: /(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)/, build: (m, c) => h("em", {}, inline(m[1], c)) },
  { pattern: /https?:\/\/[^\s<>]*[^\s<>.,:;!?)\]}'"]/, build: (m) => link(m[0], m[0]) },
];

const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(\[[ xX]\]\s+)?(.*)$/;
const TABLE_EDGE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Each block form: does it start at this line, and if so which node (or nodes) and how many lines. First match wins. */
const FORMS = [fence, heading, rule, quote, table, list, paragraph];

/** A Markdown string as nodes. */
export function markdown(text, context) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const nodes = [];
  for (let at = 0; at < lines.length;) {
    if (!lines[at].trim()) {
      at += 1;
      continue;
    }
    const found = FORMS.map((form) => form(lines, at, context)).find(Boolean);
    nodes.push(...[found.node].flat());
    at += found.count;
  }
  return nodes;
}

function fence(lines, at) {
  const open = /^ {0,3}(```+|~~~+)/.exec(lines[at]);
  if (!open) return null;
  const end = lines.findIndex((line, i) => i > at && line.trim().startsWith(open[1]));
  const stop = end < 0 ? lines.length : end;
  return { node: h("pre", { tabindex: "0" }, h("code", {}, lines.slice(at + 1, stop).join("\n"))), count: stop - at + 1 };
}

function heading(lines, at, context) {
  const match = HEADING.exec(lines[at]);
  return match && { node: h("p", { class: `md-h md-h${match[1].length}` }, h("strong", {}, inline(match[2], context))), count: 1 };
}

function rule(lines, at) {
  return RULE.test(lines[at]) ? { node: h("hr"), count: 1 } : null;
}

function quote(lines, at, context) {
  const taken = run(lines, at, (line) => /^ {0,3}>/.test(line));
  if (!taken.length) return null;
  const inner = taken.map((line) => line.replace(/^ {0,3}> ?/, "")).join("\n");
  return { node: h("blockquote", {}, markdown(inner, context)), count: taken.length };
}

function table(lines, at, context) {
  if (!lines[at].includes("|") || !TABLE_EDGE.test(lines[at + 1] ?? "")) return null;
  const body = run(lines, at + 2, (line) => line.includes("|"));
  const row = (line, tag) =>
    h(
      "tr",
      {},
      cells(line).map((cell) => h(tag, {}, inline(cell, context))),
    );
  const node = h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "group", "aria-label": "Table" },
    h(
      "table",
      { class: "grid" },
      h("thead", {}, row(lines[at], "th")),
      h(
        "tbody",
        {},
        body.map((line) => row(line, "td")),
      ),
    ),
  );
  return { node, count: body.length + 2 };
}

const cells = (line) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replace(/\\\|/g, "|"));

function list(lines, at, context) {
  const taken = run(lines, at, (line) => ITEM.test(line) || /^\s{2,}\S/.test(line));
  if (!ITEM.test(lines[at])) return null;
  return { node: nested(items(taken), context), count: taken.length };
}

function items(lines) {
  return lines.reduce((all, line) => {
    const match = ITEM.exec(line);
    if (match)
      all.push({
        depth: match[1].length,
        ordered: /\d/.test(match[2]),
        start: parseInt(match[2], 10),
        task: match[3]?.trim(),
        text: match[4],
      });
    else all.at(-1).text += ` ${line.trim()}`;
    return all;
  }, []);
}

/** Dots and numbers of one depth are lists of their own. */
function nested(all, context) {
  const [first] = all;
  const same = run(all, 0, (item) => item.depth > first.depth + 1 || item.ordered === first.ordered);
  const others = all.slice(same.length);
  return [oneList(same, context), ...(others.length ? nested(others, context) : [])];
}

function oneList(all, context) {
  const [first] = all;
  const node = h(first.ordered ? "ol" : "ul", { start: first.ordered && first.start !== 1 ? first.start : undefined });
  for (let at = 0; at < all.length;) {
    const below = run(all, at + 1, (item) => item.depth > first.depth + 1);
    const box = all[at].task ? (all[at].task === "[ ]" ? "☐ " : "☑ ") : null;
    node.append(h("li", {}, box, inline(all[at].text, context), below.length ? nested(below, context) : null));
    at += below.length + 1;
  }
  return node;
}

function paragraph(lines, at, context) {
  const isOther = (i) => FORMS.slice(0, -1).some((form) => form(lines, i, context));
  const taken = [lines[at]];
  while (lines[at + taken.length]?.trim() && !isOther(at + taken.length)) taken.push(lines[at + taken.length]);
  const body = taken.flatMap((line, i) => (i ? [h("br"), ...inline(line.trim(), context)] : inline(line.trim(), context)));
  return { node: h("p", {}, body), count: taken.length };
}

function run(list, from, test) {
  const end = list.findIndex((item, i) => i >= from && !test(item));
  return list.slice(from, end < 0 ? list.length : end);
}

function inline(text, context) {
  const found = INLINE.map((form) => ({ form, match: form.pattern.exec(text) })).filter(({ match }) => match);
  if (!found.length) return text ? [plain(text)] : [];
  const first = found.reduce((a, b) => (b.match.index < a.match.index ? b : a));
  const { index, 0: whole } = first.match;
  const built = [first.form.build(first.match, context)].flat();
  return [...(index ? [plain(text.slice(0, index))] : []), ...built, ...inline(text.slice(index + whole.length), context)];
}

const plain = (text) => withEmoji(text.replace(/\\([\\`*_{}[\]()#+\-.!~|>])/g, "$1"));

// Slack's mrkdwn as DOM nodes. Slack's documentation: "Formatting text for app surfaces".

import { formatDate } from "./dates.js";
import { h, link, safeUrl } from "./dom.js";
import { withEmoji } from "./emoji.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const BROADCASTS = new Set(["here", "channel", "everyone"]);
const RAW_URL = /https?:\/\/[^\s<>|]+[^\s<>|.,:;!?)\]}'"]/;

/** Each inline form: what it looks like, and what it becomes. Order is precedence: code swallows all that is inside it. */
const INLINE = [
  { pattern: /`([^`\n]+)`/, build: (m) => h("code", {}, unescapeText(m[1])) },
  { pattern: /<([^<>\n]+)>/, build: (m, c) => reference(m[1], c) },
  { pattern: emphasis("\\*"), build: (m, c) => h("strong", {}, inline(m[1], c)) },
  { pattern: emphasis("_"), build: (m, c) => h("em", {}, inline(m[1], c)) },
  { pattern: emphasis("~"), build: (m, c) => h("s", {}, inline(m[1], c)) },
  { pattern: RAW_URL, build: (m) => link(unescapeText(m[0]), unescapeText(m[0])), unlessVerbatim: true },
];

function emphasis(mark) {
  return new RegExp(
    `(?<![\\p{L}\\p{N}${mark}])${mark}(?=\\S)((?:<[^<>\\n]*>|\`[^\`\\n]*\`|[^${mark}\\n<\`])*?(?<=\\S))${mark}(?![\\p{L}\\p{N}${mark}])`,
    "u",
  );
}

/** The three characters Slack escapes, back as themselves. */
export function unescapeText(text) {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);
}

/** A mrkdwn string as nodes: code blocks, quotes, then lines. `context` names people, channels, the zone and the moment. */
export function mrkdwn(text, context) {
  return text.split(/```/).flatMap((chunk, index, all) => {
    const closed = index < all.length - 1;
    if (index % 2 === 1 && closed) return [h("pre", { tabindex: "0" }, h("code", {}, preText(chunk)))];
    const whole = index % 2 === 1 ? `\`\`\`${chunk}` : chunk;
    return lines(trimAround(whole, index > 0, closed), context);
  });
}

function preText(chunk) {
  const plain = chunk
    .replace(/^\n|\n$/g, "")
    .replace(/<((?:https?:|mailto:|tel:)[^<>|]+)(?:\|([^<>]+))?>/g, (_, target, label) => label ?? target);
  return unescapeText(plain);
}

/** A line break beside a code block is the block's own edge, not an empty line. */
function trimAround(text, afterCode, beforeCode) {
  const start = afterCode ? text.replace(/^\n/, "") : text;
  return beforeCode ? start.replace(/\n$/, "") : start;
}

function lines(text, context) {
  if (text === "") return [];
  const nodes = [];
  for (const group of quoteGroups(text)) {
    const body = group.lines.flatMap((line, i) => (i ? [h("br"), ...inline(line, context)] : inline(line, context)));
    if (group.quoted) nodes.push(h("blockquote", {}, body));
    else nodes.push(...(nodes.length && nodes.at(-1).tagName !== "BLOCKQUOTE" ? [h("br")] : []), ...body);
  }
  return nodes;
}

function quoteGroups(text) {
  const groups = [];
  let toTheEnd = false;
  for (const raw of text.split("\n")) {
    const mark = toTheEnd ? null : /^(&gt;&gt;&gt;|&gt;|>>>|>)\s?/.exec(raw);
    if (mark && mark[1].length > 4) toTheEnd = true;
    if (mark && mark[1] === ">>>") toTheEnd = true;
    const quoted = Boolean(mark) || toTheEnd;
    const line = mark ? raw.slice(mark[0].length) : raw;
    if (groups.at(-1)?.quoted === quoted) groups.at(-1).lines.push(line);
    else groups.push({ quoted, lines: [line] });
  }
  return groups;
}

function inline(text, context) {
  const found = INLINE.filter((form) => !(form.unlessVerbatim && context.verbatim))
    .map((form) => ({ form, match: form.pattern.exec(text) }))
    .filter(({ match }) => match);
  if (!found.length) return text ? [plain(text)] : [];
  const first = found.reduce((a, b) => (b.match.index < a.match.index ? b : a));
  const end = first.match.index + first.match[0].length;
  const before = text.slice(0, first.match.index);
  return [...(before ? [plain(before)] : []), first.form.build(first.match, context), ...inline(text.slice(end), context)];
}

const plain = (text) => document.createTextNode(withEmoji(unescapeText(text)));

/** What stands between `<` and `>`: a person, a channel, a broadcast, a date, or a link. */
function reference(body, context) {
  const [target, ...rest] = body.split("|");
  const label = rest.length ? unescapeText(rest.join("|")) : null;
  if (target.startsWith("@")) return mention(`@${label ?? context.userName(target.slice(1))}`, target.slice(1) === context.me);
  if (target.startsWith("#")) return mention(`#${context.channelName(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith("!")) return special(target.slice(1), label, context);
  const url = unescapeText(target);
  if (!safeUrl(url)) return plain(label ?? `<${body}>`);
  return link(url, withEmoji(label ?? url.replace(/^mailto:/, "")));
}

/** A person, channel or group as a coloured word. */
export function mention(text, isMe = false) {
  return h("span", { class: isMe ? "mention mention-me" : "mention" }, text);
}

function special(command, label, context) {
  if (BROADCASTS.has(command)) return mention(`@${command}`, true);
  if (command.startsWith("subteam^")) return mention(label ?? `@${command.slice(8)}`);
  if (!command.startsWith("date^")) return plain(label ?? `<!${command}>`);
  const [, seconds, template, url] = command.split("^");
  const text = formatDate(seconds, unescapeText(template ?? ""), label ?? "", context);
  return url ? link(unescapeText(url), text) : h("time", { datetime: isoOf(seconds) }, text);
}

function isoOf(seconds) {
  const moment = new Date(Number(seconds) * 1000);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

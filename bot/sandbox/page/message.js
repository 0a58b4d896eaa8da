// One message of a conversation: who, when, what, and what can be done with it.

import { belowOf } from "./attachments.js";
import { renderBlocks } from "./blocks.js";
import { slack } from "./client.js";
import { contextOf } from "./context.js";
import { fullMoment, timeOfDay } from "./dates.js";
import { append, h, hiddenText } from "./dom.js";
import { extentOf } from "./extent.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { showJson } from "./json.js";
import { unescapeText } from "./mrkdwn.js";

const ONLY_YOU = "Only visible to you";

/** A message as a list item. `open` has `thread(ts)` and `trouble(words)`. */
export function buildMessage(world, message, open, inThread) {
  const author = authorOf(world, message);
  const body = h(
    "div",
    { class: "message-body" },
    headLine(world, message, author),
    contentOf(world, message),
    inThread ? null : repliesButton(message, open),
  );
  const item = h(
    "li",
    {
      class: `message${message.ephemeral ? " ephemeral" : ""}`,
      tabindex: "-1",
      dataset: { ts: message.ts, author: author.key },
      vars: { "--extent": `${extentOf(message)}px` },
      "aria-label": `${author.name}, ${timeOfDay(Number(message.ts), world.zone)}`,
    },
    message.ephemeral ? h("p", { class: "only-you" }, icon("eye"), ONLY_YOU) : null,
    h("div", { class: "message-row" }, avatar(author), body, tools(world, message, open, inThread)),
  );
  return item;
}

/** Whether two states of a message look the same but for the number of replies: a thread grew below it, nothing else happened. */
export function looksTheSame(before, after) {
  const look = ({ seq: _seq, reply_count: _count, thread_ts: _thread, ...shown }) => JSON.stringify(shown);
  return look(before) === look(after);
}

/** Brings the number of replies below a message up to date; everything else of it stays as it is. */
export function recountReplies(item, message, open) {
  const button = repliesButton(message, open);
  const old = item.querySelector(".replies");
  if (old) old.replaceWith(...[button].filter(Boolean));
  else append(item.querySelector(".message-body"), [button]);
}

/** Who wrote it, as shown: a person, the app, or the name the app gave itself. */
export function authorOf(world, message) {
  const id = message.user ?? world.app?.bot_user_id;
  const user = world.users.get(id);
  const isApp = Boolean(message.bot_id) || Boolean(user?.is_bot);
  return {
    key: `${id}|${message.username ?? ""}`,
    name: message.username || user?.real_name || user?.name || id,
    isApp,
    color: user?.color,
    image: user?.image,
  };
}

/** A square with the initials, in the person's colour; the app has its own mark. */
export function avatar({ name, isApp, color, image }) {
  if (image) return h("img", { class: "avatar", src: image, alt: "" });
  const letters = isApp
    ? "in"
    : name
        .split(/\s+/)
        .map((word) => word[0] ?? "")
        .slice(0, 2)
        .join("")
        .toUpperCase();
  const tint = /^#?[0-9a-f]{6}$/i.test(color ?? "") ? `#${color.replace("#", "")}` : null;
  return h(
    "span",
    { class: `avatar${isApp ? " avatar-app" : ""}`, "aria-hidden": "true", vars: tint && !isApp ? { "--tint": tint } : {} },
    letters,
  );
}

function headLine(world, message, author) {
  const moment = Number(message.ts);
  return h(
    "div",
    { class: "message-head" },
    h("span", { class: "author" }, author.name),
    author.isApp ? h("span", { class: "app-badge" }, "APP") : null,
    h("time", { datetime: new Date(moment * 1000).toISOString(), title: fullMoment(moment, world.zone) }, timeOfDay(moment, world.zone)),
  );
}

function contentOf(world, message) {
  const context = contextOf(world, {
    type: "message",
    channel: message.channel,
    message_ts: message.ts,
  });
  const edited = message.edited && !message.ephemeral ? h("small", { class: "edited" }, " (edited)") : null;
  const blocks = message.blocks?.length ? renderBlocks(message.blocks, context) : null;
  const text = !blocks && message.text ? h("div", { class: "message-text" }, mrkdwn(message.text, context), edited) : null;
  return [
    text,
    blocks,
    blocks && edited,
    belowOf(message, context, world.app?.name ?? ""),
    reactions(message),
  ];
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h(
    "p",
    { class: "reactions" },
    message.reactions.map((one) => h("span", { class: "reaction" }, mrkdwn(`:${one.name}:`, {}), ` ${one.count}`)),
  );
}

function repliesButton(message, open) {
  if (!message.reply_count) return null;
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return h("button", { type: "button", class: "replies", onclick: () => open.thread(message.ts) }, words);
}

function tools(world, message, open, inThread) {
  const reply =
    inThread || message.ephemeral ? null : toolButton("reply", "Reply in thread", () => open.thread(message.thread_ts ?? message.ts));
  const json =
    message.bot_id && message.blocks?.length
      ? toolButton("code", "Block Kit JSON", () => showJson("Block Kit of this message", { blocks: message.blocks }))
      : null;
  const entries = menuEntries(world, message, open);
  const more = entries.length ? toolButton("more", "More actions", (event) => openMenu(event.currentTarget, entries)) : null;
  return h("div", { class: "message-tools", role: "group", "aria-label": "Message actions" }, reply, json, more);
}

function toolButton(name, words, onclick) {
  return h("button", { type: "button", class: "icon-button", title: words, onclick }, icon(name), hiddenText(words));
}

/** The app's message shortcuts; they do not exist on what only one person sees. */
function menuEntries(world, message, open) {
  const shortcuts = message.ephemeral ? [] : (world.app?.shortcuts ?? []).filter((one) => one.type === "message");
  const run = (one) => () =>
    slack
      .shortcut({ user: world.me.id, callback_id: one.callback_id, channel: message.channel, message_ts: message.ts })
      .catch((error) => open.trouble(error.message));
  const copy = { label: "Copy text", run: () => navigator.clipboard?.writeText(unescapeText(message.text ?? "")) };
  return [...shortcuts.map((one) => ({ label: one.name, hint: one.description, run: run(one) })), copy];
}

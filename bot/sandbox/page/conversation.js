// A list of messages, kept in step with the world: a channel's, or one thread's.

import { announce } from "./announce.js";
import { actedLately } from "./client.js";
import { contextOf } from "./context.js";
import { dayKey, dayLabel } from "./dates.js";
import { h } from "./dom.js";
import { authorOf, buildMessage, looksTheSame, recountReplies } from "./message.js";
import { mrkdwn } from "./mrkdwn.js";
import { isReply } from "./world.js";

const NEAR = 160;
const TOGETHER = 300;
const FOCUSABLE = "button, input, textarea, a[href], summary";

/** Draws into `list` (an `<ol>`) inside `scroller`; `place` is `{channel, thread|null}`. */
export class Conversation {
  #drawn = new Map();
  #stuck = true;

  constructor(world, { list, scroller, place, open, onfresh }) {
    Object.assign(this, { world, list, scroller, place, open, onfresh });
    this.#listen();
  }

  #listen() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.world.addEventListener("message", ({ detail }) => this.#take(detail.message), { signal });
    this.world.addEventListener("message_deleted", ({ detail }) => this.#drop(detail), { signal });
    this.world.addEventListener("clock", () => this.#arrange(...this.list.children), { signal });
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    this.observer = new ResizeObserver(() => this.#stuck && this.toEnd());
    this.observer.observe(this.list);
    this.observer.observe(this.scroller);
  }

  /** Stops listening and empties the list. */
  close() {
    this.stop.abort();
    this.observer.disconnect();
    this.list.replaceChildren();
  }

  /** Draws everything the world has for this place. */
  drawAll() {
    this.#drawn.clear();
    const nodes = this.world.list(this.place.channel, this.place.thread).map((message) => this.#draw(message));
    this.list.replaceChildren(...nodes);
    this.#arrange(...nodes);
    this.toEnd();
  }

  /** Scrolls to the newest message and stays there. */
  toEnd() {
    this.#stuck = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** Scrolls to the beginning and stays there, also where the end is near. */
  toStart() {
    this.scroller.scrollTop = 0;
    this.#scrolled();
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const left = scrollHeight - scrollTop - clientHeight;
    this.#stuck = left < NEAR && (scrollTop > 0 || left <= 0);
    if (this.#stuck) this.onfresh?.(false);
  }

  #draw(message) {
    const node = buildMessage(this.world, message, this.open, Boolean(this.place.thread));
    this.#drawn.set(message.ts, { message, node });
    return node;
  }

  #belongs(message) {
    if (message.channel !== this.place.channel) return false;
    return this.place.thread ? [message.ts, message.thread_ts].includes(this.place.thread) : !isReply(message);
  }

  #take(message) {
    if (!this.#belongs(message)) return;
    const held = this.#drawn.get(message.ts);
    if (held && looksTheSame(held.message, message)) return this.#recount(held, message);
    const node = this.#draw(message);
    if (held) swap(held.node, node);
    else this.#insert(message, node);
    this.#arrange(node, node.nextElementSibling);
    this.#tell(message, Boolean(held));
  }

  /** What a person opened, sorted or chose in the message stays as they left it. */
  #recount(held, message) {
    held.message = message;
    if (!this.place.thread) recountReplies(held.node, message, this.open);
  }

  #insert(message, node) {
    const after = [...this.list.children].findLast((item) => Number(item.dataset.ts) < Number(message.ts));
    if (after) after.after(node);
    else this.list.prepend(node);
  }

  #tell(message, changed) {
    const own = message.user === this.world.me.id;
    const { isApp, name } = authorOf(this.world, message);
    const answers = isApp && actedLately();
    if (this.#stuck || (!changed && (own || answers))) this.toEnd();
    else if (!changed) this.onfresh?.(true);
    if (!own) announce(`${name}${changed ? " changed a message" : ""}: ${this.#spoken(message)}`);
  }

  /** The message's text as it is read: names, dates and emoji instead of Slack's notation. */
  #spoken(message) {
    return h("p", {}, mrkdwn(message.text ?? "", contextOf(this.world, {}))).textContent || "a message without text";
  }

  #drop({ channel, ts }) {
    const node = this.#drawn.get(ts)?.node;
    if (channel !== this.place.channel || !node) return;
    const next = node.nextElementSibling;
    if (node.contains(document.activeElement)) (node.previousElementSibling ?? next)?.focus();
    node.remove();
    this.#drawn.delete(ts);
    this.#arrange(next);
  }

  /** Day lines, and one head for messages that follow each other closely: each node by the one before it. */
  #arrange(...nodes) {
    for (const node of nodes.filter(Boolean)) arrange(node, node.previousElementSibling, this.world);
  }
}

function arrange(node, before, { zone, now }) {
  const [moment, earlier] = [Number(node.dataset.ts), Number(before?.dataset.ts)];
  const newDay = !before || dayKey(moment, zone) !== dayKey(earlier, zone);
  setDay(node, newDay ? dayLabel(moment, zone, now) : null);
  const close = !newDay && before.dataset.author === node.dataset.author && moment - earlier < TOGETHER;
  node.classList.toggle("follows", close && ![node, before].some((one) => one.classList.contains("ephemeral")));
}

function setDay(node, label) {
  const line = node.querySelector(":scope > .day");
  if (line?.textContent === (label ?? undefined)) return;
  line?.remove();
  if (label) node.prepend(h("p", { class: "day" }, h("span", {}, label)));
}

/** A changed message takes the place of the old one; the keyboard stays on the same control. */
function swap(old, node) {
  const focused = [...old.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  const inside = old.contains(document.activeElement);
  old.replaceWith(node);
  if (inside) (node.querySelectorAll(FOCUSABLE)[focused] ?? node).focus({ preventScroll: true });
}

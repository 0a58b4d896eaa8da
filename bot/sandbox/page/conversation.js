// A list of messages, kept in step with the world: a channel's, or one thread's.

import { announce } from "./announce.js";
import { contextOf } from "./context.js";
import { dayKey, dayLabel } from "./dates.js";
import { h } from "./dom.js";
import { authorOf, buildMessage } from "./message.js";
import { mrkdwn } from "./mrkdwn.js";
import { isReply } from "./world.js";

const NEAR = 160;
const TOGETHER = 300;
const FOCUSABLE = "button, input, textarea, a[href], summary";

/** Draws into `list` (an `<ol>`) inside `scroller`; `place` is `{channel, thread|null}`. */
export class Conversation {
  #nodes = new Map();
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
    this.world.addEventListener("clock", () => this.#arrange(), { signal });
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
    this.#nodes.clear();
    const messages = this.world.list(this.place.channel, this.place.thread);
    for (const message of messages) this.#nodes.set(message.ts, this.#build(message));
    this.list.replaceChildren(...this.#nodes.values());
    this.#arrange();
    this.toEnd();
  }

  /** Scrolls to the newest message and stays there. */
  toEnd() {
    this.#stuck = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.#stuck = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#stuck) this.onfresh?.(false);
  }

  #build(message) {
    return buildMessage(this.world, message, this.open, Boolean(this.place.thread));
  }

  #belongs(message) {
    if (message.channel !== this.place.channel) return false;
    return this.place.thread ? [message.ts, message.thread_ts].includes(this.place.thread) : !isReply(message);
  }

  #take(message) {
    if (!this.#belongs(message)) return;
    const old = this.#nodes.get(message.ts);
    const node = this.#build(message);
    this.#nodes.set(message.ts, node);
    if (old) swap(old, node);
    else this.#insert(message, node);
    this.#arrange();
    this.#tell(message, Boolean(old));
  }

  #insert(message, node) {
    const after = [...this.list.children].findLast((item) => Number(item.dataset.ts) < Number(message.ts));
    if (after) after.after(node);
    else this.list.prepend(node);
  }

  #tell(message, changed) {
    const own = message.user === this.world.me.id;
    if (own && !changed) this.toEnd();
    else if (this.#stuck) this.toEnd();
    else if (!changed) this.onfresh?.(true);
    if (!own) announce(`${authorOf(this.world, message).name}${changed ? " changed a message" : ""}: ${this.#spoken(message)}`);
  }

  /** The message's text as it is read: names, dates and emoji instead of Slack's notation. */
  #spoken(message) {
    return h("p", {}, mrkdwn(message.text ?? "", contextOf(this.world, {}))).textContent || "a message without text";
  }

  #drop({ channel, ts }) {
    const node = this.#nodes.get(ts);
    if (channel !== this.place.channel || !node) return;
    if (node.contains(document.activeElement)) (node.previousElementSibling ?? node.nextElementSibling)?.focus();
    node.remove();
    this.#nodes.delete(ts);
    this.#arrange();
  }

  /** Day lines, and one head for messages that follow each other closely. */
  #arrange() {
    let before = null;
    for (const node of this.list.children) {
      const moment = Number(node.dataset.ts);
      const newDay = !before || dayKey(moment, this.world.zone) !== dayKey(Number(before.dataset.ts), this.world.zone);
      setDay(node, newDay ? dayLabel(moment, this.world.zone, this.world.now) : null);
      const close = before && !newDay && before.dataset.author === node.dataset.author && moment - Number(before.dataset.ts) < TOGETHER;
      node.classList.toggle("follows", Boolean(close) && !node.classList.contains("ephemeral") && !before.classList.contains("ephemeral"));
      before = node;
    }
  }
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

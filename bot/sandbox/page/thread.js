// The panel with one thread: its first message, the replies, and a box to answer in.

import { slack } from "./client.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";

/** Draws into the `#thread` panel. `onclose` once it is shut. */
export class ThreadPanel {
  #shown = null;

  constructor(world, panel, onclose) {
    Object.assign(this, { world, panel, onclose });
    panel.querySelector("[data-close]").addEventListener("click", () => this.close());
    panel.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && this.close());
  }

  /** The `ts` of the thread shown, or null. */
  get ts() {
    return this.#shown?.place.thread ?? null;
  }

  /** Shows a thread and puts the focus into its box. */
  async open(channel, ts, { focus = true } = {}) {
    this.#shown?.close();
    const place = { channel, thread: ts };
    this.panel.hidden = false; // before the box measures itself
    const composer = new Composer(this.world, this.panel.querySelector(".composer-root"), place, "Reply…");
    this.composer = composer;
    this.panel.querySelector(".panel-place").textContent = this.world.conversationLabel(channel);
    this.#shown = new Conversation(this.world, {
      list: this.panel.querySelector(".messages"),
      scroller: this.panel.querySelector(".scroller"),
      place,
      open: { thread: () => {}, trouble: (words) => composer.say(words) },
    });
    if (focus) composer.box.focus();
    await this.#load(place, composer);
  }

  async #load(place, composer) {
    try {
      const { messages } = await slack.messages(this.world.me.id, place.channel, place.thread);
      this.world.keep(place.channel, messages);
    } catch (error) {
      composer.say(error.message);
    }
    if (this.ts === place.thread) this.#shown.drawAll();
  }

  close() {
    if (!this.#shown) return;
    const { thread } = this.#shown.place;
    this.#shown.close();
    this.#shown = null;
    this.panel.hidden = true;
    this.onclose(thread);
  }
}

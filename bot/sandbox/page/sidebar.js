// The list of channels and direct messages, with what is unread.

import { h, hiddenText, replace } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./message.js";
import { isReply } from "./world.js";

/** Draws into `root`; `go(channel)` when one is chosen. */
export class Sidebar {
  constructor(world, root, go) {
    Object.assign(this, { world, root, go, current: null });
    world.addEventListener("channel", () => this.draw());
    world.addEventListener("message", ({ detail }) => this.#count(detail.message));
  }

  /** Marks a channel as the one being read. */
  select(channel) {
    this.current = channel;
    const entry = this.world.channels.get(channel);
    if (entry) entry.unread = 0;
    this.draw();
  }

  #count(message) {
    const entry = this.world.channels.get(message.channel);
    const fresh =
      entry &&
      message.channel !== this.current &&
      message.user !== this.world.me.id &&
      !message.edited &&
      !isReply(message) &&
      !this.#counted(message);
    if (!fresh) return;
    entry.unread = (entry.unread ?? 0) + 1;
    this.draw();
  }

  /** A thread's first message comes again with each reply; it counts once. */
  #counted(message) {
    return message.reply_count > 0;
  }

  draw() {
    const all = [...this.world.channels.values()];
    const rooms = all.filter((one) => one.kind === "public" || one.kind === "private");
    const direct = all.filter((one) => one.kind === "im" || one.kind === "mpim");
    const focused = this.root.contains(document.activeElement) ? document.activeElement.dataset.channel : null;
    replace(this.root, this.#group("Channels", rooms), this.#group("Direct messages", direct));
    if (focused) this.root.querySelector(`[data-channel="${CSS.escape(focused)}"]`)?.focus();
  }

  #group(title, channels) {
    if (!channels.length) return null;
    return h(
      "section",
      { class: "channel-group" },
      h("h2", {}, title),
      h(
        "ul",
        {},
        channels.map((channel) => h("li", {}, this.#entry(channel))),
      ),
    );
  }

  #entry(channel) {
    const current = channel.id === this.current;
    const unread = channel.unread && !current ? h("span", { class: "unread" }, channel.unread, hiddenText(" unread")) : null;
    return h(
      "button",
      {
        type: "button",
        class: `channel${unread ? " has-unread" : ""}${channel.is_archived ? " archived" : ""}`,
        "aria-current": current ? "page" : undefined,
        dataset: { channel: channel.id },
        onclick: () => this.go(channel.id),
      },
      this.#mark(channel),
      h("span", { class: "channel-name" }, channel.kind === "mpim" ? this.world.conversationLabel(channel.id) : channel.name),
      notes(channel),
      unread,
    );
  }

  #mark(channel) {
    if (channel.kind === "private") return [icon("lock"), hiddenText("private ")];
    if (channel.kind === "public") return h("span", { class: "hash", "aria-hidden": "true" }, "#");
    return avatar({ name: this.world.conversationLabel(channel.id), isApp: this.world.isAppDirect(channel.id) });
  }
}

function notes(channel) {
  const words = [channel.is_archived && "archived", channel.is_shared && "shared"].filter(Boolean).join(", ");
  return words ? h("small", { class: "channel-note" }, words) : null;
}

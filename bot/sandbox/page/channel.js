// The middle of the page: one channel's conversation, its box to type in, and the app's Home tab beside it.

import { slack } from "./client.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { h, replace } from "./dom.js";
import { Home } from "./home.js";
import { drawWelcome } from "./welcome.js";

const MESSAGES = "Messages";
const KINDS = { public: "Public channel", private: "Private channel", im: "Direct message", mpim: "Group message" };

/** Shows one channel at a time in `main`; `open.thread(ts)` when a thread is asked for, `open.sayThere(example)` to ask in one. */
export class ChannelView {
  #conversation = null;

  constructor(world, main, { thread, sayThere }) {
    Object.assign(this, { world, main, openThread: thread, sayThere, id: null });
    this.part = (name) => main.querySelector(`[data-part="${name}"]`);
    this.home = new Home(world, this.part("home"));
    this.part("fresh").addEventListener("click", () => this.#conversation.toEnd());
    this.part("tab-messages").addEventListener("click", () => this.showTab("messages"));
    this.part("tab-home").addEventListener("click", () => this.showTab("home"));
    world.addEventListener("message", ({ detail }) => this.#cameBehindHome(detail.message));
    world.addEventListener("channel", ({ detail }) => detail.channel.id === this.id && this.#changed());
  }

  /** Goes to a channel. */
  async open(id) {
    this.#conversation?.close();
    this.id = id;
    this.#head();
    this.composer = new Composer(
      this.world,
      this.part("composer"),
      { channel: id, thread: null },
      `Message ${this.world.conversationLabel(id)}`,
    );
    this.#conversation = new Conversation(this.world, {
      list: this.part("messages"),
      scroller: this.part("scroller"),
      place: { channel: id, thread: null },
      open: { thread: this.openThread, trouble: (words) => this.composer.say(words) },
      onfresh: (fresh) => (this.part("fresh").hidden = !fresh),
    });
    this.#welcome();
    this.showTab("messages");
    await this.#load(id);
  }

  async #load(id) {
    try {
      const { messages } = await slack.messages(this.world.me.id, id);
      this.world.keep(id, messages);
    } catch (error) {
      this.composer.say(error.message);
    }
    if (this.id === id) this.#conversation.drawAll();
  }

  /** Scrolls to the introduction. */
  toStart() {
    this.#conversation.toStart();
  }

  #head() {
    const channel = this.world.channels.get(this.id);
    const label = this.world.conversationLabel(this.id);
    replace(this.part("name"), label);
    replace(
      this.part("topic"),
      [KINDS[channel.kind], channel.is_archived && "archived", channel.is_shared && "shared with another company", channel.topic]
        .filter(Boolean)
        .join(" · "),
    );
    this.part("tabs").hidden = !(this.world.app?.home_tab && this.world.isAppDirect(this.id));
    document.title = `${label} · ${this.world.team.name}`;
  }

  #changed() {
    this.#head();
    this.composer.lockIfArchived();
    this.#welcome();
  }

  #welcome() {
    drawWelcome(this.part("welcome"), this.world, this.id, (example) =>
      example.thread ? this.sayThere(example) : this.composer.send(example.text),
    );
  }

  /** What the app answers to a press in its Home tab comes into the messages: the other tab says so, as Slack's does. */
  #cameBehindHome({ channel, user }) {
    const unseen = channel === this.id && user !== this.world.me.id && !this.part("home").hidden;
    if (unseen) replace(this.part("tab-messages"), `${MESSAGES} `, h("span", { class: "tab-new" }, "new"));
  }

  /** `messages` or `home`. */
  showTab(tab) {
    for (const name of ["messages", "home"]) this.part(`tab-${name}`).setAttribute("aria-selected", String(name === tab));
    this.part("home").hidden = tab !== "home";
    this.part("talk").hidden = tab === "home";
    if (tab === "home") this.home.open();
    else replace(this.part("tab-messages"), MESSAGES);
  }
}

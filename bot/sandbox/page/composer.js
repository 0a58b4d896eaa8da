// The box one types into: messages, mentions and slash commands. What could not be sent stays in the box, with the reason.

import { slack } from "./client.js";
import { freshId, h, hiddenText, replace } from "./dom.js";
import { usageOf } from "./hints.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { stepEntries } from "./steps.js";
import { Suggestions } from "./suggest.js";

const NOT_IN_THREADS = "Slash commands don't work in threads. Mention the app here instead, or use the command in the channel.";
const ARCHIVED = "This channel is archived: nobody can write here.";
const TALLEST = 240;

/** A composer for `place` (`{channel, thread|null}`), drawn into `root`. */
export class Composer {
  #sent = [];
  #recalled = -1;

  constructor(world, root, place, label) {
    Object.assign(this, { world, root, place, label });
    this.#draw();
  }

  get #draftKey() {
    return `draft ${this.world.me.id} ${this.place.channel} ${this.place.thread ?? ""}`;
  }

  #draw() {
    const id = freshId("composer");
    this.box = h("textarea", {
      class: "composer-box",
      rows: 1,
      id,
      "aria-label": this.label,
      placeholder: this.label,
      value: sessionStorage.getItem(this.#draftKey) ?? "",
      oninput: () => this.#typed(),
      onkeydown: (event) => this.#key(event),
    });
    this.suggestions = new Suggestions(this.world, this.box);
    this.usage = h("p", { class: "usage", id: `${id}-usage`, hidden: true });
    this.box.setAttribute("aria-describedby", this.usage.id);
    this.notice = h("p", { class: "trouble", role: "alert" });
    this.button = h("button", { type: "submit", class: "send", title: "Send", disabled: true }, icon("send"), hiddenText("Send"));
    this.form = h(
      "form",
      { class: "composer", onsubmit: (event) => this.#submit(event) },
      this.suggestions.node,
      this.usage,
      h("div", { class: "composer-row" }, this.#shortcuts(), this.box, this.button),
    );
    replace(this.root, this.notice, this.form);
    this.#typed();
    this.lockIfArchived();
  }

  /** The app's global shortcuts, and its workflow steps. */
  #shortcuts() {
    const all = (this.world.app?.shortcuts ?? []).filter((one) => one.type === "global");
    if (!all.length || this.place.thread) return null;
    const run = (one) => () => this.#try(() => slack.shortcut({ user: this.world.me.id, callback_id: one.callback_id }));
    const entries = all.map((one) => ({ label: one.name, hint: one.description, run: run(one) }));
    return h(
      "button",
      {
        type: "button",
        class: "icon-button",
        title: "Shortcuts",
        "aria-haspopup": "menu",
        onclick: async ({ currentTarget }) => openMenu(currentTarget, [...entries, ...(await stepEntries(this.world, () => this.place.channel))]),
      },
      icon("layers"),
      hiddenText("Shortcuts"),
    );
  }

  /** Nothing can be written in an archived channel. */
  lockIfArchived() {
    const archived = Boolean(this.world.channels.get(this.place.channel)?.is_archived);
    this.box.disabled = archived;
    this.box.placeholder = archived ? ARCHIVED : this.label;
  }

  #typed() {
    const text = this.box.value;
    sessionStorage.setItem(this.#draftKey, text);
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, TALLEST)}px`;
    this.button.disabled = !text.trim();
    const usage = usageOf(text, this.world);
    this.usage.hidden = !usage;
    replace(this.usage, usage && [h("strong", {}, usage.command), ` ${usage.hint} `, h("small", {}, usage.description)]);
  }

  #key(event) {
    if (event.isComposing || this.suggestions.handles(event)) return;
    if (event.key === "Enter" && !event.shiftKey) this.#submit(event);
    if (event.key === "ArrowUp" && this.#mayRecall()) this.#recall(event, 1);
    if (event.key === "ArrowDown" && this.#recalled >= 0) this.#recall(event, -1);
  }

  #mayRecall() {
    return this.#sent.length && (!this.box.value || this.#recalled >= 0) && this.#recalled < this.#sent.length - 1;
  }

  #recall(event, step) {
    event.preventDefault();
    this.#recalled += step;
    this.#put(this.#recalled < 0 ? "" : this.#sent.at(-1 - this.#recalled));
  }

  #put(text) {
    this.box.value = text;
    this.#typed();
    this.suggestions.hide();
  }

  #submit(event) {
    event.preventDefault();
    const text = this.box.value.trim();
    if (text) this.send(text);
  }

  /** Sends a text as a person would: a command when it begins with `/`, else a message. */
  async send(text) {
    if (this.form.getAttribute("aria-busy") === "true") return;
    const done = await this.#try(() => this.#deliver(text));
    if (!done) return;
    this.#sent.push(text);
    this.#recalled = -1;
    if (this.box.value.trim() === text) this.#put("");
  }

  #deliver(text) {
    const { channel, thread } = this.place;
    const user = this.world.me.id;
    if (!text.startsWith("/")) return slack.message({ user, channel, text, ...(thread ? { thread_ts: thread } : {}) });
    if (thread) throw new Error(NOT_IN_THREADS);
    const [command] = text.split(/\s/, 1);
    return slack.command({ user, channel, command, text: text.slice(command.length).trim() });
  }

  async #try(work) {
    this.notice.textContent = "";
    this.form.setAttribute("aria-busy", "true");
    try {
      await work();
      return true;
    } catch (error) {
      this.say(error.message);
      return false;
    } finally {
      this.form.removeAttribute("aria-busy");
    }
  }

  /** Shows a trouble above the box. */
  say(words) {
    this.notice.textContent = words;
  }
}

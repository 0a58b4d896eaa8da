// Switches for trouble: what Slack itself may do to an app, and what its answers may be.

import { slack } from "./client.js";
import { h, replace } from "./dom.js";

const SETTLED = 300;
const WAITS = "Waits until the app next calls";

/** Ready-made troubles: what a person reads, and the fault behind it. Each happens once. */
const FAULTS = [
  ["Slack asks to slow down", { method: "chat.postMessage", kind: "error", error: "ratelimited", retry_after: 2, times: 1 }],
  ["Posting answers with an error page", { method: "chat.postMessage", kind: "html", status: 503, times: 1 }],
  ["Posting never answers", { method: "chat.postMessage", kind: "hang", times: 1 }],
  ["Posted, but the reply is lost", { method: "chat.postMessage", kind: "reset_after", times: 1 }],
  ["Slack refuses the blocks", { method: "chat.postMessage", kind: "error", error: "invalid_blocks", times: 1 }],
  ["Slack refuses a form", { method: "views.open", kind: "error", error: "expired_trigger_id", times: 1 }],
];

/** What a waiting fault is called: the words of its button, else the fault itself. */
function namedAs(fault) {
  const same = ([, made]) => Object.entries(made).every(([field, value]) => fault[field] === value);
  return FAULTS.find(same)?.[0] ?? `${fault.method} ${fault.kind} ${fault.error ?? fault.status ?? ""}`;
}

/** Draws the switches into `root`; they are about the channel `current()` names. */
export class Trouble {
  constructor(world, root, current) {
    Object.assign(this, { world, root, current });
    this.notice = h("p", { class: "trouble", role: "alert" });
    this.pending = h("ul", { class: "faults", "aria-label": "Troubles that will happen" });
    world.addEventListener("channel", () => this.draw());
    world.addEventListener("app", () => this.draw());
    world.addEventListener("trace", () => this.#soon());
  }

  /** A call may have used up a fault. */
  #soon() {
    clearTimeout(this.timer);
    if (this.root.open) this.timer = setTimeout(() => this.#list(), SETTLED);
  }

  /** Draws the switches and asks which faults wait. */
  async draw() {
    if (!this.root.open) return;
    const channel = this.world.channels.get(this.current());
    replace(
      this.root.querySelector(".switches"),
      channel ? this.#channelSwitches(channel) : null,
      this.#installedSwitch(),
      this.#faultButtons(),
      this.pending,
      this.notice,
    );
    await this.#list();
  }

  #channelSwitches(channel) {
    if (channel.kind === "im") return null;
    const name = this.world.conversationLabel(channel.id);
    const change = (field) => (value) => slack.channel({ channel: channel.id, [field]: value });
    return [
      this.#check(`The app is a member of ${name}`, channel.is_member, change("bot_member")),
      this.#check(`${name} is archived`, channel.is_archived, change("archived")),
      this.#check(`${name} is shared with another company`, channel.is_shared, change("shared")),
    ];
  }

  #installedSwitch() {
    return this.#check("The app is installed", this.world.app.installed, (installed) => slack.app({ installed }));
  }

  #check(words, checked, send) {
    const toggle = async ({ target }) => {
      const done = await this.#try(() => send(target.checked));
      if (!done) target.checked = !target.checked;
    };
    return h("label", { class: "choice" }, h("input", { type: "checkbox", checked, onchange: toggle }), words);
  }

  #faultButtons() {
    const add = (fault) => () => this.#try(() => slack.addFault(fault)).then(() => this.#list());
    return h(
      "div",
      { class: "fault-buttons", role: "group", "aria-label": "Once, at the next call" },
      h("p", { class: "group-label" }, "Once, at the next call:"),
      FAULTS.map(([words, fault]) => h("button", { type: "button", class: "button quiet", onclick: add(fault) }, words)),
    );
  }

  async #list() {
    const answer = await slack.faults().catch((error) => ({ faults: [], failed: this.#say(error.message) }));
    const faults = Array.isArray(answer) ? answer : (answer.faults ?? []);
    const drop = (id) => () => this.#try(() => slack.dropFault(id)).then(() => this.#list());
    replace(
      this.pending,
      faults.map((fault) =>
        h(
          "li",
          {},
          h("span", {}, `${namedAs(fault)}. `, h("small", {}, `${WAITS} ${fault.method}, however long that takes. Then it is over.`)),
          h("button", { type: "button", class: "link-button", onclick: drop(fault.id) }, "Undo"),
        ),
      ),
    );
  }

  async #try(work) {
    this.#say("");
    try {
      await work();
      return true;
    } catch (error) {
      this.#say(error.message);
      return false;
    }
  }

  #say(words) {
    this.notice.textContent = words;
  }
}

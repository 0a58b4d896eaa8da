// The playground's clock: what it says, and ways to move it. Schedules, figures and messages all live by it.

import { announce } from "./announce.js";
import { slack } from "./client.js";
import { timeOfDay } from "./dates.js";
import { freshId, h, replace } from "./dom.js";

const TITLE = "The playground's clock";
const ABOUT = "The bot's schedules, the figures and the messages all live by it. It only goes forward.";
const JUMPS = [
  ["It is Monday 9:00", { to: "monday-9" }],
  ["An hour later", { hours: 1 }],
  ["A day later", { days: 1 }],
  ["A week later", { days: 7 }],
];
const TICK = 1000;

/** Fills the clock's button and the panel that it opens. */
export class Clock {
  constructor(world, button, panel) {
    Object.assign(this, { world, button, panel, time: button.querySelector("time") });
    this.notice = h("p", { class: "trouble", role: "alert" });
    this.#draw();
    world.addEventListener("clock", () => this.#moved());
    setInterval(() => this.#show(), TICK);
    this.#show();
    panel.addEventListener("toggle", ({ newState }) => newState === "open" && this.#opened());
  }

  #draw() {
    const id = freshId("clock");
    this.moment = h("input", { type: "datetime-local", class: "text-input", id, required: true });
    replace(
      this.panel,
      h("h2", {}, TITLE),
      h("p", { class: "quiet-note" }, ABOUT),
      h(
        "div",
        { class: "jumps", role: "group", "aria-label": "Move it" },
        JUMPS.map(([words, jump]) => h("button", { type: "button", class: "button", onclick: () => this.#move(jump) }, words)),
      ),
      h(
        "form",
        { onsubmit: (event) => this.#submit(event) },
        h("label", { for: id }, "Or go to"),
        h("div", { class: "go-to" }, this.moment, h("button", { type: "submit", class: "button primary" }, "Go")),
      ),
      this.notice,
    );
  }

  #opened() {
    this.notice.textContent = "";
    this.moment.value = this.#wall();
    this.moment.min = this.moment.value;
    this.panel.querySelector("button").focus();
  }

  /** The moment in the person's zone, as the browser's own control writes it. */
  #wall() {
    const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: this.world.zone, dateStyle: "short", timeStyle: "short" });
    return parts.format(this.world.now * 1000).replace(" ", "T");
  }

  #submit(event) {
    event.preventDefault();
    this.#move({ moment: this.moment.value });
  }

  async #move(jump) {
    this.notice.textContent = "";
    try {
      await slack.moveClock({ user: this.world.me.id, ...jump });
    } catch (error) {
      this.notice.textContent = error.message;
    }
  }

  #moved() {
    this.#show();
    this.moment.value = this.moment.min = this.#wall();
    announce(`It is ${this.time.textContent}`);
  }

  #show() {
    const { now, zone } = this.world;
    const day = new Intl.DateTimeFormat("en-US", { timeZone: zone, weekday: "short", day: "numeric", month: "short" }).format(now * 1000);
    const text = `${day}, ${timeOfDay(now, zone)}`;
    if (this.time.textContent === text) return;
    this.time.textContent = text;
    this.button.title = `${TITLE} (${zone})`;
    this.button.setAttribute("aria-label", `${TITLE}: ${text}. Move it`);
  }
}

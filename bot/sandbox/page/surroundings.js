// What surrounds Slack and can be switched: the statistics service's trouble, and how the app is reached.

import { slack } from "./client.js";
import { freshId, h, replace } from "./dom.js";

const WELL = "No trouble";
const FROM_NOW = "It stays on until you switch it off. The next question or digest meets it.";
const REACHED = "The app is reached over";
const TRANSPORTS = { socket: "Socket Mode", http: "HTTP" };
const RESTARTING = "Restarting the app…";

/** Draws its switches into `root`; they are not there where the sandbox was given nothing to switch. */
export class Surroundings {
  constructor(world, root) {
    Object.assign(this, { world, root, known: null, mode: world.app?.mode });
    this.notice = h("p", { class: "trouble", role: "alert" });
    this.state = h("p", { class: "quiet-note", role: "status" });
    world.addEventListener("service", ({ detail }) => this.#met(detail.met));
    world.addEventListener("app", ({ detail }) => this.#reached(detail.mode));
  }

  /** Asks what there is, and draws it. */
  async draw() {
    try {
      this.known = await slack.surroundings();
    } catch (error) {
      this.notice.textContent = error.message;
    }
    replace(this.root, this.#service(), this.#transports(), this.state, this.notice);
  }

  #service() {
    const service = this.known?.service;
    if (!service) return null;
    const id = freshId("service");
    const option = (name, label) => h("option", { value: name }, label);
    const offered = service.troubles.map(({ name, label }) => option(name, label));
    this.choice = h(
      "select",
      { class: "text-input", id, onchange: ({ target }) => this.#meet(target.value || null) },
      option("", WELL),
      offered,
    );
    this.choice.value = service.met ?? "";
    return h(
      "div",
      { class: "service" },
      h("label", { class: "group-label", for: id }, service.name),
      this.choice,
      h("small", {}, FROM_NOW),
    );
  }

  #transports() {
    if (!this.known?.transports.length) return null;
    const name = freshId("transport");
    this.modes = this.known.transports.map((mode) =>
      h("input", { type: "radio", name, value: mode, checked: mode === this.known.mode, onchange: () => this.#switch(mode) }),
    );
    const choices = this.modes.map((input) => h("label", { class: "choice" }, input, TRANSPORTS[input.value] ?? input.value));
    return h("fieldset", { class: "transports" }, h("legend", { class: "group-label" }, REACHED), choices);
  }

  async #meet(trouble) {
    this.notice.textContent = "";
    await slack.meetTrouble({ trouble }).catch((error) => (this.notice.textContent = error.message));
  }

  async #switch(mode) {
    this.notice.textContent = "";
    this.state.textContent = RESTARTING;
    try {
      await slack.switchTransport({ mode });
    } catch (error) {
      this.notice.textContent = error.message;
    }
    this.state.textContent = "";
    this.#reached(this.mode);
  }

  #met(trouble) {
    if (this.known?.service) this.known.service.met = trouble;
    if (this.choice) this.choice.value = trouble ?? "";
  }

  /** While the app is being started anew, the choice stays where the person put it. */
  #reached(mode) {
    this.mode = mode;
    if (this.state.textContent) return;
    for (const input of this.modes ?? []) input.checked = input.value === mode;
  }
}

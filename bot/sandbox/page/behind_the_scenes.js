// What happens behind the scenes: every request to the app with its acknowledgement time, every call of the app to Slack, with the JSON.

import { slack } from "./client.js";
import { timeOfDay } from "./dates.js";
import { h, replace } from "./dom.js";
import { copyButton, jsonBlock } from "./json.js";

const KINDS = { to_app: "To the app", web_api: "Web API", response_url: "response_url", socket: "Socket Mode" };
const MOST = 300;
const SLOW = 1000;
const NOTHING_WRONG = "Slack would accept it";
const EMPTY = "Nothing has passed yet. Ask for something and look here.";

/** Fills `list` with entries, newest first, while the panel is open. */
export class BehindTheScenes {
  #last = 0;
  #shown = new Set(Object.keys(KINDS));

  constructor(world, panel) {
    Object.assign(this, { world, panel, list: panel.querySelector(".trace") });
    replace(
      panel.querySelector(".trace-filters"),
      Object.entries(KINDS).map(([kind, words]) => this.#filter(kind, words)),
    );
    replace(this.list, h("li", { class: "quiet-note" }, EMPTY));
    world.addEventListener("trace", ({ detail }) => this.#add(detail.entry));
  }

  /** Brings the list up to date. */
  async load() {
    const answer = await slack.trace(this.#last);
    for (const entry of Array.isArray(answer) ? answer : (answer.entries ?? answer.trace ?? [])) this.#add(entry);
  }

  #filter(kind, words) {
    const toggle = ({ target }) => {
      this.#shown[target.checked ? "add" : "delete"](kind);
      for (const item of this.list.children) item.hidden = item.dataset.kind && !this.#shown.has(item.dataset.kind);
    };
    return h("label", { class: "choice" }, h("input", { type: "checkbox", checked: true, onchange: toggle }), words);
  }

  #add(entry) {
    if (entry.n <= this.#last) return;
    this.#last = entry.n;
    if (!this.list.firstElementChild?.dataset.kind) this.list.replaceChildren();
    this.list.prepend(this.#item(entry));
    if (this.list.childElementCount > MOST) this.list.lastElementChild.remove();
  }

  #item(entry) {
    const open = () => {
      if (!details.open || details.childElementCount > 1) return;
      details.append(...bodyOf(entry));
      addChecks(details, entry);
    };
    const details = h("details", { ontoggle: open }, this.#summary(entry));
    return h("li", { class: entry.ok ? "" : "failed", dataset: { kind: entry.kind }, hidden: !this.#shown.has(entry.kind) }, details);
  }

  #summary(entry) {
    const time = Number.isFinite(entry.ms) ? `${entry.ms < 10 ? entry.ms.toFixed(1) : Math.round(entry.ms)} ms` : "";
    return h(
      "summary",
      {},
      h("span", { class: `kind kind-${entry.kind}` }, KINDS[entry.kind] ?? entry.kind),
      h("span", { class: "trace-title" }, entry.title),
      h("span", { class: `ms${entry.ms > SLOW ? " slow" : ""}` }, time),
      h("span", { class: "outcome" }, entry.outcome || (entry.ok ? "ok" : "failed")),
      h("time", {}, momentOf(entry, this.world.zone)),
    );
  }
}

function momentOf({ at }, zone) {
  const seconds = typeof at === "number" ? at : Date.parse(at) / 1000;
  return Number.isFinite(seconds) ? timeOfDay(seconds, zone, true) : "";
}

function bodyOf(entry) {
  const kit = blockKitIn(entry.request) ?? blockKitIn(entry.response);
  return [
    kit ? copyButton("Copy Block Kit JSON", kit) : null,
    h("h3", {}, "Request"),
    jsonBlock(entry.request ?? "—", `Request of ${entry.title}`),
    h("h3", {}, "Response"),
    jsonBlock(entry.response ?? "—", `Response to ${entry.title}`),
  ].filter(Boolean);
}

/** What the checkers say of the blocks the app sent in this exchange. */
async function addChecks(details, entry) {
  const answer = await slack.checks(entry.n).catch(() => ({ checks: [] }));
  const line = ({ by, findings }) =>
    h(
      "li",
      { class: findings.length ? "wrong" : "well" },
      `${findings.length ? `${findings.length} findings` : NOTHING_WRONG} (${by})`,
      items(findings),
    );
  if (answer.checks.length)
    details.querySelector("h3").before(h("ul", { class: "checks", "aria-label": "Checked" }, answer.checks.map(line)));
}

const items = (findings) =>
  findings.length
    ? h(
        "ul",
        {},
        findings.map((words) => h("li", {}, words)),
      )
    : null;

/** The message's blocks or the whole view inside a body, in the form Slack's Block Kit Builder takes. */
function blockKitIn(value, depth = 4) {
  const body = parsed(value);
  if (!body || typeof body !== "object" || depth < 0) return null;
  const blocks = parsed(body.blocks);
  if (Array.isArray(blocks) && blocks.length) return ["modal", "home"].includes(body.type) ? body : { blocks };
  return Object.values(body).reduce((found, inner) => found ?? blockKitIn(inner, depth - 1), null);
}

function parsed(value) {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
}

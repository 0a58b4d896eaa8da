// The top of every conversation: where one is, and examples to click.

import { h, replace } from "./dom.js";

const TRY = "Try one of these";

/** Draws the introduction of a channel into `root`; `send(text)` when an example is clicked. */
export function drawWelcome(root, world, channel, send) {
  const entry = world.channels.get(channel);
  if (!entry) return replace(root);
  const isApp = world.isAppDirect(channel);
  const examples = [...(isApp ? prompts(world) : []), ...(world.boot.examples ?? [])];
  return replace(
    root,
    h("p", { class: "welcome-title" }, isApp ? world.channelName(channel) : world.conversationLabel(channel)),
    h("p", { class: "welcome-words" }, introduction(world, entry, isApp)),
    examples.length ? list(examples, send) : null,
  );
}

function introduction(world, entry, isApp) {
  if (isApp) return `Between you and ${entry.name}: write to it as you would to a colleague.`;
  if (entry.kind === "im") return `Between you and ${entry.name}.`;
  const app = world.userName(world.app?.bot_user_id);
  const joined = entry.is_member ? `${app} is a member here.` : `${app} is not a member here.`;
  return `${entry.topic ? `${entry.topic}. ` : ""}${entry.is_archived ? "This channel is archived." : joined}`;
}

const prompts = (world) => (world.app?.suggested_prompts ?? []).map(({ title, message }) => ({ label: title, text: message }));

function list(examples, send) {
  return h(
    "div",
    { class: "examples", role: "group", "aria-label": TRY },
    h("p", { class: "examples-title" }, TRY),
    h(
      "ul",
      {},
      examples.map(({ label, text }) =>
        h(
          "li",
          {},
          h("button", { type: "button", class: "example", onclick: () => send(text) }, h("strong", {}, label), h("code", {}, text)),
        ),
      ),
    ),
  );
}

// The top of every conversation: where one is, and examples to click.

import { h, replace } from "./dom.js";

const TRY = "Try one of these";
const ABOUT = "This is a playground: a real app in a made-up workspace. The people, accounts and figures are made up.";

/** Draws the introduction of a channel into `root`; `say(example)` when an example is clicked. */
export function drawWelcome(root, world, channel, say) {
  const entry = world.channels.get(channel);
  if (!entry) return replace(root);
  const isApp = world.isAppDirect(channel);
  const examples = [...(isApp ? prompts(world) : []), ...(world.boot.examples ?? [])];
  return replace(
    root,
    h("p", { class: "welcome-title" }, isApp ? world.channelName(channel) : world.conversationLabel(channel)),
    h("p", { class: "welcome-about" }, ABOUT),
    h("p", { class: "welcome-words" }, introduction(world, entry, isApp)),
    examples.length ? list(examples, say) : null,
  );
}

function introduction(world, entry, isApp) {
  if (isApp) return `Between you and ${entry.name}: write to it as you would to a colleague.`;
  if (entry.kind === "im") return `Between you and ${entry.name}.`;
  const app = world.userName(world.app?.bot_user_id);
  const joined = entry.is_member ? `${app} is a member here.` : `${app} isn't a member here.`;
  return `${entry.topic ? `${entry.topic}. ` : ""}${entry.is_archived ? "This channel is archived." : joined}`;
}

const prompts = (world) => (world.app?.suggested_prompts ?? []).map(({ title, message }) => ({ label: title, text: message }));

function list(examples, say) {
  return h(
    "div",
    { class: "examples", role: "group", "aria-label": TRY },
    h("p", { class: "examples-title" }, TRY),
    h(
      "ul",
      {},
      examples.map((example) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", class: "example", onclick: () => say(example) },
            h("strong", {}, example.label),
            h("code", {}, example.text),
            example.shows ? h("small", {}, example.shows) : null,
          ),
        ),
      ),
    ),
  );
}

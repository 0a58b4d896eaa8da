// Emoji short names as Slack writes them, as Unicode. A name that is not here stays visible as `:name:`.

import { NAMES } from "./emoji_names.js";

const EMOJI = new Map(
  NAMES.trim()
    .split(/[|\n]/)
    .map((pair) => pair.trim().split(" ")),
);

const SHORTCODE = /:([a-z0-9_+-]+):(?::skin-tone-[2-6]:)?/g;

/** The emoji of a short name, or undefined. */
export const emojiOf = (name) => EMOJI.get(name);

/** Text with every known `:name:` as its emoji. */
export function withEmoji(text) {
  return text.replace(SHORTCODE, (whole, name) => EMOJI.get(name) ?? whole);
}

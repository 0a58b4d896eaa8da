// Text objects of Block Kit: plain_text and mrkdwn, as nodes or as words alone.

import { withEmoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";

/** A text object (or a bare string) as nodes. Slack's documentation: "Text object". */
export function textNodes(object, context) {
  if (object === undefined || object === null) return [];
  if (typeof object === "string") return [withEmoji(object)];
  if (object.type !== "mrkdwn") return [object.emoji === false ? object.text : withEmoji(object.text ?? "")];
  return mrkdwn(object.text ?? "", { ...context, verbatim: object.verbatim === true });
}

/** The words of a text object, for labels and announcements. */
export function textOf(object) {
  if (object === undefined || object === null) return "";
  return withEmoji(typeof object === "string" ? object : (object.text ?? ""));
}

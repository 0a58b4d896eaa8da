"""The views of the message shortcut: the figures of the posts that a message links."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson

from bot.slack.actions import share_from_view_id
from bot.slack.builders import Block, Element, Message, actions, button, context, escape, fits, section
from bot.slack.limits import most
from bot.slack.views import LOADING, View, build_modal, build_notice_view, in_view

SHORTCUT_VIEW_TITLE = "LinkedIn stats"
NO_LINK = "This message has no link to a LinkedIn post."
NO_LINK_REMEDY = "Use this on a message with a post's link or URN. For anything else type `/linkedin-stats`."
SHORTCUT_VIEW_MORE = "… and {n} more in this message; ask for them with `/linkedin-stats` and their links."
SHARE_IN_THREAD = "Share in Thread"
PRIVATE = "Only you see this until you share it."
PRIVATE_ALWAYS = "Only you see this."

#: The callback id of the message shortcut, as the manifest registers it.
MESSAGE_SHORTCUT: Final = "stats_of_message"
#: The callback id of the global shortcut that opens the digest's form.
DIGEST_SHORTCUT: Final = "set_up_digest"

#: Posts of one message that are shown at most.
MOST_POSTS = 5
_MOST_BLOCKS = most("blocks of a view")
#: Only buttons with a link are kept: the others would answer in a channel, which a view has not.
_KEPT = "url"


@dataclass(frozen=True, slots=True)
class ShortcutPlace:
    """The view's ``private_metadata``: where its message is, and the thread in which a post's card is shared; it grants nothing."""

    channel: str = ""
    thread_ts: str = ""


@dataclass(frozen=True, slots=True)
class PostAnswer:
    """A card or an error; ``words`` is the question to ask again for sharing, "" if it cannot be shared."""

    message: Message
    words: str = ""


def build_loading() -> View:
    return build_notice_view(SHORTCUT_VIEW_TITLE, LOADING)


def build_no_link(sentences: Sequence[tuple[str, str]] = ()) -> View:
    """Builds the view for a message without a post; ``sentences`` (not escaped) explain its links, with the remedy."""
    texts = [f"{escape(sentence)} {escape(remedy)}".strip() for sentence, remedy in sentences] or [f"{NO_LINK} {NO_LINK_REMEDY}"]
    return build_modal(SHORTCUT_VIEW_TITLE, [section(f":warning: {text}") for text in texts])


def build_stats(answers: Sequence[PostAnswer], place: ShortcutPlace, *, more: int = 0) -> View:
    """Builds the view with the answers below each other. ``more``: how many posts of the message are left out."""
    blocks: list[Block] = []
    for number, answer in enumerate(answers):
        blocks += [{"type": "divider"}] if number else []
        blocks += _in_view(answer, number)
    blocks += [context(SHORTCUT_VIEW_MORE.format(n=more))] if more else []
    small = PRIVATE if any(answer.words for answer in answers) else PRIVATE_ALWAYS
    metadata = orjson.dumps(asdict(place)).decode()
    return build_modal(SHORTCUT_VIEW_TITLE, [*blocks[: _MOST_BLOCKS - 1], context(small)], metadata=metadata)


def build_plain(note: str, answers: Sequence[PostAnswer]) -> View:
    """Builds the view with the answers as plain text, below the note that says why."""
    return build_modal(SHORTCUT_VIEW_TITLE, [section(note), *(section(answer.message.text) for answer in answers)])


def build_shared(view: Mapping[str, Any], action_id: str, note: str, *, shared: bool) -> View:
    """Builds the view with a note (mrkdwn) below the card whose button was pressed; without that button when it was ``shared``."""
    blocks: list[Block] = []
    earlier = f"note.{action_id}"
    for block in (one for one in view.get("blocks") or () if one.get("block_id") != earlier):
        pressed = any(element.get("action_id") == action_id for element in block.get("elements") or ())
        remaining = [element for element in block.get("elements") or () if not shared or element.get("action_id") != action_id]
        blocks += [block if not pressed else {**block, "elements": remaining}] if remaining or not pressed else []
        blocks += [{**context(note), "block_id": earlier}] if pressed else []
    return build_modal(SHORTCUT_VIEW_TITLE, blocks[:_MOST_BLOCKS], metadata=str(view.get("private_metadata") or ""))


def read_place(view: Mapping[str, Any]) -> ShortcutPlace:
    try:
        stored = orjson.loads(view.get("private_metadata") or "{}")
        return ShortcutPlace(str(stored["channel"]), str(stored["thread_ts"]))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return ShortcutPlace()


def _in_view(answer: PostAnswer, number: int) -> list[Block]:
    """The card's blocks that a view can have, with a button that shares it."""
    blocks = in_view(answer.message, lambda element: _KEPT in element)
    share = button(share_from_view_id(number), SHARE_IN_THREAD, answer.words)
    buttons: list[Element] = [share] if answer.words and fits(answer.words) else []
    rows = [block for block in blocks if block["type"] == "actions"]
    for row in rows:
        buttons += [{**element, "action_id": f"{element['action_id']}.{number}"} for element in row["elements"]]
    return [*(block for block in blocks if block not in rows), *([actions(buttons)] if buttons else [])]

"""The views of the message shortcut: the figures of the posts that a message links."""

from collections.abc import Sequence
from typing import Any, Final

from bot.blockkit.builders import Block, Message, context, escape, plain, section
from bot.blockkit.limits import most

SHORTCUT_VIEW_TITLE = "LinkedIn stats"
CLOSE = "Close"
SHORTCUT_VIEW_LOADING = ":hourglass_flowing_sand: Fetching the figures from LinkedIn …"
NO_LINK = "This message has no link to a LinkedIn post."
NO_LINK_REMEDY = "Use this on a message with a post's link or URN. For anything else type `/linkedin-stats`."
SHORTCUT_VIEW_MORE = "… and {n} more in this message; ask for them with `/linkedin-stats` and their links."
PRIVATE = "Only you see this. To answer for everybody, mention me in the thread with `share`."


#: The callback id of the message shortcut, as the manifest registers it.
MESSAGE_SHORTCUT: Final = "stats_of_message"
#: The callback id of the global shortcut that opens the digest's form.
DIGEST_SHORTCUT: Final = "set_up_digest"


#: Posts of one message that are shown at most.
MOST_POSTS = 5
_MOST_BLOCKS = most("blocks of a view")
#: Buttons with a link are kept; the others would answer in a channel, and a view has none.
_KEPT = "url"

View = dict[str, Any]


def build_loading() -> View:
    """Builds the view that is opened at once, within the trigger's three seconds."""
    return _view([section(SHORTCUT_VIEW_LOADING)])


def build_no_link(sentences: Sequence[tuple[str, str]] = ()) -> View:
    """Builds the view for a message without a post; ``sentences`` (not escaped) say what its links are instead, and the remedy."""
    texts = [f"{escape(sentence)} {escape(remedy)}".strip() for sentence, remedy in sentences] or [f"{NO_LINK} {NO_LINK_REMEDY}"]
    return _view([section(f":warning: {text}") for text in texts])


def build_stats(answers: Sequence[Message], *, more: int = 0) -> View:
    """Builds the view with the answers below each other.

    Args:
        answers: a card or an error for each post, in the message's order.
        more: how many posts of the message are left out.
    """
    blocks: list[Block] = []
    for number, message in enumerate(answers):
        blocks += [{"type": "divider"}] if number else []
        blocks += _in_view(message, number)
    blocks += [context(SHORTCUT_VIEW_MORE.format(n=more))] if more else []
    return _view([*blocks[: _MOST_BLOCKS - 1], context(PRIVATE)])


def build_plain(note: str, answers: Sequence[Message]) -> View:
    """Builds the view with the answers as plain text, below the note that says why."""
    return _view([section(note), *(section(message.text) for message in answers)])


def _in_view(message: Message, number: int) -> list[Block]:
    """The card without what views do not allow: charts, and buttons that answer in a channel."""
    return [kept for block in message.without_native().blocks if (kept := _without_buttons(block, number)) is not None]


def _without_buttons(block: Block, number: int) -> Block | None:
    if block["type"] == "actions":
        links = [{**element, "action_id": f"{element['action_id']}.{number}"} for element in block["elements"] if _KEPT in element]
        return {**block, "elements": links} if links else None
    if "accessory" in block and _KEPT not in block["accessory"]:
        return {name: value for name, value in block.items() if name != "accessory"}
    return block


def _view(blocks: list[Block]) -> View:
    return {"type": "modal", "title": plain(SHORTCUT_VIEW_TITLE), "close": plain(CLOSE), "blocks": blocks}

"""What the message shortcut shows: the figures of the posts that a message links, in a view where the person is."""

from collections.abc import Sequence
from typing import Any, Final

from bot.blockkit.builders import Block, Message, context, plain, section
from bot.blockkit.mrkdwn import escape

SHORTCUT_VIEW_TITLE = "LinkedIn stats"
CLOSE = "Close"
SHORTCUT_VIEW_LOADING = ":hourglass_flowing_sand: Fetching the figures from LinkedIn …"
NO_LINK = "There is no link to a LinkedIn post in this message."
NO_LINK_REMEDY = "It works on messages with a post's link, or its URN. Anything else can be asked with `/linkedin-stats`."
SHORTCUT_VIEW_MORE = "… and {n} more in this message; ask for them with `/linkedin-stats` and their links."
PRIVATE = "Only you see this. To answer for everybody, mention me in the thread with `share`."


#: The callback id of the message shortcut, as the manifest registers it.
MESSAGE_SHORTCUT: Final = "stats_of_message"
#: The callback id of the global shortcut that opens the digest's form.
DIGEST_SHORTCUT: Final = "set_up_digest"


#: So many posts of one message are shown; their cards would grow longer than anybody reads.
MOST_POSTS = 5
#: Slack's documentation: "Modals": blocks in a view.
_MOST_BLOCKS = 100
#: What leads out of the view or only tells; every other button asks again in a channel, which a view has none of.
_KEPT = "url"

View = dict[str, Any]


def build_loading() -> View:
    """What stands there at once, within the trigger's three seconds."""
    return _view([section(SHORTCUT_VIEW_LOADING)])


def build_no_link(sentences: Sequence[tuple[str, str]] = ()) -> View:
    """No post in the message, with what its links are instead (sentence and remedy, foreign text not escaped)."""
    told = [f"{escape(sentence)} {escape(remedy)}".strip() for sentence, remedy in sentences] or [f"{NO_LINK} {NO_LINK_REMEDY}"]
    return _view([section(f":warning: {text}") for text in told])


def build_stats(answers: Sequence[Message], *, more: int = 0) -> View:
    """The answers one below the other: cards, and what went wrong, each where its post stands.

    Args:
        answers: one a post, in the message's order.
        more: how many posts of the message are left out.
    """
    blocks: list[Block] = []
    for number, message in enumerate(answers):
        blocks += [{"type": "divider"}] if number else []
        blocks += _in_view(message, number)
    blocks += [context(SHORTCUT_VIEW_MORE.format(n=more))] if more else []
    return _view([*blocks[: _MOST_BLOCKS - 1], context(PRIVATE)])


def build_plain(note: str, answers: Sequence[Message]) -> View:
    """The answers as text alone, under the note that says why."""
    return _view([section(note), *(section(message.text) for message in answers)])


def _in_view(message: Message, number: int) -> list[Block]:
    """A card as a view can show it: charts are for messages only, and so are buttons that answer in a channel."""
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

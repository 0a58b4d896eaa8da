"""Builds the Home tab from the messages of its sections: the accounts, their week, then the person's digests, alerts and goals."""

from collections.abc import Sequence
from typing import Any

from bot.blockkit.builders import Block, Message, header, section

HOME_LOADING = ":hourglass_flowing_sand: One moment, your figures are being fetched …"


#: Slack's documentation: "Views": blocks in a Home tab.
_MOST_BLOCKS = 100

View = dict[str, Any]
Part = tuple[str, Message]


def build_loading_home() -> View:
    """What a person sees who opens the tab for the first time, until the figures are there."""
    return _home([section(HOME_LOADING)])


def build_home(start: Message, parts: Sequence[Part]) -> View:
    """The tab.

    Args:
        start: the first screen: accounts and their state, the week, examples; or why it may not be shown.
        parts: what follows, each with the heading it gets where it has none: the week of all accounts, the person's digests; or why
            that may not be shown.
    """
    blocks = list(start.without_native().blocks)
    for heading, message in parts:
        # The same refusal in every section is shown once.
        if message.text != start.text:
            blocks += [{"type": "divider"}, *_headed(heading, message)]
    return _home(blocks)


def build_plain_home(note: str, start: Message, parts: Sequence[Part]) -> View:
    """The tab as text alone, under the note that says why."""
    texts = [heading + "\n" + message.text if heading else message.text for heading, message in parts if message.text != start.text]
    return _home([section(text) for text in (note, start.text, *texts)])


def _headed(heading: str, message: Message) -> list[Block]:
    blocks = list(message.without_native().blocks)
    return blocks if not heading or any(block["type"] == "header" for block in blocks) else [header(heading), *blocks]


def _home(blocks: list[Block]) -> View:
    return {"type": "home", "blocks": blocks[:_MOST_BLOCKS]}

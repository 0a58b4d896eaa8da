"""The Home tab: the accounts with their week, then the person's digests, put together of the same answers as everywhere."""

from typing import Any

from bot.blocks.kit import Block, Message, header, section

LOADING = ":hourglass_flowing_sand: One moment, your figures are being fetched …"
DIGESTS = "Your digests"

#: Slack's documentation: "Views": blocks in a Home tab.
_MOST_BLOCKS = 100

View = dict[str, Any]


def build_loading_home() -> View:
    """What a person sees who opens the tab for the first time, until the figures are there."""
    return _home([section(LOADING)])


def build_home(start: Message, digests: Message) -> View:
    """The tab.

    Args:
        start: the first screen: accounts and their state, the week, examples; or why it may not be shown.
        digests: the person's digests with their buttons, or how to set one up; or why that may not be shown.
    """
    if start.text == digests.text:
        # Refused is refused: once is enough.
        return _home(list(start.without_native().blocks))
    blocks = [*start.without_native().blocks, {"type": "divider"}]
    if not any(block["type"] == "header" for block in digests.blocks):
        blocks.append(header(DIGESTS))
    return _home([*blocks, *digests.without_native().blocks])


def _home(blocks: list[Block]) -> View:
    return {"type": "home", "blocks": blocks[:_MOST_BLOCKS]}

"""The pieces that both cards are made of: who, the buttons, the word about what failed, the metadata."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.blocks.actions import CSV, REFRESH, RETRY, SHARE
from bot.blocks.figures import listed
from bot.blocks.kit import Block, Element, button, fits, section
from bot.blocks.mrkdwn import one_line
from bot.blocks.words import (
    FAILED_SEVERAL,
    NONE_AT_ALL,
    OTHERS,
    PARTS_AND_MORE,
    PARTS_FAILED,
    PARTS_RETRY_LABEL,
    REFRESH_LABEL,
    SHARE_LABEL,
)
from bot.domain.accounts import Account
from bot.domain.metrics import Failed, Figures

CSV_LABEL = "CSV"

#: The name of the metadata by which a card is found again in a thread (Slack's documentation: "Message metadata").
EVENT_TYPE = "linkedin_stats_card"

#: A name in a headline; long ones leave room for the figures.
NAME_LIMIT = 60

#: So many accounts or posts are named in one line; the rest is counted.
MOST_NAMED = 8


def account_name(account: Account) -> str:
    """The account's name on one line, or its id where the name is blank (foreign text, not escaped)."""
    return one_line(account.name, NAME_LIMIT) or one_line(account.platform_id, NAME_LIMIT)


def main_buttons(words: str, *, private: bool) -> list[Element]:
    """Share (while only one person sees the card), Refresh and CSV; none when the words do not fit into a button."""
    if not fits(words):
        return []
    always = [button(REFRESH, REFRESH_LABEL, words), button(CSV, CSV_LABEL, words)]
    return [button(SHARE, SHARE_LABEL, words, primary=True), *always] if private else always


def retry(failed: Sequence[str], words: str, *, all_failed: bool) -> Block:
    """What could not be fetched, with a button that asks again."""
    bold = listed(f"*{name}*" for name in failed)
    text = NONE_AT_ALL if all_failed else PARTS_FAILED.format(what=bold, others=OTHERS)
    return section(text, button(RETRY, PARTS_RETRY_LABEL, words) if fits(words) else None)


def retry_several(names: Sequence[str], words: str) -> list[Block]:
    """Accounts or posts (escaped) of which something could not be fetched, with a button that asks for all of it again; none, no block."""
    if not names:
        return []
    more = len(names) - MOST_NAMED
    text = FAILED_SEVERAL.format(what=listed([*names[:MOST_NAMED], PARTS_AND_MORE.format(n=more)] if more > 0 else names))
    return [section(text, button(RETRY, PARTS_RETRY_LABEL, words) if fits(words) else None)]


def has_failed(figures: Figures) -> bool:
    """Whether any of these figures could not be fetched."""
    return any(isinstance(figure, Failed) for figure in figures.values())


def metadata(kind: str, words: str, *, private: bool) -> Mapping[str, Any] | None:
    """What a card in a channel says about itself: the question's words and ``kind``, "post" or "account"; None for a private card."""
    return None if private else {"event_type": EVENT_TYPE, "event_payload": {"words": words, "kind": kind}}

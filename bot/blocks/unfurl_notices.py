"""Whether links to posts are previewed in this workspace, in words: what was switched, how it is, what is missing for it."""

from collections.abc import Iterable
from typing import Final

from bot.blocks.help import example
from bot.blocks.kit import Block, Message, context, section
from bot.blocks.mrkdwn import code, moment
from bot.domain.changes import Change
from bot.domain.unfurls import UNFURL

ON = "Links to your accounts' LinkedIn posts are previewed in this workspace, for everybody in the channel."
OFF = "Links to LinkedIn posts are not previewed in this workspace."
SWITCHED_BY = "Switched on by {who}, {when}."
RULES: Final = (
    "Only posts of accounts I know, two a message at most, the same post once in 30 minutes; never in channels shared with another "
    "company, never where I may not answer or the channel may not see the account, never of an account that opted out."
)
HOW = "An administrator switches it with {on} and {off}."
LACKING = ":warning: The app lacks the scope {scopes}, so nothing is previewed yet: install it again and grant that."


def build_unfurl_state(standing: Change | None, lacking: Iterable[str] = ()) -> Message:
    """How it is.

    Args:
        standing: who switched it on, and when; None while it is off.
        lacking: the scopes that were not granted, as far as Slack tells.
    """
    told = [told_unfurls(standing)]
    if standing and lacking:
        told.append(LACKING.format(scopes=", ".join(code(scope) for scope in sorted(lacking))))
    blocks: list[Block] = [
        section("\n".join(told)),
        context(RULES),
        context(HOW.format(on=example(f"{UNFURL} on"), off=example(f"{UNFURL} off"))),
    ]
    return Message(" ".join(told), tuple(blocks))


def told_unfurls(standing: Change | None) -> str:
    """The same in a sentence or two, for the list of what holds here."""
    return OFF if standing is None else f"{ON} {SWITCHED_BY.format(who=f'<@{standing.by}>', when=moment(standing.at))}"

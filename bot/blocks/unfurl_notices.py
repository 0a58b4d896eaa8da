"""Whether links to posts are previewed in this workspace, in words: what was switched, how it is, what is missing for it."""

from collections.abc import Iterable

from bot.blocks.help import example
from bot.blocks.kit import Block, Message, context, section
from bot.blocks.mrkdwn import code, moment
from bot.blocks.words import LACKING, OFF, ON, RULES, SWITCHED_BY, UNFURL_NOTICES_HOW
from bot.domain.changes import Change
from bot.domain.unfurls import UNFURL


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
        context(UNFURL_NOTICES_HOW.format(on=example(f"{UNFURL} on"), off=example(f"{UNFURL} off"))),
    ]
    return Message(" ".join(told), tuple(blocks))


def told_unfurls(standing: Change | None) -> str:
    """The same in a sentence or two, for the list of what holds here."""
    return OFF if standing is None else f"{ON} {SWITCHED_BY.format(who=f'<@{standing.by}>', when=moment(standing.at))}"

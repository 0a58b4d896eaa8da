"""``unfurl on``, ``unfurl off`` and ``unfurl``: the command that switches previews of links, and the message about their state."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.blockkit.builders import Block, Message, context, section
from bot.blockkit.mrkdwn import code, moment
from bot.errors import NotUnderstood
from bot.reports.help_blocks import example
from bot.subscriptions.audit_entry import AuditEntry

ON_OR_OFF = "Previews of links are on or off."
ON_OR_OFF_REMEDY = "Write `unfurl on`, `unfurl off`, or `unfurl` alone to see which it is."
ON = "Links to your accounts' LinkedIn posts are previewed in this workspace, for everybody in the channel."
OFF = "Links to LinkedIn posts are not previewed in this workspace."
SWITCHED_BY = "Switched on by {who}, {when}."
RULES: Final = (
    "Only posts of accounts I know, two a message at most, the same post once in 30 minutes; never in channels shared with another "
    "company, never where I may not answer or the channel may not see the account, never of an account that opted out."
)
UNFURL_NOTICES_HOW = "An administrator switches it with {on} and {off}."
LACKING = ":warning: The app lacks the scope {scopes}, so nothing is previewed yet: install it again and grant that."


UNFURL = "unfurl"

#: The scopes that previews need, beside those the app cannot do without (Slack's documentation: "link_shared", "chat.unfurl").
SCOPES = frozenset({"links:read", "links:write"})


_FIRST = re.compile(rf"\s*{UNFURL}s?(?![\w-])(.*)", re.IGNORECASE | re.DOTALL)
_STATES = {"on": True, "off": False}


@dataclass(frozen=True, slots=True)
class PreviewCommand:
    """``unfurl on`` (``on`` True), ``unfurl off`` (False), or ``unfurl`` alone, which asks for the state (None)."""

    on: bool | None = None


def read_unfurl(text: str) -> PreviewCommand | None:
    """Reads the command; None when the text is about something else.

    Raises:
        NotUnderstood: anything but on and off stands beside the word.
    """
    found = _FIRST.match(text)
    if found is None:
        return None
    said = found[1].strip(" \t\n.!?").lower()
    if said and said not in _STATES:
        suggestions = (f"{UNFURL} on", f"{UNFURL} off", UNFURL)
        raise NotUnderstood(ON_OR_OFF, remedy=ON_OR_OFF_REMEDY, suggestions=suggestions)
    return PreviewCommand(_STATES.get(said))


def build_unfurl_state(standing: AuditEntry | None, lacking: Iterable[str] = ()) -> Message:
    """Builds the message that says whether links are previewed in this workspace.

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


def told_unfurls(standing: AuditEntry | None) -> str:
    """The state in one or two sentences, for the answer to `permissions`."""
    return OFF if standing is None else f"{ON} {SWITCHED_BY.format(who=f'<@{standing.by}>', when=moment(standing.at))}"

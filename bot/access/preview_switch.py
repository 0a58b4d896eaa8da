"""Previews of links to posts: the words that switch them on and off, and the rules they keep to.

::

    "unfurl on" · "unfurl off" · "unfurl" ─ read_unfurl ─→ UnfurlAsk
    links of a message ─ linked_posts ─→ (address, post), each post once
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.blockkit.builders import Block, Message, context, section
from bot.blockkit.mrkdwn import code, moment
from bot.errors import NotUnderstood
from bot.reports.help_blocks import example
from bot.statistics.posts import PostRef, find_posts
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

#: So many previews one message gets.
MOST_PREVIEWS = 2
#: The same post is not shown again in the same channel before this has passed.
NOT_AGAIN_WITHIN = timedelta(minutes=30)
#: So many links of one message are looked at.
MOST_LINKS = 50

#: The scopes that previews need, beside those the app cannot do without (Slack's documentation: "link_shared", "chat.unfurl").
SCOPES = frozenset({"links:read", "links:write"})


_FIRST = re.compile(rf"\s*{UNFURL}s?(?![\w-])(.*)", re.IGNORECASE | re.DOTALL)
_STATES = {"on": True, "off": False}


@dataclass(frozen=True, slots=True)
class PreviewCommand:
    """``unfurl on`` (``on`` True), ``unfurl off`` (False), or ``unfurl`` alone, which says how it is (None)."""

    on: bool | None = None


def read_unfurl(text: str) -> PreviewCommand | None:
    """The words about previews in a text; None when it is about something else.

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


def linked_posts(urls: Iterable[str], now: datetime) -> tuple[tuple[str, PostRef], ...]:
    """Each post among a message's addresses, with the first address that names it; an address that is no post is passed over."""
    found: dict[PostRef, str] = {}
    for url in list(urls)[:MOST_LINKS]:
        for post in find_posts(url, now).posts[:1]:
            found.setdefault(post, url)
    return tuple((url, post) for post, url in found.items())


# MERGED: Whether links to posts are previewed in this workspace, in words: what was switched, how it is, what is missing for it.


def build_unfurl_state(standing: AuditEntry | None, lacking: Iterable[str] = ()) -> Message:
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


def told_unfurls(standing: AuditEntry | None) -> str:
    """The same in a sentence or two, for the list of what holds here."""
    return OFF if standing is None else f"{ON} {SWITCHED_BY.format(who=f'<@{standing.by}>', when=moment(standing.at))}"

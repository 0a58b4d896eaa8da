"""Previews of links to posts: the words that switch them on and off, and the rules they keep to.

::

    "unfurl on" · "unfurl off" · "unfurl" ─ read_unfurl ─→ UnfurlAsk
    links of a message ─ linked_posts ─→ (address, post), each post once
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.refs import PostRef, find_posts
from bot.domain.words import ON_OR_OFF, ON_OR_OFF_REMEDY
from bot.errors import NotUnderstood

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
class UnfurlAsk:
    """``unfurl on`` (``on`` True), ``unfurl off`` (False), or ``unfurl`` alone, which says how it is (None)."""

    on: bool | None = None


def read_unfurl(text: str) -> UnfurlAsk | None:
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
    return UnfurlAsk(_STATES.get(said))


def linked_posts(urls: Iterable[str], now: datetime) -> tuple[tuple[str, PostRef], ...]:
    """Each post among a message's addresses, with the first address that names it; an address that is no post is passed over."""
    found: dict[PostRef, str] = {}
    for url in list(urls)[:MOST_LINKS]:
        for post in find_posts(url, now).posts[:1]:
            found.setdefault(post, url)
    return tuple((url, post) for post, url in found.items())

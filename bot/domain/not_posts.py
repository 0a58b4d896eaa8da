"""What a link, URN or number is when it is no post: one sentence that says so and one that says what to paste instead."""

import re
from dataclasses import dataclass

from bot.domain.words import OPEN_SHORT_LINK, PAGES, PASTE_A_POST, TYPES


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is no post, and what to paste instead."""

    sentence: str
    remedy: str


#: LinkedIn's own link shortener: where it leads is known to LinkedIn alone, and the bot never follows links.
SHORTENERS = ("lnkd.in", "www.lnkd.in")

SHORT_LINK = Reason("That is a short link (lnkd.in), and where it leads cannot be seen from here.", OPEN_SHORT_LINK)
FOREIGN = Reason("That is not a link to linkedin.com.", PASTE_A_POST)
TOO_SHORT = Reason("The number in that link is too short for a LinkedIn post.", PASTE_A_POST)
IMPOSSIBLE = Reason("That number cannot be a LinkedIn post: it holds no date on which one could have been published.", PASTE_A_POST)
NOT_YET = Reason("That number cannot be a LinkedIn post yet: it holds a date in the future.", PASTE_A_POST)
NO_NUMBER = Reason("That LinkedIn link does not hold a post's number.", PASTE_A_POST)
FEED = Reason("That is LinkedIn's feed, not one post.", PASTE_A_POST)


_POST_TYPES = ("share", "ugcpost", "activity")

_MOST_SHOWN = 80


def urn_reason(urn: str) -> Reason:
    """Why this decoded URN is no post: another type, or no usable number."""
    kind = urn.lower().removeprefix("urn:li:").partition(":")[0]
    if kind in _POST_TYPES:
        return Reason("That URN does not end in a post's number.", PASTE_A_POST)
    return Reason(f"That URN names {TYPES.get(kind, 'something else')}, not a post.", PASTE_A_POST)


def path_reason(path: str) -> Reason:
    """Why the page at this decoded path of linkedin.com is no post."""
    room = path.strip("/").partition("/")[0].lower()
    if room == "feed":
        return FEED
    if page := PAGES.get(room):
        return Reason(f"That is {page}, not a post.", PASTE_A_POST)
    return NO_NUMBER


def shown(piece: str) -> str:
    """A pasted piece fit to be shown: no query (it may name a member), no user name, no backtick, at most 80 characters."""
    bare = re.sub(r"(?<=//)[^/\\@\s]*@", "", re.split(r"[?#]|%(?:25)*3F", piece, maxsplit=1, flags=re.IGNORECASE)[0])
    return bare if len(bare) <= _MOST_SHOWN else f"{bare[: _MOST_SHOWN - 1]}…"

"""Slips in what the bot writes: a noun that disagrees with its number, doubled or lost characters, names of the code.

With CHECK_WORDING=1 in the environment ``open_scene`` looks for them in everything that Slack received from the bot in any test.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from bot.sandbox.slack.oracle import Accepted

SINGULAR = (
    "day|week|month|quarter|year|hour|minute|second|post|account|impression|reaction|comment|reshare|member|follower|digest|alert|goal|group"
    "|watch|channel|time|message|file|place|figure|name|row|call|reply|word|letter|number|part|entry|setting|button|page|point|person"
)
PLURAL = rf"(?:{SINGULAR})s|people|replies|entries|watches"
#: A number that counts what follows it: no part of a date, a decimal, a code, or a limit of an alert ("> 20 day").
_COUNT = r"(?<![\w,.:/–—+−#@$-])(?<!> )(?<!&gt; )"
_MORE = r"(?:more |other |known |whole |full |last |new |earlier |later |such )?"
_MANY = r"(?:0|[2-9]|\d{2,3}|\d{1,3}(?:,\d{3})+)"

SLIPS = {
    "one and a plural": re.compile(rf"{_COUNT}1 {_MORE}(?:{PLURAL}|have|are|were)\b"),
    "many and a singular": re.compile(rf"{_COUNT}{_MANY} {_MORE}(?:{SINGULAR})\b(?!['’…-])"),
    "a or an": re.compile(r"\b[Aa] (?:8\d?|11|18)(?![\d:,])|\b[Aa]n (?:[1-79]|10|1[2-79]|[2-79]\d)(?![\d:,])"),
    "doubled": re.compile(
        r"(?<=[a-z.,;:)]) {2,}(?=\w)|(?<![.])\.\.(?![.\d])|,,|;;|\. \.|\b(?:the the|a a|of of|in in|is is|are are|to to|and and)\b"
    ),
    "lost": re.compile(r"\(\s*\)|\(\s*[,;]|(?<=\w) [,.;](?=\s|$)|[,:(]\.(?=\s|$)"),
    "code": re.compile(
        r"\bNone\b(?! (?:of|in|is|are|was|were|has|have)\b)|\b(?:NaN|nan|IMPRESSION|REACTION|COMMENT|RESHARE|MEMBERS_REACHED)\b"
        r"|\{[a-z_]*\}|[-−]0(?![\d.,:])|[-−]0[.,]0+(?!\d)"
    ),
}

#: Commands, code, quotes, links and emoji, and what others wrote in them.
_ASIDE = re.compile(
    r"```.*?```|`[^`]*`|<[^<>]*>|“[^”]*”|\"[^\"\n]*\"|:[a-z_]+:|^(?:/linkedin-stats|alert|goal|digest|board|top|team) .*$",
    re.DOTALL | re.MULTILINE,
)


def texts(part: Any) -> Iterator[str]:
    """Every text that a person reads in a message or view."""
    if isinstance(part, dict):
        for name, one in part.items():
            if isinstance(one, str):
                if name in ("text", "title", "alt_text"):
                    yield one
            elif name != "metadata":
                yield from texts(one)
    elif isinstance(part, (list, tuple)):
        for one in part:
            yield from texts(one)


def assert_wording(accepted: Iterable[Accepted]) -> None:
    """Fails on slips in what Slack accepted."""
    assert not (found := slips(text for one in accepted for text in texts((dict(one.payload), one.blocks, {"text": one.text})))), found


def slips(written: Iterable[str]) -> list[tuple[str, str]]:
    """The slips in these texts: each one's kind, and the words around it."""
    return [
        (kind, plain[max(slip.start() - 60, 0) : slip.end() + 40])
        for plain in {_ASIDE.sub("‹›", text) for text in written}
        for kind, pattern in SLIPS.items()
        for slip in pattern.finditer(plain)
    ]

"""Slips of wording in what the bot says: a number beside a noun of the other number, doubled or lost characters, names of the code.

The tests' scenes look for them in everything that Slack received (``open_scene``).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

SINGULAR = (
    "day|week|month|quarter|year|hour|minute|second|post|account|impression|reaction|comment|reshare|member|follower|digest|alert|goal|group"
    "|channel|time|message|file|place|figure|name|row|call|reply|word|letter|number|part|entry|setting|button|page|point"
)
_COUNT = r"(?<![\w,.:/–—+−#@$\d-])"
_MORE = r"(?:more |other |known |whole |full |last |new |earlier |later |such )?"
_MANY = r"(?:0|[2-9]|\d{2,3}|\d{1,3}(?:,\d{3})+)"

#: What is a slip, by its kind. Foreign words and what people typed stand in code or quotes and are not read.
SLIPS = {
    "1 and many": re.compile(rf"{_COUNT}1 {_MORE}(?:(?:{SINGULAR})s|people|replies|entries|have|are|were)\b"),
    "many and 1": re.compile(rf"{_COUNT}{_MANY} {_MORE}(?:{SINGULAR}|person)\b(?!['’s-])"),
    "a or an": re.compile(r"\b[Aa] (?:8\d?|11|18)(?![\d:,])|\b[Aa]n (?:[1-79]|10|1[2-79]|[2-79]\d)(?![\d:,])"),
    "doubled": re.compile(r"(?<=\S)  +(?=\S)|(?<![.])\.\.(?![.\d])|,,|;;|\. \.|\b(the|a|of|in|is|are|to|and|for) \1\b"),
    "lost": re.compile(r"\(\s*\)|\[\s*\]|\(\s*[,;]|(?<=\w) [,.;](?=\s|$)|[,;:(]\.(?:\s|$)"),
    "code": re.compile(
        r"\b(?:None|NaN|nan|True|False|IMPRESSION|REACTION|COMMENT|RESHARE|MEMBERS_REACHED)\b|\{[a-z_]*\}|[-−]0(?![\d.:])|[-−]0\.0+(?!\d)"
    ),
}

_ASIDE = re.compile(r"```.*?```|`[^`]*`|<[^<>]*>|“[^”]*”|\"[^\"\n]*\"|:[a-z_]+:", re.DOTALL)


def texts(part: Any) -> Iterator[str]:
    """Every text that a person reads in a message or view, as it was sent."""
    if isinstance(part, dict):
        for name, one in part.items():
            if isinstance(one, str):
                if name in ("text", "title", "alt_text"):
                    yield one
            elif name not in ("metadata", "value"):
                yield from texts(one)
    elif isinstance(part, (list, tuple)):
        for one in part:
            yield from texts(one)


def slips(said: Iterable[str]) -> list[tuple[str, str]]:
    """The slips in these texts: each one's kind, and the words around it."""
    found = []
    for text in set(said):
        plain = _ASIDE.sub("‹›", text)
        for kind, pattern in SLIPS.items():
            for slip in pattern.finditer(plain):
                found.append((kind, plain[max(slip.start() - 60, 0) : slip.end() + 40]))
    return found

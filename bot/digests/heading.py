"""A digest's title and intro line: parsed from words and the form, stored with the digest, and shown in its message.

They are stored as plain text; in an intro ``<@U…>`` mentions a person and ``<!subteam^S…>`` a user group, nothing else is a mention.
"""

import re
from dataclasses import asdict, dataclass
from html import unescape
from typing import Any, Final

import orjson

from bot.blockkit.builders import escape, one_line
from bot.errors import NotUnderstood
from bot.statistics.reports import Directory

QUOTES = "Put the {part} in quotes."
TOO_LONG = "That {part} is {n} characters long, and {most} is the most."
TOO_LONG_REMEDY = "Make it shorter."

MOST_TITLE: Final = 60
MOST_INTRO: Final = 300
_MOST = {"title": MOST_TITLE, "intro": MOST_INTRO}
#: A part with its text in quotes; other quotes, in which nothing is looked for; a part taken away; a part without quotes.
_QUOTED = r"(?:\"[^\"]*\"|[“”„][^“”\"]*[“”]|«[^»\"]*»)"
_FOUND = re.compile(
    rf"(?<!\S)(?P<given>title|intro)(?:d|duction)?(?: line)?:?\s*(?P<text>{_QUOTED})|{_QUOTED}"
    r"|(?<!\S)(?:no|without(?: an?)?|remove(?: the)?) (?P<gone>title|intro)(?!\S)"
    r"|(?<!\S)(?P<bare>title|intro):?\s+(?=\S)",
    re.IGNORECASE,
)
_QUOTES = re.compile('["“”„«»]')
#: Slack's own notation: a mention, a channel or a link, with its label.
_TOKEN = re.compile(r"<(?P<sign>[@#!]?)(?P<what>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_MENTION = re.compile(r"&lt;(@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+)&gt;")


@dataclass(frozen=True, slots=True)
class DigestHeading:
    """A digest's title and first line; "" for none."""

    title: str = ""
    intro: str = ""

    @property
    def as_json(self) -> str:
        """The heading as JSON, stored with the digest; "" without title and intro."""
        return orjson.dumps(asdict(self)).decode() if self.title or self.intro else ""

    def changed(self, title: str | None, intro: str | None) -> "DigestHeading":
        """A copy with these parts; None leaves a part unchanged."""
        return DigestHeading(self.title if title is None else title, self.intro if intro is None else intro)


def heading_of(stored: str) -> DigestHeading:
    """The heading from its JSON; an empty one where that cannot be parsed."""
    try:
        read: dict[str, Any] = orjson.loads(stored) if stored else {}
        return DigestHeading(str(read.get("title") or ""), str(read.get("intro") or ""))
    except (orjson.JSONDecodeError, AttributeError):
        return DigestHeading()


def take_heading(text: str, directory: Directory) -> tuple[str, dict[str, str]]:
    """The text without title and intro, and these parts ("" for one that is removed).

    Args:
        text: a command as Slack sends it, escaped.
        directory: the accounts, whose names may contain these words.

    Raises:
        NotUnderstood: one of them is too long, or without quotes.
    """
    given: dict[str, str] = {}
    named = {word for account in directory.accounts for word in account.name.lower().split()}

    def taken(found: "re.Match[str]") -> str:
        if bare := (found["bare"] or "").lower():
            if bare in named:
                return found[0]
            quoted = f'{text[: found.start()].strip()} {bare} "{text[found.end() :].replace(chr(34), "").strip()}"'
            raise NotUnderstood(QUOTES.format(part=bare), suggestions=(quoted,))
        if not (part := (found["given"] or found["gone"] or "").lower()):
            return found[0]
        given[part] = checked_part(part, _plain((found["text"] or "")[1:-1], mentions=part == "intro"))
        return ""

    rest = _FOUND.sub(taken, text)
    return " ".join(rest.split()) if given else text, given


def checked_part(part: str, text: str) -> str:
    """A title or intro on one line, without double quotes, which commands put around it; raises NotUnderstood when it is too long."""
    shown = _QUOTES.sub("'", one_line(text, len(text)))
    if len(shown) > _MOST[part]:
        raise NotUnderstood(TOO_LONG.format(part=part, n=len(shown), most=_MOST[part]), remedy=TOO_LONG_REMEDY)
    return shown


def heading_words(title: str | None, intro: str | None) -> tuple[str, ...]:
    """The words of these parts in a command, which ``take_heading`` parses; none for None."""
    parts = {"title": title, "intro": intro}
    return tuple(f'{part} "{escape(text)}"' if text else f"no {part}" for part, text in parts.items() if text is not None)


def intro_text(heading: DigestHeading) -> str:
    """The intro as mrkdwn: people and user groups are mentioned, everything else is escaped."""
    return _MENTION.sub(r"<\1>", escape(heading.intro))


def _plain(text: str, *, mentions: bool) -> str:
    """Slack's escaped text as plain text; with ``mentions`` those of people and groups are kept."""

    def plain_text(token: "re.Match[str]") -> str:
        if mentions and (token["sign"] == "@" or token["what"].startswith("subteam^")):
            return f"<{token['sign']}{token['what']}>"
        return f"{'' if not token['sign'] else '#' if token['sign'] == '#' else '@'}{(token['label'] or token['what']).lstrip('@#')}"

    return unescape(_TOKEN.sub(plain_text, text))

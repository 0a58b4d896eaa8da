"""A digest's title, intro and ways of posting; plain text, but for ``<@U…>`` and ``<!subteam^S…>``, which mention in an intro."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from html import unescape
from typing import Any, Final

import orjson

from bot.errors import NotUnderstood
from bot.lazy_regex import lazy_regex
from bot.slack.builders import escape, one_line
from bot.statistics.reports import Directory

QUOTES = "Put the {part} in quotes."
TOO_LONG = "That {part} is {n} characters long, and {most} is the most."
TOO_LONG_REMEDY = "Make it shorter."

MOST_TITLE: Final = 60
MOST_INTRO: Final = 300
_MOST = {"title": MOST_TITLE, "intro": MOST_INTRO}
#: The words that switch each option on, as commands have them, and those that switch it off.
SWITCHES: Final = {"only_headline": ("only headline", "in full"), "skip_unchanged": ("skip when unchanged", "also when unchanged")}
_HEADLINE = r"(?:only|just)(?: the)? headline"
_UNCHANGED = r"(?:when|if)(?: it(?:['’]?s| is| has)?)? (?:unchanged|not changed|nothing(?: has|['’]s)? changed)"
_CHANGED = (
    r"(?:when|if) (?:something|anything|(?:the |any )?(?:figures?|numbers?|stats)|there(?:['’]s| is| are)(?: any| some)?)"
    r"(?: really| has| have)* (?:changes?d?|moves?d?|new)"
)
#: A part with its text in quotes; other quotes, in which nothing is looked for; a part taken away; a part without quotes.
_QUOTED = r"(?:\"[^\"]*\"|[“”„][^“”\"]*[“”]|«[^»\"]*»)"
_FOUND = lazy_regex(
    rf"(?<!\S)(?P<given>title|intro|called|named|call it|name it)(?:d|duction)?(?: line)?:?\s*(?P<text>{_QUOTED})|{_QUOTED}"
    r"|(?<!\S)(?:no|without(?: an?)?|remove(?: the)?) (?P<gone>title|intro)(?!\S)"
    rf"|(?<!\S)(?:(?P<only_headline_off>in full|(?:not|no longer) {_HEADLINE})|(?P<only_headline_on>{_HEADLINE}|headline only)"
    rf"|(?P<skip_unchanged_off>(?:also|even|don['’]?t skip(?: it)?) {_UNCHANGED})"
    rf"|(?P<skip_unchanged_on>(?:and )?(?:skip(?: it)? {_UNCHANGED}|(?:but )?only {_CHANGED})))"
    r"(?=[\s,]|$),?"
    r"|(?<!\S)(?P<bare>title|intro|called|named|call it|name it)d?:?\s+(?=\S)",
    re.IGNORECASE,
)
_QUOTES = lazy_regex('["“”„«»]')
#: Slack's own notation: a mention, a channel or a link, with its label.
_TOKEN = lazy_regex(r"<(?P<sign>[@#!]?)(?P<what>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_MENTION = lazy_regex(r"&lt;(@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+)&gt;")

#: Some options with their values.
OptionChanges = dict[str, str | bool]


@dataclass(frozen=True, slots=True)
class DigestOptions:
    """A digest's options; a title or intro of "" is none."""

    title: str = ""
    intro: str = ""
    #: The headline alone goes to the channel, everything else into its thread.
    only_headline: bool = False
    #: Nothing is posted where no figure has changed (``bot.digests.reports.is_unchanged``).
    skip_unchanged: bool = False

    @property
    def given(self) -> OptionChanges:
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def as_json(self) -> str:
        return orjson.dumps(self.given).decode() if self.given else ""

    def changed(self, changes: OptionChanges) -> "DigestOptions":
        return replace(self, **changes)  # type: ignore[arg-type]  # each has the type of its field


def options_of(stored: str) -> DigestOptions:
    """The options from their JSON; none where that cannot be parsed."""
    try:
        return known_options(orjson.loads(stored) if stored else {})
    except (orjson.JSONDecodeError, AttributeError):
        return DigestOptions()


def known_options(given: Mapping[str, Any]) -> DigestOptions:
    return DigestOptions(**{name: type(usual)(given.get(name) or usual) for name, usual in asdict(DigestOptions()).items()})


def take_options(text: str, directory: Directory) -> tuple[str, OptionChanges]:
    """The escaped text without options, and these ("" for a removed one). Raises NotUnderstood: one is too long, or without quotes."""
    given: OptionChanges = {}
    names = [account.name.lower() for account in directory.accounts]

    def taken(found: "re.Match[str]") -> str:
        if bare := _part(found["bare"]):
            if any(bare in name.split() for name in names):
                return found[0]
            quoted = f'{text[: found.start()].strip()} {bare} "{text[found.end() :].replace(chr(34), "").strip()}"'
            raise NotUnderstood(QUOTES.format(part=bare), suggestions=(quoted,))
        for name in SWITCHES:
            if words := found[f"{name}_on"] or found[f"{name}_off"]:
                if any(words.lower() in one for one in names):
                    return found[0]
                given[name] = bool(found[f"{name}_on"])
                return ""
        if not (part := _part(found["given"] or found["gone"])):
            return found[0]
        given[part] = checked_part(part, _plain((found["text"] or "")[1:-1], mentions=part == "intro"))
        return ""

    rest = _FOUND.sub(taken, text)
    return " ".join(rest.split()).rstrip(",") if given else text, given


def _part(word: str | None) -> str:
    named = (word or "").lower()
    return "title" if named.startswith(("call", "name")) else named


def checked_part(part: str, text: str) -> str:
    """A title or intro on one line, without double quotes, which commands put around it; raises NotUnderstood when it is too long."""
    shown = _QUOTES.sub("'", one_line(text, len(text)))
    if len(shown) > _MOST[part]:
        raise NotUnderstood(TOO_LONG.format(part=part, n=len(shown), most=_MOST[part]), remedy=TOO_LONG_REMEDY)
    return shown


def option_words(options: OptionChanges) -> tuple[str, ...]:
    """The words of these options in a command, which ``take_options`` parses."""
    texts = (f'{part} "{escape(str(options[part]))}"' if options[part] else f"no {part}" for part in _MOST if part in options)
    return (*texts, *(words[not options[name]] for name, words in SWITCHES.items() if name in options))


def first_named(options: OptionChanges) -> str:
    """The first of these options in a sentence: "A title", or its words."""
    name, value = next(iter(options.items()))
    return {"title": "A title", "intro": "An intro"}.get(name) or f"`{option_words({name: value})[0]}`"


def intro_text(options: DigestOptions) -> str:
    """The intro as mrkdwn: people and user groups are mentioned, everything else is escaped."""
    return _MENTION.sub(r"<\1>", escape(options.intro))


def _plain(text: str, *, mentions: bool) -> str:
    """Slack's escaped text as plain text; with ``mentions`` those of people and groups are kept."""

    def plain_text(token: "re.Match[str]") -> str:
        if mentions and (token["sign"] == "@" or token["what"].startswith("subteam^")):
            return f"<{token['sign']}{token['what']}>"
        return f"{'' if not token['sign'] else '#' if token['sign'] == '#' else '@'}{(token['label'] or token['what']).lstrip('@#')}"

    return unescape(_TOKEN.sub(plain_text, text))

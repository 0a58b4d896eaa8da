"""Writes what a person types in Slack's notation: `<@U…>`, `<#C…|name>`, `<https://…>`, and `&amp;` for `&`.

Slack's documentation, "Formatting text for app surfaces" and "Slash commands: escaping".
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

_GRAMMAR = (
    r"(?P<code>```.*?```|`[^`\n]+`)"
    r"|(?P<made><(?:@[UW]|\#[CGD]|!|https?://|mailto:)[^<>\n]*>)"
    r"|(?P<url>https?://[^\s<>|`]+)"
    r"|(?P<bare>(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|in|io|dev|example)(?:/[^\s<>|`]*)?(?![\w-]))"
    r"|(?P<person>(?<![\w@])@(?P<name>{names}|[a-z0-9][a-z0-9._-]*))"
    r"|(?P<channel>(?<![\w\#&])\#(?P<place>[a-z0-9][a-z0-9_-]*))"
)
FindId = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of what was typed."""

    kind: str
    """`text`, `code`, `made`, `link`, `user` or `channel`."""
    raw: str
    """As typed."""
    target: str = ""
    """The address, or the id."""


class Reader:
    """Splits typed text; `people` has an id for each name that can be mentioned, `find_channel` finds a channel's."""

    def __init__(self, people: Mapping[str, str], find_channel: FindId) -> None:
        self._people = {name.lower(): person for name, person in people.items()}
        self._find_channel = find_channel
        names = "|".join(re.escape(name) for name in sorted(people, key=len, reverse=True))
        self._token = re.compile(_GRAMMAR.replace("{names}", names), re.IGNORECASE | re.DOTALL)

    def pieces(self, typed: str) -> Iterator[Piece]:
        """The typed text split into text, code, links, people and channels; unknown names stay text."""
        end = 0
        for match in self._token.finditer(typed):
            piece = self._piece(match)
            if piece is None:
                continue
            if match.start() > end:
                yield Piece("text", typed[end : match.start()])
            yield piece
            end = match.start() + len(piece.raw)
        if end < len(typed):
            yield Piece("text", typed[end:])

    def _piece(self, match: re.Match[str]) -> Piece | None:
        raw = match.group()
        if match["code"] or match["made"]:
            return Piece("code" if match["code"] else "made", raw)
        if match["url"] or match["bare"]:
            trimmed = raw.rstrip(".,;:!?)]}'\"…”’")
            return Piece("link", trimmed, trimmed if match["url"] else f"http://{trimmed}")
        if match["person"]:
            person = self._people.get(match["name"].lower())
            return Piece("user", raw, person) if person else None
        channel = self._find_channel(match["place"])
        return Piece("channel", raw, channel) if channel else None


def escaped(text: str) -> str:
    """The text with `&`, `<` and `>` escaped as Slack does."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def notated(parts: list[Piece], label: Callable[[Piece], str]) -> str:
    """The pieces in Slack's notation; `label` gives the text behind the bar of a person or channel, if any."""
    return "".join(_notated(piece, label) for piece in parts)


def _notated(piece: Piece, label: Callable[[Piece], str]) -> str:
    if piece.kind == "made":
        return piece.raw
    if piece.kind == "link":
        shown = "" if piece.raw == piece.target else f"|{escaped(piece.raw)}"
        return f"<{escaped(piece.target)}{shown}>"
    if piece.kind in {"user", "channel"}:
        return f"<{'@' if piece.kind == 'user' else '#'}{piece.target}{label(piece)}>"
    return escaped(piece.raw)


def links_in(text: str) -> list[str]:
    """The addresses linked in a text that is in Slack's notation, each once, in order."""
    found = re.findall(r"<(https?://[^|>]+)", text)
    return [url.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for url in dict.fromkeys(found)]

"""Makes the `rich_text` block that Slack's own client makes of what a person typed.

    pieces ──▶ lines ──▶ code block | quote | list | section ──▶ runs: bold, italics, struck through, code

Slack's documentation, "Formatting text for app surfaces" and "Rich text block".
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from bot.sandbox.slack.notation import Piece
from bot.sandbox.slack.typed_lists import LIST, Item, item_of, lists

Json = dict[str, Any]
FENCE = "```"

_STYLED = re.compile(r"(?<![\w*_~])(?P<mark>[*_~])(?=\S)(?P<inner>[^\n]+?)(?<=\S)(?P=mark)(?!\w)")
_MADE_PERSON = re.compile(r"<@([UW]\w+)(?:\|[^>]*)?>")


def rich_text(pieces: Sequence[Piece], block_id: str) -> Json:
    """The block; code between three backticks, lines that begin with `>` and lists are elements of their own."""
    parts = [part for kind, lines in groupby(_lines(pieces), _kind) for part in _parts(kind, list(lines))]
    return {"type": "rich_text", "block_id": block_id, "elements": parts}


def _lines(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """The pieces, line by line; a code block is a line of its own."""
    line: list[Piece] = []
    before: Piece | None = None
    for piece in pieces:
        if _is_block(piece):
            yield from ([line] if line else [])
            yield [piece]
            line = []
        elif piece.kind == "text":
            raw = piece.raw.removeprefix("\n") if before and _is_block(before) else piece.raw
            first, *others = raw.split("\n")
            line += _text(first)
            for other in others:
                yield line
                line = _text(other)
        else:
            line.append(piece)
        before = piece
    if line:
        yield line


def _text(words: str) -> list[Piece]:
    return [Piece("text", words)] if words else []


def _is_block(piece: Piece) -> bool:
    return piece.kind == "code" and piece.raw.startswith(FENCE)


def _kind(line: Sequence[Piece]) -> str:
    if line and _is_block(line[0]):
        return "rich_text_preformatted"
    if item_of(line):
        return LIST
    quoted = bool(line) and line[0].kind == "text" and line[0].raw.startswith(">")
    return "rich_text_quote" if quoted else "rich_text_section"


def _parts(kind: str, lines: list[list[Piece]]) -> Iterator[Json]:
    if kind == "rich_text_preformatted":
        for (piece,) in lines:
            yield {"type": kind, "elements": [{"type": "text", "text": piece.raw.removeprefix(FENCE).removesuffix(FENCE).strip("\n")}]}
        return
    if kind == LIST:
        yield from lists(_items(lines))
        return
    elements: list[Json] = []
    for place, line in enumerate(lines):
        elements += [{"type": "text", "text": "\n"}] if place else []
        elements += [element for piece in _unquoted(kind, line) for element in _elements(piece)]
    if elements:
        yield {"type": kind, "elements": elements}


def _items(lines: list[list[Piece]]) -> Iterator[tuple[Item, list[Json]]]:
    for line in lines:
        if item := item_of(line):
            yield item, [element for piece in item.words(line) for element in _elements(piece)]


def _unquoted(kind: str, line: list[Piece]) -> list[Piece]:
    if kind != "rich_text_quote":
        return line
    return [Piece("text", line[0].raw[1:].removeprefix(" ")), *line[1:]]


def _elements(piece: Piece) -> Iterator[Json]:
    if piece.kind == "text":
        yield from _runs(piece.raw, {})
    elif piece.kind == "link":
        yield {"type": "link", "url": piece.target} | ({} if piece.raw == piece.target else {"text": piece.raw})
    elif piece.kind == "user":
        yield {"type": "user", "user_id": piece.target}
    elif piece.kind == "channel":
        yield {"type": "channel", "channel_id": piece.target}
    elif piece.kind == "code":
        yield {"type": "text", "text": piece.raw.strip("`"), "style": {"code": True}}
    else:
        made = _MADE_PERSON.fullmatch(piece.raw)
        yield {"type": "user", "user_id": made[1]} if made else {"type": "text", "text": piece.raw}


def _runs(text: str, style: dict[str, bool]) -> Iterator[Json]:
    """The text split where its style changes; marks can be nested."""
    end = 0
    for match in _STYLED.finditer(text):
        yield from _run(text[end : match.start()], style)
        yield from _runs(match["inner"], {**style, {"*": "bold", "_": "italic", "~": "strike"}[match["mark"]]: True})
        end = match.end()
    yield from _run(text[end:], style)


def _run(text: str, style: dict[str, bool]) -> Iterator[Json]:
    if text:
        yield {"type": "text", "text": text} | ({"style": style} if style else {})

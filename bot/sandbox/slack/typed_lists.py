"""Reads the lists in what a person typed: `- `, `* ` or `• ` begins an item, `1. ` a numbered one, two spaces indent it.

Slack's documentation, "Rich text block": a `rich_text_list` is of one style and one depth; the next depth is the next list.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.sandbox.slack.notation import Piece

Json = dict[str, Any]
LIST = "rich_text_list"
DEEPEST = 8

_MARK = re.compile(r"(?P<space> *)(?:[-*•]|(?P<number>\d{1,3})[.)]) +")


@dataclass(frozen=True, slots=True)
class Item:
    """The marker before an item's words."""

    indent: int
    """How deep it is; 0 is the outermost."""
    number: int | None
    """The number a person gave it; None in a list of dots."""
    mark: str
    """As typed."""

    def words(self, line: Sequence[Piece]) -> list[Piece]:
        """The line without its mark."""
        rest = line[0].raw.removeprefix(self.mark)
        return [*([Piece("text", rest)] if rest else []), *line[1:]]


def item_of(line: Sequence[Piece]) -> Item | None:
    """The line as a list's item; None for other lines, and for a mark without words."""
    match = _MARK.match(line[0].raw) if line and line[0].kind == "text" else None
    if match is None or (len(line) == 1 and match.end() == len(line[0].raw)):
        return None
    number = int(match["number"]) if match["number"] else None
    return Item(min(len(match["space"]) // 2, DEEPEST), number, match[0])


def lists(items: Iterable[tuple[Item, list[Json]]]) -> Iterator[Json]:
    """Neighbours of one style and depth as one list, in their order; `offset` where its numbers begin later than at one."""
    for (numbered, indent), group in groupby(items, lambda pair: (pair[0].number is not None, pair[0].indent)):
        entries = list(group)
        first = entries[0][0].number or 1
        yield {
            "type": LIST,
            "style": "ordered" if numbered else "bullet",
            "indent": indent,
            "elements": [{"type": "rich_text_section", "elements": elements} for _, elements in entries],
        } | ({"offset": first - 1} if first > 1 else {})

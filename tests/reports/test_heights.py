"""How tall every answer is on a phone, by fixed rules: nothing asked for privately takes more than two screens, a page of the help one.

``heights.txt`` beside this file has them all; ``UPDATE_SNAPSHOTS=1 pytest tests/reports/test_heights.py`` writes it anew.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import unescape
from math import ceil
from pathlib import Path
from typing import Any, Final

from tests.fixtures.crowds import crowd_of

HERE: Final = Path(__file__).parent
TABLE: Final = HERE / "heights.txt"

#: A phone 390 pixels wide, as the sandbox's page draws a message there: pixels, and characters in a line.
PHONE: Final[Mapping[str, int]] = {
    "screen": 844,
    "head": 42,  # the name, the time, "Only visible to you"
    "gap": 6,  # between two blocks
    "characters": 40,
    "heading characters": 30,
    "column characters": 19,
    "line": 22,
    "folded from": 700,  # characters of a section, which then shows so much, and "Show more"
    "folded": 247,
    "heading line": 25,
    "small line": 19,
    "small characters": 46,
    "chart": 313,
    "table": 100,  # a data table without its rows: caption and head
    "pages": 77,  # the filter and the pages of one with more rows than a page
    "row": 18,  # without its lines
    "row with a button": 47,
    "name characters": 15,  # in a row's first column
    "table row": 32,
    "button row": 40,
    "width": 322,
    "letter": 8,
    "button edge": 34,
    "menu": 190,
    "overflow": 42,
    "divider": 25,
    "card": 150,
}
#: A sentence or a row more is no growth; by more than this it is looked at.
GROWN: Final = 200

#: As wide as two letters.
EMOJI: Final = re.compile(r":[a-z_]+:")

#: Two screens.
MOST: Final = 2 * PHONE["screen"]

#: What goes into a channel for everybody, with or without having been asked for; a preview has the blocks that will be posted.
POSTED: Final = (
    "digest_one", "digest_several", "alert_line", "alert_normal", "alert_rate", "alert_week", "goal_reached", "/linkedin-stats digest all",
)  # fmt: skip

#: Everything that can be asked for in words.
ASKED: Final = (
    "", "help", "help ask", "help compare", "help digests", "help alerts", "help settings", "urn:li:share:7123456789012345678",
    "urn:li:share:7123456789012345678 urn:li:share:7434685316856377344", "last week", "28d", "365d", "last week daily",
    "90d daily", "impressions last week", "team", "team 90d", "board", "board growth", "top", "top team", "top team comments last month",
    "acme vs linkedin-ABC", "acme vs last month", "accounts", "default", "groups", "status", "permissions", "unfurl", "history",
    "digest list", "digest acme every monday 9:00", "digest all every monday 9:00", "alert impressions +50% week", "alert list",
    "alert test", "goals", "goal impressions 50,000 month", "goal team comments 500 month", "last wek", "urn:li:activity:1", "best times",
)  # fmt: skip


def lines(text: str, characters: int) -> int:
    return sum(max(1, ceil(len(_shown(line)) / characters)) for line in text.split("\n"))


def _shown(text: str) -> str:
    """What is read of mrkdwn: of a link its words, of a date token a short day, of an escaped sign the sign."""
    shown, rest = "", text
    while (start := rest.find("<")) >= 0 and (end := rest.find(">", start)) > 0:
        token = rest[start + 1 : end]
        words = (
            token.rpartition("|")[2]
            if "|" in token and not token.startswith("!date")
            else "today at 10:42"
            if "!date" in token
            else token[:12]
        )
        shown, rest = f"{shown}{rest[:start]}{words}", rest[end + 1 :]
    return EMOJI.sub("##", unescape(shown + rest).replace("*", "").replace("`", ""))


def _header(block: Mapping[str, Any]) -> int:
    return PHONE["heading line"] * lines(block["text"]["text"], PHONE["heading characters"])


def _context(block: Mapping[str, Any]) -> int:
    text = " ".join(element.get("text", "") for element in block["elements"])
    return PHONE["small line"] * lines(text, PHONE["small characters"])


def _data_table(block: Mapping[str, Any]) -> int:
    rows, page = block["rows"][1:], int(block.get("page_size", 5))
    return PHONE["table"] + (PHONE["pages"] if len(rows) > page else 0) + sum(map(_row, rows[:page]))


def _row(cells: Sequence[Mapping[str, Any]]) -> int:
    tall = PHONE["row"] + PHONE["line"] * lines(cells[0].get("text", ""), PHONE["name characters"])
    return max(tall, PHONE["row with a button"]) if any(cell["type"] == "action_cell" for cell in cells) else tall


def _rich_text(block: Mapping[str, Any]) -> int:
    return PHONE["line"] * sum(lines(text, PHONE["characters"]) for text in _paragraphs(block["elements"]))


def _section(block: Mapping[str, Any]) -> int:
    beside = block.get("accessory")
    menu = beside is not None and beside["type"].endswith("select")
    room = PHONE["characters"] if beside is None or menu else PHONE["characters"] - 12
    tall = _text(block["text"]["text"], room) if "text" in block else 0
    texts = [field["text"] for field in block.get("fields", ())]
    pairs = [texts[at : at + 2] for at in range(0, len(texts), 2)]
    tall += sum(PHONE["line"] * max(lines(text, PHONE["column characters"]) for text in pair) + 4 for pair in pairs)
    return tall + (PHONE["button row"] if menu else 0)


def _text(text: str, room: int) -> int:
    tall = PHONE["line"] * lines(text, room)
    return min(tall, PHONE["folded"]) if len(text) >= PHONE["folded from"] else tall


def _rows(elements: Sequence[Mapping[str, Any]]) -> int:
    rows, left = 1, PHONE["width"]
    for element in elements:
        kind = element["type"]
        wide = PHONE["overflow"] if kind == "overflow" else PHONE["menu"] if kind.endswith("select") else _button(element)
        if wide > left and left < PHONE["width"]:
            rows, left = rows + 1, PHONE["width"]
        left -= min(wide, left)
    return rows


def _button(element: Mapping[str, Any]) -> int:
    return PHONE["button edge"] + PHONE["letter"] * len(element["text"]["text"])


def _paragraphs(elements: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for element in elements:
        parts = element.get("elements", ())
        if any("elements" in part for part in parts):
            yield from _paragraphs(parts)
        else:
            yield "".join(part.get("text", "@somebody") for part in parts)


#: How tall each type of block is.
HEIGHTS: Final[Mapping[str, Callable[[Mapping[str, Any]], int]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": lambda block: PHONE["button row"] * _rows(block["elements"]),
    "data_visualization": lambda _: PHONE["chart"],
    "data_table": _data_table,
    "table": lambda block: PHONE["table row"] * len(block["rows"]),
    "rich_text": _rich_text,
    "divider": lambda _: PHONE["divider"],
    "card": lambda _: PHONE["card"],
    "carousel": lambda _: PHONE["card"],
    "container": lambda block: height(block.get("blocks") or block.get("elements") or ()),
}


def height(blocks: Sequence[Mapping[str, Any]]) -> int:
    """Of a message's or view's blocks, below each other."""
    return sum(HEIGHTS[block["type"]](block) + PHONE["gap"] for block in blocks)


def table_of(measured: Mapping[str, int]) -> str:
    return "".join(f"{tall:6} {name}\n" for name, tall in sorted(measured.items(), key=lambda one: (-one[1], one[0])))


def known() -> dict[str, int]:
    rows = (line.split(" ", 1) for line in map(str.strip, TABLE.read_text(encoding="utf-8").splitlines()))
    return {name: int(tall) for tall, name in rows}


def snapshots() -> dict[str, Sequence[Mapping[str, Any]]]:
    every = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((HERE / "snapshots").glob("*.json"))}
    return {name: payload["blocks"] for name, payload in every.items() if payload.get("blocks")}


async def test_no_private_answer_is_taller_than_two_screens_of_a_phone(open_scene):
    """Everything that can be asked for, and every variant of a card that is kept as a snapshot."""
    measured = {f"card {name}": PHONE["head"] + height(blocks) for name, blocks in snapshots().items()}
    async with open_scene() as scene:
        for words in ASKED:
            measured[f"/linkedin-stats {words}".strip()] = PHONE["head"] + height((await scene.ask(words))["blocks"])
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        TABLE.write_text(table_of(measured), encoding="utf-8")
    posted = {name for name in measured if name.removeprefix("card ").startswith(POSTED)}
    assert {name: tall for name, tall in measured.items() if tall > MOST and name not in posted} == {}
    assert {name: tall for name, tall in measured.items() if "help" in name and tall > PHONE["screen"]} == {}
    before = known()
    grown = {name: tall for name, tall in measured.items() if tall > before.get(name, tall) + GROWN}
    assert grown == {}, "look at it, then write the table anew"


async def test_fifty_accounts_with_long_names_take_no_more_than_two_screens(open_scene):
    """Their names are cut to three lines, and the rest of them stands in the file or on further pages."""
    world = crowd_of([f"Dr. Maximiliane-Charlotte von und zu Hohenstein {number} GmbH & Co. KG" for number in range(50)])
    async with open_scene(acknowledge_within=0.2, world=world) as scene:
        asked = ("", "team last week", "board last week", "top team last week", "accounts")
        tall = {words: PHONE["head"] + height((await scene.ask(words))["blocks"]) for words in asked}
        assert {words: pixels for words, pixels in tall.items() if pixels > MOST} == {}

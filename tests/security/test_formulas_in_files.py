"""A CSV cell that a spreadsheet would take for a formula, whatever invisible characters stand before it (OWASP: "CSV Injection")."""

import csv
import io
import random
import unicodedata

import pytest

from bot.reports.tables import BOM, CSV, Cell, Grid, build_file

STARTS = "=+-@＝＋－＠﹦﹢﹣﹫−"
INVISIBLE = [
    "\u200b", "\u200e", "\u202e", "\u2060", "\u2066", "\ufeff", "\u00ad", "\u034f", "\u115f", "\u1160", "\u17b4", "\u180b", "\u180e",
    "\u2800", "\u3000", "\u3164", "\ufe0f", "\uffa0", "\ufffc", "\x00", "\x1b", "\x7f", "\x85", "\xa0", "\U000e0020", "\U000e0100",
]  # fmt: skip


def written(text):
    """The cell as the file holds it, in a title, a row and a note."""
    grid = Grid("A", (text,), ((Cell(text),),))
    content = build_file(CSV, "A", [grid], [text]).content.decode().removeprefix(BOM)
    return [row[0] for row in csv.reader(io.StringIO(content, newline="")) if row]


def is_guarded(cell):
    return cell.startswith("'")


@pytest.mark.parametrize("character", INVISIBLE, ids=lambda one: f"U+{ord(one):04X}")
def test_a_formula_behind_an_invisible_character_is_guarded(character):
    for start in STARTS:
        assert all(map(is_guarded, written(f"{character}{start}HYPERLINK(1)"))), (character, start)


def test_a_formula_behind_any_mixture_of_them_is_guarded():
    chance = random.Random(13_11)  # noqa: S311  # repeatable, hides nothing
    every = [chr(number) for number in range(0x110000) if unicodedata.category(chr(number)) in {"Cf", "Cc", "Zs", "Zl", "Zp"}]
    for _ in range(300):
        before = "".join(chance.choices(every + INVISIBLE, k=chance.randint(0, 6)))
        assert all(map(is_guarded, written(f"{before}{chance.choice(STARTS)}1"))), before


@pytest.mark.parametrize("separator", [";", "\t", "\n", "\r", "|"])
def test_a_formula_behind_another_countries_separator_is_guarded(separator):
    """A spreadsheet set to German takes a semicolon for the end of a cell."""
    for cell in written(f"Ann{separator} \u200b=HYPERLINK(1)"):
        assert "'" in cell.partition(separator)[2]


@pytest.mark.parametrize("text", ["Ann Lee", "R&D = fun", "a-b", "3 + 4", "\u200eAnn", "ann@example.org", "Ł", ""])
def test_other_words_stay_as_they_are(text):
    assert all(cell == text for cell in written(text))

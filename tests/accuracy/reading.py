"""What a card says, as texts by name, and whether a text says what is right."""

import re
from fractions import Fraction
from html import unescape

import pytest

from tests.accuracy.recompute import half_up, percent_text, written
from tests.accuracy.service import METRICS

NAMES = dict(
    zip(METRICS, ("Impressions", "Members reached", "Reactions", "Comments", "Reshares"), strict=True),
)
RATE = "Engagement rate"
BASES = {"impressions": "IMPRESSION", "reach": "MEMBERS_REACHED"}
#: From below this earlier value a change is given without a percentage.
SMALL = 10


def fields(card):
    """A card's figures by their names."""
    sections = [block for block in card["blocks"] if block["type"] == "section"]
    # Of an odd number the first stands above the others.
    texts = [
        one["text"]
        for block in sections
        for one in [*([block["text"]] if "fields" in block and "text" in block else ()), *block.get("fields", ())]
    ]
    return {name.strip("*"): figure for name, _, figure in (unescape(text).partition("\n") for text in texts)}


def rows(card):
    """The table's rows as texts by column, by the first words that name the row."""
    table = next((block for block in card["blocks"] if block["type"] == "data_table"), None)
    if table is None:
        return []
    head, *rest = [[cell["text"] for cell in row if cell["type"] != "action_cell"] for row in table["rows"]]
    return [dict(zip(head, row, strict=False)) for row in rest]


def assert_figure(text, value, where):
    """The text begins with the count, or says that there is none."""
    if isinstance(value, int):
        assert re.findall(r"^[\d,]+", text) == [written(value)], (where, text, value)
    else:
        assert not text[:1].isdigit(), (where, text, value)


def assert_rate(text, fraction, where):
    if fraction is None:
        assert not text[:1].isdigit(), (where, text)
        return
    percent, text = fraction * 100, unescape(text)
    shown = re.match(r"<?([\d,.]+)%", text)
    assert shown, (where, text, percent)
    if 0 < percent < Fraction(1, 200):
        assert shown[0] == "<0.01%", (where, text, float(percent))
        return
    assert not text.startswith("<"), (where, text)
    assert Fraction(shown[1].replace(",", "")) == Fraction(half_up(percent, 2).replace(",", "")), (where, text, float(percent))


def assert_change(text, now, before, whole, where, *, days=(7, 7)):
    """A percentage only where both periods are whole and the earlier value is large enough, and then the right one.

    Of periods that are not equally long it is that of the averages per day, and says so.
    """
    shown = re.search(r"([▲▼+−]|up |down ) ?(<?[\d.,]+)%( per day)?", unescape(text))
    if not whole or not isinstance(now, int) or not isinstance(before, int) or before < SMALL:
        assert not shown, (where, text)
        return
    now, before = Fraction(now, days[0]), Fraction(before, days[1])
    if now == before:
        assert not shown, (where, text)
        return
    exact = abs(now - before) * 100 / before
    if not shown:
        pytest.fail(f"{where}: no change in {text!r} for {before} → {now}")
    assert shown[1].strip() in (("▲", "up", "+") if now > before else ("▼", "down", "−")), (where, text)
    assert bool(shown[3]) == (days[0] != days[1]), (where, text)
    right = percent_text(exact)
    if now and now < before and right == "100":
        right = f"{int(exact * 10) // 10}.{int(exact * 10) % 10}"
    assert shown[2] == right, (where, text, float(exact))

"""Figures in rows and columns: the one value that a message's table and a file are both made of, so that they cannot differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.blocks.figures import rate_words
from bot.blocks.kit import Block, Element, data_table, raw_number, raw_text
from bot.blocks.mrkdwn import one_line
from bot.blocks.numbers import MINUS, count, long_day, percent, percent_digits, rate, rate_digits, signed
from bot.blocks.words import FIGURES_NEW as NEW_BEFORE
from bot.blocks.words import FIGURES_NOT_FETCHED, NO_FIGURE, NOTHING
from bot.domain.metrics import Change, Failed, Figure, Rate, UnknownRate, Value

NEW: Final = NEW_BEFORE

#: Slack's documentation, data_table: at most 100 rows under the header.
MOST_ROWS = 100
_CELL_LIMIT = 80
_PAGE = 20


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell reads, and the number or day it stands for; None for words and for everything unknown."""

    text: str
    value: float | date | None = None
    #: The plain digits of a value in per cent, with as many decimals as are read; "" for everything else.
    percent: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the first column says what each row is about. Texts in it may be foreign."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def words_cell(text: str) -> Cell:
    """Words on one line (foreign text is welcome)."""
    return Cell(one_line(text, _CELL_LIMIT) or NOTHING)


def figure_cell(figure: Figure | None) -> Cell:
    """A figure, or which of the two unknowns it is; never 0 for either."""
    if isinstance(figure, Value):
        return Cell(count(figure.count), figure.count)
    return Cell(FIGURES_NOT_FETCHED if isinstance(figure, Failed) else NO_FIGURE)


def rate_cell(engagement: Rate | UnknownRate) -> Cell:
    """An engagement rate in per cent as it reads, or why there is none."""
    if not isinstance(engagement, Rate):
        return Cell(rate_words(engagement))
    return _percent(rate(engagement.fraction), rate_digits(engagement.fraction))


def moved_cell(moved: Change | None) -> Cell:
    """How many more or fewer."""
    return Cell(NOTHING) if moved is None else Cell(signed(moved.absolute), moved.absolute)


def growth_cell(moved: Change | None) -> Cell:
    """The same in per cent; words where there is no percentage."""
    if moved is None:
        return Cell(NOTHING)
    if moved.new:
        return Cell(NEW)
    if moved.percent is None:
        return Cell(NOTHING)
    digits = percent_digits(moved.percent)
    return _percent(growth(moved.percent), f"-{digits}" if digits and moved.percent < 0 else digits)


def growth(fraction: float) -> str:
    """A change in per cent with its sign: ``+12 %``, ``−8.4 %``, ``0 %``."""
    return f"{'+' if fraction > 0 else MINUS if fraction else ''}{percent(fraction)}"


def _percent(text: str, digits: str) -> Cell:
    """The number is the one that is read, so that a file says what the message says; what is too small to write stays words."""
    return Cell(text, float(digits), percent=digits) if digits else Cell(text)


def day_cell(day: date | None) -> Cell:
    """A day, which sorts as one."""
    return Cell(NOTHING) if day is None else Cell(long_day(day), day)


def number_cell(number: int, text: str = "") -> Cell:
    """A plain number."""
    return Cell(text or count(number), number)


def table(grid: Grid, page_size: int = _PAGE) -> Block:
    """The grid as Slack's native table; rows beyond Slack's 100 are the caller's to leave out and to say so."""
    rows = [[raw_text(title) for title in grid.columns], *(_row(row) for row in grid.rows[:MOST_ROWS])]
    return data_table(grid.caption, rows, min(page_size, max(len(rows) - 1, 1)))


def _row(row: Sequence[Cell]) -> list[Element]:
    return [_element(cell) for cell in row]


def _element(cell: Cell) -> Element:
    if cell.value is None:
        return raw_text(cell.text)
    return raw_number(cell.value.toordinal() if isinstance(cell.value, date) else cell.value, cell.text)

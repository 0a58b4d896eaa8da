"""Grids of figures, as Slack's tables and as CSV and XLSX files, so that both show the same; words are never formulas ("CSV Injection")."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from bot.lazy_regex import lazy_regex
from bot.reports.figures import NO_FIGURE, NOT_FETCHED_FIGURE, NOTHING, rate_words
from bot.slack.builders import Block, Element, one_line, shorten
from bot.slack.interactive import data_table, raw_number, raw_text
from bot.slack.limits import most
from bot.slack.numbers import MINUS, average, average_digits, count, percent, percent_digits, rate, rate_digits, signed
from bot.slack.request import File
from bot.statistics.metrics import Failed, Figure, MetricChange, Rate, UnknownRate, Value

SMALL = "too few"
#: The cell of a row without a button.
NO_BUTTON = "–"
#: The rows under a table's header.
MOST_ROWS = most("table rows") - 1
_CELL_LIMIT = 80
#: Characters of a post's or account's name in a row: three lines on a phone.
_NAME_LIMIT = 40
#: Rows on a page, in an answer and in a digest or on the Home tab.
PAGE, DIGEST_PAGE = 10, 5
OPEN, ACCOUNT = "Open", "Account"


class Cell(Struct, frozen=True):
    """A cell's text and its number or day; None for words and unknown figures."""

    text: str
    value: float | date | None = None
    #: The plain digits of a percentage, with the shown decimals; "" for everything else.
    percent: str = ""
    #: The plain digits of a value in percentage points; "" for everything else.
    points: str = ""


class Grid(Struct, frozen=True):
    """A table: the first column says what each row is about. Texts in it may be foreign."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def words_cell(text: str) -> Cell:
    """Words on one line (foreign text is welcome)."""
    return Cell(one_line(text, _CELL_LIMIT) or NOTHING)


def named_briefly(grid: Grid) -> Grid:
    """The grid with its first column, and accounts in another, shortened for a phone."""
    names = {0, *(place for place, title in enumerate(grid.columns) if title == ACCOUNT)}
    brief = (
        tuple(Cell(shorten(cell.text, _NAME_LIMIT)) if place in names else cell for place, cell in enumerate(row)) for row in grid.rows
    )
    return replace(grid, rows=tuple(brief))


def figure_cell(figure: Figure | None) -> Cell:
    if isinstance(figure, Value):
        return Cell(count(figure.count), figure.count)
    return Cell(NOT_FETCHED_FIGURE if isinstance(figure, Failed) else NO_FIGURE)


def rate_cell(engagement: Rate | UnknownRate) -> Cell:
    if not isinstance(engagement, Rate):
        return Cell(rate_words(engagement))
    return _percent(rate(engagement.fraction), rate_digits(engagement.fraction))


def moved_cell(moved: MetricChange | None) -> Cell:
    return Cell(NOTHING) if moved is None else Cell(signed(moved.absolute), moved.absolute)


def average_cell(number: Fraction) -> Cell:
    digits = average_digits(number)
    if not digits:
        return Cell(average(number))
    return Cell(average(number), float(digits) if "." in digits else int(digits))


def growth_cell(moved: MetricChange | None) -> Cell:
    if moved is None:
        return Cell(NOTHING)
    if moved.new:
        return Cell("new, 0 before")
    if moved.percent is None:
        return Cell(SMALL)
    digits = percent_digits(moved.percent)
    return _percent(growth(moved.percent), f"-{digits}" if digits and moved.percent < 0 else digits)


def growth(fraction: Fraction | float) -> str:
    return f"{'+' if fraction > 0 else MINUS if fraction else ''}{percent(fraction)}"


def _percent(text: str, digits: str) -> Cell:
    """A percentage whose number is the shown one, so that file and message agree; too small ones stay words."""
    return Cell(text, float(digits), percent=digits) if digits else Cell(text)


def number_cell(number: int, text: str = "") -> Cell:
    return Cell(text or count(number), number)


def on_screen(grid: Grid, columns: Sequence[str], caption: str) -> Grid:
    """The grid with these columns in this order, those that it has: the screen shows about five, the file all."""
    places = [grid.columns.index(title) for title in dict.fromkeys(columns) if title in grid.columns]
    rows = tuple(tuple(row[place] for place in places) for row in grid.rows)
    return Grid(caption, tuple(grid.columns[place] for place in places), rows)


def table(grid: Grid, opens: Sequence[Element | None] = (), page: int = PAGE) -> Block:
    """The grid as Slack's native table, within its limits; ``opens``: a button, or None, for the last column of each row."""
    rows = [[raw_text(title) for title in grid.columns], *([element(cell) for cell in row] for row in grid.rows[:MOST_ROWS])]
    if opens:
        buttons = (opened or raw_text(NO_BUTTON) for opened in opens)
        rows = [[*row, opened] for row, opened in zip(rows, (raw_text(OPEN), *buttons), strict=False)]
    return data_table(grid.caption, rows, min(page, max(len(rows) - 1, 1)))


def element(cell: Cell) -> Element:
    if cell.value is None:
        return raw_text(cell.text)
    return raw_number(cell.value.toordinal() if isinstance(cell.value, date) else cell.value, cell.text)


CSV: Final = "csv"
XLSX: Final = "xlsx"
#: Excel reads UTF-8 only where the file begins with this.
BOM: Final = "\ufeff"

#: Characters that are invisible in a cell: blanks, control and format characters, and Unicode's default-ignorable ones.
_UNSEEN = (
    r"\s\x00-\x1f\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)

#: What a spreadsheet may take for the beginning of a formula (also small and full-width forms, and the minus sign), after invisible
#: characters. With another list separator than the comma, a cell may begin inside a text.
_FORMULA = lazy_regex(rf"(^|[;|\t\r\n])(?=[{_UNSEEN}]*[=+\-@＝＋－＠﹦﹢﹣﹫−])")
#: Excel's documentation: a sheet's name has at most 31 characters and none of these.
_SHEET_LIMIT = 31
_NOT_IN_SHEETS = lazy_regex(r"[\[\]:*?/\\']")
_NOT_IN_FILES = lazy_regex(r"[^\w.-]+")
_MOST_WIDTH = 60
#: Excel keeps so many digits of a number, decimals included: longer ones are written as text, which is exact.
_MOST_DIGITS: Final = 15
_FILE_LIMIT = 60


def build_file(kind: str, title: str, grids: Sequence[Grid], notes: Iterable[str] = ()) -> File:
    """The grids as one file of this kind ("csv" or "xlsx"), with notes on where the figures come from at its end."""
    content = _xlsx(grids, tuple(notes)) if kind == XLSX else _csv(grids, tuple(notes))
    stem = _NOT_IN_FILES.sub("-", title).strip("-.")[:_FILE_LIMIT] or "linkedin-stats"
    return File(f"{stem}.{kind}", title, content)


def _csv(grids: Sequence[Grid], notes: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    for place, grid in enumerate(grids):
        if place:
            writer.writerow([])
        writer.writerow([safe(title) for title in grid.columns])
        writer.writerows([[_plain(cell) for cell in row] for row in grid.rows])
    if notes:
        writer.writerow([])
        writer.writerows([[safe(note)] for note in notes])
    return (BOM + out.getvalue()).encode()


def safe(text: str) -> str:
    """The text with an apostrophe before whatever a spreadsheet would take for a formula."""
    return _FORMULA.sub(r"\1'", text)


def _plain(cell: Cell) -> str:
    if cell.value is None:
        return safe(cell.text)
    if isinstance(cell.value, date):
        return cell.value.isoformat()
    return cell.points or (f"{cell.percent}%" if cell.percent else str(cell.value))


def _xlsx(grids: Sequence[Grid], notes: tuple[str, ...]) -> bytes:
    # Imported here: it takes a tenth of a second, only for bots that are asked for such a file.
    import xlsxwriter  # noqa: PLC0415 - see the line above

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        formats = {name: book.add_format(wanted) for name, wanted in _FORMATS.items()}
        for place, grid in enumerate(grids, start=1):
            _sheet(book.add_worksheet(f"{place} {_NOT_IN_SHEETS.sub(' ', grid.caption)}"[:_SHEET_LIMIT].strip()), grid, formats)
        if notes:
            sheet = book.add_worksheet("Notes")
            sheet.set_column(0, 0, _MOST_WIDTH)
            for row, note in enumerate(notes):
                sheet.write_string(row, 0, note)
    return out.getvalue()


_FORMATS: Final = {
    "title": {"bold": True},
    "whole": {"num_format": "#,##0"},
    "average": {"num_format": "#,##0.##"},
    "percent 0": {"num_format": "#,##0%"},
    "percent 1": {"num_format": "#,##0.0%"},
    "percent 2": {"num_format": "#,##0.00%"},
    "points": {"num_format": '+0.00" pts";-0.00" pts"'},
    "day": {"num_format": "mmm d, yyyy"},
}


def _sheet(sheet: Any, grid: Grid, formats: dict[str, Any]) -> None:
    for column, title in enumerate(grid.columns):
        width = max([len(title), *(len(row[column].text) for row in grid.rows)])
        sheet.set_column(column, column, min(width + 2, _MOST_WIDTH))
        sheet.write_string(0, column, title, formats["title"])
    for number, row in enumerate(grid.rows, start=1):
        for column, cell in enumerate(row):
            _write(sheet, number, column, cell, formats)
    sheet.freeze_panes(1, 1)


def _write(sheet: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> None:
    if cell.value is None:
        sheet.write_string(row, column, cell.text)
    elif isinstance(cell.value, date):
        sheet.write_datetime(row, column, cell.value, formats["day"])
    elif sum(character.isdigit() for character in _plain(cell).lstrip("-0.")) > _MOST_DIGITS:
        sheet.write_string(row, column, _plain(cell))
    elif cell.percent:
        # A fraction, as spreadsheets store percentages: the shown digits, two places further to the right.
        sheet.write_number(row, column, float(Decimal(cell.percent).scaleb(-2)), formats[_format(cell)])
    else:
        sheet.write_number(row, column, cell.value, formats[_format(cell)])


def _format(cell: Cell) -> str:
    if cell.points:
        return "points"
    if isinstance(cell.value, float) and not cell.percent:
        return "average"
    return f"percent {len(cell.percent.partition('.')[2])}" if cell.percent else "whole"

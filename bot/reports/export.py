"""Grids as CSV and XLSX: the message's numbers, words for unknown figures, and no word that is a formula (OWASP: "CSV Injection")."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from bot.lazy_regex import lazy_regex
from bot.reports.tables import Cell, Grid
from bot.slack.request import File

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

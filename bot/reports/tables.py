"""Grids of figures, from which both a message's table and the file are built, so that they cannot differ; the table by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from bot.reports.chart import WEEK, total
from bot.reports.figures import (
    DAY_NOT_REPORTED,
    DAY_TITLE,
    NO_FIGURE,
    NOT_FETCHED_FIGURE,
    NOT_REPORTED_BY_ALL,
    NOTHING,
    rate_words,
)
from bot.reports.gaps import Gaps, coverage, find_gaps
from bot.slack.builders import Block, Element, one_line, shorten
from bot.slack.limits import most
from bot.slack.numbers import (
    MINUS,
    average,
    average_digits,
    count,
    long_day,
    percent,
    percent_digits,
    period_label,
    rate,
    rate_digits,
    signed,
    stretch,
)
from bot.slack.rich import data_table, raw_number, raw_text
from bot.slack.validator import cell_text
from bot.statistics.aggregate import sum_of_days
from bot.statistics.metrics import DAILY_METRICS, NAMES, Failed, Figure, Metric, MetricChange, Rate, UnknownRate, Value
from bot.statistics.reports import AccountReport, Period, Series

CAPTION_BY_DAY = "By day, {period}"
CAPTION_BY_WEEK = "By week, {period}"
DAYS = "Days"
TOTAL_ROW = "Total"
NEW = "new, 0 before"
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


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text and its number or day; None for words and unknown figures."""

    text: str
    value: float | date | None = None
    #: The plain digits of a percentage, with the shown decimals; "" for everything else.
    percent: str = ""
    #: The plain digits of a value in percentage points; "" for everything else.
    points: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
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
        return Cell(NEW)
    if moved.percent is None:
        return Cell(SMALL)
    digits = percent_digits(moved.percent)
    return _percent(growth(moved.percent), f"-{digits}" if digits and moved.percent < 0 else digits)


def growth(fraction: Fraction | float) -> str:
    return f"{'+' if fraction > 0 else MINUS if fraction else ''}{percent(fraction)}"


def _percent(text: str, digits: str) -> Cell:
    """A percentage whose number is the shown one, so that file and message agree; too small ones stay words."""
    return Cell(text, float(digits), percent=digits) if digits else Cell(text)


def day_cell(day: date | None) -> Cell:
    return Cell(NOTHING) if day is None else Cell(long_day(day), day)


def number_cell(number: int, text: str = "") -> Cell:
    return Cell(text or count(number), number)


def on_screen(grid: Grid, columns: Sequence[str], caption: str) -> Grid:
    """The grid with these columns in this order, those that it has: the screen shows about five, the file all."""
    places = [grid.columns.index(title) for title in dict.fromkeys(columns) if title in grid.columns]
    rows = tuple(tuple(row[place] for place in places) for row in grid.rows)
    return Grid(caption, tuple(grid.columns[place] for place in places), rows)


def table(grid: Grid, opens: Sequence[Element | None] = (), page: int = PAGE) -> Block:
    """The grid as Slack's native table, within its limits; ``opens``: a button, or None, for the last column of each row."""
    rows = [[raw_text(title) for title in grid.columns], *(_row(row) for row in grid.rows[:MOST_ROWS])]
    if opens:
        buttons = (opened or raw_text(NO_BUTTON) for opened in opens)
        rows = [[*row, opened] for row, opened in zip(rows, (raw_text(OPEN), *buttons), strict=False)]
    return data_table(grid.caption, rows, min(page, max(len(rows) - 1, 1)))


def _row(row: Sequence[Cell]) -> list[Element]:
    return [element(cell) for cell in row]


def element(cell: Cell) -> Element:
    if cell.value is None:
        return raw_text(cell.text)
    return raw_number(cell.value.toordinal() if isinstance(cell.value, date) else cell.value, cell.text)


#: One row is the total.
MOST_DAYS = MOST_ROWS - 1
#: Characters of a table by day: what all blocks of a message may have, less the rest of the card.
_MOST_DAILY_TEXT = most("text in all blocks") - 2_000


def daily_table(report: AccountReport, today: date) -> Block | None:
    """The asked metrics by day, or by week where the days are too many for a table; None when none of them has days."""
    metrics = [metric for metric in report.metrics if metric in DAILY_METRICS]
    if not metrics or not report.daily:
        return None
    if report.period.days <= MOST_DAYS and cell_text(by_day := _daily_table(report, metrics, 1, today)) <= _MOST_DAILY_TEXT:
        return by_day
    return _daily_table(report, metrics, WEEK, today)


def _daily_table(report: AccountReport, metrics: Sequence[Metric], size: int, today: date) -> Block:
    gaps, daily = find_gaps(report), report.daily or {}
    columns = [daily.get(metric, Failed()) for metric in metrics]
    rows = [[raw_text(DAY_TITLE if size == 1 else DAYS), *(raw_text(NAMES[metric]) for metric in metrics)]]
    missing = NOT_REPORTED_BY_ALL if len(report.summed) > 1 else DAY_NOT_REPORTED
    rows += [_daily_table_row(stretch(span.first, span.last), columns, span, missing) for span in _spans(report.period, size)]
    rows.append([raw_text(TOTAL_ROW), *(_total_cell(report, metric, gaps) for metric in metrics)])
    caption = (CAPTION_BY_DAY if size == 1 else CAPTION_BY_WEEK).format(period=period_label(report.period, today))
    return data_table(caption, rows, min(len(rows) - 1, PAGE))


def _spans(period: Period, size: int) -> list[Period]:
    """Days or weeks that end with the period; a first week may be shorter, and its label says so."""
    ends = [period.last - timedelta(days=offset) for offset in range(0, period.days, size)]
    return [Period(max(period.first, end - timedelta(days=size - 1)), end) for end in reversed(ends)]


def _daily_table_row(name: str, columns: Sequence[Series], span: Period, missing: str) -> list[Element]:
    return [raw_text(name), *(_cell(series, span, missing) for series in columns)]


def _total_cell(report: AccountReport, metric: Metric, gaps: Gaps) -> Element:
    """The sum of the days in the table; with missing days it says how many were reported, as the card's field does."""
    figure, gone = sum_of_days((report.daily or {}).get(metric, Failed()), report.period), gaps.now.get(metric)
    cell = figure_cell(figure)
    if gone and isinstance(figure, Value):
        cell = Cell(f"{cell.text} ({coverage(gone, report.period.days)})", cell.value)
    return element(cell)


def _cell(series: Series, span: Period, missing: str) -> Element:
    if not isinstance(series, Mapping):
        return raw_text(NOT_FETCHED_FIGURE if isinstance(series, Failed) else NO_FIGURE)
    number = total(series, span.first, span.days)
    return raw_text(missing) if number is None else raw_number(number, count(number))

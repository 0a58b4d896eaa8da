"""A period as a table by day, with totals where adding is honest."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.blocks.chart import WEEK, total
from bot.blocks.kit import Block, Element, data_table, raw_number, raw_text
from bot.blocks.numbers import count, stretch
from bot.blocks.words import (
    CAPTION_BY_DAY,
    CAPTION_BY_WEEK,
    DAILY_TABLE_DAY,
    DAILY_TABLE_NO_TOTAL,
    DAILY_TABLE_NOT_REPORTED,
    DAILY_TABLE_TOTAL,
    DAYS,
    FIGURES_NOT_FETCHED,
    NAMES,
    NO_FIGURE,
)
from bot.domain.metrics import DAILY_METRICS, Failed, Metric
from bot.domain.periods import Period, label
from bot.domain.reports import AccountReport, Series

#: Slack's documentation, data_table: at most 100 rows under the header; one is the total.
MOST_DAYS = 99
#: A week and its total stand on one page, a month on one as well; longer tables turn pages.
_SMALLEST_PAGE, _LARGEST_PAGE = 7, 32


def daily_table(report: AccountReport, today: date) -> Block | None:
    """The asked metrics by day (by week beyond 99 days); None when none of them has days."""
    metrics = [metric for metric in report.metrics if metric in DAILY_METRICS]
    if not metrics or not report.daily:
        return None
    size = 1 if report.period.days <= MOST_DAYS else WEEK
    columns = [report.daily.get(metric, Failed()) for metric in metrics]
    rows = [_header(metrics, size)]
    rows += [_row(stretch(span.first, span.last), columns, span, DAILY_TABLE_NOT_REPORTED) for span in _spans(report.period, size)]
    rows.append(_row(DAILY_TABLE_TOTAL, columns, report.period, DAILY_TABLE_NO_TOTAL))
    caption = (CAPTION_BY_DAY if size == 1 else CAPTION_BY_WEEK).format(period=label(report.period, today))
    return data_table(caption, rows, min(max(len(rows) - 1, _SMALLEST_PAGE), _LARGEST_PAGE))


def _header(metrics: Sequence[Metric], size: int) -> list[Element]:
    return [raw_text(DAILY_TABLE_DAY if size == 1 else DAYS), *(raw_text(NAMES[metric]) for metric in metrics)]


def _spans(period: Period, size: int) -> list[Period]:
    """Days or weeks that end with the period; a first week may be shorter, and its label says so."""
    ends = [period.last - timedelta(days=offset) for offset in range(0, period.days, size)]
    return [Period(max(period.first, end - timedelta(days=size - 1)), end) for end in reversed(ends)]


def _row(name: str, columns: Sequence[Series], span: Period, missing: str) -> list[Element]:
    return [raw_text(name), *(_cell(series, span, missing) for series in columns)]


def _cell(series: Series, span: Period, missing: str) -> Element:
    if not isinstance(series, Mapping):
        return raw_text(FIGURES_NOT_FETCHED if isinstance(series, Failed) else NO_FIGURE)
    number = total(series, span.first, span.days)
    return raw_text(missing) if number is None else raw_number(number, count(number))

"""A period day by day beside the one before, as a native bar chart.

Slack's charts have no null: a day that LinkedIn did not report, in either period, is left out of the categories and named, never drawn
as 0. More than 20 days are drawn as whole weeks, or several weeks each, because Slack draws at most 20 categories.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.blockkit.builders import CHART_LABEL_LIMIT, Block, bar_chart, shorten
from bot.blockkit.numbers import period_label, short_day, stretch, weekday
from bot.reports.gaps import named_days
from bot.statistics.comparison_reports import VersusReport
from bot.statistics.metrics import DAILY_METRICS, NAMES
from bot.statistics.reports import AccountReport, Period

CHART_BY_DAY = "{metric} by day"
BY_WEEK = "{metric} by week"
BY_SPAN = "{metric} in steps of {days} days"
THIS_PERIOD = "This period"
PERIOD_BEFORE = "Period before"
SIDES = ("First", "Second")
#: Two periods have their own dates and weekdays: their days are paired by place.
DAY_OF = "Day {n}"
DAYS_OF = "Days {first}–{last}"
LEFT_OUT = "Left out of the chart: {days} (not reported, or nothing reported to compare it with)."
CHART_FROM = "The chart shows whole weeks, from {day} on."


#: Slack's documentation, data_visualization: at most 20 categories.
MOST_BARS = 20
WEEK = 7


@dataclass(frozen=True, slots=True)
class ChartResult:
    """A chart, or None where there is nothing to draw, and the sentences about what it leaves out."""

    block: Block | None
    notes: tuple[str, ...] = ()


def draw(report: AccountReport, today: date) -> ChartResult:
    """The chart of the first asked metric that has days: impressions, when they were asked for."""
    metric = next((metric for metric in report.metrics if metric in DAILY_METRICS), None)
    series = (report.daily or {}).get(metric) if metric else None
    if metric is None or not isinstance(series, Mapping):
        return ChartResult(None)
    # Slack's charts have no null: a longer or shorter period has no day beside each of this one's.
    before = None if report.is_unlike else report.before
    size = span_size(report.period.days)
    bars = _bars(series, report.period, before, size)
    notes = tuple(_notes(report.period, bars, size, today))
    if not any(any(counts) for counts in bars.values()):
        return ChartResult(None, notes)
    names = _names(report.period, before, today)
    columns = zip(*bars.values(), strict=True)
    labels = [_label(first, size, report.period.days) for first in bars]
    return ChartResult(bar_chart(_title(NAMES[metric], size), dict(zip(names, columns, strict=True)), labels), notes)


def draw_versus(report: VersusReport, names: tuple[str, str], today: date) -> ChartResult:
    """Two sides day by day, by the first asked metric that has days; nothing where they are not equally long.

    Args:
        report: what was read.
        names: what parts the two sides (foreign text).
        today: the day it is now in UTC.
    """
    left, right = report.left, report.right
    metric = next((metric for metric in report.metrics if metric in DAILY_METRICS), None)
    if metric is None or left.period.days != right.period.days:
        return ChartResult(None)
    one, other = ((side.daily or {}).get(metric) for side in (left, right))
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return ChartResult(None)
    size = span_size(left.period.days)
    bars = _paired(_totals(one, left.period, size), _totals(other, right.period, size))
    if not any(any(counts) for counts in bars.values()):
        return ChartResult(None)
    short = tuple(shorten(name, CHART_LABEL_LIMIT) for name in names)
    sides = short if short[0] != short[1] else SIDES
    labels = [_label(first, size, left.period.days) for first in bars]
    if left.period != right.period:
        labels = [_day_label((first - left.period.first).days + 1, size) for first in bars]
    chart = bar_chart(_title(NAMES[metric], size), dict(zip(sides, zip(*bars.values(), strict=True), strict=True)), labels)
    return ChartResult(chart, tuple(_notes(left.period, bars, size, today)))


def span_size(days: int) -> int:
    """How many days a bar stands for: 1, or the fewest whole weeks that give no more than 20 bars."""
    return 1 if days <= MOST_BARS else WEEK * -(-days // (WEEK * MOST_BARS))


def total(series: Mapping[date, int], first: date, days: int) -> int | None:
    """The sum over so many days; None as soon as one was not reported."""
    if days == 1:
        return series.get(first)
    counts = [series.get(first + timedelta(days=step)) for step in range(days)]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == days else None


def _bars(series: Mapping[date, int], period: Period, before: Period | None, size: int) -> dict[date, tuple[int, ...]]:
    """Each span's first day with its count, and the one before's; spans with an unreported day on either side are absent."""
    now = _totals(series, period, size)
    if before is None:
        return {first: (count,) for first, count in now if count is not None}
    return _paired(now, _totals(series, before, size))


def _paired(now: Sequence[tuple[date, int | None]], then: Sequence[tuple[date, int | None]]) -> dict[date, tuple[int, ...]]:
    pairs = zip(now, then, strict=True)
    return {first: (count, earlier) for (first, count), (_, earlier) in pairs if count is not None and earlier is not None}


def _totals(series: Mapping[date, int], period: Period, size: int) -> list[tuple[date, int | None]]:
    """Each whole span of a period, by its first day; the spans end with the period."""
    last = period.last.toordinal()
    firsts = map(date.fromordinal, range(period.first.toordinal() + period.days % size, last + 1, size))
    return [(first, total(series, first, size)) for first in firsts]


def _notes(period: Period, bars: Mapping[date, object], size: int, today: date) -> list[str]:
    skipped = period.days % size
    notes = [CHART_FROM.format(day=short_day(period.first + timedelta(days=skipped)))] if skipped else []
    if len(bars) * size + skipped < period.days:
        starts = (period.first + timedelta(days=offset) for offset in range(skipped, period.days, size))
        gone = [start + timedelta(days=step) for start in starts if start not in bars for step in range(size)]
        notes.append(LEFT_OUT.format(days=named_days(gone, today)))
    return notes


def _names(period: Period, before: Period | None, today: date) -> tuple[str, ...]:
    """The series' names: the days they cover, where Slack's 20 characters hold them."""
    if before is None:
        names: tuple[str, ...] = (period_label(period, today),)
    else:
        names = (period_label(period, today), period_label(before, today))
    too_long = any(len(name) > CHART_LABEL_LIMIT for name in names) or len(set(names)) < len(names)
    return (THIS_PERIOD, PERIOD_BEFORE)[: len(names)] if too_long else names


def _label(first: date, size: int, days: int) -> str:
    if size > 1:
        return stretch(first, first + timedelta(days=size - 1))
    return weekday(first) if days == WEEK else short_day(first)


def _day_label(place: int, size: int) -> str:
    """The days of two different periods by their places: ``Day 1``, ``Days 1–7``."""
    return DAY_OF.format(n=place) if size == 1 else DAYS_OF.format(first=place, last=place + size - 1)


def _title(metric: str, size: int) -> str:
    form = CHART_BY_DAY if size == 1 else BY_WEEK if size == WEEK else BY_SPAN
    return form.format(metric=metric, days=size)

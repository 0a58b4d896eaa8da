"""A period day by day beside the one before, as a native bar chart.

Slack's charts have no null: a day that LinkedIn did not report, in either period, is left out of the categories and named, never drawn
as 0. More than 20 days are drawn as calendar weeks (Monday to Sunday), more than 20 of these as months, because Slack draws at most 20
categories; what is only a part of one at either end says how many days it has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.blockkit.builders import CHART_LABEL_LIMIT, Block, bar_chart, shorten
from bot.blockkit.numbers import period_label, short_day, stretch, weekday
from bot.reports.gaps import named_days
from bot.statistics.comparison_reports import VersusReport
from bot.statistics.metrics import DAILY_METRICS, NAMES
from bot.statistics.reports import AccountReport, Period, Unit, whole

CHART_BY_DAY = "{metric} by day"
BY_WEEK = "{metric} by week"
BY_MONTH = "{metric} by month"
BY_STEP = "{metric} in steps of {days} days"
THIS_PERIOD = "This period"
PERIOD_BEFORE = "Period before"
SIDES = ("First", "Second")
#: Two periods have their own dates and weekdays: their days are paired by place.
DAY_OF = "Day {n}"
DAYS_OF = "Days {first}–{last}"
LEFT_OUT = "Left out of the chart: {days} (not reported, or nothing reported to compare it with)."
PART_OF_UNIT = "{span}, {days} d"


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
    spans = _spans(report.period)
    bars = _bars(series, spans, series, before.first - report.period.first if before else None)
    if not bars and before:
        # Nothing to stand beside: the period's own days are better than no chart.
        before, bars = None, _bars(series, spans, series, None)
    notes = tuple(_notes(spans, bars, today))
    if not any(any(counts) for counts in bars.values()):
        return ChartResult(None, notes)
    names = _names(report.period, before, today)
    columns = zip(*bars.values(), strict=True)
    # Days stand under no other day's weekday or date: where the weekdays of both periods differ, their places are the labels.
    differ = before is not None and len(spans) == report.period.days and (report.period.first - before.first).days % WEEK
    labels = [_place(span, report.period) if differ else _label(span, spans, report.period.days) for span in bars]
    return ChartResult(bar_chart(_title(NAMES[metric], spans), dict(zip(names, columns, strict=True)), labels), notes)


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
    same = left.period == right.period
    spans = _spans(left.period) if same else _steps(left.period)
    bars = _bars(one, spans, other, right.period.first - left.period.first)
    if not any(any(counts) for counts in bars.values()):
        return ChartResult(None)
    short = tuple(shorten(name, CHART_LABEL_LIMIT) for name in names)
    sides = short if short[0] != short[1] else SIDES
    labels = [_label(span, spans, left.period.days) if same else _place(span, left.period) for span in bars]
    title = (
        _title(NAMES[metric], spans) if same or len(spans) == left.period.days else BY_STEP.format(metric=NAMES[metric], days=spans[0].days)
    )
    chart = bar_chart(title, dict(zip(sides, zip(*bars.values(), strict=True), strict=True)), labels)
    return ChartResult(chart, tuple(_notes(spans, bars, today)))


def _spans(period: Period) -> list[Period]:
    """What the bars stand for: the days, or the calendar weeks, or the months, as few as give no more than 20; the ends may be parts."""
    if period.days <= MOST_BARS:
        return [Period(day, day) for day in (period.first + timedelta(days=step) for step in range(period.days))]
    weeks = _units(period, Unit.WEEK)
    return weeks if len(weeks) <= MOST_BARS else _units(period, Unit.MONTH)


def _units(period: Period, unit: Unit) -> list[Period]:
    spans, first = [], period.first
    while first <= period.last:
        spans.append(Period(first, min(whole(first, unit).last, period.last)))
        first = spans[-1].last + timedelta(days=1)
    return spans


def _steps(period: Period) -> list[Period]:
    """Days, or so many weeks each counted from the first day on: two periods have no common calendar. The last may be shorter."""
    size = 1 if period.days <= MOST_BARS else WEEK * -(-period.days // (WEEK * MOST_BARS))
    firsts = (period.first + timedelta(days=offset) for offset in range(0, period.days, size))
    return [Period(first, min(first + timedelta(days=size - 1), period.last)) for first in firsts]


def total(series: Mapping[date, int], first: date, days: int) -> int | None:
    """The sum over so many days; None as soon as one was not reported."""
    if days == 1:
        return series.get(first)
    counts = [series.get(first + timedelta(days=step)) for step in range(days)]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == days else None


def _bars(
    series: Mapping[date, int], spans: Sequence[Period], other: Mapping[date, int], offset: timedelta | None
) -> dict[Period, tuple[int, ...]]:
    """Each span with its count, and the other's so many days away; spans with an unreported day on either side are absent."""
    bars: dict[Period, tuple[int, ...]] = {}
    for span in spans:
        counts = [total(series, span.first, span.days)]
        counts += [] if offset is None else [total(other, span.first + offset, span.days)]
        known = tuple(count for count in counts if count is not None)
        if len(known) == len(counts):
            bars[span] = known
    return bars


def _notes(spans: Sequence[Period], bars: Mapping[Period, object], today: date) -> list[str]:
    gone = [span.first + timedelta(days=step) for span in spans if span not in bars for step in range(span.days)]
    return [LEFT_OUT.format(days=named_days(gone, today))] if gone else []


def _names(period: Period, before: Period | None, today: date) -> tuple[str, ...]:
    """The series' names: the days they cover, where Slack's 20 characters hold them."""
    if before is None:
        names: tuple[str, ...] = (period_label(period, today),)
    else:
        names = (period_label(period, today), period_label(before, today))
    too_long = any(len(name) > CHART_LABEL_LIMIT for name in names) or len(set(names)) < len(names)
    return (THIS_PERIOD, PERIOD_BEFORE)[: len(names)] if too_long else names


def _label(span: Period, spans: Sequence[Period], days: int) -> str:
    if len(spans) == days:
        return weekday(span.first) if days == WEEK else short_day(span.first)
    name = stretch(span.first, span.last)
    return name if span == whole(span.first, _unit(spans)) else PART_OF_UNIT.format(span=name, days=span.days)


def _unit(spans: Sequence[Period]) -> Unit:
    return Unit.WEEK if all(span.days <= WEEK for span in spans) else Unit.MONTH


def _place(span: Period, period: Period) -> str:
    """The days of two different periods by their places: ``Day 1``, ``Days 1–7``."""
    first, last = ((day - period.first).days + 1 for day in (span.first, span.last))
    return DAY_OF.format(n=first) if first == last else DAYS_OF.format(first=first, last=last)


def _title(metric: str, spans: Sequence[Period]) -> str:
    by_day = all(span.days == 1 for span in spans)
    form = CHART_BY_DAY if by_day else BY_WEEK if _unit(spans) is Unit.WEEK else BY_MONTH
    return form.format(metric=metric)

"""A period day by day and the one before as a native line chart, with a sentence about what it shows.

Slack's charts have no null: a day that LinkedIn did not report, in either period, is left out of the categories and named, never drawn
as 0. Fewer than four points are a sentence (Slack's design reference for charts). More than 20 days are drawn as weeks, more than 20
of these as months, because Slack draws at most 20 categories: days that come out even as weeks from the first one on, others as calendar
weeks (Monday to Sunday); what is only a part of one at either end says how many days it has.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from bot.reports.figures import listed, named_days
from bot.slack.builders import CHART_LABEL_LIMIT, Block, context, escape, shorten
from bot.slack.limits import most
from bot.slack.numbers import count, period_label, short_day, stretch, weekday
from bot.statistics.comparison_reports import VersusReport
from bot.statistics.metrics import DAILY_METRICS, NAMES
from bot.statistics.reports import AccountReport, Period, Unit, whole

#: The days of two periods are paired by position.
DAY_OF = "Day {n}"
X_DAY, X_WEEK, X_MONTH, X_PLACE = "Day (UTC)", "Week", "Month", "Day of each period"

MOST_POINTS = most("chart categories")
#: Slack's design reference for charts: fewer points are a sentence.
LEAST_POINTS = 4
WEEK = 7


class ChartResult(Struct, frozen=True):
    """A chart, None for too few points, and the sentences about what it shows and leaves out."""

    block: Block | None
    notes: tuple[str, ...] = ()

    @property
    def blocks(self) -> list[Block]:
        return [*([self.block] if self.block else []), *([context("\n".join(self.notes))] if self.notes else [])]


def draw(report: AccountReport, today: date, *, takeaway: bool = True) -> ChartResult:
    """The chart of the first asked metric that has days; ``takeaway`` adds the sentence of its highest and lowest point."""
    metric = next((metric for metric in report.metrics if metric in DAILY_METRICS), None)
    series = (report.daily or {}).get(metric) if metric else None
    if metric is None or not isinstance(series, Mapping):
        return ChartResult(None)
    # Slack's charts have no null: a period of another length has no day for each of this one's.
    before = None if report.is_unlike else report.before
    spans = _spans(report.period)
    own = _points(series, spans, series, None)
    points = _points(series, spans, series, before.first - report.period.first) if before else own
    if len(points) < LEAST_POINTS:
        # Too few days to compare: the period's own days are better than no chart.
        before, points = None, own
    if not any(any(counts) for counts in points.values()):
        return ChartResult(None)
    if len(points) < LEAST_POINTS:
        return ChartResult(None, tuple(_few(NAMES[metric], points)))
    # Where the weekdays of both periods differ, the labels are positions, not the dates of one of them.
    by_day = len(spans) == report.period.days
    differ = before is not None and by_day and (report.period.first - before.first).days % WEEK
    labels = [_place(span, report.period) if differ else _label(span, spans, report.period.days) for span in points]
    across = X_PLACE if differ else X_DAY if by_day else X_WEEK if _unit(spans) is Unit.WEEK else X_MONTH
    offset = before.first - report.period.first if before else timedelta()
    if not differ and (offset and report.period.days > WEEK if by_day else _cuts_differ(spans, offset)):
        across = f"{across}, and as many days before"
    lines = dict(zip(_names(report.period, before, today), zip(*points.values(), strict=True), strict=True))
    chart = line_chart(_title(NAMES[metric], spans), lines, labels, (across, NAMES[metric]))
    parts = [] if by_day else _parts(spans, points)
    # Days without a counterpart are not drawn, but count for the highest and lowest point.
    whole_spans = {span: counts[0] for span, counts in own.items() if by_day or _is_whole(span, spans)}
    notes = _most_and_fewest(whole_spans, all_reported=len(own) == len(spans)) if takeaway else []
    return ChartResult(chart, (*notes, *parts, *_left_out(spans, points, today)))


def draw_versus(report: VersusReport, names: tuple[str, str], today: date) -> ChartResult:
    """Two sides (``names``: foreign text) day by day, by the first asked metric that has days; nothing where they are not equally long."""
    left, right = report.left, report.right
    metric = next((metric for metric in report.metrics if metric in DAILY_METRICS), None)
    if metric is None or left.period.days != right.period.days:
        return ChartResult(None)
    one, other = ((side.daily or {}).get(metric) for side in (left, right))
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return ChartResult(None)
    same = left.period == right.period
    spans = _spans(left.period) if same else _steps(left.period)
    offset = right.period.first - left.period.first
    points = _points(one, spans, other, offset)
    # With too few points the table's sums are enough.
    if len(points) < LEAST_POINTS or not any(any(counts) for counts in points.values()):
        return ChartResult(None)
    by_day = len(spans) == left.period.days
    short = tuple(shorten(name, CHART_LABEL_LIMIT) for name in names)
    sides = short if short[0] != short[1] else ("First", "Second")
    labels = [_label(span, spans, left.period.days) if same else _place(span, left.period) for span in points]
    title = _title(NAMES[metric], spans) if same or by_day else f"{NAMES[metric]} in steps of {spans[0].days} days"
    across = X_PLACE if not same else X_DAY if by_day else X_WEEK if _unit(spans) is Unit.WEEK else X_MONTH
    lines = dict(zip(sides, zip(*points.values(), strict=True), strict=True))
    most = [*_side_most(names[0], one, spans), *_side_most(names[1], other, [_shifted(span, offset) for span in spans])]
    parts = _parts(spans, points) if same and not by_day else []
    notes = (*(most if by_day else []), *parts, *_left_out(spans, points, today))
    return ChartResult(line_chart(title, lines, labels, (across, NAMES[metric])), notes)


def _side_most(name: str, series: Mapping[date, int], spans: Sequence[Period]) -> list[str]:
    counts = {span: numbers[0] for span, numbers in _points(series, spans, series, None).items()}
    as_reported = "" if len(counts) == len(spans) else ", as far as reported"
    return [f"{escape(name)}{as_reported}: most on {_most(counts)}."] if counts else []


def _most_and_fewest(counts: Mapping[Period, int], *, all_reported: bool) -> list[str]:
    """The highest and lowest point, the first of equal ones; none for a single one. Without ``all_reported``: only of reported days."""
    if len(counts) < LEAST_POINTS // 2:
        return []
    if len(set(counts.values())) == 1:
        sentence = f"The same in each: {count(next(iter(counts.values())))}."
    else:
        lowest = min(counts, key=lambda span: counts[span])
        fewest = _named_count(lowest, counts[lowest], alone=_is_in_a_week(counts))
        on = "on" if all(span.days == 1 for span in counts) else "in"
        sentence = f"Most {on} {_most(counts)}, fewest {on} {fewest}."
    return [sentence if all_reported else f"As far as reported: {sentence[0].lower()}{sentence[1:]}"]


def _most(counts: Mapping[Period, int]) -> str:
    highest = max(counts, key=lambda span: counts[span])
    return _named_count(highest, counts[highest], alone=_is_in_a_week(counts))


def _is_in_a_week(spans: Iterable[Period]) -> bool:
    firsts = [span.first for span in spans]
    return (max(firsts) - min(firsts)).days < WEEK


def _named_count(span: Period, number: int, *, alone: bool = False) -> str:
    """The days of a point and their figure; a day of a week by its weekday ``alone``, as the chart labels it."""
    day = f"{weekday(span.first)}, {short_day(span.first)}" if span.days == 1 else stretch(span.first, span.last)
    return f"{weekday(span.first) if alone and span.days == 1 else day} ({count(number)})"


def _shifted(span: Period, by: timedelta) -> Period:
    return Period(span.first + by, span.last + by)


def _few(metric: str, points: Mapping[Period, tuple[int, ...]]) -> list[str]:
    """Two or three points as a sentence; a single one is the period's own figure."""
    if len(points) < LEAST_POINTS // 2:
        return []
    return [f"{metric}: {', '.join(_named_count(span, counts[0]) for span, counts in points.items())}."]


def _parts(spans: Sequence[Period], points: Iterable[Period]) -> list[str]:
    """The sentence about weeks or months that are only partly in the period, whose points are lower."""
    parts = [stretch(span.first, span.last) for span in points if not _is_whole(span, spans)]
    return [f"Fewer days than in a whole {_unit(spans).value}: {listed(parts)}."] if parts else []


def _spans(period: Period) -> list[Period]:
    """The points' spans: days, weeks or months, so that there are at most 20; the first and last may be partial."""
    if period.days <= MOST_POINTS or (not period.days % WEEK and period.days <= MOST_POINTS * WEEK):
        return _steps(period)
    weeks = _units(period, Unit.WEEK)
    return weeks if len(weeks) <= MOST_POINTS else _units(period, Unit.MONTH)


def _units(period: Period, unit: Unit) -> list[Period]:
    spans, first = [], period.first
    while first <= period.last:
        spans.append(Period(first, min(whole(first, unit).last, period.last)))
        first = spans[-1].last + timedelta(days=1)
    return spans


def _steps(period: Period) -> list[Period]:
    size = 1 if period.days <= MOST_POINTS else WEEK * -(-period.days // (WEEK * MOST_POINTS))
    firsts = (period.first + timedelta(days=offset) for offset in range(0, period.days, size))
    return [Period(first, min(first + timedelta(days=size - 1), period.last)) for first in firsts]


def total(series: Mapping[date, int], first: date, days: int) -> int | None:
    """The sum over ``days`` days; None when one was not reported."""
    if days == 1:
        return series.get(first)
    counts = [series.get(first + timedelta(days=step)) for step in range(days)]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == days else None


def _points(
    series: Mapping[date, int], spans: Sequence[Period], other: Mapping[date, int], offset: timedelta | None
) -> dict[Period, tuple[int, ...]]:
    """Each span with its count and the other series' count ``offset`` away; without spans that have an unreported day in either."""
    points: dict[Period, tuple[int, ...]] = {}
    for span in spans:
        counts = [total(series, span.first, span.days)]
        counts += [] if offset is None else [total(other, span.first + offset, span.days)]
        known = tuple(count for count in counts if count is not None)
        if len(known) == len(counts):
            points[span] = known
    return points


def _left_out(spans: Sequence[Period], points: Mapping[Period, object], today: date) -> list[str]:
    gone = [span.first + timedelta(days=step) for span in spans if span not in points for step in range(span.days)]
    return [f"Left out of the chart: {named_days(gone, today)} (not reported, or nothing reported to compare it with)."] if gone else []


def _names(period: Period, before: Period | None, today: date) -> tuple[str, ...]:
    """The series' names: the days they cover, where Slack's 20 characters hold them."""
    if before is None:
        names: tuple[str, ...] = (period_label(period, today),)
    else:
        names = (period_label(period, today), period_label(before, today))
    too_long = any(len(name) > CHART_LABEL_LIMIT for name in names) or len(set(names)) < len(names)
    return ("This period", "Period before")[: len(names)] if too_long else names


def _label(span: Period, spans: Sequence[Period], days: int) -> str:
    if len(spans) == days:
        return weekday(span.first) if days <= WEEK else short_day(span.first)
    name = stretch(span.first, span.last)
    return name if _is_whole(span, spans) else f"{name}, {span.days} d"


def _is_whole(span: Period, spans: Sequence[Period]) -> bool:
    return span.days == WEEK if _unit(spans) is Unit.WEEK else span == whole(span.first, Unit.MONTH)


def _cuts_differ(spans: Sequence[Period], offset: timedelta) -> bool:
    """Whether weeks or months of the period ``offset`` away begin or end on other days than those of these spans."""
    if _unit(spans) is Unit.WEEK:
        return bool(offset.days % WEEK)
    return any(_is_whole(span, spans) and not _is_whole(_shifted(span, offset), spans) for span in spans)


def _unit(spans: Sequence[Period]) -> Unit:
    return Unit.WEEK if all(span.days <= WEEK for span in spans) else Unit.MONTH


def _place(span: Period, period: Period) -> str:
    """The days of two periods by position: ``Day 1``, ``Days 1–7``."""
    first, last = ((day - period.first).days + 1 for day in (span.first, span.last))
    return DAY_OF.format(n=first) if first == last else f"Days {first}–{last}"


def _title(metric: str, spans: Sequence[Period]) -> str:
    by_day = all(span.days == 1 for span in spans)
    return f"{metric} by {'day' if by_day else _unit(spans).value}"


def line_chart(title: str, series: Mapping[str, Sequence[int]], categories: Sequence[str], axes: tuple[str, str]) -> Block:
    """A native line chart: at most 20 categories, a value each; ``axes`` label categories and values.

    Lines, because the categories are points in time (Slack's design reference for charts: bars are for categories).
    """
    drawn = [
        {"name": name, "data": [{"label": label, "value": value} for label, value in zip(categories, values, strict=True)]}
        for name, values in series.items()
    ]
    chart = {"type": "line", "series": drawn, "axis_config": {"categories": list(categories), "x_label": axes[0], "y_label": axes[1]}}
    return {"type": "data_visualization", "title": shorten(title, most("chart title")), "chart": chart}

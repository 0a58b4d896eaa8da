"""Reports as grids: an account's period, its days, two sides; days as the table on the screen."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from msgspec.structs import replace

from bot.reports import figures as say
from bot.reports import tables
from bot.reports.card_parts import account_name
from bot.reports.chart import WEEK, total
from bot.reports.tables import Cell, Grid
from bot.slack.builders import Block, cell_text, one_line
from bot.slack.limits import most
from bot.slack.numbers import long_day, period_label, points, points_digits, stretch
from bot.statistics.aggregate import sum_of_days
from bot.statistics.comparison_reports import VersusReport
from bot.statistics.metrics import (
    DAILY_METRICS,
    NAMES,
    POST_METRICS,
    Failed,
    Figure,
    Metric,
    MetricChange,
    RateBasis,
    Unavailable,
    UnknownRate,
    Value,
    change_between,
    engagement_rate,
    rate_change,
    rate_parts,
)
from bot.statistics.reports import AccountReport, Period

DAYS_CAPTION = "By day, {period}"
DAY_TITLE, DAYS = "Day", "Days"
#: The days of a table: one row is the total.
MOST_DAYS: Final = tables.MOST_ROWS - 1
#: Characters of a table by day: what all blocks of a message may have, less the rest of the card.
_MOST_DAILY_TEXT: Final = most("text in all blocks") - 2_000
FIGURE = "Figure"
CHANGE_TITLE = "Change"
GROWTH = "Change in %"
PER_DAY = "{period}, per day"
GROWTH_PER_DAY = "Change per day in %"
REPORTED = "Days reported"
ALL_DAYS = "all"
NO_PLACE = "–"


def account_grids(report: AccountReport, today: date) -> tuple[Grid, ...]:
    """An account's figures with their changes, and its days."""
    gaps = say.find_gaps(report)
    before = period_label(report.before, today) if report.before else say.NOTHING
    names = (period_label(report.period, today), before)
    changes: tuple[str, ...] = (CHANGE_TITLE, GROWTH)
    if report.is_unlike:
        changes = (*(PER_DAY.format(period=name) for name in names), GROWTH_PER_DAY)
    columns = (FIGURE, *names, *changes, REPORTED)
    rows = [_figure_row(report, gaps, metric) for metric in report.metrics]
    rows += [
        (Cell(f"{metric.definition.lifetime} now"), tables.figure_cell(figure), *(Cell(NO_PLACE) for _ in columns[2:]))
        for metric, figure in report.lifetime.items()
    ]
    if say.rate_asked(report.metrics, report.basis):
        earlier = say.rate_before(report, gaps)
        lead = (Cell(say.RATE_NAME), account_rate_cell(report, gaps), Cell(say.NOTHING) if earlier is None else tables.rate_cell(earlier))
        moved = _points(say.rate_moved(report, gaps))
        rows.append((*lead, *([Cell(NO_PLACE), Cell(NO_PLACE), moved] if report.is_unlike else [moved, Cell(NO_PLACE)]), Cell(NO_PLACE)))
    figures = Grid(f"Figures, {period_label(report.period, today)}", columns, tuple(rows))
    metrics = _daily_metrics(report)
    columns = (DAY_TITLE, *(NAMES[metric] for metric in metrics))
    days = Grid(DAYS_CAPTION.format(period=period_label(report.period, today)), columns, _day_rows(report, metrics))
    return (figures, days) if metrics else (figures,)


def _figure_row(report: AccountReport, gaps: say.Gaps, metric: Metric) -> tuple[Cell, ...]:
    now = report.figures.get(metric, Failed())
    moved = None if metric in gaps.now else report.moved(metric)
    reported = _reported(now, gaps.now.get(metric), report.period) if metric in DAILY_METRICS else NO_PLACE
    return (
        Cell(NAMES[metric]),
        tables.figure_cell(now),
        _before_cell(report, gaps, metric),
        *(_per_day(metric, moved) if report.is_unlike else (tables.moved_cell(moved), tables.growth_cell(moved))),
        Cell(reported),
    )


def _reported(figure: Figure, gone: frozenset[date] | None, period: Period) -> str:
    """The number of days that LinkedIn reported: none for an unavailable figure, unknown for a failed one."""
    if isinstance(figure, Failed):
        return say.NOT_FETCHED_FIGURE
    if isinstance(figure, Unavailable):
        gone = frozenset(period.first + timedelta(days=step) for step in range(period.days))
    return say.coverage(gone, period.days) or ALL_DAYS


def _per_day(metric: Metric, moved: MetricChange | None) -> tuple[Cell, ...]:
    if not metric.definition.by_day:
        return (Cell("not per day"),) * 3
    if moved is None or moved.per_day is None:
        return (Cell(say.NOTHING),) * 3
    return (*map(tables.average_cell, moved.per_day), tables.growth_cell(moved))


def covered_cell(report: AccountReport, gaps: say.Gaps, metric: Metric) -> Cell:
    """A figure of the period; one that lacks days says how many it has, as on the account's card."""
    figure = report.figures.get(metric, Failed())
    cell, gone = tables.figure_cell(figure), gaps.now.get(metric)
    return replace(cell, text=f"{cell.text} ({say.coverage(gone, report.period.days)})") if gone and isinstance(figure, Value) else cell


def _before_cell(report: AccountReport, gaps: say.Gaps, metric: Metric) -> Cell:
    """The period before; what was not compared because days are missing says how many there are."""
    if report.before is None or report.before_figures is None:
        return Cell(say.NOTHING)
    if metric in gaps.before:
        return Cell(say.coverage(gaps.before[metric], report.before.days))
    if metric in gaps.now:
        return Cell(say.NOTHING)
    return tables.figure_cell(report.before_figures.get(metric))


def account_rate_cell(report: AccountReport, gaps: say.Gaps) -> Cell:
    """An account's engagement rate as on its card, or why there is none."""
    rate_text = say.account_rate(report, gaps)
    engagement = engagement_rate(report.figures, report.basis)
    cell = tables.rate_cell(engagement)
    return cell if rate_text.startswith(cell.text) and not isinstance(engagement, UnknownRate) else Cell(rate_text)


def _daily_metrics(report: AccountReport) -> list[Metric]:
    return [metric for metric in report.metrics if metric in DAILY_METRICS] if report.daily else []


def _day_rows(report: AccountReport, metrics: Sequence[Metric]) -> tuple[tuple[Cell, ...], ...]:
    return tuple((Cell(long_day(day.first), day.first), *_counts(report, metrics, day)) for day in _spans(report.period, 1))


def _counts(report: AccountReport, metrics: Sequence[Metric], span: Period) -> Iterator[Cell]:
    """The figures of these days; words where one of them was not reported."""
    missing = Cell("not reported by all" if len(report.summed) > 1 else "not reported")
    for metric in metrics:
        series = (report.daily or {}).get(metric, Failed())
        number = total(series, span.first, span.days) if isinstance(series, Mapping) else None
        yield tables.figure_cell(series) if not isinstance(series, Mapping) else missing if number is None else tables.number_cell(number)


def _spans(period: Period, size: int) -> list[Period]:
    """Days or weeks that end with the period; a first week may be shorter, and its label says so."""
    ends = [period.last - timedelta(days=offset) for offset in range(0, period.days, size)]
    return [Period(max(period.first, end - timedelta(days=size - 1)), end) for end in reversed(ends)]


def daily_table(report: AccountReport, today: date) -> Block | None:
    """The asked metrics by day, or by week where the days are too many for a table; None when none of them has days."""
    if not (metrics := _daily_metrics(report)):
        return None
    if report.period.days <= MOST_DAYS and cell_text(by_day := _daily_table(report, metrics, 1, today)) <= _MOST_DAILY_TEXT:
        return by_day
    return _daily_table(report, metrics, WEEK, today)


def _daily_table(report: AccountReport, metrics: Sequence[Metric], size: int, today: date) -> Block:
    """The spans, and the sum of the days in the table: with missing days it says how many were reported, as the card's field does."""
    sums = replace(report, figures={metric: sum_of_days((report.daily or {}).get(metric, Failed()), report.period) for metric in metrics})
    gaps = say.find_gaps(report)
    rows = [(Cell(stretch(span.first, span.last)), *_counts(report, metrics, span)) for span in _spans(report.period, size)]
    rows.append((Cell("Total"), *(covered_cell(sums, gaps, metric) for metric in metrics)))
    caption = f"By {'day' if size == 1 else 'week'}, {period_label(report.period, today)}"
    return tables.table(Grid(caption, (DAY_TITLE if size == 1 else DAYS, *(NAMES[metric] for metric in metrics)), tuple(rows)))


def days_of_accounts(reports: Sequence[AccountReport], today: date) -> Grid | None:
    """The days of one or more accounts in the same period, one after the other; None when none has figures by day."""
    metrics = [metric for metric in DAILY_METRICS if metric in reports[0].metrics]
    rows = [
        (tables.words_cell(account_name(report.account)), *row) for report in reports if report.daily for row in _day_rows(report, metrics)
    ]
    columns = (tables.ACCOUNT, DAY_TITLE, *(NAMES[metric] for metric in metrics))
    return Grid(DAYS_CAPTION.format(period=period_label(reports[0].period, today)), columns, tuple(rows)) if rows else None


def versus_grid(report: VersusReport, today: date) -> Grid:
    """A row for each figure: one side, the other, and the difference; of periods of unlike length that of the averages per day."""
    two_accounts = report.left.account.platform_id != report.right.account.platform_id
    names = side_names(report, today)
    differences: tuple[str, ...] = ("Difference", "Difference in %") if two_accounts else (CHANGE_TITLE, GROWTH)
    if not report.comparable:
        differences = (*(PER_DAY.format(period=name) for name in names), "Difference per day in %" if two_accounts else GROWTH_PER_DAY)
    columns = (FIGURE, *names, *differences)
    rows = [_versus_row(report, metric) for metric in report.metrics]
    if say.rate_asked(report.metrics, report.left.basis):
        rates = (account_rate_cell(side, say.find_gaps(side)) for side in (report.left, report.right))
        moved = _versus_points(report)
        rows.append(
            (Cell(say.RATE_NAME), *rates, *((moved, Cell(NO_PLACE)) if report.comparable else (Cell(NO_PLACE), Cell(NO_PLACE), moved)))
        )
    return Grid(" · ".join(columns[1:3]), columns, tuple(rows))


def _versus_points(report: VersusReport) -> Cell:
    """How far the two sides' rates are apart; n/a where a part of either lacks days."""
    sides = (report.left, report.right)
    if any(part in say.find_gaps(side).now for side in sides for part in rate_parts(side.basis)):
        return Cell(say.NOTHING)
    left, right = (engagement_rate(side.figures, side.basis) for side in sides)
    return _points(rate_change(left, right, (report.left.period.days, report.right.period.days)))


def _points(moved: Fraction | None) -> Cell:
    """The change of a rate in percentage points; n/a where it is unknown."""
    if moved is None:
        return Cell(say.NOTHING)
    digits = points_digits(moved)
    return Cell(points(moved), float(digits), points=digits) if digits else Cell(points(moved))


def side_names(report: VersusReport, today: date) -> tuple[str, str]:
    left, right = report.left, report.right
    names = account_name(left.account), account_name(right.account)
    days = period_label(left.period, today), period_label(right.period, today)
    if left.account.platform_id == right.account.platform_id:
        return days
    if left.period == right.period:
        ids = (one_line(side.account.platform_id, say.NAME_LIMIT) for side in (left, right))
        return names if names[0] != names[1] else (f"{names[0]} ({next(ids)})", f"{names[1]} ({next(ids)})")
    return f"{names[0]}, {days[0]}", f"{names[1]}, {days[1]}"


def _versus_row(report: VersusReport, metric: Metric) -> tuple[Cell, ...]:
    left, right = (side.figures.get(metric, Failed()) for side in (report.left, report.right))
    shown = (covered_cell(side, say.find_gaps(side), metric) for side in (report.left, report.right))
    moved = change_between(metric, left, right, (report.left.period.days, report.right.period.days)) if report.whole(metric) else None
    growth = Cell(NO_PLACE) if moved and moved.new else tables.growth_cell(moved)  # neither side is "before" the other
    differences = (tables.moved_cell(moved), growth) if report.comparable else _per_day(metric, moved)
    return (Cell(NAMES[metric]), *shown, *differences)


def screen_metrics(metrics: Sequence[Metric], ranked_by: Metric | None, basis: RateBasis) -> tuple[str, ...]:
    """The titles on the screen, the ranking one (None: the rate) first; unnamed: impressions, the rate's basis, and the rate."""
    asked = [NAMES[metric] for metric in (metrics if not set(metrics) >= set(POST_METRICS) else (Metric.IMPRESSION, basis.metric))]
    first = say.RATE_NAME if ranked_by is None else NAMES[ranked_by]
    return tuple(dict.fromkeys((first, *asked, say.RATE_NAME)))


def more_figures(metrics: Sequence[Metric]) -> list[str]:
    """The note that the file has more figures than the screen; none where all requested ones are shown."""
    return ["The CSV file has every figure."] if set(metrics) >= set(POST_METRICS) else []

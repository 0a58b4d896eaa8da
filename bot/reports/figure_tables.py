"""Reports as grids: posts side by side, an account's period, its days, two sides, a team."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

from bot.blockkit.builders import one_line
from bot.blockkit.numbers import long_day, period_label, points, points_digits, rate
from bot.reports.card_parts import NAME_LIMIT, account_name, sum_report
from bot.reports.figures import (
    DAILY_TABLE_DAY,
    DAILY_TABLE_NOT_REPORTED,
    FIGURES_NOT_FETCHED,
    NOT_REPORTED_BY_ALL,
    NOTHING,
    RATE_NAME,
    rate_asked,
)
from bot.reports.gaps import Gaps, account_rate, coverage, find_gaps, rate_before, rate_moved
from bot.reports.tables import (
    Cell,
    Grid,
    average_cell,
    day_cell,
    figure_cell,
    growth,
    growth_cell,
    moved_cell,
    number_cell,
    rate_cell,
    words_cell,
)
from bot.statistics.aggregate import counted
from bot.statistics.comparison_reports import FailedPost, Ranking, TeamReport, VersusReport, View, ranked
from bot.statistics.metrics import (
    DAILY_METRICS,
    NAMES,
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
)
from bot.statistics.posts import PostRef
from bot.statistics.reports import AccountReport, Period, PostReport

POSTS = "Posts"
POST_COLUMNS: Final = ("Post", "Account", "Published")
LINK_COLUMNS: Final = ("URN", "Link")
FIGURES = "Figures, {period}"
FIGURE_GRIDS_BY_DAY = "By day, {period}"
FIGURE = "Figure"
FIGURE_GRIDS_CHANGE = "Change"
GROWTH = "Change in %"
PER_DAY = "{period}, per day"
GROWTH_PER_DAY = "Change per day in %"
DIFFERENCE_PER_DAY = "Difference per day in %"
NOT_PER_DAY = "not per day"
DIFFERENCE = "Difference"
DIFFERENCE_IN_PERCENT = "Difference in %"
REPORTED = "Days reported"
ALL_DAYS = "all"
FIGURE_GRIDS_ACCOUNTS = "Accounts, {period}"
ACCOUNT = "Account"
PLACE = "Place"
FIGURE_GRIDS_TIED = "{place}="
NO_PLACE = "–"
FIGURE_GRIDS_TOTAL = "Total of {n}"
NOT_ADDED = "not added up"
IMPRESSIONS_GROWTH = "Impressions, change in %"
IMPRESSIONS_GROWTH_PER_DAY = "Impressions per day, change in %"


def posts_grid(
    posts: Sequence[PostReport],
    metrics: Sequence[Metric],
    basis: RateBasis,
    failed: Sequence[FailedPost] = (),
    caption: str = POSTS,
    *,
    links: bool = False,
) -> Grid:
    """A row for each post: title, account, day, lifetime figures, rate, with ``links`` its URN and address; a failed one has no figures."""
    with_rate = rate_asked(tuple(metrics), basis)
    figures = (*(NAMES[metric] for metric in metrics), *((RATE_NAME,) if with_rate else ()))
    rows = [(*_post_row(post, metrics, with_rate=with_rate), *_links(post.post, links=links)) for post in posts]
    unknown = tuple(figure_cell(Failed()) for _ in figures)
    rows += [
        (words_cell(one.post.urn), Cell(NOTHING), _published(one.post.published_at), *unknown, *_links(one.post, links=links))
        for one in failed
    ]
    return Grid(caption, (*POST_COLUMNS, *figures, *(LINK_COLUMNS if links else ())), tuple(rows))


def _links(post: PostRef, *, links: bool) -> tuple[Cell, ...]:
    return (Cell(post.urn), Cell(post.url)) if links else ()


def _post_row(post: PostReport, metrics: Sequence[Metric], *, with_rate: bool) -> tuple[Cell, ...]:
    return (
        words_cell(post.title or post.post.urn),
        words_cell(account_name(post.account)),
        _published(post.published_at),
        *(figure_cell(post.figures.get(metric, Failed())) for metric in metrics),
        *((rate_cell(engagement_rate(post.figures, post.basis)),) if with_rate else ()),
    )


def _published(moment: datetime | None) -> Cell:
    return day_cell(None if moment is None else moment.date())


def account_grids(report: AccountReport, today: date) -> tuple[Grid, ...]:
    """An account's figures with their changes, and its days."""
    gaps = find_gaps(report)
    before = period_label(report.before, today) if report.before else NOTHING
    names = (period_label(report.period, today), before)
    changes: tuple[str, ...] = (FIGURE_GRIDS_CHANGE, GROWTH)
    if report.is_unlike:
        changes = (*(PER_DAY.format(period=name) for name in names), GROWTH_PER_DAY)
    columns = (FIGURE, *names, *changes, REPORTED)
    rows = [_figure_row(report, gaps, metric) for metric in report.metrics]
    if rate_asked(report.metrics, report.basis):
        lead = (Cell(RATE_NAME), _rate_of(report, gaps), _rate_before(report, gaps))
        moved = _points(rate_moved(report, gaps))
        rows.append((*lead, *([Cell(NO_PLACE), Cell(NO_PLACE), moved] if report.is_unlike else [moved, Cell(NOTHING)]), Cell(NOTHING)))
    figures = Grid(FIGURES.format(period=period_label(report.period, today)), columns, tuple(rows))
    return (figures, days) if (days := _days_grid(report, today)) else (figures,)


def _figure_row(report: AccountReport, gaps: Gaps, metric: Metric) -> tuple[Cell, ...]:
    now = report.figures.get(metric, Failed())
    moved = None if metric in gaps.now else report.moved(metric)
    reported = _reported(now, gaps.now.get(metric), report.period) if metric in DAILY_METRICS else NOTHING
    return (
        Cell(NAMES[metric]),
        figure_cell(now),
        _before_cell(report, gaps, metric),
        *(_per_day(metric, moved) if report.is_unlike else (moved_cell(moved), growth_cell(moved))),
        Cell(reported),
    )


def _reported(figure: Figure, gone: frozenset[date] | None, period: Period) -> str:
    """How many of the days LinkedIn reported: none of a figure that it does not have; unknown of one that could not be fetched."""
    if isinstance(figure, Failed):
        return FIGURES_NOT_FETCHED
    if isinstance(figure, Unavailable):
        gone = frozenset(period.first + timedelta(days=step) for step in range(period.days))
    return coverage(gone, period.days) or ALL_DAYS


def _per_day(metric: Metric, moved: MetricChange | None) -> tuple[Cell, ...]:
    """The averages per day of two periods of unlike length, and their change in per cent."""
    if not metric.definition.by_day:
        return (Cell(NOT_PER_DAY),) * 3
    if moved is None or moved.per_day is None:
        return (Cell(NOTHING),) * 3
    return (*map(average_cell, moved.per_day), growth_cell(moved))


def _covered(report: AccountReport, gaps: Gaps, metric: Metric) -> Cell:
    """A figure of the period; one that lacks days says how many it has, as on the account's card."""
    figure = report.figures.get(metric, Failed())
    cell, gone = figure_cell(figure), gaps.now.get(metric)
    return replace(cell, text=f"{cell.text} ({coverage(gone, report.period.days)})") if gone and isinstance(figure, Value) else cell


def _before_cell(report: AccountReport, gaps: Gaps, metric: Metric) -> Cell:
    """The period before; what was not compared because days are missing says how many there are."""
    if report.before is None or report.before_figures is None:
        return Cell(NOTHING)
    if metric in gaps.before:
        return Cell(coverage(gaps.before[metric], report.before.days))
    if metric in gaps.now:
        return Cell(NOTHING)
    return figure_cell(report.before_figures.get(metric))


def _rate_of(report: AccountReport, gaps: Gaps) -> Cell:
    told = account_rate(report, gaps)
    engagement = engagement_rate(report.figures, report.basis)
    cell = rate_cell(engagement)
    return cell if told.startswith(cell.text) and not isinstance(engagement, UnknownRate) else Cell(told)


def _rate_before(report: AccountReport, gaps: Gaps) -> Cell:
    earlier = rate_before(report, gaps)
    return Cell(NOTHING) if earlier is None else rate_cell(earlier)


def _days_grid(report: AccountReport, today: date) -> Grid | None:
    metrics = [metric for metric in report.metrics if metric in DAILY_METRICS]
    if not metrics or not report.daily:
        return None
    columns = (DAILY_TABLE_DAY, *(NAMES[metric] for metric in metrics))
    return Grid(FIGURE_GRIDS_BY_DAY.format(period=period_label(report.period, today)), columns, _day_rows(report, metrics))


def _day_rows(report: AccountReport, metrics: Sequence[Metric]) -> tuple[tuple[Cell, ...], ...]:
    days = [report.period.first + timedelta(days=step) for step in range(report.period.days)]
    return tuple((Cell(long_day(day), day), *(_on(report, metric, day) for metric in metrics)) for day in days)


def days_of_accounts(reports: Sequence[AccountReport], today: date) -> Grid | None:
    """Every account's days under each other (one period's, one or more accounts); None when none has figures by day."""
    metrics = [metric for metric in DAILY_METRICS if metric in reports[0].metrics]
    rows = [(words_cell(account_name(report.account)), *row) for report in reports if report.daily for row in _day_rows(report, metrics)]
    columns = (ACCOUNT, DAILY_TABLE_DAY, *(NAMES[metric] for metric in metrics))
    return Grid(FIGURE_GRIDS_BY_DAY.format(period=period_label(reports[0].period, today)), columns, tuple(rows)) if rows else None


def _on(report: AccountReport, metric: Metric, day: date) -> Cell:
    series = (report.daily or {}).get(metric, Failed())
    if not isinstance(series, Mapping):
        return figure_cell(series)
    return number_cell(series[day]) if day in series else Cell(NOT_REPORTED_BY_ALL if len(report.summed) > 1 else DAILY_TABLE_NOT_REPORTED)


def versus_grid(report: VersusReport, today: date) -> Grid:
    """A row for each figure: one side, the other, and the difference; of periods of unlike length that of the averages per day."""
    two_accounts = report.left.account.platform_id != report.right.account.platform_id
    names = side_names(report, today)
    differences: tuple[str, ...] = (DIFFERENCE, DIFFERENCE_IN_PERCENT) if two_accounts else (FIGURE_GRIDS_CHANGE, GROWTH)
    if not report.comparable:
        differences = (*(PER_DAY.format(period=name) for name in names), DIFFERENCE_PER_DAY if two_accounts else GROWTH_PER_DAY)
    columns = (FIGURE, *names, *differences)
    rows = [_versus_row(report, metric) for metric in report.metrics]
    if rate_asked(report.metrics, report.left.basis):
        rates = (_rate_of(side, find_gaps(side)) for side in (report.left, report.right))
        moved = _versus_points(report)
        rows.append((Cell(RATE_NAME), *rates, *((moved, Cell(NOTHING)) if report.comparable else (Cell(NO_PLACE), Cell(NO_PLACE), moved))))
    return Grid(" · ".join(columns[1:3]), columns, tuple(rows))


def _versus_points(report: VersusReport) -> Cell:
    """How far the two sides' rates are apart; n/a where a part of either lacks days."""
    sides = (report.left, report.right)
    if any(find_gaps(side).now for side in sides):
        return Cell(NOTHING)
    left, right = (engagement_rate(side.figures, side.basis) for side in sides)
    return _points(rate_change(left, right, (report.left.period.days, report.right.period.days)))


def _points(moved: Fraction | None) -> Cell:
    """The change of a rate in percentage points; n/a where it is unknown."""
    if moved is None:
        return Cell(NOTHING)
    digits = points_digits(moved)
    return Cell(points(moved), float(digits), points=digits) if digits else Cell(points(moved))


def side_names(report: VersusReport, today: date) -> tuple[str, str]:
    """What parts the two sides: their accounts, their days, or both."""
    left, right = report.left, report.right
    names = account_name(left.account), account_name(right.account)
    days = period_label(left.period, today), period_label(right.period, today)
    if left.account.platform_id == right.account.platform_id:
        return days
    if left.period == right.period:
        ids = (one_line(side.account.platform_id, NAME_LIMIT) for side in (left, right))
        return names if names[0] != names[1] else (f"{names[0]} ({next(ids)})", f"{names[1]} ({next(ids)})")
    return f"{names[0]}, {days[0]}", f"{names[1]}, {days[1]}"


def _versus_row(report: VersusReport, metric: Metric) -> tuple[Cell, ...]:
    left, right = (side.figures.get(metric, Failed()) for side in (report.left, report.right))
    shown = (_covered(side, find_gaps(side), metric) for side in (report.left, report.right))
    moved = change_between(metric, left, right, (report.left.period.days, report.right.period.days)) if report.whole(metric) else None
    growth = Cell(NO_PLACE) if moved and moved.new else growth_cell(moved)  # neither side is "before" the other
    differences = (moved_cell(moved), growth) if report.comparable else _per_day(metric, moved)
    return (Cell(NAMES[metric]), *shown, *differences)


def team_grid(report: TeamReport, today: date) -> Grid:
    """A row for each account (in their places on a board), those that failed, and the total; the total alone with ``totals_only``."""
    board = report.view is View.BOARD
    with_rate = rate_asked(report.metrics, report.basis)
    columns = (
        *((PLACE,) if board else ()),
        ACCOUNT,
        *(NAMES[metric] for metric in report.metrics),
        *((_growth_title(report),) if Metric.IMPRESSION in report.metrics else ()),
        *((RATE_NAME,) if with_rate else ()),
    )
    rows = [] if report.totals_only else list(_account_rows(report, board=board, cells=len(columns)))
    if len(report.reports) > 1:
        lead = (Cell(NO_PLACE),) if board else ()
        rows.append((*lead, *_total_row(report, with_rate=with_rate)))
    return Grid(FIGURE_GRIDS_ACCOUNTS.format(period=period_label(report.period, today)), columns, tuple(rows))


def _growth_title(report: TeamReport) -> str:
    return IMPRESSIONS_GROWTH_PER_DAY if report.reports[0].is_unlike else IMPRESSIONS_GROWTH


def score_text(ranking: Ranking, score: Fraction | float) -> str:
    """What an account is ranked by, as it reads; accounts that read the same are tied."""
    return rate(score) if ranking is Ranking.RATE else growth(score)


def _account_rows(report: TeamReport, *, board: bool, cells: int) -> list[tuple[Cell, ...]]:
    minimum = report.minimum
    places = ranked(report.reports, report.ranking, minimum, lambda score: score_text(report.ranking, score))
    order = [(one.report, _place(one.place, tied=one.tied)) for one in places] if board else [(one, Cell("")) for one in report.reports]
    rows = [((place,) if board else ()) + _account_row(report, one) for one, place in order]
    for failed in report.failed:
        lead = (Cell(NO_PLACE),) if board else ()
        known = (*lead, words_cell(account_name(failed.account)))
        rows.append((*known, *(figure_cell(Failed()) for _ in range(cells - len(known)))))
    return rows


def _place(place: int | None, *, tied: bool) -> Cell:
    return Cell(NO_PLACE) if place is None else number_cell(place, FIGURE_GRIDS_TIED.format(place=place) if tied else str(place))


def _account_row(report: TeamReport, one: AccountReport) -> tuple[Cell, ...]:
    gaps = find_gaps(one)
    moved = None if Metric.IMPRESSION in gaps.now else one.moved(Metric.IMPRESSION)
    return (
        words_cell(account_name(one.account)),
        *(_covered(one, gaps, metric) for metric in report.metrics),
        *((growth_cell(moved),) if Metric.IMPRESSION in report.metrics else ()),
        *((_rate_of(one, gaps),) if rate_asked(report.metrics, report.basis) else ()),
    )


def _total_row(report: TeamReport, *, with_rate: bool) -> tuple[Cell, ...]:
    gaps = find_gaps(summed := sum_report(FIGURE_GRIDS_TOTAL.format(n=len(counted(report.reports))), report.reports))
    moved = summed.moved(Metric.IMPRESSION)
    return (
        Cell(summed.account.name),
        *(_covered(summed, gaps, metric) if metric.definition.additive else Cell(NOT_ADDED) for metric in report.metrics),
        *((growth_cell(moved),) if Metric.IMPRESSION in report.metrics else ()),
        *((_total_rate(report, summed),) if with_rate else ()),
    )


def _total_rate(report: TeamReport, summed: AccountReport) -> Cell:
    """The rate over all of them; a rate of reach has none, since reach is not added up."""
    return Cell(NOT_ADDED) if report.basis is RateBasis.REACH else _rate_of(summed, find_gaps(summed))

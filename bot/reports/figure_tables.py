"""Reports as grids: posts side by side, an account's period, its days, two sides; posts as the table on the screen."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

from msgspec.structs import replace

from bot.reports.card_parts import NAME_LIMIT, account_name, post_of
from bot.reports.figures import (
    DAY_NOT_REPORTED,
    DAY_TITLE,
    NOT_FETCHED_FIGURE,
    NOT_REPORTED_BY_ALL,
    NOTHING,
    RATE_NAME,
    rate_asked,
)
from bot.reports.gaps import Gaps, account_rate, coverage, find_gaps, rate_before, rate_moved
from bot.reports.tables import (
    ACCOUNT,
    OPEN,
    Cell,
    Grid,
    average_cell,
    figure_cell,
    growth_cell,
    moved_cell,
    named_briefly,
    number_cell,
    on_screen,
    rate_cell,
    table,
    words_cell,
)
from bot.slack.builders import LABEL_LIMIT, Block, Element, button, one_line
from bot.slack.interactive import numbered, open_id
from bot.slack.numbers import long_day, period_label, points, points_digits
from bot.slack.rich import action_cell
from bot.statistics.comparison_reports import FailedPost, VersusReport
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
from bot.statistics.posts import PostRef
from bot.statistics.reports import AccountReport, Period, PostReport

POSTS = "Posts"
OPEN_ON_LINKEDIN = "Open on LinkedIn"
MORE_FIGURES = "The CSV file has every figure."
POST_COLUMNS: Final = ("Post", "Account", "Published")
LINK_COLUMNS: Final = ("URN", "Link")
FIGURES = "Figures, {period}"
DAYS_CAPTION = "By day, {period}"
FIGURE = "Figure"
LIFETIME = "{figure} now"
CHANGE_TITLE = "Change"
GROWTH = "Change in %"
PER_DAY = "{period}, per day"
GROWTH_PER_DAY = "Change per day in %"
DIFFERENCE_PER_DAY = "Difference per day in %"
NOT_PER_DAY = "not per day"
DIFFERENCE = "Difference"
DIFFERENCE_IN_PERCENT = "Difference in %"
REPORTED = "Days reported"
ALL_DAYS = "all"
NO_PLACE = "–"


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
        (words_cell(post_of(one.post)), Cell(NOTHING), _published(one.post.published_at), *unknown, *_links(one.post, links=links))
        for one in failed
    ]
    return Grid(caption, (*POST_COLUMNS, *figures, *(LINK_COLUMNS if links else ())), tuple(rows))


def _links(post: PostRef, *, links: bool) -> tuple[Cell, ...]:
    return (Cell(post.urn), Cell(post.url)) if links else ()


def _post_row(post: PostReport, metrics: Sequence[Metric], *, with_rate: bool) -> tuple[Cell, ...]:
    return (
        words_cell(post.title or post_of(post.post)),
        words_cell(account_name(post.account)),
        _published(post.published_at),
        *(figure_cell(post.figures.get(metric, Failed())) for metric in metrics),
        *((rate_cell(engagement_rate(post.figures, post.basis)),) if with_rate else ()),
    )


def _published(moment: datetime | None) -> Cell:
    return Cell(NOTHING) if moment is None else Cell(long_day(moment.date()), moment.date())


def account_grids(report: AccountReport, today: date) -> tuple[Grid, ...]:
    """An account's figures with their changes, and its days."""
    gaps = find_gaps(report)
    before = period_label(report.before, today) if report.before else NOTHING
    names = (period_label(report.period, today), before)
    changes: tuple[str, ...] = (CHANGE_TITLE, GROWTH)
    if report.is_unlike:
        changes = (*(PER_DAY.format(period=name) for name in names), GROWTH_PER_DAY)
    columns = (FIGURE, *names, *changes, REPORTED)
    rows = [_figure_row(report, gaps, metric) for metric in report.metrics]
    rows += [
        (Cell(LIFETIME.format(figure=metric.definition.lifetime)), figure_cell(figure), *(Cell(NO_PLACE) for _ in columns[2:]))
        for metric, figure in report.lifetime.items()
    ]
    if rate_asked(report.metrics, report.basis):
        lead = (Cell(RATE_NAME), account_rate_cell(report, gaps), _rate_before(report, gaps))
        moved = _points(rate_moved(report, gaps))
        rows.append((*lead, *([Cell(NO_PLACE), Cell(NO_PLACE), moved] if report.is_unlike else [moved, Cell(NO_PLACE)]), Cell(NO_PLACE)))
    figures = Grid(FIGURES.format(period=period_label(report.period, today)), columns, tuple(rows))
    return (figures, days) if (days := _days_grid(report, today)) else (figures,)


def _figure_row(report: AccountReport, gaps: Gaps, metric: Metric) -> tuple[Cell, ...]:
    now = report.figures.get(metric, Failed())
    moved = None if metric in gaps.now else report.moved(metric)
    reported = _reported(now, gaps.now.get(metric), report.period) if metric in DAILY_METRICS else NO_PLACE
    return (
        Cell(NAMES[metric]),
        figure_cell(now),
        _before_cell(report, gaps, metric),
        *(_per_day(metric, moved) if report.is_unlike else (moved_cell(moved), growth_cell(moved))),
        Cell(reported),
    )


def _reported(figure: Figure, gone: frozenset[date] | None, period: Period) -> str:
    """The number of days that LinkedIn reported: none for an unavailable figure, unknown for a failed one."""
    if isinstance(figure, Failed):
        return NOT_FETCHED_FIGURE
    if isinstance(figure, Unavailable):
        gone = frozenset(period.first + timedelta(days=step) for step in range(period.days))
    return coverage(gone, period.days) or ALL_DAYS


def _per_day(metric: Metric, moved: MetricChange | None) -> tuple[Cell, ...]:
    if not metric.definition.by_day:
        return (Cell(NOT_PER_DAY),) * 3
    if moved is None or moved.per_day is None:
        return (Cell(NOTHING),) * 3
    return (*map(average_cell, moved.per_day), growth_cell(moved))


def covered_cell(report: AccountReport, gaps: Gaps, metric: Metric) -> Cell:
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


def account_rate_cell(report: AccountReport, gaps: Gaps) -> Cell:
    """An account's engagement rate as on its card, or why there is none."""
    rate_text = account_rate(report, gaps)
    engagement = engagement_rate(report.figures, report.basis)
    cell = rate_cell(engagement)
    return cell if rate_text.startswith(cell.text) and not isinstance(engagement, UnknownRate) else Cell(rate_text)


def _rate_before(report: AccountReport, gaps: Gaps) -> Cell:
    earlier = rate_before(report, gaps)
    return Cell(NOTHING) if earlier is None else rate_cell(earlier)


def _days_grid(report: AccountReport, today: date) -> Grid | None:
    metrics = [metric for metric in report.metrics if metric in DAILY_METRICS]
    if not metrics or not report.daily:
        return None
    columns = (DAY_TITLE, *(NAMES[metric] for metric in metrics))
    return Grid(DAYS_CAPTION.format(period=period_label(report.period, today)), columns, _day_rows(report, metrics))


def _day_rows(report: AccountReport, metrics: Sequence[Metric]) -> tuple[tuple[Cell, ...], ...]:
    days = [report.period.first + timedelta(days=step) for step in range(report.period.days)]
    return tuple((Cell(long_day(day), day), *(_on(report, metric, day) for metric in metrics)) for day in days)


def days_of_accounts(reports: Sequence[AccountReport], today: date) -> Grid | None:
    """The days of one or more accounts in the same period, one after the other; None when none has figures by day."""
    metrics = [metric for metric in DAILY_METRICS if metric in reports[0].metrics]
    rows = [(words_cell(account_name(report.account)), *row) for report in reports if report.daily for row in _day_rows(report, metrics)]
    columns = (ACCOUNT, DAY_TITLE, *(NAMES[metric] for metric in metrics))
    return Grid(DAYS_CAPTION.format(period=period_label(reports[0].period, today)), columns, tuple(rows)) if rows else None


def _on(report: AccountReport, metric: Metric, day: date) -> Cell:
    series = (report.daily or {}).get(metric, Failed())
    if not isinstance(series, Mapping):
        return figure_cell(series)
    return number_cell(series[day]) if day in series else Cell(NOT_REPORTED_BY_ALL if len(report.summed) > 1 else DAY_NOT_REPORTED)


def versus_grid(report: VersusReport, today: date) -> Grid:
    """A row for each figure: one side, the other, and the difference; of periods of unlike length that of the averages per day."""
    two_accounts = report.left.account.platform_id != report.right.account.platform_id
    names = side_names(report, today)
    differences: tuple[str, ...] = (DIFFERENCE, DIFFERENCE_IN_PERCENT) if two_accounts else (CHANGE_TITLE, GROWTH)
    if not report.comparable:
        differences = (*(PER_DAY.format(period=name) for name in names), DIFFERENCE_PER_DAY if two_accounts else GROWTH_PER_DAY)
    columns = (FIGURE, *names, *differences)
    rows = [_versus_row(report, metric) for metric in report.metrics]
    if rate_asked(report.metrics, report.left.basis):
        rates = (account_rate_cell(side, find_gaps(side)) for side in (report.left, report.right))
        moved = _versus_points(report)
        rows.append((Cell(RATE_NAME), *rates, *((moved, Cell(NO_PLACE)) if report.comparable else (Cell(NO_PLACE), Cell(NO_PLACE), moved))))
    return Grid(" · ".join(columns[1:3]), columns, tuple(rows))


def _versus_points(report: VersusReport) -> Cell:
    """How far the two sides' rates are apart; n/a where a part of either lacks days."""
    sides = (report.left, report.right)
    if any(part in find_gaps(side).now for side in sides for part in rate_parts(side.basis)):
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
    shown = (covered_cell(side, find_gaps(side), metric) for side in (report.left, report.right))
    moved = change_between(metric, left, right, (report.left.period.days, report.right.period.days)) if report.whole(metric) else None
    growth = Cell(NO_PLACE) if moved and moved.new else growth_cell(moved)  # neither side is "before" the other
    differences = (moved_cell(moved), growth) if report.comparable else _per_day(metric, moved)
    return (Cell(NAMES[metric]), *shown, *differences)


def screen_metrics(metrics: Sequence[Metric], ranked_by: Metric | None, basis: RateBasis) -> tuple[str, ...]:
    """The titles on the screen, the ranking one (None: the rate) first; unnamed: impressions, the rate's basis, and the rate."""
    asked = [NAMES[metric] for metric in (metrics if not set(metrics) >= set(POST_METRICS) else (Metric.IMPRESSION, basis.metric))]
    first = RATE_NAME if ranked_by is None else NAMES[ranked_by]
    return tuple(dict.fromkeys((first, *asked, RATE_NAME)))


def more_figures(metrics: Sequence[Metric]) -> list[str]:
    """The note that the file has more figures than the screen; none where all requested ones are shown."""
    return [MORE_FIGURES] if set(metrics) >= set(POST_METRICS) else []


def posts_table(
    posts: Sequence[PostReport], grid: Grid, ranked_by: Metric | None, caption: str, failed: Sequence[FailedPost] = ()
) -> Block:
    """The posts' table with a button to LinkedIn a row; the ranking figure comes first, and a column for the account, or the day."""
    several = len({post.account.platform_id for post in posts}) > 1
    metrics = posts[0].metrics if posts else POST_METRICS
    title, account, published = POST_COLUMNS
    basis = posts[0].basis if posts else RateBasis.IMPRESSIONS
    columns = (title, *screen_metrics(metrics, ranked_by, basis), account if several else published)
    opens = [_open(number, post.post, post.title) for number, post in enumerate(posts)]
    opens += [_open(number, one.post, "") for number, one in enumerate(failed, start=len(posts))]
    return table(named_briefly(on_screen(grid, columns, caption)), opens)


def _open(number: int, post: PostRef, title: str) -> Element:
    label = numbered(OPEN_ON_LINKEDIN, number + 1, one_line(title, LABEL_LIMIT) or post.urn)
    return action_cell(button(open_id(number), OPEN, url=post.url, accessibility_label=label), post.url)

"""Adds up figures over days and accounts, and compares periods and accounts, only where the result is correct.

Reach counts people, some of whom a sum would count twice: it is never added. A sum with an unknown part is unknown, and names it. An
account without any figure at LinkedIn is left out of sums, else one such account would make all sums unknown.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from msgspec import Struct

from bot.errors import NotUnderstood
from bot.statistics.metrics import Failed, Figure, Figures, Metric, Unavailable, Value
from bot.statistics.reports import DEFAULT_DAYS, Account, AccountReport, Period, PostCounts, Series, Unit, last_days, same_dates, whole


class Side(Struct, frozen=True):
    """One side of a comparison: a platform id (None: the default account) and whole UTC days (None: the last seven)."""

    account: str | None = None
    period: Period | None = None


#: The fewest days for naming the day of the largest change.
LEAST_DAYS: Final = 4
#: A day with less than this share of a change (1/5) does not explain it.
LEAST_PART: Final = 5
#: The service may answer from a cache of this age (its pages differ).
OLDEST_CACHED: Final = timedelta(hours=2)

VERSUS_SAME = "Both sides of `vs` are the same."
NOTHING_YET = "No day of this {unit} is over yet (LinkedIn counts days in UTC), so there is nothing to compare with the {unit} before."
SAME_REMEDY = "Name two accounts, like `acme vs bob last month`, or two periods, like `acme november vs october`."


def sum_of_days(series: Series, period: Period) -> Figure:
    """The sum of the days reported inside ``period``; unavailable when LinkedIn reported none of them."""
    if isinstance(series, (Unavailable, Failed)):
        return series
    counts = [count for day, count in series.items() if day in period]
    return Value(sum(counts)) if counts else Unavailable()


def unreported(series: Series, period: Period) -> tuple[date, ...]:
    """The days of ``period`` that LinkedIn did not report, in order; none for a figure that is unknown as a whole."""
    if isinstance(series, (Unavailable, Failed)):
        return ()
    days = (period.first + timedelta(days=step) for step in range(period.days))
    return tuple(day for day in days if day not in series)


def sums_of_days(daily: Mapping[Metric, Series], period: Period) -> dict[Metric, Figure]:
    return {metric: sum_of_days(series, period) for metric, series in daily.items()}


def comparable(daily: Mapping[Metric, Series], period: Period, before: Period) -> dict[Metric, Figure]:
    """The sums over ``before`` of metrics without unreported days; an unfinished period is never compared with a whole one."""
    return {
        metric: sum_of_days(series, before)
        for metric, series in daily.items()
        if not unreported(series, period) and not unreported(series, before)
    }


class DayShare(Struct, frozen=True):
    """One day's part of a period's change, against the same day of the period before, and that of all other days."""

    day: date
    change: int
    #: The change of all other days together.
    others: int


def largest_day(series: Series, period: Period, before: Period) -> DayShare | None:
    """The day with the largest part of the change; None without one, with missing days, unlike lengths, or less than a fifth of it."""
    if isinstance(series, (Unavailable, Failed)) or period.days != before.days or period.days < LEAST_DAYS:
        return None
    if unreported(series, period) or unreported(series, before):
        return None
    apart = period.first - before.first
    days = {day: count - series[day - apart] for day, count in sorted(series.items()) if day in period}
    change = sum(days.values())
    if not change:
        return None
    largest = max(days, key=lambda day: days[day] if change > 0 else -days[day])
    if abs(days[largest]) * LEAST_PART < abs(change):
        return None
    return DayShare(largest, days[largest], change - days[largest])


class PostsShare(Struct, frozen=True):
    """What posts published in a period brought of its change: they had nothing in the period before."""

    #: The posts with their counts, the most first.
    posts: tuple[tuple[PostCounts, int], ...]
    change: int
    #: The change of everything else together.
    others: int
    #: True where the counts are the most that the posts can have had in the period, False where they are the least.
    at_most: bool


def posts_share(report: AccountReport, metric: Metric) -> PostsShare | None:
    """What the posts of the period with a remembered figure brought of the change, and what everything else did.

    A post's figures are lifetime totals: fetched after the period they are the most that it had in it, fetched before its end the least.
    None where the change is not known, no such figure is, or they say nothing: the posts have more by now than the account had then.
    """
    moved, figure = report.moved(metric), report.figures.get(metric)
    if not metric.definition.additive or moved is None or moved.per_day or not moved.absolute or not isinstance(figure, Value):
        return None
    end = datetime.combine(report.period.last + timedelta(days=1), time(tzinfo=UTC))
    known = [(post, *post.counts[metric]) for post in report.post_counts if metric in post.counts]
    later = [(post, count) for post, count, at in known if at >= end + OLDEST_CACHED]
    counts = later or [(post, count) for post, count, at in known if at <= end]
    brought = sum(count for _, count in counts)
    if not 0 < brought <= figure.count:
        return None
    by_count = sorted(counts, key=lambda each: -each[1])
    return PostsShare(tuple(by_count), brought, moved.absolute - brought, at_most=bool(later))


class Total(Struct, frozen=True):
    """A sum over accounts, or why there is none: ``missing`` names the accounts that have no value."""

    figure: Figure
    missing: tuple[Account, ...] = ()


def counted(reports: Sequence[AccountReport]) -> tuple[AccountReport, ...]:
    """The accounts in a sum: without those that have no figure at LinkedIn, unless none has."""
    return tuple(one for one in reports if not one.nothing_reported) or tuple(reports)


def uncounted(reports: Sequence[AccountReport]) -> tuple[Account, ...]:
    return tuple(one.account for one in reports if one.nothing_reported) if len(counted(reports)) < len(reports) else ()


def total(reports: Sequence[AccountReport], metric: Metric, daily: Series | None = None) -> Total:
    """The sum over counted accounts and days that all reported (``daily`` is ``total_daily`` where known); none for reach of several."""
    return _over_common_days(added_up(reports, metric), reports, metric, reports[0].period, daily)


def total_before(reports: Sequence[AccountReport], metric: Metric, daily: Series | None = None) -> Total:
    """The same for the period before; unavailable where a day of either period is missing, since the sums would not be comparable."""
    added = _sum(metric, [(one.account, one.before_figures or {}) for one in counted(reports)])
    before = reports[0].before
    return added if before is None else _over_common_days(added, reports, metric, before, daily)


def added_up(reports: Sequence[AccountReport], metric: Metric) -> Total:
    """The metric's sum over the counted accounts, of each over the days that it reported; none for reach of several."""
    return _sum(metric, [(one.account, one.figures) for one in counted(reports)])


def _over_common_days(added: Total, reports: Sequence[AccountReport], metric: Metric, period: Period, daily: Series | None) -> Total:
    """The sum over the days that every counted account reported, instead of the sum of all reported days."""
    if not isinstance(added.figure, Value) or len(counted(reports)) == 1:
        return added
    series = total_daily(reports, metric) if daily is None else daily
    return Total(sum_of_days(series, period)) if isinstance(series, Mapping) and unreported(series, period) else added


def total_daily(reports: Sequence[AccountReport], metric: Metric) -> Series:
    """The metric by day over the counted accounts: only days that all of them reported."""
    return added_by_day([(one.daily or {}).get(metric, Unavailable()) for one in counted(reports)])


def added_by_day(every: Sequence[Series]) -> Series:
    known: list[Mapping[date, int]] = [series for series in every if not isinstance(series, (Unavailable, Failed))]
    if not known or len(known) < len(every):
        return next((series for series in every if isinstance(series, Failed)), Unavailable())
    days = set(known[0]).intersection(*known[1:])
    return {day: sum(series[day] for series in known) for day in sorted(days)}


def _sum(metric: Metric, figures: Sequence[tuple[Account, Figures]]) -> Total:
    if len(figures) == 1:
        return Total(figures[0][1].get(metric, Unavailable()))
    if not metric.definition.additive:
        return Total(Unavailable())
    each = [(account, known.get(metric, Unavailable())) for account, known in figures]
    missing = tuple(account for account, figure in each if not isinstance(figure, Value))
    if missing:
        failed = any(isinstance(figure, Failed) for _, figure in each)
        return Total(Failed() if failed else Unavailable(), missing)
    return Total(Value(sum(figure.count for _, figure in each if isinstance(figure, Value))))


def two_sides(left: Side, right: Side, *, period_first: bool, today: date) -> tuple[Side, Side]:
    """Completes the two sides of a comparison. An unfinished unit is compared with the same days of another of its kind.

    ``period_first``: whether a period comes right after `vs`: with nothing before it, two periods are compared. Raises NotUnderstood: both
    sides are the same, or there is no complete day to compare a just ended unit with.
    """
    if left.account is not None and left == right:
        raise NotUnderstood(VERSUS_SAME, remedy=SAME_REMEDY)
    if _two_accounts(left, right, period_first=period_first):
        period = left.period or right.period or last_days(DEFAULT_DAYS, today)
        accounts, periods = (left.account, right.account), (left.period or period, right.period or period)
    else:
        account = left.account or right.account
        accounts, periods = (account, account), _two_periods(left.period, right.period, today)
    first, second = _like_for_like(*periods)
    sides = Side(accounts[0], first), Side(accounts[1], second)
    if sides[0] == sides[1]:
        raise NotUnderstood(VERSUS_SAME, remedy=SAME_REMEDY)
    return sides


def _two_accounts(left: Side, right: Side, *, period_first: bool) -> bool:
    if right.account is None or left.account == right.account:
        return False
    if left.account is not None:
        return True
    return not (period_first or (left.period and right.period and left.period != right.period))


def _two_periods(first: Period | None, second: Period | None, today: date) -> tuple[Period, Period]:
    """Two periods; a missing one is what the other is best compared with."""
    if second is None:
        now = first or last_days(DEFAULT_DAYS, today)
        return now, now.before
    return (first, second) if first else _until_now(second, today)


def _like_for_like(one: Period, other: Period) -> tuple[Period, Period]:
    """If one is an unfinished unit and the other a whole one of the kind, the same days of both."""
    if one.to_date and other == whole(other.first, one.to_date):
        return one, same_dates(one, one.to_date, other.first)
    if other.to_date and one == whole(one.first, other.to_date):
        return same_dates(other, other.to_date, one.first), other
    return one, other


def _until_now(then: Period, today: date) -> tuple[Period, Period]:
    """An earlier period and the present: the unit after it so far; else as many days up to yesterday."""
    yesterday = today - timedelta(days=1)
    following = then.last + timedelta(days=1)
    for unit in Unit:
        if then != whole(then.first, unit):
            continue
        if following == today:
            raise NotUnderstood(NOTHING_YET.format(unit=unit), remedy=SAME_REMEDY)
        if following <= yesterday <= (now := whole(following, unit)).last:
            return Period(following, yesterday, unit if yesterday < now.last else None), then
    if then.days == DEFAULT_DAYS and following <= yesterday < following + timedelta(days=DEFAULT_DAYS):
        now = Period(following, yesterday)
        return now, Period(then.first, then.first + timedelta(days=now.days - 1))
    return last_days(then.days, today), then


def is_month(period: Period) -> bool:
    return period == whole(period.first, Unit.MONTH)

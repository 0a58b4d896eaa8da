"""What `acme vs bob last month` and `acme vs last month` set side by side: days that can be compared with each other."""

from datetime import date, timedelta

from bot.domain.periods import Period, last_days
from bot.domain.team_asks import Side
from bot.domain.words import SAME_REMEDY, VERSUS_SAME
from bot.errors import NotUnderstood

DEFAULT_DAYS = 7


def two_sides(left: Side, right: Side, *, period_first: bool, today: date) -> tuple[Side, Side]:
    """The two sides in full, as far as the words say them.

    Args:
        left: what stands before `vs`.
        right: what stands after it.
        period_first: a period stands right after `vs`, so that with nothing before it two periods are meant.
        today: the UTC day that is not over.

    Raises:
        NotUnderstood: both sides come to the same.
    """
    if left.account is not None and left == right:
        raise NotUnderstood(VERSUS_SAME, remedy=SAME_REMEDY)
    if _two_accounts(left, right, period_first=period_first):
        period = left.period or right.period or last_days(DEFAULT_DAYS, today)
        sides = Side(left.account, left.period or period), Side(right.account, right.period or period)
    else:
        account = left.account or right.account
        sides = _two_periods(account, left.period, right.period, today)
    if sides[0] == sides[1]:
        raise NotUnderstood(VERSUS_SAME, remedy=SAME_REMEDY)
    return sides


def _two_accounts(left: Side, right: Side, *, period_first: bool) -> bool:
    if right.account is None or left.account == right.account:
        return False
    if left.account is not None:
        return True
    return not (period_first or (left.period and right.period and left.period != right.period))


def _two_periods(account: str | None, first: Period | None, second: Period | None, today: date) -> tuple[Side, Side]:
    """One account at two times; where one is not said, it is what the other can honestly be compared with."""
    if second is None:
        now = first or last_days(DEFAULT_DAYS, today)
        return Side(account, now), Side(account, now.before)
    if first is None:
        first, second = _until_now(second, today)
    return Side(account, first), Side(account, second)


def _until_now(then: Period, today: date) -> tuple[Period, Period]:
    """The present beside an earlier period: this month so far beside the same days of last month; else as many days up to yesterday."""
    yesterday = today - timedelta(days=1)
    following = then.last + timedelta(days=1)
    if following <= yesterday and is_month(then) and (following.year, following.month) == (yesterday.year, yesterday.month):
        return _same_days(Period(following, yesterday), then)
    if then.days == DEFAULT_DAYS and following <= yesterday < following + timedelta(days=DEFAULT_DAYS):
        return _same_days(Period(following, yesterday), then)
    return last_days(then.days, today), then


def _same_days(so_far: Period, then: Period) -> tuple[Period, Period]:
    """An unfinished period is never compared with a whole one: both have the same number of days, where the earlier one has that many."""
    days = min(so_far.days, then.days)
    return Period(so_far.first, so_far.first + timedelta(days=days - 1)), Period(then.first, then.first + timedelta(days=days - 1))


def is_month(period: Period) -> bool:
    """Whether it is one whole calendar month."""
    next_day = period.last + timedelta(days=1)
    same = (period.first.year, period.first.month) == (period.last.year, period.last.month)
    return period.first.day == 1 and next_day.day == 1 and same


def alike(one: Period, other: Period) -> bool:
    """Whether figures of the two can be told as a change: as many days each, or two whole calendar months."""
    return one.days == other.days or (is_month(one) and is_month(other))

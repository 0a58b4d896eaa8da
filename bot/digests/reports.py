"""The parts of a digest that can be shown or left out; the headline, the figures and every warning always stand."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.errors import BadSchedule
from bot.schedules.timezones import zone_of
from bot.statistics.accounts import Account
from bot.statistics.comparison_reports import FailedAccount
from bot.statistics.metrics import Figures, Metric, Rate, RateBasis, UnknownRate, Value
from bot.statistics.periods import Period, last_days
from bot.statistics.posts import PostRef
from bot.statistics.reports import AccountReport
from bot.subscriptions.goal import Progress


class DigestSection(StrEnum):
    """A part of a digest that people choose, by the word that stands for it in the grammar and the database."""

    #: The period and the one before it, day by day.
    CHART = "chart"
    #: A row for each account, where there are several.
    ACCOUNTS = "rows"
    #: The best of the known posts published in the period.
    BEST = "best"
    #: New followers, where the service gives them.
    FOLLOWERS = "followers"
    #: How far the goals of its accounts are, where there are any.
    GOALS = "goals"
    #: The table by day, in the thread.
    DETAILS = "details"


ALL_PARTS: tuple[DigestSection, ...] = tuple(DigestSection)

#: The name kept where every part is left out: an empty list means all of them.
FIGURES_ALONE: Final = "figures"


def shown(content: Iterable[str]) -> frozenset[DigestSection]:
    """The parts that these names ask for; none at all means every part, and a name of another version counts for nothing."""
    names = tuple(content)
    return frozenset(part for part in ALL_PARTS if part in names) if names else frozenset(ALL_PARTS)


def chosen(parts: Iterable[DigestSection]) -> tuple[str, ...]:
    """The names to keep for these parts, in their order; empty when they are all of them."""
    wanted = frozenset(parts)
    if wanted >= frozenset(ALL_PARTS):
        return ()
    return tuple(part.value for part in ALL_PARTS if part in wanted) or (FIGURES_ALONE,)


# MERGED: What a digest tells: its accounts' figures against the time before, and what else stands beside them.

#: Fields 3 and 5 of cron where they name one day of a month.
_ONE_DAY = re.compile(r"(?:\d{1,2}|LW?) \*|\* [0-7](?:#[1-5]|L)", re.IGNORECASE)

#: What a digest covers unless it is a monthly one: so many whole days.
DIGEST_DAYS = 7


@dataclass(frozen=True, slots=True)
class BestPost:
    """One of the best posts published in the period. Its figures are lifetime ones; ``title`` is foreign text or ""."""

    post: PostRef
    title: str
    account: Account
    figures: Figures
    rate: Rate | UnknownRate


@dataclass(frozen=True, slots=True)
class TokenWarning:
    """An account whose LinkedIn token ends soon or has ended (the service's own word, ``account.token``)."""

    account: Account


@dataclass(frozen=True, slots=True)
class DigestReport:
    """Everything one digest shows; at least one account was fetched."""

    period: Period
    #: None when there is nothing honest to compare with.
    before: Period | None
    #: The accounts that were fetched, in the digest's order.
    accounts: tuple[AccountReport, ...]
    #: Those that were not.
    failed: tuple[FailedAccount, ...]
    #: The best first; empty where the service names no posts of the period.
    best: tuple[BestPost, ...]
    #: How many posts of the period are known, and among how many of them, the newest, the best were looked for.
    posts_known: int = field(default=0, kw_only=True)
    posts_asked: int = field(default=0, kw_only=True)
    #: New followers in the period by platform id; None where there is no figure.
    followers: Mapping[str, int | None]
    warnings: tuple[TokenWarning, ...]
    #: How much later than due it was built; None when it was on time.
    late: timedelta | None
    #: The schedule in words ("every Monday 9:00 Europe/Berlin").
    schedule_words: str
    basis: RateBasis = RateBasis.IMPRESSIONS
    #: When the oldest of the figures was fetched (aware, UTC).
    fetched_at: datetime | None = None
    #: How far the goals of these accounts are, after the period's last day.
    goals: tuple[Progress, ...] = ()
    #: The digest's parts to show, in its order; empty means all.
    content: tuple[str, ...] = field(default=())


def largest_first(accounts: Iterable[AccountReport]) -> tuple[AccountReport, ...]:
    """The accounts by their impressions, the most first; then those without that figure, and those without any."""
    return tuple(sorted(accounts, key=_size))


def _size(account: AccountReport) -> tuple[bool, bool, int]:
    impressions = account.figures.get(Metric.IMPRESSION)
    if isinstance(impressions, Value):
        return False, False, -impressions.count
    return account.nothing_reported, True, 0


def best_first(posts: Iterable[BestPost], most: int) -> tuple[BestPost, ...]:
    """The posts with the highest engagement rate, at most ``most``; those without a rate are left out."""
    rated = [(post.rate.fraction, post) for post in posts if isinstance(post.rate, Rate)]
    return tuple(post for _, post in sorted(rated, key=lambda pair: pair[0], reverse=True)[:most])


def digest_period(cron: str, zone: str, moment: datetime) -> Period:
    """What a digest of this schedule covers at its moment (aware): the last calendar month of a monthly one, else the last 7 whole days.

    Days are UTC days, as LinkedIn counts them, and only those that are over. East of UTC a month ends on the digest's own clock some hours
    before its last UTC day does: until then that day is left out. West of it UTC has the next month first, and the month is whole.
    """
    today = moment.astimezone(UTC).date()
    if not is_monthly(cron):
        return last_days(DIGEST_DAYS, today)
    last = max(today, _own_day(zone, moment)).replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), min(last, today - timedelta(days=1)))


def _own_day(zone: str, moment: datetime) -> date:
    try:
        return moment.astimezone(zone_of(zone)).date()
    except BadSchedule:
        # A zone that the tz database has dropped: UTC's day is better than no digest.
        return moment.astimezone(UTC).date()


def is_monthly(cron: str) -> bool:
    """Whether five fields of cron name one day of a month: by its number ("1", "L", "LW"), or as one of its weekdays ("1#1", "5L")."""
    _, _, day, _, weekday = cron.split()
    return _ONE_DAY.fullmatch(f"{day} {weekday}") is not None

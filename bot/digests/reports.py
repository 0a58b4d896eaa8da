"""A digest's contents: its optional sections, and the report with its accounts' figures against the period before."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from bot.errors import BadSchedule
from bot.lazy_regex import any_case
from bot.schedules.rhythm import every_months, months_apart, weeks_of
from bot.schedules.schedule import Schedule, next_after
from bot.schedules.timezones import zone_of
from bot.statistics.comparison_reports import FailedAccount, MostSeen, RankedPost
from bot.statistics.metrics import Metric, RateBasis, Value
from bot.statistics.posts import Coverage
from bot.statistics.reports import MONTHS_OF, MOST_DAYS, Account, AccountReport, Period, Unit, beginning, last_days, months_after, whole
from bot.subscriptions.goal import Progress


class DigestSection(StrEnum):
    """A section of a digest that people can choose, by its word in commands and in the database."""

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
    #: The accounts by engagement rate, with a congratulation of the first; only where it is asked for.
    BOARD = "board"
    #: The posts scheduled for the next seven days; only where it is asked for.
    SCHEDULED = "scheduled"


ALL_PARTS: tuple[DigestSection, ...] = tuple(DigestSection)
#: Those that are shown only where they are asked for, and those of a digest that names none.
EXTRA_PARTS = frozenset({DigestSection.BOARD, DigestSection.SCHEDULED})
USUAL_PARTS = frozenset(ALL_PARTS) - EXTRA_PARTS
#: The stored name where every section is left out: an empty list means the usual ones.
FIGURES_ALONE: Final = "figures"
#: Before the name of a section that is added to those of a digest, or taken from them.
ADDED, TAKEN_AWAY = "+", "-"


def shown(content: Iterable[str]) -> frozenset[DigestSection]:
    """The sections of these names; the usual ones for no names. Unknown names (of another version) are ignored."""
    names = tuple(content)
    return frozenset(part for part in ALL_PARTS if part in names) if names else USUAL_PARTS


def chosen(parts: Iterable[DigestSection]) -> tuple[str, ...]:
    """The names to store for these sections, in order; empty for the usual ones."""
    wanted = frozenset(parts)
    if wanted == USUAL_PARTS:
        return ()
    return tuple(part.value for part in ALL_PARTS if part in wanted) or (FIGURES_ALONE,)


def is_relative(content: Sequence[str]) -> bool:
    """Whether these names add sections to others, or take some away."""
    return any(name[:1] in (ADDED, TAKEN_AWAY) for name in content)


def with_content(before: tuple[str, ...], change: tuple[str, ...] | None) -> tuple[str, ...]:
    """The names to store after a change of those before; None leaves them."""
    if change is None or not is_relative(change):
        return before if change is None else change
    added, taken = ({name[1:] for name in change if name[:1] == sign} for sign in (ADDED, TAKEN_AWAY))
    return chosen(part for part in ALL_PARTS if (part in shown(before) or part in added) and part not in taken)


def changed_content(draft: tuple[str, ...] | None, change: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """The sections of a draft after a change of it, either of them None for no sections that are named."""
    if draft is None or change is None or not is_relative(change):
        return draft if change is None else change
    return (*draft, *change) if is_relative(draft) else with_content(draft, change)


#: Fields 3 and 5 of cron where they name one day of a month, and where they name several.
_ONE_DAY = any_case(r"(\d{1,2}|LW?|FW\d*) \*|\* [0-7](#[1-5]|L)")
_SEVERAL_DAYS = any_case(r"((\d{1,2}|L),)+(\d{1,2}|L) \*|\* ([0-7](#[1-5]|L),)+[0-7](#[1-5]|L)")
#: The same of one day that is counted from the month's end.
_NEAR_THE_END = any_case(r"(?:LW?|31) \*|\* [0-7]L")
#: The whole days that a digest covers unless it is monthly.
DIGEST_DAYS = 7
#: Days in which a schedule with several days a month has two of them: months with a fifth Monday are at most three months apart.
MOST_APART: Final = 200
_CRON_FIELDS: Final = 5


class ScheduledPost(Struct, frozen=True):
    """A post that is to come: when (aware, UTC), its first words (foreign text), and for which of the digest's accounts."""

    at: datetime
    content: str
    accounts: tuple[Account, ...]


class BestFound(Struct, frozen=True):
    """The best posts, the best first, and how they were found; none where no post of the period is known, or none can be ranked."""

    posts: tuple[RankedPost, ...] = ()
    #: The posts that were ranked, where these are not all with enough impressions.
    most_seen: MostSeen | None = None
    #: How many posts of the period are known, how many of them (the newest) are candidates, how many of these are of accounts that did
    #: not fail, and how many were asked for everything that ranks them: the account's calls reached for it.
    known: int = 0
    candidates: int = 0
    reachable: int = 0
    asked: int = 0
    #: The number of those for which a ranking figure could not be fetched.
    failed: int = 0
    #: Whether every post of the period that the service lists is known.
    coverage: Coverage = field(default_factory=Coverage)


class DigestReport(Struct, frozen=True):
    """Everything one digest shows; at least one account was fetched."""

    period: Period
    #: None when there is nothing honest to compare with.
    before: Period | None
    #: The accounts that were fetched, in the digest's order.
    accounts: tuple[AccountReport, ...]
    #: The accounts that could not be fetched.
    failed: tuple[FailedAccount, ...]
    best: BestFound
    #: New followers by platform id and reported UTC day of the period; an account that has no figure has no days, one of which they could
    #: not be fetched is absent.
    followers: Mapping[str, Mapping[date, int]]
    #: The accounts whose LinkedIn token expires soon or has expired.
    ending: tuple[Account, ...]
    #: How much later than due it was built; None when it was on time.
    late: timedelta | None
    #: The schedule in words ("every Monday 9:00 Europe/Berlin").
    schedule_words: str
    basis: RateBasis = RateBasis.IMPRESSIONS
    #: When the oldest of the figures was fetched (aware, UTC).
    fetched_at: datetime | None = None
    #: The posts scheduled for the days after it; None where their list could not be read.
    scheduled: tuple[ScheduledPost, ...] | None = ()
    #: How far the goals of these accounts are, after the period's last day.
    goals: tuple[Progress, ...] = ()
    #: The sections to show, in order; empty means the usual ones.
    content: tuple[str, ...] = ()
    #: Whether no account's own figures are shown where there are several.
    totals_only: bool = False

    @property
    def several(self) -> bool:
        return len(self.accounts) + len(self.failed) > 1

    @property
    def shows_each(self) -> bool:
        return self.several and not self.totals_only


#: Stands for new followers that could not be fetched.
_NOT_FETCHED: Final = MappingProxyType({date.min: 1})


def is_unchanged(report: DigestReport) -> bool:
    """Whether there is nothing new: the figures are those of the period before, nobody new follows, nothing was posted.

    A figure that is not known, an account that could not be fetched and an access that ends count as changed.
    """
    won = any(any(report.followers.get(one.account.platform_id, _NOT_FETCHED).values()) for one in report.accounts)
    return not (report.failed or report.ending or won) and all(not one.posted and _stands_still(one) for one in report.accounts)


def _stands_still(account: AccountReport) -> bool:
    moves = [account.moved(metric) for metric in account.metrics]
    return all(move is not None and not move.sign for move in moves)


def largest_first(accounts: Iterable[AccountReport]) -> tuple[AccountReport, ...]:
    """The accounts by impressions, the most first; then those without impressions, and those without any figure."""
    return tuple(sorted(accounts, key=_size))


def _size(account: AccountReport) -> tuple[bool, bool, int]:
    impressions = account.figures.get(Metric.IMPRESSION)
    if isinstance(impressions, Value):
        return False, False, -impressions.count
    return account.nothing_reported, True, 0


def digest_period(cron: str, zone: str, moment: datetime) -> Period:
    """The UTC days that a digest of this schedule covers at ``moment`` (aware); only complete days.

    A digest on the month's last day (the 31st too), last working day or last weekday of a kind covers its own month up to yesterday; on
    the first, when none of that month's days is over, and on any other day of the month it covers the last calendar month; one of every
    quarter, half-year, year or so many months covers as many months in the same way. One of every so many weeks covers as many weeks,
    one on several days of each month as many days as lie between it and the one before, all other schedules the last 7 days. What is
    not complete is compared with the same days of the month, quarter, half-year or year before. East of UTC a month ends in the
    digest's zone some hours before its last UTC day does: until then that day is left out. West of UTC the next month begins first in
    UTC, and the month is complete.
    """
    today = moment.astimezone(UTC).date()
    if len(cron.split()) != _CRON_FIELDS:  # a schedule that only a newer version can read
        return last_days(DIGEST_DAYS, today)
    if weeks := weeks_of(cron.rsplit(maxsplit=1)[-1]):
        return last_days(weeks.every * DIGEST_DAYS, today)
    months = months_apart(cron.split()[3])
    if months == 1 and _matches(_SEVERAL_DAYS, cron):
        return last_days(_since_the_one_before(cron, zone, moment), today)
    if not months or not _matches(_ONE_DAY, cron):
        return last_days(DIGEST_DAYS, today)
    yesterday = today - timedelta(days=1)
    own_month = _own_day(zone, moment).replace(day=1)
    is_near_the_end = _matches(_NEAR_THE_END, cron)
    unit = next((unit for unit, number in MONTHS_OF.items() if number == months), None)
    if unit is not None and cron.split()[3] != every_months(months, last=is_near_the_end):
        unit = None
    first = beginning(own_month, unit or Unit.MONTH)
    if is_near_the_end and first <= yesterday:
        return _up_to(yesterday, months, unit)
    last = max(beginning(today, unit or Unit.MONTH), first) - timedelta(days=1)
    return _up_to(min(last, yesterday), months, unit)


def _since_the_one_before(cron: str, zone: str, moment: datetime) -> int:
    """The days between the last digest until ``moment`` and the one before; a week where the tz database has dropped the zone."""
    schedule, found = Schedule(f"0 0 {cron.split(maxsplit=2)[2]}", zone), list[date]()
    try:
        due = next_after(schedule, moment - timedelta(days=MOST_APART))
        while due and due <= moment:
            found.append(_own_day(zone, due))
            due = next_after(schedule, due)
    except BadSchedule:
        return DIGEST_DAYS
    return (found[-1] - found[-2]).days if len(found) > 1 else DIGEST_DAYS


def _up_to(day: date, months: int, unit: Unit | None) -> Period:
    """The unit of this day, or ``months`` months that end with its month, up to this day; at most the days of one request."""
    unit_period = whole(day, unit or Unit.MONTH)
    first = unit_period.first if unit else months_after(unit_period.first, 1 - months)
    return Period(max(first, day - timedelta(days=MOST_DAYS - 1)), day, unit if day < unit_period.last else None)


def _own_day(zone: str, moment: datetime) -> date:
    try:
        return moment.astimezone(zone_of(zone)).date()
    except BadSchedule:  # the tz database has dropped this zone
        return moment.astimezone(UTC).date()


def _matches(pattern: re.Pattern[str], cron: str) -> bool:
    """Whether the day of the month and the weekday of five fields of cron match together."""
    _, _, day, _, weekday = cron.split()
    return pattern.fullmatch(f"{day} {weekday}") is not None

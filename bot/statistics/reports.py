"""Values: accounts, periods, and the fetched figures of a post or an account."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final, Generic, TypeVar

from msgspec import Struct, field

from bot.lazy_regex import lazy_regex
from bot.statistics.metrics import Failed, Figures, Metric, MetricChange, RateBasis, Unavailable, Value, change_between
from bot.statistics.posts import PostRef

#: Every LinkedIn connection's id starts with this (PostPost's documentation).
PLATFORM_PREFIX = "linkedin-"
#: An id in full, as the statistics service gives it (PostPost's documentation: "linkedin-ABC123").
FULL_ID = lazy_regex(rf"{PLATFORM_PREFIX}[A-Za-z0-9_-]+")
ID_AND_DAYS = lazy_regex(rf"{FULL_ID.pattern} [1-9]\d?d")
#: The word for all accounts together.
TEAM: Final = "team"
#: A managed user of an agency (PostPost's documentation: a MongoDB ObjectId).
CLIENT_ID: Final = lazy_regex(r"[0-9a-f]{24}")
#: Between the service's id of an account or post and the managed user that it belongs to; in one word of an id's letters.
_OF: Final = "-of-"
T = TypeVar("T")
#: The longest range of the statistics service in days (PostPost's documentation).
MOST_DAYS = 365
#: The period of a question that names none: the last 7 whole days.
DEFAULT_DAYS = 7
#: LinkedIn opened on this day; nothing was posted before.
FIRST_DAY = date(2003, 5, 5)
#: One metric by day: only reported days are present (a missing day is "not reported", never 0).
Series = Mapping[date, int] | Unavailable | Failed


def id_word(platform_id: str) -> str:
    """An id as a word of a question: quoted where it would be split."""
    return platform_id if FULL_ID.fullmatch(platform_id) else f'"{platform_id.replace(chr(34), " ")}"'


def with_client(service_id: str, client: str) -> str:
    """The id here of what the service knows by ``service_id``: with the managed user it belongs to, if it is one's."""
    return f"{service_id}{_OF}{client}" if client else service_id


def split_client(id_: str) -> tuple[str, str]:
    """The id at the service, and the managed user it belongs to, "" for the key's own."""
    service_id, of, client = id_.rpartition(_OF)
    return (service_id, client) if of and CLIENT_ID.fullmatch(client) else (id_, "")


class TokenStatus(StrEnum):
    """The service's status of an account's LinkedIn token; only this decides, never dates."""

    VALID = "valid"
    EXPIRING_SOON = "expiring_soon"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class Account(Struct, frozen=True):
    """One LinkedIn account.

    ``platform_id`` starts with "linkedin-" and may be up to any length; ``name`` is foreign text (escape it) and falls back to the id;
    ``username`` is LinkedIn's handle or "". ``expires_in`` is the service's text ("5 days") or "",
    ``expires_on`` the day until which its access lasts ("2026-12-01") or "".
    """

    platform_id: str
    name: str
    username: str = ""
    token: TokenStatus = TokenStatus.UNKNOWN
    expires_in: str = ""
    expires_on: str = ""


class Directory(Struct, frozen=True):
    """The accounts known now; not ``complete`` when the service's own list could not be read: only configured ones are here then."""

    accounts: tuple[Account, ...]
    complete: bool = True
    #: True when the service lists as many accounts as are read, or more.
    cut: bool = False
    #: The accounts (platform ids) of each group, where groups can be named.
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def get(self, platform_id: str) -> Account | None:
        """The account of this id, compared exactly; None when unknown."""
        return next((account for account in self.accounts if account.platform_id == platform_id), None)


class Same(Struct, Generic[T], frozen=True):
    """Compares by the identity of its value, which it keeps alive, so that the id is not reused."""

    value: T

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.value is self.value


class Unit(StrEnum):
    """A unit of the calendar, by the word for it; a week begins on Monday."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


class Period(Struct, frozen=True):
    """Whole UTC days from ``first`` to ``last``, both inside. ``first`` is never after ``last``.

    ``to_date`` is the unit that begins with these days, as in `this month`: they are compared with the same days of the unit
    before. Periods of the same days are equal, whatever ``to_date`` is.
    """

    first: date
    last: date
    to_date: Unit | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Period) and (self.first, self.last) == (other.first, other.last)

    def __hash__(self) -> int:
        return hash((self.first, self.last))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """The period to compare with.

        That is the period of the same length that ends the day before this one starts; for an unfinished unit the same weekdays of the
        week before, or the same dates of the month, quarter, half or year before, as far as it has them.
        """
        day_before = self.first - timedelta(days=1)
        if self.to_date is not None:
            return same_dates(self, self.to_date, beginning(day_before, self.to_date))
        return Period(self.first - timedelta(days=self.days), day_before)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


#: How many months the units have that are made of months.
MONTHS_OF: Final = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.HALF: 6, Unit.YEAR: 12}


def months_after(first: date, months: int) -> date:
    """The first of the month that many months after ``first``, itself a first of a month; before it where ``months`` is negative."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def beginning(day: date, unit: Unit) -> date:
    if unit is Unit.WEEK:
        return day - timedelta(days=day.weekday())
    months = MONTHS_OF[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def whole(day: date, unit: Unit) -> Period:
    first = beginning(day, unit)
    after = first + timedelta(days=7) if unit is Unit.WEEK else months_after(first, MONTHS_OF[unit])
    return Period(first, after - timedelta(days=1))


def same_dates(so_far: Period, unit: Unit, first: date) -> Period:
    """The same days of another unit, which begins on ``first``: a month that is shorter ends with its last day."""
    if unit is Unit.WEEK:
        return Period(first, first + timedelta(days=so_far.days - 1))
    months = (so_far.last.year - so_far.first.year) * 12 + so_far.last.month - so_far.first.month
    month = months_after(first, months)
    return Period(first, month.replace(day=min(so_far.last.day, monthrange(month.year, month.month)[1])))


def last_days(days: int, today: date) -> Period:
    """The last ``days`` whole days, up to yesterday. ``today`` is the UTC day that is not over."""
    return Period(today - timedelta(days=days), today - timedelta(days=1))


def period_text(period: Period) -> str:
    """The period as words that do not depend on the current day: "2026-11-16..2026-11-22"."""
    return f"{period.first.isoformat()}..{period.last.isoformat()}"


def command_words(period: Period) -> str:
    """The same for commands, with the unit that decides the comparison: "month to 2026-11-22"."""
    return f"{period.to_date} to {period.last.isoformat()}" if period.to_date else period_text(period)


class MetricsResponse(Struct, frozen=True):
    """One answer of the statistics API in totals.

    ``cached`` names the metrics the service served from its cache; ``fetched_at`` is aware, UTC; ``recalled`` is True when the bot's own
    short memory answered instead of the service.
    """

    figures: Figures
    cached: frozenset[Metric]
    fetched_at: datetime
    recalled: bool = False


class DailyMetricsResponse(Struct, frozen=True):
    """One answer of the statistics API by day (UTC days); ``recalled`` as in :class:`MetricsResponse`."""

    series: Mapping[Metric, Series]
    cached: frozenset[Metric]
    fetched_at: datetime
    recalled: bool = False


class Freshness(Struct, frozen=True):
    """The sources of a card's figures.

    ``cached`` is "" (live), "part" or "all"; ``recalled`` is True for figures from the bot's short memory. Where only a part is cached or
    recalled, ``cached_names`` and ``recalled_names`` say which: figures, accounts or posts (foreign text).
    """

    fetched_at: datetime
    cached: str = ""
    recalled: bool = False
    cached_names: tuple[str, ...] = ()
    recalled_names: tuple[str, ...] = ()


class PostReport(Struct, frozen=True):
    """A post's lifetime figures.

    ``metrics`` are the requested ones, in card order. ``title`` is foreign text or "". ``filling_in`` is True under 24 h of age.
    ``matched_by_time`` is True when an activity link was matched to this post by its time. ``period_ignored`` is True when the question
    had a period, ``rate_only`` when only the engagement rate was asked for.
    """

    post: PostRef
    account: Account
    figures: Figures
    metrics: tuple[Metric, ...]
    freshness: Freshness
    basis: RateBasis = RateBasis.IMPRESSIONS
    title: str = ""
    published_at: datetime | None = None
    filling_in: bool = False
    matched_by_time: bool = False
    period_ignored: bool = False
    rate_only: bool = False

    @property
    def nothing_fetched(self) -> bool:
        return _nothing_fetched(self)


class PostCounts(Struct, frozen=True):
    """A known post that was published in a report's period: its lifetime counts, each with when it was fetched (aware, UTC)."""

    post: PostRef
    #: Its first line (foreign text), "" where that is not known.
    title: str
    counts: Mapping[Metric, tuple[int, datetime]]


class AccountReport(Struct, frozen=True, dict=True):
    """An account's activity in a period, on all its posts, beside the period before.

    ``before`` is None when there is no comparable period. ``daily`` holds both periods' days; ``by_day`` is True when the person asked for
    the table by day. ``summed`` are the reports that this one is the sum of; () for one account. ``rate_only`` is True when the engagement
    rate alone was asked for. ``posted`` are the known posts of the period by their UTC day: each its first line (foreign text), "" where
    that is not known. ``post_counts`` are what is remembered of posts of the period. ``lifetime`` are the counts as they are now of the
    metrics that have one, where the question asked for these metrics by name.
    """

    account: Account
    period: Period
    figures: Figures
    metrics: tuple[Metric, ...]
    freshness: Freshness
    before: Period | None = None
    before_figures: Figures | None = None
    daily: Mapping[Metric, Series] | None = None
    by_day: bool = False
    basis: RateBasis = RateBasis.IMPRESSIONS
    summed: tuple["AccountReport", ...] = ()
    rate_only: bool = False
    posted: Mapping[date, tuple[str, ...]] = field(default_factory=dict)
    post_counts: tuple[PostCounts, ...] = ()
    lifetime: Figures = field(default_factory=dict)

    @property
    def is_unlike(self) -> bool:
        """Whether the period before has another length: then changes compare daily averages."""
        return self.before is not None and self.before.days != self.period.days

    def moved(self, metric: Metric) -> MetricChange | None:
        """The change of a figure against the period before; None where one is unknown, or they cannot be compared."""
        if self.before is None or self.before_figures is None or (not metric.definition.by_day and self.lacks_whole_days):
            return None
        return change_between(metric, self.figures.get(metric), self.before_figures.get(metric), (self.period.days, self.before.days))

    @property
    def nothing_fetched(self) -> bool:
        return _nothing_fetched(self)

    @property
    def lacks_whole_days(self) -> bool:
        """Whether a day of these periods has no reported figure at all: their totals cover different days then."""
        daily = {metric: series for metric, series in (self.daily or {}).items() if metric.definition.of_posts}
        every = [series for series in daily.values() if isinstance(series, Mapping)]
        periods = [period for period in (self.before, self.period) if period]
        days = (period.first + timedelta(days=step) for period in periods for step in range(period.days))
        return bool(every) and not all(any(day in series for series in every) for day in days)

    @property
    def has_value(self) -> bool:
        return any(isinstance(figure, Value) for figure in self.figures.values())

    # A sum asks this of each of its accounts for each of its figures.
    @cached_property
    def nothing_reported(self) -> bool:
        """Whether all figures are unavailable: none has a value, and none failed."""
        return all(isinstance(self.figures.get(metric), Unavailable) for metric in self.metrics)


def _nothing_fetched(report: PostReport | AccountReport) -> bool:
    return all(isinstance(report.figures.get(metric), Failed) for metric in report.metrics)

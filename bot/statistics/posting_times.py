"""When an account's posts were published and how they did: the median engagement rate of each weekday and hour."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from statistics import median
from typing import Final

from bot.statistics.metrics import RateBasis
from bot.statistics.posts import Coverage, PostFormat
from bot.statistics.reports import Account, Freshness, Period

#: Of fewer posts a median is not shown.
FEWEST_POSTS: Final = 3


@dataclass(frozen=True, slots=True)
class PostingTime:
    """The posts published on a weekday (0 is Monday) in an hour; None for any of them. ``rate`` is their median engagement rate."""

    weekday: int | None
    hour: int | None
    posts: int
    rate: Fraction

    @property
    def is_hour(self) -> bool:
        return self.weekday is not None and self.hour is not None


@dataclass(frozen=True, slots=True)
class FormatRate:
    """The posts of one format, and their median engagement rate."""

    format: PostFormat
    posts: int
    rate: Fraction


@dataclass(frozen=True, slots=True)
class TimesReport:
    """An account's posts of a period by weekday and hour of ``zone``.

    ``times`` are those of ``FEWEST_POSTS`` posts or more: weekdays with their hour, then weekdays, then hours, each the best first.
    ``known`` posts are known, ``looked`` of them, the newest, have figures, ``rated`` of these a rate of ``minimum`` impressions or more.
    ``young`` were left out because their figures still grow, ``failed`` because they could not be fetched; ``waiting`` can be looked at
    when the account has calls again. ``overall`` is the median of all rated posts; ``formats`` are those of ``FEWEST_POSTS`` of them or
    more, the best first, and ``unknown_formats`` counts the rated posts whose format is not known.
    """

    account: Account
    period: Period
    zone: str
    times: tuple[PostingTime, ...]
    overall: Fraction | None
    known: int
    looked: int
    rated: int
    minimum: int
    young: int = 0
    failed: int = 0
    waiting: int = 0
    basis: RateBasis = RateBasis.IMPRESSIONS
    coverage: Coverage = field(default_factory=Coverage)
    freshness: Freshness | None = None
    formats: tuple[FormatRate, ...] = ()
    unknown_formats: int = 0

    @property
    def best(self) -> PostingTime | None:
        return next((time for time in self.times if time.is_hour), None)


def posting_times(rated: Iterable[tuple[datetime, Fraction]]) -> tuple[PostingTime, ...]:
    """The times of enough posts; each post is its local moment of publication and its rate."""
    groups: dict[tuple[int | None, int | None], list[Fraction]] = {}
    for moment, rate in rated:
        day, hour = moment.weekday(), moment.hour
        for key in ((day, hour), (day, None), (None, hour)):
            groups.setdefault(key, []).append(rate)
    found = [PostingTime(*key, len(rates), _median(rates)) for key, rates in groups.items() if len(rates) >= FEWEST_POSTS]
    found.sort(key=lambda time: (not time.is_hour, time.weekday is None, -time.rate, time.weekday or 0, time.hour or 0))
    return tuple(found)


def format_rates(rated: Iterable[tuple[PostFormat | None, Fraction]]) -> tuple[FormatRate, ...]:
    """The formats of enough posts; each post is its format, None where that is not known, and its rate."""
    groups: dict[PostFormat, list[Fraction]] = {}
    for kind, rate in rated:
        if kind is not None:
            groups.setdefault(kind, []).append(rate)
    found = [FormatRate(kind, len(rates), _median(rates)) for kind, rates in groups.items() if len(rates) >= FEWEST_POSTS]
    return tuple(sorted(found, key=lambda one: -one.rate))


def overall_median(rates: Sequence[Fraction]) -> Fraction | None:
    return _median(rates) if rates else None


def _median(rates: Sequence[Fraction]) -> Fraction:
    return Fraction(median(rates))

"""LinkedIn as the statistics server sees it: metrics fetched one by one, behind a cache.

    subject + metrics ──▶ cached? ──yes──▶ Reading(cached)
                             └──no───▶ one LinkedIn call each ──▶ Reading ──▶ cached, unless it failed

The cache is keyed by connection, post or window, and metric (PostPost's documentation: results are cached for 30 minutes).
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from re import fullmatch
from typing import Any

from bot.sandbox.statistics.faults import NO_EFFECT, RANGE_REFUSED, Effect
from bot.sandbox.statistics.rules import Body
from bot.sandbox.statistics.switches import StatisticsSwitches
from bot.sandbox.statistics.wire import RefusedError
from bot.sandbox.world import World
from bot.sandbox.world_accounts import Trouble, WorldAccount

DEFAULT_DAYS = 30  # a DAILY answer without a dateRange
_CACHE_LIMIT = 20_000  # readings; past it the outdated ones are dropped

Value = int | list[dict[str, Any]] | None


@dataclass(frozen=True, slots=True)
class LinkedInReading:
    """One metric as LinkedIn or the cache gave it."""

    metric: str
    value: Value  # None: unavailable, or failed
    failed: bool = False
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What the metrics are of: a post, or an account over a window."""

    key: tuple[Hashable, ...]
    look_up: Callable[[str], Value]  # the figure of one metric
    effect: Effect = NO_EFFECT


class LinkedIn:
    """The made-up LinkedIn and the 30-minute cache in front of it."""

    def __init__(
        self, world: World, clock: Callable[[], datetime], switches: StatisticsSwitches, *, connected: datetime | None = None
    ) -> None:
        self.world, self.clock, self.switches, self._connected = world, clock, switches, connected
        self._cache: dict[tuple[Hashable, ...], tuple[datetime, Value]] = {}
        #: LinkedIn calls since the start, by connection id and metric.
        self.calls: Counter[tuple[str, str]] = Counter()
        self._moments: dict[str, list[datetime]] = {}

    def as_of_now(self, account: WorldAccount) -> WorldAccount:
        """The account with its token's remaining time, and with the trouble of an expired token when there is none."""
        if self._connected is None:
            return account
        left = account.token_life - (self.clock() - self._connected)
        return replace(account, token_life=left, trouble=account.trouble or (Trouble.TOKEN_EXPIRED if left <= timedelta(0) else None))

    def read(self, subject: Subject, metrics: tuple[str, ...]) -> list[LinkedInReading]:
        """Each metric from the cache, else fetched; failures are never cached."""
        now = self.clock()
        return [self._read(subject, metric, now) for metric in metrics]

    def is_limited(self, subject: Subject, metrics: tuple[str, ...]) -> bool:
        """Whether fetching these would exceed the account's calls of an hour."""
        now, limit, platform_id = self.clock(), self.switches.linkedin_limit, str(subject.key[0])
        made = self._moments[platform_id] = [at for at in self._moments.get(platform_id, []) if now - at < timedelta(hours=1)]
        return bool(limit) and len(made) + sum(not self._is_cached((*subject.key, metric), now) for metric in metrics) > limit

    def _is_cached(self, key: tuple[Hashable, ...], now: datetime) -> bool:
        cached = self._cache.get(key)
        return cached is not None and now < cached[0]

    def _count(self, subject: Subject, metric: str, now: datetime) -> None:
        platform_id = str(subject.key[0])
        self.calls[platform_id, metric] += 1
        self._moments.setdefault(platform_id, []).append(now)

    def forget(self) -> None:
        """Empty the cache."""
        self._cache.clear()

    def _read(self, subject: Subject, metric: str, now: datetime) -> LinkedInReading:
        if metric in subject.effect.failed:
            self._count(subject, metric, now)
            return LinkedInReading(metric, None, failed=True)
        key = (*subject.key, metric)
        cached = self._cache.get(key)
        if cached is not None and now < cached[0]:
            return LinkedInReading(metric, cached[1], cached=True)
        self._count(subject, metric, now)
        value = None if metric in subject.effect.unavailable else subject.look_up(metric)
        self._keep(key, value, now)
        return LinkedInReading(metric, value)

    def _keep(self, key: tuple[Hashable, ...], value: Value, now: datetime) -> None:
        if len(self._cache) >= _CACHE_LIMIT:
            self._cache = {known: cached for known, cached in self._cache.items() if now < cached[0]}
        if self.switches.cache_minutes:
            self._cache[key] = (now + timedelta(minutes=self.switches.cache_minutes), value)

    def post(self, platform_id: str, number: int, effect: Effect) -> Subject:
        """The lifetime figures of a post."""
        figures = cache(partial(self.world.post_figures, number, self.clock()))
        return Subject((platform_id, "post", number), lambda metric: figures()[metric], effect)

    def window(self, platform_id: str, date_range: Body | None, *, daily: bool, effect: Effect) -> Subject:
        """An account's figures over a dateRange, its lifetime (TOTAL) or the last 30 whole days (DAILY)."""
        start, end = self.clip(platform_id, date_range, default_days=DEFAULT_DAYS if daily else None)
        look_up = self._by_day if daily else self.world.total
        return Subject(
            (platform_id, "daily" if daily else "total", start, end), lambda metric: look_up(platform_id, metric, start, end), effect
        )

    def clip(self, platform_id: str, date_range: Body | None, default_days: int | None = None) -> tuple[date, date]:
        """The half-open UTC days of a dateRange that have figures: from the account's first day up to yesterday."""
        today = self.clock().astimezone(UTC).date()
        account = self.world.account(platform_id)
        first = account.started if account else today
        start, end = first, today
        if date_range is not None:
            start, end = self._asked(date_range, empty=first)
        elif default_days is not None:
            start = today - timedelta(days=default_days)
        start, end = max(start, first), min(end, today)
        return (start, end) if start < end else (first, first)

    def _asked(self, date_range: Body, empty: date) -> tuple[date, date]:
        start, end = (read_day(date_range[name]) for name in ("start", "end"))
        if start is not None and end is not None and start <= end:
            return start, end + timedelta(days=1) if self.switches.inclusive_end and end < date.max else end
        if self.switches.refuse_odd_ranges:
            raise RefusedError(400, RANGE_REFUSED)
        return empty, empty

    def _by_day(self, platform_id: str, metric: str, start: date, end: date) -> Value:
        days = (start + timedelta(days=n) for n in range((end - start).days))
        points = [(day, self.world.day(platform_id, day).counts[metric]) for day in days]
        return [
            {"count": count, "dateRange": {"start": _day(day), "end": _day(day + timedelta(days=1))}}
            for day, count in points
            if count or not self.switches.omit_zero_days
        ]


def read_urn(posted_id: str) -> int | None:
    """The id in a share's or ugcPost's URN or in a bare number; None for what LinkedIn has no statistics of."""
    found = fullmatch(r"(?:urn:li:(?:share|ugcPost):)?([0-9]{1,30})", posted_id)
    return int(found[1]) if found else None


def read_day(end: Mapping[str, Any]) -> date | None:
    """The day of one end of a dateRange; None when there is no such day, or its parts are not whole numbers."""
    parts = [end["year"], end["month"], end["day"]]
    if any(isinstance(part, bool) or not isinstance(part, int | float) for part in parts):
        return None
    try:
        whole = [int(part) for part in parts]
        return date(*whole) if whole == parts else None
    except (ValueError, OverflowError):
        return None


def _day(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}

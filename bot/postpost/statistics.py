"""What the other rooms ask the statistics API for: one method a question, each with its rules.

::

    question ─ shared? remembered? ─ ask ─ failed figures? ─ each once more, alone, in parallel ─ merged → reading

All of it, waits and retries included, inside one deadline.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from bot.errors import StatisticsError
from bot.postpost import wire
from bot.postpost.connections_api import ConnectionsApi
from bot.postpost.request_coalescing import CoalescedRequests
from bot.postpost.retry import RetryPolicy
from bot.postpost.wire import ApiRequest, ApiResponse
from bot.postpost.wire_responses import read_daily, read_totals
from bot.statistics.metrics import ALL_METRICS, DAILY_METRICS, Failed, Metric, Unavailable
from bot.statistics.periods import Period
from bot.statistics.posts import PostRef
from bot.statistics.reports import DailyMetricsResponse, MetricsResponse, Series

R = TypeVar("R", MetricsResponse, DailyMetricsResponse)


class StatisticsClient:
    """The statistics API. Every method raises a StatisticsError when it cannot give an answer within its deadline.

    ``deadline`` is in seconds, over everything a question causes; a call may name its own. ``fresh`` goes past the short memory.
    """

    def __init__(self, tries: RetryPolicy, *, clock: Callable[[], datetime], deadline: float, memory_seconds: float) -> None:
        self._tries = tries
        self._deadline = deadline
        self._totals = CoalescedRequests[MetricsResponse](self._fetch_totals, seconds=memory_seconds, clock=clock)
        self._daily = CoalescedRequests[DailyMetricsResponse](self._fetch_daily, seconds=memory_seconds, clock=clock)
        self.listings = ConnectionsApi(tries)

    async def post_statistics(
        self,
        platform_id: str,
        post: PostRef,
        metrics: Sequence[Metric] = ALL_METRICS,
        *,
        fresh: bool = False,
        deadline: float | None = None,
    ) -> MetricsResponse:
        """A post's lifetime figures."""
        question = wire.post_question(platform_id, post, metrics)
        return await self._totals.ask(question, deadline=deadline or self._deadline, fresh=fresh)

    async def account_totals(
        self,
        platform_id: str,
        period: Period | None,
        metrics: Sequence[Metric] = ALL_METRICS,
        *,
        fresh: bool = False,
        deadline: float | None = None,
    ) -> MetricsResponse:
        """An account's totals over a period of at most 365 days (ValueError beyond), or over its lifetime (None)."""
        question = wire.totals_question(platform_id, period, metrics)
        return await self._totals.ask(question, deadline=deadline or self._deadline, fresh=fresh)

    async def account_daily(
        self,
        platform_id: str,
        period: Period,
        metrics: Sequence[Metric] = DAILY_METRICS,
        *,
        fresh: bool = False,
        deadline: float | None = None,
    ) -> DailyMetricsResponse:
        """An account's days; a longer range than 365 days is several requests, joined. Reach has no days: ValueError."""
        ends = self._tries.ends(deadline or self._deadline)
        readings: list[DailyMetricsResponse] = []
        for part in wire.parts_of(period):
            left = ends - self._tries.ends(0) if readings else deadline or self._deadline
            readings.append(await self._daily.ask(wire.daily_question(platform_id, part, metrics), deadline=left, fresh=fresh))
        return readings[0] if len(readings) == 1 else _joined(readings)

    async def post_metric(
        self, platform_id: str, post: PostRef, metric: Metric, *, fresh: bool = False, deadline: float | None = None
    ) -> MetricsResponse:
        """One lifetime figure of a post, in the API's single shape: one LinkedIn call. Raises MetricFailed when it failed."""
        question = wire.post_metric_question(platform_id, post, metric)
        return await self._totals.ask(question, deadline=deadline or self._deadline, fresh=fresh)

    async def account_metric(
        self, platform_id: str, period: Period | None, metric: Metric, *, fresh: bool = False, deadline: float | None = None
    ) -> MetricsResponse:
        """One total of an account, in the API's single shape: one LinkedIn call. Raises MetricFailed when it failed."""
        question = wire.account_metric_question(platform_id, period, metric)
        return await self._totals.ask(question, deadline=deadline or self._deadline, fresh=fresh)

    async def account_metric_daily(
        self, platform_id: str, period: Period, metric: Metric, *, fresh: bool = False, deadline: float | None = None
    ) -> DailyMetricsResponse:
        """One metric of an account by day, in the API's single shape: at most 365 days, no reach (ValueError)."""
        question = wire.account_metric_daily_question(platform_id, period, metric)
        return await self._daily.ask(question, deadline=deadline or self._deadline, fresh=fresh)

    async def close(self) -> None:
        """Drop what is in flight."""
        await self._totals.close()
        await self._daily.close()

    async def _fetch_totals(self, question: ApiRequest, deadline: float) -> MetricsResponse:
        ends = self._tries.ends(deadline)
        reading = await self._tries.ask(question.call, partial(read_totals, question=question), ends=ends)
        again = await self._again(question, reading.figures, read_totals, ends)
        return _merged(reading, again) if again else reading

    async def _fetch_daily(self, question: ApiRequest, deadline: float) -> DailyMetricsResponse:
        ends = self._tries.ends(deadline)
        reading = await self._tries.ask(question.call, partial(read_daily, question=question), ends=ends)
        again = await self._again(question, reading.series, read_daily, ends)
        return _merged_daily(reading, again) if again else reading

    async def _again(
        self, question: ApiRequest, parts: Mapping[Metric, object], read: Callable[[ApiResponse, ApiRequest], R], ends: float
    ) -> Sequence[R]:
        """The failed metrics once more: each alone, all at once, none a second time. What fails again is left out."""
        failed = [metric for metric, part in parts.items() if isinstance(part, Failed)]
        if not failed:
            return ()
        tried = await asyncio.gather(*(self._alone(wire.alone(question, metric), read, ends) for metric in failed))
        return [reading for reading in tried if reading is not None]

    async def _alone(self, question: ApiRequest, read: Callable[[ApiResponse, ApiRequest], R], ends: float) -> R | None:
        try:
            return await self._tries.ask(question.call, lambda answer: read(answer, question), ends=ends, retries=0)
        except StatisticsError:
            # The figures that came stand: what is wrong with one metric is already said by its being failed.
            return None


def _merged(reading: MetricsResponse, again: Sequence[MetricsResponse]) -> MetricsResponse:
    figures = dict(reading.figures)
    for one in again:
        figures |= one.figures
    return replace(reading, figures=figures, cached=reading.cached.union(*(one.cached for one in again)))


def _merged_daily(reading: DailyMetricsResponse, again: Sequence[DailyMetricsResponse]) -> DailyMetricsResponse:
    series = dict(reading.series)
    for one in again:
        series |= one.series
    return replace(reading, series=series, cached=reading.cached.union(*(one.cached for one in again)))


def _joined(readings: Sequence[DailyMetricsResponse]) -> DailyMetricsResponse:
    """Adjoining ranges as one: as old as the oldest."""
    return DailyMetricsResponse(
        series={metric: _joined_series([reading.series[metric] for reading in readings]) for metric in readings[0].series},
        cached=frozenset().union(*(reading.cached for reading in readings)),
        fetched_at=min(reading.fetched_at for reading in readings),
        recalled=any(reading.recalled for reading in readings),
    )


def _joined_series(parts: Sequence[Series]) -> Series:
    """A series with a hole is not one: failed when any part failed, unavailable only when every part is."""
    days: dict[date, int] = {}
    for part in parts:
        if isinstance(part, Failed):
            return part
        if not isinstance(part, Unavailable):
            days |= part
    return Unavailable() if all(isinstance(part, Unavailable) for part in parts) else days

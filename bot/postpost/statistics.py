"""The statistics API, one method a kind of request; waits and retries, also of failed figures alone, are within one deadline."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from bot.errors import RateLimited, StatisticsError
from bot.ops.tasks import run_together
from bot.postpost import wire
from bot.postpost.connections import ConnectionsApi
from bot.postpost.transport import CallLimiter, CoalescedRequests, LinkedInCalls, RetryPolicy, may_call
from bot.postpost.wire import ApiRequest, ApiResponse, read_daily, read_totals
from bot.statistics.metrics import DAILY_POST_METRICS, POST_METRICS, Failed, Metric, Unavailable
from bot.statistics.posts import PostRef
from bot.statistics.reports import DailyMetricsResponse, MetricsResponse, Period, Series

R = TypeVar("R", MetricsResponse, DailyMetricsResponse)


class StatisticsClient:
    """The statistics API; raises StatisticsError after ``deadline`` seconds for a whole request. ``fresh`` ignores what is remembered."""

    def __init__(
        self,
        retry: RetryPolicy,
        *,
        clock: Callable[[], datetime],
        deadline: float,
        memory_seconds: float,
        observe_calls: Callable[[str, Metric], None],
        clients: Callable[[], frozenset[str]],
    ) -> None:
        self._retry = retry
        self._deadline = deadline
        self._observe_calls = observe_calls
        self._background = False
        self._limiter = CallLimiter()
        self.calls = LinkedInCalls(clock)
        self.last_outcomes = retry.last_outcomes
        self._totals = CoalescedRequests[MetricsResponse](self._fetch_totals, seconds=memory_seconds, clock=clock)
        self._daily = CoalescedRequests[DailyMetricsResponse](self._fetch_daily, seconds=memory_seconds, clock=clock)
        self.connections = ConnectionsApi(retry, self._limiter, clients)

    def in_background(self) -> "StatisticsClient":
        client = copy.copy(self)
        client._background = True  # noqa: SLF001  # a copy of this object
        client.connections = self.connections.in_background()
        return client

    async def post_statistics(
        self, platform_id: str, post: PostRef, metrics: Sequence[Metric] = POST_METRICS, *, fresh: bool = False
    ) -> MetricsResponse:
        question = wire.post_question(platform_id, post, metrics)
        return await self._totals.ask(question, deadline=self._deadline, fresh=fresh, background=self._background)

    async def account_totals(
        self, platform_id: str, period: Period | None, metrics: Sequence[Metric] = POST_METRICS, *, fresh: bool = False
    ) -> MetricsResponse:
        """An account's totals over a period of at most 365 days (ValueError beyond), or over its lifetime (None)."""
        question = wire.totals_question(platform_id, period, metrics)
        return await self._totals.ask(question, deadline=self._deadline, fresh=fresh, background=self._background)

    async def account_daily(
        self, platform_id: str, period: Period, metrics: Sequence[Metric] = DAILY_POST_METRICS, *, fresh: bool = False
    ) -> DailyMetricsResponse:
        """An account's days; a longer range than 365 days is several requests, joined. Reach has no days: ValueError."""
        ends = self._retry.ends(self._deadline)
        responses: list[DailyMetricsResponse] = []
        for part in wire.parts_of(period):
            left = ends - self._retry.ends(0) if responses else self._deadline
            question = wire.daily_question(platform_id, part, metrics)
            responses.append(await self._daily.ask(question, deadline=left, fresh=fresh, background=self._background))
        return responses[0] if len(responses) == 1 else _joined(responses)

    async def close(self) -> None:
        await self._totals.close()
        await self._daily.close()

    async def _fetch_totals(self, question: ApiRequest, deadline: float, background: bool) -> MetricsResponse:
        async with self._limiter.slot(background=background):
            ends = self._retry.ends(deadline)
            response = await self._ask(question, read_totals, ends)
            again = await self._again(question, response.figures, read_totals, ends)
        return _merged(response, again) if again else response

    async def _fetch_daily(self, question: ApiRequest, deadline: float, background: bool) -> DailyMetricsResponse:
        async with self._limiter.slot(background=background):
            ends = self._retry.ends(deadline)
            response = await self._ask(question, read_daily, ends)
            again = await self._again(question, response.series, read_daily, ends)
        return _merged_daily(response, again) if again else response

    async def _ask(self, question: ApiRequest, read: Callable[[ApiResponse, ApiRequest], R], ends: float, retries: int | None = None) -> R:
        """Sends one request and counts the LinkedIn calls that it caused."""
        platform_id, calls = question.call.platform_id or "", len(question.metrics)
        may_send = partial(may_call, platform_id, calls)
        try:
            response = await self._retry.ask(
                question.call, lambda answer: read(answer, question), ends=ends, retries=retries, may_send=may_send
            )
        except RateLimited as error:
            if error.retry_at is not None:
                self.calls.limited(platform_id, error.retry_at)
            raise
        made = [metric for metric in question.metrics if metric not in response.cached]
        self.calls.count(platform_id, len(made))
        may_call(platform_id, len(made) - calls)
        for metric in made:
            self._observe_calls(question.call.endpoint, metric)
        return response

    async def _again(
        self, question: ApiRequest, parts: Mapping[Metric, object], read: Callable[[ApiResponse, ApiRequest], R], ends: float
    ) -> Sequence[R]:
        """Retries the failed metrics once, each alone and all at once. Those that fail again are left out."""
        failed = [metric for metric, part in parts.items() if isinstance(part, Failed)]
        if not failed:
            return ()
        tried = await run_together(self._alone(wire.alone(question, metric), read, ends) for metric in failed)
        return [response for response in tried if response is not None]

    async def _alone(self, question: ApiRequest, read: Callable[[ApiResponse, ApiRequest], R], ends: float) -> R | None:
        try:
            return await self._ask(question, read, ends, retries=0)
        except StatisticsError:
            # The other figures are kept; this metric stays failed.
            return None


def _merged(response: MetricsResponse, again: Sequence[MetricsResponse]) -> MetricsResponse:
    figures = dict(response.figures)
    for one in again:
        figures |= one.figures
    return replace(response, figures=figures, cached=response.cached.union(*(one.cached for one in again)))


def _merged_daily(response: DailyMetricsResponse, again: Sequence[DailyMetricsResponse]) -> DailyMetricsResponse:
    series = dict(response.series)
    for one in again:
        series |= one.series
    return replace(response, series=series, cached=response.cached.union(*(one.cached for one in again)))


def _joined(responses: Sequence[DailyMetricsResponse]) -> DailyMetricsResponse:
    return DailyMetricsResponse(
        series={metric: _joined_series([response.series[metric] for response in responses]) for metric in responses[0].series},
        cached=frozenset().union(*(response.cached for response in responses)),
        fetched_at=min(response.fetched_at for response in responses),
        recalled=any(response.recalled for response in responses),
    )


def _joined_series(parts: Sequence[Series]) -> Series:
    """The joined series; failed when any part failed, unavailable only when every part is."""
    days: dict[date, int] = {}
    for part in parts:
        if isinstance(part, Failed):
            return part
        if not isinstance(part, Unavailable):
            days |= part
    return Unavailable() if all(isinstance(part, Unavailable) for part in parts) else days

"""The statistics API, one method a kind of request, each with its retries within one deadline; and its accounts, known without waiting."""

import asyncio
import copy
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from msgspec.structs import replace

from bot.errors import RateLimited, StatisticsError
from bot.ops import telemetry
from bot.ops.tasks import run_together, stop
from bot.postpost import wire
from bot.postpost.connections import MOST_ACCOUNTS, ConnectionsApi
from bot.postpost.transport import CallLimiter, CoalescedRequests, LinkedInCalls, RetryPolicy, may_call
from bot.postpost.wire import ApiRequest, ApiResponse, read_daily, read_totals
from bot.statistics.metrics import DAILY_POST_METRICS, POST_METRICS, Failed, Metric, Unavailable
from bot.statistics.posts import PostRef
from bot.statistics.reports import Account, DailyMetricsResponse, Directory, MetricsResponse, Period, Series

logger = logging.getLogger(__name__)

R = TypeVar("R", MetricsResponse, DailyMetricsResponse)
#: How long a list is current: people connect accounts a few times a year.
FRESH_FOR: Final = timedelta(minutes=5)
#: How long a failed read is not repeated, so that no other question waits for it.
FAILURE_FOR: Final = timedelta(seconds=60)


Clock = Callable[[], datetime]
#: The managed users whose accounts and posts are listed besides the key's own.
Clients = Callable[[], frozenset[str]]
ListAccounts = Callable[[], Awaitable[tuple[Account, ...]]]


class StatisticsClient:
    """The statistics API; raises StatisticsError after ``deadline`` seconds for a whole request. ``fresh`` ignores what is remembered."""

    def __init__(
        self, retry: RetryPolicy, deadline: float, memory: float, observe_calls: Callable[[str, Sequence[Metric]], None], clients: Clients
    ) -> None:
        self._retry, self._deadline, self._observe_calls, self._background = retry, deadline, observe_calls, False
        self._limiter, self.calls, self.last_outcomes = CallLimiter(), LinkedInCalls(retry.clock), retry.last_outcomes
        totals, daily = partial(self._fetch, read_totals, "figures"), partial(self._fetch, read_daily, "series")
        self._totals = CoalescedRequests[MetricsResponse](totals, memory, retry.clock)
        self._daily = CoalescedRequests[DailyMetricsResponse](daily, memory, retry.clock)
        self.connections = ConnectionsApi(retry, self._limiter, clients)

    def in_background(self) -> "StatisticsClient":
        client = copy.copy(self)
        client._background = True  # noqa: SLF001  # a copy of this object
        client.connections = self.connections.in_background()
        return client

    async def post_statistics(
        self, platform_id: str, post: PostRef, metrics: Sequence[Metric] = POST_METRICS, *, fresh: bool = False
    ) -> MetricsResponse:
        question = wire.post_question(platform_id, post, tuple(metrics))
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

    async def _fetch(
        self, read: Callable[[ApiResponse, ApiRequest], R], part: str, question: ApiRequest, deadline: float, background: bool
    ) -> R:
        """The response, whose failed metrics are asked for once more; ``part`` is its field with the metrics."""
        await self._limiter.take(background=background)
        try:
            ends = self._retry.ends(deadline)
            response = await self._ask(question, read, ends)
            again: Sequence[R] = await self._again(question, getattr(response, part), read, ends)
        finally:
            self._limiter.give_back(background=background)
        if not again:
            return response
        every = {metric: found for one in (response, *again) for metric, found in getattr(one, part).items()}
        return replace(response, cached=response.cached.union(*(one.cached for one in again)), **{part: every})

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
        self._observe_calls(question.call.endpoint, made)
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


class AccountDirectory:
    """The service's list, cached for minutes and renewed in the background, with the configured accounts. Never raises.

    ``configured`` names accounts by platform id; a name that equals its id is no name. ``clock`` gives aware UTC moments.
    ``clients`` are the clients whose accounts belong to the list: with a new one it is read anew.
    """

    def __init__(self, fetch: ListAccounts, configured: Mapping[str, str], *, clock: Clock, clients: Clients = frozenset) -> None:
        self._fetch, self._configured, self._clock = fetch, configured, clock
        self._clients, self._read_for = clients, frozenset[str]()
        self._read_at: datetime | None = None
        self._failed_at: datetime | None = None
        #: The error of the last read of the service's list; None after a success or before the first read.
        self.trouble: StatisticsError | None = None
        self._known = self._merged(())
        self._renewal: asyncio.Task[None] | None = None

    def known(self) -> Directory:
        return self._known

    async def accounts(self) -> Directory:
        """The accounts; waits only while none, or not a client's, are known and the service did not just fail. Old ones are renewed."""
        # A read that runs may have begun without a client: then another one follows.
        for _ in range(2):
            lacking = self._read_at is None or not self._clients() <= self._read_for
            if self._is_recent(self._failed_at, FAILURE_FOR) or (not lacking and self._is_recent(self._read_at, FRESH_FOR)):
                break
            renewal = self._renew()
            if not lacking or (self._failed_at and self._known.accounts):
                break
            # Shielded: a cancelled caller must not cancel the read for the others.
            await asyncio.shield(renewal)
        return self._known

    async def close(self) -> None:
        await stop(self._renewal)

    def _renew(self) -> asyncio.Task[None]:
        if self._renewal is None or self._renewal.done():
            # Its log lines belong to no single request.
            with telemetry.shared_by(()):
                self._renewal = asyncio.create_task(self._read(), name="accounts")
        return self._renewal

    async def _read(self) -> None:
        clients = self._clients()
        try:
            connected = await self._fetch()
        except StatisticsError as error:
            self._failed_at, self.trouble = self._clock(), error
            self._known = replace(self._known, complete=False)
            logger.warning("accounts could not be listed", extra={"failure": type(error).__name__, "reported": error.reported})
        else:
            self._read_at, self._failed_at, self.trouble, self._read_for = self._clock(), None, None, clients
            self._known = replace(self._merged(connected), complete=True, cut=len(connected) >= MOST_ACCOUNTS)

    def _merged(self, connected: tuple[Account, ...]) -> Directory:
        """Connected accounts under their configured names, then the configured ones the service does not list."""
        listed = {account.platform_id for account in connected}
        named = tuple(replace(account, name=self._name(account)) for account in connected)
        rest = tuple(Account(platform_id, name) for platform_id, name in self._configured.items() if platform_id not in listed)
        return Directory((*named, *rest), complete=False)

    def _name(self, account: Account) -> str:
        name = self._configured.get(account.platform_id, "")
        return name if name and name != account.platform_id else account.name

    def _is_recent(self, moment: datetime | None, age: timedelta) -> bool:
        # A clock that was set back must not make an old list current.
        return moment is not None and timedelta() <= self._clock() - moment < age

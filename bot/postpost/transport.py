"""How calls are made: the one bound on concurrent calls and the count of LinkedIn calls, retries, and identical requests as one."""

import asyncio
import logging
import random
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from async_lru import alru_cache

from bot.errors import MetricFailed, RateLimited, StatisticsError
from bot.ops import telemetry
from bot.ops.reporting import span
from bot.ops.ttl_cache import TtlCache
from bot.postpost.wire import ApiCall, ApiRequest, ApiResponse
from bot.statistics.metrics import Failed
from bot.statistics.reports import DailyMetricsResponse, MetricsResponse

#: Questions to the service at the same time, and how many of them may be the bot's own (digests, alerts, lists): people come first.
MOST_CALLS: Final = 25
MOST_BACKGROUND_CALLS: Final = 15

#: LinkedIn calls an account has in an hour (PostPost's papers: about 200); a digest's extras leave a part of them to people.
CALLS_AN_HOUR: Final = 200
KEPT_FOR_PEOPLE: Final = 50

HOUR: Final = timedelta(hours=1)
logger = logging.getLogger(__name__)
#: What stands in an error's text where the service repeated the key.
STRUCK: Final = "[key]"
#: The most of the service's own text that an error keeps, in characters.
LONGEST_REPORT: Final = 500
#: Seconds before the first repetition, doubled each time, give or take a half.
BACK_OFF: Final = 0.25
#: When to ask again after a 429 that does not say: the wait of the example in PostPost's documentation.
WAIT_UNSAID: Final = timedelta(seconds=60)
T = TypeVar("T")
Send = Callable[[ApiCall, float], Awaitable[ApiResponse]]
Observe = Callable[[str, str, float], None]
#: How many responses are remembered at most, each while it serves: one is a few hundred bytes, a year by day some tens of thousands.
MOST_REMEMBERED: Final = 2048
R = TypeVar("R", bound=MetricsResponse | DailyMetricsResponse)


class CallLimiter:
    """Grants slots for calls: people's questions before the bot's own work, each in the order they came."""

    def __init__(self, most: int = MOST_CALLS, most_background: int = MOST_BACKGROUND_CALLS) -> None:
        self._most, self._most_background = most, most_background
        self._running = self._running_background = 0
        self._people: deque[asyncio.Future[None]] = deque()
        self._background: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def slot(self, *, background: bool) -> AsyncIterator[None]:
        """A slot for one call; waits until there is one."""
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._background if background else self._people).append(granted)
        self._grant()
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self._release(background=background)
            raise
        try:
            yield
        finally:
            self._release(background=background)

    def _release(self, *, background: bool) -> None:
        self._running -= 1
        self._running_background -= background
        self._grant()

    def _grant(self) -> None:
        """Starts waiting calls while slots are free."""
        while self._running < self._most and (self._people or (self._background and self._running_background < self._most_background)):
            background = not self._people
            granted = (self._background if background else self._people).popleft()
            if granted.done():
                continue  # whoever waited has given up
            self._running += 1
            self._running_background += background
            granted.set_result(None)


class LinkedInCalls:
    """Counts the LinkedIn calls of each account in the last hour: one for each metric that was not served from cache."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._made: dict[str, deque[tuple[datetime, int]]] = {}
        self._limited: dict[str, datetime] = {}

    def count(self, platform_id: str, calls: int) -> None:
        """Counts calls made for this account."""
        if calls:
            self._made.setdefault(platform_id, deque()).append((self._clock(), calls))

    def limited(self, platform_id: str, until: datetime) -> None:
        """Records that LinkedIn refuses calls for this account until that moment."""
        self._limited[platform_id] = until

    def is_low(self, platform_id: str) -> bool:
        """Whether what is left of the account's hour should be kept for people's questions."""
        now, made = self._clock(), self._made.get(platform_id, deque())
        while made and not timedelta() <= now - made[0][0] < HOUR:
            made.popleft()
        until = self._limited.get(platform_id)
        return (until is not None and now < until) or sum(calls for _, calls in made) >= CALLS_AN_HOUR - KEPT_FOR_PEOPLE

    def low_accounts(self) -> int:
        """The number of accounts whose calls run low."""
        return sum(self.is_low(platform_id) for platform_id in {*self._made, *self._limited})


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long calls are tried, and the clocks for that.

    ``send`` gives one answer within so many seconds or raises Unreachable or NotTheApi. ``retries`` is how often a passing fault is tried
    again. ``clock`` gives the moment (aware, UTC); ``monotonic`` gives seconds that no change of the wall clock moves.
    """

    send: Send
    key: str
    retries: int
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    observe: Observe

    def ends(self, deadline: float) -> float:
        """The end of a deadline of ``deadline`` seconds, on the monotonic clock."""
        return self.monotonic() + deadline

    async def ask(self, call: ApiCall, read: Callable[[ApiResponse], T], *, ends: float, retries: int | None = None) -> T:
        """What ``read`` makes of the answer. A POST to this API only reads, so repeating it is safe.

        Raises the StatisticsError of the last try.
        """
        most = self.retries if retries is None else retries
        attempt = 0
        while True:
            try:
                return await self._once(call, read, ends)
            except StatisticsError as error:
                wait = self._wait(error, attempt)
                if attempt >= most or not _worth_repeating(error) or self.monotonic() + wait >= ends:
                    final = self._final(error)
                    what = {"endpoint": call.endpoint, "failure": type(final).__name__, "status": final.status, "reported": final.reported}
                    logger.warning("the statistics service gave no answer", extra=what)
                    raise final from None
            await self.sleep(wait)
            attempt += 1

    async def _once(self, call: ApiCall, read: Callable[[ApiResponse], T], ends: float) -> T:
        """One request, counted by what became of it; one that was cancelled is not counted."""
        started = self.monotonic()
        try:
            with span("statistics request", endpoint=call.endpoint):
                result = read(await self.send(call, ends - started))
        except StatisticsError as error:
            self._observed(call, type(error).__name__, started)
            raise
        self._observed(call, "ok", started)
        return result

    def _observed(self, call: ApiCall, outcome: str, started: float) -> None:
        self.observe(call.endpoint, outcome, self.monotonic() - started)

    def _wait(self, error: StatisticsError, attempt: int) -> float:
        back_off: float = BACK_OFF * 2**attempt * random.uniform(0.5, 1.5)  # noqa: S311  # spreads tries, hides nothing
        asked = 0.0 if error.retry_at is None else (error.retry_at - self.clock()).total_seconds()
        return max(back_off, asked)

    def _final(self, error: StatisticsError) -> StatisticsError:
        """The failure for people: without the key, short, and with the time to ask again after a 429."""
        text = error.reported.replace(self.key, STRUCK) if self.key else error.reported
        error.reported = text[:LONGEST_REPORT]
        if isinstance(error, RateLimited) and error.retry_at is None:
            error.retry_at = self.clock() + WAIT_UNSAID
        return error


def _worth_repeating(error: StatisticsError) -> bool:
    """Passing faults are, but for a single metric that failed: that one is repeated once at most, by whoever asked for it alone."""
    return error.passing and not isinstance(error, MetricFailed)


class CoalescedRequests(Generic[R]):
    """One kind of question, shared and remembered for ``seconds`` of ``clock`` (0: not at all)."""

    def __init__(
        self,
        fetch: Callable[[ApiRequest, float, bool], Awaitable[R]],
        *,
        seconds: float,
        clock: Callable[[], datetime],
        most: int = MOST_REMEMBERED,
    ) -> None:
        self._fetch = fetch
        self._remembered: TtlCache[ApiRequest, R] = TtlCache(age=timedelta(seconds=seconds), most=most, clock=clock)
        self._in_flight = alru_cache(maxsize=None)(self._ask)
        #: The log references of those who wait for each request in flight.
        self._waiting: dict[tuple[ApiRequest, float, bool, bool], list[str]] = {}

    async def ask(self, question: ApiRequest, *, deadline: float, fresh: bool, background: bool = False) -> R:
        """The response; ``fresh`` goes past the memory. Raises what ``fetch`` raises.

        Only questions of the same deadline (seconds), freshness and priority are shared in flight: nobody waits longer than they said,
        nobody who asked for new figures gets those of a request that was on its way before, and no person waits behind the bot's own work.
        """
        if not fresh and (response := self._remembered.get(question, None)) is not None:
            return response
        key = (question, deadline, fresh, background)
        waiting, reference = self._waiting.setdefault(key, []), telemetry.reference()
        waiting.append(reference)
        try:
            return await self._in_flight(*key)
        finally:
            waiting.remove(reference)
            if not waiting and self._waiting.get(key) is waiting:
                del self._waiting[key]

    async def close(self) -> None:
        """Drop what is in flight; asking afterwards is a programming error."""
        await self._in_flight.cache_close()

    async def _ask(self, question: ApiRequest, deadline: float, fresh: bool, background: bool) -> R:
        try:
            with telemetry.shared_by(self._waiting.get((question, deadline, fresh, background), ())):
                response = await self._fetch(question, deadline, background)
        finally:
            # Only what is in flight is shared here; what is remembered goes by the clock that was given, not by the loop's.
            self._in_flight.cache_invalidate(question, deadline, fresh, background)
        if _whole(response):
            self._remembered.put(question, replace(response, recalled=True))
        return response


def _whole(response: MetricsResponse | DailyMetricsResponse) -> bool:
    parts: Iterable[object] = (response.figures if isinstance(response, MetricsResponse) else response.series).values()
    return not any(isinstance(part, Failed) for part in parts)

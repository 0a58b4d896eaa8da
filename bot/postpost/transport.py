"""Makes calls: limits concurrent calls, counts LinkedIn calls, retries, and coalesces identical requests."""

import asyncio
import logging
import random
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from async_lru import alru_cache
from msgspec import Struct, field
from msgspec.structs import replace

from bot.errors import ApiKeyError, MetricFailed, NotTheApi, RateLimited, StatisticsError
from bot.ops import telemetry
from bot.ops.tasks import Inside, TtlCache
from bot.postpost.wire import ApiCall, ApiRequest, ApiResponse
from bot.statistics.metrics import Failed
from bot.statistics.reports import DailyMetricsResponse, MetricsResponse

#: Concurrent calls, and how many of them may be background work (digests, alerts, lists): people's questions come first.
MOST_CALLS: Final = 64
MOST_BACKGROUND_CALLS: Final = 15
#: LinkedIn calls of an account in an hour (PostPost's documentation: about 200), and those that a digest leaves for people.
CALLS_AN_HOUR: Final = 200
KEPT_FOR_PEOPLE: Final = 50

HOUR: Final = timedelta(hours=1)
logger = logging.getLogger(__name__)

#: What is said of the key where each workspace has its own.
NOT_CONNECTED: Final = "This workspace isn't connected to PostPost yet."
CONNECT: Final = "An administrator can connect it on this app's Home tab."
KEY_REFUSED: Final = "PostPost doesn't accept this workspace's API key."
REPLACE_KEY: Final = "An administrator can replace it on this app's Home tab."
#: Replaces the key in the service's error texts.
REDACTED: Final = "[key]"
#: Characters of the service's text in an error.
LONGEST_REPORT: Final = 500
#: Seconds before the first retry, doubled each time, ± 50%.
BACK_OFF: Final = 0.25
#: The wait after a 429 that names none: that of the example in PostPost's documentation.
WAIT_UNSAID: Final = timedelta(seconds=60)
T = TypeVar("T")
Send = Callable[[ApiCall, float], Awaitable[ApiResponse]]
Observe = Callable[[str, str, float], None]
#: The most responses that are remembered: one is a few hundred bytes, a year by day some tens of thousands.
MOST_REMEMBERED: Final = 2048
R = TypeVar("R", bound=MetricsResponse | DailyMetricsResponse)


class CallLimiter:
    """Grants slots for calls: people's questions before background work, each in order of arrival."""

    def __init__(self, most: int = MOST_CALLS, most_background: int = MOST_BACKGROUND_CALLS) -> None:
        self._most, self._most_background = most, most_background
        self._running = self._running_background = 0
        self._people: deque[asyncio.Future[None]] = deque()
        self._background: deque[asyncio.Future[None]] = deque()

    async def take(self, *, background: bool) -> None:
        """Waits for a slot, which is to be given back."""
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._background if background else self._people).append(granted)
        self._grant()
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self.give_back(background=background)
            raise

    def give_back(self, *, background: bool) -> None:
        self._running -= 1
        self._running_background -= background
        self._grant()

    def _grant(self) -> None:
        while self._running < self._most and (self._people or (self._background and self._running_background < self._most_background)):
            background = not self._people
            granted = (self._background if background else self._people).popleft()
            if granted.done():
                continue  # the waiting call was cancelled
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
        if calls:
            self._made.setdefault(platform_id, deque()).append((self._clock(), calls))

    def limited(self, platform_id: str, until: datetime) -> None:
        """Records that LinkedIn refuses calls for this account until then."""
        self._limited[platform_id] = until

    def is_low(self, platform_id: str) -> bool:
        """Whether the account's remaining calls should be reserved for people's questions."""
        now, made = self._clock(), self._made.get(platform_id, deque())
        while made and not timedelta() <= now - made[0][0] < HOUR:
            made.popleft()
        until = self._limited.get(platform_id)
        return (until is not None and now < until) or sum(calls for _, calls in made) >= CALLS_AN_HOUR - KEPT_FOR_PEOPLE

    def low_accounts(self) -> int:
        return sum(self.is_low(platform_id) for platform_id in {*self._made, *self._limited})


class CallsKept(RateLimited):
    """Not asked: the LinkedIn calls that a digest may make for this account are used up, or what is left is kept for people's questions."""

    sentence = "This hour's calls to LinkedIn for a digest are used up."
    remedy = "Try again in an hour."
    cause = ""


#: The most LinkedIn calls of the current work for one account, and those that it made, by platform id; None without a limit.
_allowance: ContextVar[tuple[int, Counter[str]] | None] = ContextVar("allowance", default=None)


def at_most(calls: int) -> Inside[tuple[int, Counter[str]] | None]:
    """Everything inside makes at most so many LinkedIn calls for an account; a request beyond them raises CallsKept."""
    return Inside(_allowance, (calls, Counter()))


def may_call(platform_id: str, calls: int) -> bool:
    """Whether the work that is limited by ``at_most`` may make these calls, which are counted then; a negative number gives some back."""
    if (allowance := _allowance.get()) is None:
        return True
    most, made = allowance
    is_allowed = made[platform_id] + calls <= most
    made[platform_id] += calls if is_allowed else 0
    return is_allowed


class RetryPolicy(Struct, frozen=True):
    """Retries calls: how often and how long, and the clocks for that."""

    #: Returns one response within the given seconds, or raises Unreachable or NotTheApi.
    send: Send
    key: str
    #: How often a temporary error is retried.
    retries: int
    #: The moment (aware, UTC), and monotonic seconds.
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    observe: Observe
    #: Whether the key is a workspace's own, which its administrators can set, and not that of whoever runs the bot.
    own_key: bool = False
    #: The outcome of the last request to each endpoint: "ok" or the error's class.
    last_outcomes: dict[str, str] = field(default_factory=dict)

    def ends(self, deadline: float) -> float:
        return self.monotonic() + deadline

    async def ask(
        self,
        call: ApiCall,
        read: Callable[[ApiResponse], T],
        *,
        ends: float,
        retries: int | None = None,
        may_send: Callable[[], bool] = lambda: True,
    ) -> T:
        """Returns ``read`` of the response. A POST to this API only reads, so repeating it is safe.

        ``may_send`` is asked before each attempt. Raises the StatisticsError of the last attempt, CallsKept when there was none.
        """
        if not may_send():
            raise CallsKept(platform_id=call.platform_id)
        most = self.retries if retries is None else retries
        attempt = 0
        while True:
            try:
                return await self._once(call, read, ends)
            except StatisticsError as error:
                wait = self._wait(error, attempt)
                # A single failed metric is retried by the caller, once.
                is_passing = error.passing and not isinstance(error, MetricFailed)
                if attempt >= most or not is_passing or self.monotonic() + wait >= ends or not may_send():
                    final = self._final(error)
                    what = {"endpoint": call.endpoint, "failure": type(final).__name__, "status": final.status, "reported": final.reported}
                    logger.warning("the statistics service gave no answer", extra=what)
                    raise final from None
            await self.sleep(wait)
            attempt += 1

    async def _once(self, call: ApiCall, read: Callable[[ApiResponse], T], ends: float) -> T:
        """One request, counted by its outcome; a cancelled one is not counted."""
        started = self.monotonic()
        try:
            with telemetry.span("statistics request", endpoint=call.endpoint):
                result = read(await self.send(call, ends - started))
        except StatisticsError as error:
            self._observed(call, type(error).__name__, started)
            raise
        self._observed(call, "ok", started)
        return result

    def _observed(self, call: ApiCall, outcome: str, started: float) -> None:
        self.last_outcomes[endpoint := call.endpoint] = outcome
        self.observe(endpoint, outcome, self.monotonic() - started)

    def _wait(self, error: StatisticsError, attempt: int) -> float:
        back_off: float = BACK_OFF * 2**attempt * random.uniform(0.5, 1.5)  # noqa: S311  # spreads the retries, hides nothing
        asked = 0.0 if error.retry_at is None else (error.retry_at - self.clock()).total_seconds()
        return max(back_off, asked)

    def _final(self, error: StatisticsError) -> StatisticsError:
        """The error for people: without the key, short, and with a retry time after a 429."""
        text = error.reported.replace(self.key, REDACTED) if self.key else error.reported
        error.reported = text[:LONGEST_REPORT]
        if self.own_key and isinstance(error, ApiKeyError):
            error.sentence, error.remedy = (KEY_REFUSED, REPLACE_KEY) if self.key else (NOT_CONNECTED, CONNECT)
        if self.own_key and isinstance(error, NotTheApi):
            error.remedy = "Try again in a minute. If it goes on, tell the person who runs this bot."
        if isinstance(error, RateLimited) and error.retry_at is None:
            error.retry_at = self.clock() + WAIT_UNSAID
        return error


class CoalescedRequests(Generic[R]):
    """One kind of request: identical ones are coalesced, and responses remembered for ``seconds`` of ``clock`` (0: not at all)."""

    def __init__(self, fetch: Callable[[ApiRequest, float, bool], Awaitable[R]], seconds: float, clock: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._remembered = TtlCache[ApiRequest, R](age=timedelta(seconds=seconds), most=MOST_REMEMBERED, clock=clock)
        self._in_flight = alru_cache(maxsize=None)(self._ask)
        #: The log references of the callers that wait for each running request.
        self._waiting: dict[tuple[ApiRequest, float, bool, bool], list[str]] = {}

    async def ask(self, question: ApiRequest, *, deadline: float, fresh: bool, background: bool = False) -> R:
        """The response; with ``fresh`` never a remembered one. Raises what ``fetch`` raises.

        Only requests with the same deadline (seconds), freshness and priority are coalesced: no caller waits longer than its deadline,
        one that wants new figures does not get those of an earlier request, and no person waits behind background work.
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
        await self._in_flight.cache_close()

    async def _ask(self, question: ApiRequest, deadline: float, fresh: bool, background: bool) -> R:
        try:
            with telemetry.shared_by(self._waiting.get((question, deadline, fresh, background), ())):
                response = await self._fetch(question, deadline, background)
        finally:
            # alru_cache only coalesces running requests; remembered responses expire by the given clock, not by the loop's.
            self._in_flight.cache_invalidate(question, deadline, fresh, background)
        parts = response.figures if isinstance(response, MetricsResponse) else response.series
        if Failed not in map(type, parts.values()):
            self._remembered.put(question, replace(response, recalled=True))
        return response

"""One call, tried until it is answered, refused for good, or out of time.

::

    send ─ read ─ result ─────────────────────────────────────────→ result
                └ failure ─ passing? tries left? time left? ─ yes ─ wait ─ send …
                                                           └ no ──→ the failure

The wait is what the service asks for (``Retry-After``), and never less than the back-off. One deadline stands over all tries and waits.
"""

import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from bot.errors import MetricFailed, RateLimited, StatisticsError
from bot.postpost.wire import ApiCall, ApiResponse

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


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, how long and by which clocks calls are tried.

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
        """The moment ``deadline`` seconds from now, in monotonic seconds."""
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
        """The failure as it may be seen: without the key, short, and with a moment to ask again after a 429."""
        told = error.reported.replace(self.key, STRUCK) if self.key else error.reported
        error.reported = told[:LONGEST_REPORT]
        if isinstance(error, RateLimited) and error.retry_at is None:
            error.retry_at = self.clock() + WAIT_UNSAID
        return error


def _worth_repeating(error: StatisticsError) -> bool:
    """Passing faults are, but for a single metric that failed: that one is repeated once at most, by whoever asked for it alone."""
    return error.passing and not isinstance(error, MetricFailed)

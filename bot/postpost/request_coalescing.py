"""Identical questions in flight are one, and a short memory in front of them.

::

    ask ─ remembered? ─ yes ──────────────────────────────→ the same reading, marked recalled
                     └─ no ─ in flight? ─ yes ─ wait with the others ─┐
                                       └─ no ── fetch ── whole? keep ─┴→ the reading, or its failure to everybody who waits

A caller who gives up leaves the others waiting; when the last one does, the request is dropped too. A failure is never remembered, nor a
reading in which a figure failed.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from async_lru import alru_cache

from bot.ops import telemetry
from bot.postpost.wire import ApiRequest
from bot.statistics.metrics import Failed
from bot.statistics.reports import DailyMetricsResponse, MetricsResponse

#: How many readings are remembered at most, each while it serves: one is a few hundred bytes, a year by day some tens of thousands.
MOST_REMEMBERED: Final = 2048

R = TypeVar("R", bound=MetricsResponse | DailyMetricsResponse)


class CoalescedRequests(Generic[R]):
    """One kind of question, shared and remembered for ``seconds`` of ``clock`` (0: not at all)."""

    def __init__(
        self,
        fetch: Callable[[ApiRequest, float], Awaitable[R]],
        *,
        seconds: float,
        clock: Callable[[], datetime],
        most: int = MOST_REMEMBERED,
    ) -> None:
        self._fetch = fetch
        self._age = timedelta(seconds=seconds)
        self._clock = clock
        self._most = most
        self._remembered: OrderedDict[ApiRequest, R] = OrderedDict()
        self._in_flight = alru_cache(maxsize=None)(self._ask)
        #: The log references of those who wait for each request in flight.
        self._waiting: dict[tuple[ApiRequest, float, bool], list[str]] = {}

    async def ask(self, question: ApiRequest, *, deadline: float, fresh: bool) -> R:
        """The reading; ``fresh`` goes past the memory. Raises what ``fetch`` raises.

        Only questions of the same deadline (seconds) and freshness are shared in flight: nobody waits longer than they said, and nobody who
        asked for new figures gets those of a request that was on its way before.
        """
        if not fresh and (reading := self._recall(question)) is not None:
            return reading
        key = (question, deadline, fresh)
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

    async def _ask(self, question: ApiRequest, deadline: float, fresh: bool) -> R:
        try:
            with telemetry.shared_by(self._waiting.get((question, deadline, fresh), ())):
                reading = await self._fetch(question, deadline)
        finally:
            # Only what is in flight is shared here; what is remembered goes by the clock that was given, not by the loop's.
            self._in_flight.cache_invalidate(question, deadline, fresh)
        if self._age and _whole(reading):
            self._keep(question, reading)
        return reading

    def _keep(self, question: ApiRequest, reading: R) -> None:
        self._remembered[question] = replace(reading, recalled=True)
        self._remembered.move_to_end(question)
        while self._remembered and (len(self._remembered) > self._most or not self._serves(next(iter(self._remembered.values())))):
            self._remembered.popitem(last=False)

    def _recall(self, question: ApiRequest) -> R | None:
        reading = self._remembered.get(question)
        if reading is None:
            return None
        if self._serves(reading):
            return reading
        del self._remembered[question]
        return None

    def _serves(self, reading: R) -> bool:
        return timedelta() <= self._clock() - reading.fetched_at < self._age


def _whole(reading: MetricsResponse | DailyMetricsResponse) -> bool:
    parts: Iterable[object] = (reading.figures if isinstance(reading, MetricsResponse) else reading.series).values()
    return not any(isinstance(part, Failed) for part in parts)

"""Identical questions in flight are one, and a short memory in front of them.

::

    ask ─ remembered? ─ yes ──────────────────────────────→ the same response, marked recalled
                     └─ no ─ in flight? ─ yes ─ wait with the others ─┐
                                       └─ no ── fetch ── whole? keep ─┴→ the response, or its failure to everybody who waits

A caller who gives up leaves the others waiting; when the last one does, the request is dropped too. A failure is never remembered, nor a
response in which a figure failed.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from async_lru import alru_cache

from bot.ops import telemetry
from bot.ops.ttl_cache import TtlCache
from bot.postpost.wire import ApiRequest
from bot.statistics.metrics import Failed
from bot.statistics.reports import DailyMetricsResponse, MetricsResponse

#: How many responses are remembered at most, each while it serves: one is a few hundred bytes, a year by day some tens of thousands.
MOST_REMEMBERED: Final = 2048

R = TypeVar("R", bound=MetricsResponse | DailyMetricsResponse)


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

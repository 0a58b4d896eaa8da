"""The one bound on concurrent calls to the service, and the count of LinkedIn calls that they cause."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

#: Questions to the service at the same time, and how many of them may be the bot's own (digests, alerts, lists): people come first.
MOST_CALLS: Final = 25
MOST_BACKGROUND_CALLS: Final = 15

#: LinkedIn calls an account has in an hour (PostPost's papers: about 200); a digest's extras leave a part of them to people.
CALLS_AN_HOUR: Final = 200
KEPT_FOR_PEOPLE: Final = 50

HOUR: Final = timedelta(hours=1)


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
        """Start whoever may start now."""
        while self._running < self._most and (self._people or (self._background and self._running_background < self._most_background)):
            background = not self._people
            granted = (self._background if background else self._people).popleft()
            if granted.done():
                continue  # whoever waited has given up
            self._running += 1
            self._running_background += background
            granted.set_result(None)


class LinkedInCalls:
    """How many LinkedIn calls each account's questions caused in the last hour: one a metric that was not served from cache."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._made: dict[str, deque[tuple[datetime, int]]] = {}
        self._limited: dict[str, datetime] = {}

    def count(self, platform_id: str, calls: int) -> None:
        """So many calls were made for this account."""
        if calls:
            self._made.setdefault(platform_id, deque()).append((self._clock(), calls))

    def limited(self, platform_id: str, until: datetime) -> None:
        """LinkedIn refuses calls for this account until then."""
        self._limited[platform_id] = until

    def is_low(self, platform_id: str) -> bool:
        """Whether what is left of the account's hour should be kept for people's questions."""
        now, made = self._clock(), self._made.get(platform_id, deque())
        while made and not timedelta() <= now - made[0][0] < HOUR:
            made.popleft()
        until = self._limited.get(platform_id)
        return (until is not None and now < until) or sum(calls for _, calls in made) >= CALLS_AN_HOUR - KEPT_FOR_PEOPLE

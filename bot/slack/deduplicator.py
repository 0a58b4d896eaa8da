"""Recognises what Slack delivered before: it redelivers events, and the same event has come with different ids."""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.errors import StoreError

logger = logging.getLogger(__name__)

#: Slack redelivers up to three times, the last about six minutes after the first (Slack's documentation: "Events API, retries").
REMEMBERED = timedelta(minutes=15)

MOST = 10_000


class Deduplicator:
    """Remembers the keys of deliveries, the latest ``MOST`` of them, for 15 minutes; those of events are in the database too.

    Args:
        clock: the current time (aware, UTC).
        claim: stores the keys of a workspace's event; False when one is stored already, StoreError when the database cannot be used.
    """

    def __init__(self, clock: Callable[[], datetime], claim: Callable[[str, Sequence[str], datetime], Awaitable[bool]]) -> None:
        self._clock, self._claim = clock, claim
        self._keys: OrderedDict[str, datetime] = OrderedDict()

    def __len__(self) -> int:
        return len(self._keys)

    def again(self, *keys: str) -> bool:
        """Whether one of these keys came before; remembers them all. Empty keys are ignored."""
        now = self._clock()
        self._forget(now)
        named = [key for key in keys if key]
        known = any(key in self._keys for key in named)
        for key in named:
            self._keys.setdefault(key, now)
        return known

    async def was_answered(self, team: str, *keys: str) -> bool:
        """Whether another process, or this one before a restart, has answered this event; stores its keys."""
        try:
            return not await self._claim(team, [key for key in keys if key], self._clock())
        except StoreError as error:
            # Answering twice is better than not at all.
            logger.warning("whether an event was answered before is unknown", extra={"said": error.sentence})
            return False

    def _forget(self, now: datetime) -> None:
        while self._keys:
            key, at = next(iter(self._keys.items()))
            if now - at < REMEMBERED and len(self._keys) < MOST:
                return
            del self._keys[key]

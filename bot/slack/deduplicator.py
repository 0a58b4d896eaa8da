"""Recognises what Slack delivered before: it redelivers events, and the same event has come with different ids."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

#: Slack redelivers up to three times, the last about six minutes after the first (Slack's documentation: "Events API, retries").
REMEMBERED = timedelta(minutes=15)

MOST = 10_000


class Deduplicator:
    """Remembers the keys of deliveries, the latest ``MOST`` of them, for 15 minutes."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
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

    def _forget(self, now: datetime) -> None:
        while self._keys:
            key, at = next(iter(self._keys.items()))
            if now - at < REMEMBERED and len(self._keys) < MOST:
                return
            del self._keys[key]

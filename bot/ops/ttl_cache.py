"""The current time, and the cache whose values expire."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar


def utc_now() -> datetime:
    return datetime.now(UTC)


K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
D = TypeVar("D")


class TtlCache(Generic[K, V]):
    """Values by key, each for ``age``, ``most`` at most; unlike cachetools' they expire also when the clock was set back."""

    def __init__(self, *, age: timedelta, most: int, clock: Callable[[], datetime]) -> None:
        self._age, self._most, self._clock = age, most, clock
        self._entries: OrderedDict[K, tuple[V, datetime]] = OrderedDict()

    def get(self, key: K, default: D) -> V | D:
        entry = self._entries.get(key)
        if entry is None:
            return default
        if self._is_good(entry[1]):
            return entry[0]
        del self._entries[key]
        return default

    async def fetched(self, key: K, fetch: Callable[[K], Awaitable[V]]) -> V:
        """The value, fetched and kept where there is none."""
        entry = self._entries.get(key)
        if entry is not None and self._is_good(entry[1]):
            return entry[0]
        value = await fetch(key)
        self.put(key, value)
        return value

    def put(self, key: K, value: V) -> None:
        self._entries[key] = (value, self._clock())
        self._entries.move_to_end(key)
        while self._entries and (len(self._entries) > self._most or not self._is_good(next(iter(self._entries.values()))[1])):
            self._entries.popitem(last=False)

    def drop(self, key: K) -> None:
        self._entries.pop(key, None)

    def _is_good(self, put: datetime) -> bool:
        return timedelta() <= self._clock() - put < self._age

"""One message a second in each channel (Slack's documentation: "Rate limits", chat.postMessage), across channels in parallel."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

EACH: Final = timedelta(seconds=1)

#: Above so many channels those that have long been quiet are forgotten.
MOST: Final = 4_096


class Pace:
    """Whose turn it is in each channel. Nobody waits here: who comes too early comes again."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._busy: set[str] = set()
        self._posted: dict[str, datetime] = {}

    @contextmanager
    def turn(self, channel: str) -> Iterator[bool]:
        """Yields True to the one who may post in the channel now, until left; False to everybody else."""
        if channel in self._busy or not self._quiet(channel):
            yield False
            return
        self._busy.add(channel)
        try:
            yield True
        finally:
            self._busy.discard(channel)

    def posted(self, channel: str) -> None:
        """Slack was asked to post there just now."""
        if len(self._posted) >= MOST:
            self._posted = {name: at for name, at in self._posted.items() if not self._quiet(name)}
        self._posted[channel] = self._clock()

    def _quiet(self, channel: str) -> bool:
        # A clock that was set back must not silence a channel.
        last = self._posted.get(channel)
        return last is None or not timedelta() <= self._clock() - last < EACH

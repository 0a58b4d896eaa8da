"""One message a second in each channel (Slack's documentation: "Rate limits", chat.postMessage), across channels in parallel.

A 429 holds its own channel up, for as long as Slack says, and no other. Only when several channels in a row are limited is it the
workspace's own limit: then everybody waits as long as Slack says, since asking on would cost a refusal each.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

EACH: Final = timedelta(seconds=1)

#: So many channels limited one after the other, none posted to in between, mean the workspace.
IN_A_ROW: Final = 3

#: The longest that everybody waits on such a sign; one message then tries again.
LONGEST_HOLD: Final = timedelta(seconds=60)

#: The longest that one channel waits: then a message tries again, and what is too late by then ends visibly.
LONGEST_CHANNEL_HOLD: Final = timedelta(hours=1)

#: Above so many channels those that have long been quiet are forgotten.
MOST: Final = 4_096


class ChannelRateLimiter:
    """Whose turn it is in each channel. Nobody waits here: who comes too early comes again."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._busy: set[str] = set()
        self._posted: dict[str, datetime] = {}
        self._limited: set[str] = set()
        self._held_channels: dict[str, tuple[datetime, datetime]] = {}
        self._held: tuple[datetime, datetime] | None = None

    @contextmanager
    def turn(self, channel: str) -> Iterator[bool]:
        """Yields True to the one who may post in the channel now, until left; False to everybody else."""
        if channel in self._busy or self.is_held or self._is_channel_held(channel) or not self._quiet(channel):
            yield False
            return
        self._busy.add(channel)
        try:
            yield True
        finally:
            self._busy.discard(channel)

    def posted(self, channel: str) -> None:
        """Slack was asked to post there just now, and did not say that it was too much."""
        self._limited.clear()
        self._held_channels.pop(channel, None)
        if len(self._posted) >= MOST:
            self._posted = {name: at for name, at in self._posted.items() if not self._quiet(name)}
        self._posted[channel] = self._clock()

    def limited(self, channel: str, wait: timedelta) -> None:
        """Slack said that it was too much there, and to come again after so long."""
        now = self._clock()
        self._limited.add(channel)
        self._held_channels[channel] = (now, now + min(wait, LONGEST_CHANNEL_HOLD))
        if len(self._limited) >= IN_A_ROW:
            self._held = (now, now + min(wait, LONGEST_HOLD))
            self._limited.clear()

    @property
    def is_held(self) -> bool:
        """Whether everybody waits just now, whatever the channel."""
        # A clock that was set back must not silence anybody.
        return self._held is not None and self._held[0] <= self._clock() < self._held[1]

    def _is_channel_held(self, channel: str) -> bool:
        held = self._held_channels.get(channel)
        if held is None or held[0] <= self._clock() < held[1]:
            return held is not None
        del self._held_channels[channel]
        return False

    def _quiet(self, channel: str) -> bool:
        last = self._posted.get(channel)
        return last is None or not timedelta() <= self._clock() - last < EACH

"""Time limits of delivery (call, claim, the wait before an absent message counts as not sent), and the rate limit of each channel.

One message a second in each channel (Slack's documentation: "Rate limits", chat.postMessage), across channels in parallel. A 429 holds its
own channel up for as long as Slack says. Only when several channels in a row are limited, it is taken for the workspace's limit:
then all channels wait as long as Slack says.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from bot.errors import SettingsError

#: How often a workspace is checked while its token works: Slack's event about a revoked token may have been lost, and the next digest may
#: be days away.
CHECKED: Final = timedelta(minutes=10)
LEASE_TOO_SHORT = "DELIVERY_LEASE must be longer than DELIVERY_TIMEOUT and {guard:g} seconds more."
LEASE_REMEDY = "Set DELIVERY_LEASE above {least:g}, or DELIVERY_TIMEOUT lower."
#: Seconds between the end of a call and the end of its claim, to store the outcome.
GUARD: Final = 2.0
#: Seconds to wait after each attempt; the last one repeats.
_BACK_OFF: Final = (15, 30, 60, 120, 300, 600, 900)
EACH: Final = timedelta(seconds=1)
#: This many channels limited in a row, without a post in between, mean that the workspace is limited.
IN_A_ROW: Final = 3
#: The longest pause of all channels; then one message tries again.
LONGEST_HOLD: Final = timedelta(seconds=60)
#: The longest pause of one channel; then a message tries again.
LONGEST_CHANNEL_HOLD: Final = timedelta(hours=1)
#: Above this number, channels without a recent post or a pause are dropped.
MOST: Final = 4_096


class Timing(Struct, frozen=True):
    """The settings of delivery, all in seconds."""

    #: One call of Slack's Web API.
    timeout: float = 10.0
    #: One claim: how long a dead worker delays an occurrence.
    lease: float = 60.0
    #: How long after the end of its call an absent message is still waited for.
    settle: float = 30.0
    guard: float = GUARD

    def check(self) -> None:
        """Raises SettingsError when a call could outlast its claim: two workers might then post the same."""
        least = self.timeout + self.guard
        if least >= self.lease:
            raise SettingsError(LEASE_TOO_SHORT.format(guard=self.guard), remedy=LEASE_REMEDY.format(least=least))

    def surely_absent(self, intent: datetime) -> datetime:
        """The earliest time at which absence from the history proves that the message was not posted."""
        return intent + timedelta(seconds=self.timeout + self.settle)

    def file_surely_absent(self, intent: datetime) -> datetime:
        """The same for a file: sharing it is the last of several calls, and may begin at any time during the claim."""
        return intent + timedelta(seconds=self.lease + self.settle)


def back_off(attempt: int) -> timedelta:
    """How long to wait after this many attempts (1 or more)."""
    return timedelta(seconds=_BACK_OFF[min(max(attempt, 1), len(_BACK_OFF)) - 1])


class Throttle:
    """Lets something happen at once, and then only after a pause."""

    def __init__(self, clock: Callable[[], datetime], every: timedelta) -> None:
        self._clock, self._every = clock, every
        self._last: datetime | None = None

    def over(self) -> bool:
        now = self._clock()
        if self._last is not None and timedelta() <= now - self._last < self._every:
            return False
        self._last = now
        return True


class Lease:
    """The time limit of a worker's claim: it ends when either the wall clock, which other workers use, or the monotonic clock says so."""

    def __init__(self, timing: Timing, clock: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._timing, self._clock, self._monotonic = timing, clock, monotonic
        self.until = clock() + timedelta(seconds=timing.lease)
        self._monotonic_until = monotonic() + timing.lease

    @property
    def left(self) -> float:
        return min((self.until - self._clock()).total_seconds(), self._monotonic_until - self._monotonic())

    @property
    def for_building(self) -> float:
        return max(self.left - self._timing.guard, 0.0)

    def allows_a_call(self) -> bool:
        """Whether another call would end, and its outcome be stored, within the claim."""
        return self.left >= self._timing.timeout + self._timing.guard


class ChannelRateLimiter:
    """Limits how often each channel is posted in. Nothing waits here: a delivery that comes too early is retried later."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._busy: set[str] = set()
        self._posted: dict[str, datetime] = {}
        self._limited: set[str] = set()
        self._paused_channels: dict[str, tuple[datetime, datetime]] = {}
        self._paused: tuple[datetime, datetime] | None = None

    @contextmanager
    def turn(self, channel: str) -> Iterator[bool]:
        """Yields True to the one caller that may post in the channel now, until the context is left; False to all others."""
        if not self.is_free(channel):
            yield False
            return
        self._busy.add(channel)
        try:
            yield True
        finally:
            self._busy.discard(channel)

    def is_free(self, channel: str) -> bool:
        return not (channel in self._busy or self.is_paused or self._is_channel_paused(channel)) and self._quiet(channel)

    def posted(self, channel: str) -> None:
        self._limited.clear()
        self._paused_channels.pop(channel, None)
        if len(self._posted) >= MOST:
            self._posted = {name: at for name, at in self._posted.items() if not self._quiet(name)}
        self._posted[channel] = self._clock()

    def limited(self, channel: str, wait: timedelta) -> None:
        """Pauses the channel after a 429, for as long as Slack asks."""
        now = self._clock()
        self._limited.add(channel)
        if len(self._paused_channels) >= MOST:
            self._paused_channels = {name: paused for name, paused in self._paused_channels.items() if paused[0] <= now < paused[1]}
        self._paused_channels[channel] = (now, now + min(wait, LONGEST_CHANNEL_HOLD))
        if len(self._limited) >= IN_A_ROW:
            self._paused = (now, now + min(wait, LONGEST_HOLD))
            self._limited.clear()

    @property
    def is_paused(self) -> bool:
        # A clock that was set back must not extend a pause.
        return self._paused is not None and self._paused[0] <= self._clock() < self._paused[1]

    def _is_channel_paused(self, channel: str) -> bool:
        paused = self._paused_channels.get(channel)
        if paused is None or paused[0] <= self._clock() < paused[1]:
            return paused is not None
        del self._paused_channels[channel]
        return False

    def _quiet(self, channel: str) -> bool:
        last = self._posted.get(channel)
        return last is None or not timedelta() <= self._clock() - last < EACH

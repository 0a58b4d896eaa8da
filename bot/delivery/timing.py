"""How long things take: a call, a claim, the wait before an absent message counts as not sent; and how often a channel is posted in.

One message a second in each channel (Slack's documentation: "Rate limits", chat.postMessage), across channels in parallel. A 429 holds its
own channel up, for as long as Slack says, and no other. Only when several channels in a row are limited is it the workspace's own limit:
then everybody waits as long as Slack says, since asking on would cost a refusal each.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from bot.errors import SettingsError

#: Slack refuses requests signed more than five minutes off; half of that, in seconds, is time to mend the clock.
CLOCK_DRIFT: Final = 150


LEASE_TOO_SHORT = "DELIVERY_LEASE must be longer than DELIVERY_TIMEOUT and {guard:g} seconds more."
LEASE_REMEDY = "Set DELIVERY_LEASE above {least:g}, or DELIVERY_TIMEOUT lower."


#: Seconds between the end of a call and the end of its claim: time enough to write down what became of it.
GUARD: Final = 2.0

#: Waits before the next try, by how many there were; the last one stays.
_BACK_OFF: Final = (15, 30, 60, 120, 300, 600, 900)
EACH: Final = timedelta(seconds=1)
#: So many channels limited one after the other, none posted to in between, mean the workspace.
IN_A_ROW: Final = 3
#: The longest that everybody waits on such a sign; one message then tries again.
LONGEST_HOLD: Final = timedelta(seconds=60)
#: The longest that one channel waits: then a message tries again, and what is too late by then ends visibly.
LONGEST_CHANNEL_HOLD: Final = timedelta(hours=1)
#: Above so many channels those that have long been quiet, or wait no longer, are forgotten.
MOST: Final = 4_096


@dataclass(frozen=True, slots=True)
class Timing:
    """The settings of delivery, all in seconds."""

    #: One call of Slack's Web API.
    timeout: float = 10.0
    #: One claim: how long a worker that died holds an occurrence up.
    lease: float = 60.0
    #: How long an absent message is waited for after its call has ended.
    settle: float = 30.0
    guard: float = GUARD

    def check(self) -> None:
        """Raise SettingsError when a call could outlast its claim: two workers might then post the same."""
        least = self.timeout + self.guard
        if least >= self.lease:
            raise SettingsError(LEASE_TOO_SHORT.format(guard=self.guard), remedy=LEASE_REMEDY.format(least=least))

    def surely_absent(self, intent: datetime) -> datetime:
        """From when on a message that is not in the channel was not sent."""
        return intent + timedelta(seconds=self.timeout + self.settle)

    def file_surely_absent(self, intent: datetime) -> datetime:
        """The same of a file: sharing it is the last of several calls, and may begin at any time of the claim."""
        return intent + timedelta(seconds=self.lease + self.settle)


def back_off(attempt: int) -> timedelta:
    """Seconds to wait after this many attempts (1 or more)."""
    return timedelta(seconds=_BACK_OFF[min(max(attempt, 1), len(_BACK_OFF)) - 1])


class Throttle:
    """Lets something happen at once, and again after a while.

    Args:
        clock: the moment (aware, UTC).
        every: how long a pause is.
    """

    def __init__(self, clock: Callable[[], datetime], every: timedelta) -> None:
        self._clock, self._every = clock, every
        self._last: datetime | None = None

    def over(self) -> bool:
        """Whether the pause is over; another begins then. A clock that was set back ends it too."""
        now = self._clock()
        if self._last is not None and timedelta() <= now - self._last < self._every:
            return False
        self._last = now
        return True


class Lease:
    """A worker's claim in time. It ends by the clock that is first: the wall clock, which other workers go by, or the monotonic one."""

    def __init__(self, timing: Timing, clock: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._timing, self._clock, self._monotonic = timing, clock, monotonic
        self.until = clock() + timedelta(seconds=timing.lease)
        self._monotonic_until = monotonic() + timing.lease

    @property
    def left(self) -> float:
        """Seconds of it that are left; less than 0 when it is over."""
        return min((self.until - self._clock()).total_seconds(), self._monotonic_until - self._monotonic())

    @property
    def for_building(self) -> float:
        """Seconds that may be spent before the intent is written down."""
        return max(self.left - self._timing.guard, 0.0)

    def allows_a_call(self) -> bool:
        """Whether one more call would end, and be written down, within it."""
        return self.left >= self._timing.timeout + self._timing.guard


def drift(date: str, now: datetime) -> float | None:
    """Seconds between a moment (aware) and a response's ``Date`` header; None when that cannot be read.

    Args:
        date: as in RFC 9110, "Date".
        now: when the answer came.
    """
    try:
        return abs((now - parsedate_to_datetime(date).astimezone(UTC)).total_seconds())
    except ValueError:
        return None


class ChannelRateLimiter:
    """Limits how often each channel is posted in. Nothing waits here: a delivery that comes too early is tried again later."""

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
        """Holds the channel up after a 429, for as long as Slack asks."""
        now = self._clock()
        self._limited.add(channel)
        if len(self._held_channels) >= MOST:
            self._held_channels = {name: held for name, held in self._held_channels.items() if held[0] <= now < held[1]}
        self._held_channels[channel] = (now, now + min(wait, LONGEST_CHANNEL_HOLD))
        if len(self._limited) >= IN_A_ROW:
            self._held = (now, now + min(wait, LONGEST_HOLD))
            self._limited.clear()

    @property
    def is_held(self) -> bool:
        """Whether posting to every channel is paused."""
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

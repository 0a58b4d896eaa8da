"""How long things may take: one call, one claim, the wait before an absent message counts as not sent."""

from collections.abc import Callable
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
    """How long to wait after so many tries (from 1)."""
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
    """Seconds between a moment (aware) and the ``Date`` header of somebody's answer; None when that is none.

    Args:
        date: as in RFC 9110, "Date".
        now: when the answer came.
    """
    try:
        return abs((now - parsedate_to_datetime(date).astimezone(UTC)).total_seconds())
    except ValueError:
        return None

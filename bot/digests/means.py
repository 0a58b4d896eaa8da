"""What a worker works with: the ledgers, Slack, its clocks, and its own name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.digests.outcomes import Ledgers, Outcomes
from bot.digests.pace import Pace
from bot.digests.timing import Hold, Timing


@dataclass(frozen=True, slots=True)
class Means:
    """The same for deliveries and their parts."""

    kept: Ledgers
    #: A client that never repeats a call by itself.
    slack: AsyncWebClient
    outcomes: Outcomes
    pace: Pace
    timing: Timing
    #: The moment (aware, UTC).
    clock: Callable[[], datetime]
    #: Seconds that nobody sets.
    steady: Callable[[], float]
    #: This process' name in leases, unlike any other's.
    worker: str

    def hold(self) -> Hold:
        """A claim that begins now."""
        return Hold(self.timing, self.clock, self.steady)

"""What a worker works with: the ledgers, Slack, its clocks, and its own name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.post import UNNAMED_WAIT, Outcome, Refused
from bot.delivery.rate_limiter import Pace
from bot.delivery.recorder import Ledgers, Outcomes
from bot.delivery.slack_errors import Family
from bot.delivery.timing import Hold, Timing


@dataclass(frozen=True, slots=True)
class Means:
    """The same for deliveries and their parts."""

    kept: Ledgers
    #: A client that never repeats a call by itself.
    slack: AsyncWebClient
    outcomes: Outcomes
    pace: Pace
    #: Files have limits of their own: what holds them up must not hold up messages.
    uploads: Pace
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

    def note(self, queue: str, outcome: Outcome, *, file: bool = False) -> None:
        """Slack was asked to post (a ``file``) in this channel: what that says about when it may be asked again."""
        pace = self.uploads if file else self.pace
        if isinstance(outcome, Refused) and outcome.family is Family.LATER:
            pace.limited(queue, timedelta(seconds=UNNAMED_WAIT if outcome.wait is None else outcome.wait))
        else:
            pace.posted(queue)

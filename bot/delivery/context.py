"""What a worker works with: the ledgers, Slack, its clocks, and its own name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.blockkit.numbers import NumberFormat
from bot.delivery.post import UNNAMED_WAIT, PostOutcome, PostRefused
from bot.delivery.recorder import DeliveryRecorder, Repositories
from bot.delivery.slack_errors import Family
from bot.delivery.timing import ChannelRateLimiter, Lease, Timing


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """What a worker needs to process deliveries and their follow-ups."""

    stores: Repositories
    #: A client that never repeats a call by itself.
    slack: AsyncWebClient
    outcomes: DeliveryRecorder
    rate_limiter: ChannelRateLimiter
    #: Files have limits of their own: what holds them up must not hold up messages.
    uploads: ChannelRateLimiter
    timing: Timing
    #: The moment (aware, UTC).
    clock: Callable[[], datetime]
    #: Seconds that nobody sets.
    monotonic: Callable[[], float]
    #: This process' name in leases, unlike any other's.
    worker: str
    #: How numbers are written in what everybody in a channel reads.
    number_format: NumberFormat

    def lease(self) -> Lease:
        """A new lease for this worker, starting now."""
        return Lease(self.timing, self.clock, self.monotonic)

    def note(self, queue: str, outcome: PostOutcome, *, file: bool = False) -> None:
        """Slack was asked to post (a ``file``) in this channel: what that says about when it may be asked again."""
        rate_limiter = self.uploads if file else self.rate_limiter
        if isinstance(outcome, PostRefused) and outcome.family is Family.LATER:
            rate_limiter.limited(queue, timedelta(seconds=UNNAMED_WAIT if outcome.wait is None else outcome.wait))
        else:
            rate_limiter.posted(queue)

"""The dependencies of a worker: the ledgers, Slack, its clocks, and its name."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.post import UNNAMED_WAIT, PostOutcome, PostRefused
from bot.delivery.reconcile import Readings
from bot.delivery.recorder import DeliveryRecorder, Repositories
from bot.delivery.slack_errors import SlackErrorClass
from bot.delivery.timing import ChannelRateLimiter, Lease, Timing
from bot.errors import StoreError
from bot.slack.numbers import NumberFormat

logger = logging.getLogger(__name__)

#: Seconds between two attempts to store an outcome.
AGAIN: Final = 1.0


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """What a worker needs to process deliveries and their follow-ups."""

    stores: Repositories
    #: A client that never repeats a call by itself.
    slack: AsyncWebClient
    outcomes: DeliveryRecorder
    rate_limiter: ChannelRateLimiter
    #: Files have their own rate limit, which must not delay messages.
    uploads: ChannelRateLimiter
    timing: Timing
    #: The moment (aware, UTC).
    clock: Callable[[], datetime]
    #: Seconds of the monotonic clock.
    monotonic: Callable[[], float]
    #: This process' name in leases, unique.
    worker: str
    #: The number format of what everybody in a channel reads.
    number_format: NumberFormat
    #: Searches of the history that Slack's limit interrupted.
    readings: Readings = field(default_factory=dict)

    def lease(self) -> Lease:
        return Lease(self.timing, self.clock, self.monotonic)

    async def store_outcome(self, outcome: Callable[[], Awaitable[None]], lease: Lease) -> None:
        """Stores the outcome of a Slack call, retrying while the claim lasts.

        The database may be restarting. Without the outcome the claim would expire, and the channel's history would have to be read. Raises
        StoreError: the database could not be used until the claim's end.
        """
        while True:
            try:
                return await outcome()
            except StoreError as error:
                if lease.left <= AGAIN:
                    raise
                logger.warning("what became of a message cannot be written down just now", extra={"error": error.sentence})
            await asyncio.sleep(AGAIN)

    def note(self, queue: str, outcome: PostOutcome, *, file: bool = False) -> None:
        rate_limiter = self.uploads if file else self.rate_limiter
        if isinstance(outcome, PostRefused) and outcome.error_class is SlackErrorClass.LATER:
            rate_limiter.limited(queue, timedelta(seconds=UNNAMED_WAIT if outcome.wait is None else outcome.wait))
        else:
            rate_limiter.posted(queue)

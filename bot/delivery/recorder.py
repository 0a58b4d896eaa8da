"""What a worker works with: the repositories, and the recorder of outcomes, which stores the notices that they cause too."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Self, TypeVar

from msgspec import Struct, field
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import post
from bot.delivery.owner_notices import CAUSES, Administrators, OwnerNotifier
from bot.delivery.reconcile import FoundMessage, HistoryBusy, MessageSearch, Readings, main_message, reading_place, search
from bot.delivery.timing import ChannelRateLimiter, Lease, Timing, back_off
from bot.errors import StoreError
from bot.ops.tasks import BackgroundTasks
from bot.slack.numbers import NumberFormat
from bot.slack.web_api import SlackErrorClass, is_known
from bot.storage.database import Database, Enqueue
from bot.storage.delivery_log import DeliveryLog
from bot.storage.follow_ups import FollowUpRepository
from bot.storage.installations import InstallationRepository
from bot.storage.ledger import DeliveryLedger
from bot.storage.occurrences import OccurrenceRepository
from bot.storage.subscriptions import SubscriptionRepository
from bot.subscriptions.delivery_state import Delivery, DeliveryState, Settlement
from bot.subscriptions.follow_up_state import Cause, FollowUp
from bot.subscriptions.subscription import InstallationState, Subscription

logger = logging.getLogger(__name__)

#: Up to this many claims an undocumented error code of Slack's is retried.
ACCIDENTS: Final = 6
#: Seconds between two reads of a delivery that another worker reconciles: the first pause, doubled each time, and the longest one.
_WATCH: Final = 0.5
_WATCH_LONGEST: Final = 60.0
#: Reads at most: about a day, longer than a subscription may be late and so longer than reconciling lasts.
_MOST_WATCHES: Final = 1_500
#: Seconds between two attempts to store an outcome.
AGAIN: Final = 1.0
#: How often, and after how many seconds, deleting a message is retried.
_TRIES: Final = 5
_BETWEEN_TRIES: Final = 2.0


class Repositories(Struct, frozen=True):
    """The repositories of subscriptions, of their deliveries, and of the workspaces."""

    digests: SubscriptionRepository
    occurrences: OccurrenceRepository
    ledger: DeliveryLedger
    history: DeliveryLog
    follow_ups: FollowUpRepository
    installations: InstallationRepository

    @classmethod
    def of(cls, database: Database, enqueue: Enqueue | None = None) -> Self:
        digests, occurrences = SubscriptionRepository(database), OccurrenceRepository(database, enqueue)
        ledger, history = DeliveryLedger(database), DeliveryLog(database)
        return cls(digests, occurrences, ledger, history, FollowUpRepository(database), InstallationRepository(database))


Settling = TypeVar("Settling", Delivery | None, Delivery | FollowUp | None)


class DeliveryRecorder(Struct, frozen=True):
    """Records outcomes; raises StoreError."""

    stores: Repositories
    #: Deletes messages that were posted after their claim was lost.
    slack: AsyncWebClient
    notifier: OwnerNotifier
    clock: Callable[[], datetime]
    timing: Timing
    tasks: BackgroundTasks
    #: Gets the seconds by which a post was late.
    observe_lateness: Callable[[float], None]

    async def record(self, delivery: Delivery, digest: Subscription, outcome: post.PostOutcome) -> None:
        now = self.clock()
        match outcome:
            case post.MessagePosted(ts, channel):
                notices = await self.notifier.sent(digest, delivery)
                sent = await self.stores.ledger.record_sent(delivery, ts=ts, how=Settlement.ANSWER, now=now, notices=notices)
                if not delivery.click:
                    self.observe_lateness(max((now - delivery.due).total_seconds(), 0.0))
                if not sent:
                    self.delete_unless_recorded(channel, ts, partial(self.stores.history.delivery, delivery.id))
            case post.PostRefused() as refused:
                await self.refused(delivery, digest, refused)
            case post.SlackNotReached(error):
                await self.again(delivery, digest, now + back_off(delivery.attempt), error)
            case post.PostUnclear(error, code):
                logger.warning("whether a digest arrived is unknown", extra={"delivery": delivery.id, "failure": error})
                if not await self.stores.ledger.to_reconciling(delivery, not_before=now, error=code or error, now=now):
                    self.tasks.start(self._undo_unseen(delivery), name="take back")
            case post.OutOfTime():
                await self.again(delivery, digest, now, "the claim was over before Slack was called")

    async def refused(self, delivery: Delivery, digest: Subscription, refused: post.PostRefused | None) -> None:
        """Records that Slack refused it: it is retried later, waits until the workspace is back, or has failed."""
        now = self.clock()
        if refused is None:
            return
        if refused.error_class is SlackErrorClass.LATER:
            wait = post.UNNAMED_WAIT if refused.wait is None else refused.wait
            await self.again(delivery, digest, now + timedelta(seconds=wait), refused.code)
        elif refused.error_class is SlackErrorClass.TOKEN_GONE:
            await self.token_gone(delivery.team, refused.code)
            await self.stores.ledger.back_to_pending(delivery, not_before=now, error=refused.code, now=now)
        else:
            await self.fail(delivery, digest, CAUSES[refused.error_class], reason=refused.code, error=refused.code)

    async def token_gone(self, team: str, code: str) -> None:
        if await self.stores.installations.note(team, InstallationState.TOKEN_REVOKED, self.clock()):
            logger.error("Slack no longer takes the bot's token: this workspace's digests wait", extra={"team": team, "slack_error": code})

    async def again(self, delivery: Delivery, digest: Subscription, moment: datetime, error: str, cause: str | None = None) -> None:
        """Records that nothing was sent: retried, but not after it would be skipped as late. ``cause`` is why nothing could be fetched."""
        now = self.clock()
        last = delivery.due + timedelta(seconds=digest.grace + 1)
        not_before = moment if delivery.click else max(now, min(moment, last))
        await self.stores.ledger.back_to_pending(delivery, not_before=not_before, error=error, now=now, cause=cause)

    async def fail(
        self, delivery: Delivery, digest: Subscription, cause: Cause, *, reason: str, error: str, shared: str | None = None
    ) -> None:
        now = self.clock()
        notices = await self.notifier.failed(digest, delivery, cause, error, shared)
        if await self.stores.ledger.record_failed(delivery, reason=reason, error=error, now=now, cause=shared, notices=notices):
            logger.warning("a digest failed", extra={"delivery": delivery.id, "digest": digest.id, "cause": cause, "reason": reason})
            await self.notifier.pause_if_hopeless(digest, now)

    def delete_unless_recorded(self, channel: str, ts: str, current: Callable[[], Awaitable[Delivery | FollowUp | None]]) -> None:
        """Deletes a message posted after its claim was lost, in the background, unless another worker found and recorded it."""
        self.tasks.start(self._delete_unless_recorded(channel, ts, current), name="take back")

    async def _delete_unless_recorded(self, channel: str, ts: str, current: Callable[[], Awaitable[Delivery | FollowUp | None]]) -> None:
        now = await self._once_settled(current)
        if now is None or now.ts == ts or now.state is DeliveryState.UNCERTAIN:
            return
        if isinstance(now, FollowUp) and now.is_file:
            await self._undo(self.slack.files_delete, {"file": ts})
        else:
            await self._undo(self.slack.chat_delete, {"channel": channel, "ts": ts})

    async def _undo_unseen(self, delivery: Delivery) -> None:
        """Deletes a second message of this delivery, beside the recorded one: the claim was lost, and Slack's answer too."""
        current = await self._once_settled(partial(self.stores.history.delivery, delivery.id))
        if current is None or current.state is not DeliveryState.SENT or not current.ts:
            return
        place, meant = reading_place(self.slack, delivery), main_message(delivery.id)
        wanted = MessageSearch(*place, meant, delivery.intent_at or delivery.due, excluded=current.ts)
        for _ in range(_TRIES):
            seen = await search(wanted, now=self.clock(), seconds=self.timing.timeout, time_left=lambda: True)
            if isinstance(seen, FoundMessage):
                await self._undo(self.slack.chat_delete, {"channel": delivery.channel, "ts": seen.ts})
            if not isinstance(seen, HistoryBusy):
                return
            await asyncio.sleep(_BETWEEN_TRIES)

    async def _once_settled(self, current: Callable[[], Awaitable[Settling]]) -> Settling:
        """The delivery or follow-up once it has left ``RECONCILING``; None when there is none, or it still is there at the end."""
        pause = _WATCH
        for _ in range(_MOST_WATCHES):
            try:
                now = await current()
            except StoreError as error:
                logger.warning("whether a message came too late cannot be seen just now", extra={"error": error.sentence})
            else:
                if now is None or now.state is not DeliveryState.RECONCILING:
                    return now
            await asyncio.sleep(pause)
            pause = min(pause * 2, _WATCH_LONGEST)
        logger.error("whether a message came too late was not found out: it may be in its channel twice")
        return None

    async def _undo(self, call: post.SlackCall, what: Mapping[str, str]) -> None:
        logger.warning("a message came too late and is taken back", extra=dict(what))
        for _ in range(_TRIES):
            answer = await post.call_slack(call, what, seconds=self.timing.timeout)
            if not isinstance(answer, (post.SlackNotReached, post.PostUnclear)) and not (
                isinstance(answer, post.PostRefused) and answer.error_class is SlackErrorClass.LATER
            ):
                return
            await asyncio.sleep(_BETWEEN_TRIES)
        logger.error("a message that came too late could not be taken back", extra=dict(what))

    async def ask(self, delivery: Delivery, digest: Subscription | None, error: str) -> None:
        notices = () if digest is None else self.notifier.uncertain(digest, delivery, error)
        await self.stores.ledger.uncertain(delivery, error=error, now=self.clock(), notices=notices)


def is_refused_too_often(delivery: Delivery) -> bool:
    """Whether Slack answered with an undocumented code so often that it counts as a refusal."""
    code = delivery.last_error or ""
    return delivery.attempt > ACCIDENTS and code.replace("_", "").isalnum() and code.islower() and not is_known(code)


class WorkerContext(Struct, frozen=True):
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
    #: Why nothing may be posted in a workspace's channel now; None when it may.
    refusal: Callable[[str, str], Awaitable[post.PostRefused | None]]
    administrators: Administrators
    #: The subscription that a delivery belongs to: its own, or where that has ended another one that wants the same. Raises StoreError.
    subscription_of: Callable[[Subscription | None, Delivery], Awaitable[Subscription | None]]
    #: Searches of the history that Slack's limit interrupted.
    readings: Readings = field(default_factory=dict)

    def lease(self) -> Lease:
        return Lease(self.timing, self.clock, self.monotonic)

    async def store_outcome(self, outcome: Callable[[], Awaitable[None]], lease: Lease) -> None:
        """Stores the outcome of a Slack call, again and again while the claim lasts (the database may restart). Raises StoreError."""
        while True:
            try:
                return await outcome()
            except StoreError as error:
                if lease.left <= AGAIN:
                    raise
                logger.warning("what became of a message cannot be written down just now", extra={"error": error.sentence})
            await asyncio.sleep(AGAIN)

    def note(self, queue: str, outcome: post.PostOutcome, *, file: bool = False) -> None:
        rate_limiter = self.uploads if file else self.rate_limiter
        if isinstance(outcome, post.PostRefused) and outcome.error_class is SlackErrorClass.LATER:
            rate_limiter.limited(queue, timedelta(seconds=post.UNNAMED_WAIT if outcome.wait is None else outcome.wait))
        else:
            rate_limiter.posted(queue)

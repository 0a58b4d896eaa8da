"""Processes one occurrence, from its claim to its end: the only place that posts without a person's request.

::

    claim ┬ building ─ wanted? late? a member? ─ figures ─ message ─ edits ─ commit_intent ─ post ┬ posted ──→ sent
          │                                                                                      ├ refused ─→ pending, or failed
          │                                                                                      └ unclear ─→ reconciling
          └ reconciling ─ look ┬ found ──→ sent
                               ├ absent, late enough ─→ building (as above)
                               └ unreadable ─→ uncertain: the owner is asked

Guarantee: effectively once where the channel's history can be read; else at most once, and a person is asked. Earlier messages are
edited before the intent: a worker that claims the delivery again repeats the same edits.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from msgspec.structs import replace

from bot.delivery import post as posting
from bot.delivery import reconcile
from bot.delivery.builders import BuildDelivery, Building, Built, PostedWith, Waits
from bot.delivery.recorder import ACCIDENTS, WorkerContext, is_refused_too_often
from bot.delivery.timing import Lease, back_off
from bot.errors import BotError, StatisticsError
from bot.ops.telemetry import span
from bot.slack.numbers import use_number_format
from bot.slack.web_api import SlackErrorClass
from bot.subscriptions.delivery_state import Delivery, DeliveryState, Settlement
from bot.subscriptions.follow_up_state import Cause
from bot.subscriptions.subscription import REPLYING, WELL_SKIPS, SkipReason, Subscription, SubscriptionKind, late, skip_reason

NO_TIME = "the figures took too long to fetch"

logger = logging.getLogger(__name__)

#: A message that is later than this says so.
SAYS_LATE: Final = timedelta(seconds=60)
#: How long an occurrence waits for an earlier one that is being reconciled.
BETWEEN_LOOKS: Final = timedelta(seconds=1)
#: Slack's code where the message that is replied to is gone, and its codes for an edit of such a one.
THREAD_GONE: Final = "thread_not_found"
_MESSAGE_GONE: Final = frozenset({"message_not_found", "cant_update_message"})
#: The earlier messages whose threads are searched when it is unknown whether it was a reply.
_MOST_THREADS: Final = 5


class DeliveryWorker:
    """Delivers occurrences. ``process`` is called by the in-process queue or by a job queue."""

    def __init__(self, context: WorkerContext, build: Mapping[SubscriptionKind, BuildDelivery]) -> None:
        self._context, self._stores, self._ledger = context, context.stores, context.stores.ledger
        self._slack, self._outcomes, self._rate_limiter = context.slack, context.outcomes, context.rate_limiter
        self._timing, self._clock = context.timing, context.clock
        self._build_message, self._notifier = build, context.outcomes.notifier
        self._restored = reconcile.RestoredChannels()

    async def process(self, delivery_id: str) -> bool:
        """Processes one occurrence as far as possible now; False when it is not due or another worker has it."""
        # While posting is paused, a thousand deliveries a second need not be read.
        found = None if self._rate_limiter.is_paused else await self._stores.history.with_digest(delivery_id)
        if found is None:
            return False
        waiting, digest = found
        with self._rate_limiter.turn(waiting.channel) as is_free, use_number_format(self._context.number_format):
            if not is_free:
                return False
            lease = self._context.lease()
            alone = digest.kind if digest and digest.kind in REPLYING else None
            taken = await self._ledger.claim_delivery(waiting, self._context.worker, lease.until, self._clock(), alone=alone)
            if taken is None:
                return False
            with span("delivery", delivery=taken.id, state=taken.state.value, attempt=taken.attempt):
                await (self._settle if taken.state is DeliveryState.RECONCILING else self._build)(taken, digest, lease)
            return True

    async def _build(self, delivery: Delivery, digest: Subscription | None, lease: Lease) -> None:
        digest = await self._context.subscription_of(digest, delivery)
        if digest is None or not await self._is_wanted(delivery, digest):
            return
        try:
            async with asyncio.timeout(lease.for_building):
                refused = await self._context.refusal(delivery.team, delivery.channel)
                by = self._clock() - delivery.due
                late = by if by >= SAYS_LATE and not delivery.click else None
                built = None if refused else await self._build_message[digest.kind](digest, delivery, late)
        except StatisticsError as error:
            await self._no_figures(delivery, digest, error)
        except TimeoutError:
            await self._outcomes.again(delivery, digest, self._clock() + back_off(delivery.attempt), NO_TIME)
        except BotError:
            raise
        except Exception as error:
            logger.exception("a digest could not be made", extra={"delivery": delivery.id, "digest": digest.id})
            await self._unforeseen(delivery, digest, type(error).__name__)
        else:
            await (self._outcomes.refused(delivery, digest, refused) if built is None else self._say(delivery, digest, built, lease))

    async def _is_wanted(self, delivery: Delivery, digest: Subscription) -> bool:
        now, reason = self._clock(), skip_reason(delivery, digest)
        if reason is not None:
            await self._ledger.skipped(delivery, reason, now=now)
        elif late(delivery, digest, now):
            notices = await self._notifier.skipped_late(digest, delivery)
            await self._ledger.skipped(delivery, SkipReason.LATE, now=now, notices=notices)
        elif is_refused_too_often(delivery):
            await self._outcomes.fail(delivery, digest, Cause.OUR_FAULT, reason=delivery.last_error or "", error=delivery.last_error or "")
        else:
            return True
        return False

    async def _no_figures(self, delivery: Delivery, digest: Subscription, error: StatisticsError) -> None:
        now = self._clock()
        waited_long = bool(delivery.click) and now - delivery.due > timedelta(seconds=digest.grace)
        if error.passing and not waited_long:
            after = now + back_off(delivery.attempt)
            await self._outcomes.again(delivery, digest, max(after, error.retry_at or after), str(error), error.shared)
            return
        await self._outcomes.fail(delivery, digest, Cause.NO_FIGURES, reason=type(error).__name__, error=str(error), shared=error.shared)

    async def _unforeseen(self, delivery: Delivery, digest: Subscription, error: str) -> None:
        if delivery.attempt < ACCIDENTS:
            await self._outcomes.again(delivery, digest, self._clock() + back_off(delivery.attempt), error)
        else:
            await self._outcomes.fail(delivery, digest, Cause.UNFORESEEN, reason=Cause.UNFORESEEN.value, error=error)

    async def _say(self, delivery: Delivery, digest: Subscription, built: Building, lease: Lease) -> None:
        """Makes the edits and sends the message, or records why there is nothing to send."""
        if isinstance(built, SkipReason):
            notices = await self._notifier.well(digest, delivery) if built in WELL_SKIPS else ()
            await self._ledger.skipped(delivery, built, now=self._clock(), notices=notices)
        elif isinstance(built, (Waits, datetime)):
            pause = BETWEEN_LOOKS if delivery.attempt < ACCIDENTS else back_off(delivery.attempt)
            moment = built if isinstance(built, datetime) else self._clock() + pause
            # A wait is no trouble: what the owner may read stays the trouble before it.
            await self._outcomes.again(delivery, digest, moment, delivery.last_error or "")
        elif isinstance(built, PostedWith):
            await self._posted_with(delivery, digest, built.other)
        elif (edited := await self._edited(delivery, digest, built, lease)) is not None:
            await self._send(delivery, digest, edited)

    async def _posted_with(self, delivery: Delivery, digest: Subscription, other: Delivery) -> None:
        payload, now = other.payload or "", self._clock()
        until = self._context.lease().until
        intended = await self._ledger.commit_intent(delivery, payload, posting.payload_hash(payload), lease_until=until, now=now)
        if intended is not None and intended.state is DeliveryState.SENDING:
            notices = await self._notifier.sent(digest, delivery)
            await self._ledger.record_sent(intended, ts=other.ts, how=Settlement.ANSWER, now=now, notices=notices)

    async def _edited(self, delivery: Delivery, digest: Subscription, built: Built, lease: Lease) -> Built | None:
        """What is posted after the edits: no reply where its message is gone. None when the first edit is to be tried again before."""
        for place, edit in enumerate(built.edits):
            where, seconds = {"channel": edit.channel, "ts": edit.ts}, self._timing.timeout
            before = edit.before or await posting.read_message(self._slack.conversations_history, **where, seconds=seconds)
            left = lease.allows_a_call
            change = partial(posting.post, self._slack.chat_update, where, seconds=seconds, time_left=left)
            outcome = await change(edit.build(before)) if isinstance(before, str) else before
            code = outcome.code if isinstance(outcome, (posting.PostRefused, posting.PostUnclear)) else ""
            if code in _MESSAGE_GONE and where == {"channel": delivery.channel, "ts": built.reply_to}:
                built = replace(built, reply_to="")
            if place or isinstance(outcome, posting.MessagePosted) or code in posting.NOT_EDITABLE:
                continue
            if isinstance(outcome, posting.PostRefused) and outcome.error_class in (SlackErrorClass.LATER, SlackErrorClass.TOKEN_GONE):
                await self._outcomes.refused(delivery, digest, outcome)
                return None
            if isinstance(outcome, (posting.SlackNotReached, posting.PostUnclear, posting.OutOfTime)) and delivery.attempt < ACCIDENTS:
                error = NO_TIME if isinstance(outcome, posting.OutOfTime) else outcome.error
                await self._outcomes.again(delivery, digest, self._clock() + back_off(delivery.attempt), error)
                return None
        return built

    async def _send(self, delivery: Delivery, digest: Subscription, built: Built) -> None:
        marked = posting.mark(built.message, delivery.id, built.below)
        thread = {"thread_ts": built.reply_to} if built.reply_to else {}
        payload = posting.message_as_json(marked, **thread)
        lease = self._context.lease()
        parts = [posting.planned_part(place, part) for place, part in enumerate(built.below, start=1)]
        intended = await self._ledger.commit_intent(
            delivery, payload, posting.payload_hash(payload), lease_until=lease.until, now=self._clock(), parts=parts, digest=digest.id
        )
        if intended is None or intended.state is not DeliveryState.SENDING:
            return
        where, left = {"channel": delivery.channel, **thread}, lease.allows_a_call
        outcome = await posting.post(self._slack.chat_postMessage, where, marked, seconds=self._timing.timeout, time_left=left)
        self._context.note(delivery.channel, outcome)
        if isinstance(outcome, posting.PostRefused) and outcome.code == THREAD_GONE and intended.attempt < ACCIDENTS:
            # It was deleted after it was edited: built again, the message goes into the channel.
            outcome = posting.SlackNotReached(THREAD_GONE)
        await self._context.store_outcome(partial(self._outcomes.record, intended, digest, outcome), lease)

    async def _settle(self, delivery: Delivery, digest: Subscription | None, lease: Lease) -> None:
        """Looks for the message in the channel's history, because it is unknown whether it was posted; else asks its owner."""
        wanted = reconcile.MessageSearch(
            *reconcile.reading_place(self._slack, delivery),
            reconcile.main_message(delivery.id),
            delivery.intent_at or delivery.due,
            text=json.loads(delivery.payload)["text"] if delivery.payload else "",
        )
        restored_at = await self._stores.history.restored_during(delivery)
        if restored_at is not None:
            await self._settle_restored(delivery, digest, wanted, restored_at, lease)
            return
        surely = self._timing.surely_absent(wanted.intent)
        if self._clock() >= surely:
            # What is not found now is posted again: a clock that was wrong at the intent must not hide the first message.
            wanted = replace(wanted, margin=reconcile.A_DAY)
        seen = await self._look(wanted, surely, lease)
        await self._settled(delivery, digest, seen, wanted.intent)

    async def _settle_restored(
        self, delivery: Delivery, digest: Subscription | None, wanted: reconcile.MessageSearch, restored_at: datetime, lease: Lease
    ) -> None:
        """Settles a delivery after a database restore: what was posted is recorded; of those missed, only the last occurrence is posted."""
        now, surely = self._clock(), self._timing.surely_absent(restored_at)
        if now < surely:
            # A worker that was running at the restore has ended by then.
            await self._ledger.to_reconciling(delivery, not_before=surely, error=delivery.last_error or "", now=now)
            return
        channel = replace(wanted, read=self._slack.conversations_history, where={"channel": delivery.channel})
        seen = await self._restored.search(channel, surely, now=now, seconds=self._timing.timeout, time_left=lease.allows_a_call)
        for thread in await self._threads(delivery, digest):
            if isinstance(seen, reconcile.MessageAbsent):
                where = {"channel": delivery.channel, "ts": thread}
                there = replace(wanted, read=self._slack.conversations_replies, where=where, margin=reconcile.A_DAY)
                seen = await self._look(there, surely, lease)
        others = (
            ()
            if delivery.click or isinstance(seen, (reconcile.FoundMessage, reconcile.HistoryBusy))
            else await self._stores.history.siblings(delivery)
        )
        if any(one.due > delivery.due for one in others):
            if again := await self._ledger.absent(delivery, lease_until=self._context.lease().until, now=now):
                await self._ledger.skipped(again, SkipReason.QUIET_HOURS, now=now)
        elif any(one.state is DeliveryState.RECONCILING for one in others):
            # Its content may depend on an earlier occurrence's message.
            await self._ledger.to_reconciling(delivery, not_before=now + BETWEEN_LOOKS, error=delivery.last_error or "", now=now)
        else:
            await self._settled(delivery, digest, seen, max(wanted.intent, restored_at))

    async def _threads(self, delivery: Delivery, digest: Subscription | None) -> tuple[str, ...]:
        """Slack's ids of the messages in whose threads it may be a reply, after a restore."""
        if digest is None or digest.kind not in REPLYING:
            return ()
        earlier = await self._stores.history.posted_before(delivery, limit=_MOST_THREADS)
        every = [delivery.reply_to, *(one.thread for one in earlier if one.channel == delivery.channel)]
        return tuple(dict.fromkeys(thread for thread in every if thread))

    async def _look(self, wanted: reconcile.MessageSearch, surely: datetime, lease: Lease) -> reconcile.HistoryResult:
        left, readings = lease.allows_a_call, self._context.readings
        seen = await reconcile.search(
            wanted, now=self._clock(), seconds=self._timing.timeout, time_left=left, readings=readings, proof=surely
        )
        # A thread whose first message is gone has no replies.
        return reconcile.MessageAbsent() if isinstance(seen, reconcile.HistoryUnreadable) and seen.code == THREAD_GONE else seen

    async def _settled(self, delivery: Delivery, digest: Subscription | None, seen: reconcile.HistoryResult, since: datetime) -> None:
        """Records the result of the search. ``since`` is when it became unknown whether the message was posted."""
        now = self._clock()
        match seen:
            case reconcile.FoundMessage(ts, message):
                notices = await self._notifier.sent(digest, delivery)
                payload = delivery.payload or posting.read_as_json(message)
                if delivery.payload is None and (later := posting.read_later(message)):
                    await self._stores.follow_ups.plan_found(delivery.id, later)
                await self._ledger.record_sent(delivery, ts=ts, how=Settlement.HISTORY, now=now, notices=notices, payload=payload)
            case reconcile.MessageAbsent():
                await self._not_there(delivery, digest, now)
            case reconcile.HistoryBusy(error, wait) if now - since < self._patience(digest):
                after = now + (back_off(delivery.attempt) if wait is None else timedelta(seconds=wait))
                last = since + self._patience(digest)
                await self._ledger.to_reconciling(delivery, not_before=min(after, last), error=error, now=now)
            case reconcile.HistoryBusy(error):
                await self._outcomes.ask(delivery, digest, error)
            case _ if seen.error_class is SlackErrorClass.TOKEN_GONE:
                await self._outcomes.token_gone(delivery.team, seen.code)
                await self._ledger.to_reconciling(delivery, not_before=now, error=seen.code, now=now)
            case _:
                await self._outcomes.ask(delivery, digest, seen.code)

    async def _not_there(self, delivery: Delivery, digest: Subscription | None, now: datetime) -> None:
        surely = self._timing.surely_absent(delivery.intent_at or delivery.due)
        if now < surely:
            await self._ledger.to_reconciling(delivery, not_before=surely, error=delivery.last_error or "not there yet", now=now)
            return
        lease = self._context.lease()
        if again := await self._ledger.absent(delivery, lease_until=lease.until, now=now):
            await self._build(again, digest, lease)

    def _patience(self, digest: Subscription | None) -> timedelta:
        return timedelta(seconds=digest.grace) if digest else timedelta()

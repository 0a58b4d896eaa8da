"""Sends what follows a message in its thread, and the notices to its owner: each on its own, so that none repeats the message.

::

    claim ┬ sending ─ post ┬ posted ──→ sent
          │                ├ refused ─→ pending, or failed
          │                └ unclear ─→ reconciling
          └ reconciling ─ look ┬ found ──→ sent
                               ├ absent, late enough ─→ pending
                               └ unreadable ─→ failed: the message stays without it

A reply that is built later is built when it is due, after its claim: nothing of it is stored but that moment.

A notice whose incident already has a message edits that message; repeating an edit changes nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import orjson
from msgspec import Struct
from msgspec.structs import replace

from bot.delivery import post as posting
from bot.delivery.builders import BuildReply
from bot.delivery.owner_notices import ADMINISTRATORS, IncidentMessage, OwnerNotice, gather
from bot.delivery.reconcile import A_DAY, FoundMessage, HistoryBusy, HistoryResult, MessageAbsent, MessageSearch, search
from bot.delivery.recorder import WorkerContext
from bot.delivery.timing import Lease, back_off
from bot.errors import StatisticsError
from bot.ops.tasks import TtlCache
from bot.slack.builders import Message
from bot.slack.numbers import use_number_format
from bot.slack.request import File
from bot.slack.web_api import SlackErrorClass
from bot.subscriptions.delivery_state import FILE, LATER, Delivery, DeliveryState, event_payload
from bot.subscriptions.follow_up_state import NOTICE, THREAD_UNKNOWN, FollowUp, Incident
from bot.subscriptions.subscription import SkipReason, SubscriptionKind, SubscriptionStatus

logger = logging.getLogger(__name__)

EVENT_TYPE: Final = "linkedin_stats_digest_part"

NOT_SENT: Final = "a part of a digest wasn't sent"
NOT_NOTIFIED: Final = "an administrator couldn't get the message about a digest's trouble, and there is nobody else"
#: Attempts before a part is given up.
MOST_TRIES: Final = 10
#: How long a part is retried that Slack only rate-limits.
LONGEST_LIMITED: Final = timedelta(days=1)


#: A reply, the reason why there is none, or the time (aware) before which it must not be posted.
BuiltReply = Message | SkipReason | posting.PostRefused | datetime


class _ThreadTarget(Struct, frozen=True):
    """The place of a follow-up, how that conversation is read, and its content."""

    where: Mapping[str, Any]
    read: posting.SlackCall
    read_where: Mapping[str, Any]
    content: Message | File
    #: Of a notice: the incident's message, with the other notices that it covers.
    incident: IncidentMessage | None = None


class FollowUpWorker:
    """Sends parts. ``process`` raises StoreError when the database cannot be used; the claim then expires."""

    def __init__(
        self,
        context: WorkerContext,
        files: posting.FollowUpUploader,
        build_notice: Callable[[Incident], Message],
        build_reply: Mapping[SubscriptionKind, BuildReply],
    ) -> None:
        self._context, self._slack, self._outcomes = context, context.slack, context.outcomes
        self._parts, self._ledger = context.stores.follow_ups, context.stores.ledger
        self._timing, self._clock, self._files = context.timing, context.clock, files
        self._build_notice, self._build_reply = build_notice, build_reply
        #: Where the parts go that were read a moment ago.
        self._queues = TtlCache[tuple[str, str], str](age=timedelta(minutes=1), most=1_000, clock=context.clock)

    async def process(self, delivery_id: str, name: str) -> bool:
        """Processes one follow-up as far as possible now; False when it is not due or another worker has it."""
        rate_limiter = self._context.uploads if name.startswith(FILE) else self._context.rate_limiter
        key = (delivery_id, name)
        # Each sweep finds a part again until its channel has rested: it need not be read again for that.
        found = await self._parts.with_delivery(*key) if rate_limiter.is_free(self._queues.get(key, "")) else None
        if found is None:
            return False
        waiting, delivery = found
        self._queues.put(key, _queue(delivery, name))
        with rate_limiter.turn(_queue(delivery, name)) as is_free, use_number_format(self._context.number_format):
            if not is_free:
                return False
            lease = self._context.lease()
            part = await self._parts.claim_part(waiting, delivery, self._context.worker, lease.until, self._clock())
            if part is None:
                return False
            await self._advance(part, delivery, lease)
            return True

    async def _advance(self, part: FollowUp, delivery: Delivery, lease: Lease) -> None:
        if part.is_notice and OwnerNotice.from_json(part.payload).to == ADMINISTRATORS:
            await self._name_administrators(part, delivery)
            return
        place = await self._place(part, delivery)
        if isinstance(place, posting.CallFailed):
            await self._no_place(part, delivery, place)
        elif place.incident and place.incident.ts and await self._edited(part, delivery, place, lease):
            return
        elif part.state is DeliveryState.RECONCILING:
            await self._settle(part, delivery, place, lease)
        elif part.due:
            await self._reply(part, part.due, delivery, place, lease)
        else:
            await self._send(part, delivery, place, lease)

    async def _reply(self, part: FollowUp, due: datetime, delivery: Delivery, place: _ThreadTarget, lease: Lease) -> None:
        built = await self._built(part, due, delivery, lease)
        if isinstance(built, posting.PostRefused):
            await self._not_sent(part, delivery, built)
        elif isinstance(built, SkipReason):
            await self._ledger.skipped(part, built, now=self._clock())
        elif isinstance(built, datetime):
            await self._ledger.part_postponed(part, not_before=built, error="it has to wait", now=self._clock())
        else:
            await self._send(part, delivery, replace(place, content=_marked(built, part)), lease)

    async def _built(self, part: FollowUp, due: datetime, delivery: Delivery, lease: Lease) -> BuiltReply:
        """The reply to post now, with time left in the lease to post it; there is none where its subscription has ended."""
        if self._clock() < due:
            # After a restore, or where a clock was set wrong, it may be taken up too early.
            return due
        try:
            async with asyncio.timeout(max(lease.for_building - self._timing.timeout, 0)):
                return await self._wanted(part, delivery)
        except TimeoutError:
            return self._clock() + back_off(part.attempt)
        except StatisticsError as error:
            logger.info("a reply waits for its figures", extra={"delivery": part.delivery, "part": part.name, "error": error.sentence})
            after = self._clock() + back_off(part.attempt)
            return max(after, error.retry_at or after)

    async def _wanted(self, part: FollowUp, delivery: Delivery) -> BuiltReply:
        own = await self._context.stores.digests.digest(delivery.digest)
        subscription = await self._context.subscription_of(own, delivery)
        if subscription is None or subscription.status is SubscriptionStatus.DELETED:
            return SkipReason.DELETED
        if subscription.status is SubscriptionStatus.PAUSED:
            return SkipReason.PAUSED
        if refused := await self._context.refusal(delivery.team, delivery.channel):
            return refused

        async def earlier(name: str) -> Mapping[str, Any] | None:
            mark, since = {"delivery": delivery.id, "part": f"{LATER}{name}"}, delivery.intent_at or delivery.due
            read = self._context.slack.conversations_replies
            wanted = MessageSearch(read, {"channel": delivery.channel, "ts": delivery.thread}, mark, since, margin=A_DAY)
            seen = await search(wanted, now=self._clock(), seconds=self._timing.timeout, time_left=lambda: True)
            return event_payload(seen.message) if isinstance(seen, FoundMessage) else None

        return await self._build_reply[subscription.kind](subscription, delivery, part.name.removeprefix(LATER), earlier)

    async def _name_administrators(self, part: FollowUp, delivery: Delivery) -> None:
        """Replaces this notice, which has no recipient yet, by one for each of the workspace's administrators."""
        found = await self._context.administrators.to_notify(delivery.team)
        if not isinstance(found, tuple):
            await self._no_place(part, delivery, found)
            return
        if not found:
            logger.error("nobody can be told of a digest's trouble", extra={"delivery": part.delivery, "part": part.name})
        notices = self._outcomes.notifier.to_each(part, found)
        await self._ledger.part_failed(part, reason="named", error="one for each instead", now=self._clock(), notices=notices)

    async def _no_place(self, part: FollowUp, delivery: Delivery, why: posting.CallFailed) -> None:
        """Handles a conversation that could not be opened: nothing was sent now, but an earlier attempt may have been."""
        if part.state is DeliveryState.RECONCILING:
            error = why.code if isinstance(why, posting.PostRefused) else why.error
            await self._settled(part, delivery, part.intent_at or delivery.due, HistoryBusy(error))
        else:
            await self._not_sent(part, delivery, why)

    async def _place(self, part: FollowUp, delivery: Delivery) -> _ThreadTarget | posting.CallFailed:
        if part.is_notice:
            return await self._direct(part)
        if not delivery.thread:
            # A person says that it arrived: where its thread is, is unknown.
            return posting.PostRefused(SlackErrorClass.CHANNEL_GONE, THREAD_UNKNOWN)
        thread = {"channel": delivery.channel, "thread_ts": delivery.thread}
        read_where = {"channel": delivery.channel, "ts": delivery.thread}
        if part.due:
            return _ThreadTarget(thread, self._slack.conversations_replies, read_where, Message("", ()))
        content = posting.file_from_json(part.payload) if part.is_file else _marked(_read(part.payload), part)
        return _ThreadTarget(thread, self._slack.conversations_replies, read_where, content)

    async def _direct(self, part: FollowUp) -> _ThreadTarget | posting.CallFailed:
        owner_notice = OwnerNotice.from_json(part.payload)
        opened = await posting.call_slack(self._slack.conversations_open, {"users": owner_notice.to}, seconds=self._timing.timeout)
        if isinstance(opened, posting.CallFailed):
            return opened
        found = gather(part, await self._parts.notices(part))
        if found is None:
            return posting.PostRefused(SlackErrorClass.CHANNEL_GONE, "digest_gone")
        channel = opened.get("channel")
        if not isinstance(channel, dict) or not channel.get("id"):
            return posting.PostUnclear("an answer without a channel")
        where = {"channel": str(channel["id"])}
        content = _marked(self._build_notice(found.incident), part)
        return _ThreadTarget(where, self._slack.conversations_history, where, content, found)

    async def _edited(self, part: FollowUp, delivery: Delivery, place: _ThreadTarget, lease: Lease) -> bool:
        if not isinstance(place.content, Message) or place.incident is None or place.incident.sent is None:
            return False
        where = {**place.where, "ts": place.incident.ts}
        # It keeps the name in its metadata, by which it is found again.
        edited = _marked(place.content, place.incident.sent)
        outcome = await posting.post(self._slack.chat_update, where, edited, seconds=self._timing.timeout, time_left=lease.allows_a_call)
        if isinstance(outcome, (posting.PostRefused, posting.PostUnclear)) and outcome.code in posting.NOT_EDITABLE:
            return False
        self._context.note(_queue(delivery, part.name), outcome)
        await self._context.store_outcome(partial(self._record, part, delivery, place, outcome, edited=True), lease)
        return True

    async def _record_covered(self, part: FollowUp, place: _ThreadTarget, ts: str) -> FollowUp | None:
        """Records a posted message; the other notices that it covers are sent with it."""
        now = self._clock()
        sent = await self._ledger.part_sent(part, ts=ts, now=now)
        if sent is not None and place.incident is not None:
            await self._parts.record_covered(sent, place.incident.others, by=self._context.worker, now=now)
        return sent

    async def _send(self, part: FollowUp, delivery: Delivery, place: _ThreadTarget, lease: Lease) -> None:
        left, seconds = lease.allows_a_call, self._timing.timeout
        if isinstance(place.content, File):
            outcome = await self._files.send(place.content, place.where, time_left=left)
        else:
            outcome = await posting.post(self._slack.chat_postMessage, place.where, place.content, seconds=seconds, time_left=left)
        self._context.note(_queue(delivery, part.name), outcome, file=part.is_file)
        await self._context.store_outcome(partial(self._record, part, delivery, place, outcome), lease)

    async def _record(
        self, part: FollowUp, delivery: Delivery, place: _ThreadTarget, outcome: posting.PostOutcome, *, edited: bool = False
    ) -> None:
        """Records the outcome of a post, or of the edit of an earlier one: an edit can be made twice."""
        now = self._clock()
        match outcome:
            case posting.MessagePosted(ts, channel):
                if await self._record_covered(part, place, ts) is None and not edited:
                    self._outcomes.delete_unless_recorded(channel, ts, partial(self._current, part))
            case posting.PostUnclear(error) if edited:
                await self._not_sent(part, delivery, posting.SlackNotReached(error))
            case posting.PostUnclear(error):
                await self._ledger.to_reconciling(part, not_before=now, error=error, now=now)
            case posting.OutOfTime():
                error = "no time to edit it" if edited else "the claim was over before Slack was called"
                await self._ledger.part_postponed(part, not_before=now, error=error, now=now)
            case posting.PostRefused() | posting.SlackNotReached():
                await self._not_sent(part, delivery, outcome)

    async def _current(self, part: FollowUp) -> FollowUp | None:
        return next((one for one in await self._parts.parts(part.delivery) if one.name == part.name), None)

    async def _not_sent(self, part: FollowUp, delivery: Delivery, why: posting.CallFailed) -> None:
        now, error = self._clock(), why.code if isinstance(why, posting.PostRefused) else why.error
        after = now + back_off(part.attempt)
        if isinstance(why, posting.PostRefused) and why.error_class is SlackErrorClass.TOKEN_GONE:
            await self._outcomes.token_gone(delivery.team, why.code)
        elif self._is_hopeless(part, delivery, why):
            notices = self._outcomes.notifier.for_administrators(part)
            level, event = (logging.ERROR, NOT_NOTIFIED) if part.is_notice and not notices else (logging.WARNING, NOT_SENT)
            logger.log(level, event, extra={"delivery": part.delivery, "part": part.name, "reason": error})
            await self._ledger.part_failed(part, reason=error, error=error, now=now, notices=notices)
            return
        elif isinstance(why, posting.PostRefused) and why.wait is not None:
            after = min(now + timedelta(seconds=why.wait), _since(part, delivery) + LONGEST_LIMITED)
        await self._ledger.part_postponed(part, not_before=after, error=error, now=now)

    def _is_hopeless(self, part: FollowUp, delivery: Delivery, why: posting.CallFailed) -> bool:
        if isinstance(why, posting.PostRefused):
            return why.error_class is not SlackErrorClass.LATER or self._clock() - _since(part, delivery) >= LONGEST_LIMITED
        return self._is_tried_out(part)

    def _is_tried_out(self, part: FollowUp) -> bool:
        """Whether it was tried often enough; a reply that waited for its figures has been taken up again and again without a try."""
        return part.attempt >= MOST_TRIES and (part.due is None or self._clock() - part.due >= LONGEST_LIMITED)

    async def _settle(self, part: FollowUp, delivery: Delivery, place: _ThreadTarget, lease: Lease) -> None:
        intent, name = part.intent_at or delivery.due, place.content.name if isinstance(place.content, File) else ""
        mark = {"delivery": part.delivery, "part": part.name}
        # A thread or a direct conversation of one day is short, and a clock that was wrong at the intent must not hide a sent message.
        wanted = MessageSearch(place.read, place.read_where, mark, intent, margin=A_DAY, file=name)
        left, readings, proof = lease.allows_a_call, self._context.readings, self._surely_absent(part, intent)
        seen = await search(wanted, now=self._clock(), seconds=self._timing.timeout, time_left=left, readings=readings, proof=proof)
        await self._settled(part, delivery, intent, seen)

    def _surely_absent(self, part: FollowUp, intent: datetime) -> datetime:
        return self._timing.file_surely_absent(intent) if part.is_file else self._timing.surely_absent(intent)

    async def _settled(self, part: FollowUp, delivery: Delivery, intent: datetime, seen: HistoryResult) -> None:
        now, surely = self._clock(), self._surely_absent(part, intent)
        match seen:
            case FoundMessage(ts):
                await self._ledger.part_sent(part, ts=ts, now=now)
            case MessageAbsent() if now < surely:
                await self._ledger.to_reconciling(part, not_before=surely, error=part.last_error or "not there yet", now=now)
            case MessageAbsent() if not self._is_tried_out(part):
                await self._ledger.part_postponed(part, not_before=now, error="it wasn't there", now=now)
            case HistoryBusy(error, wait) if (wait is not None and now - intent < LONGEST_LIMITED) or not self._is_tried_out(part):
                after = now + (back_off(part.attempt) if wait is None else min(timedelta(seconds=wait), LONGEST_LIMITED))
                await self._ledger.to_reconciling(part, not_before=after, error=error, now=now)
            case MessageAbsent() | HistoryBusy():
                error = seen.error if isinstance(seen, HistoryBusy) else part.last_error or "it never arrived"
                await self._ledger.part_failed(part, reason="unknown", error=error, now=now)
            case _ if seen.error_class is SlackErrorClass.TOKEN_GONE:
                await self._outcomes.token_gone(delivery.team, seen.code)
                await self._ledger.to_reconciling(part, not_before=now, error=seen.code, now=now)
            case _:
                await self._ledger.part_failed(part, reason=seen.code, error="whether it arrived can't be read", now=now)


def _since(part: FollowUp, delivery: Delivery) -> datetime:
    """Since when the follow-up is due: its own moment, or since the delivery ended or began to wait for a person's answer."""
    return part.due or delivery.ended_at or delivery.intent_at or delivery.due


def _queue(delivery: Delivery, name: str) -> str:
    """The key under which follow-ups are sent one at a time: the channel, or the delivery and the notice."""
    return f"{delivery.id} {name}" if name.startswith(NOTICE) else delivery.channel


def _read(payload: str) -> Message:
    fields = orjson.loads(payload)
    return Message(fields["text"], tuple(fields["blocks"]), fields.get("metadata"))


def _marked(message: Message, part: FollowUp) -> Message:
    payload = {**message.event, "delivery": part.delivery, "part": part.name}
    return Message(message.text, message.blocks, {"event_type": EVENT_TYPE, "event_payload": payload})

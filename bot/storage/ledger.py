"""The delivery ledger: every state change is a compare-and-set, so that of two workers only one succeeds.

::

    worker ─ claim_delivery ─ (build) ─ commit_intent ─ (call Slack) ┬ record_sent · record_failed · back_to_pending
                                                                     └ to_reconciling ─ claim_delivery ─ (read the history)
                                                                          record_sent · absent · to_reconciling · uncertain ┘

Every method returns the changed delivery, or None when the claim was lost: then another worker has it, and the caller must undo what
it did. ``notices`` (parts whose names begin with ``NOTICE``) are stored in the same transaction, so that none is lost.
Every method raises StoreError when the database cannot be used.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.ext.asyncio.engine import AsyncConnection

from bot.storage.database import Repository, one_at_a_time
from bot.storage.delivery_log import LEASED, R, take_step
from bot.storage.follow_ups import WITHOUT_MESSAGE, end_parts, plan_notices, plan_parts
from bot.storage.tables import deliveries as table
from bot.storage.tables import digests, locked_digest
from bot.subscriptions.delivery_state import Delivery, DeliveryState, Settlement, Step, claimed, moved
from bot.subscriptions.follow_up_state import FollowUp, PlannedNotice
from bot.subscriptions.subscription import AGAIN, SkipReason, Subscription, SubscriptionKind, skip_reason

#: The parts of a message's thread: names and payloads (JSON), in order.
Planned: TypeAlias = Sequence[tuple[str, str]]

_SENT = {Settlement.ANSWER: Step.SENT, Settlement.HISTORY: Step.FOUND, Settlement.PERSON: Step.ARRIVED}


class DeliveryLedger(Repository):
    """The deliveries' states. Moments are aware; a step from a delivery is taken only if its row is still as the caller was given it."""

    async def claim_delivery(
        self, delivery: Delivery, worker: str, lease_until: datetime, now: datetime, *, alone: SubscriptionKind | None = None
    ) -> Delivery | None:
        """Claims the delivery until ``lease_until``. Its state says what to do: build the message, or reconcile.

        None when it is not due, has ended, waits for a person, or another worker's lease is valid; with ``alone``, the delivery's kind,
        also while another one of that kind is claimed in its channel: they edit the same messages.
        """
        taken = claimed(delivery, worker, lease_until, now)
        if taken is None:
            return None
        async with self._database.write(one_statement=alone is None) as connection:
            if alone is not None and await _is_busy(connection, delivery, alone, now):
                return None
            return await _set(connection, delivery, *taken, by=worker, now=now)

    async def commit_intent(
        self,
        delivery: Delivery,
        payload: str,
        payload_hash: str,
        *,
        lease_until: datetime,
        now: datetime,
        parts: Planned = (),
        digest: str = "",
    ) -> Delivery | None:
        """Stores the message and the intent to send it, just before Slack is called, with a new lease.

        When the digest was paused, deleted or changed meanwhile, the returned delivery is skipped. None also when the lease expired.

        Args:
            lease_until: the new lease's end.
            parts: the parts of the thread, name and JSON, in order; sent once the message is.
            digest: the id of the one that posts it from now on; "" for its own.
        """
        if delivery.lease_until is None or delivery.lease_until <= now:
            return None
        async with self._database.write() as connection:
            facts = {"payload": payload, "payload_hash": payload_hash, "intent_at": now, "lease_until": lease_until}
            facts |= {"digest": digest or delivery.digest}
            # The digest's row is locked until the intent is committed: it cannot be paused in between.
            posting = await locked_digest(connection, digest or delivery.digest)
            reason = SkipReason.DELETED if posting is None else skip_reason(delivery, posting)
            step = Step.INTENDED if reason is None else Step.SKIPPED
            after = moved(delivery, step, now, **(facts if reason is None else {"reason": reason.value}))
            made = after and await _set(connection, delivery, step, after, by=delivery.lease_owner or "", now=now)
            # Only then: of a delivery that another worker has claimed since, the parts are the other one's.
            if made is not None and step is Step.INTENDED:
                await plan_parts(connection, made, parts, again=delivery.intent_at is not None)
            return made

    async def record_sent(
        self,
        delivery: Delivery,
        *,
        ts: str | None,
        how: Settlement,
        now: datetime,
        by: str = "",
        notices: Sequence[PlannedNotice] = (),
        payload: str | None = None,
    ) -> Delivery | None:
        """Records that the message is in the channel: Slack said so, its history shows it, or a person (``by``) saw it.

        ``ts`` is Slack's id of it; ``payload`` the message as the channel shows it, where the ledger has none.
        """
        facts: dict[str, Any] = {} if payload is None else {"payload": payload}
        return await self._step(delivery, _SENT[how], now, by=by, notices=notices, ts=ts, settled=how, **facts)

    async def record_failed(
        self, delivery: Delivery, *, reason: str, error: str, now: datetime, cause: str | None = None, notices: Sequence[PlannedNotice] = ()
    ) -> Delivery | None:
        """Records a permanent failure: Slack refused it (``reason`` is its error code), or nothing could be fetched (``cause``)."""
        return await self._step(delivery, Step.FAILED, now, notices=notices, reason=reason, last_error=error, cause=cause)

    async def back_to_pending(
        self, delivery: Delivery, *, not_before: datetime, error: str, now: datetime, cause: str | None = None
    ) -> Delivery | None:
        """Records that nothing was sent; retried at ``not_before`` or later. ``cause`` is why nothing could be fetched."""
        return await self._step(delivery, Step.POSTPONED, now, not_before=not_before, last_error=error, cause=cause)

    async def to_reconciling(self, item: R, *, not_before: datetime, error: str, now: datetime) -> R | None:
        """Records that it is unknown whether it was sent; the channel's history (or the thread) is read at ``not_before`` or later."""
        return await self._step(item, Step.UNKNOWN, now, not_before=not_before, last_error=error)

    async def absent(self, delivery: Delivery, *, lease_until: datetime, now: datetime) -> Delivery | None:
        """Records that the whole history was read late enough without the message: the same worker builds it again, with a new lease."""
        return await self._step(delivery, Step.ABSENT, now, lease_until=lease_until)

    async def uncertain(self, delivery: Delivery, *, error: str, now: datetime, notices: Sequence[PlannedNotice] = ()) -> Delivery | None:
        """Records that the history can't be read and a person must decide."""
        return await self._step(delivery, Step.UNREADABLE, now, notices=notices, last_error=error)

    async def post_again(self, delivery: Delivery, *, by: str, now: datetime, asked: Subscription | None = None) -> Delivery | None:
        """Records that a person wants an uncertain delivery posted again; any worker may claim it.

        ``asked`` is the digest as the person sees it now. The delivery is then like a "Send now": never too late, and not skipped because
        of an earlier change or pause.
        """
        before = delivery.click.removeprefix(AGAIN) or delivery.id
        facts: dict[str, Any] = {} if asked is None else {"click": f"{AGAIN}{before}", "version": asked.version}
        return await self._step(delivery, Step.POST_AGAIN, now, by=by, not_before=now, **facts)

    async def leave(self, delivery: Delivery, *, by: str, now: datetime) -> Delivery | None:
        """Records that a person wants an uncertain delivery neither counted as sent nor posted again."""
        return await self._step(delivery, Step.LEAVE, now, by=by, reason=SkipReason.LEFT.value)

    async def skipped(self, item: R, reason: SkipReason, *, now: datetime, by: str = "", notices: Sequence[PlannedNotice] = ()) -> R | None:
        return await self._step(item, Step.SKIPPED, now, by=by, notices=notices, reason=reason.value)

    async def part_sent(self, part: FollowUp, *, ts: str | None, now: datetime) -> FollowUp | None:
        """Records that Slack accepted the part, or the thread shows it; ``ts`` is Slack's id of it if there is one."""
        return await self._step(part, Step.SENT if part.state is DeliveryState.SENDING else Step.FOUND, now, ts=ts)

    async def part_failed(
        self, part: FollowUp, *, reason: str, error: str, now: datetime, notices: Sequence[PlannedNotice] = ()
    ) -> FollowUp | None:
        """Records that the part failed, or that this is unknown; the message stays sent. ``notices`` are stored in its place."""
        return await self._step(part, Step.FAILED, now, notices=notices, reason=reason, last_error=error)

    async def part_postponed(self, part: FollowUp, *, not_before: datetime, error: str, now: datetime) -> FollowUp | None:
        """Records that the part is certainly not there (refused or not found); retried at ``not_before`` or later."""
        step = Step.POSTPONED if part.state is DeliveryState.SENDING else Step.ABSENT
        return await self._step(part, step, now, not_before=not_before, last_error=error)

    async def _step(
        self, item: R, step: Step, now: datetime, *, by: str = "", notices: Sequence[PlannedNotice] = (), **facts: Any
    ) -> R | None:
        after = moved(item, step, now, **facts)
        if after is None:
            return None
        ends_parts = isinstance(after, Delivery) and after.state in WITHOUT_MESSAGE
        async with self._database.write(one_statement=not notices and not ends_parts) as connection:
            made = await _set(connection, item, step, after, by=by or item.lease_owner or "", now=now)
            if made is not None:
                await plan_notices(connection, made.id if isinstance(made, Delivery) else made.delivery, notices, now)
            return made


async def _is_busy(connection: AsyncConnection, delivery: Delivery, kind: SubscriptionKind, now: datetime) -> bool:
    """Whether another delivery of this kind is claimed in the same channel; until this transaction ends none can be."""
    await one_at_a_time(connection, f"{kind} deliveries of {delivery.team} {delivery.channel}")
    others = select(table.c.id).join(digests, digests.c.id == table.c.digest)
    there = (table.c.team == delivery.team, table.c.channel == delivery.channel, digests.c.kind == kind, table.c.id != delivery.id)
    found = others.where(table.c.state.in_(LEASED), table.c.lease_until > now, *there).limit(1)
    return (await connection.execute(found)).first() is not None


async def _set(connection: AsyncConnection, before: R, step: Step, after: R, *, by: str, now: datetime) -> R | None:
    made = await take_step(connection, before, step, after, by=by, at=now)
    if isinstance(made, Delivery):
        await end_parts(connection, made, by=by, now=now)
    return made

"""Creates occurrences: when due, for "Send now", or as skipped at a person's request. Each exists once, also with several processes.

None is lost when a digest changes, and none is repeated, also after a database restore.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec.structs import asdict, replace
from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, exists, func, literal, or_, select, update
from sqlalchemy.ext.asyncio.engine import AsyncConnection

from bot.storage.database import Database, Enqueue, insert_all_new, insert_new
from bot.storage.delivery_log import BY_RESTORE, NOW, note_step
from bot.storage.installations import in_active_workspace
from bot.storage.restores import may_have_been_sent
from bot.storage.tables import bot_state, deliveries, delivery_attempts, digest_of, digests, locked_digest, parts
from bot.storage.workspace_settings import AuditEntry, ChangeKind, note_change
from bot.subscriptions.delivery_state import FINAL, Delivery, DeliveryState, Step, moved
from bot.subscriptions.subscription import (
    SkipReason,
    Subscription,
    SubscriptionKind,
    SubscriptionStatus,
    due_moments,
    latest_due,
    next_run,
    occurrence,
    overtaken,
    planned_moment,
    send_now,
)

#: Digests claimed in one transaction; short transactions let others write in between.
BATCH = 100
#: The characters of an ISO 8601 moment before its offset.
LOCAL_TIME = len("2026-11-23T09:00:00")
#: Of the same local time, two occurrences are less than this apart, whatever the rules of the zone.
_SAME_LOCAL_TIME: Final = timedelta(days=2)
#: The clocks of two machines differ by less.
DRIFT: Final = timedelta(minutes=1)
#: Rows of a kind that only a newer version knows wait (after a rollback of the program); the others are posted.
_KNOWN = digests.c.kind.in_(tuple(SubscriptionKind))


class OccurrenceRepository:
    """Creates occurrences. Every method raises StoreError when the database cannot be used.

    ``enqueue``: adds new deliveries to a job queue; None where the scheduler's sweep finds them.
    """

    def __init__(self, database: Database, enqueue: Enqueue | None = None) -> None:
        self._database = database
        self._enqueue = enqueue

    async def claim_due(self, now: datetime, *, limit: int = BATCH) -> tuple[str, ...]:
        """Makes deliveries of what is due and sets the digests' next due time, in one transaction.

        Two callers never claim the same digest. Of several missed occurrences only the latest is created; those that may have been posted
        before a database restore are all created, to be reconciled. Digests of workspaces where the app is not installed stay due until it
        is back. Returns a delivery's id for each digest claimed; call again while ``limit`` come back.
        """
        # Most ticks find nothing, and need not lock the database.
        if await self._database.row(self._database.built(_any_due), {"now": now}) is None:
            return ()
        async with self._database.write() as connection:
            rows = (await connection.execute(self._database.built(_due), {"now": now, "limit": limit})).all()
            restored_at = await _last_restored(connection) if rows else None
            return await self._occur(connection, [digest_of(row) for row in rows], now, restored_at)

    async def correct_due_times(self, now: datetime) -> int:
        """Corrects next due times that do not match their schedules any more; returns their number.

        The clock was wrong when they were computed, or the rules of their time zone have changed since. An occurrence that was created, or
        was skipped, is not created again.
        """
        changed, last = 0, ""
        while True:
            # A few in one transaction: with thousands nobody else could write for seconds.
            async with self._database.write() as connection:
                some = select(digests).where(_KNOWN, digests.c.status == SubscriptionStatus.ACTIVE, digests.c.next_run_at.is_not(None))
                some = some.where(digests.c.id > last).order_by(digests.c.id).limit(BATCH).with_for_update()
                found = [digest_of(row) for row in await connection.execute(some)]
                right = [(one, planned_moment(one, now)) for one in found]
                changed += await _set_due(connection, [(one, due) for one, due in right if due != one.next_run_at])
            if len(found) < BATCH:
                return changed
            last = found[-1].id

    async def end_expired_waits(self, now: datetime, *, lease: timedelta) -> int:
        """Ends waits that were computed with a clock that was ahead (claims last for ``lease``); returns the number of changes.

        Such a clock has left steps in the future in the ledger: what was to follow them may happen now. An occurrence
        without an intent is posted when it is due. A worker's claim ends as if it had begun now.
        """
        ahead = now + DRIFT
        not_begun = and_(deliveries.c.state.in_((DeliveryState.PENDING, DeliveryState.BUILDING)), deliveries.c.click == "")
        resumes = {deliveries: case((and_(not_begun, deliveries.c.due > now), deliveries.c.due), else_=now), parts: literal(now)}
        was_ahead = {
            deliveries: or_(_steps_after(deliveries.c.id, ahead), and_(deliveries.c.click != "", deliveries.c.due > ahead)),
            parts: _steps_after(parts.c.delivery, ahead),
        }
        found = 0
        async with self._database.write() as connection:
            for table in (deliveries, parts):
                open_ = (table.c.state.not_in((*FINAL, DeliveryState.UNCERTAIN)), was_ahead[table])
                for is_wrong, right in (
                    (table.c.not_before > resumes[table], {"not_before": resumes[table]}),
                    (table.c.lease_until > now + lease, {"lease_until": now + lease}),
                    (table.c.intent_at > ahead, {"intent_at": now}),
                ):
                    found += (await connection.execute(update(table).where(*open_, is_wrong).values(right))).rowcount
            await connection.execute(update(bot_state).where(bot_state.c.restored_at > ahead).values(restored_at=now))
        return found

    async def send_now(self, digest: str, click: str, now: datetime, *, by: str, channel: str = "") -> Delivery | None:
        """Creates the delivery that a person asks for; None when that click has created one before, or there is no such digest.

        Args:
            click: Slack's id of the form or the button's press.
            channel: where it is posted; "" for the digest's channel.
        """
        async with self._database.write() as connection:
            found = await locked_digest(connection, digest)
            if found is None or found.status is SubscriptionStatus.DELETED:
                return None
            delivery = send_now(replace(found, channel=channel or found.channel), click, now)
            made = await self._insert(connection, delivery)
            if made:
                await note_change(connection, AuditEntry(found.team, ChangeKind.DIGEST_SEND, digest, None, delivery.id, by, now))
        return delivery if made else None

    async def happened(self, subscription: Subscription, events: Sequence[Delivery], now: datetime) -> int:
        """Make the deliveries about what happened, each once, and return how many are new; none where the subscription has changed.

        What happened before the database was restored may have been posted already: it is looked for first.
        """
        stored = await self._database.rows(select(deliveries.c.id).where(deliveries.c.id.in_([one.id for one in events])))
        known = {row.id for row in stored}
        new = [one for one in events if one.id not in known]
        if not new:
            return 0
        async with self._database.write() as connection:
            current = await locked_digest(connection, subscription.id)
            if current is None or current.version != subscription.version or current.status is not SubscriptionStatus.ACTIVE:
                return 0
            restored_at = await _last_restored(connection)
            for one in new:
                if restored_at is not None and one.due <= restored_at:
                    await self._insert_unknown(connection, one, now)
                else:
                    await self._insert(connection, one)
        return len(new)

    async def skip_next(self, digest: str, due: datetime, *, by: str, at: datetime) -> Delivery | None:
        """Creates the occurrence at ``due`` as skipped; None when it is no longer the digest's next one, so that two presses skip one."""
        async with self._database.write() as connection:
            found = await locked_digest(connection, digest)
            if found is None or found.status is not SubscriptionStatus.ACTIVE or found.next_run_at != due:
                return None
            delivery = await skip(connection, found, due, SkipReason.ASKED, by=by, at=at)
            await _set_due(connection, [(found, next_run(found, due))])
            if delivery is None:
                return None
            await note_change(connection, AuditEntry(found.team, ChangeKind.DIGEST_SKIP, digest, None, delivery.due_local, by, at))
        return delivery

    async def _occur(
        self, connection: AsyncConnection, due: Sequence[Subscription], now: datetime, restored_at: datetime | None
    ) -> tuple[str, ...]:
        new = []
        for digest in due:
            first = digest.next_run_at or now
            if restored_at is not None and first <= restored_at:
                for missed in due_moments(digest, first, now):
                    if missed <= restored_at:
                        await self._insert_unknown(connection, occurrence(digest, missed), now)
            new.append(occurrence(digest, latest_due(digest, first, now)))
        await self._insert(connection, *new)
        await _set_due(connection, [(digest, next_run(digest, now)) for digest in due])
        return tuple(delivery.id for delivery in new)

    async def _insert_unknown(self, connection: AsyncConnection, delivery: Delivery, now: datetime) -> None:
        unknown = may_have_been_sent(delivery, now)
        if unknown is not None and await self._insert(connection, unknown):
            await note_step(connection, unknown, Step.UNKNOWN, by=BY_RESTORE, at=now)

    async def _insert(self, connection: AsyncConnection, *new: Delivery) -> bool:
        made = await insert_all_new(connection, deliveries, [asdict(one) for one in new])
        if self._enqueue is not None and made:
            await self._enqueue(connection, [row.id for row in made])
        return bool(made)


def _are_due(database: Database) -> ColumnElement[bool]:
    return and_(
        _KNOWN, digests.c.status == SubscriptionStatus.ACTIVE, digests.c.next_run_at <= NOW, in_active_workspace(digests.c.team, database)
    )


def _any_due(database: Database) -> Select[Any]:
    return select(digests.c.id).where(_are_due(database)).limit(1)


def _due(database: Database) -> Select[Any]:
    """The digests that are due, the longest first; the workspaces take turns, so that many of one do not delay another's."""
    turn = func.row_number().over(partition_by=digests.c.team, order_by=(digests.c.next_run_at, digests.c.id))
    ranked = select(digests.c.id, digests.c.next_run_at, turn.label("turn")).where(_are_due(database)).subquery()
    first = select(ranked).order_by(ranked.c.turn, ranked.c.next_run_at, ranked.c.id).limit(bindparam("limit", type_=Integer)).subquery()
    # Said again of the rows themselves: another process may have claimed one since they were ranked.
    due = select(digests).join(first, first.c.id == digests.c.id).where(_are_due(database))
    return due.order_by(first.c.turn, first.c.next_run_at, first.c.id).with_for_update(skip_locked=True, of=digests)


_SET_DUE: Final = update(digests).where(digests.c.id == bindparam("wanted"))


async def _set_due(connection: AsyncConnection, planned: Sequence[tuple[Subscription, datetime | None]]) -> int:
    """Sets each digest's next due time to this one, or to the first later one without an occurrence; how many changed by that."""
    after = await not_yet_taken(connection, [replace(digest, next_run_at=due) for digest, due in planned])
    changed = [one for (digest, _), one in zip(planned, after, strict=True) if one.next_run_at != digest.next_run_at]
    if changed:
        await connection.execute(_SET_DUE, [{"wanted": one.id, "next_run_at": one.next_run_at} for one in changed])
    return len(changed)


def _steps_after(delivery: ColumnElement[str], moment: datetime) -> ColumnElement[bool]:
    return exists().where(delivery_attempts.c.delivery == delivery, delivery_attempts.c.at > moment)


async def _last_restored(connection: AsyncConnection) -> datetime | None:
    """The time until which due occurrences may have been posted without an entry; None when the database was never restored."""
    found: datetime | None = await connection.scalar(select(bot_state.c.restored_at))
    return found


async def skip(
    connection: AsyncConnection, digest: Subscription, due: datetime, reason: SkipReason, *, by: str, at: datetime
) -> Delivery | None:
    """Creates the occurrence of this time as skipped; None when it exists already."""
    delivery = moved(occurrence(digest, due), Step.SKIPPED, at, reason=reason.value)
    if delivery is None or not await insert_new(connection, deliveries, asdict(delivery)):
        return None
    await note_step(connection, delivery, Step.SKIPPED, by=by, at=at)
    return delivery


async def end_overtaken(connection: AsyncConnection, before: Subscription, after: Subscription, *, by: str, at: datetime) -> None:
    """Creates the occurrence that was due when the digest changed as skipped, where the change leaves it out.

    Between the due time and the scheduler's next tick it is only in ``next_run_at``, which the change overwrites.
    """
    reason = overtaken(before, after, at)
    if reason is not None and before.next_run_at is not None:
        await skip(connection, before, before.next_run_at, reason, by=by, at=at)


async def not_yet_taken(connection: AsyncConnection, every: Sequence[Subscription]) -> list[Subscription]:
    """The digests, each with the first due time from its own on that has no occurrence yet: a skipped one is not repeated."""
    planned = [one.next_run_at for one in every if one.next_run_at is not None]
    if not planned:
        return list(every)
    of = (deliveries.c.digest, deliveries.c.version, deliveries.c.click, deliveries.c.due_local)
    late_enough = (deliveries.c.digest.in_([one.id for one in every]), deliveries.c.due > min(planned) - _SAME_LOCAL_TIME)
    rows = (await connection.execute(select(deliveries.c.id, *of).where(*late_enough))).all()
    ids, times = {row.id for row in rows}, {(row.digest, row.version, row.due_local[:LOCAL_TIME]) for row in rows if not row.click}

    def is_taken(subscription: Subscription, due: datetime) -> bool:
        """Whether there is an occurrence of this time, or of its local time: new rules of a zone move only the UTC time."""
        this = occurrence(subscription, due)
        return this.id in ids or (subscription.id, subscription.version, this.due_local[:LOCAL_TIME]) in times

    def free(subscription: Subscription) -> Subscription:
        due = subscription.next_run_at
        while due is not None and is_taken(subscription, due):
            due = next_run(subscription, due)
        return replace(subscription, next_run_at=due)

    return [free(one) for one in every]

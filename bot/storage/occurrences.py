"""How an occurrence comes to be: by the clock, by a click, or as one that a person asked to skip. Each once, whoever else tries."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database, insert_new
from bot.storage.delivery_log import BY_RESTORE, note_step
from bot.storage.installations import in_active_workspace
from bot.storage.occurrence_repair import end_waits, last_restored, may_have_been_sent, not_yet_taken, skip
from bot.storage.subscriptions import locked_digest
from bot.storage.tables import columns, deliveries, digest_of, digests
from bot.storage.workspace_settings import AuditEntry, ChangeKind, note_change
from bot.subscriptions.delivery_state import Delivery, Step
from bot.subscriptions.subscription import (
    NextRun,
    SkipReason,
    Subscription,
    SubscriptionKind,
    SubscriptionStatus,
    due_moments,
    latest_due,
    occurrence,
    planned_moment,
    send_now,
)

#: Puts a delivery's id into a job queue on the ledger's own connection: both are committed, or neither.
Enqueue: TypeAlias = Callable[[AsyncConnection, str], Awaitable[None]]

#: How many digests one transaction takes: a short one lets everybody else write in between.
BATCH = 100

#: Of a kind that only a newer version knows, nothing can be posted: after a rollback it waits, and the others are posted.
_KNOWN = digests.c.kind.in_(tuple(SubscriptionKind))


class OccurrenceRepository:
    """Makes occurrences. Every method raises StoreError when the database cannot be used.

    Args:
        database: the open database.
        enqueue: puts new deliveries into a job queue; None where a loop looks for them.
    """

    def __init__(self, database: Database, enqueue: Enqueue | None = None) -> None:
        self._database = database
        self._enqueue = enqueue

    async def claim_due(self, now: datetime, next_run: NextRun, *, limit: int = BATCH) -> tuple[str, ...]:
        """Turn what is due into deliveries and move the digests on to their next moment, in one transaction.

        Two callers never take the same digest. Occurrences missed in a row become one, the latest; only those that may have been posted
        before the database was restored are all made, to be looked for. Digests of workspaces where the app is not installed stay due
        until it is back.

        Args:
            now: the moment (aware).
            next_run: the schedule; it must not raise.
            limit: the most digests to take; call again while that many come back.

        Returns:
            A delivery's id for each digest taken, the latest one's.
        """
        # Most ticks find nothing: they need not lock the database.
        async with self._database.read() as connection:
            if (await connection.execute(_due(now, 1))).first() is None:
                return ()
        async with self._database.write() as connection:
            rows = (await connection.execute(_due(now, limit).with_for_update(skip_locked=True, of=digests))).all()
            restored_at = await last_restored(connection) if rows else None
            return tuple([await self._occur(connection, digest_of(row), now, next_run, restored_at) for row in rows])

    async def put_right(self, now: datetime, next_run: NextRun) -> int:
        """Correct the next due moments that are not their schedules' any more, and return how many there were.

        A clock was set wrong when they were counted, or the rules of their time zone have changed since. An occurrence that has been, or
        was skipped, does not come again.
        """
        active = (
            digests.c.status == SubscriptionStatus.ACTIVE,
            digests.c.kind.in_(tuple(SubscriptionKind)),
            digests.c.next_run_at.is_not(None),
        )
        async with self._database.write() as connection:
            found = [digest_of(row) for row in await connection.execute(select(digests).where(*active).with_for_update())]
            right = [(one, planned_moment(one, now, next_run)) for one in found]
            return sum([await _set_due(connection, one, due, next_run) for one, due in right if due != one.next_run_at])

    async def end_waits(self, now: datetime, *, lease: timedelta) -> int:
        """Let go on what waits for the hour of a clock that was set wrong (claims last for ``lease``), and return how much it was."""
        async with self._database.write() as connection:
            return await end_waits(connection, now, lease=lease)

    async def send_now(self, digest: str, click: str, now: datetime, *, by: str) -> Delivery | None:
        """Make the delivery that a person asks for; None when that click has made one before, or there is no such digest.

        Args:
            digest: its id.
            click: Slack's id of the form or the button's press.
            now: the moment (aware).
            by: the person's Slack user id.
        """
        async with self._database.write() as connection:
            found = await locked_digest(connection, digest)
            if found is None or found.status is SubscriptionStatus.DELETED:
                return None
            delivery = send_now(found, click, now)
            made = await self._insert(connection, delivery)
            if made:
                await note_change(connection, AuditEntry(found.team, ChangeKind.DIGEST_SEND, digest, None, delivery.id, by, now))
        return delivery if made else None

    async def skip_next(self, digest: str, due: datetime, next_run: NextRun, *, by: str, at: datetime) -> Delivery | None:
        """Skip the occurrence at ``due``, visibly; None when that is no longer the digest's next one, so that two presses skip one."""
        async with self._database.write() as connection:
            found = await locked_digest(connection, digest)
            if found is None or found.status is not SubscriptionStatus.ACTIVE or found.next_run_at != due:
                return None
            delivery = await skip(connection, found, due, SkipReason.ASKED, by=by, at=at)
            await _move_on(connection, found, due, next_run)
            if delivery is None:
                return None
            await note_change(connection, AuditEntry(found.team, ChangeKind.DIGEST_SKIP, digest, None, delivery.due_local, by, at))
        return delivery

    async def _occur(
        self, connection: AsyncConnection, digest: Subscription, now: datetime, next_run: NextRun, restored_at: datetime | None
    ) -> str:
        first = digest.next_run_at or now
        delivery = occurrence(digest, latest_due(digest, first, now, next_run))
        if restored_at is not None and first <= restored_at:
            for due in due_moments(digest, first, now, next_run):
                if due <= restored_at:
                    await self._insert_doubtful(connection, occurrence(digest, due), now)
        await self._insert(connection, delivery)
        await _move_on(connection, digest, now, next_run)
        return delivery.id

    async def _insert_doubtful(self, connection: AsyncConnection, delivery: Delivery, now: datetime) -> None:
        doubtful = may_have_been_sent(delivery, now)
        if doubtful is not None and await self._insert(connection, doubtful):
            await note_step(connection, doubtful, Step.UNKNOWN, by=BY_RESTORE, at=now)

    async def _insert(self, connection: AsyncConnection, delivery: Delivery) -> bool:
        made = await insert_new(connection, deliveries, columns(delivery))
        if made and self._enqueue is not None:
            await self._enqueue(connection, delivery.id)
        return made


def _due(now: datetime, limit: int) -> Select[Any]:
    return (
        select(digests)
        .where(_KNOWN, digests.c.status == SubscriptionStatus.ACTIVE, digests.c.next_run_at <= now, in_active_workspace(digests.c.team))
        .order_by(digests.c.next_run_at, digests.c.id)
        .limit(limit)
    )


async def _move_on(connection: AsyncConnection, digest: Subscription, after: datetime, next_run: NextRun) -> bool:
    """Make it due at the first moment after that one of which there has been no occurrence; False when it was so already."""
    return await _set_due(connection, digest, next_run(digest, after), next_run)


async def _set_due(connection: AsyncConnection, digest: Subscription, due: datetime | None, next_run: NextRun) -> bool:
    """Make it due at ``due``, or at its first later moment of which there has been no occurrence; False when it was so already."""
    moved_on = await not_yet_taken(connection, replace(digest, next_run_at=due), next_run)
    await connection.execute(update(digests).where(digests.c.id == digest.id).values(next_run_at=moved_on.next_run_at))
    return moved_on.next_run_at != digest.next_run_at

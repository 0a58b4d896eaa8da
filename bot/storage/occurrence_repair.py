"""The due moments of one digest: none is lost when the digest changes, and none that has been comes again."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.delivery_attempts import note_step
from bot.storage.mappers import columns, insert_new
from bot.storage.tables import deliveries
from bot.subscriptions.delivery_state import Delivery, Step, moved
from bot.subscriptions.subscription import NextRun, SkipReason, Subscription, occurrence, overtaken

#: The characters of an ISO 8601 moment before its offset.
LOCAL_TIME = len("2026-11-23T09:00:00")


async def skip(
    connection: AsyncConnection, digest: Subscription, due: datetime, reason: SkipReason, *, by: str, at: datetime
) -> Delivery | None:
    """Make the occurrence of this moment as one that is skipped; None when there is one already."""
    delivery = moved(occurrence(digest, due), Step.SKIPPED, at, reason=reason.value)
    if delivery is None or not await insert_new(connection, deliveries, columns(delivery)):
        return None
    await note_step(connection, delivery, Step.SKIPPED, by=by, at=at)
    return delivery


async def end_overtaken(connection: AsyncConnection, before: Subscription, after: Subscription, *, by: str, at: datetime) -> None:
    """End the occurrence that was due when the digest changed, visibly, where the change leaves it out.

    Between the due moment and the scheduler's next tick it is nowhere but in ``next_run_at``, which the change overwrites.
    """
    reason = overtaken(before, after, at)
    if reason is not None and before.next_run_at is not None:
        await skip(connection, before, before.next_run_at, reason, by=by, at=at)


async def not_yet_taken(connection: AsyncConnection, digest: Subscription, next_run: NextRun) -> Subscription:
    """The digest, due at the first of its moments of which there has been no occurrence: one that was skipped does not come."""
    due = digest.next_run_at
    while due is not None and await _is_taken(connection, digest, due):
        due = next_run(digest, due)
    return replace(digest, next_run_at=due)


async def _is_taken(connection: AsyncConnection, subscription: Subscription, due: datetime) -> bool:
    """Whether there has been an occurrence of this moment, or of its local time: a zone's new rules move the moment alone."""
    this = occurrence(subscription, due)
    same_time = and_(
        deliveries.c.digest == subscription.id,
        deliveries.c.version == subscription.version,
        deliveries.c.click == "",
        deliveries.c.due_local.startswith(this.due_local[:LOCAL_TIME], autoescape=True),
    )
    return (await connection.execute(select(deliveries.c.id).where(or_(deliveries.c.id == this.id, same_time)))).first() is not None

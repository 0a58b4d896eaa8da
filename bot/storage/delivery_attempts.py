"""What happened to each delivery and its parts, step by step. It is only ever added to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import bot_state
from bot.storage.tables import delivery_attempts as table
from bot.subscriptions.delivery_state import Delivery, DeliveryState, Step
from bot.subscriptions.follow_up_state import FollowUp

#: Who took the step, when the database was put back to an earlier state.
BY_RESTORE: Final = "restored database"


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """One step of a delivery. ``by`` is a worker, or the Slack user id of the person who answered; ``at`` is aware, in UTC."""

    #: The part of the thread; "" for the main message.
    part: str
    attempt: int
    step: Step
    #: Where the step led.
    state: DeliveryState
    by: str
    at: datetime
    #: What a person or Slack said, for the history.
    detail: str | None


async def note_step(connection: AsyncConnection, after: Delivery | FollowUp, step: Step, *, by: str, at: datetime) -> None:
    """Add the step that led to ``after``, in the transaction that takes it."""
    delivery, part = (after.delivery, after.name) if isinstance(after, FollowUp) else (after.id, "")
    detail = after.last_error if after.reason is None else after.reason
    values = {"attempt": after.attempt, "step": step, "state": after.state, "by": by, "at": at, "detail": detail}
    await connection.execute(insert(table).values(delivery=delivery, part=part, **values))


async def steps_of(connection: AsyncConnection, delivery: str) -> tuple[DeliveryEvent, ...]:
    """Every step of one delivery and of its parts, in their order."""
    rows = await connection.execute(select(table).where(table.c.delivery == delivery).order_by(table.c.id))
    return tuple(DeliveryEvent(row.part, row.attempt, row.step, row.state, row.by, row.at, row.detail) for row in rows)


async def has_happened(connection: AsyncConnection, delivery: str, step: Step, by: str) -> bool:
    """Whether ``by`` ever took this step with the delivery itself."""
    wanted = (table.c.delivery == delivery, table.c.part == "", table.c.step == step, table.c.by == by)
    return (await connection.execute(select(table.c.id).where(*wanted).limit(1))).one_or_none() is not None


async def restored_at(connection: AsyncConnection, delivery: str) -> datetime | None:
    """Before which moment the database was restored that made the delivery unknown; None when nothing did."""
    wanted = (table.c.delivery == delivery, table.c.part == "", table.c.step == Step.UNKNOWN, table.c.by == BY_RESTORE)
    found: datetime | None = await connection.scalar(select(bot_state.c.restored_at).where(exists().where(*wanted)))
    return found

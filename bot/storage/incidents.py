"""Groups notices into incidents: notices to one person with the same cause are one message, also across processes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from msgspec.structs import asdict
from sqlalchemy import ColumnElement, and_, exists, func, insert, not_, or_, select, update
from sqlalchemy.ext.asyncio.engine import AsyncConnection

from bot.storage.database import insert_new, one_at_a_time
from bot.storage.delivery_log import restored_at
from bot.storage.tables import deliveries, incidents, parts
from bot.subscriptions.delivery_state import FINAL, DeliveryState
from bot.subscriptions.follow_up_state import NOTICE, RECOVERY, FollowUp, PlannedNotice

#: How long after its last notice a further one of the same cause belongs to the same incident.
SAME_INCIDENT: Final = timedelta(hours=24)
#: How long a first notice waits, so that failures of the same minute are in one message.
GATHERED: Final = timedelta(seconds=2)
#: After a clock was set back by more than this, an incident of the future is not continued.
_AHEAD: Final = timedelta(minutes=1)

IS_NOTICE: Final = parts.c.name.startswith(NOTICE, autoescape=True)
_IS_RECOVERY = parts.c.name.startswith(RECOVERY, autoescape=True)

_EARLIER = parts.alias("earlier")
#: Only one notice of an incident at a time writes or edits the message; notices of older versions are separate.
IS_NEXT_NOTICE: Final[ColumnElement[bool]] = and_(
    IS_NOTICE,
    or_(
        parts.c.incident.is_(None),
        not_(
            exists().where(
                _EARLIER.c.incident == parts.c.incident, _EARLIER.c.position < parts.c.position, _EARLIER.c.state.not_in(tuple(FINAL))
            )
        ),
    ),
)


async def plan_notices(connection: AsyncConnection, delivery: str, wanted: Sequence[PlannedNotice], now: datetime) -> None:
    """Stores the notices about a delivery, in the transaction of its outcome; each (by name) once.

    After a restore they may have been sent already: then the message is searched for first.
    """
    if not wanted:
        return
    state = DeliveryState.PENDING if await restored_at(connection, delivery) is None else DeliveryState.RECONCILING
    row = (await connection.execute(select(deliveries.c.team, deliveries.c.digest).where(deliveries.c.id == delivery))).one()
    # Always in the same order: two transactions with the same people must not deadlock.
    for notice in sorted(wanted, key=lambda one: one.person):
        await _plan(connection, delivery, row, notice, state=state, now=now)


async def _plan(connection: AsyncConnection, delivery: str, of: Any, notice: PlannedNotice, *, state: DeliveryState, now: datetime) -> None:
    if (await connection.execute(select(parts.c.name).where(parts.c.delivery == delivery, parts.c.name == notice.name))).first():
        return
    incident = None
    if notice.person:
        await one_at_a_time(connection, f"incidents of {of.team} {notice.person}")
        incident = await _unresolved_incident(connection, of, notice) if notice.is_recovery else None
        if incident is None and notice.only_edits:
            return
        incident = incident or await _current(connection, of, notice, now) or await _begun(connection, of.team, notice, now)
        await connection.execute(update(incidents).where(incidents.c.id == incident).values(last_at=now))
    last = await connection.scalar(select(func.max(parts.c.position)).where(parts.c.incident == incident)) if incident else None
    position, not_before = 0 if last is None else last + 1, now + GATHERED if incident else now
    part = FollowUp(delivery, notice.name, position, notice.payload, incident, state=state, attempt=0, not_before=not_before)
    await insert_new(connection, parts, asdict(part))


async def _unresolved_incident(connection: AsyncConnection, of: Any, notice: PlannedNotice) -> str | None:
    """The last incident of this person about the digest's problem, unless it is over already."""
    statement = (
        select(parts.c.incident, _IS_RECOVERY.label("is_recovery"))
        .join(deliveries, deliveries.c.id == parts.c.delivery)
        .join(incidents, incidents.c.id == parts.c.incident)
        .where(incidents.c.team == of.team, incidents.c.person == notice.person, deliveries.c.digest == of.digest)
        .order_by(incidents.c.last_at.desc(), parts.c.incident, parts.c.position.desc())
        .limit(1)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None or row.is_recovery else row.incident


async def _current(connection: AsyncConnection, of: Any, notice: PlannedNotice, now: datetime) -> str | None:
    """The incident for this notice: of the same cause, not over, recent, and without this digest so far."""
    mine = and_(parts.c.incident == incidents.c.id, parts.c.delivery == deliveries.c.id)
    about_it = exists().where(mine, deliveries.c.digest == of.digest)
    ended = exists().where(parts.c.incident == incidents.c.id, _IS_RECOVERY) if not notice.is_recovery else None
    found = (
        select(incidents.c.id)
        .where(
            incidents.c.team == of.team,
            incidents.c.person == notice.person,
            incidents.c.key == notice.key,
            incidents.c.last_at.between(now - SAME_INCIDENT, now + _AHEAD),
            not_(about_it),
            *([] if ended is None else [not_(ended)]),
        )
        .order_by(incidents.c.last_at.desc())
        .limit(1)
    )
    return (await connection.execute(found)).scalar_one_or_none()


async def _begun(connection: AsyncConnection, team: str, notice: PlannedNotice, now: datetime) -> str:
    incident = str(uuid4())
    await connection.execute(insert(incidents).values(id=incident, team=team, person=notice.person, key=notice.key, last_at=now))
    return incident

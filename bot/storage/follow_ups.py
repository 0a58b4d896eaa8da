"""The ledger of parts (threads and notices): every change is a compare-and-set, which returns None when the claim was lost.

Notices to one person with the same cause are an incident: one message, also across processes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from msgspec.structs import asdict, replace
from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, exists, func, insert, not_, or_, select, update
from sqlalchemy.ext.asyncio.engine import AsyncConnection

from bot.storage.database import Database, Repository, insert_new, one_at_a_time
from bot.storage.delivery_log import NOW, in_turn, restored_at, take_step
from bot.storage.installations import in_active_workspace
from bot.storage.tables import deliveries, delivery_of, digest_of, digests, incidents, part_of
from bot.storage.tables import parts as table
from bot.subscriptions.delivery_state import FINAL, LATER, Delivery, DeliveryState, Step, claimed, moved
from bot.subscriptions.follow_up_state import (
    NOT_POSTED,
    NOTICE,
    PART_CLAIMS,
    PART_RULES_WITHOUT_MESSAGE,
    RECOVERY,
    THREAD_UNKNOWN,
    FollowUp,
    PlannedNotice,
)
from bot.subscriptions.subscription import Subscription

#: States in which a delivery has no message to follow: a person's answer does not say where it is.
WITHOUT_MESSAGE = (DeliveryState.FAILED, DeliveryState.SKIPPED, DeliveryState.UNCERTAIN)

#: How long after its last notice a further one of the same cause belongs to the same incident.
SAME_INCIDENT: Final = timedelta(hours=24)
#: How long a first notice waits, so that failures of the same minute are in one message.
GATHERED: Final = timedelta(seconds=2)
#: After a clock was set back by more than this, an incident of the future is not continued.
_AHEAD: Final = timedelta(minutes=1)

_EARLIER = table.alias("earlier")
_IS_NOTICE, _IS_RECOVERY = (table.c.name.startswith(beginning, autoescape=True) for beginning in (NOTICE, RECOVERY))


def _ended_before(*beside: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether every part before it has ended, of those beside it."""
    return not_(exists().where(*beside, _EARLIER.c.position < table.c.position, _EARLIER.c.state.not_in(tuple(FINAL))))


_IS_NEXT_REPLY = _ended_before(_EARLIER.c.delivery == table.c.delivery, not_(_EARLIER.c.name.startswith(NOTICE, autoescape=True)))
#: Only one notice of an incident at a time writes or edits the message; notices of older versions are separate.
_IS_NEXT_NOTICE = and_(_IS_NOTICE, or_(table.c.incident.is_(None), _ended_before(_EARLIER.c.incident == table.c.incident)))


def _due_parts(database: Database, share: int | None) -> Select[Any]:
    free = or_(table.c.lease_until.is_(None), table.c.lease_until <= NOW)
    ready = and_(table.c.state.in_(tuple(PART_CLAIMS)), table.c.not_before <= NOW, free)
    due = (
        select(deliveries.c.team, table.c.delivery, table.c.name, table.c.not_before, table.c.position)
        .join(deliveries, deliveries.c.id == table.c.delivery)
        .where(
            ready,
            or_(and_(deliveries.c.state == DeliveryState.SENT, _IS_NEXT_REPLY), _IS_NEXT_NOTICE),
            in_active_workspace(deliveries.c.team, database),
        )
        .subquery()
    )
    return in_turn(due, ("not_before", "delivery", "position"), share)


class FollowUpRepository(Repository):
    """The parts' states. Moments are aware."""

    async def due_parts(self, now: datetime, *, limit: int = 100, share: int | None = None) -> tuple[tuple[str, str], ...]:
        """Delivery and name of due parts without a lease: notices, and of each thread the first part that has not ended.

        Replies keep their order: a waiting one delays those after it, a failed one does not. So do the notices of
        one message: only the first that has not ended is due. The workspaces take turns, each with at most ``share``.
        """
        query = self._database.built(_due_parts, share)
        rows = await self._database.rows(query, {"now": now, "limit": limit})
        return tuple((row.delivery, row.name) for row in rows)

    async def with_delivery(self, delivery: str, name: str) -> tuple[FollowUp, Delivery] | None:
        row = await self._database.row(_WITH_DELIVERY, {"wanted": delivery, "name": name})
        if row is None:
            return None
        return part_of(row[len(deliveries.c) :]), delivery_of(row)

    async def claim_part(self, before: FollowUp, of: Delivery, worker: str, lease_until: datetime, now: datetime) -> FollowUp | None:
        """Claims a notice, or a part whose message is in the channel: in ``sending`` send it, in ``reconciling`` search for it.

        ``before`` and its delivery ``of`` were just read: the claim holds only if the part is still the same.
        """
        # What was sent stays so.
        if not before.is_notice and of.state is not DeliveryState.SENT:
            return None
        async with self._database.write(one_statement=not before.incident) as connection:
            taken = claimed(before, worker, lease_until, now)
            if taken is None:
                return None
            next_one = select(table.c.name).where(table.c.delivery == before.delivery, table.c.name == before.name, _IS_NEXT_NOTICE)
            if before.incident and (await connection.execute(next_one)).first() is None:
                return None
            step, after = taken
            intended = replace(after, intent_at=now) if after.state is DeliveryState.SENDING else after
            return await take_step(connection, before, step, intended, by=worker, at=now)

    async def record_covered(self, notice: FollowUp, shown: Sequence[FollowUp], *, by: str, now: datetime) -> None:
        """Marks the waiting ones of these notices as sent: the message of ``notice`` shows them."""
        async with self._database.write() as connection:
            for one in shown:
                locked = select(table).where(table.c.delivery == one.delivery, table.c.name == one.name).with_for_update()
                row = (await connection.execute(locked)).one_or_none()
                if row is None or (waiting := part_of(row)).state is not DeliveryState.PENDING:
                    continue
                claim = moved(waiting, Step.CLAIMED, now, attempt=waiting.attempt + 1, lease_owner=by, lease_until=now)
                claim = claim and await take_step(connection, waiting, Step.CLAIMED, claim, by=by, at=now)
                after = claim and moved(claim, Step.SENT, now, ts=notice.ts)
                if claim and after:
                    await take_step(connection, claim, Step.SENT, after, by=by, at=now)

    async def parts(self, delivery: str) -> tuple[FollowUp, ...]:
        wanted = select(table).where(table.c.delivery == delivery).order_by(table.c.position)
        return tuple(map(part_of, await self._database.rows(wanted)))

    async def notices(self, notice: FollowUp) -> tuple[tuple[FollowUp, Delivery, Subscription], ...]:
        """The notices of one message, in order, each with its delivery and digest; only ``notice`` for one without an incident."""
        alone = and_(table.c.delivery == notice.delivery, table.c.name == notice.name)
        where = alone if notice.incident is None else table.c.incident == notice.incident
        of_parts = select(table.c.delivery).where(where)
        of_digests = select(deliveries.c.digest).where(deliveries.c.id.in_(of_parts))
        async with self._database.read() as connection:
            found = [part_of(row) for row in await connection.execute(select(table).where(where).order_by(table.c.position))]
            rows = await connection.execute(select(deliveries).where(deliveries.c.id.in_(of_parts)))
            occurrences = {one.id: one for one in map(delivery_of, rows)}
            rows = await connection.execute(select(digests).where(digests.c.id.in_(of_digests)))
            known = {one.id: one for one in map(digest_of, rows)}
        each = ((part, occurrences[part.delivery]) for part in found)
        return tuple((part, delivery, known[delivery.digest]) for part, delivery in each if delivery.digest in known)

    async def plan_found(self, delivery: str, later: Mapping[str, str]) -> None:
        """Keep the replies that are built later of a message that is in the channel and that the ledger knew nothing of, by name and due.

        Each may be in the thread already: it is looked for when it is due.
        """
        async with self._database.write() as connection:
            for position, (name, due) in enumerate(later.items()):
                not_before, state = datetime.fromisoformat(due), DeliveryState.RECONCILING
                part = FollowUp(delivery, f"{LATER}{name}", position, due, state=state, attempt=0, not_before=not_before)
                await insert_new(connection, table, asdict(part))

    async def failed_parts(self, of: Sequence[str]) -> tuple[FollowUp, ...]:
        """The failed parts of those of these deliveries that were posted; without notices."""
        posted = select(deliveries.c.id).where(deliveries.c.id.in_(of), deliveries.c.state == DeliveryState.SENT)
        failed = select(table).where(table.c.delivery.in_(posted), table.c.state == DeliveryState.FAILED, not_(_IS_NOTICE))
        return tuple(map(part_of, await self._database.rows(failed.order_by(table.c.delivery, table.c.position))))

    async def end_left_over(self, now: datetime) -> None:
        """Ends parts of earlier versions that wait for a message that will not be posted."""
        waiting = select(table.c.delivery).where(table.c.state.in_(tuple(PART_RULES_WITHOUT_MESSAGE[Step.FAILED].starts)), not_(_IS_NOTICE))
        left = select(deliveries).where(deliveries.c.state.in_(WITHOUT_MESSAGE), deliveries.c.id.in_(waiting)).with_for_update()
        async with self._database.write() as connection:
            for row in (await connection.execute(left)).all():
                await end_parts(connection, delivery_of(row), by="", now=now)


async def plan_parts(connection: AsyncConnection, delivery: Delivery, wanted: Sequence[tuple[str, str]], *, again: bool) -> None:
    """Stores the parts of a message in the transaction of its intent; a message built ``again`` replaces them."""
    if again:
        await connection.execute(delete(table).where(table.c.delivery == delivery.id, not_(_IS_NOTICE)))
    parts = [
        FollowUp(delivery.id, name, position, payload, state=DeliveryState.PENDING, attempt=0, not_before=delivery.not_before)
        for position, (name, payload) in enumerate(wanted)
    ]
    if parts:
        await connection.execute(insert(table), [asdict(replace(part, not_before=part.due or part.not_before)) for part in parts])


async def end_parts(connection: AsyncConnection, delivery: Delivery, *, by: str, now: datetime) -> None:
    """Ends the parts of a delivery in the transaction that ends it without a message."""
    if delivery.state not in WITHOUT_MESSAGE:
        return
    reason = THREAD_UNKNOWN if delivery.state is DeliveryState.UNCERTAIN else NOT_POSTED
    rows = await connection.execute(select(table).where(table.c.delivery == delivery.id, not_(_IS_NOTICE)).with_for_update())
    for part in [part_of(row) for row in rows]:
        ended = moved(part, Step.FAILED, now, rules=PART_RULES_WITHOUT_MESSAGE, reason=reason)
        if ended is not None:
            await take_step(connection, part, Step.FAILED, ended, by=by, at=now)


# Put together once: that takes longer than running them.
_WITH_DELIVERY: Final = (
    select(deliveries, table)
    .join(table, table.c.delivery == deliveries.c.id)
    .where(table.c.delivery == bindparam("wanted"), table.c.name == bindparam("name"))
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
    if (await connection.execute(select(table.c.name).where(table.c.delivery == delivery, table.c.name == notice.name))).first():
        return
    incident = None
    if notice.person:
        await one_at_a_time(connection, f"incidents of {of.team} {notice.person}")
        incident = await _unresolved_incident(connection, of, notice) if notice.is_recovery else None
        if incident is None and notice.only_edits:
            return
        if incident := incident or await _current(connection, of, notice, now):
            await connection.execute(update(incidents).where(incidents.c.id == incident).values(last_at=now))
        else:
            incident = str(uuid4())
            begun = {"id": incident, "team": of.team, "person": notice.person, "key": notice.key, "last_at": now}
            await connection.execute(insert(incidents).values(begun))
    last = await connection.scalar(select(func.max(table.c.position)).where(table.c.incident == incident)) if incident else None
    position, not_before = 0 if last is None else last + 1, now + GATHERED if incident else now
    part = FollowUp(delivery, notice.name, position, notice.payload, incident, state=state, attempt=0, not_before=not_before)
    await insert_new(connection, table, asdict(part))


async def _unresolved_incident(connection: AsyncConnection, of: Any, notice: PlannedNotice) -> str | None:
    """The last incident of this person about the digest's problem, unless it is over already."""
    statement = (
        select(table.c.incident, _IS_RECOVERY.label("is_recovery"))
        .join(deliveries, deliveries.c.id == table.c.delivery)
        .join(incidents, incidents.c.id == table.c.incident)
        .where(incidents.c.team == of.team, incidents.c.person == notice.person, deliveries.c.digest == of.digest)
        .order_by(incidents.c.last_at.desc(), table.c.incident, table.c.position.desc())
        .limit(1)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None or row.is_recovery else row.incident


async def _current(connection: AsyncConnection, of: Any, notice: PlannedNotice, now: datetime) -> str | None:
    """The incident for this notice: of the same cause, not over, recent, and without this digest so far."""
    mine = and_(table.c.incident == incidents.c.id, table.c.delivery == deliveries.c.id)
    about_it = exists().where(mine, deliveries.c.digest == of.digest)
    ended = exists().where(table.c.incident == incidents.c.id, _IS_RECOVERY) if not notice.is_recovery else None
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

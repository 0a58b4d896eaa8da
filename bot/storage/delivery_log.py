"""Reads the ledger: what is to do, what was posted with which outcome, and what waits for a person."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio.engine import AsyncConnection

from bot.storage.database import Database, Repository
from bot.storage.installations import in_active_workspace
from bot.storage.tables import bot_state, delivery_attempts, delivery_of, differences, digest_of, digests, parts
from bot.storage.tables import deliveries as table
from bot.subscriptions.delivery_state import FINAL, Delivery, DeliveryState, Step
from bot.subscriptions.follow_up_state import FollowUp
from bot.subscriptions.subscription import (
    SILENT_SKIPS,
    WELL_SKIPS,
    SkipReason,
    Subscription,
    SubscriptionKind,
    SubscriptionStatus,
    occurrence,
)

R = TypeVar("R", bound=Delivery | FollowUp)
#: So many of a channel's messages are read, the newest.
MOST_POSTED: Final = 200
#: The name for steps that a database restore caused.
BY_RESTORE: Final = "restored database"

# What every delivery runs is put together once: that takes longer than running it.
_NEW_STEP: Final = sa.insert(delivery_attempts).inline()
# The messages of a year are megabytes.
_ENDED_BEFORE: Final = (
    sa.select(*(sa.null() if column is table.c.payload else column for column in table.c))
    .where(table.c.digest == sa.bindparam("of"), table.c.id != sa.bindparam("this"), table.c.state.in_(FINAL))
    .where(
        sa.or_(
            table.c.state != DeliveryState.SKIPPED, table.c.reason.is_(None), table.c.reason.not_in(sa.bindparam("reasons", expanding=True))
        )
    )
    .order_by(table.c.due.desc(), table.c.id)
    .limit(1)
)
_BY_ID: Final = sa.select(table, digests).outerjoin(digests, digests.c.id == table.c.digest).where(table.c.id == sa.bindparam("wanted"))


@cache
def _if_same(of: sa.Table) -> tuple[tuple[str, ...], sa.Update]:
    """The update of a row with which nobody has taken a step since it was read, and the fields that show that."""
    names = (*of.primary_key.columns.keys(), "state", "attempt", "lease_owner")
    pairs: list[tuple[sa.Column[Any], sa.BindParameter[Any]]] = [(of.c[name], sa.bindparam(f"same_{name}")) for name in names]
    return names, sa.update(of).where(*(one.is_not_distinct_from(given) if one.nullable else one == given for one, given in pairs))


@cache
def _noted_if_same(of: sa.Table, changed: tuple[str, ...]) -> sa.Insert:
    """On PostgreSQL: the update of these fields, and the step that is noted where a row was updated, as one statement."""
    taken = _if_same(of)[1].values({name: sa.bindparam(f"new_{name}", type_=of.c[name].type) for name in changed})
    noted = [column for column in delivery_attempts.c if not column.primary_key]
    step = sa.select(*(sa.bindparam(f"noted_{column.name}", type_=column.type) for column in noted))
    one = sa.insert(delivery_attempts).from_select(noted, step.select_from(taken.returning(sa.literal(1)).cte("taken"))).inline()
    return one.execution_options(preserve_rowcount=True)


async def take_step(connection: AsyncConnection, before: R, step: Step, after: R, *, by: str, at: datetime) -> R | None:
    """Stores the state after a step, and the step; None where the row is not as ``before`` any more. On PostgreSQL it is one statement."""
    of, changed = parts if isinstance(before, FollowUp) else table, differences(before, after)
    names, statement = _if_same(of)
    same, noted = {f"same_{name}": getattr(before, name) for name in names}, _noted(after, step, by, at)
    if connection.dialect.name == "postgresql":
        values = {f"new_{name}": value for name, value in changed.items()} | {f"noted_{name}": value for name, value in noted.items()}
        return after if (await connection.execute(_noted_if_same(of, tuple(changed)), same | values)).rowcount == 1 else None
    if (await connection.execute(statement, same | changed)).rowcount != 1:
        return None
    await connection.execute(_NEW_STEP, noted)
    return after


async def note_step(connection: AsyncConnection, after: Delivery | FollowUp, step: Step, *, by: str, at: datetime) -> None:
    """Adds the step that led to ``after``, in the transaction that takes it."""
    await connection.execute(_NEW_STEP, _noted(after, step, by, at))


def _noted(after: Delivery | FollowUp, step: Step, by: str, at: datetime) -> dict[str, Any]:
    delivery, part = (after.delivery, after.name) if isinstance(after, FollowUp) else (after.id, "")
    detail = after.last_error if after.reason is None else after.reason
    values = {"attempt": after.attempt, "step": step, "state": after.state, "by": by, "at": at, "detail": detail}
    return {"delivery": delivery, "part": part, **values}


async def restored_at(connection: AsyncConnection, delivery: str) -> datetime | None:
    """The time of the database restore that made the delivery unknown; None without one."""
    wanted = (
        delivery_attempts.c.delivery == delivery,
        delivery_attempts.c.part == "",
        delivery_attempts.c.step == Step.UNKNOWN,
        delivery_attempts.c.by == BY_RESTORE,
    )
    found: datetime | None = await connection.scalar(sa.select(bot_state.c.restored_at).where(sa.exists().where(*wanted)))
    return found


#: States without a lease, in which only the time decides.
_WAITING = (DeliveryState.PENDING, DeliveryState.RECONCILING)
#: States in which a lease may have expired.
LEASED = (DeliveryState.BUILDING, DeliveryState.SENDING, DeliveryState.RECONCILING)
#: States in which the message is in the channel, or may be.
_MAYBE_POSTED = (DeliveryState.SENDING, DeliveryState.RECONCILING, DeliveryState.UNCERTAIN, DeliveryState.SENT)
#: Ended without a message.
_QUIET = sa.and_(table.c.state == DeliveryState.SKIPPED, table.c.reason.in_([reason.value for reason in WELL_SKIPS]))
#: Everything that lists show: all but what ended without a message.
_NEWS = sa.or_(
    table.c.state != DeliveryState.SKIPPED, table.c.reason.is_(None), table.c.reason.not_in([reason.value for reason in SILENT_SKIPS])
)

#: The moment of a query that is built once.
NOW: Final[sa.BindParameter[Any]] = sa.bindparam("now")


class DeliveryLog(Repository):
    """Reads the ledger."""

    async def due_deliveries(self, now: datetime, *, limit: int = 100, share: int | None = None) -> tuple[str, ...]:
        """Ids of deliveries that are due without a lease, have an expired one, or that a person wants posted again; of active workspaces.

        For each channel the longest due, those with an expired lease first; and the workspaces take turns. With ``share`` a workspace has
        at most that many, those included that are being processed.
        """
        query = self._database.built(_due_deliveries, share)
        rows = await self._database.rows(query, {"now": now, "limit": limit})
        return tuple(row.id for row in rows)

    async def next_moment(self, now: datetime) -> datetime | None:
        """The first moment after ``now`` at which a digest, a delivery or a part is due, or a lease runs out."""
        (row,) = await self._database.rows(self._database.built(_next_moments), {"now": now})
        return min(filter(None, row), default=None)

    async def delivery(self, delivery: str) -> Delivery | None:
        found = await self.with_digest(delivery)
        return found[0] if found else None

    async def with_digest(self, delivery: str) -> tuple[Delivery, Subscription | None] | None:
        row = await self._database.row(_BY_ID, {"wanted": delivery})
        if row is None:
            return None
        digest = row[len(table.c) :]
        return delivery_of(row), None if digest[0] is None else digest_of(digest)

    async def history(
        self,
        *,
        team: str | None = None,
        channel: str | None = None,
        digest: str | Collection[str] | None = None,
        kind: SubscriptionKind | None = None,
        limit: int = 20,
        unsaid: bool = False,
    ) -> tuple[Delivery, ...]:
        """The last deliveries, the newest first; of one workspace, channel or kind, or of some digests, where given.

        Those that ended without a message are included only with ``unsaid``.
        """
        wanted = {"team": team, "channel": channel}
        where = [table.c[name] == value for name, value in wanted.items() if value is not None]
        if digest is not None:
            where.append(table.c.digest.in_([digest] if isinstance(digest, str) else digest))
        if kind is not None:
            where.append(table.c.digest.in_(sa.select(digests.c.id).where(digests.c.kind == kind)))
        return await self._deliveries(*where, *([] if unsaid else [_NEWS]), limit=limit)

    async def seen(
        self, team: str, kind: SubscriptionKind, *, owner: str | None = None, channel: str | None = None, limit: int = 20
    ) -> tuple[Delivery, ...]:
        """The same of one workspace's digests of a kind, deleted ones too; where given, of this owner's and of this channel's alone."""
        mine = [digests.c[name] == value for name, value in (("owner", owner), ("channel", channel)) if value is not None]
        where = [digests.c.team == team, digests.c.kind == kind, *([sa.or_(*mine)] if mine else [])]
        return await self._deliveries(table.c.team == team, table.c.digest.in_(sa.select(digests.c.id).where(*where)), _NEWS, limit=limit)

    async def last_of(self, subscriptions: Sequence[str]) -> Mapping[str, Delivery]:
        """The last delivery that lists show of each of these subscriptions, by its id."""
        place = sa.func.row_number().over(partition_by=table.c.digest, order_by=(table.c.due.desc(), table.c.id))
        ranked = sa.select(table.c.id, place.label("place")).where(table.c.digest.in_(subscriptions), _NEWS).subquery()
        last = table.c.id.in_(sa.select(ranked.c.id).where(ranked.c.place == 1))
        found = await self._deliveries(last, limit=len(subscriptions)) if subscriptions else ()
        return {delivery.digest: delivery for delivery in found}

    async def posted_before(self, delivery: Delivery, *, limit: int = 1) -> tuple[Delivery, ...]:
        """The digest's earlier occurrences whose messages are in the channel or may be, the newest first; each has its payload."""
        mine = (table.c.digest == delivery.digest, table.c.id != delivery.id, table.c.due <= delivery.due)
        return await self._deliveries(*mine, table.c.state.in_(_MAYBE_POSTED), table.c.payload.is_not(None), limit=limit)

    async def evaluated_before(self, delivery: Delivery) -> Delivery | None:
        """The last occurrence before this one, of the same version of its digest, that evaluated its days, with or without a message."""
        mine = (table.c.digest == delivery.digest, table.c.id != delivery.id, table.c.due <= delivery.due)
        found = await self._deliveries(
            *mine, table.c.version == delivery.version, sa.or_(table.c.state.in_(_MAYBE_POSTED), _QUIET), limit=1
        )
        return found[0] if found else None

    async def due_beside(self, delivery: Delivery, kind: SubscriptionKind) -> tuple[tuple[Subscription, Delivery], ...]:
        """The other active subscriptions of a kind in its channel with an occurrence of the same moment, which may not be a row yet."""
        beside = (digests.c.team == delivery.team, digests.c.channel == delivery.channel, digests.c.kind == kind)
        others = sa.select(digests).where(*beside, digests.c.status == SubscriptionStatus.ACTIVE, digests.c.id != delivery.digest)
        every = [digest_of(row) for row in await self._database.rows(others.order_by(digests.c.id))]
        same = (table.c.due == delivery.due, table.c.click == "", table.c.digest.in_([one.id for one in every]))
        known = {row.digest: delivery_of(row) for row in await self._database.rows(sa.select(table).where(*same))}
        return tuple(
            (one, known.get(one.id) or occurrence(one, delivery.due)) for one in every if one.id in known or one.next_run_at == delivery.due
        )

    async def posted_in(self, team: str, channel: str, kind: SubscriptionKind, *, since: datetime) -> tuple[Delivery, ...]:
        """The messages of a kind that are in a channel or may be, due since a moment (aware), the newest first."""
        of_kind = table.c.digest.in_(sa.select(digests.c.id).where(digests.c.team == team, digests.c.kind == kind))
        there = (table.c.team == team, table.c.channel == channel, table.c.due >= since, table.c.payload.is_not(None))
        return await self._deliveries(of_kind, *there, table.c.state.in_(_MAYBE_POSTED), limit=MOST_POSTED)

    async def posted_as(self, team: str, channel: str, ts: str) -> tuple[Delivery, ...]:
        return await self._deliveries(
            table.c.team == team, table.c.channel == channel, table.c.ts == ts, table.c.payload.is_not(None), limit=MOST_POSTED
        )

    async def ended_before(self, delivery: Delivery, *, apart_from: Collection[SkipReason]) -> Delivery | None:
        """The digest's last occurrence but this one that has ended, not as skipped for one of these reasons; without its message."""
        row = await self._database.row(_ENDED_BEFORE, {"of": delivery.digest, "this": delivery.id, "reasons": list(apart_from)})
        return None if row is None else delivery_of(row)

    async def restored_during(self, delivery: Delivery) -> datetime | None:
        """The time of the restore since which it is unknown whether this was posted; None when its intent is known, or later."""
        async with self._database.read() as connection:
            since = await restored_at(connection, delivery.id)
        return None if since is None or (delivery.intent_at is not None and delivery.intent_at > since) else since

    async def siblings(self, delivery: Delivery) -> tuple[Delivery, ...]:
        """The other scheduled occurrences of its digest and version: earlier ones that have not ended, and all later ones."""
        mine = (table.c.digest == delivery.digest, table.c.id != delivery.id, table.c.click == "", table.c.version == delivery.version)
        return await self._deliveries(*mine, sa.or_(table.c.due > delivery.due, table.c.state.not_in(FINAL)), limit=1000)

    async def open_questions(self, team: str) -> tuple[Delivery, ...]:
        return await self._deliveries(table.c.state == DeliveryState.UNCERTAIN, table.c.team == team, limit=1000)

    async def failures_in_a_row(self, digest: str, *, version: int | None = None, limit: int = 20) -> int:
        """How many of the digest's last occurrences (of this version) failed in a row, at most ``limit``.

        One without a message counts as sent; other skipped ones do not count.
        """
        ended = [table.c.digest == digest, sa.or_(table.c.state.in_((DeliveryState.SENT, DeliveryState.FAILED)), _QUIET)]
        if version is not None:
            ended.append(table.c.version == version)
        last = sa.select(table.c.state).where(*ended).order_by(table.c.ended_at.desc(), table.c.id).limit(limit)
        states = [row.state for row in await self._database.rows(last)]
        return next((count for count, state in enumerate(states) if state is not DeliveryState.FAILED), len(states))

    async def counts(self) -> Mapping[DeliveryState, int]:
        each = sa.select(table.c.state, sa.func.count().label("number")).where(_NEWS).group_by(table.c.state)
        return dict.fromkeys(DeliveryState, 0) | {row.state: row.number for row in await self._database.rows(each)}

    async def backlog(self, now: datetime) -> tuple[int, float]:
        """The number of due posts and parts, and the seconds that the longest due post has waited.

        Deliveries that wait for a person, and those of inactive workspaces, are left out.
        """
        mine = (
            table.c.state.not_in((*FINAL, DeliveryState.UNCERTAIN)),
            table.c.due <= now,
            in_active_workspace(table.c.team, self._database),
        )
        unmade = (
            digests.c.status == SubscriptionStatus.ACTIVE,
            digests.c.next_run_at <= now,
            in_active_workspace(digests.c.team, self._database),
        )
        kinds = digests.c.kind.in_(tuple(SubscriptionKind))
        waiting = (parts.c.state.not_in(FINAL), parts.c.not_before <= now)
        async with self._database.read() as connection:
            made = (await connection.execute(sa.select(sa.func.count(), sa.func.min(table.c.due)).where(*mine))).one()
            due = (await connection.execute(sa.select(sa.func.count(), sa.func.min(digests.c.next_run_at)).where(*unmade, kinds))).one()
            more = await connection.scalar(sa.select(sa.func.count()).select_from(parts).where(*waiting)) or 0
        oldest = min((one[1] for one in (made, due) if one[1] is not None), default=now)
        return made[0] + due[0] + more, max((now - oldest).total_seconds(), 0.0)

    async def unsaid(self) -> int:
        return int(await self._database.scalar(sa.select(sa.func.count()).where(~_NEWS)))

    async def _deliveries(self, *where: sa.ColumnElement[bool], limit: int) -> tuple[Delivery, ...]:
        wanted = sa.select(table).where(*where).order_by(table.c.due.desc(), table.c.id).limit(limit)
        return tuple(map(delivery_of, await self._database.rows(wanted)))


def _next_moments(_: Database) -> sa.Select[Any]:
    planned = sa.select(sa.func.min(digests.c.next_run_at)).where(
        digests.c.status == SubscriptionStatus.ACTIVE, digests.c.next_run_at > NOW
    )
    moments = [planned.scalar_subquery()]
    for of in (table, parts):
        open_ = of.c.state.in_((*_WAITING, *LEASED))
        moments += [sa.select(sa.func.min(at)).where(open_, at > NOW).scalar_subquery() for at in (of.c.not_before, of.c.lease_until)]
    return sa.select(*moments)


def _due_deliveries(database: Database, share: int | None) -> sa.Select[Any]:
    expired = sa.or_(table.c.lease_until <= NOW, sa.and_(table.c.state == DeliveryState.BUILDING, table.c.lease_until.is_(None)))
    left = sa.and_(table.c.state.in_(LEASED), expired)
    waiting = sa.and_(table.c.state.in_(_WAITING), table.c.lease_until.is_(None))
    ready = sa.and_(sa.or_(left, waiting), table.c.not_before <= NOW, in_active_workspace(table.c.team, database))
    late = sa.case((left, 0), else_=1).label("late")
    # A channel gets one message at a time: others of a busy channel would only crowd out quieter channels.
    place = sa.func.row_number().over(partition_by=(table.c.team, table.c.channel), order_by=(late, table.c.not_before, table.c.id))
    found = sa.select(table.c.id, table.c.team, table.c.not_before, late, place.label("place")).where(ready).subquery()
    first = sa.select(found).where(found.c.place == 1).subquery()
    return in_turn(first, ("late", "not_before", "id"), share)


def in_turn(ready: sa.Subquery, order: Sequence[str], share: int | None) -> sa.Select[Any]:
    """The first rows (``limit``) of what is ready, each workspace's in their ``order``: one of each workspace, then the next of each.

    With ``share`` a workspace has at most that many, those included that are being processed, also in other processes.
    """
    turn = sa.func.row_number().over(partition_by=ready.c.team, order_by=[ready.c[name] for name in order])
    ranked = sa.select(ready, turn.label("turn")).subquery()
    wanted = sa.select(ranked).order_by(ranked.c.turn, *(ranked.c[name] for name in order)).limit(sa.bindparam("limit", type_=sa.Integer))
    if share is not None:
        own = sa.select(table.c.team).where(table.c.state.in_(LEASED), table.c.lease_until > NOW)
        of_parts = sa.select(table.c.team).join(parts, parts.c.delivery == table.c.id)
        leased = sa.union_all(own, of_parts.where(parts.c.state.not_in(FINAL), parts.c.lease_until > NOW)).subquery()
        busy = sa.select(leased.c.team, sa.func.count().label("number")).group_by(leased.c.team).subquery()
        wanted = wanted.outerjoin(busy, busy.c.team == ranked.c.team).where(ranked.c.turn + sa.func.coalesce(busy.c.number, 0) <= share)
    return wanted

"""Stores digests, alerts, goals and watches. Every change by a person is recorded with who and when.

A cache stands in front of the goals: every account's card needs them, and few people change them.
"""

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from msgspec.structs import asdict, replace
from sqlalchemy import ColumnElement, case, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio.engine import AsyncConnection

from bot.ops.tasks import TtlCache
from bot.storage.database import ORGANIZATION, Repository, insert_new, one_at_a_time
from bot.storage.installations import in_active_workspace
from bot.storage.occurrences import end_overtaken, not_yet_taken
from bot.storage.tables import changes, deliveries, differences, digest_of, locked_digest
from bot.storage.tables import digests as table
from bot.storage.workspace_settings import MOST_REMEMBERED, REMEMBERED, AuditEntry, ChangeKind, note_change
from bot.subscriptions.goal import Goal, goal_of, row_of
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus, alike

#: The latest deliveries whose states are compared; a change of older ones shows with the next change.
LAST_STATES = 200
#: Fields that no person changes, left out of the record of changes.
_NOT_A_PERSONS = ("id", "team", "next_run_at", "version")


class SubscriptionRepository(Repository):
    """The digests."""

    async def create(self, digest: Subscription, *, by: str, at: datetime, unlike: bool = False) -> bool:
        """Stores a new digest; False when one of its id exists, which is left unchanged.

        An id derived from the form makes a form sent twice one digest. With ``unlike`` it is stored only where no other posts the
        same at the same times.
        """
        async with self._database.write() as connection:
            if (unlike and await _has_identical(connection, digest)) or not await insert_new(connection, table, asdict(digest)):
                return False
            await note_change(connection, AuditEntry(digest.team, ChangeKind.DIGEST, digest.id, None, _in_words(digest), by, at))
        return True

    async def update(
        self, digest: str, version: int, change: Callable[[Subscription], Subscription], *, by: str, at: datetime, unlike: bool = False
    ) -> Subscription | None:
        """Changes a digest, unless it was changed since the person saw this version.

        An occurrence that is due now is not lost: where the change leaves it out, it is created as skipped in the same transaction. A
        change without an effect leaves the version, and is not recorded. Returns the changed digest; None when there is none of this
        version, or it would be like another one.

        Args:
            version: the version the person saw.
            change: the current digest → the new one; pure, the ``version`` is increased here.
            by: a Slack user id, or words for another origin.
            unlike: only when no other posts the same at the same times.
        """
        async with self._database.write() as connection:
            before = await locked_digest(connection, digest)
            if before is None or before.version != version:
                return None
            after = change(before)
            if unlike and not alike(before, after) and await _has_identical(connection, after):
                return None
            if after.next_run_at != before.next_run_at:
                (after,) = await not_yet_taken(connection, [after])
            return await _change(connection, before, after, by=by, at=at)

    async def allow_lateness(self, seconds: int) -> None:
        """Sets how late every digest's missed run may still be posted; alerts and goals have their own limits."""
        plain = (table.c.kind == SubscriptionKind.DIGEST, table.c.grace != seconds)
        async with self._database.write() as connection:
            await connection.execute(update(table).where(*plain).values(grace=seconds))

    async def revise(
        self, decide: Callable[[tuple[Subscription, ...]], Sequence[Subscription]], *, by: str, at: datetime, team: str | None = None
    ) -> None:
        """Changes many digests in one transaction: all changes are made, or none.

        Args:
            decide: the stored digests, deleted ones too, of all workspaces or of ``team`` → the new and changed ones; pure.
            by: a Slack user id, or words for another origin.
            at: the moment.
            team: a workspace, with those that have none yet.
        """
        async with self._database.write() as connection:
            plain = select(table).where(table.c.kind == SubscriptionKind.DIGEST)
            plain = plain if team is None else plain.where(table.c.team.in_(("", team)))
            rows = await connection.execute(plain.order_by(table.c.team, table.c.channel, table.c.id).with_for_update())
            known = {digest.id: digest for digest in map(digest_of, rows)}
            for digest in decide(tuple(known.values())):
                if before := known.get(digest.id):
                    await _change(connection, before, digest, by=by, at=at)
                elif await insert_new(connection, table, asdict(digest)):
                    await note_change(connection, AuditEntry(digest.team, ChangeKind.DIGEST, digest.id, None, _in_words(digest), by, at))

    async def without_workspace(self) -> bool:
        """Whether there are digests that were set up before the workspace was known; they are not due until they are assigned to it."""
        return await self._database.row(select(table.c.id).where(table.c.team == "").limit(1)) is not None

    async def adopt(self, team: str) -> None:
        """Assigns the digests that were set up before the workspace was known (""), and their deliveries, to this workspace.

        Where a bot serves many, or those of an organization, whose they are is not known: only its operator can say so.
        """
        several = self._database.many_workspaces or self._database.own.startswith(ORGANIZATION)
        if several or not await self.without_workspace():
            return
        async with self._database.write() as connection:
            for of_a_team in (table, deliveries, changes):
                await connection.execute(update(of_a_team).where(of_a_team.c.team == "").values(team=team))

    async def digest(self, digest: str) -> Subscription | None:
        row = await self._database.row(select(table).where(table.c.id == digest))
        return None if row is None else digest_of(row)

    async def digests(
        self,
        team: str | None = None,
        channel: str | None = None,
        owner: str | None = None,
        *,
        group_id: str | None = None,
        kind: SubscriptionKind = SubscriptionKind.DIGEST,
        deleted: bool = False,
        begins: str = "",
    ) -> tuple[Subscription, ...]:
        """Those of the kind, by channel and id; of one workspace, channel, owner or group where one is given.

        ``begins``: what their ids begin with, in lower case.
        """
        wanted = {"team": team, "channel": channel, "owner": owner, "group_id": group_id, "kind": kind}
        conditions = [table.c[name] == value for name, value in wanted.items() if value is not None]
        if not deleted:
            conditions.append(table.c.status != SubscriptionStatus.DELETED)
        if begins:
            conditions.append(table.c.id.startswith(begins, autoescape=True))
        return await self._digests(*conditions)

    async def active(self, kind: SubscriptionKind) -> tuple[Subscription, ...]:
        """Those of the kind that are not paused, where the app is installed."""
        here = in_active_workspace(table.c.team, self._database)
        return await self._digests(table.c.kind == kind, table.c.status == SubscriptionStatus.ACTIVE, here)

    async def seen(
        self, team: str, kind: SubscriptionKind, *, channel: str, owner: str | None = None, deleted: bool = False, limit: int | None = None
    ) -> tuple[Subscription, ...]:
        """Those of the kind in one workspace, this channel's first; with ``owner`` only that person's and this channel's."""
        where, here = _seen(team, kind, channel, owner, deleted=deleted), case((table.c.channel == channel, 0), else_=1)
        ordered = select(table).where(*where).order_by(here, table.c.channel, table.c.id)
        return tuple(map(digest_of, await self._database.rows(ordered.limit(limit))))

    async def _digests(self, *where: ColumnElement[bool]) -> tuple[Subscription, ...]:
        ordered = select(table).where(*where).order_by(table.c.team, table.c.channel, table.c.id)
        return tuple(map(digest_of, await self._database.rows(ordered)))

    async def count_seen(self, team: str, kind: SubscriptionKind, *, channel: str, owner: str | None = None) -> int:
        seen = select(func.count()).select_from(table).where(*_seen(team, kind, channel, owner))
        return int(await self._database.scalar(seen))

    async def states_of(self, owners: Mapping[str, str]) -> Mapping[str, tuple[Hashable, ...]]:
        """Values that change with these people's digests, each in the workspace given, and their last deliveries, by owner."""
        mine = (
            tuple_(table.c.owner, table.c.team).in_([*owners.items()]),
            table.c.kind == SubscriptionKind.DIGEST,
            table.c.status != SubscriptionStatus.DELETED,
        )
        # One row, however many digests: every change by a person increases a version, and what was posted is read below.
        active, due = func.sum(case((table.c.status == SubscriptionStatus.ACTIVE, 1), else_=0)), table.c.next_run_at
        digest_rows = (
            select(
                table.c.owner,
                func.count(),
                func.sum(table.c.version),
                active,
                func.min(due),
                func.max(due),
                func.min(table.c.id),
                func.max(table.c.id),
            )
            .where(*mine)
            .group_by(table.c.owner)
        )
        posted = select(table.c.owner, deliveries.c.id, deliveries.c.state).join_from(deliveries, table, deliveries.c.digest == table.c.id)
        found: dict[str, list[Hashable]] = {owner: [] for owner in owners}
        async with self._database.read() as connection:
            for statement in (digest_rows, posted.where(*mine).order_by(deliveries.c.due.desc(), deliveries.c.id).limit(LAST_STATES)):
                for owner, *state in await connection.execute(statement):
                    found[owner].append(tuple(state))
        return {owner: tuple(states) for owner, states in found.items()}


def _seen(team: str, kind: SubscriptionKind, channel: str, owner: str | None, *, deleted: bool = False) -> tuple[ColumnElement[bool], ...]:
    where = (table.c.team == team, table.c.kind == kind, *(() if deleted else (table.c.status != SubscriptionStatus.DELETED,)))
    return where if owner is None else (*where, or_(table.c.owner == owner, table.c.channel == channel))


async def _change(connection: AsyncConnection, before: Subscription, after: Subscription, *, by: str, at: datetime) -> Subscription:
    if not differences(before, replace(after, id=before.id, version=before.version)):
        return before
    await end_overtaken(connection, before, after, by=by, at=at)
    after = replace(after, id=before.id, version=before.version + 1)
    await connection.execute(update(table).where(table.c.id == before.id).values(differences(before, after)))
    await note_change(connection, AuditEntry(before.team, ChangeKind.DIGEST, before.id, _in_words(before), _in_words(after), by, at))
    return after


async def _has_identical(connection: AsyncConnection, digest: Subscription) -> bool:
    await one_at_a_time(connection, f"digests of {digest.team} {digest.channel}")
    beside = (table.c.team == digest.team, table.c.channel == digest.channel, table.c.kind == digest.kind, table.c.id != digest.id)
    rows = await connection.execute(select(table).where(table.c.status != SubscriptionStatus.DELETED, *beside))
    return any(alike(digest_of(row), digest) for row in rows)


def _in_words(digest: Subscription) -> str:
    fields: dict[str, Any] = {name: value for name, value in asdict(digest).items() if name not in _NOT_A_PERSONS}
    return json.dumps(fields, ensure_ascii=False, sort_keys=True)


class GoalRepository:
    """The goals, cached for a short time, since every account's card needs them. Every method raises StoreError."""

    def __init__(self, digests: SubscriptionRepository, clock: Callable[[], datetime]) -> None:
        self._digests, self._clock = digests, clock
        self._known: TtlCache[str, tuple[tuple[Goal, ...], int]] = TtlCache(age=REMEMBERED, most=MOST_REMEMBERED, clock=clock)

    async def goals(self, team: str) -> tuple[Goal, ...]:
        """The workspace's goals, by channel and id; at most ten seconds old."""
        return (await self._known.fetched(team, self._read))[0]

    async def unreadable(self, team: str) -> int:
        """The number of the workspace's goals that only a newer version of the bot can read."""
        return (await self._known.fetched(team, self._read))[1]

    async def _read(self, team: str) -> tuple[tuple[Goal, ...], int]:
        rows = await self._digests.digests(team=team, kind=SubscriptionKind.GOAL)
        goals = tuple(goal for goal in map(goal_of, rows) if goal is not None)
        return goals, len(rows) - len(goals)

    async def set_goal(self, goal: Goal, zone: str, *, by: str) -> Goal | None:
        """Stores a goal: a new one, or an existing one with another target or channel.

        Returns the goal before, None when there was none.

        Args:
            goal: the goal; its id is computed here.
            zone: the IANA zone of the person, in whose morning it is evaluated.
        """
        row = row_of(goal, zone, self._clock())
        try:
            before = await self._replaced(row, by=by)
        finally:
            self._known.drop(goal.team)
        return None if before is None or before.status is SubscriptionStatus.DELETED else goal_of(before)

    async def _replaced(self, row: Subscription, *, by: str) -> Subscription | None:
        if await self._digests.create(row, by=by, at=self._clock()):
            return None
        before = await self._digests.digest(row.id)
        # Another person may change it at the same time: the last change wins.
        while before is not None and not _same(before, row):
            now, wanted = self._clock(), partial(_as_wanted, wanted=row)
            if await self._digests.update(row.id, before.version, wanted, by=by, at=now):
                break
            before = await self._digests.digest(row.id)
        return before

    async def delete_goal(self, goal: Goal, *, by: str) -> bool:
        row = await self._digests.digest(goal.id)
        try:
            while row is not None and row.status is not SubscriptionStatus.DELETED:
                if await self._digests.update(goal.id, row.version, _ended, by=by, at=self._clock()):
                    return True
                row = await self._digests.digest(goal.id)
        finally:
            self._known.drop(goal.team)
        return False


def _same(before: Subscription, wanted: Subscription) -> bool:
    """Whether both are the same goal, whenever it was set."""
    goals = [replace(goal, since=date.min, owner=None) for goal in map(goal_of, (before, wanted)) if goal is not None]
    return before.status is SubscriptionStatus.ACTIVE and len(set(goals)) == 1 < len(goals)


def _as_wanted(stored: Subscription, wanted: Subscription) -> Subscription:
    # With the same schedule the due time stays: an evaluation that is due now is not lost.
    same = stored.status is SubscriptionStatus.ACTIVE and (stored.cron, stored.zone) == (wanted.cron, wanted.zone)
    return replace(wanted, version=stored.version, next_run_at=stored.next_run_at if same else wanted.next_run_at)


def _ended(stored: Subscription) -> Subscription:
    return replace(stored, status=SubscriptionStatus.DELETED, next_run_at=None)

"""Where the app is installed, since when it is not, and deleting: everything about a workspace that it has left, and what is too old."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Table, delete, exists, not_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import KeyedColumnElement

from bot.errors import StoreError
from bot.storage.database import Database, insert_into, one_at_a_time
from bot.storage.tables import bot_state, deliveries, digests, installations, known_posts, metadata, oauth_states
from bot.storage.tables import installations as table
from bot.subscriptions.subscription import Installation, InstallationState

logger = logging.getLogger(__name__)

#: How often rows that are too old are deleted.
_EVERY: Final = timedelta(minutes=1)

#: Every table but those of LinkedIn posts, of installations that have begun and of the database itself, which belong to no workspace;
#: children after their parents.
WORKSPACE_TABLES = tuple(table for table in metadata.sorted_tables if table not in (known_posts, oauth_states, bot_state))


class Retention:
    """Deletes the data of workspaces. Every method raises StoreError when the database cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def forget(self, team: str, left_before: datetime) -> bool:
        """Deletes every row about the workspace, in one transaction.

        Args:
            team: Slack's id of it.
            left_before: only if it has not been active since this moment (aware).

        Returns:
            Whether it was deleted; False when it is back, left later, or was deleted before.
        """
        left = (
            installations.c.team == team,
            installations.c.state != InstallationState.ACTIVE,
            installations.c.since <= left_before,
        )
        async with self._database.write() as connection:
            if (await connection.execute(select(installations.c.team).where(*left).with_for_update())).first() is None:
                return False
            await _delete_all(connection, team)
        return True

    async def remove(self, team: str) -> None:
        """Deletes every row about the workspace, wherever it is."""
        async with self._database.write() as connection:
            await _delete_all(connection, team)


async def _delete_all(connection: AsyncConnection, team: str) -> None:
    # Children before their parents, as their keys demand.
    for one in reversed(WORKSPACE_TABLES):
        await connection.execute(delete(one).where(about(one, team)))


class Expiry:
    """Deletes rows that are too old.

    Args:
        database: where they are.
        ages: how long rows are remembered, by the column with the moment that they are from.
        clock: the current time (aware, UTC).
    """

    def __init__(self, database: Database, ages: Mapping[Column[Any], timedelta], clock: Callable[[], datetime]) -> None:
        self._database, self._ages, self._clock = database, ages, clock
        self._deleted: datetime | None = None

    async def delete_old(self) -> None:
        """Called at each tick, it deletes once a minute, also after the clock was set back. Raises nothing of the database."""
        now = self._clock()
        if self._deleted is not None and timedelta() <= now - self._deleted < _EVERY:
            return
        self._deleted = now
        try:
            async with self._database.write() as connection:
                for column, age in self._ages.items():
                    await connection.execute(delete(column.table).where(column <= now - age))
        except StoreError as error:
            logger.warning("old rows are not deleted", extra={"error": error.sentence})


def about(table: Table, team: str) -> ColumnElement[bool]:
    """The rows of a table that are about the workspace: its own, or those of its deliveries or digests.

    Raises:
        LookupError: the table has no column for the workspace.
    """
    columns = table.c
    if "team" in columns:
        return columns["team"] == team
    for name, parent in (("delivery", deliveries), ("digest", digests)):
        if name in columns:
            return columns[name].in_(select(parent.c.id).where(parent.c.team == team))
    raise LookupError(f"nothing in the table {table.name} says whose its rows are")


#: States that already imply a revoked token: a removed app has none.
_INCLUDED = {InstallationState.TOKEN_REVOKED: (InstallationState.REMOVED,)}


class InstallationRepository:
    """The workspaces that Slack's events were about. Every method raises StoreError when the database cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def installation(self, team: str) -> Installation | None:
        """The workspace's state; None when nothing was ever stored, which means that the app is installed there."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(table).where(table.c.team == team))).one_or_none()
        return None if row is None else Installation(row.team, row.state, row.since)

    async def note(self, team: str, state: InstallationState, at: datetime) -> bool:
        """Stores a state as of this time (aware); True when it is a change, so that people are notified once.

        A second reason for being away is no change: removing the app revokes its token too, and Slack sends events for both.
        While a workspace is not active, none of its digests becomes due and none of its deliveries is processed.
        """
        async with self._database.write() as connection:
            # Both events may arrive at the same time, when there is no row yet that could be locked.
            await one_at_a_time(connection, f"installation of {team}")
            known = (await connection.execute(select(table).where(table.c.team == team))).one_or_none()
            if known is not None and known.state in (state, *_INCLUDED.get(state, ())):
                return False
            # Removed and its token revoked: away since the first of the two.
            away = known is not None and InstallationState.ACTIVE not in (known.state, state)
            values = {"state": state, "since": known.since if known is not None and away else at}
            statement = insert_into(connection, table).values(team=team, **values)
            await connection.execute(statement.on_conflict_do_update(index_elements=["team"], set_=values))
        return not away and (known is not None or state is not InstallationState.ACTIVE)

    async def stopped(self) -> tuple[Installation, ...]:
        """The workspaces where the app was removed or its token no longer works, the longest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(table).where(table.c.state != InstallationState.ACTIVE).order_by(table.c.since))
        return tuple(Installation(row.team, row.state, row.since) for row in rows)


def in_active_workspace(team: KeyedColumnElement[str]) -> ColumnElement[bool]:
    """A condition on another table's ``team`` column: the workspace is known, and the app is installed there."""
    return (team != "") & not_(exists().where(table.c.team == team, table.c.state != InstallationState.ACTIVE))

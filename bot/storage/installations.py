"""Where the app is installed, and since when it is not."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, not_, select
from sqlalchemy.sql.elements import KeyedColumnElement

from bot.storage.database import Database
from bot.storage.mappers import insert_into, one_at_a_time
from bot.storage.tables import installations as table
from bot.subscriptions.installation import Installation, InstallationState

#: What is known already says as much: an app that was removed has no token any more.
_INCLUDED = {InstallationState.TOKEN_REVOKED: (InstallationState.REMOVED,)}


class InstallationRepository:
    """The workspaces Slack has told us about. Every method raises StoreError when the database cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def installation(self, team: str) -> Installation | None:
        """The workspace's state; None when nothing was ever noted, which means that the app is installed there."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(table).where(table.c.team == team))).one_or_none()
        return None if row is None else Installation(row.team, row.state, row.since)

    async def note(self, team: str, state: InstallationState, at: datetime) -> bool:
        """Note what Slack let us know at this moment (aware); True when it is news, so that people are told once.

        A workspace that is away for another reason than before is none: removing the app revokes its token too, and Slack tells of both.
        While a workspace is not active none of its digests becomes due and none of its deliveries is worked on.
        """
        async with self._database.write() as connection:
            # The two may come in one moment, and of the first there is no row yet that the second could wait for.
            await one_at_a_time(connection, f"installation of {team}")
            known = (await connection.execute(select(table).where(table.c.team == team))).one_or_none()
            if known is not None and known.state in (state, *_INCLUDED.get(state, ())):
                return False
            # Removed and its token revoked: it is gone since the first of the two.
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

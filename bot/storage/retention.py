"""Deleting everything about a workspace that the app has left."""

from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, select

from bot.storage.database import Database
from bot.storage.tables import bot_state, deliveries, digests, installations, known_posts, metadata
from bot.subscriptions.installation import InstallationState

#: Every table but those of LinkedIn posts and of the database itself, which belong to no workspace; children after their parents.
WORKSPACE_TABLES = tuple(table for table in metadata.sorted_tables if table not in (known_posts, bot_state))


class Retention:
    """Ends what is kept. Every method raises StoreError when the database cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def forget(self, team: str, left_before: datetime) -> bool:
        """Delete every row about the workspace, in one transaction.

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
            # Children before their parents, as their keys demand.
            for table in reversed(WORKSPACE_TABLES):
                await connection.execute(delete(table).where(about(table, team)))
        return True


def about(table: Table, team: str) -> ColumnElement[bool]:
    """The rows of a table that are about the workspace: its own, or those of its deliveries or digests.

    Raises:
        LookupError: nothing in the table says whose its rows are.
    """
    columns = table.c
    if "team" in columns:
        return columns["team"] == team
    for name, parent in (("delivery", deliveries), ("digest", digests)):
        if name in columns:
            return columns[name].in_(select(parent.c.id).where(parent.c.team == team))
    raise LookupError(f"nothing in the table {table.name} says whose its rows are")

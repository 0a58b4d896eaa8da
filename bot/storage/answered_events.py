"""Slack's events that were answered, so that one that Slack sends again is not answered twice: by another process, or after a restart."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete

from bot.storage.database import Database
from bot.storage.mappers import insert_new
from bot.storage.tables import answered_events as table

#: Slack sends an event again for up to 24 hours (its documentation: "Events API", "Delayed events").
REMEMBERED: Final = timedelta(hours=25)


class AnsweredEventRepository:
    """The keys of answered events."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, team: str, keys: Sequence[str], at: datetime) -> bool:
        """Store the keys of one event; False when one of them was stored less than ``REMEMBERED`` before ``at`` (aware).

        Raises:
            StoreError: the database cannot be used.
        """
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(table.c.at < at - REMEMBERED))
            return all([await insert_new(connection, table, {"team": team, "key": key, "at": at}) for key in sorted(keys)])

"""What is done once, by whichever process, also after a restart: previews shown in a channel, and answered events of Slack's."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, delete

from bot.storage.database import Database
from bot.storage.mappers import insert_new
from bot.storage.tables import answered_events, unfurled

#: Slack sends an event again for up to 24 hours (its documentation: "Events API", "Delayed events").
REMEMBERED: Final = timedelta(hours=25)


class PreviewRepository:
    """Previews that were shown. Every method raises StoreError when the database cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, team: str, channel: str, post: str, *, at: datetime, since: datetime) -> bool:
        """Take the right to show the post (its URN) there; False when it was taken at or after ``since``. Both moments are aware."""
        async with self._database.write() as connection:
            await connection.execute(delete(unfurled).where(unfurled.c.at < since))
            return await insert_new(connection, unfurled, {"team": team, "channel": channel, "post": post, "at": at})

    async def release(self, team: str, channel: str, post: str) -> None:
        """Give the right back: the post was not shown after all."""
        async with self._database.write() as connection:
            await connection.execute(
                delete(unfurled).where(and_(unfurled.c.team == team, unfurled.c.channel == channel, unfurled.c.post == post))
            )


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
            await connection.execute(delete(answered_events).where(answered_events.c.at < at - REMEMBERED))
            return all([await insert_new(connection, answered_events, {"team": team, "key": key, "at": at}) for key in sorted(keys)])

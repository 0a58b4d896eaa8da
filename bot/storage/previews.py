"""Which post was shown in which channel when, so that it is not shown there again too soon: by whichever process, also after a restart."""

from datetime import datetime

from sqlalchemy import and_, delete

from bot.storage.database import Database
from bot.storage.mappers import insert_new
from bot.storage.tables import unfurled as table


class PreviewRepository:
    """Previews that were shown. Every method raises StoreError when the database cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, team: str, channel: str, post: str, *, at: datetime, since: datetime) -> bool:
        """Take the right to show the post (its URN) there; False when it was taken at or after ``since``. Both moments are aware."""
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(table.c.at < since))
            return await insert_new(connection, table, {"team": team, "channel": channel, "post": post, "at": at})

    async def release(self, team: str, channel: str, post: str) -> None:
        """Give the right back: the post was not shown after all."""
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(and_(table.c.team == team, table.c.channel == channel, table.c.post == post)))

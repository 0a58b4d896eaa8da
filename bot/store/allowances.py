"""Whom and what an administrator has allowed, by whom and when: read off the record of changes, whose last word counts."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.changes import Change, Kind
from bot.store.changes import changes_of, note_change, recent_changes
from bot.store.database import Database

ALLOWED = "allowed"


class Allowances:
    """Guests and channels that were let in. Every method raises StoreError when the database cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def allowance(self, team: str, kind: Kind, subject: str) -> Change | None:
        """Who allowed this person or channel, and when; None when nobody did, or it was taken back."""
        async with self._database.read() as connection:
            return await _standing(connection, team, kind, subject)

    async def set_allowed(self, team: str, kind: Kind, subject: str, *, allowed: bool, by: str, at: datetime) -> bool:
        """Allow it, or take that back; False when it was so already, and nothing is recorded then."""
        async with self._database.write() as connection:
            before = ALLOWED if await _standing(connection, team, kind, subject) else None
            after = ALLOWED if allowed else None
            if before != after:
                await note_change(connection, Change(team, kind, subject, before, after, by, at))
        return before != after

    async def changes(self, team: str, subject: str | None = None, limit: int = 20) -> tuple[Change, ...]:
        """The last changes of every kind in the workspace, or of one subject there, the newest first."""
        async with self._database.read() as connection:
            return await recent_changes(connection, team, subject, limit)


async def _standing(connection: AsyncConnection, team: str, kind: Kind, subject: str) -> Change | None:
    last = await changes_of(connection, team, kind, subject, limit=1)
    return last[0] if last and last[0].after == ALLOWED else None

"""The record of changes (who changed what, when, from what to what; only added to), and what administrators have allowed, read from it."""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import tables
from bot.storage.database import Database
from bot.subscriptions.audit_entry import AuditEntry, ChangeKind

ALLOWED = "allowed"


class PermissionRepository:
    """Guests and channels that were let in. Every method raises StoreError when the database cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def allowance(self, team: str, kind: ChangeKind, subject: str) -> AuditEntry | None:
        """Who allowed this person or channel, and when; None when nobody did, or it was taken back."""
        async with self._database.read() as connection:
            return await _standing(connection, team, kind, subject)

    async def set_allowed(self, team: str, kind: ChangeKind, subject: str, *, allowed: bool, by: str, at: datetime) -> bool:
        """Allow it, or take that back; False when it was so already, and nothing is recorded then."""
        async with self._database.write() as connection:
            before = ALLOWED if await _standing(connection, team, kind, subject) else None
            after = ALLOWED if allowed else None
            if before != after:
                await note_change(connection, AuditEntry(team, kind, subject, before, after, by, at))
        return before != after

    async def changes(self, team: str, subject: str | None = None, limit: int = 20) -> tuple[AuditEntry, ...]:
        """The last changes of every kind in the workspace, or of one subject there, the newest first."""
        async with self._database.read() as connection:
            return await recent_changes(connection, team, subject, limit)


async def _standing(connection: AsyncConnection, team: str, kind: ChangeKind, subject: str) -> AuditEntry | None:
    last = await changes_of(connection, team, kind, subject, limit=1)
    return last[0] if last and last[0].after == ALLOWED else None


async def note_change(connection: AsyncConnection, change: AuditEntry) -> None:
    """Add the change, in the transaction that makes it: both are kept, or neither."""
    await connection.execute(
        insert(tables.changes).values(
            team=change.team,
            kind=change.kind.value,
            subject=change.subject,
            before=change.before,
            after=change.after,
            by=change.by,
            at=change.at,
        )
    )


async def changes_of(connection: AsyncConnection, team: str, kind: ChangeKind, subject: str, limit: int = 20) -> tuple[AuditEntry, ...]:
    """The last changes of one thing, the newest first."""
    table = tables.changes
    rows = await connection.execute(
        select(table)
        .where(table.c.team == team, table.c.kind == kind.value, table.c.subject == subject)
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    return tuple(AuditEntry(row.team, ChangeKind(row.kind), row.subject, row.before, row.after, row.by, row.at) for row in rows)


async def last_words(connection: AsyncConnection, team: str, kind: ChangeKind) -> dict[str, str]:
    """What every subject of this kind was last changed to, by the subject; without those that were last taken away."""
    table = tables.changes
    last = select(func.max(table.c.id)).where(table.c.team == team, table.c.kind == kind.value).group_by(table.c.subject)
    rows = await connection.execute(select(table.c.subject, table.c.after).where(table.c.id.in_(last)))
    return {row.subject: row.after for row in rows if row.after is not None}


async def recent_changes(connection: AsyncConnection, team: str, subject: str | None = None, limit: int = 20) -> tuple[AuditEntry, ...]:
    """The last changes in a workspace, or of one subject there, the newest first; without kinds that only a newer version knows."""
    table = tables.changes
    wanted = select(table).where(table.c.team == team, table.c.kind.in_([*ChangeKind])).order_by(table.c.id.desc()).limit(limit)
    rows = await connection.execute(wanted if subject is None else wanted.where(table.c.subject == subject))
    return tuple(AuditEntry(row.team, ChangeKind(row.kind), row.subject, row.before, row.after, row.by, row.at) for row in rows)

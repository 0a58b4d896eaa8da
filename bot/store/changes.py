"""The record of changes: who changed what, when, from what to what. It is only ever added to."""

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.changes import Change, Kind
from bot.store import tables

__all__ = ["Change", "Kind", "changes_of", "last_words", "note_change", "recent_changes"]


async def note_change(connection: AsyncConnection, change: Change) -> None:
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


async def changes_of(connection: AsyncConnection, team: str, kind: Kind, subject: str, limit: int = 20) -> tuple[Change, ...]:
    """The last changes of one thing, the newest first."""
    table = tables.changes
    rows = await connection.execute(
        select(table)
        .where(table.c.team == team, table.c.kind == kind.value, table.c.subject == subject)
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    return tuple(Change(row.team, Kind(row.kind), row.subject, row.before, row.after, row.by, row.at) for row in rows)


async def last_words(connection: AsyncConnection, team: str, kind: Kind) -> dict[str, str]:
    """What every subject of this kind was last changed to, by the subject; without those that were last taken away."""
    table = tables.changes
    last = select(func.max(table.c.id)).where(table.c.team == team, table.c.kind == kind.value).group_by(table.c.subject)
    rows = await connection.execute(select(table.c.subject, table.c.after).where(table.c.id.in_(last)))
    return {row.subject: row.after for row in rows if row.after is not None}


async def recent_changes(connection: AsyncConnection, team: str, subject: str | None = None, limit: int = 20) -> tuple[Change, ...]:
    """The last changes in a workspace, or of one subject there, the newest first."""
    table = tables.changes
    wanted = select(table).where(table.c.team == team).order_by(table.c.id.desc()).limit(limit)
    rows = await connection.execute(wanted if subject is None else wanted.where(table.c.subject == subject))
    return tuple(Change(row.team, Kind(row.kind), row.subject, row.before, row.after, row.by, row.at) for row in rows)

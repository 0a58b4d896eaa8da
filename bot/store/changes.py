"""The record of changes: who changed what, when, from what to what. It is only ever added to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import tables


class Kind(StrEnum):
    """What was changed."""

    CHANNEL_DEFAULT = "channel_default"
    DIGEST = "digest"
    #: One occurrence, skipped by a person; ``after`` is its moment on the digest's clock.
    DIGEST_SKIP = "digest_skip"
    #: One occurrence, sent at once by a person; ``after`` is its delivery's id.
    DIGEST_SEND = "digest_send"


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``by`` is a Slack user id, or the words for whoever else did it; ``at`` is aware, in UTC."""

    team: str
    kind: Kind
    #: What it belongs to: a channel's id, a digest's id.
    subject: str
    before: str | None
    after: str | None
    by: str
    at: datetime


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

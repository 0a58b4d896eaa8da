"""A database that was put back to an earlier state: a backup restored here, or one found out; what may have been posted is looked for."""

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import URL, not_, or_, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio.engine import AsyncConnection

from bot.storage.backups import discard, draft_of, put_in_place
from bot.storage.database import Database, file_to_restore, open_database
from bot.storage.delivery_log import BY_RESTORE, take_step
from bot.storage.tables import bot_state, deliveries, delivery_of, part_of, parts
from bot.subscriptions.delivery_state import LATER, RULES_AFTER_RESTORE, Delivery, Step, moved
from bot.subscriptions.follow_up_state import PART_RULES_AFTER_RESTORE

RESTORED = "the database was put back to an earlier state"


def may_have_been_sent(delivery: Delivery, now: datetime) -> Delivery | None:
    """The delivery in the state that the channel's history is read first; None when it cannot have been sent since."""
    return moved(delivery, Step.UNKNOWN, now, rules=RULES_AFTER_RESTORE, intent_at=delivery.intent_at or delivery.due, last_error=RESTORED)


async def note_restored(connection: AsyncConnection, now: datetime) -> int:
    """Records a database restore before ``now``; returns how many deliveries and parts may have been sent since.

    Open deliveries, and those due until now without an entry, are searched for in their channel before they are posted.
    """
    await connection.execute(update(bot_state).values(restored_at=now))
    unknown, part_unknown = RULES_AFTER_RESTORE[Step.UNKNOWN].starts, PART_RULES_AFTER_RESTORE[Step.UNKNOWN].starts
    # A reply that is not due yet cannot have been sent.
    is_due = or_(not_(parts.c.name.startswith(LATER, autoescape=True)), parts.c.not_before <= now)
    open_deliveries = (await connection.execute(select(deliveries).where(deliveries.c.state.in_(unknown)).with_for_update())).all()
    open_parts = (await connection.execute(select(parts).where(parts.c.state.in_(part_unknown), is_due).with_for_update())).all()
    count = 0
    for one in map(delivery_of, open_deliveries):
        if after := may_have_been_sent(one, now):
            count += await take_step(connection, one, Step.UNKNOWN, after, by=BY_RESTORE, at=now) is not None
    for part in map(part_of, open_parts):
        if later := moved(part, Step.UNKNOWN, now, rules=PART_RULES_AFTER_RESTORE, last_error=RESTORED):
            count += await take_step(connection, part, Step.UNKNOWN, later, by=BY_RESTORE, at=now) is not None
    return count


async def mark_restored(url: str, now: datetime) -> int:
    """Records that the database of this URL was restored by other means; returns how many deliveries and parts may have been sent since.

    Raises SettingsError: the URL is none.
    """
    async with open_database(url) as database, database.write() as connection:
        return await note_restored(connection, now)


async def restore_backup(url: str, backup: Path, now: datetime) -> Path | None:
    """Replaces the SQLite database of this URL by a backup; returns the path of the replaced one, None when there was none.

    The backup is checked and brought up to date before anything is replaced.

    Raises:
        SettingsError: the URL is none.
        StoreError: the database is PostgreSQL, a bot runs on it, or the backup cannot be used; nothing was changed then.
    """
    target = file_to_restore(url)
    draft = await asyncio.to_thread(draft_of, backup, target)
    try:
        await mark_restored(URL.create("sqlite", database=str(draft)).render_as_string(), now)
        return await asyncio.to_thread(put_in_place, draft, target, now)
    finally:
        discard(draft)


logger = logging.getLogger(__name__)

#: How often the number is increased; each tick reads it.
INCREASED_EVERY: Final = timedelta(seconds=10)

_PLACE = """
SELECT concat_ws('/', (SELECT oid FROM pg_database WHERE datname = current_database()), 'bot_state'::regclass::oid,
                 (SELECT system_identifier FROM pg_control_system()), substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))
"""
_PLACE_WITHOUT_RIGHTS = (
    "SELECT concat_ws('/', (SELECT oid FROM pg_database WHERE datname = current_database()), 'bot_state'::regclass::oid)"
)


class RestoreDetector:
    """Detects that the database was restored to an earlier state: from a backup, by point-in-time recovery, or by a failover.

    A number in the database increases every few seconds. It is also kept in this process, and in a file next to SQLite's; a smaller number
    is an older state. PostgreSQL also identifies its cluster, timeline and tables.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._seen = 0
        self._written: datetime | None = None

    async def check(self) -> None:
        """Records a restore, and increases the number when that is due. Raises StoreError."""
        beats = int(await self._database.scalar(select(bot_state.c.beats)) or 0)
        now = self._clock()
        rested = self._written is None or not timedelta() <= now - self._written < INCREASED_EVERY
        if beats >= self._seen and not rested:
            self._seen = beats
            return
        await self._beat(now)
        self._written = now

    async def _beat(self, now: datetime) -> None:
        file = self._database.file
        beside = None if file is None else file.with_name(f"{file.name}-beat")
        count = None
        async with self._database.write() as connection:
            row = (await connection.execute(select(bot_state).with_for_update())).one()
            remembered = self._seen if self._seen or beside is None else await asyncio.to_thread(_remembered, beside, row.beats)
            place = await _place(connection)
            if row.beats and (remembered is None or row.beats < remembered or row.place != place):
                count = await note_restored(connection, now)
            number = max(row.beats, remembered or 0) + 1
            await connection.execute(update(bot_state).values(beats=number, place=place))
        self._seen = max(self._seen, number)
        if beside is not None:
            await asyncio.to_thread(_remember, beside, number)
        if count is not None:
            logger.warning("the database is an earlier state: channels are read before what was due is posted", extra={"unfinished": count})


async def _place(connection: AsyncConnection) -> str:
    if connection.dialect.name != "postgresql":
        return ""
    try:
        async with connection.begin_nested():
            return str(await connection.scalar(text(_PLACE)))
    except DBAPIError:
        return str(await connection.scalar(text(_PLACE_WITHOUT_RIGHTS)))


def _remembered(beside: Path, beats: int) -> int | None:
    """The number in that file; None when there is none, so that it is unknown whether the database is the latest state."""
    if not beats:
        # Before the first number is committed, so that another process that starts now finds it.
        _remember(beside, 0)
    try:
        return int(beside.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _remember(beside: Path, number: int) -> None:
    draft = beside.with_name(f"{beside.name}.{os.getpid()}.part")
    # Without it the next start only reads the channels' histories once more.
    with suppress(OSError):
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="ascii") as written:
            written.write(str(number))
            written.flush()
            os.fsync(written.fileno())
        draft.replace(beside)

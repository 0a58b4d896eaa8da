"""Repairs due times: none is lost when a digest changes, and none is repeated, also after a database restore."""

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from msgspec.structs import asdict, replace
from sqlalchemy import URL, ColumnElement, and_, case, exists, literal, not_, or_, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio.engine import AsyncConnection

from bot.storage.backups import discard, draft_of, put_in_place
from bot.storage.database import Database, file_to_restore, insert_new, open_database
from bot.storage.delivery_log import BY_RESTORE, note_step, take_step
from bot.storage.tables import bot_state, deliveries, delivery_attempts, delivery_of, part_of, parts
from bot.subscriptions.delivery_state import FINAL, LATER, RULES_AFTER_RESTORE, Delivery, DeliveryState, Step, moved
from bot.subscriptions.follow_up_state import PART_RULES_AFTER_RESTORE
from bot.subscriptions.subscription import SkipReason, Subscription, next_run, occurrence, overtaken

#: The characters of an ISO 8601 moment before its offset.
LOCAL_TIME = len("2026-11-23T09:00:00")


async def skip(
    connection: AsyncConnection, digest: Subscription, due: datetime, reason: SkipReason, *, by: str, at: datetime
) -> Delivery | None:
    """Creates the occurrence of this time as skipped; None when it exists already."""
    delivery = moved(occurrence(digest, due), Step.SKIPPED, at, reason=reason.value)
    if delivery is None or not await insert_new(connection, deliveries, asdict(delivery)):
        return None
    await note_step(connection, delivery, Step.SKIPPED, by=by, at=at)
    return delivery


async def end_overtaken(connection: AsyncConnection, before: Subscription, after: Subscription, *, by: str, at: datetime) -> None:
    """Creates the occurrence that was due when the digest changed as skipped, where the change leaves it out.

    Between the due time and the scheduler's next tick it is only in ``next_run_at``, which the change overwrites.
    """
    reason = overtaken(before, after, at)
    if reason is not None and before.next_run_at is not None:
        await skip(connection, before, before.next_run_at, reason, by=by, at=at)


#: Of the same local time, two occurrences are less than this apart, whatever the rules of the zone.
_SAME_LOCAL_TIME: Final = timedelta(days=2)


async def not_yet_taken(connection: AsyncConnection, every: Sequence[Subscription]) -> list[Subscription]:
    """The digests, each with the first due time from its own on that has no occurrence yet: a skipped one is not repeated."""
    planned = [one.next_run_at for one in every if one.next_run_at is not None]
    if not planned:
        return list(every)
    of = (deliveries.c.digest, deliveries.c.version, deliveries.c.click, deliveries.c.due_local)
    late_enough = (deliveries.c.digest.in_([one.id for one in every]), deliveries.c.due > min(planned) - _SAME_LOCAL_TIME)
    rows = (await connection.execute(select(deliveries.c.id, *of).where(*late_enough))).all()
    ids, times = {row.id for row in rows}, {(row.digest, row.version, row.due_local[:LOCAL_TIME]) for row in rows if not row.click}

    def is_taken(subscription: Subscription, due: datetime) -> bool:
        """Whether there is an occurrence of this time, or of its local time: new rules of a zone move only the UTC time."""
        this = occurrence(subscription, due)
        return this.id in ids or (subscription.id, subscription.version, this.due_local[:LOCAL_TIME]) in times

    def free(subscription: Subscription) -> Subscription:
        due = subscription.next_run_at
        while due is not None and is_taken(subscription, due):
            due = next_run(subscription, due)
        return replace(subscription, next_run_at=due)

    return [free(one) for one in every]


#: The clocks of two machines differ by less.
DRIFT: Final = timedelta(minutes=1)


async def end_expired_waits(connection: AsyncConnection, now: datetime, *, lease: timedelta) -> int:
    """Ends waits that were computed with a clock that was ahead; returns the number of changes.

    Such a clock has left steps in the future in the ledger: what was to follow them may happen now. An occurrence
    without an intent is posted when it is due. A worker's claim ends as if it had begun now.
    """
    ahead = now + DRIFT
    not_begun = and_(deliveries.c.state.in_((DeliveryState.PENDING, DeliveryState.BUILDING)), deliveries.c.click == "")
    resumes = {deliveries: case((and_(not_begun, deliveries.c.due > now), deliveries.c.due), else_=now), parts: literal(now)}
    was_ahead = {
        deliveries: or_(_steps_after(deliveries.c.id, ahead), and_(deliveries.c.click != "", deliveries.c.due > ahead)),
        parts: _steps_after(parts.c.delivery, ahead),
    }
    found = 0
    for table in (deliveries, parts):
        open_ = (table.c.state.not_in((*FINAL, DeliveryState.UNCERTAIN)), was_ahead[table])
        for is_wrong, right in (
            (table.c.not_before > resumes[table], {"not_before": resumes[table]}),
            (table.c.lease_until > now + lease, {"lease_until": now + lease}),
            (table.c.intent_at > ahead, {"intent_at": now}),
        ):
            found += (await connection.execute(update(table).where(*open_, is_wrong).values(right))).rowcount
    await connection.execute(update(bot_state).where(bot_state.c.restored_at > ahead).values(restored_at=now))
    return found


def _steps_after(delivery: ColumnElement[str], moment: datetime) -> ColumnElement[bool]:
    return exists().where(delivery_attempts.c.delivery == delivery, delivery_attempts.c.at > moment)


RESTORED = "the database was put back to an earlier state"


async def last_restored(connection: AsyncConnection) -> datetime | None:
    """The time until which due occurrences may have been posted without an entry; None when the database was never restored."""
    found: datetime | None = await connection.scalar(select(bot_state.c.restored_at))
    return found


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

"""Copies the SQLite database while the bot runs (checked, private, replaced in one step), and restores such a copy."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.errors import StoreError
from bot.storage.db_errors import as_store_errors

ITSELF, ITSELF_REMEDY = "The backup would overwrite the database itself.", "Name another file for the backup."
NOT_WRITTEN = "The backup couldn't be written: {reason}."
NOT_WRITTEN_REMEDY = "Name a file in a folder that exists and that the bot's user may write."
NO_ROOM_REMEDY = "Free some space there, or name a file on another disk. Nothing was changed."
NOT_WHOLE = "The copy differs from the database: {what}."
NOT_WHOLE_REMEDY = "It was deleted. Try again; if it happens again, the disk may be failing."

NO_BACKUP, NO_BACKUP_REMEDY = "There's no backup at {file}.", "Name the file that `linkedin-stats-bot backup` wrote."
DAMAGED_BACKUP = "The backup {file} is damaged, or it isn't a SQLite database."
DAMAGED_BACKUP_REMEDY = "Nothing was changed. Use an older backup."
FOREIGN_BACKUP_REMEDY = "Nothing was changed. Name the file that `linkedin-stats-bot backup` wrote."
IN_USE, IN_USE_REMEDY = "A bot is using this database.", "Stop every process of the bot, then restore again. Nothing was changed."
NOT_RESTORED = "The backup couldn't be put in place: {reason}."
NOT_RESTORED_REMEDY = "Nothing was changed. Look at the folder of the database: does it have room, and may the bot's user write it?"


def copy_sqlite(source: Path, target: Path) -> int:
    """Copies the database at ``source`` to ``target``, which is replaced in one step when the copy is complete; returns its number of rows.

    The copy is checked before: its structure, and the rows of every table against those of the source. Blocks: call it in a thread. Readers
    and writers of ``source`` go on meanwhile. Raises StoreError: the target is the database itself, or cannot be written; or the source is
    damaged.
    """
    target = target.expanduser().absolute()
    if target.exists() and target.samefile(source):
        raise StoreError(ITSELF, remedy=ITSELF_REMEDY)
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _full_disk("The backup couldn't be written: the disk it goes to is full.", NO_ROOM_REMEDY):
            rows = _write(source, draft)
        draft.replace(target)
    except OSError as error:
        raise StoreError(NOT_WRITTEN.format(reason=_reason(error)), remedy=NOT_WRITTEN_REMEDY) from error
    finally:
        discard(draft)
    return sum(rows.values())


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


@contextmanager
def _full_disk(sentence: str, remedy: str) -> Iterator[None]:
    """Raises a full disk at the target as a StoreError of its own, unlike one at the database."""
    try:
        yield
    except sqlite3.Error as error:
        if "full" in str(error):
            raise StoreError(sentence, remedy=remedy) from error
        with as_store_errors():
            raise


def discard(draft: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        # Also on a read-only disk, where removing fails: why the draft was not made is what people are told.
        with contextlib.suppress(OSError):
            draft.with_name(draft.name + ending).unlink()


def _write(source: Path, draft: Path) -> Mapping[str, int]:
    descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
    try:
        with contextlib.closing(sqlite3.connect(source, isolation_level=None)) as live, contextlib.closing(sqlite3.connect(draft)) as copy:
            # Counting and copying see the same state of the database.
            live.execute("BEGIN")
            rows = _count(live)
            # All pages in one step: one read transaction, which a busy writer cannot send back to its start.
            live.backup(copy, pages=-1)
            # A backup is one file: without this it would need its write-ahead log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
        with contextlib.closing(sqlite3.connect(draft)) as copy:
            _require_sound(copy)
            if (found := _count(copy)) != rows:
                table = next(name for name in {**rows, **found} if rows.get(name) != found.get(name))
                what = f"rows of {table}: {rows.get(table, 0)}, and {found.get(table, 0)} in the copy"
                raise StoreError(NOT_WHOLE.format(what=what), remedy=NOT_WHOLE_REMEDY)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return rows


def _count(connection: sqlite3.Connection) -> dict[str, int]:
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608  # the file's own names


def _require_sound(connection: sqlite3.Connection) -> None:
    """Raises sqlite3.DatabaseError: the file's structure is damaged."""
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise sqlite3.DatabaseError(f"database disk image is malformed: {'; '.join(found)}")


def draft_of(backup: Path, target: Path) -> Path:
    """A checked copy of the backup beside ``target``, to be migrated before it replaces the database.

    Raises StoreError: the backup is not there, damaged, another program's, or the database itself; or there is no room.
    """
    backup = backup.expanduser().absolute()
    if not backup.is_file():
        raise StoreError(NO_BACKUP.format(file=backup), remedy=NO_BACKUP_REMEDY)
    if target.exists() and target.samefile(backup):
        raise StoreError("The backup is the database itself.", remedy="Name the file that `linkedin-stats-bot backup` wrote.")
    draft = target.with_name(f".{target.name}.{os.getpid()}.restored")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # By its bytes: a backup that SQLite opened would be changed, and a folder of backups may be read-only.
        for ending in ("", "-wal"):
            if (part := backup.with_name(backup.name + ending)).is_file():
                shutil.copyfile(part, draft.with_name(draft.name + ending))
        draft.chmod(0o600)
        _check_backup(draft, backup)
    except BaseException as error:
        discard(draft)
        if isinstance(error, OSError):
            raise StoreError(NOT_RESTORED.format(reason=_reason(error)), remedy=NOT_RESTORED_REMEDY) from error
        raise
    return draft


def _check_backup(draft: Path, backup: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(draft)) as copy:
            _require_sound(copy)
            is_known = "alembic_version" in _count(copy)
    except sqlite3.DatabaseError as error:
        raise StoreError(DAMAGED_BACKUP.format(file=backup), remedy=DAMAGED_BACKUP_REMEDY) from error
    if not is_known:
        raise StoreError(f"The file {backup} isn't a backup of this bot: it has none of its tables.", remedy=FOREIGN_BACKUP_REMEDY)


def put_in_place(draft: Path, target: Path, now: datetime) -> Path | None:
    """Replaces the database by the draft in one step; returns the path of the replaced one, None when there was none.

    Raises StoreError: a bot runs on the database, or the files cannot be renamed.
    """
    aside = target.with_name(f"{target.name}.replaced-{now:%Y%m%dT%H%M%SZ}")
    try:
        with contextlib.closing(sqlite3.connect(draft)) as copy:
            copy.execute("PRAGMA journal_mode = DELETE")
        if not target.exists():
            # SQLite would apply the old database's write-ahead log to the restored one.
            _set_log_aside(target, aside)
            draft.replace(target)
            return None
        with _alone(target):
            _set_log_aside(target, aside)
            # A second name, or a copy, so that at no moment there is no database at all.
            try:
                os.link(target, aside)
            except OSError:
                shutil.copy2(target, aside)
            draft.replace(target)
    except OSError as error:
        raise StoreError(NOT_RESTORED.format(reason=_reason(error)), remedy=NOT_RESTORED_REMEDY) from error
    finally:
        discard(draft)
    return aside


def _set_log_aside(target: Path, aside: Path) -> None:
    for ending in ("-wal", "-shm"):
        if (part := target.with_name(target.name + ending)).exists():
            part.replace(aside.with_name(aside.name + ending))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Locks the database exclusively, after writing its write-ahead log into it. A damaged one cannot be locked, and is passed over."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection:
        try:
            # SQLite removes the write-ahead log only for the last connection.
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise StoreError(IN_USE, remedy=IN_USE_REMEDY) from error
        yield

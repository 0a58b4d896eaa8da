"""SQLite: a private file, one connection that writes and a few that read.

SQLite has one writer at a time whatever a program does. With a single writing connection the waiting happens in our own queue, in order,
instead of in SQLite's busy loop: five times the transactions.
"""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import time
from pathlib import Path

from sqlalchemy import URL, Connection, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.errors import SettingsError, StoreError
from bot.storage.db_errors import FULL, FULL_REMEDY, as_store_errors

NO_FILE = "`DATABASE_URL` names no file: a database in memory would forget everything when the bot stops."
NO_FILE_REMEDY = "Name a file, as in sqlite:///bot.sqlite3, or sqlite:////var/lib/bot/bot.sqlite3 for an absolute path."
OPTIONS = "`DATABASE_URL` has options after the file's name ({options}), and SQLite files take none here."
OPTIONS_REMEDY = "Leave out everything from the question mark on."
NO_FOLDER = "The folder that `DATABASE_URL` names can't be used: {reason}."
NO_FOLDER_REMEDY = "Name a file in a folder that the bot's user may write."
A_FOLDER = "`DATABASE_URL` names a folder or a device, not a file."
NO_WAL = "The bot's database is on a file system that can't share it safely (no write-ahead log)."
NO_WAL_REMEDY = "Put the file on a local disk, or use PostgreSQL."


#: Seconds a statement waits for another process's lock.
BUSY_SECONDS = 5.0
#: Seconds a writer waits for its turn inside this process.
TURN_SECONDS = 30.0
#: Bytes that must be free: what a digest with its thread needs.
LEAST_ROOM = 65_536
#: Connections that read at the same time.
READERS = 4
#: Seconds between two attempts to switch the write-ahead log on: SQLite does not wait for that lock by itself.
_WAL_PAUSE = 0.02


def sqlite_path(url: URL) -> Path:
    """The file a sqlite URL names, ``~`` expanded.

    Raises:
        SettingsError: it names no file, or carries options.
    """
    if not url.database or url.database == ":memory:":
        raise SettingsError(NO_FILE, remedy=NO_FILE_REMEDY)
    if url.query:
        raise SettingsError(OPTIONS.format(options=", ".join(url.query)), remedy=OPTIONS_REMEDY)
    return Path(url.database).expanduser().absolute()


async def open_sqlite(path: Path) -> tuple[AsyncEngine, AsyncEngine]:
    """The engines that read and write ``path``, which is created when it is not there, in this order.

    Raises:
        SettingsError: it is no file, or its folder cannot be used.
        StoreError: the file cannot be used.
    """
    with as_store_errors():
        await asyncio.to_thread(_prepare, path)
    reading, writing = _engine(path, READERS), _engine(path, 1)
    event.listen(reading.sync_engine, "connect", _set_up_reader)
    event.listen(writing.sync_engine, "connect", _set_up_writer)
    event.listen(writing.sync_engine, "begin", _begin_writing)
    return reading, writing


def require_room(path: Path) -> None:
    """See whether the file's disk has room for a message: SQLite fails only once its log must grow, which may be hours later.

    Raises:
        StoreError: the disk is full.
    """
    with contextlib.suppress(OSError):
        if shutil.disk_usage(path.parent).free < LEAST_ROOM:
            raise StoreError(FULL, remedy=FULL_REMEDY)


async def grow(connection: AsyncConnection) -> None:
    """Take that much room in the database and give it back at once: this fails where SQLite may not let it grow."""
    # Not by begin_nested: SQLite has ended the whole transaction by itself when it is full, and the way back would hide why.
    await connection.exec_driver_sql("SAVEPOINT room")
    await connection.execute(text("INSERT INTO channel_defaults VALUES ('', '', zeroblob(:room))"), {"room": LEAST_ROOM})
    await connection.exec_driver_sql("ROLLBACK TO room")


def _engine(path: Path, connections: int) -> AsyncEngine:
    return create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=TURN_SECONDS,
        hide_parameters=True,
        # Transactions are begun by us, never guessed by the sqlite3 module.
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS},
    )


def _set_up_reader(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only = ON")


def _set_up_writer(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    # In WAL mode only FULL syncs at each commit: a delivery's intent must survive a power cut before Slack is called.
    connection.execute("PRAGMA synchronous = FULL")


def _begin_writing(connection: Connection) -> None:
    # IMMEDIATE takes the lock before reading, so that what a transaction read is still true when it writes.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _prepare(path: Path) -> None:
    try:
        _make_private_file(path)
    except OSError as error:
        raise SettingsError(NO_FOLDER.format(reason=(error.strerror or type(error).__name__).lower()), remedy=NO_FOLDER_REMEDY) from error
    _switch_wal_on(path)
    # Only now is it known to be a database: another program's file is left as it was.
    _keep_private(path)


def _make_private_file(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise SettingsError(A_FOLDER, remedy=NO_FILE_REMEDY)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Only a new file is opened here: closing one that this process has open as a database would drop SQLite's locks on it.
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _keep_private(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        with contextlib.suppress(PermissionError):
            path.chmod(0o600)


def _switch_wal_on(path: Path) -> None:
    patience = time.monotonic() + BUSY_SECONDS
    with contextlib.closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
        while True:
            try:
                (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
                break
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > patience:
                    raise
                time.sleep(_WAL_PAUSE)
    if mode != "wal":
        raise StoreError(NO_WAL, remedy=NO_WAL_REMEDY)

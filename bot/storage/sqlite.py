"""SQLite: a private file, a few connections that read and one that writes: five times the transactions of its own busy loop."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple, Self

import aiosqlite
from sqlalchemy import URL, Connection, Insert, event, text
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.ext.asyncio.engine import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.errors import SettingsError, StoreError
from bot.ops.tasks import settle
from bot.storage.db_errors import FULL, FULL_REMEDY, as_store_errors

NO_FILE = "`DATABASE_URL` names no file: a database in memory would forget everything when the bot stops."
NO_FILE_REMEDY = "Name a file, as in sqlite:///bot.sqlite3, or sqlite:////var/lib/bot/bot.sqlite3 for an absolute path."
OPTIONS = "`DATABASE_URL` has options after the file's name ({options}), and SQLite files take none here."
NO_FOLDER = "The folder that `DATABASE_URL` names can't be used: {reason}."
NO_FOLDER_REMEDY = "Name a file in a folder that the bot's user may write."
A_FOLDER = "`DATABASE_URL` names a folder or a device, not a file."
NO_WAL_REMEDY = "Put the file on a local disk, or use PostgreSQL."
#: IMMEDIATE takes the lock before reading, so that what a transaction read is still true when it writes.
BEGIN = "BEGIN IMMEDIATE"
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
    """The file a sqlite URL names, ``~`` expanded. Raises SettingsError: it names no file, or carries options."""
    if not url.database or url.database == ":memory:":
        raise SettingsError(NO_FILE, remedy=NO_FILE_REMEDY)
    if url.query:
        raise SettingsError(OPTIONS.format(options=", ".join(url.query)), remedy="Leave out everything from the question mark on.")
    return Path(url.database).expanduser().absolute()


async def open_sqlite(path: Path) -> tuple[AsyncEngine, AsyncEngine]:
    """The engines that read and write ``path``, which is created when it is not there, in this order.

    Raises:
        SettingsError: it is no file, or its folder cannot be used.
        StoreError: the file cannot be used.
    """
    with as_store_errors():
        await asyncio.to_thread(_prepare, path)
    reading, writing = _engine(path, READERS, _SqliteReader), _engine(path, 1, _SqliteConnection)
    event.listen(reading.sync_engine, "connect", _set_up_reader)
    event.listen(writing.sync_engine, "connect", _set_up_writer)
    event.listen(writing.sync_engine, "begin", _begin_writing)
    return reading, writing


class UnsyncedConnection:
    """A connection for transactions of one statement, which are not synced to the disk by themselves. It never waits.

    So it is used in the event loop's thread: such a transaction takes a fraction of the way to another thread and back.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _connection(self) -> sqlite3.Connection:
        # It never makes a new file in the place of one that was moved away.
        connection = sqlite3.connect(f"{self._path.as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=0)
        # What is synced later syncs everything before it in the log. Moving the log into the file takes long: other connections do so.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        return connection

    def insert(self, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> Sequence[tuple[Any, ...]]:
        """Inserts the rows, all or none; what the statement returns. Raises sqlite3.Error, also while another connection writes."""
        sql, columns = _compiled(statement, tuple(rows[0]))
        found: list[tuple[Any, ...]] = []
        self._connection.execute(BEGIN)
        try:
            for row in rows:
                found += self._connection.execute(sql, [convert(row[name]) if convert else row[name] for name, convert in columns])
            self._connection.commit()
        except BaseException:
            self._connection.rollback()
            raise
        return found

    def close(self) -> None:
        if "_connection" in self.__dict__:
            self._connection.close()


@lru_cache
def _compiled(statement: Insert, names: tuple[str, ...]) -> tuple[str, Sequence[tuple[str, Callable[[Any], Any] | None]]]:
    """The insertion's SQL, and its columns with what converts their values; SQLAlchemy takes several times as long as SQLite."""
    dialect = sqlite_dialect()
    compiled: Any = statement.compile(dialect=dialect, column_keys=names)
    return str(compiled), [(name, statement.table.c[name].type.bind_processor(dialect)) for name in compiled.positiontup]


def require_room(path: Path) -> None:
    """Checks that the file's disk has room for a message: SQLite fails only once its log must grow, which may be hours later.

    Raises StoreError: the disk is full.
    """
    with contextlib.suppress(OSError):
        if shutil.disk_usage(path.parent).free < LEAST_ROOM:
            raise StoreError(FULL, remedy=FULL_REMEDY)


async def grow(connection: AsyncConnection) -> None:
    """Allocates that much space in the database and frees it at once: this fails where the database cannot grow."""
    # Not begin_nested: a full SQLite ends the whole transaction itself, and the rollback would hide the cause.
    await connection.exec_driver_sql("SAVEPOINT room")
    await connection.execute(text("INSERT INTO channel_defaults VALUES ('', '', zeroblob(:room))"), {"room": LEAST_ROOM})
    await connection.exec_driver_sql("ROLLBACK TO room")


class _SqliteConnection(aiosqlite.Connection):
    """A connection that sends each statement to its thread once and gets all rows back.

    aiosqlite's cursor goes there four times (create, execute, fetch, close), which takes longer than SQLite's work.
    """

    def __init__(self, path: Path) -> None:
        # We begin transactions; the sqlite3 module must not.
        connect = partial(sqlite3.connect, path, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False)
        super().__init__(connect, iter_chunk_size=64)
        self._thread.daemon = True
        #: Whether a statement was begun whose end nobody waited for, and whether the next one first begins a transaction.
        self._cut_short = self.begins = False
        self._tx = _ThreadQueue(self._tx)  # type: ignore[assignment]  # it is only put into

    def stop(self) -> "asyncio.Future[Any] | None":
        """Ends the thread; None when it was ended before, since it could not answer then: this cuts a cancelled close short."""
        return super().stop() if self._running else None

    def cursor(self) -> Any:
        """A cursor as SQLAlchemy uses it; each statement's rows are fetched with it."""
        return _Cursor(self.run)

    async def run(self, method: str, statement: str, parameters: Any) -> "_Result":
        """Executes a statement with the method of sqlite3's cursor of this name."""
        self._cut_short, before = True, self._cut_short
        result: _Result = await self._execute(self._run, method, statement, parameters)  # type: ignore[no-untyped-call]
        self._cut_short = before
        return result

    async def commit(self) -> None:
        if not self.begins:
            await super().commit()
        self.begins = False

    async def rollback(self) -> None:
        """Rolls an open transaction back. After each transaction SQLAlchemy asks for it, and the way to the thread is long."""
        self.begins = False
        if self._cut_short or self._conn.in_transaction:
            await super().rollback()
            self._cut_short = False

    def _run(self, method: str, statement: str, parameters: Any) -> "_Result":
        if self.begins:
            self.begins = False
            self._conn.execute(BEGIN)
        with contextlib.closing(self._conn.cursor()) as cursor:
            getattr(cursor, method)(statement, parameters)
            rows = cursor.fetchall() if cursor.description else []
            return _Result(cursor.description, rows, cursor.rowcount, cursor.lastrowid)


class _ThreadQueue:
    """aiosqlite's queue to its thread: what is asked through it does not end the thread when the asker's event loop is gone."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue

    def put_nowait(self, item: tuple["asyncio.Future[Any] | None", Callable[[], Any]]) -> None:
        future, function = item
        self._queue.put_nowait((None, partial(_answer, future, function) if future else function))


def _answer(future: "asyncio.Future[Any]", function: Callable[[], Any]) -> Any:
    """In the thread: call the function, hand what it returns or raises to the loop, and return it."""
    tell: Callable[[], None]
    result = None
    try:
        result = function()
        tell = partial(settle, future, future.set_result, result)
    except BaseException as error:  # noqa: BLE001 - every error goes to the caller
        tell = partial(settle, future, future.set_exception, error)
    with contextlib.suppress(RuntimeError):
        future.get_loop().call_soon_threadsafe(tell)
    return result


class _SqliteReader(_SqliteConnection):
    """A connection that is never in a transaction."""

    async def rollback(self) -> None:
        """Does nothing: each statement was a transaction of its own."""


class _Result(NamedTuple):
    description: Any = None
    rows: list[Any] = []  # noqa: RUF012 - read alone
    rowcount: int = -1
    lastrowid: int | None = None


class _Cursor:
    """A statement's result with the interface of DB-API's cursor, without further calls to the thread."""

    arraysize = 1

    def __init__(self, run: Callable[[str, str, Any], Awaitable[_Result]]) -> None:
        self._run = run
        self.description, self._rows, self.rowcount, self.lastrowid = _Result()

    async def execute(self, statement: str, parameters: Any = (), method: str = "execute") -> None:
        self.description, self._rows, self.rowcount, self.lastrowid = await self._run(method, statement, parameters)

    async def executemany(self, statement: str, parameters: Any) -> None:
        await self.execute(statement, parameters, "executemany")

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Nothing is open."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""


def _engine(path: Path, connections: int, kind: Callable[[Path], _SqliteConnection]) -> AsyncEngine:
    return create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=TURN_SECONDS,
        hide_parameters=True,
        async_creator=lambda: kind(path),
    )


def _set_up_reader(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only = ON")


def _set_up_writer(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    # In WAL mode only FULL syncs at each commit: a delivery's intent must survive a power cut before Slack is called.
    connection.execute("PRAGMA synchronous = FULL")


def _begin_writing(connection: Connection) -> None:
    connection.connection.driver_connection.begins = True  # type: ignore[union-attr]  # a _SqliteConnection


def _prepare(path: Path) -> None:
    try:
        _make_private_file(path)
    except OSError as error:
        raise SettingsError(NO_FOLDER.format(reason=(error.strerror or type(error).__name__).lower()), remedy=NO_FOLDER_REMEDY) from error
    _switch_wal_on(path)
    # Only now is it known to be a database: another program's file is left as it was.
    if path.stat().st_mode & 0o077:
        with contextlib.suppress(PermissionError):
            path.chmod(0o600)


def _make_private_file(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise SettingsError(A_FOLDER, remedy=NO_FILE_REMEDY)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Only a new file is opened here: closing one that this process has open as a database would drop SQLite's locks on it.
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


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
        raise StoreError("The bot's database is on a file system that can't share it safely (no write-ahead log).", remedy=NO_WAL_REMEDY)

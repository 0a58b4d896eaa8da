"""SQLite or PostgreSQL behind one URL: opened, migrated, read, written, backed up, closed.

::

    async with open_database("sqlite:///bot.sqlite3") as database:
        async with database.read() as connection: ...     # sees what was committed
        async with database.write() as connection: ...    # one transaction: all of it, or nothing
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from sqlalchemy import Executable, Select, Table, func, select, text
from sqlalchemy import Insert as Insertion
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, CursorResult, Engine, Row, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio.engine import AsyncConnection, AsyncEngine
from sqlalchemy.util import greenlet_spawn

from bot.errors import SettingsError, StoreError
from bot.storage.backups import copy_sqlite
from bot.storage.db_errors import as_store_errors
from bot.storage.postgresql import arguments_of, open_postgresql, place
from bot.storage.schema import make_current, require_usable
from bot.storage.sqlite import UnsyncedConnection, grow, open_sqlite, require_room, sqlite_path

#: Enqueues deliveries' ids on the ledger's own connection: both are committed, or neither.
Enqueue: TypeAlias = Callable[[AsyncConnection, Sequence[str]], Awaitable[None]]

Fetched = TypeVar("Fetched")
Values: TypeAlias = Mapping[str, Any] | None

#: What the id of an organization (Enterprise Grid) begins with.
ORGANIZATION = "E"

NOT_A_URL = "`DATABASE_URL` isn't a database's URL."
UNKNOWN_KIND = "`DATABASE_URL` starts with {kind}://, and only sqlite:/// and postgresql:// are known here."
URL_REMEDY = "Write sqlite:///bot.sqlite3 or postgresql://user:password@host/database."
BACKUP_POSTGRESQL = "This backup is for SQLite, and the bot's database is PostgreSQL."
RESTORE_POSTGRESQL_REMEDY = "Use `pg_restore`, which comes with PostgreSQL, and then `linkedin-stats-bot restored`."
MOVED = "The bot's database file was moved away or replaced while the bot ran."
MOVED_REMEDY = "Put the file where it was and start the bot again: until then it goes on writing into the old one."


if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.sql.dml import ReturningInsert

HIGHEST_PORT: Final = 65_535
#: Transactions of one statement until the next is one of ``write``, which also moves SQLite's log into its file.
MOST_UNSYNCED: Final = 100


class Database:
    """An open database whose schema is current. Safe to share between tasks of one event loop."""

    def __init__(self, reading: AsyncEngine, writing: AsyncEngine, file: Path | None, *, many_workspaces: bool = False) -> None:
        #: Whether only workspaces are served that installed the app by OAuth.
        self.many_workspaces = many_workspaces
        #: Without: whose token the bot has, "" until Slack has said so. Other workspaces that installed it by OAuth before are left alone.
        self.own = ""
        self._reading = reading
        self._writing = writing
        self.file = file
        self._unsynced = UnsyncedConnection(file) if file else None
        # SQLite's own wait for a lock sleeps up to a tenth of a second at a time.
        self._turn: AbstractAsyncContextManager[Any] = asyncio.Lock() if file else nullcontext()
        self._opened: tuple[int, int] | None = None
        self._writes = 0
        self._built: dict[Hashable, Select[Any]] = {}

    def opened(self) -> None:
        self._opened = self._which()

    def _which(self) -> tuple[int, int] | None:
        try:
            found = self.file.stat() if self.file else None
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if found else None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that only reads; each statement sees what was committed before it."""
        with as_store_errors():
            async with self._reading.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self, *, one_statement: bool = False) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end of the block, rolled back when the block raises or is cancelled.

        With ``one_statement`` the block executes at most one on PostgreSQL: it is a transaction by itself, which saves two ways there.

        On SQLite writers take turns; a transaction blocks all others, so nothing slow belongs in one. Raises StoreError: the database
        cannot be used; nothing was written then, unless the connection broke during the commit itself.
        """
        if one_statement and self.file is None:
            async with self.read() as connection:
                yield connection
            return
        with as_store_errors():
            async with self._writing.connect() as connection, self._turn, connection.begin():
                yield connection
            self._writes += 1

    async def write_one(self, build: Callable[[str], Insertion], rows: Sequence[Mapping[str, Any]]) -> Sequence[Sequence[Any]]:
        """Inserts the rows with the statement for the database's dialect, in a transaction of its own; the rows that it returns.

        It takes a third of what ``write`` takes: SQLAlchemy's asynchronous connection changes greenlets for each step. On SQLite it takes
        a tenth and is not synced to the disk: a power cut may undo it, but with it also whatever ``write`` stored later.
        """
        statement = build(self._writing.dialect.name)
        if self._unsynced is None:
            # A statement of one row is a transaction by itself.
            engine = self._writing if len(rows) > 1 else self._reading
            with as_store_errors():
                return await greenlet_spawn(_execute, engine.sync_engine, statement, rows)
        async with self._turn:
            self._writes += 1
            if self._writes % MOST_UNSYNCED:
                # Where another process writes, it is waited for below.
                with as_store_errors(), suppress(sqlite3.OperationalError):
                    return self._unsynced.insert(statement, rows)
        async with self.write() as connection:
            result = await connection.execute(statement, rows)
            return result.all() if result.returns_rows else ()

    def built(self, build: Callable[..., Select[Any]], *arguments: Hashable) -> Select[Any]:
        """The query that this function builds for this database, built once: building one may take longer than executing it."""
        key = (build, self.own, *arguments)
        if key not in self._built:
            self._built[key] = build(self, *arguments)
        return self._built[key]

    async def rows(self, statement: Executable, values: Values = None) -> Sequence[Row[Any]]:
        return await self._fetch(statement, values, CursorResult.all)

    async def row(self, statement: Executable, values: Values = None) -> Row[Any] | None:
        """The only row of such a statement; None where there is none."""
        return await self._fetch(statement, values, CursorResult.one_or_none)

    async def scalar(self, statement: Executable, values: Values = None) -> Any:
        """The first value of the first row; None where there is none."""
        return await self._fetch(statement, values, CursorResult.scalar)

    async def _fetch(self, statement: Executable, values: Values, fetch: Callable[[CursorResult[Any]], Fetched]) -> Fetched:
        with as_store_errors():
            return await greenlet_spawn(_read, self._reading.sync_engine, statement, values, fetch)

    async def written(self) -> Hashable | None:
        """A value that stays the same while nothing is written, by this process or another one; None where that cannot be known."""
        if self.file is not None:
            return self._writes, _stamp(self.file), _stamp(self.file.with_name(f"{self.file.name}-wal"))
        found: str | None = await self.scalar(_WAL_POSITION)
        return found

    async def ping(self) -> None:
        """Ask the database for its schema's version: it answers, and this program can still work on it.

        Raises StoreError: it does not answer, a newer program has changed what this one needs, or its file was moved away or replaced.
        """
        # A deleted or replaced file stays writable while it is open, but its data ends with the process.
        if self._which() != self._opened:
            raise StoreError(MOVED, remedy=MOVED_REMEDY)
        async with self.read() as connection:
            await require_usable(connection)

    async def check_writable(self) -> None:
        """``ping``, and a row is rewritten: this fails while the database is locked, full or read-only, which reading does not show.

        Raises StoreError: nothing can be written.
        """
        await self.ping()
        if self.file is not None:
            await asyncio.to_thread(require_room, self.file)
        async with self.write() as connection:
            if self.file is not None:
                await grow(connection)
            await connection.execute(text("UPDATE alembic_version SET version_num = version_num"))

    async def backup(self, to_path: Path) -> int:
        """Copy a SQLite database to ``to_path`` while the bot runs; how many rows it has.

        Raises StoreError: the database is PostgreSQL or damaged, or the copy cannot be written.
        """
        if self.file is None:
            raise StoreError(BACKUP_POSTGRESQL, remedy="Use `pg_dump`, which comes with PostgreSQL.")
        return await asyncio.to_thread(copy_sqlite, self.file, to_path)

    async def close(self) -> None:
        await self._reading.dispose()
        await self._writing.dispose()
        if self._unsynced:
            self._unsynced.close()


class Repository:
    """Reads and writes some tables. Every method raises StoreError when the database cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database


def _read(engine: Engine, statement: Executable, values: Values, fetch: Callable[[CursorResult[Any]], Fetched]) -> Fetched:
    with engine.connect() as connection:
        return fetch(connection.execute(statement, values))


def _execute(engine: Engine, statement: Insertion, rows: Sequence[Mapping[str, Any]]) -> Sequence[Row[Any]]:
    with engine.begin() as connection:
        result = connection.execute(statement, rows)
        return result.all() if result.returns_rows else ()


#: Where PostgreSQL's log of all writes ends; a standby does not tell.
_WAL_POSITION: Final = text("SELECT CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_current_wal_insert_lsn()::text END")


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


@asynccontextmanager
async def open_database(url: str, *, many_workspaces: bool = False) -> AsyncIterator[Database]:
    """Open the database of this URL, bring its schema up to date, and close it at the end.

    Args:
        url: ``sqlite:///relative/path``, ``sqlite:////absolute/path`` or ``postgresql://user:password@host:port/name``, without a driver.
        many_workspaces: whether only workspaces are served that installed the app by OAuth.

    Raises:
        SettingsError: the URL is none of these.
        StoreError: the file or the server cannot be used, or its schema is newer than this program.
    """
    parsed = _parsed(url)
    file = sqlite_path(parsed) if parsed.drivername == "sqlite" else None
    reading, writing = await open_sqlite(file) if file else open_postgresql(parsed)
    database = Database(reading, writing, file, many_workspaces=many_workspaces)
    try:
        with as_store_errors("" if file else place(parsed)):
            await make_current(reading, writing)
        database.opened()
        yield database
    finally:
        await database.close()


def file_to_restore(url: str) -> Path:
    """The SQLite file of this URL, to put a backup in its place.

    Raises:
        SettingsError: the URL is none.
        StoreError: the database is PostgreSQL.
    """
    parsed = _parsed(url)
    if parsed.drivername != "sqlite":
        raise StoreError("This restores SQLite, and the bot's database is PostgreSQL.", remedy=RESTORE_POSTGRESQL_REMEDY)
    return sqlite_path(parsed)


def driver_arguments(url: str) -> dict[str, Any]:
    """The arguments of psycopg for this ``postgresql://…``, so that the job queue connects as the store does.

    Raises SettingsError: the URL is none.
    """
    return arguments_of(_parsed(url))


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # Without its cause: the library's own sentence may quote the URL, and with it the password.
        raise SettingsError(NOT_A_URL, remedy=URL_REMEDY) from None
    if parsed.drivername not in {"sqlite", "postgresql"}:
        raise SettingsError(UNKNOWN_KIND.format(kind=parsed.drivername), remedy=URL_REMEDY)
    if parsed.drivername == "postgresql" and url.count("@") > 1:
        # Which of them ends the password is a guess; a wrong one would show a part of it as the host.
        raise SettingsError(NOT_A_URL, remedy="In the user and the password write @ as %40, : as %3A, / as %2F and % as %25.")
    if (parsed.port or 0) > HIGHEST_PORT:
        raise SettingsError(NOT_A_URL, remedy=URL_REMEDY)
    return parsed


Insert: TypeAlias = "postgresql.Insert | sqlite.Insert"


def insert_into(connection: AsyncConnection, table: Table) -> Insert:
    """An INSERT into ``table`` that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update`` in this connection's dialect."""
    return insert_for(connection.dialect.name, table)


def insert_for(dialect: str, table: Table) -> Insert:
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415  # its driver brings this dialect anyway

        return postgresql.insert(table)
    return sqlite.insert(table)


async def one_at_a_time(connection: AsyncConnection, what: str) -> None:
    """Waits until no other transaction with the same name is open.

    For rows that do not exist yet and so cannot be locked. SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


async def put(connection: AsyncConnection, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Inserts the row of this key with these values, or gives them to the one that is there."""
    statement = insert_into(connection, table).values(**key, **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=[*key], set_=values))


async def insert_new(connection: AsyncConnection, table: Table, values: dict[str, Any]) -> bool:
    """Inserts the row unless one with the same value of a key exists; True when it was inserted.

    The row is returned by the statement, since PostgreSQL's driver does not count inserted rows.
    """
    return bool(await insert_all_new(connection, table, [values]))


async def insert_all_new(connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]) -> Sequence[Any]:
    """Inserts those of the rows that share no value of a key with another one; the inserted rows' primary keys."""
    return (await connection.execute(new_rows(connection.dialect.name, table), rows)).all() if rows else ()


@cache
def new_rows(dialect: str, table: Table) -> "ReturningInsert[Any]":
    """The statement that inserts those rows that share no value of a key with another one, and returns their primary keys."""
    return insert_for(dialect, table).on_conflict_do_nothing().returning(*table.primary_key)

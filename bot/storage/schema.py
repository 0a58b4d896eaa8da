"""The schema's steps, applied once at open, also when several processes open at the same time.

::

    one SELECT ─ current → done
               └ else → lock the database ─ SELECT again ─ current → done
                                                         ├ empty → the tables as they are now
                                                         ├ unknown here → refused: a newer program's
                                                         └ older → alembic, in one transaction
"""

import time
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio.engine import AsyncConnection, AsyncEngine

from bot.errors import StoreError
from bot.storage.tables import metadata

NEWER = "The bot's database was made by a newer version of this program (its schema is {found}, this version knows up to {known})."
NEWER_REMEDY = (
    "Install the newer version again; or, to stay with this version, restore the copy that was made before the upgrade "
    "(`linkedin-stats-bot restore FILE`, PostgreSQL: `pg_restore`), or name another database in `DATABASE_URL`."
)
CHANGED = "The bot's database was changed while the bot ran (its schema is {found}, this version needs {known})."
CHANGED_REMEDY = "Start the bot again, in the version that changed it."
#: The last step under ``migrations/versions``, repeated here so that a new or current database needs no alembic, which is slow to import.
CURRENT = "0019"
#: The oldest schema version whose running processes can use this one: raise it when a step removes something.
OLDEST = "0009"
#: alembic's own table, as alembic makes it.
_VERSION_TABLE = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
_MIGRATIONS = Path(__file__).parent / "migrations"
#: The advisory lock that migrating processes share: a number of our own, the ASCII of "LinkStat".
_LOCK = 0x4C696E6B53746174
#: Seconds that one process waits for another that migrates.
PATIENCE = 60


async def make_current(reading: AsyncEngine, writing: AsyncEngine) -> None:
    """Migrates the schema to ``CURRENT``, and stores which older processes can use it.

    Raises StoreError: the schema is newer than this program.
    """
    until = time.monotonic() + PATIENCE
    while True:
        async with reading.connect() as connection:
            if await revision(connection) == CURRENT:
                return
        try:
            async with writing.begin() as connection:
                await _lock(connection)
                await connection.run_sync(_migrate)
        except OperationalError as error:
            # SQLite gives up after five seconds, and the steps of another process take longer on a busy machine.
            if "database is locked" not in str(error.orig) or time.monotonic() > until:
                raise


async def revision(connection: AsyncConnection) -> str | None:
    """The database's revision; None without a schema. Only for connections that are not in a transaction."""
    try:
        return (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == "42P01" or "no such table" in str(error.orig):
            return None
        raise


async def require_usable(connection: AsyncConnection) -> None:
    """Refuses a schema that is neither this program's nor a newer one that only adds to it.

    Raises StoreError: it was changed since it was opened.
    """
    found = await revision(connection)
    if found != CURRENT and not await _only_adds(connection, found):
        raise StoreError(CHANGED.format(found=found or "gone", known=CURRENT), remedy=CHANGED_REMEDY)


async def _only_adds(connection: AsyncConnection, found: str | None) -> bool:
    """Whether a newer program changed the schema and stored that processes of this version can use it."""
    if found is None:
        return False
    noted = (await connection.execute(text("SELECT schema, oldest FROM bot_state"))).one_or_none()
    return noted is not None and noted.schema == found and bool(noted.oldest) and noted.oldest <= CURRENT


async def _lock(connection: AsyncConnection) -> None:
    # With SQLite the transaction's beginning has locked the database.
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        await connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}s'"))
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _migrate(connection: Connection) -> None:
    if inspect(connection).has_table("alembic_version"):
        _upgrade(connection)
    else:
        metadata.create_all(connection, checkfirst=False)
        connection.execute(text(_VERSION_TABLE))
        connection.execute(text("INSERT INTO alembic_version VALUES (:current)"), {"current": CURRENT})
    known_to = {"schema": CURRENT, "oldest": OLDEST}
    if not connection.execute(text("UPDATE bot_state SET schema = :schema, oldest = :oldest WHERE id = 1"), known_to).rowcount:
        connection.execute(text("INSERT INTO bot_state (id, schema, oldest) VALUES (1, :schema, :oldest)"), known_to)


def _upgrade(connection: Connection) -> None:
    # Imported here: it takes a quarter of a second and 12 MB.
    from alembic import command  # noqa: PLC0415 - see the line above
    from alembic.config import Config  # noqa: PLC0415 - the same
    from alembic.migration import MigrationContext  # noqa: PLC0415 - the same
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in known:
        raise StoreError(NEWER.format(found=found, known=CURRENT), remedy=NEWER_REMEDY)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

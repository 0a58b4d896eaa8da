"""Opening: the file is private, the schema is there once, and what cannot be opened says why."""

import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.errors import SettingsError, StoreError
from bot.storage import schema, sqlite
from bot.storage.database import MOVED, NOT_A_URL, UNKNOWN_KIND, open_database
from bot.storage.db_errors import DAMAGED, LOCKED, NO_SUCH_DATABASE, REFUSED, UNREACHABLE
from bot.storage.postgresql import NO_DRIVER, NO_DRIVER_REMEDY, NOT_OPTIONS
from bot.storage.schema import CHANGED, NEWER
from bot.storage.sqlite import A_FOLDER, NO_FILE, NO_FOLDER, OPTIONS
from bot.storage.tables import metadata
from bot.storage.workspace_settings import ChannelDefaultRepository
from tests.fixtures.processes import ToldProcess
from tests.storage.other_processes import open_when_told

ROOT = Path(__file__).parents[2]


async def test_four_processes_that_open_an_empty_database_together_all_find_it_ready(database_url):
    processes = [ToldProcess(open_when_told, database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda process: process.tell("go"), processes))
    assert [process.end() for process in processes] == [0] * 4


async def test_a_new_and_a_current_database_are_opened_without_alembic(database_url):
    for _ in range(2):
        process = ToldProcess(open_when_told, database_url)
        assert process.tell("go") is False
        assert process.end() == 0


async def test_the_steps_lead_to_what_a_new_database_has(database_url):
    """And what alembic would still change is nothing, on either database."""
    async with open_database(database_url) as database, database.write() as connection:
        new = await connection.run_sync(_described)
        await connection.run_sync(_go_back)
    async with open_database(database_url) as database, database.write() as connection:
        assert await connection.run_sync(_described) == new
        differences = await connection.run_sync(lambda plain: compare_metadata(MigrationContext.configure(plain), metadata))
    assert differences == []


def _described(connection: Connection) -> dict[str, list[str]]:
    """Everything about each table that the database tells."""
    inspector = inspect(connection)
    parts = (
        inspector.get_columns,
        inspector.get_pk_constraint,
        inspector.get_foreign_keys,
        inspector.get_unique_constraints,
        inspector.get_check_constraints,
        inspector.get_indexes,
    )
    return {table: [repr(part(table)) for part in parts] for table in inspector.get_table_names()}


def _go_back(connection: Connection) -> None:
    """The schema as the first step made it."""
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    for table in reversed(metadata.sorted_tables):
        table.drop(connection)
    connection.execute(text("DROP TABLE alembic_version"))
    command.upgrade(config, "0001")


def test_the_last_step_is_the_one_that_counts_as_current():
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.CURRENT]


async def test_an_older_database_is_brought_up_to_date_and_keeps_what_it_has(database_url):
    """From the first step on, with a channel's default in it."""
    async with open_database(database_url) as database, database.write() as connection:
        await connection.run_sync(_go_back)
        await connection.execute(text("INSERT INTO channel_defaults VALUES ('T1', 'C1', 'linkedin-A')"))
    async with open_database(database_url) as database:
        await database.ping()
        assert await ChannelDefaultRepository(database).channel_default("T1", "C1") == "linkedin-A"


async def test_a_schema_of_a_newer_program_is_refused_and_left_alone(database_url):
    async with open_database(database_url) as database, database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as refused:
        async with open_database(database_url):
            pass
    assert refused.value.sentence == NEWER.format(found="9999", known=schema.CURRENT)
    with pytest.raises(StoreError, match="9999"):
        async with open_database(database_url):
            pass


async def test_readiness_notices_a_schema_changed_by_another_program(database):
    await database.ping()
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as changed:
        await database.ping()
    assert changed.value.sentence == CHANGED.format(found="9999", known=schema.CURRENT)


@pytest.mark.parametrize("replaced", [False, True])
async def test_readiness_notices_a_file_that_was_moved_away_or_replaced(tmp_path, replaced):
    """SQLite itself goes on with the file it has open."""
    path = tmp_path / "bot.sqlite3"
    async with open_database(f"sqlite:///{path}") as database:
        await database.ping()
        await database.backup(tmp_path / "copy.sqlite3")
        path.rename(tmp_path / "away.sqlite3")
        if replaced:
            (tmp_path / "copy.sqlite3").rename(path)
        with pytest.raises(StoreError) as moved:
            await database.ping()
    assert moved.value.sentence == MOVED


async def test_a_new_file_and_its_folder_are_for_their_owner_alone(tmp_path):
    path = tmp_path / "new" / "bot.sqlite3"
    async with open_database(f"sqlite:///{path}") as database:
        await database.ping()
        modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in (path.parent, *path.parent.iterdir())}
    assert modes == {"new": 0o700, "bot.sqlite3": 0o600, "bot.sqlite3-wal": 0o600, "bot.sqlite3-shm": 0o600}


async def test_a_file_that_others_could_read_is_closed_to_them(tmp_path):
    path = tmp_path / "bot.sqlite3"
    path.touch(0o644)
    async with open_database(f"sqlite:///{path}"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_home_folder_may_be_written_as_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    async with open_database("sqlite:///~/bot.sqlite3"):
        assert (tmp_path / "bot.sqlite3").exists()


async def test_the_file_is_written_ahead_and_synced_at_each_commit(tmp_path):
    async with open_database(f"sqlite:///{tmp_path / 'bot.sqlite3'}") as database:
        async with database.write() as connection:
            settings = [
                await connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
        assert settings == ["wal", 2, 1, sqlite.BUSY_SECONDS * 1000]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite://", NO_FILE),
        ("sqlite:///:memory:", NO_FILE),
        ("sqlite:///bot.sqlite3?mode=ro", OPTIONS.format(options="mode")),
        ("sqlite:////tmp", A_FOLDER),
        ("sqlite:////dev/null/bot.sqlite3", NO_FOLDER.format(reason="file exists")),
        ("bot.sqlite3", NOT_A_URL),
        ("postgresql://user:hidden@host:port/name", NOT_A_URL),
        ("postgresql://user:some@hidden@host/name", NOT_A_URL),
        ("postgresql://user:some@hidden/rest@127.0.0.1:1/name", NOT_A_URL),
        ("postgresql://user:some@hidden?rest@127.0.0.1:1/name", NOT_A_URL),
        ("postgresql://user:hidden@127.0.0.1:99999/name", NOT_A_URL),
        ("postgresql://user:hidden@127.0.0.1:1/name?ssl=hidden", NOT_OPTIONS.format(options="ssl")),
        ("sqlite:////dev/null", A_FOLDER),
        ("mysql://user:hidden@host/name", UNKNOWN_KIND.format(kind="mysql")),
        ("postgresql+asyncpg://user:hidden@host/name", UNKNOWN_KIND.format(kind="postgresql+asyncpg")),
    ],
)
async def test_a_url_that_cannot_be_used_says_what_is_wrong_with_it(url, sentence):
    with pytest.raises(SettingsError) as refused:
        async with open_database(url):
            pass
    assert refused.value.sentence == sentence
    assert "hidden" not in f"{refused.value} {refused.value.__cause__}"


async def test_a_cluster_of_no_encoding_holds_every_name(postgresql):
    """What ``initdb`` makes where no locale is set."""
    async with open_database(postgresql.make_database("SQL_ASCII")) as database:
        await ChannelDefaultRepository(database).set_channel_default("T1", "C1", "linkedin-Ännchen", by="U1", at=datetime.now(UTC))
        assert await ChannelDefaultRepository(database).channel_default("T1", "C1") == "linkedin-Ännchen"


async def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, this is more than a hundred bytes of a text that is no database. " * 3)
    path.chmod(0o644)
    before = path.read_bytes(), path.stat().st_mode
    with pytest.raises(StoreError) as refused:
        async with open_database(f"sqlite:///{path}"):
            pass
    assert refused.value.sentence == DAMAGED
    assert (path.read_bytes(), path.stat().st_mode) == before


async def test_a_server_that_refuses_the_password_is_told_apart_from_one_that_is_away(postgresql):
    cases = {
        postgresql.url("postgres", "hidden"): REFUSED,
        postgresql.url("missing"): NO_SUCH_DATABASE,
    }
    for url, sentence in cases.items():
        with pytest.raises(StoreError) as refused:
            async with open_database(url):
                pass
        assert refused.value.sentence == sentence.format(place=f" at 127.0.0.1:{postgresql.port}")
        assert "hidden" not in f"{refused.value} {refused.value.__cause__}"


async def test_a_server_that_is_away_is_named_without_the_password(unused_tcp_port):
    with pytest.raises(StoreError) as away:
        async with open_database(f"postgresql://bot:hidden@127.0.0.1:{unused_tcp_port}/bot"):
            pass
    assert away.value.sentence == UNREACHABLE.format(place=f" at 127.0.0.1:{unused_tcp_port}")
    assert "hidden" not in f"{away.value} {away.value.__cause__}"


@pytest.mark.parametrize("missing", ["raise ModuleNotFoundError('psycopg')", "raise ImportError('no pq wrapper available')"])
def test_without_the_driver_the_extra_is_named(missing, tmp_path):
    """In a process of its own, in which psycopg cannot be imported, as where it, or PostgreSQL's own library, is not installed."""
    (tmp_path / "psycopg.py").write_text(missing)
    code = f"""
import asyncio, sys
sys.path.insert(0, {str(tmp_path)!r})
from bot.errors import StoreError
from bot.storage.database import open_database
async def main():
    try:
        async with open_database("postgresql://bot:hidden@127.0.0.1/bot"):
            pass
    except StoreError as error:
        print(error)
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{NO_DRIVER} {NO_DRIVER_REMEDY}"


async def test_a_file_locked_by_another_program_is_told_as_locked(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    path = tmp_path / "bot.sqlite3"
    async with open_database(f"sqlite:///{path}") as database:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as locked:
            await database.check_writable()
        other.close()
        assert locked.value.sentence == LOCKED
        # The lock gone, writing goes on.
        await database.check_writable()

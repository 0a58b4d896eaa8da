"""Using it: a transaction is all or nothing, writers take turns, and a backup is whole."""

import asyncio
import shutil
import sqlite3
import stat
from contextlib import closing, nullcontext
from functools import partialmethod
from unittest.mock import Mock

import pytest
from sqlalchemy import select, text

from bot.errors import StoreError
from bot.storage.backups import ITSELF, NOT_WRITTEN
from bot.storage.database import BACKUP_POSTGRESQL, MOST_UNSYNCED, open_database
from bot.storage.db_errors import BUSY, FULL, READ_ONLY
from bot.storage.sqlite import UnsyncedConnection, _SqliteConnection
from bot.storage.tables import channel_defaults as table
from bot.storage.tables import known_posts

#: SQLite's number of the level at which each commit is synced.
FULLY = 2


def row(channel: str, platform_id: str = "linkedin-A") -> dict[str, str]:
    return {"team": "T1", "channel": channel, "platform_id": platform_id}


async def count(database):
    async with database.read() as connection:
        return await connection.scalar(text("SELECT count(*) FROM channel_defaults"))


async def test_a_transaction_that_raises_leaves_nothing(database):
    async def write_and_fail():
        async with database.write() as connection:
            await connection.execute(table.insert().values(row("C1")))
            raise LookupError

    with pytest.raises(LookupError):
        await write_and_fail()
    assert await count(database) == 0


async def test_a_transaction_that_is_cancelled_leaves_nothing_and_the_next_one_works(database):
    begun = asyncio.Event()

    async def write_and_wait():
        async with database.write() as connection:
            await connection.execute(table.insert().values(row("C1")))
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_and_wait())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.write() as connection:
        await connection.execute(table.insert().values(row("C2")))
    assert await count(database) == 1


async def test_a_hundred_writers_at_once_all_write(database):
    async def write(number: int):
        async with database.write() as connection:
            await connection.execute(table.insert().values(row(f"C{number}")))

    await asyncio.gather(*(write(number) for number in range(100)))
    assert await count(database) == 100


async def test_readers_do_not_wait_for_a_writer_and_do_not_see_its_work_before_it_is_done(database):
    async with database.write() as connection:
        await connection.execute(table.insert().values(row("C1")))
        assert await asyncio.wait_for(count(database), 60) == 0
    assert await count(database) == 1


async def test_a_reading_connection_of_sqlite_cannot_write(tmp_path):
    async with open_database(f"sqlite:///{tmp_path / 'bot.sqlite3'}") as database:
        with pytest.raises(StoreError) as refused:
            async with database.read() as connection:
                await connection.execute(table.insert().values(row("C1")))
        assert refused.value.sentence == READ_ONLY


async def test_a_full_disk_is_told_as_full_and_what_was_there_stays(tmp_path):
    async def write(database, channel, pages, platform_id):
        async with database.write() as connection:
            await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
            await connection.execute(table.insert().values(row(channel, platform_id)))

    async with open_database(f"sqlite:///{tmp_path / 'bot.sqlite3'}") as database:
        await write(database, "C1", 1_000_000, "linkedin-A")
        with pytest.raises(StoreError) as full:
            await write(database, "C2", 1, "x" * 1_000_000)
        assert full.value.sentence == FULL
        assert await count(database) == 1


async def test_a_statement_that_takes_too_long_is_stopped_by_postgresql(postgresql):
    async with open_database(f"{postgresql.make_database()}?options=-c%20statement_timeout%3D50") as database:
        with pytest.raises(StoreError) as slow:
            async with database.read() as connection:
                await connection.execute(text("SELECT pg_sleep(10)"))
        assert slow.value.sentence == BUSY
        await database.ping()


async def test_a_connection_that_the_server_closed_is_replaced(postgresql):
    async with open_database(postgresql.make_database()) as database:
        async with database.read() as connection:
            pid = await connection.scalar(text("SELECT pg_backend_pid()"))
        async with open_database(postgresql.url("postgres")) as other, other.read() as connection:
            await connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        await database.ping()


async def test_a_backup_taken_between_writes_is_whole_and_private(tmp_path):
    target = tmp_path / "backup.sqlite3"
    async with open_database(f"sqlite:///{tmp_path / 'bot.sqlite3'}") as database:
        async with database.write() as connection:
            await connection.execute(table.insert().values(row("C1")))
        async with database.write() as connection:
            await connection.execute(table.insert().values(row("C2")))
            await database.backup(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.sqlite3", "bot.sqlite3"]
    copy = sqlite3.connect(target)
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert copy.execute("SELECT channel FROM channel_defaults").fetchall() == [("C1",)]
    copy.close()
    async with open_database(f"sqlite:///{target}") as restored:
        assert await count(restored) == 1


async def test_a_backup_over_the_database_itself_or_into_nowhere_is_refused(tmp_path):
    path = tmp_path / "bot.sqlite3"
    async with open_database(f"sqlite:///{path}") as database:
        with pytest.raises(StoreError) as itself:
            await database.backup(path)
        with pytest.raises(StoreError) as nowhere:
            await database.backup(tmp_path / "nowhere" / "backup.sqlite3")
    assert itself.value.sentence == ITSELF
    assert nowhere.value.sentence == NOT_WRITTEN.format(reason="no such file or directory")


async def test_a_backup_of_postgresql_is_left_to_its_own_program(postgresql, tmp_path):
    async with open_database(postgresql.make_database()) as database:
        with pytest.raises(StoreError) as refused:
            await database.backup(tmp_path / "backup")
    assert refused.value.sentence == BACKUP_POSTGRESQL


@pytest.mark.parametrize(("kind", "most"), [("read", 1), ("write", 2)])
async def test_a_statement_goes_to_the_connections_thread_once(tmp_path, made_databases, monkeypatch, kind, most):
    """Each way there and back costs more than what SQLite does there; a write begins with its first statement, and commits."""
    async with open_database(f"sqlite:///{shutil.copy(made_databases.posts_known, tmp_path / 'bot.sqlite3')}") as database:
        use = database.read if kind == "read" else database.write
        async with use() as connection:
            await connection.execute(select(known_posts))
        asked = Mock(side_effect=_SqliteConnection._execute)
        monkeypatch.setattr(_SqliteConnection, "_execute", partialmethod(asked))
        async with use() as connection:
            assert len((await connection.execute(select(known_posts))).all()) > 20
        assert asked.call_count == most


@pytest.mark.parametrize("channel", ["C2", None], ids=["stored", "refused"])
async def test_a_transaction_of_one_statement_is_all_or_nothing_beside_the_others(database, channel):
    async def write_all():
        rows = [row("C1"), row("C0") | {"channel": channel}]
        await database.write_one(lambda _: table.insert(), rows)

    async with database.write() as connection:
        writing = asyncio.ensure_future(write_all())
        await connection.execute(table.insert().values(row("C3")))
    with nullcontext() if channel else pytest.raises(StoreError):
        await writing
    assert await count(database) == (3 if channel else 1)


async def test_a_statement_waits_for_its_turn_not_for_sqlites_lock(tmp_path, monkeypatch):
    """SQLite's own wait for a lock sleeps, up to a tenth of a second at a time."""
    asked = Mock(side_effect=UnsyncedConnection.insert)
    monkeypatch.setattr(UnsyncedConnection, "insert", partialmethod(asked))
    async with open_database(f"sqlite:///{tmp_path / 'bot.sqlite3'}") as database:
        async with database.write():
            writing = asyncio.ensure_future(database.write_one(lambda _: table.insert(), [row("C1")]))
            await asyncio.sleep(0.01)
            assert not asked.called
        await writing
        assert await count(database) == asked.call_count == 1


async def test_a_statement_waits_while_another_process_writes_and_the_event_loop_goes_on(tmp_path):
    async with open_database(f"sqlite:///{(file := tmp_path / 'bot.sqlite3')}") as database:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            writing = asyncio.ensure_future(database.write_one(lambda _: table.insert(), [row("C1")]))
            await asyncio.sleep(0.01)
            assert not writing.done()
            other.execute("COMMIT")
        await writing
        assert await count(database) == 1


async def test_a_file_that_was_moved_away_before_the_first_statement_is_not_made_anew(tmp_path):
    async with open_database(f"sqlite:///{(file := tmp_path / 'bot.sqlite3')}") as database:
        file.rename(tmp_path / "away.sqlite3")
        await database.write_one(lambda _: table.insert(), [row("C1")])
    assert not file.exists()


async def test_what_is_not_synced_is_moved_into_the_file_now_and_then(tmp_path):
    async with open_database(f"sqlite:///{(file := tmp_path / 'bot.sqlite3')}") as database:
        for number in range(3 * MOST_UNSYNCED):
            await database.write_one(lambda _: table.insert(), [row(f"C{number}") | {"platform_id": "x" * 40_000}])
        assert file.stat().st_size > MOST_UNSYNCED * 40_000


async def test_what_is_not_synced_leaves_the_transactions_synced(tmp_path):
    async with open_database(f"sqlite:///{tmp_path / 'bot.sqlite3'}") as database:
        await database.write_one(lambda _: table.insert(), [row("C1")])
        async with database.write() as connection:
            assert await connection.scalar(text("PRAGMA synchronous")) == FULLY


def test_a_statement_that_outlives_its_loop_leaves_the_connection_usable(tmp_path):
    """The caller's loop is closed: the thread cannot answer, and goes on."""

    async def leave() -> _SqliteConnection:
        connection = _SqliteConnection(tmp_path / "bot.sqlite3")
        await connection
        slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT count(*) FROM n"
        asking = asyncio.ensure_future(connection.run("execute", slow, ()))
        await asyncio.sleep(0)
        asking.cancel()
        return connection

    connection = asyncio.run(leave())
    asyncio.run(asyncio.wait_for(connection.close(), 60))


async def test_a_closing_that_is_cut_short_ends(tmp_path):
    """The waiting task is cancelled twice: SQLAlchemy then ends the thread itself, while it is being closed."""
    connection = _SqliteConnection(tmp_path / "bot.sqlite3")
    await connection
    closing = asyncio.ensure_future(connection.close())
    await asyncio.sleep(0)
    connection.stop()
    await asyncio.wait_for(closing, 60)


def test_a_closing_that_outlives_its_loop_ends_the_thread(tmp_path):
    """Closing and then stopping the thread both have no loop to answer."""

    async def leave() -> _SqliteConnection:
        connection = _SqliteConnection(tmp_path / "bot.sqlite3")
        await connection
        slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT count(*) FROM n"
        asking = asyncio.ensure_future(connection.run("execute", slow, ()))
        await asyncio.sleep(0)
        asking.cancel()
        connection.stop()
        return connection

    connection = asyncio.run(leave())
    connection._thread.join(10)
    assert not connection._thread.is_alive()

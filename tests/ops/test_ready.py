"""/readyz while the database can be read and not written."""

import shutil
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import aiohttp
import pytest
from sqlalchemy import text


async def ready(scene):
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{scene.port}/readyz") as answer:
        return answer.status, await answer.json()


@pytest.fixture
async def scene(open_scene):
    async with open_scene(port=0) as opened:
        yield opened


async def test_it_is_red_while_another_program_locks_the_database(scene, monkeypatch):
    path = scene.bot.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as other:
        other.execute("BEGIN IMMEDIATE")
        with monkeypatch.context() as patch:
            patch.setattr("bot.app.PATIENCE", 0.5)
            status, body = await ready(scene)
        assert (status, list(body["problems"])) == (503, ["store"])
        other.execute("ROLLBACK")
    assert (await ready(scene))[0] == 200


async def no_more_pages(connection, _monkeypatch):
    pages = await connection.scalar(text("PRAGMA page_count"))
    await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


async def read_only(connection, _monkeypatch):
    await connection.exec_driver_sql("PRAGMA query_only = ON")


async def a_full_disk(_connection, monkeypatch):
    """SQLite's log has room from before, so that the next writes succeed still."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=4096))


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [(read_only, "read-only"), (no_more_pages, "full"), (a_full_disk, "full")],
    ids=["read-only", "no more pages", "full disk"],
)
async def test_it_is_red_while_the_database_cannot_be_written(scene, monkeypatch, trouble, expected):
    async with scene.bot.database.write() as connection:
        await trouble(connection, monkeypatch)
    status, body = await ready(scene)
    assert (status, list(body["problems"])) == (503, ["store"])
    assert expected in body["problems"]["store"]

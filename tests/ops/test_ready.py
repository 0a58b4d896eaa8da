"""/readyz while the database can be read and not written."""

import sqlite3
from contextlib import closing

import aiohttp
import pytest


async def ready(scene):
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{scene.port}/readyz") as answer:
        return answer.status, await answer.json()


@pytest.fixture
async def scene(open_scene):
    async with open_scene(port=0) as opened:
        yield opened


async def test_it_is_red_while_another_program_locks_the_database(scene):
    path = scene.bot.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as other:
        other.execute("BEGIN IMMEDIATE")
        status, body = await ready(scene)
        assert (status, list(body["problems"])) == (503, ["store"])
        other.execute("ROLLBACK")
    assert (await ready(scene))[0] == 200


async def test_it_is_red_while_the_database_is_read_only(scene):
    async with scene.bot.database.write() as connection:
        await connection.exec_driver_sql("PRAGMA query_only = ON")
    status, body = await ready(scene)
    assert (status, list(body["problems"])) == (503, ["store"])

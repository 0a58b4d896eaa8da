"""Whatever ends the process, and whenever: nothing is posted twice, nothing is forgotten."""

import asyncio
import os
import random
import shutil

import pytest

from tests.delivery.crash import crashes
from tests.delivery.crash.crash_scene import open_crash_scene
from tests.fixtures.processes import get_ready

#: Each waits for seconds of the bot's own, and for its processes; on a busy machine that takes minutes.
pytestmark = pytest.mark.timeout(600)

#: Another number is another sample; the whole matrix is `pytest -m full`.
SEED = int(os.environ.get("CRASH_SEED", "1"))
SAMPLE = random.Random(SEED).sample(crashes.ALONE, 2)  # noqa: S311 - a sample, not a secret


def name(crash):
    return crash.__name__


async def perform(crash, tmp_path, url=None):
    async with open_crash_scene(tmp_path, url) as scene:
        await crash(scene)
        await scene.end()
        await scene.check()


async def test_a_sample_of_the_matrix_and_two_processes_on_one_postgresql(tmp_path, made_databases, postgresql):
    """All at the same time, since each waits most of its time; a failure's traceback names the crash."""
    # The tables are there already: steps of the schema are made one after the other in a process.
    url = postgresql.make_current_database()
    get_ready()
    async with asyncio.TaskGroup() as group:
        for crash in SAMPLE:
            (folder := tmp_path / name(crash)).mkdir()
            shutil.copy(made_databases.new, folder / "bot.sqlite3")
            group.create_task(perform(crash, folder))
        group.create_task(perform(crashes.two_processes_and_a_kill, tmp_path, url))


@pytest.mark.full
@pytest.mark.parametrize("crash", crashes.ALONE, ids=name)
async def test_the_whole_matrix_on_sqlite(crash, tmp_path):
    await perform(crash, tmp_path)


@pytest.mark.full
async def test_kills_at_every_message(tmp_path):
    await perform(crashes.killed_again_and_again, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("crash", crashes.ON_POSTGRESQL, ids=name)
async def test_the_whole_matrix_on_postgresql(crash, tmp_path, postgresql):
    await perform(crash, tmp_path, postgresql.make_database())

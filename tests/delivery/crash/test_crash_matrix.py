"""Whatever ends the process, and whenever: nothing is posted twice, nothing is forgotten."""

import os
import random

import pytest

from tests.delivery.crash import crashes
from tests.delivery.crash.crash_scene import open_crash_scene

#: Each waits for seconds of the bot's own, and for its processes; on a busy machine that takes minutes.
pytestmark = pytest.mark.timeout(400)

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


@pytest.mark.parametrize("crash", SAMPLE, ids=name)
async def test_a_sample_of_the_matrix(crash, tmp_path):
    await perform(crash, tmp_path)


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


async def test_two_processes_on_one_postgresql(tmp_path, postgresql):
    await perform(crashes.two_processes_and_a_kill, tmp_path, postgresql.make_database())

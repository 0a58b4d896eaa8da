"""Whatever ends the process, and whenever: nothing is posted twice, nothing is forgotten."""

import os
import random

import pytest

from tests.delivery.crash import plays
from tests.delivery.crash.stage import open_stage

#: Each waits for seconds of the bot's own, and for its processes; on a busy machine that takes minutes.
pytestmark = pytest.mark.timeout(400)

#: Another number is another sample; the whole matrix is `pytest -m full`.
SEED = int(os.environ.get("CRASH_SEED", "1"))
SAMPLE = random.Random(SEED).sample(plays.ALONE, 2)  # noqa: S311 - a sample, not a secret


def name(play):
    return play.__name__


async def perform(play, tmp_path, url=None):
    async with open_stage(tmp_path, url) as stage:
        await play(stage)
        await stage.end()
        await stage.check()


@pytest.mark.parametrize("play", SAMPLE, ids=name)
async def test_a_sample_of_the_matrix(play, tmp_path):
    await perform(play, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("play", plays.ALONE, ids=name)
async def test_the_whole_matrix_on_sqlite(play, tmp_path):
    await perform(play, tmp_path)


@pytest.mark.full
async def test_kills_at_every_message(tmp_path):
    await perform(plays.killed_again_and_again, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("play", plays.ON_POSTGRESQL, ids=name)
async def test_the_whole_matrix_on_postgresql(play, tmp_path, postgresql):
    await perform(play, tmp_path, postgresql.make_database())


async def test_two_processes_on_one_postgresql(tmp_path, postgresql):
    await perform(plays.two_processes_and_a_kill, tmp_path, postgresql.make_database())

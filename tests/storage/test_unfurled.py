"""Which post was shown where, and what was answered: one claim, the first one, on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from unittest.mock import Mock

import pytest

from bot.ops.tasks import BackgroundTasks
from bot.storage.claims import REMEMBERED, AnsweredEventRepository, LastQuestions, PreviewRepository

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
POST = "urn:li:share:7123456789012345678"


@pytest.fixture
def unfurled(database) -> PreviewRepository:
    return PreviewRepository(database)


async def claimed(unfurled, at, place=("T1", "C1", POST)):
    return await unfurled.claim(*place, at=at, since=at - HALF_AN_HOUR)


async def test_it_is_taken_once_until_the_time_has_passed(unfurled):
    moments = (NINE, NINE + timedelta(minutes=1), NINE + HALF_AN_HOUR, NINE + timedelta(minutes=31), NINE + timedelta(minutes=32))
    assert [await claimed(unfurled, at) for at in moments] == [True, False, False, True, False]


async def test_another_workspace_channel_or_post_is_another_matter(unfurled):
    others = (("T1", "C1", POST), ("T2", "C1", POST), ("T1", "C2", POST), ("T1", "C1", "urn:li:share:1"))
    assert all([await claimed(unfurled, NINE, other) for other in others])


async def test_given_back_it_can_be_taken_again(unfurled):
    assert await claimed(unfurled, NINE)
    await unfurled.release("T1", "C1", POST)
    assert await claimed(unfurled, NINE)


async def test_of_many_who_want_it_at_once_one_gets_it(unfurled):
    assert sum(await asyncio.gather(*(claimed(unfurled, NINE) for _ in range(8)))) == 1
    assert sum(await asyncio.gather(*(claimed(unfurled, NINE + timedelta(hours=1)) for _ in range(8)))) == 1


async def test_of_what_is_answered_at_once_each_key_is_new_once_and_written_together(database, monkeypatch):
    answered, written = AnsweredEventRepository(database), Mock(side_effect=database.write_one)
    monkeypatch.setattr(database, "write_one", written)
    keys = [["a"], ["b"], ["a", "c"], ["c"], ["d"]]
    assert await asyncio.gather(*(answered.claim("T1", each, NINE, 10) for each in keys)) == [True, True, False, False, True]
    assert written.call_count == 1
    assert await answered.claim("T2", ["a"], NINE, 10)
    assert not await answered.claim("T1", ["a"], NINE + REMEMBERED - timedelta(seconds=1), 10)


async def test_the_questions_of_a_busy_moment_are_written_together(database, monkeypatch):
    """Where several came since the last write, the next one waits for more; what waits is known all the same."""
    tasks, written = BackgroundTasks(), Mock(side_effect=database.write_one)
    monkeypatch.setattr(database, "write_one", written)
    monkeypatch.setattr("bot.storage.claims.PAUSE", 600)
    last = LastQuestions(database, partial(tasks.start, name="remember a question"), timedelta(hours=1), lambda: NINE)
    last.note(("T1", "C1", "U1"), "acme")
    last.note(("T1", "C1", "U1"), "bob")
    while not written.call_count:  # noqa: ASYNC110 - the write tells nobody
        await asyncio.sleep(0)
    last.note(("T1", "C1", "U1"), "ann")
    last.note(("T1", "C2", "U1"), "team")
    for _ in range(100):
        await asyncio.sleep(0)
    assert written.call_count == 1
    waiting = [await last.find(("T1", place, "U1")) for place in ("C1", "C2")]
    assert [one and one.words for one in waiting] == ["ann", "team"]
    await tasks.drain(0)

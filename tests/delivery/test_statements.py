"""What a digest asks of the database: a thousand at once take as long as their statements."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import event

from bot.delivery import queue
from bot.subscriptions.delivery_state import DeliveryState
from tests.fixtures.deliveries import DUE


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_url(request):
    if request.param == "sqlite":
        return {}
    return {"database_url": request.getfixturevalue("postgresql").make_current_database(posts_known=True)}


@pytest.fixture
def counted(digesting):
    """Statements and commits, counted from here on; on PostgreSQL a statement alone is a transaction without the latter."""
    found, database = Counter[str](), digesting.scene.bot.database
    # On PostgreSQL both are one.
    for engine in {database._writing.sync_engine, database._reading.sync_engine} if database.file else {database._writing.sync_engine}:
        event.listen(engine, "before_cursor_execute", lambda *_: found.update(["statements"]))
        event.listen(engine, "commit", lambda *_: found.update(["commits"]))
    return found


@pytest.fixture
def jobs_wait(monkeypatch):
    """Nothing is taken from the queue: the test does what is due itself."""
    monkeypatch.setattr(queue.JobQueue, "_run", lambda _: asyncio.Event().wait())


async def test_a_digest_and_each_of_its_replies_ask_no_more_than_they_need(jobs_wait, digesting, counted):
    work, stores, clock = digesting.scene.bot.work, digesting.stores, digesting.scene.clock
    for number in range(2):
        await digesting.digest(id=f"digest-{number}", next_run_at=DUE)
    first, second = await stores.occurrences.claim_due(clock())
    assert await work.process(first)
    clock.go_on(seconds=2)
    # The figures of the second are known from the first.
    await digesting.scene.settle()
    counted.clear()
    assert await work.process(second)
    # Read with its digest; claimed; the digest locked, the intent, its replies; what was before it and the workspace; sent.
    message = counted.copy()
    replies = []
    while due := await stores.follow_ups.due_parts(clock()):
        clock.go_on(seconds=2)
        counted.clear()
        assert await work.process_part(*due[0])
        # Read with its delivery, claimed, sent.
        replies.append(counted.copy())
    assert set(await digesting.states("digest-1")) == {DeliveryState.SENT}
    if digesting.scene.bot.database.file:
        assert message == {"statements": 11, "commits": 3}
        assert replies
        assert all(one == {"statements": 5, "commits": 2} for one in replies)
    else:
        assert message == {"statements": 8, "commits": 1}
        assert replies
        assert all(one == {"statements": 3} for one in replies)

"""Over PostgreSQL the same work is carried by a job queue: a job is enqueued with its row, and a lost one is nudged."""

import asyncio
import sys
import uuid
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import event, make_url, text

from bot.delivery import queue
from bot.delivery.queue import open_queue
from bot.errors import StoreError
from bot.storage.database import driver_arguments
from bot.storage.occurrences import OccurrenceRepository
from bot.storage.postgresql import NO_DRIVER, NO_DRIVER_REMEDY
from bot.subscriptions.delivery_state import DeliveryState
from bot.subscriptions.subscription import SubscriptionStatus


@pytest.fixture
def engine_url(postgresql):
    return {"database_url": postgresql.make_current_database(posts_known=True)}


async def jobs(digesting):
    async with digesting.scene.bot.database.read() as connection:
        return [row.queueing_lock for row in await connection.execute(text("SELECT queueing_lock FROM procrastinate_jobs"))]


async def test_what_is_due_is_posted_once_with_its_thread(digesting):
    await digesting.digest()
    await digesting.tick(rounds=4, seconds=2)
    (posted,) = digesting.posted()
    assert (await digesting.the_delivery()).state is DeliveryState.SENT
    assert [reply.thread_ts for reply in digesting.replies()] == [posted.ts]
    assert await jobs(digesting) == []


@pytest.mark.parametrize("password", ["zu%wenig", "sla/sh", "spa ce"])
async def test_the_queue_reads_the_url_as_the_ledger_does(open_digesting, postgresql, password, caplog):
    """libpq takes a lone % or a / in a password otherwise, and quotes the password when it cannot."""
    url = make_url(postgresql.make_database())
    user = f"user_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(postgresql.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {user} SUPERUSER LOGIN PASSWORD '{password}'".encode())
    async with open_digesting(database_url=f"postgresql://{user}:{password}@{url.host}:{url.port}/{url.database}") as digesting:
        await digesting.digest()
        await digesting.tick(rounds=4, seconds=2)
        assert await digesting.states() == [DeliveryState.SENT]
    assert password not in caplog.text


async def test_without_the_queues_library_the_extra_is_named(open_digesting, monkeypatch):
    """Somebody installed psycopg alone: the database opens, and what carries the digests is not there."""
    monkeypatch.setitem(sys.modules, "bot.delivery.queue", None)
    with pytest.raises(StoreError) as refused:
        async with open_digesting():
            pass
    assert (refused.value.sentence, refused.value.remedy) == (NO_DRIVER, NO_DRIVER_REMEDY)


async def test_a_lost_answer_is_settled_here_too(digesting):
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="reset_after")
    await digesting.digest()
    await digesting.tick(rounds=4, seconds=2)
    assert (await digesting.the_delivery()).state is DeliveryState.SENT
    assert len(digesting.posted()) == 1


async def test_a_job_that_was_lost_is_nudged(digesting):
    """The row is there and its job is not: the sweep finds it."""
    digest = await digesting.digest(status=SubscriptionStatus.PAUSED)
    without_jobs = OccurrenceRepository(digesting.scene.bot.database)
    delivery = await without_jobs.send_now(digest.id, "click", digesting.scene.clock(), by="U1")
    assert delivery is not None
    await digesting.tick(rounds=2, seconds=2)
    assert (await digesting.stores.history.delivery(delivery.id)).state is DeliveryState.SENT
    assert len(digesting.posted()) == 1


async def test_a_job_is_rolled_back_with_its_row(digesting):
    """Whatever breaks the transaction leaves neither the delivery nor its job."""
    digest = await digesting.digest(status=SubscriptionStatus.PAUSED)
    real = digesting.stores.occurrences._enqueue

    async def enqueue_and_break(connection, deliveries):
        await real(connection, deliveries)
        raise RuntimeError("the power went")

    breaking = OccurrenceRepository(digesting.scene.bot.database, enqueue_and_break)
    with pytest.raises(RuntimeError):
        await breaking.send_now(digest.id, "click", digesting.scene.clock(), by="U1")
    assert await digesting.deliveries() == ()
    assert await jobs(digesting) == []


async def test_what_several_processes_found_waits_in_the_queue_once_and_in_their_order(engine_url):
    """Each sweep finds again what waits, another process's in another order; none waits for the other's end for ever."""
    arguments = driver_arguments(engine_url["database_url"])
    async with open_queue(arguments, 1.0, 60.0) as first, open_queue(arguments, 1.0, 60.0) as second:
        await first.submit(["b", "a"], [("b", "1")])
        await second.submit(["c", "a", "b"], [("b", "1"), ("a", "1")])
        found = [str(number) for number in range(3000)]
        sweeps = ((one, ids) for one, ids in ((first, found), (second, found[::-1])) for _ in range(3))
        await asyncio.gather(*(one.submit(ids, []) for one, ids in sweeps))
        async with first._pool.connection() as connection:
            rows = await connection.execute("SELECT queueing_lock, args FROM procrastinate_jobs ORDER BY id")
            waiting = await rows.fetchall()
    assert [lock for lock, _ in waiting[:5]] == ["b", "a", "b 1", "c", "a 1"]
    assert [args for _, args in waiting[1:3]] == [{"delivery": "a", "part": ""}, {"delivery": "b", "part": "1"}]
    assert sorted(lock for lock, _ in waiting[5:]) == sorted(found)


async def test_what_is_being_done_is_not_queued_again_until_its_claim_would_have_ended(engine_url):
    """A sweep reads what waits, and by the time it adds the jobs another process has begun with it."""
    async with open_queue(driver_arguments(engine_url["database_url"]), 1.0, 60.0) as own, own._pool.connection() as connection:

        async def waiting():
            await own.submit(["a", "b"], [("b", "1")])
            rows = await connection.execute("SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
            return [lock for (lock,) in await rows.fetchall()]

        assert await waiting() == ["a", "b", "b 1"]
        begun = "UPDATE procrastinate_jobs SET status = 'doing' WHERE queueing_lock IN ('a', 'b 1')"
        await connection.execute(begun)
        assert await waiting() == ["b"]
        # A worker that hangs, or that died before it had the claim, holds nothing up for longer than a claim lasts.
        await connection.execute("UPDATE procrastinate_events SET at = at - interval '61 s' WHERE type = 'started'")
        assert await waiting() == ["b", "a", "b 1"]


@pytest.fixture
def nothing_taken(monkeypatch):
    monkeypatch.setattr(queue.JobQueue, "_run", lambda _: asyncio.Event().wait())


async def test_while_many_jobs_wait_no_sweep_looks_for_more(nothing_taken, digesting, monkeypatch):
    """Over thousands of waiting replies each look took longer than the time between two of them."""
    monkeypatch.setattr(queue, "ENOUGH", 3)
    bot, statements = digesting.scene.bot, []
    event.listen(bot.database._writing.sync_engine, "before_cursor_execute", lambda *given: statements.append(given[2]))

    async def looked():
        statements.clear()
        await bot.scheduling.runner.tick()
        assert statements
        return any("row_number() OVER" in one for one in statements)

    for number in range(5):
        digest = await digesting.digest(id=f"digest-{number}", channel=f"C{number}", status=SubscriptionStatus.PAUSED)
        await OccurrenceRepository(bot.database).send_now(digest.id, "click", digesting.scene.clock(), by="U1")
    assert await looked()
    assert len(await jobs(digesting)) == 5
    assert not await looked()
    async with bot.database.write() as connection:
        await connection.execute(text("DELETE FROM procrastinate_jobs WHERE id IN (SELECT id FROM procrastinate_jobs ORDER BY id LIMIT 3)"))
    assert await looked()
    assert len(await jobs(digesting)) == 5


async def test_the_jobs_of_a_dead_worker_are_finished_and_deleted(digesting):
    async with digesting.scene.bot.database.write() as connection:
        await connection.execute(text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"))
        await connection.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status, worker_id)"
                " SELECT 'digests', 'deliver', 'gone', 'doing', max(id) FROM procrastinate_workers"
                " WHERE last_heartbeat < now() - interval '1 minute'"
            )
        )
    # It has looked at the start, and looks no second time so soon.
    digesting.scene.bot.scheduling.queue._looked = -1_000.0
    await digesting.scene.bot.scheduling.runner.tick()
    assert await jobs(digesting) == []


async def listeners(digesting):
    """The connections on which the queue is told of new jobs."""
    async with digesting.scene.bot.database.read() as connection:
        found = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        return set((await connection.scalars(text(found))).all())


async def appear(digesting, *, besides):
    async with asyncio.timeout(60):
        while not (found := await listeners(digesting) - besides):  # noqa: ASYNC110 - another program's table
            await asyncio.sleep(0.05)
    return found


@contextmanager
def refusing_connections(postgresql, engine_url, ended):
    """A database that takes no connections inside, and has ended these."""
    name = make_url(engine_url["database_url"]).database
    with psycopg.connect(postgresql.url("postgres"), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        for process in ended:
            connection.execute("SELECT pg_terminate_backend(%s)", [process])
        yield
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())


async def test_the_queue_is_told_of_new_jobs_again_after_a_server_that_refused_connections(digesting, engine_url, postgresql, caplog):
    """As while PostgreSQL restarts: the listener ended for good, and each step of a thread waited for the next look, five seconds away."""
    before = await appear(digesting, besides=set())
    with refusing_connections(postgresql, engine_url, before):
        async with asyncio.timeout(60):
            while not [one for one in caplog.records if "is not told of new jobs" in one.message]:  # noqa: ASYNC110 - the log has no event
                await asyncio.sleep(0.05)
    assert await appear(digesting, besides=before)


async def test_a_server_that_stays_away_is_logged_once_a_minute_and_not_at_each_attempt(
    digesting, engine_url, postgresql, caplog, monkeypatch
):
    attempts, cancelled = 0, queue._is_cancelled

    def attempted():
        nonlocal attempts
        attempts += 1
        return cancelled()

    monkeypatch.setattr(queue, "RESTART_AFTER", 0.01)
    monkeypatch.setattr(queue, "_is_cancelled", attempted)
    before = await appear(digesting, besides=set())
    with refusing_connections(postgresql, engine_url, before):
        async with asyncio.timeout(60):
            while attempts < 8:  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0.05)
    assert len([one for one in caplog.records if "is not told of new jobs" in one.message]) == 1


async def test_a_bot_whose_database_goes_away_stops_all_the_same(open_digesting, postgresql):
    """The end of the queue's worker fails then, in place of the cancellation: that is no reason to start it anew."""
    url = postgresql.make_current_database(posts_known=True)
    name = make_url(url).database

    async def run_and_stop():
        async with open_digesting(by_itself=True, database_url=url):
            with psycopg.connect(postgresql.url("postgres"), autocommit=True) as server:
                server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
                server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))

    stopped = asyncio.create_task(run_and_stop())
    assert await asyncio.wait([stopped], timeout=25) == ({stopped}, set())
    await stopped

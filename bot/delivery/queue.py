"""The work queue on PostgreSQL (procrastinate); the ledger says what a job has to do, so that one lost or run twice is harmless."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

from procrastinate import App, PsycopgConnector
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from psycopg import AsyncConnection, Error
from psycopg_pool import AsyncConnectionPool
from sqlalchemy.ext.asyncio.engine import AsyncConnection as LedgerConnection

from bot.delivery.scheduler import AT_ONCE, TICK, Ids, PartIds, Work
from bot.errors import BotError, StoreError
from bot.storage.postgresql import may_be_dead

logger = logging.getLogger(__name__)

Pool: TypeAlias = AsyncConnectionPool[AsyncConnection[Any]]

QUEUE: Final = "digests"
TASK: Final = "deliver"
#: The advisory lock under which the tables are created: two processes that start together create them once.
_SCHEMA_LOCK: Final = 7_204_461_233
#: The one under which a sweep adds jobs: two that add the same ones in another order would wait for each other.
_SWEEP_LOCK: Final = _SCHEMA_LOCK + 1
#: Adds jobs in this order, all with one statement (procrastinate has none that passes over those which wait in the queue already). Nor is
#: a job added beside one that began in the last so many seconds: under load a fourth of them was, and found nothing left to do.
_ADD: Final = f"""
INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args)
SELECT '{QUEUE}', '{TASK}', rtrim(delivery || ' ' || part), jsonb_build_object('delivery', delivery, 'part', part)
FROM unnest(%s::text[], %s::text[]) AS wanted (delivery, part)
WHERE NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job JOIN procrastinate_events AS event ON event.job_id = job.id
    WHERE job.status = 'doing' AND job.queueing_lock = rtrim(delivery || ' ' || part)
    AND event.type = 'started' AND event.at > now() - make_interval(secs => %s))
ON CONFLICT DO NOTHING"""  # noqa: S608 - nothing but this file's own words
#: So many jobs are enough until the next sweep: reading the thousands of parts that may wait takes longer than a second.
ENOUGH: Final = 4 * AT_ONCE
#: Seconds after which a worker without a heartbeat counts as dead, and between two searches for its jobs.
DEAD_AFTER: Final = 30.0
HEARTBEAT: Final = 10.0
#: Seconds before a worker that failed (the database was unreachable) is restarted.
RESTART_AFTER: Final = 1.0
#: Seconds until the log says again that the queue is not told of jobs, while PostgreSQL is away.
LOGGED_AGAIN_AFTER: Final = 60.0
#: Seconds for removing a stopped worker from the database.
LEAVE: Final = 2.0

CONNECTIONS: Final = 5


class JobQueue:
    """Enqueues deliveries, and processes them inside ``working``.

    ``grace``: seconds that running work may take at shutdown; ``lease``: seconds that it holds a delivery.
    """

    def __init__(self, app: App, pool: Pool, grace: float, lease: float) -> None:
        self._app, self._pool, self._grace, self._lease = app, pool, grace, lease
        self._work: Work | None = None
        self._looked, self._found = 0.0, 0
        app.task(name=TASK, queue=QUEUE)(self._deliver)

    async def enqueue(self, connection: LedgerConnection, deliveries: Ids) -> None:
        """Enqueue new deliveries on the ledger's own connection: the jobs commit, or roll back, with the rows."""
        await connection.exec_driver_sql(_ADD, (list(deliveries), [""] * len(deliveries), self._lease))

    async def has_enough(self) -> bool:
        # Where the last sweep found little, the next one costs little.
        if self._found < ENOUGH:
            return False
        try:
            async with self._pool.connection() as connection:
                waiting = "SELECT FROM procrastinate_jobs WHERE queue_name = %s AND status = 'todo' LIMIT %s"
                return (await connection.execute(waiting, (QUEUE, ENOUGH))).rowcount >= ENOUGH
        except (ConnectorException, Error) as error:
            raise StoreError from error

    async def submit(self, deliveries: Ids, parts: PartIds) -> None:
        """Adds jobs for what waits; a job that is in the queue already stays as it is."""
        self._found = len(deliveries) + len(parts)
        try:
            await self._finish_stalled()
            if deliveries or parts:
                async with self._pool.connection() as connection, connection.transaction():
                    await connection.execute(f"SELECT pg_advisory_xact_lock({_SWEEP_LOCK})")
                    every = (*((delivery, "") for delivery in deliveries), *parts)
                    await connection.execute(_ADD, (*map(list, zip(*every, strict=True)), self._lease))
        except (ConnectorException, Error) as error:
            raise StoreError from error

    @asynccontextmanager
    async def working(self, work: Work) -> AsyncIterator[None]:
        """Processes jobs until the context is left; a worker that fails is restarted."""
        self._work = work
        worker = asyncio.create_task(self._run(), name="digests' queue")
        try:
            yield
        finally:
            # Cancelled once, it waits for its jobs and unregisters in the database, if that is reachable; cancelled again, it ends at once.
            for patience in (self._grace + LEAVE, None):
                worker.cancel()
                await asyncio.wait([worker], timeout=patience)

    async def _run(self) -> None:
        while True:
            try:
                await self._app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=AT_ONCE,
                    install_signal_handlers=False,
                    delete_jobs="always",
                    # A job that is added while it looks for others is missed: the next look finds it.
                    fetch_job_polling_interval=TICK,
                    shutdown_graceful_timeout=self._grace,
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=DEAD_AFTER,
                )
            except Exception as error:  # noqa: BLE001 - whatever the error, the ledger still has what waits
                if _is_cancelled():
                    return
                logger.warning("the digests' queue stopped and starts anew", extra={"failure": type(error).__name__})
            await asyncio.sleep(RESTART_AFTER)

    async def _deliver(self, delivery: str, part: str) -> None:
        work = self._work
        if work is None:
            return
        try:
            done = await (work.process_part(delivery, part) if part else work.process(delivery))
        except BotError as error:
            # The claim runs out, and the sweep finds it again.
            logger.warning(
                "a delivery was interrupted", extra={"delivery": delivery, "failure": type(error).__name__, "error": error.sentence}
            )
            return
        if done:
            work.on_done()

    async def _finish_stalled(self) -> None:
        """Ends and deletes the jobs of dead workers; the ledger's leases decide what happens to their deliveries."""
        if time.monotonic() - self._looked < DEAD_AFTER:
            return
        self._looked = time.monotonic()
        for job in await self._app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=DEAD_AFTER):
            await self._app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)


def _is_cancelled() -> bool:
    """Whether this task was cancelled; an error during its cleanup replaces the CancelledError."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _make_pool(**arguments: Any) -> Pool:
    """Its connections are tested before use only when they may be dead; procrastinate asks for each to be tested, always."""
    return AsyncConnectionPool(**arguments | {"check": _test})


async def _test(connection: AsyncConnection[Any]) -> None:
    if may_be_dead(connection):
        await AsyncConnectionPool.check_connection(connection)


async def _commit_each(connection: AsyncConnection[Any]) -> None:
    """Each of procrastinate's statements is a transaction of its own: it need not be begun and ended by two more."""
    await connection.set_autocommit(True)


class _Connector(PsycopgConnector):
    """Listens for new jobs as long as the worker runs; procrastinate's own listener ends, unnoticed, when the server restarts."""

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        channels, logged = tuple(channels), -LOGGED_AGAIN_AFTER
        while True:
            try:
                await super().listen_notify(on_notification, channels)
            except ConnectorException as error:
                if _is_cancelled():
                    return
                if (now := time.monotonic()) - logged >= LOGGED_AGAIN_AFTER:
                    logged = now
                    logger.warning("the digests' queue is not told of new jobs just now", extra={"failure": type(error.__cause__).__name__})
                await asyncio.sleep(RESTART_AFTER)


@asynccontextmanager
async def open_queue(arguments: Mapping[str, Any], grace: float, lease: float) -> AsyncIterator[JobQueue]:
    """Procrastinate over this PostgreSQL (psycopg's arguments), its tables made if they are not there."""
    wanted = {"application_name": "linkedin-stats-bot queue", "client_encoding": "utf8", **arguments}
    connector = _Connector(pool_factory=_make_pool, configure=_commit_each, min_size=1, max_size=CONNECTIONS, kwargs=wanted)
    app = App(connector=connector)
    try:
        await app.open_async()
    except ConnectorException as error:
        raise StoreError from error
    try:
        await _make_tables(app, connector)
        yield JobQueue(app, connector.pool, grace, lease)
    finally:
        await app.close_async()


async def _make_tables(app: App, connector: PsycopgConnector) -> None:
    async with connector.pool.connection() as connection, connection.transaction():
        await connection.execute(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})")
        found = await (await connection.execute("SELECT to_regclass('procrastinate_jobs')")).fetchone()
        if found is None or found[0] is None:
            await connection.execute(app.schema_manager.get_schema())

"""Every second in which there may be something, or when woken: makes deliveries of what is due, and submits what can be processed."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from msgspec import Struct, field

from bot.delivery.recorder import Repositories
from bot.errors import BotError
from bot.ops.tasks import BackgroundTasks

logger = logging.getLogger(__name__)

#: Seconds between two ticks; ``wake`` makes the next one come sooner.
TICK: Final = 1.0
#: Seconds between two ticks after wakes, so that a busy hour does not tick all the time.
MIN_PAUSE: Final = 0.2
#: How long it rests at most while nothing is due and nothing is written to the database.
LONGEST_REST: Final = timedelta(seconds=10)
#: A correction of the clock by less than this needs no repair of due times.
SET_BACK: Final = timedelta(seconds=60)
#: Digests claimed in one transaction, and rows read in one sweep.
BATCH: Final = 100
SWEEP: Final = 1_000
#: Occurrences processed at once in this process.
AT_ONCE: Final = 64
#: Of these, deliveries of one workspace, and as many of its parts, where many share the process: half is always left for others.
SHARE: Final = AT_ONCE // 4
#: Ids of deliveries, and of parts by delivery and name.
Ids = Sequence[str]
PartIds = Sequence[tuple[str, str]]


class Work(Struct, frozen=True):
    """What the queue calls for deliveries and follow-ups; each returns whether anything was done."""

    #: One delivery, by its id.
    process: Callable[[str], Awaitable[bool]]
    #: One part of a delivery, by its name.
    process_part: Callable[[str, str], Awaitable[bool]]
    #: Called when something was done: more may be due.
    on_done: Callable[[], None]


class WorkQueue(Protocol):
    """Processes what the sweep found, in tasks of this process or in a job queue. Submitting the same twice is harmless."""

    async def has_enough(self) -> bool:
        """Whether so much waits that a sweep need not look for more. Raises StoreError."""
        ...

    async def submit(self, deliveries: Ids, parts: PartIds) -> None:
        """Hands these deliveries to workers. Raises StoreError."""
        ...

    def working(self, work: Work) -> AbstractAsyncContextManager[None]:
        """Accepts submissions until the context is left; what was started continues in the registry."""
        ...


class InProcessQueue:
    """Processes in tasks of this process, at most ``at_once``; the others wait for their turn, or for the next sweep's list."""

    def __init__(self, tasks: BackgroundTasks, at_once: int = AT_ONCE) -> None:
        self._tasks, self._at_once = tasks, at_once
        self._running: set[tuple[str, ...]] = set()
        self._waiting: dict[tuple[str, ...], Callable[[], Awaitable[bool]]] = {}
        self._work: Work | None = None

    @asynccontextmanager
    async def working(self, work: Work) -> AsyncIterator[None]:
        self._work = work
        try:
            yield
        finally:
            self._work, self._waiting = None, {}

    async def has_enough(self) -> bool:
        # Each list has the workspaces in turn: one that waits since a moment ago is not behind all that was found before.
        return False

    async def submit(self, deliveries: Ids, parts: PartIds) -> None:
        """Starts those that are not being processed already, as many as may run; the others follow when one has ended."""
        if self._work is None:
            return
        self._waiting = {(delivery,): partial(self._work.process, delivery) for delivery in deliveries}
        self._waiting |= {part: partial(self._work.process_part, *part) for part in parts}
        for key in self._running & self._waiting.keys():
            del self._waiting[key]
        self._start(self._work)

    def _start(self, work: Work) -> None:
        while self._waiting and len(self._running) < self._at_once:
            key = next(iter(self._waiting))
            self._running.add(key)
            self._tasks.start(self._run(work, key, self._waiting.pop(key)), name="deliver")

    async def _run(self, work: Work, key: tuple[str, ...], job: Callable[[], Awaitable[bool]]) -> None:
        done = False
        try:
            done = await job()
        except BotError as error:
            # The claim expires, and the sweep finds it again.
            logger.warning(
                "a delivery was interrupted", extra={"delivery": key[0], "failure": type(error).__name__, "error": error.sentence}
            )
        finally:
            self._running.discard(key)
            self._start(work)
        # While others wait there is enough to do, and no need to look for more.
        if done and not self._waiting:
            work.on_done()


class Scheduler(Struct):
    """Claims what is due every second, or when woken; it rests while nothing can have become due."""

    stores: Repositories
    queue: WorkQueue
    #: A value that stays the same while nothing is written to the database, by whomever; None where that is unknown.
    written: Callable[[], Awaitable[Hashable | None]]
    #: Run first at each tick: notices that the database was put back to an earlier state.
    check_restored: Callable[[], Awaitable[None]]
    #: Jobs that run once, at the first tick that can use the database; a StoreError ends the tick, and they raise nothing else.
    startup_jobs: list[Callable[[], Awaitable[None]]]
    lease: timedelta
    #: How many deliveries, and parts, of one workspace may be processed at once; None for any number.
    share: int | None
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    #: Called after each tick without an error; it must not block.
    ticked: Callable[[], None]
    #: When, on the monotonic clock, the last tick without an error was, or the start.
    last_good: float
    #: Checks that run at each tick, like the jobs.
    periodic_checks: list[Callable[[], Awaitable[None]]] = []
    #: Of a tick that found nothing: what was written until then, its moment, and the next moment at which something is due.
    _rest: tuple[Hashable, datetime, datetime | None] | None = None
    _last_tick: datetime | None = None
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _troubled: bool = False

    @property
    def age(self) -> float:
        """Seconds since the last tick without an error (or since the start)."""
        return self.monotonic() - self.last_good

    def wake(self) -> None:
        self._woken.set()

    async def tick(self) -> None:
        self._rest = None
        await self.check_restored()
        # Before anything else is read: what is written from here on may be missed.
        written = await self.written()
        for check in self.periodic_checks:
            await check()
        for job in tuple(self.startup_jobs):
            await job()
            self.startup_jobs = [other for other in self.startup_jobs if other is not job]
        await self._correct_times()
        # What becomes due from here on may be missed, and ends the rest.
        now = self.clock()
        if await self._claim_batch() >= BATCH:
            # The first of each workspace need not wait until all are claimed.
            await self._submit()
            while await self._claim_batch() >= BATCH:
                continue
        if not await self._submit() and written is not None:
            self._rest = (written, now, await self.stores.history.next_moment(now))
        self.last_good = self.monotonic()
        self.ticked()

    async def _submit(self) -> bool:
        """Whether anything waits; what waits is handed to workers."""
        if await self.queue.has_enough():
            return True
        now, share = self.clock(), self.share
        waiting = await self.stores.history.due_deliveries(now, limit=SWEEP, share=share)
        parts = await self.stores.follow_ups.due_parts(now, limit=SWEEP, share=share)
        await self.queue.submit(waiting, parts)
        return bool(waiting or parts)

    async def _may_find_something(self) -> bool:
        """Whether a tick can find more than the last one did; also after the clock was set."""
        if self._rest is None:
            return True
        written, at, due = self._rest
        now = self.clock()
        return not timedelta() <= now - at < LONGEST_REST or (due is not None and due <= now) or await self.written() != written

    async def _correct_times(self) -> None:
        """Corrects due times and waits at the first tick, and whenever the clock was set back: it may have been wrong before."""
        now, before = self.clock(), self._last_tick
        if before is None:
            await self.stores.follow_ups.end_left_over(now)
        if before is None or now < before - SET_BACK:
            if found := await self.stores.occurrences.correct_due_times(now):
                logger.warning(
                    "next due moments are corrected: a clock was set wrong, or a time zone has new rules", extra={"digests": found}
                )
            if found := await self.stores.occurrences.end_expired_waits(now, lease=self.lease):
                logger.warning("what waits goes on: a clock was set wrong", extra={"waits": found})
        self._last_tick = now

    async def _claim_batch(self) -> int:
        return len(await self.stores.occurrences.claim_due(self.clock(), limit=BATCH))

    async def run(self) -> None:
        """Ticks until cancelled. An error is logged once, and once when it is over."""
        while True:
            woken = self._woken.is_set()
            self._woken.clear()
            try:
                if woken or await self._may_find_something():
                    await self.tick()
                self._note_success()
            except BotError as error:
                self._note_failure(error.sentence)
            except Exception:
                logger.exception("the scheduler failed at a tick")
            await self._wait()

    def _note_success(self) -> None:
        if self._troubled:
            logger.warning("the scheduler runs again")
        self._troubled = False

    def _note_failure(self, sentence: str) -> None:
        if not self._troubled:
            logger.error("the scheduler cannot run", extra={"error": sentence})
        self._troubled = True

    async def _wait(self) -> None:
        await asyncio.sleep(MIN_PAUSE)
        try:
            async with asyncio.timeout(TICK - MIN_PAUSE):
                await self._woken.wait()
        except TimeoutError:
            return

"""The loop: what is due becomes deliveries, and what can be carried on is handed to whoever carries it.

::

    every second, or when woken ─ claim what is due ─ sweep: due, left by a dead worker, owed parts ─→ Carrier
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from bot.delivery.ports import DeliveryQueries, DueOccurrences, FollowUpLedger
from bot.errors import BotError
from bot.ops.tasks import BackgroundTasks
from bot.subscriptions.subscription import NextRun

logger = logging.getLogger(__name__)

#: Seconds between two looks; a wake comes sooner.
TICK: Final = 1.0

#: Seconds between two wakes at most, so that a busy hour does not turn the loop into a spin.
BREATH: Final = 0.05

#: A clock that is put right by less has made nothing due that is far away.
SET_BACK: Final = timedelta(seconds=60)

#: Digests claimed in one transaction, and rows looked at in one sweep.
BATCH: Final = 100
SWEEP: Final = 1_000

#: Occurrences worked on at once in this process.
AT_ONCE: Final = 64

#: What is waiting: deliveries, and parts by delivery and name.
Ids = Sequence[str]
PartIds = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to do with what is carried; each says whether anything was done."""

    #: One delivery, by its id.
    process: Callable[[str], Awaitable[bool]]
    #: One part of a delivery, by its name.
    process_part: Callable[[str, str], Awaitable[bool]]
    #: Told when something was done: more may be due.
    on_done: Callable[[], None]


class WorkQueue(Protocol):
    """Carries what the sweep found: this process' own tasks, or a job queue. Being handed the same twice is harmless."""

    async def carry(self, deliveries: Ids, parts: PartIds) -> None:
        """See that each is processed; raises StoreError."""
        ...

    def working(self, work: Work) -> AbstractAsyncContextManager[None]:
        """Do the work until left."""
        ...


class InProcessQueue:
    """Carries in this process, so many at once; what does not fit comes again with the next sweep.

    Args:
        tasks: the registry that is drained at shutdown.
        at_once: how many are worked on at the same time.
    """

    def __init__(self, tasks: BackgroundTasks, at_once: int = AT_ONCE) -> None:
        self._tasks, self._at_once = tasks, at_once
        self._running: set[tuple[str, ...]] = set()
        self._work: Work | None = None

    @asynccontextmanager
    async def working(self, work: Work) -> AsyncIterator[None]:
        """Start what is carried until left; what was started goes on in the registry."""
        self._work = work
        try:
            yield
        finally:
            self._work = None

    async def carry(self, deliveries: Ids, parts: PartIds) -> None:
        """Start what is not under way already."""
        if self._work is None:
            return
        for delivery in deliveries:
            self._start(self._work, (delivery,), partial(self._work.process, delivery))
        for part in parts:
            self._start(self._work, part, partial(self._work.process_part, *part))

    def _start(self, work: Work, key: tuple[str, ...], deed: Callable[[], Awaitable[bool]]) -> None:
        if key not in self._running and len(self._running) < self._at_once:
            self._running.add(key)
            self._tasks.start(self._carry(work, key, deed), name="deliver")

    async def _carry(self, work: Work, key: tuple[str, ...], deed: Callable[[], Awaitable[bool]]) -> None:
        done = False
        try:
            done = await deed()
        except BotError as error:
            # The claim runs out, and the sweep finds it again.
            logger.warning(
                "a delivery was interrupted", extra={"delivery": key[0], "failure": type(error).__name__, "said": error.sentence}
            )
        finally:
            self._running.discard(key)
        if done:
            work.on_done()


class Scheduler:
    """Rings the clock.

    Args:
        occurrences: where deliveries come from.
        deliveries, parts: where what waits is found.
        carrier: who carries it.
        looks: done first at each ring: which workspace digests belong to, whether a stopped one is back.
        at_first: done once each, at the first ring, by which the database may be locked or away for a while.
        next_run: the schedules.
        clock: the moment (aware, UTC).
        steady: seconds that nobody sets.
    """

    def __init__(
        self,
        *,
        occurrences: DueOccurrences,
        deliveries: DeliveryQueries,
        parts: FollowUpLedger,
        carrier: WorkQueue,
        looks: Sequence[Callable[[], Awaitable[None]]],
        at_first: Sequence[Callable[[], Awaitable[None]]],
        next_run: NextRun,
        clock: Callable[[], datetime],
        steady: Callable[[], float],
    ) -> None:
        self._occurrences, self._deliveries, self._parts, self._carrier = occurrences, deliveries, parts, carrier
        self._at_first = list(at_first)
        self._looks, self._next_run, self._clock, self._steady = list(looks), next_run, clock, steady
        self._rang: datetime | None = None
        self._woken = asyncio.Event()
        self._ticked = steady()
        self._troubled = False

    def also(self, look: Callable[[], Awaitable[None]]) -> None:
        """Do this at each ring too, after what is done first; it must not raise."""
        self._looks.append(look)

    @property
    def age(self) -> float:
        """Seconds since the clock last rang without trouble (or since the start)."""
        return self._steady() - self._ticked

    def wake(self) -> None:
        """Look at once: something is there to do, or something was done."""
        self._woken.set()

    async def tick(self) -> None:
        """One look: claim what is due, and hand on what waits.

        Raises:
            StoreError: the database cannot be used.
        """
        for look in self._looks:
            await look()
        for deed in tuple(self._at_first):
            await deed()
            self._at_first = [other for other in self._at_first if other is not deed]
        await self._put_right()
        while await self._claim_batch() >= BATCH:
            continue
        now = self._clock()
        waiting = (
            *await self._deliveries.expired_leases(now, limit=SWEEP),
            *await self._deliveries.due_deliveries(now, limit=SWEEP),
        )
        await self._carrier.carry(waiting, await self._parts.due_parts(now, limit=SWEEP))
        self._ticked = self._steady()

    async def _put_right(self) -> None:
        """Correct next due moments at the first tick, and whenever the clock was set back: it may have been wrong before."""
        now, before = self._clock(), self._rang
        is_new = before is None or now < before - SET_BACK
        if is_new and (found := await self._occurrences.put_right(now, self._next_run)):
            logger.warning(
                "next due moments are corrected: a clock was set wrong, or a time zone has new rules",
                extra={"digests": found},
            )
        self._rang = now

    async def _claim_batch(self) -> int:
        return len(await self._occurrences.claim_due(self._clock(), self._next_run, limit=BATCH))

    async def run(self) -> None:
        """Ring until cancelled. Trouble is said once, and once when it is over."""
        while True:
            self._woken.clear()
            try:
                await self.tick()
                self._well()
            except BotError as error:
                self._trouble(error.sentence)
            except Exception:
                logger.exception("the digests' clock stumbled")
            await self._wait()

    def _well(self) -> None:
        if self._troubled:
            logger.warning("the digests' clock rings again")
        self._troubled = False

    def _trouble(self, sentence: str) -> None:
        if not self._troubled:
            logger.error("the digests' clock cannot ring", extra={"said": sentence})
        self._troubled = True

    async def _wait(self) -> None:
        await asyncio.sleep(BREATH)
        try:
            async with asyncio.timeout(TICK - BREATH):
                await self._woken.wait()
        except TimeoutError:
            return

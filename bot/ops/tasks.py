"""Background tasks, several coroutines at once, a context variable's value for a block, the current time, a cache whose values expire."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterable
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Generic, TypeVar

#: The current time. A function of Python's own would take as long again, and a card asks for it twenty times.
utc_now: Callable[[], datetime] = partial(datetime.now, UTC)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
D = TypeVar("D")
_NO_TIME = timedelta()
_NOTHING: Any = object()


class TtlCache(Generic[K, V]):
    """Values by key, each for ``age``, ``most`` at most; unlike cachetools' they expire also when the clock was set back."""

    def __init__(self, *, age: timedelta, most: int, clock: Callable[[], datetime]) -> None:
        self._age, self._most, self._clock = age, most, clock
        self._entries: OrderedDict[K, tuple[V, datetime]] = OrderedDict()

    def get(self, key: K, default: D) -> V | D:
        if (entry := self._entries.get(key)) is None:
            return default
        if _NO_TIME <= self._clock() - entry[1] < self._age:
            return entry[0]
        del self._entries[key]
        return default

    async def fetched(self, key: K, fetch: Callable[[K], Awaitable[V]]) -> V:
        """The value, fetched and kept where there is none."""
        if (value := self.get(key, _NOTHING)) is _NOTHING:
            self.put(key, value := await fetch(key))
        return value

    def put(self, key: K, value: V) -> None:
        self._entries[key] = (value, now := self._clock())
        self._entries.move_to_end(key)
        while self._entries and (
            len(self._entries) > self._most or not _NO_TIME <= now - next(iter(self._entries.values()))[1] < self._age
        ):
            self._entries.popitem(last=False)

    def drop(self, key: K) -> None:
        self._entries.pop(key, None)


logger = logging.getLogger(__name__)

T = TypeVar("T")
E = TypeVar("E", bound=Exception)
F = TypeVar("F")
S = TypeVar("S")
#: How often ``drain`` cancels what was started by tasks that were being cancelled.
CANCEL_ROUNDS = 10
#: Tasks that ``within`` cancelled and that have not ended yet.
_given_up: set[asyncio.Task[Any]] = set()


class Inside(Generic[T]):
    """Gives a context variable a value inside of a block: a third of the time of a generator, and each answer has several."""

    def __init__(self, variable: ContextVar[T], value: T) -> None:
        self._variable, self._value = variable, value

    def __enter__(self) -> None:
        self._token = self._variable.set(self._value)

    def __exit__(self, *_: object) -> None:
        self._variable.reset(self._token)


class BackgroundTasks:
    """Refers to every background task until it is done: all of the bot's, or one workspace's, which are among those of the ``whole``."""

    def __init__(self, whole: "BackgroundTasks | None" = None) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._whole = whole

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Runs ``work`` in the background; a failure that is not awaited is logged under ``name``."""
        if self._whole is not None:
            task = self._whole.start(work, name=name)
            task.add_done_callback(self._running.discard)
        else:
            task = asyncio.create_task(work, name=name)
            task.add_done_callback(self._finished)
        self._running.add(task)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("background work failed", extra={"work": task.get_name(), "failure": type(error).__name__}, exc_info=error)

    async def idle(self) -> None:
        """Waits until no task runs, including tasks that are started meanwhile."""
        while self._running:
            await asyncio.wait(tuple(self._running))

    async def drain(self, grace: float) -> int:
        """Waits until no task runs, also of those that start meanwhile, at most ``grace`` seconds; how many were cancelled then."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + grace
        while self._running and (left := deadline - clock()) > 0:
            await asyncio.wait(tuple(self._running), timeout=left)
        cancelled = 0
        for _ in range(CANCEL_ROUNDS):
            if not (late := tuple(self._running)):
                break
            for task in late:
                task.cancel()
            await asyncio.wait(late)
            cancelled += len(late)
        return cancelled


async def run_together(works: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """The results, in the order of ``works``. The first failure cancels the others, waits for their end and is raised itself."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]


async def or_error(kind: type[E], work: Awaitable[T]) -> T | E:
    """The result, or the error of this kind in its place; any other exception propagates."""
    try:
        return await work
    except kind as error:
        return error


async def run_both(first: Coroutine[Any, Any, F], second: Coroutine[Any, Any, S]) -> tuple[F, S]:
    """The two results. The first failure cancels the other, waits for its end and is raised itself."""
    results: list[Any] = await run_together((first, second))
    return results[0], results[1]


async def stop(*tasks: asyncio.Task[Any] | None) -> None:
    """Cancels the tasks and waits for their end; what they raise is dropped. Cancelled itself, it waits no longer."""
    running = [task for task in tasks if task is not None]
    for task in running:
        task.cancel()
        # Retrieved, so that asyncio does not log it.
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    if running:
        await asyncio.wait(running)


def settle(waiting: asyncio.Future[Any], set_outcome: Callable[[Any], None], outcome: Any, *_: object) -> None:
    """Gives the future this result or exception, unless it has one."""
    if not waiting.done():
        set_outcome(outcome)


async def ends_within(seconds: float, work: asyncio.Future[Any]) -> bool:
    """Whether it ends in this time, which is waited for; it goes on otherwise. ``asyncio.wait`` takes four times as long for one."""
    loop = asyncio.get_running_loop()
    ended = loop.create_future()
    end = partial(settle, ended, ended.set_result, None)
    timer = loop.call_later(seconds, end)
    work.add_done_callback(end)
    try:
        await ended
    finally:
        timer.cancel()
        work.remove_done_callback(end)
    return work.done()


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """What ``work`` returns or raises; TimeoutError after ``seconds``.

    It is cancelled and not waited for: psycopg first tells the server, and a frozen one does not answer that either.
    """
    task = asyncio.ensure_future(work)
    try:
        if await ends_within(seconds, task):
            return task.result()
        raise TimeoutError
    finally:
        if not task.done():
            _given_up.add(task)
            task.add_done_callback(_ended)
            task.cancel()


def _ended(task: asyncio.Task[Any]) -> None:
    _given_up.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.debug("work that was given up failed", extra={"failure": type(error).__name__})

"""The registry of running tasks, drained at shutdown.

asyncio keeps only weak references to tasks: work that nobody awaits must be held somewhere, or it can vanish.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: What was given up and has not ended yet.
_given_up: set[asyncio.Task[Any]] = set()


class BackgroundTasks:
    """Holds every task of the bot until it is done."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Run ``work`` in the background; a failure that nobody awaits is logged under ``name``."""
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("background work failed", extra={"work": task.get_name(), "failure": type(error).__name__}, exc_info=error)

    async def idle(self) -> None:
        """Wait until nothing runs any more, work that running work starts included."""
        while self._running:
            await asyncio.wait(tuple(self._running))

    async def drain(self, grace: float) -> int:
        """Wait up to ``grace`` seconds for what runs, cancel the rest, and return how many were cancelled."""
        if self._running:
            await asyncio.wait(tuple(self._running), timeout=grace)
        late = tuple(self._running)
        for task in late:
            task.cancel()
        if late:
            await asyncio.gather(*late, return_exceptions=True)
        return len(late)


async def run_together(works: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """The results, in the order of ``works``. The first failure cancels the others, waits for their end and is raised itself."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """What ``work`` gives, or raises.

    Raises:
        TimeoutError: it has not ended within so many seconds. It is cancelled and not waited for: a cancelled statement of psycopg's first
            takes the time to tell the server so, and a frozen server does not listen to that either.
    """
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if done:
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

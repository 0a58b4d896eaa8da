"""Background work at shutdown: it gets the whole grace, also what starts during it."""

import asyncio
import contextlib

import pytest

from bot.ops.tasks import BackgroundTasks, run_both, run_together, stop


async def test_work_that_running_work_starts_during_shutdown_is_finished_too():
    tasks, done = BackgroundTasks(), []

    async def second():
        await asyncio.sleep(0.05)
        done.append("second")

    async def first():
        await asyncio.sleep(0.05)
        tasks.start(second(), name="second")
        done.append("first")

    tasks.start(first(), name="first")
    assert await tasks.drain(30.0) == 0
    assert done == ["first", "second"]


async def test_what_outlasts_the_grace_is_cancelled_and_counted():
    tasks = BackgroundTasks()
    ended = []

    async def endless():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    tasks.start(endless(), name="endless")
    tasks.start(asyncio.sleep(0), name="short")
    await asyncio.sleep(0)
    assert await tasks.drain(0.1) == 1
    assert ended == [True]
    assert len(tasks) == 0


async def test_what_cancelled_work_starts_while_it_ends_is_cancelled_too():
    tasks = BackgroundTasks()

    async def stubborn():
        try:
            await asyncio.Event().wait()
        finally:
            tasks.start(asyncio.Event().wait(), name="late")

    tasks.start(stubborn(), name="stubborn")
    assert await tasks.drain(0.1) == 2
    assert len(tasks) == 0


@pytest.mark.parametrize("run", [lambda *works: run_together(works), run_both])
async def test_the_first_failure_ends_what_runs_beside_it_before_it_is_raised(run):
    ended = []

    async def endless():
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    async def failing():
        await asyncio.sleep(0)
        raise LookupError

    with pytest.raises(LookupError):
        await run(endless(), failing())
    assert ended == [True]


async def test_what_is_stopped_has_ended_and_what_it_raised_is_nobodys():
    ended = []

    async def failing():
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(True)
            raise RuntimeError

    task = asyncio.create_task(failing())
    await asyncio.sleep(0)
    await stop(task, None)
    assert ended == [True]
    await stop()


async def test_who_is_cancelled_while_something_is_stopped_does_not_go_on():
    ends = asyncio.Event()

    async def slow():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await ends.wait()

    task = asyncio.create_task(slow())
    await asyncio.sleep(0)
    stopping = asyncio.create_task(stop(task))
    await asyncio.sleep(0)
    stopping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopping
    ends.set()
    await task

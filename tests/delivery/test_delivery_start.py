"""What is checked and taken up when the bot starts, and when its scheduler rests."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.delivery import scheduler
from bot.errors import SettingsError, StoreError
from bot.storage.database import open_database
from bot.storage.subscriptions import SubscriptionRepository
from bot.storage.tables import parts
from bot.subscriptions.delivery_state import DeliveryState


@pytest.mark.parametrize(("call", "lease"), [(10, 12), (10, 10), (60, 30), (1, 3)])
async def test_a_lease_that_a_call_could_outlast_is_refused_at_the_start(open_digesting, call, lease):
    with pytest.raises(SettingsError, match="DELIVERY_LEASE") as refused:
        async with open_digesting(delivery_timeout=call, delivery_lease=lease):
            pass
    assert f"{call + 2:g}" in refused.value.remedy


async def test_small_times_are_legal(open_digesting):
    async with open_digesting(delivery_timeout=3, delivery_lease=6) as digesting:
        await digesting.digest()
        await digesting.tick(rounds=2, seconds=2)
        assert await digesting.states() == [DeliveryState.SENT]


async def test_what_an_earlier_version_left_waiting_for_a_message_that_failed_ends_at_the_start(open_digesting):
    async with open_digesting() as before:
        before.scene.slack.faults.add(method="chat.postMessage", kind="error", error="is_archived")
        await before.digest()
        await before.tick()
        async with before.scene.bot.database.write() as connection:
            await connection.execute(update(parts).values(state=DeliveryState.PENDING, ended_at=None))
    async with open_digesting() as after:
        await after.tick(seconds=3)
        (delivery,) = await after.deliveries()
        assert await after.replies_in({DeliveryState.FAILED})
        assert {part.state for part in await after.parts(delivery.id) if part.is_notice} == {DeliveryState.SENT}


async def test_a_silent_clock_makes_the_bot_not_ready(digesting):
    """Whatever keeps the scheduler from running for more than a minute, /readyz says so."""
    runner = digesting.scene.bot.scheduling.runner
    assert await digesting.scene.bot.problems() == {}

    async def in_trouble():
        raise StoreError

    runner.check_restored = in_trouble
    with pytest.raises(StoreError):
        await runner.tick()
    runner.last_good -= 61
    assert "hasn't run for" in (await digesting.scene.bot.problems())["digests"]


@pytest.fixture
async def ticking(open_digesting):
    """A bot whose scheduler ticks by itself, as in the product."""
    async with open_digesting(by_itself=True) as opened:
        yield opened


async def another_process_writes(digesting, digest):
    async with open_database(digesting.scene.bot.settings.database_url) as other:
        await SubscriptionRepository(other).allow_lateness(digest.grace + 1)


async def one_is_due(digesting, digest):
    digesting.scene.clock.now = digest.next_run_at


async def the_clock_is_set_back(digesting, _):
    digesting.scene.clock.go_on(seconds=-1)


async def ten_seconds_are_over(digesting, _):
    digesting.scene.clock.go_on(seconds=10)


@pytest.mark.parametrize("happens", [another_process_writes, one_is_due, the_clock_is_set_back, ten_seconds_are_over])
async def test_the_scheduler_rests_until_something_can_be_due(ticking, monkeypatch, happens):
    digesting, ticks, ticked, bot = ticking, [], asyncio.Event(), ticking.scene.bot
    digest = await digesting.digest(next_run_at=digesting.scene.clock() + timedelta(seconds=5))
    tick = bot.scheduling.runner.tick

    async def counted(_):
        await tick()
        ticks.append(digesting.scene.clock())
        ticked.set()

    monkeypatch.setattr(scheduler.Scheduler, "tick", counted)
    monkeypatch.setattr(scheduler, "TICK", 0.02)
    monkeypatch.setattr(scheduler, "MIN_PAUSE", 0.01)
    bot.scheduling.runner.wake()
    await asyncio.sleep(0.3)
    before = len(ticks)
    await asyncio.sleep(0.2)
    assert before <= len(ticks) <= before + 1, "it ticks though nothing can be due"
    ticked.clear()
    await happens(digesting, digest)
    await asyncio.wait_for(ticked.wait(), 60)


async def test_what_becomes_due_while_the_scheduler_looks_is_claimed_at_the_next_tick(ticking, monkeypatch):
    digesting, runner, clock = ticking, ticking.scene.bot.scheduling.runner, ticking.scene.clock
    digest = await digesting.digest(next_run_at=clock() + timedelta(seconds=5))
    claim_due = runner.stores.occurrences.claim_due

    async def claimed_just_before(*given, **named):
        found = await claim_due(*given, **named)
        clock.now = digest.next_run_at
        return found

    monkeypatch.setattr(runner.stores.occurrences, "claim_due", claimed_just_before)
    monkeypatch.setattr(scheduler, "TICK", 0.02)
    monkeypatch.setattr(scheduler, "MIN_PAUSE", 0.01)
    runner.wake()
    async with asyncio.timeout(60):
        while not await digesting.deliveries():  # noqa: ASYNC110 - the scheduler's own loop is waited for
            await asyncio.sleep(0.02)

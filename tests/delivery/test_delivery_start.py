"""What is checked and taken up when the bot starts."""

import pytest
from sqlalchemy import update

from bot.errors import SettingsError, StoreError
from bot.storage.tables import digests, parts
from bot.subscriptions.delivery_state import DeliveryState
from bot.subscriptions.subscription import OnUncertain


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


async def test_an_open_question_that_the_digest_answers_itself_is_taken_up_at_the_start(open_digesting):
    """The process before ended between "nobody can tell" and the digest's own answer."""
    async with open_digesting(knobs={"scopes_optional": False}) as digesting:
        digesting.scene.slack.faults.add(method="chat.postMessage", kind="reset_before")
        await digesting.digest()
        await digesting.tick(rounds=5, seconds=5)
        assert await digesting.states() == [DeliveryState.UNCERTAIN]
        async with digesting.scene.bot.database.write() as connection:
            await connection.execute(update(digests).values(on_uncertain=OnUncertain.REPOST))
        database_url = digesting.scene.bot.settings.database_url
        async with open_digesting(database_url=database_url) as again:
            again.scene.clock.go_on(minutes=1)
            await again.tick(rounds=3, seconds=2)
            assert await again.states() == [DeliveryState.SENT]


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
    runner = digesting.scene.bot.digests.runner
    assert await digesting.scene.bot.problems() == {}

    async def in_trouble():
        raise StoreError

    runner._revive = in_trouble
    runner._ticked -= 61
    assert "hasn't run for" in (await digesting.scene.bot.problems())["digests"]

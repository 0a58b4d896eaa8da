"""A reached goal is posted once in its channel: with several workers, repeated evaluations and crashes in between."""

import json
from datetime import date, timedelta

import pytest

from bot.subscriptions.delivery_state import DeliveryState
from bot.subscriptions.subscription import SkipReason, SubscriptionKind

ACME = "linkedin-Tz9W5i6ZYG"
TEAM = "T0SANDBOX1"
FIRST = date(2026, 11, 1)


def counted(digesting, last, account=ACME, first=FIRST):
    """Impressions from the first day to ``last``, both inside."""
    return digesting.scene.statistics.world.total(account, "IMPRESSION", first, last + timedelta(days=1))


async def the_goal(digesting):
    (goal,) = await digesting.stores.digests.digests(team=TEAM, kind=SubscriptionKind.GOAL)
    return goal


async def day_by_day(digesting, days):
    """Let the mornings come, and tick some times on each."""
    for _ in range(days):
        digesting.scene.clock.go_on(days=1)
        await digesting.tick(rounds=3, seconds=2)


async def reasons(digesting):
    goal = await the_goal(digesting)
    every = await digesting.stores.history.history(digest=goal.id, limit=100, unsaid=True)
    return [(delivery.state, delivery.reason) for delivery in reversed(every)]


async def test_it_is_said_the_morning_after_the_day_it_was_reached_and_never_again_in_that_month(digesting):
    """Set on the 23rd, reached with the 25th: said on the 26th, and on no other day to the end of the month."""
    target = counted(digesting, date(2026, 11, 25))
    await digesting.scene.ask(f"goal impressions {target} month in #marketing")
    await day_by_day(digesting, 2)
    assert digesting.posted() == []
    await day_by_day(digesting, 1)
    (posted,) = digesting.posted()
    assert f"Acme Robotics reached its goal of {target:,} impressions in November" in posted.text
    assert posted.text.endswith(f"reached with {target:,}.")
    assert posted.metadata["event_payload"]["words"] == f"{ACME} month to 2026-11-25"
    await day_by_day(digesting, 6)
    assert len(digesting.posted()) == 1
    quiet = (DeliveryState.SKIPPED, SkipReason.QUIET.value)
    found = await reasons(digesting)
    assert [one for one in found if one != quiet] == [(DeliveryState.SENT, None)]
    assert len(found) > 7


async def test_the_next_period_is_said_anew_and_a_raised_target_too(digesting):
    """A week's goal of one impression is reached every week; a raised one is another."""
    await digesting.scene.ask("goal impressions 1 week in #marketing")
    await day_by_day(digesting, 2)
    assert len(digesting.posted()) == 1
    await digesting.scene.ask("goal impressions 2 week in #marketing")
    await day_by_day(digesting, 3)
    assert ["goal of 1 impression" in one.text for one in digesting.posted()] == [True, False]
    await day_by_day(digesting, 7)
    assert len(digesting.posted()) == 3


async def test_a_restart_says_nothing_twice(open_digesting):
    """The second process knows from the ledger alone what the first has said."""
    async with open_digesting() as first:
        await first.scene.ask("goal impressions 1 month in #marketing")
        await day_by_day(first, 2)
        assert len(first.posted()) == 1
    async with open_digesting() as second:
        await day_by_day(second, 3)
        assert second.posted() == []
        assert (await reasons(second)).count((DeliveryState.SENT, None)) == 1


async def test_what_may_be_in_the_channel_is_not_said_again(digesting):
    """Slack took the message, and its answer was lost: the channel's history settles it, and the next morning stays quiet."""
    await digesting.scene.ask("goal impressions 1 month in #marketing")
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="reset_after")
    await day_by_day(digesting, 3)
    assert len(digesting.posted()) == 1


async def test_a_goal_of_the_last_day_is_said_in_the_next_month(digesting):
    target = counted(digesting, date(2026, 11, 30))
    await digesting.scene.ask(f"goal impressions {target} month in #marketing")
    await day_by_day(digesting, 9)
    (posted,) = digesting.posted()
    assert "in November" in posted.text
    assert "left" not in posted.text


async def test_what_cannot_be_fetched_is_tried_again_and_then_left_to_the_next_morning(digesting):
    """Elena's access has ended: nothing is posted about her goal, there are no daily notices, and it is never paused."""
    await digesting.scene.ask("goal elena impressions 1 month in #marketing")
    for _ in range(4):
        digesting.scene.clock.go_on(hours=22)
        await digesting.tick(rounds=8, seconds=900)
    found = await reasons(digesting)
    assert found
    assert set(found) <= {(DeliveryState.SKIPPED, SkipReason.QUIET.value), (DeliveryState.PENDING, None)}
    assert digesting.posted() == digesting.owner_messages() == []


async def test_an_account_that_opted_out_is_named_in_no_message(open_digesting):
    async with open_digesting(administrators=["U0ANN00001"]) as digesting:
        await digesting.scene.ask("goal linkedin-ABC impressions 1 month in #marketing")
        assert "is out of the team" in (await digesting.scene.ask("opt out linkedin-ABC"))["text"]
        await day_by_day(digesting, 2)
        assert digesting.posted() == []


async def test_a_deleted_goal_says_nothing(digesting):
    await digesting.scene.ask("goal impressions 1 month in #marketing")
    await digesting.scene.carry_out("goal delete impressions")
    await day_by_day(digesting, 2)
    assert digesting.posted() == []


@pytest.mark.parametrize(("content", "shown"), [((), True), (("chart",), False)])
async def test_a_digest_tells_the_goals_of_its_accounts_after_its_last_day(digesting, content, shown):
    """The digest of the 16th to the 22nd: 22 of 30 days of the month, and the whole week."""
    count = counted(digesting, date(2026, 11, 22))
    week = counted(digesting, date(2026, 11, 22), first=date(2026, 11, 16))
    await digesting.scene.ask(f"goal impressions {2 * count} month")
    await digesting.scene.ask(f"goal impressions {2 * week} week")
    await digesting.scene.ask("goal linkedin-ABC impressions 7 month")
    await digesting.digest(content=content)
    await digesting.tick()
    (posted,) = digesting.posted()
    lines = json.dumps(posted.blocks, ensure_ascii=False)
    assert (
        f"{2 * count:,} impressions in November · {count:,} so far: 50% of the goal with 73% of the month gone: behind" in lines
    ) == shown
    assert (f"in the week Nov 16–22 · not reached: {week:,}, 50% of the goal" in lines) == shown
    assert "7 impressions" not in lines

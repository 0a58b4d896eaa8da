"""Down over a due time, and clocks that are set: one post, or one visible skip, never a burst."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.subscriptions.delivery_state import DeliveryState, Settlement
from bot.subscriptions.subscription import SubscriptionKind, SubscriptionStatus


@pytest.mark.parametrize(
    ("down", "expected"), [({"minutes": 1}, "1 min late"), ({"hours": 3}, "3 h late")], ids=["a minute", "three hours"]
)
async def test_a_missed_run_is_posted_once_and_says_how_late_it_is(digesting, down, expected):
    scene = digesting.scene
    due = scene.clock()
    scene.clock.go_on(**down)
    await digesting.digest(next_run_at=due, cron="2 10 * * 1")
    await digesting.tick(rounds=3, seconds=1)
    assert await digesting.states() == [DeliveryState.SENT]
    (posted,) = digesting.posted()
    assert expected in str(posted.blocks)


async def test_on_time_says_nothing_of_late(digesting):
    await digesting.digest(next_run_at=digesting.scene.clock(), cron="2 10 * * 1")
    await digesting.tick()
    (posted,) = digesting.posted()
    assert "late" not in str(posted.blocks)


async def test_a_late_one_covers_the_days_of_its_due_moment(digesting):
    await digesting.digest(grace=3 * 86_400)
    await digesting.tick(days=2)
    (posted,) = digesting.posted()
    assert "Nov 16–22" in posted.text


async def test_down_for_three_days_is_one_visible_skip_of_a_daily_digest(digesting):
    digesting.scene.clock.go_on(days=3, hours=8)
    await digesting.digest(cron="0 9 * * *")
    await digesting.tick(rounds=3, seconds=5)
    delivery = await digesting.the_delivery()
    assert (delivery.state, delivery.reason) == (DeliveryState.SKIPPED, "late")
    assert digesting.posted() == []
    (notice,) = digesting.owner_messages()
    assert "skipped" in notice.text
    await digesting.tick(rounds=2, hours=16)
    assert await digesting.states() == [DeliveryState.SKIPPED, DeliveryState.SENT]


async def test_a_clock_set_back_over_the_due_minute_posts_nothing_again(digesting):
    await digesting.digest()
    await digesting.tick()
    digesting.scene.clock.go_on(hours=-2)
    await digesting.tick(rounds=5, minutes=30)
    assert len(digesting.posted()) == 1
    assert await digesting.states() == [DeliveryState.SENT]


async def test_a_clock_a_year_ahead_and_then_right_loses_no_later_occurrence(digesting):
    """The machine's clock is wrong until the network tells it: what was counted by it is counted anew."""
    clock, right = digesting.scene.clock, digesting.scene.clock()
    await digesting.digest(cron="0 12 * * *", zone="UTC", next_run_at=right.replace(hour=12, minute=0))
    clock.now = right + timedelta(days=365)
    await digesting.tick()
    clock.now = right
    await digesting.tick()
    assert (await digesting.stores.digests.digest("digest-1")).next_run_at == right.replace(hour=12, minute=0)
    await digesting.tick(rounds=2, hours=3)
    assert [one.text[:17] for one in digesting.posted()] == ["LinkedIn summary."]


async def test_how_late_a_digest_may_be_is_the_settings_also_for_those_that_stand(open_digesting):
    async with open_digesting(digest_late=60) as before:
        await before.digest(grace=60, next_run_at=before.scene.clock() + timedelta(minutes=10))
        await before.digest(id="an-alert", kind=SubscriptionKind.ALERT, grace=90, next_run_at=None)
    async with open_digesting(digest_late=7_200) as after:
        await after.tick(minutes=40)
        assert await after.states() == [DeliveryState.SENT]
        assert (await after.stores.digests.digest("an-alert")).grace == 90


async def test_what_a_wrong_clock_counted_before_a_restart_is_put_right_at_the_start(open_digesting):
    async with open_digesting() as before:
        due = before.scene.clock().replace(hour=12, minute=0)
        await before.digest(cron="0 12 * * *", zone="UTC", next_run_at=due + timedelta(days=365))
    async with open_digesting() as after:
        await after.tick()
        assert (await after.stores.digests.digest("digest-1")).next_run_at == due


LIMITED = {"kind": "error", "error": "ratelimited", "retry_after": 30}


@pytest.mark.parametrize(
    ("trouble", "place", "end"),
    [
        (LIMITED, "message", DeliveryState.SENT),
        ({"kind": "reset_before"}, "message", DeliveryState.SENT),
        (LIMITED, "thread", DeliveryState.SENT),
        ({"kind": "reset_after"}, "thread", DeliveryState.SENT),
        ({"kind": "error", "error": "is_archived"}, "message", DeliveryState.FAILED),
        (LIMITED, "send now", DeliveryState.SENT),
    ],
    ids=lambda given: given.get("error", given["kind"]) if isinstance(given, dict) else str(given),
)
async def test_nothing_waits_for_the_hour_of_a_clock_that_was_wrong(digesting, trouble, place, end):
    """What Slack refuses, or does not answer, while the clock is hours ahead goes on when it is right, with its thread and notice."""
    scene = digesting.scene
    posting, post_fails = scene.slack.parts.posting.announce, lambda: scene.slack.faults.add(method="chat.postMessage", **trouble)

    def the_thread_fails(_what, _message):
        posting.remove(the_thread_fails)
        post_fails()

    scene.bot_clock._clock = lambda: scene.clock() + timedelta(hours=4)
    digest = await digesting.digest(accounts=digesting.accounts(2), **({"next_run_at": None} if place == "send now" else {}))
    if place == "send now":
        await digesting.stores.occurrences.send_now(digest.id, "click-1", scene.bot_clock(), by="U1")
    if place == "thread":
        posting.append(the_thread_fails)
    else:
        post_fails()
    await digesting.tick(rounds=2, seconds=1)
    scene.bot_clock._clock = scene.clock
    await digesting.tick(rounds=8, seconds=30)
    delivery = await digesting.the_delivery()
    assert delivery.state is end
    assert len(digesting.posted()) == (end is DeliveryState.SENT)
    assert [part.state for part in await digesting.parts(delivery.id) if not part.is_notice] == [end] * 4
    assert len(digesting.replies()) == (3 if end is DeliveryState.SENT else 0)
    assert len(digesting.owner_messages()) == (end is DeliveryState.FAILED)


async def test_what_a_wrong_clock_left_waiting_before_a_restart_goes_on_at_the_start(open_digesting):
    async with open_digesting() as before:
        scene = before.scene
        scene.bot_clock._clock = lambda: scene.clock() + timedelta(hours=4)
        scene.slack.faults.add(method="chat.postMessage", **LIMITED)
        await before.digest()
        await before.tick()
    async with open_digesting() as after:
        await after.tick()
        assert await after.states() == [DeliveryState.SENT]


async def test_a_clock_set_forward_and_back_posts_nothing_twice(digesting):
    await digesting.digest()
    await digesting.tick(days=8)
    digesting.scene.clock.go_on(days=-8)
    await digesting.tick(rounds=3, hours=1)
    await digesting.tick(rounds=3, days=7)
    sent = [delivery for delivery in await digesting.deliveries() if delivery.state is DeliveryState.SENT]
    assert len(sent) == len({delivery.due for delivery in sent}) == len(digesting.posted())


@pytest.mark.parametrize("put_right", [True, False])
async def test_an_answer_lost_while_the_clock_runs_ahead_is_found_by_slacks_own_time(digesting, put_right):
    """The intent is stamped three hours after what Slack stamps its message with."""
    scene = digesting.scene
    scene.slack.faults.add(method="chat.postMessage", kind="reset_after")
    scene.bot_clock._clock = lambda: scene.clock() + timedelta(hours=3)
    await digesting.digest()
    await digesting.tick()
    if put_right:
        scene.bot_clock._clock = scene.clock
    await digesting.tick(rounds=4, hours=1)
    assert len(digesting.posted()) == 1
    assert (await digesting.the_delivery()).settled is Settlement.HISTORY


async def test_a_pause_while_figures_are_fetched_is_heeded(digesting):
    digest = await digesting.digest()
    digesting.scene.statistics.switches.latency_ms = 300
    await digesting.scene.bot.scheduling.runner.tick()
    paused = await digesting.stores.digests.update(
        digest.id, 1, lambda stored: replace(stored, status=SubscriptionStatus.PAUSED), by="U1", at=digesting.scene.clock()
    )
    assert paused is not None
    await digesting.idle()
    delivery = await digesting.the_delivery()
    assert (delivery.state, delivery.reason) == (DeliveryState.SKIPPED, "paused")
    assert digesting.posted() == []
    assert digesting.owner_messages() == []


async def test_send_now_pressed_twice_is_sent_once(digesting):
    digest = await digesting.digest(status=SubscriptionStatus.PAUSED)
    for _ in range(2):
        await digesting.stores.occurrences.send_now(digest.id, "click-1", digesting.scene.clock(), by="U1")
    await digesting.tick(rounds=2, seconds=2)
    assert len(digesting.posted()) == 1
    assert await digesting.states() == [DeliveryState.SENT]

"""Alerts on one figure on the same day in the same channel are one message; each goes on by itself."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.alerts.rule import AlertRule, Condition
from bot.app import open_bot
from bot.statistics.metrics import Metric
from bot.subscriptions.delivery_state import DeliveryState
from bot.subscriptions.subscription import SubscriptionStatus
from tests.alerts.test_alerts_delivered import due
from tests.alerts.test_alerts_ninety_days import by_hand
from tests.alerts.test_alerts_resolved import shown
from tests.fixtures.deliveries import Digesting

MANY = AlertRule(Metric.COMMENT, Condition.ABOVE, 20, "day", cooldown=7, notify=("U0BOB00002",))
VERY_MANY = AlertRule(Metric.COMMENT, Condition.ABOVE, 30, "day", cooldown=7, title="Flood", notify=("S0GROWTH",), card=True)


async def two(digesting, first=MANY, second=VERY_MANY, **over):
    by_hand(digesting.scene, 10, {0: 40, 1: 25})
    return await due(digesting, first, id="alert-1"), await due(digesting, second, id="alert-2", **over)


async def last(digesting, alert):
    return (await digesting.deliveries(alert))[-1]


async def test_both_are_one_message_with_both_rules_and_all_mentions(digesting):
    await two(digesting)
    await digesting.tick(rounds=4, seconds=1)
    (posted,) = digesting.posted()
    assert posted.text.startswith(("<@U0BOB00002> <!subteam^S0GROWTH> ", "<!subteam^S0GROWTH> <@U0BOB00002> "))
    assert "Comments of Acme Robotics: 2 alerts." in posted.text
    for text in ("comments above 20 on one day", "comments above 30 on one day", "*Flood: Nov 23: 40, above 30*", "*Nov 23: 40, above 20*"):
        assert text in str(posted.blocks)
    (card,) = digesting.replies()
    assert card.text.startswith("Acme Robotics")
    deliveries = [await last(digesting, alert) for alert in ("alert-1", "alert-2")]
    assert [(one.state, one.ts) for one in deliveries] == [(DeliveryState.SENT, posted.ts)] * 2


async def test_each_button_is_of_its_own_alert(digesting):
    await two(digesting)
    await digesting.tick(rounds=4, seconds=1)
    ann, (message,) = digesting.scene.slack.person("ann"), shown(digesting)
    buttons = [block["accessory"] for block in message["blocks"] if "accessory" in block]
    assert len({button["action_id"] for button in buttons}) == 2
    for block in [block for block in message["blocks"] if "accessory" in block]:
        pressed = await ann.press(message, block["accessory"]["action_id"])
        await digesting.idle()
        assert ("Flood" in pressed.seen()[-1]["text"]) == ("Flood" in block["text"]["text"])


async def test_each_is_resolved_when_its_own_figure_is_normal(digesting):
    """40, then 25, then 10: the one above 30 is normal a day before the one above 20."""
    await two(digesting)
    for _ in range(3):
        await digesting.tick(rounds=3, seconds=1)
        digesting.scene.clock.now += timedelta(days=1)
    (message,) = shown(digesting)
    lines = [block["text"]["text"] for block in message["blocks"][:2]]
    assert lines == [
        ":white_check_mark: *Resolved after 1 day: Flood.* Back to normal since Nov 24: 25.",
        ":white_check_mark: *Resolved after 2 days: comments above 20 on one day.* Back to normal since Nov 25: 10.",
    ]
    normal = [one for one in digesting.replies() if "back to normal" in one.text]
    assert [one.thread_ts for one in normal] == [message["ts"]] * 2


async def test_one_that_fires_later_on_the_day_joins_the_message_and_is_told_in_its_thread(digesting):
    await two(digesting, cron="0 15 * * *", next_run_at=datetime(2026, 11, 24, 15, tzinfo=UTC))
    await digesting.tick(rounds=2, seconds=1)
    digesting.scene.clock.now += timedelta(hours=6)
    await digesting.tick(rounds=2, seconds=1)
    (message,) = shown(digesting)
    assert message["blocks"][0]["text"]["text"].startswith(":bell: *Flood: Nov 23: 40, above 30* · Alert: comments above 30 on one day")
    reply, card = digesting.replies()
    assert (reply.thread_ts, card.thread_ts) == (message["ts"], message["ts"])
    assert reply.text.startswith("<!subteam^S0GROWTH> Flood: Comments of Acme Robotics, Nov 23: 40, above 30")
    digesting.scene.clock.now += timedelta(hours=25)
    await digesting.tick(rounds=3, seconds=1)
    lines = [block["text"]["text"] for block in shown(digesting)[0]["blocks"][:2]]
    assert [line.split("*")[1] for line in lines] == ["Flood: Nov 23: 40, above 30", "Resolved after 1 day: Flood."]


@pytest.mark.parametrize(
    "other",
    [
        {"first": AlertRule(Metric.IMPRESSION, Condition.ABOVE, 1, "day")},
        {"accounts": 2},
        {"channel": "#leadership"},
        {"first": AlertRule(Metric.COMMENT, Condition.ABOVE, 20, "day", who="team"), "accounts": 0},
    ],
    ids=str,
)
async def test_another_figure_account_or_channel_has_its_own_message(digesting, other):
    over = {"accounts": digesting.accounts(other["accounts"])} if "accounts" in other else {}
    over |= {"channel": digesting.scene.slack.channel_id(other["channel"])} if "channel" in other else {}
    await two(digesting, VERY_MANY, other.get("first", MANY), **over)
    await digesting.tick(rounds=4, seconds=1)
    every = [*digesting.posted(), *digesting.posted("#leadership")]
    assert len(every) == 2
    assert not [one for one in every if "2 alerts" in one.text]


@pytest.mark.parametrize("fault", [{"kind": "reset_after"}, {"kind": "reset_before"}, {"kind": "error", "error": "ratelimited"}], ids=str)
async def test_a_lost_answer_gives_one_message_of_both(digesting, fault):
    digesting.scene.slack.faults.add(method="chat.postMessage", **fault)
    await two(digesting)
    await digesting.tick(rounds=8, seconds=8)
    (posted,) = digesting.posted()
    assert [(await last(digesting, alert)).ts for alert in ("alert-1", "alert-2")] == [posted.ts] * 2


async def test_the_second_waits_whichever_is_worked_on_first(digesting):
    """As two processes of PostgreSQL may: the one that comes second by its id is taken up first."""
    await two(digesting)
    ids = await digesting.stores.occurrences.claim_due(digesting.scene.clock())
    assert len(ids) == 2
    assert await digesting.scene.bot.work.process(max(ids))
    assert digesting.posted() == []
    waiting = await digesting.stores.history.delivery(max(ids))
    assert (waiting.state, waiting.last_error or "") == (DeliveryState.PENDING, "")
    await digesting.tick(rounds=5, seconds=1)
    assert len(digesting.posted()) == 1
    assert {(await last(digesting, alert)).state for alert in ("alert-1", "alert-2")} == {DeliveryState.SENT}


@pytest.mark.parametrize("fires", ["alert-1", "alert-2"])
async def test_one_waits_for_no_answer_about_a_message_that_does_not_tell_of_it(open_digesting, fires):
    """Whether the other's message arrived only a person can tell; this one has nothing to say, whichever comes first by its id."""
    never = AlertRule(Metric.COMMENT, Condition.ABOVE, 1000, "day")
    async with open_digesting(knobs={"scopes_optional": False}) as digesting:
        digesting.scene.slack.faults.add(method="chat.postMessage", kind="reset_after")
        await two(digesting, *((MANY, never) if fires == "alert-1" else (never, MANY)))
        await digesting.tick(rounds=8, seconds=8)
        every = await digesting.stores.history.history(unsaid=True)
        states = {one.digest: one.state for one in every if one.due == every[0].due}
        assert states.pop(fires) is DeliveryState.UNCERTAIN
        assert [*states.values()] == [DeliveryState.SKIPPED]


async def test_one_that_is_paused_is_left_out(digesting):
    await two(digesting, status=SubscriptionStatus.PAUSED, next_run_at=None)
    await digesting.tick(rounds=4, seconds=1)
    (posted,) = digesting.posted()
    assert "above 30" not in str(posted.blocks)


@pytest.mark.usefixtures("ticks_by_hand")
@pytest.mark.parametrize("before", [True, False], ids=["one that stands there", "none yet"])
async def test_two_processes_at_the_same_moment_make_one_message_and_lose_no_line(open_scene, postgresql, before):
    """Two bots on one PostgreSQL take up two alerts on one figure, due a minute apart, while the statistics service is slow."""
    url = postgresql.make_current_database(posts_known=True)
    async with open_scene(database_url=url) as scene, open_bot(scene.bot.settings, scene.bot_clock) as other:
        digesting = Digesting(scene)
        by_hand(scene, 10, {0: 40, 1: 25})
        every = ["alert-1", "alert-2", "alert-3"] if before else ["alert-2", "alert-3"]
        for place, one in enumerate(every[-2:]):
            at = datetime(2026, 11, 24, 15, place, tzinfo=UTC)
            await due(digesting, replace(MANY, title=one), id=one, cron=f"{place} 15 * * *", next_run_at=at)
        if before:
            await due(digesting, replace(MANY, title="alert-1"), id="alert-1")
            await digesting.tick(rounds=2, seconds=1)
        scene.clock.now = datetime(2026, 11, 24, 15, 2, tzinfo=UTC)
        scene.statistics.switches.latency_ms = 300
        at_once = await digesting.stores.occurrences.claim_due(scene.clock())
        await asyncio.gather(*(bot.work.process(one) for bot, one in zip((scene.bot, other), sorted(at_once), strict=True)))
        scene.statistics.switches.latency_ms = 0
        await digesting.tick(rounds=3, seconds=2)
        (message,) = shown(digesting)
        assert [one in str(message["blocks"]) for one in every] == [True] * len(every)
        assert len(digesting.replies()) == len(every) - 1
        assert [(await last(digesting, one)).state for one in every] == [DeliveryState.SENT] * len(every)

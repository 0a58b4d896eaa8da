"""Back to normal: the first message says so and has a reply in its thread, once, whatever happens in between."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.alerts.rule import AlertRule, Condition
from bot.statistics.metrics import Metric
from bot.storage.tables import deliveries
from bot.subscriptions.delivery_state import DeliveryState, Settlement
from tests.alerts.test_alerts_delivered import due
from tests.alerts.test_alerts_ninety_days import by_hand

COMMENTS = AlertRule(Metric.COMMENT, Condition.ABOVE, 20, "day", cooldown=7)
RESOLVED = ":white_check_mark: *Resolved after 3 days.* Back to normal since Nov 26: 10."


async def fire(digesting, rule=COMMENTS):
    """An alert that fires for November 23; the 24th and 25th are as bad, the 26th is normal. It is the day before that is told."""
    by_hand(digesting.scene, 10, {0: 24, 1: 24, 2: 24})
    await due(digesting, rule)
    for day in range(3):
        digesting.scene.clock.now += timedelta(days=bool(day))
        await digesting.tick()


async def tell(digesting, rounds=1, seconds=0):
    """The morning of November 27."""
    digesting.scene.clock.now += timedelta(days=1)
    await digesting.tick(rounds, **({"seconds": seconds} if seconds else {}))


def shown(digesting, channel="#marketing"):
    """The channel's messages as people see them now."""
    return digesting.scene.slack.person("ann").sees(channel)


async def rewrite(digesting, change):
    """Changes the payload of each delivery as an earlier version would have left it; ``change`` returns the columns."""
    async with digesting.scene.bot.database.write() as connection:
        for row in (await connection.execute(select(deliveries).where(deliveries.c.payload.is_not(None)))).all():
            await connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(change(row)))


async def test_the_first_message_says_that_it_is_resolved_and_its_thread_with_which_figure(digesting):
    await fire(digesting)
    (fired,) = digesting.posted()
    await tell(digesting)
    assert [one.ts for one in digesting.posted()] == [fired.ts]
    (reply,) = digesting.replies()
    # Its figures are not stored for so long: what it said is read from Slack.
    assert json.loads((await digesting.the_delivery_of(0, "alert-1")).payload)["text"] == ""
    assert (reply.thread_ts, reply.text.split(".")[0]) == (fired.ts, "Comments of Acme Robotics, Nov 26: back to normal, 10")
    (message,) = shown(digesting)
    assert message["text"].startswith(f"{RESOLVED} Comments of Acme Robotics, Nov 23: 24, above 20.")
    assert message["blocks"][0]["text"]["text"] == RESOLVED
    assert len(message["blocks"]) == 1 + len(fired.blocks)
    digesting.scene.clock.now += timedelta(days=1)
    await digesting.tick()
    assert (len(digesting.posted()), len(digesting.replies())) == (1, 1)
    assert "normal since Nov 26: 10" in str(await digesting.deliveries("alert-1"))
    digesting.scene.clock.now += timedelta(days=1)
    await digesting.tick()
    assert "normal since Nov 26: 10" not in str(await digesting.deliveries("alert-1"))


async def test_each_message_since_it_was_normal_is_resolved_and_the_first_is_answered(digesting):
    await fire(digesting, AlertRule(Metric.COMMENT, Condition.ABOVE, 20, "day"))
    fired = [one.ts for one in digesting.posted()]
    await tell(digesting)
    assert len(fired) == 3
    assert all(message["text"].startswith(RESOLVED) for message in shown(digesting))
    assert [one.thread_ts for one in digesting.replies()] == fired[:1]


@pytest.mark.parametrize(
    ("method", "fault", "how"),
    [
        ("chat.postMessage", {"kind": "reset_after"}, Settlement.HISTORY),
        ("chat.postMessage", {"kind": "status", "status": 500, "accepted": True}, Settlement.HISTORY),
        ("chat.postMessage", {"kind": "reset_before"}, Settlement.ANSWER),
        ("chat.postMessage", {"kind": "error", "error": "thread_not_found"}, Settlement.ANSWER),
        ("chat.update", {"kind": "reset_after"}, Settlement.ANSWER),
        ("chat.update", {"kind": "error", "error": "internal_error"}, Settlement.ANSWER),
        ("chat.update", {"kind": "error", "error": "ratelimited", "retry_after": 5}, Settlement.ANSWER),
        ("chat.update", {"kind": "error", "error": "edit_window_closed"}, Settlement.ANSWER),
    ],
    ids=str,
)
async def test_a_lost_answer_gives_one_reply_and_one_edit(digesting, method, fault, how):
    await fire(digesting)
    digesting.scene.slack.faults.add(method=method, **fault)
    await tell(digesting, rounds=5, seconds=8)
    (reply,) = digesting.replies()
    last = (await digesting.deliveries("alert-1"))[-1]
    assert (last.state, last.settled, last.ts, last.reply_to) == (DeliveryState.SENT, how, reply.ts, reply.thread_ts)
    (message,) = shown(digesting)
    assert message["text"].startswith(RESOLVED) == (fault.get("error") != "edit_window_closed")
    assert [str(message[where]).count(RESOLVED) for where in ("text", "blocks")] == [int(message["text"].startswith(RESOLVED))] * 2


@pytest.mark.parametrize(
    ("fault", "edited"),
    [({"kind": "error", "error": "missing_scope", "times": 9}, False), ({"kind": "reset_before"}, True)],
    ids=str,
)
async def test_a_first_message_that_cannot_be_read_stays_as_it_is_and_is_answered(digesting, fault, edited):
    """Its text is stored no more: nothing that it says is lost."""
    await fire(digesting)
    digesting.scene.slack.faults.add(method="conversations.history", **fault)
    await tell(digesting, rounds=5, seconds=8)
    (message,) = shown(digesting)
    assert message["text"].startswith(RESOLVED) == edited
    assert "Comments of Acme Robotics, Nov 23: 24, above 20." in message["text"]
    assert len(digesting.replies()) == 1


async def test_figures_that_may_be_kept_are_not_read_from_slack(open_digesting):
    async with open_digesting(figures_retention_hours=720) as digesting:
        await fire(digesting)
        await tell(digesting)
        assert shown(digesting)[0]["text"].startswith(RESOLVED)
        assert digesting.calls("conversations.history") == []


async def test_where_the_first_message_was_deleted_a_new_one_says_it(digesting):
    await fire(digesting)
    slack, (fired,) = digesting.scene.slack, digesting.posted()
    slack.parts.posting.delete(slack.parts.workspace.find(fired.channel, fired.ts), via="test", payload={})
    await tell(digesting)
    (new,) = digesting.posted()
    assert "back to normal, 10" in new.text
    assert digesting.replies() == []


async def test_where_nobody_knows_the_first_message_a_new_one_says_it(digesting):
    """A person said that it arrived; nobody knows where."""
    await fire(digesting)
    await rewrite(digesting, lambda _: {"ts": None, "settled": Settlement.PERSON})
    await tell(digesting)
    _, new = digesting.posted()
    assert "back to normal, 10" in new.text


async def test_an_alert_that_moved_says_it_in_its_new_channel_with_a_link(digesting):
    await fire(digesting)
    (fired,) = digesting.posted()
    changed = await digesting.scene.ask(f"alert edit in <#{digesting.scene.slack.channel_id('#general')}|general>")
    assert "Changed" in changed["text"]
    await tell(digesting)
    (new,) = digesting.posted("#general")
    assert f"It fired in <#C0MARKETING>: <https://slack.com/archives/C0MARKETING/p{fired.ts.replace('.', '')}|the message>." in new.text
    assert shown(digesting)[0]["text"].startswith(RESOLVED)
    assert digesting.replies() == []


async def test_an_alert_of_an_earlier_version_is_resolved_too(digesting):
    """Its message says only that it fired, and for which day last."""

    def earlier(row):
        payload = json.loads(row.payload)
        payload["metadata"]["event_payload"]["alert"].pop("since")
        return {"payload": json.dumps(payload)}

    await fire(digesting, AlertRule(Metric.COMMENT, Condition.ABOVE, 20, "day"))
    await rewrite(digesting, earlier)
    await tell(digesting)
    assert shown(digesting)[0]["text"].startswith(RESOLVED)
    assert len(digesting.replies()) == 1


async def test_one_look_at_several_days_resolves_the_message_before_it_too(digesting):
    """It fired on the 23rd; the next look is on the 28th: normal on the 26th, and worse again on the 27th."""
    by_hand(digesting.scene, 10, {0: 24, 1: 24, 2: 24, 4: 30})
    await due(digesting, AlertRule(Metric.COMMENT, Condition.ABOVE, 20, "day"))
    await digesting.tick()
    digesting.scene.clock.now += timedelta(days=4)
    await digesting.tick()
    first, second = shown(digesting)
    assert first["text"].startswith(RESOLVED)
    assert second["text"].startswith("Comments of Acme Robotics, Nov 27: 30, above 20.")
    assert digesting.replies() == []

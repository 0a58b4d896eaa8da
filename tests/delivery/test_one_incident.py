"""Many digests, alerts and goals of one owner that fail by one cause are one direct message, edited as more fail and when it is over."""

import pytest

from bot.alerts.rule import AlertRule, Condition
from bot.sandbox.servers import DEMO_KEY
from bot.sandbox.slack.people import BOB
from bot.sandbox.world_accounts import KEYS, Trouble
from bot.statistics.metrics import Metric
from bot.subscriptions.delivery_state import DeliveryState
from bot.subscriptions.subscription import SubscriptionKind

CHANNELS = ("#general", "#marketing", "#leadership")
RULE = AlertRule(Metric.IMPRESSION, Condition.ABOVE, 1, "day").as_json()


def as_shown(digesting, notice):
    """The direct message as its reader sees it now."""
    return [one for one in digesting.scene.slack.accepted if one.ts == notice.ts and one.kind in ("message", "update")][-1]


def the_message(digesting, who="ann"):
    (notice,) = digesting.owner_messages(who)
    return as_shown(digesting, notice)


async def many(digesting, count, first=0, **over):
    for number in range(first, first + count):
        channel = digesting.scene.slack.channel_id(CHANNELS[number % len(CHANNELS)])
        await digesting.digest(**({"id": f"{number:08d}-digest", "channel": channel} | over))


async def states(digesting):
    return {one.state for one in await digesting.stores.history.history(limit=200)}


def names_all(message, count):
    return [number for number in range(count) if f"{number:08d}" not in str(message.blocks)] == []


FOR_GOOD = [(None, "API key"), (Trouble.TOKEN_EXPIRED, "access has ended"), (Trouble.FORBIDDEN, "doesn't"), (Trouble.PLAN, "plan")]
PASSING = [(Trouble.BAD_GATEWAY, "couldn't be reached"), (Trouble.RATE_LIMITED, "limiting")]


@pytest.mark.parametrize(("trouble", "expected"), FOR_GOOD)
async def test_what_fails_by_one_cause_is_one_message_that_names_it_and_lists_all(digesting, trouble, expected, monkeypatch):
    if trouble is None:
        monkeypatch.delitem(KEYS, DEMO_KEY)
    digesting.scene.statistics.switches.trouble = trouble
    await many(digesting, 12)
    await digesting.digest(id="00000012-alert", kind=SubscriptionKind.ALERT, rule=RULE)
    await digesting.tick(rounds=14, seconds=1)
    assert await states(digesting) == {DeliveryState.FAILED}
    message = the_message(digesting)
    assert expected in message.text
    assert "13 LinkedIn digests, alerts and other messages" in message.text
    assert names_all(message, 13)


@pytest.mark.parametrize(("trouble", "expected"), PASSING)
async def test_what_stays_out_because_the_service_stays_down_is_one_message(digesting, trouble, expected):
    digesting.scene.statistics.switches.trouble = trouble
    await many(digesting, 6)
    await digesting.digest(id="00000006-digest", accounts=digesting.accounts(2))
    await digesting.tick(rounds=10, hours=1)
    await digesting.tick(rounds=8, seconds=2)
    assert await states(digesting) == {DeliveryState.SKIPPED}
    message = the_message(digesting)
    assert expected in message.text
    assert names_all(message, 7)


async def test_what_waits_for_a_token_is_one_message_once_it_works_again(digesting):
    await many(digesting, 15)
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="error", error="token_revoked", times=3)
    digesting.scene.slack.faults.add(method="auth.test", kind="error", error="token_revoked", times=2)
    await digesting.tick(rounds=16, seconds=20)
    assert await states(digesting) == {DeliveryState.SENT}
    assert names_all(the_message(digesting), 15)


async def test_more_of_the_same_later_edits_the_message_and_another_cause_is_another_message(digesting):
    digesting.scene.statistics.switches.trouble = Trouble.TOKEN_EXPIRED
    await many(digesting, 3)
    await digesting.tick(rounds=5, seconds=2)
    before = the_message(digesting)
    await many(digesting, 3, first=3, next_run_at=digesting.scene.clock())
    await digesting.tick(rounds=5, seconds=30)
    assert names_all(the_message(digesting), 6)
    assert "00000004" not in str(before.blocks)
    digesting.scene.statistics.switches.trouble = None
    digesting.scene.slack.switches.change_channel("#general", archived=True)
    await many(digesting, 1, first=6, channel=digesting.scene.slack.channel_id("#general"), next_run_at=digesting.scene.clock())
    await digesting.tick(rounds=5, seconds=2)
    assert ["archived" in one.text for one in digesting.owner_messages()] == [False, True]


async def test_it_is_the_same_message_after_a_restart(open_digesting):
    async with open_digesting() as digesting:
        digesting.scene.statistics.switches.trouble = Trouble.TOKEN_EXPIRED
        await many(digesting, 2)
        await digesting.tick(rounds=5, seconds=2)
        slack, notice = digesting.scene.slack, the_message(digesting)
        async with open_digesting(slack_api_url=slack.api_url, slack_bot_token=slack.bot_token, slack_app_token=slack.app_token) as again:
            again.scene.statistics.switches.trouble = Trouble.TOKEN_EXPIRED
            await many(again, 2, first=2, next_run_at=again.scene.clock())
            await again.tick(rounds=5, seconds=2)
            assert again.owner_messages() == []
            assert names_all(the_message(digesting), 4)
            assert the_message(digesting).ts == notice.ts


async def test_once_all_are_posted_the_message_says_so_and_none_is_sent(digesting):
    digesting.scene.statistics.switches.trouble = Trouble.TOKEN_EXPIRED
    await many(digesting, 3)
    await digesting.tick(rounds=6, seconds=2)
    digesting.scene.statistics.switches.trouble = None
    digesting.scene.clock.go_on(minutes=12)
    for number in range(3):
        values = [block["accessory"]["value"] for block in the_message(digesting).blocks if "accessory" in block]
        assert len(values) == 3 - number
        await digesting.scene.ask(values[0])
        await digesting.tick(rounds=6, seconds=31)
    message = the_message(digesting)
    assert "All posted since" in message.text
    assert "accessory" not in str(message.blocks)


async def test_a_message_that_its_reader_deleted_is_posted_anew(digesting):
    digesting.scene.statistics.switches.trouble = Trouble.TOKEN_EXPIRED
    await many(digesting, 2)
    await digesting.tick(rounds=4, seconds=2)
    digesting.scene.slack.faults.add(method="chat.update", kind="error", error="message_not_found", times=5)
    await many(digesting, 2, first=2, next_run_at=digesting.scene.clock())
    await digesting.tick(rounds=6, seconds=2)
    assert len(digesting.owner_messages()) == 2
    assert names_all(digesting.owner_messages()[-1], 4)
    # Each has a name of its own, by which it is found when Slack's answer is lost.
    assert len({one.metadata["event_payload"]["delivery"] for one in digesting.owner_messages()}) == 2


@pytest.mark.parametrize("fault", ["reset_after", "reset_before", "status"])
async def test_an_edit_that_slack_does_not_answer_is_made_again(digesting, fault):
    digesting.scene.statistics.switches.trouble = Trouble.TOKEN_EXPIRED
    await many(digesting, 2)
    await digesting.tick(rounds=4, seconds=2)
    digesting.scene.slack.faults.add(method="chat.update", kind=fault)
    await many(digesting, 2, first=2, next_run_at=digesting.scene.clock())
    await digesting.tick(rounds=6, seconds=20)
    assert names_all(the_message(digesting), 4)


async def test_the_administrators_stand_in_with_one_message_too(open_digesting):
    async with open_digesting(administrators=BOB) as digesting:
        direct = digesting.scene.slack.parts.workspace.open_direct(digesting.scene.slack.person("ann").id).id
        digesting.scene.slack.faults.add(method="chat.postMessage", kind="error", error="user_disabled", channel=direct, times=9)
        digesting.scene.statistics.switches.trouble = Trouble.TOKEN_EXPIRED
        await many(digesting, 4)
        await digesting.tick(rounds=14, seconds=2)
        assert digesting.owner_messages("ann") == []
        assert names_all(the_message(digesting, "bob"), 4)


async def test_of_what_nobody_can_tell_each_is_asked_about_in_one_message(digesting):
    digesting.scene.slack.faults.add(method="conversations.history", kind="error", error="missing_scope", times=50)
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="reset_after", times=3)
    await many(digesting, 3)
    await digesting.tick(rounds=12, seconds=2)
    assert await states(digesting) == {DeliveryState.UNCERTAIN}
    rows = [block for block in the_message(digesting).blocks if block["type"] == "actions"]
    assert [[one["text"]["text"] for one in row["elements"]] for row in rows] == [["It Arrived", "Post Again", "Leave It"]] * 3

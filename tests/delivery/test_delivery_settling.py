"""Whatever happens to Slack's answer: at most one message an occurrence, and every occurrence comes to an end."""

import asyncio
from dataclasses import replace

import pytest

from bot.errors import StoreError
from bot.sandbox.slack.messages import Content
from bot.storage.ledger import DeliveryLedger
from bot.subscriptions.delivery_state import DeliveryState, Settlement

ACCEPTED = [
    {"kind": "reset_after"},
    {"kind": "status", "status": 503, "accepted": True},
    {"kind": "status", "status": 500, "accepted": True},
    {"kind": "html", "accepted": True},
]
NOT_ACCEPTED = [
    {"kind": "reset_before"},
    {"kind": "hang"},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 404},
    {"kind": "html"},
    {"kind": "error", "error": "internal_error"},
    {"kind": "error", "error": "fatal_error"},
    {"kind": "error", "error": "a_word_of_next_year"},
]


def name(fault):
    return " ".join(str(value) for value in fault.values())


@pytest.mark.parametrize("fault", ACCEPTED, ids=name)
async def test_a_message_whose_answer_was_lost_is_found_in_the_history(digesting, fault):
    digesting.scene.slack.faults.add(method="chat.postMessage", **fault)
    await digesting.digest()
    await digesting.tick(rounds=3, seconds=1)
    delivery = await digesting.the_delivery()
    assert (delivery.state, delivery.settled) == (DeliveryState.SENT, Settlement.HISTORY)
    assert [posted.ts for posted in digesting.posted()] == [delivery.ts]


@pytest.mark.parametrize("step", ["record_sent", "part_sent"])
async def test_a_database_that_is_away_when_slack_has_answered_holds_nothing_up(digesting, monkeypatch, step):
    """PostgreSQL restarts just then: what Slack said is written down as soon as it is back, not looked for when the claim is over."""
    away, real = [StoreError()] * 2, getattr(DeliveryLedger, step)

    async def written_down(*given, **named):
        if away:
            raise away.pop()
        return await real(*given, **named)

    monkeypatch.setattr(DeliveryLedger, step, written_down)
    monkeypatch.setattr("bot.delivery.recorder.AGAIN", 0.01)
    await digesting.digest()
    await digesting.tick(rounds=4, seconds=1)
    delivery = await digesting.the_delivery()
    assert (delivery.state, delivery.settled) == (DeliveryState.SENT, Settlement.ANSWER)
    assert await digesting.replies_in({DeliveryState.SENT})
    assert not away


@pytest.mark.parametrize("fault", NOT_ACCEPTED, ids=name)
async def test_a_message_that_did_not_arrive_is_posted_after_the_settling_time(digesting, fault):
    digesting.scene.slack.faults.add(method="chat.postMessage", **fault)
    await digesting.digest()
    await digesting.tick(rounds=2, seconds=1)
    assert (await digesting.the_delivery()).state is DeliveryState.RECONCILING
    assert digesting.posted() == []
    await digesting.tick(rounds=3, seconds=2)
    assert (await digesting.the_delivery()).state is DeliveryState.SENT
    assert len(digesting.posted()) == 1


async def test_the_history_is_read_to_its_last_page(digesting):
    """Two thousand other messages since the intent do not hide ours."""
    scene = digesting.scene
    scene.slack.faults.add(method="chat.postMessage", kind="reset_after")
    await digesting.digest()
    await digesting.tick()
    for number in range(2_100):
        scene.slack.parts.posting.post(
            scene.slack.channel_id("#marketing"), Content(text=f"chatter {number}"), user=scene.slack.person("bob").id
        )
    await digesting.tick(rounds=2, seconds=1)
    assert (await digesting.the_delivery()).settled is Settlement.HISTORY
    assert len(digesting.calls("conversations.history")) >= 2
    assert len(digesting.posted()) == 1


@pytest.mark.parametrize("arrived", [True, False])
async def test_one_page_of_15_messages_a_minute_is_enough(open_digesting, clock, arrived):
    """A commercially distributed app: among forty newer messages it is found, or it is posted again once; nobody is asked."""
    async with open_digesting(knobs={"commercial": True, "stopwatch": lambda: clock().timestamp()}) as digesting:
        slack = digesting.scene.slack
        slack.faults.add(method="chat.postMessage", kind="reset_after" if arrived else "reset_before")
        await digesting.digest()
        await digesting.tick()
        for number in range(40):
            slack.parts.posting.post(slack.channel_id("#marketing"), Content(text=f"chatter {number}"), user=slack.person("bob").id)
        await digesting.tick(rounds=8, seconds=61)
        delivery = await digesting.the_delivery()
        assert (delivery.state, delivery.settled) == (DeliveryState.SENT, Settlement.HISTORY if arrived else Settlement.ANSWER)
        assert len(digesting.posted()) == 1
        assert digesting.owner_messages() == []


async def test_an_unreadable_history_asks_the_owner(open_digesting):
    async with open_digesting(knobs={"scopes_optional": False}) as digesting:
        digesting.scene.slack.faults.add(method="chat.postMessage", kind="reset_after")
        await digesting.digest()
        await digesting.tick(rounds=8, seconds=5)
        assert (await digesting.the_delivery()).state is DeliveryState.UNCERTAIN
        assert len(digesting.posted()) == 1
        (notice,) = digesting.owner_messages()
        assert "arrive" in notice.text
        assert [one["text"]["text"] for one in notice.blocks[1]["elements"]][:2] == ["It Arrived", "Post Again"]
        assert await digesting.replies_in({DeliveryState.FAILED})


async def test_a_history_that_hides_what_names_a_message_is_no_proof_that_it_is_not_there(digesting):
    """The same text from the bot stands there without its metadata: a person is asked, and nothing is posted a second time."""
    slack = digesting.scene.slack

    def hide():
        (message,) = [one for one in slack.parts.workspace.history(slack.channel_id("#marketing")) if one.by_bot]
        slack.parts.workspace.put(replace(message, content=replace(message.content, metadata=None)))

    slack.faults.add(method="chat.postMessage", kind="reset_after")
    slack.parts.posting.announce.append(_once(lambda: asyncio.get_running_loop().call_soon(hide)))
    await digesting.digest()
    await digesting.tick(rounds=8, seconds=5)
    assert (await digesting.the_delivery()).state is DeliveryState.UNCERTAIN
    assert len(digesting.posted()) == 1


async def test_a_history_that_is_limited_for_weeks_asks_the_owner_when_the_digest_would_be_too_late(digesting):
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="reset_after")
    digesting.scene.slack.faults.add(method="conversations.history", kind="error", error="ratelimited", retry_after=4_000_000, times=9)
    await digesting.digest()
    await digesting.tick(rounds=8, hours=1)
    assert (await digesting.the_delivery()).state is DeliveryState.UNCERTAIN
    assert len(digesting.calls("conversations.history")) == 2


@pytest.mark.parametrize("method", ["conversations.history", "conversations.open"])
async def test_a_limit_of_no_time_at_all_is_no_reason_to_hammer_whatever_is_asked_for(digesting, method):
    kind = {"kind": "reset_after"} if method == "conversations.history" else {"kind": "error", "error": "is_archived"}
    digesting.scene.slack.faults.add(method="chat.postMessage", **kind)
    digesting.scene.slack.faults.add(method=method, kind="error", error="ratelimited", retry_after=0, times=50)
    await digesting.digest()
    await digesting.tick(rounds=2, seconds=2)
    await digesting.tick(rounds=10)
    assert len(digesting.calls(method)) == 1


async def test_while_slack_does_not_say_what_the_channel_is_nothing_is_posted_there(digesting):
    """It may be shared with another company by now."""
    for method in ("users.conversations", "conversations.info"):
        digesting.scene.slack.faults.add(method=method, kind="empty", times=1)
    await digesting.digest()
    await digesting.tick(rounds=2, seconds=1)
    delivery = await digesting.the_delivery()
    assert (delivery.state, delivery.last_error) == (DeliveryState.PENDING, "channel_unknown")
    assert digesting.posted() == []
    await digesting.tick(rounds=3, seconds=40)
    assert await digesting.states() == [DeliveryState.SENT]


async def test_an_owner_whose_conversation_is_not_named_is_asked_for_again(digesting):
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="error", error="is_archived")
    digesting.scene.slack.faults.add(method="conversations.open", kind="empty", times=2)
    await digesting.digest()
    await digesting.tick(rounds=4, seconds=40)
    assert len(digesting.owner_messages()) == 1


async def test_a_history_that_fails_for_a_while_is_read_again(digesting):
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="reset_after")
    digesting.scene.slack.faults.add(method="conversations.history", kind="status", times=2)
    digesting.scene.slack.faults.add(method="conversations.history", kind="error", error="ratelimited", retry_after=7)
    await digesting.digest()
    await digesting.tick(rounds=12, seconds=20)
    assert (await digesting.the_delivery()).state is DeliveryState.SENT
    assert len(digesting.posted()) == 1


async def test_a_thread_whose_answer_was_lost_is_not_doubled(digesting):
    await digesting.digest()
    digesting.scene.slack.parts.posting.announce.append(
        _once(lambda: digesting.scene.slack.faults.add(method="chat.postMessage", kind="reset_after"))
    )
    await digesting.tick(rounds=6, seconds=2)
    delivery = await digesting.the_delivery()
    assert [part.state for part in await digesting.parts(delivery.id)] == [DeliveryState.SENT, DeliveryState.SENT]
    assert len(digesting.replies()) == len(digesting.posted()) == 1


async def test_a_thread_that_slack_refuses_leaves_its_message_alone(digesting):
    await digesting.digest()
    digesting.scene.slack.parts.posting.announce.append(
        _once(lambda: digesting.scene.slack.faults.add(method="chat.postMessage", kind="error", error="cannot_reply_to_message"))
    )
    await digesting.tick(rounds=6, seconds=2)
    delivery = await digesting.the_delivery()
    assert delivery.state is DeliveryState.SENT
    assert [part.state for part in await digesting.parts(delivery.id)] == [DeliveryState.FAILED, DeliveryState.SENT]
    assert len(digesting.posted()) == 1
    assert digesting.owner_messages() == []


def _once(interaction):
    """Do it when the first message is posted."""
    done: list[object] = []

    def announce(what, message):
        if what == "posted" and not done:
            done.append(interaction())

    return announce

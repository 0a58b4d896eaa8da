"""What the owner is told comes with buttons that mend it: pressed in the direct message, carried out in the ledger and the channel."""

import pytest
from msgspec.structs import replace

from bot.digests.result_blocks import PAUSED
from bot.sandbox.slack.messages import Content
from bot.slack.validator import check_message
from bot.subscriptions.delivery_state import DeliveryState, Settlement
from bot.subscriptions.subscription import SubscriptionStatus
from tests.fixtures.cards import answers_of


def notice(digesting, says="LinkedIn digest"):
    """The last message in the owner's direct conversation with the bot that says so, as they see it."""
    found = [message for message in digesting.scene.slack.person("ann").sees("dm") if says in message["text"]][-1]
    assert check_message(found["blocks"], found["text"]) == ()
    return found


def buttons(message):
    return [element["text"]["text"] for block in message["blocks"] if block["type"] == "actions" for element in block["elements"]]


async def press(digesting, message, which, who="ann"):
    interaction = await digesting.scene.slack.person(who).press(message, which)
    await digesting.tick(rounds=2, seconds=1)
    answers = answers_of(interaction)
    return answers[0]["text"] if answers else ""


def refuse(digesting, error, **more):
    channel = digesting.scene.slack.channel_id("#marketing")
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="error", error=error, channel=channel, **more)


async def failed(digesting, error="restricted_action"):
    refuse(digesting, error)
    await digesting.digest()
    await digesting.tick(rounds=4, seconds=5)
    return notice(digesting)


async def uncertain(digesting):
    """Slack's answer was lost, and nobody granted the scope to read the channel's history."""
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="reset_after")
    await digesting.digest()
    await digesting.tick(rounds=8, seconds=5)
    assert (await digesting.the_delivery()).state is DeliveryState.UNCERTAIN
    return notice(digesting)


@pytest.fixture
async def unreadable(open_digesting):
    """A workspace that declined the optional scopes, those to read a channel's history among them."""
    async with open_digesting(knobs={"scopes_optional": False}) as opened:
        yield opened


async def test_retry_posts_once_however_often_it_is_pressed(digesting):
    direct_message = await failed(digesting)
    assert buttons(direct_message) == ["Retry", "Move", "Pause"]
    assert "on its way" in await press(digesting, direct_message, "digest.retry")
    assert "pressed that button before: :white_check_mark: sent" in await press(digesting, direct_message, "digest.retry")
    assert len(digesting.posted()) == 1
    assert await digesting.states() == [DeliveryState.FAILED, DeliveryState.SENT]


async def test_retry_is_a_new_try_once_the_last_one_came_to_nothing(digesting):
    direct_message = await failed(digesting)
    refuse(digesting, "restricted_action")
    assert "on its way" in await press(digesting, direct_message, "digest.retry")
    assert await digesting.states() == [DeliveryState.FAILED, DeliveryState.FAILED]
    assert "on its way" in await press(digesting, direct_message, "digest.retry")
    assert await digesting.states() == [DeliveryState.FAILED, DeliveryState.FAILED, DeliveryState.SENT]
    assert "pressed that button before" in await press(digesting, direct_message, "digest.retry")
    assert len(digesting.posted()) == 1


async def test_retry_of_a_digest_that_was_deleted_says_so(digesting):
    direct_message = await failed(digesting)
    await digesting.scene.carry_out("digest delete digest-1")
    assert "was deleted" in await press(digesting, direct_message, "digest.retry")
    assert await digesting.states() == [DeliveryState.FAILED]


async def test_pause_in_the_notice_pauses_and_the_answer_offers_to_resume(digesting):
    direct_message = await failed(digesting)
    assert PAUSED in await press(digesting, direct_message, "digest.pause")
    assert (await digesting.stores.digests.digest("digest-1")).status is SubscriptionStatus.PAUSED


async def test_move_in_the_notice_opens_the_form(digesting):
    direct_message = await failed(digesting)
    ann = digesting.scene.slack.person("ann")
    interaction = await ann.press(direct_message, "digest.move")
    await digesting.scene.settle()
    view = await interaction.view()
    await ann.submit_view(view, {"channel": "C0GENERAL0"})
    await digesting.scene.settle()
    assert (await digesting.stores.digests.digest("digest-1")).channel == "C0GENERAL0"


async def test_invite_me_joins_a_public_channel_and_retry_posts_there(digesting):
    await digesting.digest(channel=digesting.scene.slack.channel_id("#random"))
    await digesting.tick(rounds=2, seconds=2)
    direct_message = notice(digesting)
    assert "/invite @LinkedIn Stats" in direct_message["text"]
    assert "I'm in <#C0RANDOM00> now" in await press(digesting, direct_message, "digest.join")
    await press(digesting, direct_message, "digest.retry")
    assert len(digesting.posted("#random")) == 1


@pytest.mark.parametrize(
    ("which", "state", "settled", "posted"),
    [
        ("digest.arrived", DeliveryState.SENT, Settlement.PERSON, 1),
        ("digest.leave", DeliveryState.SKIPPED, None, 1),
        ("digest.again", DeliveryState.SENT, Settlement.ANSWER, 2),
    ],
)
async def test_the_owners_answer_settles_what_nobody_could_tell(unreadable, which, state, settled, posted):
    """It arrived, leave it, post it again: each once; a second answer is told what the first one did."""
    asked = await uncertain(unreadable)
    assert buttons(asked) == ["It Arrived", "Post Again", "Leave It"]
    await press(unreadable, asked, which)
    delivery = await unreadable.the_delivery()
    assert (delivery.state, delivery.settled) == (state, settled)
    assert len(unreadable.posted()) == posted
    assert "already answered that" in await press(unreadable, asked, "digest.again")
    assert len(unreadable.posted()) == posted


async def test_what_is_posted_again_is_looked_for_from_the_newest_message_on(open_digesting, clock):
    """The search for the first one, a page a minute, had come half way when the owner was asked; the second one is newer than that."""
    async with open_digesting(knobs={"commercial": True, "stopwatch": lambda: clock().timestamp()}) as digesting:
        slack = digesting.scene.slack
        slack.faults.add(method="chat.postMessage", kind="reset_before")
        await digesting.digest(next_run_at=clock(), grace=100)
        await digesting.tick()
        for number in range(40):
            slack.parts.posting.post(slack.channel_id("#marketing"), Content(text=f"chatter {number}"), user=slack.person("bob").id)
        await digesting.tick(rounds=2, seconds=61)
        assert (await digesting.the_delivery()).state is DeliveryState.UNCERTAIN
        await digesting.tick(seconds=5)
        asked = notice(digesting)
        slack.faults.add(method="chat.postMessage", kind="reset_after", channel=slack.channel_id("#marketing"))
        await press(digesting, asked, "digest.again")
        await digesting.tick(rounds=8, seconds=61)
        assert len(digesting.posted()) == 1
        assert (await digesting.the_delivery()).settled is Settlement.HISTORY


@pytest.mark.parametrize("meanwhile", ["", "digest pause digest-1", "digest edit digest-1 every monday 10:00"])
async def test_post_again_posts_however_late_and_whatever_was_changed_before(unreadable, meanwhile):
    """The owner reads it hours later, and may have paused or changed the digest: they ask for it knowing so."""
    asked = await uncertain(unreadable)
    unreadable.scene.clock.go_on(hours=20)
    if meanwhile:
        await unreadable.scene.ask(meanwhile)
    assert "posting it again" in await press(unreadable, asked, "digest.again")
    assert await unreadable.states() == [DeliveryState.SENT]
    assert len(unreadable.posted()) == 2


async def test_post_again_of_a_digest_that_was_deleted_says_so_and_goes_on_waiting(unreadable):
    asked = await uncertain(unreadable)
    await unreadable.scene.carry_out("digest delete digest-1")
    assert "was deleted" in await press(unreadable, asked, "digest.again")
    assert await unreadable.states() == [DeliveryState.UNCERTAIN]
    await press(unreadable, asked, "digest.leave")
    assert await unreadable.states() == [DeliveryState.SKIPPED]


async def test_only_the_owner_or_an_administrator_answers(unreadable):
    """The button's words typed by somebody else change nothing."""
    await uncertain(unreadable)
    delivery = await unreadable.the_delivery()
    refused = await unreadable.scene.ask(f"digest arrived {delivery.id}", who="yuki")
    assert "Only its owner" in refused["text"]
    assert (await unreadable.the_delivery()).state is DeliveryState.UNCERTAIN


async def test_a_paused_digests_notice_offers_to_resume(digesting):
    """After three failures in a row; resuming starts from the next time on."""
    refuse(digesting, "restricted_action", times=3)
    digest = await digesting.digest()
    for _ in range(3):
        await digesting.tick(rounds=4, seconds=5)
        digesting.scene.clock.go_on(days=7)
    assert (await digesting.stores.digests.digest("digest-1")).status is SubscriptionStatus.PAUSED
    direct_message = notice(digesting, "I have paused it")
    assert "Resume" in buttons(direct_message)
    await press(digesting, direct_message, "digest.resume")
    after = await digesting.stores.digests.digest("digest-1")
    assert (after.status, after.next_run_at) == (SubscriptionStatus.ACTIVE, digesting.due_again(replace(digest, version=after.version)))

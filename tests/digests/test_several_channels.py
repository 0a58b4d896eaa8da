"""One digest in several channels: set up, shown, changed and ended as one; posted in each on its own."""

import json
from datetime import timedelta

import pytest

from bot.digests import modal
from bot.management.authorization import NO_PLACE
from bot.subscriptions.delivery_state import DeliveryState
from bot.subscriptions.subscription import SubscriptionStatus
from tests.fixtures.cards import answers_of

MARKETING, GENERAL, LEADERS = "C0MARKETING", "C0GENERAL0", "C0LEADERS0"
BOTH = f"<#{MARKETING}> and <#{GENERAL}>"
WORDS = f"digest acme every monday 9:00 Europe/Berlin in <#{MARKETING}|marketing> and <#{GENERAL}|general>"


async def press(scene, message, which, who="ann"):
    interaction = await scene.slack.person(who).press(message, which)
    await scene.settle()
    return answers_of(interaction)[-1]


async def stored(scene):
    """The digests by their channel."""
    return {digest.channel: digest for digest in await scene.bot.scheduling.stores.digests.digests()}


async def set_up(scene, words=WORDS):
    return await press(scene, await scene.ask(words), "digest.create")


async def opened(scene, words):
    interaction = await scene.slack.person("ann").command(words, channel="#marketing")
    await scene.settle()
    return await interaction.view()


def first_lines(message):
    return [block["text"]["text"].split("\n")[0] for block in message["blocks"] if block["type"] == "section"]


async def test_it_is_set_up_listed_changed_and_ended_as_one(open_scene):
    async with open_scene() as scene:
        plan = await scene.ask(WORDS)
        assert BOTH in plan["text"]
        assert await stored(scene) == {}
        card = await press(scene, plan, "digest.create")
        assert f"{BOTH}: Acme Robotics" in card["text"]
        again = await set_up(scene)
        assert "already has a digest" in again["text"]
        digests = await stored(scene)
        assert set(digests) == {MARKETING, GENERAL}
        id_ = digests[GENERAL].id[:8]
        listed = await scene.ask("digest list")
        assert [line for line in first_lines(listed) if "Acme" in line] == [f"*{BOTH}: Acme Robotics*"]
        assert "C0GENERAL0" not in (await scene.ask("digest list", who="bob"))["text"]
        for words, status in ((f"digest pause {id_}", SubscriptionStatus.PAUSED), ("digest resume acme", SubscriptionStatus.ACTIVE)):
            assert MARKETING in (await scene.ask(words))["text"]
            assert {digest.status for digest in (await stored(scene)).values()} == {status}
        (before,) = {digest.next_run_at for digest in (await stored(scene)).values()}
        assert "is skipped" in (await scene.ask("digest skip"))["text"]
        (after,) = {digest.next_run_at for digest in (await stored(scene)).values()}
        assert after - before == timedelta(days=7)
        changed = await scene.ask(f'digest edit {id_} fridays title "Our week"')
        assert "Changed." in changed["text"]
        assert {(digest.cron, json.loads(digest.rule)["title"]) for digest in (await stored(scene)).values()} == {("0 9 * * 5", "Our week")}
        history = await scene.ask(f"digest history {id_}")
        assert f"<#{GENERAL}> and <#{MARKETING}>" in history["text"]
        assert history["text"].count("somebody asked for it") == 2
        await scene.ask(f"digest now {id_}")
        await scene.bot.scheduling.runner.tick()
        await scene.settle()
        for channel in ("#marketing", "#general"):
            assert any("Our week. Acme Robotics" in message["text"] for message in scene.slack.person("bob").sees(channel))
        await scene.carry_out(f"digest delete {id_}")
        assert await stored(scene) == {}


async def test_channels_are_added_moved_and_taken_away_and_each_keeps_its_history(open_scene):
    async with open_scene() as scene:
        await set_up(scene, WORDS.replace(" and <#C0GENERAL0|general>", ""))
        (one,) = (await stored(scene)).values()
        id_ = one.id[:8]
        answer = await scene.ask(f"digest edit {id_} in <#{MARKETING}>, <#{LEADERS}>")
        assert "Changed." in answer["text"]
        digests = await stored(scene)
        assert (set(digests), digests[MARKETING].id) == ({MARKETING, LEADERS}, one.id)
        assert len({digest.group_id for digest in digests.values()}) == 1
        assert len({(digest.cron, digest.next_run_at, digest.owner) for digest in digests.values()}) == 1
        answer = await scene.ask(f"digest move {id_} to <#{LEADERS}> and <#{GENERAL}>")
        moved = await stored(scene)
        assert {channel: digest.id for channel, digest in moved.items()} == {LEADERS: digests[LEADERS].id, GENERAL: one.id}
        await scene.ask(f"digest edit {id_} in <#{LEADERS}>")
        assert {channel: digest.id for channel, digest in (await stored(scene)).items()} == {LEADERS: digests[LEADERS].id}
        refused = await scene.ask(f"digest edit {digests[LEADERS].id[:8]} in <#{LEADERS}> and <#C0BOARD000>")
        assert NO_PLACE in refused["text"]
        assert set(await stored(scene)) == {LEADERS}
        await set_up(scene, WORDS.replace(f"<#{MARKETING}|marketing> and ", ""))
        twin = await scene.ask(f"digest edit {digests[LEADERS].id[:8]} in <#{LEADERS}> and <#{GENERAL}>")
        assert "already has a digest of the same accounts" in twin["text"]
        assert len({digest.group_id for digest in (await stored(scene)).values()}) == 2


async def test_the_form_chooses_several_channels(open_scene):
    async with open_scene() as scene:
        person = scene.slack.person("ann")
        view = await opened(scene, "digest")
        wrong = await person.submit_view(view, {"channel": [MARKETING, "C0OLD00000"]})
        assert "archived" in wrong.acknowledgement.errors["channel"]
        await person.submit_view(view, {"channel": [MARKETING, GENERAL]})
        await scene.settle()
        digests = await stored(scene)
        assert set(digests) == {MARKETING, GENERAL}
        view = await opened(scene, f"digest edit {digests[GENERAL].id[:8]}")
        menu = next(block["element"] for block in view["blocks"] if block.get("block_id") == "channel")
        assert (menu["type"], set(menu["initial_conversations"])) == ("multi_conversations_select", {MARKETING, GENERAL})
        await person.press(view, modal.FORM_PREVIEW, filled={"channel": [GENERAL, LEADERS]})
        await scene.settle()
        preview = scene.slack.parts.views.top(person.id).as_slack()
        assert f"<#{GENERAL}> and <#{LEADERS}>" in str(preview["blocks"])
        await person.close_view(preview)
        await person.submit_view(view, {"channel": [GENERAL, LEADERS]})
        await scene.settle()
        assert {channel: digest.id for channel, digest in (await stored(scene)).items()} == {
            GENERAL: digests[GENERAL].id,
            LEADERS: digests[MARKETING].id,
        }


@pytest.mark.parametrize("error", ["not_in_channel", "ratelimited"])
async def test_a_channel_that_fails_holds_up_no_other_and_pauses_alone(open_digesting, error):
    """Each has its occurrence, its thread and its history; the list and the card tell of the one that failed."""
    async with open_digesting() as digesting:
        scene, marketing = digesting.scene, digesting.scene.slack.channel_id("#marketing")
        await set_up(scene)
        for week in range(3):
            scene.slack.faults.add(method="chat.postMessage", kind="error", error=error, channel=marketing, retry_after=9_000, times=9)
            scene.clock.go_on(hours=24 * 7 - (not week))
            await digesting.tick(rounds=4, seconds=5)
            assert len(digesting.posted("#general")) == week + 1
            assert digesting.posted("#marketing") == []
        digests = await stored(scene)
        states = {channel: set(await digesting.states(digest.id)) for channel, digest in digests.items()}
        assert states[GENERAL] == {DeliveryState.SENT}
        assert {one.thread_ts for one in digesting.replies("#general")} == {one.ts for one in digesting.posted("#general")}
        assert digesting.replies("#marketing") == []
        if error == "not_in_channel":
            assert states[MARKETING] == {DeliveryState.FAILED}
            assert [digests[channel].status for channel in (MARKETING, GENERAL)] == [SubscriptionStatus.PAUSED, SubscriptionStatus.ACTIVE]
            card = await scene.ask("digest show")
            assert f"Paused in <#{MARKETING}>" in card["text"]
            assert f"(`not_in_channel`) in <#{MARKETING}>" in str(card["blocks"])
            await scene.ask("digest resume")
            assert {digest.status for digest in (await stored(scene)).values()} == {SubscriptionStatus.ACTIVE}


async def test_a_button_under_one_of_its_messages_is_about_all_of_its_channels(open_digesting):
    async with open_digesting() as digesting:
        await set_up(digesting.scene)
        digesting.scene.clock.go_on(days=6, hours=23)
        await digesting.tick(rounds=4, seconds=2)
        (posted,) = digesting.scene.slack.person("ann").sees("#general")[-1:]
        assert "LinkedIn summary" in posted["text"]
        card = await press(digesting.scene, posted, "Pause")
        assert "Paused." in card["text"]
        assert {digest.status for digest in (await stored(digesting.scene)).values()} == {SubscriptionStatus.PAUSED}

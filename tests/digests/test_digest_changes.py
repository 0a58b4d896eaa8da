"""Digests changed as people use it: what is due meanwhile, what was skipped, what would be the same twice."""

from datetime import timedelta

import pytest

from bot.digests.create import TWIN
from bot.digests.result_blocks import STAYS_PAUSED
from bot.management.actions import IS_UNCHANGED
from bot.subscriptions.delivery_state import DeliveryState
from bot.subscriptions.subscription import SkipReason
from tests.fixtures.cards import answers_of

WORDS = "digest acme every monday 9:00 Europe/Berlin in <#C0MARKETING|marketing>"


def buttons(message):
    every = [element for block in message["blocks"] for element in [*block.get("elements", []), block.get("accessory") or {}]]
    return {element["action_id"]: element["value"] for element in every if element.get("type") == "button"}


async def press(scene, message, which, who="ann"):
    """Press, and give what the person sees last."""
    interaction = await scene.slack.person(who).press(message, which)
    await scene.settle()
    return [seen for seen in interaction.seen() if not seen["text"].startswith("LinkedIn summary")][-1]


async def set_up(scene, words=WORDS, who="ann"):
    return await press(scene, await scene.ask(words, who=who), "digest.create", who)


async def stored(scene):
    return await scene.bot.scheduling.stores.digests.digests()


async def tick(scene, rounds=3, **by):
    """Let the time pass and the scheduler tick, so many times."""
    for _ in range(rounds):
        scene.clock.go_on(**(by or {"seconds": 3}))
        await scene.bot.scheduling.runner.tick()
        await scene.settle()


def posted(scene):
    return [message for message in scene.slack.person("bob").sees("#marketing") if message["text"].startswith("LinkedIn summary")]


@pytest.mark.usefixtures("ticks_by_hand")
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("digest pause {id}", SkipReason.PAUSED),
        ("digest delete {id}", SkipReason.DELETED),
        ("digest edit {id} every friday 16:00", SkipReason.CHANGED),
    ],
)
async def test_what_is_due_when_a_digest_is_stopped_or_gets_other_times_is_told_as_skipped(open_scene, words, reason):
    """Between the due minute and the scheduler's tick, it is nowhere but in the digest."""
    async with open_scene() as scene:
        await set_up(scene)
        (digest,) = await stored(scene)
        scene.clock.now = digest.next_run_at + timedelta(milliseconds=300)
        reply = await scene.carry_out(words.format(id=digest.id[:8]))
        assert ("before the change" in reply["text"]) == (reason is SkipReason.CHANGED)
        await tick(scene)
        assert posted(scene) == []
        past = await scene.bot.scheduling.stores.history.history(digest=digest.id)
        assert [(one.state, one.reason, one.due) for one in past] == [(DeliveryState.SKIPPED, reason, digest.next_run_at)]


@pytest.mark.usefixtures("ticks_by_hand")
async def test_what_is_due_when_anything_else_of_it_changes_is_posted_as_it_is_now(open_scene):
    async with open_scene() as scene:
        await set_up(scene)
        (digest,) = await stored(scene)
        scene.clock.now = digest.next_run_at + timedelta(milliseconds=300)
        reply = await scene.ask(f"digest edit {digest.id[:8]} without chart")
        assert "before the change" not in reply["text"]
        await tick(scene)
        (message,) = posted(scene)
        assert "data_visualization" not in str(message["blocks"])


async def test_a_skipped_one_is_not_the_next_again_after_an_edit_or_a_pause(open_scene):
    async with open_scene() as scene:
        await set_up(scene)
        (before,) = await stored(scene)
        await scene.ask("digest skip next")
        await scene.ask(f"digest edit {before.id[:8]} without chart")
        assert [(one.next_run_at - before.next_run_at).days for one in await stored(scene)] == [7]
        await scene.ask("digest pause")
        await scene.ask("digest resume")
        assert [(one.next_run_at - before.next_run_at).days for one in await stored(scene)] == [7]
        await scene.ask(f"digest edit {before.id[:8]} every friday 9:00")
        await scene.ask(f"digest edit {before.id[:8]} every monday 9:00")
        assert [(one.next_run_at - before.next_run_at).days for one in await stored(scene)] == [7]


async def test_the_button_skips_the_one_it_is_about_and_no_other(open_scene):
    """Two people press it under the digest that everybody sees, one after the other: one is left out, and both are told."""
    async with open_scene() as scene:
        card = await set_up(scene, who="bob")
        (before,) = await stored(scene)
        await press(scene, card, "Send now", "bob")
        await tick(scene)
        (digest,) = posted(scene)
        first, second = [await press(scene, digest, "digest.skip", who) for who in ("bob", "ann")]
        assert "is skipped" in first["text"]
        assert "already skipped the one" in second["text"]
        (after,) = await stored(scene)
        assert (after.next_run_at - before.next_run_at).days == 7
        third = await press(scene, second, "Skip next", "ann")
        assert "is skipped" in third["text"]
        assert [(one.next_run_at - before.next_run_at).days for one in await stored(scene)] == [14]


async def test_an_old_skip_button_says_what_became_of_the_one_it_is_about(open_scene):
    async with open_scene() as scene:
        card = await set_up(scene)
        (digest,) = await stored(scene)
        scene.clock.now = digest.next_run_at
        await tick(scene)
        assert len(posted(scene)) == 1
        assert "too late to skip the one" in (await press(scene, card, "Skip next"))["text"]
        assert [(one.next_run_at - digest.next_run_at).days for one in await stored(scene)] == [7]


async def test_a_skip_button_of_times_that_are_no_more_skips_nothing(open_scene):
    async with open_scene() as scene:
        card = await set_up(scene)
        await scene.ask("digest edit acme every friday 9:00")
        (before,) = await stored(scene)
        assert "isn't coming anyway" in (await press(scene, card, "Skip next"))["text"]
        assert await stored(scene) == (before,)
        await scene.ask("digest pause")
        assert STAYS_PAUSED in (await scene.ask("digest skip"))["text"]


async def test_words_and_buttons_that_name_no_moment_skip_the_next_each_time(open_scene):
    """So do buttons of before the moment stood in them."""
    async with open_scene() as scene:
        await set_up(scene)
        (before,) = await stored(scene)
        for words in ("digest skip", f"digest skip {before.id}"):
            assert "is skipped" in (await scene.ask(words))["text"]
        assert [(one.next_run_at - before.next_run_at).days for one in await stored(scene)] == [14]


async def test_a_change_of_what_is_under_way_says_that_it_is_left_out(open_scene):
    """What was sent before the change stays; what is of an older version is never posted."""
    async with open_scene() as scene:
        await set_up(scene)
        (digest,) = await stored(scene)
        await scene.bot.scheduling.stores.occurrences.send_now(digest.id, "click", scene.clock.now, by="U1")
        reply = await scene.ask(f"digest edit {digest.id[:8]} without chart")
        assert "before the change" in reply["text"]
        assert f"digest now {digest.id[:8]}" in reply["text"]
        await tick(scene)
        assert posted(scene) == []
        again = await scene.ask(f"digest edit {digest.id[:8]} every friday 9:00")
        assert "before the change" not in again["text"]


async def test_an_edit_that_changes_nothing_says_so_and_disturbs_nothing(open_scene):
    async with open_scene() as scene:
        await set_up(scene)
        (digest,) = await stored(scene)
        await scene.bot.scheduling.stores.occurrences.send_now(digest.id, "click", scene.clock.now, by="U1")
        edit = await scene.slack.person("ann").command(f"digest edit {digest.id[:8]} every monday 9:00", channel="#marketing")
        await scene.settle()
        assert IS_UNCHANGED in answers_of(edit)[-1]["text"]
        assert await stored(scene) == (digest,)
        await tick(scene)
        assert len(posted(scene)) == 1


@pytest.mark.parametrize("words", ["digest edit {id} every monday 9:00", "digest edit {id} ann lee every monday 9:00"])
async def test_a_change_into_what_another_digest_is_is_refused(open_scene, words):
    """The two would post the same twice; the answer leads to the other one."""
    async with open_scene() as scene:
        await set_up(scene)
        await set_up(scene, "digest ann lee every monday 9:00 Europe/Berlin in <#C0MARKETING|marketing>")
        await set_up(scene, "digest acme, ann lee every friday 9:00 Europe/Berlin in <#C0MARKETING|marketing>")
        third = next(one for one in await stored(scene) if one.cron.endswith("5"))
        await scene.ask(f"digest edit {third.id[:8]} acme")
        reply = await scene.ask(words.format(id=third.id[:8]))
        assert TWIN in reply["text"]
        other = next(one for one in await stored(scene) if one.cron.endswith("1"))
        assert "digest show" in str(reply["blocks"])
        assert other.version == 1
        assert [one.cron for one in await stored(scene)].count("0 9 * * 5") == 1


async def test_a_move_to_where_the_same_is_already_is_refused(open_scene):
    async with open_scene() as scene:
        await set_up(scene)
        await set_up(scene, "digest acme every monday 9:00 Europe/Berlin in <#C0GENERAL0|general>")
        there = next(one for one in await stored(scene) if one.channel == "C0GENERAL0")
        reply = await scene.ask(f"digest move {there.id[:8]} to <#C0MARKETING|marketing>")
        assert TWIN in reply["text"]
        assert sorted(one.channel for one in await stored(scene)) == ["C0GENERAL0", "C0MARKETING"]


async def test_a_paused_digest_that_is_changed_is_said_to_stay_paused(open_scene):
    async with open_scene() as scene:
        await set_up(scene)
        await scene.ask("digest pause")
        reply = await scene.ask("digest edit acme every friday 10:00")
        assert STAYS_PAUSED in reply["text"]
        assert "never" not in reply["text"]

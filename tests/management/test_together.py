"""What ends something asks first and says what goes; several at once are asked about, done by a press, and undone by another."""

import pytest

from bot.parsing.several import all_command
from bot.subscriptions.subscription import SubscriptionKind, SubscriptionStatus

SET_UP = ("digest acme every monday 9:00", "digest bob every friday 16:00")
OTHERS = ("alert acme impressions +50% week", "alert bob comments > 20 day", "watch acme", "goal acme impressions 50000 month")
KINDS = (SubscriptionKind.DIGEST, SubscriptionKind.ALERT, SubscriptionKind.WATCH)


@pytest.fixture
async def scene(open_scene):
    async with open_scene() as scene:
        for words in SET_UP:
            await scene.set_up(words)
        for words in OTHERS:
            await scene.ask(words)
        yield scene


async def stored(scene):
    """What runs, by kind."""
    store = scene.bot.scheduling.stores.digests
    return {kind: {one.rule or one.cron: one for one in await store.digests(kind=kind)} for kind in (*KINDS, SubscriptionKind.GOAL)}


def buttons(message):
    return [each for block in message["blocks"] for each in block.get("elements", []) if each.get("type") == "button"]


async def press(scene, message, label):
    interaction = await scene.slack.person("ann").press(message, label)
    await scene.settle()
    return interaction.seen()[-1]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("digest delete acme",), "Acme Robotics"),
        (("get rid of the friday digest",), "every Friday 16:00"),
        (("digest show bob", "drop it"), "Bob Rivera"),
        (("alert show acme", "cancel that"), "impressions up 50%"),
        (("remove the comments alert",), "comments above 20"),
        (("stop watching acme",), "posts of Acme Robotics"),
        (("unwatch acme",), "posts of Acme Robotics"),
        (("drop the goal",), "50,000 impressions per month"),
    ],
)
async def test_what_is_typed_to_delete_something_deletes_it_once_the_button_is_pressed(scene, words, named):
    before = await stored(scene)
    for each in words:
        asked = await scene.ask(each)
    assert asked["text"].startswith("*Delete this ")
    assert named in asked["text"]
    assert await stored(scene) == before
    (delete,) = buttons(asked)
    assert (delete["text"]["text"], delete["style"], "confirm" in delete) == ("Delete It", "danger", False)
    assert "is deleted" in (await press(scene, asked, "Delete It"))["text"]
    assert sum(map(len, (await stored(scene)).values())) == sum(map(len, before.values())) - 1


async def test_somebody_else_is_refused_before_they_are_asked(scene):
    assert "Only its owner or an administrator" in (await scene.ask("digest delete acme", who="bob"))["text"]


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        ("pause everything", (2, 2, 1)),
        ("leave us alone", (2, 2, 1)),
        ("pause the whole lot", (2, 2, 1)),
        ("quiet please", (2, 2, 1)),
        ("stop all this", (2, 2, 1)),
        ("stop telling us about bob", (1, 1, 0)),
        ("pause the alerts and the watch", (0, 2, 1)),
        ("digest pause all", (2, 0, 0)),
        ("mute all the alerts", (0, 2, 0)),
        ("please pause digests and alerts", (2, 2, 0)),
        ("pause everything except bob", (1, 1, 1)),
    ],
)
async def test_several_are_paused_by_one_press_and_run_again_by_another(scene, words, counts):
    async def paused():
        found = await stored(scene)
        return tuple(sum(one.status is SubscriptionStatus.PAUSED for one in found[kind].values()) for kind in KINDS)

    asked = await scene.ask(words)
    assert await paused() == (0, 0, 0)
    assert asked["text"].count("•") == sum(counts)
    (all_of_them,) = buttons(asked)
    done = await press(scene, asked, all_of_them["text"]["text"])
    assert done["text"] == f"Paused: {sum(counts)} of {sum(counts)}."
    assert await paused() == counts
    await press(scene, done, "Resume All")
    assert await paused() == (0, 0, 0)


async def test_weekends_are_left_out_where_something_comes_on_every_day(scene):
    asked = await scene.ask("stop bothering us on weekends")
    assert "A watch tells of each post" in asked["text"]
    assert [words["value"].partition(" edit ")[2].split()[1:] for words in buttons(asked)[:2]] == [["weekdays"], ["weekdays"]]
    assert {one.cron for one in (await stored(scene))[SubscriptionKind.DIGEST].values()} == {"0 9 * * 1", "0 16 * * 5"}
    offered = buttons(asked)[0]
    await press(scene, asked, offered["text"]["text"])
    assert "0 9 * * 1-5" in [one.cron for one in (await stored(scene))[SubscriptionKind.ALERT].values()]


async def test_all_days_of_a_week_are_left_out_of_several_at_once(scene):
    asked = await scene.ask("skip all digests next week")
    done = await press(scene, asked, buttons(asked)[0]["text"]["text"])
    assert done["text"] == "Changed: 2 of 2."
    week = f"except 2026-11-30, {', '.join(f'2026-12-0{day}' for day in range(1, 7))}"
    assert {one.dates for one in (await stored(scene))[SubscriptionKind.DIGEST].values()} == {week}


async def test_goals_that_are_named_beside_others_are_said_to_stay(scene):
    asked = await scene.ask("delete the watch and the goal")
    assert "Delete this watch?" in asked["text"]
    assert "Goals stay" in str(asked["blocks"])


async def test_a_pause_with_an_end_says_of_what_has_none_that_it_goes_on(scene):
    assert (await scene.ask("be quiet until monday"))["text"].startswith("*Pause these 5 until monday?*")
    asked = await scene.ask("stop everything for two weeks")
    done = await press(scene, asked, "Pause All 5")
    assert done["text"].startswith("Paused: 4 of 5.\nThe watch `")
    assert "until you resume it" in done["text"]
    found = await stored(scene)
    assert {one.dates for one in found[SubscriptionKind.DIGEST].values()} == {"from 2026-12-07"}


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("digest pause until 30 nov", " until 2026-11-30"),
        ("digest pause", ""),
        ("alert snooze for 2 weeks", " 14 days"),
        ("alert edit weekdays", " weekdays"),
    ],
)
async def test_each_that_a_command_may_mean_is_offered_with_the_whole_command(scene, words, rest):
    offered = [each["value"] for each in buttons(await scene.ask(words))]
    assert len(offered) == len(SET_UP)
    assert all(value.partition(" ")[2].split(maxsplit=2)[2:] == ([rest.strip()] if rest else []) for value in offered)


async def test_all_but_some_are_deleted_together(scene):
    assert "There's no digest “kofi”" in (await scene.ask("delete all digests but kofi"))["text"]
    asked = await scene.ask("delete all digests and alerts but bob's")
    assert asked["text"].count("•") == 2
    await press(scene, asked, "Delete All 2")
    left = await stored(scene)
    assert [len(left[kind]) for kind in KINDS] == [1, 1, 1]
    # The only one that is left is asked about by itself.
    assert "every Friday 16:00" in (await scene.ask("delete all digests"))["text"]


@pytest.mark.parametrize(
    ("words", "count"),
    [("the alerts", 3), ("the digests and the watch", 2), ("bob's alert", 4), ("bob", 3), ("the goals", 5)],
)
async def test_what_is_left_out_may_be_a_kind_or_one_of_a_kind(scene, words, count):
    assert (await scene.ask(f"pause everything but {words}"))["text"].count("•") == count
    assert "There's no digest or alert or watch “kofi”" in (await scene.ask("pause everything but kofi"))["text"]


async def test_what_may_not_be_done_to_one_holds_up_no_other(scene):
    done = await press(scene, await scene.ask("move all digests to #partners"), "Move All 2")
    assert done["text"].startswith("Moved: 0 of 2.\nThe digest `")
    assert done["text"].count("shared with another company") == len(SET_UP)


@pytest.mark.parametrize(
    "words",
    [
        "what have you set up for us?",
        "when will i hear from you next",
        "can you remind me what's set up",
        "what happens on monday",
        "who gets notified",
        "we get too many messages",
        "can i get a list of everything you do for us",
        "is everything still switched on?",
        "which channels get something from you",
        "show me all digests, alerts and goals",
    ],
)
async def test_what_is_set_up_is_listed_in_one_answer(scene, words):
    listed = await scene.ask(words)
    for named in ("every Monday 9:00", "every Friday 16:00", "impressions +50%", "comments &gt; 20", "watch in"):
        assert named in listed["text"]
    assert [each["value"] for each in buttons(listed)] == ["digest list", "alert list", "watch list", "goals"]


async def test_what_was_sent_is_no_question_for_figures_and_back_to_normal_is_running(scene):
    for words in ("what did you send us last week", "why didn't we get anything today?", "what was the last thing you posted"):
        assert (await scene.ask(words))["text"].startswith("What was posted")
    await press(scene, await scene.ask("pause everything"), "Pause All 5")
    for words in ("set everything back to normal", "turn notifications back on"):
        assert (await scene.ask(words))["text"].startswith("*Resume these 5?*")


async def test_everything_about_an_account_is_its_card(scene):
    assert (await scene.ask("everything about acme last week"))["text"].startswith("Acme Robotics, ")


@pytest.mark.parametrize(
    "words",
    [
        "change all",
        "move everything",
        "all last week",
        "pause the digest",
        "stop",
        "everything last month",
        "show all",
        "delete the bob alert",
        "what is running late",
        "stop sending",
        "how do i stop the alert",
        "stop telling us about ann's posts",
        "drop all in",
    ],
)
def test_other_words_are_not_about_several(words):
    assert all_command(words) == ""


async def test_what_is_about_a_removed_group_is_listed_as_such_and_can_be_deleted(scene):
    """Each does nothing then; a goal of the group was listed nowhere, and no words deleted it."""
    lost = ":warning: That group was removed"
    lists = ("watches", "alert list", "goals")
    await scene.ask("group sales = acme, ann lee")
    for words in ("watch sales", "alert sales impressions drop 30%", "goal sales impressions 50000 month"):
        await scene.ask(words)
    for words in lists:
        assert lost not in (await scene.ask(words))["text"], words
    await scene.ask("group sales = nobody")
    for words in lists:
        shown = await scene.ask(words)
        assert lost in shown["text"], words
        assert lost in str(shown["blocks"]), words
    await press(scene, await scene.ask("goal delete sales impressions month"), "Delete It")
    await scene.ask("group sales = acme")
    for words in lists:
        assert lost not in (await scene.ask(words))["text"], words
    assert "Goal of sales" not in (await scene.ask("goals"))["text"]

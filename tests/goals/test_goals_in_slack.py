"""Goals as people use it: set, shown on cards, in the list and on the Home tab, changed, deleted; the figures are the card's own.

Of November 22 of 30 days are over when the tests begin.
"""

import asyncio
import re
from datetime import date

import pytest

from bot.goals.service import NOBODY_LEFT
from bot.queries.service import with_goals
from bot.reports.goals import TOO_SLOW
from bot.sandbox.world_accounts import Trouble
from bot.storage.workspace_settings import PermissionRepository
from bot.subscriptions.subscription import SubscriptionKind

TEAM = "T0SANDBOX1"
ACME, ANN, KOFI = "linkedin-Tz9W5i6ZYG", "linkedin-ABC", "linkedin-Kofi"
DONE = (date(2026, 11, 1), date(2026, 11, 23))


def so_far(scene, *accounts, metric="IMPRESSION"):
    """What the made-up world counts on the days of November that are over."""
    return sum(scene.statistics.world.total(account, metric, *DONE) for account in accounts)


async def stored(scene):
    return await scene.bot.scheduling.stores.digests.digests(team=TEAM, kind=SubscriptionKind.GOAL)


def buttons(message):
    every = [element for block in message["blocks"] for element in (block.get("accessory", {}), *block.get("elements", ()))]
    return [element for element in every if "value" in element]


@pytest.fixture
async def goals(open_scene):
    async with open_scene(acknowledge_within=0.2) as scene:
        yield scene


async def test_a_goal_is_set_in_the_words_of_the_person_and_says_its_pace(goals):
    """A count so far, its share of the goal, the share of the month, and what follows from both."""
    count = so_far(goals, ACME)
    reply = await goals.ask(f"goal impressions {2 * count:,} month")
    assert f"Goal of Acme Robotics: {2 * count:,} impressions in November" in reply["text"]
    assert f"{count:,} so far: 50% of the goal with 73% of the month gone: behind." in reply["text"]
    assert "<#" in reply["text"]
    assert reply["ephemeral"]
    ahead = await goals.ask(f"goal impressions {int(count / 0.9)} month")
    assert "73% of the month gone: ahead." in ahead["text"]


async def test_the_account_card_tells_its_goals_with_its_own_figures(scene):
    count = so_far(scene, ACME)
    await scene.ask(f"goal impressions {2 * count} month")
    line = f"Goal: {2 * count:,} impressions in November · {count:,} so far: 50% of the goal with 73% of the month gone: behind"
    card = await scene.ask("acme 2026-11-01..2026-11-22")
    assert line in card["text"]
    assert line in str(card["blocks"])
    assert f"{count:,} impressions" in card["text"]
    assert line not in (await scene.ask("acme comments"))["text"]
    assert "Goal" not in (await scene.ask("linkedin-ABC"))["text"]


async def test_saying_it_again_changes_it_and_who_did_so_is_kept(goals):
    await goals.ask("goal comments 200 quarter")
    changed = await goals.ask("goal comments 300 quarter", who="bob")
    assert "Changed from 200 comments to 300 comments" in changed["text"]
    assert "set already" in (await goals.ask("goal comments 300 quarter"))["text"]
    (row,) = await stored(goals)
    changes = await PermissionRepository(goals.bot.scheduling.stores.digests._database).changes(row.team, row.id)
    assert [change.by for change in changes] == [goals.slack.person("bob").id, goals.slack.person("ann").id]


async def test_its_number_changes_by_what_people_say(goals):
    await goals.ask("goal impressions 20000 month")
    for words, target in (
        ("double the goal", 40_000),
        ("30k is enough", 30_000),
        ("let's say 90k", 90_000),
        ("make it 10% higher", 99_000),
        ("add 1000 to the goal", 100_000),
        ("add 5000", 105_000),
        ("cut it by 20%", 84_000),
        ("half of that is enough", 42_000),
        ("bump it to 100k", 100_000),
        ("actually 42 thousand", 42_000),
    ):
        assert f"{target:,} impressions in November" in (await goals.ask(words))["text"], words
    for words, says in (
        ("make it 50%", "Say the new number"),
        ("make it weekly, 5000", "5,000 impressions in the week"),
        ("20k per month is better", "20,000 impressions in November"),
        ("make it 42k", "42,000 impressions in November"),
        ("too low", "Say the new number"),
        ("lower it a bit", "Say the new number"),
        ("what's our target for this month", "42,000 impressions in November"),
        ("how close are we", "42,000 impressions in November"),
        ("tell me when we're there", "42,000 impressions in November"),
        ("are we there yet", "42,000 impressions in November"),
        ("how much is missing", "42,000 impressions in November"),
        ("forget the goal", "Delete this goal?"),
    ):
        assert says in (await goals.ask(words))["text"], words


async def test_a_group_is_added_up_and_an_account_in_trouble_is_named_beside_the_sum_of_the_others(goals):
    """Elena's access has ended: the team has at least what the others have."""
    await goals.ask("group sales = Acme Robotics, Ann Lee")
    count = so_far(goals, ACME, ANN, metric="REACTION")
    assert f"Goal of sales: 10,000 reactions in November · {count:,} so far" in (await goals.ask("goal sales reactions 10k month"))["text"]
    team = await goals.ask("goal team reactions 1.2m month")
    shown = re.search(
        r"Goal of the team: 1,200,000 reactions in November · at least ([\d,]+) so far \(without (.*?)\): at least", team["text"]
    )
    assert shown
    assert "Elena Petrova" in shown[2]
    assert int(shown[1].replace(",", "")) > count
    assert "too few accounts to tell the pace" in team["text"]
    only = await goals.ask("goal elena reactions 10k month")
    assert "n/a so far: it couldn't be fetched" in only["text"]
    met = await goals.ask(f"goal team reactions {count} month")
    assert "reached with at least" in met["text"]
    assert "When it is reached" not in met["text"]


async def test_reach_is_one_accounts_own_and_never_a_sum(goals):
    await goals.ask("group sales = Acme Robotics, Ann Lee")
    for who in ("team", "sales"):
        refused = await goals.ask(f"goal {who} reach 5000 month")
        assert "never add it up" in refused["text"]
        assert f"goal {who} impressions 5000 month" in str(refused["blocks"])
    reply = await goals.ask("goal linkedin-ABC reach 5000 month")
    reach = (await goals.ask("linkedin-ABC 2026-11-01..2026-11-22 reach"))["text"]
    count = reply["text"].split("November · ")[1].split(" ")[0 if "so far" in reply["text"] else 2].strip(",.")
    assert count in reach
    assert len(await stored(goals)) == 1


async def test_the_list_shows_every_goal_with_a_bar_and_a_button_that_ends_it(goals):
    count = so_far(goals, ACME)
    await goals.ask(f"goal impressions {2 * count} month")
    await goals.ask("goal team comments 500 week")
    listed = await goals.ask("goals")
    assert "▰▰▰▰▰▱▱▱▱▱" in str(listed["blocks"])
    assert "the week Nov 23–29 · its first day isn't over yet" in listed["text"]
    press = next(button for button in buttons(listed) if button["value"] == "goal delete team comments week")
    assert press["confirm"]["title"]["text"] == "Delete this goal?"
    await goals.slack.person("ann").press(listed, press["action_id"])
    await goals.settle()
    (left,) = await stored(goals)
    assert left.accounts == (ACME,)
    assert "deleted" in (await goals.carry_out("goal delete impressions"))["text"]
    assert "There are no goals yet" in (await goals.ask("goal list"))["text"]
    assert "There are no goals here" in (await goals.ask("goal delete impressions month"))["text"]


async def test_of_several_goals_the_one_to_delete_must_be_said(goals):
    await goals.ask("goal impressions 50000 month")
    await goals.ask("goal impressions 9000 week")
    assert "can't be paused" in (await goals.ask("goal pause impressions month"))["text"]
    asked = await goals.carry_out("goal delete impressions")
    week = next(button for button in buttons(asked) if button["value"] == 'goal delete "Acme Robotics" impressions week')
    assert week["confirm"]["text"]["text"] == 'This sends “goal delete "Acme Robotics" impressions week”.'
    assert len(await stored(goals)) == 2
    unknown = await goals.ask("goal delete comments")
    assert "no goal like that" in unknown["text"]
    assert buttons(unknown)[0]["value"] == "goals"


async def test_a_deleted_goal_comes_back_when_it_is_said_again(goals):
    await goals.ask("goal impressions 50000 month")
    await goals.carry_out("goal delete impressions")
    assert "Set." in (await goals.ask("goal impressions 60000 month"))["text"]
    (row,) = await stored(goals)
    assert '"target": 60000' in row.rule


async def test_an_account_that_opted_out_has_no_goal_anywhere(open_scene):
    async with open_scene(acknowledge_within=0.2, administrators=["U0ANN00001"]) as scene:
        await scene.ask("goal linkedin-ABC impressions 50000 month")
        await scene.ask("group sales = Acme Robotics, Ann Lee")
        await scene.ask("goal sales impressions 900000 month")
        assert "is out of the team" in (await scene.ask("opt out linkedin-ABC"))["text"]
        scene.clock.go_on(seconds=11)
        listed = await scene.ask("goals")
        assert "Ann Lee" not in str(listed)
        assert f"{so_far(scene, ACME):,} so far" in listed["text"]
        assert "an account or group called “Ann Lee”" in (await scene.ask('goal "Ann Lee" comments 5 week'))["text"]


async def test_a_goal_whose_figure_fails_says_so_and_the_card_stands(goals):
    await goals.ask("goal elena impressions 50000 month")
    listed = await goals.ask("goals")
    assert "n/a so far: it couldn't be fetched" in listed["text"]
    assert "0 so far" not in listed["text"]


async def test_goals_that_take_longer_do_not_hold_a_card_up():
    """What is ready goes out after half a second of patience, and failing goals leave no trace on it."""

    async def ready():
        return "card"

    async def slow():
        await asyncio.sleep(60)

    async def fails():
        raise RuntimeError

    assert await with_goals(ready(), slow()) == ("card", None)
    assert await with_goals(ready(), fails()) == ("card", ())
    assert "Refresh" in TOO_SLOW


async def test_it_is_the_same_by_mention_and_in_a_direct_message(scene):
    ann = scene.slack.person("ann")
    interaction = await ann.mention("goal impressions 50,000 month", channel="#marketing")
    await scene.settle()
    assert "50,000 impressions" in str(interaction.seen()[-1])
    interaction = await ann.say("goals")
    await scene.settle()
    assert "Goal of Acme Robotics" in str(interaction.seen()[-1])


async def test_the_home_tab_shows_the_goals_and_changes_with_them(open_scene):
    async with open_scene() as scene:
        person = scene.slack.person("ann")
        await (await person.open_home()).view()
        await scene.settle()
        assert "There are no goals yet" in str(scene.slack.parts.views.home(person.id).body["blocks"])
        await scene.ask("goal impressions 90,000,000 month")
        await scene.settle()
        assert "90,000,000 impressions in November" in str(scene.slack.parts.views.home(person.id).body["blocks"])


NO_GOALS = (
    ("goal impressions month", "how many impressions per month"),
    ("goal impressions 500", "week, a month or a quarter"),
    ("goal impresions 500 month", "Did you mean “impressions”"),
    ("goal impressions 1.5 month", "isn't a whole number"),
    ("goal impressions 0 month", "isn't a whole number"),
    ("goal impressions comments 5 month", "one figure"),
    ("goal impressions 5 month in #nowhere", "which channel"),
    ("goal zorro impressions 5k month", "an account or group called “zorro”"),
    ("goal acme and kofi impressions 5k month", "one account's, a group's or the team's"),
    ("set a goal of 10 comments per post", "not about one post"),
    ("gaol acme impressions 5k month", "looks like a goal"),
    ("help goals", "goal impressions 50,000 month"),
)


async def test_what_cannot_be_a_goal_is_answered_with_the_way_to_say_it(goals):
    for words, reply in NO_GOALS:
        assert reply in (await goals.ask(words))["text"], words
        assert await stored(goals) == (), words


async def test_an_account_that_the_channel_may_not_see_is_no_goal_there(open_scene):
    async with open_scene(acknowledge_within=0.2, channel_accounts={"C0MARKETING": frozenset({ACME})}) as scene:
        assert "an account or group" in (await scene.ask("goal ann impressions 5k month"))["text"]
        assert "Set." in (await scene.ask("goal acme impressions 5m month"))["text"]


async def test_the_service_in_trouble_leaves_the_goal_unknown(goals):
    await goals.ask("goal impressions 900000 month")
    goals.clock.go_on(minutes=20)
    goals.statistics.forget_cache()
    goals.statistics.fail_next(Trouble.BAD_GATEWAY, times=100, path="statistics")
    assert "n/a so far" in (await goals.ask("goals"))["text"]


async def test_a_sum_of_one_account_is_no_goal_where_only_totals_are_shown(open_scene):
    """Such a sum would be the account's own figure: not in the answer, not in the list and on no card, whatever happens to the group."""
    async with open_scene(team_totals_only=True, administrators="U0ANN00001") as scene:
        await scene.ask("group sales = Acme Robotics")
        assert NOBODY_LEFT in (await scene.ask("goal sales impressions 50,000 month"))["text"]
        assert await stored(scene) == ()
        await scene.ask("group sales = Acme Robotics, Kofi Mensah")
        assert "of sales" in (await scene.ask("goal sales impressions 50,000 month"))["text"]
        await scene.ask("opt out Kofi Mensah")
        assert "of sales" not in str((await scene.ask("goals"))["blocks"])


async def test_all_in_a_goal_is_the_team_wherever_it_stands(scene):
    for number, words in enumerate(
        (
            "all impressions {} month",
            "all accounts impressions {} month",
            "impressions {} month all",
            "for all our accounts impressions {} month",
        )
    ):
        assert "Goal of the team: 5" in (await scene.ask(f"goal {words.format(50_000 + number)}"))["text"], words
    assert "Goal of the team" in (await scene.ask("goals all"))["text"]

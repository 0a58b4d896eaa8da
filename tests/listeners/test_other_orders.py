"""What begins with no verb and is a command all the same: the action first, or days and a time alone."""

from dataclasses import replace

import pytest

from bot.digests.parser import digest_of_schedule
from bot.parsing.last_command import action_on_last, on_each
from bot.parsing.orders import action_first
from bot.sandbox.slack.people import BOB, YUKI


@pytest.mark.parametrize(
    ("words", "noun", "command"),
    [
        ("stop the digest", "digest", "digest stop"),
        ("please pause my weekly digest", "digest", "digest pause"),
        ("Turn off the digest!", "digest", "digest stop"),
        ("unsubscribe me from the digest", "digest", "digest stop"),
        ("pause the bob digest until 7 jan", "digest", "digest pause bob until 7 jan"),
        ("change the friday digest to 10", "digest", 'digest edit "friday" to 10'),
        ("can we have the report on tuesday instead", "digest", "digest edit on tuesday"),
        ("can we have the report on acme", "digest", ""),
        ("i want the digest a bit earlier", "digest", "digest edit"),
        ("make the alert less sensitive", "alert", "alert edit"),
        ("make the digest come earlier", "digest", "digest edit"),
        ("please post the digest in <#C1> from now on", "digest", "digest move to <#C1>"),
        ("what was in the last digest", "digest", "digest history"),
        ("mute the alert for today", "alert", "alert pause until tomorrow"),
        ("how often do you check the alert", "alert", "alert show"),
        ("can the digest also have bob's numbers", "digest", "digest edit add bob's numbers"),
        ("add bob to the digest", "digest", "digest edit add bob"),
        ("no digest on 28 dec", "digest", "digest edit except 28 dec"),
        ("rename the digest to Monday numbers", "digest", 'digest edit title "Monday numbers"'),
        ("how are we doing on our goal", "goal", "goal list"),
        ("is the goal 50k impressions a month?", "goal", "goal list"),
        ("did we hit the goal of 50k impressions a month", "goal", "goal list"),
        ("our goal is 50k impressions a month", "goal", "goal new is 50k impressions a month"),
        ("cancel next week's digest", "digest", "digest skip"),
        ("pause the digest this week", "digest", "digest edit except this week"),
        ("turn off the weekly summary", "digest", "digest stop"),
        ("dont send the digest anymore", "digest", "digest stop"),
        ("any digests set up in here?", "digest", "digest list"),
        ("any alerts?", "alert", "alert list"),
        ("send me a summary tomorrow morning", "digest", "digest tomorrow morning"),
        ("unsubscribe me from the monthly recap", "digest", "digest stop"),
        ("no digest today?", "digest", ""),
        ("hold on the digest is late", "digest", ""),
        ("name the alerts that fired", "alert", "alert list"),
        ("delete digest 3f2a", "digest", "digest delete 3f2a"),
        ("who's responsible for the digest", "digest", "digest show"),
        ("do we get a report tomorrow", "digest", "digest show"),
        ("what happened to the watch on acme", "watch", "watch show"),
        ("reduce the monthly target to 30k", "target", "target edit monthly to 30k"),
        ("show my digests", "digest", "digest list"),
        ("which alerts are there?", "alert", "alert list"),
        ("mute the alert 1a2b", "alert", "alert pause 1a2b"),
        ("set a goal of 50k impressions this month", "goal", "goal new of 50k impressions this month"),
        ("when is the next digest?", "digest", "digest show"),
        ("who set up the digests", "digest", "digest list"),
        ("does the digest come at 10?", "digest", "digest show"),
        ("do we have a digest at 9?", "digest", "digest show"),
        ("do you stop the digest on holidays?", "digest", "digest show"),
        ("show me a digest at 9 every monday", "digest", "digest new at 9 every monday"),
        ("stop", "digest", ""),
        ("stop the digestion", "digest", ""),
        ("show digger", "digest", ""),
    ],
)
def test_an_action_before_its_noun_is_that_command(words: str, noun: str, command: str):
    assert action_first(words, noun) == command


@pytest.mark.parametrize(
    ("words", "is_digest"),
    [
        ("every friday 9", True),
        ("acme every monday morning", True),
        ("last friday of the month", True),
        ("first working day", True),
        ("acme from 8am to noon yesterday", False),
        ("the 15th of each month at 10", True),
        ("day 15 of every month", True),
        ("weekly report", True),
        ("acme hourly", False),
        ("hourly report", True),
        ("weekly report on mondays at half past nine", True),
        ("weekly report from 1 dec until 31 dec", True),
        ("daily digest", True),
        ("weekly breakdown of october", False),
        ("monthly split of this year", False),
        ("acme weekly numbers for q3", False),
        ("monthly totals", False),
        ("every weekday", True),
        ("every 5 minutes", True),
        ("cron 0 9 * * 1", True),
        ("pause 3f2a", True),
        ("friday", False),
        ("weekend", False),
        ("acme 9-15 nov", False),
        ("acme monday 15 nov", False),
        ("acme tuesday 17.11.", False),
        ("acme monday 15", True),
        ("weekly report monday 16 nov", True),
        ("hello there", False),
    ],
)
def test_a_rhythm_alone_is_a_digest(words: str, is_digest: bool):
    assert digest_of_schedule(words) == (f"digest {words}" if is_digest else "")


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("pause it until monday", "digest pause 3f2a until monday"),
        ("turn it back on", "digest resume 3f2a"),
        ("cancel the next one", "digest skip 3f2a"),
        ("skip this week", "digest edit 3f2a except this week"),
        ("skip it this week", "digest edit 3f2a except this week"),
        ("add bob to it", "digest edit 3f2a add bob"),
        ("don't send it any more", "digest stop 3f2a"),
        ("rename it to Monday numbers", 'digest edit 3f2a title "Monday numbers"'),
        *dict.fromkeys(
            (
                "hold on",
                "call it a day",
                "name this month's best post",
                "name one good post",
                "who sees this number",
                "when is this month over",
                "end of month",
                "remove the acme digest",
                "add bob to the sales group",
                "add bob to sales",
                "remove the default",
                "drop in impressions?",
            ),
            "",
        ).items(),
    ],
)
def test_what_is_said_of_it_is_about_the_last_digest(words: str, command: str):
    assert action_on_last(words, "digest edit 3f2a") == command


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("skip the next one", ["digest"]),
        ("send it now", ["digest"]),
        ("also in <#C1>", ["digest"]),
        ("rename it to Foo", ["digest", "alert"]),
        ("test it", ["digest", "alert"]),
        ("pause it", ["digest", "alert", "watch"]),
    ],
)
def test_what_a_kind_does_not_have_is_not_done_to_it(words: str, kinds: list[str]):
    every = [f"{kind} edit 3f2a" for kind in ("digest", "alert", "watch")]
    assert [command.split()[0] for command in on_each(words, every)] == kinds


@pytest.mark.parametrize(
    ("words", "last", "command"),
    [
        ("add bob to the watch", "digest edit 3f2a", ""),
        ("take bob out of the digest", "watch edit 3f2a", ""),
        ("add bob to the digest", "digest edit 3f2a", "digest edit 3f2a add bob"),
        ("add bob", "watch edit 3f2a", "watch edit 3f2a add bob"),
    ],
)
def test_an_account_is_added_to_the_kind_that_is_named(words, last, command):
    assert action_on_last(words, last) == command


@pytest.mark.parametrize(("words", "deletes"), [("delete it", True), ("stop", False), ("pause it", False), ("turn it on", False)])
def test_a_goal_is_deleted_only_where_that_is_said_of_it(words: str, *, deletes: bool):
    assert action_on_last(words, "goal acme impressions month").startswith("goal delete") is deletes


async def test_commands_in_the_order_people_speak_are_carried_out(scene):
    await scene.ask("default acme")
    plan = await scene.ask("a report every friday afternoon")
    assert "nothing is set up yet" in plan["text"]
    assert "every Friday 14:00" in plan["text"]
    assert not await scene.bot.scheduling.stores.digests.digests()
    await scene.slack.person("ann").press(plan, "digest.create")
    await scene.settle()
    assert "Paused" in (await scene.ask("stop the digest"))["text"]
    assert "50,000 impressions" in (await scene.ask("set a goal of 50k impressions this month"))["text"]
    assert "Alert set up" in (await scene.ask("create an alert for impressions +50% week"))["text"]
    assert "deleted" in (await scene.carry_out("delete the goal impressions month"))["text"]
    assert "impressions" in (await scene.ask("acme friday"))["text"]


async def test_how_something_works_is_help_and_forget_it_deletes_nothing_that_is_set_up(scene):
    await scene.ask("alert acme impressions > 1000 day")
    for words in ("how do alerts work", "show me how alerts work", "how do i use alerts", "how are goals counted", "watch help"):
        assert "crosses a limit" in str((await scene.ask(words))["blocks"]), words
    for words in ("how does a digest work", "explain the digest"):
        assert "posted to a channel on a schedule" in str((await scene.ask(words))["blocks"]), words
    assert "impressions above 1,000" in (await scene.ask("show the alert"))["text"]
    for words in ("forget it", "ok, forget about it", "forget that"):
        assert "Delete" not in (await scene.ask(words))["text"], words
    for words in ("forget it", "see you on friday at 10", "thanks for the alert on monday"):
        assert (await scene.ask(words))["text"] in (":+1:", "You're welcome!"), words
    assert "Delete this alert?" in (await scene.ask("forget about the alert"))["text"]
    await scene.ask("goal acme impressions 90000 month")
    for words in ("bump it", "bump it up"):
        assert "by how much it changes" in (await scene.ask(words))["text"], words
    assert "95,000 impressions" in (await scene.ask("bump it to 95k"))["text"]


async def test_what_was_set_up_is_changed_and_ended_in_everyday_words(scene):
    people = scene.slack.parts.workspace.people
    people[YUKI] = replace(people[YUKI], is_deleted=True)
    await scene.ask("alert acme impressions down 20% week")
    assert "30%" in (await scene.ask("make it 30%"))["text"]
    assert "has left this workspace" in (await scene.ask(f"alert acme comments > 5 day for <@{YUKI}>"))["text"]
    assert "I can't tell when nothing was posted" in (await scene.ask("alert me when nothing was posted for a week"))["text"]
    assert f"mentions <@{BOB}>" in str(await scene.ask(f"tell <@{BOB}> when acme reactions drop 40%"))
    await scene.ask("goal acme impressions 50000 month")
    await scene.ask("goal acme impressions 10k week")
    assert (
        "to 60,000 impressions. Goal of Acme Robotics: 60,000 impressions in Nov"
        in (await scene.ask("raise the monthly goal to 60k"))["text"]
    )
    await scene.carry_out("goal delete acme impressions week")
    for words, says in (
        ("raise the goal by 10k", "from 60,000 impressions to 70,000"),
        ("lower it by 2,500", "to 67,500 impressions"),
        ("drop the goal to 65k", "to 65,000 impressions"),
        ("the goal is too high, lower it to 60000", "to 60,000 impressions"),
        ("lower the goal by 80k", "That would be -20,000"),
        ("can the impressions alert check bob too", "An alert watches one account or group"),
    ):
        assert says in (await scene.ask(words))["text"], words
    await scene.ask("group sales = Acme Robotics, Ann Lee")
    assert "Ann Lee" in (await scene.ask("who is in sales?"))["text"]
    assert "called “charge”" not in (await scene.ask("who is in charge"))["text"]
    there = await scene.ask("create group sales with ann lee")
    assert "There's a group “sales” already" in there["text"]
    presses = {one["value"]: one for block in there["blocks"] for one in block.get("elements", ())}
    assert all("confirm" in presses[words] for words in ('group sales = "Ann Lee"', 'group sales add "Ann Lee"'))
    assert "Before, it was: Acme Robotics, Ann Lee." in (await scene.ask("remove acme from sales"))["text"]
    assert "Before" not in (await scene.ask("group sales = Ann Lee"))["text"]
    assert "is now: Ann Lee, Bob Rivera. Before, it was: Ann Lee." in (await scene.ask("add bob to group sales"))["text"]
    assert "is now: Ann Lee, Kofi Mensah." in (await scene.ask("put kofi into sales and take bob out"))["text"]
    assert "Before, it was" in (await scene.ask("group sales remove kofi"))["text"]
    assert "Nobody would be left" in (await scene.ask("remove ann lee from the sales group"))["text"]
    assert "Opt it out with this" in (await scene.ask("opt bob out"))["text"]
    for words in ("hide acme from everyone", "don't show acme anywhere"):
        assert "opt out acme" in str((await scene.ask(words))["blocks"]), words
    await scene.ask("default bob")
    assert "no longer has a default account" in (await scene.ask("forget the default"))["text"]
    assert "not everybody at once" in (await scene.ask("tell <!here> when reach drops 20%"))["text"]
    assert "mentions <!subteam^S0GROWTH>" in str(await scene.ask("tell <!subteam^S0GROWTH> when acme reach drops 20%"))
    assert "above 100 on one day" in (await scene.ask("let me know the moment ann's likes go above 100 in a day"))["text"]
    assert "quiet 22:00-7:00" in (await scene.ask("alert bob impressions: +25% w/w, min 200, quiet 22-7, weekdays 9am"))["text"]
    assert "not about one post" in (await scene.ask("tell us when any post passes 10k impressions"))["text"]
    counted = await scene.ask("alert me if ann lee drops below 5k followers")
    assert "new followers, not how many there are" in counted["text"]
    assert "alert me if ann lee drops below 5k followers a week" in str(counted["blocks"])
    assert "rise or a fall" in (await scene.ask("alert acme impressions > 40%"))["text"]
    assert "unusual" in (await scene.ask("notify me about unusual acme comments"))["text"]
    asked = await scene.ask("delete the sales group")
    assert "Ann Lee" in (await scene.ask("groups"))["text"]
    await scene.slack.person("ann").press(asked, "group sales = nobody")
    await scene.settle()
    assert "Ann Lee" not in (await scene.ask("groups"))["text"]


async def test_a_digest_of_several_accounts_is_not_deleted_by_the_name_of_one(scene):
    plan = await scene.ask("digest acme, ann every monday 9:00 in #marketing")
    await scene.slack.person("ann").press(plan, "digest.create")
    await scene.settle()
    refused = await scene.ask("digest delete acme")
    assert "about other accounts too" in refused["text"]
    assert len(await scene.bot.scheduling.stores.digests.digests()) == 1

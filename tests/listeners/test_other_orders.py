"""What begins with no verb and is a command all the same: the action first, or days and a time alone."""

import pytest

from bot.digests.parser import digest_of_schedule
from bot.management.actions import action_first


@pytest.mark.parametrize(
    ("words", "noun", "command"),
    [
        ("stop the digest", "digest", "digest stop"),
        ("please pause my weekly digest", "digest", "digest pause"),
        ("Turn off the digest!", "digest", "digest stop"),
        ("unsubscribe me from the digest", "digest", "digest stop"),
        ("pause the bob digest until 7 jan", "digest", "digest pause bob until 7 jan"),
        ("change the friday digest to 10", "digest", 'digest edit "friday" to 10'),
        ("add bob to the digest", "digest", "digest edit add bob"),
        ("no digest on 28 dec", "digest", "digest edit except 28 dec"),
        ("rename the digest to Monday numbers", "digest", 'digest edit title "Monday numbers"'),
        ("how are we doing on our goal", "goal", "goal list"),
        ("delete digest 3f2a", "digest", "digest delete 3f2a"),
        ("show my digests", "digest", "digest list"),
        ("which alerts are there?", "alert", "alert list"),
        ("mute the alert 1a2b", "alert", "alert pause 1a2b"),
        ("set a goal of 50k impressions this month", "goal", "goal new of 50k impressions this month"),
        ("when is the next digest?", "digest", "digest show"),
        ("who set up the digests", "digest", "digest list"),
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
        ("the 15th of each month at 10", True),
        ("day 15 of every month", True),
        ("weekly report", True),
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
        ("hello there", False),
    ],
)
def test_a_rhythm_alone_is_a_digest(words: str, is_digest: bool):
    assert digest_of_schedule(words) == (f"digest {words}" if is_digest else "")


async def test_commands_in_the_order_people_speak_are_carried_out(scene):
    await scene.ask("default acme")
    plan = await scene.ask("a report every friday afternoon")
    assert "nothing is set up yet" in plan["text"]
    assert "every Friday 14:00" in plan["text"]
    assert not await scene.bot.digests.stores.digests.digests()
    await scene.slack.person("ann").press(plan, "digest.create")
    await scene.settle()
    assert "Paused" in (await scene.ask("stop the digest"))["text"]
    assert "50,000 impressions" in (await scene.ask("set a goal of 50k impressions this month"))["text"]
    assert "Alert set up" in (await scene.ask("create an alert for impressions +50% week"))["text"]
    assert "deleted" in (await scene.ask("delete the goal impressions month"))["text"]
    assert "impressions" in (await scene.ask("acme friday"))["text"]

"""`status` and `history`, by command, mention and direct message: private, a line for each part, and what to do where one is not well."""

import sqlite3
from datetime import timedelta

import pytest

from bot.digests.manage_blocks import HISTORY_TITLE
from bot.queries.health import ALL_WELL, ONE_NOT_WELL, HealthPart
from bot.sandbox.world_accounts import Trouble
from bot.storage import sqlite
from bot.storage.db_errors import FULL
from tests.fixtures.crowds import crowd_of


async def by_command(scene, words):
    return (await scene.ask(words))["text"]


async def by_mention(scene, words):
    await scene.slack.person("ann").mention(words, channel="#marketing")
    await scene.settle()
    assert scene.slack.person("bob").sees("#marketing")[-1]["text"] != scene.slack.accepted[-1].text
    return scene.slack.accepted[-1].text


async def by_direct_message(scene, words):
    await scene.slack.person("ann").say(words, channel="dm")
    await scene.settle()
    return scene.slack.accepted[-1].text


WAYS = (by_command, by_mention, by_direct_message)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_status_names_every_part(scene, way):
    reply = await way(scene, "status")
    assert reply.startswith(ALL_WELL)
    assert [f"*{part}*" in reply for part in HealthPart] == [True] * 5
    assert "ms, 8 accounts connected" in reply


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_history_stands_alone(scene, way):
    await scene.set_up("digest acme every monday 9:00")
    assert (await way(scene, "history")).startswith(HISTORY_TITLE)


async def test_a_service_in_trouble_is_named_and_hides_nothing_else(scene):
    scene.statistics.fail_next(Trouble.BAD_GATEWAY, times=9, path="platform-connections")
    reply = (await scene.ask("status"))["text"]
    assert reply.startswith(ONE_NOT_WELL.format(all=5))
    assert f":warning: *{HealthPart.API}*" in reply
    assert reply.count(":white_check_mark:") == 4


async def test_a_service_that_lists_accounts_and_gives_no_figures_is_named(scene):
    scene.statistics.switches.trouble = Trouble.BAD_GATEWAY
    await scene.ask("last week")
    assert "account-statistics failed (Unreachable)" in (await scene.ask("status"))["text"]
    scene.statistics.switches.trouble = None
    await scene.ask("last week")
    assert (await scene.ask("status"))["text"].startswith(ALL_WELL)


async def test_a_slack_that_does_not_say_who_we_are_is_named(scene):
    scene.slack.faults.add(method="auth.test", kind="error", error="account_inactive", times=9)
    reply = (await scene.ask("status"))["text"]
    assert f":warning: *{HealthPart.SLACK}*: It answers account_inactive" in reply
    assert "can't be compared" in reply


async def test_a_database_that_another_version_changed_is_named(scene):
    """The digests' clock cannot say more than that either."""
    with sqlite3.connect(scene.bot.settings.database_url.removeprefix("sqlite:///"), timeout=10) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    reply = (await scene.ask("status"))["text"]
    assert f":warning: *{HealthPart.STORE}*: The bot's database was changed while the bot ran" in reply
    assert "Start the bot again" in reply


async def test_one_account_is_not_said_as_several(open_scene):
    async with open_scene(world=crowd_of(["Umbra Holding"]), administrators="U0ANN00001") as scene:
        assert "ms, 1 account connected" in (await scene.ask("status"))["text"]


async def test_a_full_disk_is_named_though_the_database_can_be_read(scene, monkeypatch):
    monkeypatch.setattr(sqlite, "LEAST_ROOM", 2**60)
    reply = (await scene.ask("status"))["text"]
    assert reply.startswith(ONE_NOT_WELL.format(all=5))
    assert f":warning: *{HealthPart.STORE}*: {FULL}" in reply


async def test_a_clock_that_is_wrong_is_named(scene):
    there = scene.clock
    scene.bot_clock._clock = lambda: there() + timedelta(minutes=7)
    reply = (await scene.ask("status"))["text"]
    assert f":warning: *{HealthPart.CLOCK}*: It is 420 s away from Slack's time" in reply


@pytest.mark.parametrize("words", ["status acme", "status last week", "status share"])
async def test_status_takes_no_other_words(scene, words):
    answer = await scene.ask(words)
    assert answer["ephemeral"]
    assert "`status` takes no other words" in answer["text"]


async def test_a_slip_of_status_is_met_with_it(scene):
    assert "status" in str((await scene.ask("statsu"))["blocks"])

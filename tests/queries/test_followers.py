"""New followers: a figure of accounts alone, from its own endpoint, wherever the other figures are."""

from datetime import date
from typing import Any

import pytest

from bot.listeners.steps import STEP
from bot.sandbox.statistics.wire import SandboxAnswer

ANN = "linkedin-ABC"
WEEK = (date(2026, 11, 16), date(2026, 11, 23))
BEFORE = (date(2026, 11, 9), date(2026, 11, 16))
ENDPOINT = "linkedin-followers"


def text_of(message: Any) -> str:
    return str(message["blocks"]).replace("\\n", "\n") + str(message["text"])


def asked_for(scene: Any) -> list[str]:
    """The accounts and kinds of count that the followers endpoint was asked for."""
    return [f"{one.body['platformId']} {one.body['period']}" for one in scene.statistics.requests if ENDPOINT in one.path]


async def test_new_followers_are_wherever_other_figures_are(open_scene):
    async with open_scene() as scene:
        world = scene.statistics.world
        won, before = world.new_followers(ANN, *WEEK), world.new_followers(ANN, *BEFORE)
        now = world.followers(ANN, scene.clock().date())
        card = text_of(await scene.ask(f"{ANN} last week daily"))
        assert f"*New followers*\n{won}" in card
        assert f"before: {before}" in card
        assert "*Followers*" not in card
        assert asked_for(scene) == [f"{ANN} daily"]

        alone = await scene.ask(f"followers {ANN} last week")
        await scene.ask(f"followers {ANN} last week csv")
        assert f"{won} new followers" in alone["blocks"][0]["text"]["text"]
        assert alone["blocks"][1]["elements"][0]["text"] == "Nov 16–22 vs. Nov 9–15"
        chart = next(block for block in alone["blocks"] if block["type"] == "data_visualization")
        assert "New followers" in str(chart)
        assert f"*Followers*\n{now:,}\nnow" in text_of(alone)
        assert f"{now:,} followers now" in alone["text"]
        assert f"Followers now,{now},–" in file_of(scene)
        assert f"New followers,{won},{before}," in file_of(scene)
        assert asked_for(scene)[1:] == [f"{ANN} lifetime"]

        assert "new followers down 10% or more" in text_of(await scene.ask(f"alert {ANN} followers -10% week"))
        assert "ignored below 10" in text_of(await scene.ask("alert list"))
        assert f"Nov 16–22: {won}, " in text_of(await scene.ask("alert test"))
        assert "500 new followers in November" in text_of(await scene.ask(f"goal {ANN} followers 500 month"))

        running = await scene.slack.switches.execute_step(STEP, {"question": f"{ANN} followers last week"}, "U0ANN00001")
        await scene.settle()
        assert (running.outputs["new_followers"], running.outputs["followers"]) == (won, now)


async def test_a_team_has_them_where_they_are_asked_for(open_scene):
    async with open_scene() as scene:
        await scene.ask("team last week")
        await scene.ask("board last week")
        await scene.ask(f"{ANN} vs acme last week")
        assert asked_for(scene) == []
        bob = "linkedin-An7Rv3raXw"
        both = sum(scene.statistics.world.new_followers(one, *WEEK) for one in (ANN, bob))
        team = await scene.ask(f"team {ANN} {bob} followers last week")
        assert f"2 accounts · {both} new followers" in team["blocks"][0]["text"]["text"]
        assert "Somebody who follows several of the accounts is counted once for each." in text_of(team)
        assert sorted(asked_for(scene)) == sorted([f"{ANN} daily", f"{bob} daily"])


@pytest.mark.parametrize(
    ("answer", "expected", "alone"),
    [
        (SandboxAnswer(404, "<pre>Cannot POST</pre>"), "n/a: LinkedIn has no figure", "n/a: LinkedIn has no figure"),
        (SandboxAnswer(403, {"error": "Not enough permissions"}), "n/a: LinkedIn has no figure", "doesn't allow reading"),
        (SandboxAnswer(200, {"success": True, "data": None}), "n/a: LinkedIn has no figure", "n/a: LinkedIn has no figure"),
        (SandboxAnswer(500, {"error": "Failed"}), "couldn't be fetched", "be reached right now"),
    ],
)
async def test_unknown_followers_are_said_and_the_card_stands(open_scene, answer, expected, alone):
    async with open_scene() as scene:
        scene.statistics.fail_next(answer, times=50, path=ENDPOINT)
        card = await scene.ask(f"{ANN} last week")
        assert f"*New followers*\n{expected}" in text_of(card)
        assert "engagement rate" in card["text"]
        assert alone in text_of(await scene.ask(f"{ANN} followers last week"))


def file_of(scene: Any) -> str:
    return "".join(file.content.decode("utf-8-sig") for file in scene.slack.parts.files._files.values() if file.shared)

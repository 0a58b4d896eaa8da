"""Sums over accounts of which one lacks days: one rule in card, table, chart, file, thread table and goal."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

from bot.sandbox.statistics.wire import SandboxAnswer
from bot.sandbox.world_accounts import Trouble
from tests.fixtures.crowds import crowd_of
from tests.queries.test_followers import file_of

FULL, LATE = "Full & Sons", "Late"
#: Of 16 to 22 November Late has no figures before the 18th.
STARTED = date(2026, 11, 18)


def world():
    made = crowd_of([FULL, LATE])
    late = replace(made.accounts[1], started=STARTED)
    made.accounts = (made.accounts[0], late)
    made._by_id = {account.platform_id: account for account in made.accounts}
    return made


def common(made, metric="IMPRESSION"):
    end = STARTED + timedelta(days=5)
    return sum(made.total(account.platform_id, metric, STARTED, end) for account in made.accounts)


def with_an_account_of_nothing():
    made = world()
    made.accounts = (replace(made.accounts[0], trouble=Trouble.NOTHING_AVAILABLE), made.accounts[1])
    made._by_id = {account.platform_id: account for account in made.accounts}
    return made


def text_of(message):
    return str(message["blocks"]).replace("\\n", "\n")


async def test_a_teams_sum_is_over_the_days_that_every_account_reported(open_scene):
    made = world()
    async with open_scene(world=made) as scene:
        card = await scene.ask("team last week")
        await scene.ask("team last week csv")
        texts, whole = text_of(card), f"{common(made):,}"
        assert f"*Impressions*\n{whole}\n(5 of 7 days)" in texts
        assert f"{whole} impressions (5 of 7 days reported)" in card["blocks"][0]["text"]["text"]
        assert "LinkedIn didn't report Nov 9–17 of Late: left out of all accounts' sums" in texts
        table = next(block for block in card["blocks"] if block["type"] == "data_table")
        rows = {row[0]["text"]: row for row in table["rows"]}
        alone = made.total(made.accounts[1].platform_id, "IMPRESSION", STARTED, STARTED + timedelta(days=5))
        assert rows["Late"][1] == {"type": "raw_number", "value": alone, "text": f"{alone:,} (5 of 7 days reported)"}
        assert rows["Total of 2"][1] == {"type": "raw_number", "value": common(made), "text": f"{whole} (5 of 7 days reported)"}
        # All parts of the rate cover the same five days, so there is one.
        parts = sum(common(made, part) for part in ("REACTION", "COMMENT", "RESHARE"))
        assert f"*Engagement rate*\n{100 * parts / common(made):.2f}%" in texts
        for block in card["blocks"]:
            if block["type"] == "data_visualization":
                assert sum(point["value"] for point in block["chart"]["series"][0]["data"]) == common(made)
        file = next(file for file in scene.slack.parts.files._files.values() if file.shared)
        written = {row[0]: row for row in csv.reader(io.StringIO(file.content.decode("utf-8-sig"))) if row}
        assert written["Total of 2"][1] == str(common(made))


async def test_a_goals_sum_is_over_those_days_too(open_scene):
    made = world()
    async with open_scene(world=made) as scene:
        scene.clock.now = scene.clock.now - timedelta(days=1)
        texts = await scene.ask("goal team impressions 900,000 week")
        days = (scene.clock().date() - STARTED).days
        end = STARTED + timedelta(days=days)
        added = sum(made.total(account.platform_id, "IMPRESSION", STARTED, end) for account in made.accounts)
        assert f"{added:,}" in texts["text"]


async def test_missing_days_beside_another_account_are_said_of_whom(open_scene):
    async with open_scene(world=world()) as scene:
        card = await scene.ask("full vs late last week")
        await scene.ask("full vs late last week csv")
        for text in (card["text"], file_of(scene)):
            assert "LinkedIn didn't report Nov 16–17 of Late: left out, not counted as 0." in text


async def test_missing_days_of_the_one_account_that_has_figures_are_said_of_whom(open_scene):
    async with open_scene(world=with_an_account_of_nothing()) as scene:
        card = await scene.ask("team last week")
        assert "LinkedIn didn't report Nov 9–17 of Late: left out" in card["text"]
        assert "LinkedIn has no figures for Full &amp; Sons." in card["text"]
        card = await scene.ask("team last week impressions")
        assert "LinkedIn has no figure of impressions for Full &amp; Sons." in card["text"]


async def test_reach_is_not_compared_beside_days_that_are_missing(open_scene):
    """The two weeks before 22 November: of the first, one day was reported; reach would read several hundred per cent up."""
    made = world()
    made.accounts = (made.accounts[0], replace(made.accounts[1], started=date(2026, 11, 15)))
    made._by_id = {account.platform_id: account for account in made.accounts}
    async with open_scene(world=made) as scene:
        texts = text_of(await scene.ask("late last week"))
        before = made.total(made.accounts[1].platform_id, "MEMBERS_REACHED", date(2026, 11, 9), date(2026, 11, 16))
        assert f"\nbefore: {before:,}" in texts
        assert "▲" not in texts
        card = await scene.ask("late last week vs 2026-11-09..2026-11-15")
        rows = next(block["rows"] for block in card["blocks"] if "rows" in block)
        assert {row[0]["text"]: row[3]["text"] for row in rows}["Members reached"] == "n/a"


async def test_a_chart_names_the_highest_day_also_where_it_has_nothing_to_stand_beside(open_scene):
    """Monday and Tuesday of the week before were not reported: those of this one count for the most all the same."""
    made = world()
    late = replace(made.accounts[1], started=date(2026, 11, 11))
    made.accounts = (made.accounts[0], late)
    made._by_id = {account.platform_id: account for account in made.accounts}
    async with open_scene(world=made) as scene:
        days = [date(2026, 11, 16) + timedelta(days=step) for step in range(7)]
        counts = {day: made.day(late.platform_id, day).counts["IMPRESSION"] for day in days}
        most, fewest = max(days, key=lambda day: counts[day]), min(days, key=lambda day: counts[day])
        assert most < date(2026, 11, 18)  # the day beside it was not reported
        text = text_of(await scene.ask("late last week"))
        assert f"Most on {most:%a} ({counts[most]:,}), fewest on {fewest:%a} ({counts[fewest]:,})." in text
        text = text_of(await scene.ask("full vs late 9-15 nov"))
        assert "Late, as far as reported: most on " in text


async def test_a_period_with_nothing_before_it_has_a_chart_of_its_own_days(open_scene):
    made = world()
    async with open_scene(world=made) as scene:
        card = await scene.ask("late last week")
        (chart,) = [block["chart"] for block in card["blocks"] if block["type"] == "data_visualization"]
        (series,) = chart["series"]
        # LinkedIn's total of a period without a reported day is 0, which is no figure to grow from.
        assert "*Members reached*" in text_of(card)
        assert "0 before" not in text_of(card)
        figure = made.total(made.accounts[1].platform_id, "IMPRESSION", STARTED, STARTED + timedelta(days=5))
        assert sum(point["value"] for point in series["data"]) == figure
        assert "Left out of the chart: Nov 16–17 (" in text_of(card)


async def test_a_count_of_several_days_is_not_that_of_their_first(scene):
    week = {"start": {"year": 2026, "month": 11, "day": 16}, "end": {"year": 2026, "month": 11, "day": 23}}
    series = [{"count": 7_777, "dateRange": week}]
    answer = SandboxAnswer(200, {"success": True, "metrics": {"IMPRESSION": series}, "aggregation": "DAILY", "cached": False})
    scene.statistics.fail_next(answer, path="account-statistics")
    card = await scene.ask("acme impressions last week")
    assert "7,777" not in str(card)
    assert "LinkedIn has no figure for impressions" in card["text"]

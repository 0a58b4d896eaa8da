"""Periods, goals, alerts and files of random worlds, recomputed: the same days of the unit before, exact limits, whose days are missing."""

import csv
import io
import random
import re
from datetime import date, datetime, timedelta
from fractions import Fraction
from html import unescape
from typing import Any

import pytest

from tests.accuracy.reading import BASES, NAMES, RATE, assert_change, assert_figure, assert_rate, fields, rows
from tests.accuracy.recompute import (
    ENGAGEMENTS,
    account_rate,
    average_text,
    figure,
    half_up,
    missing,
    nothing_but_unknown,
    rate_of,
    so_far,
    summed,
    written,
)
from tests.accuracy.service import BY_DAY, METRICS, random_world, serving

UNITS = ("week", "month", "quarter", "year")


def random_day(seed):
    """A day of some years, those at the end and the beginning of months more often than others."""
    dice = random.Random(seed)  # noqa: S311  # a repeatable day
    day = date(2025, 1, 1) + timedelta(days=dice.randint(0, 1500))
    return day if dice.random() < 0.5 else day.replace(day=dice.choice((1, 2, 28))) + timedelta(days=dice.choice((0, 1, 2, 3)))


def header(card):
    return next(block["text"]["text"] for block in card["blocks"] if block["type"] == "header")


async def check_so_far(scene, account, unit, basis):
    """`this month` and its kin: the figures, and each change against the same days of the unit before."""
    today = scene.clock.now.date()
    now, before = so_far(unit, today)
    card = await scene.ask(f"{account.platform_id} this {unit}")
    if not now:
        assert "no full day yet" in card["text"], (unit, today)
        return
    if nothing_but_unknown(account, now) == "failed":
        assert not fields(card), (account, card["text"])
        return
    shown, days = fields(card), (len(now), len(before))
    for metric in METRICS:
        value, earlier, where = figure(account, metric, now), figure(account, metric, before), (account.name, metric, unit, today)
        assert_figure(shown[NAMES[metric]], value, where)
        whole = not missing(account, metric, (*before, *now)) and (metric in BY_DAY or days[0] == days[1])
        assert_change(shown[NAMES[metric]], value, earlier, whole, where, days=days)
    assert_chart(card, account, now, before)
    assert_rate(shown[RATE], account_rate(account, basis, now), (account.name, RATE, unit, today))
    assert_points(account, basis, now, before, shown[RATE])
    assert ("the changes are per day" in card["text"]) == (days[0] != days[1]), card["text"]


def assert_chart(card, account, now, before):
    """With every day reported, the bars are all the days: nothing is left out at either end."""
    chart = next((block["chart"] for block in card["blocks"] if block["type"] == "data_visualization"), None)
    if chart is None or missing(account, "IMPRESSION", (*before, *now)):
        return
    sums = [sum(point["value"] for point in one["data"]) for one in chart["series"]]
    right = [figure(account, "IMPRESSION", days) for days in (now, before)]
    assert sums == (right if len(now) == len(before) else right[:1]), (account.name, now[0], now[-1])
    assert len(chart["series"][0]["data"]) <= 20


def assert_points(account, basis, now, before, text):
    """How far the rate moved: only between whole periods, of reach only between equally long ones."""
    parts = [*ENGAGEMENTS, *([basis] if basis in BY_DAY else [])]
    whole = not any(missing(account, metric, (*before, *now)) for metric in parts)
    rates: list[Any] = [rate_of({metric: figure(account, metric, days) for metric in METRICS}, basis) for days in (now, before)]
    shown = re.search(r"([+−]?)(<?[\d.,]+) pts", unescape(text))
    if not whole or None in rates or (basis not in BY_DAY and len(now) != len(before)):
        assert not shown, (account.name, text)
        return
    moved = (rates[0] - rates[1]) * 100
    assert shown, (account.name, text, float(moved))
    right = half_up(abs(moved), 2)
    assert shown[2] == ("0" if not moved else right if Fraction(right.replace(",", "")) else "<0.01"), (text, float(moved))
    assert shown[1] == ("+" if moved > 0 else "−" if moved else ""), (text, float(moved))


async def check_versus_lengths(scene, account, unit):
    """Seven days beside a unit that is not over: averages per day where they are not equally long."""
    today = scene.clock.now.date()
    now, _ = so_far(unit, today)
    week = [today - timedelta(days=back) for back in range(7, 0, -1)]
    if not now or now == week or "failed" in (nothing_but_unknown(account, now), nothing_but_unknown(account, week)):
        return
    card = await scene.ask(f"{account.platform_id} this {unit} vs 7d")
    for row in rows(card):
        metric = next((metric for metric, name in NAMES.items() if name == row["Figure"]), None)
        if metric not in BY_DAY:
            continue
        cells, where = list(row.values()), (account.name, metric, unit, today)
        left, right = values = [figure(account, metric, days) for days in (now, week)]
        for text, value in zip(cells[1:3], values, strict=True):
            assert_figure(text, value, where)
        whole = not missing(account, metric, (*now, *week))
        if len(now) == len(week):
            assert_change(cells[-1], left, right, whole, where)
            continue
        assert_change(f"{cells[-1]} per day", left, right, whole, where, days=(len(now), 7))
        if whole and all(isinstance(value, int) for value in values):
            assert cells[3:5] == [average_with_commas(Fraction(value, days)) for value, days in zip(values, (len(now), 7), strict=True)], (
                where
            )


def average_with_commas(exact):
    text = average_text(exact)
    return text if exact < 1000 else written(int(text.replace(",", "")))


async def check_team_so_far(scene, world, unit, basis):
    """A team's sums over the days that all reported, with their changes; whose days are missing is said."""
    now, before = so_far(unit, world.today)
    fetched = [account for account in world.accounts if now and nothing_but_unknown(account, now) != "failed"]
    over = [account for account in fetched if not nothing_but_unknown(account, now)] or fetched
    if len(over) < 2:
        return
    card = await scene.ask(f"team this {unit}")
    shown = fields(card)
    for metric in BY_DAY:
        value, where = summed(over, metric, now), ("team", metric, unit, world.today)
        assert_figure(shown[NAMES[metric]], value, where)
        whole = not any(missing(account, metric, (*before, *now)) for account in over)
        assert_change(shown[NAMES[metric]], value, summed(over, metric, before), whole, where, days=(len(now), len(before)))
        lacking = [one for one in over if missing(one, metric, now)]
        if value is not None and lacking:
            shared = sum(all(day in one.days[metric] for one in over) for day in now)
            assert f"({shared} of {len(now)} day" in shown[NAMES[metric]], (where, shown)
            assert all(one.name in card["text"] for one in lacking), (where, card["text"])
    notes = await check_file_agrees(scene, card, f"team this {unit} csv")
    days = " ".join(note for note in notes if "didn't report" in note or "are missing" in note)
    added = [metric for metric in BY_DAY if summed(over, metric, now) is not None]
    assert all(one.name in days for one in over if any(missing(one, metric, now) for metric in added)), (notes, days)


async def check_monthly_digest(scene, world):
    """A digest of the month that is ending: the month so far against the same days of the month before."""
    now, before = so_far("month", world.today)
    if not now or any(nothing_but_unknown(account, now) for account in world.accounts):
        return
    names = " ".join(account.platform_id for account in world.accounts)
    card = await scene.ask(f"digest {names} last day of the month 10:00 UTC in #marketing")
    for metric in BY_DAY:
        value, where = summed(world.accounts, metric, now), ("digest", metric, world.today)
        whole = not any(missing(account, metric, (*before, *now)) for account in world.accounts)
        text = fields(card)[NAMES[metric]]
        assert_figure(text, value, where)
        assert_change(text, value, summed(world.accounts, metric, before), whole, where, days=(len(now), len(before)))


async def check_goal(scene, world, who, accounts):
    """A goal's line: the sum so far over the days that all reported, its share rounded down, and whose days are missing."""
    now, _ = so_far("month", world.today)
    values = [figure(account, "REACTION", now) for account in accounts] if now else []
    value = summed(accounts, "REACTION", now) if len(accounts) > 1 and now else values[0] if now else None
    target = max(1, value + random.Random(world.seed).choice((-1, 0, 1, 7))) if isinstance(value, int) else 500  # noqa: S311  # repeatable
    text = (await scene.ask(f"goal {who} {target} reactions month"))["text"]
    if not now:
        assert "its first day isn't over yet" in text, text
    elif not isinstance(value, int):
        known = [one for one, number in zip(accounts, values, strict=True) if isinstance(number, int)]
        least = summed(known, "REACTION", now) if len(known) > 1 else figure(known[0], "REACTION", now) if known else None
        if least is None:
            assert "n/a so far" in text, (text, values)
        else:
            assert f"at least {written(least)}" in text, (text, values)
            assert all(one.name in text for one in accounts if one not in known), text
    else:
        assert ("reached with" in text) == (value >= target), (text, value, target)
        assert f"{written(value)} so far" in text or f"with {written(value)}" in text, (text, value)
        share = re.search(rf"\D{100 * value // target}% of the goal|<1% of the goal", text.replace(",", ""))
        assert bool(share) == (value < target), (text, value, target)
        lacking = [one for one in accounts if missing(one, "REACTION", now)]
        assert bool(lacking) == ("days reported" in text or "of 1 day reported" in text), (text, lacking)
        assert len(accounts) == 1 or all(one.name in text for one in lacking), text


async def check_rate_alert(scene, world, account, basis):
    """An alert on the rate: its limit is what the rate reads as, so that only more decimals tell why it is met or not."""
    weeks = [[world.today - timedelta(days=back + ended) for back in range(7, 0, -1)] for ended in range(7)]
    parts = {*ENGAGEMENTS, *([basis] if basis in BY_DAY else []), "IMPRESSION"}
    if any(
        not isinstance(account.days[metric], dict) or missing(account, metric, [day for days in weeks for day in days]) for metric in parts
    ):
        return
    rates: list[Any] = [rate_of({metric: figure(account, metric, days) for metric in METRICS}, basis) for days in weeks]
    reach = [figure(account, "MEMBERS_REACHED", days) for days in weeks]
    limit = half_up(rates[0] * 100, 1) if rates[0] is not None else "2.5"
    if not 0 < Fraction(limit.replace(",", "")) <= 100 or (basis not in BY_DAY and "failed" in reach):
        return
    card = await scene.ask(f"alert {account.platform_id} engagement >= {limit}% week min 500 in #marketing")
    number = re.search(r"alert `([0-9a-f]{8})`", str(card["blocks"]))
    assert number, card["text"]
    lines = [line for line in (await scene.ask(f"alert test {number[1]}"))["text"].split("\n") if " · " in line]
    assert len(lines) == 7, lines
    for line, rate, days in zip(lines, rates, weeks, strict=True):
        large, where = figure(account, "IMPRESSION", days) >= 500, (account.name, limit, line, rate and float(rate * 100))
        result = "can't tell" if rate is None or not large else "met" if rate * 100 >= Fraction(limit) else "not met"
        assert line.rpartition(" · ")[2].removeprefix(":bell: ") == result, where
        shown = re.search(r": (<?)([\d.,]+)%", unescape(line))
        assert bool(shown) == (rate is not None), where
        if shown and not shown[1]:
            read = Fraction(shown[2].replace(",", ""))
            assert (read >= Fraction(limit)) == (rate * 100 >= Fraction(limit)), where
            places = len(shown[2].partition(".")[2])
            assert shown[2] == half_up(rate * 100, places), where


async def check_count_alert(scene, world, account):
    """An alert on impressions: windows with missing days are unknown, and whose days are missing is said."""
    weeks = [[world.today - timedelta(days=back + ended) for back in range(7, 0, -1)] for ended in range(7)]
    series = account.days["IMPRESSION"]
    if not isinstance(series, dict):
        return
    card = await scene.ask(f"alert {account.platform_id} impressions > 100 week in #marketing")
    number = re.search(r"alert `([0-9a-f]{8})`", str(card["blocks"]))
    assert number, card["text"]
    text = (await scene.ask(f"alert test {number[1]}"))["text"]
    lines = [line for line in text.split("\n") if " · " in line]
    for line, days in zip(lines, weeks, strict=True):
        value = None if missing(account, "IMPRESSION", days) else sum(series[day] for day in days)
        result = "can't tell" if value is None else "met" if value > 100 else "not met"
        assert line.rpartition(" · ")[2].removeprefix(":bell: ") == result, (account.name, line, value)
        assert value is None or f": {written(value)}" in line, (account.name, line, value)
    gone = missing(account, "IMPRESSION", [day for days in weeks for day in days])
    assert (f"every day of {account.name}" in text) == bool(gone), text


#: What the screen calls shorter than the file.
IN_FILE = {"Change in %": "Impressions, change in %", "Change per day in %": "Impressions per day, change in %"}


async def check_file_agrees(scene, card, words):
    """Every number of the card's table stands in the file as plain digits; gives the file's notes."""
    before = set(scene.slack.parts.files._files)
    await scene.ask(words)
    new = [file for name, file in scene.slack.parts.files._files.items() if name not in before and file.shared]
    table = [line for line in csv.reader(io.StringIO(new[-1].content.decode("utf-8-sig"))) if line]
    shown: list[Any] = next((block["rows"] for block in card["blocks"] if block["type"] == "data_table"), [])
    titles = [IN_FILE.get(cell["text"], cell["text"]) for cell in shown[0] if cell["text"] != "Open"] if shown else []
    places = [table[0].index(title) for title in titles]
    for row, line in zip(shown[1:], table[1:], strict=False):
        for cell, text in zip(row, [line[place] for place in places], strict=False):
            if cell["type"] == "raw_number":
                plain = re.sub(r" \(.*\)| pts|,|\+|=", "", cell["text"]).replace("−", "-")
                assert text.rstrip("%") == plain.rstrip("%"), (words, cell, line)
            else:
                assert text.lstrip("'") == cell["text"] or not text, (words, cell, line)
    return [line[0] for line in table if len(line) == 1]


async def recompute(open_scene, seed, basis):
    today = random_day(seed)
    world = random_world(seed, today)
    async with (
        serving(world) as base_url,
        open_scene(
            postpost_base_url=base_url,
            postpost_platform_id=world.accounts[0].platform_id,
            engagement_rate_basis=basis,
        ) as scene,
    ):
        scene.clock.now = datetime.combine(today, scene.clock.now.timetz())
        dice = random.Random(seed)  # noqa: S311  # repeatable
        for account in world.accounts:
            await check_so_far(scene, account, dice.choice(UNITS), BASES[basis])
        await check_versus_lengths(scene, dice.choice(world.accounts), dice.choice(UNITS))
        await check_team_so_far(scene, world, dice.choice(UNITS), BASES[basis])
        await check_monthly_digest(scene, world)
        one = dice.choice(world.accounts)
        await check_goal(scene, world, one.platform_id, [one])
        await check_goal(scene, world, "team", world.accounts)
        for account in world.accounts:
            await check_rate_alert(scene, world, account, BASES[basis])
        await check_count_alert(scene, world, dice.choice(world.accounts))


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("seed", range(2))
async def test_periods_goals_and_alerts_say_what_is_right(open_scene, seed, basis):
    await recompute(open_scene, seed, basis)


@pytest.mark.full
@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("seed", range(2, 502))
async def test_periods_goals_and_alerts_of_many_worlds_say_what_is_right(open_scene, seed, basis):
    """Some 15 questions a world."""
    await recompute(open_scene, seed, basis)

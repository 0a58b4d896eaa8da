"""Alerts that fire, goals that are reached and best times of random worlds, recomputed: what is posted, and with which figures."""

import random
import re
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from html import unescape
from math import isqrt
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.accuracy.reading import BASES, NAMES, fields
from tests.accuracy.recompute import account_rate, average_text, figure, half_up, missing, percent_text, rate_of, written
from tests.accuracy.service import BY_DAY, FAILED, METRICS, NULL, FakePost, random_world, serving
from tests.accuracy.test_recomputed_periods import random_day
from tests.fixtures.deliveries import Digesting

WORDS = dict(zip(METRICS, ("impressions", "reach", "reactions", "comments", "reshares"), strict=True))
LENGTHS = {"day": 1, "week": 7, "month": 28}


def window(today, days, ended=0):
    return [today - timedelta(days=back + ended) for back in range(days, 0, -1)]


def whole_sum(account, metric, days):
    """The figure of a window; None where a day of it is missing."""
    if metric == "MEMBERS_REACHED":
        value = account.reach(days[0], days[-1])
        return value if isinstance(value, int) else None
    series = account.days[metric]
    if not isinstance(series, dict) or missing(account, metric, days):
        return None
    return sum(series[day] for day in days)


def added(accounts, metric, days):
    each = [whole_sum(account, metric, days) for account in accounts]
    return None if None in each or (metric == "MEMBERS_REACHED" and len(each) > 1) else sum(each)


def is_failed(accounts, metrics, windows):
    return any(
        account.days[metric] == FAILED if metric in BY_DAY else any(account.reach(days[0], days[-1]) == FAILED for days in windows)
        for account in accounts
        for metric in metrics
    )


def usual_range(history):
    """Eight weeks' counts: the median and three spreads to either side, in whole numbers outwards; None of fewer than five."""
    known = sorted(Fraction(one) for one in history if one is not None)
    if len(known) < 5:
        return None
    middle = Fraction(median(known))
    away = Fraction(median([abs(one - middle) for one in known]))
    reach = 3 * max(away * Fraction(14826, 10000), Fraction(max(1, isqrt(int(middle)))))
    low, high = max(Fraction(0), middle - reach), middle + reach
    return low.numerator // low.denominator, -(-high.numerator // high.denominator), middle


def listed_days(days, today):
    """A window's days as people read them."""
    first, last = days[0], days[-1]
    if first.year != last.year:
        return f"{first:%b} {first.day}, {first.year}–{last:%b} {last.day}, {last.year}"
    shown = f"{first:%b} {first.day}"
    if first != last:
        shown += f"–{last.day}" if first.month == last.month else f"–{last:%b} {last.day}"
    return shown if first.year == today.year else f"{shown}, {first.year}"


def change_text(now, before, limit=None):
    """ "up 54% (+4,350)", with as many decimals as agree with the limit."""
    exact = Fraction(abs(now - before) * 100, before)
    text = percent_text(exact)
    if now and now < before and text == "100":
        text = f"{int(exact * 10) // 10}.{int(exact * 10) % 10}"
    places = len(text.partition(".")[2])
    while (Fraction(text.lstrip("<").replace(",", "")) >= limit) != (exact >= limit):
        places += 1
        text = half_up(exact, places)
    return f"{'up' if now > before else 'down'} {text}% ({'+' if now > before else '−'}{written(abs(now - before))})"


def expected_alert(dice, accounts, metric, today):
    """The words of a random alert, and the message's figures: None where nothing may be posted."""
    kind = dice.choice(("limit", "limit", "move", "move", "unusual")) if metric != "MEMBERS_REACHED" else dice.choice(("limit", "move"))
    length = "day" if kind == "unusual" else dice.choice(tuple(LENGTHS))
    days, before = window(today, LENGTHS[length]), window(today, LENGTHS[length], LENGTHS[length])
    now = added(accounts, metric, days)
    shown = f"{listed_days(days, today)}: {written(now)}, " if now is not None else None
    if kind == "limit":
        limit = max(0, (now or 5) + dice.choice((-1, 0, 1)))
        sign, words = dice.choice(((">", "above"), (">=", "at least"), ("<", "below"), ("<=", "at most")))
        met = now is not None and {">": now > limit, ">=": now >= limit, "<": now < limit, "<=": now <= limit}[sign]
        return f"{sign} {limit} {length}", [days], f"{shown}{words} {written(limit)}" if met else None
    if kind == "move":
        earlier = added(accounts, metric, before)
        known = now is not None and earlier is not None and earlier >= 10
        exact = Fraction(abs(now - earlier) * 100, earlier) if known else Fraction(50)
        limit = max(1, int(exact + dice.choice((0, Fraction(1, 2), 1))))
        rises = now > earlier if known else True
        met = known and exact >= limit and now != earlier and max(now, earlier) >= 1
        against = {"day": "the day before", "week": "the week before", "month": "the 4 weeks before"}[length]
        text = f"{shown}{change_text(now, earlier, limit)} vs. {against}" if met else None
        return f"{'+' if rises else '-'}{limit}% {length} min 1", [days, before], text
    history = [added(accounts, metric, window(today, 1, 7 * week)) for week in range(1, 9)]
    usual = usual_range(history)
    if now is None or usual is None or usual[0] <= now <= usual[1] or max(now, usual[2]) < 1:
        return "unusual min 1", [days], None
    ends = f"{written(usual[0])} to {written(usual[1])} is usual on {days[0]:%A}s"
    figures = ", ".join("n/a" if one is None else written(one) for one in history)
    middle = average_text(usual[2]) if usual[2] < 1000 else written(int(average_text(usual[2]).replace(",", "")))
    return (
        "unusual min 1",
        [days],
        (
            f"{shown}unusually {'high' if now > usual[1] else 'low'}: {ends}|The {days[0]:%A}s before: {figures}, latest first. "
            f"Their median is {middle}."
        ),
    )


async def check_alerts(digesting, world, dice):
    """Each account's figures and the team's, each with one random alert: what is posted at nine, word for word."""
    scene, today, wanted = digesting.scene, world.today, []
    for accounts in (*([one] for one in world.accounts), world.accounts):
        who = accounts[0].platform_id if len(accounts) == 1 else "team"
        for metric in METRICS if len(accounts) == 1 else BY_DAY:
            words, windows, text = expected_alert(dice, accounts, metric, today)
            if is_failed(accounts, [metric], windows):
                text = None
            card = await scene.ask(f"alert {who} {WORDS[metric]} {words} at 9:00 UTC in #marketing")
            assert re.search(r"alert `([0-9a-f]{8})`", str(card["blocks"])), (words, card["text"])
            name = accounts[0].name if len(accounts) == 1 else "all accounts"
            wanted.append((f"{NAMES[metric]} of {name}", words, text))
    scene.clock.now = datetime.combine(today, time(9, 0, 30), UTC)
    await digesting.tick(rounds=30, seconds=2)
    texts = [one.text for one in digesting.posted()]
    for name, words, text in wanted:
        mine = [one for one in texts if one.startswith(f"{name}, ")]
        assert len(mine) == bool(text), (name, words, text, mine, texts)
        for part in text.split("|") if text else ():
            assert part in mine[0], (name, words, part, mine[0])
    assert len(texts) == sum(bool(text) for *_, text in wanted), texts


def add_posts(dice, world, account):
    """Forty posts of the last 95 days, published at few hours, so that some have several."""
    for nth in range(40):
        day = world.today - timedelta(days=dice.randint(0, 95))
        at = datetime.combine(day - timedelta(days=day.weekday()), time(dice.choice((6, 7)), dice.randint(0, 59)), UTC)
        at += timedelta(days=dice.choice((0, 1)))
        if at < datetime.combine(world.today, time(8), UTC):
            figures = {metric: dice.randint(90, 9_000) if metric in METRICS[:2] else dice.randint(0, 40) for metric in METRICS}
            if dice.random() < 0.1:
                figures[dice.choice(METRICS)] = dice.choice((FAILED, NULL))
            number = (round(at.timestamp() * 1000) << 22) + dice.randint(0, 2**22 - 1)
            world.posts.append(FakePost(number, account.platform_id, f"{account.name} more {nth}", figures))


def published(post):
    return datetime.fromtimestamp((post.number >> 22) / 1000, UTC)


async def check_best_times(scene, world, account, basis):
    """Medians of the newest posts that an hour's calls reach for, by the asker's weekday and hour."""
    now, days = scene.clock.now, window(world.today, 90)
    mine = [one for one in world.posts if one.platform_id == account.platform_id and published(one).date() in days]
    settled = sorted((one for one in mine if now - published(one) >= timedelta(days=1)), key=lambda one: -one.number)
    looked = settled[: 93 // (4 if basis == "IMPRESSION" else 5)]
    groups: dict[str, list[Fraction]] = {}
    for post in looked:
        rate, seen = rate_of(post.figures, basis), post.figures["IMPRESSION"]
        if rate is None or not isinstance(seen, int) or seen < 100:
            continue
        at = published(post).astimezone(ZoneInfo("Europe/Berlin"))
        hours = f"{at.hour:02}:00–{(at.hour + 1) % 24:02}:00"
        for name in (f"{at:%a} {hours}", f"{at:%A}, any hour", f"{hours}, any day", "All posts with a rate"):
            groups.setdefault(name, []).append(rate)
    card = await scene.ask(f"best times {account.platform_id}")
    medians = {name: median(rates) for name, rates in groups.items() if len(rates) >= 3 or name.startswith("All")}
    shown = {row[0]: row[1:] for row in rows_of(card)}
    if not any(not name.startswith("All") for name in medians):
        assert "can't name a best time" in card["text"], card["text"]
        return
    assert set(shown) == set(medians), (card["text"], [b["type"] for b in card["blocks"]], medians)
    for name, (rate, number) in shown.items():
        assert (rate, number) == (f"{half_up(medians[name] * 100, 2)}%" if medians[name] else "0%", str(len(groups[name]))), name
    exact = {name: half_up(value * 100, 2) for name, value in medians.items() if not re.search("any|All", name)}
    if exact:
        first = [name for name, text in exact.items() if Fraction(text) == max(map(Fraction, exact.values()))]
        title = card["blocks"][0]["text"]["text"]
        assert all(name in title for name in first[:2]) if len(first) < 3 else f"and {len(first) - 2} more" in title, (title, exact)
    assert f"I looked at {len(looked)} of" in card["text"], card["text"]


def rows_of(card):
    table: Any = next((block for block in card["blocks"] if block["type"] == "data_table"), {"rows": []})
    return [[cell["text"] for cell in row] for row in table["rows"][1:]]


async def check_reasons(scene, world, account):
    """The day with the most of the change and the rest; what the new posts with remembered figures brought, and what that leaves."""
    days, before = window(world.today, 7), window(world.today, 7, 7)
    card = await scene.ask(f"{account.platform_id} 7d")
    notes = " ".join(part["text"] for block in card["blocks"] if block["type"] == "context" for part in block["elements"])
    found = re.search(r"(?:Of the change in (\w+), )?(\w+ \d+(?:, \d+)?) brought ([+−]?[\d,]+) and the other 6 days ([+−]?[\d,]+)\.", notes)
    now, earlier = (whole_sum(account, "IMPRESSION", some) for some in (days, before))
    if not isinstance(account.days["IMPRESSION"], dict):
        return
    if now is None or earlier is None or now == earlier:
        assert not found, (notes, now, earlier)
        return
    series = account.days["IMPRESSION"]
    parts = [series[one] - series[other] for one, other in zip(days, before, strict=True)]
    most = (max if now > earlier else min)(parts)
    assert bool(found) == (5 * abs(most) >= abs(now - earlier)), (notes, parts)
    if found:
        assert found[2] == listed_days([days[parts.index(most)]], world.today), (notes, parts)
        assert [found[3], found[4]] == [sign(most), sign(now - earlier - most)], (notes, parts)
    return


def sign(number):
    return f"{'+' if number > 0 else '−' if number else ''}{written(abs(number))}"


async def check_posts_brought(scene, world, account):
    """After `best times`, with figures of today: the most that the week's new posts brought."""
    days, before = window(world.today, 7), window(world.today, 7, 7)
    now, earlier = (whole_sum(account, "IMPRESSION", some) for some in (days, before))
    card = await scene.ask(f"{account.platform_id} 7d")
    found = re.search(r"brought up to ([+−]?[\d,]+), other posts at least ([+−]?[\d,]+)", str(card["blocks"]))
    settled = scene.clock.now - timedelta(days=1)
    new = [
        one for one in world.posts if one.platform_id == account.platform_id and published(one).date() in days and published(one) <= settled
    ]
    counts = [one.figures["IMPRESSION"] for one in new if isinstance(one.figures["IMPRESSION"], int)]
    total = sum(counts)
    right = now is not None and earlier is not None and now != earlier and 0 < total <= now
    assert bool(found) == right, (found, total, now, earlier)
    if found:
        assert found.groups() == (sign(total), sign(now - earlier - total)), (found, total, now, earlier)


async def check_followers(scene, world, account):
    """New followers of the week with their change, and how many there are now."""
    days, before = window(world.today, 7), window(world.today, 7, 7)
    card, known = await scene.ask(f"followers {account.platform_id} 7d"), account.followers
    if not isinstance(known, dict):
        assert not re.search(r"\d new followers", card["text"]), card["text"]
        return
    here = [known[day] for day in days if day in known]
    text = fields(card)["New followers"]
    if not here:
        assert not text[:1].isdigit(), text
        return
    assert text.startswith(written(sum(here))), (text, here)
    assert "12,345" in fields(card)["Followers"], fields(card)
    whole = all(day in known for day in (*days, *before))
    earlier = sum(known.get(day, 0) for day in before)
    shown = re.search(r"[▲▼] (<?[\d,.]+)%", unescape(text))
    assert bool(shown) == (whole and earlier >= 10 and sum(here) != earlier), (text, here, earlier)
    if shown:
        assert change_text(sum(here), earlier, Fraction(0)).split()[1] == f"{shown[1]}%", (text, here, earlier)
    assert whole or "of 7 days" in str(card["blocks"]) or all(day in known for day in days), card["text"]


async def check_step(scene, world, account, basis):
    """The workflow step's numbers: those of the card, and none where there is none."""
    running = await scene.slack.switches.execute_step("linkedin_statistics", {"question": f"{account.platform_id} 7d"}, "U0ANN00001")
    await scene.settle()
    days = window(world.today, 7)
    values = {metric: figure(account, metric, days) for metric in METRICS}
    outputs = running.outputs or {}
    names = dict(zip(METRICS, ("impressions", "members_reached", "reactions", "comments", "reshares"), strict=True))
    if all(not isinstance(value, int) for value in values.values()) and FAILED in values.values():
        assert not set(names.values()) & set(outputs), outputs
        return
    for metric, value in values.items():
        assert outputs.get(names[metric]) == (value if isinstance(value, int) else None), (metric, value, outputs)
    rate = account_rate(account, basis, days)
    right = None if rate is None else float(half_up(rate * 100, 2).replace(",", ""))
    assert outputs.get("engagement_rate") == right or (rate and rate * 100 < Fraction(1, 200)), (outputs, rate)


async def recompute(open_scene, clock, seed, basis):
    today = random_day(seed)
    clock.now = datetime.combine(today, time(8), UTC)
    world, dice = random_world(seed, today), random.Random(seed)  # noqa: S311  # repeatable
    for account in world.accounts:
        account.followers = dice.choice(({day: dice.randint(0, 40) for day in window(today, 60)}, *list(account.days.values())))
    busy = dice.choice(world.accounts)
    add_posts(dice, world, busy)
    async with (
        serving(world) as base_url,
        open_scene(
            postpost_base_url=base_url,
            postpost_platform_id=world.accounts[0].platform_id,
            engagement_rate_basis=basis,
            figures_retention_hours=720,
        ) as scene,
    ):
        for account in world.accounts:
            await check_reasons(scene, world, account)
            await check_followers(scene, world, account)
            await check_step(scene, world, account, BASES[basis])
        await check_best_times(scene, world, busy, BASES[basis])
        await check_posts_brought(scene, world, busy)
        await check_alerts(Digesting(scene), world, dice)


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("seed", range(1))
async def test_messages_say_what_is_right(open_scene, clock, seed, basis):
    await recompute(open_scene, clock, seed, basis)


@pytest.mark.full
@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("seed", range(1, 151))
async def test_messages_of_many_worlds_say_what_is_right(open_scene, clock, seed, basis):
    """Some 35 questions and alerts a world."""
    await recompute(open_scene, clock, seed, basis)

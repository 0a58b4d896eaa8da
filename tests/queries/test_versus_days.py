"""Two periods side by side: like for like, and each day under a label that is true of both."""

from datetime import UTC, date, datetime
from fractions import Fraction
from math import floor

import pytest

from tests.queries.test_team import table_of


def chart_of(card):
    return next(block for block in card["blocks"] if block["type"] == "data_visualization")


async def test_this_week_against_last_week_are_the_same_weekdays(open_scene):
    async with open_scene() as scene:
        scene.clock.go_on(days=3)  # Thursday: Monday to Wednesday are over
        card = await scene.ask("linkedin-Tz9W5i6ZYG this week vs last week")
        assert [cell["text"] for cell in table_of(card)["rows"][0]][1:3] == ["Nov 23–25", "Nov 16–18"]


async def test_this_month_against_last_month_are_the_same_days(open_scene):
    async with open_scene() as scene:
        card = await scene.ask("linkedin-Tz9W5i6ZYG this month vs last month")
        assert [cell["text"] for cell in table_of(card)["rows"][0]][1:3] == ["Nov 1–22", "Oct 1–22"]


async def test_days_of_two_periods_stand_under_no_weekday_of_one_of_them(open_scene):
    async with open_scene() as scene:
        scene.clock.go_on(days=3)
        card = await scene.ask("linkedin-Tz9W5i6ZYG 7d vs last week")
        data = chart_of(card)["chart"]["series"][0]["data"]
        assert [point["label"] for point in data] == [f"Day {n}" for n in range(1, 8)]


@pytest.mark.parametrize(
    ("words", "now", "labels"),
    [
        ("this month", "2026-11-08", [f"Day {n}" for n in range(1, 8)]),  # the 7 days began on a Sunday, October's on a Thursday
        ("this month", "2027-03-08", ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]),  # February's have the same weekdays
        ("10d", "2026-11-08", [f"Day {n}" for n in range(1, 11)]),
        ("14d", "2026-11-08", ["Oct 25", "Nov 7"]),
    ],
)
async def test_a_cards_days_stand_under_no_weekday_or_date_of_the_other_period(open_scene, words, now, labels):
    async with open_scene() as scene:
        scene.clock.now = datetime.fromisoformat(now).replace(hour=9, tzinfo=UTC)
        chart = chart_of(await scene.ask(f"linkedin-Tz9W5i6ZYG {words}"))["chart"]
        assert len(chart["series"]) == 2
        shown = [point["label"] for point in chart["series"][0]["data"]]
        assert (shown if len(shown) == len(labels) else [shown[0], shown[-1]]) == labels


async def test_one_day_and_one_impression_are_singular(open_scene):
    async with open_scene() as scene:
        card = await scene.ask("linkedin-Tz9W5i6ZYG yesterday vs last week")
        assert "Nov 22 has 1 day and Nov 16–22 has 7 days" in str(card["blocks"])
        assert ", from 1 impression up." in str((await scene.ask("board last week min 1"))["blocks"])


def half_up(number):
    return floor(number + Fraction(1, 2))


def percent_of(exact):
    """Whole from 10% on, below with a decimal."""
    tenths = half_up(exact * 10)
    return str(half_up(exact)) if exact >= 10 else f"{tenths // 10}.{tenths % 10}".removesuffix(".0")


def fields_of(card):
    return {name.strip("*"): texts for name, _, texts in (one["text"].partition("\n") for one in _fields(card))}


def _fields(card):
    found = [block for block in card["blocks"] if "fields" in block]
    return [one for block in found for one in (*([block["text"]] if "text" in block else ()), *block["fields"])]


@pytest.mark.parametrize(
    ("words", "now", "days", "phrase"),
    [
        ("this week", "2026-11-28", "Nov 23–27 vs. Nov 16–20", "the same days of the week before"),
        ("since monday", "2026-11-24", "Nov 23 vs. Nov 16", "the same day of the week before"),
        ("week 48", "2026-11-28", "Nov 23–27 vs. Nov 16–20", "the same days of the week before"),
        ("this month", "2026-11-28", "Nov 1–27 vs. Oct 1–27", "the same days of the month before"),
        ("mtd", "2028-03-01", None, None),
        ("since nov 1", "2026-11-28", "Nov 1–27 vs. Oct 1–27", "the same days of the month before"),
        ("november", "2026-11-28", "Nov 1–27 vs. Oct 1–27", "the same days of the month before"),
        ("this month so far", "2027-03-31", "Mar 1–30 vs. Feb 1–28", "the first 28 days of the month before"),
        ("this month", "2028-03-31", "Mar 1–30 vs. Feb 1–29", "the first 29 days of the month before"),
        ("this quarter", "2026-11-28", "Oct 1–Nov 27 vs. Jul 1–Aug 27", "the same days of the quarter before"),
        ("qtd", "2027-03-30", "Jan 1–Mar 29 vs. Oct 1–Dec 29, 2026", "the first 90 days of the quarter before"),
        ("ytd", "2026-11-28", "Jan 1–Nov 27 vs. Jan 1–Nov 27, 2025", "the same days of the year before"),
        ("2028", "2028-03-11", "Jan 1–Mar 10 vs. Jan 1–Mar 10, 2027", "the first 69 days of the year before"),
        ("this year", "2028-03-01", "Jan 1–Feb 29 vs. Jan 1–Feb 28, 2027", "the first 59 days of the year before"),
    ],
)
async def test_what_is_not_over_is_compared_with_the_same_days(open_scene, words, now, days, phrase):
    """The card, and the card that its Refresh asks for, on later days too."""
    async with open_scene(acknowledge_within=0.2) as scene:
        scene.clock.now = datetime.fromisoformat(now).replace(hour=9, tzinfo=UTC)
        card = await scene.ask(f"linkedin-Tz9W5i6ZYG {words} impressions")
        if days is None:
            assert "no full day yet" in card["text"]
            assert '`/linkedin-stats "Acme Robotics" last month impressions`' in card["blocks"][1]["text"]["text"]
            return
        scene.clock.go_on(days=1)
        again = await scene.slack.person("ann").press(card, "refresh")
        await scene.settle()
        for one in (card, again.seen()[-1]):
            assert one["blocks"][1]["elements"][0]["text"].startswith(f"{days} · ")
            assert phrase in one["blocks"][0]["text"]["text"]


async def test_a_month_beside_a_shorter_one_is_compared_per_day(open_scene):
    """The totals stand as they are, the change is that of the daily averages, and the card says so."""
    async with open_scene(acknowledge_within=0.2) as scene:
        scene.clock.now = datetime(2027, 3, 31, 9, tzinfo=UTC)
        world = scene.statistics.world
        account = "linkedin-Tz9W5i6ZYG"
        march = world.total(account, "IMPRESSION", date(2027, 3, 1), date(2027, 3, 31))
        february = world.total(account, "IMPRESSION", date(2027, 2, 1), date(2027, 3, 1))
        percent = abs(Fraction(march, 30) / Fraction(february, 28) - 1) * 100
        sign = "▲" if Fraction(march, 30) > Fraction(february, 28) else "▼"
        card = await scene.ask(f"{account} this month")
        texts = fields_of(card)
        assert texts["Impressions"].split("\n")[:2] == [f"{march:,}", f"{sign} {percent_of(percent)}% per day"]
        assert texts["Impressions"].endswith(" a day")
        assert "Mar 1–30 has 30 days and Feb 1–28 has 28 days: the changes are per day" in card["text"]
        assert "%" not in texts["Members reached"]
        for words in ("team this month", f"digest {account} linkedin-ABC last day of the month 9:00 in #marketing"):
            card = await scene.ask(words)
            assert "% per day" in next(block for block in card["blocks"] if block["type"] == "header")["text"]["text"]
            assert fields_of(card)["Impressions"].split("\n")[1].endswith("% per day")
            assert any("per day" in cell["text"] for cell in table_of(card)["rows"][0])
            assert card["text"].count("Mar 1–30 has 30 days and Feb 1–28 has 28 days") == 1


async def test_whole_months_of_unlike_length_are_compared_per_day(open_scene):
    async with open_scene(acknowledge_within=0.2) as scene:
        card = await scene.ask("linkedin-Tz9W5i6ZYG october vs september")
        head, *rows = [[cell["text"] for cell in row] for row in table_of(card)["rows"]]
        assert head[1:] == ["Oct 1–31", "Sep 1–30", "Oct 1–31, per day", "Sep 1–30, per day", "Change per day in %"]
        impressions, reach = rows[0], rows[1]
        october, september = (int(text.replace(",", "")) for text in impressions[1:3])
        assert impressions[3:5] == [f"{half_up(Fraction(october, 31)):,}", f"{half_up(Fraction(september, 30)):,}"]
        assert reach[3:] == ["not per day"] * 3
        assert "Oct 1–31 has 31 days and Sep 1–30 has 30 days" in card["text"]


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("this quarter vs last quarter", ["Oct 1–Nov 27", "Jul 1–Aug 27"]),
        ("last year vs this year", ["Jan 1–Nov 27, 2025", "Jan 1–Nov 27"]),
        ("last month vs this month", ["Oct 1–27", "Nov 1–27"]),
        ("november vs november 2025", ["Nov 1–27", "Nov 1–27, 2025"]),
        ("vs q3", ["Oct 1–Nov 27", "Jul 1–Aug 27"]),
        ("28d vs last week", ["Oct 31–Nov 27", "Nov 16–22", "Oct 31–Nov 27, per day", "Nov 16–22, per day"]),
    ],
)
async def test_a_unit_that_is_not_over_stands_beside_the_same_days_of_a_whole_one(open_scene, words, days):
    async with open_scene(acknowledge_within=0.2) as scene:
        scene.clock.go_on(days=5)  # Saturday, 28 November
        card = await scene.ask(f"linkedin-Tz9W5i6ZYG {words} impressions")
        head = [cell["text"] for cell in table_of(card)["rows"][0]][1:]
        assert head[: len(days)] == days
        assert (len(head) == 5) == (len(days) == 4)


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        ("this month", ["Nov 1, 1 d", "Nov 2–8", "Nov 9–15", "Nov 16–22", "Nov 23–27, 5 d"]),
        ("since jun 15", ["Jun 15–30, 16 d", "Jul 1–31", "Aug 1–31", "Sep 1–30", "Oct 1–31", "Nov 1–27, 27 d"]),
        ("this month vs last month", ["Days 1–7", "Days 8–14", "Days 15–21", "Days 22–27"]),
    ],
)
async def test_a_long_chart_has_calendar_weeks_or_months_and_says_what_is_a_part_of_one(open_scene, words, labels):
    async with open_scene(acknowledge_within=0.2) as scene:
        scene.clock.go_on(days=5)  # Saturday, November 28
        card = await scene.ask(f"linkedin-Tz9W5i6ZYG {words} impressions")
        assert [point["label"] for point in chart_of(card)["chart"]["series"][0]["data"]] == labels


async def test_beside_a_unit_that_has_just_ended_nothing_of_the_present_can_stand(open_scene):
    async with open_scene() as scene:
        card = await scene.ask("linkedin-Tz9W5i6ZYG vs last week")
        assert "No day of this week is over yet" in card["text"]

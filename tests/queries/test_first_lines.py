"""The first line of an answer says what happened, with its number; what it leaves out or does in another way is said."""

import re
from datetime import UTC, datetime

from bot.queries.handler import NOT_OVER_YET
from bot.sandbox.world_figures import Day, Series
from bot.slack.builders import shorten_mrkdwn
from tests.queries.test_team import table_of
from tests.queries.test_versus_days import chart_of

ACME, ANN = "linkedin-Tz9W5i6ZYG", "linkedin-ABC"
#: Nobody knows the words of these two.
POSTS = "urn:li:share:7123456789012345678 urn:li:share:7434685316856377344"


def first_line(card):
    return next(block["text"]["text"] for block in card["blocks"] if block["type"] == "header")


def texts(card):
    return [block["elements"][0]["text"] for block in card["blocks"] if block["type"] == "context"]


async def test_the_first_line_has_the_number_and_what_it_is_compared_with(open_scene):
    async with open_scene(acknowledge_within=0.2) as scene:
        for words, wanted in (
            (f"{ACME} vs {ANN} last week", r"Acme Robotics vs\. Ann Lee, Nov 16–22 · [\d,]+ vs\. [\d,]+ impressions"),
            (
                f"{ACME} this month vs last month",
                r"Acme Robotics · Nov 1–22 vs\. Oct 1–22 · [\d,]+ vs\. [\d,]+ impressions, (up|down) [\d.]+%",
            ),
            (f"team {ACME} {ANN} last week", r"Acme Robotics, Ann Lee, 2 accounts · .* impressions, (up|down) .* vs\. the week before"),
            (POSTS, r"2 posts compared · Post of Oct 26, 2023, 23:54 UTC leads with [\d,]+ impressions"),
        ):
            assert re.fullmatch(wanted, first_line(await scene.ask(words))), words
        best = await scene.ask(f"top {ACME} last week")
        title, rate = (cell["text"] for cell in table_of(best)["rows"][1][:2])
        assert first_line(best) == f"Best posts of Acme Robotics, Nov 16–22 · “{title}” leads with {rate} engagement rate"


async def test_of_a_day_that_is_not_over_yesterday_is_shown_and_it_says_so(open_scene):
    """In words and as a date; beside yesterday that is yesterday beside the day before."""
    async with open_scene(acknowledge_within=0.2) as scene:
        for words in (f"{ACME} today", f"today {ACME} share", f"{ACME} 23 nov", "team today"):
            card = await scene.ask(words)
            assert card["text"].startswith(NOT_OVER_YET), words
            assert (texts(card)[0], texts(card)[1][:6]) == (NOT_OVER_YET, "Nov 22"), words
        both = await scene.ask(f"{ACME} today vs yesterday")
        assert (texts(both)[0], texts(both)[1][:17]) == (NOT_OVER_YET, "Nov 22 vs. Nov 21")
        assert "future" in (await scene.ask(f"{ACME} tomorrow"))["text"]


async def test_days_that_come_out_even_are_drawn_as_whole_weeks(open_scene):
    """28 days are four points; none of them is a single day beside whole weeks."""
    async with open_scene(acknowledge_within=0.2) as scene:
        card = await scene.ask(f"{ACME} 28d")
        assert chart_of(card)["chart"]["axis_config"]["categories"] == ["Oct 26–Nov 1", "Nov 2–8", "Nov 9–15", "Nov 16–22"]
        assert "Fewer days" not in str(card["blocks"])


async def test_weeks_and_months_that_are_those_of_one_period_alone_say_so(open_scene):
    """Of the period before the points have as many days, which are whole weeks or months only where both begin alike."""
    other = ", and as many days before"
    words = {
        "28d": "Week",
        "this month": f"Week{other}",
        "90d": f"Week{other}",
        "200d": f"Month{other}",
        "this year": "Month",
        "14d": f"Day (UTC){other}",
    }
    async with open_scene(acknowledge_within=0.2) as scene:
        across = {one: chart_of(await scene.ask(f"{ACME} {one}"))["chart"]["axis_config"]["x_label"] for one in words}
        # Of a few days the labels are weekdays, which are those of both periods.
        scene.clock.now = datetime(2026, 11, 27, 9, tzinfo=UTC)
        axes = chart_of(await scene.ask(f"{ACME} this week"))["chart"]["axis_config"]
        assert (axes["categories"], axes["x_label"]) == (["Mon", "Tue", "Wed", "Thu"], "Day (UTC)")
    assert across == words
    assert max(map(len, across.values())) <= 36, "a phone shows no more below a chart"


async def test_the_menu_of_days_has_the_period_that_was_asked_for(open_scene):
    """On the 29th this month has the days of "28 days" and is compared with others."""
    async with open_scene(acknowledge_within=0.2) as scene:
        scene.clock.now = datetime(2026, 11, 29, 9, tzinfo=UTC)
        for words, label in (("this month", "This month"), ("28d", "28 days")):
            menus = [one for block in (await scene.ask(f"{ACME} {words}"))["blocks"] for one in block.get("elements", ())]
            assert [one["initial_option"]["text"]["text"] for one in menus if one["type"] == "static_select"] == [label]


async def test_the_time_left_of_a_connection_is_in_words(open_scene):
    async with open_scene() as scene:
        assert re.search(r"access ends in \d days: reconnect it in PostPost", str((await scene.ask("accounts"))["blocks"]))


async def test_a_rate_under_a_hundredth_of_a_percent_is_escaped_as_slack_reads_it(open_scene, monkeypatch):
    """A "<" of our own begins no link, and a long text is not cut there."""
    monkeypatch.setattr(Series, "day", lambda *_: Day({"IMPRESSION": 10**7, "REACTION": 1, "COMMENT": 0, "RESHARE": 0}, 5.0, 0))
    async with open_scene(acknowledge_within=0.2) as scene:
        for words in (f"{ACME} last week", f"{ACME} vs {ANN} last week", "team last week", "board last week"):
            card = await scene.ask(words)
            written = [card["text"], *re.findall(r"'type': 'mrkdwn', 'text': (.*?)}", str(card["blocks"]))]
            assert "&lt;0.01%" in card["text"], words
            assert not [text for text in written if re.search(r"<(?![@#!h])", text)], words
        assert len(shorten_mrkdwn(f"{card['text']} {'and so on ' * 400}", 2_900)) > 2_890

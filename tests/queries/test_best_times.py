"""`best times`: an account's own posts by weekday and hour of the asker's zone, recomputed from the sandbox's world."""

from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.queries.comparison_blocks import build_times_card
from bot.statistics.comparison_reports import TimesReport, posting_times
from bot.statistics.reports import Account, last_days

ACME = "linkedin-Tz9W5i6ZYG"
BERLIN = ZoneInfo("Europe/Berlin")
CALLS = 93 // 4
#: As the sandbox's posts are made, one day after the other.
FORMATS = ("Text alone, any time", "With pictures, any time", "With a video, any time", "With a document, any time")


def table_of(card: Any) -> list[list[str]]:
    block = next(block for block in card["blocks"] if block["type"] == "data_table")
    return [[cell["text"] for cell in row] for row in block["rows"]]


def text_of(card: Any) -> str:
    return str(card["blocks"]).replace("\\n", "\n") + str(card["text"])


def posts_of(scene: Any, days: int = 90) -> list[Any]:
    """The account's posts of the period that are older than a day, the newest first."""
    now, period = scene.clock(), last_days(days, scene.clock().date())
    posts = [post for post in scene.statistics.world.posts(ACME, now) if post.published.date() in period]
    return sorted((post for post in posts if now - post.published >= timedelta(days=1)), key=lambda post: -post.number)


def expected(scene: Any, posts: list[Any]) -> dict[str, tuple[Fraction, int]]:
    groups = defaultdict(list)
    for post in posts:
        figures = scene.statistics.world.post_figures(post.number, scene.clock())
        if figures["IMPRESSION"] >= 100:
            rate = Fraction(figures["REACTION"] + figures["COMMENT"] + figures["RESHARE"], figures["IMPRESSION"])
            at = post.published.astimezone(BERLIN)
            hours = f"{at.hour:02}:00–{(at.hour + 1) % 24:02}:00"
            kind = FORMATS[post.published.toordinal() % 4]
            for name in (kind, f"{at:%a} {hours}", f"{at:%A}, any hour", f"{hours}, any day", "All posts with a rate"):
                groups[name].append(rate)
    return {name: (median(rates), len(rates)) for name, rates in groups.items() if len(rates) >= 3}


async def test_times_are_medians_of_the_newest_posts_and_more_with_each_hour(open_scene):
    async with open_scene() as scene:
        asked = len(scene.statistics.requests)
        card = await scene.ask("best times acme")
        posts = posts_of(scene)
        wanted = expected(scene, posts[:CALLS])
        rows = table_of(card)[1:]
        assert {name: int(count) for name, _, count in rows} == {name: count for name, (_, count) in wanted.items()}
        for name, rate, _ in rows:
            assert abs(float(rate.rstrip("%")) - float(wanted[name][0] * 100)) <= 0.05, name
        assert "times in Europe/Berlin" in text_of(card)
        assert f"I looked at {CALLS} of " in text_of(card)
        assert f"{len(posts) - CALLS} more can be looked at in an hour" in text_of(card)
        assert sum("post-statistics" in one.path for one in list(scene.statistics.requests)[asked:]) == CALLS

        asked = scene.statistics.linkedin_calls
        assert table_of(await scene.ask("best times acme")) == table_of(card)
        await scene.ask("best times acme csv")
        assert scene.statistics.linkedin_calls == asked
        file = "".join(one.content.decode("utf-8-sig") for one in scene.slack.parts.files._files.values() if one.shared)
        assert "Published,Median rate,Posts" in file
        assert "Times are in Europe/Berlin." in file

        scene.clock.go_on(minutes=61)
        later = await scene.ask("best times acme")
        assert f"I looked at {min(2 * CALLS, len(posts))} of " in text_of(later)


IN_THEIR_WORDS = (
    "best time to post acme",
    "when should we post? acme",
    "acme best posting times last 90 days",
    "what is the best day to post for acme",
    "formats acme",
    "which format works best for acme?",
    "do videos work better than text posts for acme",
    "acme video vs pictures",
)


async def test_people_ask_in_their_own_words(open_scene):
    async with open_scene() as scene:
        for words in IN_THEIR_WORDS:
            assert "Best times of Acme Robotics" in text_of(await scene.ask(words)), words


async def test_few_posts_name_no_time_and_a_thread_goes_on(open_scene):
    async with open_scene() as scene:
        few = await scene.ask("best times kofi 7d")
        assert "3 or more posts with a rate yet, so I can't name a best time." in text_of(few)
        none = await scene.ask("best times acme 2010-01-01..2010-01-31")
        assert "I don't know a post of Acme Robotics published" in text_of(none)
        refused = await scene.ask("best times acme impressions")
        assert "goes by the engagement rate" in text_of(refused)
        person = scene.slack.person("ann")
        await person.mention("best times acme share", channel="#marketing")
        await scene.settle()
        posted = next(one for one in scene.slack.accepted if one.via == "chat.postMessage" and one.metadata)
        await person.mention("what about kofi?", channel="#marketing", thread_ts=posted.thread_ts or posted.ts)
        await scene.settle()
        assert "Best times of Kofi Mensah" in str([one["text"] for one in person.sees("#marketing")])


@pytest.mark.parametrize("words", ["best times sales last month", "best times of the sales group in october", "formats of sales 1-31 oct"])
async def test_times_of_a_group_name_its_accounts_instead(scene, words):
    await scene.ask("group sales = acme, ann")
    refused = await scene.ask(words)
    assert "takes one account, not a group" in text_of(refused)
    offered = [button["value"] for block in refused["blocks"] for button in block.get("elements", ()) if "value" in button]
    assert [one.split()[-1] for one in offered[:2]] == ["2026-10-01..2026-10-31"] * 2
    assert "Best times of Ann Lee" in text_of(await scene.ask(offered[1]))


def test_a_time_of_two_posts_is_not_shown_and_the_highest_median_is_first():
    monday = datetime(2026, 11, 16, 9, 30)  # noqa: DTZ001  # local already
    rates = [Fraction(1, 100), Fraction(2, 100), Fraction(9, 100)]
    rated = [(monday + timedelta(days=7 * n), rate) for n, rate in enumerate(rates)]
    rated += [(monday + timedelta(days=7 * n, hours=1), Fraction(3, 100)) for n in range(3)]
    rated += [(monday + timedelta(days=1), Fraction(1, 2)), (monday + timedelta(days=8), Fraction(1, 2))]
    found = [(time.weekday, time.hour, time.posts, time.rate) for time in posting_times(rated)]
    assert found == [
        (0, 10, 3, Fraction(3, 100)),
        (0, 9, 3, Fraction(2, 100)),
        (0, None, 6, Fraction(3, 100)),
        (None, 9, 5, Fraction(9, 100)),
        (None, 10, 3, Fraction(3, 100)),
    ]
    assert posting_times([]) == ()


def test_times_with_the_same_shown_median_share_the_headline(english_numbers):
    """Two of them are named, and more are counted."""
    monday = datetime(2026, 11, 16, 9, 30)  # noqa: DTZ001  # local already
    for hours, words in (((0, 2), ""), ((0, 2, 3, 5), " and 2 more")):
        rated = [(monday + timedelta(days=7 * n, hours=hour), Fraction(3_000_000 + hour, 10**8)) for n in range(3) for hour in hours]
        rated += [(monday + timedelta(days=7 * n, hours=7), Fraction(1, 100)) for n in range(3)]
        report = TimesReport(
            Account(ACME, "Acme"), last_days(90, monday.date()), "UTC", posting_times(rated), None, known=9, looked=9, rated=9, minimum=100
        )
        title = build_times_card(report, monday.date(), words="best times").blocks[0]["text"]["text"]
        assert title.endswith(f"{words}, median 3.00%")
        assert title.count("Mon ") == 2

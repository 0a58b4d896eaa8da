"""The lines that say which day brought the most of a change, what was posted on it, and what the posts of the period brought.

They are recomputed from the world behind the answers. The line of the day stands in place of the sentence about the chart's highest and
lowest point.
"""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.statistics.aggregate import LEAST_DAYS, DayShare, largest_day, posts_share
from bot.statistics.metrics import POST_METRICS, Failed, Metric, Unavailable, Value
from bot.statistics.posts import PostKind, PostRef
from bot.statistics.reports import Account, AccountReport, Freshness, Period, PostCounts

FIRST = date(2026, 11, 2)


def in_world(scene, number, day):
    world = scene.statistics.world
    return world.total(world.accounts[number].platform_id, "IMPRESSION", day, day + timedelta(days=1))


async def test_a_card_says_which_day_brought_the_most_and_what_was_posted_on_it(scene):
    await scene.ask("top team 90d")
    world, posted = scene.statistics.world, 0
    for length in (7, 28, 60, 90):
        card = str((await scene.ask(f"acme {length}d"))["blocks"])
        days = [date(2026, 11, 23) - timedelta(days=back) for back in range(length, 0, -1)]
        each = {day: in_world(scene, 0, day) - in_world(scene, 0, day - timedelta(days=length)) for day in days}
        change = sum(each.values())
        largest = max(each, key=lambda day: each[day] if change > 0 else -each[day])
        brought, others = (f"{number:+,}".replace("-", "−") for number in (each[largest], change - each[largest]))
        sentence = f"Of the change in impressions, {largest:%b} {largest.day} brought {brought} and the other {length - 1} days {others}."
        if abs(each[largest]) * 5 < abs(change):
            assert "Of the change" not in card
            assert "Most " in card
            continue
        assert sentence in card
        assert "Most " not in card
        posts = world.posts(world.accounts[0].platform_id, scene.clock.now, 120)
        firsts = [post.content[:20] for post in posts if post.published.date() == largest]
        assert (f"{sentence} Posted on that day: " in card) == bool(firsts)
        assert all(first in card for first in firsts)
        posted += len(firsts)
    assert posted


def series_of(counts):
    return {FIRST + timedelta(days=day): count for day, count in enumerate(counts)}


@given(st.integers(LEAST_DAYS, 40).flatmap(lambda days: st.lists(st.integers(0, 1_000), min_size=2 * days, max_size=2 * days)))
def test_both_parts_add_up_to_the_change_and_no_day_brought_more(counts):
    days = len(counts) // 2
    before, period = (
        Period(FIRST, FIRST + timedelta(days=days - 1)),
        Period(FIRST + timedelta(days=days), FIRST + timedelta(days=2 * days - 1)),
    )
    share = largest_day(series_of(counts), period, before)
    each = [now - then for then, now in zip(counts[:days], counts[days:], strict=True)]
    most = max(each) if sum(each) > 0 else min(each)
    if not sum(each) or abs(most) * 5 < abs(sum(each)):
        assert share is None
        return
    assert share is not None
    assert share.change + share.others == sum(each)
    assert share.change == most
    assert share.day == period.first + timedelta(days=each.index(share.change))


def test_nothing_is_said_where_a_day_is_missing_or_the_periods_are_unlike():
    before, period = Period(FIRST, FIRST + timedelta(days=6)), Period(FIRST + timedelta(days=7), FIRST + timedelta(days=13))
    whole = series_of([10] * 13 + [80])
    assert largest_day(whole, period, before) == DayShare(FIRST + timedelta(days=13), 70, 0)
    assert largest_day(series_of([10] * 7 + [20] * 5 + [10] * 2), period, before) == DayShare(FIRST + timedelta(days=7), 10, 40)
    assert largest_day(series_of([10] * 7 + [20] * 6 + [10]), period, before) is None
    for gone in (0, 6, 7, 13):
        assert largest_day({day: n for day, n in whole.items() if day != FIRST + timedelta(days=gone)}, period, before) is None
    assert largest_day(whole, period, Period(FIRST, FIRST + timedelta(days=5))) is None
    assert largest_day(whole, Period(period.first, period.first), Period(FIRST, FIRST)) is None
    assert largest_day(Failed(), period, before) is None
    assert largest_day(Unavailable(), period, before) is None


def brought(message):
    """The sentence about the posts of the period, with its links as their titles; "" without one."""
    text = "\n".join(block["elements"][0]["text"] for block in message["blocks"] if block["type"] == "context")
    found = re.search(r"(?:Of the change in impressions, new|New|a new) posts? \(.*", re.sub(r"<[^|>]+\|([^>]*)>", r"\1", text))
    return found[0] if found else ""


def signed(number):
    return f"{number:+,}".replace("-", "−")


async def test_a_digest_and_the_card_after_it_say_what_the_posts_of_the_days_brought(digesting):
    """The figures that the digest fetched, as the most that its posts had in those days; a day later, as the least that they had."""
    scene, monday, after = digesting.scene, date(2026, 11, 16), date(2026, 11, 23)
    assert not brought(await scene.ask("acme 7d"))
    await digesting.digest()
    await digesting.tick(rounds=3, seconds=2)
    (posted,) = digesting.posted()
    asked = len([one for one in scene.statistics.requests if "post-statistics" in one.path])
    world, fetched = scene.statistics.world, scene.clock.now
    posts = world.posts(world.accounts[0].platform_id, fetched, 20)

    def sentence(first, last, bound):
        of_days = [
            (world.post_figures(post.number, fetched)["IMPRESSION"], post) for post in posts if first <= post.published.date() < last
        ]
        ranked = sorted(of_days, key=lambda each: -each[0])
        total, change = sum(number for number, _ in ranked), in_change(scene, first, last)
        shown = [f"{post.content.splitlines()[0][:34].rstrip()}… {number:,}" for number, post in ranked[:2]]
        left = {"up to": "at least", "at least": "at most"}[bound]
        both = f"{bound} {signed(total)}, other posts {left} {signed(change - total)}."
        return f"New posts ({', '.join(shown)}, {len(ranked) - 2} more) brought {both}"

    first = sentence(monday, after, "up to")
    for message in ({"blocks": posted.blocks}, await scene.ask("acme 7d")):
        assert brought(message) == first
    assert brought(await scene.ask("acme 1d")).startswith("a new post (")
    scene.clock.go_on(days=1)
    assert brought(await scene.ask("acme 7d")) == sentence(monday + timedelta(days=1), after + timedelta(days=1), "at least")
    assert len([one for one in scene.statistics.requests if "post-statistics" in one.path]) == asked
    scene.clock.go_on(days=2)
    assert not brought(await scene.ask("acme 7d"))


def in_change(scene, first, last):
    world, days = scene.statistics.world, last - first
    now, before = (world.total(world.accounts[0].platform_id, "IMPRESSION", first - back, last - back) for back in (timedelta(), days))
    return now - before


WEEK = Period(FIRST + timedelta(days=7), FIRST + timedelta(days=13))
END = datetime.combine(FIRST + timedelta(days=14), time(tzinfo=UTC))


def report_of(now, before, readings, metric=Metric.IMPRESSION):
    """A week's report whose posts had these counts, so many hours after its end."""
    counts = tuple(
        PostCounts(PostRef(PostKind.SHARE, 7_434_685_316_856_377_344 + place), "", {metric: (count, END + timedelta(hours=hours))})
        for place, (count, hours) in enumerate(readings)
    )
    values = ({metric: Value(now)}, POST_METRICS, Freshness(END), WEEK.before, {metric: Value(before)})
    return AccountReport(Account("linkedin-A", "Anna"), WEEK, *values, post_counts=counts)


@given(
    st.integers(0, 3_000),
    st.integers(0, 3_000),
    st.lists(st.tuples(st.integers(0, 900), st.sampled_from((-30, -1, 0, 1, 2, 9, 40))), max_size=6),
)
def test_what_posts_brought_and_what_is_left_add_up_to_the_change(now, before, readings):
    share = posts_share(report_of(now, before, readings), Metric.IMPRESSION)
    later, earlier = ([count for count, hours in readings if fits(hours)] for fits in (lambda hours: hours >= 2, lambda hours: hours <= 0))
    used = later or earlier
    if now == before or not 0 < sum(used) <= now:
        assert share is None
        return
    assert share is not None
    assert share.change + share.others == now - before
    assert [count for _, count in share.posts] == sorted(used, reverse=True)
    assert share.at_most == bool(later)


@pytest.mark.parametrize("metric", [metric for metric in POST_METRICS if not metric.definition.additive])
def test_of_people_reached_nothing_is_said(metric):
    assert posts_share(report_of(500, 400, [(50, 9)], metric), metric) is None

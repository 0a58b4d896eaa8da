"""The line that says which day brought the most of a change, and what was posted on it: recomputed from the world behind the answers.

It stands in place of the sentence about the chart's highest and lowest point.
"""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.statistics.aggregate import LEAST_DAYS, DayShare, largest_day
from bot.statistics.metrics import Failed, Unavailable
from bot.statistics.reports import Period

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

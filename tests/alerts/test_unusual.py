"""Alerts on what is unusual for a day of the week: which days they name, with which numbers, and what can be asked so."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.evaluate import Window, is_met, usual_of
from bot.alerts.parser import read_alert
from bot.alerts.rule import AlertDraft, AlertRule, Condition, rule_text
from bot.alerts.rule_parser import UNUSUAL_REACH
from bot.errors import UsageError
from bot.statistics.metrics import Metric
from bot.statistics.reports import Directory, Period
from bot.subscriptions.subscription import SubscriptionKind
from tests.alerts.test_alerts_ninety_days import FIRST, by_hand

NOBODY = Directory((), complete=True)
DAY = Period(FIRST, FIRST)


def usual_count(day):
    """About 200 on a weekday, about 60 at the weekend; days are counted from ``FIRST``, a Monday."""
    return 60 + day * 5 % 7 - 3 if day % 7 >= 5 else 200 + (day * 7 % 11 - 5) * 2


def range_by_hand(figures):
    """The usual range of eight counts, reckoned apart from the bot's code."""
    ordered = sorted(figures)
    middle = (ordered[3] + ordered[4]) / 2
    away = sorted(abs(figure - middle) for figure in figures)
    reach = 3 * max(1.4826 * (away[3] + away[4]) / 2, int(middle**0.5))
    return int(max(middle - reach, 0)), int(middle + reach) + (reach + middle != int(reach + middle))


async def test_each_outlier_of_ninety_days_is_named_once_and_no_other_day(digesting):
    """A Sunday like a weekday, a Wednesday with 700, a Tuesday with 20; none of them hides the same weekday of the next week."""
    outliers = {20: 200, 37: 700, 44: 650, 57: 20}
    by_hand(digesting.scene, 0, {day: outliers.get(day, usual_count(day)) for day in range(-60, 91)}, "IMPRESSION")
    due = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    digesting.scene.clock.now = due - timedelta(minutes=1)
    await digesting.digest(
        id="alert-1",
        kind=SubscriptionKind.ALERT,
        rule=AlertRule(Metric.IMPRESSION, Condition.UNUSUAL, 0, "day").as_json(),
        cron="0 9 * * *",
        zone="UTC",
        content=(),
        next_run_at=due,
    )
    named = []
    for day in range(90):
        before = len(digesting.posted())
        digesting.scene.clock.now += timedelta(minutes=2)
        await digesting.tick(seconds=1)
        named += [day for posted in digesting.posted()[before:] if "back to normal" not in posted.text]
        digesting.scene.clock.now += timedelta(days=1, minutes=-2, seconds=-1)
    assert named == sorted(outliers)
    low, high = range_by_hand([usual_count(37 - 7 * week) for week in range(1, 9)])
    (posted,) = [one for one in digesting.posted() if "700, unusually" in one.text]
    assert posted.text.startswith(f"Impressions of Acme Robotics, Dec 30: 700, unusually high: {low} to {high} is usual on Wednesdays.")
    assert f"The Wednesdays before: {', '.join(str(usual_count(37 - 7 * week)) for week in range(1, 9))}, latest first." in posted.text


@given(st.lists(st.one_of(st.none(), st.integers(0, 5_000)), min_size=8, max_size=8), st.integers(0, 6_000))
def test_the_range_is_the_robust_one_and_needs_five_known_weeks(history, now):
    rule, window = AlertRule(Metric.IMPRESSION, Condition.UNUSUAL, 0, "day"), Window(DAY, now, history=tuple(history))
    usual, known = usual_of(rule, window), [figure for figure in history if figure is not None]
    if len(known) < 5:
        assert usual is None
        assert is_met(rule, window) is None
        return
    assert usual is not None
    assert usual.low <= usual.median <= usual.high
    assert is_met(rule, window) == (not usual.low <= now <= usual.high)
    if len(known) == 8:
        low, high = range_by_hand(known)
        assert abs(usual.low - low) <= 1
        assert abs(usual.high - high) <= 1


@given(st.lists(st.builds(Fraction, st.integers(0, 10_000), st.integers(100, 1_000_000)), min_size=8, max_size=8))
def test_a_rates_range_ends_at_hundredths_of_a_per_cent(history):
    rule = AlertRule(None, Condition.UNUSUAL, 0, "day")
    usual = usual_of(rule, Window(DAY, Fraction(1), history=tuple(history)))
    assert usual is not None
    assert (usual.low * 100).denominator == (usual.high * 100).denominator == 1


def test_only_the_side_that_was_asked_for_counts():
    for condition, high, low in (
        (Condition.UNUSUAL, True, True),
        (Condition.UNUSUALLY_HIGH, True, False),
        (Condition.UNUSUALLY_LOW, False, True),
    ):
        rule = AlertRule(Metric.IMPRESSION, condition, 0, "day")
        figures = {now: is_met(rule, Window(DAY, now, history=(100,) * 8)) for now in (69, 70, 130, 131)}
        assert figures == {69: low, 70: False, 130: False, 131: high}


def test_a_minimum_is_compared_with_the_larger_of_the_figure_and_the_usual_one():
    rule = AlertRule(Metric.IMPRESSION, Condition.UNUSUAL, 0, "day", minimum=100)
    assert is_met(rule, Window(DAY, 90, history=(10,) * 8)) is None
    assert is_met(rule, Window(DAY, 100, history=(10,) * 8)) is True
    assert is_met(rule, Window(DAY, 0, history=(100,) * 8)) is True


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("alert impressions unusual", "impressions unusual min 100"),
        ("alert engagement is unusually low min 300 a day", "engagement unusually low min 300"),
        ("alert me when comments look abnormal", "comments unusual min 20"),
        ("alert reactions unusually high weekdays at 8:30", "reactions unusually high min 20"),
        ("alert when engagement is higher than usual", "engagement unusually high min 500"),
        ("alert engagement lower than usual", "engagement unusually low min 500"),
    ],
)
def test_it_is_asked_for_in_words(words, rule):
    draft = read_alert(words, NOBODY, ()).draft
    assert draft is not None
    assert rule_text(draft.rule) == rule
    assert read_alert(f"alert {rule}", NOBODY, ()).draft == AlertDraft(draft.rule)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("alert reach unusual", UNUSUAL_REACH),
        ("alert impressions unusual week", "“Unusual” compares single days, so it doesn't go with a week."),
        ("alert impressions unusual +50%", "An alert has one condition, and you gave two."),
        ("alert unusual", "Which figure should I watch?"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_what_can(words, sentence):
    with pytest.raises(UsageError) as refused:
        read_alert(words, NOBODY, ())
    assert refused.value.sentence == sentence
    for suggestion in refused.value.suggestions:
        assert read_alert(suggestion, NOBODY, ()).draft


async def test_a_test_shows_the_usual_range_of_each_of_the_last_days(scene):
    card = await scene.ask("alert acme impressions unusual")
    assert "impressions unusual for the day of the week, vs. the 8 weeks before" in card["text"]
    tested = await scene.ask("alert test")
    assert tested["text"].count("is usual on") == 7
    assert tested["text"].count("is usual on Mondays") == 1

"""Figures, the engagement rate, change, and sums of days."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.statistics.aggregate import comparable, sum_of_days, unreported
from bot.statistics.metrics import (
    ALL_METRICS,
    DAILY_METRICS,
    Failed,
    Figure,
    Metric,
    MetricChange,
    Rate,
    RateBasis,
    Unavailable,
    UnknownRate,
    Value,
    change,
    engagement_rate,
)
from bot.statistics.reports import Period

SAMPLE = {
    Metric.IMPRESSION: Value(15_420),
    Metric.MEMBERS_REACHED: Value(8_234),
    Metric.REACTION: Value(456),
    Metric.COMMENT: Value(89),
    Metric.RESHARE: Value(23),
}


def test_the_samples_rates_are_those_of_the_specification():
    by_impressions, by_reach = engagement_rate(SAMPLE), engagement_rate(SAMPLE, RateBasis.REACH)
    assert isinstance(by_impressions, Rate)
    assert isinstance(by_reach, Rate)
    assert round(float(by_impressions.fraction) * 100, 2) == 3.68
    assert round(float(by_reach.fraction) * 100, 2) == 6.90


def test_the_sample_accounts_rate_is_that_of_the_specification():
    account = {Metric.IMPRESSION: Value(45_230), Metric.REACTION: Value(1_579), Metric.COMMENT: Value(0), Metric.RESHARE: Value(0)}
    rate = engagement_rate(account)
    assert isinstance(rate, Rate)
    assert round(float(rate.fraction) * 100, 2) == 3.49


@pytest.mark.parametrize("unknown", [Unavailable(), Failed()])
@pytest.mark.parametrize("metric", [Metric.IMPRESSION, Metric.REACTION, Metric.COMMENT, Metric.RESHARE])
def test_a_rate_with_an_unknown_part_is_unknown_and_names_it(metric: Metric, unknown: Figure):
    assert engagement_rate({**SAMPLE, metric: unknown}) == UnknownRate(RateBasis.IMPRESSIONS, (metric,))


def test_a_rate_of_nothing_is_unknown_without_a_missing_part():
    assert engagement_rate({**SAMPLE, Metric.IMPRESSION: Value(0)}) == UnknownRate(RateBasis.IMPRESSIONS, ())
    assert engagement_rate({}) == UnknownRate(RateBasis.IMPRESSIONS, (Metric.REACTION, Metric.COMMENT, Metric.RESHARE, Metric.IMPRESSION))


def test_reach_does_not_matter_to_a_rate_of_impressions():
    assert engagement_rate({**SAMPLE, Metric.MEMBERS_REACHED: Failed()}) == engagement_rate(SAMPLE)


CHANGES = {
    "up": (Value(112), Value(100), MetricChange(12, Fraction(12, 100))),
    "down": (Value(50), Value(100), MetricChange(-50, -0.5)),
    "equal": (Value(100), Value(100), MetricChange(0, 0.0)),
    "small base": (Value(19), Value(9), MetricChange(10, None)),
    "smallest base with a percentage": (Value(20), Value(10), MetricChange(10, 1.0)),
    "new": (Value(3), Value(0), MetricChange(3, None, new=True)),
    "still nothing": (Value(0), Value(0), MetricChange(0, None)),
    "unavailable now": (Unavailable(), Value(5), None),
    "failed before": (Value(5), Failed(), None),
    "not asked before": (Value(5), None, None),
}


@pytest.mark.parametrize(("now", "before", "moved"), CHANGES.values(), ids=CHANGES.keys())
def test_change_is_told_only_where_it_is_known(now: Figure | None, before: Figure | None, moved: MetricChange | None):
    assert change(now, before) == moved


def test_reach_has_no_days():
    assert Metric.MEMBERS_REACHED in ALL_METRICS
    assert Metric.MEMBERS_REACHED not in DAILY_METRICS


WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))
DAYS = [WEEK.first + timedelta(days=step) for step in range(-7, 7)]


def test_days_outside_the_period_do_not_count():
    assert sum_of_days(dict.fromkeys(DAYS, 2), WEEK) == Value(14)


def test_no_reported_day_is_unavailable_and_never_zero():
    assert sum_of_days({DAYS[0]: 5}, WEEK) == Unavailable()
    assert sum_of_days({DAYS[-1]: 0}, WEEK) == Value(0)
    assert sum_of_days(Failed(), WEEK) == Failed()
    assert unreported(Failed(), WEEK) == ()


def test_only_whole_periods_are_compared():
    whole = dict.fromkeys(DAYS, 1)
    holed = {day: 1 for day in DAYS if day != DAYS[0]}
    daily = {Metric.IMPRESSION: whole, Metric.REACTION: holed}
    assert unreported(holed, WEEK.before) == (DAYS[0],)
    assert comparable(daily, WEEK, WEEK.before) == {Metric.IMPRESSION: Value(7)}


@given(st.dictionaries(st.sampled_from(DAYS), st.integers(0, 10**12)))
def test_a_tally_and_its_unreported_days_account_for_the_whole_period(series: dict[date, int]):
    missing = unreported(series, WEEK)
    total = sum_of_days(series, WEEK)
    assert len(missing) + sum(day in WEEK for day in series) == WEEK.days
    assert total == (Value(sum(count for day, count in series.items() if day in WEEK)) if len(missing) < WEEK.days else Unavailable())

"""Percentages are rounded once, from exact numbers, half up; none says more or less than happened."""

from fractions import Fraction

import pytest

from bot.reports.figures import direction, mark
from bot.reports.tables import growth
from bot.slack.numbers import percent, percent_with_decimals, points, rate, rate_with_decimals
from bot.statistics.metrics import Metric, Rate, Value, change, engagement_rate

pytestmark = pytest.mark.usefixtures("english_numbers")


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (40, 63, "up 58%"),  # 57.5%
        (200, 225, "up 13%"),  # 12.5%
        (200, 227, "up 14%"),  # 13.5%
        (2_000, 2_041, "up 2.1%"),  # 2.05%
        (1_000, 3, "down 99.7%"),
        (1_000_000, 1, "down 99.9%"),
        (10, 0, "down 100%"),
        (1_000_000, 1_000_001, "up <0.1%"),
        (50, 50, "unchanged"),
    ],
)
def test_a_change_is_rounded_half_up_and_never_tells_all_or_nothing(before, now, expected):
    moved = change(Value(now), Value(before))
    assert moved is not None
    assert direction(moved) == expected
    size = expected.partition(" ")[2]
    if moved.absolute:
        assert size in mark(moved)
        assert moved.percent is not None
        assert growth(moved.percent).endswith(size)


def test_a_rate_is_rounded_half_up():
    figures = {Metric.IMPRESSION: Value(20_000), Metric.REACTION: Value(201), Metric.COMMENT: Value(0), Metric.RESHARE: Value(0)}
    engagement = engagement_rate(figures)
    assert isinstance(engagement, Rate)
    assert rate(engagement.fraction) == "1.01%"  # 1.005%


@pytest.mark.parametrize(
    ("size", "threshold", "expected"),
    [
        (Fraction(496, 1000), Fraction(1, 2), "49.6%"),
        (Fraction(49996, 100_000), Fraction(1, 2), "49.996%"),
        (Fraction(499_996, 1_000_000), Fraction(1, 2), "49.9996%"),
        (Fraction(1245, 10_000), Fraction(124, 1000), "12.5%"),
        (Fraction(1241, 10_000), Fraction(124, 1000), "12.4%"),
        (Fraction(1246, 10_000), Fraction(125, 1000), "12%"),
        (Fraction(-496, 1000), Fraction(1, 2), "49.6%"),
        (Fraction(504, 1000), Fraction(1, 2), "50%"),
        (Fraction(1, 2), Fraction(1, 2), "50%"),
        (Fraction(4, 10), Fraction(1, 2), "40%"),
        (Fraction(-9_999_999, 10_000_000), Fraction(9999, 10_000), "99.99%"),
        (Fraction(-999_999_957, 1_000_000_000), Fraction(99_999_995, 100_000_000), "99.999996%"),
        (Fraction(-1), Fraction(9999, 10_000), "100%"),
    ],
)
def test_a_change_reads_on_the_side_of_its_threshold_that_it_is_on(size, threshold, expected):
    assert percent_with_decimals(size, lambda shown: shown >= threshold) == expected


@pytest.mark.parametrize(
    ("exact", "expected"),
    [
        (Fraction(1996, 100_000), "1.996%"),
        (Fraction(199, 10_000), "1.99%"),
        (Fraction(2, 100), "2.00%"),
        (Fraction(2004, 100_000), "2.00%"),
        (Fraction(3, 1_000_000), "<0.01%"),
    ],
)
def test_a_rate_under_its_limit_never_reads_as_the_limit(exact, expected):
    assert rate_with_decimals(exact, lambda shown: shown < Fraction(2, 100)) == expected


def test_a_percentage_is_written_for_people():
    assert [percent(part) for part in (0.12, 0.084, 0.0004, 0)] == ["12%", "8.4%", "<0.1%", "0%"]


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        (Fraction(43, 10_000), "+0.43 pts"),
        (Fraction(-1005, 100_000), "−1.01 pts"),
        (Fraction(1, 1_000_000), "+<0.01 pts"),
        (Fraction(0), "0 pts"),
    ],
)
def test_a_rates_change_is_told_in_points(moved, expected):
    assert points(moved) == expected

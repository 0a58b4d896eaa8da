"""Sums over accounts: what is added, what is not, and who is counted."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.statistics.aggregate import counted, total, total_before, total_daily, uncounted
from bot.statistics.metrics import ALL_METRICS, DAILY_METRICS, Failed, Metric, Unavailable, Value
from bot.statistics.reports import Account, AccountReport, Freshness, Period

WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))
FIGURES = st.one_of(st.integers(0, 1_000).map(Value), st.just(Unavailable()), st.just(Failed()))


def report(place, figures):
    daily = {metric: {WEEK.last: figure.count} if isinstance(figure, Value) else figure for metric, figure in figures.items()}
    return AccountReport(
        Account(f"linkedin-{place}", f"Member {place}"),
        WEEK,
        figures,
        ALL_METRICS,
        Freshness(datetime(2026, 11, 23, tzinfo=UTC)),
        WEEK.before,
        figures,
        daily,
    )


REPORTS = st.lists(st.fixed_dictionaries(dict.fromkeys(ALL_METRICS, FIGURES)), min_size=1, max_size=6).map(
    lambda every: [report(place, figures) for place, figures in enumerate(every)]
)


@given(REPORTS)
def test_accounts_without_a_single_figure_change_no_sum(reports):
    """Neither of the period, nor of the one before, nor of a day."""
    without = [report(place, dict.fromkeys(ALL_METRICS, Unavailable())) for place in range(10, 12)]
    if all(one.nothing_reported for one in reports):
        return
    more = [without[0], *reports, without[1]]
    assert counted(more) == counted(reports)
    assert len(counted(more)) + len(uncounted(more)) == len(more)
    assert not any(one.nothing_reported for one in counted(more))
    for metric in ALL_METRICS:
        assert total(more, metric) == total(reports, metric)
        assert total_before(more, metric) == total_before(reports, metric)
    for metric in DAILY_METRICS:
        assert total_daily(more, metric) == total_daily(reports, metric)


@pytest.mark.parametrize("unknown", [Unavailable(), Failed()])
def test_a_metric_that_one_counted_account_lacks_has_no_sum(unknown):
    known = dict.fromkeys(ALL_METRICS, Value(5))
    reports = [report(0, known), report(1, {**known, Metric.COMMENT: unknown})]
    assert total(reports, Metric.IMPRESSION).figure == Value(10)
    assert total(reports, Metric.COMMENT).figure == unknown
    assert [one.platform_id for one in total(reports, Metric.COMMENT).missing] == ["linkedin-1"]


def test_where_nobody_has_a_figure_nobody_is_left_out():
    reports = [report(place, dict.fromkeys(ALL_METRICS, Unavailable())) for place in range(2)]
    assert (counted(reports), uncounted(reports)) == (tuple(reports), ())
    assert total(reports, Metric.IMPRESSION).figure == Unavailable()

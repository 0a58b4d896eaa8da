"""What comes back: the three states of a figure, the two shapes, the days, the cache; and any bytes at all."""

from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import NotTheApi, StatisticsError
from bot.postpost import wire
from bot.postpost.wire import ApiResponse, read_daily, read_totals
from bot.statistics.metrics import DAILY_POST_METRICS, POST_METRICS, Failed, Metric, Unavailable, Value
from bot.statistics.posts import PostKind, PostRef
from bot.statistics.reports import DailyMetricsResponse, MetricsResponse, Period

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
POST = PostRef(PostKind.SHARE, 7123456789012345678)
WEEK = Period(date(2024, 1, 15), date(2024, 1, 21))
ALL = wire.post_question("linkedin-A", POST, POST_METRICS)
ONE = wire.post_question("linkedin-A", POST, (Metric.IMPRESSION,))
DAILY = wire.daily_question("linkedin-A", WEEK, DAILY_POST_METRICS)
DAILY_ONE = wire.daily_question("linkedin-A", WEEK, [Metric.IMPRESSION])

SAMPLE = {
    "success": True,
    "metrics": {"IMPRESSION": 15420, "MEMBERS_REACHED": 8234, "RESHARE": 23, "REACTION": 456, "COMMENT": 89},
    "cachedMetrics": ["IMPRESSION", "REACTION"],
    "cached": True,
}
PARTIAL = {
    "success": False,
    "metrics": {"IMPRESSION": 15420, "MEMBERS_REACHED": None, "REACTION": 456, "COMMENT": 89, "RESHARE": None},
    "errors": [{"metric": "MEMBERS_REACHED", "error": "Failed to fetch metric from LinkedIn"}],
    "cached": False,
}


def totals(body: Any, question: wire.ApiRequest = ALL, status: int = 200) -> MetricsResponse:
    return read_totals(ApiResponse(status, orjson.dumps(body), AT), question)


def days(body: Any, question: wire.ApiRequest = DAILY_ONE) -> Any:
    return read_daily(ApiResponse(200, orjson.dumps(body), AT), question).series[Metric.IMPRESSION]


def point(day: int, count: Any, **start: Any) -> dict[str, Any]:
    return {"count": count, "dateRange": {"start": {"year": 2024, "month": 1, "day": day} | start}}


def test_the_documented_sample_reads_as_five_values():
    assert totals(SAMPLE) == MetricsResponse(
        {
            Metric.IMPRESSION: Value(15420),
            Metric.MEMBERS_REACHED: Value(8234),
            Metric.REACTION: Value(456),
            Metric.COMMENT: Value(89),
            Metric.RESHARE: Value(23),
        },
        frozenset({Metric.IMPRESSION, Metric.REACTION}),
        AT,
    )


@pytest.mark.parametrize("status", [200, 207, 400, 403, 429, 500, 502])
def test_a_body_with_metrics_is_a_result_whatever_the_status_and_success_say(status):
    figures = totals(PARTIAL, status=status).figures
    assert figures[Metric.IMPRESSION] == Value(15420)
    assert figures[Metric.MEMBERS_REACHED] == Failed()
    assert figures[Metric.RESHARE] == Unavailable()


@pytest.mark.parametrize(
    ("raw", "figure"),
    [
        (0, Value(0)),
        ("15420", Value(15420)),
        (15420.0, Value(15420)),
        (-1, Unavailable()),
        ("-1", Unavailable()),
        (None, Unavailable()),
        (True, Failed()),
        ("15,420", Failed()),
        ("", Failed()),
        ("٣", Failed()),
        (1.5, Failed()),
        (1e300, Failed()),
        ([15420], Failed()),
        ({}, Failed()),
    ],
)
def test_a_figure_is_a_value_unavailable_or_failed_and_never_a_made_up_zero(raw, figure):
    assert totals({"metrics": {"IMPRESSION": raw}}, ONE).figures == {Metric.IMPRESSION: figure}


def test_a_metric_that_was_left_out_has_failed_so_that_it_is_asked_for_again():
    assert totals({"success": True, "metrics": {}}, ONE).figures == {Metric.IMPRESSION: Failed()}


def test_a_value_beside_an_error_entry_is_failed_and_what_was_said_is_logged(caplog):
    body = {"metrics": {"IMPRESSION": 7}, "errors": [{"metric": "IMPRESSION", "error": "x"}]}
    assert totals(body, ONE).figures == {Metric.IMPRESSION: Failed()}
    assert caplog.records[-1].reported == ["IMPRESSION: x"]


@pytest.mark.parametrize("errors", ["x", [1], [{}], [{"metric": 5}], {"IMPRESSION": "x"}, None])
def test_errors_that_name_no_metric_change_nothing(errors):
    assert totals({"metrics": {"IMPRESSION": None}, "errors": errors}, ONE).figures == {Metric.IMPRESSION: Unavailable()}


def test_metrics_nobody_asked_for_are_not_shown():
    assert set(totals(SAMPLE, ONE).figures) == {Metric.IMPRESSION}


@pytest.mark.parametrize(
    ("fields", "cached"),
    [
        ({"cached": True}, set(POST_METRICS)),
        ({"cached": True, "cachedMetrics": []}, set(POST_METRICS)),
        ({"cached": True, "cachedMetrics": ["comment"]}, {Metric.COMMENT}),
        ({"cachedMetrics": ["COMMENT", "CLICKS", 5]}, {Metric.COMMENT}),
        ({"cached": False}, set()),
        ({"cached": "yes"}, set()),
        ({}, set()),
    ],
)
def test_what_was_cached_is_what_the_service_lists_and_everything_when_it_does_not_say_which(fields, cached):
    assert totals({"metrics": SAMPLE["metrics"], **fields}).cached == cached


def test_a_single_figure_is_no_answer():
    """The bot asks with queryTypes only, which are answered under ``metrics``."""
    with pytest.raises(NotTheApi):
        totals({"count": 1542}, ONE)


def test_days_are_keyed_by_their_start_and_kept_inside_the_window_in_order():
    points = [point(16, 980), point(15, 1200), point(14, 5), point(22, 5), point(21, 0)]
    series = days({"metrics": {"IMPRESSION": points}})
    assert list(series.items()) == [(date(2024, 1, 15), 1200), (date(2024, 1, 16), 980), (date(2024, 1, 21), 0)]


def test_of_two_points_of_a_day_the_later_one_stands():
    assert days({"metrics": {"IMPRESSION": [point(15, 1), point(15, 2)]}}) == {date(2024, 1, 15): 2}


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        5,
        "x",
        [],
        {},
        {"count": 5},
        {"count": 5, "dateRange": []},
        {"count": 5, "dateRange": {"start": None}},
        point(15, None),
        point(15, -1),
        point(15, "many"),
        point(31, 5, month=2),
        point(15, 5, year=10**17),
        point(15, 5, year="soon"),
    ],
)
def test_points_that_cannot_be_read_are_not_reported_and_the_rest_stands(nonsense):
    assert days({"metrics": {"IMPRESSION": [nonsense, point(16, 980)]}}) == {date(2024, 1, 16): 980}


@pytest.mark.parametrize(
    ("metrics", "errors", "series"),
    [
        ({"IMPRESSION": None}, [], Unavailable()),
        ({"IMPRESSION": None}, [{"metric": "IMPRESSION"}], Failed()),
        ({"IMPRESSION": 15420}, [], Failed()),
        ({}, [], Failed()),
        ({"IMPRESSION": []}, [], {}),
    ],
)
def test_a_series_has_three_states_too(metrics, errors, series):
    assert days({"metrics": metrics, "errors": errors}) == series


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from([metric.value for metric in Metric] + ["impression", "CLICKS"])
points = st.lists(
    json_values
    | st.fixed_dictionaries(
        {
            "count": json_values,
            "dateRange": st.fixed_dictionaries(
                {"start": st.fixed_dictionaries({"year": json_values, "month": st.integers(0, 13), "day": st.integers(0, 32)})}
            ),
        }
    ),
    max_size=3,
)
bodies = json_values | st.fixed_dictionaries(
    {},
    optional={
        "success": json_values,
        "metrics": json_values | st.dictionaries(names, json_values | points),
        "errors": json_values | st.lists(st.fixed_dictionaries({"metric": names | json_values}), max_size=3),
        "count": json_values,
        "data": json_values | points,
        "cached": json_values,
        "cachedMetrics": json_values | st.lists(names | json_values, max_size=3),
        "error": json_values,
        "message": json_values,
        "code": json_values,
        "retryAfter": json_values,
    },
)
statuses = st.sampled_from([100, 200, 201, 204, 301, 302, 400, 401, 402, 403, 404, 408, 418, 422, 429, 500, 501, 502, 503, 504, 599])


def read(answer: ApiResponse, question: wire.ApiRequest, *, daily: bool) -> MetricsResponse | DailyMetricsResponse | StatisticsError:
    try:
        return read_daily(answer, question) if daily else read_totals(answer, question)
    except StatisticsError as error:
        return error


@settings(deadline=None)
@given(
    bodies.map(orjson.dumps) | st.binary(max_size=60),
    statuses,
    st.none() | st.text(max_size=30),
    st.sampled_from([ALL, ONE, DAILY, DAILY_ONE]),
)
def test_any_answer_is_a_reading_or_one_statistics_error(body, status, retry_after, question):
    daily = question in (DAILY, DAILY_ONE)
    answer = ApiResponse(status, body, AT, retry_after)
    outcome = read(answer, question, daily=daily)
    if isinstance(outcome, StatisticsError):
        assert type(outcome) is not StatisticsError
        assert outcome.status == status
        assert outcome.retry_at is None or outcome.retry_at >= AT
        return
    parts = outcome.series if isinstance(outcome, DailyMetricsResponse) else outcome.figures
    assert tuple(parts) == question.metrics
    assert outcome.cached <= set(question.metrics)
    assert all(not isinstance(part, Value) or part.count >= 0 for part in parts.values())

"""What goes out: the bodies of PostPost's documentation, each the same for the same question."""

from datetime import date

import orjson
import pytest

from bot.postpost import wire
from bot.statistics.metrics import DAILY_POST_METRICS, POST_METRICS, Metric
from bot.statistics.posts import PostKind, PostRef
from bot.statistics.reports import Period

POST = PostRef(PostKind.UGC_POST, 7429953213384187904)
WEEK = Period(date(2026, 2, 22), date(2026, 2, 28))
RANGE = {"start": {"year": 2026, "month": 2, "day": 22}, "end": {"year": 2026, "month": 3, "day": 1}}


def body(question: wire.ApiRequest) -> object:
    return orjson.loads(question.call.body)


def test_all_five_metrics_of_a_post_are_asked_for_as_the_word_all():
    assert body(wire.post_question("linkedin-A", POST, POST_METRICS)) == {
        "postedId": "urn:li:ugcPost:7429953213384187904",
        "platformId": "linkedin-A",
        "queryTypes": ["IMPRESSION", "MEMBERS_REACHED", "REACTION", "COMMENT", "RESHARE"],
    }


def test_fewer_metrics_are_listed_in_upper_case_each_once():
    question = wire.post_question("linkedin-A", POST, (Metric.COMMENT, Metric.IMPRESSION, Metric.COMMENT))
    assert body(question) == {
        "postedId": POST.urn,
        "platformId": "linkedin-A",
        "queryTypes": ["IMPRESSION", "COMMENT"],
    }


def test_the_end_of_a_range_is_the_day_after_the_last():
    assert body(wire.totals_question("linkedin-A", WEEK, POST_METRICS)) == {
        "platformId": "linkedin-A",
        "queryTypes": ["IMPRESSION", "MEMBERS_REACHED", "REACTION", "COMMENT", "RESHARE"],
        "aggregation": "TOTAL",
        "dateRange": RANGE,
    }


def test_the_lifetime_of_an_account_has_no_range():
    assert "dateRange" not in orjson.loads(wire.totals_question("linkedin-A", None, POST_METRICS).call.body)


def test_days_are_asked_for_by_name_and_never_as_all():
    assert body(wire.daily_question("linkedin-A", WEEK, DAILY_POST_METRICS)) == {
        "platformId": "linkedin-A",
        "queryTypes": ["IMPRESSION", "REACTION", "COMMENT", "RESHARE"],
        "aggregation": "DAILY",
        "dateRange": RANGE,
    }


@pytest.mark.parametrize("metrics", [POST_METRICS, [Metric.MEMBERS_REACHED]])
def test_reach_by_day_is_a_programming_error(metrics):
    with pytest.raises(ValueError, match="no reach by day"):
        wire.daily_question("linkedin-A", WEEK, metrics)


def test_no_metric_at_all_is_a_programming_error():
    with pytest.raises(ValueError, match="at least one metric"):
        wire.post_question("linkedin-A", POST, ())


def test_one_request_never_holds_more_than_365_days():
    year = Period(date(2025, 1, 1), date(2025, 12, 31))
    assert wire.totals_question("linkedin-A", year, POST_METRICS).window == year
    with pytest.raises(ValueError, match="at most 365 days"):
        wire.totals_question("linkedin-A", Period(date(2025, 1, 1), date(2026, 1, 1)), POST_METRICS)


def test_a_long_range_is_cut_into_adjoining_ones():
    parts = wire.parts_of(Period(date(2024, 1, 1), date(2025, 12, 31)))
    assert parts == (
        Period(date(2024, 1, 1), date(2024, 12, 30)),
        Period(date(2024, 12, 31), date(2025, 12, 30)),
        Period(date(2025, 12, 31), date(2025, 12, 31)),
    )


def test_a_metric_alone_keeps_everything_else_of_its_question():
    question = wire.alone(wire.daily_question("linkedin-A", WEEK, DAILY_POST_METRICS), Metric.COMMENT)
    assert body(question) == {
        "platformId": "linkedin-A",
        "queryTypes": ["COMMENT"],
        "aggregation": "DAILY",
        "dateRange": RANGE,
    }
    assert (question.metrics, question.window) == ((Metric.COMMENT,), WEEK)


def test_the_same_question_is_equal_and_another_is_not():
    asked = wire.post_question("linkedin-A", POST, (Metric.COMMENT, Metric.REACTION))
    assert asked == wire.post_question("linkedin-A", POST, (Metric.REACTION, Metric.COMMENT))
    assert hash(asked) == hash(wire.post_question("linkedin-A", POST, (Metric.REACTION, Metric.COMMENT)))
    assert asked != wire.post_question("linkedin-B", POST, (Metric.COMMENT, Metric.REACTION))


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        ("linkedin-post-statistics", "linkedin-post-statistics"),
        ("get-post/6507e5", "get-post"),
        ("list-posts?page=1", "list-posts"),
        ("test-connection/linkedin-A", "test-connection"),
    ],
)
def test_an_endpoints_name_holds_no_id(path, endpoint):
    assert wire.ApiCall(path).endpoint == endpoint

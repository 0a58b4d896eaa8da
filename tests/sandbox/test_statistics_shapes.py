"""Every shape of an answer: one metric or several, totals or days, whole, partial, unavailable."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.sandbox.world_accounts import Trouble

POST, ACCOUNT = "linkedin-post-statistics", "linkedin-account-statistics"
ACME, SAMPLE = "linkedin-Tz9W5i6ZYG", "urn:li:share:7123456789012345678"
METRICS = ["IMPRESSION", "MEMBERS_REACHED", "RESHARE", "REACTION", "COMMENT"]
FIGURES = {"IMPRESSION": 15_420, "MEMBERS_REACHED": 8_234, "RESHARE": 23, "REACTION": 456, "COMMENT": 89}
FAILED = "Failed to fetch metric from LinkedIn"


def post(platform: str = ACME, posted: str = SAMPLE, **wanted) -> dict[str, Any]:
    return {"platformId": platform, "postedId": posted, **(wanted or {"queryTypes": "ALL"})}


def account(platform: str = ACME, **fields) -> dict[str, Any]:
    return {"platformId": platform, "queryTypes": "ALL", **fields}


def day(moment: date) -> dict[str, Any]:
    return {"year": moment.year, "month": moment.month, "day": moment.day}


def window(start: date, end: date) -> dict[str, Any]:
    return {"start": day(start), "end": day(end)}


async def test_a_posts_metrics_are_the_documentations_own(ask_statistics) -> None:
    reply = await ask_statistics(POST, post())
    assert reply.json == {"success": True, "metrics": FIGURES, "cached": False}
    assert list(reply.json["metrics"]) == METRICS
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("metric", METRICS)
async def test_one_metric_of_a_post_is_a_count(metric, ask_statistics) -> None:
    reply = await ask_statistics(POST, post(queryType=metric))
    assert reply.json == {"success": True, "count": FIGURES[metric], "cached": False}


@pytest.mark.parametrize(
    ("query_types", "metrics"),
    [
        ("all", METRICS),
        (["All"], METRICS),
        (["comment", "ALL"], METRICS),
        (["comment"], ["COMMENT"]),
        (["Reaction", "IMPRESSION", "reaction"], ["REACTION", "IMPRESSION"]),
    ],
)
async def test_query_types_are_read_in_any_case_and_each_once(query_types, metrics, ask_statistics) -> None:
    reply = await ask_statistics(POST, post(queryTypes=query_types))
    assert list(reply.json["metrics"]) == metrics


async def test_both_query_fields_are_answered_as_query_types(ask_statistics) -> None:
    reply = await ask_statistics(POST, post(queryType="COMMENT", queryTypes=["REACTION"]))
    assert reply.json["metrics"] == {"REACTION": 456}


async def test_an_accounts_totals_carry_their_aggregation(ask_statistics, statistics, statistics_clock) -> None:
    reply = await ask_statistics(ACCOUNT, account(aggregation="Total"))
    today = statistics_clock.now.date()
    lifetime = {metric: statistics.world.total(ACME, metric, date(2022, 6, 1), today) for metric in METRICS}
    assert reply.json == {"success": True, "metrics": lifetime, "aggregation": "TOTAL", "cached": False}


async def test_one_metric_of_an_account_is_data(ask_statistics) -> None:
    january = {"dateRange": window(date(2024, 1, 1), date(2024, 2, 1))}
    body = {"platformId": ACME, "queryType": "IMPRESSION", **january}
    assert (await ask_statistics(ACCOUNT, body)).json == {
        "success": True,
        "data": 45_230,
        "aggregation": "TOTAL",
        "cached": False,
    }


async def test_days_are_points_of_one_day_each(ask_statistics) -> None:
    two_days = {"aggregation": "daily", "dateRange": window(date(2024, 1, 15), date(2024, 1, 17))}
    points = [{"count": count, "dateRange": window(date(2024, 1, n), date(2024, 1, n + 1))} for count, n in ((1_200, 15), (980, 16))]
    single = await ask_statistics(ACCOUNT, {"platformId": ACME, "queryType": "IMPRESSION", **two_days})
    several = await ask_statistics(ACCOUNT, {"platformId": ACME, "queryTypes": ["COMMENT", "impression"], **two_days})
    assert single.json == {"success": True, "data": points, "aggregation": "DAILY", "cached": False}
    assert several.json["metrics"]["IMPRESSION"] == points
    assert [len(series) for series in several.json["metrics"].values()] == [2, 2]


async def test_days_add_up_to_the_total_of_the_window(ask_statistics) -> None:
    asked: dict[str, Any] = {"queryTypes": ["IMPRESSION", "REACTION", "COMMENT", "RESHARE"]}
    asked |= {"dateRange": window(date(2026, 10, 20), date(2026, 11, 10))}
    total = await ask_statistics(ACCOUNT, account(**asked))
    daily = await ask_statistics(ACCOUNT, account(**asked, aggregation="DAILY"))
    sums = {metric: sum(point["count"] for point in points) for metric, points in daily.json["metrics"].items()}
    assert sums == total.json["metrics"]


async def test_days_without_a_window_are_the_last_thirty_whole_ones(ask_statistics, statistics_clock) -> None:
    body = {"platformId": ACME, "queryType": "COMMENT", "aggregation": "DAILY"}
    points = (await ask_statistics(ACCOUNT, body)).json["data"]
    today = statistics_clock.now.date()
    starts = [date(**point["dateRange"]["start"]) for point in points]
    assert starts == [today - timedelta(days=30 - n) for n in range(30)]


async def test_a_window_ends_with_yesterday(ask_statistics, statistics_clock) -> None:
    today = statistics_clock.now.date()
    days = window(today - timedelta(days=2), today + timedelta(days=9))
    body = {"platformId": ACME, "queryType": "COMMENT", "aggregation": "DAILY", "dateRange": days}
    points = (await ask_statistics(ACCOUNT, body)).json["data"]
    assert [date(**point["dateRange"]["end"]) for point in points] == [today - timedelta(days=1), today]


@pytest.mark.parametrize(
    "odd",
    [
        window(date(2026, 11, 9), date(2026, 11, 2)),
        window(date(2026, 11, 9), date(2026, 11, 9)),
        window(date(2031, 1, 1), date(2031, 2, 1)),
        {"start": {"year": 2026, "month": 13, "day": 1}, "end": {"year": 2026, "month": 14, "day": 40}},
        {"start": {"year": "2026", "month": "11", "day": "1"}, "end": {"year": "2026", "month": "11", "day": "9"}},
        {"start": {"year": 0, "month": 0, "day": 0}, "end": {"year": 10**12, "month": 1.5, "day": True}},
    ],
)
async def test_a_window_without_days_has_no_points_and_zeros(odd, ask_statistics) -> None:
    total = await ask_statistics(ACCOUNT, account(dateRange=odd))
    daily = await ask_statistics(ACCOUNT, account(queryTypes=["COMMENT"], aggregation="DAILY", dateRange=odd))
    assert (total.status, set(total.json["metrics"].values())) == (200, {0})
    assert (daily.status, daily.json["metrics"]) == (200, {"COMMENT": []})


async def test_a_posts_figures_ignore_a_window(ask_statistics) -> None:
    reply = await ask_statistics(POST, post(queryTypes="ALL", dateRange="nonsense", aggregation=7))
    assert reply.json["metrics"] == FIGURES


async def test_a_partial_failure_holds_nulls_and_errors(ask_statistics, statistics) -> None:
    statistics.fail_next(Trouble.PARTIAL)
    reply = await ask_statistics(POST, post())
    assert reply.status == 200
    assert reply.json == {
        "success": False,
        "metrics": FIGURES | {"MEMBERS_REACHED": None, "RESHARE": None},
        "errors": [{"metric": metric, "error": FAILED} for metric in ("MEMBERS_REACHED", "RESHARE")],
        "cached": False,
    }


async def test_every_metric_failed_is_still_an_answer(ask_statistics) -> None:
    reply = await ask_statistics(ACCOUNT, account("linkedin-AllFailed"))
    assert (reply.status, reply.json["success"]) == (200, False)
    assert set(reply.json["metrics"].values()) == {None}
    assert [failed["metric"] for failed in reply.json["errors"]] == METRICS


async def test_an_unavailable_figure_is_null_without_an_error(ask_statistics) -> None:
    several = await ask_statistics(POST, post("linkedin-Unavailable", "urn:li:share:77"))
    count = await ask_statistics(POST, post("linkedin-Unavailable", "urn:li:share:77", queryType="RESHARE"))
    data = await ask_statistics(ACCOUNT, {"platformId": "linkedin-Unavailable", "queryType": "RESHARE"})
    assert several.json["success"] is True
    assert "errors" not in several.json
    assert [metric for metric, value in several.json["metrics"].items() if value is None] == [
        "MEMBERS_REACHED",
        "RESHARE",
    ]
    assert (count.status, count.json["count"], data.status, data.json["data"]) == (200, None, 200, None)


async def test_a_failed_metric_of_days_is_null_not_an_empty_list(ask_statistics) -> None:
    asked = account("linkedin-Partial", queryTypes=["RESHARE", "COMMENT"], aggregation="DAILY")
    reply = await ask_statistics(ACCOUNT, asked)
    assert reply.json["metrics"]["RESHARE"] is None
    assert len(reply.json["metrics"]["COMMENT"]) == 30
    assert reply.json["errors"] == [{"metric": "RESHARE", "error": FAILED}]


async def test_one_failed_metric_asked_alone_is_a_500(ask_statistics) -> None:
    count = await ask_statistics(POST, post("linkedin-Partial", queryType="RESHARE"))
    data = await ask_statistics(ACCOUNT, {"platformId": "linkedin-Partial", "queryType": "RESHARE"})
    assert [(reply.status, reply.json) for reply in (count, data)] == [(500, {"error": FAILED})] * 2


@pytest.mark.parametrize("posted", ["7434685316856377344", "urn:li:share:7434685316856377344"])
async def test_a_bare_number_is_a_share(posted, ask_statistics) -> None:
    urn = await ask_statistics(POST, post(posted="urn:li:share:7434685316856377344"))
    assert (await ask_statistics(POST, post(posted=posted))).json["metrics"] == urn.json["metrics"]


@pytest.mark.parametrize("owner", [ACME, "linkedin-ABC", "linkedin-Kf3Mn5ahPz"])
async def test_a_post_nobody_is_known_to_own_belongs_to_whoever_asks(owner, ask_statistics) -> None:
    reply = await ask_statistics(POST, post(owner, "urn:li:ugcPost:7429953213384187904"))
    assert reply.json["success"] is True
    assert reply.json["metrics"]["IMPRESSION"] > reply.json["metrics"]["MEMBERS_REACHED"] > 0


@pytest.mark.parametrize(
    "posted",
    ["urn:li:activity:7341150125328605185", "urn:li:comment:(activity:1,2)", "hello", "urn:li:SHARE:1", "urn:li:share:"],
)
async def test_what_linkedin_has_no_statistics_of_fails_in_every_metric(posted, ask_statistics) -> None:
    assert set((await ask_statistics(POST, post(posted=posted))).json["metrics"].values()) == {None}


async def test_another_accounts_post_fails_in_every_metric(ask_statistics, statistics, statistics_clock) -> None:
    (known, *_) = statistics.world.posts("linkedin-ABC", statistics_clock())
    own = await ask_statistics(POST, post("linkedin-ABC", known.urn))
    foreign = await ask_statistics(POST, post(ACME, known.urn))
    assert own.json["success"] is True
    assert len(foreign.json["errors"]) == 5
    assert (await ask_statistics(POST, post("linkedin-ABC", "urn:li:share:123"))).json["success"] is True


async def test_figures_grow_while_the_clock_goes_on(ask_statistics, statistics, statistics_clock) -> None:
    (newest, *_) = statistics.world.posts(ACME, statistics_clock())
    before = await ask_statistics(POST, post(posted=newest.urn))
    statistics_clock.go_on(hours=20)
    after = await ask_statistics(POST, post(posted=newest.urn))
    assert after.json["metrics"]["IMPRESSION"] > before.json["metrics"]["IMPRESSION"] >= 0

"""Every switch of the statistics server does what its sentence says."""

from dataclasses import fields
from typing import Any

import aiohttp
import pytest

from bot.sandbox.statistics.switches import StatisticsSwitches
from bot.sandbox.statistics.wire import SandboxAnswer
from bot.sandbox.world_accounts import Trouble

POST, ACCOUNT = "linkedin-post-statistics", "linkedin-account-statistics"
ACME = "linkedin-Tz9W5i6ZYG"
BODY = {"platformId": ACME, "postedId": "urn:li:share:7123456789012345678", "queryTypes": "ALL"}
DAYS = {"platformId": ACME, "queryTypes": ["COMMENT"], "aggregation": "DAILY"}


def window(start: int, end: int) -> dict[str, Any]:
    """Days of January 2024."""
    return {name: {"year": 2024, "month": 1, "day": day} for name, day in (("start", start), ("end", end))}


async def test_switch_latency_ms(ask_statistics, statistics) -> None:
    statistics.switches.latency_ms = 60
    await ask_statistics("platform-connections", method="GET")
    assert statistics.requests[0].ms >= 60


async def test_switch_linkedin_latency_ms(ask_statistics, statistics) -> None:
    statistics.switches.linkedin_latency_ms = 20
    for _ in range(2):
        await ask_statistics(POST, BODY)
    fetched, cached = statistics.requests
    assert (fetched.linkedin_calls, cached.linkedin_calls) == (5, 0)
    assert fetched.ms >= 100


async def test_switch_slow_ms(ask_statistics, statistics) -> None:
    statistics.switches.slow_ms = 60
    slow = await ask_statistics(ACCOUNT, {"platformId": "linkedin-Slow", "queryType": "COMMENT"})
    assert slow.json["data"] > 0
    assert statistics.requests[0].ms >= 60


async def test_switch_cache_minutes(ask_statistics, statistics, statistics_clock) -> None:
    statistics.switches.cache_minutes = 0
    off = [(await ask_statistics(POST, BODY)).json["cached"] for _ in range(2)]
    statistics.switches.cache_minutes = 120
    await ask_statistics(POST, BODY)
    statistics_clock.go_on(minutes=119)
    assert (off, (await ask_statistics(POST, BODY)).json["cached"]) == ([False, False], True)


async def test_switch_partial_status(ask_statistics, statistics) -> None:
    statistics.switches.partial_status = 207
    statistics.fail_next(Trouble.PARTIAL)
    reply = await ask_statistics(POST, BODY)
    assert (reply.status, reply.json["metrics"]["COMMENT"]) == (207, 89)


async def test_switch_all_failed_status(ask_statistics, statistics) -> None:
    statistics.switches.all_failed_status = 502
    statistics.fail_next(Trouble.ALL_FAILED)
    reply = await ask_statistics(POST, BODY)
    assert (reply.status, len(reply.json["errors"])) == (502, 5)


async def test_switch_refuse_both_query_types(ask_statistics, statistics) -> None:
    statistics.switches.refuse_both_query_types = True
    both = await ask_statistics(POST, BODY | {"queryType": "COMMENT"})
    assert (both.status, both.error) == (400, "Use either queryType or queryTypes, not both")
    assert (await ask_statistics(POST, BODY)).status == 200


async def test_switch_refuse_all(ask_statistics, statistics) -> None:
    """Both readings of the papers are served: "ALL", and the five names where "ALL" is unknown."""
    names = ["IMPRESSION", "MEMBERS_REACHED", "RESHARE", "REACTION", "COMMENT"]
    every = (await ask_statistics(POST, BODY | {"queryTypes": "ALL"})).json["metrics"]
    statistics.switches.refuse_all = True
    assert (await ask_statistics(POST, BODY | {"queryTypes": "ALL"})).status == 400
    assert (await ask_statistics(POST, BODY | {"queryTypes": ["ALL"]})).status == 400
    assert (await ask_statistics(POST, BODY | {"queryTypes": names})).json["metrics"] == every


async def test_switch_linkedin_limit(ask_statistics, statistics) -> None:
    """Calls are counted by account and metric; what is cached is none, and is served beyond the limit too."""
    statistics.switches.linkedin_limit = 5
    assert (await ask_statistics(POST, BODY)).status == 200
    assert statistics.calls_by_metric[BODY["platformId"], "COMMENT"] == 1
    assert sum(statistics.calls_by_metric.values()) == 5
    assert (await ask_statistics(POST, BODY)).status == 200
    assert (await ask_statistics(ACCOUNT, DAYS)).status == 429
    assert sum(statistics.calls_by_metric.values()) == 5


async def test_switch_inclusive_end(ask_statistics, statistics) -> None:
    statistics.switches.inclusive_end = True
    reply = await ask_statistics(ACCOUNT, DAYS | {"dateRange": window(15, 16)})
    assert [point["dateRange"]["start"]["day"] for point in reply.json["metrics"]["COMMENT"]] == [15, 16]


async def test_switch_omit_zero_days(ask_statistics, statistics) -> None:
    asked = {**DAYS, "platformId": "linkedin-Kf3Mn5ahPz", "dateRange": window(1, 31)}
    every = (await ask_statistics(ACCOUNT, asked)).json["metrics"]["COMMENT"]
    statistics.switches.omit_zero_days = True
    statistics.forget_cache()
    some = (await ask_statistics(ACCOUNT, asked)).json["metrics"]["COMMENT"]
    assert len(every) == 30
    assert some == [point for point in every if point["count"]]
    assert len(some) < len(every)


async def test_switch_refuse_odd_ranges(ask_statistics, statistics) -> None:
    statistics.switches.refuse_odd_ranges = True
    impossible, reversed_ = ({"dateRange": window(*days)} for days in ((1, 32), (9, 2)))
    replies = [await ask_statistics(ACCOUNT, DAYS | odd) for odd in (impossible, reversed_)]
    assert [reply.status for reply in replies] == [400, 400]
    assert (await ask_statistics(ACCOUNT, DAYS | {"dateRange": window(2, 9)})).status == 200


@pytest.mark.parametrize(
    "posted", ["urn:li:activity:7", "urn:li:share:7300000000000000001", "urn:li:share:123"], ids=["urn", "listed", "owned"]
)
async def test_switch_foreign_forbidden(posted, ask_statistics, statistics) -> None:
    statistics.switches.foreign_forbidden = True
    reply = await ask_statistics(POST, BODY | {"postedId": posted})
    assert (reply.status, "permissions" in reply.error) == (403, True)


async def test_switch_omit_cached(ask_statistics, statistics) -> None:
    statistics.switches.omit_cached = True
    asked = [(POST, BODY), (POST, {**BODY, "queryTypes": None, "queryType": "COMMENT"})]
    asked += [("linkedin-followers", {"platformId": ACME})]
    for path, body in asked * 2:
        assert not {"cached", "cachedMetrics"} & set((await ask_statistics(path, body)).json)


async def test_switch_digit_strings(ask_statistics, statistics) -> None:
    statistics.switches.digit_strings = True
    total = await ask_statistics(POST, BODY)
    daily = await ask_statistics(ACCOUNT, {**DAYS, "queryTypes": ["IMPRESSION"], "dateRange": window(15, 16)})
    assert total.json["metrics"]["IMPRESSION"] == "15420"
    assert daily.json["metrics"]["IMPRESSION"][0]["count"] == "1200"


async def test_switch_minus_one(ask_statistics, statistics) -> None:
    statistics.switches.minus_one = True
    reply = await ask_statistics(ACCOUNT, {"platformId": "linkedin-Mixed", "queryTypes": "ALL"})
    assert (reply.json["metrics"]["MEMBERS_REACHED"], reply.json["metrics"]["RESHARE"]) == (-1, None)


async def test_switch_list_troubled_accounts(ask_statistics, statistics) -> None:
    named = [len((await ask_statistics("platform-connections", method="GET")).json["connections"])]
    statistics.switches.list_troubled_accounts = True
    named += [len((await ask_statistics("platform-connections", method="GET")).json["connections"])]
    assert named == [9, 25]


async def test_switch_missing_paths(ask_statistics, statistics) -> None:
    statistics.switches.missing_paths = ("platform-connections",)
    reply = await ask_statistics("platform-connections", method="GET")
    assert (reply.status, "<pre>Cannot GET" in reply.text) == (404, True)
    assert (await ask_statistics(POST, BODY)).status == 200


async def test_switch_key_header(ask_statistics, statistics) -> None:
    statistics.switches.key_header = "x-publora-key"
    assert (await ask_statistics(POST, BODY)).error == "API key is required"
    assert (await ask_statistics(POST, BODY, headers={"X-Publora-Key": "demo"})).status == 200


@pytest.mark.parametrize(
    ("place", "in_body", "in_header"),
    [("body", 7, None), ("header", None, "7"), ("both", 7, "7"), ("none", None, None)],
)
async def test_switch_retry_after_in(place, in_body, in_header, ask_statistics, statistics) -> None:
    statistics.switches.retry_after_in, statistics.switches.retry_after = place, 7
    statistics.fail_next(Trouble.RATE_LIMITED)
    reply = await ask_statistics(POST, BODY)
    assert (reply.status, reply.error) == (429, "LINKEDIN_RATE_LIMITED")
    assert (reply.json.get("retryAfter"), reply.headers.get("Retry-After")) == (in_body, in_header)


async def test_switch_retry_after(ask_statistics, statistics) -> None:
    statistics.fail_next(Trouble.RATE_LIMITED, times=2)
    default = await ask_statistics(POST, BODY)
    statistics.switches.retry_after = 3
    shorter = await ask_statistics(POST, BODY)
    assert default.json == {"error": "LINKEDIN_RATE_LIMITED", "retryAfter": 60}
    assert shorter.json["retryAfter"] == 3


async def test_switch_trouble(ask_statistics, statistics) -> None:
    statistics.switches.trouble = Trouble.TIMEOUT
    asked = [(POST, BODY), (ACCOUNT, DAYS), ("linkedin-followers", {"platformId": ACME})]
    for path, body in asked * 2:
        reply = await ask_statistics(path, body)
        assert (reply.status, reply.error) == (504, "LINKEDIN_REQUEST_TIMEOUT")
    assert (await ask_statistics(POST, {})).status == 400


def test_every_switch_has_its_test() -> None:
    assert [spec.name for spec in fields(StatisticsSwitches) if f"test_switch_{spec.name}" not in globals()] == []


async def test_a_fault_strikes_as_often_as_it_says_and_only_its_path(ask_statistics, statistics) -> None:
    statistics.fail_next(Trouble.SERVER_ERROR, times=2, path="account")
    posts = [(await ask_statistics(POST, BODY)).status for _ in range(2)]
    accounts = [(await ask_statistics(ACCOUNT, DAYS)).status for _ in range(3)]
    assert (posts, accounts) == ([200, 200], [500, 500, 200])


async def test_faults_are_met_in_their_order_even_by_cached_figures(ask_statistics, statistics) -> None:
    await ask_statistics(POST, BODY)
    statistics.fail_next(Trouble.TIMEOUT)
    statistics.fail_next(SandboxAnswer(503, {"error": "Maintenance"}, headers={"Retry-After": "9"}))
    first, second = [await ask_statistics(POST, BODY) for _ in range(2)]
    assert (first.status, second.status) == (504, 503)
    assert (second.error, second.headers["Retry-After"]) == ("Maintenance", "9")


async def test_a_fault_comes_before_the_switched_trouble(ask_statistics, statistics) -> None:
    statistics.switches.trouble = Trouble.TIMEOUT
    statistics.fail_next(Trouble.FORBIDDEN)
    assert [(await ask_statistics(POST, BODY)).status for _ in range(2)] == [403, 504]


async def test_a_request_out_of_order_uses_no_fault_up(ask_statistics, statistics) -> None:
    statistics.fail_next(Trouble.TOKEN_EXPIRED)
    refused = await ask_statistics(POST, BODY | {"platformId": "linkedin-nobody"})
    assert (refused.status, (await ask_statistics(POST, BODY)).status) == (404, 401)


async def test_a_fault_reaches_the_endpoints_that_ask_no_linkedin(ask_statistics, statistics) -> None:
    statistics.fail_next(Trouble.PARTIAL)
    statistics.fail_next(Trouble.SERVER_ERROR, path="platform-connections")
    broken = await ask_statistics("platform-connections", method="GET")
    whole = await ask_statistics("platform-connections", method="GET")
    assert (broken.status, broken.error) == (500, "Failed to fetch platform connections")
    assert whole.json["success"] is True
    assert (await ask_statistics(POST, BODY)).json["success"] is False


async def test_a_reset_reaches_the_client_as_one(ask_statistics, statistics) -> None:
    statistics.fail_next(Trouble.RESET)
    with pytest.raises(aiohttp.ClientOSError):
        await ask_statistics(POST, BODY)
    assert (await ask_statistics(POST, BODY)).status == 200


async def test_a_hang_ends_with_the_server(ask_statistics, statistics) -> None:
    statistics.fail_next(Trouble.HANG)
    with pytest.raises(TimeoutError):
        await ask_statistics(POST, BODY, patience=0.1)
    assert (statistics.requests[0].status, (await ask_statistics(POST, BODY)).status) == (0, 200)

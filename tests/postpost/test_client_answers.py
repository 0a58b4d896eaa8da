"""The client against the sandbox's server: figures, days, one retry of what failed, and every error of the API as it comes."""

from datetime import date

import pytest

from bot import errors
from bot.sandbox.statistics.wire import SandboxAnswer
from bot.sandbox.world_accounts import Trouble
from bot.statistics.metrics import DAILY_POST_METRICS, POST_METRICS, Failed, Metric, Unavailable, Value
from bot.statistics.posts import PostKind, PostRef
from bot.statistics.reports import Period

ACME = "linkedin-Tz9W5i6ZYG"
SAMPLE = PostRef(PostKind.SHARE, 7123456789012345678)
WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))
FIGURES = {
    Metric.IMPRESSION: Value(15420),
    Metric.MEMBERS_REACHED: Value(8234),
    Metric.REACTION: Value(456),
    Metric.COMMENT: Value(89),
    Metric.RESHARE: Value(23),
}


def sent(server):
    return [request.body for request in server.requests]


async def test_a_posts_figures_are_the_documented_ones_and_carry_their_moment(client, moment, observed):
    reading = await client.post_statistics(ACME, SAMPLE)
    assert dict(reading.figures) == FIGURES
    assert (reading.fetched_at, reading.recalled, reading.cached) == (moment.now, False, frozenset())
    assert observed == [("linkedin-post-statistics", "ok")]


async def test_what_the_service_had_cached_is_named(client, moment):
    await client.post_statistics(ACME, SAMPLE, [Metric.IMPRESSION])
    reading = await client.post_statistics(ACME, SAMPLE)
    assert reading.cached == {Metric.IMPRESSION}


async def test_days_add_up_to_the_totals_of_the_same_period(client):
    daily = await client.account_daily(ACME, WEEK)
    totals = await client.account_totals(ACME, WEEK)
    assert tuple(daily.series) == DAILY_POST_METRICS
    for metric in DAILY_POST_METRICS:
        series = daily.series[metric]
        assert not isinstance(series, Unavailable | Failed)
        assert list(series) == [date(2026, 11, day) for day in range(16, 23)]
        assert Value(sum(series.values())) == totals.figures[metric]


async def test_days_are_the_same_whichever_way_the_service_reads_the_end(client, server):
    before = await client.account_daily(ACME, WEEK, fresh=True)
    server.switches.inclusive_end = True
    server.forget_cache()
    assert (await client.account_daily(ACME, WEEK, fresh=True)).series == before.series


async def test_more_than_a_year_by_day_is_several_requests_joined(client, server):
    reading = await client.account_daily(ACME, Period(date(2025, 1, 1), date(2026, 6, 30)), [Metric.COMMENT])
    series = reading.series[Metric.COMMENT]
    assert not isinstance(series, Unavailable | Failed)
    assert (len(server.requests), len(series)) == (2, 546)


async def test_the_lifetime_is_at_least_any_window(client):
    lifetime, week = await client.account_totals(ACME, None), await client.account_totals(ACME, WEEK)
    assert lifetime.figures[Metric.IMPRESSION].count >= week.figures[Metric.IMPRESSION].count


async def test_counts_written_as_digits_and_minus_one_read_alike(client, server):
    server.switches.digit_strings = True
    assert dict((await client.post_statistics(ACME, SAMPLE)).figures) == FIGURES
    server.switches.minus_one = True
    reading = await client.post_statistics("linkedin-NoFigures", SAMPLE)
    assert set(reading.figures.values()) == {Unavailable()}


async def test_failed_metrics_are_asked_for_once_more_each_alone_and_merged(client, server):
    server.fail_next(Trouble.PARTIAL)
    reading = await client.post_statistics(ACME, SAMPLE)
    assert dict(reading.figures) == FIGURES
    assert [body["queryTypes"] for body in sent(server)] == [[*POST_METRICS], ["MEMBERS_REACHED"], ["RESHARE"]]
    assert not any("queryType" in body for body in sent(server))


async def test_a_metric_that_fails_again_stays_failed_and_is_not_asked_for_a_third_time(client, server):
    reading = await client.post_statistics("linkedin-Partial", SAMPLE)
    failed = {metric for metric, figure in reading.figures.items() if figure == Failed()}
    assert failed == {Metric.MEMBERS_REACHED, Metric.RESHARE}
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [200, 502])
async def test_all_metrics_failed_is_five_failed_figures_whatever_the_status(client, server, status):
    server.switches.all_failed_status = status
    reading = await client.post_statistics("linkedin-AllFailed", SAMPLE)
    assert set(reading.figures.values()) == {Failed()}
    assert len(server.requests) == 6


async def test_a_retry_alone_that_is_refused_leaves_the_figures_that_came(client, server):
    server.fail_next(Trouble.PARTIAL)
    server.fail_next(Trouble.BAD_GATEWAY, times=2)
    reading = await client.post_statistics(ACME, SAMPLE)
    assert reading.figures[Metric.IMPRESSION] == Value(15420)
    assert reading.figures[Metric.RESHARE] == Failed()
    assert len(server.requests) == 3


async def test_unavailable_is_not_failed_and_not_asked_for_again(client, server):
    reading = await client.post_statistics("linkedin-Unavailable", SAMPLE)
    assert {metric for metric, figure in reading.figures.items() if figure == Unavailable()} == {Metric.MEMBERS_REACHED, Metric.RESHARE}
    assert len(server.requests) == 1


async def test_days_that_failed_are_asked_for_once_more_alone(client, server):
    server.fail_next(Trouble.PARTIAL)
    reading = await client.account_daily(ACME, WEEK)
    assert not any(isinstance(series, Failed) for series in reading.series.values())
    assert [body["queryTypes"] for body in sent(server)] == [["IMPRESSION", "REACTION", "COMMENT", "RESHARE"], ["RESHARE"]]


@pytest.mark.parametrize(
    ("account", "kind", "requests"),
    [
        ("linkedin-Expired401", errors.TokenExpired, 1),
        ("linkedin-Forbidden403", errors.AccountNotPermitted, 1),
        ("linkedin-NoPlan403", errors.PlanWithoutApi, 1),
        ("linkedin-nobody", errors.ConnectionUnknown, 1),
        ("linkedin-Html", errors.NotTheApi, 1),
        ("linkedin-Truncated", errors.NotTheApi, 1),
        ("linkedin-RateLimit429", errors.RateLimited, 1),
        ("linkedin-Error500", errors.ServiceFailed, 4),
        ("linkedin-Gateway502", errors.Unreachable, 4),
        ("linkedin-Timeout504", errors.Unreachable, 4),
        ("linkedin-Reset", errors.Unreachable, 4),
    ],
)
async def test_each_trouble_is_one_class_and_only_passing_ones_are_tried_again(client, server, account, kind, requests):
    with pytest.raises(errors.StatisticsError) as caught:
        await client.account_totals(account, WEEK)
    assert type(caught.value) is kind
    assert caught.value.platform_id == account
    assert len(server.requests) == requests


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("", errors.ApiKeyMissing),
        ("wrong-key", errors.ApiKeyInvalid),
        ("key-without-owner", errors.ApiKeyOwnerUnknown),
        ("key-without-plan", errors.PlanWithoutApi),
    ],
)
async def test_each_trouble_with_the_key_is_one_class(server, open_client, key, kind):
    async with open_client(server.base_url, api_key=key) as client:
        with pytest.raises(errors.StatisticsError) as caught:
            await client.post_statistics(ACME, SAMPLE)
    assert type(caught.value) is kind


async def test_the_sister_brands_header_and_a_trailing_slash_will_do(server, open_client):
    server.switches.key_header = "x-publora-key"
    async with open_client(server.base_url + "/", key_header="x-publora-key") as client:
        assert dict((await client.post_statistics(ACME, SAMPLE)).figures) == FIGURES


async def test_a_wrong_base_url_is_not_the_api(server, open_client):
    async with open_client(server.base_url + "/v2") as client:
        with pytest.raises(errors.NotTheApi):
            await client.post_statistics(ACME, SAMPLE)


async def test_a_refused_question_carries_the_services_own_words(client, server):
    server.fail_next(SandboxAnswer(400, {"error": "dateRange must be an object"}))
    with pytest.raises(errors.RequestRefused) as caught:
        await client.account_totals(ACME, WEEK)
    assert caught.value.reported == "dateRange must be an object"


async def test_reach_by_day_never_leaves_the_house(client, server):
    with pytest.raises(ValueError, match="no reach by day"):
        await client.account_daily(ACME, WEEK, POST_METRICS)
    assert not server.requests

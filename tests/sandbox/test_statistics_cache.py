"""The cache: per connection, post or window, and metric; 30 minutes; never a failure."""

from bot.sandbox.world_accounts import Trouble

POST, ACCOUNT = "linkedin-post-statistics", "linkedin-account-statistics"
ACME = "linkedin-Tz9W5i6ZYG"
BODY = {"platformId": ACME, "postedId": "urn:li:share:7123456789012345678"}
WEEK = {"start": {"year": 2026, "month": 11, "day": 1}, "end": {"year": 2026, "month": 11, "day": 8}}


async def test_what_was_fetched_is_served_from_cache_and_named(ask_statistics) -> None:
    await ask_statistics(POST, BODY | {"queryTypes": ["REACTION", "IMPRESSION"]})
    reply = await ask_statistics(POST, BODY | {"queryTypes": "ALL"})
    assert reply.json["cached"] is True
    assert reply.json["cachedMetrics"] == ["IMPRESSION", "REACTION"]


async def test_one_metric_is_cached_too(ask_statistics) -> None:
    replies = [await ask_statistics(POST, BODY | {"queryType": "COMMENT"}) for _ in range(2)]
    assert [reply.json["cached"] for reply in replies] == [False, True]


async def test_after_thirty_minutes_it_is_fetched_again(ask_statistics, statistics, statistics_clock) -> None:
    await ask_statistics(POST, BODY | {"queryTypes": "ALL"})
    statistics_clock.go_on(minutes=29, seconds=59)
    still = await ask_statistics(POST, BODY | {"queryTypes": "ALL"})
    statistics_clock.go_on(seconds=1)
    again = await ask_statistics(POST, BODY | {"queryTypes": "ALL"})
    assert (still.json["cached"], again.json["cached"]) == (True, False)
    assert "cachedMetrics" not in again.json
    assert [request.linkedin_calls for request in statistics.requests] == [5, 0, 5]
    assert statistics.linkedin_calls == 10


async def test_failures_are_never_cached(ask_statistics, statistics) -> None:
    statistics.fail_next(Trouble.PARTIAL)
    await ask_statistics(POST, BODY | {"queryTypes": "ALL"})
    reply = await ask_statistics(POST, BODY | {"queryTypes": "ALL"})
    assert reply.json["success"] is True
    assert reply.json["cachedMetrics"] == ["IMPRESSION", "REACTION", "COMMENT"]


async def test_an_unavailable_figure_is_cached(ask_statistics) -> None:
    body = {"platformId": "linkedin-NoFigures", "queryType": "COMMENT"}
    replies = [await ask_statistics(ACCOUNT, body) for _ in range(2)]
    assert [(reply.json["data"], reply.json["cached"]) for reply in replies] == [(None, False), (None, True)]


async def test_nothing_is_shared_between_accounts_posts_windows_and_aggregations(ask_statistics) -> None:
    wanted = {"queryTypes": ["COMMENT"]}
    account = {"platformId": ACME, **wanted}
    asked = [
        (POST, BODY | wanted | {"postedId": "urn:li:share:5"}),
        (POST, BODY | wanted | {"postedId": "urn:li:share:6"}),
        (POST, BODY | wanted | {"postedId": "urn:li:share:6", "platformId": "linkedin-ABC"}),
        (ACCOUNT, account),
        (ACCOUNT, account | {"dateRange": WEEK}),
        (ACCOUNT, account | {"dateRange": WEEK, "aggregation": "DAILY"}),
        (ACCOUNT, account | {"platformId": "linkedin-ABC"}),
    ]
    first = [(await ask_statistics(path, body)).json["cached"] for path, body in asked]
    second = [(await ask_statistics(path, body)).json["cached"] for path, body in asked]
    assert first == [False] * len(asked)
    assert second == [True] * len(asked)


async def test_a_number_and_its_urn_are_one_post(ask_statistics) -> None:
    await ask_statistics(POST, BODY | {"queryType": "COMMENT"})
    number = await ask_statistics(POST, BODY | {"queryType": "COMMENT", "postedId": "7123456789012345678"})
    assert number.json["cached"] is True


async def test_a_cache_that_is_emptied_fetches_again(ask_statistics, statistics) -> None:
    await ask_statistics(POST, BODY | {"queryType": "COMMENT"})
    statistics.forget_cache()
    assert (await ask_statistics(POST, BODY | {"queryType": "COMMENT"})).json["cached"] is False

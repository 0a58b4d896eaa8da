"""Followers, which have an endpoint of their own, and a connection's test."""

from datetime import date

import pytest

from bot.errors import ConnectionUnknown, NotTheApi
from bot.statistics.metrics import Failed, Metric, Unavailable, Value
from bot.statistics.posts import PostFormat
from bot.statistics.reports import Period

FOLLOWERS = Metric.FOLLOWERS
ACME = "linkedin-Tz9W5i6ZYG"
WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))


async def test_new_followers_come_by_day_inside_the_period(client, server):
    answer = await client.account_daily(ACME, WEEK, (FOLLOWERS,))
    assert list(answer.series[FOLLOWERS]) == [date(2026, 11, day) for day in range(16, 23)]
    assert server.requests[0].body["dateRange"]["end"] == {"year": 2026, "month": 11, "day": 23}
    assert server.calls_by_metric == {(ACME, "FOLLOWERS"): 1}
    assert (await client.account_daily(ACME, WEEK, (FOLLOWERS,), fresh=True)).cached == {FOLLOWERS}


async def test_all_followers_are_one_number(client, server, moment):
    answer = await client.account_totals(ACME, None, (FOLLOWERS,))
    assert answer.figures == {FOLLOWERS: Value(server.world.followers(ACME, moment.now.date()))}


@pytest.mark.parametrize("ask", ["account_daily", "account_totals"])
async def test_followers_are_never_asked_for_beside_other_figures(client, server, ask):
    with pytest.raises(ValueError, match="endpoint of its own"):
        await getattr(client, ask)(ACME, WEEK, (Metric.IMPRESSION, FOLLOWERS))
    assert not server.requests


async def test_a_healthy_connection_works_and_may_read_statistics(client):
    test = await client.connections.test_connection(ACME)
    assert (test.works, test.may_read_statistics) == (True, True)


async def test_a_broken_connection_is_an_answer_and_not_an_error(client):
    test = await client.connections.test_connection("linkedin-Expired401")
    assert (test.works, test.expires_in) == (False, "expired")
    assert test.message


async def test_an_unknown_account_is_an_error(client):
    with pytest.raises(ConnectionUnknown):
        await client.account_totals("linkedin-nobody", None, (FOLLOWERS,))
    with pytest.raises(ConnectionUnknown):
        await client.connections.test_connection("linkedin-nobody")


@pytest.mark.parametrize(
    ("points", "days"),
    [
        ([{"date": "2026-11-16", "count": 3}, {"date": "2026-11-30", "count": 9}], {date(2026, 11, 16): 3}),
        ([{"date": "soon", "count": 3}, {"count": 3}, {"date": "2026-11-17", "count": -1}, None], {}),
        (None, Unavailable()),
        ("many", Failed()),
    ],
)
async def test_follower_days_that_cannot_be_read_are_not_reported(scripted, scripted_client, points, days):
    for _ in range(2):
        scripted.say(200, {"data": points, "totalGrowth": 12})
    assert (await scripted_client.account_daily(ACME, WEEK, (FOLLOWERS,))).series[FOLLOWERS] == days


async def test_an_answer_without_the_field_is_not_the_api(scripted, scripted_client):
    scripted.say(200, {"success": True})
    with pytest.raises(NotTheApi):
        await scripted_client.account_totals(ACME, None, (FOLLOWERS,))
    scripted.answers.clear()
    scripted.say(200, {"followersCount": -1})
    assert (await scripted_client.account_totals(ACME, None, (FOLLOWERS,))).figures[FOLLOWERS] == Unavailable()


@pytest.mark.parametrize(
    ("media", "found"),
    [
        ({"mediaUrls": []}, PostFormat.TEXT),
        ({"mediaUrls": ["https://media.example/a/photo.JPG?width=4"]}, PostFormat.PICTURE),
        ({"mediaUrls": ["https://media.example/a.png", "https://media.example/b.mp4"]}, PostFormat.VIDEO),
        ({"mediaUrls": ["https://media.example/slides.pdf"]}, PostFormat.DOCUMENT),
        ({"mediaUrls": ["https://media.example/thing", 4, "https://[bad"]}, None),
        ({"mediaUrls": None}, None),
        ({}, None),
    ],
)
async def test_a_posts_format_is_that_of_its_media_and_unknown_where_the_list_does_not_say(scripted, scripted_client, media, found):
    entry = {"postGroupId": "f" * 24, "content": "Hello", "platforms": [{"platformId": ACME}], **media}
    scripted.say(200, {"posts": [entry], "pagination": {"hasNextPage": False}})
    (group,) = (await scripted_client.connections.posts("published", 1)).groups
    assert group.format is found

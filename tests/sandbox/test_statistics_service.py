"""The service's endpoints a bot can do with or without: connections, their test, posts, followers."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.statistics.answers import find_account
from bot.sandbox.statistics.linkedin import LinkedIn
from bot.sandbox.statistics.server import StatisticsServer
from bot.sandbox.statistics.switches import StatisticsSwitches
from bot.sandbox.world import World
from bot.sandbox.world_accounts import Trouble

ACME, ABC, EXPIRED = "linkedin-Tz9W5i6ZYG", "linkedin-ABC", "linkedin-Expired401"
FIELDS = {
    "platformId",
    "username",
    "displayName",
    "profileImageUrl",
    "profileUrl",
    "accessTokenExpiresAt",
    "tokenStatus",
    "tokenExpiresIn",
    "lastSuccessfulPost",
    "lastError",
}


@pytest.fixture
def get(ask_statistics):
    async def get(path: str, **query):
        return await ask_statistics(path, method="GET", params=query)

    return get


async def test_connections_have_every_documented_field(get) -> None:
    connections = (await get("platform-connections")).json["connections"]
    assert all(set(connection) == FIELDS for connection in connections)
    assert connections[0]["platformId"] == ACME
    assert connections[0]["accessTokenExpiresAt"] == "2027-01-14T13:30:00.000Z"
    assert connections[0]["tokenExpiresIn"] == "52d 4h"


async def test_connections_name_other_platforms_and_every_token_status(get) -> None:
    connections = {one["platformId"]: one for one in (await get("platform-connections")).json["connections"]}
    linkedin = [name for name in connections if name.startswith("linkedin-")]
    assert len(linkedin) == len(connections) - 1
    assert {connections[name]["tokenStatus"] for name in linkedin} == {"valid", "expiring_soon", "expired"}
    assert connections["linkedin-So0nExp1re"]["tokenExpiresIn"] == "2d 12h"
    assert connections[EXPIRED]["tokenExpiresIn"] == "expired"
    assert connections[EXPIRED]["lastError"]["message"]


async def test_a_token_runs_out_with_the_clock() -> None:
    """From when the accounts were connected; then LinkedIn takes it no more, as it takes no expired one."""
    began = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    world, later = World(), began + timedelta(days=2, hours=3)
    linkedin = LinkedIn(world, lambda: later, StatisticsSwitches(), connected=began)
    account = world.account("linkedin-So0nExp1re")
    assert account is not None
    assert (linkedin.as_of_now(account).token_life, linkedin.as_of_now(account).trouble) == (timedelta(hours=9), None)
    later += timedelta(hours=9)
    assert find_account(linkedin, account.platform_id).trouble is Trouble.TOKEN_EXPIRED


async def test_a_connection_that_is_well_can_read_analytics(ask_statistics) -> None:
    tested = (await ask_statistics(f"test-connection/{ABC}")).json
    assert (tested["status"], tested["message"]) == ("ok", "Connected as Ann Lee")
    assert "r_member_postAnalytics" in tested["permissions"]


async def test_an_expired_connection_is_an_error_with_status_200(ask_statistics) -> None:
    reply = await ask_statistics(f"test-connection/{EXPIRED}")
    assert (reply.status, reply.json["status"], reply.json["permissions"]) == (200, "error", [])


async def test_a_connection_that_may_not_read_analytics_lacks_the_permission(ask_statistics) -> None:
    tested = (await ask_statistics("test-connection/linkedin-Forbidden403")).json
    assert "r_member_postAnalytics" not in tested["permissions"]
    assert tested["status"] == "ok"


@pytest.mark.parametrize(
    ("given", "status", "error"),
    [("linkedin-nobody", 404, "Connection not found"), ("linkedin", 400, "Invalid platformId format")],
)
async def test_a_connection_that_is_not_there_or_malformed_is_refused(given, status, error, ask_statistics) -> None:
    reply = await ask_statistics(f"test-connection/{given}")
    assert (reply.status, reply.error) == (status, error)


async def test_posts_come_newest_first_page_by_page_without_urns(get) -> None:
    first = (await get("list-posts", limit=100, platform="linkedin", status="published")).json
    seen, page = list(first["posts"]), first["pagination"]
    while page["hasNextPage"]:
        reply = (await get("list-posts", limit=100, page=page["page"] + 1, platform="linkedin", status="published")).json
        seen, page = seen + reply["posts"], reply["pagination"]
    assert len({post["postGroupId"] for post in seen}) == len(seen) == page["totalItems"] > 100
    assert [post["createdAt"] for post in seen] == sorted((post["createdAt"] for post in seen), reverse=True)
    assert "urn:li" not in str(seen)


async def test_published_leaves_out_what_was_only_partly_published(get) -> None:
    partly = (await get("list-posts", status="partially_published", limit=100)).json["posts"]
    whole = (await get("list-posts", status="published", limit=100)).json["posts"]
    assert {post["status"] for post in whole} == {"published"}
    assert partly
    assert all({leg["platform"]: leg["status"] for leg in post["platforms"]}["twitter"] == "failed" for post in partly)
    assert all(post["platforms"][0]["status"] == "published" for post in partly)


@pytest.mark.parametrize("status", ["draft", "scheduled", "failed"])
async def test_what_never_reached_linkedin_is_listed_without_a_urn(status, get) -> None:
    (planned,) = (await get("list-posts", status=status)).json["posts"]
    found = (await get(f"get-post/{planned['postGroupId']}")).json
    assert (found["status"], found["posts"][0]["postedId"]) == (status, None)
    assert (planned["scheduledTime"] is None) is (status == "draft")


async def test_posts_of_a_window_sorted_by_their_time(get) -> None:
    window = {"fromDate": "2026-11-16T00:00:00Z", "toDate": "2026-11-20", "sortBy": "scheduledTime", "sortOrder": "asc"}
    times = [post["scheduledTime"] for post in (await get("list-posts", limit=100, **window)).json["posts"]]
    assert times == sorted(times)
    assert len(times) > 8
    assert all("2026-11-16" <= moment <= "2026-11-20" for moment in times)


async def test_limits_and_pages_out_of_range_are_clamped(get) -> None:
    pages = [
        (await get("list-posts", **query)).json["pagination"]
        for query in ({"limit": "0", "page": "-3"}, {"limit": "500"}, {"limit": "many"}, {"page": "9999"})
    ]
    assert [(page["page"], page["limit"]) for page in pages] == [(1, 1), (1, 100), (1, 20), (9999, 20)]
    assert pages[3]["hasNextPage"] is False
    assert pages[3]["hasPrevPage"] is True


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"status": "sent"}, "Invalid status. Must be one of: draft, scheduled, published, failed, partially_published"),
        ({"sortBy": "likes"}, "Invalid sortBy. Must be one of: createdAt, updatedAt, scheduledTime"),
        ({"fromDate": "soon"}, "Invalid fromDate format"),
        ({"toDate": "2026-13-01"}, "Invalid toDate format"),
    ],
)
async def test_a_list_that_cannot_be_made_is_refused(query, error, get) -> None:
    reply = await get("list-posts", **query)
    assert (reply.status, reply.error) == (400, error)


async def test_other_platforms_find_only_the_partly_published(get) -> None:
    assert (await get("list-posts", platform="TWIT", status="published")).json["posts"] == []
    assert (await get("list-posts", platform="TWIT")).json["posts"]


async def test_a_post_has_its_urn_an_unprefixed_account_and_no_permalink(get, ask_statistics) -> None:
    (newest, *_) = (await get("list-posts", platform="linkedin", status="published")).json["posts"]
    found = (await get(f"get-post/{newest['postGroupId']}")).json
    leg = found["posts"][0]
    name = f"linkedin-{leg['platformId']}"
    body = {"platformId": name, "postedId": leg["postedId"], "queryTypes": "ALL"}
    assert name == newest["platforms"][0]["platformId"] == found["platforms"][0]
    assert (leg["permalink"], leg["content"]) == (None, newest["content"])
    assert (await ask_statistics("linkedin-post-statistics", body)).json["success"] is True


@pytest.mark.parametrize(
    ("given", "status", "error"),
    [("0" * 24, 404, "Post group not found"), ("nonsense", 500, "Failed to fetch post group")],
)
async def test_a_post_that_is_not_there_is_refused(given, status, error, get) -> None:
    reply = await get(f"get-post/{given}")
    assert (reply.status, reply.error) == (status, error)


async def test_followers_for_life_and_by_day_agree(ask_statistics) -> None:
    days = {"start": {"year": 2026, "month": 11, "day": 16}, "end": {"year": 2026, "month": 11, "day": 23}}
    daily = await ask_statistics("linkedin-followers", {"platformId": ACME, "period": "daily", "dateRange": days})
    lifetime = await ask_statistics("linkedin-followers", {"platformId": ACME})
    again = await ask_statistics("linkedin-followers", {"platformId": ACME, "period": "lifetime"})
    assert [point["date"] for point in daily.json["data"]] == [f"2026-11-{day}" for day in range(16, 23)]
    assert daily.json["totalGrowth"] == sum(point["count"] for point in daily.json["data"]) > 0
    assert lifetime.json["followersCount"] > 4_100
    assert (lifetime.json["cached"], again.json["cached"]) == (False, True)


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"platformId": None}, 400, "platformId is required"),
        ({"period": "weekly"}, 400, "Invalid period"),
        ({"period": ["daily"]}, 400, "Invalid period"),
        ({"period": "daily"}, 400, "dateRange is required for daily period"),
        ({"period": "daily", "dateRange": 1}, 400, "dateRange must be an object"),
        ({"platformId": "linkedin-nobody"}, 404, "LinkedIn connection not found"),
        ({"platformId": "linkedin-AllFailed"}, 500, "Failed to fetch followers statistics"),
        ({"platformId": "linkedin-Error500"}, 500, "Failed to fetch followers statistics"),
        ({"platformId": EXPIRED}, 401, "LINKEDIN_TOKEN_EXPIRED"),
    ],
)
async def test_followers_that_cannot_be_told_are_refused(fields, status, error, ask_statistics) -> None:
    reply = await ask_statistics("linkedin-followers", {"platformId": ACME} | fields)
    assert (reply.status, reply.error) == (status, error)


async def test_the_service_asks_for_the_key_too(ask_statistics) -> None:
    for method, path in (("GET", "list-posts"), ("POST", f"test-connection/{ABC}"), ("POST", "linkedin-followers")):
        assert (await ask_statistics(path, method=method, headers={})).error == "API key is required"


async def test_a_server_that_is_not_started_has_no_address_and_a_taken_port_is_said() -> None:
    def clock() -> datetime:
        return datetime(2026, 11, 23, tzinfo=UTC)

    idle = StatisticsServer(World(), clock=clock)
    with pytest.raises(RuntimeError, match="has not been started"):
        _ = idle.base_url
    async with StatisticsServer(World(), clock=clock) as server:
        port = int(server.base_url.removesuffix("/api/v1").rpartition(":")[2])
        with pytest.raises(OSError, match="address"):
            await idle.start(port=port)
    await idle.start(port=port)
    assert idle.base_url == f"http://127.0.0.1:{port}/api/v1"
    await idle.close()

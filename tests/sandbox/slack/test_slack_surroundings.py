"""What surrounds Slack, through the page's endpoints: the clock, the service's trouble, the transport, what the checkers find."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.sandbox.clock import SandboxClock
from bot.sandbox.servers import Servers, open_servers
from bot.sandbox.slack.refusals import PersonRefusalError
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.slack.timekeeping import moment_meant

Ask = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]
FRIDAY = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)
BERLIN = "Europe/Berlin"


@pytest.fixture
async def servers() -> AsyncIterator[Servers]:
    """Both servers, on a clock that the page moves."""
    async with open_servers(clock=SandboxClock()) as opened:
        yield opened


def asker(slack: SlackServer, http: aiohttp.ClientSession) -> Ask:
    async def ask(name: str, method: str = "POST", /, **body: Any) -> tuple[int, dict[str, Any]]:
        how: dict[str, Any] = {"json": body} if method == "POST" else {"params": body}
        async with http.request(method, f"{slack.page_url}client/{name}", **how) as answer:
            return answer.status, await answer.json()

    return ask


@pytest.mark.parametrize(
    ("body", "zone", "meant"),
    [
        ({"to": "monday-9"}, BERLIN, datetime(2026, 11, 30, 8, tzinfo=UTC)),
        ({"to": "monday-9"}, "America/New_York", datetime(2026, 11, 30, 14, tzinfo=UTC)),
        ({"hours": 1}, BERLIN, FRIDAY + timedelta(hours=1)),
        ({"days": 7}, BERLIN, FRIDAY + timedelta(days=7)),
        ({"moment": "2026-12-24T18:00"}, BERLIN, datetime(2026, 12, 24, 17, tzinfo=UTC)),
    ],
)
def test_a_moment_is_meant_in_the_persons_own_zone(body, zone, meant) -> None:
    assert moment_meant(body, FRIDAY, zone) == meant


def test_on_a_monday_morning_monday_at_nine_is_today_and_afterwards_next_weeks() -> None:
    monday = datetime(2026, 11, 30, 7, 59, tzinfo=UTC)
    assert moment_meant({"to": "monday-9"}, monday, BERLIN) == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert moment_meant({"to": "monday-9"}, monday + timedelta(minutes=1), BERLIN) == datetime(2026, 12, 7, 8, tzinfo=UTC)


def test_a_day_later_is_the_same_time_of_day_over_the_change_of_the_clocks() -> None:
    saturday = datetime(2026, 10, 24, 7, tzinfo=UTC)
    assert moment_meant({"days": 1}, saturday, BERLIN) == datetime(2026, 10, 25, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ({}, 'Say {"to": "monday-9"}'),
        ({"moment": "soon"}, 'Say {"to": "monday-9"}'),
        ({"moment": 5}, 'Say {"to": "monday-9"}'),
        ({"days": "many"}, 'Say {"to": "monday-9"}'),
        ({"hours": -1}, "Time only goes forward here: choose a moment after Friday, Nov 27, 2026, 17:30."),
        ({"moment": "2026-11-27T17:30"}, "Time only goes forward here"),
        ({"days": 367}, "That is too far"),
        ({"hours": float("inf")}, 'Say {"to": "monday-9"}'),
    ],
)
def test_what_is_no_moment_to_come_is_refused_with_what_to_say(body, shown) -> None:
    with pytest.raises(PersonRefusalError) as caught:
        moment_meant(body, FRIDAY, BERLIN)
    assert caught.value.code == "invalid_moment"
    assert shown in caught.value.message


async def test_moving_the_clock_moves_slack_and_the_figures_and_tells_every_page(servers: Servers, http) -> None:
    ask, slack, world = asker(servers.slack, http), servers.slack, servers.statistics.world
    before, since = slack.parts.clock(), slack.parts.stream.seq
    _, moved = await ask("clock", user="ann", days=7)
    assert slack.parts.clock() - before >= timedelta(days=6, hours=23)
    shown = [one.data for one in slack.parts.stream.since(since) if one.type == "clock"]
    assert shown == [{"now": moved["now"]}]
    interaction = await slack.person("ann").say("hello", channel="#marketing")
    assert float(interaction.ts) >= moved["now"]
    account = world.accounts[0].platform_id
    async with http.get(f"{servers.statistics.base_url}/platform-connections", headers={"x-api-key": "demo"}) as answer:
        connection = next(one for one in (await answer.json())["connections"] if one["platformId"] == account)
    assert datetime.fromisoformat(connection["lastSuccessfulPost"]) > before


async def test_the_services_trouble_is_switched_from_the_page_and_met_at_once(servers: Servers, http) -> None:
    ask, statistics = asker(servers.slack, http), servers.statistics
    _, shown = await ask("surroundings", "GET")
    assert {"slow", "rate-limited", "token-expired", "partial", "unavailable", "bad-gateway"} <= {
        one["name"] for one in shown["service"]["troubles"]
    }
    assert (await ask("service", trouble="token-expired"))[1]["met"] == "token-expired"
    body = {"platformId": "linkedin-ABC", "postedId": "urn:li:share:123", "queryTypes": ["COMMENT"]}
    async with http.post(f"{statistics.base_url}/linkedin-post-statistics", json=body, headers={"x-api-key": "demo"}) as answer:
        assert (await answer.json())["error"] == "LINKEDIN_TOKEN_EXPIRED"
    assert (await ask("service", trouble=None))[1]["met"] is None
    assert statistics.switches.trouble is None
    told_pages = [one.data for one in servers.slack.parts.stream.since(0) if one.type == "service"]
    assert told_pages == [{"met": "token-expired"}, {"met": None}]


async def test_every_trouble_of_the_service_has_words_on_the_page(servers: Servers) -> None:
    service = servers.slack.surroundings.service
    assert service is not None
    for trouble in service.troubles:
        service.meet(trouble["name"])
        assert service.met == trouble["name"]
    assert len(service.troubles) == len(type(servers.statistics.switches.trouble))  # type: ignore[arg-type]  # an Enum has a length


async def test_what_cannot_be_switched_is_said(slack: SlackServer, servers: Servers, http) -> None:
    alone, both = asker(slack, http), asker(servers.slack, http)
    assert (await alone("clock", user="ann", hours=1))[1]["error"] == "fixed_clock"
    assert (await alone("service", trouble="slow"))[1]["error"] == "no_service"
    assert (await alone("transport", mode="http"))[1]["error"] == "fixed_transport"
    assert (await both("service", trouble="bad-luck"))[1]["message"].startswith("There is no trouble 'bad-luck'")
    _, shown = await alone("surroundings", "GET")
    assert (shown["clock"], shown["service"], shown["transports"]) == (False, None, [])


async def test_each_checker_checks_what_the_app_sent(slack: SlackServer, client: Any, http) -> None:
    ask = asker(slack, http)
    slack.surroundings.checkers["a strict one"] = lambda sent: [f"no {block['type']} here" for block in sent["blocks"]]
    await client.chat_postMessage(channel="C0MARKETING", text="x", blocks=[{"type": "divider"}])
    await client.auth_test()
    posted, tested = (entry for entry in slack.trace.after(0) if entry["kind"] == "web_api")
    _, shown = await ask("checks", "GET", n=posted["n"])
    assert [(one["by"], one["findings"]) for one in shown["checks"]] == [
        ("the sandbox's reading of Slack's limits", []),
        ("a strict one", ["no divider here"]),
    ]
    assert (await ask("checks", "GET", n=tested["n"]))[1]["checks"] == []
    assert (await ask("checks", "GET", n=99))[0] == 404


async def test_a_check_names_what_slack_refused(slack: SlackServer, client: Any, refused, http) -> None:
    await refused(
        client.chat_postMessage(channel="C0MARKETING", text="x", blocks=[{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}])
    )
    _, shown = await asker(slack, http)("checks", "GET", n=slack.trace.after(0)[-1]["n"])
    (check,) = shown["checks"]
    assert "/blocks/0" in check["findings"][0]

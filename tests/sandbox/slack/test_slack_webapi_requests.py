"""The Web API, through Slack's own SDK: tokens, scopes, arguments from everywhere, how often."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.oauth import CLIENT_ID
from bot.sandbox.slack.server import SlackServer

Refused = Callable[[Awaitable[Any]], Awaitable[dict[str, Any]]]


def token_client(slack: SlackServer, token: str) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=slack.api_url, retry_handlers=[])


async def test_a_public_channel_without_the_bot_needs_the_scope_for_it(open_slack: Callable[..., Any], refused: Refused) -> None:
    async with open_slack() as slack:
        assert (await token_client(slack, slack.bot_token).chat_postMessage(channel="#random", text="x"))["ok"]
    async with open_slack(scopes_optional=False) as slack:
        post = token_client(slack, slack.bot_token).chat_postMessage(channel="#random", text="x")
        assert (await refused(post))["error"] == "not_in_channel"


async def test_a_method_without_its_scope_says_what_is_needed_and_what_is_there(
    manifest: dict[str, Any], open_slack: Callable[..., Any], refused: Refused
) -> None:
    manifest["oauth_config"]["scopes"] = {"bot": ["commands", "channels:read"]}
    async with open_slack() as slack:
        bare = token_client(slack, slack.bot_token)
        answer = await refused(bare.chat_postMessage(channel="#marketing", text="x"))
        assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
        assert answer["provided"] == "channels:read,commands"
        assert (await refused(bare.conversations_info(channel="C0LEADERS0")))["needed"] == "groups:read"
        assert (await refused(bare.conversations_history(channel="#marketing")))["needed"] == "channels:history"
        assert (await refused(bare.users_info(user="U0ANN00001")))["needed"] == "users:read"
        assert (await bare.conversations_info(channel="#marketing"))["ok"]


async def test_tokens_open_what_they_are_for(slack: SlackServer, client: AsyncWebClient, refused: Refused) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{slack.api_url}auth.test") as answer:
        assert (await answer.json())["error"] == "not_authed"
    assert (await refused(token_client(slack, "xoxb-made-up").auth_test()))["error"] == "invalid_auth"
    assert (await refused(client.apps_connections_open(app_token=slack.bot_token)))["error"] == "not_allowed_token_type"
    assert (await refused(token_client(slack, slack.app_token).auth_test()))["error"] == "not_allowed_token_type"
    await slack.switches.uninstall()
    assert (await refused(client.auth_test()))["error"] == "account_inactive"
    await slack.switches.install()
    assert (await client.auth_test())["bot_id"].startswith("B0")


@pytest.mark.parametrize("way", ["query", "form", "json", "mixed"])
async def test_arguments_come_from_query_form_and_json(way: str, slack: SlackServer, http: aiohttp.ClientSession) -> None:
    url, headers = f"{slack.api_url}chat.postMessage", {"Authorization": f"Bearer {slack.bot_token}"}
    shown = {"channel": "C0MARKETING", "text": "hello"}
    ways: dict[str, dict[str, Any]] = {
        "query": {"params": shown},
        "form": {"data": shown},
        "json": {"json": shown},
        "mixed": {"params": {"channel": "C0MARKETING"}, "json": {"text": "hello"}},
    }
    async with http.post(url, headers=headers, **ways[way]) as answer:
        assert (await answer.json())["message"]["text"] == "hello"


async def test_the_token_may_be_an_argument_and_get_will_do(slack: SlackServer, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{slack.api_url}auth.test", params={"token": slack.bot_token}) as answer:
        assert (await answer.json())["user_id"] == "U0LINKSTATS"
    assert "token" not in slack.calls[-1].arguments


async def test_one_message_a_second_a_channel(open_slack: Callable[..., Any]) -> None:
    moment = [100.0]
    async with open_slack(rate_limits=True, stopwatch=lambda: moment[0]) as slack:
        one = token_client(slack, slack.bot_token)
        await one.chat_postMessage(channel="#marketing", text="x")
        await one.chat_postMessage(channel="#general", text="elsewhere is another matter")
        moment[0] += 0.5
        async with aiohttp.ClientSession() as session:
            body = {"channel": "#marketing", "text": "y", "token": slack.bot_token}
            async with session.post(f"{slack.api_url}chat.postMessage", data=body) as answer:
                assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
                assert await answer.json() == {"ok": False, "error": "ratelimited"}
        moment[0] += 0.5
        assert (await one.chat_postMessage(channel="#marketing", text="y"))["ok"]


async def test_a_methods_tier_bounds_its_calls_a_minute(open_slack: Callable[..., Any], refused: Refused) -> None:
    moment = [100.0]
    async with open_slack(rate_limits=True, stopwatch=lambda: moment[0]) as slack:
        one = token_client(slack, slack.bot_token)
        for _ in range(20):
            await one.users_list()
        assert (await refused(one.users_list()))["error"] == "ratelimited"
        moment[0] += 60.0
        assert (await one.users_list())["ok"]


async def test_with_token_rotation_tokens_end_and_refresh_tokens_are_good_once(
    manifest: dict[str, Any], open_slack: Callable[..., Any], refused: Refused, slack_clock: Any
) -> None:
    manifest["settings"]["token_rotation_enabled"] = True
    async with open_slack() as slack:
        app = {"client_id": CLIENT_ID, "client_secret": slack.oauth.client_secret, "grant_type": "refresh_token"}
        slack.parts.installation.renew(slack.parts.ids)
        first, used = slack.bot_token, slack.parts.installation.refresh_token
        for _ in range(2):
            slack_clock.go_on(hours=4)
            answer = await token_client(slack, "").oauth_v2_access(**app, refresh_token=slack.parts.installation.refresh_token)
            assert (answer["expires_in"], answer["access_token"]) == (43_200, slack.bot_token)
        assert (await refused(token_client(slack, first).auth_test()))["error"] == "invalid_auth", "two are valid at a time"
        assert (await refused(token_client(slack, "").oauth_v2_access(**app, refresh_token=used)))["error"] == "invalid_refresh_token"
        assert (await token_client(slack, slack.bot_token).auth_test())["ok"]
        slack_clock.go_on(hours=12)
        assert (await refused(token_client(slack, slack.bot_token).auth_test()))["error"] == "token_expired"

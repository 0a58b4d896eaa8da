"""Trouble on order: each kind strikes the call it was meant for, once, and before or after it counts."""

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.refusals import PersonRefusalError
from bot.sandbox.slack.server import SlackServer


async def post(slack: SlackServer, http: aiohttp.ClientSession, channel: str = "C0MARKETING") -> aiohttp.ClientResponse:
    body = {"channel": channel, "text": "x", "token": slack.bot_token}
    return await http.post(f"{slack.api_url}chat.postMessage", data=body)


@pytest.mark.parametrize(
    ("order", "status", "accepted"),
    [
        ({"kind": "error", "error": "fatal_error"}, 200, 0),
        ({"kind": "error", "error": "ratelimited", "retry_after": 30}, 429, 0),
        ({"kind": "status"}, 503, 0),
        ({"kind": "status", "status": 500, "accepted": True}, 500, 1),
        ({"kind": "html"}, 200, 0),
        ({"kind": "html", "status": 502, "accepted": True}, 502, 1),
    ],
)
async def test_an_answer_is_spoilt_once(
    order: dict[str, Any], status: int, accepted: int, slack: SlackServer, http: aiohttp.ClientSession
) -> None:
    slack.faults.add(method="chat.postMessage", **order)
    async with await post(slack, http) as answer:
        assert answer.status == status
        assert answer.headers.get("Retry-After") == (str(order["retry_after"]) if "retry_after" in order else None)
    assert len(slack.accepted) == accepted
    assert slack.calls[-1].fault == order["kind"]
    async with await post(slack, http) as answer:
        assert (await answer.json())["ok"]
    assert slack.calls[-1].fault is None


@pytest.mark.parametrize(("kind", "accepted"), [("reset_before", 0), ("reset_after", 1)])
async def test_a_connection_drops_before_or_after_the_post_counts(
    kind: str, accepted: int, slack: SlackServer, http: aiohttp.ClientSession
) -> None:
    slack.faults.add(method="chat.postMessage", kind=kind)
    with pytest.raises(aiohttp.ClientConnectionError):
        await post(slack, http)
    assert len(slack.accepted) == accepted


async def test_the_sdk_that_is_let_posts_twice_when_the_reply_is_lost(slack: SlackServer) -> None:
    slack.faults.add(method="chat.postMessage", kind="reset_after")
    careless = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    await careless.chat_postMessage(channel="#marketing", text="x")
    assert len(slack.accepted) == 2


async def test_a_hanging_call_ends_with_the_server_and_never_counts(open_slack: Callable[..., Any]) -> None:
    async with open_slack() as slack, aiohttp.ClientSession() as http:
        slack.faults.add(method="chat.postMessage", kind="hang")
        call = asyncio.create_task(post(slack, http))
        done, _ = await asyncio.wait({call}, timeout=0.05)
        assert not done
        await slack.close()
        with pytest.raises(aiohttp.ClientError):
            await call
        assert not slack.accepted


async def test_trouble_strikes_its_channel_and_its_number_of_times(slack: SlackServer, client: AsyncWebClient) -> None:
    slack.faults.add(method="chat.postMessage", kind="error", error="not_in_channel", channel="C0GENERAL0", times=2)
    await client.chat_postMessage(channel="C0MARKETING", text="x")
    for _ in range(2):
        with pytest.raises(SlackApiError):
            await client.chat_postMessage(channel="C0GENERAL0", text="x")
    await client.chat_postMessage(channel="C0GENERAL0", text="x")


async def test_trouble_can_be_called_off(slack: SlackServer, client: AsyncWebClient) -> None:
    fault = slack.faults.add(method="*", kind="error")
    assert [one["id"] for one in slack.faults.waiting()] == [fault.id]
    assert slack.faults.remove(fault.id)
    assert (await client.auth_test())["ok"]


async def test_a_kind_of_trouble_that_is_unknown_is_refused_with_those_that_are(slack: SlackServer) -> None:
    with pytest.raises(PersonRefusalError, match="reset_after"):
        slack.faults.add(method="chat.postMessage", kind="flood")

"""Socket Mode: hello, envelopes, acknowledgements, retries, disconnects and reconnecting, with Slack's own client and a bare one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.server import SlackServer

Connect = Callable[..., Awaitable[AsyncApp]]
Socket = aiohttp.ClientWebSocketResponse
Open = Callable[[SlackServer], Awaitable[Socket]]


@pytest.fixture
async def open_socket(http: aiohttp.ClientSession) -> AsyncIterator[Open]:
    """A bare connection, past its hello."""
    async with AsyncExitStack() as stack:

        async def opened(slack: SlackServer) -> Socket:
            opening = AsyncWebClient(base_url=slack.api_url)
            url = (await opening.apps_connections_open(app_token=slack.app_token))["url"]
            return await stack.enter_async_context(http.ws_connect(url))

        yield opened


async def test_a_connection_begins_with_hello(slack: SlackServer, open_socket: Open) -> None:
    first = await (await open_socket(slack)).receive_json()
    second = await (await open_socket(slack)).receive_json()
    assert (first["type"], first["num_connections"], second["num_connections"]) == ("hello", 1, 2)
    assert first["connection_info"] == {"app_id": "A0LINKSTATS"}
    assert "approximate_connection_time" in first["debug_info"]


async def test_a_ticket_opens_one_connection(slack: SlackServer, http: aiohttp.ClientSession) -> None:
    url = (await AsyncWebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app_token))["url"]
    async with http.ws_connect(url):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(url)


async def test_the_eleventh_connection_is_turned_away(slack: SlackServer, open_socket: Open) -> None:
    for _ in range(10):
        assert (await (await open_socket(slack)).receive_json())["type"] == "hello"
    turned = await (await open_socket(slack)).receive_json()
    assert (turned["type"], turned["reason"]) == ("disconnect", "too_many_websockets")
    assert slack.parts.sockets.connections == 10


async def test_an_envelope_goes_to_one_connection_and_its_acknowledgement_may_come_with_a_payload(
    slack: SlackServer, open_socket: Open
) -> None:
    socket = await open_socket(slack)
    await socket.receive_json()
    asking = asyncio.create_task(slack.person("ann").command("acme"))
    envelope = await socket.receive_json()
    assert (envelope["type"], envelope["accepts_response_payload"], envelope["payload"]["text"]) == ("slash_commands", True, "acme")
    await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "hello"}})
    assert [one["text"] for one in (await asking).seen()] == ["hello"]
    assert slack.parts.sockets.acks == [envelope["envelope_id"]]


async def test_an_acknowledgement_of_nothing_known_is_ignored(slack: SlackServer, open_socket: Open) -> None:
    socket = await open_socket(slack)
    await socket.receive_json()
    for nonsense in ("no json", "[]", '{"envelope_id": "x"}', '{"envelope_id": 3}'):
        await socket.send_str(nonsense)
    asking = asyncio.create_task(slack.person("ann").command("acme"))
    envelope = await socket.receive_json()
    await socket.send_json({"envelope_id": envelope["envelope_id"]})
    assert (await asking).ok


async def test_ping_is_answered_with_pong(slack: SlackServer, http: aiohttp.ClientSession) -> None:
    url = (await AsyncWebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app_token))["url"]
    async with http.ws_connect(url, autoping=False) as socket:
        await socket.receive_json()
        await socket.ping(b"sdk-ping-pong:1")
        pong = await socket.receive()
        assert (pong.type, bytes(pong.data)) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1")


async def test_an_event_not_acknowledged_comes_again_until_it_is(open_slack: Callable[..., Any], open_socket: Open) -> None:
    async with open_slack(ack_timeout=0.05, event_retries=(0, 0, 0)) as slack:
        socket = await open_socket(slack)
        await socket.receive_json()
        await slack.person("ann").say("acme")
        received = [await socket.receive_json() for _ in range(3)]
        await socket.send_json({"envelope_id": received[-1]["envelope_id"]})
        assert [(one["retry_attempt"], one["retry_reason"]) for one in received] == [(0, ""), (1, "timeout"), (2, "timeout")]
        assert len({one["payload"]["event_id"] for one in received}) == 1
        await asyncio.sleep(0.1)
        assert [entry["outcome"] for entry in slack.trace.after(0) if entry["kind"] == "to_app"][-1] == "acknowledged"
        with pytest.raises(TimeoutError):
            await socket.receive_json(timeout=0.1)


async def test_an_event_comes_four_times_at_most(open_slack: Callable[..., Any]) -> None:
    async with open_slack(event_retries=(0, 0, 0)) as slack:
        await slack.person("ann").say("nobody listens")
        for _ in range(20):
            await asyncio.sleep(0)
        assert [entry["outcome"] for entry in slack.trace.after(0)] == ["app_not_connected"] * 4


async def test_after_refresh_requested_slacks_client_comes_back(slack: SlackServer, connect: Connect) -> None:
    await connect(slack)
    before = slack.parts.stream.seq
    await slack.disconnect("refresh_requested")
    async with asyncio.timeout(60):
        while len([one for one in slack.parts.stream.since(before) if one.type == "app"]) < 2:
            await slack.parts.stream.changed()
    await slack.connected()
    interaction = await slack.person("ann").command("still there?")
    assert (await interaction.answer())["text"] == "ack: still there?"


async def test_a_connection_about_to_end_gets_envelopes_only_when_there_is_no_other(slack: SlackServer, open_socket: Open) -> None:
    leaving = await open_socket(slack)
    await leaving.receive_json()
    await slack.disconnect("warning")
    assert (await leaving.receive_json())["reason"] == "warning"
    staying = await open_socket(slack)
    await staying.receive_json()
    for _ in range(3):
        asking = asyncio.create_task(slack.person("ann").command("acme"))
        envelope = await staying.receive_json()
        await staying.send_json({"envelope_id": envelope["envelope_id"]})
        assert (await asking).ok


async def test_link_disabled_ends_every_connection_and_lets_none_in(slack: SlackServer, open_socket: Open) -> None:
    socket = await open_socket(slack)
    await socket.receive_json()
    await slack.disconnect("link_disabled")
    assert (await socket.receive_json())["reason"] == "link_disabled"
    assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    assert (await (await open_socket(slack)).receive_json())["reason"] == "link_disabled"


async def test_a_lost_connection_is_noticed(slack: SlackServer, open_socket: Open) -> None:
    await (await open_socket(slack)).receive_json()
    slack.drop_connections()
    async with asyncio.timeout(60):
        while slack.parts.sockets.connections:
            await slack.parts.stream.changed()
    assert (await slack.person("ann").command("acme")).error == "app_not_connected"


async def test_a_reason_slack_never_gives_is_refused(slack: SlackServer) -> None:
    with pytest.raises(ValueError, match="refresh_requested"):
        await slack.disconnect("boredom")

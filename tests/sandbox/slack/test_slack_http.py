"""Signed HTTP: what Slack's own verifier accepts, redeliveries with their headers, and what counts as acknowledged."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.slack.server import SlackServer


class Listener:
    """A bare request URL that keeps what it is sent and answers as told."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], str]] = []
        self.answers: list[web.Response] = []
        self._more = asyncio.Event()

    async def reached(self, count: int) -> None:
        while len(self.received) < count:
            self._more.clear()
            await self._more.wait()

    async def handle(self, request: web.Request) -> web.Response:
        self.received.append((dict(request.headers), await request.text()))
        self._more.set()
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture
async def listener() -> AsyncIterator[tuple[Listener, str]]:
    received, app = Listener(), web.Application()
    app.router.add_post("/slack/events", received.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield received, f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    await runner.cleanup()


async def test_every_request_is_signed(slack: SlackServer, listener: tuple[Listener, str]) -> None:
    received, url = listener
    slack.deliver_to(url)
    await slack.person("ann").command("acme & co")
    await slack.person("ann").mention("acme")
    verifier = SignatureVerifier(slack.signing_secret)
    for headers, body in received.received:
        assert verifier.is_valid(body, headers["X-Slack-Request-Timestamp"], headers["X-Slack-Signature"])
    kinds = [headers["Content-Type"] for headers, _ in received.received]
    assert kinds[0] == "application/x-www-form-urlencoded"
    assert set(kinds[1:]) == {"application/json"}


async def test_an_event_refused_comes_again_with_the_reason(open_slack: Callable[..., Any], listener: tuple[Listener, str]) -> None:
    received, url = listener
    received.answers = [web.Response(status=500), web.Response(status=404)]
    async with open_slack(event_retries=(0, 0, 0)) as slack:
        slack.deliver_to(url)
        slack.parts.workspace.change(slack.parts.workspace.channels["C0MARKETING"], kind="private")
        await slack.person("ann").say("hello")
        async with asyncio.timeout(60):
            await received.reached(3)
        retries = [(headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason")) for headers, _ in received.received]
        assert retries == [(None, None), ("1", "http_error"), ("2", "http_error")]


async def test_an_app_may_ask_for_no_further_delivery(open_slack: Callable[..., Any], listener: tuple[Listener, str]) -> None:
    received, url = listener
    received.answers = [web.Response(status=500, headers={"X-Slack-No-Retry": "1"})]
    async with open_slack(event_retries=(0, 0, 0)) as slack:
        slack.deliver_to(url)
        await slack.person("ann").say("hello")
        await asyncio.sleep(0.05)
        assert len(received.received) == 1


async def test_a_command_answered_with_an_error_is_a_failed_dispatch(slack: SlackServer, listener: tuple[Listener, str]) -> None:
    received, url = listener
    received.answers = [web.Response(status=401)]
    slack.deliver_to(url)
    interaction = await slack.person("ann").command("acme")
    assert (interaction.status, interaction.error) == (401, "dispatch_failed")


async def test_where_nobody_listens_the_connection_fails(slack: SlackServer) -> None:
    slack.deliver_to("http://127.0.0.1:9/slack/events")
    assert (await slack.person("ann").command("acme")).error == "connection_failed"


async def test_an_event_can_be_sent_a_second_time_under_the_same_or_another_id(slack: SlackServer, listener: tuple[Listener, str]) -> None:
    received, url = listener
    slack.deliver_to(url)
    await slack.person("ann").say("hello")
    event = slack.events[0]
    assert (await slack.redeliver(event)).ok
    assert (await slack.redeliver(event, new_id=True)).ok
    bodies: list[dict[str, Any]] = [json.loads(body) for _, body in received.received]
    assert [one["event_id"] == event["event_id"] for one in bodies] == [True, True, False]
    assert [one["event"]["ts"] for one in bodies] == [event["event"]["ts"]] * 3
    assert received.received[1][0]["X-Slack-Retry-Num"] == "1"

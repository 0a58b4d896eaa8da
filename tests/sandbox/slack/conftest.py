"""The sandbox's Slack on a clock the test turns, Slack's own SDK as its client, and small real Bolt apps behind it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.server import SlackServer

MANIFEST = Path(__file__).parents[3] / "manifest.yml"
WRITTEN = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
EVERYTHING = {
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "shortcuts": [
            {"name": "Stats", "type": "message", "callback_id": "stats", "description": "On any message"},
            {"name": "Digest", "type": "global", "callback_id": "digest", "description": "From anywhere"},
        ],
        "unfurl_domains": ["linkedin.com"],
    },
    "functions": {
        "get_stats": {
            "title": "Get LinkedIn statistics",
            "input_parameters": {
                "post": {"type": "string", "is_required": True},
                "user_id": {"type": "slack#/types/user_id", "is_required": True},
            },
            "output_parameters": {"text": {"type": "string", "is_required": True}, "count": {"type": "number"}},
        }
    },
}
EVENTS = ["app_home_opened", "link_shared", "message.channels", "message.groups", "function_executed", "channel_left"]
SCOPES = ["files:write", "reactions:write", "links:read", "links:write", "team:read", "channels:join"]


class SlackClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def manifest() -> dict[str, Any]:
    """The app's manifest with everything in it that later parts of the product announce."""
    raw: dict[str, Any] = deepcopy(WRITTEN)
    raw["features"] |= EVERYTHING["features"]
    raw["functions"] = EVERYTHING["functions"]
    raw["settings"]["event_subscriptions"]["bot_events"] += EVENTS
    raw["oauth_config"]["scopes"]["bot"] += SCOPES
    return raw


@pytest.fixture
def slack_clock() -> SlackClock:
    return SlackClock()


OpenSlack = Callable[..., Any]


@pytest.fixture
def open_slack(manifest: dict[str, Any], slack_clock: SlackClock) -> OpenSlack:
    """`async with open_slack(ack_timeout=0.1) as slack: …`; without rate limits unless asked for."""

    @asynccontextmanager
    async def opened(given: Any = None, **knobs: Any) -> AsyncIterator[SlackServer]:
        async with SlackServer(given or manifest, clock=slack_clock, **{"rate_limits": False, **knobs}) as server:
            yield server

    return opened


@pytest.fixture
async def slack(open_slack: OpenSlack) -> AsyncIterator[SlackServer]:
    async with open_slack() as server:
        yield server


def client_of(slack: SlackServer, token: str | None = None) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token if token is None else token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    return client_of(slack)


Refused = Callable[[Awaitable[Any]], Awaitable[dict[str, Any]]]


@pytest.fixture
def refused() -> Refused:
    """`answer = await refused(client.chat_postMessage(…))`: the body of the refusal, which must come."""

    async def body(call: Awaitable[Any]) -> dict[str, Any]:
        with pytest.raises(SlackApiError) as caught:
            await call
        answer: dict[str, Any] = caught.value.response.data
        return answer

    return body


def bolt_app(slack: SlackServer) -> AsyncApp:
    """A Bolt app that says back what it is sent."""
    app = AsyncApp(client=client_of(slack), signing_secret=slack.signing_secret, process_before_response=True)

    @app.command("/linkedin-stats")
    async def handle_command(ack: Any, command: dict[str, Any], respond: Any) -> None:
        await ack(text=f"ack: {command['text']}") if not command["text"].startswith("later") else await ack()
        if command["text"].startswith("later"):
            await respond(f"respond: {command['text']}")

    @app.event("app_mention")
    async def handle_mention(event: dict[str, Any], say: Any) -> None:
        await say(f"mention: {event['text']}", thread_ts=event.get("thread_ts") or event["ts"])

    @app.event("message")
    async def handle_message(event: dict[str, Any], say: Any) -> None:
        if event.get("channel_type") == "im" and "bot_id" not in event and "subtype" not in event:
            await say(f"message: {event['text']}")

    return app


Connect = Callable[..., Awaitable[AsyncApp]]


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """`app = await connect(slack, "socket")`: a Bolt app reached over Socket Mode or signed HTTP, closed at the end."""
    async with AsyncExitStack() as stack:

        async def joined(slack: SlackServer, transport: str = "socket", app: AsyncApp | None = None) -> AsyncApp:
            app = app or bolt_app(slack)
            if transport == "socket":
                handler = AsyncSocketModeHandler(app, slack.app_token, web_client=client_of(slack, ""))
                stack.push_async_callback(handler.close_async)
                await handler.connect_async()
            else:
                runner = web.AppRunner(app.web_app(path="/slack/events"), access_log=None)
                await runner.setup()
                stack.push_async_callback(runner.cleanup)
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
            await slack.connected()
            return app

        yield joined


@pytest.fixture(params=["socket", "http"])
async def talking(request: pytest.FixtureRequest, slack: SlackServer, connect: Connect) -> SlackServer:
    """Slack with the echoing Bolt app behind it, over either transport."""
    await connect(slack, request.param)
    return slack


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def section(text: str = "hello", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


@pytest.fixture
def button() -> Callable[..., dict[str, Any]]:
    def built(label: str = "Press", action_id: str = "press", **more: Any) -> dict[str, Any]:
        element = {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": label}, **more}
        return {"type": "actions", "elements": [element]}

    return built

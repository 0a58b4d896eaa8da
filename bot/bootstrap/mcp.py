"""The endpoint at which assistants ask over MCP (Model Context Protocol, "Streamable HTTP"): stateless, answers in JSON.

::

    POST /mcp ─ token, or Slack's signature ─→ Caller ─ limit ─→ the SDK's server, through an ASGI bridge ─ tools/call ─→ AssistantTools
                  └ 401 for anything else        └ 429

Only loaded where MCP_URL is set. Slack's signature is as on every request of Slack's (X-Slack-Signature over the raw body); whom Slackbot
asks for stands in `params._meta.slack` of a call (Slack's documentation: "Slackbot MCP Client", Slack identity auth).
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import mcp_types as types
from aiohttp import web
from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from msgspec import Struct
from slack_sdk.signature import SignatureVerifier

from bot import __version__
from bot.bootstrap.scheduling import Process
from bot.bootstrap.workspace import Workspace
from bot.errors import BotError
from bot.listeners.assistants import TOOLS, ToolAnswer
from bot.ops.request_checks import LARGEST_BODY, NOT_SIGNED, Endpoint, ReadBody, Refusal, read_json, refuse_head
from bot.ops.tasks import TtlCache
from bot.ops.telemetry import Metrics
from bot.settings.values import MCP_PATH
from bot.slack.web_api import UNANSWERED
from bot.storage.workspace_settings import AccessTokenRepository

logger = logging.getLogger(__name__)

REALM: Final = "linkedin-stats-bot"
NOT_KNOWN = "Send a token of `linkedin-stats-bot token new` as Authorization: Bearer, or Slack's signature with Slack's identity."
REFUSED = "That token isn't one, has expired, or was revoked; or the person is no member of a workspace that has the app."
NO_MESSAGE = "The body must be one request or notification of JSON-RPC 2.0; an id is a text or a whole number."
ONLY_POST = "Send POST: this endpoint keeps no sessions and streams nothing."
AWAY = "The bot can't answer right now. Try again in a minute."
#: A person's calls in a minute.
MOST_CALLS: Final = 60
MINUTE: Final = timedelta(minutes=1)
#: In the ASGI scope: who calls.
CALLER: Final = "bot.caller"


class Caller(Struct, frozen=True):
    """Who asks: Slack's ids of the workspace and the person, as authenticated."""

    team: str
    user: str


#: What serves a workspace; None where the app is not installed.
FindWorkspace = Callable[[str], Awaitable[Workspace | None]]


class McpEndpoint(Struct, frozen=True):
    """Lets through whom a token or Slack's signature names, and hands their calls to the SDK's server."""

    serve: Callable[[dict[str, Any], Any, Any], Awaitable[None]]
    find: FindWorkspace
    tokens: AccessTokenRepository
    verifier: SignatureVerifier | None
    metrics: Metrics
    clock: Callable[[], datetime]
    #: When each caller called in the last minute.
    recent: TtlCache[Caller, tuple[datetime, ...]]

    async def __call__(self, request: web.BaseRequest, read: ReadBody) -> web.Response:
        try:
            caller, raw = await self._authenticated(request, read)
            if isinstance(raw, Refusal):
                return self._refused(raw, request)
            if caller and (refusal := await self._refusal_of(caller)):
                return self._refused(refusal, request)
        except (BotError, *UNANSWERED) as error:
            logger.warning("an assistant could not be answered", extra={"failure": type(error).__name__})
            return web.json_response({"error": AWAY}, status=HTTPStatus.SERVICE_UNAVAILABLE)
        if request.method != "POST":
            return web.json_response({"error": ONLY_POST}, status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "POST"})
        if caller and self._is_one_too_many(caller):
            answer = {"error": f"That's more than {MOST_CALLS} calls in a minute."}
            return web.json_response(answer, status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": "60"})
        return await _bridged(self.serve, request, raw, caller)

    async def _authenticated(self, request: web.BaseRequest, read: ReadBody) -> tuple[Caller | None, bytes | Refusal]:
        """Who calls (None where Slack lists tools) and the body, or a refusal; nothing is read before a token or a signature is seen."""
        headers = request.headers
        timestamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        if signature or timestamp:
            refusal = refuse_head(timestamp, signature, request.content_length, headers.get("Content-Encoding", ""))
            raw = refusal or await read(request)
            if isinstance(raw, Refusal):
                return None, raw
            return _named_by_slack(raw) if self._is_signed(raw, timestamp, signature) else (None, NOT_SIGNED)
        scheme, _, text = headers.get("Authorization", "").partition(" ")
        token = await self.tokens.find(text.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            return None, Refusal(HTTPStatus.UNAUTHORIZED, "token", REFUSED if text else NOT_KNOWN)
        return Caller(token.team, token.person), await read(request)

    def _is_signed(self, raw: bytes, timestamp: str, signature: str) -> bool:
        # The SDK reads the body as text before it computes the signature.
        with suppress(UnicodeDecodeError):
            return self.verifier is not None and self.verifier.is_valid(body=raw, timestamp=timestamp, signature=signature)
        return False

    async def _refusal_of(self, caller: Caller) -> Refusal | None:
        """Why they are refused: the app is not in their workspace, or Slack says that they left it or doesn't say who they are."""
        workspace = await self.find(caller.team)
        if workspace is None:
            return Refusal(HTTPStatus.UNAUTHORIZED, "token", REFUSED)
        with workspace.in_use():
            person = await workspace.parts.sources.people.person(caller.user)
        if not person.is_known:
            return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "person", AWAY)
        return Refusal(HTTPStatus.UNAUTHORIZED, "token", REFUSED) if person.is_deleted else None

    def _is_one_too_many(self, caller: Caller) -> bool:
        now = self.clock()
        recent = tuple(at for at in self.recent.get(caller, ()) if timedelta() <= now - at < MINUTE)
        if len(recent) >= MOST_CALLS:
            return True
        self.recent.put(caller, (*recent, now))
        return False

    def _refused(self, refusal: Refusal, request: web.BaseRequest) -> web.Response:
        self.metrics.refused.labels(refusal.reason).inc()
        error = ', error="invalid_token"' if "Authorization" in request.headers else ""
        challenge = {"WWW-Authenticate": f'Bearer realm="{REALM}"{error}'} if refusal.status == HTTPStatus.UNAUTHORIZED else {}
        return web.json_response({"error": refusal.sentence}, status=refusal.status, headers=challenge)


def _named_by_slack(raw: bytes) -> tuple[Caller | None, bytes | Refusal]:
    """Whom a signed request names. A call of a tool without a person and a workspace is refused."""
    message = _message_in(raw)
    meta = (message.get("params") or {}).get("_meta") if isinstance(message, dict) else None
    slack = meta.get("slack") if isinstance(meta, dict) else None
    team, user = (slack.get("team_id"), slack.get("user_id")) if isinstance(slack, dict) else (None, None)
    if isinstance(team, str) and isinstance(user, str) and team and user:
        return Caller(team, user), raw
    if slack is None and not (isinstance(message, dict) and message.get("method") == "tools/call"):
        return None, raw
    return None, Refusal(HTTPStatus.UNAUTHORIZED, "token", NOT_KNOWN)


def _message_in(raw: bytes) -> dict[str, Any] | int:
    """The request or notification of JSON-RPC in a body, or the code of its fault; the SDK would leave a wrong id unanswered."""
    try:
        found = read_json(raw.decode())
    except ValueError:
        return types.PARSE_ERROR
    is_one = isinstance(found, dict) and found.get("jsonrpc") == "2.0" and isinstance(found.get("method"), str)
    is_one = is_one and isinstance(found.get("params"), dict | None) and type(found.get("id", 0)) in (int, str)
    return found if is_one else types.INVALID_REQUEST


async def _bridged(serve: Callable[..., Awaitable[None]], request: web.BaseRequest, raw: bytes, caller: Caller | None) -> web.Response:
    """Runs the SDK's ASGI application for one request whose body is already read, and returns its whole answer."""
    if isinstance(code := _message_in(raw), int):
        fault = {"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": NO_MESSAGE}}
        return web.json_response(fault, status=HTTPStatus.BAD_REQUEST)
    asked = httpx.Request(request.method, f"http://{REALM}{MCP_PATH}", headers=request.raw_headers, content=raw)
    bridge = httpx.ASGITransport(lambda scope, receive, send: serve({**scope, CALLER: caller}, receive, send))
    answer = await bridge.handle_async_request(asked)
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return web.Response(status=answer.status_code, body=await answer.aread(), headers=headers)


@asynccontextmanager
async def open_mcp(url: str, find: FindWorkspace, process: Process, verifier: SignatureVerifier | None) -> AsyncIterator[Endpoint]:
    """The endpoint, until left.

    Another Host than that of ``url``, its public address, is refused, and a page of another origin (DNS rebinding). Slack signs its
    requests, which ``verifier`` checks; None where it sends none over HTTP.
    """
    hints = types.ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=True)
    tools = [
        types.Tool(name=name, title=tool.title, description=tool.about, input_schema=tool.arguments.model_json_schema(), annotations=hints)
        for name, tool in TOOLS.items()
    ]

    async def list_tools(_context: Any, _params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools)

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        caller: Caller = context.request.scope[CALLER]
        answer = ToolAnswer(AWAY, failed=True)
        if workspace := await find(caller.team):
            with workspace.in_use():
                answer = await workspace.assistants.call(params.name, params.arguments or {}, caller.team, caller.user)
        text = types.TextContent(type="text", text=answer.text)
        return types.CallToolResult(content=[text], structured_content=answer.data, is_error=answer.failed)

    server = Server(REALM, version=__version__, title="LinkedIn Stats", on_list_tools=list_tools, on_call_tool=call_tool)
    parts = urlsplit(url)
    host, origin = parts.netloc.rpartition("@")[2], f"{parts.scheme}://{parts.netloc}"
    security = TransportSecuritySettings(allowed_hosts=[host, f"{parts.hostname}:*"], allowed_origins=[origin])
    manager = StreamableHTTPSessionManager(
        server, json_response=True, stateless=True, security_settings=security, max_request_body_size=LARGEST_BODY
    )
    started, stop = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        async with manager.run():
            started.set()
            await stop.wait()

    # In a task of its own: its task group would wrap an error of the bot's in a group, and must be left by the task that entered it.
    running = asyncio.create_task(run(), name="serve assistants")
    try:
        await started.wait()
        tokens = AccessTokenRepository(process.database, process.clock)
        recent = TtlCache[Caller, tuple[datetime, ...]](age=MINUTE, most=10_000, clock=process.clock)
        yield McpEndpoint(manager.handle_request, find, tokens, verifier, process.metrics, process.clock, recent)
    finally:
        stop.set()
        await running

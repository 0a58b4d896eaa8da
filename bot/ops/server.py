"""The transports: Socket Mode, or HTTP with a guard before Bolt; health and metrics beside either.

The guard refuses what cannot come from Slack before anything is parsed: Bolt answers 500 to malformed JSON, to a timestamp that is no
number and to a signature that is not ASCII. Whether the signature is right, and recent, is still Bolt's own check.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import orjson
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.errors import PortInUse
from bot.ops.tasks import run_both
from bot.ops.telemetry import Metrics

logger = logging.getLogger(__name__)

EVENTS_PATH = "/slack/events"
HEALTH_PATH = "/healthz"
READY_PATH = "/readyz"
METRICS_PATH = "/metrics"

#: Slack's own payloads stay far below this many bytes; aiohttp reads no more of a body of unknown length.
LARGEST_BODY = 1_048_576

_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")

BAD_REQUEST, UNAUTHORIZED = 400, 401

#: Seconds the start waits for the connection before it goes on without it.
FIRST_CONNECTION = 5.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request does not reach Bolt: its HTTP status, a word for the counter, a sentence for whoever sent it."""

    status: int
    reason: str
    sentence: str


NO_TIMESTAMP = Refusal(UNAUTHORIZED, "timestamp", "X-Slack-Request-Timestamp must be a Unix time in seconds.")
NO_SIGNATURE = Refusal(UNAUTHORIZED, "signature", "X-Slack-Signature must be v0= and 64 hexadecimal digits.")
TOO_LARGE = Refusal(BAD_REQUEST, "size", "The body is larger than 1 MiB.")
UNREADABLE = Refusal(BAD_REQUEST, "body", "The body is neither JSON nor a form in UTF-8.")


def refuse_head(timestamp: str, signature: str, length: int | None) -> Refusal | None:
    """What is wrong with a request's headers; None when it may be read."""
    if length is not None and length > LARGEST_BODY:
        return TOO_LARGE
    if not _TIMESTAMP.fullmatch(timestamp):
        return NO_TIMESTAMP
    return None if _SIGNATURE.fullmatch(signature) else NO_SIGNATURE


def read_body(raw: bytes, content_type: str) -> str | Refusal:
    """The body as text, when Bolt will be able to parse it."""
    try:
        text = raw.decode("utf-8")
        if content_type.startswith("application/json"):
            return text if isinstance(orjson.loads(raw), dict) else UNREADABLE
        payload = parse_qs(text).get("payload") if "payload=" in text else None
        return text if payload is None or isinstance(orjson.loads(payload[0]), dict) else UNREADABLE
    except ValueError:
        return UNREADABLE


class Doors:
    """Answers HTTP: Slack's requests, and the three health paths.

    Args:
        app: Bolt's app, or None where Slack comes over Socket Mode.
        problems: what keeps the bot from working now, by part; empty when it is ready.
        metrics: what is counted.
        count: brings up to date, before they are shown, the figures that are counted elsewhere.
    """

    def __init__(
        self,
        app: AsyncApp | None,
        *,
        problems: Callable[[], Coroutine[Any, Any, dict[str, str]]],
        metrics: Metrics,
        count: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        self._app = app
        self._count = count
        self._problems = problems
        self._metrics = metrics

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one HTTP request."""
        if request.path == EVENTS_PATH and self._app is not None:
            return await self._slack(request, self._app) if request.method == "POST" else _allow("POST")
        if request.path not in (HEALTH_PATH, READY_PATH, METRICS_PATH):
            return web.Response(status=404, text="Nothing here.")
        if request.method not in ("GET", "HEAD"):
            return _allow("GET")
        return await self._health(request.path)

    async def _health(self, path: str) -> web.Response:
        if path == METRICS_PATH:
            await self._count()
            return web.Response(body=self._metrics.exposition(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})
        if path == HEALTH_PATH:
            return web.json_response({"ok": True})
        problems, _ = await run_both(self._problems(), self._count())
        told = {"ok": not problems, "problems": problems, **self._metrics.digests_clock()}
        return web.json_response(told, status=503 if problems else 200)

    async def _slack(self, request: web.BaseRequest, app: AsyncApp) -> web.Response:
        headers = request.headers
        timestamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        refusal = refuse_head(timestamp, signature, request.content_length)
        if refusal:
            return self._refused(refusal)
        try:
            body = read_body(await request.read(), request.content_type)
        except web.HTTPRequestEntityTooLarge:
            body = TOO_LARGE
        if isinstance(body, Refusal):
            return self._refused(body)
        answer = await app.async_dispatch(AsyncBoltRequest(body=body, query=request.query_string, headers=dict(headers)))
        return web.Response(status=answer.status, text=answer.body, headers=answer.first_headers_without_set_cookie())

    def _refused(self, refusal: Refusal) -> web.Response:
        self._metrics.refused.labels(refusal.reason).inc()
        return web.json_response({"error": refusal.sentence}, status=refusal.status)


def _allow(method: str) -> web.Response:
    return web.Response(status=405, text=f"Use {method}.", headers={"Allow": method})


@asynccontextmanager
async def open_http(doors: Doors, host: str, port: int) -> AsyncIterator[int]:
    """Listen on ``host``:``port`` (0 takes a free one) and yield the port; requests in flight are finished at the end.

    Raises:
        PortInUse: another program has the port.
    """
    runner = web.ServerRunner(web.Server(doors.handle), shutdown_timeout=3.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, backlog=1024)
        try:
            await site.start()
        except OSError as error:
            raise PortInUse(host, port) from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def open_socket_mode(app: AsyncApp, app_token: str) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
    """Connect to Slack over Socket Mode, and close the connection at the end; yields the question whether it stands now.

    A Slack that is away is tried again behind, so that a stop is heard all the while; the client also renews the connection by itself.
    """
    handler = AsyncSocketModeHandler(app, app_token)
    connecting = asyncio.create_task(handler.connect_async(), name="connect to Slack")  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    try:
        await asyncio.wait((connecting,), timeout=FIRST_CONNECTION)
        yield handler.client.is_connected
    finally:
        connecting.cancel()
        await asyncio.gather(connecting, return_exceptions=True)
        await _close(handler)


async def _close(handler: AsyncSocketModeHandler) -> None:
    try:
        await asyncio.wait_for(handler.close_async(), timeout=5)  # type: ignore[no-untyped-call]  # as above
    except TimeoutError:
        logger.warning("Slack's connection did not close in time")

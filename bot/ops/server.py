"""The transports: Socket Mode, or HTTP with checks before Bolt; health and metrics with either."""

import asyncio
import contextlib
import errno
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Final, Protocol

import aiohttp
import orjson
from aiohttp import web
from msgspec import Struct
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError, PortInUse, SettingsError
from bot.ops import request_checks
from bot.ops.manifest import EVENTS_PATH
from bot.ops.tasks import run_both, stop
from bot.ops.telemetry import Metrics, RareFailures

NOT_NOW = "The app can't be installed right now. Try again in a minute, or tell whoever gave you the link."
AWAY = "Slack can't be reached right now. Go back to the page you came from and try again in a minute."
NO_LISTENING_REMEDY = "HOST must be an address of this machine, 0.0.0.0 for all of them; a PORT below 1024 needs a special right."

logger = logging.getLogger(__name__)

HEALTH_PATH = "/healthz"
READY_PATH = "/readyz"
METRICS_PATH = "/metrics"
WEBHOOK_PATH = "/postpost/events"
#: Seconds the start waits for the connection before it goes on without it.
FIRST_CONNECTION: Final = 5.0
#: Seconds after which a failure to connect is logged again at the latest.
RAREST_FAILURE: Final = 600.0
#: Seconds until a connection must have sent a request's headers, and then its body.
HEADERS_WITHIN: Final = 10.0
BODY_WITHIN: Final = 10.0
#: Seconds a connection may stand without a request; a proxy's own limit is usually 60.
IDLE: Final = 75.0
#: Connections that are open at the same time; more are closed at once.
MOST_CONNECTIONS: Final = 1_000


class SlackApp(Protocol):
    """What answers Slack's requests: Bolt's app, or what stands before several of them."""

    @property
    def client(self) -> AsyncWebClient: ...

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse: ...


#: A page that answers a browser.
Page = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


class HttpHandler(Struct, frozen=True):
    """Answers HTTP: Slack's requests, the three health paths, and pages for browsers."""

    #: Bolt's app, or None where Slack comes over Socket Mode.
    app: SlackApp | None
    #: The problems that keep the bot from working, by part; empty when it is ready.
    problems: Callable[[], Coroutine[Any, Any, dict[str, str]]]
    metrics: Metrics
    #: Updates the gauges before they are shown.
    count: Callable[[], Coroutine[Any, Any, None]]
    #: None over Socket Mode, where nothing is signed.
    verifier: SignatureVerifier | None
    pages: Mapping[str, Page]
    #: What answers assistants and takes PostPost's events, by path; None where they are not served.
    endpoints: Mapping[str, request_checks.Endpoint | None]

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if isinstance(request.protocol, _Connection):
            request.protocol.request_began()
        if request.path == EVENTS_PATH and self.app is not None:
            return await self._slack(request, self.app) if request.method == "POST" else _allow("POST")
        if endpoint := self.endpoints.get(request.path):
            return await endpoint(request, self._read)
        if page := self.pages.get(request.path):
            return await self._page(request, page) if request.method == "GET" else _allow("GET")
        if request.path not in (HEALTH_PATH, READY_PATH, METRICS_PATH):
            return web.Response(status=404, text="Nothing here.")
        if request.method not in ("GET", "HEAD"):
            return _allow("GET")
        return await self._health(request.path)

    async def _health(self, path: str) -> web.Response:
        if path == METRICS_PATH:
            await self.count()
            return web.Response(body=self.metrics.exposition(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})
        if path == HEALTH_PATH:
            return web.json_response({"ok": True})
        problems, _ = await run_both(self.problems(), self.count())
        answer = {"ok": not problems, "problems": problems, **self.metrics.digests_clock()}
        return web.json_response(answer, status=503 if problems else 200)

    async def _page(self, request: web.BaseRequest, page: Page) -> web.Response:
        asked = AsyncBoltRequest(body="", query=request.query_string, headers=dict(request.headers), mode="http")
        try:
            answer = await page(asked)
        except BotError as error:
            # What it says is for whoever runs the bot; anybody can open the page.
            logger.warning("a page could not be shown", extra={"page": request.path, "said": error.sentence})
            return web.Response(status=503, text=NOT_NOW)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            logger.warning("a page could not be shown", extra={"page": request.path, "failure": type(error).__name__})
            return web.Response(status=503, text=AWAY)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            logger.warning("an installation did not work", extra={"page": request.path, "status": answer.status})
        response = await to_aiohttp_response(answer)
        # What is in its address is good once, and concerns nobody else.
        response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
        return response

    async def _slack(self, request: web.BaseRequest, app: SlackApp) -> web.Response:
        began, headers = time.perf_counter(), request.headers
        timestamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        refusal = request_checks.refuse_head(timestamp, signature, request.content_length, headers.get("Content-Encoding", ""))
        if refusal:
            return self._refused(refusal)
        raw = await self._read(request)
        body = request_checks.read_body(raw, request.content_type, self.verifier, timestamp, signature) if isinstance(raw, bytes) else raw
        if isinstance(body, request_checks.Refusal):
            return self._refused(body)
        if request_checks.is_certificate_check(body):
            return web.Response()
        bolt_request = _bolt_request(body)
        if bolt_request is None:
            return self._refused(request_checks.UNREADABLE)
        answer = await app.async_dispatch(bolt_request)
        self.metrics.observe_acknowledgement("http", time.perf_counter() - began)
        return web.Response(status=answer.status, body=answer.body.encode(), headers=answer.first_headers_without_set_cookie())

    async def _read(self, request: web.BaseRequest) -> bytes | request_checks.Refusal:
        """The body, as far as it may be read and arrives in time."""
        if request.content.is_eof():
            # It arrived with the headers, as nearly all do.
            whole = request.content.read_nowait()
            return whole if len(whole) <= request_checks.LARGEST_BODY else request_checks.TOO_LARGE
        raw = bytearray()
        try:
            async with asyncio.timeout(BODY_WITHIN):
                async for chunk in request.content.iter_any():
                    raw += chunk
                    if len(raw) > request_checks.LARGEST_BODY:
                        return request_checks.TOO_LARGE
        except TimeoutError:
            return request_checks.SLOW
        return bytes(raw)

    def _refused(self, refusal: request_checks.Refusal) -> web.Response:
        self.metrics.refused.labels(refusal.reason).inc()
        logger.debug("a request was refused", extra={"reason": refusal.reason})
        return web.json_response({"error": refusal.sentence}, status=refusal.status)


def _bolt_request(payload: dict[str, Any]) -> AsyncBoltRequest | None:
    """The request for Bolt of a payload that is parsed and checked; None where Bolt finds something in it that Slack does not send."""
    try:
        # Bolt parses and checks nothing that came in this mode, whatever it came by.
        return AsyncBoltRequest(body=payload, mode="socket_mode")
    except (AttributeError, LookupError, TypeError, ValueError):
        return None


def _allow(method: str) -> web.Response:
    return web.Response(status=405, text=f"Use {method}.", headers={"Allow": method})


class _Connection(web.RequestHandler):
    """One HTTP connection: closed when there are too many, or when a request's headers take too long."""

    __slots__ = ("_overdue",)

    def __init__(self, manager: "_Server", **options: Any) -> None:
        super().__init__(manager, **options)
        self._overdue: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if len(self._manager.connections if self._manager else ()) > MOST_CONNECTIONS:
            self.force_close()
            return
        self.expect_request()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # Nearly all headers come at once: then there is nothing to wait for.
        if self._overdue is None and self._current_request is None and not self._messages:
            self.expect_request()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Refuses a request that is not HTTP with one log line; aiohttp would log it as an error and quote it."""
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return super().handle_error(request, status, exc, message)
        logger.debug("a request was refused", extra={"reason": type(exc).__name__})
        response = web.json_response({"error": "This isn't HTTP that can be read here."}, status=status)
        response.force_close()
        return response

    def connection_lost(self, exc: BaseException | None) -> None:
        self.request_began()
        super().connection_lost(exc)

    def expect_request(self) -> None:
        self._overdue = asyncio.get_running_loop().call_later(HEADERS_WITHIN, self.force_close)

    def request_began(self) -> None:
        if self._overdue is not None:
            self._overdue.cancel()
            self._overdue = None


class _Server(web.Server):
    """An aiohttp server that limits its connections."""

    def __call__(self) -> web.RequestHandler:
        return _Connection(self, loop=self._loop, **self._kwargs)


@asynccontextmanager
async def open_http(handler: HttpHandler, host: str, port: int) -> AsyncIterator[int]:
    """Listens (port 0 takes a free one) and yields the port; requests in flight are finished. Raises PortInUse, SettingsError."""
    runner = web.ServerRunner(_Server(handler.handle, keepalive_timeout=IDLE, auto_decompress=False, access_log=None), shutdown_timeout=3.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, backlog=1024)
        try:
            await site.start()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUse(host, port) from error
            raise SettingsError(f"The bot can't listen at HOST {host}, PORT {port}: {_why(error)}.", remedy=NO_LISTENING_REMEDY) from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _why(error: OSError) -> str:
    # What asyncio says of an address names it once more.
    return (str(error.strerror) if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)).lower()


class _SocketModeHandler(AsyncSocketModeHandler):
    """Knows whether Slack sent its hello; acknowledges and ignores a frame that is not as Slack documents it."""

    def __init__(self, app: SlackApp, app_token: str, metrics: Metrics) -> None:
        failures = logging.getLogger(f"slack_sdk.socket_mode.{id(self)}")
        super().__init__(app, app_token, logger=failures)  # type: ignore[arg-type]  # it needs no more of the app than that
        self._rarely, self.greeted = RareFailures(FIRST_CONNECTION, RAREST_FAILURE), asyncio.Event()
        failures.addFilter(self._rarely)
        self._session: Any = None
        self._metrics = metrics
        self.client.message_listeners.append(self._hear)

    async def _hear(self, client: Any, message: dict[str, Any], _raw: str | None) -> None:
        if message.get("type") == "hello":
            self._session = client.current_session
            self._rarely.reset()
            self.greeted.set()

    async def linked(self) -> bool:
        """Whether the Socket Mode connection is open and Slack sent its hello."""
        return self._session is not None and self._session is self.client.current_session and await self.client.is_connected()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]  # as Bolt's own
        """Answers one envelope. The SDK would parse the answer's JSON and write it again."""
        began, payload = time.perf_counter(), request_checks.without_halves(req.payload)
        request = _bolt_request(payload) if request_checks.well_formed(payload) else None
        acknowledgement: dict[str, object] = {"envelope_id": req.envelope_id}
        if request is None:
            logger.warning("a Socket Mode frame was refused", extra={"reason": request_checks.UNREADABLE.reason})
        else:
            answer = await self.app.async_dispatch(request)
            if answer.status != HTTPStatus.OK:
                # Slack sends it again.
                return
            if answer.body:
                acknowledgement["payload"] = orjson.Fragment(answer.body) if answer.body.startswith("{") else {"text": answer.body}
        await client.send_message(orjson.dumps(acknowledgement).decode())
        self._metrics.observe_acknowledgement("socket", time.perf_counter() - began)


@asynccontextmanager
async def open_socket_mode(app: SlackApp, app_token: str, metrics: Metrics) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
    """Connects over Socket Mode, also later when Slack is unreachable now; yields a function that says whether it is open."""
    handler = _SocketModeHandler(app, app_token, metrics)
    connecting = asyncio.create_task(handler.connect_async(), name="connect to Slack")  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    try:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(handler.greeted.wait(), FIRST_CONNECTION)
        yield handler.linked
    finally:
        await stop(connecting)
        await _close(handler)


async def _close(handler: AsyncSocketModeHandler) -> None:
    try:
        await asyncio.wait_for(handler.close_async(), timeout=5)  # type: ignore[no-untyped-call]  # as above
    except TimeoutError:
        logger.warning("Slack's connection did not close in time")

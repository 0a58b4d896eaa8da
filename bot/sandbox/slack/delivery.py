"""Sends requests to the app, over Socket Mode or signed HTTP, and returns its answers."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.slack.people import Team
from bot.sandbox.slack.trace import Trace


@dataclass(frozen=True, slots=True)
class AppReply:
    """How the app acknowledged a request."""

    status: int
    """The HTTP status; 200 for an acknowledged envelope; 0 when there was no answer."""
    body: Any
    """JSON as an object, other text as a string, None when empty."""
    ms: float
    """How long it took, in milliseconds of real time."""
    error: str = ""
    """Empty when acknowledged; else `operation_timeout`, `app_not_connected`, `app_not_installed`, `dispatch_failed` or
    `connection_failed`."""
    no_retry: bool = False
    """Whether the app asked for no further delivery, with the header `X-Slack-No-Retry: 1`."""

    @property
    def ok(self) -> bool:
        """Whether Slack takes it as acknowledged."""
        return not self.error


@dataclass(frozen=True, slots=True)
class AppRequest:
    """One request to the app."""

    type: str
    """`slash_commands`, `interactive` or `events_api`, as Socket Mode names them."""
    payload: Mapping[str, Any]
    title: str
    """What the trace calls it."""
    retry: int = 0
    """0 for the first delivery of an event, then 1, 2, 3."""
    retry_reason: str = ""


class Transport(Protocol):
    """A way to the app. `ask` never raises: what went wrong is the reply's `error`."""

    async def ask(self, request: AppRequest) -> AppReply:
        """Send one request and wait for its acknowledgement as long as Slack waits."""
        ...


class SignedHttp:
    """HTTP requests to the app's request URL, signed as Slack's documentation, "Verifying requests", has it.

    `wall` is the real time in epoch seconds: the app compares the signature's time with its machine's clock.
    """

    def __init__(self, url: str, secret: str, wall: Callable[[], float], ack_timeout: float) -> None:
        self.url = url
        self._secret = secret.encode()
        self._wall = wall
        self._timeout = aiohttp.ClientTimeout(total=ack_timeout)
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, request: AppRequest) -> AppReply:
        """Send one signed request."""
        body, headers = self._sealed(request)
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        start = perf_counter()
        try:
            async with self._session.post(self.url, data=body, headers=headers) as answer:
                text = await answer.text()
        except TimeoutError:
            return AppReply(0, None, _ms(start), "operation_timeout")
        except aiohttp.ClientError:
            return AppReply(0, None, _ms(start), "connection_failed")
        error = "" if 200 <= answer.status < 300 else "dispatch_failed"  # noqa: PLR2004 - HTTP's own success range
        no_retry = answer.headers.get("X-Slack-No-Retry") == "1"
        return AppReply(answer.status, _read(text), _ms(start), error, no_retry=no_retry)

    def _sealed(self, request: AppRequest) -> tuple[bytes, dict[str, str]]:
        text, content_type = _encoded(request)
        body = text.encode()
        stamp = str(int(self._wall()))
        seal = hmac.new(self._secret, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        headers |= {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={seal}"}
        if request.retry:
            headers |= {"X-Slack-Retry-Num": str(request.retry), "X-Slack-Retry-Reason": request.retry_reason}
        return body, headers

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def _encoded(request: AppRequest) -> tuple[str, str]:
    form = "application/x-www-form-urlencoded"
    if request.type == "events_api":
        return json.dumps(request.payload), "application/json"
    if request.type == "slash_commands":
        return urlencode(request.payload), form
    return urlencode({"payload": json.dumps(request.payload)}), form


def _read(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def _ms(start: float) -> float:
    return (perf_counter() - start) * 1000


class AppLink:
    """The app, over either transport; records every exchange in the trace."""

    def __init__(self, sockets: Transport, connected: Callable[[], bool], trace: Trace, team: Team) -> None:
        self._trace, self._team = trace, team
        self.through(sockets, connected)
        self.http: SignedHttp | None = None
        self.worded: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda payload: payload
        """What is changed in a payload, where a whole organization has the app."""

    def through(self, sockets: Transport, connected: Callable[[], bool]) -> None:
        """Over Socket Mode everything goes over these connections: an app's are for all its workspaces."""
        self._sockets, self._connected = sockets, connected

    @property
    def mode(self) -> str:
        """`http`, `socket` or `none`."""
        if self.http is not None:
            return "http"
        return "socket" if self._connected() else "none"

    async def ask(self, request: AppRequest) -> AppReply:
        """Send one request to the app and trace it."""
        transport: Transport = self.http or self._sockets
        request = replace(request, payload=self._team.payload(self.worded(request.payload)))
        reply = await transport.ask(request)
        title = f"{request.title} (retry {request.retry})" if request.retry else request.title
        shown = reply.body if reply.ok else {"error": reply.error, "status": reply.status, "body": reply.body}
        self._trace.add(
            "to_app", title, ms=reply.ms, request=request.payload, response=shown, ok=reply.ok, outcome=reply.error or "acknowledged"
        )
        return reply

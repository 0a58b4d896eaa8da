"""The server's side of Socket Mode: tickets, hello, envelopes, acknowledgements, disconnects.

From Slack's documentation, "Using Socket Mode".
"""

import asyncio
import json
from collections.abc import Mapping
from time import perf_counter
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from bot.sandbox.slack.bounds import Bounds
from bot.sandbox.slack.delivery import AppReply, AppRequest
from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.people import APP_ID
from bot.sandbox.slack.stream import Stream
from bot.sandbox.slack.trace import Trace

REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")
HOST = "applink-sandbox"
HEARTBEAT = 10.0
"""Seconds between the server's own pings."""
REFRESH_IN = 3600
"""Seconds that the server announces a connection to last."""


class SocketMode:
    """The app's open connections, and the envelopes that are not acknowledged yet."""

    def __init__(self, ids: Ids, bounds: Bounds, stream: Stream, trace: Trace, *, enabled: bool) -> None:
        self._ids = ids
        self._bounds = bounds
        self._stream = stream
        self._trace = trace
        self._enabled = enabled
        self._tickets: set[str] = set()
        self._connections: dict[web.WebSocketResponse, web.Request] = {}
        self._leaving: set[web.WebSocketResponse] = set()
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._turn = 0
        self.acks: list[str] = []
        """The ids of the acknowledged envelopes, in order."""

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def ticket(self) -> str:
        """A new ticket for one connection, for `apps.connections.open`."""
        name = self._ids.uuid()
        self._tickets.add(name)
        return name

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its hello to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="invalid ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT)
        await socket.prepare(request)
        refused = self._refused()
        if refused:
            await socket.send_json({"type": "disconnect", "reason": refused, "debug_info": {"host": HOST}})
            await socket.close()
            return socket
        return await self._serve(socket, request)

    def _refused(self) -> str:
        if not self._enabled:
            return "link_disabled"
        return "too_many_websockets" if len(self._connections) >= self._bounds.max_connections else ""

    async def _serve(self, socket: web.WebSocketResponse, request: web.Request) -> web.WebSocketResponse:
        self._connections[socket] = request
        try:
            await socket.send_json(self._hello())
            self._stream.add("app", {"connected": True, "mode": "socket"})
            async for message in socket:
                self._take(message)
        finally:
            del self._connections[socket]
            self._leaving.discard(socket)
            self._stream.add("app", {"connected": bool(self._connections), "mode": "socket" if self._connections else "none"})
        return socket

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "debug_info": {"host": HOST, "build_number": 1, "approximate_connection_time": REFRESH_IN},
            "connection_info": {"app_id": APP_ID},
        }

    def _take(self, message: WSMessage) -> None:
        if message.type is not WSMsgType.TEXT:
            return
        try:
            ack = json.loads(message.data)
        except ValueError:
            ack = None
        waiting = self._waiting.pop(ack.get("envelope_id", ""), None) if isinstance(ack, Mapping) else None
        known = waiting is not None and not waiting.done()
        if known and waiting is not None and isinstance(ack, Mapping):
            self.acks.append(ack["envelope_id"])
            waiting.set_result(ack.get("payload"))
        else:
            self._trace.add("socket", "unknown envelope", ms=0, request=message.data, response=None, ok=False, outcome="ignored")

    async def ask(self, request: AppRequest) -> AppReply:
        """Send one envelope to any one connection and wait for its acknowledgement."""
        socket = self._next()
        if socket is None:
            return AppReply(0, None, 0.0, "app_not_connected")
        envelope = self._envelope(request)
        waiting = self._waiting[envelope["envelope_id"]] = asyncio.get_running_loop().create_future()
        start = perf_counter()
        try:
            await socket.send_str(json.dumps(envelope))
            body = await asyncio.wait_for(waiting, self._bounds.ack_timeout)
        except TimeoutError:
            return AppReply(0, None, (perf_counter() - start) * 1000, "operation_timeout")
        except ConnectionError:
            return AppReply(0, None, (perf_counter() - start) * 1000, "connection_failed")
        finally:
            self._waiting.pop(envelope["envelope_id"], None)
        return AppReply(200, body, (perf_counter() - start) * 1000)

    def _envelope(self, request: AppRequest) -> dict[str, Any]:
        envelope = {
            "envelope_id": self._ids.uuid(),
            "type": request.type,
            "payload": request.payload,
            "accepts_response_payload": request.type != "events_api",
        }
        if request.type == "events_api":
            envelope |= {"retry_attempt": request.retry, "retry_reason": request.retry_reason}
        return envelope

    def _next(self) -> web.WebSocketResponse | None:
        staying = [one for one in self._connections if one not in self._leaving] or list(self._connections)
        if not staying:
            return None
        self._turn += 1
        return staying[self._turn % len(staying)]

    async def disconnect(self, reason: str) -> None:
        """Tell every connection that it will end; with `link_disabled` it ends at once, else when the app closes it.

        Raises:
            ValueError: Slack has no such reason; the message names those it has.
        """
        if reason not in REASONS:
            raise ValueError(f"Slack never disconnects for {reason!r}; it does for {', '.join(REASONS)}")
        self._enabled = self._enabled and reason != "link_disabled"
        for socket in list(self._connections):
            self._leaving.add(socket)
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}})
            if reason == "link_disabled":
                await socket.close()

    def drop(self) -> None:
        """Cuts every connection without a warning, as a lost network does."""
        for request in self._connections.values():
            if request.transport is not None:
                request.transport.abort()

    async def close(self) -> None:
        """Ends every connection."""
        for socket in list(self._connections):
            await socket.close()

"""Slack's end of a Socket Mode connection: commands go out as envelopes, and come back with their acknowledgements."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
from aiohttp import WSMsgType, web

#: Called with an acknowledged command's number and the answer in its acknowledgement.
Acknowledged = Callable[[int, bytes], None]


class SocketSide:
    """The WebSocket server on a port of the loopback. A bot's latest connection counts."""

    def __init__(self, acknowledged: Acknowledged) -> None:
        self._acknowledged = acknowledged
        self._socket: web.WebSocketResponse | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self.connected = asyncio.Event()

    async def listen(self) -> str:
        """Takes a free port; the address to connect to."""
        runner = web.ServerRunner(web.Server(self._serve, access_log=None))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"ws://127.0.0.1:{runner.addresses[0][1]}/link"

    def send(self, envelope: dict[str, Any]) -> None:
        """Sends an envelope over the connection that is open."""
        assert self._socket is not None
        task = asyncio.get_running_loop().create_task(self._socket.send_str(_text(envelope)))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _serve(self, request: web.BaseRequest) -> web.WebSocketResponse:
        self._socket = socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        await socket.send_str(_text({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A123456"}}))
        self.connected.set()
        async for message in socket:
            if message.type is WSMsgType.TEXT and message.data.startswith("{"):
                answer = orjson.loads(message.data)
                self._acknowledged(int(answer["envelope_id"]), orjson.dumps(answer.get("payload") or {}))
        return socket


def _text(value: dict[str, Any]) -> str:
    return orjson.dumps(value).decode()

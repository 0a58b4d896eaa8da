"""Serves the page's files and its stream of events over HTTP."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Literal

from aiohttp import web

from bot.sandbox.slack.stream import Stream
from bot.sandbox.slack.talking import Talking

FOLDER = Path(__file__).parent.parent / "page"
TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
}
UNCACHED = {"Cache-Control": "no-store"}
ALIVE = 15.0
"""Seconds without a happening after which the stream says that it still lives."""


class Pages:
    """The files of `bot/sandbox/page` and `/client/stream`."""

    def __init__(self, stream: Stream, talking: Talking) -> None:
        self._stream = stream
        self._talking = talking
        self._closing = asyncio.Event()

    async def index(self, _request: web.Request) -> web.StreamResponse:
        """The page."""
        return _file(FOLDER / "index.html")

    async def file(self, request: web.Request) -> web.StreamResponse:
        """One of the page's files; files outside their folder are refused."""
        path = (FOLDER / request.match_info["path"]).resolve()
        if not path.is_relative_to(FOLDER.resolve()):
            return web.Response(status=404, text="no such file")
        return _file(path)

    async def follow(self, request: web.Request) -> web.StreamResponse:
        """Server-Sent Events: everything after a number that this person sees, and then what follows."""
        user = self._talking.person(request.query.get("user", "")).id
        given = request.headers.get("Last-Event-ID") or request.query.get("since", "")
        seq = int(given) if given.isdecimal() else self._stream.seq
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **UNCACHED})
        await response.prepare(request)
        with suppress(ConnectionError):
            await self._pump(response, user, seq)
        return response

    async def _pump(self, response: web.StreamResponse, user: str, seq: int) -> None:
        closing = asyncio.create_task(self._closing.wait())
        try:
            while not closing.done():
                change = self._stream.next_change()  # before reading, or what happens meanwhile would wait for the next
                for happening in self._stream.since(seq):
                    seq = happening.seq
                    if happening.seen_by(user):
                        await response.write(f"id: {seq}\ndata: {json.dumps(happening.as_page())}\n\n".encode())
                if not await _happens(change, closing):
                    await response.write(b": still here\n\n")
        finally:
            closing.cancel()

    def close(self) -> None:
        """End every stream."""
        self._closing.set()


async def _happens(change: asyncio.Event, closing: "asyncio.Task[Literal[True]]") -> bool:
    """Waits for a change or the end, at most as long as a stream may be silent; False when nothing came."""
    changed = asyncio.create_task(change.wait())
    try:
        done, _ = await asyncio.wait({changed, closing}, timeout=ALIVE, return_when=asyncio.FIRST_COMPLETED)
    finally:
        changed.cancel()
    return bool(done)


def _file(path: Path) -> web.StreamResponse:
    if not path.is_file():
        return web.Response(status=404, text="no such file")
    kind = TYPES.get(path.suffix, "application/octet-stream")
    charset = "utf-8" if kind.startswith("text/") or kind.endswith("json") else None
    return web.Response(body=path.read_bytes(), content_type=kind, charset=charset, headers=UNCACHED)

"""The sandbox's statistics server: an independent reading of PostPost's documentation, on a port of the loopback.

    request ──▶ known route? ──▶ key? ──▶ body ──▶ endpoint ──▶ answer ──▶ latency ──▶ bytes

It refuses what the service would refuse, in the service's words. `/_sandbox/switches` turns its switches and
`/_sandbox/requests` shows what it was asked; in the process the same are attributes.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from time import perf_counter
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.sandbox.statistics.control import CONTROL_PATH, Control, RequestSeen
from bot.sandbox.statistics.faults import StatisticsFault, StatisticsFaults
from bot.sandbox.statistics.linkedin import LinkedIn
from bot.sandbox.statistics.routes import BASE_PATH, RouteRequest, Routes
from bot.sandbox.statistics.switches import StatisticsSwitches
from bot.sandbox.statistics.wire import SandboxAnswer, express_page, read_json, send
from bot.sandbox.world import World
from bot.sandbox.world_accounts import Trouble

__all__ = ["RequestSeen", "SandboxAnswer", "StatisticsServer", "StatisticsSwitches", "Trouble"]

_LOG_LENGTH = 1_000


class StatisticsServer:
    """The server over a world. `clock` gives the moment, aware UTC; it decides figures and cache, never waiting.

    `switches` may be turned at any time, `requests` holds the latest thousand requests, oldest first.
    """

    def __init__(
        self, world: World, *, clock: Callable[[], datetime], switches: StatisticsSwitches | None = None, connected: datetime | None = None
    ) -> None:
        """``connected`` is when the accounts' tokens began to run out; without it each has as much left at every moment."""
        self.world, self.switches = world, switches or StatisticsSwitches()
        self.others: dict[str, StatisticsServer] = {}
        """Those of other customers, by their API keys: a request with such a key is answered there."""
        self.requests: deque[RequestSeen] = deque(maxlen=_LOG_LENGTH)
        self._clock, self._seen, self._faults = clock, 0, StatisticsFaults()
        self._linkedin = LinkedIn(world, clock, self.switches, connected=connected)
        self._routes = Routes(self._linkedin, self._faults)
        self._connected = connected
        self._control = Control(self._linkedin, self._faults, self.requests)
        self._closing = asyncio.Event()
        self._runner: web.ServerRunner | None = None
        self._base_url = ""

    def manage(self, user: str, world: World) -> None:
        """The key manages this user from now on, whose accounts are those of another world; the switches and faults are the same."""
        self._routes.clients[user] = Routes(LinkedIn(world, self._clock, self.switches, connected=self._connected), self._faults)

    def release(self, user: str) -> None:
        """The key manages this user no longer."""
        del self._routes.clients[user]

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Listen on `port` of `host`; 0 takes a free one. Raises OSError when the port is taken."""
        self._closing = asyncio.Event()
        server = web.Server(self._handle, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        try:
            await site.start()
        except OSError:
            await self.close()
            raise
        self._base_url = f"{site.name}{BASE_PATH}"

    async def close(self) -> None:
        """Stops listening and closes every connection, hanging ones too."""
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()
        self._runner = None

    async def __aenter__(self) -> Self:
        if self._runner is None:
            await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL; it ends in `/api/v1`. Raises RuntimeError before `start`."""
        if not self._base_url:
            raise RuntimeError("The statistics server has not been started: `await server.start()` first.")
        return self._base_url

    @property
    def linkedin_calls(self) -> int:
        """How many metrics were fetched from LinkedIn for the requests in the log."""
        return sum(request.linkedin_calls for request in self.requests)

    @property
    def calls_by_metric(self) -> Counter[tuple[str, str]]:
        """LinkedIn calls since the start, by connection id and metric."""
        return self._linkedin.calls

    def fail_next(self, met: Trouble | SandboxAnswer, *, times: int = 1, path: str = "") -> None:
        """Makes the next `times` valid requests to a path that contains `path` meet a trouble or get this response."""
        self._faults.add(StatisticsFault(met, times, path))

    def forget_cache(self) -> None:
        """Empty the cache, so that the next request fetches its metrics again."""
        self._linkedin.forget()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        began = perf_counter()
        other = self.others.get(request.headers.get(self.switches.key_header, ""))
        if other is not None:
            return await other._handle(request)  # noqa: SLF001  # of this class
        asked, refused = await _read(request)
        if asked.path.startswith(CONTROL_PATH):
            answer = self._control.answer(asked.method, asked.path, asked.content_type, asked.raw)
            return await send(request, answer, self._closing)
        answer = refused or self._routes.answer(asked)
        seen = self._note(asked, str(request.rel_url), answer)
        try:
            await self._wait(answer)
            return await send(request, answer, self._closing)
        finally:
            seen.ms = round((perf_counter() - began) * 1000, 3)

    def _note(self, asked: RouteRequest, path: str, answer: SandboxAnswer) -> RequestSeen:
        self._seen += 1
        body, user = _shown(asked), self._routes.user_of(asked)
        seen = RequestSeen(self._seen, self._clock(), asked.method, path, body, answer.status, answer.linkedin_calls, user=user)
        self.requests.append(seen)
        return seen

    async def _wait(self, answer: SandboxAnswer) -> None:
        upstream = answer.linkedin_calls * self.switches.linkedin_latency_ms
        if delay := (self.switches.latency_ms + upstream + answer.delay_ms) / 1000:
            with suppress(TimeoutError):  # closing the server ends the waiting too
                await asyncio.wait_for(self._closing.wait(), delay)


async def _read(request: web.BaseRequest) -> tuple[RouteRequest, SandboxAnswer | None]:
    refused, raw = None, b""
    try:
        raw = await request.read()
    except web.HTTPRequestEntityTooLarge:
        refused = express_page(413, "PayloadTooLargeError: request entity too large")
    asked = RouteRequest(request.method, request.path, request.query, request.headers, request.content_type, raw)
    return asked, refused


def _shown(asked: RouteRequest) -> Any:
    if not asked.raw:
        return None
    try:
        return read_json(asked.content_type, asked.raw)
    except ValueError:
        return asked.raw.decode(errors="replace")

"""The client against the sandbox's statistics server, and against servers that say exactly what a test tells them to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.postpost.client import open_statistics
from bot.postpost.statistics import StatisticsClient
from bot.sandbox.statistics.server import StatisticsServer
from bot.sandbox.world import World

KEY = "YOUR_API_KEY"


class Moment:
    """The wall clock and the steady one: both stand still but for what a test, or a wait, lets pass."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
        self.steady = 1000.0
        self.waits: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.steady += seconds

    def monotonic(self) -> float:
        return self.steady

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.go_on(seconds)
        await asyncio.sleep(0)


@dataclass(slots=True)
class ScriptedService:
    """A server that answers each request with the next of ``answers`` (bytes as they go over the wire), the last one for ever."""

    answers: list[bytes | None] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    base_url: str = ""

    def say(self, status: int, body: Any, **headers: str) -> None:
        """The next answer: a dict or list as JSON, a text as it is."""
        raw = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else orjson.dumps(body)
        extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self.answers.append(f"HTTP/1.1 {status} X\r\nContent-Length: {len(raw)}\r\n{extra}\r\n".encode() + raw)

    def break_off(self, sent: bytes = b"") -> None:
        """The next answer: these bytes, then the connection is closed."""
        self.answers.append(b"!" + sent)

    def hang(self) -> None:
        """The next answer never comes."""
        self.answers.append(None)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:]) if name}
        raw = await reader.readexactly(int(headers.get("content-length", "0")))
        self.requests.append((head[0].rpartition(" ")[0], headers, orjson.loads(raw) if raw else None))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            await reader.read()
            return False
        writer.write(answer.removeprefix(b"!"))
        await writer.drain()
        return not answer.startswith(b"!")


Open = Callable[..., AbstractAsyncContextManager[StatisticsClient]]


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
async def server(moment: Moment) -> AsyncIterator[StatisticsServer]:
    async with StatisticsServer(World(), clock=moment) as running:
        yield running


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedService]:
    scripted = ScriptedService()
    listening = await asyncio.start_server(scripted.handle, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    scripted.base_url = f"http://127.0.0.1:{port}/api/v1"
    yield scripted
    listening.close()


@pytest.fixture
def observed() -> list[tuple[str, str]]:
    """What became of each request: (endpoint, outcome)."""
    return []


@pytest.fixture
def open_client(moment: Moment, observed: list[tuple[str, str]]) -> Open:
    """``async with open_client(base_url, …)``: a client whose waits take no time."""

    @asynccontextmanager
    async def opened(base_url: str, **options: Any) -> AsyncIterator[StatisticsClient]:
        settings: dict[str, Any] = {
            "api_key": KEY,
            "clock": moment,
            "monotonic": moment.monotonic,
            "sleep": moment.sleep,
            "observe": lambda endpoint, outcome, _: observed.append((endpoint, outcome)),
        }
        async with open_statistics(base_url=base_url, **settings | options) as client:
            yield client

    return opened


@pytest.fixture
async def client(server: StatisticsServer, open_client: Open) -> AsyncIterator[StatisticsClient]:
    """A client of the sandbox's server."""
    async with open_client(server.base_url) as opened:
        yield opened


@pytest.fixture
async def scripted_client(scripted: ScriptedService, open_client: Open) -> AsyncIterator[StatisticsClient]:
    """A client of the server that says what it is told."""
    async with open_client(scripted.base_url) as opened:
        yield opened


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    """``await until(condition)``: let the loop run until it holds."""

    async def wait(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110  # the condition is another process of the loop's, with no event to wait for
                await asyncio.sleep(0.001)

    return wait

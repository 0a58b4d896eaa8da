"""The sandbox's statistics server, started on a port of its own with a clock the test turns, and a way to ask it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import orjson
import pytest

from bot.sandbox.statistics.server import StatisticsServer
from bot.sandbox.world import World


class StatisticsClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the statistics server."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return orjson.loads(self.text)

    @property
    def error(self) -> Any:
        return self.json["error"]


Ask = Callable[..., Awaitable[Reply]]


@pytest.fixture
def statistics_clock() -> StatisticsClock:
    return StatisticsClock()


@pytest.fixture
async def statistics(statistics_clock: StatisticsClock) -> AsyncIterator[StatisticsServer]:
    async with StatisticsServer(World(), clock=statistics_clock) as server:
        yield server


@pytest.fixture
async def ask_statistics(statistics: StatisticsServer) -> AsyncIterator[Ask]:
    """`await ask("linkedin-post-statistics", {…})`; a path that begins with "/" is not below the base URL."""
    async with aiohttp.ClientSession() as session:

        async def ask(path: str, body: Any = None, *, method: str = "POST", patience: float = 20, **options: Any) -> Reply:
            options.setdefault("headers", {"x-api-key": "demo"})
            root = statistics.base_url.removesuffix("/api/v1")
            url = f"{root}{path}" if path.startswith("/") else f"{statistics.base_url}/{path}"
            if body is not None:
                options["json"] = body
            limit = aiohttp.ClientTimeout(total=patience)
            async with session.request(method, url, timeout=limit, **options) as response:
                return Reply(response.status, response.headers, await response.text())

        yield ask

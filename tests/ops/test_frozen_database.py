"""A PostgreSQL that takes connections and answers nothing more: a stopped machine, a full disk under it, a network that drops packets."""

import asyncio
from contextlib import asynccontextmanager

import aiohttp
import pytest
from sqlalchemy import make_url

from bot.app import NO_ANSWER


class Line:
    """Between the bot and its database; what is frozen is kept back, not refused."""

    def __init__(self, port):
        self._port = port
        self.flows = asyncio.Event()
        self.flows.set()

    async def accept(self, reader, writer):
        await self.flows.wait()
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(self._pass_on(reader, back), self._pass_on(there, writer), return_exceptions=True)

    async def _pass_on(self, reader, writer):
        try:
            while some := await reader.read(65_536):
                await self.flows.wait()
                writer.write(some)
                await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def line_to(port):
    line = Line(port)
    async with await asyncio.start_server(line.accept, "127.0.0.1", 0) as server:
        try:
            yield line, server.sockets[0].getsockname()[1]
        finally:
            line.flows.set()


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
async def test_a_database_that_is_frozen_holds_up_no_health_path(open_scene, postgresql, monkeypatch, path):
    """The answer comes while it is frozen still; once it flows again the bot is ready again."""
    url = make_url(postgresql.make_database())
    async with line_to(url.port) as (line, port):
        through = url.set(port=port).render_as_string(hide_password=False)
        async with open_scene(port=0, database_url=through) as scene:
            line.flows.clear()
            with monkeypatch.context() as patch:
                patch.setattr("bot.app.PATIENCE", 0.5)
                patch.setattr("bot.bootstrap.scheduling.COUNTING", 0.5)
                async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{scene.port}{path}") as answer:
                    status, text = answer.status, await answer.text()
            line.flows.set()
            assert (status == 503 and NO_ANSWER in text) if path == "/readyz" else status == 200
            async with asyncio.timeout(60):
                while await scene.bot.problems():  # noqa: ASYNC110 - the database's connections come back by themselves
                    await asyncio.sleep(0.1)

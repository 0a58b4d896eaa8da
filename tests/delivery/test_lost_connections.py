"""Over PostgreSQL a connection may be gone before it is used again, told or untold: neither a question nor a digest notices."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest
from sqlalchemy import make_url

from bot.storage import postgresql as bot_postgresql
from bot.subscriptions.delivery_state import DeliveryState


class Network:
    """The way to PostgreSQL, as through a firewall: it forgets connections, tells nobody, and refuses what is sent on them later."""

    def __init__(self, port: int | None) -> None:
        self._port, self._known = port, set[asyncio.StreamWriter]()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until one of its ends closes it."""
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._port)
        self._known.add(to_server)
        back = asyncio.create_task(self._carry_back(from_server, writer))
        while (data := await reader.read(65_536)) and to_server in self._known:
            to_server.write(data)
        to_server.close()
        writer.transport.abort()
        await back

    async def _carry_back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)

    def forget(self) -> None:
        for to_server in self._known:
            to_server.close()
        self._known.clear()


@asynccontextmanager
async def network_to(port: int | None) -> AsyncIterator[tuple[Network, int]]:
    """A network, and the port at which PostgreSQL is reached through it."""
    network = Network(port)
    async with await asyncio.start_server(network.carry, "127.0.0.1", 0) as server:
        yield network, server.sockets[0].getsockname()[1]


async def assert_nothing_is_noticed(digesting, caplog):
    answer = await digesting.scene.ask("acme 7d")
    assert "Acme" in answer["text"]
    await digesting.digest()
    await digesting.tick(rounds=4, seconds=2)
    assert await digesting.states() == [DeliveryState.SENT]
    assert len(digesting.posted()) == 1
    assert await digesting.replies_in({DeliveryState.SENT})
    # The queue may have been asking for jobs that very moment, and begins anew.
    warnings = [one for one in caplog.records if one.levelno >= logging.WARNING and one.name.startswith("bot.")]
    assert [one.message for one in warnings if one.name != "bot.delivery.queue"] == []


@pytest.fixture
def engine_url(postgresql):
    return {"database_url": postgresql.make_current_database(posts_known=True)}


async def test_connections_that_the_server_ended_are_noticed_at_once(digesting, engine_url, postgresql, caplog):
    """As when it was restarted: it says so on each of them, whenever that was."""
    name = make_url(engine_url["database_url"]).database
    with psycopg.connect(postgresql.url("postgres"), autocommit=True) as server:
        ended = server.execute("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = %s", (name,))
        assert {row[0] for row in ended} == {True}
    await assert_nothing_is_noticed(digesting, caplog)


async def test_connections_that_the_network_forgot_are_noticed_when_they_were_not_used_for_a_while(
    open_digesting, engine_url, monkeypatch, caplog
):
    url = make_url(engine_url["database_url"])
    async with network_to(url.port) as (network, port):
        through = url.set(port=port).render_as_string(hide_password=False)
        async with open_digesting(database_url=through) as digesting:
            network.forget()
            monkeypatch.setattr(bot_postgresql, "UNUSED_SECONDS", 0.0)
            await assert_nothing_is_noticed(digesting, caplog)

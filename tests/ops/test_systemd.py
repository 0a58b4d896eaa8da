"""The bot tells systemd when it is ready, that it is alive, and when it stops; and pings whoever waits for that after its ticks."""

import asyncio
import os
import socket
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.errors import SettingsError, StoreError
from bot.ops import reporting
from bot.settings import given_settings
from tests.cli.test_cli import environment_of, serving


async def test_run_is_ready_alive_and_stopping_for_systemd(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as received:
        address = str(tmp_path / "notify")
        received.bind(address)
        received.setblocking(False)  # noqa: FBT003 - the socket's own signature

        async def next_state() -> str:
            async with asyncio.timeout(60):
                return (await asyncio.get_running_loop().sock_recv(received, 64)).decode()

        async with serving("sandbox", cwd=tmp_path, until="POSTPOST_PLATFORM_ID=") as lines:
            environment = environment_of(lines) | {
                "DATABASE_URL": f"sqlite:///{tmp_path / 'bot.sqlite3'}",
                "NOTIFY_SOCKET": address,
                "WATCHDOG_USEC": "300000",
            }
            async with serving("run", cwd=tmp_path, until="Answering", **environment):
                assert await next_state() == "READY=1"
                assert [await next_state() for _ in range(3)] == ["WATCHDOG=1"] * 3
            states = []
            while "STOPPING=1" not in states:
                states.append(await next_state())
    assert "NOTIFY_SOCKET" not in os.environ


class Watcher:
    """Somebody who waits for pings, and answers them as the test says."""

    def __init__(self):
        self.url = ""
        self.paths, self.status, self.gate, self.pinged = [], 200, asyncio.Event(), asyncio.Event()
        self.gate.set()

    async def answer(self, request):
        self.paths.append(request.path_qs)
        self.pinged.set()
        await self.gate.wait()
        return web.Response(status=self.status)


@pytest.fixture
async def watcher():
    seen = Watcher()

    @asynccontextmanager
    async def listening():
        runner = web.ServerRunner(web.Server(seen.answer, access_log=None), shutdown_timeout=0)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            seen.url = f"http://127.0.0.1:{runner.addresses[0][1]}/the-secret-id?key=hidden"
            yield seen
        finally:
            seen.gate.set()
            await runner.cleanup()

    async with listening() as opened:
        yield opened


async def test_a_tick_that_worked_pings(open_digesting, watcher, monkeypatch):
    monkeypatch.setattr(reporting, "PING_EVERY", 0.0)
    async with open_digesting(heartbeat_url=watcher.url) as digesting:
        before = len(watcher.paths)
        await digesting.tick(rounds=3)
    assert len(watcher.paths) - before >= 3
    assert set(watcher.paths) == {"/the-secret-id?key=hidden"}


async def test_many_ticks_are_one_ping(open_digesting, watcher):
    async with open_digesting(heartbeat_url=watcher.url) as digesting:
        await digesting.tick(rounds=5)
    assert len(watcher.paths) == 1


async def test_a_tick_that_failed_does_not_ping(open_digesting, watcher, monkeypatch):
    monkeypatch.setattr(reporting, "PING_EVERY", 0.0)
    async with open_digesting(heartbeat_url=watcher.url) as digesting:

        async def away(*_arguments, **_more):
            raise StoreError

        monkeypatch.setattr(digesting.scene.bot.scheduling.stores.occurrences, "claim_due", away)
        before = len(watcher.paths)
        with pytest.raises(StoreError):
            await digesting.tick()
        await digesting.idle()
        assert len(watcher.paths) == before


async def test_a_watcher_that_does_not_answer_delays_no_tick(open_digesting, watcher, monkeypatch):
    monkeypatch.setattr(reporting, "PING_WITHIN", 60.0)
    monkeypatch.setattr(reporting, "PING_EVERY", 0.0)
    async with open_digesting(heartbeat_url=watcher.url) as digesting:
        await digesting.digest()
        watcher.gate.clear()
        watcher.pinged.clear()
        async with asyncio.timeout(60):
            await digesting.scene.bot.scheduling.runner.tick()
            await watcher.pinged.wait()
        assert len(await digesting.deliveries()) == 1
        watcher.gate.set()


@pytest.mark.parametrize("trouble", ["refused", "status", "silent"])
async def test_the_address_is_never_logged(open_digesting, watcher, monkeypatch, caplog, trouble):
    monkeypatch.setattr(reporting, "PING_WITHIN", 0.2)
    monkeypatch.setattr(reporting, "PING_EVERY", 0.0)
    url = watcher.url if trouble != "refused" else "http://127.0.0.1:9/the-secret-id?key=hidden"
    watcher.status = 500
    if trouble == "silent":
        watcher.gate.clear()
    caplog.set_level("DEBUG")
    async with open_digesting(heartbeat_url=url) as digesting:
        await digesting.tick(rounds=2)
        shown = [record for record in caplog.records if "heartbeat" in record.getMessage()]
        assert [record.getMessage() for record in shown] == ["the heartbeat is not received"]
        if trouble == "status":
            watcher.status = 200
            await digesting.tick(rounds=2)
            assert "the heartbeat is received again" in caplog.text
    assert "the-secret-id" not in caplog.text + str([record.__dict__ for record in shown])


@pytest.mark.parametrize("value", ["ping.example.com/x", "ftp://ping.example.com/x", "https://?", "https://a:b:c/"])
def test_an_address_that_cannot_be_pinged_is_refused_without_being_repeated(value):
    with pytest.raises(SettingsError, match="HEARTBEAT_URL") as refused:
        given_settings(heartbeat_url=value)
    assert value not in str(refused.value)

"""The real command tells systemd when it is ready, that it is alive, and when it stops."""

import asyncio
import os
import socket

from tests.cli.test_cli import environment_of, serving


async def test_run_is_ready_alive_and_stopping_for_systemd(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        address = str(tmp_path / "notify")
        heard.bind(address)
        heard.setblocking(False)  # noqa: FBT003 - the socket's own signature

        async def next_state() -> str:
            async with asyncio.timeout(20):
                return (await asyncio.get_running_loop().sock_recv(heard, 64)).decode()

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

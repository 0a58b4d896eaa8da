"""Tells systemd that the bot is ready and alive, where systemd runs it with ``Type=notify`` and a watchdog (see sd_notify(3))."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

#: A watchdog of so many seconds is answered this often within them.
ANSWERS_A_WATCHDOG: Final = 3


def _send(address: str, state: str) -> None:
    # An address that begins with @ is in Linux' abstract namespace, which is written with a zero byte.
    target = "\0" + address[1:] if address.startswith("@") else address
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        sender.sendto(state.encode(), target)


async def _answer_watchdog(address: str, seconds: float) -> None:
    while True:
        _send(address, "WATCHDOG=1")
        await asyncio.sleep(seconds)


def systemd_status(text: str, environment: Mapping[str, str] = os.environ) -> None:
    """Says what the bot waits for; `systemctl status` shows it."""
    if address := environment.get("NOTIFY_SOCKET", ""):
        _send(address, f"STATUS={text}")


@asynccontextmanager
async def systemd_notified(environment: Mapping[str, str] = os.environ) -> AsyncIterator[None]:
    """Says READY=1 on entering and STOPPING=1 on leaving, and answers the watchdog while the event loop turns.

    Enter it once the bot really answers: with Socket Mode after Slack's hello. Without ``NOTIFY_SOCKET`` it does nothing.
    """
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        yield
        return
    _send(address, "READY=1")
    microseconds = int(environment.get("WATCHDOG_USEC") or 0)
    watchdog = asyncio.create_task(_answer_watchdog(address, microseconds / 1e6 / ANSWERS_A_WATCHDOG)) if microseconds else None
    try:
        yield
    finally:
        _send(address, "STOPPING=1")
        if watchdog:
            watchdog.cancel()

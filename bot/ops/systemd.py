"""Reports that the bot is alive: to systemd (``Type=notify`` and a watchdog, see sd_notify(3)), and to a heartbeat address."""

import asyncio
import contextlib
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import aiohttp

from bot.ops.tasks import BackgroundTasks

logger = logging.getLogger(__name__)

#: Answers within each watchdog interval.
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
    if address := environment.get("NOTIFY_SOCKET", ""):
        _send(address, f"STATUS={text}")


@asynccontextmanager
async def systemd_notified(environment: Mapping[str, str] = os.environ) -> AsyncIterator[None]:
    """Sends READY=1 (enter it once the bot answers), STOPPING=1, and answers the watchdog; nothing without ``NOTIFY_SOCKET``."""
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


#: Seconds between two pings at least, and how long one may take.
PING_EVERY: Final = 30.0
PING_WITHIN: Final = 5.0


class Heartbeat:
    """Pings an address (``url``, a secret: never logged; "" for none) after successful ticks, so that a monitor notices missing ones."""

    def __init__(self, url: str, tasks: BackgroundTasks) -> None:
        self._url, self._tasks = url, tasks
        self._last: float | None = None
        self._under_way = self._troubled = False

    def ticked(self) -> None:
        """Starts a ping in the background, unless one is running or was just sent."""
        now = time.monotonic()
        if not self._url or self._under_way or (self._last is not None and now - self._last < PING_EVERY):
            return
        self._last, self._under_way = now, True
        self._tasks.start(self._ping(), name="heartbeat")

    async def _ping(self) -> None:
        trouble = ""
        try:
            timeout = aiohttp.ClientTimeout(total=PING_WITHIN)
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(self._url, allow_redirects=False) as answer:
                trouble = "" if answer.ok else f"status {answer.status}"
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            # Its text may quote the address.
            trouble = type(error).__name__
        finally:
            self._under_way = False
        if trouble and not self._troubled:
            logger.warning("the heartbeat is not received", extra={"failure": trouble})
        elif not trouble and self._troubled:
            logger.warning("the heartbeat is received again")
        self._troubled = bool(trouble)

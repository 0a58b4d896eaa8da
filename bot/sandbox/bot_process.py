"""The real bot in the playground: started between the two servers, and started anew when its transport is switched."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.app import Bot, open_bot
from bot.errors import BotError
from bot.ops.manifest import EVENTS_PATH
from bot.sandbox.servers import Servers
from bot.settings import Settings, given_settings

#: Seconds the bot's running work is given when it is stopped or started anew.
GRACE = 2.0

#: Seconds the bot remembers an answer here: none, so that trouble is met by the next question, whatever was asked before.
REMEMBERED = 0.0


class BotProcess:
    """One bot at a time, over Socket Mode or HTTP, on the same database throughout."""

    def __init__(self, servers: Servers, folder: Path, clock: Callable[[], datetime]) -> None:
        self._servers = servers
        self._folder = folder
        self._clock = clock
        #: The settings of a bot of many workspaces; None while it serves one.
        self._many: Mapping[str, Any] | None = None
        self.port = 0
        """Where it serves HTTP."""
        self._switching = asyncio.Lock()
        self._leave = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._bot: Bot | None = None

    @property
    def bot(self) -> Bot:
        """The bot that is running. Raises RuntimeError while none is."""
        if self._bot is None:
            raise RuntimeError("No bot is running: start it first.")
        return self._bot

    async def start(self, mode: str) -> None:
        """Start the bot over `socket` or `http`, and return when Slack reaches it.

        Raises:
            BotError: it could not start.
        """
        self._leave, ready = asyncio.Event(), asyncio.Event()
        self._life = asyncio.create_task(self._live(mode, ready), name=f"the bot over {mode}")
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({self._life, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._life.done():
            life, self._life = self._life, None
            life.result()

    async def _live(self, mode: str, ready: asyncio.Event) -> None:
        over_http = mode == "http"
        try:
            async with open_bot(self._settings(over_http=over_http), self._clock) as bot, bot.serving() as port:
                self.port = port or 0
                if over_http:
                    self._servers.slack.deliver_to(f"http://127.0.0.1:{port}{EVENTS_PATH}")
                self._bot = bot
                ready.set()
                await self._leave.wait()
        finally:
            self._bot = None

    def _settings(self, *, over_http: bool) -> Settings:
        """The bot's settings from the sandbox alone, whatever the environment or a .env says."""
        values = {name.lower(): value for name, value in self._servers.environment(over_http=over_http).items()}
        if self._many is not None:
            one = ("slack_bot_token", "postpost_api_key", "postpost_platform_id")
            values = {name: value for name, value in values.items() if name not in one} | {**self._many}
        port = {"port": 0} if over_http else {}
        own = {"database_url": f"sqlite:///{self._folder / 'demo.sqlite3'}", "shutdown_grace": GRACE, "statistics_memory": REMEMBERED}
        return given_settings(**values, **port, **own)

    async def switch(self, mode: str) -> None:
        """Stop the bot, once what it has begun is done, and start it over `mode`; as it is when it runs so already.

        Raises:
            RuntimeError: it could not start; the sentence says why and what to do.
        """
        async with self._switching:
            if self._servers.slack.parts.link.mode == mode:
                return
            await self.stop()
            try:
                await self.start(mode)
            except BotError as error:
                raise RuntimeError(str(error)) from error

    async def serve_many(self, settings: Mapping[str, Any]) -> None:
        """Starts the bot anew for many workspaces, over HTTP, with these settings of theirs. Raises RuntimeError as ``switch`` does."""
        async with self._switching:
            await self.stop()
            self._many = settings
            try:
                await self.start("http")
            except BotError as error:
                raise RuntimeError(str(error)) from error

    async def stop(self) -> None:
        """Stop the bot."""
        await self._servers.slack.deliver_over_sockets()
        self._leave.set()
        if self._life is not None:
            life, self._life = self._life, None
            await life

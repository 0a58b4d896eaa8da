"""The made-up Slack as one server, with what tests read from it."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.sandbox.slack.bounds import Bounds
from bot.sandbox.slack.clicking import Clicking
from bot.sandbox.slack.delivery import AppReply, SignedHttp
from bot.sandbox.slack.fault_replies import FaultReplies
from bot.sandbox.slack.faults import SlackFaults
from bot.sandbox.slack.manifest import read_manifest
from bot.sandbox.slack.messages import Content, SlackMessage
from bot.sandbox.slack.modals import Modals
from bot.sandbox.slack.oauth import OAuthPages
from bot.sandbox.slack.oracle import Accepted, ApiCall
from bot.sandbox.slack.page_api import PageApi
from bot.sandbox.slack.pages import Pages
from bot.sandbox.slack.parts import SlackParts, build_parts
from bot.sandbox.slack.people import Team
from bot.sandbox.slack.person import PersonAtWork
from bot.sandbox.slack.step_api import StepApi
from bot.sandbox.slack.surroundings import Surroundings
from bot.sandbox.slack.surroundings_api import SurroundingsApi
from bot.sandbox.slack.switches import SlackSwitches
from bot.sandbox.slack.talking import Talking
from bot.sandbox.slack.trace import Trace
from bot.sandbox.slack.webapi import WebApi

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes; an uploaded file may be so large."""
SHUTDOWN = 0.2
"""Seconds that requests under way get when the server closes."""


class SlackServer:
    """A strict substitute for Slack on one port: Web API, Socket Mode, signed HTTP, and the playground's page.

    `clock` gives the moment (aware, UTC) for `ts`, triggers and `response_url`s. `stopwatch` (seconds, never going back) measures
    rate limits, `wall` (epoch seconds) stamps signatures, which the app compares with its machine's clock. The other arguments are
    the bounds of `Bounds`, all in seconds.
    """

    def __init__(
        self,
        manifest: Mapping[str, Any] | Path,
        *,
        clock: Callable[[], datetime],
        seed: int = 1,
        stopwatch: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        bounds: Bounds | None = None,
        team: Team | None = None,
        **knobs: Any,
    ) -> None:
        self._bounds = bounds or Bounds(**knobs)
        self.parts: SlackParts = build_parts(
            read_manifest(manifest), clock=clock, stopwatch=stopwatch, seed=seed, bounds=self._bounds, team=team or Team()
        )
        self.oauth = OAuthPages(self.parts)
        """Where people install the app by its link, here and in the workspaces beside this one."""
        self._wall = wall
        self._fault_replies = FaultReplies(self._bounds.hang)
        self._webapi = WebApi(self.parts, self._fault_replies, self.oauth)
        self._talking, self._clicking = Talking(self.parts), Clicking(self.parts)
        self._modals = Modals(self.parts)
        self.switches = SlackSwitches(self.parts)
        self._pages = Pages(self.parts.stream, self._talking)
        self.page_api = PageApi(self.parts, self._talking, self._clicking, self._modals, self.switches)
        self.surroundings = Surroundings()
        self._surroundings_api = SurroundingsApi(self.parts, self._talking, self.surroundings)
        self._step_api = StepApi(self.parts, self._talking, self.switches)
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Listen; port 0 takes a free one."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.add_routes(self._routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.parts.address.url = f"http://{host}:{self._runner.addresses[0][1]}"

    def _routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/api/{method}", self._webapi.handle),
            *self.oauth.routes(),
            web.post("/actions/{name:.+}", self._webapi.response_url),
            web.post("/upload/v1/{ticket}", self._webapi.upload),
            web.get("/files/{file_id}", self._webapi.download),
            web.get("/link", self.parts.sockets.handle),
            web.get("/", self._pages.index),
            web.get("/page/{path:.+}", self._pages.file),
            web.get("/client/stream", self._pages.follow),
            *self.page_api.routes(),
            *self._surroundings_api.routes(),
            *self._step_api.routes(),
        ]

    async def close(self) -> None:
        """Ends deliveries, hanging calls and connections."""
        self._fault_replies.close()
        self._pages.close()
        await self.parts.events.close()
        await self.parts.sockets.close()
        if self.parts.link.http is not None:
            await self.parts.link.http.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    def stand_beside(self, first: "SlackServer") -> None:
        """Be another workspace with the same app: the first server answers its Web API calls, and gives it what belongs to the app."""
        self.parts.installation.signing_secret = first.signing_secret
        sockets = first.parts.sockets
        self.parts.link.through(sockets, lambda: sockets.connections > 0)
        first.oauth.beside[self.parts.team.id] = self.parts
        first._webapi.beside.append((self.parts, self._webapi))  # noqa: SLF001  # of this class

    def deliver_to(self, url: str) -> None:
        """Send everything to the app's request URL, signed, instead of over Socket Mode."""
        secret = self.parts.installation.signing_secret
        self.parts.link.http = SignedHttp(url, secret, self._wall, self._bounds.ack_timeout)
        self.parts.stream.add("app", {"connected": True, "mode": "http"})

    async def deliver_over_sockets(self) -> None:
        """Send everything over Socket Mode again."""
        http, self.parts.link.http = self.parts.link.http, None
        if http is not None:
            await http.close()
        mode = self.parts.link.mode
        self.parts.stream.add("app", {"connected": mode != "none", "mode": mode})

    @property
    def api_url(self) -> str:
        """The Web API's base, `http://127.0.0.1:PORT/api/`."""
        return f"{self.parts.address.url}/api/"

    @property
    def page_url(self) -> str:
        """The playground's page."""
        return f"{self.parts.address.url}/"

    @property
    def bot_token(self) -> str:
        """`xoxb-…`, for the Web API."""
        return self.parts.installation.bot_token

    @property
    def app_token(self) -> str:
        """`xapp-…`, for Socket Mode."""
        return self.parts.installation.app_token

    @property
    def signing_secret(self) -> str:
        """The secret that signs requests over HTTP."""
        return self.parts.installation.signing_secret

    @property
    def accepted(self) -> Sequence[Accepted]:
        """Everything Slack accepted from the app, in order."""
        return self.parts.posting.accepted

    @property
    def calls(self) -> Sequence[ApiCall]:
        """Every Web API call, in order."""
        return self._webapi.calls

    @property
    def faults(self) -> SlackFaults:
        """The ordered failures."""
        return self.parts.faults

    @property
    def trace(self) -> Trace:
        """The requests between the app and Slack."""
        return self.parts.trace

    @property
    def events(self) -> Sequence[Mapping[str, Any]]:
        """Every event sent, with its wrapper, once each."""
        return self.parts.events.sent

    def person(self, name: str) -> PersonAtWork:
        """A person of the workspace by handle or id: `ann` (an administrator), `bob`, `yuki`, `gus` (a guest), `pat` (a stranger)."""
        return PersonAtWork(self.parts, self._talking, self._clicking, self._modals, name)

    async def other_app(
        self,
        text: str = "",
        *,
        channel: str = "#marketing",
        blocks: Sequence[Mapping[str, Any]] = (),
        attachments: Sequence[Mapping[str, Any]] = (),
        thread_ts: str | None = None,
    ) -> SlackMessage:
        """A message of another app; returns when the app acknowledged its events."""
        message = self._talking.of_another_app(channel, Content(text, tuple(blocks), tuple(attachments)), thread_ts)
        await asyncio.gather(*self.parts.events.of_message(message))
        return message

    def channel_id(self, name: str) -> str:
        """The id of a channel by its name, with or without `#`.

        Raises:
            KeyError: there is none of that name.
        """
        channel = self.parts.workspace.channel(name)
        if channel is None:
            raise KeyError(name)
        return channel.id

    async def connected(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - the caller says how long it waits
        """Wait until the app can be reached; `TimeoutError` when it could not be."""
        async with asyncio.timeout(timeout):
            while self.parts.link.mode == "none":
                await self.parts.stream.changed()

    async def redeliver(self, event: Mapping[str, Any], *, new_id: bool = False) -> AppReply:
        """Send one of `events` a second time, as Slack sometimes does; `new_id`: under another `event_id`."""
        return await self.parts.events.redeliver(event, new_id=new_id)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every Socket Mode connection that it will end: `warning`, `refresh_requested` or `link_disabled`."""
        await self.parts.sockets.disconnect(reason)

    def drop_connections(self) -> None:
        """Cuts every Socket Mode connection without a warning."""
        self.parts.sockets.drop()

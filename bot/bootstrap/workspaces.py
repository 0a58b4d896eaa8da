"""Many workspaces, one bot: they install it by OAuth, and each is served by what was opened for it alone.

::

    Slack ─ request ─→ Workspaces ─ its workspace, as stored now ─→ that one's Bolt app
    scheduler ─ delivery ─→ Workspaces ─ the delivery's workspace ─→ that one's worker
    browser ─ /slack/install, /slack/oauth_redirect ─→ Bolt's AsyncOAuthFlow ─→ WorkspaceStore
"""

import asyncio
import contextvars
import dataclasses
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from msgspec.structs import replace
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.bootstrap.scheduling import Process
from bot.bootstrap.tokens import TokenRefresher, granted_workspaces
from bot.bootstrap.workspace import Own, Workspace, open_workspace
from bot.delivery.scheduler import Work
from bot.delivery.timing import CHECKED, Throttle
from bot.errors import BotError, StoreError
from bot.listeners.installation import InstallationEvents, UninstallListener
from bot.listeners.payloads import notice_of, organization_of, refuse_workspace, workspace_of
from bot.ops.manifest import INSTALL_PATH, MCP_SCOPE, REDIRECT_PATH, read_manifest
from bot.ops.server import Page
from bot.ops.tasks import stop
from bot.ops.telemetry import of_workspace
from bot.settings import Settings, secret_text, without_bolt_variables
from bot.slack.request import HOME, RequestContext
from bot.slack.web_api import open_web_api
from bot.storage.claims import OAuthStates
from bot.storage.column_types import Cipher
from bot.storage.workspaces import StoredWorkspace, WorkspaceStore
from bot.subscriptions.subscription import Installation

logger = logging.getLogger(__name__)
T = TypeVar("T")
#: How long an installation may take from the page to Slack's answer.
STATE_LIFE: Final = timedelta(minutes=10)
#: Seconds between two checks whether a workspace that was replaced can be closed.
LOOK_AGAIN: Final = 0.05
#: Seconds after which it is closed although something still uses it: all that a request or a delivery waits for ends before.
CLOSED_WITHIN: Final = 600.0
#: How many workspaces are checked and opened at once, the seconds that opening one may take, and how long one that failed is left alone.
CHECKS_AT_ONCE: Final = 20
OPENED_WITHIN: Final = 30.0
LEFT_ALONE: Final = timedelta(minutes=1)

NOT_NOW = "I can't answer in this workspace right now. Try again in a few minutes; if it goes on, tell the person who runs this bot."
NOT_OPENED, NOT_OPENED_REMEDY = "This workspace's part of the bot takes too long to open.", "Look at `/readyz` and the log."


class Workspaces:
    """Opens each workspace when it is first asked for, and anew when its token or key has changed, in whichever process.

    It takes the place of Bolt's app towards Slack: ``async_dispatch`` hands each request to its workspace's app. ``client``: Slack's Web
    API, without a token.
    """

    def __init__(self, process: Process, store: WorkspaceStore, client: AsyncWebClient) -> None:
        self._process, self._store, self.client = process, store, client
        self.logger, installations = logger, process.scheduling.stores.installations
        self._events = InstallationEvents(store, UninstallListener(installations, process.clock), client)
        self._tokens = TokenRefresher(store, client, process)
        self._open: dict[str, tuple[StoredWorkspace, Workspace, AsyncExitStack]] = {}
        self._opening: dict[str, asyncio.Lock] = {}
        self._reading: dict[str, asyncio.Lock] = {}
        self._next_read: dict[str, asyncio.Task[StoredWorkspace | None]] = {}
        #: Why a workspace, as it was stored then, could not be opened, and until when nobody tries again.
        self._failed: dict[str, tuple[StoredWorkspace, BotError, datetime]] = {}
        #: The workspaces that are being checked, and whose tick runs.
        self._checking, self._ticking = set[str](), set[str]()
        self._places = asyncio.Semaphore(CHECKS_AT_ONCE)
        self._unended: set[asyncio.Task[Any]] = set()
        self._answers, self._pause = False, Throttle(process.clock, CHECKED)
        self.work = Work(
            lambda delivery: self._for(delivery, lambda work: work.process(delivery)),
            lambda delivery, part: self._for(delivery, lambda work: work.process_part(delivery, part)),
            process.scheduling.runner.wake,
        )

    async def ask(self) -> None:
        if not self._answers:
            await self.client.api_test()
            self._answers = True

    async def async_dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        """Answers a request of Slack's, also where its workspace cannot be served just now: an event is then sent again."""
        try:
            return await self._answered(request)
        except BotError as error:
            about = {"team": workspace_of(request.body)[:20], "error": error.sentence}
            logger.error("a workspace cannot be served", extra=about)  # noqa: TRY400 - its trace says no more
            return BoltResponse(status=503, body="") if "event" in request.body else notice_of(request.body, NOT_NOW)

    async def _answered(self, request: AsyncBoltRequest) -> BoltResponse:
        body: dict[str, Any] = request.body
        if body.get("type") == "url_verification":
            return BoltResponse(status=200, body=str(body.get("challenge", "")))
        if (about := await self._events.handle(body)) is not None:
            for team in {*about} & {*self._open}:
                await self.of(team)
            return BoltResponse(status=200, body="")
        team, organization = workspace_of(body), organization_of(body)
        stored = await self._stored(team)
        if organization and (stored is None or stored.enterprise != organization) and await self._store.join(organization, team):
            stored = await self._stored(team)
        workspace = await self._serving(team, stored)
        if workspace is None:
            return refuse_workspace(body)
        if organization and (body.get("event") or {}).get("type") == "app_home_opened":
            # A person has one Home tab in all workspaces of an organization: it shows the one in which it was opened last.
            for other, one, _ in self._open.values():
                if other.enterprise == organization and other.team != team:
                    one.tabs.forget(str(body["event"].get("user") or ""))
        with workspace.in_use():
            return await workspace.bolt.async_dispatch(request)

    async def of(self, team: str) -> Workspace | None:
        """What serves this workspace; None where the app is not installed. Raises StoreError."""
        return await self._serving(team, await self._stored(team))

    async def _stored(self, team: str) -> StoredWorkspace | None:
        """The workspace as it is stored now: requests of one moment share a read, which begins after each of them has come."""
        reading = self._next_read.get(team)
        if reading is None:
            reading = self._next_read[team] = self._start(self._read(team), "read a workspace")
        return await asyncio.shield(reading)

    async def _read(self, team: str) -> StoredWorkspace | None:
        async with self._reading.setdefault(team, asyncio.Lock()):
            # Who comes from now on waits for the next one.
            del self._next_read[team]
            stored = await self._store.workspace(team)
        return await self._tokens.fresh(stored) if stored else None

    async def _serving(self, team: str, stored: StoredWorkspace | None) -> Workspace | None:
        opened = self._open.get(team)
        if opened and opened[0] == stored:
            return opened[1]
        if opened and stored and dataclasses.replace(opened[0], bot_token=stored.bot_token) == stored:
            # What has begun goes on with the new token too.
            opened[1].use_token(stored)
            self._open[team] = (stored, *opened[1:])
            return opened[1]
        if not opened and not stored:
            return None
        return await asyncio.shield(self._start(self._renew(team, stored), "open a workspace"))

    def _start(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        # In a context of its own: what it goes on with belongs to no single request, and does not end with one.
        task = asyncio.create_task(work, name=name, context=contextvars.Context())
        self._unended.add(task)
        task.add_done_callback(self._unended.discard)
        return task

    async def _renew(self, team: str, wanted: StoredWorkspace | None) -> Workspace | None:
        """Opens the workspace as it is stored now in the place of what was opened before, unless another request just did."""
        async with self._opening.setdefault(team, asyncio.Lock()):
            opened = self._open.get(team)
            stored = wanted if opened and opened[0] == wanted else await self._store.workspace(team)
            if opened and opened[0] == stored:
                return opened[1]
            if retired := self._open.pop(team, None):
                # Closed once nothing uses it any more.
                self._start(_close(retired[1], retired[2]), "close a workspace")
            if stored is None:
                return None
            known = self._failed.get(team)
            if known and known[0] == stored and self._process.clock() < known[2]:
                raise BotError(known[1].sentence, remedy=known[1].remedy)
            try:
                opened = await self._opened(stored)
            except BotError as error:
                logger.error("a workspace could not be opened", extra={"team": team, "error": error.sentence})  # noqa: TRY400 - its trace says no more
                self._failed[team] = (stored, error, self._process.clock() + LEFT_ALONE)
                raise
            self._failed.pop(team, None)
            self._open[team] = opened
            return opened[1]

    async def _opened(self, stored: StoredWorkspace) -> tuple[StoredWorkspace, Workspace, AsyncExitStack]:
        stack = AsyncExitStack()
        try:
            with of_workspace(stored.team):
                async with asyncio.timeout(OPENED_WITHIN):
                    workspace = await stack.enter_async_context(open_workspace(self._process, Own(stored, self._store, self.renewed)))
        except TimeoutError:
            raise StoreError(NOT_OPENED, remedy=NOT_OPENED_REMEDY) from None
        return stored, workspace, stack

    async def installed(self, args: AsyncSuccessArgs) -> BoltResponse:
        """The page after an installation. Which workspaces an organization has given the app is asked of Slack."""
        installation = args.installation
        if installation.is_enterprise_install:
            await self._store.grant(installation.enterprise_id or "", await granted_workspaces(self.client, installation.bot_token or ""))
        return await args.default.success(args)

    async def renewed(self, context: RequestContext) -> None:
        """Shows the Home tab anew of somebody who changed what their workspace is served with."""
        if workspace := await self.of(context.team):
            workspace.tabs.open(replace(context, source=HOME), "")

    async def tick(self) -> None:
        """What the open workspaces do at each tick, each in a task of its own; what was left long ago is deleted. Raises StoreError."""
        if self._pause.over():
            stopped = {one.team: one for one in await self._process.scheduling.stores.installations.stopped()}
            # Each is open, so that its lists are read; and another process may know that one left, or has another key.
            for team in {*self._open, *await self._store.teams(), *stopped} - self._checking:
                self._checking.add(team)
                self._process.tasks.start(self._check(team, stopped.get(team)), name="check a workspace")
        for team, (_, workspace, _) in self._open.items():
            if team not in self._ticking:
                self._ticking.add(team)
                self._process.tasks.start(self._tick(team, workspace), name="tick of a workspace")

    async def _check(self, team: str, stopped: Installation | None) -> None:
        try:
            async with self._places:
                if stopped:
                    # Nothing of it goes on, also where another process knows that it left.
                    await self.of(team)
                    await self._tokens.check_stopped(stopped)
                await self.of(team)
        except BotError as error:
            logger.warning("a workspace cannot be served", extra={"team": team, "error": error.sentence})
        finally:
            self._checking.discard(team)

    async def _tick(self, team: str, workspace: Workspace) -> None:
        try:
            with workspace.in_use():
                await workspace.tick()
        except BotError as error:
            logger.warning("a workspace's tick ended early", extra={"team": team, "error": error.sentence})
        finally:
            self._ticking.discard(team)

    async def _for(self, delivery: str, process: Callable[[Work], Coroutine[Any, Any, bool] | Awaitable[bool]]) -> bool:
        found = await self._process.scheduling.stores.history.delivery(delivery)
        try:
            stored = await self._stored(found.team) if found else None
            # With a token that Slack no longer takes the workspace would be stopped: it waits until the token is renewed.
            if found is None or stored is None or self._tokens.is_over(stored):
                return False
            workspace = await self._serving(found.team, stored)
        except BotError:
            # It waits, and the log has said why.
            return False
        if workspace is None:
            return False
        with workspace.in_use():
            return await process(workspace.delivery.work)

    @property
    def posts_age(self) -> float:
        """Seconds since the list of posts was read of the workspace that waits longest."""
        return max((workspace.parts.sources.posts.age for stored, workspace, _ in self._open.values() if stored.api_key), default=0.0)

    def low_quota_accounts(self) -> int:
        return sum(workspace.parts.sources.statistics.calls.low_accounts() for _, workspace, _ in self._open.values())

    async def close(self) -> None:
        await self._tokens.close()
        # A task that is cancelled before its first step never closes what it was given.
        await asyncio.sleep(0)
        await stop(*self._unended)
        while self._open:
            _, (_, _, stack) = self._open.popitem()
            await stack.aclose()


async def _close(workspace: Workspace, stack: AsyncExitStack) -> None:
    try:
        async with asyncio.timeout(CLOSED_WITHIN):
            while not workspace.is_idle:  # noqa: ASYNC110 - two counts of two classes, seldom looked at
                await asyncio.sleep(LOOK_AGAIN)
    except TimeoutError:
        logger.warning("a workspace is closed while something still uses it", extra={"team": workspace.team})
    finally:
        await stack.aclose()


@asynccontextmanager
async def open_workspaces(process: Process) -> AsyncIterator[tuple[Workspaces, Mapping[str, Page]]]:
    """The workspaces, and the pages where they install the app, by path. Raises StoreError: what is stored cannot be decrypted."""
    settings = process.settings
    store = WorkspaceStore(process.database, Cipher(settings.encryption()), process.clock)
    await store.check_readable()
    async with open_web_api(settings.slack_api_url, None) as (client, _):
        workspaces = Workspaces(process, store, client)
        process.scheduling.runner.periodic_checks.append(workspaces.tick)
        flow = _build_flow(settings, store, OAuthStates(process.database, process.clock, STATE_LIFE), workspaces)
        try:
            yield workspaces, {INSTALL_PATH: flow.handle_installation, REDIRECT_PATH: flow.handle_callback}
        finally:
            await workspaces.close()


def _build_flow(settings: Settings, store: WorkspaceStore, states: OAuthStates, workspaces: Workspaces) -> AsyncOAuthFlow:
    scopes = read_manifest()["oauth_config"]["scopes"]
    quiet = logging.getLogger("slack_bolt.oauth")
    # Its warnings quote the code that Slack gave.
    quiet.setLevel(logging.ERROR)
    with without_bolt_variables():
        return AsyncOAuthFlow(
            client=workspaces.client,
            logger=quiet,
            settings=AsyncOAuthSettings(
                client_id=settings.slack_client_id,
                client_secret=secret_text(settings.slack_client_secret),
                scopes=[*scopes["bot"], *([MCP_SCOPE] if settings.mcp_url else [])],
                user_scopes=[],
                install_path=INSTALL_PATH,
                redirect_uri_path=REDIRECT_PATH,
                authorization_url=f"{settings.slack_api_url.removesuffix('api/')}oauth/v2/authorize",
                installation_store=store,
                state_store=states,
                state_expiration_seconds=int(STATE_LIFE.total_seconds()),
                callback_options=AsyncCallbackOptions(success=workspaces.installed, failure=lambda args: args.default.failure(args)),
            ),
        )

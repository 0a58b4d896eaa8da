"""Opens the bot, serves Slack, and closes everything in reverse; only here the current time is read, below it is an argument."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, Protocol

from msgspec import field
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from bot.bootstrap.queries import Common
from bot.bootstrap.scheduling import Process, open_scheduling
from bot.bootstrap.workspace import Workspace, open_workspace
from bot.bootstrap.workspaces import open_workspaces
from bot.delivery.scheduler import Work
from bot.errors import BotError, SettingsError
from bot.ops.request_checks import Endpoint
from bot.ops.server import FIRST_CONNECTION, WEBHOOK_PATH, HttpHandler, Page, SlackApp, open_http, open_socket_mode
from bot.ops.tasks import BackgroundTasks, utc_now, within
from bot.ops.telemetry import Metrics
from bot.postpost.webhook import PostPostWebhook
from bot.settings import DEFAULT_PORT, Settings, secret_text
from bot.settings.values import MCP_PATH
from bot.slack.web_api import TOKEN_GONE, UNANSWERED, slack_error
from bot.storage.database import open_database
from bot.storage.post_figures import Expiry

logger = logging.getLogger(__name__)

#: The text of /readyz while the Socket Mode connection is down.
NOT_LINKED = "The connection to Slack is down. The bot keeps trying."

NO_MCP_REMEDY = "Install the bot with its extra: pip install 'linkedin-stats-bot[mcp]'"
#: Seconds between two attempts to reach Slack at the start, at first and at most, and until the reason is logged again.
FIRST_PAUSE, LONGEST_PAUSE, RAREST_WORD = 0.5, 5.0, 600.0
#: Seconds that /readyz waits for the database, and its text without an answer.
PATIENCE = 5.0
NO_ANSWER = "The database doesn't answer."
#: Seconds that the start waits for the list of accounts.
FIRST_LIST_WITHIN = 3.0


async def _over_http() -> bool:
    return True


class Installed(Protocol):
    """Whether Slack answers, and takes the bot's token where there is one."""

    async def ask(self) -> Any: ...


class Bot(Process):
    """The built bot."""

    bolt: SlackApp
    installed: Installed
    work: Work
    #: Seconds since the service's list of posts was read, and the number of accounts with few LinkedIn calls left.
    posts_age: Callable[[], float]
    low_quota_accounts: Callable[[], int]
    #: What serves a workspace, by its Slack id; None where the app is not installed.
    workspace: Callable[[str], Awaitable[Workspace | None]]
    #: Where workspaces install the app, by path.
    pages: Mapping[str, Page] = field(default_factory=dict)
    #: Takes PostPost's events; None without its secret.
    webhook: Endpoint | None = None
    #: Why Slack could not be reached at the start; "" once it accepted the tokens.
    slack_problem: str = ""
    #: Whether the Socket Mode connection is up; True over HTTP, where the bot cannot know.
    linked: Callable[[], Awaitable[bool]] = _over_http

    async def problems(self) -> dict[str, str]:
        """The problems that keep the bot from working now, by part, such as "store" or "slack"."""
        found: dict[str, str] = {}
        try:
            found |= await within(PATIENCE, self._storage_problems())
        except BotError as error:
            found["store"] = error.sentence
        except TimeoutError:
            found["store"] = NO_ANSWER
        try:
            await self.installed.ask()
        except UNANSWERED as error:
            found["slack"] = _slack_reason(error)
        if not await self.linked():
            found["slack"] = NOT_LINKED
        return found

    async def _storage_problems(self) -> Mapping[str, str]:
        await self.database.check_writable()
        return await self.scheduling.problems()

    async def count(self) -> None:
        self.metrics.connected.set(await self.linked())
        self.metrics.post_list_age.set(self.posts_age())
        self.metrics.low_quota.set(self.low_quota_accounts())
        await self.scheduling.count()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[int | None]:
        """Serves Slack until left; yields the HTTP port, or None. Raises PortInUse; SettingsError: Slack does not accept a token."""
        settings, socket_mode = self.settings, self.settings.socket_mode
        self.slack_problem = await self._greet()
        async with AsyncExitStack() as stack:
            secret = secret_text(settings.slack_signing_secret)
            verifier = SignatureVerifier(secret) if secret else None
            mcp = await stack.enter_async_context(self._mcp(settings.mcp_url, verifier)) if settings.mcp_url else None
            app, endpoints = None if socket_mode else self.bolt, {MCP_PATH: mcp, WEBHOOK_PATH: self.webhook}
            handler = HttpHandler(app, self.problems, self.metrics, self.count, verifier, self.pages, endpoints)
            # Runs last, when no new request can arrive: started work is finished.
            stack.push_async_callback(self._drain)
            # In Socket Mode nothing but the health paths, the pages where workspaces install the app, and assistants are served.
            needed = not socket_mode or self.pages or settings.mcp_url
            port = DEFAULT_PORT if needed and settings.port is None else settings.port
            listening = None if port is None else await stack.enter_async_context(open_http(handler, settings.host, port))
            if socket_mode:
                token = secret_text(settings.slack_app_token)
                self.linked = await stack.enter_async_context(open_socket_mode(self.bolt, token, self.metrics))
            await stack.enter_async_context(self.scheduling.running(self.work))
            logger.info("serving", extra={"mode": "socket" if socket_mode else "http", "host": settings.host, "port": listening})
            yield listening

    def _mcp(self, url: str, verifier: SignatureVerifier | None) -> AbstractAsyncContextManager[Endpoint]:
        """The endpoint for assistants; raises SettingsError where its library is not installed."""
        try:
            from bot.bootstrap.mcp import open_mcp  # noqa: PLC0415  # a third of a second that only this setting costs
        except ModuleNotFoundError as error:
            raise SettingsError("MCP_URL is set, but the library for it isn't installed.", remedy=NO_MCP_REMEDY) from error
        return open_mcp(url, self.workspace, self, verifier)

    async def slack_connected(self, report: Callable[[str], None]) -> None:
        """Returns once Slack is connected: it accepted the tokens, and with Socket Mode it sent its hello.

        Until then ``report`` is called with the reason, at once and then more and more rarely. Raises SettingsError: Slack does not accept
        a token.
        """
        loop = asyncio.get_running_loop()
        pause = word = FIRST_PAUSE
        due = loop.time()
        while reason := self.slack_problem or ("" if await self.linked() else NOT_LINKED):
            if loop.time() >= due:
                report(reason)
                word = min(2 * max(word, FIRST_CONNECTION), RAREST_WORD)
                due = loop.time() + word
            await asyncio.sleep(pause)
            if self.slack_problem:
                pause = min(2 * pause, LONGEST_PAUSE)
                self.slack_problem = await self._greet()

    async def _greet(self) -> str:
        """Checks the tokens with Slack; returns why it could not be reached, or ""."""
        name, remedy = "SLACK_BOT_TOKEN", "Install the app again (OAuth & Permissions) and set the new Bot User OAuth Token."
        try:
            known = await self.installed.ask()
            if known is not None:
                self.database.own = known.get("organization") or known.team_id or ""
            if self.settings.socket_mode:
                name, remedy = "SLACK_APP_TOKEN", "Make an app-level token with the scope connections:write (Basic Information)."
                await self.bolt.client.apps_connections_open(app_token=secret_text(self.settings.slack_app_token))
        except SlackApiError as error:
            if slack_error(error) in TOKEN_GONE:
                raise SettingsError(f"Slack doesn't accept {name} ({slack_error(error)}).", remedy=remedy) from None
            return f"Slack answered {slack_error(error)} when it was asked about {name}."
        except UNANSWERED as error:
            return _slack_reason(error)
        return ""

    async def _drain(self) -> None:
        cancelled = await self.tasks.drain(self.settings.shutdown_grace)
        if cancelled:
            logger.warning("work was cut off at shutdown", extra={"tasks": cancelled})


def _slack_reason(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return slack_error(error)
    return f"Slack can't be reached ({type(error).__name__})."


@asynccontextmanager
async def open_bot(settings: Settings, clock: Callable[[], datetime] = utc_now) -> AsyncIterator[Bot]:
    """Builds the bot, and closes what it opened in reverse. Raises SettingsError: a setting is missing."""
    settings.require_run()
    async with AsyncExitStack() as stack:
        metrics, tasks = Metrics(by_workspace=settings.many_workspaces), BackgroundTasks()
        database = await stack.enter_async_context(open_database(settings.database_url, many_workspaces=settings.many_workspaces))
        common = settings, database, tasks, metrics, clock
        scheduling = await stack.enter_async_context(open_scheduling(Common(*common)))
        shared = *common, scheduling
        process = Process(*shared)
        questions, figures = timedelta(seconds=settings.follow_up_memory), timedelta(hours=settings.figures_retention_hours)
        scheduling.runner.periodic_checks.append(Expiry(database, questions=questions, figures=figures, clock=clock).delete_old)
        if settings.many_workspaces:
            several, pages = await stack.enter_async_context(open_workspaces(process))
            yield Bot(
                *shared,
                bolt=several,
                installed=several,
                work=several.work,
                workspace=several.of,
                posts_age=lambda: several.posts_age,
                low_quota_accounts=several.low_quota_accounts,
                pages=pages,
            )
            return
        one = await stack.enter_async_context(open_workspace(process))
        secret = secret_text(settings.postpost_webhook_secret)
        scheduling.runner.periodic_checks.append(one.tick)
        with suppress(TimeoutError):
            await asyncio.wait_for(one.parts.sources.accounts.accounts(), FIRST_LIST_WITHIN)
        yield Bot(
            *shared,
            bolt=one.bolt,
            installed=one.installed,
            work=one.delivery.work,
            workspace=one.only,
            posts_age=lambda: one.parts.sources.posts.age,
            low_quota_accounts=one.parts.sources.statistics.calls.low_accounts,
            webhook=PostPostWebhook(secret, clock, one.delivery.look_for_posts, metrics).answer if secret else None,
        )

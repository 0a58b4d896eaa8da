"""Where the objects meet: Settings → Bot, opened and closed in reverse.

The only file that knows every room, and the only one that asks what time it is.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.alert_gathering import AlertGathering
from bot.comparing import Comparing
from bot.desk_wiring import build_reception
from bot.digest_gathering import DigestGathering
from bot.digest_wiring import Clockwork, open_clockwork
from bot.domain.digest_clock import next_run
from bot.domain.metrics import RateBasis
from bot.domain.permissions import Rules
from bot.errors import BotError, SettingsError
from bot.gathering import Gathering
from bot.goal_gathering import GoalFigures
from bot.health import Health
from bot.listeners.departures import Departures
from bot.listeners.home_signs import Signs
from bot.listeners.people import SlackPeople
from bot.listeners.scopes import SlackScopes
from bot.permissions import Permissions
from bot.postpost.client import open_statistics
from bot.postpost.directory import AccountDirectory
from bot.postpost.posts import PostBook
from bot.readers import Readers
from bot.reporter import House, Reporter
from bot.rosters import Rosters
from bot.server import Doors, open_http, open_socket_mode
from bot.settings import DEFAULT_PORT, Settings
from bot.several import Several
from bot.sights import Sights
from bot.slack_wiring import Installed, build_bolt, listen
from bot.store.allowances import Allowances
from bot.store.channels import ChannelDefaults
from bot.store.database import Database, open_database
from bot.store.digests import Digests
from bot.store.goals import Goals
from bot.store.remembered import RememberedDefaults, RememberedTeams
from bot.store.teams import Teams
from bot.store.unfurled import Unfurled
from bot.tasks import Tasks
from bot.team_gathering import TeamGathering
from bot.telemetry import Metrics
from bot.unfurling import Unfurling
from bot.web_api import open_web_api, slack_error
from bot.whose import Whose

logger = logging.getLogger(__name__)

#: Slack's answers to auth.test that no waiting mends.
TOKEN_GONE = ("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive")

#: What /readyz says while the Socket Mode connection is down.
NOT_LINKED = "The connection to Slack is down; it is being tried again."

#: Seconds between two readings of the accounts and posts known at the service.
REFRESH_EVERY = 600.0

#: Seconds the first reading may hold up the start.
FIRST_READING = 3.0


def utc_now() -> datetime:
    """The moment, aware, UTC."""
    return datetime.now(UTC)


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""


async def _over_http() -> bool:
    return True


@dataclass(slots=True)
class Bot:
    """Everything that runs, ready to be served."""

    settings: Settings
    bolt: AsyncApp
    installed: Installed
    database: Database
    tasks: Tasks
    metrics: Metrics
    clock: Callable[[], datetime]
    digests: Clockwork
    #: Whether Slack can reach the bot now; over HTTP only Slack itself knows.
    linked: Callable[[], Awaitable[bool]] = _over_http

    async def problems(self) -> dict[str, str]:
        """What keeps the bot from working now, by part."""
        found: dict[str, str] = {}
        try:
            await self.database.ping()
            found |= await self.digests.problems()
        except BotError as error:
            found["store"] = error.sentence
        try:
            await self.installed.ask()
        except (SlackApiError, OSError, TimeoutError) as error:
            found["slack"] = _slack_reason(error)
        if not await self.linked():
            found["slack"] = NOT_LINKED
        return found

    async def count(self) -> None:
        """Bring the counters that are read off something up to this moment."""
        self.metrics.connected.set(await self.linked())
        await self.digests.count()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[int | None]:
        """Answer Slack until left; yields the HTTP port, or None when nothing listens.

        Raises:
            PortInUse: another program has the port.
            SettingsError: Slack does not accept a token.
        """
        settings, socket_mode = self.settings, self.settings.socket_mode
        await self._greet()
        doors = Doors(None if socket_mode else self.bolt, problems=self.problems, metrics=self.metrics, count=self.count)
        async with AsyncExitStack() as stack:
            # Left last, so after the doors are closed: what has begun is brought to its end.
            stack.push_async_callback(self._drain)
            port = settings.port if socket_mode else DEFAULT_PORT if settings.port is None else settings.port
            listening = None if port is None else await stack.enter_async_context(open_http(doors, settings.host, port))
            if socket_mode:
                self.linked = await stack.enter_async_context(open_socket_mode(self.bolt, _secret(settings.slack_app_token)))
            await stack.enter_async_context(self.digests.ringing())
            logger.info("serving", extra={"mode": "socket" if socket_mode else "http", "host": settings.host, "port": listening})
            yield listening

    async def _greet(self) -> None:
        """Ask Slack who we are. A wrong token ends the start; a Slack that is away does not: the first request asks again."""
        name, remedy = "SLACK_BOT_TOKEN", "Install the app again (OAuth & Permissions) and set the new Bot User OAuth Token."
        try:
            await self.installed.ask()
            if self.settings.socket_mode:
                name, remedy = "SLACK_APP_TOKEN", "Make an app-level token with the scope connections:write (Basic Information)."
                await self.bolt.client.apps_connections_open(app_token=_secret(self.settings.slack_app_token))
        except SlackApiError as error:
            if slack_error(error) in TOKEN_GONE:
                raise SettingsError(f"Slack does not accept {name} ({slack_error(error)}).", remedy=remedy) from None
            logger.warning("Slack did not answer at the start", extra={"slack_error": _slack_reason(error)})
        except (OSError, TimeoutError) as error:
            logger.warning("Slack did not answer at the start", extra={"failure": type(error).__name__})

    async def _drain(self) -> None:
        cancelled = await self.tasks.drain(self.settings.shutdown_grace)
        if cancelled:
            logger.warning("work was cut off at shutdown", extra={"tasks": cancelled})


def _slack_reason(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return slack_error(error)
    return f"Slack cannot be reached ({type(error).__name__})."


@asynccontextmanager
async def open_bot(settings: Settings, clock: Callable[[], datetime] = utc_now) -> AsyncIterator[Bot]:
    """The bot with everything it needs, closed in reverse.

    Raises:
        SettingsError: a setting is missing.
        StoreError: the database cannot be used.
    """
    settings.require_run()
    async with AsyncExitStack() as stack:
        metrics, tasks = Metrics(), Tasks()
        database = await stack.enter_async_context(open_database(settings.database_url))
        client, session = await stack.enter_async_context(open_web_api(settings.slack_api_url, _secret(settings.slack_bot_token)))
        statistics = await stack.enter_async_context(
            open_statistics(
                base_url=settings.postpost_base_url,
                api_key=_secret(settings.postpost_api_key),
                key_header=settings.postpost_api_key_header,
                clock=clock,
                deadline=settings.statistics_deadline,
                memory_seconds=settings.statistics_memory,
                observe=metrics.observe_request,
            )
        )
        accounts = AccountDirectory(statistics.listings.connections, configured=settings.configured_accounts(), clock=clock)
        posts = PostBook(statistics.listings, clock=clock)
        people = SlackPeople(client, clock)
        permissions = Permissions(_rules(settings), people, Allowances(database), SlackScopes(client))
        defaults, teams = RememberedDefaults(ChannelDefaults(database), clock), RememberedTeams(Teams(database), clock)
        sights = Sights(permissions, teams)
        figures = Gathering(statistics=statistics, accounts=accounts, posts=posts, basis=_house(settings).basis, clock=clock)
        stack.push_async_callback(accounts.close)
        kept_goals = Goals(Digests(database), next_run, clock)
        goals = GoalFigures(
            statistics=statistics,
            kept=kept_goals,
            teams=teams,
            accounts=accounts,
            rules=permissions.rules,
            totals_only=settings.team_totals_only,
            clock=clock,
        )
        gathering = DigestGathering(
            figures,
            goals=goals,
            accounts=accounts,
            posts=posts,
            followers=statistics.listings,
            teams=teams,
            basis=_house(settings).basis,
            clock=clock,
        )
        stack.push_async_callback(gathering.close)
        digests = await stack.enter_async_context(
            open_clockwork(
                settings,
                database=database,
                gathering=gathering,
                alerts=AlertGathering(
                    statistics=statistics, gathering=figures, accounts=accounts, groups=teams, sights=sights, basis=_house(settings).basis
                ),
                goals=goals,
                tasks=tasks,
                metrics=metrics,
                clock=clock,
                token=_secret(settings.slack_bot_token),
            )
        )
        reporter = Reporter(
            statistics=statistics,
            accounts=accounts,
            posts=posts,
            whose=Whose(accounts=accounts, posts=posts, defaults=defaults, default=settings.postpost_platform_id, sights=sights),
            permissions=permissions,
            teams=teams,
            goals=goals,
            several=Several(
                gathering=figures,
                several=TeamGathering(figures, posts=posts, basis=_house(settings).basis, clock=clock),
                accounts=accounts,
                teams=teams,
                rules=permissions.rules,
                sights=sights,
                rosters=Rosters(teams=teams, permissions=permissions, gathering=figures, clock=clock),
                totals_only=settings.team_totals_only,
                clock=clock,
            ),
            readers=Readers(people, settings.locale),
            health=Health(
                slack=client,
                listing=statistics.listings.connections,
                last_outcomes=metrics.last_outcomes,
                store=database,
                clockwork=digests,
                clock=clock,
            ),
            house=_house(settings),
            metrics=metrics,
            clock=clock,
        )
        reception = build_reception(
            settings,
            clockwork=digests,
            client=client,
            people=people,
            gate=permissions,
            sights=sights,
            teams=teams,
            accounts=accounts,
            defaults=defaults,
            goals=kept_goals,
            goal_figures=goals,
            hall=reporter,
            clock=clock,
        )
        installed = Installed(client)
        bolt = build_bolt(settings, client, installed)
        look = listen(
            bolt,
            client=client,
            session=session,
            reception=reception,
            comparing=Comparing(accounts=accounts, posts=posts, permissions=permissions, sights=sights, clock=clock),
            departures=Departures(digests.stores.installations, clock),
            figures=reporter,
            signs=Signs(digests.stores.digests, digests.stores.history, accounts),
            previews=Unfurling(
                gathering=figures,
                posts=posts,
                teams=Teams(database),
                shown=Unfurled(database),
                permissions=permissions,
                readers=Readers(people, settings.locale),
                metrics=metrics,
                clock=clock,
            ),
            tasks=tasks,
            acknowledge_within=settings.acknowledge_within,
            clock=clock,
        )
        digests.runner.also(look)
        keeper = asyncio.create_task(_keep_fresh(accounts, posts), name="keep accounts and posts fresh")
        stack.push_async_callback(_stopped, keeper)
        with suppress(TimeoutError):
            await asyncio.wait_for(accounts.accounts(), FIRST_READING)
        yield Bot(settings, bolt, installed, database, tasks, metrics, clock, digests)


def _house(settings: Settings) -> House:
    return House(
        basis=RateBasis(settings.engagement_rate_basis),
    )


def _rules(settings: Settings) -> Rules:
    return Rules(
        administrators=frozenset(settings.administrators),
        allowed_channels=frozenset(settings.allowed_channels),
        channel_accounts=settings.channel_accounts,
    )


async def _keep_fresh(accounts: AccountDirectory, posts: PostBook) -> None:
    """Read the service's accounts and posts now and then, off every question's way."""
    while True:
        try:
            await accounts.accounts()
            await posts.refresh()
        except Exception:
            # Neither raises by its contract; should one all the same, the next round comes nevertheless.
            logger.exception("the accounts and posts could not be read")
        await asyncio.sleep(REFRESH_EVERY)


async def _stopped(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

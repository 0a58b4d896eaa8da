"""Builds everything that serves one workspace: its clients of Slack and PostPost, what they feed, and its Bolt app."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.handler import AlertForms, AlertHandler
from bot.alerts.rule import stored_rule_text
from bot.alerts.service import AlertService
from bot.bootstrap.bolt import build_bolt, listen
from bot.bootstrap.queries import QueryParts, open_query_parts
from bot.bootstrap.scheduling import Process, SchedulerRuntime, open_scheduler
from bot.digests.handler import DigestForms, DigestHandler
from bot.digests.service import DigestService
from bot.errors import NotAllowed
from bot.goals.handler import GoalHandler
from bot.goals.service import GoalService
from bot.listeners.assistants import AssistantTools
from bot.listeners.forms import Forms
from bot.listeners.home import HomeTabs
from bot.listeners.payloads import SingleWorkspaceAuthorize
from bot.listeners.router import Router
from bot.listeners.routes import Management, routes
from bot.listeners.verbs import Route, Verbs
from bot.management.service import SubscriptionService
from bot.ops.tasks import BackgroundTasks
from bot.ops.telemetry import of_workspace
from bot.postpost.client import open_statistics
from bot.postpost.transport import CONNECT, NOT_CONNECTED
from bot.queries.answers_as_data import AssistantQueries
from bot.queries.connection import ConnectionHandler
from bot.queries.handler import QueryHandler
from bot.queries.health import HealthService
from bot.queries.home import HomeHandler
from bot.queries.questions import QuestionReader
from bot.queries.service import ComparisonService, QueryService
from bot.settings import secret_text
from bot.slack.numbers import number_format_of
from bot.slack.people import ChannelDirectory
from bot.slack.request import RequestContext
from bot.slack.web_api import open_web_api
from bot.statistics.reports import Account
from bot.storage.claims import LastQuestions, WelcomeRepository
from bot.storage.workspaces import StoredWorkspace, WorkspaceStore
from bot.subscriptions.subscription import SubscriptionKind
from bot.watches.handler import WatchForms, WatchHandler
from bot.watches.service import WatchService


class Workspace(Struct):
    """What serves one workspace. Nothing in it is another one's."""

    bolt: AsyncApp
    installed: SingleWorkspaceAuthorize
    delivery: SchedulerRuntime
    parts: QueryParts
    tabs: HomeTabs
    tasks: BackgroundTasks
    clients: Sequence[AsyncWebClient]
    assistants: AssistantTools
    #: Its Slack id where there are many, else "".
    team: str
    _uses: int = 0

    @contextmanager
    def in_use(self) -> Iterator[None]:
        self._uses += 1
        try:
            with of_workspace(self.team):
                yield
        finally:
            self._uses -= 1

    @property
    def is_idle(self) -> bool:
        return not self._uses and not len(self.tasks)

    def use_token(self, stored: StoredWorkspace) -> None:
        """Goes on with the token that is stored now, also in what has begun."""
        for client in self.clients:
            client.token = stored.bot_token
        self.installed.know(_authorized(stored))

    async def only(self, team: str) -> "Workspace | None":
        """Itself if it serves this workspace (Slack's id), or an organization's, which it does for any; else None."""
        installed = await self.installed.ask()
        return self if installed.get("organization") or team == installed.team_id else None

    async def tick(self) -> None:
        """What it does at each tick of the scheduler; raises StoreError."""
        for check in self.delivery.checks:
            await check()


class Own(Struct, frozen=True):
    """What one of many workspaces has of its own: what is stored of it, where that is, and what shows a changed one."""

    stored: StoredWorkspace
    store: WorkspaceStore
    renewed: Callable[[RequestContext], Any]


@asynccontextmanager
async def open_workspace(process: Process, own: Own | None = None) -> AsyncIterator[Workspace]:
    """Opens what serves a workspace: that of the settings' bot token, or one of many. Raises SettingsError."""
    team, known_as = "", None
    if own is not None:
        stored = own.stored
        settings = process.settings.of_workspace(token=stored.bot_token, api_key=stored.api_key, platform_id=stored.platform_id)
        process = replace(process, settings=settings, tasks=BackgroundTasks(process.tasks))
        team, known_as = stored.team, _authorized(stored)
    settings = process.settings
    async with AsyncExitStack() as stack:
        client, session = await stack.enter_async_context(open_web_api(settings.slack_api_url, secret_text(settings.slack_bot_token), team))
        known = await stack.enter_async_context(open_query_parts(process, client, team))
        delivery = await stack.enter_async_context(open_scheduler(process, known, team))
        queries, home, asked = _query_handlers(process, known, client)
        management = _management(process, known, delivery, client)
        router = Router(
            Verbs(routes(queries, management), Route(frozenset(), queries.handle, check=queries.check), queries.known),
            people=known.sources.people,
            last=queries.last,
            metrics=process.metrics,
            clock=process.clock,
            refusal=None if settings.postpost_api_key is not None else NotAllowed(NOT_CONNECTED, remedy=CONNECT),
        )
        installed = SingleWorkspaceAuthorize(client, known_as)
        bolt = build_bolt(settings, client, installed)
        tabs = listen(
            bolt,
            process,
            known.sources,
            client=client,
            session=session,
            router=router,
            home=home,
            management=management,
            connection=_connection(process, own, known) if own else None,
        )
        delivery.checks.append(tabs.refresh)
        assistants = AssistantTools(router, asked, management.digests)
        yield Workspace(bolt, installed, delivery, known, tabs, process.tasks, (client, delivery.slack), assistants, team)


def _query_handlers(process: Process, parts: QueryParts, client: AsyncWebClient) -> tuple[QueryHandler, HomeHandler, AssistantQueries]:
    database, age = process.database, timedelta(seconds=process.settings.follow_up_memory)
    last = LastQuestions(database, partial(process.tasks.start, name="remember a question"), age, process.clock)
    queries, comparisons = QueryService(parts.sources), ComparisonService(parts.sources)
    handler = QueryHandler(
        parts.sources,
        figures=queries,
        comparisons=comparisons,
        clients=parts.clients,
        reader=QuestionReader(parts.sources, parts.defaults, last),
        health=HealthService(
            parts.sources,
            slack=client,
            store=database,
            tick_age=lambda: process.scheduling.runner.age,
            problems=process.scheduling.problems,
            unanswered=process.scheduling.stores.history.open_questions,
        ),
    )
    home = HomeHandler(parts.sources, queries, comparisons, WelcomeRepository(database))
    assistants = AssistantQueries(parts.sources, queries, comparisons)
    return handler, home, assistants


def _management(process: Process, parts: QueryParts, runtime: SchedulerRuntime, client: AsyncWebClient) -> Management:
    settings, scheduling, sources = process.settings, process.scheduling, parts.sources
    subscriptions = SubscriptionService(
        sources,
        scheduling.stores,
        ChannelDirectory(client, sources.people),
        channel_default=parts.defaults.channel_default,
        default_account=settings.postpost_platform_id,
        wake=scheduling.runner.wake,
        rules={SubscriptionKind.ALERT: stored_rule_text},
    )
    authorization, grace = subscriptions.authorization, settings.digest_late
    digests = DigestService(subscriptions, runtime.building, grace=grace, number_format=number_format_of(settings.locale))
    alerts, watches = AlertService(subscriptions, runtime.alerting, grace), WatchService(subscriptions, runtime.watches)
    of_digests, of_alerts = DigestHandler(digests, subscriptions), AlertHandler(alerts, authorization)
    of_watches = WatchHandler(watches, authorization)
    forms: Mapping[SubscriptionKind, Forms] = {
        SubscriptionKind.DIGEST: DigestForms(of_digests, digests, subscriptions),
        SubscriptionKind.ALERT: AlertForms(of_alerts, alerts, subscriptions),
        SubscriptionKind.WATCH: WatchForms(watches, subscriptions),
    }
    return Management(
        of_digests,
        of_alerts,
        GoalHandler(GoalService(parts.goals, subscriptions), permissions=sources.permissions),
        of_watches,
        forms,
        subscriptions,
    )


def _authorized(stored: StoredWorkspace) -> AuthorizeResult:
    """What Bolt would ask of Slack: whose token it is."""
    result = AuthorizeResult(
        enterprise_id=stored.enterprise or None,
        team_id=stored.team,
        bot_token=stored.bot_token,
        bot_id=stored.bot_id,
        bot_user_id=stored.bot_user_id,
    )
    result["organization"] = ""
    return result


def _connection(process: Process, own: Own, known: QueryParts) -> ConnectionHandler:
    settings = process.settings

    async def look(key: str) -> Sequence[Account]:
        address, header = settings.postpost_base_url, settings.postpost_api_key_header
        async with open_statistics(base_url=address, api_key=key, key_header=header, clock=process.clock, own_key=True) as statistics:
            return await statistics.connections.connections()

    return ConnectionHandler(own.stored, own.store, known.sources.permissions, known.clients, known.sources.accounts, look, own.renewed)

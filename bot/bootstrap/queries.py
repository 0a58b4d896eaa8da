"""Builds the shared parts (API client, accounts, posts, people, permissions) and the handler of queries."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from slack_sdk.web.async_client import AsyncWebClient

from bot.access.groups import ClientService
from bot.access.permissions import AccessRules, PermissionService
from bot.access.visibility import AccountResolver, Sources, VisibilityService
from bot.alerts.fetch import AlertFetcher
from bot.digests.fetch import DigestFetcher
from bot.ops.tasks import BackgroundTasks, stop
from bot.ops.telemetry import Metrics
from bot.postpost.client import open_statistics
from bot.postpost.post_catalog import PostCatalog
from bot.postpost.statistics import AccountDirectory
from bot.reports.fetch import ReportFetcher
from bot.reports.goals import GoalFetcher
from bot.settings import Settings, secret_text
from bot.slack.people import PeopleDirectory, ScopeReader
from bot.statistics.metrics import RateBasis
from bot.storage.claims import KnownPostRepository
from bot.storage.database import Database
from bot.storage.post_figures import PostFigures
from bot.storage.subscriptions import GoalRepository, SubscriptionRepository
from bot.storage.workspace_settings import REMEMBERED, ChannelDefaultRepository, GroupRepository, PermissionRepository
from bot.watches.fetch import WatchFetcher
from bot.watches.troubles import WatchTroubles

logger = logging.getLogger(__name__)

#: Seconds between two reads of the accounts and posts.
REFRESH_EVERY: Final = 600.0


class Common(Struct):
    """What all parts are built with: the settings (of one workspace, its own), and what belongs to the whole process."""

    settings: Settings
    database: Database
    tasks: BackgroundTasks
    metrics: Metrics
    #: The current time (aware, UTC).
    clock: Callable[[], datetime]


class QueryParts(Struct, frozen=True):
    """What the features of one workspace read from, what they share beside that, and what fetches for scheduled messages."""

    sources: Sources
    clients: ClientService
    defaults: ChannelDefaultRepository
    goals: GoalRepository
    digests: DigestFetcher
    alerts: AlertFetcher
    watches: WatchFetcher

    async def keep_fresh(self) -> None:
        """Reads the accounts and posts every ten minutes until cancelled, so that requests need not wait for them."""
        while True:
            try:
                await self.sources.accounts.accounts()
                await self.sources.posts.refresh()
            except Exception:
                # Neither should raise; if one does, the loop continues.
                logger.exception("the accounts and posts could not be read")
            await asyncio.sleep(REFRESH_EVERY)


@asynccontextmanager
async def open_query_parts(common: Common, client: AsyncWebClient, team: str) -> AsyncIterator[QueryParts]:
    """The parts of one workspace (``team``; "" for the bot token's one), whose accounts and posts are kept fresh. Raises SettingsError."""
    settings, database, metrics, clock = common.settings, common.database, common.metrics, common.clock
    basis = RateBasis(settings.engagement_rate_basis)
    async with AsyncExitStack() as stack:
        allowances = PermissionRepository(database, clock, REMEMBERED)
        if team:
            await allowances.clients(team)
        own_key = secret_text(settings.postpost_api_key)
        statistics = await stack.enter_async_context(
            open_statistics(
                base_url=settings.postpost_base_url,
                api_key=own_key,
                key_header=settings.postpost_api_key_header,
                clock=clock,
                deadline=settings.statistics_deadline,
                memory_seconds=settings.statistics_memory,
                observe=metrics.observe_request,
                own_key=settings.many_workspaces,
                observe_calls=metrics.observe_linkedin_calls,
                clients=allowances.every_client,
            )
        )
        accounts = AccountDirectory(
            statistics.connections.with_clients, configured=settings.configured_accounts(), clock=clock, clients=allowances.every_client
        )
        stack.push_async_callback(accounts.close)
        background = statistics.in_background()
        known_posts = KnownPostRepository(database, team, hashlib.sha256(own_key.encode()).hexdigest()[:16])
        posts = PostCatalog(background.connections, known_posts, clock=clock)
        await posts.load()
        stack.push_async_callback(posts.close)
        people = PeopleDirectory(client, clock, settings.locale)
        rules = AccessRules(frozenset(settings.administrators), frozenset(settings.allowed_channels), settings.channel_accounts)
        permissions = PermissionService(rules, people, allowances, ScopeReader(client))
        groups, defaults = GroupRepository(database, clock, REMEMBERED), ChannelDefaultRepository(database, clock, REMEMBERED)
        visibility = VisibilityService(permissions, groups)
        remembered = PostFigures(database, timedelta(hours=settings.figures_retention_hours), clock)

        async def sees(of_team: str) -> Callable[[str, str], bool]:
            return (await permissions.rules(of_team)).sees

        goals = GoalRepository(SubscriptionRepository(database), clock)
        sources = Sources(
            statistics=statistics,
            figures=ReportFetcher(statistics=statistics, accounts=accounts, posts=posts, remembered=remembered, basis=basis, clock=clock),
            goals=GoalFetcher(
                statistics=statistics,
                goals=goals,
                groups=groups,
                accounts=accounts,
                sees=sees,
                totals_only=settings.team_totals_only,
                clock=clock,
            ),
            accounts=accounts,
            posts=posts,
            remembered=remembered,
            groups=groups,
            people=people,
            permissions=permissions,
            visibility=visibility,
            account_resolver=AccountResolver(
                accounts=accounts, posts=posts, defaults=defaults, default=settings.postpost_platform_id, visibility=visibility
            ),
            basis=basis,
            totals_only=settings.team_totals_only,
            clock=clock,
        )
        unasked = sources.in_background()
        digests = DigestFetcher(unasked)
        stack.push_async_callback(digests.close)
        knowledge = QueryParts(
            sources,
            ClientService(permissions, allowances, statistics.connections.connections, clock),
            defaults,
            goals,
            digests,
            AlertFetcher(replace(unasked, figures=sources.figures)),
            WatchFetcher(unasked, WatchTroubles(unasked.statistics.connections, groups, clock)),
        )
        if settings.postpost_api_key:
            keeper = asyncio.create_task(knowledge.keep_fresh(), name="keep accounts and posts fresh")
            stack.push_async_callback(stop, keeper)
        yield knowledge

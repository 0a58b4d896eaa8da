"""Builds the services and handlers of digests, alerts, goals and watches."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.handler import AlertForms, AlertHandler
from bot.alerts.service import AlertService
from bot.blockkit.numbers import number_format_of
from bot.bootstrap.queries import QueryParts
from bot.bootstrap.scheduling import SchedulerRuntime
from bot.digests.create import DigestCreator
from bot.digests.handler import DigestForms, DigestHandler
from bot.digests.service import DigestService
from bot.goals.handler import GoalHandler
from bot.goals.service import GoalService
from bot.listeners.forms import SubscriptionForms
from bot.management.authorization import Authorization
from bot.management.service import SubscriptionService
from bot.settings import Settings
from bot.slack.channels import ChannelDirectory
from bot.subscriptions.subscription import SubscriptionKind
from bot.watches.handler import WatchForms, WatchHandler
from bot.watches.service import WatchService


@dataclass(frozen=True, slots=True)
class Management:
    """The handlers of digests, alerts, goals and watches, and the forms by what they set up."""

    digests: DigestHandler
    alerts: AlertHandler
    goals: GoalHandler
    watches: WatchHandler
    forms: Mapping[SubscriptionKind, SubscriptionForms[Any]]


def build_management(
    settings: Settings, parts: QueryParts, *, runtime: SchedulerRuntime, client: AsyncWebClient, clock: Callable[[], datetime]
) -> Management:
    stores, sources = runtime.stores, parts.sources
    channels = ChannelDirectory(client, sources.people)
    authorization = Authorization(channels, sources)
    subscriptions = SubscriptionService(
        stores=stores,
        channels=channels,
        authorization=authorization,
        channel_default=parts.defaults.channel_default,
        default_account=settings.postpost_platform_id,
        wake=runtime.runner.wake,
        clock=clock,
    )

    digests = DigestService(
        subscriptions=subscriptions,
        stores=stores,
        creator=DigestCreator(subscriptions, settings.digest_late),
        builder=runtime.building,
        opted_out=sources.groups.opted_out,
        number_format=number_format_of(settings.locale),
    )
    alerts = AlertService(
        subscriptions=subscriptions,
        evaluator=runtime.alerting,
        groups=sources.groups,
        basis=sources.basis,
        grace=settings.digest_late,
    )
    goals = GoalService(
        goals=parts.goals,
        fetcher=sources.goals,
        groups=sources.groups,
        subscriptions=subscriptions,
    )
    watches = WatchService(subscriptions=subscriptions, groups=sources.groups, fetcher=runtime.watches)
    of_digests, of_alerts = DigestHandler(digests, authorization), AlertHandler(alerts, authorization)
    of_watches = WatchHandler(watches, authorization)
    forms: Mapping[SubscriptionKind, SubscriptionForms[Any]] = {
        SubscriptionKind.DIGEST: DigestForms(of_digests, digests, subscriptions),
        SubscriptionKind.ALERT: AlertForms(of_alerts, alerts, subscriptions),
        SubscriptionKind.WATCH: WatchForms(watches, subscriptions),
    }
    return Management(of_digests, of_alerts, GoalHandler(goals, permissions=sources.permissions), of_watches, forms)

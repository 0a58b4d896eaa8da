"""Builds the services and handlers of digests, alerts, goals and watches."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.handler import AlertForms, AlertHandler
from bot.alerts.rule import stored_rule_text
from bot.alerts.service import AlertService
from bot.bootstrap.queries import QueryParts
from bot.bootstrap.scheduling import SchedulerRuntime
from bot.digests.handler import DigestForms, DigestHandler
from bot.digests.service import DigestService
from bot.goals.handler import GoalHandler
from bot.goals.service import GoalService
from bot.listeners.forms import SubscriptionForms
from bot.management.service import SubscriptionService
from bot.settings import Settings
from bot.slack.channels import ChannelDirectory
from bot.slack.numbers import number_format_of
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
    subscriptions: SubscriptionService


def build_management(settings: Settings, parts: QueryParts, *, runtime: SchedulerRuntime, client: AsyncWebClient) -> Management:
    sources = parts.sources
    subscriptions = SubscriptionService(
        sources,
        runtime.stores,
        ChannelDirectory(client, sources.people),
        channel_default=parts.defaults.channel_default,
        default_account=settings.postpost_platform_id,
        wake=runtime.runner.wake,
        rules={SubscriptionKind.ALERT: stored_rule_text},
    )
    authorization, grace = subscriptions.authorization, settings.digest_late
    digests = DigestService(subscriptions, runtime.building, grace=grace, number_format=number_format_of(settings.locale))
    alerts, watches = AlertService(subscriptions, runtime.alerting, grace), WatchService(subscriptions, runtime.watches)
    of_digests, of_alerts = DigestHandler(digests, authorization, sources.groups), AlertHandler(alerts, authorization)
    of_watches = WatchHandler(watches, authorization)
    forms: Mapping[SubscriptionKind, SubscriptionForms[Any]] = {
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

"""Where the desk's objects meet: the ledger, Slack, the figures, the hall in front of it and the listeners behind its buttons."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.access.account_resolver import DefaultAccounts
from bot.access.groups import Groups
from bot.access.locale_service import LocaleService
from bot.access.permissions import PermissionService
from bot.access.visibility import VisibilityService
from bot.alerts.handler import AlertHandler
from bot.alerts.service import AlertService
from bot.bootstrap.scheduling import SchedulerRuntime
from bot.digests.create import DigestCreator
from bot.digests.form import DigestForms
from bot.digests.handler import DigestHandler
from bot.digests.service import DigestService
from bot.goals.fetch import GoalFetcher
from bot.goals.handler import GoalHandler
from bot.goals.service import GoalService
from bot.management.authorization import Authorization
from bot.management.service import SubscriptionService, SubscriptionStores
from bot.reports.fetch import KnownAccounts
from bot.router.run import RequestHandler
from bot.settings import Settings
from bot.slack.channels import ChannelDirectory
from bot.slack.people import PeopleDirectory
from bot.statistics.accounts import Account
from bot.statistics.metrics import RateBasis
from bot.storage.goals import GoalRepository


@dataclass(frozen=True, slots=True)
class Management:
    """The hall that answers everything, and the forms of the desk behind it."""

    hall: DigestHandler
    forms: DigestForms


def build_management(
    settings: Settings,
    *,
    clockwork: SchedulerRuntime,
    client: AsyncWebClient,
    people: PeopleDirectory,
    gate: PermissionService,
    sights: VisibilityService,
    teams: Groups,
    accounts: KnownAccounts,
    defaults: DefaultAccounts,
    goals: GoalRepository,
    goal_figures: GoalFetcher,
    hall: RequestHandler,
    clock: Callable[[], datetime],
) -> Management:
    """Everything at which people look after digests, alerts and goals.

    Args:
        settings: what holds for every digest.
        clockwork: the digests' ledger, figures, counters and clock.
        client: Slack's Web API.
        people: who people are.
        gate: who may ask what where.
        sights: who may see which account.
        teams: who opted out.
        accounts: the connected accounts.
        defaults: the channels' default accounts.
        goals: the goals that are set.
        goal_figures: how far they are.
        hall: answers whatever is about none of them.
        clock: the moment (aware, UTC).
    """
    stores = clockwork.stores
    store = SubscriptionStores(stores.digests, stores.occurrences, stores.ledger, stores.history, stores.parts)
    channels = ChannelDirectory(client, people)
    subscriptions = SubscriptionService(
        stores=store,
        channels=channels,
        authorization=Authorization(channels, gate),
        channel_default=defaults.channel_default,
        default_account=settings.postpost_platform_id,
        wake=clockwork.runner.wake,
        clock=clock,
    )

    def account(platform_id: str) -> Account:
        return accounts.known().get(platform_id) or Account(platform_id, platform_id)

    desk = DigestService(
        subscriptions=subscriptions,
        stores=store,
        creator=DigestCreator(subscriptions, settings.digest_late),
        build=clockwork.building.build,
        account=account,
        opted_out=teams.opted_out,
    )
    goal_desk = GoalService(
        kept=goals,
        figures=goal_figures,
        teams=teams,
        accounts=accounts,
        sights=sights,
        subscriptions=subscriptions,
        clock=clock,
    )
    readers = LocaleService(people, settings.locale)
    goal_hall = GoalHandler(hall=hall, desk=goal_desk, gate=gate, readers=readers, metrics=clockwork.metrics, clock=clock)
    alert_hall = AlertHandler(
        hall=goal_hall,
        desk=AlertService(
            subscriptions=subscriptions,
            evaluator=clockwork.alerting,
            groups=teams,
            account=account,
            basis=RateBasis(settings.engagement_rate_basis),
            grace=settings.digest_late,
        ),
        gate=gate,
        sights=sights,
        accounts=accounts,
        readers=readers,
        metrics=clockwork.metrics,
        clock=clock,
    )
    return Management(
        DigestHandler(hall=alert_hall, desk=desk, gate=gate, sights=sights, accounts=accounts, metrics=clockwork.metrics, clock=clock),
        DigestForms(desk, subscriptions),
    )

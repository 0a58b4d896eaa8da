"""Where the desk's objects meet: the ledger, Slack, the figures, the hall in front of it and the listeners behind its buttons."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.access.groups import Teams
from bot.access.locale_service import Readers
from bot.access.visibility import Sights
from bot.alerts.handler import AlertHall
from bot.alerts.service import AlertDesk, Knowing
from bot.bootstrap.scheduling import Clockwork
from bot.digests.form import Forms
from bot.digests.handler import DigestHall
from bot.digests.service import Desk
from bot.goals.fetch import GoalFigures
from bot.goals.handler import GoalHall
from bot.goals.service import GoalDesk
from bot.management.authorization import Rights
from bot.management.create import Defaults, Drafts
from bot.management.ports import DeskRules, Gate, Store
from bot.reports.fetch import Accounts
from bot.router.run import Hall
from bot.settings import Settings
from bot.slack.channels import SlackPlaces
from bot.slack.people import SlackPeople
from bot.statistics.accounts import Account
from bot.statistics.metrics import RateBasis
from bot.storage.goals import Goals
from bot.subscriptions.subscription import next_run


@dataclass(frozen=True, slots=True)
class Reception:
    """The hall that answers everything, and the forms of the desk behind it."""

    hall: DigestHall
    forms: Forms


def build_reception(
    settings: Settings,
    *,
    clockwork: Clockwork,
    client: AsyncWebClient,
    people: SlackPeople,
    gate: Gate,
    sights: Sights,
    teams: Teams,
    accounts: Accounts,
    defaults: Defaults,
    goals: Goals,
    goal_figures: GoalFigures,
    hall: Hall,
    clock: Callable[[], datetime],
) -> Reception:
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
    store = Store(stores.digests, stores.occurrences, stores.ledger, stores.history, stores.parts)
    places = SlackPlaces(client, people)
    rights = Rights(places, gate)
    rules = DeskRules(grace=settings.digest_late, default_account=settings.postpost_platform_id)
    drafts = Drafts(store=store, places=places, rights=rights, defaults=defaults, rules=rules, next_run=next_run)

    def account(platform_id: str) -> Account:
        return accounts.known().get(platform_id) or Account(platform_id, platform_id)

    desk = Desk(
        store=store,
        places=places,
        builder=clockwork.building,
        drafts=drafts,
        rights=rights,
        next_run=next_run,
        account=account,
        opted_out=teams.opted_out,
        wake=clockwork.runner.wake,
        clock=clock,
    )
    goal_desk = GoalDesk(
        kept=goals,
        figures=goal_figures,
        teams=teams,
        accounts=accounts,
        sights=sights,
        drafts=drafts,
        places=places,
        rights=rights,
        clock=clock,
    )
    readers = Readers(people, settings.locale)
    goal_hall = GoalHall(hall=hall, desk=goal_desk, gate=gate, readers=readers, metrics=clockwork.metrics, clock=clock)
    alert_hall = AlertHall(
        hall=goal_hall,
        desk=AlertDesk(
            store=store,
            places=places,
            rights=rights,
            drafts=drafts,
            tester=clockwork.alerting,
            knowing=Knowing(teams, account, RateBasis(settings.engagement_rate_basis), settings.digest_late),
            next_run=next_run,
            clock=clock,
        ),
        gate=gate,
        sights=sights,
        accounts=accounts,
        readers=readers,
        metrics=clockwork.metrics,
        clock=clock,
    )
    return Reception(
        DigestHall(hall=alert_hall, desk=desk, gate=gate, sights=sights, accounts=accounts, metrics=clockwork.metrics, clock=clock),
        Forms(desk, drafts, places, rights),
    )

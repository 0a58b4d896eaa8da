"""Where the desk's objects meet: the ledger, Slack, the figures, the hall in front of it and the listeners behind its buttons."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.alert_hall import AlertHall
from bot.desk.alerts import AlertDesk, Knowing
from bot.desk.desk import Desk
from bot.desk.drafting import Defaults, Drafts
from bot.desk.forms import Forms
from bot.desk.goals import GoalDesk
from bot.desk.ports import DeskRules, Gate, Store
from bot.desk.rights import Rights
from bot.desk_answers import Hall
from bot.digest_hall import DigestHall
from bot.digest_wiring import Clockwork
from bot.domain.accounts import Account
from bot.domain.digest_clock import next_run
from bot.domain.metrics import RateBasis
from bot.gathering import Accounts
from bot.goal_gathering import GoalFigures
from bot.goal_hall import GoalHall
from bot.listeners.people import SlackPeople
from bot.listeners.places import SlackPlaces
from bot.readers import Readers
from bot.rosters import Teams
from bot.settings import Settings
from bot.sights import Sights
from bot.store.goals import Goals


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

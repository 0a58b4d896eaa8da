"""The desk for alerts: one question about alerts in, one message out.

::

    words ─ read_alert ─┬ create ─ whose, where, when filled in ─ may this person? ─ kept ─┐
                        └ which alert? ─ pause, resume, snooze, delete, test, show ────────┴→ Message
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

from bot.alerts import list_blocks as cards
from bot.alerts.command import ALERT, AlertCommand, AlertDraft, rule_said
from bot.alerts.fetch import AlertReport
from bot.alerts.messages import TEAM_REACH
from bot.alerts.parser import read_alert
from bot.alerts.rule import AlertRule, after_quiet
from bot.blockkit.builders import Message
from bot.blockkit.mrkdwn import channel_words, moment
from bot.digests.create import DigestCreator
from bot.errors import NoAccount, NotUnderstood, StatisticsError
from bot.management.actions import SubscriptionAction
from bot.management.authorization import Authorization
from bot.management.blocks import invitation
from bot.management.lookup import SubscriptionFinder
from bot.management.messages import CREATED_ALREADY, IS_ACTIVE, IS_PAUSED, LOOK_AGAIN, NEVER
from bot.management.ports import ChannelLookup, Stores
from bot.schedules.parser import describe
from bot.schedules.schedule import Schedule
from bot.schedules.timezones import zone_named
from bot.slack.request import RequestContext
from bot.statistics.accounts import Account, Directory
from bot.statistics.metrics import RateBasis
from bot.subscriptions.subscription import NextRun, OnUncertain, Subscription, SubscriptionKind, SubscriptionStatus, alike

ALERTS_CREATED = ":bell: Set up. I look {first} for the first time, and speak only when it is met or back to normal."
ALERTS_SAME = "The same alert is in that channel already; nothing was added."
ALERTS_PAUSED = ":double_vertical_bar: Paused. It is not looked at until you resume it."
ALERTS_RESUMED = ":arrow_forward: Running again. I look {next}."
SNOOZED = ":zzz: Silent until then: I look again {next}."
ALERTS_DELETED = "The alert in {channel} is deleted. What it said stays there."
ALERTS_CHANGED_MEANWHILE = "Somebody changed that alert in this very moment."
ALERTS_WHICH_ACCOUNT = "Which account shall I watch? There are {n}."
ALERTS_WHICH_ACCOUNT_REMEDY = "Name one, or say `team` for all of them added up."
ALERTS_NO_ACCOUNT = "No LinkedIn account can be watched here."
ALERTS_NO_ACCOUNT_REMEDY = "`accounts` lists the connected accounts."
#: When it is looked where nobody says when: every day at nine.
USUAL_CRON = "0 9 * * *"


#: The namespace of our alerts' ids (RFC 9562, version 5): a command delivered twice gives the same id.
_ALERTS = UUID("5f2b8a1e-4c0d-5b7e-9d36-2b61a7e0c4f8")


class AlertTester(Protocol):
    """Tries a rule on the last days (``bot.alerts.evaluate``)."""

    async def tested(self, digest: Subscription) -> AlertReport:
        """How the rule reads them; raises a StatisticsError when the figures cannot be had."""
        ...


class OptedOut(Protocol):
    """Groups of accounts, and who opted out. Raises StoreError when the database cannot be used."""

    async def groups(self, team: str) -> Mapping[str, tuple[str, ...]]:
        """Every group's accounts (platform ids) by its name."""
        ...

    async def opted_out(self, team: str) -> Container[str]:
        """The accounts (platform ids) that are in no answer for everybody."""
        ...


@dataclass(frozen=True, slots=True)
class AlertAccounts:
    """What an alert is set up by."""

    teams: OptedOut
    #: The account of an id, as it is called now.
    account: Callable[[str], Account]
    #: What an engagement rate is a rate of.
    basis: RateBasis
    #: Seconds a missed look may be late.
    grace: int


class AlertService:
    """Carries out what people want done about alerts.

    ``answer`` raises NotUnderstood, NotAllowed and the other UsageErrors with the way to mend it, and StoreError.
    """

    def __init__(
        self,
        *,
        store: Stores,
        places: ChannelLookup,
        rights: Authorization,
        drafts: DigestCreator,
        tester: AlertTester,
        knowing: AlertAccounts,
        next_run: NextRun,
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._places, self._rights, self._drafts = store, places, rights, drafts
        self._tester, self._knowing, self._next_run, self._clock = tester, knowing, next_run, clock
        self._finder = SubscriptionFinder(store, rights, SubscriptionKind.ALERT)
        self._on_one = {
            SubscriptionAction.SHOW: self._show,
            SubscriptionAction.TEST: self._test,
            SubscriptionAction.PAUSE: self._pause,
            SubscriptionAction.RESUME: self._resume,
            SubscriptionAction.DELETE: self._delete,
        }

    async def read(self, words: str, who: RequestContext, directory: Directory) -> AlertCommand:
        """The question in these words."""
        return read_alert(words, directory, await self._knowing.teams.groups(who.team))

    async def answer(self, ask: AlertCommand, who: RequestContext, directory: Directory) -> Message:
        """Do it, and say what was done."""
        if ask.draft is not None:
            return await self._create(ask.draft, who, directory)
        if ask.action is SubscriptionAction.LIST:
            return await self._list(who)
        alert = await self._finder.meant(ask.action, ask.which, directory, team=who.team, user=who.user, channel=who.channel)
        if ask.action is SubscriptionAction.SNOOZE:
            return await self._snooze(alert, ask.days, who)
        return await self._on_one[ask.action](alert, who)

    # ── setting up ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _create(self, draft: AlertDraft, who: RequestContext, directory: Directory) -> Message:
        channel = draft.channel or who.channel
        accounts = await self._accounts(draft, directory, who.team, channel)
        place = await self._rights.may_set_up(channel, accounts, team=who.team, user=who.user)
        alert = await self._alert(replace(draft, channel=channel), accounts, who)
        same = await self._same(alert)
        if same is None and not await self._store.digests.create(alert, by=who.user, at=self._clock(), unlike=True):
            same = await self._same(alert)
            if same is None:
                return cards.build_alert_said(CREATED_ALREADY)
        if same is not None:
            said = CREATED_ALREADY if same.id == alert.id else ALERTS_SAME
            return cards.build_alert_card(await self._shown(same), said=said, invite=invitation(place))
        said = ALERTS_CREATED.format(first=_coming(alert))
        return cards.build_alert_card(await self._shown(alert), said=said, invite=invitation(place))

    async def _accounts(self, draft: AlertDraft, directory: Directory, team: str, channel: str) -> tuple[str, ...]:
        """The account that is watched; none for a team or group, whose accounts are those it has at each look."""
        rule = draft.rule
        if rule.who:
            if rule.metric is None and self._knowing.basis is RateBasis.REACH:
                raise NotUnderstood(TEAM_REACH)
            return ()
        known = {account.platform_id for account in directory.accounts}
        named = (draft.account,) if draft.account else await self._drafts.usual_accounts(directory, team, channel)
        if known & set(named):
            return named
        if not known:
            raise NoAccount(ALERTS_NO_ACCOUNT, remedy=ALERTS_NO_ACCOUNT_REMEDY)
        each = tuple(f'{ALERT} "{account.name}" {rule_said(rule)}' for account in directory.accounts[:3])
        raise NotUnderstood(ALERTS_WHICH_ACCOUNT.format(n=len(known)), remedy=ALERTS_WHICH_ACCOUNT_REMEDY, suggestions=each)

    async def _alert(self, draft: AlertDraft, accounts: tuple[str, ...], who: RequestContext) -> Subscription:
        zone = draft.zone or zone_named((await self._places.person(who.user)).zone) or "UTC"
        alert = Subscription(
            id=str(uuid5(_ALERTS, f"{who.team} {who.user} {who.interaction_id}")),
            team=who.team,
            channel=draft.channel,
            accounts=accounts,
            content=(),
            cron=after_quiet(draft.cron or USUAL_CRON, draft.rule.quiet),
            zone=zone,
            status=SubscriptionStatus.ACTIVE,
            next_run_at=None,
            grace=self._knowing.grace,
            on_uncertain=OnUncertain.HOLD,
            owner=who.user,
            kind=SubscriptionKind.ALERT,
            rule=draft.rule.as_json(),
        )
        return replace(alert, next_run_at=self._next_run(alert, self._clock()))

    async def _same(self, alert: Subscription) -> Subscription | None:
        every = await self._store.digests.digests(team=alert.team, channel=alert.channel, kind=SubscriptionKind.ALERT)
        return next((one for one in every if alike(one, alert)), None)

    # ── looking after ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _changed(self, alert: Subscription, change: Callable[[Subscription], Subscription], who: RequestContext) -> Subscription:
        after = await self._store.digests.update(alert.id, alert.version, change, by=who.user, at=self._clock(), next_run=self._next_run)
        if after is None:
            raise NotUnderstood(ALERTS_CHANGED_MEANWHILE, remedy=LOOK_AGAIN, suggestions=(f"{ALERT} {SubscriptionAction.SHOW} {alert.id}",))
        return after

    async def _pause(self, alert: Subscription, who: RequestContext) -> Message:
        await self._rights.may_change(alert, who.user)
        if alert.status is SubscriptionStatus.PAUSED:
            return cards.build_alert_card(await self._shown(alert), said=IS_PAUSED)
        after = await self._changed(alert, lambda now: replace(now, status=SubscriptionStatus.PAUSED, next_run_at=None), who)
        return cards.build_alert_card(await self._shown(after), said=ALERTS_PAUSED)

    async def _resume(self, alert: Subscription, who: RequestContext) -> Message:
        await self._rights.may_change(alert, who.user)
        if alert.status is SubscriptionStatus.ACTIVE:
            return cards.build_alert_card(await self._shown(alert), said=IS_ACTIVE)
        return await self._running_from(alert, self._clock(), ALERTS_RESUMED, who)

    async def _snooze(self, alert: Subscription, days: int, who: RequestContext) -> Message:
        await self._rights.may_change(alert, who.user)
        return await self._running_from(alert, self._clock() + timedelta(days=days), SNOOZED, who)

    async def _running_from(self, alert: Subscription, moment_: datetime, said: str, who: RequestContext) -> Message:
        due = self._next_run(alert, moment_)
        after = await self._changed(alert, lambda now: replace(now, status=SubscriptionStatus.ACTIVE, next_run_at=due), who)
        return cards.build_alert_card(await self._shown(after), said=said.format(next=_coming(after)))

    async def _delete(self, alert: Subscription, who: RequestContext) -> Message:
        await self._rights.may_change(alert, who.user)
        await self._changed(alert, lambda now: replace(now, status=SubscriptionStatus.DELETED, next_run_at=None), who)
        return cards.build_alert_said(ALERTS_DELETED.format(channel=channel_words(alert.channel)))

    async def _list(self, who: RequestContext) -> Message:
        every = await self._finder.seen(who.team, who.user, who.channel)
        return cards.build_alert_list([await self._shown(alert) for alert in every])

    async def _show(self, alert: Subscription, who: RequestContext) -> Message:  # noqa: ARG002  # every deed takes both
        return cards.build_alert_card(await self._shown(alert))

    async def _test(self, alert: Subscription, who: RequestContext) -> Message:  # noqa: ARG002  # the same
        try:
            tested: AlertReport | StatisticsError = await self._tester.tested(alert)
        except StatisticsError as error:
            tested = error
        return cards.build_alert_test(await self._shown(alert), tested, self._clock().date())

    async def _shown(self, alert: Subscription) -> cards.AlertView:
        last = await self._store.past.history(digest=alert.id, limit=1)
        out = await self._knowing.teams.opted_out(alert.team)
        accounts = [self._knowing.account(platform_id) for platform_id in alert.accounts if platform_id not in out]
        schedule = describe(Schedule(alert.cron, alert.zone))
        return cards.AlertView(alert, AlertRule.from_json(alert.rule), accounts, schedule, last[0] if last else None)


def _coming(alert: Subscription) -> str:
    """When it is looked next, as each reader's own time."""
    return moment(alert.next_run_at) if alert.next_run_at else NEVER

"""Carries out commands about alerts, typed or from buttons.

::

    text ─ read_alert ─┬ create ─ account, channel and zone filled in ─ may this person? ─ stored ─┐
                       └ which alert? ─ pause, resume, snooze, delete, test, show ─────────────────┴→ AlertResult
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid5

from bot.alerts.evaluator import AlertEvaluator
from bot.alerts.fetch import AlertReport
from bot.alerts.parser import CHANGES, SNOOZE_LONG, read_alert, read_changes
from bot.alerts.rule import ALERT, MOST_SNOOZE_DAYS, TEAM_REACH, AlertCommand, AlertDraft, AlertRule, after_quiet, rule_text
from bot.errors import BadSchedule, NoAccount, NotUnderstood, StatisticsError
from bot.management.actions import SHORT_ID, SubscriptionAction, SubscriptionChange, action_words
from bot.management.service import SubscriptionService
from bot.parsing.account_names import id_word
from bot.parsing.vocabulary import TEAM
from bot.schedules.dates import PAST, PAST_REMEDY, read_date
from bot.schedules.parser import DEFAULT_CRON, describe
from bot.schedules.schedule import Schedule
from bot.schedules.timezones import zone_of
from bot.slack.channels import KnownChannel
from bot.slack.request import RequestContext
from bot.statistics.metrics import RateBasis
from bot.statistics.reports import Account, Directory
from bot.storage.cached import CachedGroups
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import OnUncertain, Subscription, SubscriptionKind, SubscriptionStatus, next_run

WHAT_CHANGES = "What should change? The alert reads: {rule}."
WHAT_CHANGES_REMEDY = "Say only what is new, like this:"
TWIN = "The same alert is in that channel already."
WHICH_ACCOUNT = "Which account should I watch? There are {n}."
WHICH_ACCOUNT_REMEDY = "Name one, or say `team` for all of them added up."
NO_ACCOUNT = "There's no LinkedIn account I can watch here."
NO_ACCOUNT_REMEDY = "`accounts` lists the connected accounts."
#: How many alerts a list shows.
MOST_LISTED: Final = 15
#: The namespace of alerts' ids (RFC 9562, version 5): a command delivered twice gives the same id.
_ALERTS = UUID("5f2b8a1e-4c0d-5b7e-9d36-2b61a7e0c4f8")


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert with what its card shows."""

    alert: Subscription
    #: None when a newer version of this bot set the alert up.
    rule: AlertRule | None
    accounts: Sequence[Account]
    #: "every day 9:00 Europe/Berlin".
    schedule: str
    last: Delivery | None = None
    basis: RateBasis = RateBasis.IMPRESSIONS


@dataclass(frozen=True, slots=True)
class AlertResult:
    """An alert after a command; ``view`` is None for one that this same command created before, and that was deleted since."""

    view: AlertView | None
    change: SubscriptionChange = SubscriptionChange.NONE
    #: Where it posts, when that was checked.
    place: KnownChannel | None = None

    @property
    def follow_up(self) -> str:
        """The days that the alert looks at, as a question, and the command that changes it; "" for none."""
        if self.view is None or self.view.rule is None or self.change is SubscriptionChange.DELETED:
            return ""
        alert, rule = self.view.alert, self.view.rule
        who = " ".join(map(id_word, alert.accounts)) or " ".join(dict.fromkeys((TEAM, rule.who)))
        return f"{who} {rule.days}d\n{action_words(SubscriptionKind.ALERT, SubscriptionAction.EDIT, alert.id[:SHORT_ID])}"


@dataclass(frozen=True, slots=True)
class AlertTest:
    """What an alert would post now, or why its figures cannot be fetched; None for a rule that this version cannot read."""

    view: AlertView
    tested: AlertReport | StatisticsError | None
    follow_up = ""


@dataclass(frozen=True, slots=True)
class AlertList:
    """The first alerts that a person may see, and how many more there are."""

    alerts: Sequence[AlertView]
    more: int
    follow_up = ""


class AlertService:
    """Carries out commands about alerts.

    Every method raises NotUnderstood, NotAllowed and the other UsageErrors with a remedy, and StoreError.

    Args:
        grace: how many seconds late an alert may still be posted.
    """

    def __init__(
        self,
        *,
        subscriptions: SubscriptionService,
        evaluator: AlertEvaluator,
        groups: CachedGroups,
        account: Callable[[str], Account],
        basis: RateBasis,
        grace: int,
    ) -> None:
        self._subscriptions, self._evaluator, self._groups = subscriptions, evaluator, groups
        self._account, self._basis, self._grace = account, basis, grace
        self._on_one: Mapping[SubscriptionAction, Callable[[Subscription, RequestContext], Awaitable[AlertResult | AlertTest]]] = {
            SubscriptionAction.SHOW: self._show,
            SubscriptionAction.TEST: self._test,
            SubscriptionAction.PAUSE: self._pause,
            SubscriptionAction.RESUME: self._resume,
            SubscriptionAction.DELETE: self._delete,
        }

    @property
    def today(self) -> date:
        return self._subscriptions.clock().date()

    async def groups(self, team: str) -> Collection[str]:
        return await self._groups.groups(team)

    async def read(self, text: str, context: RequestContext, directory: Directory) -> AlertCommand:
        """The command in this text; ``directory`` holds the accounts that everybody may see there."""
        # In a thread: an unknown word may load the cities, which takes longer than Slack waits.
        return await asyncio.to_thread(read_alert, text, directory, await self._groups.groups(context.team))

    async def answer(self, command: AlertCommand, context: RequestContext, directory: Directory) -> AlertResult | AlertTest | AlertList:
        """Carries the command out."""
        if command.draft is not None:
            return await self.create(command.draft, context, directory)
        if command.action in (SubscriptionAction.LIST, SubscriptionAction.NEW):
            return await self.list(context, MOST_LISTED)
        alert = await self._subscriptions.find(SubscriptionKind.ALERT, command.action, command.which, directory, context)
        if command.action is SubscriptionAction.SNOOZE:
            return await self._snooze(alert, command, context)
        if command.action is SubscriptionAction.EDIT:
            return await self._edit(alert, command.changes, context, directory)
        return await self._on_one[command.action](alert, context)

    # ── setting up ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def create(self, draft: AlertDraft, context: RequestContext, directory: Directory) -> AlertResult:
        """Sets the alert up, unless the channel has the same."""
        alert, place = await self._planned(draft, context, directory)
        stored, change = await self._subscriptions.create(alert, context)
        return AlertResult(await self._view(stored) if stored else None, change, place)

    async def preview(
        self, alert: Subscription | None, draft: AlertDraft, context: RequestContext, directory: Directory
    ) -> tuple[AlertView, AlertReport | StatisticsError]:
        """What a new alert (None), or this one with the changes of the draft, would post now."""
        if alert is None:
            planned, _ = await self._planned(draft, context, directory)
        else:
            await self._subscriptions.authorization.may_change(alert, context.user)
            planned, _ = await self._replanned(alert, draft, context, directory)
        return await self._viewed(planned, None), await self._tested(planned, draft.rule)

    async def _planned(self, draft: AlertDraft, context: RequestContext, directory: Directory) -> tuple[Subscription, KnownChannel]:
        channel = draft.channel or context.channel
        accounts = await self._accounts(draft, directory, context.team, channel)
        place = await self._subscriptions.authorization.may_set_up(channel, accounts, context)
        return await self._alert(replace(draft, channel=channel), accounts, context), place

    async def _accounts(self, draft: AlertDraft, directory: Directory, team: str, channel: str) -> tuple[str, ...]:
        """The watched account; empty for a team or group, whose accounts are resolved at each evaluation."""
        rule = draft.rule
        if rule.who:
            if rule.metric is None and self._basis is RateBasis.REACH:
                raise NotUnderstood(TEAM_REACH)
            return ()
        known = {account.platform_id for account in directory.accounts}
        named = (draft.account,) if draft.account else await self._subscriptions.usual_accounts(directory, team, channel)
        if known & set(named):
            return named
        if not known:
            raise NoAccount(NO_ACCOUNT, remedy=NO_ACCOUNT_REMEDY)
        each = tuple(f'{ALERT} "{account.name}" {rule_text(rule)}' for account in directory.accounts[:3])
        raise NotUnderstood(WHICH_ACCOUNT.format(n=len(known)), remedy=WHICH_ACCOUNT_REMEDY, suggestions=each)

    async def _alert(self, draft: AlertDraft, accounts: tuple[str, ...], context: RequestContext) -> Subscription:
        alert = Subscription(
            id=str(uuid5(_ALERTS, f"{context.team} {context.user} {context.interaction_id}")),
            team=context.team,
            channel=draft.channel,
            accounts=accounts,
            content=(),
            cron=after_quiet(draft.cron or DEFAULT_CRON, draft.rule.quiet),
            zone=draft.zone or await self._subscriptions.zone_of(context.user),
            status=SubscriptionStatus.ACTIVE,
            next_run_at=None,
            grace=self._grace,
            on_uncertain=OnUncertain.HOLD,
            owner=context.user,
            kind=SubscriptionKind.ALERT,
            rule=draft.rule.as_json(),
        )
        return replace(alert, next_run_at=next_run(alert, self._subscriptions.clock()))

    # ── changing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _edit(self, alert: Subscription, text: str, context: RequestContext, directory: Directory) -> AlertResult:
        rule = AlertRule.from_json(alert.rule)
        if rule is None:
            return await self._show(alert, context)
        command = action_words(SubscriptionKind.ALERT, SubscriptionAction.EDIT, alert.id[:SHORT_ID])
        if not text:
            each = tuple(f"{command} {change}" for change in CHANGES)
            raise NotUnderstood(WHAT_CHANGES.format(rule=rule_text(rule)), remedy=WHAT_CHANGES_REMEDY, suggestions=each)
        # In a thread, as in ``read``.
        draft = await asyncio.to_thread(read_changes, rule, text, directory, await self._groups.groups(context.team), command)
        return await self.change(alert, draft, context, directory)

    async def change(self, alert: Subscription, draft: AlertDraft, context: RequestContext, directory: Directory) -> AlertResult:
        """Changes the alert as the draft says; what is empty in it stays."""
        after, place = await self._replanned(alert, draft, context, directory)
        twin = await self._subscriptions.find_same(after)
        if twin is not None and twin.id != alert.id:
            show = action_words(SubscriptionKind.ALERT, SubscriptionAction.SHOW, twin.id[:SHORT_ID])
            raise NotUnderstood(TWIN, suggestions=(show,))
        stored = await self._subscriptions.change(alert, lambda _: after, context)
        change = SubscriptionChange.UNCHANGED if stored.version == alert.version else SubscriptionChange.CHANGED
        return AlertResult(await self._view(stored), change, place)

    async def _replanned(
        self, alert: Subscription, draft: AlertDraft, context: RequestContext, directory: Directory
    ) -> tuple[Subscription, KnownChannel | None]:
        rule, accounts = AlertRule.from_json(alert.rule), alert.accounts
        if draft.account or rule is None or draft.rule.who != rule.who or not accounts:
            accounts = await self._accounts(draft, directory, context.team, alert.channel)
        channel = draft.channel or alert.channel
        place = None
        if channel != alert.channel or accounts != alert.accounts:
            place = await self._subscriptions.authorization.may_set_up(channel, accounts, context)
        return self._changed(alert, replace(draft, channel=channel), accounts), place

    def _changed(self, alert: Subscription, draft: AlertDraft, accounts: tuple[str, ...]) -> Subscription:
        """The alert with the draft's changes; the next check is computed again when its schedule changes."""
        after = replace(
            alert,
            accounts=accounts,
            channel=draft.channel,
            cron=after_quiet(draft.cron or alert.cron, draft.rule.quiet),
            zone=draft.zone or alert.zone,
            rule=draft.rule.as_json(),
        )
        if after.status is not SubscriptionStatus.ACTIVE or (after.cron, after.zone) == (alert.cron, alert.zone):
            return after
        return replace(after, next_run_at=next_run(after, self._subscriptions.clock()))

    # ── changing the status ──────────────────────────────────────────────────────────────────────────────────────────

    async def _pause(self, alert: Subscription, context: RequestContext) -> AlertResult:
        after, change = await self._subscriptions.pause(alert, context)
        return AlertResult(await self._view(after), change)

    async def _resume(self, alert: Subscription, context: RequestContext) -> AlertResult:
        after, change = await self._subscriptions.resume(alert, context)
        return AlertResult(await self._view(after), change)

    async def _snooze(self, alert: Subscription, command: AlertCommand, context: RequestContext) -> AlertResult:
        now = self._subscriptions.clock()
        due = next_run(alert, _first_moment(alert, command.until, now) if command.until else now + timedelta(days=command.days))
        after = await self._subscriptions.change(
            alert, lambda now: replace(now, status=SubscriptionStatus.ACTIVE, next_run_at=due), context
        )
        return AlertResult(await self._view(after), SubscriptionChange.SNOOZED)

    async def _delete(self, alert: Subscription, context: RequestContext) -> AlertResult:
        return AlertResult(await self._view(await self._subscriptions.delete(alert, context)), SubscriptionChange.DELETED)

    # ── showing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def list(self, context: RequestContext, most: int) -> AlertList:
        """The alerts of this person, and of the channel; for an administrator all."""
        listed, more = await self._subscriptions.first_visible(SubscriptionKind.ALERT, context, most)
        last = await self._subscriptions.last_deliveries(listed)
        return AlertList([await self._viewed(alert, last.get(alert.id)) for alert in listed], more)

    async def _show(self, alert: Subscription, _: RequestContext) -> AlertResult:
        return AlertResult(await self._view(alert))

    async def _test(self, alert: Subscription, _: RequestContext) -> AlertTest:
        view = await self._view(alert)
        return AlertTest(view, await self._tested(alert, view.rule) if view.rule else None)

    async def _tested(self, alert: Subscription, rule: AlertRule) -> AlertReport | StatisticsError:
        try:
            return await self._evaluator.tested(alert, rule)
        except StatisticsError as error:
            return error

    async def _view(self, alert: Subscription) -> AlertView:
        return await self._viewed(alert, (await self._subscriptions.last_deliveries([alert])).get(alert.id))

    async def _viewed(self, alert: Subscription, last: Delivery | None) -> AlertView:
        out = await self._groups.opted_out(alert.team)
        accounts = [self._account(platform_id) for platform_id in alert.accounts if platform_id not in out]
        return AlertView(alert, AlertRule.from_json(alert.rule), accounts, describe(Schedule(alert.cron, alert.zone)), last, self._basis)


def _first_moment(alert: Subscription, until: str, now: datetime) -> datetime:
    """The last time before the local day until which an alert is silent.

    Raises:
        BadSchedule: the words are no day in the future.
        NotUnderstood: it is too far away.
    """
    today = now.astimezone(zone_of(alert.zone)).date()
    day = read_date(until, today)
    if day <= today:
        raise BadSchedule(PAST.format(words=until), remedy=PAST_REMEDY)
    if (day - today).days > MOST_SNOOZE_DAYS:
        raise NotUnderstood(SNOOZE_LONG.format(most=MOST_SNOOZE_DAYS))
    return datetime.combine(day, time(), zone_of(alert.zone)).astimezone(UTC) - timedelta(seconds=1)

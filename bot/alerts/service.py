"""Carries out commands about alerts, typed or from buttons: what they leave out is filled in before permission is asked for."""

import asyncio
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from bot.alerts.evaluator import AlertEvaluator
from bot.alerts.fetch import AlertReport
from bot.alerts.parser import CHANGES, SNOOZE_LONG, read_alert, read_changes
from bot.alerts.rule import ALERT, MOST_SNOOZE_DAYS, TEAM_REACH, AlertCommand, AlertDraft, AlertRule, after_quiet, rule_text
from bot.alerts.rule_parser import usual_minimum
from bot.errors import BadSchedule, NoAccount, NotUnderstood, StatisticsError
from bot.lazy_regex import any_case
from bot.management.actions import SubscriptionAction, SubscriptionChange, edit_words
from bot.management.rules import RuleList, RuleResult, RuleService, RuleView
from bot.management.service import SubscriptionService
from bot.ops.tasks import or_error
from bot.parsing.text import IN_CHANNEL
from bot.parsing.vocabulary import METRIC_WORDS
from bot.schedules.dates import PAST, PAST_REMEDY, read_date
from bot.schedules.parser import DEFAULT_CRON, completed
from bot.slack.people import KnownChannel
from bot.slack.request import RequestContext
from bot.statistics.metrics import RateBasis
from bot.statistics.reports import Directory, id_word
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus, next_run

WHAT_CHANGES, WHAT_CHANGES_REMEDY = "What should change? The alert reads: {rule}.", "Say only what is new, like this:"
ONE_ACCOUNT, SAME_FOR = "An alert watches one account or group.", "The same alert for the other:"
_ADDS = any_case(r"^((also|add|include|check|watch|cover)\b\s*)+|\s+(too|as well|also)\W*$")
_IF_IT_MOVES = any_case(
    r"(if|when(ever)?) (it|they|that|this) ((?P<down>drops?|falls?|goes down|decreases?|declines?)|rises?|jumps?|goes up|increases?"
    r"|grows?)"
)
HAS_LEFT, HAS_LEFT_REMEDY = "{person} has left this workspace.", "Name somebody else to mention."
WHICH_ACCOUNT, WHICH_ACCOUNT_REMEDY = "Which account should I watch? There are {n}.", "Name one, or say `team` for all of them added up."
#: How many alerts a list shows.
MOST_LISTED: Final = 15
#: The namespace of alerts' ids.
_ALERTS = UUID("5f2b8a1e-4c0d-5b7e-9d36-2b61a7e0c4f8")

AlertView = RuleView[AlertRule]
AlertResult = RuleResult[AlertRule]


class AlertTest(Struct, frozen=True):
    """What an alert would post now, or why its figures cannot be fetched; None for a rule that this version cannot read."""

    view: AlertView
    tested: AlertReport | StatisticsError | None


class AlertService(RuleService[AlertRule]):
    """Carries out commands about alerts. ``grace``: how many seconds late an alert may still be posted."""

    kind, namespace, read_rule = SubscriptionKind.ALERT, _ALERTS, staticmethod(AlertRule.from_json)

    def __init__(self, subscriptions: SubscriptionService, evaluator: AlertEvaluator, grace: int) -> None:
        super().__init__(subscriptions)
        self._evaluator, self._grace = evaluator, grace

    @property
    def today(self) -> date:
        return self._subscriptions.clock().date()

    async def read(self, text: str, context: RequestContext, directory: Directory) -> AlertCommand:
        # In a thread: an unknown word may load the cities, which takes longer than Slack waits.
        return await asyncio.to_thread(read_alert, text, directory, await self.groups(context.team))

    async def answer(
        self, command: AlertCommand, context: RequestContext, directory: Directory
    ) -> AlertResult | AlertTest | RuleList[AlertRule]:
        if command.draft is not None:
            return await self.create(command.draft, context, directory)
        if command.action in (SubscriptionAction.LIST, SubscriptionAction.NEW):
            return await self.list(context, MOST_LISTED)
        silent = f"until {command.until}" if command.until else f"{command.days} days"
        rest = silent if command.action is SubscriptionAction.SNOOZE else command.changes
        alert = await self._find(command.action, command.which, context, directory, rest)
        match command.action:
            case SubscriptionAction.SNOOZE:
                return await self._snooze(alert, command, context)
            case SubscriptionAction.EDIT:
                return await self._edit(alert, command.changes, context, directory)
            case SubscriptionAction.TEST:
                view = await self._shown(alert, context)
                return AlertTest(view, await self._tested(alert, view.rule, context) if view.rule else None)
        return await self._act(command.action, alert, context)

    async def create(self, draft: AlertDraft, context: RequestContext, directory: Directory) -> AlertResult:
        alert, place = await self._planned(draft, context, directory)
        stored, change = await self._subscriptions.create(alert, context)
        return await self._result(stored, context, change, place)

    async def for_another(self, command: str, who: str, context: RequestContext) -> str:
        """The command that sets up the alert that ``command`` changes for another account too, in its channel and at its times.

        So it does in another channel ("in <#C0123>"), for another figure, or for the other direction ("if it drops").
        """
        alert = await self._find(SubscriptionAction.EDIT, command.rsplit(maxsplit=1)[-1], context, Directory(()))
        if (rule := AlertRule.from_json(alert.rule)) is None:
            return command
        times = "" if alert.cron == DEFAULT_CRON else alert.schedule_words
        if metric := METRIC_WORDS.get(who.lower()):
            rule, who = replace(rule, metric=metric), ""
            rule = replace(rule, minimum=usual_minimum(rule))
        words, own = rule_text(replace(rule, who="")), " ".join(map(id_word, alert.accounts)) or rule.who
        if there := IN_CHANNEL.fullmatch(who):
            return f"{ALERT} {own} {words} {times} in {there[1]}"
        if moves := _IF_IT_MOVES.fullmatch(who):
            plus, more = ("-", "<") if moves["down"] else ("+", ">")
            words, who = re.sub(r"[<>](?= ?\d)", more, re.sub(r"(?<!\S)[-+](?=\d)", plus, words)), ""
        return f"{ALERT} {who or own} {words} {times} in <#{alert.channel}>"

    async def preview(
        self, alert: Subscription | None, draft: AlertDraft, context: RequestContext, directory: Directory
    ) -> tuple[AlertView, AlertReport | StatisticsError]:
        """What a new alert (None), or this one with the changes of the draft, would post now."""
        if alert is None:
            planned, _ = await self._planned(draft, context, directory)
        else:
            await self._subscriptions.authorization.may_change(alert, context.user)
            planned, _ = await self._replanned(alert, draft, context, directory)
        return await self._view(planned, context), await self._tested(planned, draft.rule, context)

    async def _planned(self, draft: AlertDraft, context: RequestContext, directory: Directory) -> tuple[Subscription, KnownChannel]:
        channel = draft.channel or context.channel
        await self._check_people(draft.rule)
        accounts = await self._accounts(draft, directory, context.team, channel)
        place = await self._subscriptions.authorization.may_set_up(channel, accounts, context)
        cron, rule = after_quiet(completed(draft.cron, DEFAULT_CRON) or DEFAULT_CRON, draft.rule.quiet), draft.rule.as_json()
        alert = await self._new(context, channel, accounts, rule, grace=self._grace, cron=cron, zone=draft.zone)
        return replace(alert, next_run_at=next_run(alert, self._subscriptions.clock())), place

    async def _check_people(self, rule: AlertRule) -> None:
        """Raises NotUnderstood for somebody to mention who has left the workspace."""
        for one in rule.notify:
            if (await self._subscriptions.people.person(one)).is_deleted:
                raise NotUnderstood(HAS_LEFT.format(person=f"<@{one}>"), remedy=HAS_LEFT_REMEDY)

    async def _accounts(self, draft: AlertDraft, directory: Directory, team: str, channel: str) -> tuple[str, ...]:
        """The watched account; empty for a team or group, whose accounts are resolved at each evaluation."""
        rule = draft.rule
        if rule.who:
            if rule.metric is None and self._basis is RateBasis.REACH:
                raise NotUnderstood(TEAM_REACH)
            self.check_visible(rule.who, await self.groups(team), directory)
            return ()
        known = {account.platform_id for account in directory.accounts}
        named = (draft.account,) if draft.account else await self._subscriptions.usual_accounts(directory, team, channel)
        if known & set(named):
            return named
        if not known:
            raise NoAccount("There's no LinkedIn account I can watch here.", remedy="`accounts` lists the connected accounts.")
        each = tuple(f'{ALERT} "{account.name}" {rule_text(rule)}' for account in directory.accounts[:3])
        raise NotUnderstood(WHICH_ACCOUNT.format(n=len(known)), remedy=WHICH_ACCOUNT_REMEDY, suggestions=each)

    async def _edit(self, alert: Subscription, text: str, context: RequestContext, directory: Directory) -> AlertResult:
        rule = AlertRule.from_json(alert.rule)
        if rule is None:
            return await self._result(alert, context)
        command = edit_words(alert)
        if not text:
            each = tuple(f"{command} {change}" for change in CHANGES)
            raise NotUnderstood(WHAT_CHANGES.format(rule=rule_text(rule)), remedy=WHAT_CHANGES_REMEDY, suggestions=each)
        # In a thread, as in ``read``.
        draft = await asyncio.to_thread(read_changes, rule, text, directory, await self.groups(context.team), command)
        if (draft.account or draft.rule.who != rule.who) and _ADDS.search(text):
            same = await self.for_another(command, _ADDS.sub("", text).strip(), context)
            raise NotUnderstood(ONE_ACCOUNT, remedy=SAME_FOR, suggestions=(same,))
        return await self.change(alert, draft, context, directory)

    async def change(self, alert: Subscription, draft: AlertDraft, context: RequestContext, directory: Directory) -> AlertResult:
        after, place = await self._replanned(alert, draft, context, directory)
        return await self._change(alert, after, context, place)

    async def _replanned(
        self, alert: Subscription, draft: AlertDraft, context: RequestContext, directory: Directory
    ) -> tuple[Subscription, KnownChannel | None]:
        rule, accounts = AlertRule.from_json(alert.rule), alert.accounts
        if rule is None or draft.rule.notify != rule.notify:
            await self._check_people(draft.rule)
        if draft.account or rule is None or draft.rule.who != rule.who or not accounts:
            accounts = await self._accounts(draft, directory, context.team, alert.channel)
        channel = draft.channel or alert.channel
        place = None
        if channel != alert.channel or accounts != alert.accounts:
            place = await self._subscriptions.authorization.may_set_up(channel, accounts, context)
        cron, zone = after_quiet(completed(draft.cron, alert.cron) or alert.cron, draft.rule.quiet), draft.zone or alert.zone
        after = replace(alert, accounts=accounts, channel=channel, cron=cron, zone=zone, rule=draft.rule.as_json())
        if after.status is SubscriptionStatus.ACTIVE and (cron, zone) != (alert.cron, alert.zone):
            after = replace(after, next_run_at=next_run(after, self._subscriptions.clock()))
        return after, place

    async def _snooze(self, alert: Subscription, command: AlertCommand, context: RequestContext) -> AlertResult:
        now = self._subscriptions.clock()
        due = next_run(alert, _first_moment(alert, command.until, now) if command.until else now + timedelta(days=command.days))
        after = await self._subscriptions.change(
            alert, lambda now: replace(now, status=SubscriptionStatus.ACTIVE, next_run_at=due), context
        )
        return await self._result(after, context, SubscriptionChange.SNOOZED)

    async def _resume(self, subscription: Subscription, context: RequestContext) -> tuple[Subscription, SubscriptionChange]:
        """Also ends a silence, whose alert is active and checked later than its schedule says."""
        due = next_run(subscription, self._subscriptions.clock())
        if subscription.status is not SubscriptionStatus.ACTIVE or subscription.next_run_at == due:
            return await super()._resume(subscription, context)
        after = await self._subscriptions.change(subscription, lambda now: replace(now, next_run_at=due), context)
        return after, SubscriptionChange.RESUMED

    async def _tested(self, alert: Subscription, rule: AlertRule, context: RequestContext) -> AlertReport | StatisticsError:
        await self._subscriptions.authorization.may_see_figures(alert, context)
        return await or_error(StatisticsError, self._evaluator.tested(alert, rule, context))


def _first_moment(alert: Subscription, until: str, now: datetime) -> datetime:
    """The last time before the local day until which it is silent. Raises BadSchedule: no day in the future; NotUnderstood: too far."""
    today = now.astimezone(alert.schedule.time_zone).date()
    day = read_date(until, today)
    if day <= today:
        raise BadSchedule(PAST.format(words=until), remedy=PAST_REMEDY)
    if (day - today).days > MOST_SNOOZE_DAYS:
        raise NotUnderstood(SNOOZE_LONG.format(most=MOST_SNOOZE_DAYS))
    return datetime.combine(day, time(), alert.schedule.time_zone).astimezone(UTC) - timedelta(seconds=1)

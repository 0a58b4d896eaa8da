"""Handles requests about alerts (`alert …`, buttons), and the form: its first entries and its submission."""

import re
from dataclasses import replace
from typing import Final

from bot.alerts import modal
from bot.alerts.list_blocks import HOME_ROWS, build_alert_result, build_home_alerts
from bot.alerts.modal import AlertChoices, AlertFormState, AlertFormValues, figure_value, metric_of
from bot.alerts.rule import TEAM_REACH, UNUSUAL, AlertCommand, AlertDraft, AlertRule, Condition, condition_text, kept_words
from bot.alerts.rule_parser import CARD_OF_SEVERAL, UNUSUAL_DAY, UNUSUAL_REACH, changed, rule_of
from bot.alerts.rule_parts import MANY_MENTIONS, MOST_MENTIONS, RuleParts
from bot.alerts.service import AlertService
from bot.blockkit.builders import Message, code
from bot.errors import BadSchedule, NotAllowed, NotUnderstood
from bot.management.actions import SHORT_ID, SubscriptionAction
from bot.management.authorization import Authorization
from bot.management.form_fields import (
    CHANGED_MEANWHILE,
    CHANNEL,
    NO_CHANNEL_CHOSEN,
    NO_ZONE_CHOSEN,
    ZONE,
    BadFieldsError,
    choices_of,
    cron_of,
    day_errors,
    field_sentence,
)
from bot.management.service import SubscriptionService
from bot.parsing.text import AMOUNT, read_amount
from bot.parsing.vocabulary import TEAM
from bot.schedules.parser import DEFAULT_CRON
from bot.schedules.timezones import checked_zone
from bot.slack.request import RenderedResult, Request, RequestContext
from bot.statistics.reports import Directory
from bot.subscriptions.subscription import Subscription, SubscriptionKind

NO_WHO_CHOSEN = "Choose an account or the team."
NO_FIGURE_CHOSEN = "Choose a figure."
NO_RULE_CHOSEN = "Choose when I tell you."
WHAT_AMOUNT = "Give a number, like 50 or 1,500."
GONE = "That account can't be watched here any more. Choose another one."
NEWER = "A newer version of this bot set this alert up, and this version can't change it."
NOT_UNDERSTOOD = "I didn't understand that. It looks like a question about alerts."
#: Actions that change nothing.
READING: Final = frozenset({SubscriptionAction.NEW, SubscriptionAction.LIST, SubscriptionAction.SHOW, SubscriptionAction.TEST})
#: The fields of the sentences that the rule's own check gives; any other is about the amount.
_FIELDS: Final = {TEAM_REACH: modal.FIGURE, UNUSUAL_REACH: modal.FIGURE, CARD_OF_SEVERAL: modal.CARD}
_NUMBER = re.compile(rf"[+-]?\s*(?P<n>{AMOUNT})\s*%?", re.IGNORECASE)
#: What a title cannot hold, because titles stand in quotes in commands; and Slack's own notation.
_QUOTES, _TOKENS = re.compile('["“”„]'), re.compile(r"<[^<>]*>|[<>]")
_RANGE = re.compile(r"(\d)-(\d)")


class AlertHandler:
    """Answers requests about alerts; raises BotError."""

    def __init__(self, service: AlertService, authorization: Authorization) -> None:
        self._service, self._authorization = service, authorization

    async def handle(self, request: Request) -> RenderedResult:
        """Carries out a command about alerts; returns what was done, a list, or a test."""
        command, directory = await self.read_with_accounts(request)
        result = await self._service.answer(command, request.context, directory)
        changed = command.draft is not None or command.action not in READING
        message = build_alert_result(result, self._service.today)
        return RenderedResult(message, kind=f"alert {command.action}", changed=changed, follow_up=result.follow_up)

    async def read(self, request: Request) -> AlertCommand:
        """The command in the text; raises UsageError when it is not a valid one."""
        return (await self.read_with_accounts(request))[0]

    async def read_with_accounts(self, request: Request) -> tuple[AlertCommand, Directory]:
        """The same, with the accounts that everybody may see there."""
        directory = await self._authorization.checked_accounts(request.context)
        return await self._service.read(request.text, request.context, directory), directory

    async def home(self, request: Request) -> RenderedResult:
        """The alerts of this person, and of the channel, for the Home tab."""
        await self._authorization.permissions.check(request.context)
        found = await self._service.list(request.context, HOME_ROWS)
        return RenderedResult(build_home_alerts(found.alerts, more=found.more), kind="alert list")


class AlertForms:
    """Opens the form and handles its submission. Raises UsageErrors and NotAllowed as ``AlertService`` does."""

    def __init__(self, alerts: AlertService, subscriptions: SubscriptionService) -> None:
        self._alerts, self._subscriptions = alerts, subscriptions

    async def open(
        self, command: AlertCommand, context: RequestContext, directory: Directory
    ) -> tuple[AlertFormState, AlertFormValues, AlertChoices]:
        """The form's state, its initial entries (the alert's, or the defaults), and the choices."""
        choices = await self.choices(context, directory)
        if command.action is SubscriptionAction.EDIT:
            alert = await self._subscriptions.find(SubscriptionKind.ALERT, command.action, command.which, directory, context)
            await self._subscriptions.authorization.may_change(alert, context.user)
            if (rule := AlertRule.from_json(alert.rule)) is None:
                raise NotUnderstood(NEWER)
            return *_of_alert(alert, rule, context.channel, choices), choices
        zone = await self._subscriptions.zone_of(context.user)
        usual = await self._subscriptions.usual_accounts(directory, context.team, context.channel)
        days, time = _days_and_time(DEFAULT_CRON)
        who = next((one.platform_id for one in choices.accounts if one.platform_id in usual), "")
        values = AlertFormValues(who=who, channel=context.channel, days=days, time=time, zone=zone)
        return AlertFormState(asked_in=context.channel), values, choices

    async def choices(self, context: RequestContext, directory: Directory) -> AlertChoices:
        """The accounts, teams and groups that an alert can watch here."""
        return AlertChoices(directory.accounts, sorted(await self._alerts.groups(context.team)))

    async def check(self, state: AlertFormState, draft: AlertDraft, context: RequestContext, directory: Directory) -> None:
        """Raises BadFieldsError for an account that is not shown any more, or a channel where this person may not post."""
        if draft.account and draft.account not in {account.platform_id for account in directory.accounts}:
            raise BadFieldsError({modal.WHO: GONE})
        if state.alert and (await self._found(state, context, directory)).channel == draft.channel:
            return
        try:
            await self._subscriptions.authorization.may_set_up(draft.channel, (), context)
        except NotAllowed as error:
            raise BadFieldsError({CHANNEL: f"{error.sentence} {error.remedy}".strip()}) from error

    async def submit(self, state: AlertFormState, draft: AlertDraft, context: RequestContext, directory: Directory) -> Message:
        """Creates or changes the alert."""
        if draft.account and draft.account not in {account.platform_id for account in directory.accounts}:
            raise NotUnderstood(GONE)
        if not state.alert:
            return build_alert_result(await self._alerts.create(draft, context, directory), self._alerts.today)
        alert = await self._found(state, context, directory)
        if alert.version != state.version:
            raise NotUnderstood(CHANGED_MEANWHILE.format(kind=SubscriptionKind.ALERT))
        return build_alert_result(await self._alerts.change(alert, draft, context, directory), self._alerts.today)

    async def _found(self, state: AlertFormState, context: RequestContext, directory: Directory) -> Subscription:
        return await self._subscriptions.find(SubscriptionKind.ALERT, SubscriptionAction.EDIT, state.alert, directory, context)


def draft_of(state: AlertFormState, values: AlertFormValues) -> AlertDraft:
    """The draft of these entries.

    Raises:
        BadFieldsError: some entries are wrong; it has all their errors, those of the rule once everything else is right.
    """
    before = AlertRule.from_json(state.rule) if state.rule else None
    errors = {name: text for name, given, text in _needed(state, values) if not given} | day_errors(values.days, values.time)
    zone = values.zone
    try:
        zone = checked_zone(values.zone) if values.zone else ""
    except BadSchedule as error:
        errors[ZONE] = field_sentence(error)
    condition = next((one for one in Condition if one.value == values.rule), None)
    amount = _NUMBER.fullmatch(values.amount)
    if condition is not None and condition not in UNUSUAL and amount is None:
        errors[modal.AMOUNT] = WHAT_AMOUNT
    groups = tuple(one for one in before.notify if one.startswith("S")) if before else ()
    notify = (*values.people, *groups)
    if len(notify) > MOST_MENTIONS:
        errors[modal.PEOPLE] = MANY_MENTIONS.format(most=MOST_MENTIONS)
    if errors or condition is None:
        raise BadFieldsError(errors)
    who = TEAM if values.who == modal.TEAM_VALUE else values.who.removeprefix(modal.GROUP_PREFIX)
    named = values.who if who == values.who else ""
    title = " ".join(_TOKENS.sub(" ", _QUOTES.sub("'", values.title)).split())
    parts = RuleParts(
        rest="",
        condition=condition,
        amount=float(read_amount(amount["n"])) if amount and condition not in UNUSUAL else 0.0,
        figures=(metric_of(values.figure),),
        window=values.window,
        title=title,
        notify=notify,
        card=values.card,
        dropped=frozenset(part for part, given in (("title", title), ("mention", notify), ("card", values.card)) if not given),
    )
    parts = replace(parts, condition_text=condition_text(AlertRule(parts.figures[0], condition, parts.amount, parts.window or "day")))
    group = "" if named or not values.who else who
    try:
        rule = rule_of(parts, group) if before is None else changed(before, parts, group if values.who else before.who)
    except NotUnderstood as error:
        field = modal.WINDOW if error.sentence == UNUSUAL_DAY.format(window=values.window) else _FIELDS.get(error.sentence, modal.AMOUNT)
        raise BadFieldsError({field: f"{error.sentence} {error.remedy if field == modal.AMOUNT else ''}".strip()}) from error
    same = bool(state.cron) and _days_and_time(state.cron) == (_in_order(values.days), values.time)
    return AlertDraft(rule, named, state.cron if same else cron_of(values.days, values.time), zone, values.channel)


def _needed(state: AlertFormState, values: AlertFormValues) -> tuple[tuple[str, object, str], ...]:
    return (
        (modal.WHO, values.who or state.stays, NO_WHO_CHOSEN),
        (modal.FIGURE, values.figure, NO_FIGURE_CHOSEN),
        (modal.RULE, values.rule, NO_RULE_CHOSEN),
        (CHANNEL, values.channel, NO_CHANNEL_CHOSEN),
        (ZONE, values.zone, NO_ZONE_CHOSEN),
    )


def _of_alert(alert: Subscription, rule: AlertRule, asked_in: str, choices: AlertChoices) -> tuple[AlertFormState, AlertFormValues]:
    offered = {account.platform_id for account in choices.accounts}
    who = modal.TEAM_VALUE if rule.who == TEAM else f"{modal.GROUP_PREFIX}{rule.who}" if rule.who else "".join(alert.accounts[:1])
    stays = not rule.who and who not in offered
    unchanged = [*kept_words(rule), *(["groups that it mentions"] if any(one.startswith("S") for one in rule.notify) else [])]
    days, time = _days_and_time(alert.cron)
    note = modal.KEPT.format(parts=", ".join(map(code, unchanged)), id=alert.id[:SHORT_ID]) if unchanged else ""
    state = AlertFormState(alert.id, alert.version, asked_in, alert.rule, alert.cron, note, stays)
    amount = "" if rule.unusual else condition_text(rule).lstrip("+-<>= ").removesuffix("%")
    values = AlertFormValues(
        who="" if stays else who,
        figure=figure_value(rule),
        rule=rule.condition.value,
        amount=amount,
        window=rule.window,
        channel=alert.channel,
        days=days,
        time=time,
        zone=alert.zone,
        people=tuple(one for one in rule.notify if not one.startswith("S")),
        title=rule.title,
        card=rule.card,
    )
    return state, values


def _days_and_time(cron: str) -> tuple[tuple[str, ...], str]:
    """The chosen days and the time of an alert's schedule; it has days of the week only."""
    spread = _RANGE.sub(lambda found: ",".join(map(str, range(int(found[1]), int(found[2]) + 1))), cron)
    days, time = choices_of(spread) or ((), "")
    return _in_order(days), time


def _in_order(days: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(days))

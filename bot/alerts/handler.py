"""Handles requests about alerts (`alert …`, buttons), and the form: its first entries and its submission."""

import math
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from msgspec.structs import replace

from bot.alerts import modal
from bot.alerts.list_blocks import build_alert_result, build_alert_test, build_home_alerts
from bot.alerts.modal import AlertFormState, AlertFormValues
from bot.alerts.parser import FORM_ACTIONS
from bot.alerts.rule import MOST_MENTIONS, TEAM_REACH, UNUSUAL, AlertCommand, AlertDraft, AlertRule, Condition, condition_text
from bot.alerts.rule_parser import CARD_OF_SEVERAL, NO_MINIMUM, UNUSUAL_DAY, UNUSUAL_REACH, rule_of, usual_minimum
from bot.alerts.rule_parts import LONG_COOLDOWN, MANY_MENTIONS, MOST_COOLDOWN, RuleParts, metric_word, plain_title
from bot.alerts.service import AlertResult, AlertService, AlertTest
from bot.errors import NotUnderstood
from bot.lazy_regex import any_case, lazy_regex
from bot.management import form_fields as forms
from bot.management.actions import READING, SubscriptionChange, edit_words
from bot.management.authorization import Authorization
from bot.management.forms import OpenForm, SubscriptionForms
from bot.management.rules import RuleList, RuleResult
from bot.management.service import SubscriptionService
from bot.parsing.text import ALSO, AMOUNT, read_amount
from bot.parsing.vocabulary import METRIC_WORDS
from bot.schedules.parser import DEFAULT_CRON
from bot.slack.builders import Message
from bot.slack.interactive import BadFieldsError, View
from bot.slack.request import RenderedResult, Request, RequestContext
from bot.statistics.reports import TEAM, Directory, id_word
from bot.subscriptions.subscription import Subscription, SubscriptionKind

WHAT_AMOUNT = "Give a number, like 50 or 1,500."
GONE = "That account can't be watched here any more. Choose another one."
NEWER = "A newer version of this bot set this alert up, and this version can't change it."
NOT_UNDERSTOOD = "I didn't understand that. It looks like a question about alerts."
#: Alerts that have a row on the Home tab.
_HOME_ROWS: Final = 8
#: The fields of the sentences that the rule's own check gives; any other is about the amount.
_FIELDS: Final = {TEAM_REACH: modal.FIGURE, UNUSUAL_REACH: modal.FIGURE, CARD_OF_SEVERAL: modal.CARD, NO_MINIMUM: modal.MINIMUM}
_ME = any_case(r"(?P<before>\b(for|ping|notify|mention|cc)\s+(<[^<>]*>(\s|,|and\b|&amp;|&)*)*)me\b")
_NUMBER = any_case(rf"[+-]?\s*(?P<n>{AMOUNT})\s*%?")
_DAYS = any_case(r"(?P<n>\d{1,4})\s*(d|days?)?")
_RANGE = lazy_regex(r"(\d)-(\d)")


class AlertHandler:
    """Answers requests about alerts; raises BotError."""

    def __init__(self, service: AlertService, authorization: Authorization) -> None:
        self._service, self._authorization = service, authorization

    async def handle(self, request: Request) -> RenderedResult:
        command, directory = await self.read_with_accounts(request)
        result = await self._service.answer(command, request.context, directory)
        changed = command.draft is not None or command.action not in READING
        message = build_alert_result(result, self._service.today)
        return RenderedResult(message, kind=f"alert {command.action}", changed=changed, follow_up=_follow_up(result))

    async def amend(self, request: Request, command: str, change: str) -> RenderedResult:
        """Changes the alert that the last command was about, or sets up the same for another account: "also for bob"."""
        # When it is checked, not days that it compares.
        change = re.sub(r"^(?:once a week|weekly)(?= at \d)", "every monday", change, flags=re.IGNORECASE)
        also = ALSO.fullmatch(change)
        text = await self._service.for_another(command, also["who"], request.context) if also else f"{command} {change}"
        return await self.handle(replace(request, text=text))

    async def read(self, request: Request) -> AlertCommand:
        """The command in the text; raises UsageError when it is not a valid one."""
        return (await self.read_with_accounts(request))[0]

    async def read_with_accounts(self, request: Request) -> tuple[AlertCommand, Directory]:
        directory = await self._authorization.checked_accounts(request.context)
        # "For me": who asks is mentioned.
        text = _ME.sub(rf"\g<before><@{request.context.user}>", request.text)
        return await self._service.read(text, request.context, directory), directory

    async def home(self, request: Request) -> RenderedResult:
        await self._authorization.permissions.check(request.context)
        found = await self._service.list(request.context, _HOME_ROWS)
        return RenderedResult(build_home_alerts(found.views, found.more), kind="alert list")


def _follow_up(result: AlertResult | AlertTest | RuleList[AlertRule]) -> str:
    """The days that the alert looks at, as a question, and the command that changes it; "" for none."""
    if isinstance(result, RuleList):
        return f"\n{edit_words(result.views[0].subscription)}" if len(result.views) == 1 else ""
    is_deleted = isinstance(result, RuleResult) and result.change is SubscriptionChange.DELETED
    if is_deleted or result.view is None or result.view.rule is None:
        return ""
    alert, rule = result.view.subscription, result.view.rule
    who = " ".join(map(id_word, alert.accounts)) or " ".join(dict.fromkeys((TEAM, rule.who)))
    return f"{who} {rule.days}d\n{edit_words(alert)}"


class AlertForms(SubscriptionForms[AlertFormState, AlertFormValues, AlertDraft]):
    """The form of alerts. Raises UsageErrors and NotAllowed as ``AlertService`` does."""

    kind, actions, title, labels = SubscriptionKind.ALERT, FORM_ACTIONS, modal.TITLE_NEW, modal.LABELS
    further = MappingProxyType({modal.FORM_TIMES: modal.build_times, modal.FORM_MORE: modal.build_options})
    who, gone = modal.WHO, GONE
    read = staticmethod(modal.read)

    def __init__(self, handler: AlertHandler, alerts: AlertService, subscriptions: SubscriptionService) -> None:
        super().__init__(subscriptions)
        self._handler, self._alerts = handler, alerts

    async def read_command(self, words: str, context: RequestContext) -> tuple[AlertCommand, Directory]:
        return await self._handler.read_with_accounts(Request(text=words, context=context))

    async def entries(self, form: OpenForm) -> tuple[AlertFormState, AlertFormValues]:
        context, directory = form.context, form.directory
        if form.one:
            if (rule := AlertRule.from_json(form.one.rule)) is None:
                raise NotUnderstood(NEWER)
            return _of_alert(form.one, rule, context.channel, directory)
        usual = await self._subscriptions.usual_accounts(directory, context.team, context.channel)
        days, time = _days_and_time(DEFAULT_CRON)
        who = next((one.platform_id for one in directory.accounts if one.platform_id in usual), "")
        zone = await self._subscriptions.zone_of(context.user)
        values = AlertFormValues(who=who, channel=context.channel, days=days, time=time, timezone=zone)
        return AlertFormState(asked_in=context.channel), values

    async def build(self, state: AlertFormState, values: AlertFormValues, form: OpenForm, trouble: str = "") -> View:
        groups = await self._alerts.groups(form.context.team)
        return modal.build_form(state, values, form.directory.accounts, groups, trouble=trouble)

    def draft(self, view: Mapping[str, Any]) -> AlertDraft:
        return draft_of(*modal.read(view))

    def chosen(self, draft: AlertDraft) -> tuple[Iterable[str], Iterable[str]]:
        return filter(None, (draft.account,)), (draft.channel,)

    async def previewed(self, draft: AlertDraft, form: OpenForm) -> Message:
        shown, tested = await self._alerts.preview(form.one, draft, form.context, form.directory)
        return build_alert_test(shown, tested, self._alerts.today, preview=True)

    async def saved(self, draft: AlertDraft, form: OpenForm) -> Message:
        alerts, where = self._alerts, (draft, form.context, form.directory)
        return build_alert_result(await (alerts.change(form.one, *where) if form.one else alerts.create(*where)), alerts.today)


def draft_of(state: AlertFormState, values: AlertFormValues) -> AlertDraft:
    """The draft of these entries; raises BadFieldsError with all their errors, those of the rule once everything else is right."""
    errors = forms.missing(
        (modal.WHO, values.who or state.stays, "Choose an account or the team."),
        (modal.FIGURE, values.figure, "Choose a figure."),
        (modal.RULE, values.rule, "Choose when I tell you."),
        (forms.CHANNEL, values.channel, forms.NO_CHANNEL_CHOSEN),
        (forms.ZONE, values.timezone, forms.NO_ZONE_CHOSEN),
    )
    errors |= forms.day_errors(values.days, values.time)
    zone, quiet = forms.zone_of(values.timezone, errors), forms.quiet_of(values.quiet, errors)
    condition = next((one for one in Condition if one.value == values.rule), None)
    amount = _NUMBER.fullmatch(values.amount)
    if condition is not None and condition not in UNUSUAL and amount is None:
        errors[modal.AMOUNT] = WHAT_AMOUNT
    minimum, cooldown = re.fullmatch(rf"\s*(?P<n>{AMOUNT})\s*", values.minimum or "0"), _DAYS.fullmatch(values.cooldown or "1")
    if minimum is None:
        errors[modal.MINIMUM] = WHAT_AMOUNT
    if cooldown is None or not 0 < int(cooldown["n"]) <= MOST_COOLDOWN:
        errors[modal.COOLDOWN] = LONG_COOLDOWN.format(most=MOST_COOLDOWN)
    notify = (*values.people, *state.groups)
    if len(notify) > MOST_MENTIONS:
        errors[modal.PEOPLE] = MANY_MENTIONS.format(most=MOST_MENTIONS)
    group = forms.chosen_group(values.who)
    named = "" if group else values.who
    if condition is None or not values.figure or errors.keys() & {modal.AMOUNT, modal.MINIMUM, modal.COOLDOWN}:
        raise BadFieldsError(errors)
    parts = RuleParts(
        rest="",
        condition=condition,
        amount=float(read_amount(amount["n"])) if amount and condition not in UNUSUAL else 0.0,
        figures=(METRIC_WORDS.get(values.figure),),
        window=values.window,
        minimum=math.ceil(read_amount(minimum["n"])) if minimum and values.minimum else None,
        cooldown=int(cooldown["n"]) if cooldown and values.cooldown else None,
        quiet=quiet,
        title=plain_title(values.title),
        notify=notify,
        card=bool(values.card),
    )
    parts = replace(parts, condition_text=condition_text(AlertRule(parts.figures[0], condition, parts.amount, parts.window or "day")))
    try:
        rule = rule_of(parts, group)
    except NotUnderstood as error:
        field = modal.WINDOW if error.sentence == UNUSUAL_DAY.format(window=values.window) else _FIELDS.get(error.sentence, modal.AMOUNT)
        errors[field] = f"{error.sentence} {error.remedy if field == modal.AMOUNT else ''}".strip()
    if errors:
        raise BadFieldsError(errors)
    same = bool(state.cron) and _days_and_time(state.cron) == (_in_order(values.days), values.time)
    return AlertDraft(rule, named, state.cron if same else forms.cron_of(values.days, values.time), zone, values.channel)


def _of_alert(alert: Subscription, rule: AlertRule, asked_in: str, directory: Directory) -> tuple[AlertFormState, AlertFormValues]:
    offered = {account.platform_id for account in directory.accounts}
    who = forms.who_value(rule.who) if rule.who else "".join(alert.accounts[:1])
    stays = not rule.who and who not in offered
    days, time = _days_and_time(alert.cron)
    state = AlertFormState(alert.id, alert.version, asked_in, stays, alert.cron, tuple(one for one in rule.notify if one.startswith("S")))
    amount = "" if rule.unusual else condition_text(rule).lstrip("+-<>= ").removesuffix("%")
    values = AlertFormValues(
        who="" if stays else who,
        figure=metric_word(rule.metric),
        rule=rule.condition.value,
        amount=amount,
        window=rule.window,
        channel=alert.channel,
        days=days,
        time=time,
        timezone=alert.zone,
        people=tuple(one for one in rule.notify if not one.startswith("S")),
        title=rule.title,
        card=(modal.CARD,) if rule.card else (),
        minimum="" if rule.minimum == usual_minimum(rule) else str(rule.minimum),
        cooldown="" if rule.cooldown == rule.days else str(rule.cooldown),
        quiet=rule.quiet,
    )
    return state, values


def _days_and_time(cron: str) -> tuple[tuple[str, ...], str]:
    """The chosen days and the time of an alert's schedule; it has days of the week only."""
    spread = _RANGE.sub(lambda found: ",".join(map(str, range(int(found[1]), int(found[2]) + 1))), cron)
    days, time = forms.choices_of(spread) or ((), "")
    return _in_order(days), time


def _in_order(days: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(days))

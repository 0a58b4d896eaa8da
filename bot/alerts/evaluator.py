"""Builds the messages of due alerts, and tests an alert on the last days.

Alerts on one figure that are due together are one message, and a later one of the day joins it. Each message's metadata says which figure
it is about, of which alerts it tells, and with which lines it edited earlier messages. So everything is read back from the ledger: an edit
that is made again is the same.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import takewhile
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bot.alerts.blocks import build_alert, build_alerts, build_edited, fired_there, joined_line, resolved_line
from bot.alerts.evaluate import AlertNotice, evaluate, periods
from bot.alerts.fetch import AlertFetcher, AlertReport
from bot.alerts.rule import ALERT, WINDOWS, AlertRule, is_quiet_time
from bot.delivery.builders import Building, Built, MessageEdit, PostedWith, Waits
from bot.errors import StatisticsError
from bot.reports.account_blocks import build_account_card
from bot.slack.builders import Message, build_notice, escape
from bot.slack.request import RequestContext
from bot.statistics.reports import Period, id_word, period_text
from bot.storage.delivery_log import DeliveryLog
from bot.subscriptions.delivery_state import FINAL, Delivery, DeliveryState
from bot.subscriptions.subscription import SkipReason, Subscription, SubscriptionKind, skip_reason

#: How many days a test evaluates.
TESTED: Final = 7
#: So many messages are read to find the first since the figure was normal, and so many of them are edited, the first and the last.
MOST_FIRED, MOST_EDITED = 50, 5
#: So many alerts are one message.
MOST_TOGETHER: Final = 10
_DAY: Final = timedelta(days=1)


class DueAlert(Struct, frozen=True):
    """An alert with its occurrence."""

    alert: Subscription
    rule: AlertRule
    delivery: Delivery


def figure_of(rule: AlertRule, alert: Subscription) -> str:
    return f"{rule.metric or 'rate'} {rule.who or ','.join(sorted(alert.accounts))}"


class EarlierMessages:
    """Reads the alerts' messages from the ledger; every method raises StoreError."""

    def __init__(self, log: DeliveryLog) -> None:
        self._log = log

    async def due_beside(self, due: DueAlert) -> tuple[DueAlert, ...]:
        """The other alerts on its figure in its channel that are due at the same moment; none for one that a person asked for."""
        if due.delivery.click:
            return ()
        figure, every = figure_of(due.rule, due.alert), await self._log.due_beside(due.delivery, SubscriptionKind.ALERT)
        read = [(alert, AlertRule.from_json(alert.rule), delivery) for alert, delivery in every]
        found = [DueAlert(alert, rule, delivery) for alert, rule, delivery in read if rule and figure_of(rule, alert) == figure]
        return tuple(one for one in found if one.delivery.state in FINAL or skip_reason(one.delivery, one.alert) is None)

    async def of_the_day(self, due: DueAlert) -> Delivery | None:
        """The message of this day that another alert on its figure began in its channel, or may have, where it isn't sent yet."""
        zone, delivery = due.alert.schedule.time_zone, due.delivery
        day, figure = delivery.due.astimezone(zone).date(), figure_of(due.rule, due.alert)
        for one in await self._posted_in(delivery.channel, delivery, delivery.due - _DAY):
            event = one.event
            there = one.ts if one.state is DeliveryState.SENT else one.state is not DeliveryState.UNCERTAIN
            begun = there and not one.reply_to and event.get("fires")
            if begun and one.digest != due.alert.id and event.get("figure") == figure and one.due.astimezone(zone).date() == day:
                return one
        return None

    async def edit(self, one: Delivery, lines: Sequence[str], by: Delivery) -> MessageEdit | None:
        """The edit, by the delivery ``by``, that adds these lines to the message that ``one`` posted or replied to; None without one."""
        stored = await self._log.posted_as(by.team, one.channel, one.thread or "")
        base = next((other for other in stored if not other.reply_to), None)
        if base is None or not base.ts:
            return None
        posted = await self._posted_in(one.channel, by, base.due)
        before = {line: None for other in reversed(posted) for line in other.event.get("edits", {}).get(base.ts, ())}
        whole = base.payload if base.payload and json.loads(base.payload)["text"] else ""
        return MessageEdit(base.channel, base.ts, whole, partial(build_edited, lines=[*before, *lines]))

    async def _posted_in(self, channel: str, by: Delivery, since: datetime) -> tuple[Delivery, ...]:
        posted = await self._log.posted_in(by.team, channel, SubscriptionKind.ALERT, since=since)
        return tuple(one for one in posted if one.id != by.id)


def posted_with(due: DueAlert, beside: Sequence[DueAlert]) -> Delivery | None:
    sent = (one.delivery for one in beside if one.delivery.state is DeliveryState.SENT)
    return next((one for one in sent if due.delivery.id in one.event.get("deliveries", ())), None)


def waits(due: DueAlert, beside: Sequence[DueAlert]) -> bool:
    """Whether another delivery, whose message may tell of this alert too, must end first; not one that waits for a person's answer."""
    before = (one.delivery for one in beside if one.delivery.state not in FINAL and one.delivery.id < due.delivery.id)
    return any(one.state is not DeliveryState.UNCERTAIN or due.delivery.id in one.event.get("deliveries", ()) for one in before)


class AlertEvaluator:
    """Builds the messages of due alerts from their windows and their last notice; mostly there is nothing to post.

    Alerts on one figure that are due at the same moment are one message: the first delivery, by id, evaluates the others, which wait for
    it and are posted with it. One that fires later on the day replies to that message, which then tells of it. That a figure is back to
    normal is a reply to the first message since it was, which then says so too.

    ::

        due ─ quiet hours? ──→ QUIET_HOURS: those days are evaluated the next time
            └ the days since the last evaluation (from the delivery log) ─ figures ─ evaluate ─┬ nothing ──→ QUIET
                                                                                               └ fired, or normal ──→ a message, or a reply
    """

    def __init__(self, fetcher: AlertFetcher, log: DeliveryLog, clock: Callable[[], datetime]) -> None:
        self._fetcher, self._log, self._clock = fetcher, log, clock
        self._earlier = EarlierMessages(log)

    async def build(self, digest: Subscription, delivery: Delivery, late: timedelta | None) -> Building:  # noqa: ARG002  # a builder takes all three
        """The message; or why nothing is posted, or which other delivery it waits for or is posted with. Raises StatisticsError."""
        rule = AlertRule.from_json(digest.rule)
        # A rule of a newer version: that version evaluates it later, for these days too.
        if rule is None or (not delivery.click and self._is_quiet(digest, rule)):
            return SkipReason.QUIET_HOURS
        due = DueAlert(digest, rule, delivery)
        beside = await self._earlier.due_beside(due)
        if other := posted_with(due, beside):
            return PostedWith(other)
        if waits(due, beside):
            return Waits()
        report = await self._report(due)
        if report is None or report.state.quiet:
            return SkipReason.QUIET
        if not report.state.fired:
            return await self._resolved(Built(build_alert(report, alert=digest, today=self._today)), due, report)
        return await self._fired([(due, report), *await self._also_fired(due, beside)])

    @property
    def _today(self) -> date:
        return self._clock().date()

    def _is_quiet(self, alert: Subscription, rule: AlertRule) -> bool:
        return is_quiet_time(alert.schedule, rule.quiet, self._clock())

    async def _also_fired(self, due: DueAlert, beside: Sequence[DueAlert]) -> list[tuple[DueAlert, AlertReport]]:
        """The alerts beside that come after this one and fire too; of those whose figures cannot be fetched none."""
        found = []
        for one in beside:
            if one.delivery.id < due.delivery.id or one.delivery.state in FINAL or self._is_quiet(one.alert, one.rule):
                continue
            try:
                report = await self._report(one)
            except StatisticsError:
                continue
            if report is not None and report.state.fired:
                found.append((one, report))
        return found[: MOST_TOGETHER - 1]

    async def _fired(self, fired: Sequence[tuple[DueAlert, AlertReport]]) -> Built | Waits:
        """One message of all of them; a reply where another alert began the day's message, which then tells of these too."""
        due, report = fired[0]
        today, delivery = self._today, due.delivery
        message = build_alert(report, alert=due.alert, today=today)
        if len(fired) > 1:
            message = build_alerts([(one.alert, its) for one, its in fired], today)
        alerts = {one.alert.id: its.state.notice.as_payload() for one, its in fired}
        notes = {"fires": True, "alerts": alerts, "deliveries": [one.delivery.id for one, _ in fired]}
        periods_below = dict.fromkeys(_card_period(its) for one, its in fired if one.rule.card)
        below = tuple([await self._card_below(report, delivery.team, period) for period in periods_below])
        built = Built(message.with_event(ALERT, figure=figure_of(due.rule, due.alert), **notes), below)
        if begun := await self._earlier.of_the_day(due):
            if not begun.ts:
                return Waits()
            lines = [joined_line(its, today) for _, its in fired]
            built = await self._with_edits(built, [(begun, lines)], delivery)
            built = replace(built, reply_to=begun.thread or "")
        for one, its in fired:
            built = await self._resolved(built, one, its)
        return built

    async def _resolved(self, built: Built, due: DueAlert, report: AlertReport) -> Built:
        """The edits of the alert's messages since the figure was last normal; the notice goes to the first one's thread."""
        normal, today, delivery = report.state.resolved, self._today, due.delivery
        if normal is None:
            return built
        posted = await self._log.posted_before(delivery, limit=MOST_FIRED)
        notices = ((one, AlertNotice.of_event(one.event, due.alert.id)) for one in posted)
        fired = [(one, notice) for one, notice in takewhile(lambda each: each[1].alarm, notices) if one.thread]
        if not fired:
            return built
        first, began = fired[-1]
        since = began.since or began.fired or normal.period.last
        edits = []
        for one, _ in (fired[-1], *fired[: min(MOST_EDITED, len(fired)) - 1]):
            named = bool(one.reply_to) or len(one.event.get("alerts", ())) > 1
            edits.append((one, [resolved_line(report, normal, since=since, today=today, named=named)]))
        if not report.state.fired and first.channel == delivery.channel:
            built = replace(built, reply_to=first.thread or "")
        elif not report.state.fired:
            there = fired_there(first.channel, first.thread or "")
            built = replace(built, message=build_alert(report, alert=due.alert, today=today, more=[there]))
        return await self._with_edits(built, edits, delivery)

    async def _with_edits(self, built: Built, wanted: Sequence[tuple[Delivery, Sequence[str]]], by: Delivery) -> Built:
        """With these lines added to earlier messages; its metadata names them, so that later edits keep them."""
        edits = {edit.ts: edit for edit in built.edits}
        lines: dict[str, list[str]] = dict(built.message.event.get("edits", {}))
        for one, more in wanted:
            whole = [*lines.get(one.thread or "", ()), *more]
            if edit := await self._earlier.edit(one, whole, by):
                edits[edit.ts], lines[edit.ts] = edit, whole
        return replace(built, message=built.message.with_event(ALERT, edits=lines), edits=tuple(edits.values())) if lines else built

    async def _card_below(self, report: AlertReport, team: str, period: Period) -> Message:
        account = report.findings.accounts[0]
        try:
            figures = await self._fetcher.account_report(team, account, period)
        except StatisticsError as error:
            text = f":warning: The account's figures couldn't be fetched. {escape(error.sentence)} {escape(error.remedy)}"
            return build_notice(text)
        words = f"{id_word(account.platform_id)} {period_text(period)}"
        return build_account_card(figures, today=self._today, words=words, private=False)

    async def _report(self, due: DueAlert) -> AlertReport | None:
        """The evaluation at the delivery's due time; None when every day up to then has been evaluated."""
        alert, rule, delivery = due.alert, due.rule, due.delivery
        last = await self._log.evaluated_before(delivery)
        windows = periods(rule, _utc_day(delivery), _utc_day(last) if last else None)
        if not windows:
            return None
        findings = await self._fetcher.fetch(rule, alert, windows)
        posted = await self._log.posted_before(delivery)
        before = AlertNotice.of_event(posted[0].event, alert.id) if posted else AlertNotice()
        return AlertReport(findings, evaluate(rule, findings.windows, before))

    async def tested(self, alert: Subscription, rule: AlertRule, context: RequestContext) -> AlertReport:
        """The rule's evaluation of the last whole days, and yesterday's message as if nothing was posted before. Raises StatisticsError."""
        today = self._clock().date()
        findings = await self._fetcher.fetch(rule, alert, periods(rule, today, today - timedelta(days=TESTED)), context)
        state = evaluate(rule, findings.windows[-1:], AlertNotice())
        return AlertReport(findings, state)


def _card_period(report: AlertReport) -> Period:
    """The window that fired, of 7 days at least."""
    fired = report.state.fired[-1].period
    return Period(min(fired.first, fired.last - timedelta(days=WINDOWS["week"] - 1)), fired.last)


def _utc_day(delivery: Delivery) -> date:
    return delivery.due.astimezone(UTC).date()

"""Builds the messages of due alerts, and tests an alert on the last days."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import Final

from bot.alerts.blocks import build_alert, build_resolved, fired_there
from bot.alerts.evaluate import AlertNotice, evaluate, periods
from bot.alerts.fetch import AlertFetcher, AlertReport
from bot.alerts.rule import WINDOWS, AlertRule, is_quiet_time
from bot.blockkit.builders import Message, escape, section
from bot.delivery.builders import Built, MessageEdit
from bot.errors import StatisticsError
from bot.parsing.account_names import id_word
from bot.reports.account_blocks import build_account_card
from bot.schedules.parser import describe
from bot.schedules.schedule import Schedule
from bot.statistics.reports import Period, period_text
from bot.storage.delivery_log import DeliveryLog
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import SkipReason, Subscription

#: How many days a test evaluates.
TESTED: Final = 7
#: So many messages are read to find the first since the figure was normal, and so many of them are edited, the first and the last.
MOST_FIRED, MOST_EDITED = 50, 5
CARD_FAILED = ":warning: The account's figures couldn't be fetched. {sentence} {remedy}"


class AlertEvaluator:
    """Builds the messages of due alerts from their windows and their last notice; mostly there is nothing to post.

    That a figure is back to normal is a reply to the first message since it was, which then says so too.

    ::

        due ─ quiet hours? ──→ RESTING: those days are evaluated the next time
            └ the days since the last evaluation (from the delivery log) ─ figures ─ evaluate ─┬ nothing ──→ QUIET
                                                                                               └ fired, or normal ──→ a message, or a reply

    Args:
        fetcher: fetches their figures.
        log: their earlier messages.
        clock: the current time (aware, UTC).
    """

    def __init__(self, fetcher: AlertFetcher, log: DeliveryLog, clock: Callable[[], datetime]) -> None:
        self._fetcher, self._log, self._clock = fetcher, log, clock

    async def build(self, digest: Subscription, delivery: Delivery, late: timedelta | None) -> Built | SkipReason:  # noqa: ARG002  # a kind's builder takes all three
        """The message; or why nothing is posted.

        Raises:
            StatisticsError: the figures cannot be fetched.
            StoreError: the database cannot be used.
        """
        rule = AlertRule.from_json(digest.rule)
        # A rule of a newer version: that version evaluates it later, for these days too.
        if rule is None or (not delivery.click and is_quiet_time(Schedule(digest.cron, digest.zone), rule.quiet, self._clock())):
            return SkipReason.RESTING
        report = await self._report(digest, rule, delivery)
        if report is None or report.state.quiet:
            return SkipReason.QUIET
        today = self._clock().date()
        cards_below = (await self._card_below(report, today),) if rule.card and report.state.fired else ()
        built = Built(build_alert(report, alert=digest, today=today), cards_below)
        return built if report.state.resolved is None else await self._resolved(built, report, digest, delivery)

    async def _resolved(self, built: Built, report: AlertReport, alert: Subscription, delivery: Delivery) -> Built:
        """The alert's messages since the figure was normal say that it is so again; the first one's thread is where that is told."""
        normal, today = report.state.resolved, self._clock().date()
        posted = await self._log.posted_before(delivery, limit=MOST_FIRED)
        fired = [one for one in takewhile(lambda one: AlertNotice.of_message(one.payload or "{}").alarm, posted) if one.thread]
        if normal is None or not fired:
            return built
        first = fired[-1]
        began = AlertNotice.of_message(first.payload or "{}")
        since = began.since or began.fired or normal.period.last
        edits = tuple(
            MessageEdit(
                one.channel, one.thread or "", build_resolved(one.payload or "{}", report.findings.rule, normal, since=since, today=today)
            )
            for one in (first, *fired[: min(MOST_EDITED, len(fired)) - 1])
        )
        if report.state.fired:
            return replace(built, edits=edits)
        if first.channel == delivery.channel:
            return replace(built, edits=edits, reply_to=first.thread or "")
        there = fired_there(first.channel, first.thread or "")
        return replace(built, message=build_alert(report, alert=alert, today=today, more=[there]), edits=edits)

    async def _card_below(self, report: AlertReport, today: date) -> Message:
        """The account's card of the window that fired, of 7 days at least, for the alert's thread; or why there is none."""
        account, fired = report.findings.accounts[0], report.state.fired[-1].period
        period = Period(min(fired.first, fired.last - timedelta(days=WINDOWS["week"] - 1)), fired.last)
        try:
            figures = await self._fetcher.account_report(account, period)
        except StatisticsError as error:
            text = CARD_FAILED.format(sentence=escape(error.sentence), remedy=escape(error.remedy))
            return Message(text, (section(text),))
        return build_account_card(figures, today=today, words=f"{id_word(account.platform_id)} {period_text(period)}", private=False)

    async def _report(self, digest: Subscription, rule: AlertRule, delivery: Delivery) -> AlertReport | None:
        """The evaluation at the delivery's due time; None when every day up to then has been evaluated."""
        last = await self._log.evaluated_before(delivery)
        windows = periods(rule, _utc_day(delivery), _utc_day(last) if last else None)
        if not windows:
            return None
        findings = await self._fetcher.fetch(rule, digest, windows)
        posted = await self._log.posted_before(delivery)
        before = AlertNotice.of_message(posted[0].payload or "{}") if posted else AlertNotice()
        return AlertReport(findings, evaluate(rule, findings.windows, before), describe(Schedule(digest.cron, digest.zone)))

    async def tested(self, alert: Subscription, rule: AlertRule) -> AlertReport:
        """The rule's evaluation of the last whole days, and its message for yesterday as if it had posted nothing before.

        Raises:
            StatisticsError: the figures cannot be fetched.
            StoreError: the database cannot be used.
        """
        today = self._clock().date()
        findings = await self._fetcher.fetch(rule, alert, periods(rule, today, today - timedelta(days=TESTED)))
        state = evaluate(rule, findings.windows[-1:], AlertNotice())
        return AlertReport(findings, state, describe(Schedule(alert.cron, alert.zone)))


def _utc_day(delivery: Delivery) -> date:
    return delivery.due.astimezone(UTC).date()

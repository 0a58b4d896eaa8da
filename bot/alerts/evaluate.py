"""A due alert: its windows are evaluated after what it posted before; most of the time nothing is posted.

::

    due ─ quiet hours? ──→ RESTING: those days are evaluated the next time
        └ the days since the last evaluation (from the delivery log) ─ figures ─ evaluate ─┬ nothing ──→ QUIET
                                                                                           └ fired, or back to normal ──→ a message
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bot.alerts.blocks import build_alert
from bot.alerts.fetch import AlertFetcher, AlertReport
from bot.alerts.rule import AlertNotice, AlertRule, evaluate, is_quiet_time, periods
from bot.delivery.builders import Built
from bot.schedules.parser import describe
from bot.schedules.schedule import Schedule
from bot.storage.delivery_log import DeliveryLog
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import SkipReason, Subscription

#: How many days a test evaluates.
TESTED: Final = 7


class AlertEvaluator:
    """Builds the messages of due alerts.

    Args:
        fetcher: fetches their figures.
        log: what they posted before.
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
        # A rule that only a newer version can read is evaluated by that one, for these days too.
        if rule is None or (not delivery.click and is_quiet_time(Schedule(digest.cron, digest.zone), rule.quiet, self._clock())):
            return SkipReason.RESTING
        report = await self._report(digest, rule, delivery)
        if report is None or report.state.quiet:
            return SkipReason.QUIET
        return build_alert(report, alert=digest, today=self._clock().date()), ()

    async def _report(self, digest: Subscription, rule: AlertRule, delivery: Delivery) -> AlertReport | None:
        """The evaluation at the delivery's due time; None when every day up to then has been evaluated."""
        last = await self._log.looked_before(delivery)
        windows = periods(rule, _utc_day(delivery), _utc_day(last) if last else None)
        if not windows:
            return None
        findings = await self._fetcher.fetch(rule, digest, windows)
        posted = await self._log.said_before(delivery)
        before = AlertNotice.of_message(posted[0].payload or "{}") if posted else AlertNotice()
        return AlertReport(findings, evaluate(rule, findings.windows, before), describe(Schedule(digest.cron, digest.zone)))

    async def tested(self, alert: Subscription, rule: AlertRule) -> AlertReport:
        """How the rule evaluates the last whole days, and what it would post of yesterday had it posted nothing before.

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

"""What an alert says at its hour: its windows judged after what it said before; mostly nothing.

::

    due ─ hours of rest? ──→ RESTING: those days are looked at next time
        └ the days since the last look (the ledger) ─ figures ─ judge ─┬ nothing ──→ QUIET
                                                                       └ fired, or back to normal ──→ a message
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol

from bot.alerts.blocks import build_alert
from bot.alerts.fetch import AlertFindings, AlertReport
from bot.alerts.rule import AlertNotice, AlertRule, judge, periods, rests
from bot.blockkit.number_format import number_format_of, use_number_format
from bot.delivery.ports import Built
from bot.schedules.parser import describe
from bot.schedules.schedule import Schedule
from bot.statistics.periods import Period
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import SkipReason, Subscription

#: So many days a test looks back.
TESTED: Final = 7


class AlertFigures(Protocol):
    """Where an alert's figures come from (``bot.alerts.fetch``)."""

    async def look(self, rule: AlertRule, alert: Subscription, periods: Sequence[Period]) -> AlertFindings:
        """The windows of these periods, the oldest first; raises a StatisticsError when they cannot be had."""
        ...


class AlertHistory(Protocol):
    """What the ledger knows of an alert (``bot.storage.delivery_log``). Raises StoreError."""

    async def said_before(self, delivery: Delivery, *, limit: int = 1) -> tuple[Delivery, ...]:
        """The earlier occurrences whose messages are in the channel or may be, the newest first."""
        ...

    async def looked_before(self, delivery: Delivery) -> Delivery | None:
        """The last occurrence of the same version that looked at its days."""
        ...


class AlertEvaluator:
    """Builds alerts.

    Args:
        figures: where they come from.
        past: what was said and looked at before.
        clock: the moment (aware, UTC).
        locale: in which everybody reads its numbers.
    """

    def __init__(self, figures: AlertFigures, past: AlertHistory, clock: Callable[[], datetime], *, locale: str) -> None:
        self._figures, self._past, self._clock, self._locale = figures, past, clock, locale

    async def build(self, digest: Subscription, delivery: Delivery, late: timedelta | None) -> Built | SkipReason:  # noqa: ARG002  # a kind's builder takes all three
        """The message; or why nothing is posted.

        Raises:
            StatisticsError: the figures cannot be had.
            StoreError: the ledger cannot be read.
        """
        rule, schedule = AlertRule.from_json(digest.rule), Schedule(digest.cron, digest.zone)
        # A rule that only a newer version can read is evaluated by that one, for these days too.
        if rule is None or (not delivery.click and rests(schedule, rule.quiet, self._clock())):
            return SkipReason.RESTING
        report = await self.report(digest, rule, delivery)
        if report is None or report.verdict.quiet:
            return SkipReason.QUIET
        with use_number_format(number_format_of(self._locale)):
            return build_alert(report, alert=digest, today=self._clock().date()), ()

    async def report(self, digest: Subscription, rule: AlertRule, delivery: Delivery) -> AlertReport | None:
        """The look and its verdict as of the delivery's due moment; None when every day up to then was looked at already."""
        windows = periods(rule, _utc_day(delivery), _looked_on(await self._past.looked_before(delivery)))
        if not windows:
            return None
        look = await self._figures.look(rule, digest, windows)
        said = await self._past.said_before(delivery)
        before = AlertNotice.of_message(said[0].payload or "{}") if said else AlertNotice()
        return AlertReport(look, judge(rule, look.windows, before), describe(Schedule(digest.cron, digest.zone)))

    async def tested(self, digest: Subscription, rule: AlertRule) -> AlertReport:
        """How the rule reads the last whole days, and what it would say of yesterday had it said nothing before.

        Raises:
            StatisticsError: the figures cannot be had.
            StoreError: nobody can tell who opted out.
        """
        today = self._clock().date()
        look = await self._figures.look(rule, digest, periods(rule, today, today - timedelta(days=TESTED)))
        return AlertReport(look, judge(rule, look.windows[-1:], AlertNotice()), describe(Schedule(digest.cron, digest.zone)))


def _utc_day(delivery: Delivery) -> date:
    return delivery.due.astimezone(UTC).date()


def _looked_on(before: Delivery | None) -> date | None:
    return _utc_day(before) if before else None

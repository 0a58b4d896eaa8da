"""Evaluates a due goal: once in each period, the day after it is reached, a message is posted; on all other days nothing.

Each evaluation counts the whole days of the period so far, so that the next one makes up for a day without figures.
LinkedIn's figures of the last day may still grow: on the second day of a period the one before is evaluated once more.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bot.delivery.builders import Built
from bot.errors import MetricFailed
from bot.goals.handler import build_reached, reached_mark
from bot.reports.goals import GoalFetcher
from bot.storage.delivery_log import DeliveryLog
from bot.storage.goals import goal_of
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.goal import Goal, GoalPace, period_of
from bot.subscriptions.subscription import SkipReason, Subscription

#: Attempts of an evaluation without figures; then the next day's evaluation follows.
TRIES: Final = 4
#: Earlier messages that are read: more than the periods and targets of one evaluation.
_MOST_POSTED: Final = 50


class GoalEvaluator:
    """Builds the messages of due goals."""

    def __init__(self, fetcher: GoalFetcher, log: DeliveryLog, clock: Callable[[], datetime]) -> None:
        self._fetcher, self._log, self._clock = fetcher, log, clock

    async def build(self, digest: Subscription, delivery: Delivery, late: timedelta | None) -> Built | SkipReason:  # noqa: ARG002 - never late
        """The message that the goal is reached, or why nothing is posted. Raises MetricFailed: no figure; the delivery is retried."""
        goal = goal_of(digest)
        if goal is None:
            return SkipReason.QUIET
        posted = await self._posted(delivery)
        for day in _days(goal, delivery.due.astimezone(UTC).date()):
            progress = await self._fetcher.progress(goal, digest.channel, after=day)
            if progress is None:
                return SkipReason.QUIET
            if progress.not_fetched and progress.pace is not GoalPace.REACHED and delivery.attempt < TRIES:
                raise MetricFailed(platform_id=goal.account or None)
            if progress.pace is GoalPace.REACHED and reached_mark(progress) not in posted:
                return Built(build_reached(progress, self._clock().date()))
        return SkipReason.QUIET

    async def _posted(self, delivery: Delivery) -> frozenset[str]:
        """The marks already announced, from the metadata of earlier messages."""
        return frozenset(str(one.event.get("reached", "")) for one in await self._log.posted_before(delivery, limit=_MOST_POSTED))


def _days(goal: Goal, today: date) -> tuple[date, ...]:
    """The last whole day, preceded by the last day of the period before if that ended a day earlier; none before the goal was set."""
    yesterday = today - timedelta(days=1)
    ended = yesterday - timedelta(days=1)
    days = (yesterday,) if period_of(goal.every, yesterday) == period_of(goal.every, ended) else (ended, yesterday)
    return tuple(day for day in days if period_of(goal.every, day).last >= goal.since)

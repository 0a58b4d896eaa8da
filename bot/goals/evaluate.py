"""A goal's look at its figures: the day after it was reached it says so, once in each period; on all other days it says nothing.

A look counts the whole days of the period so far, so that a day on which nothing could be fetched is made up for by the next. LinkedIn's
last day may still fill in: on the second day of a period the one before is looked at once more.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol

from bot.blockkit.number_format import number_format_of, use_number_format
from bot.delivery.ports import Built
from bot.errors import MetricFailed
from bot.goals.blocks import build_reached, reached_mark
from bot.statistics.metrics import Failed
from bot.storage.goals import goal_of
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.goal import Goal, GoalPace, Progress, period_of
from bot.subscriptions.subscription import SkipReason, Subscription

#: So often a look that could fetch nothing is tried again; then the next day's will do.
TRIES: Final = 4

#: How many of its messages are read to know what was said: more than the periods and targets that a look can be about.
_SAID: Final = 50


class GoalStates(Protocol):
    """How far goals are (``bot.goals.fetch``)."""

    async def progress(self, goal: Goal, channel: str, *, after: date | None = None) -> Progress | None:
        """How far it was after that whole day; None where it must not be told."""
        ...


class GoalHistory(Protocol):
    """What was said before (``bot.storage.delivery_log``). Raises StoreError."""

    async def said_before(self, delivery: Delivery, *, limit: int = 1) -> tuple[Delivery, ...]:
        """The goal's earlier messages that are in the channel or may be, the newest first."""
        ...


class GoalEvaluator:
    """Builds a goal's message.

    Args:
        figures: how far goals are.
        past: what was said before.
        locale: in which everybody reads its numbers.
        clock: the moment (aware, UTC).
    """

    def __init__(self, figures: GoalStates, past: GoalHistory, *, locale: str, clock: Callable[[], datetime]) -> None:
        self._figures, self._past, self._locale, self._clock = figures, past, locale, clock

    async def build(self, digest: Subscription, delivery: Delivery, late: timedelta | None) -> Built | SkipReason:  # noqa: ARG002 - never late
        """The message that the goal is reached, or that there is nothing to say.

        Raises:
            MetricFailed: the figure could not be fetched; it is tried again.
        """
        goal = goal_of(digest)
        if goal is None:
            return SkipReason.QUIET
        said = await self._said(delivery)
        for day in _days(goal, delivery.due.astimezone(UTC).date()):
            progress = await self._figures.progress(goal, digest.channel, after=day)
            if progress is None:
                return SkipReason.QUIET
            if isinstance(progress.figure, Failed) and delivery.attempt < TRIES:
                raise MetricFailed(platform_id=goal.account or None)
            if progress.verdict is GoalPace.REACHED and reached_mark(progress) not in said:
                with use_number_format(number_format_of(self._locale)):
                    return build_reached(progress, self._clock().date()), ()
        return SkipReason.QUIET

    async def _said(self, delivery: Delivery) -> frozenset[str]:
        """What was said before, by the marks in the messages' metadata."""
        payloads = [json.loads(one.payload or "{}") for one in await self._past.said_before(delivery, limit=_SAID)]
        return frozenset(str(payload.get("metadata", {}).get("event_payload", {}).get("reached", "")) for payload in payloads)


def _days(goal: Goal, today: date) -> tuple[date, ...]:
    """The last whole day, and before it the last day of the period before when that ended a day earlier; of no period before the goal."""
    yesterday = today - timedelta(days=1)
    ended = yesterday - timedelta(days=1)
    days = (yesterday,) if period_of(goal.every, yesterday) == period_of(goal.every, ended) else (ended, yesterday)
    return tuple(day for day in days if period_of(goal.every, day).last >= goal.since)

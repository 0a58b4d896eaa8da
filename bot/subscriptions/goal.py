"""Goals: a target for a metric in whole UTC days of a week, month or quarter; its progress, and its pace, unknown without a figure."""

import json
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from bot.schedules.parser import DEFAULT_CRON
from bot.statistics.metrics import Figure, Metric, Value
from bot.statistics.reports import Period, Unit, whole
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus, next_run

#: A goal is on track up to this difference, in percentage points, between its share and that of the time.
ON_TRACK_POINTS = 5


class Every(StrEnum):
    """The period of a goal, by its word."""

    #: Monday to Sunday.
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class GoalPace(StrEnum):
    """A goal's progress compared with the time gone."""

    #: No day of its period is over.
    NOT_BEGUN = "not begun"
    #: The figure is unknown, or too much of it is.
    UNKNOWN = "unknown"
    REACHED = "reached"
    AHEAD = "ahead"
    ON_TRACK = "on track"
    BEHIND = "behind"
    #: The period is over without reaching the target.
    MISSED = "missed"


class Goal(Struct, frozen=True):
    """A target for a metric in every week, month or quarter.

    ``account`` is a platform id, or "" for a sum: ``who`` is then "team" or a group's name. ``channel`` is where it was set and where
    reaching it is announced. ``owner`` is a Slack user id, None without one. ``since`` is the UTC day on which it was set or its target
    changed; periods that ended before do not count.
    """

    id: str
    team: str
    channel: str
    metric: Metric
    target: int
    every: Every
    account: str = ""
    who: str = ""
    owner: str | None = None
    since: date = date.min


class Progress(Struct, frozen=True):
    """How far a goal is.

    ``name`` is the account's or the group's, "" for the whole team (foreign text). ``last`` is the last whole day that was looked at, None
    when none of the period is over. ``unreported`` counts the days up to it that LinkedIn did not report. ``missing`` names the accounts
    of a sum without a figure, which is then that of the others; ``lacking`` those of a sum whose days are missing. ``not_fetched`` is
    True when a figure could not be fetched.
    """

    goal: Goal
    name: str
    period: Period
    last: date | None
    figure: Figure
    unreported: int = 0
    missing: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    not_fetched: bool = False

    @property
    def is_at_least(self) -> bool:
        """Whether the figure is a lower bound: accounts or days are missing."""
        return isinstance(self.figure, Value) and bool(self.missing or self.unreported)

    @property
    def days_gone(self) -> int:
        return (self.last - self.period.first).days + 1 if self.last else 0

    @property
    def days_left(self) -> int:
        return self.period.days - self.days_gone

    @property
    def pace(self) -> GoalPace:
        """The progress compared with the time gone. A lower bound can show that a goal is reached or ahead, but not that it is behind."""
        if self.last is None:
            return GoalPace.NOT_BEGUN
        if not isinstance(self.figure, Value):
            return GoalPace.UNKNOWN
        if self.figure.count >= self.goal.target:
            return GoalPace.REACHED
        pace = self._pace(self.figure.count) if self.days_left else GoalPace.MISSED
        return GoalPace.UNKNOWN if self.is_at_least and pace is not GoalPace.AHEAD else pace

    def _pace(self, count: int) -> GoalPace:
        # In whole numbers, so that no rounding decides: points of the goal minus points of the time, times target and days.
        ahead = 100 * (count * self.period.days - self.days_gone * self.goal.target)
        margin = ON_TRACK_POINTS * self.goal.target * self.period.days
        if ahead > margin:
            return GoalPace.AHEAD
        return GoalPace.BEHIND if ahead < -margin else GoalPace.ON_TRACK


def period_of(every: Every, day: date) -> Period:
    """The whole week (Monday to Sunday), month or quarter that holds this day, to its end."""
    return whole(day, Unit(every.value))


def whole_days(period: Period, today: date) -> Period | None:
    """The days of a goal's period that are over; None when none is. ``today`` is the UTC day that is not over."""
    last = min(period.last, today - timedelta(days=1))
    return Period(period.first, last) if last >= period.first else None


#: Seconds an evaluation may be late: less than a day, so that two never overlap.
GRACE: Final = 23 * 3600
#: The namespace of goals' ids (RFC 9562, version 5): the same goal has the same id.
_GOALS = UUID("3c7a0d52-6f0b-5b1c-9a54-7d1e0f8a2b66")


def goal_id(goal: Goal) -> str:
    """The id of a goal without its target: setting it again changes the target."""
    return str(uuid5(_GOALS, json.dumps((goal.team, goal.account, goal.who, goal.metric.value, goal.every.value))))


def row_of(goal: Goal, zone: str, now: datetime) -> Subscription:
    """The row of a new goal; ``zone`` is the IANA zone of the person, ``now`` aware."""
    rule = {"metric": goal.metric.value, "target": goal.target, "every": goal.every.value, "who": goal.who, "since": goal.since.isoformat()}
    row = Subscription(
        id=goal_id(goal),
        team=goal.team,
        channel=goal.channel,
        accounts=(goal.account,) if goal.account else (),
        content=(),
        cron=DEFAULT_CRON,
        zone=zone,
        status=SubscriptionStatus.ACTIVE,
        next_run_at=None,
        grace=GRACE,
        owner=goal.owner,
        kind=SubscriptionKind.GOAL,
        rule=json.dumps(rule, ensure_ascii=False, sort_keys=True),
    )
    return replace(row, next_run_at=next_run(row, now))


def goal_of(row: Subscription) -> Goal | None:
    """The goal of a row; None where this version cannot read its rule."""
    try:
        rule = json.loads(row.rule)
        metric, target, every = Metric(rule["metric"]), int(rule["target"]), Every(rule["every"])
        account = row.accounts[0] if row.accounts else ""
        since = date.fromisoformat(rule["since"])
        return Goal(row.id, row.team, row.channel, metric, target, every, account, str(rule["who"]), row.owner, since)
    except (ValueError, KeyError, TypeError):
        return None

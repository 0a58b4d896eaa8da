"""Goals as subscriptions, and a cache in front of them: every account's card needs the goals, and few people change them."""

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Final
from uuid import UUID, uuid5

from msgspec.structs import replace

from bot.ops.tasks import TtlCache
from bot.schedules.parser import DEFAULT_CRON
from bot.statistics.metrics import Metric
from bot.storage.subscriptions import SubscriptionRepository
from bot.storage.workspace_settings import MOST_REMEMBERED, REMEMBERED
from bot.subscriptions.goal import Every, Goal, key_of
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus, next_run


class GoalRepository:
    """The goals, cached for a short time, since every account's card needs them. Every method raises StoreError."""

    def __init__(self, digests: SubscriptionRepository, clock: Callable[[], datetime]) -> None:
        self._digests, self._clock = digests, clock
        self._known: TtlCache[str, tuple[tuple[Goal, ...], int]] = TtlCache(age=REMEMBERED, most=MOST_REMEMBERED, clock=clock)

    async def goals(self, team: str) -> tuple[Goal, ...]:
        """The workspace's goals, by channel and id; at most ten seconds old."""
        return (await self._known.fetched(team, self._read))[0]

    async def unreadable(self, team: str) -> int:
        """The number of the workspace's goals that only a newer version of the bot can read."""
        return (await self._known.fetched(team, self._read))[1]

    async def _read(self, team: str) -> tuple[tuple[Goal, ...], int]:
        rows = await self._digests.digests(team=team, kind=SubscriptionKind.GOAL)
        goals = tuple(goal for goal in map(goal_of, rows) if goal is not None)
        return goals, len(rows) - len(goals)

    async def set_goal(self, goal: Goal, zone: str, *, by: str) -> Goal | None:
        """Stores a goal: a new one, or an existing one with another target or channel.

        Returns the goal before, None when there was none.

        Args:
            goal: the goal; its id is computed here.
            zone: the IANA zone of the person, in whose morning it is evaluated.
        """
        row = row_of(goal, zone, self._clock())
        try:
            before = await self._replaced(row, by=by)
        finally:
            self._known.drop(goal.team)
        return None if before is None or before.status is SubscriptionStatus.DELETED else goal_of(before)

    async def _replaced(self, row: Subscription, *, by: str) -> Subscription | None:
        if await self._digests.create(row, by=by, at=self._clock()):
            return None
        before = await self._digests.digest(row.id)
        # Another person may change it at the same time: the last change wins.
        while before is not None and not _same(before, row):
            now, wanted = self._clock(), partial(_as_wanted, wanted=row)
            if await self._digests.update(row.id, before.version, wanted, by=by, at=now):
                break
            before = await self._digests.digest(row.id)
        return before

    async def delete_goal(self, goal: Goal, *, by: str) -> bool:
        row = await self._digests.digest(goal.id)
        try:
            while row is not None and row.status is not SubscriptionStatus.DELETED:
                if await self._digests.update(goal.id, row.version, _ended, by=by, at=self._clock()):
                    return True
                row = await self._digests.digest(goal.id)
        finally:
            self._known.drop(goal.team)
        return False


def _same(before: Subscription, wanted: Subscription) -> bool:
    """Whether both are the same goal, whenever it was set."""
    goals = [replace(goal, since=date.min, owner=None) for goal in map(goal_of, (before, wanted)) if goal is not None]
    return before.status is SubscriptionStatus.ACTIVE and len(set(goals)) == 1 < len(goals)


def _as_wanted(stored: Subscription, wanted: Subscription) -> Subscription:
    # With the same schedule the due time stays: an evaluation that is due now is not lost.
    same = stored.status is SubscriptionStatus.ACTIVE and (stored.cron, stored.zone) == (wanted.cron, wanted.zone)
    return replace(wanted, version=stored.version, next_run_at=stored.next_run_at if same else wanted.next_run_at)


def _ended(stored: Subscription) -> Subscription:
    return replace(stored, status=SubscriptionStatus.DELETED, next_run_at=None)


#: Seconds an evaluation may be late: less than a day, so that two never overlap.
GRACE: Final = 23 * 3600
#: The namespace of goals' ids (RFC 9562, version 5): the same goal has the same id.
_GOALS = UUID("3c7a0d52-6f0b-5b1c-9a54-7d1e0f8a2b66")


def goal_id(goal: Goal) -> str:
    return str(uuid5(_GOALS, json.dumps(key_of(goal))))


def row_of(goal: Goal, zone: str, now: datetime) -> Subscription:
    """The row of a new goal; ``zone`` is the IANA zone of the person, ``now`` aware."""
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
        rule=_rule(goal),
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


def _rule(goal: Goal) -> str:
    rule = {"metric": goal.metric.value, "target": goal.target, "every": goal.every.value, "who": goal.who, "since": goal.since.isoformat()}
    return json.dumps(rule, ensure_ascii=False, sort_keys=True)

"""A goal as the ledger keeps it: a row beside the digests, of a kind of its own, looked at every day.

So it is delivered as digests are: its message is posted once, whatever ends in between (``bot.digests.kinds``).
"""

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid5

from bot.domain.digests import Digest, DigestStatus, Kind, NextRun, OnUncertain
from bot.domain.goals import Every, Goal, key_of
from bot.domain.metrics import Metric
from bot.domain.words import EVERY_MORNING

#: Seconds a look may be late: less than a day, so that two looks never meet.
GRACE: Final = 23 * 3600

#: The namespace of goals' ids (RFC 9562, version 5): a goal said again is the same one.
_GOALS = UUID("3c7a0d52-6f0b-5b1c-9a54-7d1e0f8a2b66")


def goal_id(goal: Goal) -> str:
    """The id of a goal of this workspace, for this account or team, this metric and this kind of period."""
    return str(uuid5(_GOALS, json.dumps(key_of(goal))))


def row_of(goal: Goal, zone: str, now: datetime, next_run: NextRun) -> Digest:
    """The row of a new goal; ``zone`` is the IANA zone of whoever sets it, ``now`` aware."""
    row = Digest(
        id=goal_id(goal),
        team=goal.team,
        channel=goal.channel,
        accounts=(goal.account,) if goal.account else (),
        content=(),
        cron=EVERY_MORNING,
        zone=zone,
        status=DigestStatus.ACTIVE,
        next_run_at=None,
        grace=GRACE,
        on_uncertain=OnUncertain.HOLD,
        owner=goal.owner,
        kind=Kind.GOAL,
        rule=_rule(goal),
    )
    return replace(row, next_run_at=next_run(row, now))


def goal_of(row: Digest) -> Goal | None:
    """The goal of a row; None where a rule cannot be read (another version's)."""
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

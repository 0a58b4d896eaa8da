"""Goals on both databases: one for each account or team, metric and kind of period, with who set it; each due every morning."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.statistics.metrics import Metric
from bot.storage.database import open_database
from bot.storage.subscriptions import GoalRepository, SubscriptionRepository
from bot.storage.workspace_settings import PermissionRepository
from bot.subscriptions.goal import Every, Goal
from bot.subscriptions.subscription import SubscriptionKind, SubscriptionStatus

ZONE = "Europe/Berlin"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def wanted(target=50_000, **over):
    values = {"id": "", "team": "T1", "channel": "C1", "metric": Metric.IMPRESSION, "target": target, "every": Every.MONTH}
    return Goal(**(values | {"account": "linkedin-A", "owner": "U1", "since": date(2026, 11, 23)} | over))


@pytest.fixture
def moving() -> Clock:
    return Clock()


@pytest.fixture
def goals(database, moving) -> GoalRepository:
    return GoalRepository(SubscriptionRepository(database), moving)


async def test_a_goal_is_kept_whole_and_belongs_to_one_workspace(goals):
    assert await goals.set_goal(wanted(), ZONE, by="U1") is None
    (stored,) = await goals.goals("T1")
    assert (stored.target, stored.account, stored.every, stored.owner, stored.since) == (
        50_000,
        "linkedin-A",
        Every.MONTH,
        "U1",
        date(2026, 11, 23),
    )
    assert await goals.goals("T2") == ()


async def test_saying_it_again_changes_it_and_saying_the_same_changes_nothing(database, goals):
    await goals.set_goal(wanted(), ZONE, by="U1")
    before = await goals.set_goal(wanted(60_000, since=date(2026, 11, 24), owner="U2"), ZONE, by="U2")
    assert before.target == 50_000
    await goals.set_goal(wanted(60_000, since=date(2026, 11, 25), owner="U3"), ZONE, by="U3")
    (stored,) = await goals.goals("T1")
    assert (stored.target, stored.since, stored.owner) == (60_000, date(2026, 11, 24), "U2")
    row = await SubscriptionRepository(database).digest(stored.id)
    assert row is not None
    assert [change.by for change in await PermissionRepository(database).changes(row.team, row.id)] == ["U2", "U1"]


async def test_a_goal_that_is_changed_while_it_is_due_stays_due(database, goals, moving):
    """The change is none of the times at which it is looked at."""
    await goals.set_goal(wanted(), ZONE, by="U1")
    due = (await SubscriptionRepository(database).digests(kind=SubscriptionKind.GOAL))[0].next_run_at
    assert due is not None
    moving.now = due + timedelta(seconds=1)
    await goals.set_goal(wanted(60_000), ZONE, by="U1")
    (row,) = await SubscriptionRepository(database).digests(kind=SubscriptionKind.GOAL)
    assert (row.next_run_at, row.version) == (due, 2)


async def test_goals_of_another_account_metric_or_period_stand_beside_it(goals):
    for one in (
        wanted(),
        wanted(account="linkedin-B"),
        wanted(metric=Metric.COMMENT),
        wanted(every=Every.WEEK),
        wanted(account="", who="team"),
    ):
        assert await goals.set_goal(one, ZONE, by="U1") is None
    assert len(await goals.goals("T1")) == 5


async def test_a_deleted_goal_is_gone_once_and_can_be_set_again(database, goals):
    await goals.set_goal(wanted(), ZONE, by="U1")
    (stored,) = await goals.goals("T1")
    assert await goals.delete_goal(stored, by="U2")
    assert not await goals.delete_goal(stored, by="U2")
    assert await goals.goals("T1") == ()
    row = await SubscriptionRepository(database).digest(stored.id)
    assert row is not None
    assert (row.status, row.next_run_at) == (SubscriptionStatus.DELETED, None)
    assert await goals.set_goal(wanted(70_000), ZONE, by="U1") is None
    assert [goal.target for goal in await goals.goals("T1")] == [70_000]


async def test_it_is_looked_at_every_morning_of_whoever_set_it(database, goals):
    await goals.set_goal(wanted(), ZONE, by="U1")
    (row,) = await SubscriptionRepository(database).digests(kind=SubscriptionKind.GOAL)
    assert row.next_run_at == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


async def test_another_processs_goal_is_seen_within_ten_seconds(database, goals, moving):
    assert await goals.goals("T1") == ()
    await GoalRepository(SubscriptionRepository(database), moving).set_goal(wanted(), ZONE, by="U1")
    assert await goals.goals("T1") == ()
    moving.now += timedelta(seconds=10)
    assert len(await goals.goals("T1")) == 1


async def test_goals_outlive_the_process(database_url, moving):
    async with open_database(database_url) as database:
        await GoalRepository(SubscriptionRepository(database), moving).set_goal(wanted(), ZONE, by="U1")
    async with open_database(database_url) as database:
        assert [goal.target for goal in await GoalRepository(SubscriptionRepository(database), moving).goals("T1")] == [50_000]

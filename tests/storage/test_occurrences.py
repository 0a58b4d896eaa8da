"""An occurrence comes to be once: by the clock, by a click, or skipped by a person."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import asdict, replace
from sqlalchemy import insert, text, update

from bot.errors import StoreError
from bot.storage import tables
from bot.storage.database import open_database
from bot.storage.delivery_log import DeliveryLog
from bot.storage.installations import InstallationRepository
from bot.storage.ledger import DeliveryLedger
from bot.storage.occurrences import OccurrenceRepository
from bot.storage.subscriptions import SubscriptionRepository
from bot.subscriptions.delivery_state import DeliveryState
from bot.subscriptions.subscription import InstallationState, SkipReason, SubscriptionKind, SubscriptionStatus, occurrence_id
from tests.fixtures.deliveries import claim_delivery, steps_of
from tests.fixtures.processes import ToldProcess
from tests.storage.other_processes import claim_when_told

DUE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
MANY = 40


@pytest.fixture
def digests(database) -> SubscriptionRepository:
    return SubscriptionRepository(database)


@pytest.fixture
def occurrences(database) -> OccurrenceRepository:
    return OccurrenceRepository(database)


@pytest.fixture
def history(database) -> DeliveryLog:
    return DeliveryLog(database)


async def test_a_due_digest_becomes_a_delivery_and_moves_on(digests, occurrences, history, weekly):
    await digests.create(weekly, by="U1", at=DUE - WEEK)
    assert await occurrences.claim_due(DUE - timedelta(microseconds=1)) == ()
    assert await occurrences.claim_due(DUE) == (occurrence_id(weekly.id, DUE),)
    assert await occurrences.claim_due(DUE) == ()
    delivery = await history.delivery(occurrence_id(weekly.id, DUE))
    assert (delivery.state, delivery.attempt, delivery.due, delivery.due_local) == (
        DeliveryState.PENDING,
        0,
        DUE,
        "2026-11-23T09:00:00+01:00",
    )
    assert await digests.digest(weekly.id) == replace(weekly, next_run_at=DUE + WEEK)


@pytest.mark.parametrize("status", [SubscriptionStatus.PAUSED, SubscriptionStatus.DELETED])
async def test_the_clock_does_not_ring_for_a_paused_or_deleted_digest(digests, occurrences, weekly, status):
    await digests.create(replace(weekly, status=status), by="U1", at=DUE)
    assert await occurrences.claim_due(DUE + WEEK) == ()


async def test_weeks_that_were_missed_are_one_occurrence(digests, occurrences, history, weekly):
    await digests.create(weekly, by="U1", at=DUE)
    now = DUE + 3 * WEEK + timedelta(hours=1)
    assert await occurrences.claim_due(now) == (occurrence_id(weekly.id, DUE + 3 * WEEK),)
    assert len(await history.history()) == 1
    assert (await digests.digest(weekly.id)).next_run_at == DUE + 4 * WEEK


async def test_a_clock_that_was_set_back_makes_no_second_occurrence(database, digests, occurrences, history, weekly):
    await digests.create(weekly, by="U1", at=DUE)
    await occurrences.claim_due(DUE)
    async with database.write() as connection:
        await connection.execute(update(tables.digests).values(next_run_at=DUE))
    await occurrences.claim_due(DUE)
    assert len(await history.history()) == 1
    assert (await digests.digest(weekly.id)).next_run_at == DUE + WEEK


async def test_the_queue_gets_the_delivery_in_the_same_transaction(database, digests, history, weekly):
    """A queue that fails takes the delivery back with it: the digest is still due."""
    await digests.create(weekly, by="U1", at=DUE)

    async def refuse(connection, deliveries):
        found = await connection.scalar(text("SELECT count(*) FROM deliveries WHERE id = :id"), {"id": deliveries[0]})
        raise StoreError(f"seen {found}")

    with pytest.raises(StoreError, match="seen 1"):
        await OccurrenceRepository(database, refuse).claim_due(DUE)
    assert await history.history() == ()
    assert (await digests.digest(weekly.id)).next_run_at == DUE
    queued = []

    async def enqueue(_connection, deliveries):
        queued.extend(deliveries)

    assert await OccurrenceRepository(database, enqueue).claim_due(DUE) == tuple(queued)
    assert len(queued) == 1


async def test_a_workspace_without_the_app_waits_and_goes_on_when_it_is_back(database, digests, occurrences, history, weekly):
    await digests.create(weekly, by="U1", at=DUE)
    await digests.create(replace(weekly, id="other", team="T2"), by="U1", at=DUE)
    installations = InstallationRepository(database)
    await installations.note("T1", InstallationState.TOKEN_REVOKED, DUE)
    assert await occurrences.claim_due(DUE) == (occurrence_id("other", DUE),)
    await installations.note("T1", InstallationState.ACTIVE, DUE + timedelta(hours=1))
    assert await occurrences.claim_due(DUE + timedelta(hours=1)) == (occurrence_id(weekly.id, DUE),)
    await installations.note("T1", InstallationState.REMOVED, DUE + timedelta(hours=1))
    assert await history.due_deliveries(DUE + timedelta(hours=1)) == (occurrence_id("other", DUE),)


async def test_a_button_pressed_twice_sends_once_and_the_schedule_stays(digests, occurrences, history, weekly):
    await digests.create(weekly, by="U1", at=DUE)
    pressed = await asyncio.gather(
        *(occurrences.send_now(weekly.id, "click-1", DUE + timedelta(seconds=n), by="U1") for n in range(4)),
        occurrences.send_now(weekly.id, "click-2", DUE, by="U1"),
    )
    assert [delivery is not None for delivery in pressed].count(True) == 2
    assert await occurrences.claim_due(DUE) == (occurrence_id(weekly.id, DUE),)
    assert sorted(delivery.click for delivery in await history.history(digest=weekly.id)) == ["", "click-1", "click-2"]


async def test_a_deleted_digest_is_not_sent_by_a_button_left_behind(digests, occurrences, weekly):
    await digests.create(replace(weekly, status=SubscriptionStatus.DELETED), by="U1", at=DUE)
    assert await occurrences.send_now(weekly.id, "click-1", DUE, by="U1") is None
    assert await occurrences.send_now("unknown", "click-1", DUE, by="U1") is None


async def test_skipping_pressed_twice_skips_one_visibly(digests, occurrences, history, weekly):
    await digests.create(weekly, by="U1", at=DUE - WEEK)
    skipped = await asyncio.gather(*(occurrences.skip_next(weekly.id, DUE, by="U1", at=DUE - timedelta(days=1)) for _ in range(2)))
    assert [delivery is not None for delivery in skipped].count(True) == 1
    (kept,) = await history.history(channel="C1")
    assert (kept.state, kept.reason, kept.ended_at) == (DeliveryState.SKIPPED, SkipReason.ASKED, DUE - timedelta(days=1))
    assert [(step.by, step.detail) for step in await steps_of(history, kept.id)] == [("U1", "asked")]
    assert await occurrences.claim_due(DUE) == ()
    assert (await digests.digest(weekly.id)).next_run_at == DUE + WEEK


def stopped(status):
    return lambda digest: replace(digest, status=status, next_run_at=None)


def every_week_from(moment):
    return lambda digest: replace(digest, cron="0 9 * * 5", next_run_at=moment)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (stopped(SubscriptionStatus.PAUSED), SkipReason.PAUSED),
        (lambda digest: replace(digest, status=SubscriptionStatus.PAUSED), SkipReason.PAUSED),
        (stopped(SubscriptionStatus.DELETED), SkipReason.DELETED),
        (every_week_from(DUE + timedelta(days=4)), SkipReason.CHANGED),
    ],
    ids=["paused", "paused by itself", "deleted", "another schedule"],
)
async def test_an_occurrence_that_is_due_when_the_digest_changes_is_not_lost(database, weekly, change, reason):
    """Before the scheduler looks at it, it stands in the digest alone: it ends as skipped, with who it was."""
    digests, history = SubscriptionRepository(database), DeliveryLog(database)
    await digests.create(weekly, by="U1", at=DUE - WEEK)
    moment = DUE + timedelta(milliseconds=300)
    await digests.update(weekly.id, 1, change, by="U2", at=moment)
    (kept,) = await history.history()
    assert (kept.id, kept.state, kept.reason, kept.ended_at) == (occurrence_id(weekly.id, DUE), DeliveryState.SKIPPED, reason, moment)
    assert [step.by for step in await steps_of(history, kept.id)] == ["U2"]
    assert await OccurrenceRepository(database).claim_due(moment) == ()


async def test_a_file_that_leaves_a_due_digest_out_ends_its_occurrence_too(digests, history, weekly):
    await digests.create(weekly, by="U1", at=DUE - WEEK)
    await digests.revise(lambda every: [stopped(SubscriptionStatus.DELETED)(one) for one in every], by="a file", at=DUE)
    assert [(one.state, one.reason) for one in await history.history()] == [(DeliveryState.SKIPPED, SkipReason.DELETED)]


async def test_a_change_that_is_none_of_the_schedule_leaves_what_is_due_to_the_clock(digests, occurrences, history, weekly):
    """It is posted as the digest is now."""
    await digests.create(weekly, by="U1", at=DUE - WEEK)
    await digests.update(weekly.id, 1, lambda digest: replace(digest, channel="C2"), by="U1", at=DUE)
    assert await history.history() == ()
    assert await occurrences.claim_due(DUE) == (occurrence_id(weekly.id, DUE),)
    assert [(one.channel, one.version) for one in await history.history()] == [("C2", 2)]


async def test_what_is_not_due_yet_is_made_by_no_change(digests, history, weekly):
    await digests.create(weekly, by="U1", at=DUE - WEEK)
    await digests.update(weekly.id, 1, stopped(SubscriptionStatus.PAUSED), by="U1", at=DUE - timedelta(seconds=1))
    assert await history.history() == ()


async def test_one_that_was_skipped_is_never_next_again(digests, occurrences, weekly):
    """However the next moment is counted anew: by a person's change, after another one, by the clock."""
    await digests.create(weekly, by="U1", at=DUE - WEEK)
    before = DUE - timedelta(days=2)
    await occurrences.skip_next(weekly.id, DUE, by="U1", at=before)
    await digests.update(weekly.id, 1, stopped(SubscriptionStatus.PAUSED), by="U1", at=before)
    again = await digests.update(
        weekly.id,
        2,
        lambda digest: replace(digest, status=SubscriptionStatus.ACTIVE, next_run_at=DUE),
        by="U1",
        at=before,
    )
    assert again.next_run_at == (await digests.digest(weekly.id)).next_run_at == DUE + WEEK
    earlier = DUE - timedelta(days=1)
    await digests.update(weekly.id, 3, lambda digest: replace(digest, next_run_at=earlier), by="U1", at=before)
    await occurrences.claim_due(earlier)
    assert (await digests.digest(weekly.id)).next_run_at == DUE + WEEK


async def test_what_a_person_sees_of_the_past_is_their_own_digests_and_the_channels(digests, occurrences, history, weekly):
    """Deleted ones' too; of one kind and one workspace; however many others there are beside."""
    shown: dict[str, dict[str, Any]] = {"mine": {"channel": "C2"}, "here": {"owner": "U2"}, "gone": {"status": SubscriptionStatus.DELETED}}
    hidden: dict[str, dict[str, Any]] = {
        "theirs": {"owner": "U2", "channel": "C2"},
        "alert": {"kind": SubscriptionKind.ALERT},
        "elsewhere": {"team": "T2"},
    }
    for name, fields in (shown | hidden).items():
        await digests.create(replace(weekly, id=name, next_run_at=None, **fields | {"status": SubscriptionStatus.ACTIVE}), by="U1", at=DUE)
        await occurrences.send_now(name, "click", DUE, by="U1")
        if fields.get("status"):
            await digests.update(name, 1, stopped(SubscriptionStatus.DELETED), by="U1", at=DUE)
    for count in range(30):
        await occurrences.send_now("theirs", f"click {count}", DUE + timedelta(minutes=count), by="U2")
    seen = await history.seen("T1", SubscriptionKind.DIGEST, owner="U1", channel="C1")
    assert sorted(one.digest for one in seen) == ["gone", "here", "mine"]
    everything = await history.seen("T1", SubscriptionKind.DIGEST, limit=100)
    assert {one.digest for one in everything} == {"gone", "here", "mine", "theirs"}


async def test_three_processes_that_claim_at_the_same_moment_share_the_work_and_double_nothing(database_url, weekly):
    async with open_database(database_url) as database:
        for number in range(MANY):
            await SubscriptionRepository(database).create(replace(weekly, id=f"digest-{number}"), by="U1", at=DUE)
    ids = {occurrence_id(f"digest-{number}", DUE) for number in range(MANY)}
    made, claimed = await asyncio.to_thread(_work_together, database_url, sorted(ids))
    assert sorted(made) == sorted(ids)
    assert sorted(claimed) == sorted(ids)


def _work_together(url: str, ids: list[str]) -> tuple[list[str], list[str]]:
    """What each of three processes made, and then claimed, all at the same moment."""
    workers = [ToldProcess(claim_when_told, url, f"w{number}", DUE) for number in range(3)]
    with ThreadPoolExecutor(3) as pool:
        made = [one for found in pool.map(lambda worker: worker.tell("go"), workers) for one in found]
        claimed = [one for found in pool.map(lambda worker: worker.tell(ids), workers) for one in found]
    assert [worker.end() for worker in workers] == [0] * 3
    return made, claimed


async def test_five_thousand_of_one_workspace_do_not_hold_up_another_ones(database, weekly):
    """In the order of ids and moments the other one's is the very last; claimed and processed it is the second."""
    crowd = [replace(weekly, id=f"digest-{n:04d}", channel=f"C{n}") for n in range(5_000)]
    other = replace(weekly, id="digest-z", team="T2", next_run_at=DUE + timedelta(minutes=1))
    async with database.write() as connection:
        await connection.execute(insert(tables.digests), [asdict(one) for one in (*crowd, other)])
    now, share = DUE + timedelta(minutes=2), 16
    occurrences, log, ledger = OccurrenceRepository(database), DeliveryLog(database), DeliveryLedger(database)
    theirs = occurrence_id("digest-z", DUE + timedelta(minutes=1))
    assert (await occurrences.claim_due(now))[1] == theirs
    ready = await log.due_deliveries(now, share=share)
    assert (ready[1], len(ready)) == (theirs, share + 1)
    for delivery in ready[:1] + ready[2:10]:
        assert await claim_delivery(ledger, delivery, "worker", now + timedelta(minutes=1), now)
    again = await log.due_deliveries(now, share=share)
    assert (again[1], len(again)) == (theirs, share - 9 + 1), "what is being processed counts"
    assert len(await log.due_deliveries(now)) == 100 - 9, "one workspace alone has no share"


@pytest.mark.parametrize(("many", "own", "due"), [(False, "", {"T3"}), (False, "T1", {"T1", "T3"}), (True, "", {"T2"})])
async def test_each_bot_posts_for_its_own_workspaces_alone(database, weekly, many, own, due):
    """T1 and T2 have installed the app by its link, T2 has given its key; T3 never installed it so."""
    database.many_workspaces, database.own = many, own
    async with database.write() as connection:
        for team in ("T1", "T2"):
            await connection.execute(insert(tables.slack_installations).values(team=team, data="encrypted", installed_at=DUE))
        await connection.execute(insert(tables.workspace_keys).values(team="T2", api_key="encrypted", platform_id=""))
        every = [replace(weekly, id=f"of {team}", team=team) for team in ("T1", "T2", "T3")]
        await connection.execute(insert(tables.digests), [asdict(one) for one in every])
    assert {one.team for one in await SubscriptionRepository(database).active(weekly.kind)} == due
    claimed = await OccurrenceRepository(database).claim_due(DUE)
    log, installed = DeliveryLog(database), InstallationRepository(database)
    assert set(await log.due_deliveries(DUE)) == set(claimed)
    await installed.note("T2", InstallationState.REMOVED, DUE)
    assert [one.team for one in await installed.stopped()] == (["T2"] if many else [])
    assert [one.team for one in await installed.stopped(everywhere=True)] == ["T2"]
    assert {one.digest for one in await log.history()} == {f"of {team}" for team in due}

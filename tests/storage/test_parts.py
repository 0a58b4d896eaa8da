"""What follows a message in its thread: only after it, each on its own, never the message again."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.delivery_log import DeliveryLog
from bot.storage.follow_ups import FollowUpRepository
from bot.storage.ledger import DeliveryLedger
from bot.storage.occurrences import OccurrenceRepository
from bot.storage.subscriptions import SubscriptionRepository
from bot.subscriptions.delivery_state import DeliveryState, Settlement, Step
from tests.fixtures.deliveries import claim_delivery, steps_of

DUE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)
WANTED = (("table", '{"text":"days"}'), ("csv", '{"file":"x.csv"}'))


@pytest.fixture
def parts(database) -> FollowUpRepository:
    return FollowUpRepository(database)


@pytest.fixture
def ledger(database) -> DeliveryLedger:
    return DeliveryLedger(database)


@pytest.fixture
async def sending(database, weekly):
    """A message about to be sent, with two parts to follow."""
    await SubscriptionRepository(database).create(weekly, by="U1", at=DUE)
    (delivery,) = await OccurrenceRepository(database).claim_due(DUE)
    held = await claim_delivery(DeliveryLedger(database), delivery, "w1", DUE + LEASE, DUE)
    assert held is not None
    return await DeliveryLedger(database).commit_intent(held, "{}", "hash", lease_until=DUE + LEASE, now=DUE, parts=WANTED)


@pytest.fixture
async def sent(database, sending):
    return await DeliveryLedger(database).record_sent(sending, ts="1.2", how=Settlement.ANSWER, now=DUE)


async def claim(parts, delivery, name, worker, *times):
    return await parts.claim_part(*await parts.with_delivery(delivery, name), worker, *times)


async def test_parts_wait_for_their_message(parts, sending):
    assert await parts.due_parts(DUE + LEASE) == ()
    assert await claim(parts, sending.id, "table", "w1", DUE + 2 * LEASE, DUE + LEASE) is None


async def test_parts_follow_their_message_in_order(ledger, parts, sent):
    assert await parts.due_parts(DUE) == ((sent.id, "table"),)
    held = await claim(parts, sent.id, "table", "w1", DUE + LEASE, DUE)
    await ledger.part_postponed(held, not_before=DUE + LEASE, error="ratelimited", now=DUE)
    assert await parts.due_parts(DUE) == ()
    held = await claim(parts, sent.id, "table", "w1", DUE + 2 * LEASE, DUE + LEASE)
    await ledger.part_failed(held, reason="no_permission", error="no_permission", now=DUE + LEASE)
    assert await parts.due_parts(DUE + LEASE) == ((sent.id, "csv"),)
    assert [part.payload for part in await parts.parts(sent.id)] == [payload for _, payload in WANTED]


async def test_of_workers_that_claim_the_same_part_one_gets_it_with_its_intent(parts, sent):
    claims = await asyncio.gather(*(claim(parts, sent.id, "table", f"w{n}", DUE + LEASE, DUE) for n in range(4)))
    (held,) = [claim for claim in claims if claim is not None]
    assert (held.state, held.intent_at, held.attempt) == (DeliveryState.SENDING, DUE, 1)
    assert await parts.due_parts(DUE) == ()


async def test_a_part_that_fails_leaves_the_message_and_the_other_part_alone(database, ledger, parts, sent):
    held = await claim(parts, sent.id, "csv", "w1", DUE + LEASE, DUE)
    failed = await ledger.part_failed(held, reason="file_upload_disabled", error="Slack said so", now=DUE)
    assert (failed.state, failed.reason, failed.ended_at) == (DeliveryState.FAILED, "file_upload_disabled", DUE)
    assert await parts.due_parts(DUE + LEASE) == ((sent.id, "table"),)
    assert await DeliveryLog(database).delivery(sent.id) == sent


async def test_a_part_left_while_it_was_sent_is_looked_for_before_it_is_sent_again(database, ledger, parts, sent):
    first = await claim(parts, sent.id, "table", "w1", DUE + LEASE, DUE)
    looking = await claim(parts, sent.id, "table", "w2", DUE + 2 * LEASE, DUE + LEASE)
    assert (looking.state, looking.intent_at) == (DeliveryState.RECONCILING, DUE)
    assert await ledger.part_sent(first, ts="1.3", now=DUE + LEASE) is None
    absent = await ledger.part_postponed(looking, not_before=DUE + LEASE + SECOND, error="not there", now=DUE + LEASE)
    assert (absent.state, absent.lease_owner) == (DeliveryState.PENDING, None)
    again = await claim(parts, sent.id, "table", "w2", DUE + 3 * LEASE, DUE + LEASE + SECOND)
    assert (again.state, again.attempt) == (DeliveryState.SENDING, 3)
    done = await ledger.part_sent(again, ts="1.4", now=DUE + LEASE + SECOND)
    assert (done.state, done.ts) == (DeliveryState.SENT, "1.4")
    steps = [step.step for step in await steps_of(DeliveryLog(database), sent.id) if step.part == "table"]
    assert steps == [Step.CLAIMED, Step.LEASE_RAN_OUT, Step.ABSENT, Step.CLAIMED, Step.SENT]


async def test_a_part_whose_reply_was_lost_is_found_in_the_thread(ledger, parts, sent):
    held = await claim(parts, sent.id, "table", "w1", DUE + LEASE, DUE)
    unknown = await ledger.to_reconciling(held, not_before=DUE + LEASE, error="reply lost", now=DUE + SECOND)
    assert unknown.state is DeliveryState.RECONCILING
    assert await claim(parts, sent.id, "table", "w1", DUE + 2 * LEASE, DUE + LEASE - SECOND) is None
    looking = await claim(parts, sent.id, "table", "w1", DUE + 2 * LEASE, DUE + LEASE)
    found = await ledger.part_sent(looking, ts="1.3", now=DUE + LEASE)
    assert (found.state, found.ts) == (DeliveryState.SENT, "1.3")


async def test_a_message_built_again_brings_its_parts_anew(ledger, parts, sending):
    now = DUE + LEASE
    looking = await claim_delivery(ledger, sending.id, "w2", now + LEASE, now)
    assert looking is not None
    built = await ledger.absent(looking, lease_until=now + LEASE, now=now)
    assert built is not None
    await ledger.commit_intent(built, "{}", "hash", lease_until=now + LEASE, now=now, parts=[("csv", '{"file":"y.csv"}')])
    assert [(part.name, part.payload) for part in await parts.parts(sending.id)] == [("csv", '{"file":"y.csv"}')]


async def test_a_worker_that_waited_for_the_database_past_its_lease_leaves_the_others_parts_alone(database, ledger, parts, sending):
    """Its claim was read before the other one's: what the other has sent is not sent a second time."""
    over = DUE + LEASE
    await ledger.to_reconciling(sending, not_before=DUE, error="reset", now=DUE)
    looking = await claim_delivery(ledger, sending.id, "w1", over, DUE)
    assert looking is not None
    slow = await ledger.absent(looking, lease_until=over, now=DUE)
    assert slow is not None
    other = await claim_delivery(ledger, sending.id, "w2", over + LEASE, over)
    assert other is not None
    intended = await ledger.commit_intent(other, "{}", "hash", lease_until=over + LEASE, now=over, parts=WANTED)
    assert intended is not None
    await ledger.record_sent(intended, ts="1.2", how=Settlement.ANSWER, now=over)
    held = await claim(parts, sending.id, "table", "w2", over + LEASE, over)
    await ledger.part_sent(held, ts="1.3", now=over)
    assert await ledger.commit_intent(slow, "{}", "hash", lease_until=over, now=over - SECOND, parts=WANTED) is None
    assert [part.state for part in await parts.parts(sending.id)] == [DeliveryState.SENT, DeliveryState.PENDING]

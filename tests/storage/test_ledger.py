"""A delivery's way through the ledger, crash by crash, and who wins when two try."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.storage.delivery_log import DeliveryLog
from bot.storage.installations import InstallationRepository
from bot.storage.ledger import DeliveryLedger
from bot.storage.occurrences import OccurrenceRepository
from bot.storage.subscriptions import SubscriptionRepository
from bot.subscriptions.delivery_state import DeliveryState, Settlement, Step
from bot.subscriptions.subscription import Installation, InstallationState, SkipReason, SubscriptionStatus
from tests.fixtures.deliveries import claim_delivery, steps_of

DUE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)


@pytest.fixture
def ledger(database) -> DeliveryLedger:
    return DeliveryLedger(database)


@pytest.fixture
def history(database) -> DeliveryLog:
    return DeliveryLog(database)


@pytest.fixture
async def pending(database, weekly) -> str:
    """The id of a delivery that is due now."""
    await SubscriptionRepository(database).create(weekly, by="U1", at=DUE)
    (delivery,) = await OccurrenceRepository(database).claim_due(DUE)
    return delivery


@pytest.fixture
async def building(ledger, pending):
    return await claim_delivery(ledger, pending, "w1", DUE + LEASE, DUE)


@pytest.fixture
async def sending(ledger, building):
    return await ledger.commit_intent(building, '{"text":"x"}', "hash", lease_until=DUE + LEASE + SECOND, now=DUE + SECOND)


@pytest.fixture
async def reconciling(ledger, sending):
    await ledger.to_reconciling(sending, not_before=DUE + LEASE, error="reply lost", now=DUE + 2 * SECOND)
    return await claim_delivery(ledger, sending.id, "w2", DUE + 2 * LEASE, DUE + LEASE)


@pytest.fixture
async def uncertain(ledger, reconciling):
    return await ledger.uncertain(reconciling, error="missing_scope", now=DUE + LEASE)


async def test_the_straight_way_ends_as_sent_with_everything_that_settles_a_dispute(ledger, history, sending):
    sent = await ledger.record_sent(sending, ts="1.2", how=Settlement.ANSWER, now=DUE + 2 * SECOND)
    assert sent == await history.delivery(sending.id)
    assert (sent.state, sent.ts, sent.settled, sent.ended_at) == (DeliveryState.SENT, "1.2", Settlement.ANSWER, DUE + 2 * SECOND)
    assert (sent.payload, sent.payload_hash, sent.intent_at) == ('{"text":"x"}', "hash", DUE + SECOND)
    assert (sent.lease_owner, sent.lease_until) == (None, None)
    steps = [(step.step, step.state, step.attempt, step.by, step.at) for step in await steps_of(history, sent.id)]
    assert steps == [
        (Step.CLAIMED, DeliveryState.BUILDING, 1, "w1", DUE),
        (Step.INTENDED, DeliveryState.SENDING, 1, "w1", DUE + SECOND),
        (Step.SENT, DeliveryState.SENT, 1, "w1", DUE + 2 * SECOND),
    ]


async def test_of_workers_that_claim_the_same_delivery_one_gets_it(ledger, pending):
    claims = await asyncio.gather(*(claim_delivery(ledger, pending, f"w{n}", DUE + LEASE, DUE) for n in range(8)))
    assert [claim is not None for claim in claims].count(True) == 1


async def test_a_worker_that_died_while_building_is_followed_by_another_and_has_no_say_any_more(ledger, history, building):
    assert await history.due_deliveries(DUE + LEASE - SECOND) == ()
    assert await history.due_deliveries(DUE + LEASE) == (building.id,)
    taken = await claim_delivery(ledger, building.id, "w2", DUE + 2 * LEASE, DUE + LEASE)
    assert (taken.state, taken.attempt, taken.lease_owner) == (DeliveryState.BUILDING, 2, "w2")
    late = {"lease_until": DUE + 3 * LEASE, "now": DUE + LEASE}
    assert await ledger.commit_intent(building, "{}", "hash", **late) is None
    assert await ledger.record_failed(building, reason="x", error="x", now=DUE + LEASE) is None
    assert await history.delivery(building.id) == taken


async def test_a_worker_that_slept_past_its_lease_may_not_begin_to_send(ledger, history, building):
    assert await ledger.commit_intent(building, "{}", "hash", lease_until=DUE + 2 * LEASE, now=DUE + LEASE) is None
    assert await history.delivery(building.id) == building


async def test_a_worker_that_died_while_sending_leaves_a_question_not_a_second_message(ledger, history, sending):
    after_lease = DUE + LEASE + SECOND
    assert await history.due_deliveries(after_lease) == (sending.id,)
    taken = await claim_delivery(ledger, sending.id, "w2", after_lease + LEASE, after_lease)
    assert (taken.state, taken.intent_at, taken.payload) == (DeliveryState.RECONCILING, sending.intent_at, sending.payload)
    assert await ledger.commit_intent(taken, "{}", "hash", lease_until=after_lease + LEASE, now=after_lease) is None
    assert await ledger.record_sent(sending, ts="1.2", how=Settlement.ANSWER, now=after_lease) is None
    found = await ledger.record_sent(taken, ts="1.2", how=Settlement.HISTORY, now=after_lease)
    assert (found.state, found.settled) == (DeliveryState.SENT, Settlement.HISTORY)


async def test_what_slack_surely_refused_waits_for_the_moment_it_named(ledger, history, sending):
    later = DUE + timedelta(minutes=5)
    waiting = await ledger.back_to_pending(sending, not_before=later, error="ratelimited", now=DUE + SECOND)
    assert (waiting.state, waiting.lease_owner, waiting.last_error) == (DeliveryState.PENDING, None, "ratelimited")
    assert await history.due_deliveries(later - SECOND) == ()
    assert await claim_delivery(ledger, sending.id, "w2", later + LEASE, later - SECOND) is None
    assert await history.due_deliveries(later) == (sending.id,)
    again = await claim_delivery(ledger, sending.id, "w2", later + LEASE, later)
    assert (again.state, again.attempt) == (DeliveryState.BUILDING, 2)


async def test_what_slack_refused_for_good_has_failed_with_its_reason(ledger, history, sending):
    failed = await ledger.record_failed(sending, reason="is_archived", error="Slack said is_archived", now=DUE + SECOND)
    assert (failed.state, failed.reason, failed.ended_at) == (DeliveryState.FAILED, "is_archived", DUE + SECOND)
    assert await ledger.record_sent(sending, ts="1.2", how=Settlement.ANSWER, now=DUE + SECOND) is None
    assert (await history.counts())[DeliveryState.FAILED] == 1


async def test_an_absent_message_is_built_again_by_who_looked(ledger, history, reconciling):
    built = await ledger.absent(reconciling, lease_until=DUE + 4 * LEASE, now=DUE + LEASE + SECOND)
    assert (built.state, built.attempt, built.lease_owner) == (DeliveryState.BUILDING, reconciling.attempt, reconciling.lease_owner)
    assert built.lease_until == DUE + 4 * LEASE
    again = await ledger.commit_intent(built, "{}", "other", lease_until=DUE + 4 * LEASE, now=DUE + 2 * LEASE)
    assert (again.state, again.payload_hash) == (DeliveryState.SENDING, "other")


async def test_looking_too_early_is_put_off(ledger, history, reconciling):
    later = DUE + timedelta(minutes=10)
    put_off = await ledger.to_reconciling(reconciling, not_before=later, error="not yet", now=DUE + LEASE)
    assert (put_off.state, put_off.lease_owner) == (DeliveryState.RECONCILING, None)
    assert await history.due_deliveries(later - SECOND) == ()
    assert await history.due_deliveries(later) == (reconciling.id,)


async def test_an_unreadable_history_asks_a_person_and_nobody_else(ledger, history, uncertain):
    assert await history.open_questions("T1") == (uncertain,)
    assert await history.open_questions("T2") == ()
    far = DUE + timedelta(days=365)
    assert await history.due_deliveries(far) == ()
    assert await claim_delivery(ledger, uncertain.id, "w3", far + LEASE, far) is None


async def test_a_person_who_saw_it_settles_it(ledger, history, uncertain):
    sent = await ledger.record_sent(uncertain, ts=None, how=Settlement.PERSON, now=DUE + 2 * LEASE, by="U7")
    assert (sent.state, sent.settled) == (DeliveryState.SENT, Settlement.PERSON)
    assert (await steps_of(history, sent.id))[-1].by == "U7"


async def test_two_people_who_answer_differently_give_one_answer(ledger, uncertain):
    answers = await asyncio.gather(
        ledger.post_again(uncertain, by="U1", now=DUE + 2 * LEASE),
        ledger.leave(uncertain, by="U2", now=DUE + 2 * LEASE),
    )
    assert [answer is not None for answer in answers].count(True) == 1


async def test_post_again_is_taken_up_by_any_worker_at_once(ledger, history, uncertain):
    now = DUE + 2 * LEASE
    await ledger.post_again(uncertain, by="U1", now=now)
    assert await history.due_deliveries(now) == (uncertain.id,)
    taken = await claim_delivery(ledger, uncertain.id, "w9", now + LEASE, now)
    assert (taken.state, taken.lease_owner, taken.attempt) == (DeliveryState.BUILDING, "w9", uncertain.attempt + 1)


async def test_letting_go_is_visible(ledger, uncertain):
    gone = await ledger.leave(uncertain, by="U1", now=DUE + 2 * LEASE)
    assert (gone.state, gone.reason) == (DeliveryState.SKIPPED, SkipReason.LEFT)


async def test_a_late_one_is_skipped_before_anybody_builds_it(ledger, history, pending):
    delivery = await history.delivery(pending)
    skipped = await ledger.skipped(delivery, SkipReason.LATE, now=DUE + timedelta(days=1), by="w1")
    assert (skipped.state, skipped.reason) == (DeliveryState.SKIPPED, SkipReason.LATE)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": SubscriptionStatus.PAUSED}, SkipReason.PAUSED),
        ({"status": SubscriptionStatus.DELETED}, SkipReason.DELETED),
        ({"channel": "C2"}, SkipReason.CHANGED),
    ],
)
async def test_a_digest_changed_while_it_was_built_is_not_sent(database, ledger, building, change, reason):
    await SubscriptionRepository(database).update("digest-1", 1, lambda digest: replace(digest, **change), by="U1", at=DUE)
    skipped = await ledger.commit_intent(building, "{}", "hash", lease_until=DUE + LEASE, now=DUE + SECOND)
    assert (skipped.state, skipped.reason, skipped.intent_at) == (DeliveryState.SKIPPED, reason, None)


async def test_failures_are_counted_from_the_last_success_on(database, ledger, history, weekly):
    await SubscriptionRepository(database).create(weekly, by="U1", at=DUE)
    occurrences, now = OccurrenceRepository(database), DUE
    outcomes = []
    for ends in ("failed", "sent", "failed", "skipped", "failed"):
        now += timedelta(minutes=1)
        delivery = await occurrences.send_now(weekly.id, f"click {now}", now, by="U1")
        assert delivery is not None
        held = await claim_delivery(ledger, delivery.id, "w1", now + LEASE, now)
        match ends:
            case "failed":
                await ledger.record_failed(held, reason="x", error="x", now=now)
            case "skipped":
                await ledger.skipped(held, SkipReason.LATE, now=now)
            case _:
                intent = await ledger.commit_intent(held, "{}", "h", lease_until=now + LEASE, now=now)
                await ledger.record_sent(intent, ts="1.2", how=Settlement.ANSWER, now=now)
        outcomes.append(await history.failures_in_a_row(weekly.id))
    assert outcomes == [1, 0, 1, 1, 2]
    assert await history.counts() == dict.fromkeys(DeliveryState, 0) | {
        DeliveryState.FAILED: 3,
        DeliveryState.SENT: 1,
        DeliveryState.SKIPPED: 1,
    }


async def test_a_claim_of_what_is_not_there_is_none(ledger):
    assert await claim_delivery(ledger, "unknown", "w1", DUE + LEASE, DUE) is None


async def test_a_workspaces_state_is_news_once(database):
    installations = InstallationRepository(database)
    assert await installations.installation("T1") is None
    noted = [
        await installations.note("T1", state, DUE + n * SECOND)
        for n, state in enumerate(
            [InstallationState.ACTIVE, InstallationState.TOKEN_REVOKED, InstallationState.TOKEN_REVOKED, InstallationState.ACTIVE]
        )
    ]
    assert noted == [False, True, False, True]
    assert await installations.installation("T1") == Installation("T1", InstallationState.ACTIVE, DUE + 3 * SECOND)
    await installations.note("T1", InstallationState.REMOVED, DUE + 9 * SECOND)
    assert await installations.stopped() == (Installation("T1", InstallationState.REMOVED, DUE + 9 * SECOND),)

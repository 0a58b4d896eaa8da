"""The rules by which an occurrence moves, and which occurrence is wanted at all."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.subscriptions.delivery_state import CLAIMS, FINAL, RULES, Delivery, DeliveryState, Step, claimed, moved
from bot.subscriptions.subscription import (
    SkipReason,
    Subscription,
    SubscriptionStatus,
    click_id,
    late,
    latest_due,
    occurrence,
    occurrence_id,
    send_now,
    skip_reason,
)

NINE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DIGEST = Subscription(
    id="digest-1",
    team="T1",
    channel="C1",
    accounts=("linkedin-A",),
    content=("figures",),
    cron="0 9 * * 1",
    zone="Europe/Berlin",
    status=SubscriptionStatus.ACTIVE,
    next_run_at=NINE,
    grace=21_600,
    owner="U1",
)


def in_state(state: DeliveryState) -> Delivery:
    held = state in {DeliveryState.BUILDING, DeliveryState.SENDING, DeliveryState.RECONCILING}
    return replace(
        occurrence(DIGEST, NINE), state=state, attempt=1, lease_owner="w1" if held else None, lease_until=NINE + MINUTE if held else None
    )


def test_a_delivery_moves_along_these_ways_and_no_others():
    """The picture of the states, written a second time."""
    ways = {
        DeliveryState.PENDING: {DeliveryState.BUILDING, DeliveryState.SKIPPED},
        DeliveryState.BUILDING: {
            DeliveryState.BUILDING,
            DeliveryState.SENDING,
            DeliveryState.PENDING,
            DeliveryState.FAILED,
            DeliveryState.SKIPPED,
        },
        DeliveryState.SENDING: {DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.PENDING, DeliveryState.RECONCILING},
        DeliveryState.RECONCILING: {DeliveryState.RECONCILING, DeliveryState.SENT, DeliveryState.BUILDING, DeliveryState.UNCERTAIN},
        DeliveryState.UNCERTAIN: {DeliveryState.SENT, DeliveryState.BUILDING, DeliveryState.SKIPPED},
        DeliveryState.SENT: set(),
        DeliveryState.FAILED: set(),
        DeliveryState.SKIPPED: set(),
    }
    found = {state: {after.state for step in Step if (after := moved(in_state(state), step, NINE))} for state in DeliveryState}
    assert found == ways


@pytest.mark.parametrize(
    "step", [Step.INTENDED, Step.SENT, Step.FAILED, Step.POSTPONED, Step.UNKNOWN, Step.FOUND, Step.ABSENT, Step.UNREADABLE]
)
def test_a_workers_step_needs_its_lease(step):
    (start, *_) = RULES[step].starts
    free = replace(in_state(start), lease_owner=None, lease_until=None)
    assert moved(in_state(start), step, NINE) is not None
    assert moved(free, step, NINE) is None


def test_every_step_has_a_rule():
    assert set(RULES) == set(Step)


@given(steps=st.lists(st.sampled_from(Step), max_size=30))
def test_whatever_happens_only_work_in_hand_has_a_lease_and_only_an_end_has_its_moment(steps):
    delivery = occurrence(DIGEST, NINE)
    for step in steps:
        lease: dict[str, Any] = {"lease_owner": "w1", "lease_until": NINE + MINUTE} if step in CLAIMS.values() else {}
        after = moved(delivery, step, NINE, **lease)
        assert after is None or delivery.state not in FINAL
        delivery = after or delivery
        assert (delivery.ended_at is not None) == (delivery.state in FINAL)
        if delivery.lease_owner is not None:
            assert delivery.state in {DeliveryState.BUILDING, DeliveryState.SENDING, DeliveryState.RECONCILING}


@pytest.mark.parametrize("state", [*sorted(FINAL), DeliveryState.UNCERTAIN])
def test_what_has_ended_or_waits_for_a_person_cannot_be_claimed(state):
    assert claimed(in_state(state), "w2", NINE + timedelta(days=2), NINE + timedelta(days=1)) is None


def test_a_claim_waits_for_its_moment_and_for_the_lease_before_it():
    waiting, held = in_state(DeliveryState.PENDING), in_state(DeliveryState.BUILDING)
    assert claimed(waiting, "w2", NINE + MINUTE, NINE - timedelta(microseconds=1)) is None
    assert claimed(held, "w2", NINE + 2 * MINUTE, NINE + MINUTE - timedelta(microseconds=1)) is None
    found = claimed(held, "w2", NINE + 2 * MINUTE, NINE + MINUTE)
    assert found is not None
    assert found[0] is Step.TAKEN_OVER
    assert (found[1].attempt, found[1].lease_owner) == (2, "w2")


def test_a_lease_that_would_be_over_at_once_is_refused():
    with pytest.raises(ValueError, match="is over"):
        claimed(in_state(DeliveryState.PENDING), "w1", NINE, NINE)


def test_work_left_while_sending_is_never_simply_done_again():
    found = claimed(in_state(DeliveryState.SENDING), "w2", NINE + 2 * MINUTE, NINE + MINUTE)
    assert found is not None
    assert (found[0], found[1].state) == (Step.LEASE_RAN_OUT, DeliveryState.RECONCILING)


def test_the_same_moment_in_any_zone_is_the_same_occurrence():
    berlin = NINE.astimezone(timezone(timedelta(hours=1)))
    assert occurrence_id("d", NINE) == occurrence_id("d", berlin)
    assert occurrence(DIGEST, berlin) == occurrence(DIGEST, NINE)
    assert len({occurrence_id("d", NINE), occurrence_id("d", NINE + MINUTE), occurrence_id("e", NINE), click_id("d", "x")}) == 4


def test_an_occurrence_knows_its_moment_on_the_digests_own_clock():
    assert occurrence(DIGEST, NINE).due_local == "2026-11-23T09:00:00+01:00"
    assert occurrence(replace(DIGEST, zone="Gone/Away"), NINE).due_local == "2026-11-23T08:00:00+00:00"


def test_a_send_now_without_its_click_is_refused():
    with pytest.raises(ValueError, match="click"):
        send_now(DIGEST, "", NINE)


@pytest.mark.parametrize(
    ("away", "latest"),
    [
        (timedelta(0), timedelta(0)),
        (timedelta(minutes=59), timedelta(0)),
        (timedelta(hours=3), timedelta(hours=3)),
        (timedelta(days=3, minutes=1), timedelta(days=3)),
        (timedelta(days=400, minutes=1), timedelta(days=400)),
    ],
)
def test_of_the_occurrences_missed_only_the_latest_counts(away, latest):
    assert latest_due(replace(DIGEST, cron="0 * * * *"), NINE, NINE + away) == NINE + latest


def test_a_schedule_without_another_moment_leaves_the_one_that_is_due():
    assert latest_due(replace(DIGEST, cron=""), NINE, NINE + timedelta(days=90)) == NINE


@pytest.mark.parametrize(
    ("digest", "click", "reason"),
    [
        (DIGEST, "", None),
        (replace(DIGEST, version=2), "", SkipReason.CHANGED),
        (replace(DIGEST, version=2), "v1", SkipReason.CHANGED),
        (replace(DIGEST, status=SubscriptionStatus.PAUSED), "", SkipReason.PAUSED),
        (replace(DIGEST, status=SubscriptionStatus.PAUSED), "v1", None),
        (replace(DIGEST, status=SubscriptionStatus.DELETED), "", SkipReason.DELETED),
        (replace(DIGEST, status=SubscriptionStatus.DELETED), "v1", SkipReason.DELETED),
    ],
)
def test_what_a_digest_no_longer_wants_is_not_posted(digest, click, reason):
    delivery = send_now(DIGEST, click, NINE) if click else occurrence(DIGEST, NINE)
    assert skip_reason(delivery, digest) is reason


def test_lateness_is_the_digests_own_and_a_send_now_is_never_late():
    at_the_edge = NINE + timedelta(seconds=DIGEST.grace)
    assert not late(occurrence(DIGEST, NINE), DIGEST, at_the_edge)
    assert late(occurrence(DIGEST, NINE), DIGEST, at_the_edge + timedelta(microseconds=1))
    assert not late(send_now(DIGEST, "v1", NINE), DIGEST, NINE + timedelta(days=9))

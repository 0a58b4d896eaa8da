"""Whatever three workers and two people do, in any order, with claims new and stale: the ledger's promises hold after every step."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.storage.database import Database
from bot.storage.delivery_log import DeliveryLog
from bot.storage.ledger import DeliveryLedger
from bot.storage.occurrences import OccurrenceRepository
from bot.storage.subscriptions import SubscriptionRepository
from bot.subscriptions.delivery_state import FINAL, RULES, Delivery, DeliveryState, Settlement, Step
from bot.subscriptions.subscription import SkipReason
from tests.fixtures.deliveries import claim_delivery, steps_of

DUE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)
#: What is worth trying in each state; "crash" is a lease that runs out before the next claim.
SENSIBLE = {
    DeliveryState.PENDING: ("claim", "claim", "claim", "skipped"),
    DeliveryState.BUILDING: ("intent", "intent", "intent", "crash", "postponed", "failed", "change"),
    DeliveryState.SENDING: ("crash", "crash", "unknown", "unknown", "postponed", "answer", "failed"),
    DeliveryState.RECONCILING: ("claim", "crash", "absent", "absent", "unreadable", "unknown", "found"),
    DeliveryState.UNCERTAIN: ("post_again", "post_again", "leave", "arrived"),
}
WILD = ("claim", "intent", "answer", "found", "arrived", "failed", "postponed", "unknown", "absent", "unreadable", "post_again", "leave")
#: Steps after which sending once more cannot make two messages.
SAFE = {Step.ABSENT, Step.POSTPONED, Step.POST_AGAIN}

#: Each step: a sensible way by its number, or now and then any way at all with an older claim; by whom; after how many seconds.
walks = st.lists(
    st.tuples(
        st.integers(0, 83),
        st.sampled_from((False, False, False, True)),
        st.sampled_from(("w1", "w2", "w3")),
        st.integers(0, 2),
        st.sampled_from((0, 0, 1, 30)),
    ),
    min_size=12,
    max_size=25,
)


@dataclass
class Walk:
    """One delivery, everybody's claims on it, and the time that has gone by."""

    database: Database
    digest: str
    delivery: str
    now: datetime = DUE
    held: list[Delivery] = field(default_factory=list)

    def ways(self, worker: str, held: Delivery) -> dict[str, Callable[[], Awaitable[Delivery | None]]]:
        """What can be done next, by its name."""
        ledger, now, until = DeliveryLedger(self.database), self.now, self.now + LEASE
        return {
            "claim": lambda: claim_delivery(ledger, self.delivery, worker, until, now),
            "intent": lambda: ledger.commit_intent(held, "{}", "hash", lease_until=until, now=now),
            "answer": lambda: ledger.record_sent(held, ts="1.2", how=Settlement.ANSWER, now=now),
            "found": lambda: ledger.record_sent(held, ts="1.2", how=Settlement.HISTORY, now=now),
            "arrived": lambda: ledger.record_sent(held, ts=None, how=Settlement.PERSON, now=now, by="U1"),
            "failed": lambda: ledger.record_failed(held, reason="is_archived", error="is_archived", now=now),
            "postponed": lambda: ledger.back_to_pending(held, not_before=now, error="ratelimited", now=now),
            "unknown": lambda: ledger.to_reconciling(held, not_before=now, error="reply lost", now=now),
            "absent": lambda: ledger.absent(held, lease_until=until, now=now),
            "unreadable": lambda: ledger.uncertain(held, error="missing_scope", now=now),
            "post_again": lambda: ledger.post_again(held, by="U1", now=now),
            "leave": lambda: ledger.leave(held, by="U2", now=now),
            "skipped": lambda: ledger.skipped(held, SkipReason.LATE, now=now, by=worker),
            "change": self.change,
        }

    async def change(self) -> None:
        """Somebody moves the digest to another channel."""
        await SubscriptionRepository(self.database).update(
            self.digest, 1, lambda digest: replace(digest, channel="C2"), by="U1", at=self.now
        )


async def begin(database: Database, weekly: Any) -> Walk:
    digest = replace(weekly, id=str(uuid4()))
    await SubscriptionRepository(database).create(digest, by="U1", at=DUE)
    (delivery,) = await OccurrenceRepository(database).claim_due(DUE)
    created = await DeliveryLog(database).delivery(delivery)
    assert created is not None
    return Walk(database, digest.id, delivery, held=[created])


def _lease(delivery: Delivery) -> tuple[int, str | None]:
    return delivery.attempt, delivery.lease_owner


def check_shape(delivery: Delivery) -> None:
    assert (delivery.lease_owner is None) == (delivery.lease_until is None)
    assert delivery.lease_owner is None or delivery.state in {DeliveryState.BUILDING, DeliveryState.SENDING, DeliveryState.RECONCILING}
    assert (delivery.ended_at is not None) == (delivery.state in FINAL)
    assert (delivery.settled is not None) == (delivery.state is DeliveryState.SENT)
    assert (delivery.reason is not None) == (delivery.state in {DeliveryState.FAILED, DeliveryState.SKIPPED})
    if delivery.state in {DeliveryState.SENDING, DeliveryState.RECONCILING, DeliveryState.UNCERTAIN, DeliveryState.SENT}:
        assert delivery.intent_at is not None


def check_change(before: Delivery, after: Delivery, returned: Delivery | None, used: Delivery | None) -> None:
    if returned is None:
        assert after == before
        return
    assert returned == after
    assert before.state not in FINAL
    assert used is None or _lease(used) == _lease(before)
    assert after.attempt == before.attempt + (used is None)
    assert any(before.state in rule.starts and after.state is rule.end for rule in RULES.values())


def check_never_blindly_again(steps: list[Step]) -> None:
    """Between two intents somebody made sure, or a person decided."""
    open_intent = False
    for step in steps:
        assert not (step is Step.INTENDED and open_intent), steps
        open_intent = step is Step.INTENDED or (open_intent and step not in SAFE)


# Without shrinking: every step is several transactions, and a shorter walk is not worth the minutes.
@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(walk=walks)
async def test_the_ledgers_promises_hold_whoever_does_what(database, weekly, walk):
    here, history = await begin(database, weekly), DeliveryLog(database)
    for choice, wild, worker, back, seconds in walk:
        before = await history.delivery(here.delivery)
        assert before is not None
        ways = WILD if wild else SENSIBLE.get(before.state, WILD)
        action = ways[choice % len(ways)]
        here.now += LEASE if action == "crash" else timedelta(seconds=seconds)
        action = "claim" if action == "crash" else action
        held = here.held[-1 - min(back, len(here.held) - 1)] if wild else before
        returned = await here.ways(worker, held)[action]()
        after = await history.delivery(here.delivery)
        assert after is not None
        check_change(before, after, returned, None if action == "claim" else held)
        check_shape(after)
        here.held += [after] if _lease(after) != _lease(here.held[-1]) else []
    check_never_blindly_again([step.step for step in await steps_of(history, here.delivery)])

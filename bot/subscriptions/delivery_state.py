"""One occurrence of a digest and its state machine: pure rules; the ledger stores the states, the worker acts.

::

    pending ─claimed→ building ─intended→ sending ─sent→ SENT
       ↑ ↑               │ │                │ │ │
       │ └───postponed───┘ │                │ │ └─failed→ FAILED   (and from building: nothing could be fetched)
       │                   │                │ └─postponed→ pending (Slack surely refused)
       │                   │                └─unknown, lease_ran_out→ reconciling ─found→ SENT
       │                   │                                          │  │ └─absent→ building
       └─skipped→ SKIPPED ─┘                                          │  └─unknown→ reconciling (not yet time to look)
                                                                      └─unreadable→ uncertain ─arrived→ SENT
                                                                          ─post_again→ building ─leave→ SKIPPED

A delivery leaves a state only by a rule of ``RULES``; a missing answer changes nothing. One exception: after a database was restored to an
earlier state, pending, building and uncertain ones go to reconciling, since they may have been posted meanwhile.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from msgspec import Struct
from msgspec.structs import replace

#: The prefixes of a reply's and of a file's name.
THREAD = "thread "
FILE = "file "
#: How the name of a part begins that is built when it is due.
LATER = "later "


class DeliveryState(StrEnum):
    """The states of a delivery."""

    #: Waits for its moment, ``not_before``.
    PENDING = "pending"
    #: A worker fetches the figures and builds the message; nothing was sent.
    BUILDING = "building"
    #: The intent is stored: from now on the message may be in the channel.
    SENDING = "sending"
    #: Whether the message is in the channel is unknown; the channel's history will tell.
    RECONCILING = "reconciling"
    #: The history does not show it: a person is asked, and the delivery waits for the answer.
    UNCERTAIN = "uncertain"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


#: States that no rule leaves.
FINAL = frozenset({DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.SKIPPED})


class Step(StrEnum):
    """A transition of a delivery; each has one rule."""

    CLAIMED = "claimed"
    TAKEN_OVER = "taken_over"
    LEASE_RAN_OUT = "lease_ran_out"
    LOOKED_AGAIN = "looked_again"
    INTENDED = "intended"
    SENT = "sent"
    FAILED = "failed"
    POSTPONED = "postponed"
    UNKNOWN = "unknown"
    FOUND = "found"
    ABSENT = "absent"
    UNREADABLE = "unreadable"
    ARRIVED = "arrived"
    POST_AGAIN = "post_again"
    LEAVE = "leave"
    SKIPPED = "skipped"


class Settlement(StrEnum):
    """How it became known that a message is in the channel."""

    ANSWER = "answer"
    HISTORY = "history"
    PERSON = "person"


def event_payload(message: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of a message's metadata, as Slack or the ledger has it; empty where there is none."""
    metadata = message.get("metadata")
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    return payload if isinstance(payload, dict) else {}


class TransitionRule(Struct, frozen=True):
    """The states that a step starts from and ends in, whether the worker keeps its lease, and whether it needs one."""

    starts: frozenset[DeliveryState]
    end: DeliveryState
    keeps_lease: bool = False
    needs_lease: bool = True


def rule(*starts: DeliveryState, end: DeliveryState, keeps_lease: bool = False, needs_lease: bool = True) -> TransitionRule:
    return TransitionRule(frozenset(starts), end, keeps_lease, needs_lease)


#: The state machine.
RULES: Mapping[Step, TransitionRule] = {
    Step.CLAIMED: rule(DeliveryState.PENDING, end=DeliveryState.BUILDING, keeps_lease=True, needs_lease=False),
    Step.TAKEN_OVER: rule(DeliveryState.BUILDING, end=DeliveryState.BUILDING, keeps_lease=True, needs_lease=False),
    Step.LEASE_RAN_OUT: rule(DeliveryState.SENDING, end=DeliveryState.RECONCILING, keeps_lease=True, needs_lease=False),
    Step.LOOKED_AGAIN: rule(DeliveryState.RECONCILING, end=DeliveryState.RECONCILING, keeps_lease=True, needs_lease=False),
    Step.INTENDED: rule(DeliveryState.BUILDING, end=DeliveryState.SENDING, keeps_lease=True),
    Step.SENT: rule(DeliveryState.SENDING, end=DeliveryState.SENT),
    Step.FAILED: rule(DeliveryState.SENDING, DeliveryState.BUILDING, end=DeliveryState.FAILED),
    Step.POSTPONED: rule(DeliveryState.SENDING, DeliveryState.BUILDING, end=DeliveryState.PENDING),
    Step.UNKNOWN: rule(DeliveryState.SENDING, DeliveryState.RECONCILING, end=DeliveryState.RECONCILING),
    Step.FOUND: rule(DeliveryState.RECONCILING, end=DeliveryState.SENT),
    Step.ABSENT: rule(DeliveryState.RECONCILING, end=DeliveryState.BUILDING, keeps_lease=True),
    Step.UNREADABLE: rule(DeliveryState.RECONCILING, end=DeliveryState.UNCERTAIN),
    Step.ARRIVED: rule(DeliveryState.UNCERTAIN, end=DeliveryState.SENT, needs_lease=False),
    Step.POST_AGAIN: rule(DeliveryState.UNCERTAIN, end=DeliveryState.BUILDING, needs_lease=False),
    Step.LEAVE: rule(DeliveryState.UNCERTAIN, end=DeliveryState.SKIPPED, needs_lease=False),
    Step.SKIPPED: rule(DeliveryState.PENDING, DeliveryState.BUILDING, end=DeliveryState.SKIPPED, needs_lease=False),
}

#: After a database restore: the message may have been posted since.
RULES_AFTER_RESTORE: Mapping[Step, TransitionRule] = {
    Step.UNKNOWN: rule(
        DeliveryState.PENDING, DeliveryState.BUILDING, DeliveryState.UNCERTAIN, end=DeliveryState.RECONCILING, needs_lease=False
    )
}

#: The step that claiming takes, by state; the other states cannot be claimed.
CLAIMS: Mapping[DeliveryState, Step] = {
    DeliveryState.PENDING: Step.CLAIMED,
    DeliveryState.BUILDING: Step.TAKEN_OVER,
    DeliveryState.SENDING: Step.LEASE_RAN_OUT,
    DeliveryState.RECONCILING: Step.LOOKED_AGAIN,
}


class Leased(Struct, frozen=True, kw_only=True):
    """A row with a state and a lease: a delivery or one of its parts. Every moment is aware, in UTC."""

    #: The row's state machine, and the step that claiming takes, by state; the other states cannot be claimed.
    rules: ClassVar[Mapping[Step, TransitionRule]]
    claims: ClassVar[Mapping[DeliveryState, Step]]

    state: DeliveryState
    #: The number of claims so far.
    attempt: int
    #: The earliest time of the next attempt.
    not_before: datetime
    lease_owner: str | None = None
    lease_until: datetime | None = None
    #: When the intent was stored, just before Slack was called.
    intent_at: datetime | None = None
    #: Slack's id of it: a message's ``ts``, a file's own id.
    ts: str | None = None
    #: Why it failed or was skipped: our word or Slack's error code.
    reason: str | None = None
    #: The last error as logged, also when a later attempt succeeded.
    last_error: str | None = None
    #: When it reached its final state.
    ended_at: datetime | None = None


class Delivery(Leased, frozen=True):
    """One occurrence of a digest."""

    rules, claims = RULES, CLAIMS
    #: uuid5 of the digest and the due moment, or of the digest and the click; also in the message's metadata.
    id: str
    digest: str
    #: The digest's version when this was created: occurrences of older versions are skipped.
    version: int
    team: str
    #: The channel; stored here since a digest may be moved while an occurrence is being delivered.
    channel: str
    due: datetime
    #: The due time in the digest's zone, ISO 8601 with offset.
    due_local: str
    #: The id of the form or button behind a "Send now" or a "Post again"; "" for an occurrence of the clock.
    click: str
    #: The message as JSON, and its hash; stored with the intent.
    payload: str | None = None
    payload_hash: str | None = None
    settled: Settlement | None = None
    #: The shared cause of the last error, where the statistics service caused it.
    cause: str | None = None

    @property
    def event(self) -> dict[str, Any]:
        """The payload of its message's metadata."""
        return event_payload(json.loads(self.payload)) if self.payload else {}

    @property
    def reply_to(self) -> str:
        """Slack's id of the earlier message whose thread has the message; "" for a message in the channel."""
        # Most messages are in the channel, and a long one takes a while to read.
        return str(json.loads(self.payload).get("thread_ts") or "") if self.payload and '"thread_ts"' in self.payload else ""

    @property
    def thread(self) -> str | None:
        """Slack's id of the message that begins the thread of the parts; None while it is unknown."""
        return (self.reply_to or self.ts) if self.ts else None


L = TypeVar("L", bound=Leased)


def moved(item: L, step: Step, now: datetime, *, rules: Mapping[Step, TransitionRule] | None = None, **facts: Any) -> L | None:
    """The delivery (or part) after ``step`` at ``now``; None when its state has no rule for it: another worker was first."""
    found = (item.rules if rules is None else rules).get(step)
    if found is None or item.state not in found.starts or (found.needs_lease and item.lease_owner is None):
        return None
    lease = {} if found.keeps_lease else {"lease_owner": None, "lease_until": None}
    ended = now if found.end in FINAL else None
    return replace(item, state=found.end, ended_at=ended, **(lease | facts))


def claimed(item: L, worker: str, lease_until: datetime, now: datetime) -> tuple[Step, L] | None:
    """The step and the row claimed anew; None when it is not due, leased, or ended. Raises ValueError: the lease is over at once."""
    if lease_until <= now:
        raise ValueError(f"a lease until {lease_until} is over at {now}")
    step = item.claims.get(item.state)
    if step is None or item.not_before > now or (item.lease_until is not None and item.lease_until > now):
        return None
    after = moved(item, step, now, attempt=item.attempt + 1, lease_owner=worker, lease_until=lease_until)
    return None if after is None else (step, after)


class LaterReply(Struct, frozen=True):
    """A reply in the thread that is built when it is due (aware), by its ``name``."""

    name: str
    due: datetime

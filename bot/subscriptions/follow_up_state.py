"""What follows a message in its thread, or tells its owner: each part is sent on its own, may fail alone, never brings the message again.

::

    pending ─claimed, which is the intent→ sending ─sent→ SENT
       ↑                                    │ │ └─failed→ FAILED
       ├──postponed (Slack surely refused)──┘ └─unknown, lease_ran_out→ reconciling ─found→ SENT
       └──absent───────────────────────────────────────────────────────────┘ └─failed→ FAILED (the thread cannot be read)

When the database was put back to an earlier state, pending ones go to reconciling: they may have been sent meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.subscriptions.delivery_state import DeliveryState, Step, TransitionRule

#: How the name of a part begins that is no reply in the thread, but tells somebody in a direct message what became of the delivery.
NOTICE = "notice "

#: How the name of a notice begins that says that the trouble is over.
RECOVERY = f"{NOTICE}recovered "

#: How the name of a part begins that is a file.
FILE = "file "


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """A notice that is owed from a transaction on."""

    #: Unlike any other of its delivery; begins with ``NOTICE``.
    name: str
    payload: str
    #: The Slack user id of who is told; "" where that is found out later.
    person: str
    #: What it has in common with others of the same cause: they are one message to this person.
    key: str
    #: Whether it only changes a message that told of the trouble, and is dropped where there is none.
    only_edits: bool = False

    @property
    def is_recovery(self) -> bool:
        """Whether it says that the trouble is over."""
        return self.name.startswith(RECOVERY)


@dataclass(frozen=True, slots=True)
class FollowUpToken:
    """What a worker holds of a part: good as long as the row still has this attempt and this owner."""

    delivery: str
    name: str
    attempt: int
    owner: str | None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One reply in the thread, or one file. Every moment is aware, in UTC."""

    #: The id of the delivery whose message it follows.
    delivery: str
    name: str
    #: Its place among the parts, from 0.
    position: int
    #: As it is sent, as JSON; frozen with the message's intent.
    payload: str
    state: DeliveryState
    attempt: int
    not_before: datetime
    lease_owner: str | None = None
    lease_until: datetime | None = None
    #: When the last try to send it began.
    intent_at: datetime | None = None
    #: Slack's id of it: a message's ``ts``, a file's own id.
    ts: str | None = None
    reason: str | None = None
    last_error: str | None = None
    ended_at: datetime | None = None
    #: A notice's incident: all its notices are one message. Their positions count from 0 through the incident.
    incident: str | None = None

    @property
    def lease_token(self) -> FollowUpToken:
        """The claim under which this part was seen."""
        return FollowUpToken(self.delivery, self.name, self.attempt, self.lease_owner)

    @property
    def is_notice(self) -> bool:
        """Whether it is a direct message about the delivery, which goes out whatever became of the message itself."""
        return self.name.startswith(NOTICE)

    @property
    def is_file(self) -> bool:
        """Whether it is a file, which Slack takes in another way than a message."""
        return self.name.startswith(FILE)


#: The whole machine of a part.
PART_RULES: Mapping[Step, TransitionRule] = {
    Step.CLAIMED: TransitionRule(frozenset({DeliveryState.PENDING}), DeliveryState.SENDING, held=True, by_holder=False),
    Step.LEASE_RAN_OUT: TransitionRule(frozenset({DeliveryState.SENDING}), DeliveryState.RECONCILING, held=True, by_holder=False),
    Step.LOOKED_AGAIN: TransitionRule(frozenset({DeliveryState.RECONCILING}), DeliveryState.RECONCILING, held=True, by_holder=False),
    Step.SENT: TransitionRule(frozenset({DeliveryState.SENDING}), DeliveryState.SENT),
    Step.FAILED: TransitionRule(frozenset({DeliveryState.SENDING, DeliveryState.RECONCILING}), DeliveryState.FAILED),
    Step.POSTPONED: TransitionRule(frozenset({DeliveryState.SENDING}), DeliveryState.PENDING),
    Step.UNKNOWN: TransitionRule(frozenset({DeliveryState.SENDING, DeliveryState.RECONCILING}), DeliveryState.RECONCILING),
    Step.FOUND: TransitionRule(frozenset({DeliveryState.RECONCILING}), DeliveryState.SENT),
    Step.ABSENT: TransitionRule(frozenset({DeliveryState.RECONCILING}), DeliveryState.PENDING),
}

#: When the database was put back to an earlier state: it may have been sent since.
PART_RULES_AFTER_RESTORE: Mapping[Step, TransitionRule] = {
    Step.UNKNOWN: TransitionRule(frozenset({DeliveryState.PENDING}), DeliveryState.RECONCILING, by_holder=False),
}

#: What claiming a part means, by its state.
PART_CLAIMS: Mapping[DeliveryState, Step] = {
    DeliveryState.PENDING: Step.CLAIMED,
    DeliveryState.SENDING: Step.LEASE_RAN_OUT,
    DeliveryState.RECONCILING: Step.LOOKED_AGAIN,
}

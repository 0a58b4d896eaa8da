"""What follows a message in its thread, or tells its owner: each part is sent on its own, may fail alone, never brings the message again.

::

    pending ─claimed, which is the intent→ sending ─sent→ SENT
       ↑                                    │ │ └─failed→ FAILED
       ├──postponed (Slack surely refused)──┘ └─unknown, lease_ran_out→ reconciling ─found→ SENT
       └──absent───────────────────────────────────────────────────────────┘ └─failed→ FAILED (the thread cannot be read)

When the database was put back to an earlier state, pending ones go to reconciling: they may have been sent meanwhile. When the message
they follow will not be posted, or nobody can tell where it is, replies and files that wait have failed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.subscriptions.delivery_state import Delivery, DeliveryState, Step, TransitionRule
from bot.subscriptions.subscription import Subscription

#: How the name of a part begins that is no reply in the thread, but tells somebody in a direct message what became of the delivery.
NOTICE = "notice "

#: How the name of a notice begins that says that the trouble is over.
RECOVERY = f"{NOTICE}recovered "

#: How the name of a part begins that is a file.
FILE = "file "
#: The whole machine of a part.
PART_RULES: Mapping[Step, TransitionRule] = {
    Step.CLAIMED: TransitionRule(frozenset({DeliveryState.PENDING}), DeliveryState.SENDING, keeps_lease=True, needs_lease=False),
    Step.LEASE_RAN_OUT: TransitionRule(frozenset({DeliveryState.SENDING}), DeliveryState.RECONCILING, keeps_lease=True, needs_lease=False),
    Step.LOOKED_AGAIN: TransitionRule(
        frozenset({DeliveryState.RECONCILING}), DeliveryState.RECONCILING, keeps_lease=True, needs_lease=False
    ),
    Step.SENT: TransitionRule(frozenset({DeliveryState.SENDING}), DeliveryState.SENT),
    Step.FAILED: TransitionRule(frozenset({DeliveryState.SENDING, DeliveryState.RECONCILING}), DeliveryState.FAILED),
    Step.POSTPONED: TransitionRule(frozenset({DeliveryState.SENDING}), DeliveryState.PENDING),
    Step.UNKNOWN: TransitionRule(frozenset({DeliveryState.SENDING, DeliveryState.RECONCILING}), DeliveryState.RECONCILING),
    Step.FOUND: TransitionRule(frozenset({DeliveryState.RECONCILING}), DeliveryState.SENT),
    Step.ABSENT: TransitionRule(frozenset({DeliveryState.RECONCILING}), DeliveryState.PENDING),
}
#: When the database was put back to an earlier state: it may have been sent since.
PART_RULES_AFTER_RESTORE: Mapping[Step, TransitionRule] = {
    Step.UNKNOWN: TransitionRule(frozenset({DeliveryState.PENDING}), DeliveryState.RECONCILING, needs_lease=False),
}
#: When there is no message to follow.
PART_RULES_WITHOUT_MESSAGE: Mapping[Step, TransitionRule] = {
    Step.FAILED: TransitionRule(frozenset({DeliveryState.PENDING, DeliveryState.RECONCILING}), DeliveryState.FAILED, needs_lease=False),
}
#: Why a part failed then: the message is not in the channel, or nobody knows where its thread is.
NOT_POSTED, THREAD_UNKNOWN = "not_posted", "thread_unknown"
#: What claiming a part means, by its state.
PART_CLAIMS: Mapping[DeliveryState, Step] = {
    DeliveryState.PENDING: Step.CLAIMED,
    DeliveryState.SENDING: Step.LEASE_RAN_OUT,
    DeliveryState.RECONCILING: Step.LOOKED_AGAIN,
}
#: So many permanent failures in a row pause a digest.
MOST_FAILURES = 3


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """A notice to send, stored with the change that caused it."""

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
        """Whether the notice says that the problem is over."""
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
        """The lease token read with this part."""
        return FollowUpToken(self.delivery, self.name, self.attempt, self.lease_owner)

    @property
    def is_notice(self) -> bool:
        """Whether it is a direct message about the delivery, which goes out whatever became of the message itself."""
        return self.name.startswith(NOTICE)

    @property
    def is_file(self) -> bool:
        """Whether it is a file, which Slack takes in another way than a message."""
        return self.name.startswith(FILE)


class Cause(StrEnum):
    """Why the owner is notified; each cause has one remedy."""

    #: The bot is no member of the channel: it can be invited.
    NOT_IN_CHANNEL = "not_in_channel"
    #: The channel is archived: the digest can be moved.
    CHANNEL_GONE = "channel_gone"
    #: The bot cannot see the channel: it is private and the bot was taken out, or there is none any more.
    CHANNEL_UNSEEN = "channel_unseen"
    #: The channel is shared with another company: an administrator can allow it, or the digest can be moved.
    CHANNEL_SHARED = "channel_shared"
    #: The workspace or the channel does not let the bot post: an administrator can allow it, or the digest can be moved.
    NOT_ALLOWED = "not_allowed"
    #: Slack refused the message itself, even as plain text: the person who runs the bot should see the log.
    OUR_FAULT = "our_fault"
    #: Building it failed again and again in a way that nobody foresaw: the person who runs the bot should see the log.
    UNFORESEEN = "unforeseen"
    #: Nothing could be fetched for any account, and waiting will not help (or a "Send now" waited long enough).
    NO_FIGURES = "no_figures"
    #: It could not be posted while it was still worth posting.
    LATE = "late"
    #: Nobody can tell whether it arrived: the owner is asked.
    UNCERTAIN = "uncertain"
    #: It was posted again after trouble.
    RECOVERED = "recovered"


#: Causes that lie in a channel: of another channel they are another incident.
OF_ONE_CHANNEL = frozenset({Cause.NOT_IN_CHANNEL, Cause.CHANNEL_GONE, Cause.CHANNEL_UNSEEN, Cause.CHANNEL_SHARED})


@dataclass(frozen=True, slots=True)
class AffectedDelivery:
    """One occurrence that an incident is about. The digest and the delivery are as they are now."""

    digest: Subscription
    delivery: Delivery
    #: Our own sentences for ``NO_FIGURES`` and, where known, ``LATE``; Slack's error code otherwise; may be "".
    detail: str = ""
    #: How many occurrences have failed one after the other, this one included; 0 with ``LATE``, ``UNCERTAIN`` and ``RECOVERED``.
    failures: int = 0
    #: Whether the digest was paused because of it.
    paused: bool = False
    #: Since when its digest is well again: posted, or looked at with nothing to say; None while it is not.
    well_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """What one person is told in one message: occurrences (one or more) with the same cause."""

    cause: Cause
    affected: tuple[AffectedDelivery, ...]
    #: What they have in common, in sentences or as Slack's error code; may be "".
    shared: str = ""

    @property
    def over_since(self) -> datetime | None:
        """Since when all of it is well again; None while something is not."""
        ends = [one.well_since for one in self.affected]
        return None if None in ends else max(end for end in ends if end is not None)

"""The parts of a delivery besides its message (replies, files, notices to its owner) and the rules of their states.

::

    pending ─claimed, which is the intent→ sending ─sent→ SENT
       ↑                                    │ │ └─failed→ FAILED
       ├──postponed (Slack surely refused)──┤ └─unknown, lease_ran_out→ reconciling ─found→ SENT
       │                                    └─skipped (there is nothing to say)→ SKIPPED  │
       └──absent──────────────────────────────────────────────────────────────────────────┘ └─failed→ FAILED (the thread cannot be read)

After a database restore pending parts go to reconciling: they may have been sent meanwhile; not so replies that are due later. When the
message they follow will not be posted, or its place is unknown, waiting replies and files fail.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from bot.subscriptions.delivery_state import FILE, LATER, Delivery, DeliveryState, Leased, Step, TransitionRule, rule
from bot.subscriptions.subscription import Subscription

#: The prefix of a notice's name: a direct message about the delivery's outcome, not a reply in the thread.
NOTICE = "notice "
#: The prefix of the name of a notice that the problem is over.
RECOVERY = f"{NOTICE}recovered "

#: The state machine of a part.
PART_RULES: Mapping[Step, TransitionRule] = {
    Step.CLAIMED: rule(DeliveryState.PENDING, end=DeliveryState.SENDING, keeps_lease=True, needs_lease=False),
    Step.LEASE_RAN_OUT: rule(DeliveryState.SENDING, end=DeliveryState.RECONCILING, keeps_lease=True, needs_lease=False),
    Step.LOOKED_AGAIN: rule(DeliveryState.RECONCILING, end=DeliveryState.RECONCILING, keeps_lease=True, needs_lease=False),
    Step.SENT: rule(DeliveryState.SENDING, end=DeliveryState.SENT),
    Step.FAILED: rule(DeliveryState.SENDING, DeliveryState.RECONCILING, end=DeliveryState.FAILED),
    Step.SKIPPED: rule(DeliveryState.SENDING, end=DeliveryState.SKIPPED),
    Step.POSTPONED: rule(DeliveryState.SENDING, end=DeliveryState.PENDING),
    Step.UNKNOWN: rule(DeliveryState.SENDING, DeliveryState.RECONCILING, end=DeliveryState.RECONCILING),
    Step.FOUND: rule(DeliveryState.RECONCILING, end=DeliveryState.SENT),
    Step.ABSENT: rule(DeliveryState.RECONCILING, end=DeliveryState.PENDING),
}
#: After a database restore: the part may have been sent since.
PART_RULES_AFTER_RESTORE: Mapping[Step, TransitionRule] = {
    Step.UNKNOWN: rule(DeliveryState.PENDING, end=DeliveryState.RECONCILING, needs_lease=False)
}
#: When the delivery has no message.
PART_RULES_WITHOUT_MESSAGE: Mapping[Step, TransitionRule] = {
    Step.FAILED: rule(DeliveryState.PENDING, DeliveryState.RECONCILING, end=DeliveryState.FAILED, needs_lease=False)
}
#: Why a part failed then: the message is not in the channel, or its thread is unknown.
NOT_POSTED, THREAD_UNKNOWN = "not_posted", "thread_unknown"
#: The step that claiming a part takes, by its state.
PART_CLAIMS: Mapping[DeliveryState, Step] = {
    DeliveryState.PENDING: Step.CLAIMED,
    DeliveryState.SENDING: Step.LEASE_RAN_OUT,
    DeliveryState.RECONCILING: Step.LOOKED_AGAIN,
}
#: The number of permanent failures in a row that pauses a digest.
MOST_FAILURES = 3


class PlannedNotice(Struct, frozen=True):
    """A notice to send, stored with the change that caused it."""

    #: Unique in its delivery; begins with ``NOTICE``.
    name: str
    payload: str
    #: The recipient's Slack user id; "" where it is found out later.
    person: str
    #: Notices of one person with the same key are one message.
    key: str
    #: True when it only edits an existing message about the problem, and is dropped where there is none.
    only_edits: bool = False

    @property
    def is_recovery(self) -> bool:
        return self.name.startswith(RECOVERY)


#: The notices about a delivery.
Planned = Sequence[PlannedNotice]


class FollowUp(Leased, frozen=True):
    """One reply in the thread, or one file."""

    rules, claims = PART_RULES, PART_CLAIMS
    #: The id of the delivery whose message it follows.
    delivery: str
    name: str
    #: Its place among the parts, from 0.
    position: int
    #: The content as JSON; stored with the message's intent.
    payload: str
    #: A notice's incident: all its notices are one message. Their positions count from 0 through the incident.
    incident: str | None = None

    @property
    def is_notice(self) -> bool:
        """Whether it is a direct message about the delivery, which is sent whatever the outcome of the message."""
        return self.name.startswith(NOTICE)

    @property
    def is_file(self) -> bool:
        return self.name.startswith(FILE)

    @property
    def due(self) -> datetime | None:
        """When a reply that is built later is due; None for other parts."""
        return datetime.fromisoformat(self.payload) if self.name.startswith(LATER) else None


class Cause(StrEnum):
    """Why the owner is notified; each cause has one remedy."""

    #: The bot is not a member of the channel: it can be invited.
    NOT_IN_CHANNEL = "not_in_channel"
    #: The channel is archived: the digest can be moved.
    CHANNEL_GONE = "channel_gone"
    #: The bot cannot see the channel: it is private and the bot was removed, or it was deleted.
    CHANNEL_UNSEEN = "channel_unseen"
    #: The channel is shared with another company: an administrator can allow it, or the digest can be moved.
    CHANNEL_SHARED = "channel_shared"
    #: The workspace or the channel does not let the bot post: an administrator can allow it, or the digest can be moved.
    NOT_ALLOWED = "not_allowed"
    #: Slack refused the message itself, even as plain text: the operator should read the log.
    OUR_FAULT = "our_fault"
    #: Building it failed repeatedly with an unexpected error: the operator should read the log.
    UNFORESEEN = "unforeseen"
    #: Nothing could be fetched for any account, and waiting will not help (or a "Send now" waited long enough).
    NO_FIGURES = "no_figures"
    #: It could not be posted within the time that it may be late.
    LATE = "late"
    #: It is unknown whether it was posted: the owner is asked.
    UNCERTAIN = "uncertain"
    #: It was posted after earlier failures.
    RECOVERED = "recovered"


#: Causes that belong to a channel: in another channel they are another incident.
OF_ONE_CHANNEL = frozenset({Cause.NOT_IN_CHANNEL, Cause.CHANNEL_GONE, Cause.CHANNEL_UNSEEN, Cause.CHANNEL_SHARED})


class AffectedDelivery(Struct, frozen=True):
    """One occurrence of an incident, with the current digest and delivery."""

    digest: Subscription
    delivery: Delivery
    #: Sentences for ``NO_FIGURES`` and, where known, ``LATE``; else Slack's error code; may be "".
    detail: str = ""
    #: How many occurrences have failed one after the other, this one included; 0 with ``LATE``, ``UNCERTAIN`` and ``RECOVERED``.
    failures: int = 0
    #: Whether the digest was paused because of it.
    paused: bool = False
    #: Since when its digest works again (posted, or evaluated with nothing to post); None while it does not.
    well_since: datetime | None = None


class Incident(Struct, frozen=True):
    """The content of one notice to one person: one or more occurrences with the same cause."""

    cause: Cause
    affected: tuple[AffectedDelivery, ...]
    #: What the occurrences share, in sentences or as Slack's error code; may be "".
    shared: str = ""

    @property
    def over_since(self) -> datetime | None:
        """Since when all its digests work again; None while one does not."""
        ends = [one.well_since for one in self.affected]
        return None if None in ends else max(end for end in ends if end is not None)

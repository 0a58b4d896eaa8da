"""What this room needs from others, as Protocols: the ledger, the figures, the owner's notices. ``app`` hands them in.

Every method of the store's raises StoreError when the database cannot be used. Those that change a delivery or a part return it as it now
is, or None when the claim was lost: then somebody else has it, and what was done must be undone. Moments are aware, in UTC.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.blockkit.builders import Message
from bot.slack.request import File
from bot.subscriptions.delivery_state import Delivery, LeaseToken, Settlement, Step
from bot.subscriptions.follow_up_state import FollowUp, FollowUpToken
from bot.subscriptions.incident import Incident
from bot.subscriptions.installation import Installation, InstallationState
from bot.subscriptions.subscription import NextRun, SkipReason, Subscription

#: A part of the thread, or a notice: its name and its payload as JSON.
Planned = Sequence[tuple[str, str]]

#: What an occurrence posts: the message, and what follows in its thread.
Built = tuple[Message, tuple[Message | File, ...]]


class Ledger(Protocol):
    """The deliveries' states (``bot.storage.ledger``)."""

    async def claim_delivery(self, delivery: str, worker: str, lease_until: datetime, now: datetime) -> Delivery | None:
        """Take it; what there is to do is its state."""
        ...

    async def commit_intent(
        self, fence: LeaseToken, payload: str, payload_hash: str, *, lease_until: datetime, now: datetime, parts: Planned = ()
    ) -> Delivery | None:
        """Freeze the message, just before Slack is called; it may come back skipped."""
        ...

    async def record_sent(
        self, fence: LeaseToken, *, ts: str | None, how: Settlement, now: datetime, by: str = "", notices: Planned = ()
    ) -> Delivery | None:
        """It is in the channel."""
        ...

    async def record_failed(self, fence: LeaseToken, *, reason: str, error: str, now: datetime, notices: Planned = ()) -> Delivery | None:
        """It failed for good."""
        ...

    async def back_to_pending(self, fence: LeaseToken, *, not_before: datetime, error: str, now: datetime) -> Delivery | None:
        """Nothing was sent, for sure."""
        ...

    async def to_reconciling(self, fence: LeaseToken, *, not_before: datetime, error: str, now: datetime) -> Delivery | None:
        """Whether it was sent is unknown."""
        ...

    async def absent(self, fence: LeaseToken, *, lease_until: datetime, now: datetime) -> Delivery | None:
        """It is surely not in the channel: the same worker builds it again."""
        ...

    async def uncertain(self, fence: LeaseToken, *, error: str, now: datetime, notices: Planned = ()) -> Delivery | None:
        """Nobody can tell: a person is asked."""
        ...

    async def post_again(self, fence: LeaseToken, *, by: str, now: datetime, not_before: datetime | None = None) -> Delivery | None:
        """An uncertain one is to be posted again, not before that moment."""
        ...

    async def skipped(
        self, fence: LeaseToken, reason: SkipReason, *, now: datetime, by: str = "", notices: Planned = ()
    ) -> Delivery | None:
        """It will not be posted."""
        ...


class FollowUpLedger(Protocol):
    """The parts' states (``bot.storage.follow_ups``): what follows a message in its thread, and what its owner is told."""

    async def due_parts(self, now: datetime, *, limit: int = 100) -> tuple[tuple[str, str], ...]:
        """Delivery and name of what can be sent now, of each thread the first."""
        ...

    async def claim_part(self, delivery: str, name: str, worker: str, lease_until: datetime, now: datetime) -> FollowUp | None:
        """Take it: ``sending`` means send it, ``reconciling`` means look whether it is there."""
        ...

    async def part_sent(self, fence: FollowUpToken, *, ts: str | None, now: datetime) -> FollowUp | None:
        """It is there."""
        ...

    async def part_failed(self, fence: FollowUpToken, *, reason: str, error: str, now: datetime, notices: Planned = ()) -> FollowUp | None:
        """It will not be there; ``notices`` are owed instead."""
        ...

    async def part_postponed(self, fence: FollowUpToken, *, not_before: datetime, error: str, now: datetime) -> FollowUp | None:
        """It is surely not there: again, not before that moment."""
        ...

    async def part_unknown(self, fence: FollowUpToken, *, not_before: datetime, error: str, now: datetime) -> FollowUp | None:
        """Whether it is there is unknown."""
        ...

    async def parts(self, delivery: str) -> tuple[FollowUp, ...]:
        """The parts of one delivery, in their order."""
        ...


class DeliveryQueries(Protocol):
    """Looking at the ledger (``bot.storage.delivery_log``)."""

    async def due_deliveries(self, now: datetime, *, limit: int = 100) -> tuple[str, ...]:
        """Ids of those whose moment has come, of each channel the first."""
        ...

    async def expired_leases(self, now: datetime, *, limit: int = 100) -> tuple[str, ...]:
        """Ids of those a worker began and left, of each channel the first."""
        ...

    async def delivery(self, delivery: str) -> Delivery | None:
        """The delivery of this id."""
        ...

    async def has_taken(self, delivery: str, step: Step, *, by: str) -> bool:
        """Whether somebody of this name ever took that step with it."""
        ...

    async def open_questions(self, team: str | None = None) -> tuple[Delivery, ...]:
        """Those that wait for a person, the newest first."""
        ...

    async def failures_in_a_row(self, digest: str, *, version: int | None = None, limit: int = 20) -> int:
        """How many of the digest's last occurrences (of this version of it) failed one after the other."""
        ...

    async def history(
        self, *, team: str | None = None, channel: str | None = None, digest: str | None = None, limit: int = 20, unsaid: bool = False
    ) -> tuple[Delivery, ...]:
        """What became of the last occurrences, the newest first; with ``unsaid`` also of those that had nothing to say."""
        ...


class SubscriptionStates(Protocol):
    """The digests people have set up (``bot.storage.subscriptions``)."""

    async def digest(self, digest: str) -> Subscription | None:
        """The digest of this id, deleted ones too."""
        ...

    async def update(
        self, digest: str, version: int, change: Callable[[Subscription], Subscription], *, by: str, at: datetime
    ) -> Subscription | None:
        """Change it; None when somebody changed it since that version."""
        ...


class Imported(Protocol):
    """The digests whose workspace nobody has said yet (``bot.storage.subscriptions``)."""

    async def homeless(self) -> bool:
        """Whether there are any."""
        ...

    async def adopt(self, team: str) -> None:
        """Give them to this workspace."""
        ...


class DueOccurrences(Protocol):
    """Where deliveries come from (``bot.storage.occurrences``)."""

    async def put_right(self, now: datetime, next_run: NextRun) -> int:
        """Bring back the digests whose next moment was counted by a clock that was set wrong; how many there were."""
        ...

    async def claim_due(self, now: datetime, next_run: NextRun, *, limit: int = 100) -> tuple[str, ...]:
        """Turn what is due into deliveries."""
        ...


class WorkspaceStates(Protocol):
    """Where the app is installed (``bot.storage.installations``)."""

    async def installation(self, team: str) -> Installation | None:
        """The workspace's state; None when nothing was ever noted."""
        ...

    async def note(self, team: str, state: InstallationState, at: datetime) -> bool:
        """Note what Slack let us know; True when it is news."""
        ...

    async def stopped(self) -> tuple[Installation, ...]:
        """The workspaces where nothing can be posted now."""
        ...


class WorkspaceEraser(Protocol):
    """Ends what is kept about a workspace (``bot.storage.retention``)."""

    async def forget(self, team: str, left_before: datetime) -> bool:
        """Delete everything about it, if it left before that moment and is not back; whether that was done."""
        ...


class DeliveryBuilder(Protocol):
    """Figures and message of one occurrence."""

    async def build(self, digest: Subscription, delivery: Delivery, late: timedelta | None) -> Built | SkipReason:
        """The message and what follows in its thread; or why nothing is to be posted.

        Raises:
            StatisticsError: nothing could be fetched for any account.
        """
        ...


class NoticeBuilder(Protocol):
    """The words and buttons of what an owner is told."""

    def __call__(self, incident: Incident) -> Message:
        """The direct message about it."""
        ...

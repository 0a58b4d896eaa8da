"""One message for one incident: what its notices tell together, and where the message stands that tells it already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.owner_notices import OwnerNotice
from bot.subscriptions.delivery_state import Delivery, DeliveryState
from bot.subscriptions.follow_up_state import MOST_FAILURES, RECOVERY, AffectedDelivery, Cause, FollowUp, Incident
from bot.subscriptions.subscription import Subscription, SubscriptionStatus

#: Slack's codes of "chat.update" for a message that can never be edited any more: it was deleted, or is too old for the workspace's rule.
NOT_EDITABLE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "update_failed"})

#: A notice, its delivery and its digest.
Told = tuple[FollowUp, Delivery, Subscription]


@dataclass(frozen=True, slots=True)
class IncidentMessage:
    """One direct message about an incident, and the notices that it covers."""

    incident: Incident
    #: The notices that it tells beside the one that is being worked on.
    others: tuple[FollowUp, ...]
    #: The notice with which the message was posted; None while there is none.
    sent: FollowUp | None

    @property
    def ts(self) -> str:
        """Slack's id of the message; "" while there is none."""
        return (self.sent.ts if self.sent else None) or ""


def gather(notice: FollowUp, notices: Sequence[Told]) -> IncidentMessage | None:
    """What the message of this notice tells; None when none of the digests is known any more.

    Args:
        notice: the one that is being worked on.
        notices: all of its incident, in their order, itself included.
    """
    if not notices:
        return None
    troubles = [one for one in notices if not one[0].name.startswith(RECOVERY)]
    ends = {digest.id: delivery.ended_at for part, delivery, digest in notices if part.name.startswith(RECOVERY)}
    telling = OwnerNotice.from_json((troubles or notices)[0][0].payload)
    affected = tuple(_affected(one, None if telling.cause is Cause.RECOVERED else ends.get(one[2].id)) for one in troubles or notices)
    parts = [part for part, _, _ in notices]
    posted = next((one.ts for one in reversed(parts) if one.state is DeliveryState.SENT and one.ts), None)
    return IncidentMessage(
        Incident(telling.cause, affected, telling.shared),
        tuple(one for one in parts if (one.delivery, one.name) != (notice.delivery, notice.name)),
        next((one for one in parts if posted and one.ts == posted), None),
    )


def _affected(told: Told, well_since: datetime | None) -> AffectedDelivery:
    notice, delivery, digest = told
    telling = OwnerNotice.from_json(notice.payload)
    if well_since is None and telling.cause is not Cause.RECOVERED and delivery.state is DeliveryState.SENT:
        # Nobody could tell whether it arrived, and somebody has seen it, or had it posted again.
        well_since = delivery.ended_at
    paused = digest.status is SubscriptionStatus.PAUSED and telling.failures >= MOST_FAILURES
    return AffectedDelivery(digest, delivery, telling.detail, telling.failures, paused, well_since)

"""One message for one incident: the notices that it covers, and the message that was posted for it, if any."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.owner_notices import OwnerNotice
from bot.subscriptions.delivery_state import Delivery, DeliveryState
from bot.subscriptions.follow_up_state import MOST_FAILURES, RECOVERY, AffectedDelivery, Cause, FollowUp, Incident
from bot.subscriptions.subscription import Subscription, SubscriptionStatus

#: Slack's codes of "chat.update" for a message that can never be edited any more: it was deleted, or is too old for the workspace's rule.
NOT_EDITABLE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "update_failed"})

#: A notice, with its delivery and its digest.
CoveredNotice = tuple[FollowUp, Delivery, Subscription]


@dataclass(frozen=True, slots=True)
class IncidentMessage:
    """One direct message about an incident, and the notices that it covers."""

    incident: Incident
    #: The notices that the message covers besides the one being processed.
    others: tuple[FollowUp, ...]
    #: The notice with which the message was posted; None while there is none.
    sent: FollowUp | None

    @property
    def ts(self) -> str:
        """Slack's id of the message; "" while there is none."""
        return (self.sent.ts if self.sent else None) or ""


def gather(notice: FollowUp, notices: Sequence[CoveredNotice]) -> IncidentMessage | None:
    """The message that covers this notice; None when none of the digests exists any more.

    Args:
        notice: the one being processed.
        notices: all notices of its incident in their order, including this one.
    """
    if not notices:
        return None
    troubles = [one for one in notices if not one[0].name.startswith(RECOVERY)]
    ends = {digest.id: delivery.ended_at for part, delivery, digest in notices if part.name.startswith(RECOVERY)}
    owner_notice = OwnerNotice.from_json((troubles or notices)[0][0].payload)
    affected = tuple(_affected(one, None if owner_notice.cause is Cause.RECOVERED else ends.get(one[2].id)) for one in troubles or notices)
    parts = [part for part, _, _ in notices]
    posted = next((one.ts for one in reversed(parts) if one.state is DeliveryState.SENT and one.ts), None)
    return IncidentMessage(
        Incident(owner_notice.cause, affected, owner_notice.shared),
        tuple(one for one in parts if (one.delivery, one.name) != (notice.delivery, notice.name)),
        next((one for one in parts if posted and one.ts == posted), None),
    )


def _affected(covered: CoveredNotice, well_since: datetime | None) -> AffectedDelivery:
    notice, delivery, digest = covered
    owner_notice = OwnerNotice.from_json(notice.payload)
    if well_since is None and owner_notice.cause is not Cause.RECOVERED and delivery.state is DeliveryState.SENT:
        # It was unknown whether it arrived; then a person saw it, or posted it again.
        well_since = delivery.ended_at
    paused = digest.status is SubscriptionStatus.PAUSED and owner_notice.failures >= MOST_FAILURES
    return AffectedDelivery(digest, delivery, owner_notice.detail, owner_notice.failures, paused, well_since)

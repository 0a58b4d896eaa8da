"""What delivery needs from the features: who builds a message, and who words what an owner is told."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from bot.blockkit.builders import Message
from bot.slack.request import File
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.follow_up_state import PlannedNotice
from bot.subscriptions.incident import Incident
from bot.subscriptions.subscription import SkipReason, Subscription

#: Who is to be told of a delivery.
Planned = Sequence[PlannedNotice]

#: What an occurrence posts: the message, and what follows in its thread.
Built = tuple[Message, tuple[Message | File, ...]]


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

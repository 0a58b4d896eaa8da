"""What delivery gets from the features: functions that build the message of a delivery, and the notice to its owner."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from bot.blockkit.builders import Message
from bot.slack.request import File
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.follow_up_state import Incident, PlannedNotice
from bot.subscriptions.subscription import SkipReason, Subscription

#: The notices about a delivery.
Planned = Sequence[PlannedNotice]

#: What an occurrence posts: the message, and what follows in its thread.
Built = tuple[Message, tuple[Message | File, ...]]


#: Builds the message of one delivery of a subscription, with how late it is (None: in time); or says why nothing is posted. Raises
#: StatisticsError when nothing could be fetched: that is tried again. Earlier messages are read from the ledger, never from memory.
BuildDelivery = Callable[[Subscription, Delivery, timedelta | None], Awaitable[Built | SkipReason]]

#: Builds the direct message about an incident.
BuildNotice = Callable[[Incident], Message]

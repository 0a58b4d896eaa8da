"""What delivery gets from the features: functions that build the message of a delivery, and the notice to its owner."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from bot.slack.builders import Message
from bot.slack.request import File
from bot.subscriptions.delivery_state import Delivery, LaterReply
from bot.subscriptions.subscription import SkipReason, Subscription


class MessageEdit(Struct, frozen=True):
    """A change of an earlier message; ``ts`` is Slack's id of it."""

    channel: str
    ts: str
    #: The message as JSON; "" where it is stored no more and must be read from Slack.
    before: str
    #: How it shall read from now on.
    build: Callable[[str], Message]


class Built(Struct, frozen=True):
    """What an occurrence posts."""

    message: Message
    #: What follows in its thread.
    below: tuple[Message | File | LaterReply, ...] = ()
    #: Slack's id of the message in whose thread it is posted, as long as that is there; "" for the channel.
    reply_to: str = ""
    #: Made before it is posted, the most important first. One that is made again changes nothing.
    edits: tuple[MessageEdit, ...] = ()


class PostedWith(Struct, frozen=True):
    """The message of another delivery, which tells of this one too; it is in the channel."""

    other: Delivery


class Waits(Struct, frozen=True):
    """Another delivery, whose message may tell of this one too, must end first."""


#: What there is to do with an occurrence; a moment (aware) is the earliest at which it may be posted.
Building = Built | PostedWith | Waits | SkipReason | datetime

#: Builds the message of one delivery of a subscription, with how late it is (None: in time); or says why nothing is posted. Raises
#: StatisticsError when nothing could be fetched: that is tried again. Earlier messages are read from the ledger, never from memory.
BuildDelivery = Callable[[Subscription, Delivery, timedelta | None], Awaitable[Building]]
#: What the metadata of an earlier reply of the same thread holds, by the reply's name; None where it is not there or cannot be read.
ReadReply = Callable[[str], Awaitable[Mapping[str, Any] | None]]

#: Builds a reply that is due, by its name; or says why nothing is posted, or before which moment (aware) it must not be. Raises
#: StatisticsError where the figures cannot be fetched just now.
BuildReply = Callable[[Subscription, Delivery, str, ReadReply], Awaitable[Message | SkipReason | datetime]]

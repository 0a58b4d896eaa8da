"""Trouble of a digest that its owner is told about, once: what happened to which occurrence, and whether the digest still runs."""

from dataclasses import dataclass
from enum import StrEnum

from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import Subscription

#: So many permanent failures in a row pause a digest.
MOST_FAILURES = 3


class Cause(StrEnum):
    """Why the owner hears of it; each has one remedy."""

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


@dataclass(frozen=True, slots=True)
class Incident:
    """What the owner is told. The digest and the delivery are as they are now."""

    digest: Subscription
    delivery: Delivery
    cause: Cause
    #: Our own sentences for ``NO_FIGURES`` and, where known, ``LATE``; Slack's error code otherwise; may be "".
    detail: str = ""
    #: How many occurrences have failed one after the other, this one included; 0 with ``LATE``, ``UNCERTAIN`` and ``RECOVERED``.
    failures: int = 0
    #: Whether the digest was paused because of it.
    paused: bool = False

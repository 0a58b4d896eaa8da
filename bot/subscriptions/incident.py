"""Trouble of a digest that its owner is told about, once: what happened to which occurrence, and whether the digest still runs."""

from dataclasses import dataclass
from datetime import datetime
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

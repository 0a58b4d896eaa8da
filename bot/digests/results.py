"""What a digest's card, list and preview show, as values: ``manage_blocks`` and ``result_blocks`` build the messages of them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from bot.digests.command import DigestDraft
from bot.errors import BotError
from bot.management.actions import SubscriptionChange
from bot.slack.builders import Message
from bot.slack.people import KnownChannel
from bot.statistics.reports import Account
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import Subscription

#: Digests of a list with their own button, and digests listed at most.
WITH_BUTTONS: Final = 15
MOST_LISTED: Final = 60


class DigestView(Struct, frozen=True):
    """A digest with what its card shows: accounts, last delivery."""

    digest: Subscription
    accounts: Sequence[Account]
    last: Delivery | None = None
    #: The digests of its other channels, as far as they may be seen.
    others: Sequence[Subscription] = ()


class DigestShown(Struct, frozen=True):
    """A digest after a command; ``view`` is None for one that this same command created before, and that was deleted since."""

    view: DigestView | None
    change: SubscriptionChange = SubscriptionChange.NONE
    #: Where it posts, as far as that was checked.
    places: Sequence[KnownChannel] = ()
    #: The channels (Slack ids) that have the same already.
    same_in: Sequence[str] = ()
    #: When those were due that are not posted because of the change.
    left_out: Sequence[datetime] = ()
    #: The days that are left out, where it would have come on none of them.
    not_due: str = ""
    #: What it was about and when it came before, where that was changed.
    was: str = ""


class DigestPlan(Struct, frozen=True):
    """The preview of a new digest: its message now, or why that cannot be built."""

    view: DigestView
    preview: Message | BotError
    draft: DigestDraft
    #: All accounts (platform ids).
    everybody: Collection[str] = ()
    places: Sequence[KnownChannel] = ()


class DigestList(Struct, frozen=True):
    """The first digests that a person may see, and how many more there are."""

    digests: Sequence[DigestView]
    more: int = 0

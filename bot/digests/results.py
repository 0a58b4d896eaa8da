"""What commands about digests give, as values: ``bot.digests.result_blocks`` builds the messages of them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from bot.digests.command import DigestDraft
from bot.errors import BotError
from bot.management.actions import SubscriptionAction, SubscriptionChange
from bot.slack.builders import Message
from bot.slack.people import KnownChannel
from bot.statistics.reports import Account
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.follow_up_state import FollowUp
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


class DigestResult(Struct, frozen=True, kw_only=True):
    """What a command gives; ``follow_up`` as in ``RenderedResult``."""

    follow_up: str = ""


class FormOffered(DigestResult, frozen=True):
    """The form for a new digest of this draft, or for a change of ``digest``."""

    draft: DigestDraft
    digest: Subscription | None = None


class DigestShown(DigestResult, frozen=True):
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


class DigestPlan(DigestResult, frozen=True):
    """The preview of a new digest: its message now, or why that cannot be built."""

    view: DigestView
    preview: Message | BotError
    draft: DigestDraft
    #: All accounts (platform ids).
    everybody: Collection[str] = ()
    places: Sequence[KnownChannel] = ()


class DigestPreview(DigestResult, frozen=True):
    """The preview of an existing digest; ``unsaved``: with the entries of a form that was not submitted."""

    view: DigestView
    preview: Message | BotError
    unsaved: bool = False


class DigestList(DigestResult, frozen=True):
    """The first digests that a person may see, and how many more there are."""

    digests: Sequence[DigestView]
    more: int = 0


class DigestHistory(DigestResult, frozen=True):
    """Deliveries, the newest first, and the parts of their threads that failed; ``one`` is the digest, when all are of one."""

    deliveries: Sequence[Delivery]
    one: DigestView | None = None
    missing: Sequence[FollowUp] = ()


class OccurrenceSkipped(DigestResult, frozen=True):
    """The next occurrence was skipped; or ``there`` says what became of the one at that time, None when it does not come."""

    view: DigestView
    due: datetime | None
    is_skipped: bool
    there: Delivery | None = None


class Sending(DigestResult, frozen=True):
    """One is being posted; or what became of it, when the button was pressed before."""

    subscription: Subscription
    is_first: bool
    delivery: Delivery | None
    #: The channels (Slack ids) that it is posted in; () for that of the delivery.
    channels: Sequence[str] = ()


class Confirmed(DigestResult, frozen=True):
    """The answer about an uncertain delivery; ``is_first`` is False when somebody answered before."""

    action: SubscriptionAction
    is_first: bool
    delivery: Delivery


class ChannelJoined(DigestResult, frozen=True):
    """The bot is a member of these channels (Slack ids) now."""

    channels: Sequence[str]

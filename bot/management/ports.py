"""What the desk needs from others, as Protocols, and the values they speak of. ``app`` hands them in. Moments are aware, in UTC."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.access.rules import AccessRules
from bot.blockkit.builders import Message
from bot.slack.channels import KnownChannel
from bot.slack.people import Person
from bot.slack.request import File
from bot.subscriptions.delivery_state import Delivery, LeaseToken, Settlement
from bot.subscriptions.follow_up_state import FollowUp
from bot.subscriptions.subscription import NextRun, Subscription, SubscriptionKind


class ChannelLookup(Protocol):
    """People and conversations, asked of Slack each time. Nothing here raises."""

    async def person(self, user: str) -> Person:
        """The person of this id; without zone and rights when Slack does not tell."""
        ...

    async def place(self, channel: str) -> KnownChannel | None:
        """The conversation of this id; None when the bot cannot see it, or there is none."""
        ...

    async def sees(self, user: str, place: KnownChannel) -> bool:
        """Whether this person can see what is posted there."""
        ...

    async def join(self, channel: str) -> str:
        """Join a public channel; Slack's error code, or "" when the bot is a member now."""
        ...


class QuestionGate(Protocol):
    """Who may ask what where (``bot.access.permissions``)."""

    @property
    def rules(self) -> AccessRules:
        """What the settings say of it."""
        ...

    async def administers(self, user: str) -> bool:
        """Whether this person may decide for everybody."""
        ...

    async def check(self, team: str, user: str, channel: str, *, direct: bool, public: bool) -> None:
        """Return when figures may be shown to this person there, ``public`` when to everybody; raises NotAllowed, StoreError."""
        ...

    def check_account(self, platform_id: str, channel: str) -> None:
        """Return when this account's figures may be shown there; raises NotAllowed."""
        ...

    def people(self) -> str:
        """Whom to ask, as mentions."""
        ...


class SubscriptionStore(Protocol):
    """The digests people have set up. Raises StoreError when the database cannot be used, as all that follow here."""

    async def create(self, digest: Subscription, *, by: str, at: datetime, unlike: bool = False) -> bool:
        """Keep a new digest; False when one of its id, or with ``unlike`` its like, is there already."""
        ...

    async def update(
        self,
        digest: str,
        version: int,
        change: Callable[[Subscription], Subscription],
        *,
        by: str,
        at: datetime,
        next_run: NextRun | None = None,
        unlike: bool = False,
    ) -> Subscription | None:
        """Change it; None when somebody changed it since that version, or with ``unlike`` it would be like another.

        What is due in that moment and left out ends as skipped; with ``next_run`` the next moment is none that has been. The same version
        comes back when nothing was to be changed.
        """
        ...

    async def digest(self, digest: str) -> Subscription | None:
        """The digest of this id, deleted ones too."""
        ...

    async def adopt(self, team: str) -> None:
        """Give the digests that were imported before the workspace was known to this workspace."""
        ...

    async def digests(
        self,
        team: str | None = None,
        channel: str | None = None,
        owner: str | None = None,
        *,
        kind: SubscriptionKind = SubscriptionKind.DIGEST,
        deleted: bool = False,
    ) -> tuple[Subscription, ...]:
        """Those of the kind, of one workspace, channel or owner where one is given; with ``deleted`` deleted ones too."""
        ...


class OccurrenceStore(Protocol):
    """How occurrences come to be apart from the clock."""

    async def send_now(self, digest: str, click: str, now: datetime, *, by: str) -> Delivery | None:
        """Make the delivery that a person asks for; None when that click has made one before."""
        ...

    async def skip_next(self, digest: str, due: datetime, next_run: NextRun, *, by: str, at: datetime) -> Delivery | None:
        """Skip the occurrence at ``due``; None when that is no longer the next one."""
        ...


class UncertainAnswers(Protocol):
    """What a person says about an occurrence of which nobody could tell; None when it no longer waits for an answer."""

    async def record_sent(self, fence: LeaseToken, *, ts: str | None, how: Settlement, now: datetime, by: str = "") -> Delivery | None:
        """It is in the channel."""
        ...

    async def post_again(self, fence: LeaseToken, *, by: str, now: datetime, asked: Subscription | None = None) -> Delivery | None:
        """It is to be posted again, however late and whatever was changed before: ``asked`` is the digest as the person sees it."""
        ...

    async def let_go(self, fence: LeaseToken, *, by: str, now: datetime) -> Delivery | None:
        """It is neither counted as sent nor posted again."""
        ...


class SubscriptionHistory(Protocol):
    """What became of occurrences."""

    async def delivery(self, delivery: str) -> Delivery | None:
        """The delivery of this id."""
        ...

    async def history(
        self, *, team: str | None = None, channel: str | None = None, digest: str | None = None, limit: int = 20
    ) -> tuple[Delivery, ...]:
        """The last occurrences, the newest first."""
        ...

    async def seen(
        self, team: str, kind: SubscriptionKind, *, owner: str | None = None, channel: str | None = None, limit: int = 20
    ) -> tuple[Delivery, ...]:
        """The last ones of a kind, deleted digests' too; where they are given, of this owner's and this channel's digests alone."""
        ...


class FollowUpStore(Protocol):
    """What became of the threads under what was posted."""

    async def failed_parts(self, deliveries: Sequence[str]) -> tuple[FollowUp, ...]:
        """The replies and files that will not be there."""
        ...


class PreviewBuilder(Protocol):
    """Figures and message of one occurrence: the same that is posted."""

    async def build(self, digest: Subscription, delivery: Delivery, late: timedelta | None) -> tuple[Message, tuple[Message | File, ...]]:
        """The message and what follows in its thread; raises StatisticsError when nothing could be fetched for any account."""
        ...


@dataclass(frozen=True, slots=True)
class Stores:
    """The parts of the ledger that people's deeds reach."""

    digests: SubscriptionStore
    occurrences: OccurrenceStore
    answers: UncertainAnswers
    past: SubscriptionHistory
    threads: FollowUpStore


@dataclass(frozen=True, slots=True)
class SubscriptionRules:
    """What the settings say about digests."""

    #: Seconds a missed run may be late and still be posted.
    grace: int = 21_600
    #: The account to use where neither the words nor the channel name one.
    default_account: str | None = None

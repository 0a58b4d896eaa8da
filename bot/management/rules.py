"""What alerts and watches do alike: each is a subscription with a rule of its own kind.

The service of a kind extends ``RuleService``: it reads its commands, and sets up and changes its own.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, Protocol, TypeVar
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import NoAccount, NotUnderstood
from bot.management.actions import SubscriptionAction, SubscriptionChange, action_words
from bot.management.service import SubscriptionService
from bot.slack.people import KnownChannel
from bot.slack.request import RequestContext
from bot.statistics.metrics import RateBasis
from bot.statistics.reports import TEAM, Account, Directory
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus

NOBODY_OF, SEE_GROUPS = "None of the accounts of “{group}” may be shown here.", "`groups` lists the groups, and `accounts` the accounts:"
TWIN = "That channel has the same {kind} already."


class Rule(Protocol):
    """The rule of a kind."""

    @property
    def who(self) -> str:
        """A group's name, "team", or "" where the subscription has the accounts."""
        ...


R = TypeVar("R", bound=Rule)


class RuleView(Struct, Generic[R], frozen=True):
    """A subscription with what its card shows."""

    subscription: Subscription
    #: None where a newer version of this bot set it up.
    rule: R | None
    accounts: Sequence[Account]
    last: Delivery | None = None
    #: What an engagement rate is a rate of.
    basis: RateBasis = RateBasis.IMPRESSIONS
    #: Whether it is about a group that was removed since.
    lost_group: bool = False


class RuleResult(Struct, Generic[R], frozen=True):
    """A subscription after a command; ``view`` is None for one that this same command created before, and that was deleted since."""

    view: RuleView[R] | None
    change: SubscriptionChange = SubscriptionChange.NONE
    #: Where it posts, when that was checked.
    place: KnownChannel | None = None
    #: What it was before a change, in plain text.
    was: str = ""


class RuleList(Struct, Generic[R], frozen=True):
    """The first that a person may see, how many more there are, and the accounts that a new one can be about."""

    views: Sequence[RuleView[R]]
    more: int = 0
    accounts: tuple[Account, ...] = ()


class RuleService(Generic[R]):
    """Shows, lists, creates, changes, pauses, resumes and deletes subscriptions of a kind.

    Every method raises NotUnderstood, NotAllowed and the other UsageErrors with a remedy, and StoreError.
    """

    kind: SubscriptionKind
    #: Of the ids (RFC 9562, version 5): a command delivered twice gives the same id.
    namespace: UUID
    #: A stored rule; None for one that this version cannot read.
    read_rule: Callable[[str], R | None]

    def __init__(self, subscriptions: SubscriptionService) -> None:
        self._subscriptions, self.groups, self._basis = subscriptions, subscriptions.sources.groups.groups, subscriptions.sources.basis

    @staticmethod
    def check_visible(group: str, groups: Mapping[str, Sequence[str]], directory: Directory) -> None:
        """Raises NoAccount where none of the group's accounts may be shown there."""
        if group in groups and not any(directory.get(one) for one in groups[group]):
            raise NoAccount(NOBODY_OF.format(group=group), remedy=SEE_GROUPS, suggestions=("groups",))

    async def list(self, context: RequestContext, most: int, accounts: tuple[Account, ...] = ()) -> RuleList[R]:
        """Those of this person, and of the channel; for an administrator all. ``accounts`` can be chosen for a new one."""
        listed, more = await self._subscriptions.first_visible(self.kind, context, most)
        last = await self._subscriptions.last_deliveries(listed)
        return RuleList([await self._view(one, context, last.get(one.id)) for one in listed], more, accounts)

    async def _find(
        self, action: SubscriptionAction, which: str, context: RequestContext, directory: Directory, rest: str = ""
    ) -> Subscription:
        return await self._subscriptions.find(self.kind, action, which, directory, context, rest=rest)

    async def _new(
        self, context: RequestContext, channel: str, accounts: tuple[str, ...], rule: str, *, grace: int, cron: str = "", zone: str = ""
    ) -> Subscription:
        return Subscription(
            id=str(uuid5(self.namespace, f"{context.team} {context.user} {context.interaction_id}")),
            team=context.team,
            channel=channel,
            accounts=accounts,
            content=(),
            cron=cron,
            zone=zone or await self._subscriptions.zone_of(context.user),
            status=SubscriptionStatus.ACTIVE,
            next_run_at=None,
            grace=grace,
            owner=context.user,
            kind=self.kind,
            rule=rule,
        )

    async def _act(self, action: SubscriptionAction, subscription: Subscription, context: RequestContext) -> RuleResult[R]:
        """Pauses, resumes or deletes it; after any other action it is only shown."""
        change = SubscriptionChange.NONE
        match action:
            case SubscriptionAction.PAUSE:
                subscription, change = await self._subscriptions.pause(subscription, context)
            case SubscriptionAction.RESUME:
                subscription, change = await self._resume(subscription, context)
            case SubscriptionAction.DELETE:
                subscription, change = await self._subscriptions.delete(subscription, context)
        return await self._result(subscription, context, change)

    async def _resume(self, subscription: Subscription, context: RequestContext) -> tuple[Subscription, SubscriptionChange]:
        return await self._subscriptions.resume(subscription, context)

    async def _change(
        self, before: Subscription, after: Subscription, context: RequestContext, place: KnownChannel | None
    ) -> RuleResult[R]:
        """Stores the change; raises NotUnderstood where that channel has the same already."""
        twin = await self._subscriptions.find_same(after)
        if twin is not None and twin.id != before.id:
            show = action_words(self.kind, SubscriptionAction.SHOW, twin.short_id)
            raise NotUnderstood(TWIN.format(kind=self.kind), suggestions=(show,))
        stored = await self._subscriptions.change(before, lambda _: after, context)
        if stored.version == before.version:
            return await self._result(stored, context, SubscriptionChange.UNCHANGED, place)
        was, now = [(await self._subscriptions.described(one, context), one.schedule_words) for one in (before, stored)]
        differs = ", ".join(old for old, new in zip(was, now, strict=True) if old != new)
        return replace(await self._result(stored, context, SubscriptionChange.CHANGED, place), was=differs)

    async def _result(
        self,
        subscription: Subscription | None,
        context: RequestContext,
        change: SubscriptionChange = SubscriptionChange.NONE,
        place: KnownChannel | None = None,
    ) -> RuleResult[R]:
        return RuleResult(await self._shown(subscription, context) if subscription else None, change, place)

    async def _shown(self, subscription: Subscription, context: RequestContext) -> RuleView[R]:
        last = await self._subscriptions.last_deliveries([subscription])
        return await self._view(subscription, context, last.get(subscription.id))

    async def _view(self, subscription: Subscription, context: RequestContext, last: Delivery | None = None) -> RuleView[R]:
        accounts, rule = await self._subscriptions.authorization.shown_accounts(subscription, context), self.read_rule(subscription.rule)
        who = rule.who if rule else ""
        is_lost = who not in ("", TEAM) and who not in await self.groups(subscription.team)
        return RuleView(subscription, rule, accounts, last, self._basis, is_lost)

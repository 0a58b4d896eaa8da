"""Which digest or occurrence a person means: by the beginning of its id, by an account, or because there is but one."""

from collections.abc import Sequence

from bot.errors import NotUnderstood
from bot.management.actions import SHORT_ID, SubscriptionAction
from bot.management.authorization import Authorization
from bot.management.ports import Stores, SubscriptionHistory, SubscriptionStore
from bot.parsing.account_names import matching
from bot.statistics.accounts import Directory
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import Subscription, SubscriptionKind

NONE = "I know no {kind} “{which}” that you can see."
NONE_AT_ALL = "No {kind} is set up here."
SET_UP = {
    SubscriptionKind.DIGEST: "Set one up with `digest every monday 9:00`, or with the form: `digest`.",
    SubscriptionKind.ALERT: "Set one up with `alert impressions +50% week`.",
}
SEE_LIST = "`{kind} list` shows the {kind}s and their ids."
SEVERAL = "“{which}” could be one of {n} {kind}s."
SEVERAL_HERE = "There are {n} {kind}s here."
SAY_WHICH = "Say which one:"
NO_DELIVERY = "That occurrence is not known any more."


_MOST_SUGGESTED = 5


class SubscriptionFinder:
    """Finds what a person means among what they may see of one kind."""

    def __init__(self, store: Stores, rights: Authorization, kind: SubscriptionKind = SubscriptionKind.DIGEST) -> None:
        self._kind = kind
        self._digests: SubscriptionStore = store.digests
        self._past: SubscriptionHistory = store.past
        self._rights = rights

    async def seen(self, team: str, user: str, channel: str, *, deleted: bool = False) -> tuple[Subscription, ...]:
        """The digests of this channel and of this person, the channel's own first; an administrator's are all.

        Slack is not asked about other channels: there may be a thousand of them.
        """
        await self._digests.adopt(team)
        every = await self._digests.digests(team=team, kind=self._kind, deleted=deleted)
        if not await self._rights.administers(user):
            every = tuple(digest for digest in every if digest.owner == user or digest.channel == channel)
        return tuple(sorted(every, key=lambda digest: digest.channel != channel))

    async def meant(self, deed: str, which: str, directory: Directory, *, team: str, user: str, channel: str) -> Subscription:
        """The one digest that ``which`` means; the channel's only one, or the person's, when it is "". A deleted one has its history still.

        Raises:
            NotUnderstood: none, or several; the ids of several are in the suggestions.
        """
        await self._digests.adopt(team)
        visitor = (team, user, channel)
        found = await self._found(which, directory, visitor)
        if not found and deed == SubscriptionAction.HISTORY:
            found = await self._found(which, directory, visitor, deleted=True)
        if len(found) == 1:
            return found[0]
        if found:
            said = (SEVERAL if which else SEVERAL_HERE).format(which=which, n=len(found), kind=self._kind)
            each = tuple(f"{self._kind} {deed} {digest.id[:SHORT_ID]}" for digest in found[:_MOST_SUGGESTED])
            raise NotUnderstood(said, remedy=SAY_WHICH, suggestions=each)
        if which:
            raise NotUnderstood(NONE.format(which=which[:60], kind=self._kind), remedy=self._see_list, suggestions=(f"{self._kind} list",))
        raise NotUnderstood(NONE_AT_ALL.format(kind=self._kind), remedy=SET_UP.get(self._kind, ""))

    async def past(self, team: str, user: str, channel: str) -> tuple[Delivery, ...]:
        """The last occurrences of those that this person would be listed, and of those that were deleted since."""
        await self._digests.adopt(team)
        if await self._rights.administers(user):
            return await self._past.seen(team, self._kind)
        return await self._past.seen(team, self._kind, owner=user, channel=channel)

    async def _found(self, which: str, directory: Directory, visitor: tuple[str, str, str], *, deleted: bool = False) -> list[Subscription]:
        team, user, channel = visitor
        if which and (found := await self._by_id(which, visitor, deleted=deleted)):
            return found
        every = await self.seen(team, user, channel, deleted=deleted)
        return _of_account(every, which, directory) if which else _nearest(every, user, channel)

    async def _by_id(self, which: str, visitor: tuple[str, str, str], *, deleted: bool) -> list[Subscription]:
        """The digests whose ids begin so; raises NotAllowed when it is one that this person may not know of."""
        team, user, channel = visitor
        every = await self._digests.digests(team=team, kind=self._kind, deleted=deleted)
        found = [digest for digest in every if digest.id.startswith(which.lower())][:_MOST_SUGGESTED]
        if len(found) == 1:
            await self._rights.may_see(found[0], user, channel)
        return [digest for digest in found if len(found) == 1 or await self._rights.sees(digest, user, channel)]

    async def delivery(self, which: str, team: str) -> tuple[Delivery, Subscription]:
        """The occurrence of this id and its digest; raises NotUnderstood when there is none."""
        delivery = await self._past.delivery(which)
        digest = await self._digests.digest(delivery.digest) if delivery else None
        if delivery is None or digest is None or delivery.team != team:
            raise NotUnderstood(NO_DELIVERY, remedy=self._see_list, suggestions=(f"{self._kind} list",))
        return delivery, digest

    @property
    def _see_list(self) -> str:
        return SEE_LIST.format(kind=self._kind)


def _of_account(every: Sequence[Subscription], which: str, directory: Directory) -> list[Subscription]:
    accounts = {account.platform_id for account in matching(which, directory)}
    return [digest for digest in every if accounts & set(digest.accounts)]


def _nearest(every: Sequence[Subscription], user: str, channel: str) -> list[Subscription]:
    """Those of the channel, else those of the person, else all."""
    here = [digest for digest in every if digest.channel == channel]
    mine = [digest for digest in every if digest.owner == user]
    return here or mine or list(every)

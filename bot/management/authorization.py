"""Who may set up, see and change digests, alerts, goals and watches: the owner, administrators, and those who can see the channel."""

from collections.abc import Iterable

from msgspec.structs import replace

from bot.access.permissions import OF_CLIENT
from bot.access.visibility import Sources
from bot.errors import NotAllowed
from bot.slack.people import ChannelDirectory, KnownChannel
from bot.slack.request import RequestContext
from bot.statistics.reports import Account, Directory
from bot.subscriptions.subscription import Subscription

NOT_YOURS = "Only its owner or an administrator may change this {kind}."
NOT_SEEN = "You can't see the channel of that {kind}."
NOT_SEEN_REMEDY = "Ask somebody who is in it to invite you."
NO_PLACE = "I can't see that channel: it is private and I'm not in it, it no longer exists, or Slack isn't answering right now."
NO_PLACE_REMEDY = "Invite me there first with `/invite @LinkedIn Stats`, choose another channel, or try again in a minute."
NOT_IN_PLACE = "You aren't in that channel, so you can't have anything posted there."
ARCHIVED = "That channel is archived: nothing can be posted there."


class Authorization:
    """Checks one person at a time; every check raises NotAllowed, which names whom to ask, and StoreError."""

    def __init__(self, channels: ChannelDirectory, sources: Sources) -> None:
        self._channels, self.permissions = channels, sources.permissions
        self._visibility, self._accounts = sources.visibility, sources.accounts

    async def only_owner(self, context: RequestContext) -> str | None:
        """The owner whose subscriptions in other channels the person sees: themselves; None (all owners) for an administrator.

        "" in a client's channel, where subscriptions in other channels are not shown.
        """
        if context.channel in (await self.permissions.rules(context.team)).clients:
            return ""
        return None if await self.permissions.administers(context.user) else context.user

    async def shown_accounts(self, subscription: Subscription, context: RequestContext) -> list[Account]:
        visibility, known = await self._visibility.public(subscription.team, subscription.channel, context), self._accounts.known()
        seen = (one for one in subscription.accounts if visibility.sees(one, public=True))
        return [known.get(one) or Account(one, one) for one in seen]

    async def public_accounts(self, context: RequestContext) -> Directory:
        """The accounts that everybody may see there, since what is set up posts for everybody."""
        visibility = await self._visibility.public(context.team, context.channel, context)
        return visibility.visible(await self._accounts.accounts())

    async def checked_accounts(self, context: RequestContext) -> Directory:
        """The same, after a check whether this person may ask there."""
        await self.permissions.check(context)
        return await self.public_accounts(context)

    async def may_change(self, subscription: Subscription, user: str) -> None:
        """Raises NotAllowed unless it is this person's or they are an administrator."""
        if subscription.owner == user or await self.permissions.administers(user):
            return
        owner = [f"<@{subscription.owner}>"] if subscription.owner else []
        people = " or ".join([*owner, self.permissions.people()])
        raise NotAllowed(NOT_YOURS.format(kind=subscription.kind), remedy=f"Ask {people} to do it.")

    async def sees(self, subscription: Subscription, user: str, channel: str) -> bool:
        """Whether this person, asking in ``channel``, may know of it.

        In a client's channel only of what is posted there; of what is posted there, elsewhere only its owner and administrators.
        """
        clients = (await self.permissions.rules(subscription.team)).clients
        if subscription.channel != channel and channel in clients:
            return False
        if subscription.owner == user or subscription.channel == channel or await self.permissions.administers(user):
            return True
        if subscription.channel in clients:
            return False
        found = await self._channels.place(subscription.channel)
        return found is not None and await self._channels.sees(user, found)

    async def may_see_figures(self, subscription: Subscription, context: RequestContext) -> None:
        """Raises NotAllowed where its figures would be shown outside of its client's channels."""
        clients = (await self.permissions.rules(subscription.team)).clients
        if clients.get(subscription.channel) != clients.get(context.channel):
            raise NotAllowed(OF_CLIENT, remedy="Ask for it in that channel.")

    async def may_set_up(self, channel: str, accounts: Iterable[str], context: RequestContext) -> KnownChannel:
        """The channel, where this person may have figures of these accounts posted; else raises NotAllowed."""
        found = await self._channels.place(channel)
        if found is None:
            raise NotAllowed(NO_PLACE, remedy=NO_PLACE_REMEDY)
        if found.is_archived:
            raise NotAllowed(ARCHIVED, remedy="Choose another channel.")
        await self.permissions.check(replace(context, channel=channel, is_dm=found.is_direct), public=True)
        if not await self._channels.sees(context.user, found):
            raise NotAllowed(NOT_IN_PLACE, remedy="Ask somebody who is in it, or choose another channel.")
        rules = await self.permissions.rules(context.team)
        for account in accounts:
            self.permissions.check_account(rules, account, channel)
        return found

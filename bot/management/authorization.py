"""Who may do what to digests: their owner, the administrators, and everybody who can see the channel, each within bounds."""

from collections.abc import Iterable

from bot.errors import NotAllowed
from bot.management.ports import ChannelLookup, QuestionGate
from bot.slack.channels import KnownChannel
from bot.subscriptions.subscription import Subscription

NOT_YOURS = "Only its owner or an administrator may change this {kind}."
NOT_YOURS_REMEDY = "Ask {people} to do it."
NOT_SEEN = "You cannot see the channel of that {kind}."
NOT_SEEN_REMEDY = "Ask somebody who is in it to invite you."
NO_PLACE = "I cannot see that channel: it is private and I am not in it, or it does not exist any more."
NO_PLACE_REMEDY = "Invite me there first with `/invite @LinkedIn Stats`, or choose another channel."
NOT_IN_PLACE = "You are not in that channel, so you cannot set up a digest there."
NOT_IN_PLACE_REMEDY = "Ask somebody who is in it, or choose another channel."
ARCHIVED = "That channel is archived: nothing can be posted there."
OTHER_CHANNEL = "Choose another channel."


class Authorization:
    """Answers for one person at a time; raises NotAllowed with whom to ask."""

    def __init__(self, places: ChannelLookup, gate: QuestionGate) -> None:
        self._places = places
        self._gate = gate

    async def administers(self, user: str) -> bool:
        """Whether this person may decide about every digest."""
        return await self._gate.administers(user)

    async def may_change(self, digest: Subscription, user: str) -> None:
        """Raise NotAllowed unless the digest is this person's or they are an administrator."""
        if digest.owner == user or await self._gate.administers(user):
            return
        owner = [f"<@{digest.owner}>"] if digest.owner else []
        raise NotAllowed(
            NOT_YOURS.format(kind=digest.kind), remedy=NOT_YOURS_REMEDY.format(people=" or ".join([*owner, self._gate.people()]))
        )

    async def sees(self, digest: Subscription, user: str, channel: str) -> bool:
        """Whether this person, asking in ``channel``, may know of the digest."""
        if digest.owner == user or digest.channel == channel or await self._gate.administers(user):
            return True
        place = await self._places.place(digest.channel)
        return place is not None and await self._places.sees(user, place)

    async def may_see(self, digest: Subscription, user: str, channel: str) -> None:
        """Raise NotAllowed unless they may know of it."""
        if not await self.sees(digest, user, channel):
            raise NotAllowed(NOT_SEEN.format(kind=digest.kind), remedy=NOT_SEEN_REMEDY)

    async def may_set_up(self, channel: str, accounts: Iterable[str], *, team: str, user: str) -> KnownChannel:
        """The place where a digest of these accounts may go; NotAllowed where it must not, or this person may not decide."""
        place = await self._places.place(channel)
        if place is None:
            raise NotAllowed(NO_PLACE, remedy=NO_PLACE_REMEDY)
        if place.is_archived:
            raise NotAllowed(ARCHIVED, remedy=OTHER_CHANNEL)
        await self._gate.check(team, user, channel, direct=place.is_direct, public=True)
        if not await self._places.sees(user, place):
            raise NotAllowed(NOT_IN_PLACE, remedy=NOT_IN_PLACE_REMEDY)
        for account in accounts:
            self._gate.check_account(account, channel)
        return place

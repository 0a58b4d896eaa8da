"""Who may do what to digests: their owner, the administrators, and everybody who can see the channel, each within bounds."""

from bot.desk.ports import DeskRules, Person, Place, Places
from bot.domain.digests import Digest
from bot.errors import NotAllowed

NOT_YOURS = "Only its owner or an administrator may change this digest."
NOT_YOURS_REMEDY = "Ask {people} to do it."
NOT_SEEN = "You cannot see the channel of that digest."
NOT_SEEN_REMEDY = "Ask somebody who is in it to invite you."
GUEST = "Guests can look at digests, but not set them up."
NO_PLACE = "I cannot see that channel: it is private and I am not in it, or it does not exist any more."
NO_PLACE_REMEDY = "Invite me there first with `/invite @LinkedIn Stats`, or choose another channel."
NOT_IN_PLACE = "You are not in that channel, so you cannot set up a digest there."
NOT_IN_PLACE_REMEDY = "Ask somebody who is in it, or choose another channel."
ARCHIVED = "That channel is archived: nothing can be posted there."
OTHER_CHANNEL = "Choose another channel."
SHARED = "That channel is shared with another company, which would see the figures."
NOT_ALLOWED_HERE = "I am not set up to post in that channel."
ASK = "Ask {people} to set it up."
AN_ADMINISTRATOR = "an administrator"


class Rights:
    """Answers for one person at a time; raises NotAllowed with whom to ask."""

    def __init__(self, places: Places, rules: DeskRules) -> None:
        self._places = places
        self._rules = rules

    async def administers(self, user: str, person: Person | None = None) -> bool:
        """An administrator of the settings; where they name none, one of the workspace."""
        if self._rules.administrators:
            return user in self._rules.administrators
        return (person or await self._places.person(user)).is_admin

    async def may_change(self, digest: Digest, user: str) -> None:
        """Raise NotAllowed unless the digest is this person's or they are an administrator."""
        if digest.owner == user or await self.administers(user):
            return
        owner = [f"<@{digest.owner}>"] if digest.owner else []
        raise NotAllowed(NOT_YOURS, remedy=NOT_YOURS_REMEDY.format(people=" or ".join([*owner, self.people()])))

    async def sees(self, digest: Digest, user: str, channel: str) -> bool:
        """Whether this person, asking in ``channel``, may know of the digest."""
        if digest.owner == user or digest.channel == channel or await self.administers(user):
            return True
        place = await self._places.place(digest.channel)
        return place is not None and await self._places.sees(user, place)

    async def may_see(self, digest: Digest, user: str, channel: str) -> None:
        """Raise NotAllowed unless they may know of it."""
        if not await self.sees(digest, user, channel):
            raise NotAllowed(NOT_SEEN, remedy=NOT_SEEN_REMEDY)

    async def may_set_up(self, channel: str, user: str) -> Place:
        """The place a digest is to go to; NotAllowed where it must not, or this person may not decide."""
        person, place = await self._places.person(user), await self._places.place(channel)
        if place is None:
            raise NotAllowed(NO_PLACE, remedy=NO_PLACE_REMEDY)
        if person.is_guest:
            raise NotAllowed(GUEST, remedy=ASK.format(people=self.people()))
        if place.is_archived:
            raise NotAllowed(ARCHIVED, remedy=OTHER_CHANNEL)
        if not await self._places.sees(user, place):
            raise NotAllowed(NOT_IN_PLACE, remedy=NOT_IN_PLACE_REMEDY)
        if not await self.administers(user, person):
            self._open_to_all(place)
        return place

    def _open_to_all(self, place: Place) -> None:
        if place.is_shared:
            raise NotAllowed(SHARED, remedy=ASK.format(people=self.people()))
        if self._rules.allowed_channels and place.id not in self._rules.allowed_channels:
            raise NotAllowed(NOT_ALLOWED_HERE, remedy=ASK.format(people=self.people()))

    def people(self) -> str:
        """The administrators, as mentions where the settings name them."""
        return " or ".join(f"<@{person}>" for person in sorted(self._rules.administrators)) or AN_ADMINISTRATOR

"""The gate's second half: which accounts may this person see here, and may everybody?"""

from collections.abc import Mapping
from typing import Protocol

from bot.domain.permissions import Rules
from bot.domain.sight import Sight, sight_of
from bot.errors import NotAllowed
from bot.words import NOT_SHOWN, NOT_SHOWN_REMEDY, ONLY_TO_YOU, ONLY_TO_YOU_REMEDY


class Gate(Protocol):
    """Who may ask what where (``bot.permissions``)."""

    @property
    def rules(self) -> Rules:
        """What the settings say of it."""
        ...

    async def administers(self, user: str) -> bool:
        """Whether this person may decide for everybody."""
        ...

    def check_account(self, platform_id: str, channel: str) -> None:
        """Return when this account's figures may be shown there; raises NotAllowed."""
        ...


class OptOuts(Protocol):
    """Who opted out. Raises StoreError when the database cannot be used."""

    async def opted_out(self, team: str) -> Mapping[str, str]:
        """The accounts that are in no team's answer, each with the person (a Slack user id) it is linked to, or ""."""
        ...


class Sights:
    """Tells what people may see. Every method raises StoreError when it cannot be known who opted out."""

    def __init__(self, gate: Gate, out: OptOuts) -> None:
        self._gate, self._out = gate, out

    async def sight(self, team: str, user: str, channel: str) -> Sight:
        """What this person sees there; ``user`` is "" for what everybody reads. All are Slack's ids."""
        out = await self._out.opted_out(team)
        if not out:
            return Sight(self._gate.rules, channel)
        return sight_of(self._gate.rules, channel, out, user, administers=bool(user) and await self._gate.administers(user))

    async def check(self, platform_id: str, *, team: str, user: str, channel: str, public: bool) -> None:
        """Return when this person may see the account's figures there, and with ``public`` everybody; else raises NotAllowed."""
        self._gate.check_account(platform_id, channel)
        sight = await self.sight(team, user, channel)
        if not sight.sees(platform_id):
            raise NotAllowed(NOT_SHOWN, remedy=NOT_SHOWN_REMEDY)
        if not sight.sees(platform_id, public=public):
            raise NotAllowed(ONLY_TO_YOU, remedy=ONLY_TO_YOU_REMEDY)

"""A short memory in front of the channels' defaults: every question needs one, and hardly any question changes one."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.store.channels import ChannelDefaults

#: How long another process's change may go unnoticed here; a change made here shows at once.
REMEMBERED = timedelta(seconds=10)

MOST = 4_096


class RememberedDefaults:
    """Each channel's default account, at most ten seconds old. Every method raises StoreError when the database cannot be used."""

    def __init__(self, defaults: ChannelDefaults, clock: Callable[[], datetime]) -> None:
        self._defaults = defaults
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[str | None, datetime]] = {}

    async def channel_default(self, team: str, channel: str) -> str | None:
        """The platform id of the channel's default account; None when none was set."""
        now, key = self._clock(), (team, channel)
        known = self._known.get(key)
        if known and timedelta() <= now - known[1] < REMEMBERED:
            return known[0]
        found = await self._defaults.channel_default(team, channel)
        self._remember(key, found, now)
        return found

    async def set_channel_default(self, team: str, channel: str, platform_id: str | None, *, by: str, at: datetime) -> None:
        """Set it, or with None take it away; who (a Slack user id) and when (aware) is kept with it."""
        await self._defaults.set_channel_default(team, channel, platform_id, by=by, at=at)
        self._remember((team, channel), platform_id, self._clock())

    def _remember(self, key: tuple[str, str], platform_id: str | None, at: datetime) -> None:
        if len(self._known) >= MOST:
            self._known.pop(next(iter(self._known)))
        self._known[key] = (platform_id, at)

"""Caches in front of data that every question reads and few change: channels' default accounts and clients, and opt-outs."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.ops.ttl_cache import TtlCache
from bot.storage.workspace_settings import ChannelDefaultRepository, GroupRepository, PermissionRepository

#: How long changes of another process may be missed; changes of this process show at once.
REMEMBERED = timedelta(seconds=10)

MOST = 4_096


class _Unknown:
    """Marks a missing cache entry: None means that no default is set."""


_UNKNOWN = _Unknown()


class CachedChannelDefaults:
    """Each channel's default account, at most ten seconds old. Every method raises StoreError when the database cannot be used."""

    def __init__(self, defaults: ChannelDefaultRepository, clock: Callable[[], datetime]) -> None:
        self._defaults = defaults
        self._known: TtlCache[tuple[str, str], str | None] = TtlCache(age=REMEMBERED, most=MOST, clock=clock)

    async def channel_default(self, team: str, channel: str) -> str | None:
        known = self._known.get((team, channel), _UNKNOWN)
        if not isinstance(known, _Unknown):
            return known
        found = await self._defaults.channel_default(team, channel)
        self._known.put((team, channel), found)
        return found

    async def set_channel_default(self, team: str, channel: str, platform_id: str | None, *, by: str, at: datetime) -> None:
        """Set it, or with None take it away; who (a Slack user id) and when (aware) is kept with it."""
        await self._defaults.set_channel_default(team, channel, platform_id, by=by, at=at)
        self._known.put((team, channel), platform_id)


class CachedClients:
    """Each channel's client, at most ten seconds old. Every other method raises StoreError when the database cannot be used."""

    def __init__(self, stored: PermissionRepository, clock: Callable[[], datetime]) -> None:
        self._stored = stored
        self._current: TtlCache[str, str] = TtlCache(age=REMEMBERED, most=MOST, clock=clock)
        self._known: dict[str, Mapping[str, str]] = {}

    def every(self) -> frozenset[str]:
        """The clients that are known to have a channel."""
        return frozenset(client for channels in self._known.values() for client in channels.values())

    async def of(self, team: str) -> Mapping[str, str]:
        """The client of every channel that has one: the same object while nothing changes."""
        if not self._current.get(team, ""):
            found = await self._stored.clients(team)
            if found != self._known.get(team):
                self._known[team] = found
            self._current.put(team, team)
        return self._known[team]

    async def set_client(self, team: str, channel: str, client: str, *, by: str, at: datetime) -> None:
        """Sets the channel's client, "" for none; who (a Slack user id) and when (aware) is kept with it."""
        await self._stored.set_client(team, channel, client, by=by, at=at)
        self._current.drop(team)


class CachedGroups:
    """Groups, opt-outs and links; opt-outs are at most ten seconds old, all else is current.

    Every method raises StoreError when the database cannot be used.
    """

    def __init__(self, teams: GroupRepository, clock: Callable[[], datetime]) -> None:
        self._teams = teams
        self._out: TtlCache[str, Mapping[str, str]] = TtlCache(age=REMEMBERED, most=MOST, clock=clock)
        self.groups, self.set_group, self.links = teams.groups, teams.set_group, teams.links

    async def opted_out(self, team: str) -> Mapping[str, str]:
        """The accounts (platform ids) that are in no team's answer, each with the person (a Slack user id) it is linked to, or ""."""
        known = self._out.get(team, None)
        if known is None:
            known = await self._teams.opted_out(team)
            self._out.put(team, known)
        return known

    async def opt(self, team: str, platform_id: str, *, out: bool, by: str, at: datetime) -> bool:
        """Take an account out of the team's answers or back in; whether that changed anything."""
        changed = await self._teams.opt(team, platform_id, out=out, by=by, at=at)
        self._out.drop(team)
        return changed

    async def link(self, team: str, platform_id: str, person: str, *, by: str, at: datetime) -> bool:
        """Link the account to this person, or with "" to no one; True if that changed anything."""
        changed = await self._teams.link(team, platform_id, person, by=by, at=at)
        self._out.drop(team)
        return changed

"""Who belongs: groups of accounts, the accounts that opted out of the team's answers, and whose account is whose."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from bot.blocks.kit import Message
from bot.blocks.team_notices import build_group, build_groups, build_linked, build_opted
from bot.domain.sight import Sight
from bot.domain.team_asks import GroupAsk, LinkAsk, OptAsk
from bot.errors import NotAllowed, NotUnderstood
from bot.gathering import Gathering
from bot.permissions import Permissions
from bot.words import ASK, ASK_TO_LINK, NO_SUCH_GROUP, NOT_YOUR_ACCOUNT, ONLY_ADMINISTRATORS, SEE_GROUPS


class Teams(Protocol):
    """Groups, opting out and whose account is whose, kept. Raises StoreError when the database cannot be used."""

    async def groups(self, team: str) -> dict[str, tuple[str, ...]]:
        """Every group's accounts (platform ids) by its name."""
        ...

    async def set_group(self, team: str, name: str, accounts: tuple[str, ...], *, by: str, at: datetime) -> None:
        """Make the group these accounts, or with none remove it."""
        ...

    async def opted_out(self, team: str) -> Mapping[str, str]:
        """The accounts that are in no team's answer, each with the person it is linked to, or ""."""
        ...

    async def opt(self, team: str, platform_id: str, *, out: bool, by: str, at: datetime) -> bool:
        """Take an account out or back in; whether that changed anything."""
        ...

    async def links(self, team: str) -> Mapping[str, str]:
        """The person of every account that is linked to one."""
        ...

    async def link(self, team: str, platform_id: str, person: str, *, by: str, at: datetime) -> bool:
        """Make the account this person's, or with "" nobody's; whether that changed anything."""
        ...


class Rosters:
    """Answers about who belongs. Every method raises NotAllowed, NotUnderstood and StoreError; ``by`` is a Slack user id."""

    def __init__(self, *, teams: Teams, permissions: Permissions, gathering: Gathering, clock: Callable[[], datetime]) -> None:
        self._teams, self._permissions, self._gathering, self._clock = teams, permissions, gathering, clock

    async def group(self, ask: GroupAsk, sight: Sight, team: str, by: str) -> Message:
        """Groups, listed, shown, set or removed; accounts that opted out are not named."""
        if ask.members is not None:
            await self._teams.set_group(team, ask.name, ask.members, by=by, at=self._clock())
        groups, out = await self._teams.groups(team), await self._teams.opted_out(team)
        shown = {
            name: tuple(self._gathering.account(one) for one in members if one not in out and sight.sees(one))
            for name, members in groups.items()
        }
        if not ask.name:
            return build_groups(shown)
        if ask.members is None and ask.name not in shown:
            raise NotUnderstood(NO_SUCH_GROUP.format(name=ask.name), remedy=SEE_GROUPS)
        return build_group(ask.name, shown.get(ask.name, ()), changed=ask.members is not None)

    async def opt(self, ask: OptAsk, team: str, by: str) -> Message:
        """An account leaves the team's answers or comes back, by the word of an administrator or of the person it is linked to."""
        mine = (await self._teams.links(team)).get(ask.account) == by
        if not mine and not await self._permissions.administers(by):
            raise NotAllowed(NOT_YOUR_ACCOUNT, remedy=ASK_TO_LINK.format(people=self._permissions.people()))
        changed = await self._teams.opt(team, ask.account, out=ask.out, by=by, at=self._clock())
        return build_opted(self._gathering.account(ask.account), out=ask.out, changed=changed)

    async def link(self, ask: LinkAsk, team: str, by: str) -> Message:
        """An account is this person's from now on, or nobody's, by an administrator's word."""
        if not await self._permissions.administers(by):
            raise NotAllowed(ONLY_ADMINISTRATORS, remedy=ASK.format(people=self._permissions.people()))
        changed = await self._teams.link(team, ask.account, ask.user, by=by, at=self._clock())
        return build_linked(self._gathering.account(ask.account), ask.user, changed=changed)

"""Groups, opt-outs, links of accounts to people, and clients (an agency's managed users, whose channels see their accounts alone)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from bot.access.commands import ClientCommand, LinkTokens
from bot.access.permissions import ASK, PermissionService
from bot.access.visibility import Sources, Visibility
from bot.errors import NotAllowed, NotUnderstood, UnknownAccount
from bot.parsing.account_names import matching
from bot.parsing.comparison_parser import LIST_ACCOUNTS, NOT_ONE_ACCOUNT
from bot.parsing.queries import GroupQuery, LinkQuery, OptQuery, to_text
from bot.parsing.text import excerpt
from bot.slack.request import RequestContext
from bot.statistics.reports import Account, Directory
from bot.storage.workspace_settings import PermissionRepository

NO_SUCH_GROUP, SEE_GROUPS = "I don't know a group or account called “{name}”.", "`groups` lists the groups and `accounts` the accounts."
IS_A_GROUP, REPLACE_OR_ADD = "There's a group “{name}” already, with other accounts.", "Replace it, or add to it:"
NOBODY_LEFT, REMOVE_IT = "Nobody would be left in “{name}”.", "Remove the group with this:"
NOT_YOUR_ACCOUNT = (
    "Only the person an account is linked to, or an administrator of this bot, can take it out of the team's answers or back in."
)
ONLY_ADMINISTRATORS = "Only an administrator of this bot can say whose account it is."
ASK_TO_LINK = "Ask {people} to do it, or to link the account to you: `link @you acme`."


def link_query(tokens: LinkTokens, directory: Directory) -> LinkQuery:
    """The query, with the name resolved in the directory. Raises UnknownAccount: the name means no account, or several."""
    found = matching(tokens.name, directory)
    if len(found) != 1:
        raise UnknownAccount(NOT_ONE_ACCOUNT.format(name=excerpt(tokens.name)), remedy=LIST_ACCOUNTS)
    return LinkQuery(found[0].platform_id, tokens.user)


class GroupsShown(Struct, frozen=True):
    """Groups with their members: all, or the ``one`` that was set, removed or asked for; ``before`` are other members that it had."""

    groups: Mapping[str, Sequence[Account]]
    one: str = ""
    changed: bool = False
    before: Sequence[Account] = ()


class OptResult(Struct, frozen=True):
    """An account that is out of the team's answers, or in them again; ``changed`` is False when it was before."""

    account: Account
    out: bool
    changed: bool


class LinkResult(Struct, frozen=True):
    """The account's link; ``person`` is a Slack user id, "" for none; ``changed`` is False when it was the same before."""

    account: Account
    person: str
    changed: bool


GroupResult = GroupsShown | OptResult | LinkResult


class GroupService:
    """Changes groups, opt-outs and links. Raises NotAllowed, NotUnderstood and StoreError; ``by`` is a Slack id."""

    def __init__(self, sources: Sources) -> None:
        self._teams, self._permissions, self._fetcher, self._clock = sources.groups, sources.permissions, sources.figures, sources.clock

    async def answer(self, ask: GroupQuery | OptQuery | LinkQuery, visibility: Visibility, context: RequestContext) -> GroupResult:
        match ask:
            case GroupQuery():
                return await self._group(ask, visibility, context.team, context.user)
            case OptQuery():
                return await self._opt(ask, context.team, context.user)
        return await self._link(ask, context.team, context.user)

    async def _group(self, ask: GroupQuery, visibility: Visibility, team: str, by: str) -> GroupsShown:
        before = () if ask.members is None else (await self._teams.groups(team)).get(ask.name, ())
        if ask.members is not None:
            members = self._changed(ask, before)
            ask = replace(ask, members=members)
            await self._teams.set_group(team, ask.name, members, by=by, at=self._clock())
        groups, out = await self._teams.groups(team), await self._teams.opted_out(team)
        seen = {name: [one for one in members if one not in out and visibility.sees(one)] for name, members in groups.items()}
        # A group of which nothing may be seen there is not named either, but to whoever has just set it.
        set_now = ask.name if ask.members else ""
        shown = {name: tuple(map(self._fetcher.account, members)) for name, members in seen.items() if members or name == set_now}
        if ask.name and ask.members is None and ask.name not in shown:
            raise NotUnderstood(NO_SUCH_GROUP.format(name=ask.name), remedy=SEE_GROUPS)
        replaced = [one for one in before if one not in out and visibility.sees(one)] if before != ask.members else ()
        return GroupsShown(shown, ask.name, changed=ask.members is not None, before=tuple(map(self._fetcher.account, replaced)))

    @staticmethod
    def _changed(ask: GroupQuery, before: Sequence[str]) -> tuple[str, ...]:
        """The members that the group gets; raises NotUnderstood where there is none yet, it is there already, or none would be left."""
        members = ask.members or ()
        if not before and (ask.change in ("add", "remove") or not members):
            raise NotUnderstood(f"There's no group “{ask.name}” yet.", remedy=SEE_GROUPS, suggestions=("groups",))
        match ask.change:
            case "new" if before and set(before) != set(members):
                each = (replace(ask, change=""), replace(ask, change="add"))
                raise NotUnderstood(IS_A_GROUP.format(name=ask.name), remedy=REPLACE_OR_ADD, suggestions=tuple(map(to_text, each)))
            case "add":
                return tuple(one for one in dict.fromkeys((*before, *members)) if one not in ask.gone)
            case "remove" if set(before) <= set(members):
                gone = GroupQuery(ask.name, ())
                raise NotUnderstood(NOBODY_LEFT.format(name=ask.name), remedy=REMOVE_IT, suggestions=(to_text(gone),))
            case "remove":
                return tuple(one for one in before if one not in members)
        return members

    async def _opt(self, ask: OptQuery, team: str, by: str) -> OptResult:
        """Opts an account out or in; only administrators and the person it is linked to may."""
        mine = (await self._teams.links(team)).get(ask.account) == by
        if not mine and not await self._permissions.administers(by):
            raise NotAllowed(NOT_YOUR_ACCOUNT, remedy=ASK_TO_LINK.format(people=self._permissions.people()))
        changed = await self._teams.opt(team, ask.account, out=ask.out, by=by, at=self._clock())
        return OptResult(self._fetcher.account(ask.account), ask.out, changed)

    async def _link(self, ask: LinkQuery, team: str, by: str) -> LinkResult:
        if not await self._permissions.administers(by):
            raise NotAllowed(ONLY_ADMINISTRATORS, remedy=ASK.format(people=self._permissions.people()))
        changed = await self._teams.link(team, ask.account, ask.user, by=by, at=self._clock())
        return LinkResult(self._fetcher.account(ask.account), ask.user, changed)


class ClientResult(Struct, frozen=True):
    """The channels with a client, by their ids; ``changed`` are those that were set, ``accounts`` what is seen there."""

    channels: Mapping[str, str]
    changed: Sequence[str] = ()
    accounts: Sequence[Account] = ()


class ClientService(Struct, frozen=True, eq=False):
    """Shows and sets the clients of channels; raises NotAllowed, StatisticsError, StoreError. ``list_accounts``: of a client."""

    permissions: PermissionService
    allowances: PermissionRepository
    list_accounts: Callable[[str], Awaitable[Sequence[Account]]]
    clock: Callable[[], datetime]

    async def answer(self, command: ClientCommand, context: RequestContext) -> ClientResult:
        if not await self.permissions.administers(context.user):
            raise NotAllowed("Only an administrator may give a channel to a client.", remedy=ASK.format(people=self.permissions.people()))
        # Asked before anything is kept: a client that the key does not manage is refused.
        accounts = await self.list_accounts(command.client) if command.client else ()
        for channel in command.channels:
            await self.allowances.set_client(context.team, channel, command.client, by=context.user, at=self.clock())
        return ClientResult(await self.allowances.clients(context.team), command.channels, accounts)

"""Groups of accounts, opt-outs, and links of accounts to people: their commands.

::

    "link @ann acme" · "unlink acme" ─ read_link ─→ tokens ─ settle, with the accounts ─→ LinkQuery
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.access.permissions import ASK, PermissionService
from bot.access.visibility import Visibility
from bot.errors import NotAllowed, NotUnderstood, UnknownAccount
from bot.parsing import vocabulary
from bot.parsing.account_names import matching
from bot.parsing.comparison_parser import LIST_ACCOUNTS, NOT_ONE_ACCOUNT
from bot.parsing.queries import GroupQuery, LinkQuery, OptQuery
from bot.parsing.text import excerpt, unescaped
from bot.reports.fetch import ReportFetcher
from bot.slack.request import RequestContext
from bot.statistics.reports import Account, Directory
from bot.storage.cached import CachedGroups

SAY_WHO = "`link` needs a person and an account."
SAY_WHICH = "`unlink` needs an account."
ONE_PERSON = "An account belongs to one person: name one."
HOW = "Choose the person from Slack's list: `link @ann acme`. `unlink acme` takes that back, and `accounts` shows whose they are."

_FIRST = re.compile(rf"\s*({vocabulary.LINK}|{vocabulary.UNLINK})(?![\w-])(.*)", re.IGNORECASE | re.DOTALL)
#: Slack's documentation: "Formatting text for app surfaces": mentions of people.
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
#: The beginnings of a post's link after "link".
_POST = re.compile(r"https?://|urn[:%]", re.IGNORECASE)
_AROUND = frozenset({"to", "with", "and", "is", "please", "account", "from", "for"})
NO_SUCH_GROUP = "I don't know a group or account called “{name}”."
SEE_GROUPS = "`groups` lists the groups and `accounts` the accounts."
NOT_YOUR_ACCOUNT = (
    "Only the person an account is linked to, or an administrator of this bot, can take it out of the team's answers or back in."
)
ONLY_ADMINISTRATORS = "Only an administrator of this bot can say whose account it is."
ASK_TO_LINK = "Ask {people} to do it, or to link the account to you: `link @you acme`."


@dataclass(frozen=True, slots=True)
class LinkTokens:
    """``name`` is the account's name; ``user`` is the person's Slack id, "" with ``unlink``."""

    name: str
    user: str


def read_link(text: str) -> LinkTokens | None:
    """What `link` or `unlink` names; None when a text of Slack's is about something else.

    Raises NotUnderstood: the person or the account is missing, or there are several people.
    """
    found = _FIRST.match(text)
    if found is None or _POST.search(found[2]):
        return None
    verb, people = found[1].lower(), list(dict.fromkeys(_PERSON.findall(found[2])))
    name = " ".join(word for word in vocabulary.tokenize(unescaped(_PERSON.sub(" ", found[2]))) if word.lower() not in _AROUND)
    if len(people) > 1:
        raise NotUnderstood(ONE_PERSON, remedy=HOW)
    if not name or (verb == vocabulary.LINK and not people):
        raise NotUnderstood(SAY_WHO if verb == vocabulary.LINK else SAY_WHICH, remedy=HOW)
    return LinkTokens(name, people[0] if verb == vocabulary.LINK else "")


def settle(tokens: LinkTokens, directory: Directory) -> LinkQuery:
    """The query, with the name resolved in the directory. Raises UnknownAccount: the name means no account, or several."""
    found = matching(tokens.name, directory)
    if len(found) != 1:
        raise UnknownAccount(NOT_ONE_ACCOUNT.format(name=excerpt(tokens.name)), remedy=LIST_ACCOUNTS)
    return LinkQuery(found[0].platform_id, tokens.user)


@dataclass(frozen=True, slots=True)
class GroupsShown:
    """Groups with their members: all, or the ``one`` that was set, removed or asked for."""

    groups: Mapping[str, Sequence[Account]]
    one: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class OptResult:
    """An account that is out of the team's answers, or in them again; ``changed`` is False when it was before."""

    account: Account
    out: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class LinkResult:
    """The account's link; ``person`` is a Slack user id, "" for none; ``changed`` is False when it was the same before."""

    account: Account
    person: str
    changed: bool


GroupResult = GroupsShown | OptResult | LinkResult


class GroupService:
    """Changes groups, opt-outs and links. Raises NotAllowed, NotUnderstood and StoreError; ``by`` is a Slack id."""

    def __init__(
        self, *, teams: CachedGroups, permissions: PermissionService, fetcher: ReportFetcher, clock: Callable[[], datetime]
    ) -> None:
        self._teams, self._permissions, self._fetcher, self._clock = teams, permissions, fetcher, clock

    async def answer(self, ask: GroupQuery | OptQuery | LinkQuery, visibility: Visibility, context: RequestContext) -> GroupResult:
        match ask:
            case GroupQuery():
                return await self._group(ask, visibility, context.team, context.user)
            case OptQuery():
                return await self._opt(ask, context.team, context.user)
        return await self._link(ask, context.team, context.user)

    async def _group(self, ask: GroupQuery, visibility: Visibility, team: str, by: str) -> GroupsShown:
        if ask.members is not None:
            await self._teams.set_group(team, ask.name, ask.members, by=by, at=self._clock())
        groups, out = await self._teams.groups(team), await self._teams.opted_out(team)
        seen = {name: [one for one in members if one not in out and visibility.sees(one)] for name, members in groups.items()}
        # A group of which nothing may be seen there is not named either, but to whoever has just set it.
        set_now = ask.name if ask.members else ""
        shown = {name: tuple(map(self._fetcher.account, members)) for name, members in seen.items() if members or name == set_now}
        if ask.name and ask.members is None and ask.name not in shown:
            raise NotUnderstood(NO_SUCH_GROUP.format(name=ask.name), remedy=SEE_GROUPS)
        return GroupsShown(shown, ask.name, changed=ask.members is not None)

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

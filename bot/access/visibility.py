"""The accounts that a person may see in a channel: those of the channel, without those that opted out.

An account that opted out is in no answer about several accounts and in no digest. Its card is for the person it is linked to, who may
also share it, and for administrators, who only see it privately; for everybody else the account does not exist.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache

from msgspec import Struct, field
from msgspec.structs import replace

from bot.access.permissions import AccessRules, PermissionService
from bot.errors import NoAccount, NotAllowed
from bot.parsing.queries import AccountQuery, CompareQuery, PostQuery, TimesQuery
from bot.postpost.post_catalog import PostCatalog
from bot.postpost.statistics import AccountDirectory, StatisticsClient
from bot.reports.fetch import ReportFetcher
from bot.reports.goals import GoalFetcher
from bot.slack.people import PeopleDirectory
from bot.slack.request import RequestContext
from bot.statistics.metrics import RateBasis
from bot.statistics.posts import PostRef
from bot.statistics.reports import TEAM, Account, Directory, Same
from bot.storage.post_figures import PostFigures
from bot.storage.workspace_settings import ChannelDefaultRepository, GroupRepository

NOT_SHOWN = "That account's figures aren't shown here."
ONLY_TO_YOU = "That account has opted out, so I can show its figures only to you, not to everybody here."
NO_ACCOUNT = "No LinkedIn account is connected here yet."
NO_ACCOUNT_REMEDY = "Connect one in PostPost, then ask again; or name it by its id, `linkedin-…`."


#: What is about the accounts that it names, or else about the usual one.
OneAccountQuery = PostQuery | AccountQuery | CompareQuery | TimesQuery


class Visibility(Struct, frozen=True):
    """Accounts are platform ids; ``channel`` is the Slack id of the answer's channel."""

    rules: AccessRules
    channel: str
    #: Opted-out accounts that this person may not see.
    hidden: frozenset[str] = frozenset()
    #: Opted-out accounts that this person may see privately.
    unshared: frozenset[str] = field(default_factory=frozenset)

    def sees(self, platform_id: str, *, public: bool = False) -> bool:
        if platform_id in self.hidden or (public and platform_id in self.unshared):
            return False
        return self.rules.sees(self.channel, platform_id)

    def check(self, platform_id: str, *, public: bool) -> None:
        """Return when the account's figures may be shown there, with ``public`` to everybody; else raises NotAllowed."""
        if platform_id in self.hidden:
            raise NotAllowed(NOT_SHOWN, remedy="`accounts` lists the accounts that can be asked about.")
        if public and platform_id in self.unshared:
            raise NotAllowed(ONLY_TO_YOU, remedy="Ask without sharing. `opt in` and its name brings it back for everybody.")

    def visible(self, directory: Directory) -> Directory:
        return _visible(Same(directory), Same(self.rules), self.channel, self.hidden)


@lru_cache(maxsize=256)
def _visible(directory: Same[Directory], rules: Same[AccessRules], channel: str, hidden: frozenset[str]) -> Directory:
    """Cached, so that the index of a directory's names is reused."""
    every, sees = directory.value.accounts, rules.value.sees
    seen = tuple(one for one in every if one.platform_id not in hidden and sees(channel, one.platform_id))
    return directory.value if len(seen) == len(every) else replace(directory.value, accounts=seen)


class VisibilityService:
    """Determines which accounts people may see. Every method raises StoreError when the opt-outs cannot be read."""

    def __init__(self, permissions: PermissionService, out: GroupRepository) -> None:
        self._permissions, self._out = permissions, out

    async def of(self, context: RequestContext) -> Visibility:
        """The accounts that this person may see where they ask; one request asks for that once."""
        return await self._once(context, context.user, context.channel)

    async def public(self, team: str, channel: str, context: RequestContext | None = None) -> Visibility:
        """The accounts that everybody in a channel may see; one request, if given, asks for that once."""
        return await (self._once(context, "", channel) if context else self.seen_by(team, "", channel))

    async def _once(self, context: RequestContext, user: str, channel: str) -> Visibility:
        return await context.once.get((user, channel), lambda: self.seen_by(context.team, user, channel))

    async def seen_by(self, team: str, user: str, channel: str) -> Visibility:
        """The accounts that this person may see there; ``user`` is "" for what everybody reads. All are Slack's ids."""
        rules, out = await self._permissions.rules(team), await self._out.opted_out(team)
        if not out:
            return Visibility(rules, channel)
        others = frozenset(account for account, person in out.items() if not user or person != user)
        administers = bool(user) and await self._permissions.administers(user)
        return Visibility(rules, channel, unshared=others) if administers else Visibility(rules, channel, hidden=others)

    def check(self, platform_id: str, visibility: Visibility, *, public: bool) -> None:
        """Return when the account's figures may be shown there, with ``public`` to everybody; else raises NotAllowed."""
        self._permissions.check_account(visibility.rules, platform_id, visibility.channel)
        visibility.check(platform_id, public=public)


class AccountChoiceNeeded(Exception):
    """Several accounts are possible: the person must choose one of ``directory``. Not an error."""

    def __init__(self, ask: OneAccountQuery, directory: Directory) -> None:
        super().__init__()
        self.ask, self.directory = ask, directory


class AccountResolver(Struct, frozen=True, kw_only=True, eq=False):
    """Resolves which account a question is about; raises StoreError. ``default``: the settings' account, for channels without one."""

    accounts: AccountDirectory
    posts: PostCatalog
    defaults: ChannelDefaultRepository
    default: str | None
    visibility: VisibilityService

    async def account(
        self, query: OneAccountQuery, context: RequestContext, visibility: Visibility, post: PostRef | None = None, *, public: bool = False
    ) -> str:
        """The account in the words, else the post's known account, else the channel's default, else the only one.

        Raises:
            NotAllowed: its figures may not be shown there.
            NoAccount: no account is connected.
            AccountChoiceNeeded: several are possible.
        """
        owner = self.posts.owner(post) if post and not query.account else None
        known = visibility.rules.seen_as(visibility.channel, owner, self.accounts.known()) if owner else None
        chosen = query.account or known or await self.default_id(context, visibility)
        if chosen:
            self.visibility.check(chosen, visibility, public=public)
            return chosen
        directory = visibility.visible(await self.accounts.accounts())
        if not directory.accounts:
            raise NoAccount(NO_ACCOUNT, remedy=NO_ACCOUNT_REMEDY)
        if len(directory.accounts) > 1:
            raise AccountChoiceNeeded(query, directory)
        return directory.accounts[0].platform_id

    async def default_id(self, context: RequestContext, visibility: Visibility) -> str | None:
        stored = await self.defaults.channel_default(context.team, context.channel)
        return next((one for one in (stored, self.default) if one and visibility.sees(one)), None)

    async def set_default(self, platform_id: str, context: RequestContext, visibility: Visibility, now: datetime) -> None:
        """Makes it the channel's default account; "" takes that away."""
        if platform_id:
            self.visibility.check(platform_id, visibility, public=not context.is_dm)
        await self.defaults.set_channel_default(context.team, context.channel, platform_id or None, by=context.user, at=now)


class Sources(Struct, frozen=True, kw_only=True):
    """A workspace's figures, accounts, posts and people, and who may see what."""

    statistics: StatisticsClient
    figures: ReportFetcher
    goals: GoalFetcher
    accounts: AccountDirectory
    posts: PostCatalog
    #: Figures of posts, for as long as they may be kept.
    remembered: PostFigures
    groups: GroupRepository
    people: PeopleDirectory
    permissions: PermissionService
    visibility: VisibilityService
    account_resolver: AccountResolver
    basis: RateBasis
    #: Whether an account's own figures are left out of what is said about several.
    totals_only: bool
    clock: Callable[[], datetime]

    async def watched(
        self, who: str, named: Sequence[str], team: str, channel: str, context: RequestContext | None = None
    ) -> tuple[Account, ...]:
        """The accounts of a group, of all for "team", or those that are named for "", as far as everybody in the channel may see them."""
        visibility = await self.visibility.public(team, channel, context)
        if who == TEAM:
            named = [account.platform_id for account in (await self.accounts.accounts()).accounts]
        elif who:
            named = (await self.groups.groups(team)).get(who, ())
        return tuple(self.figures.account(one) for one in named if visibility.sees(one, public=True))

    def quota_is_low(self, platform_id: str) -> bool:
        """Whether an account's remaining LinkedIn calls are kept for people's questions."""
        return self.statistics.calls.is_low(platform_id)

    def in_background(self) -> "Sources":
        """The same for background work: people's requests take precedence."""
        background = self.statistics.in_background()
        return replace(self, statistics=background, figures=replace(self.figures, statistics=background))

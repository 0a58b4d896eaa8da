"""Settles which account a question is about."""

from datetime import datetime
from typing import Protocol

from bot.access.visibility import Visibility, VisibilityService
from bot.errors import NoAccount
from bot.parsing.queries import AccountQuery, CompareQuery, PostQuery
from bot.reports.fetch import KnownAccounts, PostLookups
from bot.slack.request import RequestContext
from bot.statistics.accounts import Directory
from bot.statistics.posts import PostRef

NO_ACCOUNT = "No LinkedIn account is connected here yet."
NO_ACCOUNT_REMEDY = "Connect one in PostPost, or ask the person who runs this bot to set `POSTPOST_PLATFORM_ID`."


class DefaultAccounts(Protocol):
    """The channels' default accounts. Raises StoreError when the database cannot be used."""

    async def channel_default(self, team: str, channel: str) -> str | None:
        """The channel's default account's platform id, when one was set."""
        ...

    async def set_channel_default(self, team: str, channel: str, platform_id: str | None, *, by: str, at: datetime) -> None:
        """Set it; who changed it and when is kept."""
        ...


class AccountChoiceNeeded(Exception):
    """Several accounts would do: the person chooses one of ``directory``. Not a failure."""

    def __init__(self, ask: PostQuery | AccountQuery | CompareQuery, directory: Directory) -> None:
        super().__init__()
        self.ask, self.directory = ask, directory


class AccountResolver:
    """Settles which account a question means. Its methods raise StoreError when the database cannot be used.

    Args:
        accounts: the connected accounts.
        posts: which account published the known posts.
        defaults: the channels' default accounts.
        default: the account of the settings, where a channel has none.
        visibility: who may see what.
    """

    def __init__(
        self, *, accounts: KnownAccounts, posts: PostLookups, defaults: DefaultAccounts, default: str | None, visibility: VisibilityService
    ) -> None:
        self._accounts, self._posts, self._defaults, self._default, self._visibility = accounts, posts, defaults, default, visibility

    async def account(
        self,
        query: PostQuery | AccountQuery | CompareQuery,
        context: RequestContext,
        visibility: Visibility,
        post: PostRef | None = None,
        *,
        public: bool = False,
    ) -> str:
        """Named in the words, else the post's known account, else the channel's default, else the only one, else a choice.

        Args:
            query: what is asked for.
            context: who asks, and where.
            visibility: what they may see there.
            post: which post it is about.
            public: whether others see the answer too.

        Raises:
            NotAllowed: its figures may not be shown there.
            NoAccount: there is none.
            AccountChoiceNeeded: there are several.
        """
        chosen = query.account or (self._posts.owner(post) if post else None) or await self.default_id(context, visibility)
        if chosen:
            self._visibility.check(chosen, visibility, public=public)
            return chosen
        directory = visibility.visible(await self._accounts.accounts())
        if not directory.accounts:
            raise NoAccount(NO_ACCOUNT, remedy=NO_ACCOUNT_REMEDY)
        if len(directory.accounts) > 1:
            raise AccountChoiceNeeded(query, directory)
        return directory.accounts[0].platform_id

    async def default_id(self, context: RequestContext, visibility: Visibility) -> str | None:
        """The account that is meant where none is named: the channel's, else that of the settings."""
        stored = await self._defaults.channel_default(context.team, context.channel)
        return next((one for one in (stored, self._default) if one and visibility.sees(one)), None)

    async def make_default(self, platform_id: str, context: RequestContext, visibility: Visibility, now: datetime) -> None:
        """Make it the channel's account: one that everybody there may see."""
        self._visibility.check(platform_id, visibility, public=not context.is_dm)
        await self._defaults.set_channel_default(context.team, context.channel, platform_id, by=context.user, at=now)

"""Whose figures a question is about, and whose this person may see where they ask."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.access.visibility import VisibilityService
from bot.errors import NoAccount, StoreError
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
    """Several accounts would do: the person chooses. A turn of the conversation, not a failure."""

    def __init__(self, ask: PostQuery | AccountQuery | CompareQuery) -> None:
        super().__init__()
        self.ask = ask


class AccountResolver:
    """Settles accounts. Every method but ``seen_in_trouble`` raises StoreError when the database cannot be used.

    Args:
        accounts: the connected accounts.
        posts: whose the known posts are.
        defaults: the channels' default accounts.
        default: the account of the settings, where a channel has none.
        sights: who may see what.
    """

    def __init__(
        self, *, accounts: KnownAccounts, posts: PostLookups, defaults: DefaultAccounts, default: str | None, sights: VisibilityService
    ) -> None:
        self._accounts, self._posts, self._defaults, self._default, self._sights = accounts, posts, defaults, default, sights

    async def directory(self, asker: RequestContext) -> Directory:
        """The accounts that this person may see where they ask."""
        return await self.visible(await self._accounts.accounts(), asker)

    async def visible(self, directory: Directory, asker: RequestContext) -> Directory:
        """Those of a directory that this person may see where they ask."""
        return (await self._sights.sight(asker.team, asker.user, asker.channel)).visible(directory)

    async def seen_in_trouble(self, asker: RequestContext) -> Directory | None:
        """What is known right now, as this person may see it; None when nobody can tell who opted out."""
        try:
            return await self.visible(self._accounts.known(), asker)
        except StoreError:
            return None

    async def account(
        self, ask: PostQuery | AccountQuery | CompareQuery, asker: RequestContext, post: PostRef | None = None, *, public: bool = False
    ) -> str:
        """Named in the words, else the post's known account, else the channel's default, else the only one, else a choice.

        Args:
            ask: what is asked for.
            asker: who asks, and where.
            post: which post it is about.
            public: whether others see the answer too.

        Raises:
            NotAllowed: its figures may not be shown there.
            NoAccount: there is none.
            Choose: there are several.
        """
        chosen = ask.account or (self._posts.owner(post) if post else None) or await self.default_id(asker)
        if chosen:
            await self.check(chosen, asker, public=public)
            return chosen
        directory = await self.directory(asker)
        if not directory.accounts:
            raise NoAccount(NO_ACCOUNT, remedy=NO_ACCOUNT_REMEDY)
        if len(directory.accounts) > 1:
            raise AccountChoiceNeeded(ask)
        return directory.accounts[0].platform_id

    async def check(self, platform_id: str, asker: RequestContext, *, public: bool) -> None:
        """Return when the account's figures may be shown to this person there, with ``public`` to everybody; else NotAllowed."""
        await self._sights.check(platform_id, team=asker.team, user=asker.user, channel=asker.channel, public=public)

    async def default_id(self, asker: RequestContext) -> str | None:
        """The account that is meant where none is named: the channel's, else that of the settings."""
        kept = await self._defaults.channel_default(asker.team, asker.channel)
        sight = await self._sights.sight(asker.team, asker.user, asker.channel)
        return next((one for one in (kept, self._default) if one and sight.sees(one)), None)

    async def make_default(self, platform_id: str, asker: RequestContext, clock: Callable[[], datetime]) -> None:
        """Make it the channel's account: one that everybody there may see."""
        await self.check(platform_id, asker, public=not asker.is_dm)
        await self._defaults.set_channel_default(asker.team, asker.channel, platform_id, by=asker.user, at=clock())

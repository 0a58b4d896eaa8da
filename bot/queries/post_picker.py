"""Which posts a post can be compared with: the known ones of its account, for who may see them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from bot.access.permissions import PermissionService
from bot.access.visibility import VisibilityService
from bot.errors import NotUnderstood
from bot.parsing import parser
from bot.parsing.queries import CompareQuery, PostQuery, comparison_text
from bot.reports.fetch import KnownAccounts
from bot.slack.request import RequestContext
from bot.statistics.accounts import Account
from bot.statistics.periods import Period
from bot.statistics.posts import PostRef

NO_POST: Final = "I do not know which post this is about."
NO_POST_REMEDY: Final = "Ask for the post once more and press *Compare* on its new card."


#: LinkedIn's first day: no post is older.
FIRST_DAY: Final = date(2003, 5, 5)


class PostLookup(Protocol):
    """Which posts are known; kept in memory, never waits."""

    def owner(self, post: PostRef) -> str | None:
        """The platform id of the account that published it, when known."""
        ...

    def title(self, post: PostRef) -> str:
        """The first words of the post (foreign text), or ""."""
        ...

    def published(self, platform_id: str, period: Period) -> tuple[PostRef, ...]:
        """The account's known posts of these UTC days, the newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Offer:
    """A post, whose it is, and what it can be compared with: the newest first, each with its first words (foreign text) or ""."""

    post: PostRef
    title: str
    account: Account
    others: tuple[tuple[PostRef, str], ...]


class PostPicker:
    """Offers posts, and puts the chosen ones into words. The gate is asked each time."""

    def __init__(
        self,
        *,
        accounts: KnownAccounts,
        posts: PostLookup,
        permissions: PermissionService,
        sights: VisibilityService,
        clock: Callable[[], datetime],
    ) -> None:
        self._accounts, self._posts, self._permissions, self._sights, self._clock = accounts, posts, permissions, sights, clock

    async def offered(self, words: str, asker: RequestContext) -> Offer:
        """What the post of these canonical words can be compared with.

        Raises:
            NotAllowed: this person may not ask here, or this channel may not see the account.
            UsageError: the words are about no one post.
            StoreError: what was allowed cannot be read.
        """
        await self._permissions.check(asker.team, asker.user, asker.channel, direct=asker.is_dm, public=False)
        post, platform_id = await self._read(words, asker)
        self._sights.check(platform_id, await self._sights.of(asker), public=False)
        account = self._accounts.known().get(platform_id) or Account(platform_id, platform_id)
        known = self._posts.published(platform_id, Period(FIRST_DAY, self._clock().date()))
        others = tuple((one, self._posts.title(one)) for one in known if one != post)
        return Offer(post, self._posts.title(post), account, others)

    async def chosen(self, words: str, urns: Sequence[str], asker: RequestContext) -> str:
        """The canonical words that compare the post of ``words`` with the chosen ones; raises UsageErrors when these are no posts."""
        post, platform_id = await self._read(words, asker)
        others = parser.parse_text(" ".join(urns), self._clock().date(), self._clock()).posts
        return comparison_text(CompareQuery((post, *others), platform_id))

    async def _read(self, words: str, asker: RequestContext) -> tuple[PostRef, str]:
        read = parser.parse_text(words, self._clock().date(), self._clock())
        sight = await self._sights.sight(asker.team, asker.user, asker.channel)
        ask = parser.to_query(read, sight.visible(self._accounts.known()))
        platform_id = (ask.account or self._posts.owner(ask.post)) if isinstance(ask, PostQuery) else None
        if not isinstance(ask, PostQuery) or platform_id is None:
            raise NotUnderstood(NO_POST, remedy=NO_POST_REMEDY)
        return ask.post, platform_id

"""Which posts a post can be compared with: the known ones of its account, where the person may see that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.access.permissions import PermissionService
from bot.access.visibility import Visibility, VisibilityService
from bot.errors import NotUnderstood
from bot.parsing import parser
from bot.parsing.queries import CompareQuery, PostQuery, comparison_text
from bot.postpost.post_catalog import PostCatalog
from bot.reports.fetch import KnownAccounts
from bot.slack.request import RequestContext
from bot.statistics.posts import PostRef
from bot.statistics.reports import Account, Period

NO_POST: Final = "I do not know which post this is about."
NO_POST_REMEDY: Final = "Ask for the post once more and press *Compare* on its new card."


#: LinkedIn's first day: no post is older.
FIRST_DAY: Final = date(2003, 5, 5)


@dataclass(frozen=True, slots=True)
class PostChoice:
    """A post, its account, and the posts it can be compared with: the newest first, each with its first words (foreign text) or ""."""

    post: PostRef
    title: str
    account: Account
    others: tuple[tuple[PostRef, str], ...]


class PostPicker:
    """Lists the posts to choose from, and turns a choice into a command."""

    def __init__(
        self,
        *,
        accounts: KnownAccounts,
        posts: PostCatalog,
        permissions: PermissionService,
        visibility: VisibilityService,
        clock: Callable[[], datetime],
    ) -> None:
        self._accounts, self._posts, self._permissions, self._visibility = accounts, posts, permissions, visibility
        self._clock = clock

    async def choice(self, text: str, context: RequestContext) -> PostChoice:
        """The posts with which the post of this canonical command can be compared.

        Raises:
            NotAllowed: this person may not ask here, or this channel may not see the account.
            UsageError: the command is not about one post.
            StoreError: the permissions cannot be read.
        """
        await self._permissions.check(context.team, context.user, context.channel, direct=context.is_dm, public=False)
        visibility = await self._visibility.of(context)
        post, platform_id = self._parse(text, visibility)
        self._visibility.check(platform_id, visibility, public=False)
        account = self._accounts.known().get(platform_id) or Account(platform_id, platform_id)
        known = self._posts.published(platform_id, Period(FIRST_DAY, self._clock().date()))
        others = tuple((other, self._posts.title(other)) for other in known if other != post)
        return PostChoice(post, self._posts.title(post), account, others)

    async def comparison(self, text: str, urns: Sequence[str], context: RequestContext) -> str:
        """The canonical command that compares the post of ``text`` with the chosen ones; raises UsageError when these are no posts."""
        post, platform_id = self._parse(text, await self._visibility.of(context))
        others = parser.parse_text(" ".join(urns), self._clock().date(), self._clock()).posts
        return comparison_text(CompareQuery((post, *others), platform_id))

    def _parse(self, text: str, visibility: Visibility) -> tuple[PostRef, str]:
        parsed = parser.parse_text(text, self._clock().date(), self._clock())
        query = parser.to_query(parsed, visibility.visible(self._accounts.known()))
        platform_id = (query.account or self._posts.owner(query.post)) if isinstance(query, PostQuery) else None
        if not isinstance(query, PostQuery) or platform_id is None:
            raise NotUnderstood(NO_POST, remedy=NO_POST_REMEDY)
        return query.post, platform_id

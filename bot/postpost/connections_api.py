"""The other endpoints of the service, each worth having and none of them needed: accounts, posts made through it, followers, a test.

Every method raises a StatisticsError when the endpoint gives nothing: 404, 403 or nonsense where the service does not have it.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

from bot.postpost import connections_wire as wire
from bot.postpost.connections_wire import ConnectionTest, FollowerDays, PostPage, PublishedPost
from bot.postpost.retry import RetryPolicy
from bot.postpost.wire import ApiCall, ApiResponse
from bot.statistics.accounts import Account
from bot.statistics.periods import Period

#: Seconds for one of these requests: somebody may be waiting for the list of accounts.
DEADLINE: Final = 10.0

T = TypeVar("T")


class ConnectionsApi:
    """What the service knows about its accounts and posts."""

    def __init__(self, tries: RetryPolicy) -> None:
        self._tries = tries

    async def connections(self) -> tuple[Account, ...]:
        """The connected LinkedIn accounts."""
        return await self._ask(wire.connections_call(), wire.read_connections)

    async def posts(self, status: str, page: int) -> PostPage:
        """One page (from 1) of the posts of this status ("published", "partially_published") with a LinkedIn account, newest first."""
        return await self._ask(wire.posts_call(status, page), wire.read_posts)

    async def group(self, group_id: str) -> tuple[PublishedPost, ...]:
        """What a group became on LinkedIn."""
        return await self._ask(wire.group_call(group_id), wire.read_group)

    async def followers(self, platform_id: str) -> int | None:
        """All followers of an account; None when LinkedIn has no figure."""
        return await self._ask(wire.followers_call(platform_id), wire.read_followers)

    async def follower_days(self, platform_id: str, period: Period) -> FollowerDays:
        """New followers by UTC day over a period of at most 365 days (ValueError beyond)."""
        return await self._ask(wire.follower_days_call(platform_id, period), partial(wire.read_follower_days, period=period))

    async def new_followers(self, platform_id: str, period: Period) -> int | None:
        """How many followers an account won over a period of at most 365 days; None when LinkedIn has no figure."""
        found = await self.follower_days(platform_id, period)
        if found.growth is not None:
            return found.growth
        return sum(found.days.values()) if found.days else None

    async def test_connection(self, platform_id: str) -> ConnectionTest:
        """Try an account's connection; a broken one is an answer, not an error."""
        return await self._ask(wire.trial_call(platform_id), wire.read_test)

    async def _ask(self, call: ApiCall, read: Callable[[ApiResponse], T]) -> T:
        return await self._tries.ask(call, read, ends=self._tries.ends(DEADLINE))

"""Finds a digest's best posts, and shares fetched results between the digests of one run."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar, cast

from bot.ops.tasks import stop
from bot.parsing.queries import PostQuery
from bot.postpost.transport import CallsKept
from bot.reports.best_posts import Metrics, best_by_rate
from bot.reports.fetch import CandidatePool, ReportFetcher
from bot.statistics.comparison_reports import MostSeen, RankedPost
from bot.statistics.metrics import Failed, rate_parts
from bot.statistics.posts import PostRef
from bot.statistics.reports import MetricsResponse, PostReport
from bot.storage.post_figures import PostFigures

T = TypeVar("T")

#: The best posts that a digest names.
BEST_POSTS: Final = 3

#: How long a result serves the run: a thousand channels take twenty minutes at Slack's limits. Figures of whole days hardly change then,
#: and the footer says when they were fetched.
RUN: Final = timedelta(hours=1)

#: How long a failure serves the run, so that a thousand digests do not each wait for the same broken account.
FAILED_RUN: Final = timedelta(seconds=30)

#: Fewer results are not looked through for old ones.
_LOOKED_THROUGH: Final = 1_000


@dataclass(frozen=True, slots=True)
class BestFound:
    """The best posts, and how they were found."""

    posts: tuple[RankedPost, ...]
    #: The posts that were ranked, where these are not all with enough impressions.
    most_seen: MostSeen | None
    #: The number of the pool's posts of the accounts that did not fail.
    reachable: int
    #: The number of those that were asked for everything that ranks them: the calls reached for it.
    asked: int
    #: The number of those for which a ranking figure could not be fetched.
    failed: int


class BestPosts:
    """Finds the best posts by engagement rate; what was fetched within the hour is used again.

    ``quota_is_low``: whether an account's remaining calls are reserved for people's questions.
    """

    def __init__(
        self, fetcher: ReportFetcher, figures: PostFigures, clock: Callable[[], datetime], quota_is_low: Callable[[str], bool]
    ) -> None:
        self._fetcher, self._figures, self._clock, self._quota_is_low = fetcher, figures, clock, quota_is_low
        self._run = DigestRun(clock, is_whole=lambda found: not any(isinstance(one, Failed) for one in found.figures.values()))

    async def find(self, team: str, pool: CandidatePool, accounts: Collection[str], *, fresh: bool) -> BestFound:
        """The best of the pool's posts of these accounts (platform ids); ``team`` is the workspace for which figures are remembered."""
        posts = [(post, account) for post, account in pool.posts if account in accounts]
        spared = {account for account in accounts if not fresh and self._quota_is_low(account)}
        since = self._clock() - RUN
        stored = {} if fresh else await self._figures.find(team, [post for post, _ in posts], since)
        new: list[PostReport] = []

        async def fetch(post: PostRef, account: str, metrics: Metrics) -> MetricsResponse:
            known = stored.get(post, {})
            if all(metric in known for metric in metrics):
                oldest = min(known[metric][1] for metric in metrics)
                return MetricsResponse({metric: known[metric][0] for metric in metrics}, frozenset(), oldest, recalled=True)
            if account in spared:
                raise CallsKept(platform_id=account)
            request = self._fetcher.post_figures
            found = await self._run.ask((post, account, metrics), lambda: request(post, account, metrics, fresh=fresh), fresh=fresh)
            new.append(self._fetcher.report_of(PostQuery(post, account), account, found))
            return found

        found = await best_by_rate(self._fetcher, posts, fetch, BEST_POSTS)
        await self._figures.save(team, new)
        unread = sum(isinstance(one.error, CallsKept) for one in found.candidates)
        failed = sum(one.has_failed(rate_parts(self._fetcher.basis)) for one in found.candidates) - unread
        return BestFound(found.posts, found.most_seen, len(posts), len(posts) - unread, failed)

    async def close(self) -> None:
        await self._run.close()


class DigestRun:
    """Fetches each key once for a run: later requests for it get the same result or failure.

    ``is_whole``: whether a result serves the whole run; an incomplete one serves as long as a failure.
    """

    def __init__(self, clock: Callable[[], datetime], is_whole: Callable[[Any], bool] = lambda _: True) -> None:
        self._clock, self._is_whole = clock, is_whole
        self._asked: dict[Hashable, tuple[datetime, asyncio.Task[Any]]] = {}
        #: How many results there may be until old ones are looked for.
        self._full = _LOOKED_THROUGH

    async def ask(self, key: Hashable, fetch: Callable[[], Awaitable[T]], *, fresh: bool) -> T:
        """The result for the key; cancelling one waiter does not cancel the fetch."""
        now, known = self._clock(), self._asked.get(key)
        if known is None or not self._serves(*known, now) or (fresh and known[1].done()):
            self._forget_old(now)
            task = asyncio.ensure_future(fetch())
            # Retrieves the exception of a fetch whose waiters were cancelled, so that asyncio does not log it.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            known = self._asked[key] = (now, task)
        return cast("T", await asyncio.shield(known[1]))

    async def close(self) -> None:
        tasks = [task for _, task in self._asked.values()]
        self._asked.clear()
        await stop(*tasks)

    def _forget_old(self, now: datetime) -> None:
        if len(self._asked) < self._full:
            return
        for key in [key for key, known in self._asked.items() if not self._serves(*known, now)]:
            del self._asked[key]
        self._full = max(2 * len(self._asked), _LOOKED_THROUGH)

    def _serves(self, asked: datetime, task: "asyncio.Task[Any]", now: datetime) -> bool:
        if not task.done():
            return True
        well = not task.cancelled() and task.exception() is None and self._is_whole(task.result())
        return timedelta() <= now - asked < (RUN if well else FAILED_RUN)

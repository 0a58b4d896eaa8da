"""Finds a digest's best posts with few calls to LinkedIn, and shares fetched results between the digests of one run.

::

    known posts by account ─ what was fetched within the hour ─ search (post_search) ─→ ranked ─ the best: their other figures
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar, cast

from bot.blockkit.numbers import rate_digits
from bot.digests.post_search import BEST_POSTS, FAILED_CALLS, Candidate, Metrics, PostSearch, is_affordable, ranking_metrics
from bot.errors import StatisticsError
from bot.ops.tasks import run_together, stop
from bot.ops.ttl_cache import TtlCache
from bot.parsing.queries import PostQuery
from bot.reports.fetch import CandidatePool, ReportFetcher
from bot.reports.figures import NOUNS
from bot.statistics.comparison_reports import USUAL_POST_MINIMUM, RankedPost, ranked_posts
from bot.statistics.metrics import POST_METRICS, Failed, Metric
from bot.statistics.posts import PostRef
from bot.statistics.reports import Freshness, MetricsResponse, PostReport
from bot.storage.post_figures import PostFigures, Reading

T = TypeVar("T")

#: How long a result serves the run: a thousand channels take twenty minutes at Slack's limits. Figures of whole days hardly change then,
#: and the footer says when they were fetched.
RUN: Final = timedelta(hours=1)

#: How long a failure serves the run, so that a thousand digests do not each wait for the same broken account.
FAILED_RUN: Final = timedelta(seconds=30)

#: LinkedIn calls for the best posts of one account at most; its figures and new followers take seven more.
MOST_CALLS: Final = 93

#: Figures of posts older than this do not tell what to ask for first.
_TELLING_FOR: Final = timedelta(hours=48)
_MOST_RECENT: Final = 10_000


@dataclass(frozen=True, slots=True)
class BestFound:
    """The best posts, and how they were found."""

    posts: tuple[RankedPost, ...]
    #: The number of the pool's posts of these accounts.
    reachable: int
    #: The number of posts searched.
    asked: int
    #: The number of those with everything fetched that ranks.
    whole: int
    #: The number of those that may be better than the best, as far as is known.
    undecided: int
    #: The number of those for which a ranking figure could not be fetched.
    failed: int


class BestPosts:
    """Finds the best posts by engagement rate.

    ``quota_is_low``: whether an account's remaining calls are reserved for people's questions.
    """

    def __init__(
        self, fetcher: ReportFetcher, figures: PostFigures, clock: Callable[[], datetime], quota_is_low: Callable[[str], bool]
    ) -> None:
        self._fetcher, self._figures, self._clock, self._quota_is_low = fetcher, figures, clock, quota_is_low
        self._recent = TtlCache[tuple[str, PostRef], tuple[Candidate, datetime]](age=RUN, most=_MOST_RECENT, clock=clock)
        #: One search of an account at a time: the next one reuses what the first fetched.
        self._searching: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def find(self, team: str, pool: CandidatePool, accounts: Mapping[str, int | None], *, fresh: bool) -> BestFound:
        """The best of the pool's posts of these accounts (platform ids), each with its impressions of the period where they are known.

        ``team`` is the workspace for which figures are remembered.
        """
        posts = _by_account(pool, accounts)
        runs = [(account, partial(PostSearch.run, impressions=seen)) for account, seen in accounts.items()]
        searched = await run_together(self._search(team, account, posts[account], run, fresh=fresh) for account, run in runs)
        looked = [one for found, _ in searched for one in found]
        ranking = ranking_metrics(self._fetcher.basis)
        ranked = ranked_posts([one.report for one in looked if one.report], USUAL_POST_MINIMUM, rate_digits)[:BEST_POSTS]
        by_post = {one.post: one for one in looked}
        best = await run_together(self._whole(one, by_post[one.report.post], fresh=fresh) for one in ranked)
        settled = sum(one.is_settled(ranking) for one in looked)
        failed = sum(one.failed or _lacks(one, ranking) for one in looked)
        undecided = sum(number for _, number in searched)
        return BestFound(tuple(best), sum(map(len, posts.values())), len(looked), settled, undecided, failed)

    async def collect(self, team: str, pool: CandidatePool, accounts: Sequence[str]) -> None:
        """Fetches what the next search, an hour later, begins with where the calls of one hour don't reach for all posts."""
        each = _by_account(pool, accounts).items()
        many = [(account, posts) for account, posts in each if not is_affordable(len(posts), self._fetcher.basis, self._calls())]
        await run_together(self._search(team, account, posts, PostSearch.collect, fresh=False) for account, posts in many)

    def _calls(self) -> int:
        """The calls that find an account's best posts; the others are kept for the figures of these that do not rank."""
        return MOST_CALLS - (BEST_POSTS + 1) * (len(POST_METRICS) - len(ranking_metrics(self._fetcher.basis)))

    async def _search(
        self, team: str, account: str, posts: Sequence[PostRef], run: Callable[[PostSearch], Coroutine[Any, Any, None]], *, fresh: bool
    ) -> tuple[list[Candidate], int]:
        """The posts with at least one figure, and how many of them may be better than the best."""
        async with self._searching[account]:
            candidates = await self._candidates(team, account, posts, fresh=fresh)
            before = [len(one.asked) for one in candidates]  # within the hour, for which the calls are
            left = self._calls() - sum(before) if fresh or not self._quota_is_low(account) else 0
            search = PostSearch(candidates, partial(self._fetch, fresh=fresh), self._fetcher.basis, left, self._clock())
            await run(search)
            new = [one.report for one, asked in zip(candidates, before, strict=True) if one.report and len(one.asked) > asked]
            await self._figures.save(team, new)
        if not any(one.asked for one in candidates):
            return [], 0
        return [one for one in candidates if one.asked or one.earlier], search.undecided()

    async def _candidates(self, team: str, account: str, posts: Sequence[PostRef], *, fresh: bool) -> list[Candidate]:
        """The posts, each with what was fetched of it within the hour, else with what it had in the last two days."""
        unknown = [post for post in posts if self._recent.get((account, post), None) is None]
        remembered = await self._figures.find(team, unknown, self._clock() - _TELLING_FOR)
        return [self._candidate(account, post, remembered.get(post, {}), fresh=fresh) for post in posts]

    def _candidate(self, account: str, post: PostRef, remembered: Mapping[Metric, Reading], *, fresh: bool) -> Candidate:
        recent, asked_at = self._recent.get((account, post), (None, None))
        if recent is None or asked_at is None:
            return self._remembered(Candidate(post, account), remembered, fresh=fresh)
        serves = FAILED_RUN if recent.failed or _lacks(recent, ranking_metrics(self._fetcher.basis)) else RUN
        if not fresh and self._clock() - asked_at < serves:
            return recent
        return Candidate(post, account, {**recent.earlier, **(recent.report.figures if recent.report else {})}, asked_at)

    def _remembered(self, one: Candidate, readings: Mapping[Metric, Reading], *, fresh: bool) -> Candidate:
        """The post with what another process, or this one before its start, fetched of it."""
        now = self._clock()
        recent = {metric: at for metric, (_, at) in readings.items() if not fresh and timedelta() <= now - at < RUN}
        one.earlier = {metric: figure for metric, (figure, at) in readings.items() if metric not in recent and _tells(one.post, at, now)}
        one.earlier_at = min((readings[metric][1] for metric in one.earlier), default=None)
        if recent:
            figures = {metric: readings[metric][0] for metric in POST_METRICS if metric in recent}
            response = MetricsResponse(figures, frozenset(), min(recent.values()), recalled=True)
            one.asked = set(recent)
            one.report = self._fetcher.report_of(PostQuery(post=one.post, account=one.account), one.account, response)
        return one

    async def _fetch(self, one: Candidate, metrics: Metrics, *, fresh: bool) -> int:
        """Fetches these figures into the candidate; returns the LinkedIn calls that it took at most. The digest omits failures."""
        one.asked.update(metrics)
        try:
            found = await self._fetcher.post_report(
                PostQuery(post=one.post, account=one.account, metrics=metrics), one.account, fresh=fresh
            )
        except StatisticsError:
            one.failed, calls = True, FAILED_CALLS * len(metrics)
        else:
            one.report, calls = _together(one.report, found) if one.report else found, _calls(found)
        self._recent.put((one.account, one.post), (one, self._clock()))
        return calls

    async def _whole(self, ranked: RankedPost, one: Candidate, *, fresh: bool) -> RankedPost:
        """The post with its other figures, too; one that cannot be fetched is marked as failed."""
        if others := tuple(metric for metric in POST_METRICS if metric not in one.asked):
            await self._fetch(one, others, fresh=fresh)
            one.failed = False
        return replace(ranked, report=replace(one.report or ranked.report, metrics=POST_METRICS))


def _by_account(pool: CandidatePool, accounts: Iterable[str]) -> dict[str, list[PostRef]]:
    posts: dict[str, list[PostRef]] = {account: [] for account in accounts}
    for post, account in pool.posts:
        if account in posts:
            posts[account].append(post)
    return posts


def _tells(post: PostRef, at: datetime, now: datetime) -> bool:
    """Whether figures fetched at this moment say something of now: not where the post was much younger then."""
    return post.published_at is None or (at - post.published_at) * 3 >= (now - post.published_at) * 2


def _lacks(one: Candidate, metrics: Metrics) -> bool:
    """Whether one of these figures could not be fetched."""
    return one.report is not None and any(isinstance(one.report.figures.get(metric), Failed) for metric in metrics)


def _calls(report: PostReport) -> int:
    """The LinkedIn calls that these figures took at most: none for cached ones."""
    if report.freshness.cached == "all" or (report.freshness.recalled and not report.freshness.recalled_names):
        return 0
    live = [metric for metric in report.metrics if NOUNS[metric] not in report.freshness.cached_names]
    return sum(FAILED_CALLS if isinstance(report.figures.get(metric), Failed) else 1 for metric in live)


def _together(one: PostReport, other: PostReport) -> PostReport:
    figures = {**one.figures, **other.figures}
    metrics = tuple(metric for metric in POST_METRICS if metric in figures)
    return replace(one, figures=figures, metrics=metrics, freshness=_freshness(one, other))


def _freshness(*readings: PostReport) -> Freshness:
    """The sources of the reports' figures; the oldest dates them."""
    every = [one.freshness for one in readings]
    named = [(one, [NOUNS[metric] for metric in one.metrics]) for one in readings]
    cached = [name for one, names in named for name in (names if one.freshness.cached == "all" else one.freshness.cached_names)]
    recalled = [one.freshness.recalled for one in readings]
    kinds = {one.cached for one in every}
    return Freshness(
        fetched_at=min(one.fetched_at for one in every),
        cached=kinds.pop() if len(kinds) == 1 else "part",
        recalled=any(recalled),
        cached_names=tuple(cached) if not all(one.cached == "all" for one in every) else (),
        recalled_names=() if all(recalled) else tuple(name for one, names in named if one.freshness.recalled for name in names),
    )


class DigestRun:
    """Fetches each key once for a run: later requests for it get the same result or failure.

    ``is_whole``: whether a result serves the whole run; an incomplete one serves as long as a failure.
    """

    def __init__(self, clock: Callable[[], datetime], is_whole: Callable[[Any], bool] = lambda _: True) -> None:
        self._clock, self._is_whole = clock, is_whole
        self._asked: dict[Hashable, tuple[datetime, asyncio.Task[Any]]] = {}

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
        for key in [key for key, known in self._asked.items() if not self._serves(*known, now)]:
            del self._asked[key]

    def _serves(self, asked: datetime, task: "asyncio.Task[Any]", now: datetime) -> bool:
        if not task.done():
            return True
        well = not task.cancelled() and task.exception() is None and self._is_whole(task.result())
        return timedelta() <= now - asked < (RUN if well else FAILED_RUN)

"""A digest's best posts, found with few calls to LinkedIn, and the answers that the digests of one run share.

::

    known posts, the newest first ─ as many as the account's calls allow ─ impressions ─ enough? ─ the rest of the rate ─→ ranked
                                                                                                     the best: their other figures

Nothing bounds the comments of a post that was not asked for, so it may always be the best: the digest says among how many it looked.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar, cast

from bot.blockkit.numbers import rate_digits
from bot.errors import StatisticsError
from bot.ops.tasks import run_together
from bot.parsing.queries import PostQuery
from bot.reports.fetch import CandidatePool, ReportFetcher
from bot.reports.figures import NOUNS
from bot.statistics.comparison_reports import USUAL_POST_MINIMUM, RankedPost, ranked_posts
from bot.statistics.metrics import ALL_METRICS, ENGAGEMENTS, Failed, Metric, Value
from bot.statistics.posts import PostRef
from bot.statistics.reports import Freshness, PostReport

T = TypeVar("T")

#: How long an answer serves the run: a thousand channels take twenty minutes at Slack's limits. Whole days' figures hardly move meanwhile,
#: and the footer says when they were fetched.
RUN: Final = timedelta(hours=1)

#: How long a failure does, so that a thousand digests do not each wait for the same dead account.
FAILED_RUN: Final = timedelta(seconds=30)

BEST_POSTS: Final = 3

#: LinkedIn calls that the best posts of one account take at most; its own figures and new followers take seven more.
MOST_CALLS: Final = 90

#: Calls of a figure that fails: it is asked for once more.
_FAILED_CALLS: Final = 2


@dataclass(frozen=True, slots=True)
class BestFound:
    """The best posts, how many were asked for, and of how many of these a figure that ranks could not be fetched."""

    posts: tuple[RankedPost, ...]
    asked: int
    failed: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is known of a post (None: nothing could be fetched), and the LinkedIn calls that it took at most."""

    report: PostReport | None
    calls: int


class BestPosts:
    """Finds the best posts by engagement rate. ``quota_is_low`` says whether an account's calls are kept for people's questions."""

    def __init__(self, fetcher: ReportFetcher, run: "DigestRun", quota_is_low: Callable[[str], bool]) -> None:
        self._fetcher, self._run, self._quota_is_low = fetcher, run, quota_is_low
        self._ranking = tuple(metric for metric in ALL_METRICS if metric in (*ENGAGEMENTS, Metric.IMPRESSION, fetcher.basis.metric))

    async def find(self, pool: CandidatePool, accounts: Collection[str], *, fresh: bool) -> BestFound:
        """The best of the pool's posts of these accounts (platform ids): the newest of each, as many as its calls allow."""
        left = dict.fromkeys(accounts, MOST_CALLS - BEST_POSTS * (len(ALL_METRICS) - len(self._ranking)))
        waiting = [(post, account) for post, account in pool.posts if account in left]
        asked: list[_Asked] = []
        while wave := self._wave(waiting, left, fresh=fresh):
            known = [self._remembers(account, post) and not fresh for post, account in wave]
            found = await run_together(self._post(account, post, fresh=fresh) for post, account in wave)
            for (_, account), one, was_known in zip(wave, found, known, strict=True):
                left[account] -= 0 if was_known else one.calls
            asked += found
            waiting = [one for one in waiting if one not in set(wave)]
        reports = [one.report for one in asked if one.report is not None]
        ranked = ranked_posts(reports, USUAL_POST_MINIMUM, rate_digits)[:BEST_POSTS]
        best = await run_together(self._whole(one, fresh=fresh) for one in ranked)
        return BestFound(tuple(best), len(asked), sum(one.report is None or self._lacks(one.report) for one in asked))

    def _wave(self, waiting: Sequence[tuple[PostRef, str]], left: dict[str, int], *, fresh: bool) -> list[tuple[PostRef, str]]:
        """The posts to ask for at once: what is remembered costs nothing, and of each account no more than may cost what is left."""
        most = {account: calls // self._most_calls if fresh or not self._quota_is_low(account) else 0 for account, calls in left.items()}
        taken: Counter[str] = Counter()
        wave = []
        for post, account in waiting:
            if not fresh and self._remembers(account, post):
                wave.append((post, account))
            elif taken[account] < most[account]:
                taken[account] += 1
                wave.append((post, account))
        return wave

    @property
    def _most_calls(self) -> int:
        """What a post may cost: every figure but the impressions, without which no other is asked for, may fail."""
        return 1 + _FAILED_CALLS * (len(self._ranking) - 1)

    def _remembers(self, account: str, post: PostRef) -> bool:
        return self._run.remembers(("post", account, post))

    def _lacks(self, report: PostReport) -> bool:
        """Whether a figure that ranks could not be fetched."""
        return any(isinstance(report.figures.get(metric), Failed) for metric in self._ranking)

    async def _post(self, account: str, post: PostRef, *, fresh: bool) -> _Asked:
        """What ranks a post; a digest stands without the posts that cannot be fetched."""
        try:
            return await self._run.ask(("post", account, post), lambda: self._ranked_by(account, post, fresh=fresh), fresh=fresh)
        except StatisticsError:
            return _Asked(None, self._most_calls)

    async def _ranked_by(self, account: str, post: PostRef, *, fresh: bool) -> _Asked:
        """The impressions, and only where these are enough for a place the other figures of the rate."""
        first = await self._ask(account, post, (Metric.IMPRESSION,), fresh=fresh)
        impressions = first.figures.get(Metric.IMPRESSION)
        if not isinstance(impressions, Value) or impressions.count < USUAL_POST_MINIMUM:
            return _Asked(first, _calls(first))
        rest = await self._ask(account, post, tuple(metric for metric in self._ranking if metric is not Metric.IMPRESSION), fresh=fresh)
        return _Asked(_together(first, rest), _calls(first) + _calls(rest))

    async def _whole(self, ranked: RankedPost, *, fresh: bool) -> RankedPost:
        """The post with the figures that do not rank; one that cannot be fetched is said to be so."""
        report, others = ranked.report, tuple(metric for metric in ALL_METRICS if metric not in self._ranking)
        if not others:
            return ranked
        account, post = report.account.platform_id, report.post
        try:
            more = await self._run.ask(
                ("post's other figures", account, post), lambda: self._ask(account, post, others, fresh=fresh), fresh=fresh
            )
        except StatisticsError:
            return replace(ranked, report=replace(report, metrics=ALL_METRICS))
        return replace(ranked, report=_together(report, more))

    async def _ask(self, account: str, post: PostRef, metrics: tuple[Metric, ...], *, fresh: bool) -> PostReport:
        return await self._fetcher.post_report(PostQuery(post=post, account=account, metrics=metrics), account, fresh=fresh)


def _calls(report: PostReport) -> int:
    """The LinkedIn calls that these figures took at most."""
    return sum(_FAILED_CALLS if isinstance(report.figures.get(metric), Failed) else 1 for metric in report.metrics)


def _together(one: PostReport, other: PostReport) -> PostReport:
    """Two readings of a post as one."""
    figures = {**one.figures, **other.figures}
    metrics = tuple(metric for metric in ALL_METRICS if metric in figures)
    return replace(one, figures=figures, metrics=metrics, freshness=_freshness(one, other))


def _freshness(*readings: PostReport) -> Freshness:
    """Where the figures of a post's readings come from; the oldest dates them."""
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
    """Each answer once: whoever asks the same meanwhile or soon afterwards gets it too, failures included.

    Args:
        clock: the moment (aware, UTC).
        is_whole: whether an answer serves the whole run; what is not whole serves as long as a failure.
    """

    def __init__(self, clock: Callable[[], datetime], is_whole: Callable[[Any], bool] = lambda _: True) -> None:
        self._clock, self._is_whole = clock, is_whole
        self._asked: dict[Hashable, tuple[datetime, asyncio.Task[Any]]] = {}

    async def ask(self, key: Hashable, fetch: Callable[[], Awaitable[T]], *, fresh: bool) -> T:
        """The answer; one who gives up (is cancelled) leaves it to the others and to the next try."""
        now, known = self._clock(), self._asked.get(key)
        if known is None or not self._serves(*known, now) or (fresh and known[1].done()):
            self._forget_old(now)
            task = asyncio.ensure_future(fetch())
            # Somebody may have asked who no longer waits: the failure is theirs, not the log's.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            known = self._asked[key] = (now, task)
        return cast("T", await asyncio.shield(known[1]))

    def remembers(self, key: Hashable) -> bool:
        """Whether the answer is there, or on its way."""
        known = self._asked.get(key)
        return known is not None and self._serves(*known, self._clock())

    async def close(self) -> None:
        """Drop everything."""
        tasks = [task for _, task in self._asked.values()]
        self._asked.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _forget_old(self, now: datetime) -> None:
        for key in [key for key, known in self._asked.items() if not self._serves(*known, now)]:
            del self._asked[key]

    def _serves(self, asked: datetime, task: "asyncio.Task[Any]", now: datetime) -> bool:
        if not task.done():
            return True
        well = not task.cancelled() and task.exception() is None and self._is_whole(task.result())
        return timedelta() <= now - asked < (RUN if well else FAILED_RUN)

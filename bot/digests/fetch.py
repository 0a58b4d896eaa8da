"""Fetches a digest's figures: each account on its own, so that one that fails is named and the others are shown.

::

    accounts ─ each: asked before in this run? ─ its report, or its failure ─┬─ none at all → raise
                                                                             └─ best posts · followers · tokens ─→ DigestReport

A run is a thousand channels at nine o'clock with the same fifty accounts: their digests share fetched figures, and a report
of the same accounts and days is built once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar, cast

from msgspec.structs import replace

from bot.access.visibility import Sources
from bot.digests.reports import DIGEST_DAYS, BestFound, DigestReport, DigestSection, ScheduledPost, digest_period, shown
from bot.errors import NobodyLeft, StatisticsError, StoreError
from bot.ops.tasks import or_error, run_both, run_together, stop
from bot.parsing.queries import AccountQuery, PostQuery
from bot.postpost.connections import LISTED_FOR, list_groups
from bot.postpost.transport import CallsKept, at_most
from bot.reports.best_posts import Metrics, best_by_rate
from bot.reports.fetch import CandidatePool, check_fetched, newest_known
from bot.slack.request import RequestContext
from bot.statistics.comparison_reports import FailedAccount
from bot.statistics.metrics import POST_METRICS, Failed, Metric, rate_parts
from bot.statistics.posts import Coverage, PostRef
from bot.statistics.reports import AccountReport, MetricsResponse, Period, PostReport, TokenStatus
from bot.subscriptions.goal import Progress
from bot.subscriptions.subscription import Subscription

logger = logging.getLogger(__name__)

#: LinkedIn calls of one digest for one account at most. A digest of fifty posts takes some ninety: seven for the account's own figures,
#: fifty for the posts' impressions, and three or four for each of the most seen ones.
MOST_CALLS: Final = 100
_ENDING = (TokenStatus.EXPIRING_SOON, TokenStatus.EXPIRED)
#: Seconds that a digest waits for the list of posts.
LIST_PATIENCE: Final = 30.0


class DigestFetcher:
    """Fetches digests' reports. Call ``close`` at the end."""

    def __init__(self, sources: Sources) -> None:
        self._fetcher, self._goals, self._statistics = sources.figures, sources.goals, sources.statistics
        self._accounts, self._posts, self._visibility = sources.accounts, sources.posts, sources.visibility
        self._basis, self._totals_only = sources.basis, sources.totals_only
        self._remembered, self._quota_is_low, self._clock = sources.remembered, sources.quota_is_low, sources.clock
        self._run = DigestRun(sources.clock)

    async def close(self) -> None:
        await self._run.close()

    async def digest_report(
        self, digest: Subscription, moment: datetime, *, fresh: bool = False, context: RequestContext | None = None
    ) -> DigestReport:
        """The report of a digest.

        The days are counted back from ``moment``, its due time (aware), however late it is built. ``fresh`` fetches again what this run
        fetched; ``context`` is a preview's. Raises NothingFetched: no account could be fetched, or only one of several where only sums are
        shown; NobodyLeft: every account has opted out.
        """
        period = digest_period(digest.cron, digest.zone, moment)
        await self._accounts.accounts()
        visibility = await self._visibility.public(digest.team, digest.channel, context)
        accounts = tuple(account for account in digest.accounts if visibility.sees(account, public=True))
        if not accounts:
            raise NobodyLeft
        best = DigestSection.BEST in shown(digest.content)
        with at_most(MOST_CALLS):
            # The posts may use the calls that everything else leaves.
            goals = await self._goals_of(digest, accounts, period)
            gathered = await self._run.ask(
                ("report", digest.team, accounts, period, best),
                lambda: self._gathered(digest.team, accounts, period, best=best, fresh=fresh),
                fresh=fresh,
            )
        scheduled = await self._scheduled(accounts, moment, fresh=fresh) if DigestSection.SCHEDULED in shown(digest.content) else ()
        return replace(gathered, content=digest.content, goals=goals, scheduled=scheduled)

    async def _goals_of(self, digest: Subscription, accounts: tuple[str, ...], period: Period) -> tuple[Progress, ...]:
        """The goals' progress after the period; empty where it cannot be fetched: the digest is posted without it."""
        if DigestSection.GOALS not in shown(digest.content):
            return ()
        try:
            return await self._goals.of_digest(digest.team, digest.channel, accounts, period.last)
        except StoreError as error:
            logger.warning("a digest goes without its goals", extra={"error": error.sentence})
            return ()

    async def _scheduled(self, accounts: Sequence[str], moment: datetime, *, fresh: bool) -> tuple[ScheduledPost, ...] | None:
        """The posts of these accounts scheduled for the seven days after this moment, the next first; None where they cannot be listed."""
        listings, since = self._statistics.connections, moment - LISTED_FOR
        try:
            groups, _ = await self._run.ask(("scheduled",), lambda: list_groups(listings, "scheduled", since), fresh=fresh)
        except StatisticsError as error:
            logger.info("scheduled posts are not known", extra={"failure": type(error).__name__})
            return None
        found = [
            ScheduledPost(group.made_at, group.content, tuple(self._fetcher.account(one) for one in group.platform_ids if one in accounts))
            for group in groups
            if group.made_at and moment <= group.made_at < moment + timedelta(days=DIGEST_DAYS)
        ]
        return tuple(sorted((post for post in found if post.accounts), key=lambda post: post.at))

    async def _gathered(self, team: str, platform_ids: tuple[str, ...], period: Period, *, best: bool, fresh: bool) -> DigestReport:
        """The report shared by all digests of these accounts and days, with or without best posts."""
        asked = (
            self._run.ask(("account", one, period), partial(self._report, one, period, fresh=fresh), fresh=fresh) for one in platform_ids
        )
        found = await run_together(or_error(StatisticsError, one) for one in asked)
        reports = tuple(one for one in found if isinstance(one, AccountReport))
        errors = [
            (self._fetcher.account(id_), one) for id_, one in zip(platform_ids, found, strict=True) if isinstance(one, StatisticsError)
        ]
        # Where only sums may be shown, a sum of one account would be that account's own figure.
        if not (has := [report.has_value for report in reports].count(True)) or (self._totals_only and has == 1 < len(platform_ids)):
            raise self._fetcher.nothing_fetched(platform_ids, found)
        pool = await newest_known(self._posts, platform_ids, period, LIST_PATIENCE) if best else CandidatePool((), 0, Coverage())
        fetched = {report.account.platform_id for report in reports}
        followers, best_found = await run_both(self._new_followers(reports, period), self._best_posts(team, pool, fetched, fresh=fresh))
        return DigestReport(
            period=period,
            before=period.before,
            accounts=await self._fetcher.with_posts(team, *reports),
            failed=tuple(FailedAccount(account, error.diagnosis) for account, error in errors),
            best=best_found,
            followers=followers,
            ending=tuple(one.account for one in reports if one.account.token in _ENDING),
            late=None,
            schedule_words="",
            basis=self._basis,
            totals_only=self._totals_only,
            fetched_at=min(
                one.fetched_at for one in [report.freshness for report in reports] + [one.report.freshness for one in best_found.posts]
            ),
        )

    async def _report(self, platform_id: str, period: Period, *, fresh: bool) -> AccountReport:
        return check_fetched(
            await self._fetcher.account_report(AccountQuery(period=period, metrics=POST_METRICS), platform_id, fresh=fresh)
        )

    async def _new_followers(self, reports: Sequence[AccountReport], period: Period) -> dict[str, Mapping[date, int]]:
        ids = [report.account.platform_id for report in reports]
        counts = await run_together(self._won(platform_id, period) for platform_id in ids)
        return {platform_id: days for platform_id, days in zip(ids, counts, strict=True) if days is not None}

    async def _won(self, platform_id: str, period: Period) -> Mapping[date, int] | None:
        """An account's new followers by day; None when they cannot be fetched: a digest is posted without them."""
        try:
            days = await self._run.ask(
                ("followers", platform_id, period),
                lambda: self._statistics.account_daily(platform_id, period, (Metric.FOLLOWERS,)),
                fresh=False,
            )
        except StatisticsError:
            return None
        series = days.series.get(Metric.FOLLOWERS)
        return None if isinstance(series, Failed) else series if isinstance(series, Mapping) else {}

    async def _best_posts(self, team: str, pool: CandidatePool, accounts: Collection[str], *, fresh: bool) -> BestFound:
        """The best of the pool's posts of these accounts (platform ids); a post's figures are fetched once an hour."""
        posts = [(post, account) for post, account in pool.posts if account in accounts]
        spared = {account for account in accounts if not fresh and self._quota_is_low(account)}
        since = self._clock() - RUN
        stored = {} if fresh else await self._remembered.find(team, [post for post, _ in posts], since)
        new: list[PostReport] = []

        async def fetch(post: PostRef, account: str, metrics: Metrics) -> MetricsResponse:
            known = stored.get(post, {})
            if all(metric in known for metric in metrics):
                oldest = min(known[metric][1] for metric in metrics)
                return MetricsResponse({metric: known[metric][0] for metric in metrics}, frozenset(), oldest, recalled=True)
            if account in spared:
                raise CallsKept(platform_id=account)
            request = self._fetcher.post_figures
            found = await self._run.ask(("post", post, account, metrics), lambda: request(post, account, metrics, fresh=fresh), fresh=fresh)
            new.append(self._fetcher.report_of(PostQuery(post, account), account, found))
            return found

        found = await best_by_rate(self._fetcher, posts, fetch, BEST_POSTS)
        await self._remembered.save(team, new)
        unread = sum(isinstance(one.error, CallsKept) for one in found.candidates)
        failed = sum(one.has_failed(rate_parts(self._fetcher.basis)) for one in found.candidates) - unread
        counts = pool.known, len(pool.posts), len(posts), len(posts) - unread, failed
        return BestFound(found.posts, found.most_seen, *counts, pool.coverage)


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


class DigestRun:
    """Fetches each key once a run; an incomplete result and a failure serve only for a short time."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
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
        well = not task.cancelled() and task.exception() is None and _is_whole(task.result())
        return timedelta() <= now - asked < (RUN if well else FAILED_RUN)


def _is_whole(result: Any) -> bool:
    """Whether no account of a report failed, and no figure of a post."""
    if isinstance(result, DigestReport):
        return not result.failed
    return not isinstance(result, MetricsResponse) or not any(isinstance(one, Failed) for one in result.figures.values())

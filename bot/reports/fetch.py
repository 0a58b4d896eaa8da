"""Fetches a query's figures and combines them into a report; commands and digests share it, so that they cannot disagree."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain
from typing import Any, Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import ActivityLink, MetricFailed, NothingFetched, NothingReported, NotTheApi, StatisticsError
from bot.ops.tasks import run_both
from bot.parsing.queries import AccountQuery, PostQuery
from bot.postpost.post_catalog import PostCatalog
from bot.postpost.statistics import AccountDirectory, StatisticsClient
from bot.reports.figures import NOUNS, UNAVAILABLE
from bot.statistics.aggregate import comparable, sums_of_days
from bot.statistics.metrics import (
    ALL_METRICS,
    DAILY_POST_METRICS,
    POST_METRICS,
    Failed,
    Figure,
    Metric,
    RateBasis,
    Unavailable,
    Value,
    rate_parts,
)
from bot.statistics.posts import Coverage, PostKind, PostRef
from bot.statistics.reports import (
    DEFAULT_DAYS,
    Account,
    AccountReport,
    DailyMetricsResponse,
    Freshness,
    MetricsResponse,
    Period,
    PostCounts,
    PostReport,
    Same,
    Series,
    last_days,
)
from bot.storage.post_figures import PostFigures

ACTIVITY_UNKNOWN = "This is an activity link, but LinkedIn's statistics need the post's own id, which is another number."
ACTIVITY_REMEDY = (
    "On LinkedIn open the post's menu (…), choose *Embed this post*, and paste the link from there: it always has the id. "
    "A link with `share` or `ugcPost` in it works too."
)

OF_THE_PERIOD_BEFORE = "{name} of the period before"
AS_IT_IS_NOW = "{name}: the count as it is now"

T = TypeVar("T")
#: Before anything was fetched.
EVER: Final = datetime.min.replace(tzinfo=UTC)
#: The most candidates for the best posts, the newest: each costs requests to LinkedIn.
MOST_CANDIDATES: Final = 50
#: Figures of a post younger than this are still filling in (PostPost's documentation: up to 24 h).
FILLING_IN_SECONDS = 24 * 3600


class ReportFetcher(Struct, frozen=True, kw_only=True, eq=False):
    """Fetches the figures of queries from the statistics API. Its methods raise StatisticsErrors."""

    statistics: StatisticsClient
    accounts: AccountDirectory
    posts: PostCatalog
    remembered: PostFigures
    basis: RateBasis
    clock: Callable[[], datetime]

    def account(self, platform_id: str) -> Account:
        return self.accounts.known().get(platform_id) or Account(platform_id, platform_id)

    def nothing_fetched(self, platform_ids: Sequence[str], found: Sequence[AccountReport | StatisticsError]) -> NothingFetched:
        """The error for all accounts without figures, failed ones first; for the others LinkedIn has none."""
        outcomes = [(self.account(id_).name or id_, one) for id_, one in zip(platform_ids, found, strict=True)]
        failed = [(name, one) for name, one in outcomes if isinstance(one, StatisticsError)]
        without = [(name, NothingReported()) for name, one in outcomes if isinstance(one, AccountReport) and not one.has_value]
        return NothingFetched([*failed, *without])

    def resolved(self, ask: PostQuery) -> PostQuery:
        """The query with the only known post that an activity link's time fits; raises ActivityLink for none, or more than one."""
        if ask.post.kind is not PostKind.ACTIVITY:
            return ask
        post = self.posts.match_activity(ask.post, ask.account)
        if post is None:
            raise ActivityLink(ACTIVITY_UNKNOWN, remedy=ACTIVITY_REMEDY)
        return replace(ask, post=post)

    async def post_report(self, ask: PostQuery, platform_id: str, *, matched_by_time: bool = False, fresh: bool = False) -> PostReport:
        """A post's lifetime figures, requested for this account."""
        metrics = ask.metrics or (rate_parts(self.basis) if ask.rate else POST_METRICS)
        reading = await self.post_figures(ask.post, platform_id, metrics, fresh=fresh)
        return self.report_of(ask, platform_id, reading, matched_by_time=matched_by_time)

    async def post_figures(self, post: PostRef, platform_id: str, metrics: Sequence[Metric], *, fresh: bool = False) -> MetricsResponse:
        """A post's lifetime figures, requested for this account; on success the post is remembered as the account's."""
        reading = await self.statistics.post_statistics(platform_id, post, metrics, fresh=fresh)
        if any(isinstance(figure, Value) for figure in reading.figures.values()):
            self.posts.note(post, platform_id)
        return reading

    def report_of(self, ask: PostQuery, platform_id: str, *readings: MetricsResponse, matched_by_time: bool = False) -> PostReport:
        """The report of a post's figures that were fetched, with one request or several (at least one)."""
        published = ask.post.published_at
        is_young = published is not None and (self.clock() - published).total_seconds() < FILLING_IN_SECONDS
        account, title = self.account(platform_id), self.posts.title(ask.post)
        return _post_report(ask, account, title, self.basis, *map(Same, readings), is_young=is_young, by_time=matched_by_time)

    async def account_report(
        self, ask: AccountQuery, platform_id: str, *, fresh: bool = False, compared: bool = True, lifetime: bool = False
    ) -> AccountReport:
        """The period and the one before: one request by day, one for metrics of accounts alone, one for each period's reach (without days).

        With ``compared`` False only the period, for comparisons with another one. With ``lifetime`` also the present count of requested
        metrics that have one: one more request.
        """
        period = ask.period or last_days(DEFAULT_DAYS, self.clock().date())
        metrics = ask.metrics or (rate_parts(self.basis) if ask.rate else ALL_METRICS)
        named = tuple(metric for metric in ask.metrics if metric.definition.lifetime) if lifetime else ()
        (daily, other, reach, reach_before), now = await run_both(
            self._readings(platform_id, period, metrics, fresh=fresh, compared=compared), self._lifetime(platform_id, named, fresh=fresh)
        )
        series = {metric: days for one in (daily, other) if one for metric, days in one.series.items()}
        before = period.before if compared else None
        return AccountReport(
            account=self.account(platform_id),
            period=period,
            figures=_in_order(metrics, sums_of_days(series, period), _totals(reach, series, period)),
            metrics=tuple(metrics),
            freshness=freshness_of(
                (("{name}", daily), ("{name}", other), ("{name}", reach), (OF_THE_PERIOD_BEFORE, reach_before), (AS_IT_IS_NOW, now))
            ),
            before=before,
            before_figures=_in_order(metrics, comparable(series, period, before), _totals(reach_before, series, before))
            if before
            else None,
            daily=series or None,
            by_day=ask.daily,
            basis=self.basis,
            rate_only=ask.rate,
            posted=self._posted(platform_id, period),
            lifetime=now.figures if now else {},
        )

    async def with_posts(self, team: str, *reports: AccountReport) -> tuple[AccountReport, ...]:
        """The reports with what is remembered of the newest known posts of their periods; nothing is fetched for it."""
        posts = [self.posts.published(one.account.platform_id, one.period)[:MOST_CANDIDATES] for one in reports]
        found = await self.remembered.find(team, chain.from_iterable(posts), EVER)

        def counts(post: PostRef) -> PostCounts:
            readings = found[post].items()
            return PostCounts(
                post, self.posts.title(post), {name: (one.count, at) for name, (one, at) in readings if isinstance(one, Value)}
            )

        known = [tuple(counts(post) for post in some if post in found) for some in posts]
        return tuple(replace(one, post_counts=some) for one, some in zip(reports, known, strict=True))

    def _posted(self, platform_id: str, period: Period) -> dict[date, tuple[str, ...]]:
        """The first lines of the account's known posts by their UTC day, the newest first."""
        days: dict[date, tuple[str, ...]] = {}
        for post in self.posts.published(platform_id, period):
            if post.published_at is not None:
                day = post.published_at.date()
                days[day] = (*days.get(day, ()), self.posts.title(post))
        return days

    async def _readings(
        self, platform_id: str, period: Period, metrics: Sequence[Metric], *, fresh: bool, compared: bool
    ) -> tuple[DailyMetricsResponse | None, DailyMetricsResponse | None, MetricsResponse | None, MetricsResponse | None]:
        """Both periods by day in one request (the account card's, which may be remembered), and the reach of each period that is shown.

        Metrics of accounts alone are a request of their own. None for what was not requested.
        """
        by_day = tuple(metric for metric in metrics if metric in DAILY_POST_METRICS)
        beside = tuple(metric for metric in metrics if not metric.definition.of_posts)
        reach = tuple(metric for metric in metrics if not metric.definition.by_day)
        statistics, both = self.statistics, Period(period.before.first, period.last)
        try:
            async with asyncio.TaskGroup() as group:
                days = group.create_task(_maybe(statistics.account_daily(platform_id, both, by_day, fresh=fresh) if by_day else None))
                other = group.create_task(
                    _maybe(self._beside(platform_id, both, beside, alone=beside == tuple(metrics), fresh=fresh) if beside else None)
                )
                now = group.create_task(_maybe(statistics.account_totals(platform_id, period, reach, fresh=fresh) if reach else None))
                then = group.create_task(
                    _maybe(statistics.account_totals(platform_id, period.before, reach, fresh=fresh) if reach and compared else None)
                )
        except ExceptionGroup as failures:
            # One failure is enough: the others were cancelled because of it, or are the same.
            raise failures.exceptions[0] from None
        return days.result(), other.result(), now.result(), then.result()

    async def _lifetime(self, platform_id: str, metrics: tuple[Metric, ...], *, fresh: bool) -> MetricsResponse | None:
        """The counts as they are now; None where none is asked for."""
        if not metrics:
            return None
        try:
            return await self.statistics.account_totals(platform_id, None, metrics, fresh=fresh)
        except StatisticsError as error:
            return MetricsResponse(dict.fromkeys(metrics, _unknown(error)), frozenset(), self.clock())

    async def _beside(
        self, platform_id: str, period: Period, metrics: tuple[Metric, ...], *, alone: bool, fresh: bool
    ) -> DailyMetricsResponse:
        """The days of metrics that posts do not have: a card stands without them, since not every service has their endpoint."""
        try:
            return await self.statistics.account_daily(platform_id, period, metrics, fresh=fresh)
        except StatisticsError as error:
            if alone and not isinstance(error, NotTheApi):
                raise
            return DailyMetricsResponse(dict.fromkeys(metrics, _unknown(error)), frozenset(), self.clock())


@lru_cache(maxsize=64)
def _post_report(
    ask: PostQuery, account: Account, title: str, basis: RateBasis, *same: Same[MetricsResponse], is_young: bool, by_time: bool
) -> PostReport:
    """One object for all who ask about a post while its figures are remembered: their card is built and checked once."""
    readings = [one.value for one in same]
    found = {metric: figure for reading in readings for metric, figure in reading.figures.items()}
    figures = {metric: found[metric] for metric in ALL_METRICS if metric in found}
    return PostReport(
        post=ask.post,
        account=account,
        figures=figures,
        metrics=tuple(figures),
        freshness=freshness_of([("{name}", reading) for reading in readings]),
        basis=basis,
        title=title,
        published_at=ask.post.published_at,
        filling_in=is_young,
        matched_by_time=by_time,
        period_ignored=ask.period_ignored,
        rate_only=ask.rate,
    )


def check_fetched(report: AccountReport) -> AccountReport:
    """The report; raises MetricFailed where no figure has a value, and some failed."""
    if not report.has_value and not report.nothing_reported:
        raise MetricFailed(platform_id=report.account.platform_id)
    return report


def _unknown(error: StatisticsError) -> Failed | Unavailable:
    """What a figure is that could not be fetched: asking again may bring it, or there is none."""
    return Failed() if error.passing else Unavailable()


async def _maybe(request: Coroutine[Any, Any, T] | None) -> T | None:
    return None if request is None else await request


def _totals(response: MetricsResponse | None, daily: Mapping[Metric, Series], period: Period) -> dict[Metric, Figure]:
    """The totals of a period; a 0 is unavailable when LinkedIn reported no day of any metric."""
    totals = dict(response.figures) if response else {}
    every = [series for metric, series in daily.items() if metric.definition.of_posts and isinstance(series, Mapping)]
    if every and not any(day in period for series in every for day in series):
        return {metric: UNAVAILABLE if figure == Value(0) else figure for metric, figure in totals.items()}
    return totals


def _in_order(metrics: Sequence[Metric], by_day: dict[Metric, Figure], reach: Mapping[Metric, Figure]) -> dict[Metric, Figure]:
    figures = {**by_day, **reach}
    return {metric: figures[metric] for metric in metrics if metric in figures}


def freshness_of(forms: Sequence[tuple[str, MetricsResponse | DailyMetricsResponse | None]]) -> Freshness:
    """The sources of a card's figures, dated by the oldest; each response (not all None) has a template with "{name}" for its metrics."""
    readings = [(form, reading) for form, reading in forms if reading is not None]
    number = sum(len(_metrics(reading)) for _, reading in readings)
    cached = [form.format(name=NOUNS[metric]) for form, reading in readings for metric in _metrics(reading) if metric in reading.cached]
    recalled = [form.format(name=NOUNS[metric]) for form, reading in readings if reading.recalled for metric in _metrics(reading)]
    return Freshness(
        fetched_at=min(reading.fetched_at for _, reading in readings),
        cached="all" if cached and len(cached) == number else "part" if cached else "",
        recalled=bool(recalled),
        cached_names=tuple(dict.fromkeys(cached)) if len(cached) < number else (),
        recalled_names=tuple(dict.fromkeys(recalled)) if len(recalled) < number else (),
    )


def _metrics(reading: MetricsResponse | DailyMetricsResponse) -> Collection[Metric]:
    return (reading.figures if isinstance(reading, MetricsResponse) else reading.series).keys()


# The candidates for the best posts, the same for `top` and for digests, so that the two cannot disagree.


class CandidatePool(Struct, frozen=True):
    """The candidates with their platform ids, the newest first, of ``known`` posts; ``coverage``: whether all of the period are known."""

    posts: tuple[tuple[PostRef, str], ...]
    known: int
    coverage: Coverage


async def newest_known(
    posts: PostCatalog, accounts: Sequence[str], period: Period, wait: float, most: int = MOST_CANDIDATES
) -> CandidatePool:
    """The newest ``most`` posts of these accounts in the period; waits up to ``wait`` seconds for an incomplete list."""
    coverage = await posts.cover(period, wait)
    known = sorted(((post, account) for account in accounts for post in posts.published(account, period)), key=lambda pair: -pair[0].number)
    return CandidatePool(tuple(known[:most]), len(known), coverage)

"""Fetches figures of several posts or accounts at once: one that fails is named, and the others are shown."""

from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import Any, Final, TypeVar

from bot.access.visibility import Sources
from bot.errors import (
    AccountNotPermitted,
    BadSchedule,
    BotError,
    ConnectionUnknown,
    MetricFailed,
    NothingReported,
    NotPermitted,
    NotUnderstood,
    StatisticsError,
    TokenExpired,
)
from bot.ops.tasks import or_error, run_together
from bot.parsing.queries import AccountQuery, CompareQuery, PostQuery, TeamQuery, TopQuery, VersusQuery
from bot.parsing.vocabulary import MOST_TOP
from bot.reports.best_posts import best_by_figure, best_by_rate
from bot.reports.fetch import FILLING_IN_SECONDS, MOST_CANDIDATES, check_fetched, newest_known
from bot.schedules.timezones import zone_of
from bot.slack.request import RequestContext
from bot.statistics import comparison_reports
from bot.statistics.aggregate import SAME_REMEDY, VERSUS_SAME, Side
from bot.statistics.metrics import ENGAGEMENTS, POST_METRICS, Figures, Metric, Ranking, Rate, Value, View, engagement_rate, rate_parts
from bot.statistics.posts import PostRef
from bot.statistics.reports import DEFAULT_DAYS, AccountReport, Freshness, Period, PostReport, last_days

T = TypeVar("T")
#: Seconds that an answer waits for the list of posts.
LIST_PATIENCE: Final = 8.0
#: What is wrong with each account on its own, not with the service.
OF_AN_ACCOUNT: Final = (TokenExpired, NotPermitted, ConnectionUnknown)


class ComparisonFetcher:
    """Fetches several at once. Every method raises a StatisticsError when nothing at all could be fetched."""

    def __init__(self, sources: Sources) -> None:
        self._fetcher, self._posts, self._basis, self._clock = sources.figures, sources.posts, sources.basis, sources.clock

    async def comparison(self, ask: CompareQuery, accounts: Sequence[str], *, fresh: bool = False) -> comparison_reports.ComparisonReport:
        """The posts' lifetime figures; each is fetched for the account (platform id) at the same position in ``accounts``."""
        found = await _at_once(
            [self._post(post, account, ask.metrics or POST_METRICS, fresh=fresh) for post, account in zip(ask.posts, accounts, strict=True)]
        )
        pairs = list(zip(ask.posts, found, strict=True))
        posts = tuple(one for one in found if isinstance(one, PostReport))
        if not posts:
            raise _cause([one for one in found if isinstance(one, BotError)])
        failed = tuple(comparison_reports.FailedPost(post, str(one), _is_passing(one)) for post, one in pairs if isinstance(one, BotError))
        return comparison_reports.ComparisonReport(posts, failed, ask.metrics or POST_METRICS, self._basis, ask.period_ignored)

    async def versus(self, ask: VersusQuery, default: str, *, fresh: bool = False) -> comparison_reports.VersusReport:
        """Both sides; raises when one fails, since a comparison needs two, or where the ``default`` account makes them the same."""
        if (ask.left.account or default, ask.left.period) == (ask.right.account or default, ask.right.period):
            raise NotUnderstood(VERSUS_SAME, remedy=SAME_REMEDY)
        left, right = await _at_once([self._side(side, default, ask, fresh=fresh) for side in (ask.left, ask.right)])
        for side in (left, right):
            if isinstance(side, BotError):
                raise side
        assert isinstance(left, AccountReport)  # noqa: S101  # for the type checker: what is no error is a report
        assert isinstance(right, AccountReport)  # noqa: S101  # the same
        return comparison_reports.VersusReport(left, right, ask.metrics or POST_METRICS)

    async def team(
        self, ask: TeamQuery, name: str, accounts: Sequence[str], *, meant: int = 0, only: tuple[Metric, ...] = (), fresh: bool = False
    ) -> comparison_reports.TeamReport:
        """The accounts' period and the one before, of ``only`` these metrics; ``meant``: the team's size, where these are the first."""
        period = ask.period or last_days(DEFAULT_DAYS, self._clock().date())
        metrics = only or self._needed(ask) or POST_METRICS
        found = await _at_once([self._account(AccountQuery(period=period, metrics=metrics), one, fresh=fresh) for one in accounts])
        reports = tuple(one for one in found if isinstance(one, AccountReport))
        if not reports:
            errors = [one for one in found if isinstance(one, StatisticsError)]
            if len(accounts) == len(errors) > 1 and (len(set(map(type, errors))) > 1 or isinstance(errors[0], OF_AN_ACCOUNT)):
                raise self._fetcher.nothing_fetched(accounts, errors)
            raise _cause([one for one in found if isinstance(one, BotError)])
        failed = tuple(
            comparison_reports.FailedAccount(self._fetcher.account(account), str(one), _is_passing(one))
            for account, one in zip(accounts, found, strict=True)
            if isinstance(one, BotError)
        )
        return comparison_reports.TeamReport(
            ask.view,
            name,
            period,
            reports,
            failed,
            ask.metrics or POST_METRICS,
            ask.ranking,
            comparison_reports.USUAL_MINIMUM if ask.minimum is None else ask.minimum,
            ask.totals,
            self._basis,
            meant,
            ask.most,
        )

    def _needed(self, ask: TeamQuery) -> tuple[Metric, ...]:
        """The metrics to fetch: those shown and those that rank a board; () for all."""
        ranking = (Metric.IMPRESSION, *((self._basis.metric, *ENGAGEMENTS) if ask.ranking is Ranking.RATE else ()))
        wanted = {*ask.metrics, *(ranking if ask.view is View.BOARD else ())} if ask.metrics else ()
        return tuple(metric for metric in Metric if metric in wanted)

    async def top(
        self, ask: TopQuery, name: str, accounts: Sequence[str], *, fresh: bool = False, among: int = MOST_CANDIDATES
    ) -> comparison_reports.TopReport:
        """The best of the ``among`` newest known posts that these accounts published in the period; empty where none is known."""
        period, most = ask.period or last_days(DEFAULT_DAYS, self._clock().date()), min(ask.most, MOST_TOP)
        pool = await newest_known(self._posts, accounts, period, LIST_PATIENCE, among)
        fetch = partial(self._fetcher.post_figures, fresh=fresh)
        if ask.metric is None:
            found = await best_by_rate(self._fetcher, pool.posts, fetch, most, ask.minimum)
        else:
            found = await best_by_figure(self._fetcher, pool.posts, fetch, ask.metric, most, minimum=ask.minimum or 0)
        errors = [one.error for one in found.candidates if one.error]
        if errors and len(errors) == len(found.candidates):
            raise of_own_posts(_cause(errors))
        return comparison_reports.TopReport(
            name,
            period,
            tuple(one.report for one in found.posts),
            known=pool.known,
            asked=len(pool.posts),
            unranked=found.unranked,
            metric=ask.metric,
            basis=self._basis,
            accounts=tuple(self._fetcher.account(account) for account in accounts),
            again=sum(_is_passing(one.error) if one.error else one.has_failed(POST_METRICS) for one in found.candidates),
            coverage=pool.coverage,
            minimum=(0 if ask.metric else comparison_reports.USUAL_POST_MINIMUM) if ask.minimum is None else ask.minimum,
            most_seen=found.most_seen,
            cut=ask.most > MOST_TOP and (found.ranked > MOST_TOP or found.most_seen is not None),
        )

    async def _post(self, post: PostRef, account: str, metrics: Sequence[Any], *, fresh: bool) -> PostReport:
        ask = PostQuery(post, account, tuple(metrics))
        meant = self._fetcher.resolved(ask)
        report = await self._fetcher.post_report(meant, account, matched_by_time=meant.post != post, fresh=fresh)
        if report.nothing_fetched:
            raise MetricFailed(platform_id=account)
        return report

    async def _account(self, ask: AccountQuery, account: str, *, fresh: bool) -> AccountReport:
        return check_fetched(await self._fetcher.account_report(ask, account, fresh=fresh))

    async def _side(self, side: Side, default: str, ask: VersusQuery, *, fresh: bool) -> AccountReport:
        one = AccountQuery(period=side.period, metrics=ask.metrics or POST_METRICS)
        return await self._fetcher.account_report(one, side.account or default, fresh=fresh, compared=False)


def _is_passing(error: BotError) -> bool:
    return isinstance(error, StatisticsError) and error.passing


async def _at_once(requests: Sequence[Coroutine[Any, Any, T]]) -> list[T | BotError]:
    """Every request's answer, or its failure in its place."""
    return await run_together(or_error(BotError, one) for one in requests)


def of_own_posts(error: BotError) -> BotError:
    """The error for an account whose own posts couldn't be fetched: whose posts they are is known."""
    if isinstance(error, NotPermitted):
        return AccountNotPermitted(error.reported, status=error.status, platform_id=error.platform_id)
    return error


def _cause(errors: Sequence[BotError]) -> BotError:
    """The error to raise for all: a temporary one first, since a retry may help."""
    passing = next(filter(_is_passing, errors), None)
    return passing or next(iter(errors), None) or NothingReported()


#: The days when the question names none.
USUAL_DAYS: Final = 90
#: The most posts, the newest ones.
MOST_POSTS: Final = 500
#: LinkedIn calls of one account in an hour for this question.
MOST_CALLS: Final = 93
HOUR: Final = timedelta(hours=1)


class TimesFetcher:
    """Fetches the times of `best times`: stored figures, and of the newest posts without as many as the hour's calls allow."""

    def __init__(self, sources: Sources) -> None:
        self._figures, self._posts, self._remembered = sources.figures, sources.posts, sources.remembered
        self._people, self._quota_is_low, self._clock = sources.people, sources.quota_is_low, sources.clock

    async def times(self, account: str, asked: Period | None, context: RequestContext) -> comparison_reports.TimesReport:
        """The weekdays and hours, of the asking person's zone, at which the posts of an account (platform id) did best."""
        now = self._clock()
        period = asked or last_days(USUAL_DAYS, now.date())
        zone = (await self._people.person(context.user)).zone or "UTC"
        pool = await newest_known(self._posts, (account,), period, LIST_PATIENCE, MOST_POSTS)
        published = {post: post.published_at for post, _ in pool.posts if post.published_at is not None}
        settled = [post for post, moment in published.items() if (now - moment).total_seconds() >= FILLING_IN_SECONDS]
        found, fetched, failed = await self._found(context.team, account, settled)
        rates = {post: rate for post, figures in found.items() if (rate := self._rate(figures)) is not None}
        formats = [(self._posts.format(post), rate) for post, rate in rates.items()]
        return comparison_reports.TimesReport(
            self._figures.account(account),
            period,
            zone,
            comparison_reports.posting_times((_local(published[post], zone), rate) for post, rate in rates.items()),
            comparison_reports.overall_median([*rates.values()]),
            known=pool.known,
            looked=len(found),
            rated=len(rates),
            minimum=comparison_reports.USUAL_POST_MINIMUM,
            young=len(published) - len(settled),
            failed=failed,
            waiting=len(settled) - len(found) - failed,
            basis=self._figures.basis,
            coverage=pool.coverage,
            freshness=Freshness(min(fetched)) if fetched else None,
            formats=comparison_reports.format_rates(formats),
            unknown_formats=sum(kind is None for kind, _ in formats),
        )

    async def _found(self, team: str, account: str, posts: Sequence[PostRef]) -> tuple[dict[PostRef, Figures], list[datetime], int]:
        """The figures of the posts that have them, when each was fetched, and how many posts could not be fetched."""
        metrics = tuple(dict.fromkeys((Metric.IMPRESSION, *rate_parts(self._figures.basis))))
        now = self._clock()
        stored = await self._remembered.find(team, posts, now - self._remembered.age)
        whole = {post: readings for post in posts if all(metric in (readings := stored.get(post, {})) for metric in metrics)}
        spent = sum(at > now - HOUR for readings in stored.values() for _, at in readings.values())
        room = 0 if self._quota_is_low(account) else max(MOST_CALLS - spent, 0) // len(metrics)
        asked = [PostQuery(post, account, metrics) for post in posts if post not in whole][:room]
        answers = await run_together(or_error(StatisticsError, self._figures.post_report(one, account)) for one in asked)
        reports = [one for one in answers if isinstance(one, PostReport)]
        errors = [one for one in answers if isinstance(one, StatisticsError)]
        if errors and not reports and not whole:
            raise of_own_posts(errors[0])
        await self._remembered.save(team, reports)
        found: dict[PostRef, Figures] = {post: {metric: readings[metric][0] for metric in metrics} for post, readings in whole.items()}
        found |= {report.post: report.figures for report in reports}
        moments = [at for readings in whole.values() for _, at in readings.values()]
        return found, [*moments, *(report.freshness.fetched_at for report in reports)], len(errors)

    def _rate(self, figures: Figures) -> Fraction | None:
        impressions, rate = figures.get(Metric.IMPRESSION), engagement_rate(figures, self._figures.basis)
        enough = isinstance(impressions, Value) and impressions.count >= comparison_reports.USUAL_POST_MINIMUM
        return Fraction(rate.fraction) if enough and isinstance(rate, Rate) else None


def _local(moment: datetime, zone: str) -> datetime:
    try:
        return moment.astimezone(zone_of(zone))
    except BadSchedule:  # a zone that the tz database does not have
        return moment

"""The weekdays and hours at which posts did best: stored figures, and of the newest posts without as many as the hour's calls allow."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

from msgspec.structs import replace

from bot.access.visibility import Sources, Visibility
from bot.errors import BadSchedule, StatisticsError
from bot.ops.tasks import run_together
from bot.parsing.queries import PostQuery, TimesQuery, comparison_text
from bot.queries.fetch import LIST_PATIENCE, of_own_posts
from bot.queries.service import QueryResult
from bot.reports.fetch import FILLING_IN_SECONDS, newest_known
from bot.schedules.timezones import zone_of
from bot.slack.request import Request
from bot.statistics.comparison_reports import USUAL_POST_MINIMUM, TimesReport, format_rates, overall_median, posting_times
from bot.statistics.metrics import Figures, Metric, Rate, Value, engagement_rate, rate_parts
from bot.statistics.posts import PostRef
from bot.statistics.reports import Freshness, PostReport, last_days

#: The days when the question names none.
USUAL_DAYS: Final = 90
#: The most posts, the newest ones.
MOST_POSTS: Final = 500
#: LinkedIn calls of one account in an hour for this question.
MOST_CALLS: Final = 93
HOUR: Final = timedelta(hours=1)


class TimesService:
    """Answers `best times`."""

    def __init__(self, sources: Sources) -> None:
        self._figures, self._posts, self._remembered = sources.figures, sources.posts, sources.remembered
        self._account_resolver, self._people = sources.account_resolver, sources.people
        self._quota_is_low, self._clock = sources.quota_is_low, sources.clock

    async def times(self, query: TimesQuery, request: Request, visibility: Visibility) -> QueryResult:
        public, context, now = request.is_public(share=query.share), request.context, self._clock()
        account = await self._account_resolver.account(query, context, visibility, public=public)
        period = query.period or last_days(USUAL_DAYS, now.date())
        zone = (await self._people.person(context.user)).zone or "UTC"
        pool = await newest_known(self._posts, (account,), period, LIST_PATIENCE, MOST_POSTS)
        published = {post: post.published_at for post, _ in pool.posts if post.published_at is not None}
        settled = [post for post, moment in published.items() if (now - moment).total_seconds() >= FILLING_IN_SECONDS]
        found, fetched, failed = await self._found(context.team, account, settled)
        rates = {post: rate for post, figures in found.items() if (rate := self._rate(figures)) is not None}
        formats = [(self._posts.format(post), rate) for post, rate in rates.items()]
        report = TimesReport(
            self._figures.account(account),
            period,
            zone,
            posting_times((_local(published[post], zone), rate) for post, rate in rates.items()),
            overall_median([*rates.values()]),
            known=pool.known,
            looked=len(found),
            rated=len(rates),
            minimum=USUAL_POST_MINIMUM,
            young=len(published) - len(settled),
            failed=failed,
            waiting=len(settled) - len(found) - failed,
            basis=self._figures.basis,
            coverage=pool.coverage,
            freshness=Freshness(min(fetched)) if fetched else None,
            formats=format_rates(formats),
            unknown_formats=sum(kind is None for kind, _ in formats),
        )
        return QueryResult(report, comparison_text(replace(query, account=account, period=period, share=False, export="")))

    async def _found(self, team: str, account: str, posts: Sequence[PostRef]) -> tuple[dict[PostRef, Figures], list[datetime], int]:
        """The figures of the posts that have them, when each was fetched, and how many posts could not be fetched."""
        metrics = tuple(dict.fromkeys((Metric.IMPRESSION, *rate_parts(self._figures.basis))))
        now = self._clock()
        stored = await self._remembered.find(team, posts, now - self._remembered.age)
        whole = {post: readings for post in posts if all(metric in (readings := stored.get(post, {})) for metric in metrics)}
        spent = sum(at > now - HOUR for readings in stored.values() for _, at in readings.values())
        room = 0 if self._quota_is_low(account) else max(MOST_CALLS - spent, 0) // len(metrics)
        answers = await run_together(self._fetched(post, account, metrics) for post in [post for post in posts if post not in whole][:room])
        reports = [one for one in answers if isinstance(one, PostReport)]
        errors = [one for one in answers if isinstance(one, StatisticsError)]
        if errors and not reports and not whole:
            raise of_own_posts(errors[0])
        await self._remembered.save(team, reports)
        found: dict[PostRef, Figures] = {post: {metric: readings[metric][0] for metric in metrics} for post, readings in whole.items()}
        found |= {report.post: report.figures for report in reports}
        moments = [at for readings in whole.values() for _, at in readings.values()]
        return found, [*moments, *(report.freshness.fetched_at for report in reports)], len(errors)

    async def _fetched(self, post: PostRef, account: str, metrics: tuple[Metric, ...]) -> PostReport | StatisticsError:
        try:
            return await self._figures.post_report(PostQuery(post, account, metrics), account)
        except StatisticsError as error:
            return error

    def _rate(self, figures: Figures) -> Fraction | None:
        impressions, rate = figures.get(Metric.IMPRESSION), engagement_rate(figures, self._figures.basis)
        enough = isinstance(impressions, Value) and impressions.count >= USUAL_POST_MINIMUM
        return Fraction(rate.fraction) if enough and isinstance(rate, Rate) else None


def _local(moment: datetime, zone: str) -> datetime:
    try:
        return moment.astimezone(zone_of(zone))
    except BadSchedule:  # a zone that the tz database does not have
        return moment

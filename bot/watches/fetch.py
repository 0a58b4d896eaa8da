"""Which posts a watch is about, and their figures; what is usual comes from those stored for FIGURES_RETENTION_HOURS."""

from datetime import timedelta
from fractions import Fraction
from statistics import median
from typing import Final

from msgspec import Struct

from bot.access.visibility import Sources
from bot.errors import MetricFailed
from bot.parsing.queries import PostQuery
from bot.reports import figures as say
from bot.slack.request import RequestContext
from bot.statistics.metrics import Failed, Metric, Value
from bot.statistics.reports import Account, Period, PostReport
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import Subscription
from bot.watches.rule import MOST_LATE, POINTS, LivePost, WatchRule, went_live
from bot.watches.troubles import WatchTroubles

#: The median is that of the posts of so many days before, and of so many of them at least.
USUAL_SINCE: Final = timedelta(days=90)
FEWEST_USUAL: Final = 5


class UsualFigure(Struct, frozen=True):
    """The median of a figure of so many posts of the same account at the same age."""

    metric: Metric
    median: Fraction
    posts: int


class WatchFetcher:
    """Reads which posts are live, and their figures."""

    def __init__(self, sources: Sources, troubles: WatchTroubles) -> None:
        self._sources, self._figures, self._posts = sources, sources.figures, sources.posts
        self.troubles, self._stored, self._clock = troubles, sources.remembered, sources.clock
        self.account, self.title, self.refresh = sources.figures.account, sources.posts.title, sources.posts.refresh
        self.quota_is_low = sources.quota_is_low

    async def watched(self, watch: Subscription, context: RequestContext | None = None) -> tuple[Account, ...]:
        """The watched accounts that everybody in the channel may see; none where a newer version stored the rule. Raises StoreError."""
        rule = WatchRule.from_json(watch.rule)
        return await self._sources.watched(rule.who, watch.accounts, watch.team, watch.channel, context) if rule else ()

    async def live(self, watch: Subscription) -> tuple[Delivery, ...]:
        """The deliveries that announce the posts published since the watch was set up, a week back at most. Raises StoreError."""
        rule = WatchRule.from_json(watch.rule)
        if rule is None:
            return ()
        since = max(rule.since, self._clock() - MOST_LATE)
        known = [one for account in await self.watched(watch) for one in self._posts.listed_since(account.platform_id, since)]
        return tuple(delivery for one in known if (delivery := went_live(watch, one)) is not None)

    async def latest(self, watch: Subscription, context: RequestContext) -> LivePost | None:
        """The last post of the watched accounts in the service's list. Raises StoreError."""
        since, accounts = self._clock() - USUAL_SINCE, await self.watched(watch, context)
        known = [one for account in accounts for one in self._posts.listed_since(account.platform_id, since)]
        live = [LivePost(one.post, one.platform_id, at) for one in known if (at := one.post.published_at) is not None]
        return max(live, key=lambda one: one.published, default=None)

    async def report(self, live: LivePost) -> PostReport:
        """The post's figures; raises StatisticsError, also when all that LinkedIn has of it could not be fetched."""
        report = await self._figures.post_report(PostQuery(live.post, live.platform_id), live.platform_id)
        figures = report.figures.values()
        if any(isinstance(one, Failed) for one in figures) and not any(isinstance(one, Value) for one in figures):
            raise MetricFailed(platform_id=live.platform_id)
        return report

    async def usual(self, team: str, report: PostReport, name: str) -> UsualFigure | None:
        """What the account's posts usually had of the first figure at this age, None for too few; the report's own are stored for later."""
        await self._stored.save(team, [report])
        known = say.first_known(say.asked(report.figures, report.metrics))
        if known is None or report.published_at is None:
            return None
        period = Period(report.published_at.date() - USUAL_SINCE, report.published_at.date())
        posts = self._posts.published(report.account.platform_id, period)
        times = {post: at for post in posts if (at := post.published_at) is not None and at < report.published_at}
        before = await self._stored.at_age(team, times, known[0], POINTS[name], POINTS[name] / 8)
        return UsualFigure(known[0], Fraction(median(before.values())), len(before)) if len(before) >= FEWEST_USUAL else None

"""What an answer is made of: an Ask's readings, as values that a card can be built from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.statistics.accounts import Account
from bot.statistics.metrics import Failed, Figures, Metric, MetricChange, RateBasis, Unavailable, Value, change_between
from bot.statistics.periods import Period
from bot.statistics.posts import PostRef

#: One metric by day: only the days LinkedIn reported are present (a missing day is "not reported", never 0).
Series = Mapping[date, int] | Unavailable | Failed


@dataclass(frozen=True, slots=True)
class MetricsResponse:
    """One answer of the statistics API in totals.

    ``cached`` names the metrics the service served from its cache; ``fetched_at`` is aware, UTC; ``recalled`` is True when the bot's own
    short memory answered instead of the service.
    """

    figures: Figures
    cached: frozenset[Metric]
    fetched_at: datetime
    recalled: bool = False


@dataclass(frozen=True, slots=True)
class DailyMetricsResponse:
    """One answer of the statistics API by day (UTC days); ``recalled`` as in :class:`MetricsResponse`."""

    series: Mapping[Metric, Series]
    cached: frozenset[Metric]
    fetched_at: datetime
    recalled: bool = False


@dataclass(frozen=True, slots=True)
class Freshness:
    """Where the figures of a card come from.

    ``cached`` is "" (live), "part" or "all"; ``recalled`` is True when the bot's own short memory answered.
    """

    fetched_at: datetime
    cached: str = ""
    recalled: bool = False


@dataclass(frozen=True, slots=True)
class PostReport:
    """A post's lifetime figures.

    ``metrics`` are those asked for, in card order. ``title`` is foreign text or "". ``filling_in`` is True under 24 h of age.
    ``matched_by_time`` is True when an activity link was matched to this post by its time only. ``period_ignored`` is True when a period
    stood beside the post.
    """

    post: PostRef
    account: Account
    figures: Figures
    metrics: tuple[Metric, ...]
    freshness: Freshness
    basis: RateBasis = RateBasis.IMPRESSIONS
    title: str = ""
    published_at: datetime | None = None
    filling_in: bool = False
    matched_by_time: bool = False
    period_ignored: bool = False

    @property
    def nothing_fetched(self) -> bool:
        """Whether not one of the figures could be fetched."""
        return _nothing_fetched(self)


@dataclass(frozen=True, slots=True)
class AccountReport:
    """An account's activity in a period, on all its posts, beside the period before.

    ``before`` is None when there is nothing honest to compare with. ``daily`` holds both periods' days; ``by_day`` is True when the person
    asked for the table by day. ``summed`` are the accounts' reports that this one is the sum of; () for one account's own.
    """

    account: Account
    period: Period
    figures: Figures
    metrics: tuple[Metric, ...]
    freshness: Freshness
    before: Period | None = None
    before_figures: Figures | None = None
    daily: Mapping[Metric, Series] | None = None
    by_day: bool = False
    basis: RateBasis = RateBasis.IMPRESSIONS
    summed: tuple["AccountReport", ...] = ()

    @property
    def is_unlike(self) -> bool:
        """Whether the period before is longer or shorter: then changes are those of daily averages."""
        return self.before is not None and self.before.days != self.period.days

    def moved(self, metric: Metric) -> MetricChange | None:
        """How a figure moved against the period before; None where one of the two is unknown, or they cannot be compared."""
        if self.before is None or self.before_figures is None:
            return None
        return change_between(metric, self.figures.get(metric), self.before_figures.get(metric), (self.period.days, self.before.days))

    @property
    def nothing_fetched(self) -> bool:
        """Whether not one of the figures could be fetched."""
        return _nothing_fetched(self)

    @property
    def has_value(self) -> bool:
        """Whether LinkedIn gave a single figure of the period."""
        return any(isinstance(figure, Value) for figure in self.figures.values())

    @property
    def nothing_reported(self) -> bool:
        """Whether LinkedIn has none of the figures: it was asked for each, and none failed."""
        return all(isinstance(self.figures.get(metric), Unavailable) for metric in self.metrics)


def _nothing_fetched(report: PostReport | AccountReport) -> bool:
    return all(isinstance(report.figures.get(metric), Failed) for metric in report.metrics)

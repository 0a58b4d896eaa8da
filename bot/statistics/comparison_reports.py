"""Values of answers about several posts, accounts or periods; the ranking of accounts and posts, and the best posting times."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from statistics import median
from typing import Final, TypeVar

from msgspec import Struct, field

from bot.statistics.aggregate import unreported
from bot.statistics.metrics import ENGAGEMENTS, POST_METRICS, Metric, Ranking, Rate, RateBasis, Value, View, engagement_rate
from bot.statistics.posts import Coverage, PostFormat, PostRef
from bot.statistics.reports import Account, AccountReport, Freshness, Period, PostReport

#: The minimum of impressions for a rate or growth in a ranking; a question may name another one.
USUAL_MINIMUM = 500
#: The same for the engagement rate of a single post.
USUAL_POST_MINIMUM = 100


class FailedAccount(Struct, frozen=True):
    """An account without fetched figures; ``sentence`` says why, with the remedy. ``passing``: asking again may succeed."""

    account: Account
    sentence: str
    passing: bool = False


class FailedPost(Struct, frozen=True):
    """A post without fetched figures; ``sentence`` says why, with the remedy. ``passing``: asking again may succeed."""

    post: PostRef
    sentence: str
    passing: bool = False


class ComparisonReport(Struct, frozen=True):
    """Posts side by side, in the order of the question; at least one was fetched."""

    posts: tuple[PostReport, ...]
    failed: tuple[FailedPost, ...]
    metrics: tuple[Metric, ...]
    basis: RateBasis = RateBasis.IMPRESSIONS
    period_ignored: bool = False


class VersusReport(Struct, frozen=True):
    """The figures of two accounts, or of one account in two periods."""

    left: AccountReport
    right: AccountReport
    metrics: tuple[Metric, ...]

    @property
    def comparable(self) -> bool:
        """Whether the two periods are equally long, so that their totals can be compared."""
        return self.left.period.days == self.right.period.days

    def whole(self, metric: Metric) -> bool:
        """Whether both sides have every day of the metric; for a metric without days, every day of some metric."""
        sides = (self.left, self.right)
        if not metric.definition.by_day:
            return not any(side.lacks_whole_days for side in sides)
        return not any(unreported((side.daily or {}).get(metric, {}), side.period) for side in sides)


class TeamReport(Struct, frozen=True):
    """A team's period; at least one account was fetched.

    ``name`` is a group's, or "" for all accounts. With ``totals_only`` no account's own figures are shown. ``meant`` is the size
    of a team that is too large for one answer, which has only the first ones; else 0. A card shows the first ``most`` accounts, or all.
    """

    view: View
    name: str
    period: Period
    reports: tuple[AccountReport, ...]
    failed: tuple[FailedAccount, ...] = ()
    metrics: tuple[Metric, ...] = POST_METRICS
    ranking: Ranking = Ranking.RATE
    minimum: int = USUAL_MINIMUM
    totals_only: bool = False
    basis: RateBasis = RateBasis.IMPRESSIONS
    meant: int = 0
    most: int | None = None


class RankedRow(Struct, frozen=True):
    """An account's place: 1 is the best; ``tied`` when others have the same; None, without a score, if it could not be ranked."""

    report: AccountReport
    place: int | None = None
    tied: bool = False
    score: Fraction | float | None = None


class RankedPost(Struct, frozen=True):
    """A post's place: 1 is the best; ``tied`` when others have the same."""

    report: PostReport
    place: int
    tied: bool


class MostSeen(Struct, frozen=True):
    """Ranked are the ``posts`` of ``of`` with the most impressions, ``least`` or more; ``tied``: one that is not ranked has as many."""

    posts: int
    least: int
    of: int
    tied: bool


class TopReport(Struct, frozen=True):
    """The best posts, the best first, of ``known`` ones published in the period; ``asked`` of them were requested.

    ``unranked`` of those failed or lack the ranking figure; for ``again`` of these a retry may help. ``coverage`` says whether all listed
    posts of the period are known. ``minimum`` is the minimum of impressions for a place, ``most_seen`` the posts ranked by rate where not
    all of these are. ``metric`` is the ranking metric, None for the engagement rate. ``name`` is an account's or a group's, or "" for all
    accounts. ``cut`` is True when more posts were wanted than a card lists.
    """

    name: str
    period: Period
    posts: tuple[PostReport, ...]
    known: int
    asked: int
    unranked: int
    metric: Metric | None = None
    basis: RateBasis = RateBasis.IMPRESSIONS
    accounts: tuple[Account, ...] = ()
    again: int = 0
    coverage: Coverage = field(default_factory=Coverage)
    minimum: int = 0
    most_seen: MostSeen | None = None
    cut: bool = False


def score(report: AccountReport, ranking: Ranking, minimum: int) -> Fraction | float | None:
    """An account's score, of ``minimum`` impressions or more (a growth's: of the period before); None when it is unknown."""
    now, before = report.figures.get(Metric.IMPRESSION), (report.before_figures or {}).get(Metric.IMPRESSION)
    seen = now if ranking is Ranking.RATE else before
    if not (isinstance(seen, Value) and seen.count >= minimum):
        return None
    if ranking is Ranking.GROWTH:
        moved = report.moved(Metric.IMPRESSION)
        return moved.percent if moved else None
    engagement = engagement_rate(report.figures, report.basis) if _like_parts(report) else None
    return engagement.fraction if isinstance(engagement, Rate) else None


T = TypeVar("T")


def _placed(scored: Iterable[tuple[Fraction | float, T]], shown: Callable[[Fraction | float], str]) -> Iterator[tuple[T, int, bool]]:
    """Each with its place and whether it shares it, the best first: the same shown score is one place, the next counts all: 1, 2, 2, 4."""
    best = sorted(scored, key=lambda pair: -pair[0])
    texts = [shown(score) for score, _ in best]
    return ((one, texts.index(text) + 1, texts.count(text) > 1) for text, (_, one) in zip(texts, best, strict=True))


def ranked_posts(scored: Iterable[tuple[Fraction | float, PostReport]], shown: Callable[[Fraction | float], str]) -> tuple[RankedPost, ...]:
    """The posts by score, the best first."""
    return tuple(RankedPost(post, place, tied) for post, place, tied in _placed(scored, shown))


def _like_parts(report: AccountReport) -> bool:
    """Whether the parts of a rate cover the same days (reach always covers the whole period); else the rate would be wrong."""
    daily, parts = report.daily or {}, (*ENGAGEMENTS, report.basis.metric)
    return len({unreported(daily[part], report.period) if part in daily else () for part in parts}) <= 1


def ranked(
    reports: Sequence[AccountReport], ranking: Ranking, minimum: int, shown: Callable[[Fraction | float], str]
) -> tuple[RankedRow, ...]:
    """The accounts by place, then those without."""
    scored = [(score(report, ranking, minimum), report) for report in reports]
    known = [(value, (value, report)) for value, report in scored if value is not None]
    places = tuple(RankedRow(report, place, tied, value) for (value, report), place, tied in _placed(known, shown))
    return (*places, *(RankedRow(report) for value, report in scored if value is None))


#: Of fewer posts a median is not shown.
FEWEST_POSTS: Final = 3


class PostingTime(Struct, frozen=True):
    """The posts published on a weekday (0 is Monday) in an hour; None for any of them. ``rate`` is their median engagement rate."""

    weekday: int | None
    hour: int | None
    posts: int
    rate: Fraction

    @property
    def is_hour(self) -> bool:
        return self.weekday is not None and self.hour is not None


class FormatRate(Struct, frozen=True):
    """The posts of one format, and their median engagement rate."""

    format: PostFormat
    posts: int
    rate: Fraction


class TimesReport(Struct, frozen=True):
    """An account's posts of a period by weekday and hour of ``zone``.

    ``times`` are those of ``FEWEST_POSTS`` posts or more: weekdays with their hour, then weekdays, then hours, each the best first.
    ``known`` posts are known, ``looked`` of them, the newest, have figures, ``rated`` of these a rate of ``minimum`` impressions or more.
    ``young`` were left out because their figures still grow, ``failed`` because they could not be fetched; ``waiting`` can be looked at
    when the account has calls again. ``overall`` is the median of all rated posts; ``formats`` are those of ``FEWEST_POSTS`` of them or
    more, the best first, and ``unknown_formats`` counts the rated posts whose format is not known.
    """

    account: Account
    period: Period
    zone: str
    times: tuple[PostingTime, ...]
    overall: Fraction | None
    known: int
    looked: int
    rated: int
    minimum: int
    young: int = 0
    failed: int = 0
    waiting: int = 0
    basis: RateBasis = RateBasis.IMPRESSIONS
    coverage: Coverage = field(default_factory=Coverage)
    freshness: Freshness | None = None
    formats: tuple[FormatRate, ...] = ()
    unknown_formats: int = 0

    @property
    def best(self) -> PostingTime | None:
        return next((time for time in self.times if time.is_hour), None)


def posting_times(rated: Iterable[tuple[datetime, Fraction]]) -> tuple[PostingTime, ...]:
    """The times of enough posts; each post is its local moment of publication and its rate."""
    groups: dict[tuple[int | None, int | None], list[Fraction]] = {}
    for moment, rate in rated:
        day, hour = moment.weekday(), moment.hour
        for key in ((day, hour), (day, None), (None, hour)):
            groups.setdefault(key, []).append(rate)
    found = [PostingTime(*key, len(rates), Fraction(median(rates))) for key, rates in groups.items() if len(rates) >= FEWEST_POSTS]
    found.sort(key=lambda time: (not time.is_hour, time.weekday is None, -time.rate, time.weekday or 0, time.hour or 0))
    return tuple(found)


def format_rates(rated: Iterable[tuple[PostFormat | None, Fraction]]) -> tuple[FormatRate, ...]:
    """The formats of enough posts; each post is its format, None where that is not known, and its rate."""
    groups: dict[PostFormat, list[Fraction]] = {}
    for kind, rate in rated:
        if kind is not None:
            groups.setdefault(kind, []).append(rate)
    found = [FormatRate(kind, len(rates), Fraction(median(rates))) for kind, rates in groups.items() if len(rates) >= FEWEST_POSTS]
    return tuple(sorted(found, key=lambda one: -one.rate))


def overall_median(rates: Sequence[Fraction]) -> Fraction | None:
    return Fraction(median(rates)) if rates else None

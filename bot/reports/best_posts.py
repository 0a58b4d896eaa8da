"""Ranks posts by engagement rate, for `top` and digests: only those with the most impressions, so that few figures are fetched."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from bot.errors import BotError, MetricFailed
from bot.ops.tasks import run_together
from bot.parsing.queries import PostQuery
from bot.reports.fetch import ReportFetcher
from bot.slack.numbers import rate_digits
from bot.statistics.comparison_reports import USUAL_POST_MINIMUM, MostSeen, RankedPost, ranked_posts
from bot.statistics.metrics import POST_METRICS, Failed, Figures, Metric, Rate, Value, engagement_rate, rate_parts
from bot.statistics.posts import PostRef
from bot.statistics.reports import MetricsResponse, PostReport

#: So many of the most seen posts are ranked, however few are wanted: `top` and a digest name the same ones first.
RANKED: Final = 10

Metrics = tuple[Metric, ...]
#: Fetches figures of a post for an account (platform id); raises BotError.
FetchFigures = Callable[[PostRef, str, Metrics], Awaitable[MetricsResponse]]


class Candidate(Struct, eq=False):
    """A post with its fetched figures, or why those that rank it could not be fetched."""

    post: PostRef
    account: str
    readings: list[MetricsResponse] = field(default_factory=list)
    error: BotError | None = None

    @property
    def figures(self) -> Figures:
        return {metric: figure for reading in self.readings for metric, figure in reading.figures.items()}

    def count(self, metric: Metric) -> int | None:
        figure = self.figures.get(metric)
        return figure.count if isinstance(figure, Value) else None

    def has_failed(self, metrics: Metrics) -> bool:
        found = self.figures
        return self.error is not None or any(isinstance(found.get(metric), Failed) for metric in metrics)


class PostRanking(Struct, frozen=True):
    """The best posts, and every candidate; ``most_seen`` is None where all with enough impressions (``ranked``, or ``unranked``) count."""

    posts: tuple[RankedPost, ...]
    ranked: int
    unranked: int
    candidates: tuple[Candidate, ...]
    most_seen: MostSeen | None = None


async def best_by_rate(
    fetcher: ReportFetcher, posts: Iterable[tuple[PostRef, str]], fetch: FetchFigures, most: int, minimum: int | None = None
) -> PostRanking:
    """The best ``most`` of these posts (the newest first, each with its platform id), among the most seen, or all with ``minimum``."""
    ranking = tuple(metric for metric in rate_parts(fetcher.basis) if metric is not Metric.IMPRESSION)
    others = tuple(metric for metric in POST_METRICS if metric not in (Metric.IMPRESSION, *ranking))
    candidates = [Candidate(post, account) for post, account in posts]
    await run_together(_add(one, (Metric.IMPRESSION,), fetch) for one in candidates)
    least = USUAL_POST_MINIMUM if minimum is None else minimum
    counts = {one: seen for one in candidates if (seen := one.count(Metric.IMPRESSION)) is not None}
    enough = sorted((one for one, seen in counts.items() if seen >= least), key=lambda one: -counts[one])
    chosen = enough[:RANKED] if minimum is None else enough
    await run_together(_add(one, ranking, fetch) for one in chosen)
    by_post = {one.post: one for one in candidates if one in chosen and one.error is None}
    rates = [(engagement_rate(report.figures, report.basis), report) for report in (_report(fetcher, one) for one in by_post.values())]
    ranked = ranked_posts([(rate.fraction, report) for rate, report in rates if isinstance(rate, Rate)], rate_digits)
    best = ranked[:most]
    await run_together(_add_shown(by_post[one.report.post], others, fetch) for one in best if others)
    is_cut = len(chosen) < len(enough)
    least = counts[chosen[-1]] if is_cut else least
    return PostRanking(
        posts=tuple(replace(one, report=_report(fetcher, by_post[one.report.post])) for one in best),
        ranked=len(ranked),
        unranked=len(candidates) - len(ranked) - (len(counts) - len(chosen) if is_cut else 0),
        candidates=tuple(candidates),
        most_seen=MostSeen(len(chosen), least, len(counts), tied=counts[enough[len(chosen)]] == least) if is_cut else None,
    )


async def best_by_figure(
    fetcher: ReportFetcher, posts: Iterable[tuple[PostRef, str]], fetch: FetchFigures, metric: Metric, most: int, *, minimum: int = 0
) -> PostRanking:
    """The ``most`` posts with the highest figure among those with at least ``minimum`` impressions; every figure of each is fetched."""
    candidates = [Candidate(post, account) for post, account in posts]
    await run_together(_add(one, POST_METRICS, fetch) for one in candidates)
    enough = [one for one in candidates if not minimum or (one.count(Metric.IMPRESSION) or 0) >= minimum]
    counts = [(figure, _report(fetcher, one)) for one in enough if not one.error and (figure := one.count(metric)) is not None]
    ranked = ranked_posts(counts, str)
    return PostRanking(ranked[:most], len(ranked), len(candidates) - len(ranked), tuple(candidates))


async def _add(one: Candidate, metrics: Metrics, fetch: FetchFigures) -> None:
    try:
        reading = await fetch(one.post, one.account, metrics)
    except BotError as error:
        one.error = error
    else:
        one.readings.append(reading)
        if all(isinstance(figure, Failed) for figure in reading.figures.values()):
            one.error = MetricFailed(platform_id=one.account)


async def _add_shown(one: Candidate, metrics: Metrics, fetch: FetchFigures) -> None:
    """Fetches figures that are only shown: the post has its place without them."""
    try:
        reading = await fetch(one.post, one.account, metrics)
    except BotError:
        reading = replace(one.readings[0], figures=dict.fromkeys(metrics, Failed()), cached=frozenset(), recalled=False)
    one.readings.append(reading)


def _report(fetcher: ReportFetcher, one: Candidate) -> PostReport:
    return fetcher.report_of(PostQuery(one.post, one.account), one.account, *one.readings)

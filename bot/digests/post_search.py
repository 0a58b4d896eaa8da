"""Searches an account's best posts with few calls to LinkedIn: the figures that say most about the rate are fetched first.

::

    all affordable ─→ impressions of each ─ enough? ─→ the rest of the rate
    else ─→ reactions of each ─→ the rate's basis, those first whose reactions are many ─→ the other figures of those that may be the best

The calls of one hour don't reach for fifty unknown posts: up to two hours before a digest their reactions and impressions are
collected (``PostSearch.collect``), and its own hour fetches the rest of those that may be the best, the likely ones first. Figures of
the last two days only order the requests; those that rank a post are fetched now. Comments have no upper bound but the account's usual
share: ``PostSearch.undecided`` counts the posts that may still be better by it.
"""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, Final

from bot.ops.tasks import run_together
from bot.statistics.comparison_reports import USUAL_POST_MINIMUM
from bot.statistics.metrics import ENGAGEMENTS, Figures, Metric, Rate, RateBasis, Value, engagement_rate
from bot.statistics.posts import PostRef
from bot.statistics.reports import PostReport

BEST_POSTS: Final = 3

#: Calls for a figure that fails: it is retried once.
FAILED_CALLS: Final = 2

#: The engagement that posts have most of.
_LEADING: Final = ENGAGEMENTS[0]

#: So many posts that may be the best have calls reserved for their other figures.
_KEPT_FOR: Final = 7
#: Posts fetched at once.
_AT_ONCE: Final = 3
#: The most plausible comments or reshares for each reaction, until this many posts of the account are known.
_HIGHEST_SHARE: Final = Fraction(1)
_TELLING: Final = 8
_MARGIN: Final = Fraction(3, 2)
#: The factor by which a rate may have grown since the figures of the last two days.
_GROWTH: Final = Fraction(6, 5)
_LAST_HOURS: Final = timedelta(hours=3)
#: The age at which a post has about half of its final impressions.
_HALF_SEEN: Final = timedelta(hours=24)
#: Below this average of impressions many of an account's posts are under the minimum, which one figure shows.
_FEW_IMPRESSIONS: Final = 3 * USUAL_POST_MINIMUM

Metrics = tuple[Metric, ...]


def ranking_metrics(basis: RateBasis) -> Metrics:
    """The metrics that rank a post: the parts of its rate, and its impressions, for the minimum."""
    return tuple(dict.fromkeys((basis.metric, *ENGAGEMENTS, Metric.IMPRESSION)))


def is_affordable(posts: int, basis: RateBasis, calls: int) -> bool:
    """Whether so many calls reach for everything that ranks so many posts, even where much of it fails."""
    return posts * (1 + FAILED_CALLS * (len(ranking_metrics(basis)) - 1)) <= calls


@dataclass
class Candidate:
    """A post with its figures fetched now and those of the last two days."""

    post: PostRef
    account: str
    earlier: Figures = field(default_factory=dict)
    #: When the oldest of these was fetched.
    earlier_at: datetime | None = None
    report: PostReport | None = None
    #: The requested metrics, also those that failed.
    asked: set[Metric] = field(default_factory=set)
    #: True when the post could not be fetched at all.
    failed: bool = False

    def now(self, metric: Metric) -> int | None:
        return _count(self.report.figures if self.report else {}, metric)

    def about(self, metric: Metric) -> int | None:
        """The figure fetched now, else that of the last two days."""
        now = self.now(metric)
        return _count(self.earlier, metric) if now is None else now

    def is_settled(self, ranking: Metrics) -> bool:
        """Whether no request can change its rank: everything was requested, or a part shows that it has no place."""
        impressions, asked = self.now(Metric.IMPRESSION), self.asked.intersection(ranking)
        few = impressions is not None and impressions < USUAL_POST_MINIMUM
        return few or self.failed or len(asked) == len(ranking) or any(self.now(metric) is None for metric in asked)


def _count(figures: Figures, metric: Metric) -> int | None:
    figure = figures.get(metric)
    return figure.count if isinstance(figure, Value) else None


#: Fetches figures of a post into the candidate; returns the LinkedIn calls that it took at most.
Fetch = Callable[[Candidate, Metrics], Coroutine[Any, Any, int]]


class PostSearch:
    """Searches an account's posts (the newest first) with at most ``left`` calls to LinkedIn; ``now`` is aware, UTC."""

    def __init__(self, candidates: Sequence[Candidate], fetch: Fetch, basis: RateBasis, left: int, now: datetime) -> None:
        self._candidates, self._fetch, self._basis, self._left, self._now = candidates, fetch, basis, left, now
        self._ranking = ranking_metrics(basis)

    async def run(self, impressions: int | None) -> None:
        """Fetches what ranks the posts; ``impressions`` are the account's in the period, None where they are unknown."""
        every, base = self._candidates, self._basis.metric
        affordable = is_affordable(len(every), self._basis, self._left)
        if affordable or (impressions is not None and impressions < len(every) * _FEW_IMPRESSIONS):
            await self._ask((one, (Metric.IMPRESSION,)) for one in every)
        if affordable or FAILED_CALLS * sum(len(self._missing(one)) for one in self._open()) <= self._left:
            await self._ask((one, self._ranking) for one in self._open())
            return
        await self._ask((one, (_LEADING,)) for one in self._open() if one.about(_LEADING) is None)
        await self._ask(((one, (base,)) for one in self._by_promise()), reserved=_KEPT_FOR * (len(self._ranking) - 2))
        while await self._decide() and await self._ask((one, (base,)) for one in self._by_promise()[:_AT_ONCE]):
            pass

    async def collect(self) -> None:
        """Fetches reactions and the rate's basis where the last two days have none."""
        begin = (_LEADING, self._basis.metric)
        await self._ask((one, tuple(metric for metric in begin if one.about(metric) is None)) for one in self._candidates)

    def undecided(self) -> int:
        """The number of posts that may be better than those found: nothing bounds their rate, or its bound reaches the third best."""
        third, bases = self._third_best(), [(one, one.about(self._basis.metric)) for one in self._open()]
        return sum(None in (base, one.about(_LEADING)) or bool(base and self._at_most(one, base) >= third) for one, base in bases)

    def _open(self) -> list[Candidate]:
        """The posts that may have a place and lack requests for ranking figures."""
        return [one for one in self._candidates if not one.is_settled(self._ranking)]

    def _missing(self, one: Candidate) -> Metrics:
        return tuple(metric for metric in self._ranking if metric not in one.asked)

    async def _ask(self, wanted: Iterable[tuple[Candidate, Metrics]], reserved: int = 0) -> bool:
        """Fetches figures of posts, as many as the calls left allow without the ``reserved`` ones; False when they allow none."""
        each = ((one, tuple(metric for metric in metrics if metric not in one.asked)) for one, metrics in wanted)
        waiting, asked = [(one, metrics) for one, metrics in each if metrics], False
        while waiting:
            room, wave = self._left - reserved, 0
            while wave < len(waiting) and (room := room - FAILED_CALLS * len(waiting[wave][1])) >= 0:
                wave += 1
            if not wave:
                break
            self._left -= sum(await run_together(self._fetch(one, metrics) for one, metrics in waiting[:wave]))
            waiting, asked = waiting[wave:], True
        return asked

    def _by_promise(self) -> list[Candidate]:
        """The posts whose basis is unknown and that may be the best, those with the most reactions for their age first."""
        bases = [base for one in self._candidates if (base := one.about(self._basis.metric))]
        least, third = min(bases, default=1), self._third_best()
        lacking = [one for one in self._open() if one.about(self._basis.metric) is None]
        unknown = [(number, one) for one in lacking if (number := one.about(_LEADING)) is not None]
        promising = [(number / self._seen(one), one) for number, one in unknown if self._at_most(one, least) >= third]
        return [one for _, one in sorted(promising, key=lambda pair: -pair[0])]

    def _seen(self, one: Candidate) -> float:
        """The approximate share of its final impressions that a post of this age has."""
        age = self._now - one.post.published_at if one.post.published_at else _HALF_SEEN
        return max(age / (age + _HALF_SEEN), 0.01) if age > timedelta() else 0.01

    async def _decide(self) -> bool:
        """Fetches what is missing of the posts that may be among the best, until none is left; False when the calls do not allow it."""
        while True:
            third = self._third_best()
            known = [(one, base) for one in self._open() if (base := one.about(self._basis.metric))]
            likely = [(self._engagements(one, self._usual) / base, one) for one, base in known if self._at_most(one, base) >= third]
            best = sorted(likely, key=lambda pair: -pair[0])[:_AT_ONCE]
            if not best:
                return True
            if not await self._ask((one, self._next(one)) for _, one in best):
                return False

    def _next(self, one: Candidate) -> Metrics:
        """The next metrics to fetch: the first one of which nothing is known, else the current values of all."""
        missing = self._missing(one)
        return tuple(metric for metric in missing if one.about(metric) is None)[:1] or missing

    def _third_best(self) -> Fraction | float:
        """The rate that a place among the best takes, from the posts with all figures; negative while there are fewer."""
        rates = [
            rate.fraction
            for one in self._candidates
            if one.report and (one.now(Metric.IMPRESSION) or 0) >= USUAL_POST_MINIMUM
            if isinstance(rate := engagement_rate(one.report.figures, self._basis), Rate)
        ]
        return sorted(rates, reverse=True)[BEST_POSTS - 1] if len(rates) >= BEST_POSTS else -1

    def _at_most(self, one: Candidate, base: int) -> Fraction:
        """The highest plausible rate of a post with this basis, from its known figures and the account's other posts.

        Where some are earlier ones, one more engagement is plausible; after hours, also some growth.
        """
        most = self._engagements(one, self._highest)
        if all(metric in one.asked or one.about(metric) is None for metric in self._ranking):
            return most / base
        grows = one.earlier_at is None or self._now - one.earlier_at > _LAST_HOURS
        return (most + 1) / base * (_GROWTH if grows else 1)

    def _engagements(self, one: Candidate, unknown: Callable[[Metric, int], Fraction]) -> Fraction:
        """The post's engagements, those that are not known by this function of the metric and the post's reactions."""
        leading = one.about(_LEADING) or 0
        counts = [(metric, one.about(metric)) for metric in ENGAGEMENTS[1:]]
        return Fraction(leading) + sum(unknown(metric, leading) if number is None else number for metric, number in counts)

    def _usual(self, metric: Metric, leading: int) -> Fraction:
        """So many of the metric as the account's posts have for as many reactions."""
        known = self._known(metric)
        return leading * Fraction(sum(number for number, _ in known), max(sum(reactions for _, reactions in known), 1))

    def _highest(self, metric: Metric, leading: int) -> Fraction:
        """The most plausible number of the metric for so many reactions: one at least."""
        shares = [Fraction(number, max(reactions, 1)) for number, reactions in self._known(metric)]
        return max(leading * (max(shares) * _MARGIN if len(shares) >= _TELLING else _HIGHEST_SHARE), Fraction(1))

    def _known(self, metric: Metric) -> list[tuple[int, int]]:
        """The account's posts with this metric, each with its reactions."""
        pairs = [(one.about(metric), one.about(_LEADING)) for one in self._candidates]
        return [(number, leading) for number, leading in pairs if number is not None and leading is not None]

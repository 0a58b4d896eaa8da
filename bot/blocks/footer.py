"""Small print: where figures come from, how fresh they are, which days are missing, and what a card had to leave out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from bot.blocks.figures import NOUNS, RATE_BASIS, listed
from bot.blocks.mrkdwn import moment
from bot.domain.metrics import Metric, RateBasis
from bot.domain.periods import Period, label
from bot.domain.reports import Freshness, Series

RECALLED = "from a moment ago"
CACHED = {"": "live", "part": "in part from cache", "all": "from cache"}
FETCHED = "fetched {moment}, {source}"
RATE_FORMULA = "rate = (reactions + comments + reshares) / {basis}"
UTC_DAYS = "Whole days in UTC"
NOT_REPORTED = "LinkedIn did not report {days}{metrics}: left out, not counted as 0."
MORE_DAYS = "{n} more days"

#: So many stretches of days are named; the rest is counted.
_NAMED = 6


def source(freshness: Freshness) -> str:
    """Live, cached or recalled. Slack's cache times are never promised: the service's own differ from page to page."""
    if not freshness.recalled:
        return CACHED[freshness.cached]
    return f"{RECALLED}, {CACHED[freshness.cached]}" if freshness.cached else RECALLED


def footer(freshness: Freshness, basis: RateBasis | None, *, by_days: bool) -> str:
    """A card's last line in mrkdwn. ``basis`` None leaves out the rate's formula; ``by_days`` says the figures cover whole UTC days."""
    fetched = FETCHED.format(moment=moment(freshness.fetched_at), source=source(freshness))
    parts = [UTC_DAYS, fetched] if by_days else [fetched[0].upper() + fetched[1:]]
    if basis is not None:
        parts.append(RATE_FORMULA.format(basis=RATE_BASIS[basis]))
    return " · ".join(parts)


def missing_days(daily: Mapping[Metric, Series], metrics: Sequence[Metric], period: Period) -> dict[tuple[date, ...], list[Metric]]:
    """The days of ``period`` that LinkedIn did not report, each stretch with the metrics it is missing from."""
    wanted = {period.first + timedelta(days=step) for step in range(period.days)}
    missing: dict[tuple[date, ...], list[Metric]] = {}
    for metric in metrics:
        series = daily.get(metric)
        if isinstance(series, Mapping) and (gone := wanted - series.keys()):
            missing.setdefault(tuple(sorted(gone)), []).append(metric)
    return missing


def not_reported(missing: Mapping[tuple[date, ...], Sequence[Metric]], all_metrics: int, today: date) -> list[str]:
    """A sentence for each set of missing days; the metrics are named unless the days are missing from all of them."""
    return [
        NOT_REPORTED.format(
            days=named_days(days, today),
            metrics="" if len(metrics) == all_metrics else f" for {listed(NOUNS[metric] for metric in metrics)}",
        )
        for days, metrics in missing.items()
    ]


def named_days(days: Iterable[date], today: date) -> str:
    """Days in words, neighbours as stretches: ``12 Nov, 18–20 Nov``; what is beyond six stretches is counted."""
    stretches = _stretches(days)
    named = [label(stretch, today) for stretch in stretches[:_NAMED]]
    rest = sum(stretch.days for stretch in stretches[_NAMED:])
    return listed([*named, MORE_DAYS.format(n=rest)]) if rest else listed(named)


def _stretches(days: Iterable[date]) -> list[Period]:
    stretches: list[Period] = []
    for day in days:
        if stretches and day - stretches[-1].last == timedelta(days=1):
            stretches[-1] = Period(stretches[-1].first, day)
        else:
            stretches.append(Period(day, day))
    return stretches

"""From days to figures: what LinkedIn reported by day, summed over a period, and compared only where that is honest."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.domain.metrics import Failed, Figure, Metric, Unavailable, Value
from bot.domain.periods import Period
from bot.domain.reports import Series


def tally(series: Series, period: Period) -> Figure:
    """The sum of the days reported inside ``period``; unavailable when LinkedIn reported none of them."""
    if isinstance(series, (Unavailable, Failed)):
        return series
    counts = [count for day, count in series.items() if day in period]
    return Value(sum(counts)) if counts else Unavailable()


def unreported(series: Series, period: Period) -> tuple[date, ...]:
    """The days of ``period`` that LinkedIn did not report, in order; none for a figure that is unknown as a whole."""
    if isinstance(series, (Unavailable, Failed)):
        return ()
    days = (period.first + timedelta(days=step) for step in range(period.days))
    return tuple(day for day in days if day not in series)


def tallies(daily: Mapping[Metric, Series], period: Period) -> dict[Metric, Figure]:
    """Every daily metric's sum over ``period``."""
    return {metric: tally(series, period) for metric, series in daily.items()}


def comparable(daily: Mapping[Metric, Series], period: Period, before: Period) -> dict[Metric, Figure]:
    """The sums over ``before``, without the metrics of which either period has unreported days.

    An unfinished period is never compared with a whole one.
    """
    return {
        metric: tally(series, before)
        for metric, series in daily.items()
        if not unreported(series, period) and not unreported(series, before)
    }

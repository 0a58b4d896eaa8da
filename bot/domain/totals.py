"""Figures of several accounts added up, and only what can honestly be added.

Reach counts people, some of them twice: it is never added. A sum of which any part is unknown is unknown, and names the parts; an account
that LinkedIn has no figure of at all is no part of it, else one such account would leave nothing of all the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.accounts import Account
from bot.domain.metrics import (
    DAILY_METRICS,
    Failed,
    Figure,
    Figures,
    Metric,
    Unavailable,
    Value,
)
from bot.domain.reports import AccountReport, Series


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over accounts, or why there is none: ``missing`` names the accounts that have no value."""

    figure: Figure
    missing: tuple[Account, ...] = ()


def counted(reports: Sequence[AccountReport]) -> tuple[AccountReport, ...]:
    """The accounts that a sum is over: without those that LinkedIn has no figure of, unless it has none of any."""
    return tuple(one for one in reports if not one.nothing_reported) or tuple(reports)


def uncounted(reports: Sequence[AccountReport]) -> tuple[Account, ...]:
    """The accounts that LinkedIn has no figure of, which no sum is over."""
    return tuple(one.account for one in reports if one.nothing_reported) if len(counted(reports)) < len(reports) else ()


def total(reports: Sequence[AccountReport], metric: Metric) -> Total:
    """The metric's sum over those of the accounts that are counted; never of reach, unless it is one account's own."""
    return _sum(metric, [(one.account, one.figures) for one in counted(reports)])


def total_before(reports: Sequence[AccountReport], metric: Metric) -> Total:
    """The same for the period before."""
    return _sum(metric, [(one.account, one.before_figures or {}) for one in counted(reports)])


def total_daily(reports: Sequence[AccountReport], metric: Metric) -> Series:
    """The metric by day over the accounts that are counted: only the days that every one of them reported."""
    every = [(one.daily or {}).get(metric, Unavailable()) for one in counted(reports)]
    known: list[Mapping[date, int]] = [series for series in every if not isinstance(series, (Unavailable, Failed))]
    if not known or len(known) < len(every):
        return next((series for series in every if isinstance(series, Failed)), Unavailable())
    days = set(known[0]).intersection(*known[1:])
    return {day: sum(series[day] for series in known) for day in sorted(days)}


def _sum(metric: Metric, figures: Sequence[tuple[Account, Figures]]) -> Total:
    if len(figures) == 1:
        return Total(figures[0][1].get(metric, Unavailable()))
    if metric not in DAILY_METRICS:
        return Total(Unavailable())
    each = [(account, known.get(metric, Unavailable())) for account, known in figures]
    missing = tuple(account for account, figure in each if not isinstance(figure, Value))
    if missing:
        failed = any(isinstance(figure, Failed) for _, figure in each)
        return Total(Failed() if failed else Unavailable(), missing)
    return Total(Value(sum(figure.count for _, figure in each if isinstance(figure, Value))))

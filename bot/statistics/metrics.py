"""Five metrics, the three states of a figure, the engagement rate, and change.

A figure is a **value**, **unavailable** (LinkedIn has none), or **failed** (it could not be fetched). Neither of the last two is ever a
zero: arithmetic on them gives an unknown, which names the metrics that are missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Metric(StrEnum):
    """The five metrics of the statistics API, by the API's own names, in the order a card shows them."""

    IMPRESSION = "IMPRESSION"
    MEMBERS_REACHED = "MEMBERS_REACHED"
    REACTION = "REACTION"
    COMMENT = "COMMENT"
    RESHARE = "RESHARE"

    # Every answer looks figures up by metric; the string's own hash is remembered, Enum's is a Python call each time.
    __hash__ = str.__hash__


ALL_METRICS: tuple[Metric, ...] = tuple(Metric)

#: The metrics LinkedIn reports by day; reach is a count of people and exists for whole windows only.
DAILY_METRICS: tuple[Metric, ...] = tuple(metric for metric in Metric if metric is not Metric.MEMBERS_REACHED)

#: What counts as engagement: the numerator of the rate.
ENGAGEMENTS: tuple[Metric, ...] = (Metric.REACTION, Metric.COMMENT, Metric.RESHARE)


@dataclass(frozen=True, slots=True)
class Value:
    """A figure LinkedIn gave: a whole number, 0 or more."""

    count: int


@dataclass(frozen=True, slots=True)
class Unavailable:
    """LinkedIn has no figure (the API's null without an error)."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The figure could not be fetched just now (the API's null with an error)."""


Figure = Value | Unavailable | Failed
Figures = Mapping[Metric, Figure]


class RateBasis(StrEnum):
    """What an engagement rate is a rate of."""

    IMPRESSIONS = "impressions"
    REACH = "reach"

    @property
    def metric(self) -> Metric:
        """The denominator's metric."""
        return Metric.IMPRESSION if self is RateBasis.IMPRESSIONS else Metric.MEMBERS_REACHED


@dataclass(frozen=True, slots=True)
class Rate:
    """An engagement rate: (reactions + comments + reshares) / basis, as a fraction (0.0368 is 3.68 %)."""

    fraction: float
    basis: RateBasis


@dataclass(frozen=True, slots=True)
class UnknownRate:
    """No rate can be said: ``missing`` names the unknown parts; empty when the denominator is 0."""

    basis: RateBasis
    missing: tuple[Metric, ...]


def engagement_rate(figures: Figures, basis: RateBasis = RateBasis.IMPRESSIONS) -> Rate | UnknownRate:
    """The engagement rate of these figures, or which parts it lacks.

    A metric that is absent from ``figures`` counts as missing. Source: PostPost's sample (568 / 15,420 = 3.68 % of impressions).
    """
    parts = (*ENGAGEMENTS, basis.metric)
    counts = {metric: figure.count for metric in parts if isinstance(figure := figures.get(metric), Value)}
    missing = tuple(metric for metric in parts if metric not in counts)
    if missing or counts[basis.metric] == 0:
        return UnknownRate(basis, missing)
    return Rate(sum(counts[metric] for metric in ENGAGEMENTS) / counts[basis.metric], basis)


#: Below this earlier value a percentage says more than the figures do, so only the absolute change is given.
SMALL_BASE = 10


@dataclass(frozen=True, slots=True)
class MetricChange:
    """How a figure moved against the period before.

    ``absolute`` is signed. ``percent`` is a fraction (0.12 is +12 %), or None when the earlier value is too small for one;
    ``new`` is True when the earlier value was 0 and this one is not.
    """

    absolute: int
    percent: float | None
    new: bool = False


def change(now: Figure | None, before: Figure | None) -> MetricChange | None:
    """The change from ``before`` to ``now``; None unless both are values."""
    if not (isinstance(now, Value) and isinstance(before, Value)):
        return None
    moved = now.count - before.count
    if before.count == 0:
        return MetricChange(moved, None, new=now.count > 0)
    if before.count < SMALL_BASE:
        return MetricChange(moved, None)
    return MetricChange(moved, moved / before.count)

"""The table of metrics, the three states of a figure, the engagement rate, and change.

A figure is a **value**, **unavailable** (LinkedIn has none), or **failed** (it could not be fetched). Neither of the last two is ever a
zero: arithmetic on them gives an unknown, which names the metrics that are missing.
"""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Self

from msgspec import Struct


class MetricDefinition(Struct, frozen=True, kw_only=True):
    """What the bot knows about a metric.

    ``label`` is its heading, ``singular`` the noun for 1; ``word`` is how it is typed and written in commands, ``spellings`` are the other
    words for it. ``additive`` is False where a sum over accounts or days would count people twice; ``by_day`` is False where LinkedIn has
    whole periods only. ``engagement`` is True for a part of the engagement rate's numerator. ``alert_minimum`` is what one of an alert's
    two windows must have when nothing else is asked. ``output`` is the name of the workflow step's output. ``of_posts`` is False where
    LinkedIn has the figure of accounts only; ``sum_note`` says what a sum over accounts counts twice. ``lifetime`` is the heading of the
    count as it is now, to which each day's figure is added, and the name of its output in small letters; "" where there is none.
    """

    label: str
    singular: str
    word: str
    spellings: tuple[str, ...]
    output: str
    alert_minimum: int = 20
    additive: bool = True
    by_day: bool = True
    engagement: bool = False
    of_posts: bool = True
    sum_note: str = ""
    lifetime: str = ""


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split(", "))


class Metric(StrEnum):
    """The metrics of the statistics API, by the API's own names, in the order a card shows them: one row holds all there is to know."""

    IMPRESSION = (
        "IMPRESSION",
        MetricDefinition(
            label="Impressions",
            singular="impression",
            word="impressions",
            spellings=("impression", "views", "view", "imp", "imps", "impr"),
            output="impressions",
            alert_minimum=100,
        ),
    )
    MEMBERS_REACHED = (
        "MEMBERS_REACHED",
        MetricDefinition(
            label="Members reached",
            singular="member reached",
            word="reach",
            spellings=_listed(
                "reached, members_reached, members reached, people reached, unique views, member reach, unique impressions, people saw, "
                "people seen, people viewed"
            ),
            output="members_reached",
            alert_minimum=100,
            additive=False,
            by_day=False,
        ),
    )
    REACTION = (
        "REACTION",
        MetricDefinition(
            label="Reactions",
            singular="reaction",
            word="reactions",
            spellings=("reaction", "likes"),
            output="reactions",
            engagement=True,
        ),
    )
    COMMENT = (
        "COMMENT",
        MetricDefinition(
            label="Comments", singular="comment", word="comments", spellings=("comment", "replies"), output="comments", engagement=True
        ),
    )
    RESHARE = (
        "RESHARE",
        MetricDefinition(
            label="Reshares",
            singular="reshare",
            word="reshares",
            spellings=("reshare", "shares", "reposts", "repost", "share count"),
            output="reshares",
            engagement=True,
        ),
    )
    FOLLOWERS = (
        "FOLLOWERS",
        MetricDefinition(
            label="New followers",
            singular="new follower",
            word="followers",
            spellings=_listed(
                "follower, new followers, new follower, followers gained, net new followers, net followers, follower growth, "
                "followers growth, follower count, follow count, total followers, subscribers"
            ),
            output="new_followers",
            alert_minimum=10,
            of_posts=False,
            sum_note="Somebody who follows several of the accounts is counted once for each.",
            lifetime="Followers",
        ),
    )

    definition: MetricDefinition

    def __new__(cls, api_name: str, *definition: MetricDefinition) -> Self:
        """A member with the API's name as its value; ``definition`` is variadic so that ``Metric("COMMENT")`` type-checks as a lookup."""
        member = str.__new__(cls, api_name)
        member._value_ = api_name
        (member.definition,) = definition
        return member

    # Every answer looks figures up by metric; the string's own hash is remembered, Enum's is a Python call each time.
    __hash__ = str.__hash__


ALL_METRICS: tuple[Metric, ...] = tuple(Metric)
#: The metrics of a post, and of a question about several accounts that names none.
POST_METRICS: tuple[Metric, ...] = tuple(metric for metric in Metric if metric.definition.of_posts)
#: Of those, the metrics LinkedIn reports by day.
DAILY_POST_METRICS: tuple[Metric, ...] = tuple(metric for metric in POST_METRICS if metric.definition.by_day)
#: The metrics LinkedIn reports by day.
DAILY_METRICS: tuple[Metric, ...] = tuple(metric for metric in Metric if metric.definition.by_day)
#: The metrics that can be added over accounts without counting anybody twice.
ADDITIVE_METRICS: tuple[Metric, ...] = tuple(metric for metric in Metric if metric.definition.additive)
#: What counts as engagement: the numerator of the rate.
ENGAGEMENTS: tuple[Metric, ...] = tuple(metric for metric in Metric if metric.definition.engagement)
#: Each metric's heading: ``Members reached``.
NAMES: Mapping[Metric, str] = {metric: metric.definition.label for metric in Metric}


class Value(Struct, frozen=True):
    """A figure LinkedIn gave: a whole number, 0 or more."""

    count: int


class Unavailable(Struct, frozen=True):
    """LinkedIn has no figure (the API's null without an error)."""


class Failed(Struct, frozen=True):
    """The figure could not be fetched just now (the API's null with an error)."""


Figure = Value | Unavailable | Failed
Figures = Mapping[Metric, Figure]


class RateBasis(StrEnum):
    """The denominator of an engagement rate."""

    IMPRESSIONS = "impressions"
    REACH = "reach"

    @property
    def metric(self) -> Metric:
        return Metric.IMPRESSION if self is RateBasis.IMPRESSIONS else Metric.MEMBERS_REACHED


def rate_parts(basis: RateBasis) -> tuple[Metric, ...]:
    return tuple(metric for metric in ALL_METRICS if metric in (*ENGAGEMENTS, basis.metric))


class Rate(Struct, frozen=True):
    """An engagement rate: (reactions + comments + reshares) / basis, as an exact fraction (0.0368 is 3.68%)."""

    fraction: Fraction | float
    basis: RateBasis


class UnknownRate(Struct, frozen=True):
    """There is no rate: ``missing`` names the unknown parts; empty when the denominator is 0."""

    basis: RateBasis
    missing: tuple[Metric, ...]


def engagement_rate(figures: Figures, basis: RateBasis = RateBasis.IMPRESSIONS) -> Rate | UnknownRate:
    """The engagement rate, or its missing parts (PostPost's sample: 568 / 15,420 = 3.68% of impressions)."""
    parts = (*ENGAGEMENTS, basis.metric)
    counts = {metric: figure.count for metric in parts if isinstance(figure := figures.get(metric), Value)}
    missing = tuple(metric for metric in parts if metric not in counts)
    if missing or counts[basis.metric] == 0:
        return UnknownRate(basis, missing)
    return Rate(Fraction(sum(counts[metric] for metric in ENGAGEMENTS), counts[basis.metric]), basis)


def rate_change(now: Rate | UnknownRate, before: Rate | UnknownRate, days: tuple[int, int] = (1, 1)) -> Fraction | None:
    """The change of a rate as a fraction (0.01 is a point); None for unknown ones, and for people over periods of unlike ``days``."""
    if not (isinstance(now, Rate) and isinstance(before, Rate)):
        return None
    if days[0] != days[1] and not now.basis.metric.definition.by_day:
        return None
    return Fraction(now.fraction) - Fraction(before.fraction)


#: Below this earlier value a percentage would be misleading, and only the absolute change is given.
SMALL_BASE = 10


class MetricChange(Struct, frozen=True):
    """The change of a figure against the period before.

    ``absolute`` is signed. ``percent`` is a fraction (0.12 is +12%), or None when the earlier value is too small for one;
    ``new`` is True when the earlier value was 0 and this one is not. ``per_day`` are both periods' daily averages where they are not
    equally long: then ``percent`` compares these, and ``absolute`` says nothing.
    """

    absolute: int
    percent: Fraction | float | None
    new: bool = False
    per_day: tuple[Fraction, Fraction] | None = None

    @property
    def sign(self) -> int:
        moved = self.per_day[0] - self.per_day[1] if self.per_day else self.absolute
        return (moved > 0) - (moved < 0)


def change(now: Figure | None, before: Figure | None, days: tuple[int, int] = (1, 1)) -> MetricChange | None:
    """The change from ``before`` to ``now``, whose periods have ``days`` days; None unless both are values."""
    if not (isinstance(now, Value) and isinstance(before, Value)):
        return None
    moved = now.count - before.count
    per_day = None if days[0] == days[1] else (Fraction(now.count, days[0]), Fraction(before.count, days[1]))
    if before.count == 0:
        return MetricChange(moved, None, new=now.count > 0, per_day=per_day)
    if before.count < SMALL_BASE:
        return MetricChange(moved, None, per_day=per_day)
    return MetricChange(moved, per_day[0] / per_day[1] - 1 if per_day else Fraction(moved, before.count), per_day=per_day)


def change_between(metric: Metric, now: Figure | None, before: Figure | None, days: tuple[int, int]) -> MetricChange | None:
    """The same for a metric; reach, which counts people once in a period, is not compared over periods of other lengths."""
    return change(now, before, days) if metric.definition.by_day or days[0] == days[1] else None


class View(StrEnum):
    """The view of a team: sums with a row for each account, or the accounts ranked."""

    TEAM = "team"
    BOARD = "board"


class Ranking(StrEnum):
    """The ranking of a board: by engagement rate, or by growth of impressions against the period before."""

    RATE = "rate"
    GROWTH = "growth"

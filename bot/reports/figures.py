"""Figures in words: a metric's name, its three states, its change, the engagement rate; in fields, headlines and stories.

The three states are never mixed up: a value is a number, the other two say which of them they are, and neither ever reads as 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.blockkit.numbers import count, percent, rate, signed
from bot.reports.messages import FIGURES_NEW, FIGURES_NOT_FETCHED, NO_FIGURE, RATE_BASIS
from bot.statistics.metrics import (
    ENGAGEMENTS,
    NAMES,
    Failed,
    Figure,
    Figures,
    Metric,
    MetricChange,
    Rate,
    RateBasis,
    Unavailable,
    UnknownRate,
    Value,
    change,
)

NOTHING_FETCHED = "figures couldn't be fetched"
FIGURES_NO_FIGURES = "LinkedIn has no figures"
BEFORE_NO_FIGURE = "(before: n/a)"
BEFORE_NOT_FETCHED = "(before: couldn't be fetched)"
UNCHANGED = "unchanged"
RATE_UNKNOWN = "n/a: {parts} are unknown"
RATE_OF_NOTHING: Final[Mapping[RateBasis, str]] = {RateBasis.IMPRESSIONS: "n/a: no impressions", RateBasis.REACH: "n/a: nobody reached"}


NOUNS: Final[Mapping[Metric, str]] = {metric: name.lower() for metric, name in NAMES.items()}


#: A figure that was asked for and is not in the answer at all could not be fetched either.
MISSING: Final = Failed()
UNAVAILABLE: Final = Unavailable()

#: The metrics asked for, each with its figure, in the order a card shows them.
AskedFigures = Sequence[tuple[Metric, Figure]]

_TITLES: Final[Mapping[Metric, str]] = {metric: f"*{name}*\n" for metric, name in NAMES.items()}


def asked(figures: Figures, metrics: Iterable[Metric]) -> AskedFigures:
    """The figures of the metrics asked for."""
    return [(metric, figures.get(metric, MISSING)) for metric in metrics]


def listed(parts: Iterable[str]) -> str:
    """Words as a list: ``comments``, ``comments and reshares``, ``reactions, comments and reshares``."""
    *head, last = parts
    return f"{', '.join(head)} and {last}" if head else last


def noun(metric: Metric, number: int) -> str:
    """A counted metric: ``1 comment``, ``23 reshares``."""
    return f"{count(number)} {metric.definition.singular if number == 1 else NOUNS[metric]}"


def state(figure: Figure) -> str:
    """A figure alone: ``45,230``, or which of the two unknowns it is."""
    if isinstance(figure, Value):
        return count(figure.count)
    return FIGURES_NOT_FETCHED if isinstance(figure, Failed) else NO_FIGURE


def field(metric: Metric, figure: Figure, comparison: str = "") -> str:
    """A card's field in mrkdwn: the name, the figure, and how it compares."""
    return f"{_TITLES[metric]}{state(figure)}  {comparison}" if comparison else _TITLES[metric] + state(figure)


def comparison(figure: Figure, earlier: Figure) -> str:
    """How a figure stands beside the period before: the change with its sign and its base, or why there is none."""
    if not isinstance(figure, Value):
        return ""
    moved = change(figure, earlier)
    if moved is None:
        return BEFORE_NOT_FETCHED if isinstance(earlier, Failed) else BEFORE_NO_FIGURE
    return mark(moved, figure.count - moved.absolute)


def mark(moved: MetricChange, base: int) -> str:
    """A change with its sign and its base: ``▲ 12% (+4,850 on 40,380)``, ``▲ +3 on 5``, ``▲ new, 0 before``, ``unchanged``."""
    if not moved.absolute:
        return UNCHANGED
    arrow = "▲" if moved.absolute > 0 else "▼"
    if moved.new:
        return f"{arrow} {FIGURES_NEW}"
    if moved.percent is None:
        return f"{arrow} {signed(moved.absolute)} on {count(base)}"
    return f"{arrow} {percent(moved.percent)} ({signed(moved.absolute)} on {count(base)})"


def direction(moved: MetricChange) -> str:
    """A change for a headline: ``up 12%``, ``down 3``, ``none before``, ``unchanged``."""
    if not moved.absolute:
        return UNCHANGED
    if moved.new:
        return "none before"
    size = count(abs(moved.absolute)) if moved.percent is None else percent(moved.percent)
    return f"{'up' if moved.absolute > 0 else 'down'} {size}"


def told_change(moved: MetricChange) -> str:
    """A change for a story: ``up 12% (+4,850)``."""
    words = direction(moved)
    return f"{words} ({signed(moved.absolute)})" if moved.percent is not None and moved.absolute else words


def rate_words(engagement: Rate | UnknownRate) -> str:
    """An engagement rate and of what it is one, or which of its parts are unknown."""
    if isinstance(engagement, Rate):
        return f"{rate(engagement.fraction)} of {RATE_BASIS[engagement.basis]}"
    if engagement.missing:
        return RATE_UNKNOWN.format(parts=listed(NOUNS[metric] for metric in engagement.missing))
    return RATE_OF_NOTHING[engagement.basis]


def rate_asked(metrics: tuple[Metric, ...], basis: RateBasis) -> bool:
    """True when every part of the rate is among the metrics asked for: a card of two metrics has no rate."""
    return basis.metric in metrics and all(part in metrics for part in ENGAGEMENTS)


def first_known(asked_for: AskedFigures) -> tuple[Metric, Value] | None:
    """What a headline is about: the first asked metric with a value."""
    for metric, figure in asked_for:
        if isinstance(figure, Value):
            return metric, figure
    return None


def failed(asked_for: AskedFigures) -> list[Metric]:
    """The metrics that could not be fetched."""
    return [metric for metric, figure in asked_for if isinstance(figure, Failed)]


def nothing(asked_for: AskedFigures) -> str:
    """What is said when no figure is known at all; LinkedIn's "none" only when none of them failed."""
    return NOTHING_FETCHED if failed(asked_for) else FIGURES_NO_FIGURES


def unknowns(asked_for: AskedFigures) -> list[str]:
    """The sentences that name what has no figure and what could not be fetched; none when everything is known."""
    absent = [NOUNS[metric] for metric, figure in asked_for if isinstance(figure, Unavailable)]
    sentences = [f"LinkedIn has no figure for {listed(absent)}."] if absent else []
    if lacking := failed(asked_for):
        words = listed(NOUNS[metric] for metric in lacking)
        sentences.append(f"{words[0].upper()}{words[1:]} {FIGURES_NOT_FETCHED}.")
    return sentences

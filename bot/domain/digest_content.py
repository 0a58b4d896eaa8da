"""The parts of a digest that can be shown or left out; the headline, the figures and every warning always stand."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Part(StrEnum):
    """A part of a digest that people choose, by the word that stands for it in the grammar and the database."""

    #: The period and the one before it, day by day.
    CHART = "chart"
    #: A row for each account, where there are several.
    ACCOUNTS = "rows"
    #: The best of the known posts published in the period.
    BEST = "best"
    #: New followers, where the service gives them.
    FOLLOWERS = "followers"
    #: How far the goals of its accounts are, where there are any.
    GOALS = "goals"
    #: The table by day, in the thread.
    DETAILS = "details"


ALL_PARTS: tuple[Part, ...] = tuple(Part)

#: The name kept where every part is left out: an empty list means all of them.
FIGURES_ALONE: Final = "figures"


def shown(content: Iterable[str]) -> frozenset[Part]:
    """The parts that these names ask for; none at all means every part, and a name of another version counts for nothing."""
    names = tuple(content)
    return frozenset(part for part in ALL_PARTS if part in names) if names else frozenset(ALL_PARTS)


def chosen(parts: Iterable[Part]) -> tuple[str, ...]:
    """The names to keep for these parts, in their order; empty when they are all of them."""
    wanted = frozenset(parts)
    if wanted >= frozenset(ALL_PARTS):
        return ()
    return tuple(part.value for part in ALL_PARTS if part in wanted) or (FIGURES_ALONE,)

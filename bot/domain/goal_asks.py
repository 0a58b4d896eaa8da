"""What is asked about goals: values, and the canonical words that buttons carry."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain import vocabulary
from bot.domain.account_names import id_word
from bot.domain.goals import Every, Goal
from bot.domain.metrics import Metric

#: The word that every question about goals begins with.
GOAL: Final = "goal"
#: Everybody's sum.
TEAM: Final = vocabulary.TEAM


class GoalDeed(StrEnum):
    """What is to be done, by the word for it."""

    LIST = "list"
    SET = "set"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class GoalAsk:
    """One question about goals.

    ``who`` are the words for an account or a group, or "team"; "" when nobody was named. ``channel`` is a Slack id, "" for where one asks.
    Of a goal to be deleted, what is None or "" was not said.
    """

    deed: GoalDeed
    who: str = ""
    metric: Metric | None = None
    target: int | None = None
    every: Every | None = None
    channel: str = ""


def set_words(who: str, metric: Metric, target: int, every: Every) -> str:
    """The words that set such a goal: ``goal team reactions 1000 week``."""
    return " ".join(filter(None, (GOAL, who, vocabulary.METRIC_NAMES[metric], str(target), every.value)))


def delete_words(goal: Goal) -> str:
    """The words that delete this goal and no other."""
    who = id_word(goal.account) if goal.account else goal.who
    return " ".join((GOAL, GoalDeed.DELETE, who, vocabulary.METRIC_NAMES[goal.metric], goal.every.value))

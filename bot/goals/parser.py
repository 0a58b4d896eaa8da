"""Reads commands about goals: "goal acme comments 1.2k quarter in #marketing" → a GoalCommand; and writes those that buttons carry.

::

    text ─ channel taken out ─ names, numbers, words ─┬ a metric, a number, a kind of period ──┐
                                                      └ what is left names account or group ──┴→ GoalCommand
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from fractions import Fraction
from functools import partial
from typing import Final, TypeVar

from msgspec import Struct, field

from bot.errors import SAY_WHICH, NotUnderstood
from bot.lazy_regex import any_case, lazy_regex
from bot.management.actions import NotPossible
from bot.parsing import vocabulary
from bot.parsing.dates import HOLIDAYS, MONTHS, WEEKDAYS
from bot.parsing.foreign_periods import THIS, english_unit
from bot.parsing.languages import ARTICLES
from bot.parsing.reasons import GIVEN, NO_COUNT, NOT_GIVEN, not_given
from bot.parsing.suggestions import is_read
from bot.parsing.text import AMOUNT, NO_CHANNEL_ID, ON_THE_WAY, check_length, nearest_word, read_amount, with_figures, without_channels
from bot.schedules.timezones import PLAIN_NAMES, zone_named
from bot.statistics.metrics import Metric
from bot.statistics.reports import TEAM, id_word
from bot.subscriptions.goal import Every, Goal

CHANNEL_REMEDY = "Type # and choose the channel from Slack's list, or set the goal in the channel itself."
_WORDS = tuple(vocabulary.METRIC_NAMES.values())
NO_METRIC = f"A goal needs a figure: {', '.join(_WORDS[:-1])} or {_WORDS[-1]}."
NEW_NUMBER, SAY_NEW = "Say the new number, or by how much it changes.", "Like `change the goal to 60k` or `10% more`. See what it is:"
TWO_METRICS, TWO_EVERY = "A goal is for one figure, and you named {n}.", "A goal is for one period, and you named more than one."
NO_PAUSE, SEE_EACH = "A goal can't be paused, only deleted.", "Each goal has a button for it:"
NO_ZONE, LEAVE_OUT = "A goal counts LinkedIn's days, which are UTC's, so “{zone}” has no place in it.", "Leave it out:"
NO_TARGET = "A goal needs a number: how many {metric} per {every}?"
TWO_TARGETS, QUOTE_NAMES = "I can't tell which of these numbers is the goal: {numbers}.", "If a name has a number in it, put it in quotes."
NOT_WHOLE, TOO_LARGE = "“{typed}” isn't a whole number of 1 or more.", "“{typed}” is more than I can count towards ({most:,})."
NO_CHANGE, NO_EVERY = "A goal is a number to reach, not a change in percent.", "Is that for a week, a month or a quarter?"
NOT_FOR = "A goal is for the week, month or quarter that is running, not for “{word}”."
RATE_REMEDY = "`alert engagement below 2% week` tells you when the rate falls. A goal reads like this:"
REACH_OF_SEVERAL = "Reach counts people, and some see several accounts, so I never add it up: it can be a goal of one account only."
REACH_REMEDY = "Name one account, or take another figure:"
EXAMPLES = ("goal impressions 50,000 month", "goal team reactions 1k week")
SAY_IT, DID_YOU_MEAN = "Say it like one of these:", "Did you mean “{word}”?"
#: The word that every command about goals begins with.
GOAL: Final = "goal"
ONLY_REACHED, SEE_HOW_FAR = "A goal tells you once, when it is reached, and nothing before.", "`goals` shows how far it is:"


class GoalAction(StrEnum):
    """An action, by its word."""

    LIST = "list"
    SET = "set"
    #: Of the only goal that its words name: a new number, or another kind of period.
    CHANGE = "change"
    DELETE = "delete"


class GoalCommand(Struct, frozen=True):
    """A command about goals.

    ``who`` names an account or a group, or is "team"; "" when none is named. ``channel`` is a Slack id, "" for where the command is typed.
    For a deletion, what is None or "" is not restricted.
    """

    action: GoalAction
    who: str = ""
    metric: Metric | None = None
    target: int | None = None
    every: Every | None = None
    channel: str = ""
    #: 1 for a change that makes it more by ``target``, -1 for less.
    by: int = 0
    #: By what the number is multiplied, instead of a new one.
    times: Fraction | None = None


def set_words(who: str, metric: Metric, target: int, every: Every) -> str:
    return " ".join(filter(None, (GOAL, who, vocabulary.METRIC_NAMES[metric], str(target), every.value)))


def goal_words(goal: Goal, *action: GoalAction, name: str = "") -> str:
    """The words for this goal and no other; with a number behind them they set it. ``name`` is its account's, said instead of its id."""
    who = (name or id_word(goal.account)) if goal.account else goal.who
    return " ".join((GOAL, *action, who, vocabulary.METRIC_NAMES[goal.metric], goal.every.value))


#: The largest goal: what every database and every client counts exactly.
MOST = 10**12

GOAL_WORDS = frozenset({GOAL, "goals", "target", "targets"})
_ACTIONS = {
    **dict.fromkeys(("list", "ls", "show", "all", "status", "progress"), GoalAction.LIST),
    **dict.fromkeys(("delete", "remove", "cancel", "drop", "stop"), GoalAction.DELETE),
    **dict.fromkeys(("set", "new", "add", "create"), GoalAction.SET),
    **dict.fromkeys(("change", "edit", "update", "raise", "lower", "increase", "decrease", "reduce", "move", "make"), GoalAction.CHANGE),
}
_EVERY = {
    **dict.fromkeys(("week", "weekly", "weeks", "w"), Every.WEEK),
    **dict.fromkeys(("month", "monthly", "months", "eom"), Every.MONTH),
    **dict.fromkeys(("quarter", "quarterly", "quarters", "eoq"), Every.QUARTER),
}
_TEAM = frozenset({TEAM, "everyone", "everybody", "all"})
_AROUND = vocabulary.FILLERS | ARTICLES | THIS | GOAL_WORDS | {
    "this", "per", "every", "each", "group", "into", "until", "than", "least", "more", "end", "pro", "par", "por", "instead", "aim", "hit",
    "aiming", "hitting", "get", "getting", "going", "shoot", "up", "down", "enough", "lower", "decrease", "reduce", "cut", "minus", "take",
    "less", "fewer", "higher", "raise", "increase", "off", "add", "whole",
}  # fmt: skip
_KNOWN = (*(one for one in vocabulary.METRIC_WORDS if " " not in one), *(each.value for each in Every), "delete", "list", TEAM)

_AMOUNT, _SIGNED = any_case(AMOUNT), any_case(rf"[-+]({AMOUNT})")
#: A year beside another number.
_YEAR = lazy_regex(r"20\d\d")
#: Words for periods that goals do not have.
NOT_EVERY = frozenset((*MONTHS, *(month[:3] for month in MONTHS), *WEEKDAYS, *HOLIDAYS, "q1", "q2", "q3", "q4")) | frozenset(
    ("year", "yearly", "eoy", "year-end", "half-year", "fortnight", "day", "daily", "today", "half", "rate", "%")
)
_ANOTHER = frozenset({"next", "previous", "coming", "last", "past"})
_TIMES = {"double": Fraction(2), "twice": Fraction(2), "triple": Fraction(3), "halve": Fraction(1, 2), "half": Fraction(1, 2)}
#: Characters around a word, in addition to those that the tokenizer removes.
_WRAPPING = "?.=+/"

_LESS = "lower|less|fewer|down|decrease|reduce|cut|minus|take"
#: "By 10,000", "10% higher", "5k more".
_BY = any_case(rf"(\b(?P<less>{_LESS})\b.*?)?\b(by|add)\s+((?P<minus>-|minus\b)|\+|\d)|\d\S*\s*%?\s+((?P<fewer>{_LESS})|more|higher|up)\b")
_TO_REACH = any_case(rf"\breach(es|ed|ing)? (?={AMOUNT})")

T = TypeVar("T")


def read_goal(text: str) -> GoalCommand:
    """The command in a text that begins with "goal".

    Raises NotUnderstood: something is missing or named twice; ``suggestions`` are whole commands that can be asked.
    """
    try:
        return _read(text)
    except NotUnderstood as error:
        error.suggestions = tuple(one for one in error.suggestions if is_read(partial(_read, one))) or EXAMPLES
        raise


def _read(text: str) -> GoalCommand:
    check_length(text)
    channels, plain = without_channels(re.sub(r"(?<=\d)\s?per\s?cent\b", "%", text, flags=re.IGNORECASE))
    if ON_THE_WAY.search(plain):
        raise NotUnderstood(ONLY_REACHED, remedy=SEE_HOW_FAR, suggestions=(f"{GOAL}s",))
    if len(channels) > 1:
        raise NotUnderstood(f"A goal belongs to one channel, and you named {len(channels)}.", remedy=CHANNEL_REMEDY)
    if figure := vocabulary.NO_FIGURE.search(plain.lower()):
        raise NotUnderstood(NOT_GIVEN.format(word=figure[0]), remedy=GIVEN, suggestions=EXAMPLES)
    parts = _sorted(with_figures(re.sub(r"\bminus +(?=\d)", "-", "".join(plain.split(maxsplit=1)[1:]))))
    metric, every, channel = _one(parts.metrics, TWO_METRICS), _one(parts.every, TWO_EVERY), "".join(channels)
    if parts.action is GoalAction.DELETE:
        return GoalCommand(GoalAction.DELETE, parts.who, metric, None, every)
    names_nothing = plain.lower().startswith("goals ") and not (metric or parts.targets or every or parts.action)
    if (parts.is_list and not channels) or names_nothing:
        return GoalCommand(GoalAction.LIST)
    by = _BY.search(plain)
    sign = (-1 if any(by.groups()) else 1) if by else 0
    if parts.action is GoalAction.SET and not metric and re.search(r"\bto\s+\d", plain):
        parts.action = GoalAction.CHANGE
    if parts.action is GoalAction.CHANGE and parts.percent:
        if not by or len(parts.targets) != 1:
            raise NotUnderstood(NEW_NUMBER, remedy=SAY_NEW, suggestions=(f"{GOAL} {GoalAction.LIST}",))
        parts.times = 1 + sign * read_amount(parts.targets.pop().lstrip("-+")) / 100
    if parts.action is GoalAction.CHANGE and (len(set(parts.targets)) == 1 or ((every or parts.times) and not parts.targets)):
        target = _number(parts.targets[0].lstrip("-+" if by else "")) if parts.targets else None
        return GoalCommand(GoalAction.CHANGE, parts.who, metric, target, every, channel, sign, parts.times)
    return _set(parts, metric, every, channel)


class _Parts(Struct):
    """The words of a goal command, classified."""

    action: GoalAction | None = None
    metrics: list[Metric] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    every: list[Every] = field(default_factory=list)
    team: bool = False
    #: Whether it is about a number of posts.
    posts: bool = False
    percent: bool = False
    times: Fraction | None = None
    rest: list[str] = field(default_factory=list)

    @property
    def who(self) -> str:
        """The name of the account or group, or "team"."""
        return " ".join(self.rest) or (TEAM if self.team else "")

    @property
    def is_list(self) -> bool:
        """Whether the text has nothing that a goal is made of."""
        return self.action in (None, GoalAction.LIST) and not (self.metrics or self.targets or self.every or self.who)


def _sorted(text: str) -> _Parts:
    parts = _Parts()
    for at, word in enumerate(_phrases(vocabulary.tokenize(text, amounts=True))):
        if at == 0 and word.lower() == "pause":
            raise NotUnderstood(NO_PAUSE, remedy=SEE_EACH, suggestions=(f"{GOAL} {GoalAction.LIST}",))
        if _AMOUNT.fullmatch(word) or _SIGNED.fullmatch(word):
            parts.targets.append(word)
        elif vocabulary.is_quoted(word):
            parts.rest.append(word)
        elif word.lower() in PLAIN_NAMES or ("/" in word and zone_named(word)):
            raise NotUnderstood(
                NO_ZONE.format(zone=word), remedy=LEAVE_OUT, suggestions=(f"{GOAL} {' '.join(text.replace(word, '').split())}",)
            )
        elif at == 0 and (action := _ACTIONS.get(word.lower())):
            # "Goal all impressions 50k" has a number, "goals all" none.
            parts.action, parts.team = action, word.lower() in _TEAM and any(map(str.isdigit, text))
        else:
            _mean(parts, word)
    if len(set(parts.metrics)) > 1 and _TO_REACH.search(text):
        parts.metrics.remove(Metric.MEMBERS_REACHED)
    return parts


def _phrases(words: Sequence[str]) -> Iterator[str]:
    at = 0
    while at < len(words):
        pair = " ".join(words[at : at + 2])
        together = " " in pair and (pair.lower() in vocabulary.METRIC_WORDS or pair.lower() in HOLIDAYS)
        yield pair if together else words[at]
        at += 2 if together else 1


def _mean(parts: _Parts, word: str) -> None:
    bare = word if word.lower().startswith("linkedin-") else re.sub(r"['’]s$", "", word.strip(_WRAPPING))
    lower = bare.lower()
    if metric := vocabulary.METRIC_WORDS.get(lower):
        parts.metrics.append(metric)
    elif every := _EVERY.get(lower) or _EVERY.get(english_unit(lower)):
        parts.every.append(every)
    elif lower in _TEAM or (parts.team and lower == "accounts"):
        parts.team = True
    elif lower in ("post", "posts"):
        parts.posts = True
    elif lower == "%":
        parts.percent = True
    elif word.startswith("#"):
        raise NotPossible(NO_CHANNEL_ID.format(name=word[:60]), remedy=CHANNEL_REMEDY)
    elif times := _TIMES.get(lower.rstrip("d")):
        parts.times = times
    elif lower and lower not in _AROUND:
        parts.rest.append(bare)


def _set(parts: _Parts, metric: Metric | None, every: Every | None, channel: str) -> GoalCommand:
    if parts.times or (parts.percent and vocabulary.RATE_WORDS.isdisjoint(word.lower() for word in parts.rest)):
        raise NotUnderstood(NO_CHANGE, remedy=SAY_IT, suggestions=EXAMPLES)
    target = _target(parts, metric, every)
    if metric is None:
        raise _without_metric(NO_METRIC, parts, target, every)
    other = next((word for word in parts.rest if _YEAR.fullmatch(word) or word.lower() in (_ANOTHER if every else NOT_EVERY)), "")
    other = f"{other} {every}" if every and other.lower() in _ANOTHER else other
    if other or every is None:
        # A place is mostly no account: "goal 10k impressions in paris".
        named = dict.fromkeys((who := _who_named(parts), "" if vocabulary.is_place(who.lower()) else who))
        each = tuple(set_words(name, metric, target, one) for name in named for one in ((every,) if every else Every))
        sentence = NOT_FOR.format(word=other) if other else NO_EVERY
        raise NotUnderstood(sentence, remedy=_typo_remedy(parts) or SAY_WHICH, suggestions=each)
    if not metric.definition.additive and parts.team and not parts.rest:
        raise NotUnderstood(REACH_OF_SEVERAL, remedy=REACH_REMEDY, suggestions=(set_words(TEAM, Metric.IMPRESSION, target, every),))
    return GoalCommand(GoalAction.SET, parts.who, metric, target, every, channel)


def _target(parts: _Parts, metric: Metric | None, every: Every | None) -> int:
    if any(one.startswith("+") for one in parts.targets):
        # New followers are more of them; other figures begin at 0 in each period.
        if metric is not Metric.FOLLOWERS:
            raise NotUnderstood(NO_CHANGE, remedy=SAY_IT, suggestions=EXAMPLES)
        parts.targets = [one.removeprefix("+") for one in parts.targets]
    if years := [one for one in parts.targets if len(parts.targets) > 1 and _YEAR.fullmatch(one)]:
        parts.targets = [one for one in parts.targets if one not in years]
        parts.rest += years
    if not parts.targets:
        asked = NO_TARGET.format(metric=metric.definition.label.lower() if metric else "of it", every=every or Every.MONTH)
        own = set_words(who, metric or Metric.IMPRESSION, 50_000, every or Every.MONTH) if (who := _who_named(parts)) else ""
        sentence = NO_METRIC if metric is None else asked
        raise NotUnderstood(sentence, remedy=_typo_remedy(parts) or SAY_IT, suggestions=(own,) if own else EXAMPLES)
    if len(set(parts.targets)) > 1:
        raise NotUnderstood(TWO_TARGETS.format(numbers=", ".join(parts.targets)[:60]), remedy=QUOTE_NAMES)
    return _number(parts.targets[0])


def _number(text: str) -> int:
    try:
        number = read_amount(text)
    except ValueError:
        number = Fraction()
    if number.denominator != 1 or number < 1:
        raise NotUnderstood(NOT_WHOLE.format(typed=text[:60]), remedy=SAY_IT, suggestions=EXAMPLES)
    if number > MOST:
        raise NotUnderstood(TOO_LARGE.format(typed=text[:60], most=MOST), remedy=SAY_IT, suggestions=EXAMPLES)
    return number.numerator


def _without_metric(sentence: str, parts: _Parts, target: int, every: Every | None) -> NotUnderstood:
    """The error for a missing metric: suggests one near to an unknown word, else some."""
    if parts.posts:
        raise NotUnderstood(NO_COUNT, remedy=SAY_IT, suggestions=EXAMPLES)
    if not_given_here := not_given(parts.rest):
        return NotUnderstood(not_given_here, remedy=GIVEN, suggestions=EXAMPLES)
    if not vocabulary.RATE_WORDS.isdisjoint(word.lower() for word in parts.rest):
        return NotUnderstood("A goal counts, and the engagement rate is no count.", remedy=RATE_REMEDY, suggestions=EXAMPLES)
    metrics: tuple[Metric, ...] = (Metric.IMPRESSION, Metric.REACTION, Metric.COMMENT)
    if found := next((vocabulary.METRIC_WORDS[near] for word in parts.rest if (near := _near(word)) in vocabulary.METRIC_WORDS), None):
        metrics = (found,)
    who = _who_named(parts)
    each = tuple(set_words(who, metric, target, every or Every.MONTH) for metric in metrics)
    return NotUnderstood(sentence, remedy=_typo_remedy(parts) or SAY_IT, suggestions=each)


def _who_named(parts: _Parts) -> str:
    """The words that may name an account or a group: neither typos of known words nor words for periods."""
    named = (word for word in parts.rest if word.lower() not in NOT_EVERY | _ANOTHER and not _near(word) and not _YEAR.fullmatch(word))
    return " ".join(named) or (TEAM if parts.team else "")


def _typo_remedy(parts: _Parts) -> str:
    near = next(filter(None, map(_near, parts.rest)), "")
    return DID_YOU_MEAN.format(word=near) if near else ""


def _near(word: str) -> str:
    """The known word that this one is a typo of, or ""."""
    return "" if word.startswith('"') else nearest_word(word, _KNOWN)


def _one(found: Sequence[T], several: str) -> T | None:
    """The only distinct one; None when there is none."""
    if len(different := dict.fromkeys(found)) > 1:
        raise NotUnderstood(several.format(n=len(different)), remedy=SAY_IT, suggestions=EXAMPLES)
    return found[0] if found else None

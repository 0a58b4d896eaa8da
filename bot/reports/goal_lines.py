"""A goal in a line, the same on a card, in a digest, in the list and on the Home tab: the target, how much so far, and the pace."""

from collections.abc import Iterable, Sequence
from datetime import date

from bot.blockkit.builders import escape, one_line
from bot.blockkit.numbers import count, current_format, period_label
from bot.reports import figures as say
from bot.reports.card_parts import NAME_LIMIT
from bot.reports.gaps import COVERAGE, COVERAGE_OF_ONE
from bot.statistics.metrics import Failed, Value
from bot.subscriptions.goal import TEAM, Every, Goal, GoalPace, Progress

GOAL = "Goal: {target} in {period}"
GOAL_OF = "Goal of {name}: {target} in {period}"
THE_TEAM = "the team"
THE_WEEK = "the week {days}"
SO_FAR = "{count} so far{covered}: {share} of the goal with {gone} of the {every} gone: {verdict}"
SHORT_OF_DAYS = "{count} so far{covered}: {share} of the goal with {gone} of the {every} gone; too few days to tell the pace"
DAYS_OF_MISSING = "{coverage}; days of {names} are missing"
NO_COMMON_DAY = "n/a so far: no day was reported by all; days of {names} are missing"
GOAL_LINES_REACHED = "reached with {count}{covered}, {share} of the goal"
WITH_DAYS_LEFT = "{reached}, and {left} left"
MISSED = "not reached: {count}{covered}, {share} of the goal"
NOT_BEGUN = "no whole day of it is over yet (LinkedIn counts days in UTC)"
NO_FIGURE_YET = "n/a so far: LinkedIn has no figure"
GOAL_LINES_NOT_FETCHED = "n/a so far: it couldn't be fetched"
GOAL_LINES_WITHOUT = "n/a so far: there is no figure of {names}"
GOAL_LINES_AND_MORE = "{names} and {n} more"
TOO_SLOW = "The figures of this account's goals take longer than this card; Refresh asks again."
MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


QUARTER = "Q{n}"

#: Goals of a card or a digest: the list shows them all.
MOST_ON_A_CARD = 5
#: A bar's cells, full and empty.
FULL, EMPTY, CELLS = "▰", "▱", 10

_MOST_NAMED = 4


def goal_lines(every: Iterable[Progress], today: date, *, says_whose: bool = False) -> list[str]:
    """A line of mrkdwn for each goal, escaped; with ``says_whose`` it says whose. ``today`` is the UTC day it is now."""
    return [f"{goal_title(one, today, says_whose=says_whose)}: {standing(one)}" for one in every]


def card_goals(every: Sequence[Progress] | None, today: date) -> list[str]:
    """The lines for an account's card; None are goals that could not be had in time."""
    return [TOO_SLOW] if every is None else goal_lines(every[:MOST_ON_A_CARD], today)


def goal_title(progress: Progress, today: date, *, says_whose: bool) -> str:
    """What the goal is, escaped: "Goal of Acme: 50,000 impressions in November"."""
    target, period = say.noun(progress.goal.metric, progress.goal.target), period_name(progress, today)
    return (GOAL_OF if says_whose else GOAL).format(name=whose(progress), target=target, period=period)


def whose(progress: Progress) -> str:
    """Whose goal it is, escaped: the account, the group, or the team."""
    return named(progress.goal, progress.name)


def named(goal: Goal, name: str) -> str:
    """The same of a goal and its account's or group's name (foreign text)."""
    return THE_TEAM if goal.who == TEAM else escape(one_line(name, NAME_LIMIT))


def period_name(progress: Progress, today: date) -> str:
    """The period: "November", "the week Nov 16–22", "Q4"; with its year when that is not this one."""
    period = progress.period
    if progress.goal.every is Every.WEEK:
        return THE_WEEK.format(days=period_label(period, today))
    month = period.first.month
    name = MONTH_NAMES[month - 1] if progress.goal.every is Every.MONTH else QUARTER.format(n=(month + 2) // 3)
    return name if period.first.year == today.year else f"{name} {period.first.year}"


def standing(progress: Progress) -> str:
    """How the goal stands, escaped: how much so far, the share of the goal and of the time, and what follows from both."""
    if not isinstance(progress.figure, Value) or progress.last is None:
        return _unknown(progress)
    facts = {
        "count": count(progress.figure.count),
        "covered": _covered(progress),
        "share": _share(progress.figure.count, progress.goal.target),
        "gone": _share(progress.days_gone, progress.period.days),
        "every": progress.goal.every.value,
    }
    match progress.verdict:
        case GoalPace.REACHED:
            reached = GOAL_LINES_REACHED.format(**facts)
            return WITH_DAYS_LEFT.format(reached=reached, left=_days(progress.days_left)) if progress.days_left else reached
        case GoalPace.MISSED:
            return MISSED.format(**facts)
        case GoalPace.UNKNOWN:
            return SHORT_OF_DAYS.format(**facts)
    return SO_FAR.format(**facts, verdict=progress.verdict.value)


def _covered(progress: Progress) -> str:
    """Over how many of the days a figure goes, and whose days a sum lacks: " (6 of 7 days reported; days of Ann are missing)"."""
    if not progress.unreported:
        return ""
    days = progress.days_gone
    told = (COVERAGE_OF_ONE if days == 1 else COVERAGE).format(reported=days - progress.unreported, days=days)
    return f" ({DAYS_OF_MISSING.format(coverage=told, names=_some(progress.lacking)) if progress.lacking else told})"


def _some(every: Sequence[str]) -> str:
    """Names (foreign text), escaped, the first few; the rest is counted."""
    names = [escape(one_line(name, NAME_LIMIT)) for name in every]
    more = len(names) - _MOST_NAMED
    return GOAL_LINES_AND_MORE.format(names=", ".join(names[:_MOST_NAMED]), n=more) if more > 0 else say.listed(names)


def bar(progress: Progress) -> str:
    """The share of the goal drawn in ten cells, of which only whole ones are full; "" where the figure is unknown."""
    if not isinstance(progress.figure, Value):
        return ""
    full = min(CELLS, progress.figure.count * CELLS // progress.goal.target)
    return FULL * full + EMPTY * (CELLS - full)


def _unknown(progress: Progress) -> str:
    if progress.last is None:
        return NOT_BEGUN
    if progress.missing:
        return GOAL_LINES_WITHOUT.format(names=_some(progress.missing))
    if progress.lacking:
        return NO_COMMON_DAY.format(names=_some(progress.lacking))
    return GOAL_LINES_NOT_FETCHED if isinstance(progress.figure, Failed) else NO_FIGURE_YET


def _share(part: int, of: int) -> str:
    """A share in whole per cent, rounded down: what is not all of it never reads as 100%."""
    whole = part * 100 // of
    return f"<{current_format().percentage('1')}" if part and not whole else current_format().percentage(str(whole))


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{count(days)} days"

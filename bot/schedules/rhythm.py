"""Rhythms that cron's five fields cannot say, in their own spelling within these fields.

::

    weekday  5%2      every second Friday; which of the weeks is found when it is set up (``anchored``)
             1,4%3+2  Monday and Thursday of every third week: those whose number leaves 2; week 0 is that of Monday, 5 January 1970
    day      FW       the first day of the month from Monday to Friday, as cronsim's LW is the last
    month    1,4,7,10 every quarter; months that are equally far apart are a rhythm of so many months

A version of the bot that does not know them cannot parse such fields, and so never posts at a wrong time.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from bot.lazy_regex import lazy_regex

FIRST_WORKDAY: Final = "FW"
#: The most weeks of a rhythm: a year.
MOST_WEEKS: Final = 52
_WEEKS = lazy_regex(r"(?P<days>[\d,*-]+)%(?P<every>\d{1,2})(?:\+(?P<week>\d{1,2}))?")
#: 5 January 1970 is a Monday.
_FIRST_MONDAY = date(1970, 1, 5).toordinal()
_SATURDAY, _MONTHS = 5, 12


@dataclass(frozen=True, slots=True)
class Weeks:
    """Days of the week in every Nth week; ``week`` is None until it is decided which."""

    days: str
    every: int
    week: int | None

    @property
    def field(self) -> str:
        """The field as it is stored."""
        return f"{self.days}%{self.every}{'' if self.week is None else f'+{self.week}'}"


def weeks_of(weekday: str) -> Weeks | None:
    """The weeks in a field for the day of the week; None when it has none, or impossible ones."""
    found = _WEEKS.fullmatch(weekday)
    if found is None or not 1 < int(found["every"]) <= MOST_WEEKS:
        return None
    weeks = Weeks(found["days"], int(found["every"]), int(found["week"]) if found["week"] else None)
    return weeks if (weeks.week or 0) < weeks.every else None


def week_number(day: date) -> int:
    """Counts weeks, each from Monday, up to the week of this day."""
    return (day.toordinal() - _FIRST_MONDAY) // 7


@lru_cache(maxsize=1024)
def plain_cron(cron: str) -> tuple[str, Callable[[datetime], bool] | None]:
    """Plain cron fields, and a filter for their wall times; None for no filter."""
    minute, hour, day, month, weekday = cron.split()
    if weeks := weeks_of(weekday):
        return f"{minute} {hour} {day} {month} {weeks.days}", lambda moment: week_number(moment.date()) % weeks.every == (weeks.week or 0)
    if (day, weekday) == (FIRST_WORKDAY, "*"):
        return f"{minute} {hour} 1-3 {month} *", _is_first_workday
    return cron, None


def _is_first_workday(moment: datetime) -> bool:
    """Whether this is the first day of a month from Monday to Friday, of its first three days."""
    return moment.weekday() < _SATURDAY and (moment.day == 1 or moment.weekday() == 0)


def in_weeks(cron: str, first: date | None, like: str) -> str:
    """The fields with their weeks fixed where these are open.

    Args:
        first: the first day (on the clock) of the days of the week, from now on; None when there is none.
        like: existing fields: the same days in the same rhythm keep their weeks.
    """
    weekday = cron.rsplit(maxsplit=1)[-1]
    weeks, there = weeks_of(weekday), weeks_of(like.rsplit(maxsplit=1)[-1]) if like else None
    if weeks is None or weeks.week is not None:
        return cron
    if there and there.week is not None and (there.days, there.every) == (weeks.days, weeks.every):
        week = there.week
    else:
        week = week_number(first) % weeks.every if first else 0
    return f"{cron.removesuffix(weekday)}{Weeks(weeks.days, weeks.every, week).field}"


def months_apart(month: str) -> int:
    """The number of months between those of the field: 1 for "*", 3 for "1,4,7,10", 12 for a single one; 0 when it varies."""
    if month == "*":
        return 1
    if not re.fullmatch(r"\d{1,2}(?:,\d{1,2})*", month):
        return 0
    numbers = sorted(map(int, month.split(",")))
    apart = {after - before for before, after in zip(numbers, [*numbers[1:], numbers[0] + _MONTHS], strict=True)}
    return apart.pop() if len(apart) == 1 else 0


def every_months(step: int, *, last: bool) -> str:
    """The field of every Nth month from January on, or with ``last`` of the last months of these periods: "3,6,9,12"."""
    return "*" if step == 1 else ",".join(map(str, range(step if last else 1, _MONTHS + 1, step)))

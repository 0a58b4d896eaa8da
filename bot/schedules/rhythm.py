"""Rhythms that cron's five fields cannot say, in their own spelling within these fields.

::

    weekday  5%2      every second Friday; which of the weeks is found when it is set up (``anchored``)
             1,4%3+2  Monday and Thursday of every third week: those whose number leaves 2; week 0 is that of Monday, 5 January 1970
    day      FW, FW5  the first, the fifth day of the month from Monday to Friday, as cronsim's LW is the last; up to FW20
    month    1,4,7,10 every quarter; months that are equally far apart are a rhythm of so many months

A version of the bot that does not know them cannot parse such fields, and so never posts at a wrong time.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from msgspec import Struct

from bot.lazy_regex import lazy_regex
from bot.parsing.dates import MONTHS, WEEKDAYS
from bot.parsing.foreign_periods import NAMED
from bot.parsing.text import unaccented

FIRST_WORKDAY: Final = "FW"
#: The most weeks of a rhythm: a year.
MOST_WEEKS: Final = 52
_WEEKS = lazy_regex(r"(?P<days>[\d,*-]+)%(?P<every>\d{1,2})(?:\+(?P<week>\d{1,2}))?")
#: 5 January 1970 is a Monday.
_FIRST_MONDAY = date(1970, 1, 5).toordinal()
_WORKDAYS_A_WEEK, _MONTHS = 5, 12


class Weeks(Struct, frozen=True):
    """Days of the week in every Nth week; ``week`` is None until it is decided which."""

    days: str
    every: int
    week: int | None

    @property
    def field(self) -> str:
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
    if weekday == "*" and (number := workday_number(day)):
        latest = number + 2 * -(-number // _WORKDAYS_A_WEEK)
        return f"{minute} {hour} {number}-{latest} {month} *", lambda moment: _workdays_until(moment) == number
    return cron, None


def workday_number(day: str) -> int:
    """Which day of the month from Monday to Friday a field means: 1 for "FW", up to 20, which every month has; 0 for any other field."""
    return int(day.removeprefix(FIRST_WORKDAY) or 1) if re.fullmatch(rf"{FIRST_WORKDAY}(?:[2-9]|1\d|20)?", day) else 0


def _workdays_until(moment: datetime) -> int:
    """How many days from Monday to Friday the month has up to this one; 0 where this is none."""
    weekdays = [(moment.weekday() - before) % 7 for before in range(moment.day)]
    return sum(day < _WORKDAYS_A_WEEK for day in weekdays) if weekdays[0] < _WORKDAYS_A_WEEK else 0


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


#: The last day of the month from Monday to Friday, as cronsim has it.
LAST_WORKDAY = "LW"
_SUFFIXES = {1: "st", 2: "nd", 3: "rd"}
_TEENS = range(11, 14)
_WORKDAYS, _WEEKEND = "1-5", "0,6"
_MONTH_DAY = {LAST_WORKDAY: "last weekday", FIRST_WORKDAY: "first weekday"}
#: Days of the month among which every day of the week is once.
_WEEK_OF_MONTH = {"1-7": "first", "8-14": "second", "15-21": "third", "22-28": "fourth"}
_UNITS = {1: "month", 3: "quarter", 6: "half-year", 12: "year"}


def say_days(day: str, month: str, weekday: str) -> str | None:
    """The fields in words that ``days.read_days`` parses to them, without which weeks "every 2 weeks" means; None for no such words."""
    if day == "*" and month == "*" and not weekday.endswith(("L", *(f"#{nth}" for nth in range(1, 6)))):
        return _say_weekdays(weekday)
    step = months_apart(month)
    days = _say_nth_weekday(weekday.split(",")) if day == "*" else _say_month_days(day) if weekday == "*" else None
    if days is None or not step:
        return None
    is_last = days in ("last day", "last weekday") or (day == "*" and days.startswith("last "))
    if month != every_months(step, last=is_last) or (step == _MONTHS and day.isdigit() and day != "1"):
        every = "year" if month.isdigit() else f"{step} months"
        return f"every {every} on {int(day)} {MONTHS[int(month.partition(',')[0]) - 1].capitalize()}" if day.isdigit() else None
    if step in _UNITS:
        return f"on the {days} of the {_UNITS[step]}"
    return f"every {step} months on the {days}"


def either_of(cron: str) -> tuple[str, str] | None:
    """What cron does with a day of the month and one of the week, and the schedule probably meant (""); None unless it has both."""
    minute, hour, day, _, weekday = cron.split()
    days = _say_weekdays(weekday)
    if day.startswith("*") or weekday.startswith("*") or days is None:
        return None
    nth = _WEEK_OF_MONTH.get(day) if weekday.isdigit() and hour.isdigit() and minute.isdigit() else None
    meant = f"{nth} {_weekday_name(int(weekday))} of the month {hour}:{int(minute):02}" if nth else ""
    which = f"day {day}" if day.isdigit() else "the last day" if day == "L" else f"the days {day}"
    return f"In cron one of the two is enough: this comes on {which} of the month, and also {days}.", meant


def _say_month_days(day: str) -> str | None:
    if day in _MONTH_DAY:
        return _MONTH_DAY[day]
    if number := workday_number(day):
        return f"{_ordinal(number)} weekday"
    items = day.split(",")
    if not all(item.isdigit() or item == "L" for item in items):
        return None
    return _listed([_ordinal(int(item)) for item in items if item != "L"] + (["last day"] if "L" in items else []))


def _say_weekdays(weekday: str) -> str | None:
    if weeks := weeks_of(weekday):
        days = _say_weekdays(weeks.days.replace("0-6", "*"))
        named = {"every day": "Monday to Sunday", "weekdays": "Monday to Friday", "weekends": "Saturday and Sunday"}
        return f"every {weeks.every} weeks on {named.get(days, days.removeprefix('every '))}" if days else None
    known = {"*": "every day", _WORKDAYS: "weekdays", _WEEKEND: "weekends"}
    if weekday in known:
        return known[weekday]
    items = weekday.split(",")
    if all(item.isdigit() for item in items):
        numbers = sorted(map(int, items), key=lambda number: (number - 1) % 7)
        return f"every {_listed([_weekday_name(number) for number in numbers])}"
    return None


def _say_nth_weekday(items: list[str]) -> str | None:
    found = [re.fullmatch(r"([0-6])(?:L|#([1-5]))", item) for item in items]
    nths = [match[2] for match in found if match]
    if None in found or len({item[0] for item in items}) != 1 or nths != sorted(nths, key=lambda nth: nth or "9"):
        return None
    named = [_ordinal(int(nth)) if nth else "last" for nth in nths]
    return f"{_listed(named)} {_weekday_name(int(items[0][0]))}"


def _weekday_name(number: int) -> str:
    return WEEKDAYS[(number - 1) % 7].capitalize()


def _ordinal(number: int) -> str:
    return f"{number}{'th' if number in _TEENS else _SUFFIXES.get(number % 10, 'th')}"


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


#: The days of the week in other languages; each may end in "s".
_DAYS_IN_ENGLISH = {name: english for name, english in NAMED.items() if english in WEEKDAYS}
_RHYTHMS_IN_ENGLISH = {"taglich": "daily", "wochentlich": "weekly", "monatlich": "monthly", "werktags": "weekdays"}
#: Words beside these.
_IN_ENGLISH = {
    **_RHYTHMS_IN_ENGLISH,
    **dict.fromkeys(("jeden", "jede", "jedes", "chaque", "cada", "tous", "toutes", "todos", "todas"), "every"),
    **dict.fromkeys(("und", "et", "y"), "and"),
    "um": "at",
    "a": "at",
    "ab": "from",
    "bis": "until",
    "ersten": "first",
    "zweiten": "second",
    "dritten": "third",
    "letzten": "last",
}


def in_english(words: Sequence[str], is_name: Callable[[str], bool]) -> tuple[str, ...]:
    """The words with days and rhythms of other languages in English, but for names; unchanged where none of them is a day."""
    plain = [unaccented(word).removesuffix("s") for word in words]
    days = [_DAYS_IN_ENGLISH.get(one) or _DAYS_IN_ENGLISH.get(unaccented(word)) for word, one in zip(words, plain, strict=True)]
    days = [None if day and is_name(word) else day for day, word in zip(days, words, strict=True)]
    if not any(days) and not _RHYTHMS_IN_ENGLISH.keys() & {unaccented(word) for word in words}:
        return tuple(words)
    read = [(day or _IN_ENGLISH.get(unaccented(word), word), unaccented(word)) for day, word in zip(days, words, strict=True)]
    return tuple(word for word, typed in read if typed not in {"les", "los", "las"})

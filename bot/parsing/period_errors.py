"""What is said of a period that cannot be one, and what can be asked instead."""

import re
from datetime import date, timedelta

from bot.statistics.reports import DEFAULT_DAYS, MOST_DAYS, Period, period_text

NO_SUCH_DAY = "“{words}” isn't in the calendar."
UNCLEAR = "I can't tell the day from the month in “{words}”."
REVERSED = "“{words}” ends before it begins."
NOT_BEGUN = "“{words}” is in the future, so LinkedIn has no figures for it yet."
NO_FIRST_DAY = "“{words}” has no first day."
BY_THE_DAY = "LinkedIn counts whole days, so I can't show “{words}”."
NO_WHOLE_DAY = "“{words}” has no full day yet: LinkedIn counts days in UTC, and today isn't over there."
PERIODS_TOO_LONG = "“{words}” is too long: I can ask LinkedIn for {most} days at once."
TOO_OLD = "“{words}” begins before LinkedIn did."
TWO_PERIODS = "“{first}” and “{second}” are two periods; I show one at a time."
FISCAL = "“{words}” is a year of your company's, and I don't know in which month it begins."
SEASON = "“{word}” begins on another day in each part of the world."
NAME_MONTHS = "Name its months, like `apr 2025 - mar 2026`."
NOT_THAT_DAY = "“{words}” isn't a {weekday}: that day is a {own}."
WRITE_DATES = "Write dates like `2026-11-01` or `1 nov`."
WRITE_IN_ORDER = "Write the earlier day first, like `1-15 nov` or `2026-11-01..2026-11-15`."
WRITE_PAST = "Ask for days that are over, like `yesterday`, `7d` or `last week`."
WRITE_SHORTER = "Ask for at most a year, like `365d`, `last quarter` or `november`."
NAME_ONE = "Leave one of them out."
#: The running unit, or the one to come.
_RUNNING = re.compile(r"\b(?:(?P<unit>week|month|quarter|year|weekend)\b(?! of)|(?P<short>[ymqw])td\b)")


def fiscal(words: str, today: date) -> tuple[str, ...]:
    """The years that a company's year with this number may be: the calendar's, and those that end in June and March."""
    found = re.search(r"(?<!q)(?<!h)\d{2,4}", words)
    number = int(found[0]) % 100 + 2000 if found else today.year
    return (str(number), f"jul {number - 1} - jun {number}", f"apr {number} - mar {number + 1}", f"apr {number - 1} - mar {number}")


def shorter(period: Period) -> tuple[str, ...]:
    """What can be asked instead of a period that is too long: of a leap year all but its first or its last day."""
    if period.days > MOST_DAYS + 1:
        return (f"{MOST_DAYS}d",)
    day = timedelta(days=1)
    return (period_text(Period(period.first + day, period.last)), period_text(Period(period.first, period.last - day)))


def over(words: str) -> tuple[str, ...]:
    """What can be asked instead of a period that is not over."""
    unit = _RUNNING.search(words)
    which = unit and (unit["unit"] or {"w": "week", "m": "month", "q": "quarter", "y": "year"}[unit["short"]])
    return (f"last {which}",) if which else ("yesterday", f"{DEFAULT_DAYS}d")

"""Calendar days in UTC, as LinkedIn counts them: a period, what it is compared with, and how both are written."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

#: The statistics service takes ranges of at most so many days (PostPost's documentation).
MOST_DAYS = 365
#: The period of a question that names none: the last 7 whole days.
DEFAULT_DAYS = 7
#: LinkedIn opened on this day; nothing was posted before.
FIRST_DAY = date(2003, 5, 5)


class Unit(StrEnum):
    """A unit of the calendar, by the word for it; a week begins on Monday."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole UTC days from ``first`` to ``last``, both inside. ``first`` is never after ``last``.

    ``to_date`` is the unit of which these days are the beginning, as in `this month`: they are compared with the same days of the unit
    before. Periods of the same days are equal, whatever they are compared with.
    """

    first: date
    last: date
    to_date: Unit | None = field(default=None, compare=False)

    @property
    def days(self) -> int:
        """How many days it has, 1 or more."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """What it is compared with.

        That is the period of the same length that ends the day before this one starts; for an unfinished unit the same weekdays of the
        week before, or the same dates of the month, quarter, half or year before, as far as it has them.
        """
        day_before = self.first - timedelta(days=1)
        if self.to_date is not None:
            return same_dates(self, self.to_date, beginning(day_before, self.to_date))
        return Period(self.first - timedelta(days=self.days), day_before)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


#: How many months the units have that are made of months.
MONTHS_OF: Final = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.HALF: 6, Unit.YEAR: 12}


def months_after(first: date, months: int) -> date:
    """The first of the month that many months after ``first``, itself a first of a month; before it where ``months`` is negative."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def beginning(day: date, unit: Unit) -> date:
    """The first day of the unit that holds this day."""
    if unit is Unit.WEEK:
        return day - timedelta(days=day.weekday())
    months = MONTHS_OF[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def whole(day: date, unit: Unit) -> Period:
    """The whole unit that holds this day."""
    first = beginning(day, unit)
    after = first + timedelta(days=7) if unit is Unit.WEEK else months_after(first, MONTHS_OF[unit])
    return Period(first, after - timedelta(days=1))


def same_dates(so_far: Period, unit: Unit, first: date) -> Period:
    """The same days of another unit, which begins on ``first``: a month that is shorter ends with its last day."""
    if unit is Unit.WEEK:
        return Period(first, first + timedelta(days=so_far.days - 1))
    months = (so_far.last.year - so_far.first.year) * 12 + so_far.last.month - so_far.first.month
    month = months_after(first, months)
    return Period(first, month.replace(day=min(so_far.last.day, monthrange(month.year, month.month)[1])))


def last_days(days: int, today: date) -> Period:
    """So many whole days, the last of them yesterday. ``today`` is the UTC day that is not over."""
    return Period(today - timedelta(days=days), today - timedelta(days=1))


#: Written out here because a locale must not change what the bot says.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def label(period: Period, today: date) -> str:
    """The period for people: "16–22 Nov", "28 Oct–3 Nov", "16 Nov"; with years when it is not all in the year of ``today``."""
    first, last = period.first, period.last
    years = not first.year == last.year == today.year
    end = _day(last, year=years)
    if first == last:
        return end
    if first.year != last.year:
        return f"{_day(first, year=True)}–{end}"
    return f"{first.day}–{end}" if first.month == last.month else f"{_day(first)}–{end}"


def _day(day: date, *, year: bool = False) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if year else f"{day.day} {_MONTHS[day.month - 1]}"


def words(period: Period) -> str:
    """The period's days as words that always mean the same: "2026-11-16..2026-11-22"."""
    return f"{period.first.isoformat()}..{period.last.isoformat()}"


def command_words(period: Period) -> str:
    """The same as a command has them, with what they are compared with: "month to 2026-11-22"."""
    return f"{period.to_date} to {period.last.isoformat()}" if period.to_date else words(period)

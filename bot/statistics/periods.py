"""Calendar days in UTC, as LinkedIn counts them: read from words, written for people, and the period before."""

from dataclasses import dataclass
from datetime import date, timedelta

#: The statistics service takes ranges of at most so many days (PostPost's documentation).
MOST_DAYS = 365
#: The period of a question that names none: the last 7 whole days.
DEFAULT_DAYS = 7
#: LinkedIn opened on this day; nothing was posted before.
FIRST_DAY = date(2003, 5, 5)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole UTC days from ``first`` to ``last``, both inside. ``first`` is never after ``last``."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has, 1 or more."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """The period of the same length that ends the day before this one starts."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


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
    """The period as words that always mean the same: "2026-11-16..2026-11-22"."""
    return f"{period.first.isoformat()}..{period.last.isoformat()}"

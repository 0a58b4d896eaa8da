"""Periods in people's words, read as first and last day; where a period must end is decided by ``periods``.

::

    form   = point | point – point | since point | 7d, 90 days, 2 weeks, last 3 months | 1-15 nov | nov 1-15
    point  = 2026-11-01 | 1 nov 2026 | nov 1 | november | nov 2025 | 2026-11 | Q3 2025 | 2025
           | yesterday | monday | last week, this month, last quarter, last november …
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

#: A range without years that would run backwards crosses the new year, unless it became longer than this: then it is reversed.
LONGEST_CROSSING = 183


@dataclass(frozen=True, slots=True)
class DayRange:
    """First and last day as the words say them, before anything is cut; ``last`` may be before ``first``.

    ``loose`` is True when no year was said, so that another year may be meant.
    """

    first: date
    last: date
    loose: bool = False


_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_SHORT_WEEKDAY = r"(?:mon|tues?|wed|thurs?|thu|fri|sat|sun)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"\d{4}"
_TO = r"(?: ?(?:\.{2,3}|-) ?| (?:to|until|till|through|thru|and) )"
_LAST = r"(?:last|past|previous)"
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER = rf"(?:\d+|{'|'.join(_NUMBERS[1:])})"
_SO_FAR = r"(?: so far)?"
_UNIT = r"(?:d|days?|w|wks?|weeks?|mo|months?|fortnights?|quarters?|y|years?)"

Reader = Callable[["re.Match[str]", date], DayRange]


def _month_number(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, 1) if month.startswith(name[:3]))


def _whole_month(year: int, month: int) -> DayRange:
    return DayRange(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _months_before(first: date, months: int) -> date:
    """The first of the month that many months before ``first``, itself a first of a month."""
    year, month = divmod(first.year * 12 + first.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _day_number(text: str) -> int:
    return int(text.rstrip("stndrh"))


def _iso_day(found: "re.Match[str]", _today: date) -> DayRange:
    day = date(int(found["y"]), int(found["m"]), int(found["d"]))
    return DayRange(day, day)


def _iso_month(found: "re.Match[str]", _today: date) -> DayRange:
    return _whole_month(int(found["y"]), int(found["m"]))


def _named_day(found: "re.Match[str]", today: date) -> DayRange:
    """A day and a month; without a year the most recent one that has begun."""
    month, number = _month_number(found["m"]), _day_number(found["d"])
    if found["y"]:
        day = date(int(found["y"]), month, number)
        return DayRange(day, day)
    day = _recent(today, month, number)
    return DayRange(day, day, loose=True)


def _recent(today: date, month: int, number: int) -> date:
    year = today.year if (month, number) <= (today.month, today.day) else today.year - 1
    if (month, number) == (2, 29):
        year = next(leap for leap in range(year, year - 9, -1) if monthrange(leap, 2)[1] == number)
    return date(year, month, number)


def _named_month(found: "re.Match[str]", today: date) -> DayRange:
    """A month; without a year the most recent one that has begun, after "last" the most recent one that is over."""
    month = _month_number(found["m"])
    if found["y"]:
        return _whole_month(int(found["y"]), month)
    begun = month < today.month if found["last"] else month <= today.month
    whole = _whole_month(today.year if begun else today.year - 1, month)
    return DayRange(whole.first, whole.last, loose=True)


def _quarter(found: "re.Match[str]", today: date) -> DayRange:
    number, year = int(found["q"]), found["y"] or found["y2"]
    if not 1 <= number <= 4:  # noqa: PLR2004  # a year has four
        raise ValueError(f"there is no Q{number}")
    first_month = number * 3 - 2
    chosen = int(year) if year else today.year if first_month <= today.month else today.year - 1
    return DayRange(date(chosen, first_month, 1), _whole_month(chosen, first_month + 2).last, loose=not year)


def _year(found: "re.Match[str]", _today: date) -> DayRange:
    return DayRange(date(int(found["y"]), 1, 1), date(int(found["y"]), 12, 31))


def _near_day(found: "re.Match[str]", today: date) -> DayRange:
    day = today + timedelta(days={"yesterday": -1, "today": 0, "tomorrow": 1}[found["near"]])
    return DayRange(day, day)


def _weekday(found: "re.Match[str]", today: date) -> DayRange:
    """The most recent such day that is over."""
    number = next(number for number, name in enumerate(WEEKDAYS) if name.startswith(found["wd"][:3]))
    day = today - timedelta(days=(today.weekday() - number - 1) % 7 + 1)
    return DayRange(day, day)


def _calendar(found: "re.Match[str]", today: date) -> DayRange:
    """This, last or next calendar week (from Monday), month, quarter or year."""
    step = {"this": 0, "next": 1}.get(found["which"], -1)
    if found["unit"] == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return DayRange(monday, monday + timedelta(days=6))
    months = {"month": 1, "quarter": 3, "year": 12}[found["unit"]]
    this = date(today.year, (today.month - 1) // months * months + 1, 1)
    first = _months_before(this, -step * months)
    return DayRange(first, _months_before(first, -months) - timedelta(days=1))


#: More of any unit than this is too long anyway; the bound keeps the arithmetic inside the calendar.
_MOST = 5000


def _count(found: "re.Match[str]", today: date) -> DayRange:
    """So many days or weeks ending yesterday; so many calendar months, quarters or years ending with the last whole one."""
    number = 1 if not found["n"] else min(int(found["n"]) if found["n"].isdecimal() else _NUMBERS.index(found["n"]), _MOST)
    unit = found["unit"][0]
    if unit == "f":
        number, unit = number * 2, "w"
    if unit in "dw":
        days = number if unit == "d" else min(number * 7, _MOST)
        return DayRange(today - timedelta(days=days), today - timedelta(days=1))
    months = {"m": 1, "q": 3, "y": 12}[unit]
    end = date(today.year, (today.month - 1) // months * months + 1, 1)
    return DayRange(_months_before(end, min(number * months, _MOST // 31)), end - timedelta(days=1))


def _days_of_month(found: "re.Match[str]", today: date) -> DayRange:
    """Two days of one month: its year, when none is said, is that of the first day."""
    month, first, last = _month_number(found["m"]), _day_number(found["d"]), _day_number(found["e"])
    year = int(found["y"]) if found["y"] else _recent(today, month, first).year
    return DayRange(date(year, month, first), date(year, month, last))


def _to_date(found: "re.Match[str]", today: date) -> DayRange:
    """From the first day of this week, month, quarter or year to today."""
    unit = found["begun"] or found["short"]
    first = {
        "w": today - timedelta(days=today.weekday()),
        "m": today.replace(day=1),
        "q": date(today.year, (today.month - 1) // 3 * 3 + 1, 1),
        "y": date(today.year, 1, 1),
    }[unit[0]]
    return DayRange(first, today)


def _iso_week(found: "re.Match[str]", today: date) -> DayRange:
    """A week by its ISO number; without a year the most recent one that has begun."""
    number, year = int(found["week"]), found["y"] or found["y2"]
    if year:
        monday = date.fromisocalendar(int(year), number, 1)
    elif not 0 < number <= 53:  # noqa: PLR2004  # no year has more
        raise ValueError(f"there is no week {number}")
    else:
        # Some years have no week 53.
        day = today - timedelta(days=today.weekday())
        monday = next(monday for weeks in range(54 * 7) if (monday := day - timedelta(weeks=weeks)).isocalendar().week == number)
    return DayRange(monday, monday + timedelta(days=6))


def _day_of_month(found: "re.Match[str]", today: date) -> DayRange:
    """15/11 or 11/15: the number above twelve is the day."""
    first, second = int(found["a"]), int(found["b"])
    month, number = (first, second) if second > 12 else (second, first)  # noqa: PLR2004  # a year has twelve months
    day = _recent(today, date(2000, month, number).month, number)
    return DayRange(day, day, loose=True)


_POINTS: tuple[tuple[str, Reader], ...] = (
    (r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})", _iso_day),
    (r"(?P<y>\d{4})-(?P<m>\d{1,2})", _iso_month),
    (rf"(?P<d>{_DAY})(?: of)? ?(?P<m>{_MONTH})(?: (?P<y>{_YEAR}))?", _named_day),
    (rf"(?P<m>{_MONTH}) (?P<d>{_DAY})(?: (?P<y>{_YEAR}))?", _named_day),
    (rf"(?:(?P<last>{_LAST}) |this )?(?P<m>{_MONTH})(?: (?P<y>{_YEAR}))?", _named_month),
    (rf"(?:(?P<y2>{_YEAR})[ -]?)?q(?P<q>\d)(?:[ /-]?(?P<y>{_YEAR}))?", _quarter),
    (r"(?:(?P<begun>year|month|quarter|week) to date|(?P<short>[ymqw])td)", _to_date),
    (
        rf"(?:(?P<y2>{_YEAR})[ -]?)?(?:(?:calendar |iso )?week |c?w ?|kw ?|wk ?)(?P<week>\d{{1,2}})(?:(?: of)?[ /-]?(?P<y>{_YEAR}))?",
        _iso_week,
    ),
    (r"(?P<m>\d{1,2})[/.](?P<y>\d{4})", _iso_month),
    (r"(?P<a>\d{1,2})/(?P<b>\d{1,2})", _day_of_month),
    (r"(?P<near>yesterday|today|tomorrow)", _near_day),
    (rf"(?:so far )?(?P<which>this|next|{_LAST}) (?P<unit>week|month|quarter|year){_SO_FAR}", _calendar),
    (rf"(?:{_LAST} )?(?P<wd>{_WEEKDAY})", _weekday),
    (r"(?P<y>20\d\d)", _year),
)
_SPANS: tuple[tuple[str, Reader], ...] = (
    (rf"(?P<d>{_DAY}){_TO}(?P<e>{_DAY})(?: of)? ?(?P<m>{_MONTH})(?: (?P<y>{_YEAR}))?", _days_of_month),
    (rf"(?P<m>{_MONTH}) (?P<d>{_DAY}){_TO}(?P<e>{_DAY})(?: (?P<y>{_YEAR}))?", _days_of_month),
    (rf"(?:{_LAST} )?(?P<n>{_NUMBER})[ -]?(?P<unit>{_UNIT})", _count),
    (rf"{_LAST} (?P<unit>fortnight)(?P<n>)", _count),
)
_SHORT = (rf"(?P<wd>{_SHORT_WEEKDAY})", _weekday)


def _nameless(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


_POINT = "|".join(_nameless(pattern) for pattern, _ in _POINTS)
_FORM = "|".join(
    (
        rf"(?:{_POINT}){_TO}(?:{_POINT}|{_SHORT_WEEKDAY})",
        *(_nameless(pattern) for pattern, _ in _SPANS),
        rf"since (?:{_POINT}|{_SHORT_WEEKDAY})",
        rf"(?:{_POINT})(?: ?\.\.)?",
    )
)
#: The first period in lower-case words parted by single spaces.
PERIOD = re.compile(rf"(?<!\S)(?:{_FORM})(?!\S)")
#: A date in figures: 15.11.2026, 11/15/2026, 15-11-2026, 2026/11/15.
_FIGURES = re.compile(
    r"(?<![\w./])(?:(?P<y>\d{4})(?P<s>[/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})(?:(?P<t>[/.])(?P<b>\d{1,2})(?P=t)(?P<y2>\d{4}|\d\d)|-(?P<b2>\d{1,2})-(?P<y3>\d{4})))(?![\w/]|\.\d|-\d{1,2}(?!\d|[./]))"
)
#: Dates in figures alone, whose order (day first or month first) depends on who writes them.
_UNCLEAR = re.compile(rf"{_FIGURES.pattern}|(?<!\S)(?P<c>\d{{1,2}})/(?P<e>\d{{1,2}})(?!\S)")
_LAST_MONTH = 12


def with_iso_dates(text: str) -> str:
    """The text with each date in figures as 2026-11-15, where its numbers leave one order of day and month."""
    return _FIGURES.sub(lambda found: readings[0] if len(readings := _readings(found)) == 1 else found[0], text)


def unclear_date(text: str, today: date) -> tuple["re.Match[str]", tuple[str, ...]] | None:
    """The first date in figures whose order is not clear, and both days that it may be; None when there is none."""
    for found in _UNCLEAR.finditer(text):
        if len(readings := _readings(found, today)) > 1:
            return found, readings
    return None


def _readings(found: "re.Match[str]", today: date | None = None) -> tuple[str, ...]:
    """The days (ISO) that the figures can be, day first before month first; one in no calendar where none can be."""
    parts = found.groupdict()
    if parts["y"]:
        orders = [(int(parts["y"]), int(parts["m"]), int(parts["d"]))]
    else:
        first, second = int(parts["a"] or parts["c"]), int(parts["b"] or parts["b2"] or parts["e"])
        said = parts["y2"] or parts["y3"]
        years = [int(said) + (2000 if len(said) == 2 else 0)] if said else []  # noqa: PLR2004  # a year of two figures is of this century
        none = (years[0], second, first) if years else None
        orders = [
            (years[0] if years else _recent(today or date(2000, 1, 1), month, number).year, month, number)
            for number, month in ((first, second), (second, first))
            if 0 < month <= _LAST_MONTH and 0 < number <= monthrange(2000, month)[1]
        ] or ([none] if none else [])
    return tuple(dict.fromkeys(f"{year:04}-{month:02}-{number:02}" for year, month, number in orders)) or (found[0],)


_READERS = tuple((re.compile(pattern), reader) for pattern, reader in (*_SPANS, *_POINTS, _SHORT))
_SINCE = re.compile(rf"since (?P<point>.+)|(?P<open>{_POINT}) ?\.\.")
_RANGE = re.compile(rf"(?P<first>{_POINT}){_TO}(?P<last>{_POINT}|{_SHORT_WEEKDAY})")


def read_days(words: str, today: date) -> DayRange:
    """The days of a text that ``PERIOD`` found.

    Raises:
        ValueError: a day that no calendar has.
    """
    for pattern, reader in _READERS:
        if found := pattern.fullmatch(words):
            return reader(found, today)
    if since := _SINCE.fullmatch(words):
        return DayRange(read_days(since["point"] or since["open"], today).first, today - timedelta(days=1))
    if both := _RANGE.fullmatch(words):
        return _joined(read_days(both["first"], today), read_days(both["last"], today))
    raise ValueError(f"not a period: {words}")


def _joined(start: DayRange, end: DayRange) -> DayRange:
    """From one point to another; a point without a year takes it from the other one."""
    if end.loose:
        return _with_end(start.first, end)
    if start.loose:
        return _with_start(start.first, end.last)
    return DayRange(start.first, end.last)


def _with_end(first: date, end: DayRange) -> DayRange:
    same, following = _end_in(end, first.year), _end_in(end, first.year + 1)
    return DayRange(first, following if same < first and (following - first).days < LONGEST_CROSSING else same)


def _with_start(first: date, last: date) -> DayRange:
    same, preceding = _in_year(first, last.year), _in_year(first, last.year - 1)
    return DayRange(preceding if same > last and (last - preceding).days < LONGEST_CROSSING else same, last)


def _end_in(end: DayRange, year: int) -> date:
    """The last day of a month or quarter, or a single day, in another year."""
    return _in_year(end.last, year) if end.first == end.last else _whole_month(year, end.last.month).last


def _in_year(day: date, year: int) -> date:
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))

"""Periods seen from another one: before it, after it, a year ago, longer and shorter ones, and from one point to another."""

from datetime import date, timedelta
from typing import Final

from bot.lazy_regex import any_case
from bot.parsing.dates import in_year
from bot.parsing.period_readers import NTHS, DayRange
from bot.parsing.text import NUMBER_WORDS, number_in
from bot.statistics.aggregate import is_month
from bot.statistics.reports import MONTHS_OF, MOST_DAYS, Period, Unit, command_words, months_after, whole

_WEEK, _SHORTEST_MONTH, _LONGEST_MONTH, _MONTHS_OF_QUARTER = 7, 28, 31, 3
#: A range without years that runs backwards crosses the new year, unless it would be longer than this: then it is reversed.
_LONGEST_CROSSING = 183
#: The periods that "more days" steps through; the longest is a year.
_STEPS: Final = (7, 28, 90, MOST_DAYS)
#: "First week only", "the second half", "the last 3 days of it"; "last week" alone is counted from today.
_PART = any_case(
    rf"\W*((and|only|just|now|show|me|the|in|for|what about|how about)\s+)*(?P<nth>{'|'.join(NTHS)}"
    rf"|last(?=.* of (it|that|this|them)\b))\s+((?P<n>\d+|{'|'.join(NUMBER_WORDS)})\s+)?(?P<unit>week|day"
    r"|half)s?(\s+(only|please|of (it|that|this|them)))*\W*"
)


#: "What happened on the 12th?", "until the 15th only", of the month above.
_NTH_DAY = any_case(
    r"(?P<words>\D*?)\b((?P<until>until|till|up to)|(?P<from>from))?( |\b)the (?P<day>\d{1,2})(st|nd|rd|th)( (only|on|onwards?))?\W*"
)


def part_of(text: str, period: Period) -> str:
    """The text with the days of "first week only" or "the 12th" within a period; the text where it says no such part."""
    found = _PART.fullmatch(text)
    if not found:
        return _on_day(text, period)
    unit = {"week": _WEEK, "day": 1, "half": (period.days + 1) // 2}[found["unit"].lower()]
    nth, days = NTHS.get(found["nth"].lower()), timedelta(days=unit * number_in(found["n"] or "1"))
    first = period.first + days * (nth - 1) if nth else max(period.last - days + timedelta(days=1), period.first)
    return text if first > period.last else command_words(Period(first, min(first + days - timedelta(days=1), period.last)))


def _on_day(text: str, period: Period) -> str:
    found = _NTH_DAY.fullmatch(text) if period.days <= _LONGEST_MONTH else None
    # Below one day another one is of its month.
    inside = whole(period.first, Unit.MONTH) if period.days == 1 else period
    each = (inside.first + timedelta(days=n) for n in range(inside.days))
    on = next((day for day in each if found and day.day == int(found["day"])), None)
    if not (found and on):
        return text
    days = Period(inside.first if found["until"] else on, inside.last if found["from"] else on)
    return f"{found['words']} {command_words(days)}"


def longer(period: Period) -> Period:
    days = next((step for step in _STEPS if step > period.days), MOST_DAYS)
    return Period(period.last - timedelta(days=days - 1), period.last)


def shorter(period: Period) -> Period:
    days = next((step for step in reversed(_STEPS) if step < period.days), 1)
    return Period(period.last - timedelta(days=days - 1), period.last)


def ago(unit: str, period: Period) -> Period:
    """The period one week, month, quarter or year before."""
    return year_ago(period) if unit == "year" else earlier(unit, period)


def year_ago(period: Period) -> Period:
    """The same dates of the year before; whole months stay whole."""
    first, last = (in_year(day, day.year - 1) for day in (period.first, period.last))
    return _whole_months(Period(first, last), period)


def earlier(unit: str, period: Period) -> Period:
    """The period before this one: of the named unit, else of the same length."""
    if unit == "month" and (period.to_date or not _SHORTEST_MONTH <= period.days <= _LONGEST_MONTH):
        return _months_before(period.first, 1)
    if unit == "quarter":
        first = date(period.first.year, period.first.month - (period.first.month - 1) % _MONTHS_OF_QUARTER, 1)
        return _months_before(first, _MONTHS_OF_QUARTER)
    if unit == "year":
        return Period(date(period.first.year - 1, 1, 1), date(period.first.year - 1, 12, 31))
    if unit == "weekend":
        return Period(period.first - timedelta(days=_WEEK), period.last - timedelta(days=_WEEK))
    if unit in ("day", "week", "fortnight"):
        days = {"day": 1, "week": _WEEK, "fortnight": 2 * _WEEK}[unit]
        return Period(period.first - timedelta(days=days), period.first - timedelta(days=1))
    return _months_before(period.first, 1) if is_month(period) else period.before


def shifted(number: int, unit: str, period: Period) -> Period:
    """The period so many days, weeks, months, quarters or years earlier; whole months stay whole."""
    if unit in ("day", "week"):
        days = timedelta(days=number * (_WEEK if unit == "week" else 1))
        return Period(period.first - days, period.last - days)
    months = number * MONTHS_OF[Unit(unit)]
    first, last = (_day_of(day, months_after(day.replace(day=1), -months)) for day in (period.first, period.last))
    return _whole_months(Period(first, last), period)


def before(number: int, unit: str, period: Period) -> Period:
    """So many days, weeks, months or years up to this period."""
    return Period(shifted(number, unit, period).first, period.first - timedelta(days=1))


def _whole_months(moved: Period, period: Period) -> Period:
    """``moved`` up to the end of its last month, where ``period`` is one or several whole months."""
    is_whole = period.first.day == 1 and period.last == whole(period.last, Unit.MONTH).last
    return Period(moved.first, whole(moved.last, Unit.MONTH).last) if is_whole else moved


def _day_of(day: date, month: date) -> date:
    return month.replace(day=min(day.day, whole(month, Unit.MONTH).last.day))


def later(unit: str, period: Period) -> Period:
    """The period after this one: of the unit that is named, else of the same length."""
    first = period.last + timedelta(days=1)
    if unit in ("month", "quarter", "year") or (unit != "week" and is_month(period)):
        kind = Unit(unit) if unit in ("month", "quarter", "year") else Unit.MONTH
        start = first if first == whole(first, kind).first else whole(first, kind).last + timedelta(days=1)
        return Period(start, whole(start, kind).last)
    days = {"day": 1, "week": _WEEK, "fortnight": 2 * _WEEK}.get(unit, period.days)
    return Period(first, first + timedelta(days=days - 1))


def _months_before(day: date, months: int) -> Period:
    """The ``months`` whole calendar months before the month of ``day``."""
    end = day.replace(day=1)
    return Period(months_after(end, -months), end - timedelta(days=1))


def joined(start: DayRange, end: DayRange, today: date) -> DayRange:
    """From one point to another; a point without a year takes it from the other one, and without any the last one that has begun."""
    if end.loose:
        days = _with_end(start.first, end)
        is_next = start.loose and days.last.year > today.year
        return _with_end(in_year(start.first, start.first.year - 1), end) if is_next else days
    if start.loose:
        return _with_start(start.first, end.last)
    return DayRange(start.first, end.last)


def _with_end(first: date, end: DayRange) -> DayRange:
    same, following = _end_in(end, first.year), _end_in(end, first.year + 1)
    return DayRange(first, following if same < first and (following - first).days < _LONGEST_CROSSING else same)


def _with_start(first: date, last: date) -> DayRange:
    same, preceding = in_year(first, last.year), in_year(first, last.year - 1)
    return DayRange(preceding if same > last and (last - preceding).days < _LONGEST_CROSSING else same, last)


def _end_in(end: DayRange, year: int) -> date:
    """The last day in another year; of a month or a quarter that year's own."""
    return whole(date(year, end.last.month, 1), Unit.MONTH).last if end.unit else in_year(end.last, year)

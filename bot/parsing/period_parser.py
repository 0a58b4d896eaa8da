"""Periods in people's words, read as first and last day; where a period must end is decided by ``periods``.

::

    form   = point | point – point | since point | until point | 7d, 90 days, last 3 months | 1-15 nov | nov 1-15 | weeks 44-46 | mon-wed
    point  = 2026-11-01 | 1 nov 2026 | nov 1 | november | nov 2025 | 2026-11 | Q3 2025 | H1 | first half of november | week 46 | 2025
           | month to 2026-11-22 (as buttons have it)
           | yesterday | 3 days ago | 2 weeks ago | monday | weekend | last week, this month, last november, week before last …
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.parsing import period_readers as read
from bot.parsing.period_readers import NTHS, DayRange
from bot.parsing.text import NUMBER_WORDS

Reader = Callable[["re.Match[str]", date], DayRange]

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_SHORT_WEEKDAY = r"(?:mon|tues?|wed|thurs?|thu|fri|sat|sun)"
_ANY_WEEKDAY = rf"(?:{_WEEKDAY}|{_SHORT_WEEKDAY})"
_DAY = r"\d{1,2}(?:st|nd|rd|th|\.)?"
_YEAR = r"\d{4}"
_WEEK = r"(?:(?:calendar |iso )?week |c?w ?|kw ?|wk ?)"
_THROUGH = r"(?: ?(?:\.{2,3}|-) ?| (?:to|until|till|through|thru) )"
_TO = r"(?: ?(?:\.{2,3}|-) ?| (?:to|until|till|through|thru|and) )"
_LAST = r"(?:last|past|previous|prior|preceding)"
_NTH = rf"(?:{'|'.join(NTHS)}|last)"
_UNIT = r"(?:d|days?|w|wks?|weeks?|mos?|mths?|months?|fortnights?|qtrs?|quarters?|y|yrs?|years?)"
_CALENDAR = r"(?:week|wk|month|mth|mo|quarter|qtr|year|yr)"
_WHOLE = r"(?:(?:calendar|full|whole|complete|completed) )?"
_NUMBER = rf"(?:\d+|{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})"
_NTH_DAY = r"\d{1,2}(?:st|nd|rd|th)"

_ON = rf"(?:(?P<on>{_ANY_WEEKDAY}),? )?"
_NAMED_YEAR = rf"(?P<y>{_YEAR})"
_POINTS: tuple[tuple[str, Reader], ...] = (
    (rf"{_ON}(?P<y>\d{{4}})-(?P<m>\d{{1,2}})-(?P<d>\d{{1,2}})", read.iso_day),
    (r"(?P<y>\d{4})-(?P<m>\d{1,2})", read.iso_month),
    (rf"{_ON}(?:the )?(?P<d>{_DAY})(?: of)?[ /-]?(?P<m>{_MONTH})(?:(?:[ /-](?={_YEAR})|[ /])(?P<y>{_YEAR}|2\d))?", read.named_day),
    (rf"{_ON}(?P<m>{_MONTH}) (?:the )?(?P<d>{_DAY})(?: {_NAMED_YEAR})?", read.named_day),
    (rf"(?:(?P<last>{_LAST}) |this |(?:the )?month of )?(?P<m>{_MONTH})(?:[ /-](?:of )?{_NAMED_YEAR})?", read.named_month),
    (rf"{_NAMED_YEAR}[ /-]?(?P<m>{_MONTH})(?P<last>)", read.named_month),
    (rf"(?P<nth>{_NTH}) (?P<part>half|week) (?:of|in) (?:(?P<last>{_LAST}) )?(?P<m>{_MONTH})(?: {_NAMED_YEAR})?", read.part_of_month),
    (rf"(?:(?P<y2>{_YEAR})[ -]?)?(?P<part>[qh])(?P<n>\d)(?:(?: of)?[ /-]?(?P<y>{_YEAR}|2\d|(?:this|last) year))?", read.quarter),
    (
        rf"(?:(?P<y2>{_YEAR}) )?(?P<n>{'|'.join(NTHS)}) (?P<part>quarter|half)(?:(?: of)?(?: the)? (?P<y>{_YEAR}|(?:this |last )?year))?",
        read.quarter,
    ),
    (r"(?:(?P<begun>year|month|quarter|week) to date|(?P<short>[ymqw])td)", read.to_date),
    (
        rf"(?:(?P<y2>{_YEAR})[ -]?)?{_WEEK}(?P<week>\d{{1,2}})(?:(?: of)?[ /-]?(?P<y>{_YEAR}|(?<=/)2\d))?",
        read.iso_week,
    ),
    (r"(?P<m>\d{1,2})[-/.](?P<y>\d{4})", read.iso_month),
    (r"(?P<a>\d{1,2})(?:/|\.(?=\d\d))(?P<b>\d{1,2})\.?", read.day_of_month),
    (r"(?P<a>\d{1,2})\.(?P<b>\d{1,2})\.", read.day_of_month),
    (r"(?P<near>yesterday|today|tomorrow)", read.near_day),
    (r"day before (?P<near>yesterday)", read.near_day),
    (rf"(?:so far )?(?P<which>this|current|next|coming|upcoming|{_LAST}) {_WHOLE}(?P<unit>{_CALENDAR})(?: so far)?", read.calendar),
    (rf"(?P<unit>{_CALENDAR}) so far(?P<which>)", read.calendar),
    (rf"(?P<unit>{_CALENDAR}) before (?:last(?: {_CALENDAR})?|the last(?: one)?)", read.before_last),
    (rf"(?P<n>{_NUMBER}|an?) (?P<unit>{_UNIT}) ago", read.ago),
    (rf"(?:on )?(?:(?P<which>this|{_LAST}) )?weekend", read.weekend),
    (rf"(?:(?:{_LAST}|this) )?(?P<wd>{_WEEKDAY})", read.weekday),
    (rf"the (?P<d>{_NTH_DAY})", read.nth_day),
    (rf"(?:{_WHOLE}year )?(?P<y>20\d\d)", read.year),
)
_SPANS: tuple[tuple[str, Reader], ...] = (
    (rf"(?P<d>{_DAY}){_TO}(?P<e>{_DAY})(?: of)? ?(?P<m>{_MONTH})(?: {_NAMED_YEAR})?", read.days_of_month),
    (rf"(?P<m>{_MONTH}) (?P<d>{_DAY}){_TO}(?P<e>{_DAY})(?: {_NAMED_YEAR})?", read.days_of_month),
    (rf"(?:{_LAST} ?)?(?:rolling |trailing )?(?P<n>{_NUMBER})[ -]?(?:whole |full |calendar )?(?P<unit>{_UNIT})(?! ago)", read.count),
    (r"l(?P<n>\d+)(?P<unit>[dwm])", read.count),
    (rf"{_LAST} (?P<unit>fortnight)(?P<n>)", read.count),
    (
        rf"(?:{_WEEK}|weeks )(?P<from>\d{{1,2}}){_TO}{_WEEK}?(?P<to>\d{{1,2}})(?:(?: of)? {_NAMED_YEAR})?",
        read.weeks,
    ),
    (rf"(?:{_LAST} )?(?P<from>{_ANY_WEEKDAY}){_THROUGH}(?P<to>{_ANY_WEEKDAY})", read.weekdays),
    (r"(?P<unit>week|month|quarter|half|year) to (?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})", read.up_to),
    (r"all(?: |-)time|since (?:the )?(?:very )?(?:beginning|start|ever)(?! of)", read.ever),
)
_SHORT = (rf"(?P<wd>{_SHORT_WEEKDAY})", read.weekday)


def _nameless(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


_POINT = "|".join(_nameless(pattern) for pattern, _ in _POINTS)
_BEGIN = r"(?:beginning|start) of "
_NOW = r"(?: (?:onwards?|to date|(?:to|until|till) (?:now|date|present)|(?:up )?(?:to|until|till) today)|-(?:now|today))"
_SINCE_WHEN = (
    rf"(?:since (?:the )?(?:{_BEGIN}(?:the )?(?:{_CALENDAR}|{_POINT})|{_NTH_DAY}|{_POINT}|{_SHORT_WEEKDAY})|(?:from )?(?:{_POINT}){_NOW})"
)
_UNTIL_WHEN = r"(?:until|till|up to|up until)"
#: Hours and minutes, which LinkedIn does not count by.
_BY_HOURS = rf"{_LAST} (?:{_NUMBER} ?)?(?:hours?|hrs?|h|minutes?|mins?)"
BY_HOURS = re.compile(_BY_HOURS)
_FORM = "|".join(
    (
        rf"(?:{_POINT}){_TO}(?:{_POINT}|{_SHORT_WEEKDAY})",
        *(_nameless(pattern) for pattern, _ in _SPANS),
        rf"(?:{_SINCE_WHEN}|{_UNTIL_WHEN} (?:{_POINT}|{_SHORT_WEEKDAY})|{_BY_HOURS})",
        rf"(?:{_POINT})(?: ?\.\.)?",
    )
)
#: The first period in lower-case words parted by single spaces.
PERIOD = re.compile(rf"(?<!\S)(?:{_FORM})(?!\S)")
_READERS = tuple((re.compile(pattern), reader) for pattern, reader in (*_SPANS, *_POINTS, _SHORT))
_SINCE = re.compile(rf"since (?:the )?(?:{_BEGIN}(?:the )?)?(?P<point>.+)|(?:from )?(?P<from>{_POINT}){_NOW}|(?P<open>{_POINT}) ?\.\.")
_UNIT_BEGUN, _NTH_BEGUN = re.compile(rf"(?P<unit>{_CALENDAR})(?P<which>)"), re.compile(rf"(?P<d>{_NTH_DAY})")
_UNTIL = re.compile(rf"{_UNTIL_WHEN} (?P<point>.+)")
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
        return read.since(_begun(since["point"] or since["from"] or since["open"], today), today)
    if until := _UNTIL.fullmatch(words):
        return replace(read_days(until["point"], today), open=True)
    if both := _RANGE.fullmatch(words):
        return read.joined(read_days(both["first"], today), read_days(both["last"], today))
    raise ValueError(f"not a period: {words}")


def _begun(point: str, today: date) -> DayRange:
    """What stands behind "since"."""
    if unit := _UNIT_BEGUN.fullmatch(point):
        return read.calendar(unit, today)
    if day := _NTH_BEGUN.fullmatch(point):
        return read.nth_day(day, today)
    return read_days(point, today)

"""The days of a schedule in words: "weekdays", "every monday and thursday", "1st and 15th of the month", and back.

::

    days    = daily, every day | weekdays | weekends | weekly [on mondays] | mondays | every tue, wed and thu | mon-thu
            | monthly [on the 31st] | 1st and 15th [of the month] | last day of the month | last weekday of the month
            | monthly on the first monday | first and third monday [of the month]
"""

import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from bot.parsing.dates import WEEKDAYS


@dataclass(frozen=True, slots=True)
class ScheduleDays:
    """Two fields of cron: the day of the month and the day of the week."""

    day: str = "*"
    weekday: str = "*"


@dataclass(frozen=True, slots=True)
class ParsedDays:
    """The days that stand at a place of a text, and where they end there.

    ``loose`` is True when the words could be anybody's ("sat", "2nd"), so that only a time beside them makes them a schedule.
    """

    days: ScheduleDays
    end: int
    loose: bool


#: Lower case that keeps every letter's place in the text.
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_END = r"(?=[ ,]|$)"
_JOIN = r"(?: ?, ?(?:and |& ?)?| (?:and|&|\+) | ?[&+/] ?)"
#: A list has no more items, so that reading days at each word of a text costs the same however long it is.
_LIST = "{0,40}"
_EVERY = r"(?:(?:on|each|every|the) ){0,4}"
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:mon|tues?|weds?|thurs?|thu|fri|sat|sun)s?)"
_TO = r"(?: ?[-–] ?| (?:to|through|thru|until|till) )"
_WEEKDAYS = rf"{_WEEKDAY}(?:(?:{_JOIN}{_EVERY}|{_TO}){_WEEKDAY}){_LIST}"
_ORDINAL = r"(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|last)"
_ORDINALS = rf"{_ORDINAL}(?:{_JOIN}(?:the )?{_ORDINAL}){_LIST}"
_MONTH_DAY = rf"{_ORDINAL}(?: day)?"
_MONTH_DAYS = rf"{_MONTH_DAY}(?:{_JOIN}(?:the )?{_MONTH_DAY}){_LIST}"
_BARE_DAYS = rf"(?:day )?\d{{1,2}}(?:{_JOIN}\d{{1,2}}){_LIST}"
_EACH = r"(?:every|each|once an?|once per)"
_WORKDAY = r"(?:(?:week|work|business) ?day|working day)"
_MONTHLY = rf"(?:monthly|{_EACH} month)"
_WEEKLY = rf"(?:weekly|{_EACH} week)"
_OF_MONTH = r"(?:of|in|on) (?:(?:the|a|each|every) )?months?"

_ORDINAL_WORDS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "last": "L"}
_WORKDAYS, _WEEKEND = "1-5", "0,6"
#: The last day of the month from Monday to Friday, as cronsim has it.
_LAST_WORKDAY = "LW"
_LAST_MONTH_DAY, _MOST_OF_A_WEEKDAY = 31, 5
_SUFFIXES = {1: "st", 2: "nd", 3: "rd"}
_TEENS = range(11, 14)


@lru_cache(maxsize=16)
def _lowered(text: str) -> str:
    """The text in lower case, each letter at its place; remembered, because days are looked for at each of its words."""
    return text.translate(_LOWER)


def read_days(text: str, at: int) -> ParsedDays | None:
    """The days that begin at this place of a text; None when none do."""
    lower = _lowered(text)
    for pattern, reader, loose in _FORMS:
        if (found := pattern.match(lower, at)) and (days := reader(found)) is not None:
            return ParsedDays(days, found.end(), loose=loose(found[0]))
    return None


def say_days(day: str, weekday: str) -> str | None:
    """The two fields in words that ``read_days`` reads back to them; None when there are none."""
    if day == "*":
        return _say_weekdays(weekday)
    if (day, weekday) == (_LAST_WORKDAY, "*"):
        return "on the last weekday of the month"
    items = day.split(",")
    if weekday != "*" or not all(item.isdigit() or item == "L" for item in items):
        return None
    named = [_ordinal(int(item)) for item in items if item != "L"] + (["last day"] if "L" in items else [])
    return f"on the {_listed(named)} of the month"


def _say_weekdays(weekday: str) -> str | None:
    known = {"*": "every day", _WORKDAYS: "weekdays", _WEEKEND: "weekends"}
    if weekday in known:
        return known[weekday]
    items = weekday.split(",")
    if all(item.isdigit() for item in items):
        numbers = sorted(map(int, items), key=lambda number: (number - 1) % 7)
        return f"every {_listed([_weekday_name(number) for number in numbers])}"
    return _say_nth_weekday(items)


def _say_nth_weekday(items: list[str]) -> str | None:
    found = [re.fullmatch(r"([0-6])(?:L|#([1-5]))", item) for item in items]
    nths = [match[2] for match in found if match]
    if None in found or len({item[0] for item in items}) != 1 or nths != sorted(nths, key=lambda nth: nth or "9"):
        return None
    named = [_ordinal(int(nth)) if nth else "last" for nth in nths]
    return f"on the {_listed(named)} {_weekday_name(int(items[0][0]))} of the month"


def _weekday_name(number: int) -> str:
    return WEEKDAYS[(number - 1) % 7].capitalize()


def _ordinal(number: int) -> str:
    return f"{number}{'th' if number in _TEENS else _SUFFIXES.get(number % 10, 'th')}"


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _weekday_number(name: str) -> int:
    return (next(index for index, weekday in enumerate(WEEKDAYS) if weekday.startswith(name[:3])) + 1) % 7


def _weekday_set(words: str) -> set[int]:
    """The days (0 is Sunday) of a list whose items may be ranges, also over the end of the week ("fri to mon")."""
    days: set[int] = set()
    for item in re.split(_JOIN, words):
        first, *last = map(_weekday_number, re.findall(_WEEKDAY, item))
        days |= {(first + step) % 7 for step in range((last[-1] - first) % 7 + 1)} if last else {first}
    return days


def _on_weekdays(found: "re.Match[str]") -> ScheduleDays:
    days = _weekday_set(found["weekdays"])
    text = ",".join(map(str, sorted(days)))
    return ScheduleDays(weekday={"1,2,3,4,5": _WORKDAYS, "0,1,2,3,4,5,6": "*"}.get(text, text))


def _weekly(found: "re.Match[str]") -> ScheduleDays:
    return _on_weekdays(found) if found["weekdays"] else ScheduleDays(weekday="1")


def _on_month_days(found: "re.Match[str]") -> ScheduleDays | None:
    days = _numbers(rf"{_ORDINAL}|\d{{1,2}}", found["days"], _LAST_MONTH_DAY)
    return ScheduleDays(day=",".join(days)) if days else None


def _monthly(found: "re.Match[str]") -> ScheduleDays | None:
    return _on_month_days(found) if found["days"] else ScheduleDays(day="1")


def _on_nth_weekday(found: "re.Match[str]") -> ScheduleDays | None:
    nths = _numbers(_ORDINAL, found["nths"], _MOST_OF_A_WEEKDAY)
    weekday = _weekday_number(found["weekday"])
    return ScheduleDays(weekday=",".join(f"{weekday}L" if nth == "L" else f"{weekday}#{nth}" for nth in nths)) if nths else None


def _numbers(pattern: str, words: str, most: int) -> list[str]:
    """The ordinals as numbers in their order, ``L`` last; none at all when one is impossible."""
    found = {_ORDINAL_WORDS.get(word) or str(int(word.rstrip("stndrh"))) for word in re.findall(pattern, words)}
    numbers = sorted(int(number) for number in found - {"L"})
    return [*map(str, numbers), *(found & {"L"})] if all(0 < number <= most for number in numbers) else []


def _form(
    pattern: str, reader: Callable[["re.Match[str]"], ScheduleDays | None], *, loose: str | None = None
) -> tuple[re.Pattern[str], Callable[["re.Match[str]"], ScheduleDays | None], Callable[[str], bool]]:
    """A form of days; what it reads is loose where the pattern ``loose`` fits the whole."""
    whole = re.compile(loose or r"(?!)")
    return re.compile(pattern + _END, re.ASCII), reader, lambda words: whole.fullmatch(words) is not None


_FORMS = (
    _form(rf"{_MONTHLY},? {_EVERY}(?P<nths>{_ORDINALS}) (?P<weekday>{_WEEKDAY})(?: {_OF_MONTH})?", _on_nth_weekday),
    _form(rf"{_EVERY}(?P<nths>{_ORDINALS}) (?P<weekday>{_WEEKDAY}) {_OF_MONTH}", _on_nth_weekday),
    # "Every second monday" is another rhythm, and refused as such.
    _form(rf"(?:(?:on|the) ){{0,4}}(?P<nths>{_ORDINALS}) (?P<weekday>{_WEEKDAY})", _on_nth_weekday),
    _form(rf"(?:{_MONTHLY},? )?{_EVERY}last {_WORKDAY} {_OF_MONTH}", lambda _: ScheduleDays(day=_LAST_WORKDAY)),
    _form(rf"{_MONTHLY},? {_EVERY}last {_WORKDAY}", lambda _: ScheduleDays(day=_LAST_WORKDAY)),
    _form(rf"{_MONTHLY},? {_EVERY}(?P<days>{_MONTH_DAYS})(?: {_OF_MONTH})?", _monthly),
    _form(rf"{_MONTHLY},? (?:on )?(?:the )?(?P<days>day \d{{1,2}})", _monthly),
    _form(rf"{_MONTHLY},? on (?:the )?(?P<days>{_BARE_DAYS})(?: {_OF_MONTH})?", _monthly),
    _form(rf"{_MONTHLY}(?P<days>)", _monthly),
    _form(rf"{_EVERY}(?P<days>{_MONTH_DAYS}) {_OF_MONTH}", _on_month_days),
    _form(rf"(?:(?:on|every|each|the) ){{0,2}}days? (?P<days>\d{{1,2}}(?:{_JOIN}\d{{1,2}}){_LIST}) {_OF_MONTH}", _on_month_days),
    _form(rf"{_EVERY}(?P<days>\d{{1,2}}(?:st|nd|rd|th)(?:{_JOIN}(?:the )?\d{{1,2}}(?:st|nd|rd|th)){_LIST})", _on_month_days, loose=r".*"),
    _form(rf"{_WEEKLY},? {_EVERY}(?P<weekdays>{_WEEKDAYS})", _weekly),
    _form(rf"{_WEEKLY}(?P<weekdays>)", _weekly),
    _form(rf"{_EVERY}{_WORKDAY}s?", lambda _: ScheduleDays(weekday=_WORKDAYS)),
    _form(rf"{_EVERY}weekends?", lambda _: ScheduleDays(weekday=_WEEKEND)),
    _form(rf"daily|everyday|{_EACH} day|every(?= (?:morning|afternoon|evening))", lambda _: ScheduleDays()),
    _form(rf"on (?:the )?days? (?P<days>\d{{1,2}}(?:{_JOIN}\d{{1,2}}){_LIST})", _on_month_days),
    _form(rf"{_EVERY}(?P<weekdays>{_WEEKDAYS})", _on_weekdays, loose=r"(?:mon|tues?|weds?|thurs?|thu|fri|sat|sun)s?"),
)

"""The days of a schedule in words: "weekdays", "every monday and thursday", "1st and 15th of the month", and back.

::

    days    = daily, every day | weekdays | weekends | weekly [on mondays] | mondays | every tue, wed and thu | mon-thu
            | every other monday | biweekly, every 2 weeks [on friday] | fridays every 3 weeks
            | monthly [on the 31st] | 1st and 15th [of the month] | last day of the month | first, fifth, last working day [of the month]
            | end of the month, month end
            | mo-fr, m-f, mo/mi/fr, mo, we, fr, mwf
            | monthly on the first monday | first and third monday [of the month] | twice a month
            | every day except weekends, daily except fri | every year on 5 jan, every jan 5
            | quarterly, every 2 months, twice a year, yearly [on any of those] | any of those of the quarter, half-year, year
            | twice a week on tue and fri
"""

import re
import string
from calendar import monthrange
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from bot.lazy_regex import any_case, lazy_regex
from bot.parsing.dates import MONTH, MONTHS, WEEKDAY, WEEKDAYS
from bot.parsing.text import NUMBER_WORDS, ORDINAL_WORDS
from bot.schedules.rhythm import FIRST_WORKDAY, LAST_WORKDAY, MOST_WEEKS, Weeks, every_months, months_apart, workday_number


class ScheduleDays(Struct, frozen=True):
    """Three fields of cron: the day of the month, the month and the day of the week."""

    day: str = "*"
    weekday: str = "*"
    month: str = "*"
    #: Whether the day of the week was left open: "weekly", "every other week".
    any_weekday: bool = False


class ParsedDays(Struct, frozen=True):
    """Days at a position of a text, and their end; ``loose`` ("sat", "2nd"): a schedule only with a time next to them."""

    days: ScheduleDays
    end: int
    loose: bool


#: Lower case that keeps every letter's place in the text.
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_END = r"(?=[ ,]|$)"
_JOIN = r"(?: ?, ?(?:and |& ?)?| and | ?[&+/] ?)"
#: A list has no more items, so that reading days at each word of a text costs the same however long it is.
_LIST = "{0,40}"
_EVERY = r"(?:(?:on|each|every|the) ){0,4}"
_WEEKDAY = rf"(?:{WEEKDAY}|mon|tue|wed|thur?|fri|sat|sun)s?"
_TO = r"(?: ?[-–] ?| (?:to|through|thru|until|till) )"
_WEEKDAYS = rf"{_WEEKDAY}(?:(?:{_JOIN}{_EVERY}|{_TO}| ){_WEEKDAY}){_LIST}"
#: Days in two letters, of English and German; only where several stand together, for some are words.
_LETTERS = {"mo": 1, "tu": 2, "di": 2, "we": 3, "mi": 3, "th": 4, "do": 4, "fr": 5, "sa": 6, "su": 0, "so": 0}
_TWO = rf"(?:{'|'.join(_LETTERS)})"
_SHORT_RANGES = {"m-f": "mo-fr", "m-th": "mo-th", "mwf": "mo,we,fr", "m/w/f": "mo,we,fr", "tth": "tu,th", "t/th": "tu,th", "tuth": "tu,th"}
#: Those that are no words, next to a time.
_ONE_DAY = "mo|tu|di|mi|th|fr|sa|su"
SHORT_DAYS = rf"(?:{_TWO} ?[-–] ?{_TWO}|{_TWO}(?: ?[,/+&] ?{_TWO}){{1,6}}|m ?[-–] ?f|m ?[-–] ?th|mwf|m/w/f|t/?th|tuth)"
_ORDINAL = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(ORDINAL_WORDS)}|last)"
_ORDINALS = rf"{_ORDINAL}(?:{_JOIN}(?:the )?{_ORDINAL}){_LIST}"
_SEVERAL_ORDINALS = rf"{_ORDINAL}(?:{_JOIN}(?:the )?{_ORDINAL}){{1,4}}"
_MONTH_DAY = rf"{_ORDINAL}(?: day)?"
_MONTH_DAYS = rf"{_MONTH_DAY}(?:{_JOIN}(?:the )?{_MONTH_DAY}){_LIST}"
_BARE_DAYS = rf"(?:day )?\d{{1,2}}(?:{_JOIN}\d{{1,2}}){_LIST}"
_EACH = r"(?:every|each|once an?|once per)"
_WORKDAY = r"(?:(?:week|work|business) ?day|working day)"
_SMALL = dict.fromkeys(("other", "alternate", "alternating"), 2) | {
    word: number for word, number in (ORDINAL_WORDS | NUMBER_WORDS).items() if number > 1
}
#: How many months apart so many times a year are.
_TIMES = {"twelve": 1, "12": 1, "six": 2, "6": 2, "four": 3, "4": 3, "three": 4, "3": 4, "two": 6, "2": 6}
_N = rf"(?:\d{{1,2}}|{'|'.join(_SMALL)})"
_MONTHLY = (
    rf"(?P<lead>(?:twice|(?:{'|'.join(_TIMES)}) times) (?:(?:an?|per|every) year|yearly)"
    rf"|monthly|quarterly|half[- ]?yearly|(?:semi|bi)-?annual(?:ly)?|yearly|annually|{_EACH} (?:month|quarter|half[- ]?year|year)"
    rf"|(?:once )?every {_N}(?:nd|rd|th)? (?:months?|quarters?))"
)
_WEEKLY = rf"(?:weekly|{_EACH} week)"
_N_WEEKS = (
    rf"(?:bi[- ]?weekly|fortnightly|{_EACH} fortnight|(?:once )?every 14 days|(?:(?:once )?every|once in) (?P<n>{_N})(?:nd|rd|th)? weeks?)"
)
_OF_EDGE = r"(?:of )?(?:(?:the|each|every) )?(?P<unit>month|quarter|half[- ]?year|year)s?"
_OF_MONTH = r"(?:of|in|on) (?:(?:the|a|each|every) )?(?P<unit>month|quarter|half[- ]?year|year)s?"

_TIMES_A_WEEK = rf"(?P<times>once|twice|thrice|(?:\d|{'|'.join(_SMALL)}) ?(?:x|times)) (?:a|per|each|every) week"
#: What may follow "every" in the place of "day".
PARTS_OF_DAY = "(?:morning|afternoon|evening|night|lunchtime|noon|midday|midnight)"
#: What a rhythm ends with that says nothing of days.
RHYTHM_WORDS = ("ly", "week", "weeks", "fortnight", "month", "months", "quarter", "year", "14 days")

_BUT = r"(?:except(?: for)?|excluding|but(?: not| for)?|not|without|apart from)(?: on| at| over| during)?(?: the)?"
_DAY_FIRST = rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?(?: of)? (?P<m>{MONTH})"
_DATE = rf"(?:{_DAY_FIRST}|(?P<m2>{MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?![:\d]))"

_WORKDAYS, _WEEKEND = "1-5", "0,6"
_LAST_MONTH_DAY, _MOST_OF_A_WEEKDAY = 31, 5
#: The number of months in each unit.
_MONTHS_IN = {f"{times} times": months for times, months in _TIMES.items()} | dict.fromkeys(("twice", "half", "semi", "bi"), 6) | {
    "month": 1, "quarter": 3, "year": 12, "annual": 12,
}  # fmt: skip


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


def _weekday_number(name: str) -> int:
    return (next(index for index, weekday in enumerate(WEEKDAYS) if weekday.startswith(name[:3])) + 1) % 7


def _weekday_set(words: str) -> set[int]:
    """The days (0 is Sunday) of a list whose items may be ranges, also over the end of the week ("fri to mon")."""
    days: set[int] = set()
    for name, to in re.findall(rf"({_WEEKDAY})(?:{_TO}({_WEEKDAY}))?", words):
        first, last = _weekday_number(name), _weekday_number(to or name)
        days |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    return days


def _on_weekdays(found: "re.Match[str]") -> ScheduleDays:
    return of_weekdays(_weekday_set(found["weekdays"]))


def weekdays_in(field: str) -> set[int]:
    """The days (0 is Sunday) of cron's field; none where it is no list of them."""
    parts = re.findall(r"([0-6])(?:-([0-6]))?(?:,|$)", "0-6" if field == "*" else field) if re.fullmatch(r"\*|[0-6,-]+", field) else []
    return {day for first, last in parts for day in range(int(first), int(last or first) + 1)}


def of_weekdays(days: Collection[int]) -> ScheduleDays:
    text = ",".join(map(str, sorted(set(days))))
    return ScheduleDays(weekday={"1,2,3,4,5": _WORKDAYS, "0,1,2,3,4,5,6": "*"}.get(text, text))


def _on_short_weekdays(found: "re.Match[str]") -> ScheduleDays | None:
    """Days in two letters; "so, we" are words."""
    words = found["short"].replace(" ", "").replace("–", "-")
    words = _SHORT_RANGES.get(words, words)
    names = re.findall(_TWO, words)
    numbers = [_LETTERS[name] for name in names]
    if "-" in words:
        first, last = numbers
        numbers = [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    elif len(names) > 1 and {"so", "we", "do"}.issuperset(names):
        return None
    return of_weekdays(numbers)


def _but_for(found: "re.Match[str]") -> ScheduleDays | None:
    words = found["weekdays"]
    every = {0, 1, 2, 3, 4, 5, 6} if found["all"] else {1, 2, 3, 4, 5}
    left = every - ({0, 6} if words.startswith("weekend") else _weekday_set(words))
    return of_weekdays(left) if left else None


def _once_a_year(found: "re.Match[str]") -> ScheduleDays | None:
    name, day = found["m"] or found["m2"], int(found["d"] or found["d2"])
    month = next(number for number, each in enumerate(MONTHS, 1) if each.startswith(name[:3]))
    return ScheduleDays(day=str(day), month=str(month)) if 0 < day <= monthrange(2000, month)[1] else None


def _in_months_of(found: "re.Match[str]") -> ScheduleDays | None:
    """The day of a date, in its month and those of the rhythm after it: "every half year on 15 jan"."""
    once, every = _once_a_year(found), _in_months(found, ScheduleDays(), last=False)
    step = months_apart(every.month) if every else 0
    if once is None or step <= 1:
        return None
    months = sorted((int(once.month) - 1 + step * time) % len(MONTHS) + 1 for time in range(len(MONTHS) // step))
    return replace(once, month=",".join(map(str, months)))


def _weekly(found: "re.Match[str]") -> ScheduleDays:
    return _on_weekdays(found) if found["weekdays"] else ScheduleDays(weekday="1", any_weekday=True)


def _times_a_week(found: "re.Match[str]") -> ScheduleDays | None:
    number = re.match(rf"\d|{'|'.join(_SMALL)}", found["times"])
    times = {"once": 1, "twice": 2, "thrice": 3}.get(found["times"]) or (_SMALL.get(number[0]) or int(number[0]) if number else 0)
    return _on_weekdays(found) if len(_weekday_set(found["weekdays"])) == times else None


def _every_weeks(found: "re.Match[str]") -> ScheduleDays | None:
    """Every N weeks; which weeks is decided when the digest is set up."""
    count = (found["n"] or "2").rstrip("ndrth") if (found["n"] or "2")[0].isdigit() else found["n"]
    every, days = _SMALL.get(count) or int(count), _weekly(found)
    if every < 2 or every > MOST_WEEKS:  # noqa: PLR2004  # every week is said otherwise
        return None
    return replace(days, weekday=Weeks(days.weekday.replace("*", "0-6"), every, None).field)


def _on_month_days(found: "re.Match[str]") -> ScheduleDays | None:
    days = _numbers(rf"{_ORDINAL}|\d{{1,2}}", found["days"], _LAST_MONTH_DAY)
    return _in_months(found, ScheduleDays(day=",".join(days)), last=days == ["L"]) if days else None


def _monthly(found: "re.Match[str]") -> ScheduleDays | None:
    return _on_month_days(found) if found["days"] else _in_months(found, ScheduleDays(day="1"), last=False)


def _on_nth_weekday(found: "re.Match[str]") -> ScheduleDays | None:
    nths = _numbers(_ORDINAL, found["nths"], _MOST_OF_A_WEEKDAY)
    weekday = _weekday_number(found["weekday"])
    field = ",".join(f"{weekday}L" if nth == "L" else f"{weekday}#{nth}" for nth in nths)
    return _in_months(found, ScheduleDays(weekday=field), last=nths == ["L"]) if nths else None


def _at_the_edge(found: "re.Match[str]") -> ScheduleDays | None:
    """The first or last day of a month, quarter, half-year or year; the middle is a month's alone."""
    day = {"end": "L", "middle": "15", "mid": "15"}.get(found["days"], "1")
    return None if day == "15" and found["unit"] != "month" else _in_months(found, ScheduleDays(day=day), last=day == "L")


def _at_short_end(found: "re.Match[str]") -> ScheduleDays:
    """The last day of a month, quarter or year: "eom"."""
    return ScheduleDays(day="L", month=every_months({"m": 1, "q": 3, "y": 12}[found["unit"]], last=True))


def _on_workday(found: "re.Match[str]") -> ScheduleDays | None:
    which = "".join(_numbers(_ORDINAL, found["which"], _LAST_MONTH_DAY))
    day = {"1": FIRST_WORKDAY, "L": LAST_WORKDAY}.get(which, f"{FIRST_WORKDAY}{which}")
    return _in_months(found, ScheduleDays(day=day), last=which == "L") if which == "L" or workday_number(day) else None


def _in_months(found: "re.Match[str]", days: ScheduleDays, *, last: bool) -> ScheduleDays | None:
    """These days of every month, quarter, half-year or year; with ``last`` counted from its end."""
    step = 1
    for group in filter(None, (found.groupdict().get("lead"), found.groupdict().get("unit"))):
        several = re.search(rf"every ({_N})(?:nd|rd|th)? ", group)
        number = (_SMALL.get(several[1]) or int(several[1])) if several else 1
        step = max(step, number * next(months for word, months in _MONTHS_IN.items() if word in group))
    return replace(days, month=every_months(step, last=last)) if step in (1, 2, 3, 4, 6, 12) else None


def _numbers(pattern: str, words: str, most: int) -> list[str]:
    """The ordinals as numbers in their order, ``L`` last; none at all when one is impossible."""
    found = {"L" if word == "last" else str(ORDINAL_WORDS.get(word) or int(word.rstrip("stndrh"))) for word in re.findall(pattern, words)}
    numbers = sorted(int(number) for number in found - {"L"})
    return [*map(str, numbers), *(found & {"L"})] if all(0 < number <= most for number in numbers) else []


def _form(
    pattern: str, reader: Callable[["re.Match[str]"], ScheduleDays | None], *, loose: str | None = None
) -> tuple[re.Pattern[str], Callable[["re.Match[str]"], ScheduleDays | None], Callable[[str], bool]]:
    """A form of days; its result is loose where the pattern ``loose`` matches the whole text."""
    whole = lazy_regex(loose or r"(?!)")
    # A comma may be a word of its own.
    pattern = pattern.replace(",? ", "(?: ?,)? ")
    return lazy_regex(rf"(?:{pattern}){_END}", re.ASCII), reader, lambda words: whole.fullmatch(words) is not None


_FORMS = (
    _form(rf"(?:(?P<all>daily|everyday|{_EACH} day)|(?:{_EACH} )?{_WORKDAY}s?),? {_BUT} (?P<weekdays>weekends?|{_WEEKDAYS})", _but_for),
    _form(rf"(?:daily|everyday|{_EACH} day),? {_EVERY}(?P<weekdays>{_WEEKDAYS})", _on_weekdays),
    _form(rf"(?:daily|everyday|{_EACH} day),? {_EVERY}(?P<short>{SHORT_DAYS})", _on_short_weekdays),
    _form(rf"(?:daily|everyday|{_EACH} day),? {_EVERY}(?:{_WORKDAY}|weekday)s", lambda _: ScheduleDays(weekday=_WORKDAYS)),
    _form(rf"(?:(?:yearly|annually|{_EACH} year),? (?:on )?(?:the )?|every ){_DATE}(?: (?:of )?(?:every|each) year)?", _once_a_year),
    _form(rf"(?:on )?(?:the )?{_DATE},? (?:yearly|annually|{_EACH} year)", _once_a_year),
    _form(rf"{_MONTHLY},? (?:on )?(?:the )?{_DATE}", _in_months_of),
    _form(rf"{_TIMES_A_WEEK},? {_EVERY}(?P<weekdays>{_WEEKDAYS})", _times_a_week),
    _form(rf"{_N_WEEKS},? {_EVERY}(?P<weekdays>{_WEEKDAYS})", _every_weeks),
    _form(rf"{_N_WEEKS}(?P<weekdays>)", _every_weeks),
    _form(rf"(?:on )?(?P<weekdays>{_WEEKDAYS}),? {_N_WEEKS}", _every_weeks),
    # "Every third monday" may also be the third of the month.
    _form(rf"(?:on )?(?:every )?(?P<n>alternate|alternating) (?P<weekdays>{_WEEKDAYS})", _every_weeks),
    _form(rf"(?:on )?every (?P<n>other|second|2nd|2|two) (?P<weekdays>{_WEEKDAYS})(?! {_OF_MONTH})", _every_weeks),
    _form(rf"(?:on )?every (?P<nths>first|1st|last|{_SEVERAL_ORDINALS}) (?P<weekday>{_WEEKDAY})(?: {_OF_MONTH})?", _on_nth_weekday),
    _form(rf"(?:at |on )?(?:the )?(?P<days>end|beginning|start|middle|mid)(?: |-){_OF_EDGE}", _at_the_edge),
    _form(r"(?:(?:at|on|by|the|every|each) ){0,2}(?P<unit>month|quarter|half[- ]?year|year)(?: |-)?(?P<days>end)s?", _at_the_edge),
    _form(rf"{_MONTHLY},? {_EVERY}(?P<nths>{_ORDINALS}) (?P<weekday>{_WEEKDAY})(?: {_OF_MONTH})?", _on_nth_weekday),
    _form(rf"{_EVERY}(?P<nths>{_ORDINALS}) (?P<weekday>{_WEEKDAY}) {_OF_MONTH}", _on_nth_weekday),
    # "Every second monday" is another rhythm.
    _form(rf"(?:(?:on|the) ){{0,4}}(?P<nths>{_ORDINALS}) (?P<weekday>{_WEEKDAY})", _on_nth_weekday),
    _form(rf"(?:{_MONTHLY},? )?{_EVERY}(?P<which>{_ORDINAL}) {_WORKDAY} {_OF_MONTH}", _on_workday),
    _form(rf"{_MONTHLY},? {_EVERY}(?P<which>{_ORDINAL}) {_WORKDAY}", _on_workday),
    _form(rf"(?:(?:on|the) ){{0,2}}(?P<which>{_ORDINAL}) (?:working|work|business) ?day", _on_workday),
    _form(r"twice (?:(?:a|per) month|monthly)|semi-?monthly", lambda _: ScheduleDays(day="1,15")),
    _form(rf"{_MONTHLY},? {_EVERY}(?P<days>{_MONTH_DAYS})(?: {_OF_MONTH})?", _monthly),
    _form(rf"{_MONTHLY},? (?:on )?(?:the )?(?P<days>day \d{{1,2}})", _monthly),
    _form(rf"{_MONTHLY},? on (?:the )?(?P<days>{_BARE_DAYS})(?: {_OF_MONTH})?", _monthly),
    _form(rf"{_MONTHLY}(?P<days>)", _monthly),
    _form(rf"{_EVERY}(?P<days>{_MONTH_DAYS}) {_OF_MONTH}", _on_month_days),
    _form(rf"(?:(?:on|every|each|the) ){{0,2}}days? (?P<days>\d{{1,2}}(?:{_JOIN}\d{{1,2}}){_LIST}) {_OF_MONTH}", _on_month_days),
    # "29th" alone may also be a day of a question.
    _form(rf"{_EVERY}(?P<days>\d{{1,2}}(?:st|nd|rd|th)(?:{_JOIN}(?:the )?\d{{1,2}}(?:st|nd|rd|th)){_LIST})", _on_month_days,
     loose=r"\d+[a-z]+"),
    _form(rf"on the (?P<days>{_ORDINALS})", _on_month_days, loose=".+"),
    _form(r"(?:(?:at|by|on) )?(?:the )?eo(?P<unit>[mqy])", _at_short_end),
    _form(rf"{_WEEKLY},? {_EVERY}(?P<weekdays>{_WEEKDAYS})", _weekly),
    _form(rf"{_WEEKLY}(?P<weekdays>)", _weekly),
    _form(rf"{_EVERY}{_WORKDAY}s?", lambda _: ScheduleDays(weekday=_WORKDAYS)),
    _form(rf"{_EVERY}weekends?", lambda _: ScheduleDays(weekday=_WEEKEND)),
    _form(rf"daily|everyday|{_EACH} (?:single )?day|{_EACH}(?: single)?(?= {PARTS_OF_DAY})", lambda _: ScheduleDays()),
    _form(rf"on (?:the )?days? (?P<days>\d{{1,2}}(?:{_JOIN}\d{{1,2}}){_LIST})", _on_month_days),
    _form(rf"(?:{_WEEKLY},? )?{_EVERY}(?P<short>{SHORT_DAYS})", _on_short_weekdays),
    _form(rf"{_EVERY}(?P<short>{_ONE_DAY})", _on_short_weekdays, loose=".+"),
    _form(rf"{_EVERY}(?P<weekdays>{_WEEKDAYS})", _on_weekdays, loose=r"(?:mon|tues?|weds?|thurs?|thu|fri|sat|sun)s?"),
)  # fmt: skip

#: Stands for a blank inside of a word in quotes.
_INSIDE = "\x1f"
_LEFT_OUT = any_case(
    rf"(?<!\S)(?P<nth>{_ORDINAL} )?(?P<every>(?:{_EACH} )?(?:daily|everyday|day|{_WORKDAY}s?))(?P<between>(?: (?!{_EACH}\b)\S+){{0,6}}?)"
    rf"(?P<but>(?: ,)? (?:{_BUT}|skip(?:ping)?(?: the)?|no) (?P<weekdays>weekends?|{_WEEKDAYS}))(?!\S)"
)
_DAILY_ON = any_case(
    r"(?<!\S)(?:daily|every ?day)(?P<between> (?:at )?\S*\d\S*(?: ?[ap]m)?)(?: ,)?(?: only| just)?(?: on)?"
    rf" (?P<days>{_WORKDAY}s|{_WEEKDAYS})(?: only)?(?!\S)"
)


def without_days(words: Sequence[str]) -> list[str]:
    """The words with the days that are left in the place of "weekdays 9:00 except friday", or of "daily 7am weekdays only"."""
    text = _DAILY_ON.sub(r"\g<days>\g<between>", " ".join(word.replace(" ", _INSIDE) for word in words))
    found = _LEFT_OUT.search(text)
    if found and found["nth"] and "day" not in found["weekdays"].lower() and found["every"].lower() != "day":
        # A working day is never on a weekend.
        text, found = f"{text[: found.start('but')]}{text[found.end() :]}", None
    days = read_days(f"{found['every']} except {found['weekdays'].lower()}", 0) if found and not found["nth"] else None
    if found is None or days is None or days.days.weekday in ("", "*"):
        return [word.replace(_INSIDE, " ") for word in text.split(" ")] if text else []
    field = days.days.weekday
    numbers = [number or 7 for number in (range(1, 6) if field == _WORKDAYS else map(int, field.split(",")))]
    each = ", ".join(f"{WEEKDAYS[number - 1]}s" for number in numbers).replace(",", " ,")
    left = f"{text[: found.start()]}{each}{found['between'] or ''}{text[found.end() :]}".split(" ")
    return [word.replace(_INSIDE, " ") for word in left]

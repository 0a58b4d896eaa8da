"""The dates between which a digest comes, and those on which it does not: parsed from words, and written in words that parse to the same.

::

    dates = from 1 dec | starting monday, in 2 weeks | until 31 dec | for 3 months | except 25 dec, 26 dec and 24-31 dec 2027
          | again 25 dec | no exceptions | no end | always
    date  = 2026-12-01 | 1 dec [2026] | dec 1 | 15.12.[2026] | december | tomorrow | this, next week, month | next year, monday
          | week of 21 dec | end of the month, year, january | the 5th (after from, until, skip)

A date without a year is the next such day. Stored, they are the same words with ISO dates; "" is always.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import BadSchedule
from bot.lazy_regex import lazy_regex
from bot.parsing.dates import (
    HOLIDAYS,
    MONTH,
    MONTHS,
    NOT_THAT_DAY,
    UNCLEAR,
    WEEKDAYS,
    month_number,
    quoted_as_typed,
    unclear_date,
    with_iso_dates,
)
from bot.parsing.text import NUMBER_WORDS
from bot.statistics.reports import Unit, months_after, whole

NO_SUCH_DATE, DATE_REMEDY = "I can't read “{words}” as a date.", "Write dates like `7 jan` or `2027-01-07`."
PAST, PAST_REMEDY = "“{words}” is over.", "Name a day in the future."
BACKWARDS, MANY_DATES = "“{words}” would end before it begins.", "That leaves out more than {most} days."
NO_HOLIDAYS, HOLIDAY_REMEDY = "I don't know holidays such as “{words}”.", "Name the days: `except 25 dec, 26 dec`."
#: The word that removes the dates of an existing digest.
ALWAYS: Final = "always"
#: Words that remove a part of them.
_REMOVALS: Mapping[str, Mapping[str, Any]] = {"no exceptions": {"omitted": ()}, "no end": {"last": None}}
#: The most days that can be left out.
MOST_OMITTED: Final = 100
_FROM, _UNTIL, _EXCEPT, _AGAIN = "from", "until", "except", "again"
_LEADS = {
    **dict.fromkeys(("from", "starting", "beginning", "since", "after"), _FROM),
    **dict.fromkeys(("until", "till", "through", "ending", "up to"), _UNTIL),
    **dict.fromkeys(("except", "excluding", "but not", "not", "no", "without", "skipping", "skip", "leaving out", "leave out"), _EXCEPT),
    "again": _AGAIN,
}
_LEAD = rf"(?:and |but )?(?P<lead>{'|'.join(_LEADS)})(?: digests?)?(?: on| from| in| over| during)?(?: the)? "
_MIDDLE = rf"(?:mid|(?:the )?middle of)[ -]{MONTH}"
_END_OF = (
    r"(?:the )?(?:end of (?:the )?(?:month|quarter|year|20\d\d)|(?:month|quarter|year)[ -]end|eo[mqy]"
    rf"|(?:end|last day) of {MONTH}(?: \d{{4}})?)"
)
_A_DATE = (
    r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{1,2}\.\d{1,2}\.|(?:2[4-9]|3[01])\.\d{1,2}|\d{1,2}/\d{1,2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?(?: of)?[ -]{MONTH}(?:(?: ,)?[ -]\d{{4}})?|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:(?: ,)? \d{{4}})?"
    rf"|today|tomorrow|(?:this|the|next) weekend|this (?:week|month)|next (?:week|month|year|{'|'.join(WEEKDAYS)})"
    rf"|{_END_OF}|{_MIDDLE}|{MONTH}(?: \d{{4}})?)"
)
_WEEK_OF = r"(?:the )?week (?:after (?=next)|(?:of|from|starting|beginning)(?: on)?(?: the)? )"
_ON_WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})(?: ,)? (?:the )?(?=\d|{MONTH} \d)"
DATE = rf"(?:{_WEEK_OF}next|{_WEEK_OF}{_A_DATE}|(?:{_ON_WEEKDAY})?{_A_DATE})"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)"
_TO = r"(?: ?[-–] ?| (?:to|until|till|through) )"
_SPAN = rf"(?:\d{{1,2}}{_TO}{DATE}|{DATE}{_TO}(?:{DATE}|\d{{1,2}}(?!\d|:))|{DATE})"
_BOTH_ENDS = lazy_regex(rf"(?!{DATE}$)(?P<left>{DATE}|\d{{1,2}}){_TO}(?P<right>{DATE}|\d{{1,2}})")
_LIST = rf"{_SPAN}(?:(?: ,| ?,| and| &|)(?: the)? {_SPAN}){{0,60}}"
_END = r"(?= |$)"
#: How long a digest comes; "for 7 days" is rather what it covers.
_NUMBER = rf"(?:\d{{1,3}}|an?|{'|'.join(NUMBER_WORDS)})"
_LENGTH = lazy_regex(
    rf"(?<!\S)for (?:the next (?P<next>)|(?:only )?)(?P<length>{_NUMBER} (?:(?(next)day|(?!))|week|fortnight|month|quarter|year)s?){_END}"
)
_EXCEPTION_DAYS = lazy_regex(
    rf"(?<!\S){_LEAD}(?P<days>{_LIST}|{_NUMBER} (?:days?|weeks?|months?)(?: from now)?"
    rf"|(?<!from )(?<!from the )(?<!day until )(?<!day till )(?<!day through )(?:{'|'.join(WEEKDAYS)})"
    # "Except the 1st" may be that of each month.
    rf"|(?:(?<=from )|(?<=from the )|(?<=starting )|(?<=until )|(?<=until the )|(?<=till )|(?<=till the )|(?<=skip )|(?<=skip the ))"
    rf"{_ORDINAL}(?! of| and| day| (?:week|work))){_END}"
)
_REMOVED = lazy_regex(rf"(?<!\S)(?:{'|'.join(_REMOVALS)}){_END}")
#: "Except 21 and 28 dec": the month belongs to each.
_SHARED_MONTH = lazy_regex(
    rf"(?<!\S)(?:{_LEAD})(?P<days>(?:\d{{1,2}}(?:st|nd|rd|th)?(?: ?,| ?,? and| &) (?:the )?){{1,10}})"
    rf"(?=\d{{1,2}}(?:st|nd|rd|th)?(?: of)?[ -](?P<month>{MONTH})\b(?: (?P<year>\d{{4}}))?)"
)
_HOLIDAY = lazy_regex(rf"(?<!\S){_LEAD}(?P<holiday>(?:public |bank )?holidays?(?: season)?|(?:{'|'.join(HOLIDAYS)})(?: week)?){_END}")
_NAMED_DAY = lazy_regex(
    rf"(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?(?: of)?[ -](?P<m>{MONTH})|(?P<m2>{MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)"
    r"(?:(?: ,)?[ -](?P<y>\d{4}))?"
)
_FIGURES = lazy_regex(r"(?P<d>\d{1,2})[./](?P<m>\d{1,2})\.?")
_MONTH_ALONE = lazy_regex(rf"(?P<m>{MONTH})(?: (?P<y>\d{{4}}))?")
_YEARS_TRIED, _MID_MONTH = 9, 15
_WEEK_OF_MONTH = lazy_regex(rf"(?<!\S)(first|1st|second|2nd|third|3rd|last) week (?:of|in) ({MONTH})\b")
#: "Not between 24 dec and 2 jan": as many words with "from" and "to".
_BETWEEN = lazy_regex(rf"(?<!\S)between( (?:{DATE}|\d{{1,2}}) )and( {DATE})")


class ScheduleDates(Struct, frozen=True):
    """The first and the last day (None: no limit), and the days that are left out; local days."""

    first: date | None = None
    last: date | None = None
    omitted: tuple[date, ...] = ()
    #: Those of a change that are no longer left out.
    again: tuple[date, ...] = ()

    @property
    def words(self) -> str:
        """The words that are stored, and read back: "from 2026-12-01 except 2026-12-25, 2026-12-26"; "" for always."""
        return " ".join(_said(self, lambda days: map(date.isoformat, days)))

    @property
    def text(self) -> str:
        """The same for people: "from 1 Dec 2026, except 24 Dec 2026–2 Jan 2027"."""
        return ", ".join(_said(replace(self, again=()), _stretches))


def _said(dates: ScheduleDates, said: Callable[[Sequence[date]], Iterable[str]]) -> Iterator[str]:
    for lead, days in ((_FROM, (dates.first,)), (_UNTIL, (dates.last,)), (_EXCEPT, dates.omitted), (_AGAIN, dates.again)):
        if known := [day for day in days if day]:
            yield f"{lead} {', '.join(said(known))}"


def say_day(day: date) -> str:
    """Formats a day: "7 Jan 2027"."""
    return f"{day.day} {MONTHS[day.month - 1][:3].capitalize()} {day.year}"


def _stretches(days: Sequence[date]) -> Iterator[str]:
    """Days in their order for people, consecutive ones as one range."""
    first = last = days[0]
    for day in (*days[1:], None):
        if day is not None and (day - last).days == 1:
            last = day
            continue
        yield say_day(first) if first == last else f"{say_day(first)}–{say_day(last)}"
        first = last = day or last


@lru_cache(maxsize=1024)
def dates_of(words: str) -> ScheduleDates:
    """The dates of stored words; what this version cannot parse is ignored."""
    found = {lead: re.findall(r"\d{4}-\d\d-\d\d", days) for lead, days in re.findall(r"(from|until|except|again) ([\d, -]+)", words)}
    try:
        days = {lead: tuple(map(date.fromisoformat, texts)) for lead, texts in found.items()}
    except ValueError:
        return ScheduleDates()
    first, last = days.get(_FROM, (None,))[0], days.get(_UNTIL, (None,))[0]
    return ScheduleDates(first, last, days.get(_EXCEPT, ()), days.get(_AGAIN, ()))


def merged(change: str, current: str) -> str:
    """The words to store when dates ``current`` are changed by ``change``: omitted days are added or come again, other dates replaced."""
    if change in ("", ALWAYS):
        return current if not change else ""
    new, old = dates_of(change), dates_of(current)
    if change in _REMOVALS:
        return replace(old, **_REMOVALS[change]).words
    omitted = tuple(sorted({*old.omitted, *new.omitted} - {*new.again}))
    return ScheduleDates(new.first or old.first, new.last or old.last, omitted).words


def find_dates(words: Sequence[str], today: date) -> tuple[tuple[tuple[int, int], ...], str]:
    """Where dates are among these words, and what to store: ``ALWAYS``, "" for none. Raises BadSchedule: no such day, over, a holiday."""
    # The blanks of a name in quotes are none between words.
    text = with_iso_dates(" ".join(word.replace(" ", "_") for word in words).lower().replace("–", "-"))
    # The last dot of what is typed is left out.
    text = re.sub(r"(\d\.(?: and| ,|,)? \d{1,2}\.\d{1,2})$", r"\1.", text)
    text = _SHARED_MONTH.sub(_with_month, _BETWEEN.sub(r"from\1to\2", text))
    text = _WEEK_OF_MONTH.sub(lambda found: _days_of_week(found[1], found[2], today), text)
    if holiday := _HOLIDAY.search(text):
        raise BadSchedule(NO_HOLIDAYS.format(words=holiday["holiday"]), remedy=HOLIDAY_REMEDY)
    spans, dates = [], ScheduleDates()
    for found in (*_EXCEPTION_DAYS.finditer(text), *_LENGTH.finditer(text)):
        if "length" in found.re.groupindex:
            dates = replace(dates, last=(after(found["length"], dates.first or today) or today) - timedelta(days=1))
        else:
            with quoted_as_typed(" ".join(words)):
                dates = _with(dates, _LEADS[found["lead"]], found["days"], today)
        start = text.count(" ", 0, found.start())
        spans.append((start, start + found[0].count(" ") + 1))
    if not spans and (removed := _REMOVED.search(text)):
        start = text.count(" ", 0, removed.start())
        return ((start, start + 2),), removed[0]
    if not spans:
        always = next((at for at, word in enumerate(words) if word.lower() == ALWAYS), None)
        return ((((always, always + 1),), ALWAYS)) if always is not None else ((), "")
    if dates.first and dates.last and dates.last < dates.first:
        raise BadSchedule(BACKWARDS.format(words=dates.words), remedy=DATE_REMEDY)
    return tuple(spans), dates.words


def _days_of_week(which: str, month: str, today: date) -> str:
    """Seven days in as many words: "1 to 7 january" for the first week of it."""
    first = {"f": 1, "1": 1, "s": 8, "2": 8, "t": 15, "3": 15}.get(which[0]) or whole(day_named(month, today), Unit.MONTH).last.day - 6
    return f"{first} to {first + 6} {month}"


def _with_month(found: "re.Match[str]") -> str:
    """The words before the last of several days of a month with the month behind each: "except 21-december and"."""
    year, month = found["year"], found["month"]
    each = (lambda day: f"{year}-{month_number(month):02}-{int(day[1]):02}") if year else (lambda day: f"{day[1]}-{month}")
    return found[0].removesuffix(found["days"]) + re.sub(r"(\d+)(?:st|nd|rd|th)?", each, found["days"])


def read_date(words: str, today: date) -> date:
    """The first day of what these words name, today or later. Raises BadSchedule: they name none."""
    text = with_iso_dates(" ".join(words.lower().split()))
    if holiday := next((name for name in HOLIDAYS if name in text), ""):
        raise BadSchedule(NO_HOLIDAYS.format(words=holiday), remedy=DATE_REMEDY)
    text = _WEEK_OF_MONTH.sub(lambda found: _days_of_week(found[1], found[2], today), text.removeprefix("the "))
    with quoted_as_typed(words):
        return _ends(text, today)[0] if _BOTH_ENDS.fullmatch(text) else day_named(text, today)


def _with(dates: ScheduleDates, kind: str, days: str, today: date) -> ScheduleDates:
    if away := after(days.removesuffix(" from now"), today):
        days = away.isoformat()
    if kind == _AGAIN:
        return replace(dates, again=tuple(_days_in(days, today)))
    if kind == _EXCEPT:
        omitted = {*dates.omitted, *_days_in(days, today)}
        if len(omitted) > MOST_OMITTED:
            raise BadSchedule(MANY_DATES.format(most=MOST_OMITTED), remedy=DATE_REMEDY)
        return replace(dates, omitted=tuple(sorted(omitted)))
    if kind == _FROM:
        first, last = _ends(days, today)
        return replace(dates, first=first, last=last if _BOTH_ENDS.fullmatch(days) else dates.last)
    last = _ends(days, today)[1] if _BOTH_ENDS.fullmatch(days) else _last_day(days, today)
    if last < today:
        raise BadSchedule(PAST.format(words=days), remedy=PAST_REMEDY)
    return replace(dates, last=last)


def _days_in(days: str, today: date) -> Iterable[date]:
    for span in re.finditer(rf"{_SPAN}|{'|'.join(WEEKDAYS)}|{_ORDINAL}", days):
        first, last = _ends(span[0], today)
        if not 0 <= (last - first).days <= MOST_OMITTED:
            sentence = BACKWARDS.format(words=span[0]) if last < first else MANY_DATES.format(most=MOST_OMITTED)
            raise BadSchedule(sentence, remedy=DATE_REMEDY)
        yield from (first + timedelta(days=step) for step in range((last - first).days + 1))


def _ends(span: str, today: date) -> tuple[date, date]:
    """The first and last day of "24-26 dec", "dec 24-26", "24 dec to 2 jan", or of one date."""
    if re.fullmatch(rf"{DATE}|{_ORDINAL}", span) or span in WEEKDAYS:
        unit = Unit.WEEK if re.match(_WEEK_OF, span) or span.endswith("weekend") else re.sub(r"^(?:next|this) ", "", span)
        first = day_named(span, today)
        return first, whole(first, Unit(unit)).last if unit in list(Unit) else _last_day(span, today)
    if not (both := _BOTH_ENDS.fullmatch(span)):
        raise BadSchedule(NO_SUCH_DATE.format(words=span), remedy=DATE_REMEDY)
    left, right = both["left"], both["right"]
    if left.isdigit():
        last = day_named(right, today)
        return last.replace(day=int(left)) if 0 < int(left) <= last.day else last, last
    first = day_named(left, today)
    if right.isdigit():
        return first, first.replace(day=int(right)) if int(right) >= first.day else first
    return first, _last_day(right, first)


def _last_day(words: str, today: date) -> date:
    """The day that a date names; of a month its last."""
    return whole(day_named(words, today), Unit.MONTH).last if _MONTH_ALONE.fullmatch(words) else day_named(words, today)


def day_named(words: str, today: date) -> date:
    if unclear := unclear_date(words, today):
        raise BadSchedule(UNCLEAR.format(words=unclear[0][0]), remedy=DATE_REMEDY)
    if named := re.match(_ON_WEEKDAY, words):
        day = day_named(words[named.end() :], today)
        if not words.startswith(own := WEEKDAYS[day.weekday()]):
            day_words = {"words": words, "weekday": words.split(maxsplit=1)[0].capitalize(), "own": own.capitalize()}
            raise BadSchedule(NOT_THAT_DAY.format(**day_words), remedy=DATE_REMEDY)
        return day
    if week := re.match(_WEEK_OF, words):
        return whole(today + timedelta(days=14) if words.endswith(" next") else day_named(words[week.end() :], today), Unit.WEEK).first
    try:
        if found := _NAMED_DAY.fullmatch(words):
            return _next(today, month_number(found["m"] or found["m2"]), int(found["d"] or found["d2"]), found["y"])
        if found := _FIGURES.fullmatch(words):
            first, second = int(found["d"]), int(found["m"])
            return _next(today, *((first, second) if second > len(MONTHS) else (second, first)), None)
        if found := _MONTH_ALONE.fullmatch(words):
            return _next(today.replace(day=1), month_number(found["m"]), 1, found["y"])
        return _near(words, today) or date.fromisoformat(words)
    except (ValueError, OverflowError, StopIteration):
        raise BadSchedule(NO_SUCH_DATE.format(words=words), remedy=DATE_REMEDY) from None


def _near(words: str, today: date) -> date | None:
    if (away := {"tomorrow": 1, "yesterday": -1, "today": 0, "this week": 0, "this month": 0}.get(words)) is not None:
        return today + timedelta(days=away)
    if words.startswith("next ") and (unit := words.removeprefix("next ")) in list(Unit):
        return whole(today, Unit(unit)).last + timedelta(days=1)
    if re.fullmatch(_END_OF, words):
        named = re.sub(r"^(?:the )?(?:(?:end|last day) of (?:the )?|eo)?|[ -]end$", "", words)
        named = f"december {named}" if named.isdigit() else named
        return next((whole(today, unit).last for unit in Unit if named in (unit, unit[0])), None) or _last_day(named, today)
    if re.fullmatch(_MIDDLE, words):
        return _next(today, month_number(re.split("[ -]", words)[-1]), _MID_MONTH, None)
    if words.endswith(" weekend"):
        saturday = whole(today, Unit.WEEK).last - timedelta(days=1)
        return saturday + timedelta(days=7) if words.startswith("next") else max(saturday, today)
    weekday, number = words.removeprefix("next "), words[:-2].lstrip("0") if re.fullmatch(_ORDINAL, words) else ""
    coming = (today + timedelta(days=step) for step in range(1, 63))
    return next((day for day in coming if WEEKDAYS[day.weekday()] == weekday or str(day.day) == number), None)


def _next(today: date, month: int, number: int, year: str | None) -> date:
    """The day in its year, else the next such day; 29 February waits for a leap year."""
    if year:
        return date(int(year), month, number)
    for later in range(_YEARS_TRIED):
        try:
            day = date(today.year + later, month, number)
        except ValueError:
            if (month, number) == (2, 29):
                continue
            raise
        if day >= today:
            return day
    raise ValueError("no such day")


def after(words: str, today: date) -> date | None:
    """The day that is "2 weeks" or "a month" from today; None for other words."""
    found = re.fullmatch(rf"(?:(?:the )?next )?(?P<n>{_NUMBER}) (?P<unit>day|week|fortnight|month|quarter|year)s?", words.lower())
    if found is None:
        return None
    number = int(found["n"]) if found["n"].isdigit() else NUMBER_WORDS.get(found["n"], 1)
    if months := {"month": 1, "quarter": 3, "year": 12}.get(found["unit"]):
        month = months_after(today.replace(day=1), number * months)
        return month.replace(day=min(today.day, whole(month, Unit.MONTH).last.day))
    return today + timedelta(days=number * {"week": 7, "fortnight": 14}.get(found["unit"], 1))

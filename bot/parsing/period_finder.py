"""Finds the period among the words of a question, in complete days; an impossible one is refused with the reason."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import LEAVE_ONE_OUT, BadPeriod, NotOverYet
from bot.lazy_regex import lazy_regex
from bot.parsing import dates
from bot.parsing import period_readers as read
from bot.parsing.dates import MONTH, MONTHS, WEEKDAY, WEEKDAYS, YESTERDAY
from bot.parsing.foreign_periods import with_english_periods
from bot.parsing.relative_periods import joined
from bot.parsing.text import NUMBER_WORDS, excerpt
from bot.statistics.reports import DEFAULT_DAYS, FIRST_DAY, MOST_DAYS, Period, whole
from bot.statistics.reports import period_text as period_words

Reader = Callable[["re.Match[str]", date], read.DayRange]

_SHORT_WEEKDAY = r"(?:mon|tues?|wed|thurs?|thu|fri|sat|sun)"
_ANY_WEEKDAY = rf"(?:{WEEKDAY}|{_SHORT_WEEKDAY})"
_WEEKEND = r"(?:weekend|sat(?:urday)? (?:and|&|\+) sun(?:day)?)"
_DAY, _YEAR = r"\d{1,2}(?:st|nd|rd|th|\.)?", r"\d{4}"
_WEEK = r"(?:(?:calendar |iso )?week |c?w ?|kw ?|wk ?)"
_THROUGH = r"(?: ?(?:\.{2,3}|-) ?| (?:to|until|till|through|thru|bis) |(?<=\d\d-\d\d)/(?=\d{4}-))"
_TO = r"(?: ?(?:\.{2,3}|-) ?| (?:to|until|till|through|thru|bis|and) |(?<=\d\d-\d\d)/(?=\d{4}-))"
_NTH, _LAST = rf"(?:{'|'.join(read.NTHS)}|last)", r"(?:last|past|prev|previous|prior|preceding|latest|most recent)"
_UNIT = r"(?:d|days?|w|wks?|weeks?|mos?|mths?|months?|fortnights?|qtrs?|quarters?|y|yrs?|years?)"
_CALENDAR, _NTH_DAY = r"(?:week|month|quarter|year)", r"\d{1,2}(?:st|nd|rd|th)"
_WHICH = rf"(?:this )?(?P<which>{'|'.join((*read.RUNNING, *read.NEXT))}|{_LAST})"
_WHOLE = r"(?:(?:calendar|full|whole|complete|completed) )?"
_NUMBER = rf"(?:\d+|{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})"

_ON, _THAT_YEAR = rf"(?:(?P<on>{_ANY_WEEKDAY}),? )?", r"(?:last|this|next) year"
_NO_DAY = rf"(?!{_TO}\d{{1,2}}\.? ?{MONTH})"
_NAMED_YEAR = rf"(?P<y>{_YEAR}|{_THAT_YEAR})"
#: A part of a unit: "mid november", "the end of last month".
_PART = r"(?:early|mid|late|(?:the )?(?:beginning|start|middle|end) of)"
_THAT_MONTH = rf" (?:of )?(?:the )?(?:(?P<last>{_LAST}) |this |current )month"
_OF_MONTH = rf"(?:the )?(?:(?P<last>{_LAST}) |this |current )?(?:the )?(?P<m>{MONTH}|month)"


def _months(found: "re.Match[str]", today: date) -> read.DayRange:
    """Months in a row. Raises BadPeriod for others."""
    names = [word for word in found["months"].split() if word not in ("and", "&")]
    numbers = [next(at for at, month in enumerate(MONTHS) if month.startswith(name[:3])) for name in names]
    if any((second - first) % len(MONTHS) != 1 for first, second in pairwise(numbers)):
        each = (*names[:-1], last := f"{names[-1]} {found['y'] or ''}".strip(), f"{names[0]} vs {last}")
        raise BadPeriod(dates.TWO_PERIODS.format(first=names[0], second=names[-1]), remedy=LEAVE_ONE_OUT, suggestions=each)
    return read_days(f"{MONTHS[numbers[0]]} - {MONTHS[numbers[-1]]} {found['y'] or ''}".strip(), today)


_POINTS: tuple[tuple[str, Reader], ...] = (
    (rf"{_ON}(?P<y>\d{{4}})-(?P<m>\d{{1,2}})-(?P<d>\d{{1,2}})", read.iso_day),
    (r"(?P<y>\d{4})-(?P<m>\d{1,2})", read.iso_month),
    (rf"{_ON}(?:the )?(?P<d>{_DAY})(?: of)?[ /-]?(?P<m>{MONTH})(?:(?:[ /-](?={_YEAR})|[ /](?:of )?)(?P<y>{_YEAR}|2\d|{_THAT_YEAR}))?",
     read.named_day),
    (rf"{_ON}(?P<m>{MONTH}) (?:the )?(?P<d>{_DAY})(?: {_NAMED_YEAR})?", read.named_day),
    (rf"(?:(?P<last>{_LAST}) |this |(?:the )?month (?:of )?)?(?P<m>{MONTH})(?: month)?(?:[ /-](?:of |year )?{_NAMED_YEAR})?",
     read.named_month),
    (rf"{_NAMED_YEAR}[ /-]?(?P<m>{MONTH})(?P<last>)", read.named_month),
    (rf"(?P<part>{_PART})[ -]{_OF_MONTH}(?: (?:of )?{_NAMED_YEAR})?", read.third_of_month),
    (rf"(?:the )?(?P<nth>{_NTH}) (?P<part>half|week|weekend) (?:of|in) {_OF_MONTH}(?: {_NAMED_YEAR})?", read.part_of_month),
    (rf"(?:(?P<y2>{_YEAR}|(?:this|last) year)[ -]?)?(?P<part>[qh])(?P<n>\d)(?:(?: of)?[ /-]?(?P<y>{_YEAR}|2\d|(?:this|last) year))?",
     read.quarter),
    (rf"(?:(?P<y2>{_YEAR}) )?(?P<n>{'|'.join(read.NTHS)}) (?P<part>quarter|half)(?:(?: of)?(?: the)? (?P<y>{_YEAR}|(?:this |last )?year))?",
     read.quarter),
    (rf"(?:the )?(?P<n>last|final|first) (?P<part>quarter|half|month) (?:of|in) (?:the )?(?P<y>{_YEAR}|(?:this |last )?year)(?P<y2>)",
     read.quarter),
    (r"(?:(?P<begun>year|month|quarter|week)[ -]to[ -]date|(?P<short>[ymqw])td)", read.to_date),
    (rf"(?:(?P<y2>{_YEAR})[ -]?)?{_WEEK}(?P<week>\d{{1,2}}){_NO_DAY}(?:(?: of)?[ /-]?(?P<y>{_YEAR}|(?<=/)2\d|{_THAT_YEAR}))?",
     read.iso_week),
    (r"(?P<m>\d{1,2})[-/.](?P<y>\d{4})", read.iso_month),
    (rf"{_ON}(?P<a>\d{{1,2}})(?:/|\.(?=\d\d))(?P<b>\d{{1,2}})\.?", read.day_of_month),
    (rf"{_ON}(?P<a>\d{{1,2}})\.(?P<b>\d{{1,2}})\.", read.day_of_month),
    (r"(?P<near>yesterday|today|tomorrow|this (?:morning|afternoon|evening)|tonight)", read.near_day),
    (r"day before (?P<near>yesterday)", read.near_day),
    (rf"(?:so far )?{_WHICH} {_WHOLE}(?P<unit>{_CALENDAR})(?: so far)?", read.calendar),
    (r"(?P<which>this|last|past|next)[-_]?(?P<unit>week|month|quarter|year)", read.calendar),
    (rf"(?P<unit>{_CALENDAR}) (?:going(?: so far)?|so far)(?P<which>)", read.calendar),
    (rf"(?P<unit>{_CALENDAR}) before (?:last(?: {_CALENDAR})?|the last(?: one)?)", read.before_last),
    (rf"(?P<n>{_NUMBER}|an?) (?P<unit>{_UNIT}|{WEEKDAY}s?) (?:ago|back)", read.ago),
    (rf"(?:on )?(?:(?P<n>{_NUMBER}) weekends? (?:ago|back)|weekend (?P<before>before last)|(?:(?P<which>this|{_LAST}) )?{_WEEKEND})",
     read.weekend),
    (rf"(?:on )?(?:(?P<which>next|this coming|coming) |(?:{_LAST}|this) )?(?P<wd>{WEEKDAY})", read.weekday),
    (rf"(?:{_LAST}|this) (?P<wd>{_SHORT_WEEKDAY})(?P<which>)", read.weekday),
    (r"(?:(?:last|past|previous|the) )?(?:work ?week|working week|business week|m-f|mo-fr)", read.work_week),
    (r"(?P<ratio>week|month|quarter) (?:over|on) (?:week|month|quarter)|(?P<short>mom|qoq|wow)", read.unit_over_unit),
    (rf"(?:the )?(?P<d>{_NTH_DAY})(?P<e>)(?P<m>){_THAT_MONTH}", read.days_of_month),
    (rf"(?:the|on) (?P<d>{_NTH_DAY})", read.nth_day),
    (rf"(?:{_WHOLE}year )?(?P<y>(?:19|20)\d\d)", read.year),
)  # fmt: skip
#: "Friday last week", "last week mon-fri".
_WEEKDAYS = rf"(?:(?:on|from) )?(?P<from>{_ANY_WEEKDAY})(?:{_THROUGH}(?P<to>{_ANY_WEEKDAY}))?"
_OF_A_WEEK: tuple[tuple[str, Reader], ...] = (
    (rf"{_WEEKDAYS}(?: (?:of|in))? (?:the )?(?P<which>this|{_LAST}) week", read.weekdays_of_week),
    (rf"(?P<which>this|{_LAST}) week {_WEEKDAYS}", read.weekdays_of_week),
)
_SPANS: tuple[tuple[str, Reader], ...] = (
    *_OF_A_WEEK,
    (rf"(?P<months>{MONTH}(?: (?:and |& )?{MONTH}){{1,11}})(?: {_NAMED_YEAR})?", _months),
    (
        (
            rf"(?:the )?(?P<which>first|last|final) (?:(?P<n>{_NUMBER}) )?(?P<unit>days?|weeks) (?:of|in) {_OF_MONTH}"
            rf"(?: (?:of )?{_NAMED_YEAR})?"
        ),
        read.days_of_a_month,
    ),
    (rf"(?:the )?(?P<d>{_DAY}){_THROUGH}(?:the )?(?P<e>{_DAY})(?P<m>){_THAT_MONTH}", read.days_of_month),
    (rf"(?:week )?(?P<d>{_DAY}){_TO}(?P<e>{_DAY})(?: of)?[ -]?(?P<m>{MONTH})(?:[ -]{_NAMED_YEAR})?", read.days_of_month),
    (rf"(?P<m>{MONTH}) (?P<d>{_DAY}){_TO}(?P<e>{_DAY})(?: {_NAMED_YEAR})?", read.days_of_month),
    (
        (
            rf"(?:since )?(?:(?P<past>past ?|(?:{_LAST} )?(?:rolling|trailing) )|{_LAST} ?)?(?P<n>{_NUMBER})[ -]?{_WHOLE}"
            rf"(?P<unit>{_UNIT})(?: so far)?(?! ago)"
        ),
        read.count,
    ),
    (rf"(?P<past>past|rolling|trailing) (?P<unit>{_CALENDAR})(?P<n>)", read.count),
    (rf"{_LAST} (?P<unit>day)(?P<n>)(?! of)", read.count),
    (r"l(?P<n>\d+)(?P<unit>[dwm])", read.count),
    # Other numbers with "m" are millions.
    (rf"(?:{_LAST} ?)?(?<!than )(?<!above )(?P<n>3|6|9|12)(?P<unit>m)", read.count),
    (rf"(?:(?:the )?(?:(?P<past>past|rolling|trailing)|{_LAST}) )?(?P<unit>half) (?:a |the )?year(?P<n>)", read.count),
    (rf"(?:{_LAST} )?(?P<unit>fortnight)(?P<n>)", read.count),
    (rf"(?:{_WEEK}|weeks )(?P<from>\d{{1,2}}){_TO}{_WEEK}?(?P<to>\d{{1,2}})(?:(?: of)? {_NAMED_YEAR})?", read.weeks),
    (rf"(?:{_LAST} )?(?P<from>{_ANY_WEEKDAY}){_THROUGH}(?P<to>{_ANY_WEEKDAY})", read.weekdays),
    (r"(?P<unit>week|month|quarter|half|year) to (?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})", read.up_to),
    (r"all.time|lifetime|since (?:the )?(?:very )?(?:beginning|start)(?! of)|since day one|(?:since )?(?:for)?ever(?! since)", read.ever),
)
#: "Every monday", whose days are not in a row.
_EACH_WEEKDAY = lazy_regex(rf"\b(?:(?:on|only|just) )*(?:every|each|all) {_ANY_WEEKDAY}s?(?: and {_ANY_WEEKDAY}s?)*\b")
#: "Last month's", "yesterday's".
_OWNING = lazy_regex(
    rf"\b(?:({_CALENDAR}|today|weekend|{MONTH}|{WEEKDAY})['’]s|(yesterday)['’]?s|(?<=last )(week|month|quarter|year)s(?= \S))\b"
)
_FROM_ON = lazy_regex(rf"\bfrom (?P<month>{MONTH}) on linkedin\b")
_IS_DAY = lazy_regex(r"\d{4}-\d\d-\d\d")
_DAY_POINT = (
    rf"(?:\d{{4}}-\d{{1,2}}-\d{{1,2}}|{_DAY}(?: of)?[ /-]?{MONTH}(?:[ /-]{_YEAR})?|{MONTH} {_DAY}(?: {_YEAR})?"
    rf"|{_NTH_DAY}|\d{{1,2}}[/.]\d{{1,2}}\.?)"
)
_BESIDE_DAY = r"(?:(?:of|beginning|starting|commencing|containing|from|with|ending|to|until|till|through)(?: (?:on|in|at|with))?)"
_WEEK_BESIDE = rf"(?:(?:week|wk) (?P<how>{_BESIDE_DAY})|(?P<short>w/?[ce]))(?: (?:{_ANY_WEEKDAY}))? (?:the )?(?P<point>{_DAY_POINT})"
_WEEK_OF = lazy_regex(_WEEK_BESIDE)
_BEGIN = r"(?:beginning|start) of "
_NOW = r"(?: (?:onwards?|to date|so far|(?:to|until|till) (?:now|date|present)|(?:up )?(?:to|until|till) today)|-(?:now|today))"
_UNTIL_WHEN = r"(?:until|till|up to|up until|through|thru|before)"
#: Hours and minutes, for which LinkedIn has no figures.
_BY_HOURS = rf"(?:{_LAST} (?:{_NUMBER} ?)?(?:hours?|hrs?|h|minutes?|mins?)|(?:24|48|72) ?h|\d{{1,3}} ?(?:hours?|hrs?))"
BY_HOURS = lazy_regex(_BY_HOURS)
_SHORT = (rf"(?P<which>)(?P<wd>{_SHORT_WEEKDAY})", read.weekday)
_READERS = tuple((lazy_regex(pattern), reader) for pattern, reader in (*_SPANS, *_POINTS, _SHORT))
_UNIT_BEGUN, _NTH_BEGUN = lazy_regex(rf"(?P<unit>{_CALENDAR})(?P<which>)"), lazy_regex(rf"(?P<d>{_NTH_DAY})")
_UNTIL = lazy_regex(rf"{_UNTIL_WHEN} (?P<point>.+)")
_MONTHS_OF = lazy_regex(rf"(?<!\S)({MONTH})/({MONTH})(?!\S)")
#: "Last week and this month", which are no days from the one to the other.
_UNLIKE = lazy_regex(rf"(?:yesterday|.*\b(?P<unit>{_CALENDAR})) and (?:yesterday|(?!.*\b(?P=unit)\b).*\b{_CALENDAR})")
_NAMES_TOO = ("jan", "april", "may", "june", "august", "mom", "fy")
#: Dashes and the ellipsis that keyboards insert for `-` and `...`.
_PLAIN = str.maketrans({"–": "-", "—": "-", "−": "-", "‑": "-", "…": ".."})


def _nameless(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


_POINT = "|".join(_nameless(pattern) for pattern, _ in _POINTS)
#: The first period in lower-case words parted by single spaces. A point stands here three times only: all is compiled at each start.
_FORM = "|".join(
    (*(_nameless(pattern) for pattern, _ in _OF_A_WEEK),
     rf"(?:(?P<first>{_POINT}){_TO}|since (?:the )?(?:{_BEGIN}(?:the )?)?|{_UNTIL_WHEN} )(?P<last>{_POINT}|{_SHORT_WEEKDAY})",
     rf"since (?:the )?(?:{_BEGIN}(?:the )?{_CALENDAR}|{_NTH_DAY})", *(_nameless(pattern) for pattern, _ in _SPANS[len(_OF_A_WEEK) :]),
     _nameless(_WEEK_BESIDE), dates.FISCAL_YEAR, dates.SEASONS, _BY_HOURS,
     rf"(?P<from>from )?(?:{_POINT})(?:{_NOW}|(?(from) on(?= (?:for|daily|by|csv|xlsx|share|please)\b|$)|(?: ?\.\.)?))")
)  # fmt: skip
PERIOD = lazy_regex(rf"(?<!\S)(?:{_FORM})(?!\S)")
_SINCE = lazy_regex(rf"since (?:the )?(?:{_BEGIN}(?:the )?)?(?P<point>.+)|(?:from )?(?P<from>{_POINT})(?:{_NOW}| on| ?\.\.)")


def read_days(words: str, today: date) -> read.DayRange:
    """The days of a text that matches ``PERIOD``. Raises ValueError: a day that does not exist."""
    for pattern, reader in _READERS:
        if found := pattern.fullmatch(words):
            return reader(found, today)
    if week := _WEEK_OF.fullmatch(words):
        point = week["point"]
        day = read.nth_day(_NTH_BEGUN.fullmatch(point), today) if _NTH_BEGUN.fullmatch(point) else read_days(point, today)  # type: ignore[arg-type]
        return read.week_beside(day, (week["how"] or week["short"]).partition(" ")[0])
    if since := _SINCE.fullmatch(words):
        begun = _begun(since["point"] or since["from"], today)
        return begun if words.endswith("so far") and begun.last < today else read.since(begun, today)
    if until := _UNTIL.fullmatch(words):
        days = read_days(until["point"], today)
        return replace(days, last=days.first - timedelta(days=1) if words.startswith("before") else days.last, open=True)
    if (both := PERIOD.fullmatch(words)) and both["first"]:
        return joined(read_days(both["first"], today), read_days(both["last"], today), today)
    raise ValueError(f"not a period: {words}")


def _begun(point: str, today: date) -> read.DayRange:
    """The date that follows "since"."""
    if unit := _UNIT_BEGUN.fullmatch(point):
        return read.calendar(unit, today)
    if day := _NTH_BEGUN.fullmatch(point):
        return read.nth_day(day, today)
    return read_days(point, today)


class FoundPeriod(Struct, frozen=True):
    """A period in a list of words: the words at ``start`` to before ``end`` say it."""

    period: Period
    start: int
    end: int


def period_spans(words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """The positions of periods among these words: from a word's index to before another's."""
    return tuple(_span(found) for found in PERIOD.finditer(_plain([word.replace(" ", "_") for word in words])))


def around_periods(words: Sequence[str]) -> list[str]:
    """The words outside periods."""
    inside = {at for span in period_spans(words) for at in range(*span)}
    return [word for at, word in enumerate(words) if at not in inside]


def find_period(words: Sequence[str], today: date) -> FoundPeriod | None:
    """The only period among these words (without spaces); None when there is none.

    Raises BadPeriod: an impossible period, or two; ``suggestions`` are all the words, with another period.
    """
    text = _plain(words)
    if unclear := dates.unclear_date(text, today):
        found_date, days = unclear
        each = tuple(dates.in_one_order(text, found_date, day, day_first=day == days[0]) for day in days)
        raise BadPeriod(dates.UNCLEAR.format(words=found_date[0]), remedy=dates.WRITE_DATES, suggestions=each)
    if found_from := _FROM_ON.search(text):
        both = tuple(_FROM_ON.sub(rf"{word}\g<month>", text) for word in ("since ", ""))
        raise BadPeriod(dates.FROM_ON.format(words=found_from[0]), suggestions=both)
    found, second = _two(text)
    if found is None:
        return None
    if second and (weekdays := _EACH_WEEKDAY.search(text)):
        others = (f"{_without(text, weekdays)} daily", "best times", "help digests")
        raise BadPeriod(dates.NO_WEEKDAYS.format(word=weekdays[0].strip()), remedy=dates.SEE_EACH, suggestions=others)
    if second:
        alone: tuple[str, ...] = (_without(text, second), _without(text, found))
        if text[found.end() : second.start()].isspace() and _IS_DAY.fullmatch(found[0]) and _IS_DAY.fullmatch(second[0]):
            alone = (f"{text[: found.end()]}..{text[second.start() :]}", *alone)
        alone = (*alone, f"{text[: found.end()]} vs {text[second.start() :]}")
        raise BadPeriod(dates.TWO_PERIODS.format(first=found[0], second=second[0]), remedy=LEAVE_ONE_OUT, suggestions=alone)
    try:
        return FoundPeriod(_whole(found[0], today), *_span(found))
    except BadPeriod as error:
        error.suggestions = tuple(f"{text[: found.start()]}{other}{text[found.end() :]}" for other in error.suggestions)
        raise


def _two(text: str) -> tuple["re.Match[str] | None", "re.Match[str] | None"]:
    """The first two periods; a month that is also a name does not count with another period ("May Lee 7d")."""
    first = PERIOD.search(text)
    if first and first["first"] and _UNLIKE.fullmatch(first[0]) and "between" not in text:
        return PERIOD.search(text, 0, first.end("first")), PERIOD.search(text, first.start("last"))
    second = PERIOD.search(text, first.end()) if first else None
    if first and second and second[0] in _NAMES_TOO:
        return first, None
    return (second, None) if first and second and first[0] in _NAMES_TOO else (first, second)


def _plain(words: Sequence[str]) -> str:
    text = _OWNING.sub(r"\1\2\3", " ".join(with_english_periods([word.lower() for word in words])))
    text = _MONTHS_OF.sub(r"\1-\2", dates.with_day_numbers(text))
    return dates.with_settled_dates(text if text.isascii() else text.translate(_PLAIN))


def _span(found: "re.Match[str]") -> tuple[int, int]:
    start = found.string.count(" ", 0, found.start())
    return start, start + found[0].count(" ") + 1


def _without(text: str, found: "re.Match[str]") -> str:
    return " ".join((text[: found.start()] + text[found.end() :]).split())


def _whole(words: str, today: date) -> Period:
    """The complete days of a period; days that are not over are cut."""
    quoted_words, yesterday = excerpt(words), today - timedelta(days=1)
    if BY_HOURS.fullmatch(words):
        raise BadPeriod(dates.BY_THE_DAY.format(words=quoted_words), remedy=dates.WRITE_PAST, suggestions=dates.over(words))
    dates.check_countable(words, quoted_words, today)
    days = _days(words, quoted_words, today)
    if days.open:
        end = min(days.last, yesterday)
        each = tuple(period_words(Period(first, end)) for first in (end.replace(day=1), end - timedelta(days=DEFAULT_DAYS - 1)))
        raise BadPeriod(dates.NO_FIRST_DAY.format(words=quoted_words), remedy=dates.WRITE_IN_ORDER, suggestions=each)
    if days.first > today:
        raise BadPeriod(dates.NOT_BEGUN.format(words=quoted_words), remedy=dates.WRITE_PAST, suggestions=dates.over(words))
    if days.first == today and days.last >= yesterday:
        others = dates.over(words)
        kind = NotOverYet if days.last == today and others[0] == YESTERDAY else BadPeriod
        raise kind(dates.NO_WHOLE_DAY.format(words=quoted_words), remedy=dates.WRITE_PAST, suggestions=others)
    if days.last < days.first:
        both = PERIOD.fullmatch(words)
        swapped = (f"{both['last']} - {both['first']}",) if both and both["first"] else ()
        raise BadPeriod(dates.REVERSED.format(words=quoted_words), remedy=dates.WRITE_IN_ORDER, suggestions=swapped)
    if days.first < FIRST_DAY:
        raise BadPeriod(dates.TOO_OLD.format(words=quoted_words), remedy=dates.WRITE_SHORTER)
    period = Period(days.first, min(days.last, yesterday))
    if days.unit and period.last < whole(days.first, days.unit).last:
        period = replace(period, to_date=days.unit)
    if period.days > MOST_DAYS:
        raise BadPeriod(
            dates.PERIODS_TOO_LONG.format(words=quoted_words, most=MOST_DAYS), remedy=dates.WRITE_SHORTER, suggestions=dates.shorter(period)
        )
    return period


def _days(words: str, quoted_words: str, today: date) -> read.DayRange:
    try:
        return read_days(words, today)
    except read.AnotherWeekdayError as error:
        sentence = dates.NOT_THAT_DAY.format(words=quoted_words, weekday=error.weekday, own=WEEKDAYS[error.day.weekday()].capitalize())
        raise BadPeriod(sentence, remedy=dates.WRITE_DATES, suggestions=(error.day.isoformat(),)) from None
    except ValueError:
        raise BadPeriod(dates.NO_SUCH_DAY.format(words=quoted_words), remedy=dates.WRITE_DATES) from None

"""The calendar's names, dates in figures (15.11.2026, 11/15/2026, 2026/11/15, 20261115), and what is said of impossible periods."""

import re
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from bot.errors import BadPeriod, UsageError
from bot.lazy_regex import any_case, lazy_regex
from bot.parsing.text import NUMBER_WORDS, ORDINAL_WORDS
from bot.statistics.reports import DEFAULT_DAYS, MOST_DAYS, Period, period_text

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
#: A month's name as a pattern, also short.
MONTH = rf"(?:{'|'.join(f'{month[:3]}(?:{month[3:]})?' for month in MONTHS)}|sept)"
#: Holidays, whose dates differ by place, so that the bot does not know them.
HOLIDAYS = (
    "christmas day", "christmas eve", "christmas", "xmas", "easter monday", "easter sunday", "easter", "thanksgiving",
    "halloween", "hanukkah", "ramadan", "eid", "diwali", "carnival", "pentecost",
    "new year's eve", "new year's day", "new year", "black friday", "cyber monday", "cyber week", "boxing day", "good friday",
    "mother's day", "mothers day", "father's day", "fathers day", "valentine's day", "valentines", "labor day", "labour day",
    "memorial day", "independence day", "bank holiday", "passover", "chinese new year", "lunar new year", "golden week", "spring festival",
    "singles day", "singles' day", "prime day", "women's day", "earth day", "veterans day", "presidents day", "columbus day", "mlk day",
    "canada day", "australia day", "anzac day", "bastille day", "st patrick's day", "mardi gras", "oktoberfest", "juneteenth", "whitsun",
    "holi", "nowruz", "yom kippur", "rosh hashanah", "purim", "kwanzaa",
)  # fmt: skip
#: The days that are usually meant, to ask about.
USUAL_HOLIDAYS = {
    **dict.fromkeys(("christmas and new year", "christmas week", "xmas week"), "24 dec to 1 jan"),
    "christmas day": "25 dec",
    "christmas eve": "24 dec",
    **dict.fromkeys(("christmas", "xmas"), "24 dec to 26 dec"),
    "halloween": "31 oct",
    "boxing day": "26 dec",
    **dict.fromkeys(("valentines", "valentine's day"), "14 feb"),
    "new year's day": "1 jan",
    "new year's eve": "31 dec",
    "new year": "31 dec to 1 jan",
    "holidays": "24 dec to 1 jan",
}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: A day of the week as a pattern.
WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})"
#: When a digest is to be left out, or ends, in the words of a change.
THIS_TIME = any_case(r"( it)? ((this|next) (week|time)|today|tomorrow)")
#: Days of their own, of which a digest may come on several.
THAT_WEEK = any_case(r"(it )?(?P<when>(this|next) (week(end)?|month)|today|tomorrow)")
#: When it ends: "stop it after march", "stop at the end of the year".
ENDS = any_case(
    rf" ((after|by|at|with)( the)?|on(?= (the )?(\d|{MONTH}\b|end\b|last\b)))( the)?"
    rf" (?P<when>((end|middle) of|\d|{MONTH}\b|next\b|christmas|xmas|easter|new year).*)"
)
#: "Skip the next two".
NEXT_SEVERAL = any_case(
    rf" ?(for )?((the )?next )?(?P<n>(?!one\b|1\b)(\d{{1,2}}|{'|'.join(NUMBER_WORDS)}))( (ones|times|digests|\w+days))?"
)
#: Days off in the words of a pause: "stop it over christmas".
DAYS_OFF = any_case(
    r"(?<! until)(?<! till) ((?=between .*\d|next \w+day\b)|(on|over|during|between(?! .*\d)|from(?=.* (to|until|till) )"
    rf"|for(?= the holidays| christmas| easter)|in(?= {MONTH}\b))( the)? )"
)

#: A date in figures: 15.11.2026, 11/15/2026, 15-11-2026, 2026/11/15.
_FIGURES = lazy_regex(
    r"(?<![\w./])(?:(?P<y>\d{4})(?P<s>[/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})(?:(?P<t>[/.])(?P<b>\d{1,2})(?P=t)(?P<y2>\d{4}|\d\d)|-(?P<b2>\d{1,2})-(?P<y3>\d{4})))(?![\w/]|\.\d|-\d{1,2}(?!\d|[./]))"
)
#: Dates in figures alone, whose order (day first or month first) depends on who writes them.
_UNCLEAR = lazy_regex(
    rf"{_FIGURES.pattern}|(?:(?<!\S)|(?<=/\d-)|(?<=/\d\d-))(?P<c>\d{{1,2}})(?:/|\.(?=\d\d|\d\.))(?P<e>\d{{1,2}})\.?"
    r"(?:(?!\S)|(?=-\d{1,2}/\d{1,2}(?!\S)))"
)
#: 12.-18.10., 12-18.10.2026: the days of a month.
_DAYS_OF = lazy_regex(r"(?<![\w./-])(\d{1,2})\.?-(\d{1,2})\.(0?[1-9]|1[0-2])(?:\.(20\d\d)?)?(?![\w/]|\.\d|-\d)")
#: 20261115, 202611.
_COMPACT = lazy_regex(r"(?:(?<!\S)|(?<=\d{6}-)|(?<=\d{8}-))(20\d\d)(0[1-9]|1[0-2])([0-3]\d)?(?=\s|-20\d{4}|$)")
_LAST_MONTH = 12
NO_SUCH_DAY = "“{words}” isn't in the calendar."
UNCLEAR = "I can't tell the day from the month in “{words}”."
REVERSED = "“{words}” ends before it begins."
NOT_BEGUN = "“{words}” is in the future, so LinkedIn has no figures for it yet."
NO_FIRST_DAY = "“{words}” has no first day."
BY_THE_DAY = "LinkedIn counts whole days, so I can't show “{words}”."
NO_WHOLE_DAY = "“{words}” has no full day yet: today isn't over (UTC)."
PERIODS_TOO_LONG = "“{words}” is too long: I can ask LinkedIn for {most} days at once."
TOO_OLD = "“{words}” begins before LinkedIn did."
TWO_PERIODS = "“{first}” and “{second}” are two periods; I show one at a time."
FISCAL = "“{words}” is a year of your company's, and I don't know in which month it begins."
NO_WEEKDAYS = "I show days in a row, and can't pick out “{word}”."
SEE_EACH = "`daily` shows each day, `best times` the best weekdays, and a digest can come on some:"
SEASON, NAME_MONTHS = "“{word}” begins on another day in each part of the world.", "Name its months, like `apr 2025 - mar 2026`."
NOT_THAT_DAY = "“{words}” isn't a {weekday}: that day is a {own}."
WRITE_DATES = "Write dates like `2026-11-01` or `1 nov`."
WRITE_IN_ORDER = "Write the earlier day first, like `1-15 nov` or `2026-11-01..2026-11-15`."
WRITE_PAST = "Ask for days that are over, like `yesterday`, `7d` or `last week`."
WRITE_SHORTER = "Ask for at most a year, like `365d`, `last quarter` or `november`."
FROM_ON = "“{words}” is all days since then to some, and that month alone to others. Which do you mean?"
FROM_DAY, WHICH_DAYS = "“{words}” is all days since then to some, and that day alone to others.", "Which do you mean?"
YESTERDAY = "yesterday"
#: The running unit, or the one to come.
_RUNNING = lazy_regex(r"\b(?:(?P<unit>week|month|quarter|year|weekend)\b(?! of)|(?P<short>[ymqw])td\b)")

#: A season, whose dates differ around the world; alone it may be a name ("Spring Health").
SEASONS = r"(?:(?:this|last) (?:spring|summer|autumn|winter|fall)(?: (?:of )?\d{4})?|(?:spring|summer|autumn|winter) (?:of )?\d{4})"
#: A fiscal year, whose first month is unknown.
FISCAL_YEAR = (
    r"(?:[qh]\d )?(?:(?:this|last|current|previous|next) )?"
    r"(?:fy ?-?(?:\d{4}|\d\d)(?:[/-]\d\d)?|fy|(?:fiscal|financial|business) (?:year|quarter|half|[qh]\d)(?: (?:\d{4}|\d\d)(?:[/-]\d\d)?)?)"
    r"(?: ?[qh]\d)?"
)
_IN_SEASON, _IN_FISCAL = lazy_regex(SEASONS), lazy_regex(FISCAL_YEAR)

_ANY_NTH = rf"(?:{'|'.join(sorted(ORDINAL_WORDS, key=len, reverse=True))})"
#: A day of a month in a word: "the fifteenth of november", "november fifteenth".
_NTH_DAY = lazy_regex(
    rf"\b(?P<before>{_ANY_NTH})(?= (?:of )?{MONTH}\b)"
    rf"|\b(?P<month>{MONTH}) (?:the )?(?P<after>{_ANY_NTH})\b(?! (?:\w+ )?(?:week|half|day)s?\b)"
)


def with_day_numbers(text: str) -> str:
    """The lower-case text with a figure in the place of a day in a word: "15th of november"."""

    def figure(found: "re.Match[str]") -> str:
        word = found["before"] or found["after"]
        return found[0].removesuffix(word) + f"{ORDINAL_WORDS[word]}th"

    return _NTH_DAY.sub(figure, text)


def with_iso_dates(text: str) -> str:
    """The text with each date in figures as 2026-11-15, where its order of day and month is clear."""
    text = _DAYS_OF.sub(lambda found: "-".join((*found.group(1, 2), MONTHS[int(found[3]) - 1], *filter(None, (found[4],)))), text)
    text = _COMPACT.sub(lambda found: "-".join(filter(None, found.groups())), text)
    return _FIGURES.sub(lambda found: readings[0] if len(readings := _readings(found)) == 1 else found[0], text)


@contextmanager
def quoted_as_typed(text: str) -> Iterator[None]:
    """An error raised here names a date as the text has it: "25/12/2026", not 2026-12-25."""
    try:
        yield
    except UsageError as error:
        for typed, read in zip(text.split(), with_settled_dates(text).split(), strict=False):
            error.sentence = error.sentence.replace(read.lower(), typed) if read != typed else error.sentence
        raise


def with_settled_dates(text: str) -> str:
    """The same; unclear dates get the order of another date in the text: "01.10.2026 - 31.10.2026"."""
    each = [found for found in _UNCLEAR.finditer(text) if not found["y"]]
    day_first = {int(found["a"] or found["c"]) > _LAST_MONTH for found in each if len(_readings(found)) == 1}
    if len(day_first) == 1:
        text = _UNCLEAR.sub(lambda found: _in_order(found, day_first=day_first == {True}), text)
    return with_iso_dates(text)


def _in_order(found: "re.Match[str]", *, day_first: bool) -> str:
    readings = _readings(found)
    if len(readings) == 1:
        return found[0]
    year, month, number = readings[0 if day_first else 1].split("-")
    return f"{int(number)}-{MONTHS[int(month) - 1][:3]}" if found["c"] else f"{year}-{month}-{number}"


def unclear_date(text: str, today: date) -> tuple["re.Match[str]", tuple[str, ...]] | None:
    """The first date in figures with an unclear order, and its two possible days; None when there is none."""
    for found in _UNCLEAR.finditer(text):
        if len(readings := _readings(found, today)) > 1:
            return found, readings
    return None


def in_one_order(text: str, first: "re.Match[str]", day: str, *, day_first: bool) -> str:
    """The text with this day in the place of its first unclear date, and with its other ones in the same order."""
    return _UNCLEAR.sub(lambda found: day if found.start() == first.start() else _in_order(found, day_first=day_first), text)


def _readings(found: "re.Match[str]", today: date | None = None) -> tuple[str, ...]:
    """The possible days (ISO) of the figures, day first before month first; an impossible one where there is none."""
    parts = found.groupdict()
    if parts["y"]:
        orders = [(int(parts["y"]), int(parts["m"]), int(parts["d"]))]
    else:
        first, second = int(parts["a"] or parts["c"]), int(parts["b"] or parts["b2"] or parts["e"])
        year_text = parts["y2"] or parts["y3"]
        years = [int(year_text) + (2000 if len(year_text) == 2 else 0)] if year_text else []  # noqa: PLR2004  # a year of two figures is of this century
        none = (years[0], second, first) if years else None
        orders = [
            (years[0] if years else recent(today or date(2000, 1, 1), month, number).year, month, number)
            for number, month in ((first, second), (second, first))
            if 0 < month <= _LAST_MONTH and 0 < number <= monthrange(2000, month)[1]
        ] or ([none] if none else [])
    return tuple(dict.fromkeys(f"{year:04}-{month:02}-{number:02}" for year, month, number in orders)) or (found[0],)


def in_year(day: date, year: int) -> date:
    """The same date in another year; of 29 February the 28th where that has none."""
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


def month_number(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, 1) if month.startswith(name[:3]))


def recent(today: date, month: int, number: int) -> date:
    """The most recent such day of a month, today included."""
    year = today.year if (month, number) <= (today.month, today.day) else today.year - 1
    if (month, number) == (2, 29):
        year = next(leap for leap in range(year, year - 9, -1) if monthrange(leap, 2)[1] == number)
    return date(year, month, number)


def check_countable(words: str, quoted_words: str, today: date) -> None:
    """Raises BadPeriod for a season or a fiscal year, whose days nobody here knows."""
    if _IN_FISCAL.fullmatch(words):
        raise BadPeriod(FISCAL.format(words=quoted_words), remedy=NAME_MONTHS, suggestions=_fiscal(words, today))
    if _IN_SEASON.fullmatch(words):
        each = (f"{months}{''.join(re.findall(r' 20..', words))}" for months in ("mar - may", "jun - aug", "sep - nov"))
        raise BadPeriod(SEASON.format(word=quoted_words), remedy=NAME_MONTHS, suggestions=tuple(each))


def _fiscal(words: str, today: date) -> tuple[str, ...]:
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
    return (f"last {which}",) if which else (YESTERDAY, f"{DEFAULT_DAYS}d")

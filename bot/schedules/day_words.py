"""The days of a schedule as words: "every Monday and Thursday", "on the 1st of the quarter", "every 2 weeks on Friday"."""

import re
from collections.abc import Callable, Sequence

from bot.parsing.dates import MONTHS, WEEKDAYS
from bot.parsing.languages import unaccented
from bot.schedules.rhythm import FIRST_WORKDAY, every_months, months_apart, weeks_of

EITHER = "In cron one of the two is enough: this comes on the days {day} of the month, and also {days}."

#: The last day of the month from Monday to Friday, as cronsim has it.
LAST_WORKDAY = "LW"
_SUFFIXES = {1: "st", 2: "nd", 3: "rd"}
_TEENS = range(11, 14)
_WORKDAYS, _WEEKEND = "1-5", "0,6"
_MONTH_DAY = {LAST_WORKDAY: "last weekday", FIRST_WORKDAY: "first weekday"}
#: Days of the month among which every day of the week is once.
_WEEK_OF_MONTH = {"1-7": "first", "8-14": "second", "15-21": "third", "22-28": "fourth"}
_UNITS = {1: "month", 3: "quarter", 6: "half-year", 12: "year"}


def say_days(day: str, month: str, weekday: str) -> str | None:
    """The three fields in words that ``days.read_days`` parses to the same fields; None when there are no such words.

    Which weeks "every 2 weeks" means is left out: the next run's date shows it.
    """
    if day == "*" and month == "*" and not weekday.endswith(("L", *(f"#{nth}" for nth in range(1, 6)))):
        return _say_weekdays(weekday)
    step = months_apart(month)
    days = _say_nth_weekday(weekday.split(",")) if day == "*" else _say_month_days(day) if weekday == "*" else None
    if days is None or not step:
        return None
    is_last = days in ("last day", "last weekday") or (day == "*" and days.startswith("last "))
    if month != every_months(step, last=is_last):
        return f"every year on {int(day)} {MONTHS[int(month) - 1].capitalize()}" if day.isdigit() and month.isdigit() else None
    if step in _UNITS:
        return f"on the {days} of the {_UNITS[step]}"
    return None if is_last else f"every {step} months on the {days}"


def either_of(cron: str) -> tuple[str, str] | None:
    """A sentence about what cron does with a day of the month and a day of the week, and the schedule probably meant ("" for none).

    None where the fields do not name both.
    """
    minute, hour, day, _, weekday = cron.split()
    days = _say_weekdays(weekday)
    if day.startswith("*") or weekday.startswith("*") or days is None:
        return None
    nth = _WEEK_OF_MONTH.get(day) if weekday.isdigit() and hour.isdigit() and minute.isdigit() else None
    meant = f"{nth} {_weekday_name(int(weekday))} of the month {hour}:{int(minute):02}" if nth else ""
    return EITHER.format(day=day, days=days), meant


def _say_month_days(day: str) -> str | None:
    if day in _MONTH_DAY:
        return _MONTH_DAY[day]
    items = day.split(",")
    if not all(item.isdigit() or item == "L" for item in items):
        return None
    return _listed([_ordinal(int(item)) for item in items if item != "L"] + (["last day"] if "L" in items else []))


def _say_weekdays(weekday: str) -> str | None:
    if weeks := weeks_of(weekday):
        days = _say_weekdays(weeks.days.replace("0-6", "*"))
        named = {"every day": "Monday to Sunday", "weekdays": "Monday to Friday", "weekends": "Saturday and Sunday"}
        return f"every {weeks.every} weeks on {named.get(days, days.removeprefix('every '))}" if days else None
    known = {"*": "every day", _WORKDAYS: "weekdays", _WEEKEND: "weekends"}
    if weekday in known:
        return known[weekday]
    items = weekday.split(",")
    if all(item.isdigit() for item in items):
        numbers = sorted(map(int, items), key=lambda number: (number - 1) % 7)
        return f"every {_listed([_weekday_name(number) for number in numbers])}"
    return None


def _say_nth_weekday(items: list[str]) -> str | None:
    found = [re.fullmatch(r"([0-6])(?:L|#([1-5]))", item) for item in items]
    nths = [match[2] for match in found if match]
    if None in found or len({item[0] for item in items}) != 1 or nths != sorted(nths, key=lambda nth: nth or "9"):
        return None
    named = [_ordinal(int(nth)) if nth else "last" for nth in nths]
    return f"{_listed(named)} {_weekday_name(int(items[0][0]))}"


def _weekday_name(number: int) -> str:
    return WEEKDAYS[(number - 1) % 7].capitalize()


def _ordinal(number: int) -> str:
    return f"{number}{'th' if number in _TEENS else _SUFFIXES.get(number % 10, 'th')}"


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


#: The days of the week in other languages, without accents; each may end in "s".
_DAYS_IN_ENGLISH = {
    name: day
    for names in (
        ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
        ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"),
    )
    for name, day in zip(names, WEEKDAYS, strict=True)
}
_RHYTHMS_IN_ENGLISH = {"taglich": "daily", "wochentlich": "weekly", "monatlich": "monthly", "werktags": "weekdays"}
#: Words beside these.
_IN_ENGLISH = {
    **_RHYTHMS_IN_ENGLISH,
    **dict.fromkeys(("jeden", "jede", "jedes", "chaque", "cada", "tous", "toutes", "todos", "todas"), "every"),
    **dict.fromkeys(("und", "et", "y"), "and"),
    "um": "at",
    "a": "at",
    "ab": "from",
    "bis": "until",
    "ersten": "first",
    "zweiten": "second",
    "dritten": "third",
    "letzten": "last",
}
_BESIDE_EVERY = frozenset({"les", "los", "las"})


def in_english(words: Sequence[str], is_name: Callable[[str], bool]) -> tuple[str, ...]:
    """The words with days and rhythms of other languages in English, but for names; unchanged where none of them is a day."""
    plain = [unaccented(word).removesuffix("s") for word in words]
    days = [_DAYS_IN_ENGLISH.get(one) or _DAYS_IN_ENGLISH.get(unaccented(word)) for word, one in zip(words, plain, strict=True)]
    days = [None if day and is_name(word) else day for day, word in zip(days, words, strict=True)]
    if not any(days) and not _RHYTHMS_IN_ENGLISH.keys() & {unaccented(word) for word in words}:
        return tuple(words)
    read = [(day or _IN_ENGLISH.get(unaccented(word), word), unaccented(word)) for day, word in zip(days, words, strict=True)]
    return tuple(word for word, typed in read if typed not in _BESIDE_EVERY)

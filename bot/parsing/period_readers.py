"""Readers of each form of a period: the first and the last day as the words give them."""

from calendar import monthrange
from datetime import date, timedelta
from re import Match

from msgspec import Struct

from bot.parsing.dates import WEEKDAYS, month_number, recent
from bot.parsing.text import NUMBER_WORDS
from bot.statistics.reports import FIRST_DAY, MONTHS_OF, MOST_DAYS, Unit, beginning, months_after, whole

#: The most of any unit, which keeps the arithmetic inside the calendar; it is too long anyway.
_MOST = 5000
_UNITS = {"w": Unit.WEEK, "m": Unit.MONTH, "q": Unit.QUARTER, "h": Unit.HALF, "y": Unit.YEAR}
RUNNING, NEXT = ("this", "current", "actual", "running"), ("next", "coming", "upcoming")
_CENTURY, _HALF_MONTH = 2000, 15
#: The words that number weeks, halves and quarters.
NTHS = {"1st": 1, "first": 1, "2nd": 2, "second": 2, "3rd": 3, "third": 3, "4th": 4, "fourth": 4, "5th": 5, "fifth": 5}


class DayRange(Struct, frozen=True):
    """First and last day as the words give them, before anything is cut; ``last`` may be before ``first``.

    ``loose`` is True without a year, when another year is possible; ``open`` without a first day ("until 15 nov").
    ``unit`` is the calendar unit of the days, whole or begun.
    """

    first: date
    last: date
    loose: bool = False
    open: bool = False
    unit: Unit | None = None


def _unit_of(day: date, unit: Unit, *, loose: bool = False) -> DayRange:
    period = whole(day, unit)
    return DayRange(period.first, period.last, loose, unit=unit)


def _whole_month(year: int, month: int, *, loose: bool = False) -> DayRange:
    return _unit_of(date(year, month, 1), Unit.MONTH, loose=loose)


def _day_number(text: str) -> int:
    return int(text.rstrip("stndrh."))


def _weekday_number(name: str) -> int:
    return next(number for number, weekday in enumerate(WEEKDAYS) if weekday.startswith(name[:3]))


def _number(text: str | None) -> int:
    """A number in digits or words ("thirty"); 1 for None, at most ``_MOST``."""
    return min(int(text) if text.isdecimal() else NUMBER_WORDS[text], _MOST) if text else 1


class AnotherWeekdayError(ValueError):
    """A date with the wrong weekday."""

    def __init__(self, day: date, weekday: str) -> None:
        super().__init__(f"{day} is no {weekday}")
        self.day, self.weekday = day, WEEKDAYS[_weekday_number(weekday)].capitalize()


def _checked(day: date, weekday: str | None) -> date:
    if weekday and day.weekday() != _weekday_number(weekday):
        raise AnotherWeekdayError(day, weekday)
    return day


def iso_day(found: Match[str], _today: date) -> DayRange:
    """A day: 2026-11-15, or with its weekday."""
    day = _checked(date(int(found["y"]), int(found["m"]), int(found["d"])), found["on"])
    return DayRange(day, day)


def iso_month(found: Match[str], _today: date) -> DayRange:
    """A month in figures: 2026-11, 11/2026."""
    return _whole_month(int(found["y"]), int(found["m"]))


def named_day(found: Match[str], today: date) -> DayRange:
    """A day and a month; without a year the most recent one that has begun."""
    month, number = month_number(found["m"]), _day_number(found["d"])
    if found["y"]:
        day = _checked(date(_year_number(found["y"], today), month, number), found["on"])
        return DayRange(day, day)
    day = _checked(recent(today, month, number), found["on"])
    return DayRange(day, day, loose=True)


def named_month(found: Match[str], today: date) -> DayRange:
    """A month; without a year the most recent one that has begun, after "last" the most recent one that is over."""
    if found["m"] == "month":
        return _unit("month", -1 if found["last"] else 0, today)
    month = month_number(found["m"])
    if found["y"]:
        return _whole_month(_year_number(found["y"], today), month)
    begun = month < today.month if found["last"] else month <= today.month
    return _whole_month(today.year if begun else today.year - 1, month, loose=True)


def quarter(found: Match[str], today: date) -> DayRange:
    months = MONTHS_OF[kind := _UNITS[found["part"][0]]]
    number = 12 // months if found["n"] in ("last", "final") else NTHS.get(found["n"]) or int(found["n"])
    if not 1 <= number <= 12 // months:
        raise ValueError(f"there is no {found['part']} {number}")
    year, first_month = found["y"] or found["y2"] or "", (number - 1) * months + 1
    chosen = _year_number(year, today)
    chosen = chosen or (today.year if first_month <= today.month else today.year - 1)
    return _unit_of(date(chosen, first_month, 1), kind, loose=not year)


def _year_number(text: str, today: date) -> int:
    """The year as a number, of "2026", "26" or "last year"; 0 without one."""
    if "year" in text:
        return today.year - (text == "last year") + (text == "next year")
    return int(text or 0) + (_CENTURY if len(text) == len("26") else 0)


def part_of_month(found: Match[str], today: date) -> DayRange:
    """A week (days 1–7, 8–14, 15–21, 22–28, or the last seven), a weekend (by its Saturday) or a half of a month."""
    month = named_month(found, today)
    last = month.last.day
    if found["part"] == "weekend":
        saturdays = [
            day for number in range(1, last + 1) if (day := month.first.replace(day=number)).weekday() == WEEKDAYS.index("saturday")
        ]
        number = NTHS.get(found["nth"], len(saturdays))
        if number > len(saturdays):
            raise ValueError(f"the month has no {found['nth']} weekend")
        day = saturdays[number - 1]
        return DayRange(day, day + timedelta(days=1), loose=month.loose)
    if found["part"] == "half":
        first, end = (1, _HALF_MONTH) if NTHS.get(found["nth"]) == 1 else (_HALF_MONTH + 1, last)
    else:
        end = NTHS[found["nth"]] * 7 if found["nth"] in NTHS else last
        first = end - 6
    return DayRange(month.first.replace(day=first), month.first.replace(day=min(end, last)), loose=month.loose)


def third_of_month(found: Match[str], today: date) -> DayRange:
    """The first ten days of a month, the next ten, or the rest."""
    month, part = named_month(found, today), found["part"].split()[-2 if found["part"].endswith(" of") else -1]
    first, last = {"early": (1, 10), "beginning": (1, 10), "start": (1, 10), "mid": (11, 20), "middle": (11, 20)}.get(part, (21, 31))
    return DayRange(month.first.replace(day=first), month.first.replace(day=min(last, month.last.day)), loose=month.loose)


def days_of_a_month(found: Match[str], today: date) -> DayRange:
    """The first or the last days or weeks of a month."""
    month, days = named_month(found, today), _number(found["n"]) * (7 if found["unit"].startswith("w") else 1)
    if not 1 <= days <= month.last.day:
        raise ValueError(f"no month has {days} days")
    if found["which"] == "first":
        return DayRange(month.first, month.first.replace(day=days), loose=month.loose)
    return DayRange(month.last.replace(day=month.last.day - days + 1), month.last, loose=month.loose)


def week_beside(day: DayRange, how: str) -> DayRange:
    """The calendar week that holds a day, or the seven days that begin or end with it."""
    if how in ("ending", "to", "until", "till", "through", "we", "w/e"):
        return DayRange(day.first - timedelta(days=6), day.first)
    if how in ("beginning", "starting", "commencing", "from", "wc", "w/c"):
        return DayRange(day.first, day.first + timedelta(days=6))
    return _unit_of(day.first, Unit.WEEK)


def work_week(_found: Match[str], today: date) -> DayRange:
    """The last completed Monday to Friday."""
    friday = _recent_weekday("friday", today)
    return DayRange(friday - timedelta(days=4), friday)


def unit_over_unit(found: Match[str], today: date) -> DayRange:
    """The last whole week, month or quarter, which a card sets against the one before: "week over week", "mom"."""
    return _unit(found["ratio"] or found["short"], -1, today)


def ever(_found: Match[str], today: date) -> DayRange:
    """The whole time for which LinkedIn has figures."""
    return DayRange(FIRST_DAY, today - timedelta(days=1))


def year(found: Match[str], _today: date) -> DayRange:
    return _unit_of(date(int(found["y"]), 1, 1), Unit.YEAR)


def near_day(found: Match[str], today: date) -> DayRange:
    """Yesterday, the day before it, today or tomorrow."""
    day = today + timedelta(days={"yesterday": -1, "tomorrow": 1}.get(found["near"], 0) - found[0].startswith("day before"))
    return DayRange(day, day)


def weekday(found: Match[str], today: date) -> DayRange:
    day = _recent_weekday(found["wd"], today)
    if found["which"]:
        day += timedelta(days=14 if day == today - timedelta(days=7) else 7)
    return DayRange(day, day)


def _recent_weekday(name: str, today: date) -> date:
    return today - timedelta(days=(today.weekday() - _weekday_number(name) - 1) % 7 + 1)


def weekdays(found: Match[str], today: date) -> DayRange:
    """From one weekday to the last completed other one."""
    last = _recent_weekday(found["to"], today)
    return DayRange(last - timedelta(days=(last.weekday() - _weekday_number(found["from"])) % 7), last)


def weekdays_of_week(found: Match[str], today: date) -> DayRange:
    """A weekday, or from one to another, of this week or the last one."""
    monday = _unit("week", 0 if found["which"] == "this" else -1, today).first
    first, last = (monday + timedelta(days=_weekday_number(name)) for name in (found["from"], found["to"] or found["from"]))
    return DayRange(first, last)


def weekend(found: Match[str], today: date) -> DayRange:
    """The last completed Saturday and Sunday, earlier ones, or after "this" those of this week."""
    weeks = 2 if found["before"] else _number(found["n"]) if found["n"] else int(found["which"] != "this")
    saturday = today + timedelta(days=5 - today.weekday() - 7 * weeks)
    return DayRange(saturday, saturday + timedelta(days=1))


def calendar(found: Match[str], today: date) -> DayRange:
    """This, last or next calendar week (from Monday), month, quarter or year."""
    return _unit(found["unit"], 0 if (found["which"] or "this") in RUNNING else 1 if found["which"] in NEXT else -1, today)


def before_last(found: Match[str], today: date) -> DayRange:
    """The calendar unit before the last one."""
    return _unit(found["unit"], -2, today)


def ago(found: Match[str], today: date) -> DayRange:
    """The day, weekday, or calendar week, month, quarter or year, a number of them ago."""
    number, unit = (1 if found["n"] in ("a", "an") else _number(found["n"])), found["unit"]
    if (name := unit.removesuffix("s")) in WEEKDAYS:
        day = _recent_weekday(name, today) - timedelta(weeks=number - 1)
        return DayRange(day, day)
    if unit.startswith("d"):
        return DayRange(today - timedelta(days=number), today - timedelta(days=number))
    return _unit("week", -2 * number, today) if unit.startswith("f") else _unit(unit, -number, today)


def _unit(unit: str, step: int, today: date) -> DayRange:
    """The calendar week (from Monday), month, quarter or year ``step`` units from today's."""
    kind = _UNITS[unit[0]]
    this = beginning(today, kind)
    if kind is Unit.WEEK:
        return _unit_of(this + timedelta(weeks=step), kind)
    return _unit_of(months_after(this, max(step * MONTHS_OF[kind], -(_MOST // 31))), kind)


def count(found: Match[str], today: date) -> DayRange:
    """So many days or weeks ending yesterday, also months of what is past or rolls; else so many calendar months, quarters or years."""
    number, unit = _number(found["n"]), found["unit"][0]
    if number == 0:
        raise ValueError(f"no days: {found[0]}")
    number, unit = {"h": (6, "m"), "f": (number * 2, "w")}.get(unit, (number, unit))
    if unit in "dw":
        days = number if unit == "d" else min(number * 7, _MOST)
        return DayRange(today - timedelta(days=days), today - timedelta(days=1))
    if found.groupdict().get("past"):
        first = months_after(today.replace(day=1), -min(number * MONTHS_OF[_UNITS[unit]], _MOST // 31))
        first = first.replace(day=min(today.day, monthrange(first.year, first.month)[1]))
        return DayRange(first + timedelta(days=(today - first).days == MOST_DAYS + 1), today - timedelta(days=1))
    end = beginning(today, _UNITS[unit])
    return DayRange(months_after(end, -min(number * MONTHS_OF[_UNITS[unit]], _MOST // 31)), end - timedelta(days=1))


def days_of_month(found: Match[str], today: date) -> DayRange:
    """Two days of one month, or one: its year, when none is said, is that of the first day."""
    first, last = _day_number(found["d"]), _day_number(found["e"] or found["d"])
    if not found["m"]:
        that = _unit("month", -1 if found["last"] else 0, today).first
        return DayRange(that.replace(day=first), that.replace(day=last))
    month = month_number(found["m"])
    year = _year_number(found["y"], today) if found["y"] else recent(today, month, first).year
    return DayRange(date(year, month, first), date(year, month, last))


def to_date(found: Match[str], today: date) -> DayRange:
    """From the first day of this week, month, quarter or year to today."""
    unit = _UNITS[(found["begun"] or found["short"])[0]]
    return DayRange(beginning(today, unit), today, unit=unit)


def up_to(found: Match[str], _today: date) -> DayRange:
    """From the first day of the unit that holds this day to the day itself, as buttons have it."""
    day, unit = date(int(found["y"]), int(found["m"]), int(found["d"])), Unit(found["unit"])
    return DayRange(beginning(day, unit), day, unit=unit)


def since(start: DayRange, today: date) -> DayRange:
    """From the first day of ``start`` to today; from the first day of the current week, month, quarter or year it is that unit so far."""
    begun = [unit for unit in Unit if beginning(today, unit) == start.first]
    return DayRange(start.first, today, unit=start.unit if start.unit in begun else next(iter(begun), None))


def weeks(found: Match[str], today: date) -> DayRange:
    """From one week by its ISO number to another."""
    year = _year_number(found["y"] or "", today)
    last = _monday(int(found["to"]), year, today)
    first = _monday(int(found["from"]), year, min(last, today))
    return DayRange(first, last + timedelta(days=6))


def iso_week(found: Match[str], today: date) -> DayRange:
    """A week by its ISO number; without a year the most recent one that has begun."""
    monday = _monday(int(found["week"]), _year_number(found["y"] or found["y2"] or "", today), today)
    return _unit_of(monday, Unit.WEEK)


def _monday(number: int, year: int, today: date) -> date:
    if year:
        return date.fromisocalendar(year, number, 1)
    if not 0 < number <= 53:  # noqa: PLR2004  # no year has more
        raise ValueError(f"there is no week {number}")
    # Some years have no week 53.
    day = today - timedelta(days=today.weekday())
    return next(monday for weeks in range(54 * 7) if (monday := day - timedelta(weeks=weeks)).isocalendar().week == number)


def nth_day(found: Match[str], today: date) -> DayRange:
    """The most recent such day of a month that has begun."""
    number = _day_number(found["d"])
    if not 1 <= number <= 31:  # noqa: PLR2004  # no month has more
        raise ValueError(f"no month has a day {number}")
    months = (months_after(today.replace(day=1), -back) for back in range(4))
    days = (month.replace(day=number) for month in months if number <= monthrange(month.year, month.month)[1])
    day = next(day for day in days if day <= today)
    return DayRange(day, day)


def day_of_month(found: Match[str], today: date) -> DayRange:
    """15/11 or 11/15: the number above twelve is the day."""
    first, second = int(found["a"]), int(found["b"])
    month, number = (first, second) if second > 12 else (second, first)  # noqa: PLR2004  # a year has twelve months
    day = _checked(recent(today, date(2000, month, number).month, number), found["on"])
    return DayRange(day, day, loose=True)

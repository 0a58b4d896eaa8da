"""When a digest is due: five fields of cron on the clock of an IANA zone.

The fields are those of Debian's cron (minute, hour, day of the month, month, day of the week; 0 and 7 are Sunday) with cronsim's ``L``
(last day, or ``5L``: last Friday), ``LW`` (last day from Monday to Friday) and ``1#2`` (second Monday). When both a day of the month and a
day of the week are said, and neither begins with ``*``, either is enough.

What cron cannot say beyond that (every other week, the first working day) has its own spelling in these fields (``rhythm``).

Local wall time is what is kept:

- A time that the clock skips runs at the first moment after the gap; so does a time on a day that the calendar skips (Pacific/Apia had no
  30 December 2011). Where this falls onto another day that a schedule of one time a day has as well, the two are one: that day's own.
- A time that the clock shows twice runs at the first of the two.
- Every month, quarter or so many months, plain days of the month: 29, 30 and 31 are the last day of a month that is shorter ("0 9 31 * *"
  never leaves a month out, and is the same as "0 9 L * *"). With other months, ranges or steps the fields mean exactly what cron says.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from heapq import merge
from typing import Final
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from msgspec import Struct
from msgspec.structs import replace

from bot.errors import BadSchedule
from bot.lazy_regex import any_case, lazy_regex
from bot.parsing.dates import MONTHS, WEEKDAYS
from bot.schedules.rhythm import months_apart, plain_cron, say_days, week_number, weeks_of
from bot.schedules.timezones import MOST_QUOTED, checked_zone, zone_of

#: Words of a draft, as they are written down and read again.
CRON: Final = "cron"

FIVE_FIELDS = "Cron needs five fields here: minute, hour, day of the month, month, day of the week."
SECONDS = "“{cron}” has {count} fields: seconds and years aren't among the five."
FIELDS = "“{cron}” has {count} of the five fields."
UNREADABLE = "I can't read the {field} in “{cron}”."
NEVER = "“{cron}” never happens: no such month has that day."
NEVER_BOTH = "“{cron}” never happens: none of those days of the month is ever that day of the week."
SCHEDULES_TOO_OFTEN, TOO_OFTEN_REMEDY = "“{cron}” is more often than once an hour.", "Name one minute, and the hours or days you need."
NEVER_REMEDY = "Choose a day that the month has; `L` is the last one."
SCHEDULES_EXAMPLES = ("cron 0 9 * * 1", "every Monday 9:00")

_LONGEST = 200
_FIELD_COUNT = 5
#: The names of days and months, three letters or whole, as patterns of any case.
DAY_NAMES: Final = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in WEEKDAYS)
MONTH_NAMES: Final = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTHS).replace("(?:)?", "")
_DAY_NAME, _MONTH_NAME = (any_case(names) for names in (DAY_NAMES, MONTH_NAMES))
_DAY_NUMBERS = {name[:3].upper(): str(number % 7) for number, name in enumerate(WEEKDAYS, 1)}
_MONTH_NUMBERS = {name[:3].upper(): str(number) for number, name in enumerate(MONTHS, 1)}
_ZEROS = lazy_regex(r"\b0+(?=\d)")
_PLAIN = lazy_regex(r"\d{1,2}(?:,\d{1,2})*")
_PLAIN_OR_LAST = lazy_regex(r"(?:\d{1,2}|L)(?:,(?:\d{1,2}|L))*")
_NTH_DAYS = lazy_regex(r"[0-7](?:L|#[1-5])(?:,[0-7](?:L|#[1-5]))*")
_PLAIN_OR_RANGES = lazy_regex(r"[0-7](?:-[0-7])?(?:,[0-7](?:-[0-7])?)*")
_WORKDAYS = {1, 2, 3, 4, 5}
_WEEK = set(range(7))
#: Any date: whether cron ever matches does not depend on the start.
_SOME_DAY = datetime(2000, 1, 1)  # noqa: DTZ001  # wall time, of no zone


class Schedule(Struct, frozen=True):
    """Five fields of cron on the clock of an IANA zone; made by ``schedule_of``, which checks both."""

    cron: str
    zone: str

    @property
    def time_zone(self) -> ZoneInfo:
        return zone_of(self.zone)


def schedule_of(cron: str, zone: str) -> Schedule:
    """The schedule of these five fields in this zone, both in their one spelling: numbers for names, sorted lists, ``1-5`` for weekdays.

    Raises BadSchedule: the zone is unknown; the fields are not five or unreadable; more often than once an hour; or it never happens.
    """
    fields = cron.upper().split()
    if len(cron) > _LONGEST or len(fields) != _FIELD_COUNT:
        raise _bad_count(cron, len(fields))
    spelled = _checked(" ".join(_spelled(fields)))
    return Schedule(spelled, checked_zone(zone))


def anchored(schedule: Schedule, now: datetime, like: str = "") -> Schedule:
    """The schedule with the weeks of "every 2 weeks" fixed: from now (aware) on, or as in ``like`` with the same rhythm."""
    fields, _, weekday = schedule.cron.rpartition(" ")
    weeks, there = weeks_of(weekday), weeks_of(like.rpartition(" ")[2])
    if weeks is None or weeks.week is not None:
        return schedule
    if there and there.week is not None and (there.days, there.every) == (weeks.days, weeks.every):
        week = there.week
    else:
        due = next_after(replace(schedule, cron=f"{fields} {weeks.days}"), now)
        week = week_number(due.astimezone(schedule.time_zone).date()) % weeks.every if due else 0
    return replace(schedule, cron=f"{fields} {replace(weeks, week=week).field}")


def next_after(schedule: Schedule, moment: datetime) -> datetime | None:
    """The first due moment after this one (both aware; UTC), None without. Raises BadSchedule: a dropped zone; ValueError: naive."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    zone = schedule.time_zone
    if len(schedule.cron.split()) != _FIELD_COUNT:
        raise _bad_count(schedule.cron, len(schedule.cron.split()))
    try:
        return next(_dues(schedule.cron, zone, moment.astimezone(UTC)), None)
    except CronSimError as error:
        raise _unreadable(schedule.cron, error) from error
    except OverflowError:
        # The calendar of Python ends with the year 9999.
        return None


def _dues(cron: str, zone: ZoneInfo, moment: datetime) -> Iterator[datetime]:
    """The moments (UTC) after this one; wall times of one gap share theirs."""
    for wall in _walls(cron, _wall(moment, zone)):
        due = _first_moment(wall, zone)
        if due > moment and not _another_day_has_it(cron, wall, _wall(due, zone)):
            yield due


def _walls(cron: str, after: datetime) -> Iterator[datetime]:
    """The wall times (naive) that the fields name after this one, in their order."""
    plain, is_meant = plain_cron(cron)
    walls = merge(*(CronSim(fields, after) for fields in _without_short_months(plain)))
    return filter(is_meant, walls) if is_meant else walls


@lru_cache(maxsize=1024)
def _without_short_months(cron: str) -> tuple[str, ...]:
    """The fields with which a plain day 29, 30 or 31 of every month, or of every so many, is the last day of the shorter ones."""
    minute, hour, day, month, weekday = fields = cron.split()
    if months_apart(month) in (0, len(MONTHS)) or weekday != "*" or not _PLAIN.fullmatch(day):
        return (" ".join(fields),)
    days = set(day.split(","))
    if "31" in days:
        return (f"{minute} {hour} {','.join((*sorted(days - {'31'}), 'L'))} {month} *",)
    last_of_february = (f"{minute} {hour} L 2 *",) if days & {"29", "30"} and not {"*", "2"}.isdisjoint(month.split(",")) else ()
    return (" ".join(fields), *last_of_february)


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _first_moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment (UTC) at which the zone's clock shows this time, or a later one when it never shows this."""
    first = wall.replace(tzinfo=zone).astimezone(UTC)
    if _wall(first, zone) == wall:
        return first
    # In a gap fold 1 reads the wall time by the new offset, which gives a moment before the gap, and fold 0 one after it (PEP 495).
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    seconds = range(int((first - before).total_seconds()))
    passed = bisect_left(seconds, True, key=lambda second: _wall(before + timedelta(seconds=second), zone) >= wall)  # noqa: FBT003  # the key's value
    return before + timedelta(seconds=passed)


def _another_day_has_it(cron: str, wall: datetime, shown: datetime) -> bool:
    """Whether a wall time that was moved to another day is dropped because that day has its own, and a day has only one."""
    if shown.date() == wall.date() or not all(field.isdigit() for field in cron.split()[:2]):
        return False
    midnight = shown.replace(hour=0, minute=0, second=0, microsecond=0)
    own = next(_walls(cron, midnight - timedelta(seconds=1)), None)
    return own is not None and own.date() == shown.date()


def _spelled(fields: list[str]) -> Iterator[str]:
    """The cron fields in their normal form, equal for equal schedules."""
    minute, hour, day, month, weekday = (_ZEROS.sub("", field) for field in fields)
    yield from (_sorted(minute), _sorted(hour), _sorted(day))
    yield _sorted(_MONTH_NAME.sub(lambda name: _MONTH_NUMBERS[name[0][:3]], month))
    numbers = _DAY_NAME.sub(lambda name: _DAY_NUMBERS[name[0][:3]], weekday)
    if weeks := weeks_of(numbers):
        yield replace(weeks, days=_spelled_weekday(weeks.days, any_day=False)).field
    else:
        yield _spelled_weekday(numbers, any_day=day == "*")


def _sorted(field: str) -> str:
    """A list of numbers in their order, ``L`` last, each once; any other field as it is."""
    if not _PLAIN_OR_LAST.fullmatch(field):
        return field
    items = {item if item == "L" else str(int(item)) for item in field.split(",")}
    return ",".join(sorted(items, key=lambda item: (item == "L", int(item) if item != "L" else 0)))


def _spelled_weekday(field: str, *, any_day: bool) -> str:
    if _NTH_DAYS.fullmatch(field):
        # "#" sorts before "L": the last of a weekday comes after its numbered ones.
        return ",".join(sorted({item.replace("7", "0") for item in field.split(",")}))
    if not _PLAIN_OR_RANGES.fullmatch(field):
        return field
    ranges = [(int(item[0]), int(item[-1])) for item in field.split(",")]
    if any(first > last for first, last in ranges):
        return field
    days = {day % 7 for first, last in ranges for day in range(first, last + 1)}
    if days == _WEEK and any_day:
        return "*"
    return "1-5" if days == _WORKDAYS else ",".join(map(str, sorted(days)))


def _checked(cron: str) -> str:
    """The fields, the minute (and the hour where it is one) as a plain number: ``*/60`` and ``0-0`` are 0."""
    try:
        found = CronSim(plain_cron(cron)[0], _SOME_DAY)
        if len(found.minutes) != 1:
            raise BadSchedule(SCHEDULES_TOO_OFTEN.format(cron=cron), remedy=TOO_OFTEN_REMEDY, suggestions=("cron 0 * * * *", "daily 9:00"))
        cron = " ".join((*map(_plain, (found.minutes, found.hours), cron.split()), *cron.split()[2:]))
        happens = next(found, None) is not None
    except CronSimError as error:
        if not _without_its_month(cron):
            raise _unreadable(cron, error) from error
        happens = False
    if not happens:
        raise _never(cron)
    return cron


def _plain(values: Collection[int], field: str) -> str:
    return str(*values) if len(values) == 1 else field


def _never(cron: str) -> BadSchedule:
    """The error for fields that name no day: the month never has it, or a day of the month is never that day of the week."""
    minute, hour, day, month, weekday = cron.split()
    any_weekday = f"{minute} {hour} {day} {month} *"
    try:
        is_a_day = next(CronSim(any_weekday, _SOME_DAY), None) is not None
    except CronSimError:
        is_a_day = False
    if is_a_day:
        each = (f"cron {minute} {hour} * {month} {weekday}", f"cron {any_weekday}")
        return BadSchedule(NEVER_BOTH.format(cron=cron), remedy="Name the days by one of the two:", suggestions=each)
    return BadSchedule(NEVER.format(cron=cron), remedy=NEVER_REMEDY, suggestions=("last day of the month 9:00",))


def _without_its_month(cron: str) -> bool:
    """Whether the fields could be read if only the month had that day."""
    minute, hour, day, month, weekday = cron.split()
    try:
        CronSim(f"{minute} {hour} {day} * {weekday}", _SOME_DAY)
        CronSim(f"0 0 * {month} *", _SOME_DAY)
    except CronSimError:
        return False
    return True


def _unreadable(cron: str, error: CronSimError) -> BadSchedule:
    field = str(error).removeprefix("Bad ").replace("-", " ")
    return BadSchedule(UNREADABLE.format(field=f"field for the {field}", cron=cron), remedy=FIVE_FIELDS, suggestions=SCHEDULES_EXAMPLES)


def _bad_count(cron: str, count: int) -> BadSchedule:
    counted = "“{cron}…” is too long for cron." if count == _FIELD_COUNT else SECONDS if count > _FIELD_COUNT else FIELDS
    sentence = "I don't understand cron's nicknames such as “{cron}”." if cron.startswith("@") else counted
    return BadSchedule(sentence.format(cron=cron[:MOST_QUOTED], count=count), remedy=FIVE_FIELDS, suggestions=SCHEDULES_EXAMPLES)


def describe(schedule: Schedule) -> str:
    """The schedule in words that ``read_schedule`` parses to the same: "every Monday 9:00 Europe/Berlin", else its cron and zone."""
    fields = schedule.cron.split()
    if len(fields) != len(("minute", "hour", "day", "month", "weekday")):
        # Stored by another version of the bot: the list of digests must still be shown.
        return f"cron {schedule.cron} {schedule.zone}"
    minute, hour, day, month, weekday = fields
    days = say_days(day, month, weekday) if hour.isdigit() and minute.isdigit() else None
    when = f"{days} {hour}:{int(minute):02}" if days else f"cron {schedule.cron}"
    return f"{when} {schedule.zone}"

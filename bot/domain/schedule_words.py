"""A schedule in words, and a schedule as words.

::

    schedule = days, [at] time and [in] zone in any order, or [cron] 0 9 * * 1 [zone]
    days     = as in schedule_days; they must be said
    time     = as in schedule_said; 9:00 when it is not said
    zone     = an IANA name in any case | UTC | a city that names one; the person's when it is not said
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.schedule_days import say_days
from bot.domain.schedule_halves import UNLESS_SAID, completed, half
from bot.domain.schedule_said import Said, after_gap, scan, text_of
from bot.domain.schedule_trouble import left_over, no_days, no_schedule, rhythms
from bot.domain.schedules import Schedule, schedule_of
from bot.domain.zones import checked_zone, near_zones, unknown_zone, zone_of_place


def read_schedule(words: Sequence[str] | str, *, zone: str) -> Schedule:
    """The schedule that these words are, and nothing else; ``zone`` (an IANA name) is meant when they name none.

    Raises:
        BadSchedule: they are none, or one that cannot be kept.
    """
    text, _ = text_of(words.split() if isinstance(words, str) else words)
    said = _with_place(scan(text, after_gap(text, 0), zones=True), text)
    is_all = not text[said.end :].strip(" ,")
    if (said.whole or said.days) and is_all:
        return _schedule(said, zone)
    for _, _, error in rhythms(text):
        raise error
    if said.time and not said.days and is_all:
        raise no_days(text[said.start : said.end])
    if not said.whole:
        raise no_schedule(text)
    left, so_far = _left(text, said), text[said.start : said.end]
    raise unknown_zone(left, so_far) if not said.zone and near_zones(left) else left_over(left, so_far)


def describe(schedule: Schedule) -> str:
    """The schedule in words that ``read_schedule`` reads back to it: "every Monday 9:00 Europe/Berlin", else its cron and zone."""
    minute, hour, day, month, weekday = schedule.cron.split()
    days = say_days(day, weekday) if month == "*" and hour.isdigit() and minute.isdigit() else None
    when = f"{days} {hour}:{int(minute):02}" if days else f"cron {schedule.cron}"
    return f"{when} {schedule.zone}"


def _left(text: str, said: Said) -> str:
    return text[said.end :].strip(" ,").removeprefix("in ")


def _with_place(said: Said, text: str) -> Said:
    """What was said with the city that follows as its zone."""
    name = None if said.zone else zone_of_place(_left(text, said))
    return replace(said, end=len(text), zone=name) if name else said


def _schedule(said: Said, zone: str) -> Schedule:
    fields = said.cron or completed(half(time=said.time_fields, days=said.day_fields), UNLESS_SAID)
    return schedule_of(fields, said.zone or checked_zone(zone))

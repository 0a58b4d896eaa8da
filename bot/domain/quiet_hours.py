"""Hours and days on which nothing is posted: a time that falls into them moves to their end, and a late post waits for the next time."""

from datetime import datetime, time, timedelta

from bot.domain.schedules import Schedule, next_after
from bot.domain.zones import zone_of
from bot.errors import BadSchedule


def after_quiet(cron: str, quiet: str) -> str:
    """The five fields with a time that falls into the quiet hours ("20:00-8:00"; "" for none) moved to their end.

    A time of the evening moves to the end on the same day of the week, which is the morning of it.
    """
    minute, hour, *days = cron.split()
    if not quiet or not (minute.isdigit() and hour.isdigit()) or not _within(time(int(hour), int(minute)), quiet):
        return cron
    end = _ends(quiet)[1]
    return " ".join((str(end.minute), str(end.hour), *days))


def rests(schedule: Schedule, quiet: str, now: datetime) -> bool:
    """Whether nothing may be posted at this moment (aware): in quiet hours, or on a day that the schedule leaves out."""
    try:
        wall = now.astimezone(zone_of(schedule.zone))
        midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
        due = next_after(schedule, midnight - timedelta(seconds=1))
    except BadSchedule:
        # A zone that the tz database has dropped: a post at an odd hour is better than none.
        return False
    another_day = due is None or due.astimezone(wall.tzinfo).date() != wall.date()
    return another_day or (bool(quiet) and _within(wall.time(), quiet))


def _within(at: time, quiet: str) -> bool:
    start, end = _ends(quiet)
    return start <= at < end if start < end else at >= start or at < end


def _ends(quiet: str) -> tuple[time, time]:
    start, end = (time(int(hour), int(minute)) for hour, _, minute in (clock.partition(":") for clock in quiet.split("-")))
    return start, end

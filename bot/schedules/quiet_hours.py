"""Quiet hours, in which nothing is posted: read from "quiet 20:00-8:00", kept as "20:00-8:00", and their end."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Final

from bot.errors import BadSchedule, NotUnderstood
from bot.lazy_regex import lazy_regex
from bot.schedules.timezones import zone_of
from bot.schedules.tokens import time_of_day

BAD_QUIET = "“{typed}” aren't quiet hours."
BAD_QUIET_REMEDY = "Write them like `quiet 20:00-8:00`."
CLOCK: Final = r"\d{1,2}(?:[:.]\d{2})?(?:\s?[ap]m)?"
_TIME = rf"(?:{CLOCK}|noon|midnight)"
#: What "quiet at night" means.
_NIGHT: Final = "20:00-8:00"
_AT_NIGHT = lazy_regex(r"\bquiet(?:\s+hours)?\s+(?:(?:at|over|during(?:\s+the)?)\s+)?(?:night|overnight)\b", re.IGNORECASE)
#: "But not at night", "not between 20:00 and 8:00".
_NOT_AT = lazy_regex(rf"(?:,? \bbut )?\bnot (?=at night|overnight|during the night|(?:from|between) {_TIME})", re.IGNORECASE)
_QUIET = lazy_regex(
    rf"\bquiet(?:\s+hours)?(?:\s+(?:from|between))?\s+(?P<from>{_TIME})\s*(?:[-–]|to|and|until|till)\s*(?P<to>{_TIME})(?!\S)", re.IGNORECASE
)


def take_quiet(text: str) -> tuple[str, str]:
    """The quiet hours in a text, "" where it has none, and the text without them; raises NotUnderstood for times that are none."""
    text = _NOT_AT.sub(" quiet ", text)
    text = _AT_NIGHT.sub(f"quiet {_NIGHT}", text)
    found = _QUIET.search(text)
    if found is None:
        return "", text
    return quiet_hours(found["from"], found["to"], typed=found[0]), f"{text[: found.start()]} {text[found.end() :]}"


def read_quiet(typed: str) -> str:
    """The quiet hours that were typed alone, "20 to 8" or "quiet 20-8"; "" for none; raises NotUnderstood for anything else."""
    words = typed if typed.lower().startswith("quiet") else f"quiet {typed}"
    quiet, rest = take_quiet(words) if typed else ("", "")
    if rest.strip() or bool(typed) != bool(quiet):
        raise NotUnderstood(BAD_QUIET.format(typed=typed), remedy=BAD_QUIET_REMEDY)
    return quiet


def quiet_hours(start: str, end: str, *, typed: str = "") -> str:
    """The hours between two times of day, as they are kept; raises NotUnderstood for times that are none, or the same."""
    first, last = _clock(start), _clock(end)
    if first is None or last is None or first == last:
        raise NotUnderstood(BAD_QUIET.format(typed=typed or f"{start}-{end}"), remedy=BAD_QUIET_REMEDY)
    return f"{first}-{last}"


def _clock(text: str) -> str | None:
    """A time of day as "20:00"; None when there is no such time."""
    clock = time_of_day(text)
    return f"{clock[0]}:{clock[1]:02}" if clock else None


def quiet_ends(quiet: str) -> tuple[time, time]:
    """When quiet hours ("20:00-8:00") begin and end; raises ValueError for any other text."""
    start, end = (time(int(hour), int(minute)) for hour, _, minute in (clock.partition(":") for clock in quiet.split("-")))
    return start, end


def is_within(at: time, quiet: str) -> bool:
    start, end = quiet_ends(quiet)
    return start <= at < end if start < end else at >= start or at < end


def quiet_until(quiet: str, zone: str, now: datetime) -> datetime | None:
    """When the quiet hours end that ``now`` (aware) is in, in UTC; None where it is in none, or ``quiet`` is ""."""
    try:
        wall = now.astimezone(zone_of(zone))
    except BadSchedule:
        # The tz database has dropped the zone: a post at an odd hour is better than none.
        return None
    if not quiet or not is_within(wall.time(), quiet):
        return None
    end = quiet_ends(quiet)[1]
    day = wall.date() if wall.time() < end else wall.date() + timedelta(days=1)
    # Where clocks are put back the end may have been an hour ago.
    return max(datetime.combine(day, end, wall.tzinfo).astimezone(UTC), now + timedelta(minutes=1))

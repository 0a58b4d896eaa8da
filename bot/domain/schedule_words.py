"""A schedule in words, and a schedule as words.

::

    schedule = days, [at] time and [in] zone in any order, or [cron] 0 9 * * 1 [zone]
    days     = as in schedule_days; they must be said
    time     = 9:00 | 9.30 | 18h | 9am | 9:30 pm | noon | midnight | at 9; 9:00 when it is not said
    zone     = an IANA name in any case | UTC; the person's when it is not said
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from bot.domain.schedule_days import Days, read_days, say_days
from bot.domain.schedule_trouble import apart, left_over, no_days, no_schedule, no_such_time, rhythms, several
from bot.domain.schedules import Schedule, schedule_of
from bot.domain.zones import PLAIN_NAMES, checked_zone, meant_as_zone, near_zones, unknown_zone, zone_named

#: When no time is said (hour, minute).
DEFAULT_TIME = (9, 0)


@dataclass(frozen=True, slots=True)
class FoundSchedule:
    """A schedule within words: it stands at ``words[start:end]``."""

    start: int
    end: int
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class _Said:
    """What has been read from ``start`` to ``end`` of a text; None or "" was not said."""

    start: int
    end: int
    days: Days | None = None
    #: The days as they were said, and whether they could also be anybody's words.
    days_said: str = ""
    loose: bool = False
    time: tuple[int, int] | None = None
    zone: str = ""
    cron: str = ""

    @property
    def timed(self) -> bool:
        """Whether this says days and time, and so is a schedule beyond doubt."""
        return bool(self.cron) or (self.days is not None and self.time is not None)

    @property
    def whole(self) -> bool:
        """Whether this is a schedule, and not words that only could be a part of one."""
        return self.timed or (self.days is not None and not self.loose)


_FLAGS = re.ASCII | re.IGNORECASE
_END = r"(?=[ ,]|$)"
_GAP = re.compile(r"[ ,]*")
_TIME = re.compile(
    r"(?P<at>(?:at|@) ?)?(?:(?P<named>noon|midday|midnight)|(?P<clock>\d{1,4}(?:[:.h]\d{0,4}){0,2}) ?(?P<half>[ap]\.?m\.?)?)" + _END,
    _FLAGS,
)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2})|h(\d{2})?)?", _FLAGS)
_NAMED_TIMES = {"noon": (12, 0), "midday": (12, 0), "midnight": (0, 0)}
_DIAL, _DAY, _HOUR = 12, 24, 60
_ZONE = re.compile(r"(?:in )?(?P<zone>[^\s,]+)" + _END, _FLAGS)
_NAMES = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat)"
_FIELD = rf"(?:[\d*?]|lw?\b|{_NAMES}\b)[\da-z*/,#?-]*"
_CRON = re.compile(
    rf"(?:cron:? (?P<named>@\w+|{_FIELD}(?: {_FIELD})*)|(?P<bare>[\d*][\d*,/-]* [\d*][\d*,/-]*(?: {_FIELD}){{3,}})"
    rf"|(?P<nickname>@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly))){_END}",
    _FLAGS,
)


def read_schedule(words: Sequence[str] | str, *, zone: str) -> Schedule:
    """The schedule that these words are, and nothing else; ``zone`` (an IANA name) is meant when they name none.

    Raises:
        BadSchedule: they are none, or one that cannot be kept.
    """
    text, _ = _text(words.split() if isinstance(words, str) else words)
    said = _scan(text, _after_gap(text, 0), any_zone=True)
    is_all = not text[said.end :].strip(" ,")
    if (said.whole or said.days) and is_all:
        return _schedule(said, zone)
    for _, _, error in rhythms(text):
        raise error
    if said.time and not said.days and is_all:
        raise no_days(text[said.start : said.end])
    if not said.whole:
        raise no_schedule(text)
    left = text[said.end :].strip(" ,").removeprefix("in ")
    raise unknown_zone(left, _of(text, said)) if not said.zone and near_zones(left) else left_over(left, _of(text, said))


def find_schedule(words: Sequence[str], zone: str) -> FoundSchedule | None:
    """The schedule within these words of a longer text; None when there is none.

    A quoted word (``"Monday Motors"``) is a name, never a part of it. ``zone`` (an IANA name) is meant when the schedule names none.

    Raises:
        BadSchedule: what stands there as a schedule cannot be kept, or there are two, or a time stands apart from its days.
    """
    text, starts = _text(words)
    found = list(_candidates(text, starts))
    timed = [said for said in found if said.timed]
    said = next(iter(timed or found), None)
    _refuse_rhythms(text, said)
    if len(timed) > 1:
        raise several(*(_of(text, each) for each in timed[:2]))
    _refuse_lone_time(text, starts, said)
    if said is None:
        return None
    return FoundSchedule(bisect_right(starts, said.start) - 1, bisect_left(starts, said.end), _schedule(said, zone))


def describe(schedule: Schedule) -> str:
    """The schedule in words that ``read_schedule`` reads back to it: "every Monday 9:00 Europe/Berlin", else its cron and zone."""
    minute, hour, day, month, weekday = schedule.cron.split()
    days = say_days(day, weekday) if month == "*" and hour.isdigit() and minute.isdigit() else None
    when = f"{days} {hour}:{int(minute):02}" if days else f"cron {schedule.cron}"
    return f"{when} {schedule.zone}"


def _text(words: Sequence[str]) -> tuple[str, list[int]]:
    """The words as one text, and where in it each begins."""
    bare = [word.strip("()[]{}`'_~").rstrip(".;!") or "·" for word in words]
    starts = [0, *accumulate(len(word) + 1 for word in bare)][: len(bare)]
    return " ".join(bare), starts


def _of(text: str, said: _Said) -> str:
    return text[said.start : said.end]


def _candidates(text: str, starts: Sequence[int]) -> Iterator[_Said]:
    """The schedules in the text from left to right, none within another."""
    end = 0
    for start in starts:
        if start >= end and (said := _scan(text, start)).whole:
            end = said.end
            yield said


def _scan(text: str, start: int, *, any_zone: bool = False) -> _Said:
    """The parts that stand together from this place on, each at most once, in any order."""
    said = _Said(start, start)
    while grown := _grown(text, _after_gap(text, said.end), said, any_zone=any_zone):
        said = grown
    return said


def _grown(text: str, at: int, said: _Said, *, any_zone: bool) -> _Said | None:
    """What was said with the part that begins here; None when none begins."""
    if not (said.cron or said.days or said.time) and (cron := _CRON.match(text, at)):
        fields = cron["named"] or cron["bare"] or cron["nickname"]
        return replace(said, end=cron.end(), cron=fields.rstrip(","))
    if said.days is None and not said.cron and (days := read_days(text, at)):
        return replace(said, end=days.end, days=days.days, days_said=text[at : days.end], loose=days.loose)
    time = _TIME.match(text, at) if said.time is None and not said.cron else None
    if time and (clock := _clock(time, bare=said.days is not None)) is not None:
        return replace(said, end=time.end(), time=clock)
    return _with_zone(text, at, said, any_zone=any_zone)


def _with_zone(text: str, at: int, said: _Said, *, any_zone: bool) -> _Said | None:
    found = _ZONE.match(text, at)
    if said.zone or found is None:
        return None
    word = found["zone"]
    name = zone_named(word)
    if name is not None and (any_zone or "/" in word or word.lower() in PLAIN_NAMES):
        return replace(said, end=found.end(), zone=name)
    if name is None and (said.cron or said.time) and meant_as_zone(word):
        raise unknown_zone(word, _of(text, said))
    return None


def _clock(found: "re.Match[str]", *, bare: bool) -> tuple[int, int] | None:
    """Hour and minute; None for a number that need not be a time.

    Raises:
        BadSchedule: it is written as a time, and there is none such.
    """
    if found["named"]:
        return _NAMED_TIMES[found["named"].lower()]
    hour, minute = _on_the_clock(found)
    if hour < _DAY and minute < _HOUR:
        return (hour, minute) if bare or found["at"] or _is_surely_a_time(found) else None
    if found["at"] or _is_surely_a_time(found):
        raise no_such_time(found[0])
    return None


def _on_the_clock(found: "re.Match[str]") -> tuple[int, int]:
    """Hour and minute as they are written, out of range when there is no such time."""
    parts = _CLOCK.fullmatch(found["clock"])
    if parts is None:
        return _DAY, 0
    hour, minute, half = int(parts[1]), int(parts[2] or parts[3] or 0), found["half"]
    if half and not 0 < hour <= _DIAL:
        return _DAY, 0
    return hour % _DIAL + _DIAL * half.lower().startswith("p") if half else hour, minute


def _is_surely_a_time(found: "re.Match[str]") -> bool:
    return bool(found["half"]) or ":" in (found["clock"] or "")


def _schedule(said: _Said, zone: str) -> Schedule:
    zone = said.zone or checked_zone(zone)
    if said.cron:
        return schedule_of(said.cron, zone)
    days = said.days or Days()
    hour, minute = said.time or DEFAULT_TIME
    return schedule_of(f"{minute} {hour} {days.day} * {days.weekday}", zone)


def _after_gap(text: str, at: int) -> int:
    gap = _GAP.match(text, at)
    return gap.end() if gap else at


def _refuse_rhythms(text: str, said: _Said | None) -> None:
    """A rhythm that cannot be kept is refused unless a schedule was clearly said elsewhere: then it may be a name ("Quarterly Review")."""
    for start, end, error in rhythms(text):
        touches = said is not None and start <= said.end + len(" on ") and said.start <= end + len(" on ")
        if said is None or not said.timed or touches:
            raise error


def _refuse_lone_time(text: str, starts: Sequence[int], said: _Said | None) -> None:
    """A time of day outside the schedule was meant as a part of it: nothing else is written so."""
    for start in starts:
        found = _TIME.match(text, start)
        if found is None or not _is_surely_a_time(found) or (said and said.start <= start < said.end):
            continue
        _clock(found, bare=False)
        raise apart(_of(text, said), found[0], said.days_said or "every Monday") if said else no_days(found[0])

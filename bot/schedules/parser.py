"""Schedules as text: parsed, found within longer text, changed in parts, and described.

::

    schedule = days, [at] time and [in] zone in any order, or [cron] 0 9 * * 1 [zone]
    days     = as in ``days``; they must be named
    time     = as in ``tokens``; 9:00 when there is none
    zone     = an IANA name in any case | UTC | a city that names one; the person's when there is none

A half of a schedule is its time or its days: five cron fields with ``?`` for what is missing. "? ? * * 5" is Fridays at
the current time, "0 10 ? ? ?" is ten o'clock on the current days. With ``~`` behind it a day of the week is Monday, or the current one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import BadSchedule
from bot.schedules.dates import find_dates
from bot.schedules.days import RHYTHM_WORDS, of_weekdays, read_days, weekdays_in
from bot.schedules.explain import left_over, no_days, no_exact_time, no_schedule, rhythms, several, two_times, unclear_hour
from bot.schedules.rhythm import say_days
from bot.schedules.schedule import CRON, Schedule, schedule_of
from bot.schedules.timezones import checked_zone, near_zones, unknown_zone, zone_of_city, zone_of_place, zones_of_city
from bot.schedules.tokens import LIMIT, UNCLEAR_HOUR, ScheduleTokens, after_gap, lone_times, scan, text_of, with_clock

OMITTED: Final = "?"
#: Behind a day of the week that was not said.
OPEN: Final = "~"
SIGNS_OF_DAYS: Final = "+-"
LEAVE_OUT_DATE = "Leave single days out by their date, like `not on 5 dec`."
SAY_TIME = "Say the time at which it should come, like `10:00`."
#: The default: every day at nine.
DEFAULT_CRON: Final = "0 9 * * *"
_TIME, _DAYS = 2, 3


def half(*, time: str = "", days: str = "") -> str:
    """The cron fields of a time ("0 10") and of days ("* * 5"); a half that is "" is marked as omitted."""
    return f"{time or _omitted(_TIME)} {days or _omitted(_DAYS)}"


def is_half(cron: str) -> bool:
    fields = cron.split()
    omitted = [field == OMITTED for field in fields]
    return omitted in ([True] * _TIME + [False] * _DAYS, [False] * _TIME + [True] * _DAYS)


def completed(cron: str, current: str) -> str:
    """The fields of ``cron``, with the omitted half, and the day that an open week is on, taken from ``current``; whole fields unchanged.

    Days of the week with "+" or "-" behind them are added to the current ones, or taken away from them; minutes with it before them are as
    many later or earlier. Raises BadSchedule: there are none, or it would be another day.
    """
    now = current.split()
    if cron.endswith(OPEN):
        # Monday, as "weekly" alone is, unless it comes on another day of each week.
        *fields, weekday = cron.removesuffix(OPEN).split()
        day = now[-1].partition("%")[0]
        cron = " ".join((*fields, day + weekday[1:] if day.isdigit() and now[_TIME:-1] == ["*", "*"] else weekday))
    if not is_half(cron):
        return cron
    if cron[0] in SIGNS_OF_DAYS:
        return " ".join((_shifted(int(cron.split(maxsplit=1)[0]), now), *now[_TIME:]))
    *fields, weekday = (old if new == OMITTED else new for new, old in zip(cron.split(), now, strict=True))
    if weekday[-1] in SIGNS_OF_DAYS:
        days, joint, weeks = now[-1].partition("%")
        if fields[_TIME:] != now[_TIME:-1] or not weekdays_in(days):
            days = say_days(*now[_TIME:]) or current
            if weekday[-1] == SIGNS_OF_DAYS[1]:
                raise BadSchedule(f"It comes {days}, whatever day of the week that is.", remedy=LEAVE_OUT_DATE)
            raise several(say_days("*", "*", weekday[:-1]) or weekday, days)
        change = set.union if weekday[-1] == SIGNS_OF_DAYS[0] else set.difference
        changed = change(weekdays_in(days), weekdays_in(weekday[:-1]))
        if not changed:
            raise BadSchedule("That leaves no day.", remedy="`digest pause` stops it, and `digest delete` ends it.")
        weekday = of_weekdays(changed).weekday + joint + weeks
    return " ".join((*fields, weekday))


def shifted_time(minutes: int) -> str:
    """Half of a schedule: the current time, so many minutes later."""
    return half(time=f"{minutes:+} 0")


def _shifted(minutes: int, now: Sequence[str]) -> str:
    minute, hour = now[:_TIME]
    if not (minute.isdigit() and hour.isdigit()):
        raise BadSchedule("It comes at several times of day.", remedy=SAY_TIME)
    then, now_at = int(hour) * 60 + int(minute) + minutes, f"{hour}:{int(minute):02}"
    if not 0 <= then < 24 * 60:
        raise BadSchedule(f"It comes at {now_at}: that would be on another day.", remedy=SAY_TIME)
    return f"{then % 60} {then // 60}"


def signed_days(cron: str, sign: str) -> str:
    """Half of a schedule whose days of the week are added to others ("+"), or taken away ("-"); "" where it has other days, or a time."""
    *others, weekday = cron.split()
    return f"{cron}{sign}" if others == [OMITTED, OMITTED, "*", "*"] and weekdays_in(weekday) else ""


def halved(cron: str, like: str) -> str:
    """The fields of ``cron``, with the half omitted that ``like`` omits."""
    return " ".join(OMITTED if left == OMITTED else field for field, left in zip(cron.split(), like.split(), strict=True))


def _omitted(fields: int) -> str:
    return " ".join([OMITTED] * fields)


def read_schedule(words: Sequence[str] | str, *, zone: str) -> Schedule:
    """The schedule of these words, which have nothing else; ``zone`` (an IANA name) is the default.

    Raises BadSchedule: the words are not a schedule, or one that is not possible.
    """
    text, _ = text_of(with_clock(words if isinstance(words, str) else " ".join(words)).split())
    tokens = _with_place(scan(text, after_gap(text, 0), zones=True), text)
    is_all = not text[tokens.end :].strip(" ,")
    if (tokens.whole or tokens.days) and is_all:
        _check_hour(tokens.time_text, tokens.days_text)
        return _schedule(tokens, zone)
    for _, _, error in rhythms(text):
        raise error
    if tokens.time and not tokens.days and is_all:
        raise no_days(text[tokens.start : tokens.end])
    if not tokens.whole:
        raise no_schedule(text)
    left, so_far = _left(text, tokens), text[tokens.start : tokens.end]
    is_zone = not tokens.zone and (near_zones(left) or zones_of_city(left))
    raise unknown_zone(left, so_far) if is_zone else left_over(left, so_far)


def _left(text: str, tokens: ScheduleTokens) -> str:
    return text[tokens.end :].strip(" ,").removeprefix("in ")


def _with_place(tokens: ScheduleTokens, text: str) -> ScheduleTokens:
    """The tokens with the city that follows as their zone."""
    left = _left(text, tokens)
    name = None if tokens.zone or not left else zone_of_place(left) or zone_of_city(left)
    return replace(tokens, end=len(text), zone=name) if name else tokens


def _schedule(tokens: ScheduleTokens, zone: str) -> Schedule:
    fields = tokens.cron or completed(half(time=tokens.time_fields, days=tokens.day_fields), DEFAULT_CRON)
    return schedule_of(fields, tokens.zone or checked_zone(zone))


#: The zone does not matter where only the fields are used.
ANY_ZONE = "UTC"


class FoundSchedule(Struct, frozen=True):
    """A schedule within words: five cron fields, and the positions ``words[start:end]`` of its words."""

    spans: tuple[tuple[int, int], ...]
    cron: str


def find_schedule(words: Sequence[str], *, halves: bool = False) -> FoundSchedule | None:
    """The schedule within these words of a longer text; None when there is none.

    A quoted word (``"Monday Motors"``) is a name, never a part of it. With ``halves`` the days or the time alone are enough, and the other
    half's fields are ``OMITTED``; otherwise a schedule without a time is at nine. Raises BadSchedule: the schedule is not possible, or
    there are two, or two times of day.
    """
    text, starts = text_of(words)
    found = list(_candidates(text, starts))
    rhythm, found = _joined(text, starts, found)
    # Where one has a time, days alone may be a name ("The Sun").
    found = [tokens for tokens in found if tokens.timed] or found
    tokens = next(iter(found), None)
    _refuse_rhythms(text, tokens, rhythm)
    if len(found) > 1:
        raise several(*(text[each.start : each.end] for each in found[:2]))
    limit = LIMIT.search(text) if tokens and tokens.days and (tokens.time_text or "morning")[-1].isalpha() else None
    if tokens and limit:
        raise no_exact_time(limit[0], f"{tokens.days_text} {limit['time']}")
    time = _time_apart(text, starts, tokens, halves=halves)
    for part in filter(None, (time or tokens,)):
        _check_hour(part.time_text, tokens.days_text if tokens else "")
    if tokens is None and (time is None or not halves):
        if time:
            raise no_days(time.time_text)
        return None
    parts = tuple(part for part in (rhythm, tokens, time) if part)
    return FoundSchedule(tuple(_span(part, starts) for part in parts), _cron(tokens, time, halves=halves))


def _check_hour(time: str, days: str) -> None:
    """Raises BadSchedule for an hour alone that may be one of the night or of the afternoon."""
    if found := UNCLEAR_HOUR.fullmatch(time):
        raise unclear_hour(time, days, int(found["hour"]))


def says_when(words: Sequence[str]) -> bool:
    """Whether any of these words belongs to a schedule, perhaps misspelled."""
    try:
        return find_schedule(words, halves=True) is not None
    except BadSchedule:
        return True


def says_dates(words: Sequence[str], today: date) -> bool:
    """Whether any of these words are dates between which a digest comes, perhaps impossible ones."""
    try:
        return bool(find_dates(words, today)[0])
    except BadSchedule:
        return True


def is_when_alone(words: Sequence[str], today: date | None = None) -> bool:
    """Whether these words are days, a time and perhaps a zone, and nothing else; where ``today`` is given, also dates."""
    try:
        spans = find_dates(words, today)[0] if today else ()
        within = {at for start, end in spans for at in range(start, end)}
        words = [word for at, word in enumerate(words) if at not in within]
        found = find_schedule(words, halves=True)
    except BadSchedule:
        text = text_of(words)[0]
        is_rhythm = any((start, end) == (0, len(text)) for start, end, _ in rhythms(text))
        return today is not None and (is_rhythm or says_dates(words, today))
    inside = {at for start, end in found.spans for at in range(start, end)} if found else set()
    left = " ".join(word for at, word in enumerate(words) if at not in inside)
    return bool(found or spans) and (not left or zone_of_place(left.removeprefix("in ").removesuffix(" time")) is not None)


def spans_about_time(words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """The places of all words that are days, times or rhythms, whether or not they make a schedule."""
    text, starts = text_of(words)
    found, end = [], 0
    for start in starts:
        tokens = _scanned(text, start) if start >= end else None
        if tokens and (tokens.days or tokens.time):
            # As in _candidates: nothing new begins within days that were parsed.
            end = tokens.end
            found += [_span(tokens, starts)] if tokens.whole or tokens.time else []
    found += [_span(ScheduleTokens(start, end), starts) for start, end, _ in rhythms(text)]
    return tuple(found)


def _scanned(text: str, start: int) -> ScheduleTokens | None:
    try:
        return scan(text, start)
    except BadSchedule:
        return ScheduleTokens(start, start + len(text[start:].split(" ", 1)[0]), time=(0, 0))


def _candidates(text: str, starts: Sequence[int]) -> Iterator[ScheduleTokens]:
    """The schedules in the text from left to right, none within another."""
    end = 0
    for start in starts:
        tokens = scan(text, start) if start >= end else None
        if tokens and (tokens.whole or tokens.days):
            # Nor does a schedule begin within days that need a time ("1st, 2nd, 3rd").
            end = tokens.end
            if tokens.whole:
                yield tokens


def _joined(text: str, starts: Sequence[int], found: list[ScheduleTokens]) -> tuple[ScheduleTokens | None, list[ScheduleTokens]]:
    """A rhythm that is not next to its days ("weekly report on mondays"), and the schedules with these days in that rhythm."""
    rhythms_apart = [one for one in found if one.days and one.days_text.lower().endswith(RHYTHM_WORDS)]
    if len(rhythms_apart) != 1 or not text.startswith(rhythms_apart[0].days_text, rhythms_apart[0].start):
        return None, found
    others = [one for one in found if one is not rhythms_apart[0]]
    # Its time is found again ("fourth friday monthly 9:30").
    rhythm = replace(rhythms_apart[0], end=rhythms_apart[0].start + len(rhythms_apart[0].days_text), time=None, time_text="")
    for start in starts:
        other = scan(text, start) if not rhythm.start <= start < rhythm.end else rhythm
        whole = f"{rhythm.days_text} {other.days_text}"
        begins = other is not rhythm and other.days and text.startswith(other.days_text, start)
        if begins and (days := read_days(whole, 0)) and days.end == len(whole):
            others = [one for one in others if one.end <= start or one.start >= other.end]
            return (None, found) if any(one.days for one in others) else (rhythm, [*others, replace(other, days=days.days, loose=False)])
    return None, found


def _refuse_rhythms(text: str, tokens: ScheduleTokens | None, rhythm: ScheduleTokens | None) -> None:
    """A rhythm that cannot be kept is refused unless the rest clearly holds a schedule: then it may be a name ("Quarterly Review")."""
    for start, end, error in rhythms(text):
        if any(part and part.start <= start and end <= part.end for part in (tokens, rhythm)):
            continue
        touches = tokens is not None and start <= tokens.end + len(" on ") and tokens.start <= end + len(" on ")
        if tokens is None or not tokens.timed or touches:
            if times := [time.time_text.removeprefix("at ") for time in lone_times(*text_of(text.split()))]:
                error.suggestions = tuple(words.replace("9:00", times[0]) for words in error.suggestions)
            raise error


def _time_apart(text: str, starts: Sequence[int], tokens: ScheduleTokens | None, *, halves: bool) -> ScheduleTokens | None:
    """The time of day that is not next to the days; there may be one in all."""
    inside = range(tokens.start, tokens.end) if tokens else range(0)
    apart = [time for time in lone_times(text, starts) if time.start not in inside]
    if tokens and tokens.cron and apart:
        raise several(text[tokens.start : tokens.end], apart[0].time_text)
    times = [*([tokens] if tokens and tokens.time else []), *apart]
    if len(times) > 1 and (tokens or halves):
        raise two_times(times[0].time_text, times[1].time_text, _instead(tokens or ScheduleTokens(0, 0), *times[:2]))
    return apart[0] if apart else None


def _instead(tokens: ScheduleTokens, first: ScheduleTokens, second: ScheduleTokens) -> Iterator[str]:
    """Suggestions for two times on the same days: both in cron where the minute is the same, and each alone."""
    (hour, minute), (other, same) = first.time or (0, 0), second.time or (0, 0)
    if tokens.days and minute == same and hour != other:
        yield f"{CRON} {minute} {min(hour, other)},{max(hour, other)} {tokens.day_fields}"
    yield from (f"{tokens.days_text} {each.time_text}".strip() for each in (first, second))


def _cron(tokens: ScheduleTokens | None, time: ScheduleTokens | None, *, halves: bool) -> str:
    if tokens and tokens.cron:
        return schedule_of(tokens.cron, ANY_ZONE).cron
    parts = half(time=(time or tokens or ScheduleTokens(0, 0)).time_fields, days=tokens.day_fields if tokens else "")
    whole = schedule_of(completed(parts, DEFAULT_CRON), ANY_ZONE).cron
    is_open = tokens is not None and tokens.days is not None and tokens.days.any_weekday
    return f"{halved(whole, parts)}{OPEN if is_open else ''}" if halves else whole


def _span(part: ScheduleTokens, starts: Sequence[int]) -> tuple[int, int]:
    return bisect_right(starts, part.start) - 1, bisect_left(starts, part.end)

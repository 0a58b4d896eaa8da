"""The schedule within the words of a longer text: days and a time, side by side or apart; the zone is for whoever reads the rest."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.digest_asks import CRON
from bot.domain.schedule_halves import UNLESS_SAID, completed, half, halved
from bot.domain.schedule_said import Said, lone_times, scan, text_of
from bot.domain.schedule_trouble import no_days, rhythms, several, two_times
from bot.domain.schedules import schedule_of
from bot.errors import BadSchedule

#: Any zone will do where only the fields are read.
ANY_ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class FoundSchedule:
    """A schedule within words: five fields of cron, and the places ``words[start:end]`` where it stands."""

    spans: tuple[tuple[int, int], ...]
    cron: str


def find_schedule(words: Sequence[str], *, halves: bool = False) -> FoundSchedule | None:
    """The schedule within these words of a longer text; None when there is none.

    A quoted word (``"Monday Motors"``) is a name, never a part of it. With ``halves`` the days or the time alone will do, and the fields
    say what was not said (``schedule_halves``); otherwise a schedule without a time is at nine.

    Raises:
        BadSchedule: what stands there as a schedule cannot be kept, or there are two, or two times of day.
    """
    text, starts = text_of(words)
    found = list(_candidates(text, starts))
    timed = [said for said in found if said.timed]
    said = next(iter(timed or found), None)
    _refuse_rhythms(text, said)
    if len(timed) > 1:
        raise several(*(text[each.start : each.end] for each in timed[:2]))
    time = _time_apart(text, starts, said, halves=halves)
    if said is None and (time is None or not halves):
        if time:
            raise no_days(time.time_said)
        return None
    parts = tuple(part for part in (said, time) if part)
    return FoundSchedule(tuple(_span(part, starts) for part in parts), _cron(said, time, halves=halves))


def says_when(words: Sequence[str]) -> bool:
    """Whether any of these words say when, or try to."""
    try:
        return find_schedule(words, halves=True) is not None
    except BadSchedule:
        return True


def spans_about_time(words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """The places of all words that are days, times or rhythms, whether or not they make a schedule."""
    text, starts = text_of(words)
    found = [_span(said, starts) for start in starts if (said := _scanned(text, start)) and (said.whole or said.time)]
    found += [_span(Said(start, end), starts) for start, end, _ in rhythms(text)]
    return tuple(found)


def _scanned(text: str, start: int) -> Said | None:
    try:
        return scan(text, start)
    except BadSchedule:
        return Said(start, start + len(text[start:].split(" ", 1)[0]), time=(0, 0))


def _candidates(text: str, starts: Sequence[int]) -> Iterator[Said]:
    """The schedules in the text from left to right, none within another."""
    end = 0
    for start in starts:
        if start >= end and (said := scan(text, start)).whole:
            end = said.end
            yield said


def _refuse_rhythms(text: str, said: Said | None) -> None:
    """A rhythm that cannot be kept is refused unless a schedule was clearly said elsewhere: then it may be a name ("Quarterly Review")."""
    for start, end, error in rhythms(text):
        touches = said is not None and start <= said.end + len(" on ") and said.start <= end + len(" on ")
        if said is None or not said.timed or touches:
            raise error


def _time_apart(text: str, starts: Sequence[int], said: Said | None, *, halves: bool) -> Said | None:
    """The time of day that stands apart from the days: nothing else is written so. There may be one in all."""
    inside = range(said.start, said.end) if said else range(0)
    apart = [time for time in lone_times(text, starts) if time.start not in inside]
    if said and said.cron and apart:
        raise several(text[said.start : said.end], apart[0].time_said)
    times = [*([said] if said and said.time else []), *apart]
    if len(times) > 1 and (said or halves):
        raise two_times(times[0].time_said, times[1].time_said, _instead(said or Said(0, 0), *times[:2]))
    return apart[0] if apart else None


def _instead(said: Said, first: Said, second: Said) -> Iterator[str]:
    """What two times on the same days can be said as: both in cron where the minute is one, and each alone."""
    (hour, minute), (other, same) = first.time or (0, 0), second.time or (0, 0)
    if said.days and minute == same and hour != other:
        yield f"{CRON} {minute} {min(hour, other)},{max(hour, other)} {said.day_fields}"
    yield from (f"{said.days_said} {each.time_said}".strip() for each in (first, second))


def _cron(said: Said | None, time: Said | None, *, halves: bool) -> str:
    if said and said.cron:
        return schedule_of(said.cron, ANY_ZONE).cron
    parts = half(time=(time or said or Said(0, 0)).time_fields, days=said.day_fields if said else "")
    whole = schedule_of(completed(parts, UNLESS_SAID), ANY_ZONE).cron
    return halved(whole, parts) if halves else whole


def _span(part: Said, starts: Sequence[int]) -> tuple[int, int]:
    return bisect_right(starts, part.start) - 1, bisect_left(starts, part.end)

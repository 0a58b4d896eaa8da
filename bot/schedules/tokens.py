"""The parts of a schedule at a place of a text: days, a time of day, a zone, or cron's five fields.

::

    time = 9:00 | 9.30 | 18h | 0900 | 9am | 9:30 pm | 9 Uhr | 9 o'clock | noon | midnight | at 9 | 9ish | morning | morning at 8
         | 8 in the evening | 10 at night | half past nine | quarter to ten | ten past 9 | at nine | nine thirty am
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import BadSchedule, NotUnderstood
from bot.lazy_regex import any_case, lazy_regex
from bot.schedules.days import ScheduleDays, read_days
from bot.schedules.explain import no_such_time
from bot.schedules.schedule import DAY_NAMES, MONTH_NAMES
from bot.schedules.timezones import meant_as_zone, unknown_zone, with_zones, zone_named, zone_of


class ScheduleTokens(Struct, frozen=True):
    """The parts of a schedule in a text from ``start`` to ``end``; None or "" for a part that is missing."""

    start: int
    end: int
    days: ScheduleDays | None = None
    #: The words for the days, and whether these may also mean something else.
    days_text: str = ""
    loose: bool = False
    #: Hour and minute, and the words for them.
    time: tuple[int, int] | None = None
    time_text: str = ""
    zone: str = ""
    cron: str = ""

    @property
    def timed(self) -> bool:
        """Whether there are days and a time, which only a schedule has."""
        return bool(self.cron) or (self.days is not None and self.time is not None)

    @property
    def whole(self) -> bool:
        """Whether this is a schedule, not only words that may be a part of one."""
        return self.timed or (self.days is not None and not self.loose)

    @property
    def time_fields(self) -> str:
        return f"{self.time[1]} {self.time[0]}" if self.time else ""

    @property
    def day_fields(self) -> str:
        return f"{self.days.day} {self.days.month} {self.days.weekday}" if self.days else ""


_FLAGS = re.ASCII | re.IGNORECASE
_END = r"(?=[ ,]|$)"
_GAP = lazy_regex(r"[ ,]*")
_NAMED_TIMES = {
    "noon": (12, 0), "midday": (12, 0), "lunchtime": (12, 0), "midnight": (0, 0), "eod": (17, 0), "eob": (17, 0), "cob": (17, 0),
    "close of business": (17, 0), "end of day": (17, 0), "end of the day": (17, 0), "first thing in the morning": (9, 0),
    "first thing": (9, 0), "morning": (9, 0), "afternoon": (14, 0), "evening": (18, 0), "night": (21, 0),
}  # fmt: skip
#: Those that are no part of a name.
_SURELY_TIMES = frozenset({"noon", "midday", "lunchtime", "midnight", "eod", "eob", "cob", "first thing", "first thing in the morning"})
_PART = "morning|afternoon|evening|night"
_ROUGHLY = r"(?:around|about|approx\.?|approximately|roughly|exactly|precisely|circa|ca\.?)"
_CLOCK_OR_NOON = r"(?:\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m)?|noon)"
#: A time that only limits when something happens, or two between which it does.
LIMIT = any_case(
    r"(?<!\S)(?P<lead>(no later than|before|after|until|till|between"
    rf"|from) )?(?P<time>{_CLOCK_OR_NOON})(?(lead)( ?(-|to|and|until) ?{_CLOCK_OR_NOON})?| ?(-|to|until) ?{_CLOCK_OR_NOON})(?=[ ,]|$)"
)
#: An hour that is one of the morning by the clock, and more likely one of the afternoon.
UNCLEAR_HOUR = any_case(r"(at |by |@ ?)?(?P<hour>[1-6])")
#: "Friday afternoon, say 3pm".
_WITHIN = any_case(
    r"(?<=\w)s?( in the)? (morning|afternoon|evening)s?(?=,? (at |say |like |around |about )*\d{1,2}([:.]\d\d)? ?[ap]m\b)",
    r"(?<=[\s,])(say|like),? (?=\d{1,2}([:.]\d\d)? ?[ap]m\b)",
)
_NIGHTLY = any_case(r"\bnightly(?=$|[,.!]| (at|in|around|for)\b| \d)")
_TIME = lazy_regex(
    rf"(?:(?:in the |at )?(?P<part>{_PART})s? )?(?P<at>@ ?|(?:at|time|by|(?:at )?{_ROUGHLY}) )?"
    rf"(?:(?P<clock>\d{{1,4}}(?:[:.h]\d{{0,4}}){{0,2}})"
    rf"(?:[ -]?ish)?(?: ?(?:(?P<half>[ap]\.?m\.?)|(?P<hour>uhr|o['’ ]?clock)|h(?:rs?|ours?)?))?(?: (?:in the|at) (?P<behind>{_PART}))?"
    rf"|(?:in the )?(?P<named>{'|'.join(_NAMED_TIMES)})s?)(?:[ -]?ish)?(?: (?:sharp|exactly|on the dot|or so))?" + _END,
    _FLAGS,
)
_CLOCK = lazy_regex(r"(\d{1,2})(?:[:.](\d{2})h?|h(\d{2})?)?|(\d{2})(\d{2})h?", _FLAGS)
_DIAL, _DAY, _HOUR = 12, 24, 60
#: From this hour on it is "at night" before midnight.
_LATE = 6
_ZONE = lazy_regex(r"(?:in )?(?P<zone>[^\s,]+)" + _END, _FLAGS)
_FIELD = rf"(?:[\d*?]|(?:lw?|fw|{MONTH_NAMES}|(?:{DAY_NAMES})l?)(?![a-z]))[\da-z*/,#?%+-]*"
_CRON = lazy_regex(
    # A long number in groups of three digits is a post's.
    rf"(?!\d{{1,3}}(?: \d{{3}}){{3}})(?:cron:? (?P<named>@\w+|{_FIELD}(?: {_FIELD})*)"
    rf"|(?P<bare>[\d*][\d*,/-]* [\d*][\d*,/-]*(?: {_FIELD}){{3,}})"
    rf"|(?P<nickname>@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly))){_END}",
    _FLAGS,
)

HOURS = ("twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
_MINUTES = {
    "half": 30, "quarter": 15, "a quarter": 15, "five": 5, "ten": 10, "twenty": 20, "twenty five": 25, "fifteen": 15, "thirty": 30,
    "forty five": 45,
}  # fmt: skip
_SOME = r"(?:five|ten|twenty(?:[ -]five)?)"
#: Before a day or "at", "ten to nine" is a time; elsewhere it may be figures.
_TO = rf"(?:(?:(?:a )?quarter|{_SOME} minutes) (?:to|before|till)|(?:(?<=at )|(?<=day )|(?<=days )|(?<=daily )){_SOME} to)"
_PAST = rf"(?:(?:half|(?:a )?quarter|(?:{_SOME}|\d{{1,2}})(?: minutes)?) past|(?:a )?quarter after)"
_HOUR_WORDS = rf"(?:{'|'.join(HOURS)})"
#: Times in words; quoted names stay.
_SPOKEN_TIME = lazy_regex(
    rf"\"[^\"]*\"|[“„][^”“]*[”“]|\b(?:(?:at|about|around) )?(?:(?P<part>{_PAST}|{_TO}) (?P<hour>{_HOUR_WORDS}|\d{{1,2}})"
    rf"|(?:(?<=at )|(?<=about )|(?<=around )|(?={_HOUR_WORDS}"
    rf"(?:-?ish\b|[ -](?:(?:thirty|fifteen|forty[ -]five) )?(?:[ap]\.?m\b|o['’]?clock))))"
    rf"(?P<alone>{_HOUR_WORDS})(?:-?ish|[ -](?P<behind>thirty|fifteen|forty[ -]five))?)"
    r"(?P<half> ?[ap]\.?m\b\.?)?(?![\w:.])",
    _FLAGS,
)
_OTHER_HALF = str.maketrans("ap", "pa")
#: "7 in the morning", which not every reader of times knows.
_OF_DAY = lazy_regex(r"\b((?:1[01]|\d)(?:[:.]\d\d)?) in the (?:(morning)|afternoon|evening)\b", _FLAGS)


def with_clock(text: str) -> str:
    """The text with figures in the place of a time in words, and a zone's name in that of a clock's: "half past nine Pacific time"."""
    text = _OF_DAY.sub(lambda found: f"{found[1]}{'am' if found[2] else 'pm'}", _WITHIN.sub("", text))
    return with_zones(_NIGHTLY.sub("every night", _SPOKEN_TIME.sub(_in_figures, text)))


def _in_figures(found: "re.Match[str]") -> str:
    hour_word = (found["hour"] or found["alone"] or "").lower()
    if not hour_word:
        return found[0]
    hour = int(hour_word) if hour_word.isdecimal() else HOURS.index(hour_word) or _DIAL
    words, _, side = (found["part"] or "").lower().replace(" minutes", "").replace("-", " ").rpartition(" ")
    behind = (found["behind"] or "").lower().replace("-", " ")
    minutes = int(words) if words.isdecimal() else _MINUTES.get(words or behind, 0)
    half = (found["half"] or "").strip().lower()
    if side in ("to", "before", "till"):
        # "Quarter to twelve pm" is before noon.
        half = half.translate(_OTHER_HALF) if hour == _DIAL else half
        hour, minutes = hour - 1 or _DIAL, _HOUR - minutes
    clock = f"{hour}" if UNCLEAR_HOUR.fullmatch(str(hour)) and not (minutes or half) else f"{hour}:{minutes:02}{half}"
    return f"at {clock}" if hour <= _DAY and minutes < _HOUR else found[0]


def text_of(words: Sequence[str]) -> tuple[str, list[int]]:
    """The words as one text, and where in it each begins."""
    bare = [word.strip("()[]{}`'_~").rstrip(".;!") or "·" for word in words]
    starts = [0, *accumulate(len(word) + 1 for word in bare)][: len(bare)]
    return " ".join(bare), starts


def scan(text: str, start: int, *, zones: bool = False) -> ScheduleTokens:
    """The adjoining parts from this position on, each at most once, in any order; with ``zones`` a zone may be one of them."""
    tokens = ScheduleTokens(start, start)
    while grown := _grown(text, after_gap(text, tokens.end), tokens, zones=zones):
        tokens = grown
    return tokens


def lone_times(text: str, starts: Sequence[int]) -> Iterator[ScheduleTokens]:
    """The words that can only be times of day, anywhere in the text; raises BadSchedule for one that there is not."""
    end = 0
    for start in starts:
        found = _TIME.match(text, start) if start >= end else None
        if found and (found["at"] or _is_surely_a_time(found)) and (clock := _clock(found, bare=False)):
            end = found.end()
            yield ScheduleTokens(start, end, time=clock, time_text=found[0])


def time_of_day(text: str) -> tuple[int, int] | None:
    """The hour and minute of a text that is a time alone ("20:00", "8pm", "20"); None for any other."""
    found = _TIME.fullmatch(text)
    try:
        return _clock(found, bare=True) if found else None
    except BadSchedule:
        return None


def after_gap(text: str, at: int) -> int:
    gap = _GAP.match(text, at)
    return gap.end() if gap else at


def _grown(text: str, at: int, tokens: ScheduleTokens, *, zones: bool) -> ScheduleTokens | None:
    if not (tokens.cron or tokens.days or tokens.time) and (cron := _CRON.match(text, at)):
        fields = cron["named"] or cron["bare"] or cron["nickname"]
        return replace(tokens, end=cron.end(), cron=fields.rstrip(","))
    if tokens.days is None and not tokens.cron and (days := read_days(text, at)):
        return replace(tokens, end=days.end, days=days.days, days_text=text[at : days.end], loose=days.loose)
    time = _TIME.match(text, at) if tokens.time is None and not tokens.cron else None
    if time and (clock := _clock(time, bare=tokens.days is not None)) is not None:
        return replace(tokens, end=time.end(), time=clock, time_text=time[0])
    return _with_zone(text, at, tokens) if zones else None


def _with_zone(text: str, at: int, tokens: ScheduleTokens) -> ScheduleTokens | None:
    found = _ZONE.match(text, at)
    if tokens.zone or found is None:
        return None
    word = found["zone"]
    name = zone_named(word)
    if name is not None:
        return replace(tokens, end=found.end(), zone=name)
    if (tokens.cron or tokens.time) and meant_as_zone(word):
        raise unknown_zone(word, text[tokens.start : tokens.end])
    return None


def _clock(found: "re.Match[str]", *, bare: bool) -> tuple[int, int] | None:
    """Hour and minute; None for a number that need not be a time. Raises BadSchedule: it is written as a time, and there is none such."""
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
    hour, minute, half = int(parts[1] or parts[4]), int(parts[2] or parts[3] or parts[5] or 0), found["half"]
    part = (found["part"] or found["behind"] or "morning").lower()
    if not half and part == "night" and (hour < _LATE or hour == _DIAL):
        return hour % _DIAL, minute
    if not half and 0 < hour < _DIAL and part != "morning":
        return hour + _DIAL, minute
    if half and not 0 < hour <= _DIAL:
        return _DAY, 0
    return hour % _DIAL + _DIAL * half.lower().startswith("p") if half else hour, minute


def _is_surely_a_time(found: "re.Match[str]") -> bool:
    named = (found["named"] or "").lower() in _SURELY_TIMES
    return bool(named or found["half"] or found["hour"] or found["part"] or found["behind"]) or ":" in (found["clock"] or "")


BAD_QUIET, BAD_QUIET_REMEDY = "“{typed}” aren't quiet hours.", "Write them like `quiet 20:00-8:00`."
CLOCK: Final = r"\d{1,2}(?:[:.]\d{2})?(?:\s?[ap]m)?"
_AT_TIME = rf"(?:{CLOCK}|noon|midnight)"
#: What "quiet at night" means, and "only during working hours".
_NIGHT: Final = "20:00-8:00"
_AFTER_WORK: Final = "18:00-8:00"
_AT_NIGHT = any_case(r"\bquiet(\s+hours)?\s+((at|over|during(\s+the)?)\s+)?(night|overnight)\b")
_AT_WORK = any_case(r"\b(only (during|in|within|at)|quiet( hours)? outside( of)?) (the |our )?(working|work|office|business) hours\b")
#: "But not at night", "no pings between 20:00 and 8:00", "don't post after 8pm".
NOT_AT = any_case(
    r"([,;]? ?\b(but|and) |[,;] ?)?\b(not|never|nothing|(no|don't|do not|without)"
    r" (more )?(pings?|messages?|alerts?|notifications?|posts?|bother|disturb)(ing)?( (me|us))?)"
    rf" (?=at night|overnight|during the night|(from|between|before|after|later than|past) {_AT_TIME})"
)
_QUIET_AFTER = any_case(rf"\bquiet (after|later than|past) (?P<time>{_AT_TIME})( (and|or) before (?P<until>{_AT_TIME}))?(?!\S)")
#: "Only from 9 to 5", whose second hour is one of the afternoon.
_ONLY_AT = any_case(rf"\bonly (from|between) (?P<from>{_AT_TIME}) (to|and|until|till) (?P<to>{_AT_TIME})(?!\S)")
_QUIET_BEFORE = any_case(rf"\bquiet before (?P<time>{_AT_TIME})(?!\S)")
_QUIET = any_case(
    rf"\bquiet(\s+hours)?(\s+(from|between))?\s+(?P<from>{_AT_TIME})\s*([-–]|to|and|until|till)\s*(?P<to>{_AT_TIME})(?![^\s,;.])"
)


def take_quiet(text: str) -> tuple[str, str]:
    """The quiet hours in a text, "" where it has none, and the text without them; raises NotUnderstood for times that are none."""
    text = NOT_AT.sub(" quiet ", text)
    text = _AT_WORK.sub(f"quiet {_AFTER_WORK}", _AT_NIGHT.sub(f"quiet {_NIGHT}", text))
    text = _QUIET_AFTER.sub(lambda one: f"quiet {one['time']} to {one['until'] or _NIGHT.partition('-')[2]}", text)
    text = _QUIET_BEFORE.sub(r"quiet 0:00 to \g<time>", text)
    text = _ONLY_AT.sub(_outside, re.sub(r"\b((?:from|between) .*) only$", r"only \1", text, flags=re.IGNORECASE))
    found = _QUIET.search(text)
    if found is None:
        return "", text
    first, last = _as_clock(found["from"]), _as_clock(found["to"])
    if first is None or last is None or first == last:
        raise NotUnderstood(BAD_QUIET.format(typed=found[0]), remedy=BAD_QUIET_REMEDY)
    return f"{first}-{last}", f"{text[: found.start()]} {text[found.end() :]}"


def _outside(hours: "re.Match[str]") -> str:
    """The quiet hours of a text that says when it is not quiet: "only from 9 to 5" is "quiet 17-9"."""
    first, last = hours["from"], hours["to"]
    afternoon = first.isdigit() and last.isdigit() and int(last) <= int(first) <= _DIAL
    return f"quiet {int(last) + _DIAL if afternoon else last}-{first}"


def read_quiet(typed: str) -> str:
    """The quiet hours that were typed alone, "20 to 8" or "quiet 20-8"; "" for none; raises NotUnderstood for anything else."""
    words = typed if typed.lower().startswith("quiet") else f"quiet {typed}"
    quiet, rest = take_quiet(words) if typed else ("", "")
    if rest.strip() or bool(typed) != bool(quiet):
        raise NotUnderstood(BAD_QUIET.format(typed=typed), remedy=BAD_QUIET_REMEDY)
    return quiet


def _as_clock(text: str) -> str | None:
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

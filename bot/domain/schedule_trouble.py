"""What is said about words that are no schedule, or one that cannot be kept, with words that can be pasted instead."""

import re
from collections.abc import Iterator

from bot.domain.zones import MOST_QUOTED
from bot.errors import BadSchedule

NOTHING = "There is no schedule in these words."
NO_SCHEDULE = "I cannot read “{words}” as a schedule."
LEFT_OVER = "In this schedule I cannot read “{words}”."
NO_DAYS = "“{words}” says when, but not on which days."
NO_SUCH_TIME = "“{words}” is no time of day."
TIME_REMEDY = "Times go from `0:00` to `23:59`, or from `12am` to `11:59pm`."
SEVERAL = "“{words}” and “{others}” are two schedules, and a digest has one."
SEVERAL_REMEDY = "Say one of them, or make two digests:"
APART = "“{time}” stands apart from “{words}”."
APART_REMEDY = "Say the days and one time side by side:"
TOO_OFTEN = "“{words}” is too often: a digest comes at most once an hour."
HOURS = "“{words}” can only be said in cron: words name days and one time."
NOT_BY_WEEKS = "“{words}” is not a rhythm I can keep: I know days of the week and of the month."
LONG_RHYTHM = "“{words}” can only be said in cron, with its months."
WRITE_IT_SO = "Write it like one of these:"
EXAMPLES = ("every Monday 9:00 Europe/Berlin", "weekdays 8:30", "first of the month 9am")

_HOURLY = ("cron 0 * * * *", "cron 0 9,17 * * *")
_BY_WEEKS = ("every Monday 9:00", "first Monday of the month 9:00", "1st and 15th of the month 9:00")
_EVERY = r"(?<!\S)(?:every|each) "
_END = r"(?=[ ,]|$)"
_WEEKDAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_NTH = r"(?:other|alternate|first|second|third|fourth|fifth|last|\d+(?:st|nd|rd|th)?)"

#: Rhythms that people ask for and words cannot give: what is said about them, and what can be pasted instead.
_RHYTHMS = tuple(
    (re.compile(pattern + _END, re.ASCII | re.IGNORECASE), sentence, suggestions)
    for pattern, sentence, suggestions in (
        (rf"{_EVERY}(?:\d+ ?)?(?:seconds?(?! {_WEEKDAY})|secs?|s|minutes?|mins?)", TOO_OFTEN, ("daily 9:00", *_HOURLY[:1])),
        (rf"(?<!\S)hourly|{_EVERY}(?:other |\d+ ?)?(?:hours?|hrs?|h)", HOURS, _HOURLY),
        (r"(?<!\S)(?:twice|two times|three times) (?:a |per )?(?:day|daily)", HOURS, _HOURLY[1:]),
        (r"(?<!\S)(?:bi-?weekly|fortnightly|every fortnight)", NOT_BY_WEEKS, _BY_WEEKS),
        (rf"{_EVERY}{_NTH} (?:weeks?|days?(?! of)|{_WEEKDAY}(?! (?:of|in|on) ))", NOT_BY_WEEKS, _BY_WEEKS),
        (rf"(?<!\S)quarterly|{_EVERY}(?:quarter|(?:3|three) months)", LONG_RHYTHM, ("cron 0 9 1 1,4,7,10 *",)),
        (rf"(?<!\S)(?:yearly|annually)|{_EVERY}year", LONG_RHYTHM, ("cron 0 9 1 1 *",)),
    )
)


def rhythms(text: str) -> Iterator[tuple[int, int, BadSchedule]]:
    """The rhythms in this text that words cannot give: where each begins and ends, and its error."""
    for pattern, sentence, suggestions in _RHYTHMS:
        for found in pattern.finditer(text):
            error = BadSchedule(sentence.format(words=_quoted(found[0])), remedy=WRITE_IT_SO, suggestions=suggestions)
            yield found.start(), found.end(), error


def no_schedule(words: str) -> BadSchedule:
    """The error for words without a schedule."""
    sentence = NO_SCHEDULE.format(words=_quoted(words)) if words else NOTHING
    return BadSchedule(sentence, remedy=WRITE_IT_SO, suggestions=EXAMPLES)


def no_days(time: str) -> BadSchedule:
    """The error for a time of day (perhaps with a zone) without its days."""
    suggestions = tuple(f"{days} {time}" for days in ("every Monday", "weekdays", "daily"))
    return BadSchedule(NO_DAYS.format(words=_quoted(time)), remedy=WRITE_IT_SO, suggestions=suggestions)


def no_such_time(words: str) -> BadSchedule:
    """The error for what is written as a time of day and is none."""
    return BadSchedule(NO_SUCH_TIME.format(words=_quoted(words)), remedy=TIME_REMEDY, suggestions=EXAMPLES)


def several(first: str, second: str) -> BadSchedule:
    """The error for two schedules in one text."""
    sentence = SEVERAL.format(words=_quoted(first), others=_quoted(second))
    return BadSchedule(sentence, remedy=SEVERAL_REMEDY, suggestions=(first, second))


def apart(words: str, time: str, days: str) -> BadSchedule:
    """The error for a time that does not stand beside the schedule; ``days`` are the schedule's."""
    return BadSchedule(APART.format(time=time, words=_quoted(words)), remedy=APART_REMEDY, suggestions=(f"{days} {time}",))


def left_over(words: str, schedule: str) -> BadSchedule:
    """The error for words beside a schedule that have no place in one."""
    return BadSchedule(LEFT_OVER.format(words=_quoted(words)), remedy=WRITE_IT_SO, suggestions=(schedule, *EXAMPLES))


def _quoted(words: str) -> str:
    return words if len(words) <= MOST_QUOTED else f"{words[: MOST_QUOTED - 1]}…"

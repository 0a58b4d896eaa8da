"""Errors for words that are no schedule, or one that is not possible, with suggestions that can be pasted."""

import re
from collections.abc import Iterable, Iterator

from bot.errors import BadSchedule
from bot.lazy_regex import lazy_regex
from bot.parsing.dates import WEEKDAYS
from bot.parsing.text import NUMBER_WORDS, ORDINAL_WORDS
from bot.schedules.timezones import MOST_QUOTED

NO_SCHEDULE = "I can't read “{words}” as a schedule."
LEFT_OVER = "In this schedule I can't read “{words}”."
NO_SUCH_TIME, TIME_REMEDY = "“{words}” isn't a time of day.", "Times go from `0:00` to `23:59`, or from `12am` to `11:59pm`."
TWO_TIMES, TWO_TIMES_REMEDY = "A schedule has one time of day, and “{words}” and “{time}” are two.", "Say one of them:"
HOURS = "Only cron can say “{words}”: in words, name days and one time."
NOT_BY_WEEKS = "“{words}” isn't a rhythm I can keep: I know days of the week, of every so many weeks, of the month and of the quarter."
TWO_RHYTHMS = "“{words}” can be read in two ways."
LONG_RHYTHM = "“{words}” isn't a rhythm I can keep: months go by 1, 2, 3, 4, 6 or 12."
WRITE_IT_SO = "Write it like one of these:"
SCHEDULE_TROUBLE_EXAMPLES = ("every Monday 9:00 Europe/Berlin", "weekdays 8:30", "first of the month 9am")
HOURLY = ("cron 0 * * * *", "cron 0 9,17 * * *")
IN_A_MONTH = ("first working day of the month 9:00", "1st of the month 9:00", "last weekday of the month 9:00")
IN_A_QUARTER_ON = ("first Monday of the quarter 9:00", "last Monday of the quarter 9:00")
IN_A_MONTH_ON = ("first Monday of the month 9:00", "last Monday of the month 9:00", "every 4 weeks on Monday 9:00")
EVERY_OTHER_DAY = ("every Monday, Wednesday and Friday 9:00", "daily 9:00")
LAST = ("last day of the month 9:00", "last Friday of the month 9:00", "last weekday of the month 9:00")
NO_SUCH_DAY = "No month has a “{words}”."
EDGE_OF_WEEK = ("every Friday 9:00", "every Sunday 9:00", "every Monday 9:00")
BY_WEEKS = ("every Monday 9:00", "every 2 weeks on Monday 9:00", "1st and 15th of the month 9:00")

_MOST_OF_A_WEEKDAY = 5
_EVERY = r"(?<!\S)(?:every|each) "
_END = r"(?=[ ,]|$)"
_WEEKDAY = r"(?!months?)(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_SOME = r"(?:\d+|two|three|four|five|six|ten|twelve|fifteen|thirty)"
_A_WEEK = r"(?:a |per |each )?week(?:ly)?"
_WORKDAY = r"(?:(?:week|work|business) ?day|working day)"
_NTH_DAY = rf"(?:{'|'.join(ORDINAL_WORDS)}|last|\d+(?:st|nd|rd|th))"
#: A list has few of them, so that a long row costs the same at each word.
_NTH_DAYS = rf"(?<!\S)(?:{_NTH_DAY}(?: ?,| and| &) (?:the )?){{0,4}}{_NTH_DAY}"
_OF_MONTH = r"(?:of|in|on) (?:(?:the|a|each|every) )?months?"
_NTH = rf"(?:other|alternate|{_NTH_DAY}|{_SOME})"
_LAST_BUT = (
    r"(?:(?:(?:second|2nd|third|3rd)[ -](?:(?:to|from)[ -])?(?:the )?|next[ -]to[ -]|but one |one but )last"
    r"|last[ -]but[ -](?:one|two)|(?:ante)?penultimate)"
)

#: Rhythms that are not supported: a pattern, the sentence about it, and suggestions.
_RHYTHMS = tuple(
    (lazy_regex(pattern + _END, re.ASCII | re.IGNORECASE), sentence, suggestions)
    for pattern, sentence, suggestions in (
        (rf"{_EVERY}(?:{_SOME} ?)?(?:seconds?(?! {_WEEKDAY})|secs?|s|minutes?|mins?)",
         "“{words}” is too often: a digest comes at most once an hour.", ("daily 9:00", *HOURLY[:1])),
        (rf"(?<!\S)hourly|{_EVERY}(?:other |{_SOME} ?)?(?:hours?|hrs?|h)", HOURS, HOURLY),
        (r"(?<!\S)(?:twice|two times|three times) (?:a |per )?(?:day|daily)", HOURS, HOURLY[1:]),
        (rf"{_EVERY}(?:\d+|{_NTH}) months?", LONG_RHYTHM, ("every 2 months 9:00", "quarterly 9:00")),
        (rf"{_EVERY}(?:other|alternate) (?P<weekday>{_WEEKDAY})", NO_SCHEDULE, ("every 2 weeks on Monday 9:00",)),
        (rf"{_EVERY}(?P<nth>{_NTH}) (?P<weekday>{_WEEKDAY})(?! (?:of|in|on) )", TWO_RHYTHMS, ()),
        (r"(?<!\S)bi-?monthly", TWO_RHYTHMS, ("1st and 15th of the month 9:00", "every 2 months 9:00")),
        (rf"{_EVERY}(?:other|second|2|2nd|two|alternate) (?:{_WORKDAY}|day)s?(?! of)", NOT_BY_WEEKS, EVERY_OTHER_DAY),
        (rf"{_EVERY}{_NTH} days?(?! of)", NOT_BY_WEEKS, BY_WEEKS),
        (rf"(?:monthly|{_EVERY}month|once a month),? (?:on )?(?:an? )?(?P<weekday>{_WEEKDAY})", TWO_RHYTHMS, IN_A_MONTH_ON),
        (rf"(?<!\S)(?:quarterly|(?:every|each|once an?|once per) quarter),? (?:on )?(?:an? )?(?P<weekday>{_WEEKDAY})", TWO_RHYTHMS,
         IN_A_QUARTER_ON),
        (rf"(?<!\S){_LAST_BUT} (?:\w+ day|\w*day|{_WEEKDAY})(?: {_OF_MONTH})?", NOT_BY_WEEKS, LAST),
        (r"(?<!\S)(?:3[2-9]|[4-9]\d)(?:st|nd|rd|th)", NO_SUCH_DAY, LAST),
        (rf"{_EVERY}(?:\d+|{_NTH}) weeks?", NOT_BY_WEEKS, BY_WEEKS),
        (rf"(?<!\S)(?:twice|(?:two|2) ?(?:times|x)) {_A_WEEK}", NOT_BY_WEEKS, ("every Monday and Thursday 9:00",)),
        (rf"(?<!\S)(?:thrice|{_SOME} ?(?:times|x)) {_A_WEEK}", NOT_BY_WEEKS, (EVERY_OTHER_DAY[0], "weekdays 9:00")),
        (rf"(?<!\S)(?:thrice|{_SOME} ?(?:times|x)) (?:a |per |each )?month(?:ly)?", NOT_BY_WEEKS, BY_WEEKS),
        (rf"(?<!\S)(?:twice|thrice|{_SOME} ?(?:times|x)) (?:a|per|each) quarter", NOT_BY_WEEKS, IN_A_QUARTER_ON),
        (rf"(?<!\S){_NTH_DAY} {_WORKDAY} of (?:the|each|every|a) week", NO_SCHEDULE, EDGE_OF_WEEK),
        (r"(?<!\S)(?:(?:the )?(?:end|middle|beginning|start) of (?:(?:the|each|every|a) )?week|eow)", TWO_RHYTHMS, EDGE_OF_WEEK),
        (rf"{_NTH_DAYS} {_WORKDAY}s? {_OF_MONTH}", NOT_BY_WEEKS, IN_A_MONTH),
        (rf"(?<!\S){_NTH_DAY} (?P<weekday>{_WEEKDAY}) {_OF_MONTH}", NO_SUCH_DAY, IN_A_MONTH_ON),
    )
)  # fmt: skip


def rhythms(text: str) -> Iterator[tuple[int, int, BadSchedule]]:
    """The unsupported rhythms in this text: where each begins and ends, and its error."""
    for pattern, sentence, suggestions in _RHYTHMS:
        for found in pattern.finditer(text):
            weekday = found.groupdict().get("weekday") or "Monday"
            named = next((day.capitalize() for day in WEEKDAYS if day.startswith(weekday[:3].lower())), "Monday")
            instead = tuple(text.replace("Monday", named) for text in suggestions or _by_number(found["nth"].lower()))
            error = BadSchedule(sentence.format(words=_quoted(found[0])), remedy=WRITE_IT_SO, suggestions=instead)
            yield found.start(), found.end(), error


def _by_number(nth: str) -> Iterator[str]:
    """Every so many weeks, and the day of this number in the month, where one can have it."""
    number = int(re.sub(r"\D", "", nth) or (ORDINAL_WORDS | NUMBER_WORDS).get(nth, 2))
    yield f"every {number} weeks on Monday 9:00"
    yield from (f"{word} Monday of the month 9:00" for word, of_month in ORDINAL_WORDS.items() if of_month == number <= _MOST_OF_A_WEEKDAY)


def no_schedule(words: str) -> BadSchedule:
    sentence = NO_SCHEDULE.format(words=_quoted(words)) if words else "I don't see a schedule in these words."
    return BadSchedule(sentence, remedy=WRITE_IT_SO, suggestions=SCHEDULE_TROUBLE_EXAMPLES)


def no_days(time: str) -> BadSchedule:
    suggestions = tuple(f"{days} {time}" for days in ("every Monday", "weekdays", "daily"))
    return BadSchedule(f"“{_quoted(time)}” says when, but not on which days.", remedy=WRITE_IT_SO, suggestions=suggestions)


def no_such_time(words: str) -> BadSchedule:
    return BadSchedule(NO_SUCH_TIME.format(words=_quoted(words)), remedy=TIME_REMEDY, suggestions=SCHEDULE_TROUBLE_EXAMPLES)


def no_exact_time(words: str, instead: str) -> BadSchedule:
    """The error for a time that only limits when a digest comes ("before 9"); ``instead`` is a schedule at that time."""
    return BadSchedule(f"A digest comes at a time of day, not “{words}”.", remedy=TWO_TIMES_REMEDY, suggestions=(instead,))


def unclear_hour(words: str, days: str, hour: int) -> BadSchedule:
    each = tuple(f"{days} {clock}:00".strip() for clock in (hour + 12, hour))
    return BadSchedule(f"“{words}” could be in the night or in the afternoon.", remedy=TWO_TIMES_REMEDY, suggestions=each)


def several(first: str, second: str) -> BadSchedule:
    first, second = first.strip(" ,"), second.strip(" ,")
    sentence = f"“{_quoted(first)}” and “{_quoted(second)}” are two schedules, and a digest has one."
    return BadSchedule(sentence, remedy="Say one of them, or make two digests:", suggestions=(first, second))


def two_times(words: str, time: str, instead: Iterable[str]) -> BadSchedule:
    """The error for a second time of day beside a schedule that has one; ``instead`` is what can be typed."""
    return BadSchedule(TWO_TIMES.format(words=_quoted(words), time=time), remedy=TWO_TIMES_REMEDY, suggestions=tuple(instead))


def left_over(words: str, schedule: str) -> BadSchedule:
    return BadSchedule(LEFT_OVER.format(words=_quoted(words)), remedy=WRITE_IT_SO, suggestions=(schedule, *SCHEDULE_TROUBLE_EXAMPLES))


def _quoted(words: str) -> str:
    return words if len(words) <= MOST_QUOTED else f"{words[: MOST_QUOTED - 1]}…"

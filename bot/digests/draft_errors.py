"""The errors about words that make no digest, with what can be asked instead."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.digests.command import DIGEST
from bot.errors import BadSchedule, NotUnderstood, UnknownAccount, UsageError
from bot.lazy_regex import any_case, lazy_regex
from bot.parsing.comparison_parser import LEAVE_OUT, LIST_ACCOUNTS
from bot.parsing.dates import HOLIDAYS, MONTH, MONTHS, WEEKDAY, WEEKDAYS, unclear_date, with_iso_dates
from bot.parsing.languages import sentence_in
from bot.parsing.period_finder import PERIOD
from bot.parsing.reasons import FILE_KINDS, GIVEN, MAIL, NO_FORMAT, ONLY_SLACK, SAY_RHYTHM, not_given
from bot.parsing.text import NUMBER_WORDS, excerpt
from bot.parsing.vocabulary import FORMAT_WORDS, METRIC_WORDS
from bot.schedules.dates import DATE, DATE_REMEDY, HOLIDAY_REMEDY, NO_HOLIDAYS, NO_SUCH_DATE, day_named
from bot.schedules.days import read_days
from bot.schedules.explain import no_days, no_such_time, several, two_times
from bot.schedules.timezones import unknown_zone
from bot.schedules.tokens import HOURS, UNCLEAR_HOUR, lone_times, text_of, time_of_day

if TYPE_CHECKING:
    from bot.digests.draft import DraftParser

HEADLINE = "A digest is as long as what it shows: its headline alone may stand in the channel, all else in its thread."
NO_ACCOUNT = "I don't know an account called “{name}”, and I can't read it as a time either."
NO_ACCOUNT_REMEDY = "`accounts` lists the accounts. A time reads like `every monday 9:00`, `weekdays 8:30` or `first of the month 9am`."
ALL_FIGURES = "A digest shows all its figures, not only “{word}”."
FILE_IN_THREAD = "Every digest has its figures as a CSV file in its thread, whether it says “{word}” or not."
MONTH_REMEDY = "Say how often, and between which days: `every monday 9:00 from 1 dec until 31 dec`."
A_PART, PART_REMEDY = "“{word}” is a part of a digest, not an account.", "Set it up like this:"
#: Words for parts, and what chooses them; the best posts are in every digest.
_PARTS = dict.fromkeys(("board", "leaderboard", "ranking"), " with board") | dict.fromkeys(
    ("posts", "top", "best", "top posts", "best posts"), ""
)
LEADS = frozenset({"except", "excluding", "skipping", "not", "but"})
_FROM_NOW = any_case(rf"\bin (\d+|an?|{'|'.join(NUMBER_WORDS)}) ?(hours?|hrs?|h|minutes?|mins?)\b")
NO_MEANING = "I didn't understand “{name}”: it isn't an account or a word that digests use."
#: Looks like a time.
_A_TIME = lazy_regex(r"\d{1,2}[:-]\d\S*")
HALF_HOUR, WHICH_HALF = "“{words}” is half past that hour to some and half past the one before to others.", "Say which:"
_HALF_HOUR = lazy_regex(rf"half ({'|'.join(HOURS)}|\d{{1,2}})")
OWN_DAYS = "“{words}” has no place in a digest: which days it covers follows from how often it comes."
SAY_HOW_OFTEN = "Say how often, like `weekly` or `monthly`; a question shows any days: leave `digest` out."
ONE_DAY = "“{words}” is one day, and a digest comes again and again."
ON_THAT_DAY = "This one comes on that day alone:"
TODAY_ONLY = "Ask without `digest` for the figures of now."
DEFAULT_TIME = "9:00"


_ONCE = r"(?:(?:just |only )?(?:once|one time|one-off|this time only)(?:,| only)?(?! (?:an?|every|each|per|in) ))"
_DAY_NAME = rf"(?:{WEEKDAY}|mon|tues?|weds?|thurs?|fri|sat|sun)"
_NOW = r"(?:today|tonight|now)"
#: One day: a date, or a day of the week with "next", "this" or "once" before it; or "once" alone.
_SINGLE = lazy_regex(
    rf"(?<!\S)(?<!every )(?:(?:{_ONCE} )?(?:on )?(?:the )?"
    rf"(?P<day>{_NOW}|tomorrow|(?!{MONTH}(?: \d{{4}})?(?:$| (?!\d))|next |(?:the )?end ){DATE})"
    rf"|(?:{_ONCE} (?:on |this |next )?|(?:on )?(?:next|this(?: coming)?|coming) )(?P<weekday>{_DAY_NAME})|{_ONCE})(?= |$)"
)


def on_one_day(words: Sequence[str], today: date, parser: "DraftParser") -> UsageError | None:
    """The error for a digest on one day ("tomorrow at 9"), with one that comes on it alone, or "in 2 hours"; None where none is named."""
    if moment := _FROM_NOW.search(" ".join(words)):
        return BadSchedule(f"“{moment[0]}” is one moment, and a digest comes again and again.", remedy=TODAY_ONLY)
    found = _single_day(words, today)
    if found is None:
        return None
    day_words, day = found
    times = [time.time_text.removeprefix("at ") for time in lone_times(*text_of(words))]
    hour = UNCLEAR_HOUR.fullmatch(times[0]) if times else None
    clocks = [f"{int(hour[0]) + 12}:00", f"{hour[0]}:00"] if hour else times[:1] or [DEFAULT_TIME]
    is_now = day == today and not times
    instead = tuple(parser.with_schedule(f"daily {clock} from {day} until {day}") for clock in clocks if not is_now)
    return BadSchedule(ONE_DAY.format(words=day_words), remedy=TODAY_ONLY if is_now else ON_THAT_DAY, suggestions=instead)


def _single_day(words: Sequence[str], today: date) -> tuple[str, date] | None:
    """The one day among these words ("tomorrow", "next friday", "once on 5 jan"), as typed; None without one."""
    text = with_iso_dates(" ".join(words).lower())
    for found in _SINGLE.finditer(text):
        a_day, weekday = found["day"] or "", found["weekday"] or ""
        named = a_day or next((name for name in WEEKDAYS if weekday and name.startswith(weekday[:3])), "")
        try:
            day = today if not named or re.fullmatch(_NOW, a_day) else day_named(named, today)
        except BadSchedule:
            continue
        return found[0].strip(), day
    return None


def with_clear_date(text: str, today: date) -> tuple[str, ...]:
    """The text with each reading of a date in figures whose order is not clear; without a year it is the next such day."""
    unclear = unclear_date(text.lower(), today)
    if unclear is None:
        return ()
    found, days = unclear
    if not re.search(r"\d{4}|\W\d{1,2}\W\d\d$", found[0]):
        days = tuple(day if day >= today.isoformat() else f"{int(day[:4]) + 1}{day[4:]}" for day in days)
    return tuple(f"{text[: found.start()]}{day}{text[found.end() :]}" for day in days)


def unknown_words(words: str, parser: "DraftParser") -> UsageError:
    if half := _HALF_HOUR.fullmatch(words.lower()):
        before, hour = parser.when, HOURS.index(half[1]) if half[1] in HOURS else int(half[1])
        each = tuple(f"{before} {hour_before % 12 or 12}:30".strip() for hour_before in (hour, hour - 1))
        return _about_time(BadSchedule(HALF_HOUR.format(words=words), remedy=WHICH_HALF, suggestions=each), parser)
    if parser.when and (days := read_days(words, 0)):
        return _about_time(several(words[: days.end], parser.when), parser)
    time = words.lower().removeprefix("or ")
    if (found := _A_TIME.match(words)) or (parser.when and time_of_day(time)):
        # "Every monday 9 or 10".
        each = (parser.when, re.sub(r"\S+$", time, parser.when))
        return _about_time(no_such_time(found[0]) if found else two_times(parser.when, time, each), parser)
    name = excerpt(words)
    if foreign := sentence_in(words.lower().split()):
        return NotUnderstood(foreign)
    if error := _hour_or_zone(words, parser) or _part(words, parser) or _reason(name):
        return error
    sentence, remedy = (NO_MEANING, LIST_ACCOUNTS) if parser.when or parser.draft.cron else (NO_ACCOUNT, NO_ACCOUNT_REMEDY)
    return UnknownAccount(sentence.format(name=name), remedy=remedy)


def _hour_or_zone(words: str, parser: "DraftParser") -> UsageError | None:
    """The error for an hour without days ("digest acme 9"), exceptions by rhythm, and a place whose time nobody knows; None for others."""
    if parser.when and words.lower() in LEADS - {"but"}:
        return left_out_by_date_alone(parser.when)
    if not parser.when and re.fullmatch(r"1?\d|2[0-3]", words):
        return _about_time(no_days(f"at {words}"), parser)
    return unknown_zone(words) if f"{words} time" in parser.replaced("", "") else None


def _part(words: str, parser: "DraftParser") -> UsageError | None:
    """The error for a part of a digest in an account's place; None for any other words."""
    if not frozenset({"shorter", "short", "brief", "briefer", "compact", "concise"}).isdisjoint(words.lower().split()):
        return NotUnderstood(HEADLINE, suggestions=(f"{parser.lead} only headline",))
    chosen = _PARTS.get(words.lower())
    if chosen is None or not parser.when:
        return None
    text = parser.with_schedule(parser.when).replace(f"{DIGEST} {parser.when}", f"{DIGEST} all {parser.when}")
    return NotUnderstood(A_PART.format(word=words), remedy=PART_REMEDY, suggestions=(f"{text}{chosen}",))


def _reason(name: str) -> UsageError | None:
    """The error for words that are no name and mean what a digest cannot have: a figure, a month, a holiday; None for any others."""
    words = [word.lower() for word in name.replace('"', "").split()]
    if words[:1] and words[0] in ("until", "till", "from", "after", "starting") and re.search(r"\d", name):
        return BadSchedule(NO_SUCH_DATE.format(words=name.partition(" ")[2]), remedy=DATE_REMEDY)
    if sentence := not_given(words):
        return NotUnderstood(sentence, remedy=GIVEN)
    if words[:1] and words[0] in LEADS and (days := " ".join(word for word in words if word not in LEADS)):
        return left_out_by_date_alone(days)
    period = PERIOD.search(" ".join(words))
    found = (
        (METRIC_WORDS, NotUnderstood, ALL_FIGURES, "Leave it out; `only chart` or `without best` choose the parts around the figures."),
        (FORMAT_WORDS, NotUnderstood, FILE_IN_THREAD, LEAVE_OUT),
        (FILE_KINDS, NotUnderstood, NO_FORMAT, LEAVE_OUT),
        (MAIL, NotUnderstood, ONLY_SLACK, LEAVE_OUT),
        ([word for word in words if "@" in word], NotUnderstood, ONLY_SLACK, LEAVE_OUT),
        (MONTHS, BadSchedule, "“{word}” is a month, but a digest is posted again and again.", MONTH_REMEDY),
        (HOLIDAYS, BadSchedule, NO_HOLIDAYS, "Name the date, like `every 25 dec`; `except 25 dec` leaves a day out."),
        (("every", "each"), BadSchedule, SAY_RHYTHM, SAY_HOW_OFTEN),
    )
    for known, kind, sentence, remedy in found:
        if word := next((word for word in (*words, *map(" ".join, pairwise(words))) if word in known), ""):
            return kind(sentence.format(word=word, words=word), remedy=remedy)
    return BadSchedule(OWN_DAYS.format(words=period[0]), remedy=SAY_HOW_OFTEN) if period else None


def left_out_by_date_alone(days: str) -> BadSchedule:
    return BadSchedule(f"I can leave out days that are named by their date, not “{days}”.", remedy=HOLIDAY_REMEDY)


def _about_time(error: UsageError, parser: "DraftParser") -> UsageError:
    error.suggestions = tuple(map(parser.with_schedule, error.suggestions))
    return error

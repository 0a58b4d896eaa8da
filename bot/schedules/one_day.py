"""One day in the words of a digest: "tomorrow at 9", "next friday", "once on 5 jan"."""

import re
from collections.abc import Sequence
from datetime import date

from bot.errors import BadSchedule
from bot.lazy_regex import lazy_regex
from bot.parsing.dates import MONTH, WEEKDAY, WEEKDAYS, with_iso_dates
from bot.schedules.dates import DATE, day_named

_ONCE = r"(?:(?:just |only )?(?:once|one time|one-off|this time only)(?:,| only)?(?! (?:an?|every|each|per|in) ))"
_DAY_NAME = rf"(?:{WEEKDAY}|mon|tues?|weds?|thurs?|fri|sat|sun)"
_NOW = r"(?:today|tonight|now)"
#: One day: a date, or a day of the week with "next", "this" or "once" before it; or "once" alone.
_SINGLE = lazy_regex(
    rf"(?<!\S)(?<!every )(?:(?:{_ONCE} )?(?:on )?(?:the )?"
    rf"(?P<day>{_NOW}|tomorrow|(?!{MONTH}(?: \d{{4}})?(?:$| (?!\d))|next |(?:the )?end ){DATE})"
    rf"|(?:{_ONCE} (?:on |this |next )?|(?:on )?(?:next|this(?: coming)?|coming) )(?P<weekday>{_DAY_NAME})|{_ONCE})(?= |$)"
)


def single_day(words: Sequence[str], today: date) -> tuple[str, date] | None:
    """The one day among these words ("tomorrow", "next friday", "once on 5 jan"), as typed; None without one."""
    text = with_iso_dates(" ".join(words).lower())
    for found in _SINGLE.finditer(text):
        a_day, weekday = found["day"] or "", found["weekday"] or ""
        try:
            day = today if not (a_day or weekday) or re.fullmatch(_NOW, a_day) else day_named(a_day or _whole_name(weekday), today)
        except BadSchedule:
            continue
        return found[0].strip(), day
    return None


def _whole_name(weekday: str) -> str:
    return next(name for name in WEEKDAYS if name.startswith(weekday[:3]))

"""Formats numbers and days: thousands, signs, per cent and the names of months.

What is built inside ``with use_number_format(format)`` is written in it; outside of one, writing a number raises NumberFormatNotSet. It is
set where an answer begins, since hardly a line between there and a number would do anything but pass it on. The examples here are of the
default format. A locale's signs come from the Unicode project's data (CLDR, through Babel), read once: Babel's own formatting takes longer
over one number than a whole card may.
"""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from bot.ops.tasks import Inside
from bot.statistics.reports import Period

NOT_SET: Final = "A number is written, and nobody said for which reader: build the message inside `with use_number_format(…)`."
#: Slack's locales with another name in CLDR: its es-LA is Latin America, not Laos.
_CALLED: Final = {"es-LA": "es-419"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: The typographic minus, as wide as the plus.
MINUS = "−"
#: From this value a percentage has no decimals: 12%, but 8.4%.
WHOLE_PERCENT = 10
_ALL = 100
_MOST_DECIMALS = 12


class NumberFormat(Struct, frozen=True):
    """``size`` digits stand in a group beyond the last three (India: 2); ``before`` and ``after`` a per cent; "Nov 16": ``month_first``."""

    group: str = ","
    decimal: str = "."
    size: int = 3
    before: str = ""
    after: str = "%"
    month_first: bool = True

    def whole(self, number: int) -> str:
        """A whole number of 0 or more, grouped."""
        return self._grouped(f"{number:,}") if self is not DEFAULT_FORMAT else f"{number:,}"

    def percentage(self, digits: str) -> str:
        """A percentage; ``digits`` are plain ones with a point: ``1250.00``."""
        return f"{self.before}{self.decimals(digits)}{self.after}"

    def decimals(self, digits: str) -> str:
        """A number of 0 or more; ``digits`` are plain ones with a point: ``1250.5``."""
        whole, point, decimals = digits.partition(".")
        return f"{self.whole(int(whole))}{self.decimal if point else ''}{decimals}"

    def _grouped(self, english: str) -> str:
        head, comma, last = english.rpartition(",")
        if comma and self.size != len(last):
            head = _in_groups(head.replace(",", ""), self.size)
            return f"{head}{comma}{last}".replace(",", self.group)
        return english.replace(",", self.group)


def _in_groups(digits: str, size: int) -> str:
    first = len(digits) % size or size
    return ",".join([digits[:first], *(digits[at : at + size] for at in range(first, len(digits), size))])


#: The bot's own: ``45,230``, ``3.68%`` and ``Nov 16, 2026``.
DEFAULT_FORMAT: Final = NumberFormat()

_CURRENT: ContextVar[NumberFormat] = ContextVar("number_format")


class NumberFormatNotSet(RuntimeError):
    """A number was to be written outside of ``use_number_format``: a programming error."""


def current_format() -> NumberFormat:
    """The number format of the reader; raises NumberFormatNotSet outside of ``use_number_format``."""
    found = _CURRENT.get(None)
    if found is None:
        raise NumberFormatNotSet(NOT_SET)
    return found


def use_number_format(number_format: NumberFormat) -> Inside[NumberFormat]:
    return Inside(_CURRENT, number_format)


if TYPE_CHECKING:
    from babel import Locale


#: The most common locale, without reading CLDR.
_AT_HOME: Final = {"": DEFAULT_FORMAT, "en": DEFAULT_FORMAT, "en-US": DEFAULT_FORMAT, "en-GB": NumberFormat(month_first=False)}


@lru_cache(maxsize=256)
def number_format_of(locale: str) -> NumberFormat:
    """How people of this locale ("de-DE"), or of its language, write numbers; else as at home. A locale's first use reads a file."""
    if locale in _AT_HOME:
        return _AT_HOME[locale]
    # Imported here: it takes a fifth of a second, which a bot with only English readers does not need.
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - see the line above

    for tag in (_CALLED.get(locale, locale), locale.partition("-")[0]):
        try:
            return _read(Locale.parse(tag, sep="-"))
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return DEFAULT_FORMAT


def _read(locale: "Locale") -> NumberFormat:
    symbols = locale.number_symbols
    latin = symbols.get("latn", symbols)
    percent = locale.percent_formats[None]
    before, after = percent.prefix[0], percent.suffix[0]
    _, *more = locale.decimal_formats[None].grouping
    date = locale.date_formats["medium"].pattern
    found = NumberFormat(
        str(latin["group"]), str(latin["decimal"]), more[0] if more else DEFAULT_FORMAT.size, before, after, date.find("M") < date.find("d")
    )
    return DEFAULT_FORMAT if found == DEFAULT_FORMAT else found


def count(number: int) -> str:
    """A whole number with its thousands grouped: ``45,230``."""
    return current_format().whole(number) if number >= 0 else signed(number)


def signed(number: int) -> str:
    """A movement with its sign: ``+4,850``, ``−684``; 0 has none."""
    if number > 0:
        return f"+{current_format().whole(number)}"
    return f"{MINUS}{current_format().whole(-number)}" if number else "0"


def percent(fraction: Fraction | float) -> str:
    """The size of a movement, without its sign: 0.12 is ``12%``, 0.084 is ``8.4%``, 0.0004 is ``<0.1%``."""
    digits = percent_digits(fraction)
    return current_format().percentage(digits) if digits else f"<{current_format().percentage('0.1')}"


def percent_digits(fraction: Fraction | float) -> str:
    """The digits of a percentage, half up: ``12``, ``8.4``, "" for too small; a fall that leaves something reads ``99.9`` at most."""
    part, whole = fraction.as_integer_ratio()
    size = abs(part)
    if -whole < part < 0 and _half_up_ratio(size * _ALL, whole) == _ALL:
        tenths = size * _ALL * 10 // whole
        return f"{tenths // 10}.{tenths % 10}"
    if size * _ALL >= WHOLE_PERCENT * whole:
        return str(_half_up_ratio(size * _ALL, whole))
    tenths = _half_up_ratio(size * _ALL * 10, whole)
    if not tenths:
        return "" if size else "0"
    return f"{tenths // 10}.{tenths % 10}".removesuffix(".0")


def percent_with_decimals(fraction: Fraction, holds: Callable[[Fraction], bool]) -> str:
    """As :func:`percent`, with more decimals where the rounded value would not agree with ``holds``."""
    digits = percent_digits(fraction)
    return _with_decimals(abs(fraction), digits, "0.1", holds, is_partial_fall=-1 < fraction < 0) or percent(fraction)


def rate_with_decimals(fraction: Fraction, holds: Callable[[Fraction], bool]) -> str:
    """As :func:`rate`, with more decimals in the same case."""
    return _with_decimals(fraction, rate_digits(fraction), "0.01", holds) or rate(fraction)


def _with_decimals(exact: Fraction, digits: str, smallest: str, holds: Callable[[Fraction], bool], *, is_partial_fall: bool = False) -> str:
    """The percentage with the fewest decimals that keep what ``holds`` says of the exact one ("": ``digits`` do); a partial fall < 100."""
    true = holds(exact)
    if holds(Fraction(digits or smallest) / _ALL) == true:
        return ""
    for decimals in range(len((digits or smallest).partition(".")[2]) + 1, _MOST_DECIMALS + 1):
        scaled = _half_up(exact * _ALL * 10**decimals)
        if is_partial_fall:
            scaled = min(scaled, _ALL * 10**decimals - 1)
        if holds(Fraction(scaled, _ALL * 10**decimals)) == true:
            return current_format().percentage(f"{scaled // 10**decimals}.{scaled % 10**decimals:0{decimals}}")
    return ""


def rate(fraction: Fraction | float) -> str:
    """An engagement rate with two decimals: 0.0368 is ``3.68%``; what would round to nothing is ``<0.01%``."""
    digits = rate_digits(fraction)
    return current_format().percentage(digits) if digits else f"<{current_format().percentage('0.01')}"


def rate_digits(fraction: Fraction | float) -> str:
    """The digits of that, rounded half up: ``3.68``, ``0``; "" for what is too small to write."""
    part, whole = fraction.as_integer_ratio()
    hundredths = _half_up_ratio(part * 10_000, whole)
    if not hundredths:
        return "" if fraction else "0"
    return f"{hundredths // 100}.{hundredths % 100:02}"


def average(number: Fraction) -> str:
    """An average of 0 or more: ``1,459`` from 100 on, below with up to two decimals: ``12.5``, ``0.33``, ``<0.01``."""
    digits = average_digits(number)
    return current_format().decimals(digits) if digits else f"<{current_format().decimals('0.01')}"


def average_digits(number: Fraction) -> str:
    """The digits of that, rounded half up: ``1459``, ``12.5``; "" for what is too small to write."""
    places = 0 if number >= _ALL else 1 if number >= WHOLE_PERCENT else 2
    scaled = _half_up(number * 10**places)
    if not scaled:
        return "" if number else "0"
    whole, rest = divmod(scaled, 10**places)
    return f"{whole}.{rest:0{places}}".rstrip("0").rstrip(".") if places else str(whole)


def points(moved: Fraction) -> str:
    """How far a rate moved, in percentage points: 0.0043 is ``+0.43 pts``; ``0 pts`` only where it did not move."""
    if not moved:
        return "0 pts"
    digits = points_digits(abs(moved))
    size = current_format().decimals(digits) if digits else f"<{current_format().decimals('0.01')}"
    return f"{'+' if moved > 0 else MINUS}{size} pts"


def points_digits(moved: Fraction) -> str:
    """The digits of that with a minus for less, rounded half up: ``0.43``, ``-1.00``; "" for what is too small to write."""
    hundredths = _half_up(abs(moved) * 10_000)
    if not hundredths:
        return "" if moved else "0.00"
    return f"{'-' if moved < 0 else ''}{hundredths // 100}.{hundredths % 100:02}"


def _half_up(number: Fraction) -> int:
    return _half_up_ratio(*number.as_integer_ratio())


def _half_up_ratio(part: int, whole: int) -> int:
    # In whole numbers: a table has a hundred rates and changes, and each step of a Fraction looks for a common divisor.
    return (2 * part + whole) // (2 * whole)


def short_day(day: date) -> str:
    """A day within a known year: ``Nov 16``, or ``16 Nov`` where readers write the day first."""
    return _dated(str(day.day), day)


def long_day(day: date) -> str:
    """A day with its year: ``Mar 3, 2026``, or ``3 Mar 2026``."""
    return _with_year(short_day(day), day.year)


def stretch(first: date, last: date) -> str:
    """Days within a known year: ``Nov 16–22``, ``Oct 28–Nov 3``, or ``16–22 Nov``, ``28 Oct–3 Nov``; at most 13 characters."""
    if first == last:
        return short_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return _dated(f"{first.day}–{last.day}", first)
    return f"{short_day(first)}–{short_day(last)}"


def period_label(period: Period, today: date) -> str:
    """The period for people: ``Nov 16–22``, ``Oct 28–Nov 3``, ``Nov 16``; with years when it is not all in the year of ``today``."""
    first, last = period.first, period.last
    if first.year != last.year:
        return f"{long_day(first)}–{long_day(last)}"
    days = stretch(first, last)
    return days if first.year == today.year else _with_year(days, first.year)


def _dated(days: str, day: date) -> str:
    month = MONTHS[day.month - 1]
    return f"{month} {days}" if current_format().month_first else f"{days} {month}"


def _with_year(days: str, year: int) -> str:
    return f"{days}, {year}" if current_format().month_first else f"{days} {year}"


def weekday(day: date) -> str:
    """The day of the week in three letters: ``Mon``."""
    return WEEKDAYS[day.weekday()]


def age(day: date, today: date) -> str:
    """How long ago a day was, in words: ``today``, ``yesterday``, ``12 days ago``; a day to come is ``today``."""
    days = (today - day).days
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else f"{count(days)} days ago"

"""How numbers and days are written: the one place that knows thousands, signs, per cent and the names of months.

Numbers are written for their reader (``bot.blockkit.number_format``); the examples here are of the default format.
"""

import math
from collections.abc import Callable
from datetime import date
from fractions import Fraction

from bot.blockkit.number_format import current_format
from bot.statistics.reports import Period

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

#: The typographic minus, as wide as the plus.
MINUS = "−"

#: From here on a percentage has no decimals: 12%, but 8.4%.
WHOLE_PERCENT = 10
_ALL = 100
_MOST_DECIMALS = 12


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
    """The digits of that, rounded half up: ``12``, ``8.4``; "" for what is too small to write.

    A fall that leaves something never reads ``100``: it has one decimal, rounded down (``99.9``).
    """
    exact = Fraction(fraction)
    size = abs(exact) * 100
    if exact > -1 and exact < 0 and _half_up(size) == _ALL:
        tenths = math.floor(size * 10)
        return f"{tenths // 10}.{tenths % 10}"
    if size >= WHOLE_PERCENT:
        return str(_half_up(size))
    tenths = _half_up(size * 10)
    if not tenths:
        return "" if size else "0"
    return f"{tenths // 10}.{tenths % 10}".removesuffix(".0")


def telling_percent(fraction: Fraction, holds: Callable[[Fraction], bool]) -> str:
    """A movement as :func:`percent` has it, with more decimals where rounding would hide whether ``holds`` is true of it."""
    digits = percent_digits(fraction)
    return _telling(abs(fraction), digits, "0.1", holds) or percent(fraction)


def telling_rate(fraction: Fraction, holds: Callable[[Fraction], bool]) -> str:
    """An engagement rate as :func:`rate` has it, with more decimals in the same case."""
    return _telling(fraction, rate_digits(fraction), "0.01", holds) or rate(fraction)


def _telling(exact: Fraction, digits: str, smallest: str, holds: Callable[[Fraction], bool]) -> str:
    """The percentage with the fewest decimals of which ``holds`` is true, or not, as of the exact fraction; "" where ``digits`` do."""
    true = holds(exact)
    if holds(Fraction(digits or smallest) / _ALL) == true:
        return ""
    for decimals in range(len((digits or smallest).partition(".")[2]) + 1, _MOST_DECIMALS + 1):
        scaled = _half_up(exact * _ALL * 10**decimals)
        if holds(Fraction(scaled, _ALL * 10**decimals)) == true:
            return current_format().percentage(f"{scaled // 10**decimals}.{scaled % 10**decimals:0{decimals}}")
    return ""


def rate(fraction: Fraction | float) -> str:
    """An engagement rate with two decimals: 0.0368 is ``3.68%``; what would round to nothing is ``<0.01%``."""
    digits = rate_digits(fraction)
    return current_format().percentage(digits) if digits else f"<{current_format().percentage('0.01')}"


def rate_digits(fraction: Fraction | float) -> str:
    """The digits of that, rounded half up: ``3.68``, ``0``; "" for what is too small to write."""
    hundredths = _half_up(Fraction(fraction) * 10_000)
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
    return math.floor(number + Fraction(1, 2))


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

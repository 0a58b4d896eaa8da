"""How numbers and days are written: the one place that knows thousands, signs, per cent and the names of months.

Numbers are written for their reader (``bot.blockkit.number_format``); the examples are those of the house.
"""

from datetime import date

from bot.blockkit.number_format import current_format

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

#: The typographic minus, as wide as the plus.
MINUS = "−"

#: From here on a percentage has no decimals: 12 %, but 8.4 %.
WHOLE_PERCENT = 10


def count(number: int) -> str:
    """A whole number with its thousands grouped: ``45,230``."""
    return current_format().whole(number) if number >= 0 else signed(number)


def signed(number: int) -> str:
    """A movement with its sign: ``+4,850``, ``−684``; 0 has none."""
    if number > 0:
        return f"+{current_format().whole(number)}"
    return f"{MINUS}{current_format().whole(-number)}" if number else "0"


def percent(fraction: float) -> str:
    """The size of a movement, without its sign: 0.12 is ``12 %``, 0.084 is ``8.4 %``, 0.0004 is ``<0.1 %``."""
    digits = percent_digits(fraction)
    return current_format().percentage(digits) if digits else f"<{current_format().percentage('0.1')}"


def percent_digits(fraction: float) -> str:
    """The digits of that: ``12``, ``8.4``; "" for what is too small to write."""
    size = abs(fraction) * 100
    if size >= WHOLE_PERCENT:
        return f"{size:.0f}"
    text = f"{size:.1f}"
    return "" if text == "0.0" and size else text.removesuffix(".0")


def rate(fraction: float) -> str:
    """An engagement rate with two decimals: 0.0368 is ``3.68 %``; what would round to nothing is ``<0.01 %``."""
    digits = rate_digits(fraction)
    return current_format().percentage(digits) if digits else f"<{current_format().percentage('0.01')}"


def rate_digits(fraction: float) -> str:
    """The digits of that: ``3.68``, ``0``; "" for what is too small to write."""
    text = f"{fraction * 100:.2f}"
    if text == "0.00":
        return "" if fraction else "0"
    return text


def short_day(day: date) -> str:
    """A day within a known year: ``16 Nov``."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def long_day(day: date) -> str:
    """A day with its year: ``3 Mar 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def stretch(first: date, last: date) -> str:
    """Days within a known year: ``16–22 Nov``, ``28 Oct–3 Nov``; at most 13 characters."""
    if first == last:
        return short_day(first)
    start = str(first.day) if (first.year, first.month) == (last.year, last.month) else short_day(first)
    return f"{start}–{short_day(last)}"


def weekday(day: date) -> str:
    """The day of the week in three letters: ``Mon``."""
    return WEEKDAYS[day.weekday()]


def age(day: date, today: date) -> str:
    """How long ago a day was, in words: ``today``, ``yesterday``, ``12 days ago``; a day to come is ``today``."""
    days = (today - day).days
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else f"{count(days)} days ago"

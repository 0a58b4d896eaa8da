"""How numbers and dates are written for a reader: thousands, decimals, per cent and the order of day and month as in their locale.

What is built inside ``with use_number_format(format)`` is written in it; outside of one, writing a number raises NumberFormatNotSet. It is
set where an answer begins, since hardly a line between there and a number would do anything but pass it on.

A locale's signs come from the Unicode project's data (CLDR, through Babel), read once: Babel's own formatting takes longer over one
number than a whole card may.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How numbers and dates are written.

    ``size`` is how many digits stand in a group beyond the last three (3, or India's 2); ``before`` and ``after`` stand around a
    percentage; ``month_first`` tells "Nov 16, 2026" from "16 Nov 2026".
    """

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

NOT_SET: Final = "A number is written, and nobody said for whom: build the message inside `with use_number_format(…)`."


class NumberFormatNotSet(RuntimeError):
    """A number was to be written outside of ``use_number_format``: a programming error."""


def current_format() -> NumberFormat:
    """The number format of whoever will read what is being built; raises NumberFormatNotSet outside of ``use_number_format``."""
    found = _CURRENT.get(None)
    if found is None:
        raise NumberFormatNotSet(NOT_SET)
    return found


@contextmanager
def use_number_format(number_format: NumberFormat) -> Iterator[None]:
    """Writes numbers in this format until left."""
    token = _CURRENT.set(number_format)
    try:
        yield
    finally:
        _CURRENT.reset(token)


if TYPE_CHECKING:
    from babel import Locale

#: Slack's names for what CLDR calls otherwise: its Spanish of Latin America is not that of Laos.
_CALLED: Final = {"es-LA": "es-419"}

#: Known without reading CLDR: most people's, and the same as there.
_AT_HOME: Final = {"": DEFAULT_FORMAT, "en": DEFAULT_FORMAT, "en-US": DEFAULT_FORMAT, "en-GB": NumberFormat(month_first=False)}


@lru_cache(maxsize=256)
def number_format_of(locale: str) -> NumberFormat:
    """How people of this locale (a tag such as "de-DE") read numbers; of its language where the country is unknown, else as at home.

    The first question for a locale reads a file; the others cost nothing.
    """
    if locale in _AT_HOME:
        return _AT_HOME[locale]
    # Imported here: a fifth of a second that a bot whose people all read English does not pay.
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

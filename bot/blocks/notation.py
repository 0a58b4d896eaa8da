"""Whose eyes a number is written for: thousands, decimals and per cent as they are read where the reader comes from.

What is built inside ``with reading(notation)`` is written in it; everything else in :data:`HOUSE`, the bot's own English. The reader is set
where an answer begins, since hardly a line between there and a number would do anything but hand it on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Notation:
    """How numbers are written.

    ``size`` is how many digits stand in a group beyond the last three (3, or India's 2); ``before`` and ``after`` stand around a
    percentage.
    """

    group: str = ","
    decimal: str = "."
    size: int = 3
    before: str = ""
    after: str = " %"

    def whole(self, number: int) -> str:
        """A whole number of 0 or more, grouped."""
        return self._grouped(f"{number:,}") if self is not HOUSE else f"{number:,}"

    def percentage(self, digits: str) -> str:
        """A percentage; ``digits`` are plain ones with a point: ``1250.00``."""
        whole, point, decimals = digits.partition(".")
        return f"{self.before}{self.whole(int(whole))}{self.decimal if point else ''}{decimals}{self.after}"

    def _grouped(self, english: str) -> str:
        head, comma, last = english.rpartition(",")
        if comma and self.size != len(last):
            head = _in_groups(head.replace(",", ""), self.size)
            return f"{head}{comma}{last}".replace(",", self.group)
        return english.replace(",", self.group)


def _in_groups(digits: str, size: int) -> str:
    first = len(digits) % size or size
    return ",".join([digits[:first], *(digits[at : at + size] for at in range(first, len(digits), size))])


#: The bot's own: ``45,230`` and ``3.68 %``.
HOUSE: Final = Notation()

_READER: ContextVar[Notation] = ContextVar("notation", default=HOUSE)


def current() -> Notation:
    """The notation of whoever will read what is being built."""
    return _READER.get()


@contextmanager
def reading(notation: Notation) -> Iterator[None]:
    """Write numbers in this notation until left."""
    token = _READER.set(notation)
    try:
        yield
    finally:
        _READER.reset(token)

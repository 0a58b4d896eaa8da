"""Calendar days in UTC, as LinkedIn counts them, and the period before."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """Whole UTC days from ``first`` to ``last``, both inside. ``first`` is never after ``last``."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has, 1 or more."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """The period of the same length that ends the day before this one starts."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

"""The usual range of a weekday's figure, from the same weekday of the 8 weeks before, by a robust rule.

The usual range is the median of these days and three spreads to either side. The spread is their median absolute deviation times 1.4826,
the factor that makes it a standard deviation where figures are distributed normally (Rousseeuw and Croux 1993). It is at least the square
root of the median for a count (the spread of counts of independent events); for a rate at least a tenth of it, and of a per cent.
The range's ends are whole numbers, or hundredths of a per cent, so that the shown range is the compared one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, isqrt
from statistics import median
from typing import Final

#: How many weeks back the same weekday is read.
WEEKS: Final = 8
#: With fewer known days than this nothing is called unusual.
LEAST_DAYS: Final = 5
_SPREADS: Final = 3
_NORMAL: Final = Fraction("1.4826")
_TENTH: Final = Fraction(1, 10)
_HUNDREDTHS: Final = 100


@dataclass(frozen=True, slots=True)
class UsualRange:
    """The range in which a figure is usual, both ends included; a rate is in per cent."""

    low: Fraction
    high: Fraction
    median: Fraction


def usual_range(history: Sequence[Fraction | float | None], *, is_rate: bool) -> UsualRange | None:
    """The usual range after these figures of the same weekday (None is unknown); None when too few are known."""
    known = [Fraction(figure) for figure in history if figure is not None]
    if len(known) < LEAST_DAYS:
        return None
    middle = Fraction(median(known))
    deviation = Fraction(median(abs(figure - middle) for figure in known))
    least = max(middle, Fraction(1)) * _TENTH if is_rate else Fraction(max(isqrt(floor(middle)), 1))
    reach = _SPREADS * max(_NORMAL * deviation, least)
    unit = _HUNDREDTHS if is_rate else 1
    low, high = max(middle - reach, Fraction(0)), middle + reach
    return UsualRange(Fraction(floor(low * unit), unit), Fraction(ceil(high * unit), unit), middle)

"""What the bot depends on, and how each is: values, and how far a clock is off."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

#: Slack refuses requests signed more than five minutes off; half of that, in seconds, is time to mend the clock.
CLOCK_DRIFT: Final = 150


class Part(StrEnum):
    """What can be well or not, by its name for people."""

    SLACK = "Slack"
    API = "LinkedIn statistics"
    STORE = "Database"
    CLOCK = "Clock"
    DIGESTS = "Digests"


@dataclass(frozen=True, slots=True)
class Finding:
    """How one part is. ``detail`` says how well; ``trouble`` what is wrong and how to mend it, "" when all is well."""

    part: Part
    detail: str = ""
    trouble: str = ""


def drift(date: str, now: datetime) -> float | None:
    """Seconds between a moment (aware) and the ``Date`` header of somebody's answer; None when that is none.

    Args:
        date: as in RFC 9110, "Date".
        now: when the answer came.
    """
    try:
        return abs((now - parsedate_to_datetime(date).astimezone(UTC)).total_seconds())
    except ValueError:
        return None

"""The halves of a schedule: its time (minute and hour) and its days; whoever changes one of them leaves the other as it is.

Five fields of cron with ``?`` in place of what was not said: "? ? * * 5" are Fridays whenever they were, "0 10 ? ? ?" is ten o'clock on the
days that were. Every cron parts so, for the hour never depends on the day.
"""

from typing import Final

UNSAID: Final = "?"
#: Every day at nine: what is meant where nothing is said and nothing stands.
UNLESS_SAID: Final = "0 9 * * *"
_TIME, _DAYS = 2, 3


def half(*, time: str = "", days: str = "") -> str:
    """The fields with what was said of the time ("0 10") and of the days ("* * 5"), each "" when it was not."""
    return f"{time or _unsaid(_TIME)} {days or _unsaid(_DAYS)}"


def is_half(cron: str) -> bool:
    """Whether one half of these fields was not said, and the other wholly."""
    fields = cron.split()
    unsaid = [field == UNSAID for field in fields]
    return unsaid in ([True] * _TIME + [False] * _DAYS, [False] * _TIME + [True] * _DAYS)


def completed(said: str, stands: str) -> str:
    """The fields that were said, with those of the schedule that stands where one half was not; whole fields as they are."""
    if not is_half(said):
        return said
    return " ".join(old if new == UNSAID else new for new, old in zip(said.split(), stands.split(), strict=True))


def halved(cron: str, like: str) -> str:
    """The fields without the half that ``like`` does not say either."""
    return " ".join(UNSAID if left == UNSAID else field for field, left in zip(cron.split(), like.split(), strict=True))


def _unsaid(fields: int) -> str:
    return " ".join([UNSAID] * fields)

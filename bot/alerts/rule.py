"""An alert: when a figure has moved, or crossed a line, enough to say so; and when it is back to normal.

::

    windows (whole UTC days, one for each day that was not looked at yet) ─ holds? yes, no, cannot be said ─┐
    what was said last (the ledger) ────────────────────────────────────────────────────────────────────────┴ judge ─→ Verdict

What is unknown never fires and never says that all is well: a day LinkedIn did not report, a figure it has not or that could not be
fetched, a percentage of next to nothing, less than the alert's minimum.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from bot.errors import BadSchedule
from bot.schedules.schedule import Schedule, next_after
from bot.schedules.timezones import zone_of
from bot.statistics.metrics import SMALL_BASE, Metric
from bot.statistics.periods import Period

#: A window's length in whole days, by the word for it. A month is four weeks, so that both windows have the same weekdays.
WINDOWS: Final = {"day": 1, "week": 7, "month": 28}

#: After a pause of the machine, so many missed days are looked at, the latest ones.
MOST_DAYS: Final = 31

_PERCENT: Final = 100


class Condition(StrEnum):
    """What is asked of a figure, by the word or the sign for it."""

    #: It grew by so many per cent, or more, against the window before.
    UP = "up"
    DOWN = "down"
    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="


#: Conditions of a movement; the others are of a number.
MOVES: Final = frozenset({Condition.UP, Condition.DOWN})


@dataclass(frozen=True, slots=True)
class AlertRule:
    """What an alert watches."""

    #: None is the engagement rate.
    metric: Metric | None
    condition: Condition
    #: Per cent for a movement and for the engagement rate; else a count.
    amount: float
    #: A word of ``WINDOWS``.
    window: str
    #: Below so much in both windows a movement is not worth a word; of the engagement rate, so many impressions. 0 is no minimum.
    minimum: int = 0
    #: So many days after it fired it does not fire again.
    cooldown: int = 1
    #: "" for the accounts the alert names, "team" for all, or a group's name.
    who: str = ""
    #: Hours of the day, "20:00-8:00" on the clock of the alert's zone, in which nothing is posted; "" for none.
    quiet: str = ""

    @property
    def days(self) -> int:
        """The window's length in whole days."""
        return WINDOWS[self.window]

    @property
    def moves(self) -> bool:
        """Whether it is about a movement against the window before."""
        return self.condition in MOVES

    def as_json(self) -> str:
        """As it is stored."""
        return json.dumps({name: value for name, value in asdict(self).items() if value not in ("", None)}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "AlertRule | None":
        """The stored rule; None when a newer version stored it and this one cannot read it."""
        try:
            stored: dict[str, Any] = json.loads(text)
            metric = stored.pop("metric", None)
            rule = cls(metric=Metric(metric) if metric else None, condition=Condition(stored.pop("condition")), **stored)
            if rule.quiet:
                _ends(rule.quiet)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        return rule if rule.window in WINDOWS else None


@dataclass(frozen=True, slots=True)
class Window:
    """The figure in one window of whole UTC days and in the one before; None is unknown. A rate is in per cent."""

    period: Period
    now: float | None
    before: float | None = None
    #: The impressions behind a rate; None where they are unknown, or the figure is no rate.
    volume: int | None = None


@dataclass(frozen=True, slots=True)
class AlertNotice:
    """What an alert has said so far: whether it stands in alarm, and for which window (its last day) it fired last."""

    alarm: bool = False
    fired: date | None = None

    def as_payload(self) -> dict[str, Any]:
        """For a message's metadata."""
        return {"alarm": self.alarm, "fired": self.fired.isoformat() if self.fired else ""}

    @classmethod
    def of_message(cls, payload: str) -> "AlertNotice":
        """What a message of the ledger (JSON) said; nothing, when it is not an alert's."""
        event = (json.loads(payload).get("metadata") or {}).get("event_payload") or {}
        kept = event.get("alert") or {}
        return cls(bool(kept.get("alarm")), date.fromisoformat(kept["fired"]) if kept.get("fired") else None)


@dataclass(frozen=True, slots=True)
class AlertState:
    """What there is to say: the windows that fired, in their order, and the one in which all was well again after that."""

    fired: tuple[Window, ...]
    normal: Window | None
    #: What will have been said once this is.
    said: AlertNotice

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to say."""
        return not self.fired and self.normal is None


def holds(rule: AlertRule, window: Window) -> bool | None:
    """Whether the rule is met in this window; None when that cannot be said."""
    if window.now is None or not _large_enough(rule, window):
        return None
    if rule.moves:
        return _moved(rule, window.now, window.before)
    return {
        Condition.ABOVE: window.now > rule.amount,
        Condition.AT_LEAST: window.now >= rule.amount,
        Condition.BELOW: window.now < rule.amount,
        Condition.AT_MOST: window.now <= rule.amount,
    }[rule.condition]


def _large_enough(rule: AlertRule, window: Window) -> bool:
    if not rule.minimum:
        return True
    if rule.metric is None:
        return window.volume is not None and window.volume >= rule.minimum
    return max(window.now or 0, window.before or 0) >= rule.minimum


def _moved(rule: AlertRule, now: float, before: float | None) -> bool | None:
    # A rate's base is its impressions, which the minimum looks after.
    least = SMALL_BASE if rule.metric is not None else 0
    if before is None or before < least or not before:
        return None
    moved = (now - before) * _PERCENT
    return moved >= rule.amount * before if rule.condition is Condition.UP else moved <= -rule.amount * before


def judge(rule: AlertRule, windows: Iterable[Window], before: AlertNotice) -> AlertState:
    """What these windows, from the oldest on, give to say after what was said ``before``.

    It fires when the rule is met and the cool-down since it fired last is over. It is back to normal, once, when the rule is surely unmet.
    """
    fired: list[Window] = []
    normal, said = None, before
    for window in windows:
        met = holds(rule, window)
        if met and _cooled_down(rule, said, window):
            fired.append(window)
            normal, said = None, AlertNotice(alarm=True, fired=window.period.last)
        elif met is False and said.alarm:
            normal, said = window, AlertNotice(alarm=False, fired=said.fired)
    return AlertState(tuple(fired), normal, said)


def _cooled_down(rule: AlertRule, said: AlertNotice, window: Window) -> bool:
    return said.fired is None or (window.period.last - said.fired).days >= rule.cooldown


def periods(rule: AlertRule, today: date, looked_on: date | None) -> tuple[Period, ...]:
    """The windows to look at, the oldest first: one for each whole day since the last look; after none, yesterday's.

    Args:
        rule: how long they are.
        today: the UTC day that is not over.
        looked_on: the UTC day on which was looked last; the days before it were whole then.
    """
    first = today - timedelta(days=1) if looked_on is None else max(looked_on, today - timedelta(days=MOST_DAYS))
    ends = (first + timedelta(days=step) for step in range((today - first).days))
    return tuple(Period(end - timedelta(days=rule.days - 1), end) for end in ends)


# MERGED: Hours and days on which nothing is posted: a time that falls into them moves to their end, and a late post waits for the next
# time.


def after_quiet(cron: str, quiet: str) -> str:
    """The five fields with a time that falls into the quiet hours ("20:00-8:00"; "" for none) moved to their end.

    A time of the evening moves to the end on the same day of the week, which is the morning of it.
    """
    minute, hour, *days = cron.split()
    if not quiet or not (minute.isdigit() and hour.isdigit()) or not _within(time(int(hour), int(minute)), quiet):
        return cron
    end = _ends(quiet)[1]
    return " ".join((str(end.minute), str(end.hour), *days))


def rests(schedule: Schedule, quiet: str, now: datetime) -> bool:
    """Whether nothing may be posted at this moment (aware): in quiet hours, or on a day that the schedule leaves out."""
    try:
        wall = now.astimezone(zone_of(schedule.zone))
        midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
        due = next_after(schedule, midnight - timedelta(seconds=1))
    except BadSchedule:
        # A zone that the tz database has dropped: a post at an odd hour is better than none.
        return False
    another_day = due is None or due.astimezone(wall.tzinfo).date() != wall.date()
    return another_day or (bool(quiet) and _within(wall.time(), quiet))


def _within(at: time, quiet: str) -> bool:
    start, end = _ends(quiet)
    return start <= at < end if start < end else at >= start or at < end


def _ends(quiet: str) -> tuple[time, time]:
    start, end = (time(int(hour), int(minute)) for hour, _, minute in (clock.partition(":") for clock in quiet.split("-")))
    return start, end

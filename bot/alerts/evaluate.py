"""Evaluates an alert's windows of days: what to post.

::

    windows (whole UTC days, one for each day not evaluated yet) ─ is_met? True, False, None (unknown) ─┐
    the notice posted last (from the delivery log) ─────────────────────────────────────────────────────┴ evaluate ─→ AlertState

An unknown window neither fires nor is back to normal: a day that LinkedIn did not report, a figure that it does not have or that could not
be fetched, a percentage of a very small base, a figure below the alert's minimum.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from bot.alerts.rule import AlertRule, Condition, UsualRange, usual_range
from bot.statistics.metrics import SMALL_BASE
from bot.statistics.reports import Period

#: After an outage the latest missed days are evaluated, at most this many.
MOST_DAYS: Final = 31
_PERCENT: Final = 100


class Window(Struct, frozen=True):
    """The figure in one window of whole UTC days and in the one before, exactly; None is unknown. A rate is in per cent."""

    period: Period
    now: Fraction | float | None
    before: Fraction | float | None = None
    #: The impressions behind a rate, whatever its basis; None where they are unknown, or the figure is no rate.
    volume: int | None = None
    #: The figures of the same weekday of the weeks before, the latest first, where the rule compares with them.
    history: tuple[Fraction | float | None, ...] = ()


class AlertNotice(Struct, frozen=True):
    """What an alert has posted: whether it fired and is not back to normal yet, and the last days of the windows it fired for."""

    alarm: bool = False
    #: Of the last window.
    fired: date | None = None
    #: Of the first window since it was normal; None in messages of earlier versions.
    since: date | None = None

    def as_payload(self) -> dict[str, Any]:
        days = {"fired": self.fired, "since": self.since}
        return {"alarm": self.alarm} | {name: day.isoformat() if day else "" for name, day in days.items()}

    @classmethod
    def of_event(cls, event: Mapping[str, Any], alert: str = "") -> "AlertNotice":
        """The notice of an alert (its id) in the metadata of a posted message; an empty one when it is not an alert's."""
        stored = event.get("alerts", {}).get(alert) or event.get("alert") or {}
        days = (date.fromisoformat(stored[name]) if stored.get(name) else None for name in ("fired", "since"))
        return cls(bool(stored.get("alarm")), *days)


class AlertState(Struct, frozen=True):
    """The windows that fired, in order, and the one that was back to normal after the last of them."""

    fired: tuple[Window, ...]
    normal: Window | None
    #: The notice to store with the message.
    notice: AlertNotice
    #: The window in which the figure was back to normal after the messages before this one; None where it was not.
    resolved: Window | None = None

    @property
    def quiet(self) -> bool:
        return not self.fired and self.normal is None


def is_met(rule: AlertRule, window: Window) -> bool | None:
    """Whether the rule is met in this window; None when that is unknown."""
    if window.now is None or not _large_enough(rule, window):
        return None
    if rule.moves:
        return _moved(rule, window)
    if rule.unusual:
        usual = usual_of(rule, window)
        return None if usual is None else is_unusual(rule, usual, Fraction(window.now))
    return crosses(rule, Fraction(window.now))


def usual_of(rule: AlertRule, window: Window) -> UsualRange | None:
    """The usual range on the window's weekday; None when too little is known, or the rule does not compare with it."""
    return usual_range(window.history, is_rate=rule.metric is None) if rule.unusual else None


def is_unusual(rule: AlertRule, usual: UsualRange, figure: Fraction) -> bool:
    """Whether a figure is outside the usual range, on the side that the rule asks for."""
    low = rule.condition is not Condition.UNUSUALLY_HIGH and figure < usual.low
    return low or (rule.condition is not Condition.UNUSUALLY_LOW and figure > usual.high)


def crosses(rule: AlertRule, figure: Fraction) -> bool:
    return {
        Condition.ABOVE: figure > rule.limit,
        Condition.AT_LEAST: figure >= rule.limit,
        Condition.BELOW: figure < rule.limit,
        Condition.AT_MOST: figure <= rule.limit,
    }[rule.condition]


def change_of(window: Window) -> Fraction | None:
    """The change against the window before as a fraction of that; None where it is unknown or there was nothing."""
    if window.now is None or not window.before:
        return None
    return Fraction(window.now) / Fraction(window.before) - 1


def moves_enough(rule: AlertRule, change: Fraction) -> bool:
    return (change if rule.condition is Condition.UP else -change) * _PERCENT >= rule.limit


def _large_enough(rule: AlertRule, window: Window) -> bool:
    if not rule.minimum:
        return True
    if rule.metric is None:
        return window.volume is not None and window.volume >= rule.minimum
    usual = usual_of(rule, window)
    return max(window.now or 0, window.before or 0, usual.median if usual else 0) >= rule.minimum


def _moved(rule: AlertRule, window: Window) -> bool | None:
    # For a rate the minimum limits its impressions.
    least = SMALL_BASE if rule.metric is not None else 0
    change = change_of(window)
    return None if change is None or (window.before or 0) < least else moves_enough(rule, change)


def evaluate(rule: AlertRule, windows: Iterable[Window], before: AlertNotice) -> AlertState:
    """What to post for these windows, the oldest first, after the notice ``before``.

    It fires when the rule is met and the cool-down is over; it is back to normal, once, when the rule is known to be unmet.
    """
    fired: list[Window] = []
    normal, resolved, notice = None, None, before
    for window in windows:
        met = is_met(rule, window)
        if met and (notice.fired is None or (window.period.last - notice.fired).days >= rule.cooldown):
            fired.append(window)
            since = notice.since or notice.fired if notice.alarm else window.period.last
            normal, notice = None, AlertNotice(alarm=True, fired=window.period.last, since=since)
        elif met is False and notice.alarm:
            resolved = resolved or (window if before.alarm else None)
            normal, notice = window, replace(notice, alarm=False)
    return AlertState(tuple(fired), normal, notice, resolved)


def periods(rule: AlertRule, today: date, evaluated_on: date | None) -> tuple[Period, ...]:
    """The windows to evaluate, the oldest first: one for each day that is over since ``evaluated_on`` (UTC); without it yesterday's."""
    first = today - timedelta(days=1) if evaluated_on is None else max(evaluated_on, today - timedelta(days=MOST_DAYS))
    ends = (first + timedelta(days=step) for step in range((today - first).days))
    return tuple(Period(end - timedelta(days=rule.days - 1), end) for end in ends)

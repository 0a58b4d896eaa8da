"""An alert's rule, the commands about alerts as values, and what its windows of days give to post.

::

    windows (whole UTC days, one for each day not evaluated yet) ─ is_met? True, False, None (unknown) ─┐
    the notice posted last (from the delivery log) ─────────────────────────────────────────────────────┴ evaluate ─→ AlertState

What is unknown neither fires nor is back to normal: a day that LinkedIn did not report, a figure that it does not have or that could not
be fetched, a percentage of a very small base, a figure below the alert's minimum.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from bot.errors import BadSchedule
from bot.management.actions import SubscriptionAction
from bot.parsing.text import say_amount
from bot.parsing.vocabulary import METRIC_NAMES
from bot.schedules.schedule import Schedule, next_after
from bot.schedules.timezones import zone_of
from bot.statistics.metrics import SMALL_BASE, Metric
from bot.statistics.reports import Period

#: A window's length in whole days, by the word for it. A month is four weeks, so that both windows have the same weekdays.
WINDOWS: Final = {"day": 1, "week": 7, "month": 28}

#: At most so many missed days are evaluated after an outage, the latest ones.
MOST_DAYS: Final = 31

_PERCENT: Final = 100
TEAM_REACH = "Reach counts people, some of them twice, so it is never added up over accounts."
#: What can be pasted.
EXAMPLES: Final = (
    "alert impressions +50% week min 500",
    "alert comments > 20 day",
    "alert team reactions -30% month weekdays at 8:30",
)
#: The word that every command about alerts begins with.
ALERT: Final = "alert"
#: The words that a command about alerts may begin with.
ALERT_WORDS: Final = frozenset({ALERT, "alerts"})
#: The word for the engagement rate, which is not a metric of the API.
ENGAGEMENT: Final = "engagement"
#: Days that an alert is silent where the command names none.
SNOOZE_DAYS: Final = 7
#: An alert that is to be silent for longer is better paused.
MOST_SNOOZE_DAYS: Final = 90


class Condition(StrEnum):
    """How a figure is compared with the threshold, by its word or sign."""

    #: It grew by the amount (per cent) or more against the window before.
    UP = "up"
    DOWN = "down"
    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="


#: Conditions on the change against the window before; the others are on the figure itself.
MOVES: Final = frozenset({Condition.UP, Condition.DOWN})


@dataclass(frozen=True, slots=True)
class AlertRule:
    """Which figure an alert watches, and when it posts."""

    #: None is the engagement rate.
    metric: Metric | None
    condition: Condition
    #: Per cent for a change and for the engagement rate; else a count.
    amount: float
    #: A word of ``WINDOWS``.
    window: str
    #: A change counts only when one of both windows has so many; for the engagement rate, so many impressions. 0 is no minimum.
    minimum: int = 0
    #: Days after it fired in which it does not fire again.
    cooldown: int = 1
    #: "" for the accounts the alert names, "team" for all, or a group's name.
    who: str = ""
    #: Hours in which nothing is posted, "20:00-8:00" in the alert's time zone; "" for none.
    quiet: str = ""

    @property
    def limit(self) -> Fraction:
        """The limit as it was typed."""
        return Fraction(repr(self.amount))

    @property
    def days(self) -> int:
        """The window's length in whole days."""
        return WINDOWS[self.window]

    @property
    def moves(self) -> bool:
        """Whether the rule compares with the window before."""
        return self.condition in MOVES

    def as_json(self) -> str:
        """The rule as JSON, for the database."""
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
    """The figure in one window of whole UTC days and in the one before, exactly; None is unknown. A rate is in per cent."""

    period: Period
    now: Fraction | float | None
    before: Fraction | float | None = None
    #: The impressions behind a rate, whatever its basis; None where they are unknown, or the figure is no rate.
    volume: int | None = None


@dataclass(frozen=True, slots=True)
class AlertNotice:
    """What an alert has posted: whether it fired and is not back to normal yet, and the last day of the window it fired for last."""

    alarm: bool = False
    fired: date | None = None

    def as_payload(self) -> dict[str, Any]:
        """The fields stored in the metadata of the posted message."""
        return {"alarm": self.alarm, "fired": self.fired.isoformat() if self.fired else ""}

    @classmethod
    def of_message(cls, payload: str) -> "AlertNotice":
        """The notice in the metadata of a posted message (JSON); an empty one when it is not an alert's."""
        event = (json.loads(payload).get("metadata") or {}).get("event_payload") or {}
        stored = event.get("alert") or {}
        return cls(bool(stored.get("alarm")), date.fromisoformat(stored["fired"]) if stored.get("fired") else None)


@dataclass(frozen=True, slots=True)
class AlertState:
    """The windows that fired, in their order, and the one that was back to normal after the last of them."""

    fired: tuple[Window, ...]
    normal: Window | None
    #: The notice to store with the message.
    notice: AlertNotice

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to post."""
        return not self.fired and self.normal is None


def is_met(rule: AlertRule, window: Window) -> bool | None:
    """Whether the rule is met in this window; None when that is unknown."""
    if window.now is None or not _large_enough(rule, window):
        return None
    if rule.moves:
        return _moved(rule, window)
    return crosses(rule, Fraction(window.now))


def crosses(rule: AlertRule, figure: Fraction) -> bool:
    """Whether a figure is on the rule's side of its limit."""
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
    """Whether a change is as large as the rule asks, in its direction."""
    return (change if rule.condition is Condition.UP else -change) * _PERCENT >= rule.limit


def _large_enough(rule: AlertRule, window: Window) -> bool:
    if not rule.minimum:
        return True
    if rule.metric is None:
        return window.volume is not None and window.volume >= rule.minimum
    return max(window.now or 0, window.before or 0) >= rule.minimum


def _moved(rule: AlertRule, window: Window) -> bool | None:
    # A rate's base is its impressions, for which there is the minimum.
    least = SMALL_BASE if rule.metric is not None else 0
    change = change_of(window)
    return None if change is None or (window.before or 0) < least else moves_enough(rule, change)


def evaluate(rule: AlertRule, windows: Iterable[Window], before: AlertNotice) -> AlertState:
    """What these windows, the oldest first, give to post after the notice ``before``.

    It fires when the rule is met and the cool-down since it fired last is over. It is back to normal, once, when the rule is known to be
    unmet.
    """
    fired: list[Window] = []
    normal, notice = None, before
    for window in windows:
        met = is_met(rule, window)
        if met and _cooled_down(rule, notice, window):
            fired.append(window)
            normal, notice = None, AlertNotice(alarm=True, fired=window.period.last)
        elif met is False and notice.alarm:
            normal, notice = window, AlertNotice(alarm=False, fired=notice.fired)
    return AlertState(tuple(fired), normal, notice)


def _cooled_down(rule: AlertRule, notice: AlertNotice, window: Window) -> bool:
    return notice.fired is None or (window.period.last - notice.fired).days >= rule.cooldown


def periods(rule: AlertRule, today: date, evaluated_on: date | None) -> tuple[Period, ...]:
    """The windows to evaluate, the oldest first: one for each whole day since the last evaluation; without one, yesterday's.

    Args:
        rule: how long they are.
        today: the UTC day that is not over.
        evaluated_on: the UTC day of the last evaluation; the days before it were over then.
    """
    first = today - timedelta(days=1) if evaluated_on is None else max(evaluated_on, today - timedelta(days=MOST_DAYS))
    ends = (first + timedelta(days=step) for step in range((today - first).days))
    return tuple(Period(end - timedelta(days=rule.days - 1), end) for end in ends)


def after_quiet(cron: str, quiet: str) -> str:
    """The five fields with a time that falls into the quiet hours ("20:00-8:00"; "" for none) moved to their end.

    A time of the evening moves to the end on the same day of the week, which is the morning of it.
    """
    minute, hour, *days = cron.split()
    if not quiet or not (minute.isdigit() and hour.isdigit()) or not _within(time(int(hour), int(minute)), quiet):
        return cron
    end = _ends(quiet)[1]
    return " ".join((str(end.minute), str(end.hour), *days))


def is_quiet_time(schedule: Schedule, quiet: str, now: datetime) -> bool:
    """Whether nothing may be posted at this time (aware): in quiet hours, or on a day that the schedule leaves out."""
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


@dataclass(frozen=True, slots=True)
class AlertDraft:
    """A new alert; what is empty is filled in when it is created."""

    rule: AlertRule
    #: A platform id.
    account: str = ""
    #: Five fields of cron.
    cron: str = ""
    #: An IANA zone.
    zone: str = ""
    #: A Slack channel id.
    channel: str = ""


@dataclass(frozen=True, slots=True)
class AlertCommand:
    """A command about alerts. ``which`` is the alert as the person named it: the beginning of an id, or an account."""

    action: SubscriptionAction
    which: str = ""
    draft: AlertDraft | None = None
    #: Days to be silent.
    days: int = SNOOZE_DAYS


def rule_text(rule: AlertRule) -> str:
    """The rule as it is typed: "impressions +50% week min 500 cooldown 7 days quiet 20:00-8:00"."""
    figure = METRIC_NAMES[rule.metric] if rule.metric else ENGAGEMENT
    percent = "%" if rule.condition in MOVES or rule.metric is None else ""
    sign = {Condition.UP: "+", Condition.DOWN: "-"}.get(rule.condition, f"{rule.condition.value} ")
    parts = [rule.who, figure, f"{sign}{say_amount(rule.amount)}{percent}", rule.window]
    if rule.minimum:
        parts.append(f"min {rule.minimum}")
    if rule.cooldown != WINDOWS[rule.window]:
        parts.append(f"cooldown {rule.cooldown} days")
    if rule.quiet:
        parts.append(f"quiet {rule.quiet}")
    return " ".join(filter(None, parts))

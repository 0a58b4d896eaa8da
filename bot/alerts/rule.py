"""An alert's rule, its quiet hours, and the commands about alerts as values."""

import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor, isqrt
from statistics import median
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import asdict

from bot.errors import BadSchedule
from bot.lazy_regex import lazy_regex
from bot.management.actions import SNOOZE_DAYS, SubscriptionAction
from bot.parsing.text import say_amount
from bot.parsing.vocabulary import METRIC_NAMES
from bot.schedules.schedule import Schedule, next_after
from bot.schedules.tokens import is_within, quiet_ends
from bot.statistics.metrics import Metric
from bot.statistics.reports import Period

MOST_MENTIONS: Final = 5
MOST_TITLE: Final = 60

#: A window's length in whole days, by the word for it. A month is four weeks, so that both windows have the same weekdays.
WINDOWS: Final = {"day": 1, "week": 7, "month": 28}

TEAM_REACH = "Reach counts people, and some see several accounts, so I never add it up."
#: What can be pasted.
EXAMPLES: Final = ("alert impressions +50% week min 500", "alert comments > 20 day", "alert team reactions -30% month weekdays at 8:30")
#: The word that every command about alerts begins with.
ALERT: Final = "alert"
#: The words that a command about alerts may begin with.
ALERT_WORDS: Final = frozenset({ALERT, "alerts"})
#: The word for the engagement rate, which is not a metric of the API.
ENGAGEMENT: Final = "engagement"
#: The longest silence; a longer one is a pause.
MOST_SNOOZE_DAYS: Final = 90
#: Fields of a rule whose 0 is stored.
_NUMBERS = frozenset({"amount", "minimum", "cooldown"})
_MENTIONED = lazy_regex(r"[UWS][A-Z0-9]{2,}")


class Condition(StrEnum):
    """How a figure is compared with the threshold, by its word or sign."""

    #: It grew by the amount (per cent) or more against the window before.
    UP = "up"
    DOWN = "down"
    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="
    #: A day's figure is outside what is usual on its day of the week.
    UNUSUAL = "unusual"
    UNUSUALLY_HIGH = "unusually high"
    UNUSUALLY_LOW = "unusually low"


#: Conditions on the change against the window before; the others are on the figure itself.
MOVES: Final = frozenset({Condition.UP, Condition.DOWN})
#: Conditions on a day's figure against the same day of the weeks before; they have no amount.
UNUSUAL: Final = frozenset({Condition.UNUSUAL, Condition.UNUSUALLY_HIGH, Condition.UNUSUALLY_LOW})


class AlertRule(Struct, frozen=True):
    """Which figure an alert watches, and when it posts."""

    #: None is the engagement rate.
    metric: Metric | None
    condition: Condition
    #: Per cent for a change and for the engagement rate, else a count; 0 where the condition has none.
    amount: float
    #: A word of ``WINDOWS``.
    window: str
    #: A change counts only when one of both windows has so many; for the engagement rate, so many impressions. 0 is no minimum.
    minimum: int = 0
    #: Days after firing in which it does not fire again.
    cooldown: int = 1
    #: "" for the accounts the alert names, "team" for all, or a group's name.
    who: str = ""
    #: Hours in which nothing is posted, "20:00-8:00" in the alert's time zone; "" for none.
    quiet: str = ""
    #: The person's title; "" for none.
    title: str = ""
    #: Ids of the people (U…, W…) and user groups (S…) that are mentioned when it fires.
    notify: tuple[str, ...] = ()
    #: Whether the account's card is posted in the thread when it fires.
    card: bool = False

    @property
    def limit(self) -> Fraction:
        return Fraction(repr(self.amount))

    @property
    def days(self) -> int:
        return WINDOWS[self.window]

    @property
    def moves(self) -> bool:
        return self.condition in MOVES

    @property
    def unusual(self) -> bool:
        return self.condition in UNUSUAL

    def compared(self, period: Period) -> tuple[Period, ...]:
        """The windows that a window is compared with, the latest first."""
        if self.moves:
            return (period.before,)
        back = range(7, 7 * WEEKS + 1, 7) if self.unusual else ()
        return tuple(Period(period.first - timedelta(days=days), period.last - timedelta(days=days)) for days in back)

    def as_json(self) -> str:
        # Unused fields are left out, so that an earlier version can read the others.
        unused: tuple[object, ...] = ("", None, (), False)
        return json.dumps({name: value for name, value in asdict(self).items() if name in _NUMBERS or value not in unused}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "AlertRule | None":
        """The stored rule; None when a newer version stored it and this one cannot read it."""
        try:
            stored: dict[str, Any] = json.loads(text)
            metric = stored.pop("metric", None)
            notify = tuple(str(one) for one in stored.pop("notify", ()) if _MENTIONED.fullmatch(one))
            rule = cls(metric=Metric(metric) if metric else None, condition=Condition(stored.pop("condition")), notify=notify, **stored)
            if rule.quiet:
                quiet_ends(rule.quiet)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        return rule if rule.window in WINDOWS else None


def after_quiet(cron: str, quiet: str) -> str:
    """The fields with a time within the quiet hours ("20:00-8:00"; "" for none) moved to their end, on the same day of the week."""
    minute, hour, *days = cron.split()
    if not quiet or not (minute.isdigit() and hour.isdigit()) or not is_within(time(int(hour), int(minute)), quiet):
        return cron
    end = quiet_ends(quiet)[1]
    return " ".join((str(end.minute), str(end.hour), *days))


def is_quiet_time(schedule: Schedule, quiet: str, now: datetime) -> bool:
    """Whether nothing may be posted at this time (aware): in quiet hours, or on a day that the schedule leaves out."""
    try:
        wall = now.astimezone(schedule.time_zone)
        midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
        due = next_after(schedule, midnight - timedelta(seconds=1))
    except BadSchedule:
        # The tz database has dropped the zone: a post at an odd hour is better than none.
        return False
    another_day = due is None or due.astimezone(wall.tzinfo).date() != wall.date()
    return another_day or (bool(quiet) and is_within(wall.time(), quiet))


class AlertDraft(Struct, frozen=True):
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


class AlertCommand(Struct, frozen=True):
    """A command about alerts. ``which`` is the alert as the person named it: the beginning of an id, or an account."""

    action: SubscriptionAction
    which: str = ""
    draft: AlertDraft | None = None
    #: Days to be silent.
    days: int = SNOOZE_DAYS
    #: The day until which it is silent, as it was typed; "" for so many days.
    until: str = ""
    #: The words that change it.
    changes: str = ""


def rule_text(rule: AlertRule) -> str:
    """The rule as words of a command: "impressions +50% week min 500 cooldown 7 days quiet 20:00-8:00"."""
    figure = METRIC_NAMES[rule.metric] if rule.metric else ENGAGEMENT
    parts = [rule.who, figure, condition_text(rule), "" if rule.unusual else rule.window]
    parts += [f"min {rule.minimum}"] if rule.minimum or has_minimum(rule.condition, rule.metric) else []
    if rule.cooldown != WINDOWS[rule.window]:
        parts.append(f"cooldown {rule.cooldown} {'day' if rule.cooldown == 1 else 'days'}")
    parts += [f"quiet {rule.quiet}"] if rule.quiet else []
    if rule.title:
        parts.append(f'title "{rule.title}"')
    if rule.notify:
        parts.append(f"for {' '.join(mentions(rule))}")
    if rule.card:
        parts.append("then card")
    return " ".join(filter(None, parts))


def stored_rule_text(stored: str) -> str:
    """A stored rule in words; "" for one that this version cannot read."""
    rule = AlertRule.from_json(stored)
    return rule_text(rule) if rule else ""


def has_minimum(condition: Condition, metric: Metric | None) -> bool:
    """Whether the condition on this figure (None is the engagement rate) can have a minimum."""
    return metric is None or condition in MOVES or condition in UNUSUAL


def condition_text(rule: AlertRule) -> str:
    if rule.unusual:
        return rule.condition.value
    percent = "%" if rule.moves or rule.metric is None else ""
    sign = {Condition.UP: "+", Condition.DOWN: "-"}.get(rule.condition, f"{rule.condition.value} ")
    return f"{sign}{say_amount(rule.amount)}{percent}"


def mentions(rule: AlertRule) -> list[str]:
    return [f"<!subteam^{one}>" if one.startswith("S") else f"<@{one}>" for one in rule.notify]


#: How many weeks back the same weekday is read.
WEEKS: Final = 8
#: With fewer known days than this nothing is called unusual.
LEAST_DAYS: Final = 5
_SPREADS: Final = 3
#: Makes the median absolute deviation a standard deviation where figures are distributed normally (Rousseeuw and Croux 1993).
_NORMAL: Final = Fraction("1.4826")
_TENTH: Final = Fraction(1, 10)
_HUNDREDTHS: Final = 100


class UsualRange(Struct, frozen=True):
    """The range in which a figure is usual, both ends included; a rate is in per cent."""

    low: Fraction
    high: Fraction
    median: Fraction


def usual_range(history: Sequence[Fraction | float | None], *, is_rate: bool) -> UsualRange | None:
    """The usual range after these figures of the same weekday (None is unknown); None when too few are known.

    The median and three spreads (deviations) to either side, in whole numbers, or hundredths of a per cent. A spread is at least the square
    root of a count's median, as that of independent events; of a rate a tenth of it, and of a per cent.
    """
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

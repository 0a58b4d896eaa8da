"""What a person wants done about alerts: values, and the canonical words that buttons carry."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.alerts import MOVES, WINDOWS, Condition, Rule
from bot.domain.amounts import say_amount
from bot.domain.vocabulary import METRIC_NAMES

#: The word that every question about alerts begins with.
ALERT: Final = "alert"
#: The word for the figure that is no metric.
ENGAGEMENT: Final = "engagement"
#: For how many days an alert is silent when nobody says for how many.
SNOOZE_DAYS: Final = 7
#: An alert asleep for longer is better paused.
MOST_SNOOZE_DAYS: Final = 90


class AlertDeed(StrEnum):
    """What is to be done, by the word for it."""

    #: Say what alerts there are, and how one is set up.
    ABOUT = ""
    CREATE = "create"
    LIST = "list"
    SHOW = "show"
    #: What it would say now, and how its rule reads the last days; seen by the person alone.
    TEST = "test"
    PAUSE = "pause"
    RESUME = "resume"
    #: Be silent for some days.
    SNOOZE = "snooze"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class AlertDraft:
    """An alert as far as it was said; what is empty was not."""

    rule: Rule
    #: A platform id.
    account: str = ""
    #: Five fields of cron.
    cron: str = ""
    #: An IANA zone.
    zone: str = ""
    #: A Slack channel id.
    channel: str = ""


@dataclass(frozen=True, slots=True)
class AlertAsk:
    """One question about alerts. ``which`` is an alert as the person named it: the beginning of an id, or an account."""

    deed: AlertDeed
    which: str = ""
    draft: AlertDraft | None = None
    #: How long to be silent.
    days: int = SNOOZE_DAYS


def alert_deed_words(deed: AlertDeed, which: str = "") -> str:
    """What a button on an alert says: the deed and the id."""
    return " ".join(filter(None, (ALERT, deed.value, which)))


def rule_said(rule: Rule) -> str:
    """The rule in the words of the grammar: "impressions +50% week min 500 cooldown 7 days quiet 20:00-8:00"."""
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

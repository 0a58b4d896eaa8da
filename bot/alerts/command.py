"""Commands about alerts as values, and the text of a rule."""

from dataclasses import dataclass
from typing import Final

from bot.alerts.rule import MOVES, WINDOWS, AlertRule, Condition
from bot.management.actions import SubscriptionAction
from bot.parsing.text import say_amount
from bot.parsing.vocabulary import METRIC_NAMES

TEAM_REACH = "Reach counts people, some of them twice, so it is never added up over accounts."
#: What can be pasted.
EXAMPLES: Final = (
    "alert impressions +50% week min 500",
    "alert comments > 20 day",
    "alert team reactions -30% month weekdays at 8:30",
)


#: The word that every command about alerts begins with.
ALERT: Final = "alert"
#: The word for the engagement rate, which is not a metric of the API.
ENGAGEMENT: Final = "engagement"
#: Days that an alert is silent where the command names none.
SNOOZE_DAYS: Final = 7
#: An alert that is to be silent for longer is better paused.
MOST_SNOOZE_DAYS: Final = 90


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

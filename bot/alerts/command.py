"""What a person wants done about alerts: values, and the canonical words that buttons carry."""

import re
from dataclasses import dataclass
from typing import Final

from bot.alerts.rule import MOVES, WINDOWS, AlertRule, Condition
from bot.errors import NotUnderstood
from bot.management.actions import SubscriptionAction
from bot.management.messages import DIGEST_SAID_TWO_CHANNELS
from bot.parsing.account_names import FULL_ID
from bot.parsing.text import say_amount, without_channels
from bot.parsing.vocabulary import METRIC_NAMES

ONE_EACH = "Set up one alert for each."


#: The word that every question about alerts begins with.
ALERT: Final = "alert"
#: The word for the figure that is no metric.
ENGAGEMENT: Final = "engagement"
#: For how many days an alert is silent when nobody says for how many.
SNOOZE_DAYS: Final = 7
#: An alert asleep for longer is better paused.
MOST_SNOOZE_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class AlertDraft:
    """An alert as far as it was said; what is empty was not."""

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
    """One question about alerts. ``which`` is an alert as the person named it: the beginning of an id, or an account."""

    action: SubscriptionAction
    which: str = ""
    draft: AlertDraft | None = None
    #: How long to be silent.
    days: int = SNOOZE_DAYS


def rule_said(rule: AlertRule) -> str:
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


# MERGED: A text about alerts with what would not survive cutting it into words taken out: the channel, names in quotes, Slack's signs.

_NAME = re.compile(rf"\"[^\"]+\"|(?<!\S){FULL_ID.pattern}(?!\S)")
#: Other spellings of a sign.
_SIGNS = {
    "≥": ">=",
    "≤": "<=",
    "=>": ">=",
    "=<": "<=",
    "−": "-",
    "–": "-",
    "“": '"',
    "”": '"',
    "„": '"',
}


@dataclass(frozen=True, slots=True)
class AlertTokens:
    """A text and what stood in it."""

    #: The whole of it with plain signs, for suggestions.
    whole: str
    #: What is left without channel and names, one line.
    text: str
    #: Names in their quotes, and ids in full.
    names: tuple[str, ...]
    #: A Slack channel id, or "".
    channel: str

    @classmethod
    def of(cls, text: str) -> "AlertTokens":
        """The text taken apart; raises NotUnderstood for two channels."""
        channels, plain = without_channels(text)
        if len(channels) > 1:
            raise NotUnderstood(DIGEST_SAID_TWO_CHANNELS.format(n=len(channels)), remedy=ONE_EACH)
        for sign, meant in _SIGNS.items():
            plain = plain.replace(sign, meant)
        plain = " ".join(plain.split())
        names = tuple(_NAME.findall(plain))
        return cls(plain, " ".join(_NAME.sub(" ", plain).split()), names, channels[0] if channels else "")

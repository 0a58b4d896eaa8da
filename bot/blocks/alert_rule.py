"""An alert's rule and its figures in plain words."""

from collections.abc import Sequence
from typing import Final

from bot.blocks.numbers import count, percent, percent_digits, rate, signed
from bot.blocks.parts import account_name
from bot.blocks.words import (
    ALERT_RULE_BEFORE,
    ALERT_RULE_EVERYBODY,
    ALERT_RULE_UNKNOWN,
    CONDITIONS,
    COOLDOWN,
    CROSSED,
    MINIMUM,
    MINIMUM_OF_RATE,
    MOVED,
    NAMES,
    NOBODY,
    QUIET,
    RATE_NAME,
    WITHIN,
)
from bot.domain.accounts import Account
from bot.domain.alerts import Rule, Window
from bot.domain.vocabulary import TEAM

_PERCENT: Final = 100


def figure_name(rule: Rule) -> str:
    """What is watched: "Impressions", "Engagement rate"."""
    return NAMES[rule.metric] if rule.metric else RATE_NAME


def whose(rule: Rule, accounts: Sequence[Account]) -> str:
    """Whose figures they are (foreign text, not escaped)."""
    if rule.who:
        return ALERT_RULE_EVERYBODY if rule.who == TEAM else rule.who
    return ", ".join(account_name(account) for account in accounts) or NOBODY


def rule_words(rule: Rule) -> str:
    """The rule as people say it: "impressions up 50 % or more against the week before, from 500 on, at most once in 7 days"."""
    figure = figure_name(rule).lower()
    if rule.moves:
        said = MOVED.format(
            figure=figure,
            direction=CONDITIONS[rule.condition],
            percent=percent(rule.amount / _PERCENT),
            before=ALERT_RULE_BEFORE[rule.window],
        )
    else:
        amount = line_words(rule)
        said = CROSSED.format(figure=figure, condition=CONDITIONS[rule.condition], amount=amount, window=WITHIN[rule.window])
    small = [said]
    if rule.minimum:
        small.append((MINIMUM if rule.metric else MINIMUM_OF_RATE).format(minimum=count(rule.minimum)))
    small.append(COOLDOWN.format(days=days_words(rule.cooldown)))
    if rule.quiet:
        small.append(QUIET.format(hours=rule.quiet))
    return ", ".join(small)


def days_words(days: int) -> str:
    """So many days: "one day", "7 days"."""
    return "one day" if days == 1 else f"{days} days"


def figure_words(rule: Rule, figure: float | None) -> str:
    """A figure of this rule: "12,400", "3.68 %", or that it is unknown."""
    if figure is None:
        return ALERT_RULE_UNKNOWN
    return rate(figure / _PERCENT) if rule.metric is None else count(round(figure))


def line_words(rule: Rule) -> str:
    """The line that a figure crosses: "20", "2.5 %"."""
    return percent(rule.amount / _PERCENT) if rule.metric is None else count(round(rule.amount))


def movement(rule: Rule, window: Window) -> str:
    """How the figure stands to the window before, or to its line: "up 54 % (+4,350) on the week before", "above 20"; "" when unknown."""
    if not rule.moves:
        return f"{CONDITIONS[rule.condition]} {line_words(rule)}"
    if window.now is None or not window.before:
        return ""
    moved = window.now - window.before
    if not moved:
        return f"unchanged from {ALERT_RULE_BEFORE[rule.window]}"
    by = f" ({signed(round(moved))})" if rule.metric else f" (from {figure_words(rule, window.before)})"
    direction = "up" if moved > 0 else "down"
    size = moved / window.before
    return f"{direction} {percent(size) if percent_digits(size) else percent(0.0)}{by} on {ALERT_RULE_BEFORE[rule.window]}"

"""An alert's rule, its figures and what they are compared with, in words."""

from calendar import day_name
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from bot.alerts.evaluate import Window, change_of, crosses, is_unusual, moves_enough, usual_of
from bot.alerts.rule import WEEKS, AlertRule, Condition, UsualRange
from bot.parsing.text import say_amount
from bot.reports.card_parts import account_name
from bot.reports.figures import RATE_BASIS, RATE_NAME, noun
from bot.slack.numbers import count, current_format, percent_with_decimals, points, rate, rate_with_decimals, signed
from bot.statistics.metrics import NAMES, Metric, RateBasis
from bot.statistics.reports import TEAM, Account

UNKNOWN = "n/a"
COOLDOWN, COOLDOWN_OF_A_DAY = "at most once every {days} days", "at most once a day"
CONDITIONS: Final[Mapping[Condition, str]] = {
    Condition.UP: "up",
    Condition.DOWN: "down",
    Condition.ABOVE: "above",
    Condition.AT_LEAST: "at least",
    Condition.BELOW: "below",
    Condition.AT_MOST: "at most",
}
BEFORE: Final = {"day": "the day before", "week": "the week before", "month": "the 4 weeks before"}
WITHIN: Final = {"day": "on one day", "week": "in 7 days", "month": "in 4 weeks"}

_PERCENT: Final = 100


def figure_name(rule: AlertRule) -> str:
    return NAMES[rule.metric] if rule.metric else RATE_NAME


def watched_names(rule: AlertRule, accounts: Sequence[Account]) -> str:
    """The group, or the accounts, that are watched (foreign text, not escaped)."""
    if rule.who:
        return "all accounts" if rule.who == TEAM else rule.who
    return account_names(accounts)


def account_names(accounts: Sequence[Account]) -> str:
    return ", ".join(account_name(account) for account in accounts) or "an account that isn't shown any more"


def condition_in_words(rule: AlertRule, basis: RateBasis) -> str:
    """The figure and its condition in words: "impressions up 50% or more vs. the week before"."""
    figure = figure_name(rule).lower() if rule.metric else f"engagement rate (of {RATE_BASIS[basis]})"
    if rule.unusual:
        return f"{figure} {rule.condition.value} for the day of the week, vs. the {WEEKS} weeks before"
    condition, amount = CONDITIONS[rule.condition], threshold_words(rule)
    if rule.moves:
        return f"{figure} {condition} {amount} or more vs. {BEFORE[rule.window]}"
    return f"{figure} {condition} {amount} {WITHIN[rule.window]}"


def rule_words(rule: AlertRule, basis: RateBasis) -> str:
    """The rule in words: "impressions up 50% or more vs. the week before, ignored below 500, at most once every 7 days"."""
    parts = [condition_in_words(rule, basis)]
    if rule.minimum:
        parts.append(f"ignored below {count(rule.minimum) if rule.metric else noun(Metric.IMPRESSION, rule.minimum)}")
    parts.append(COOLDOWN_OF_A_DAY if rule.cooldown == 1 else COOLDOWN.format(days=rule.cooldown))
    if rule.quiet:
        parts.append(f"quiet {rule.quiet}")
    return ", ".join(parts)


def figure_words(rule: AlertRule, figure: Fraction | float | None, usual: UsualRange | None = None) -> str:
    """The figure ("12,400", "3.68%"; "n/a" for an unknown one), with the decimals that tell on which side of its limit a rate is."""
    if figure is None:
        return UNKNOWN
    if rule.metric is not None:
        return count(int(figure))
    exact = Fraction(figure) / _PERCENT
    if usual is not None:
        return rate_with_decimals(exact, lambda shown: is_unusual(rule, usual, shown * _PERCENT))
    return rate(exact) if rule.moves or rule.unusual else rate_with_decimals(exact, lambda shown: crosses(rule, shown * _PERCENT))


def window_words(rule: AlertRule, window: Window) -> str:
    return figure_words(rule, window.now, usual_of(rule, window))


def threshold_words(rule: AlertRule) -> str:
    """The amount that the figure or its change is compared with, as it was typed: "20", "2.75%"."""
    digits = say_amount(rule.amount)
    return current_format().percentage(digits) if rule.moves or rule.metric is None else current_format().decimals(digits)


def change_words(rule: AlertRule, window: Window) -> str:
    """The comparison: "up 54% (+4,350) vs. the week before", "above 20", "unusually high: 180 to 330 is usual on Tuesdays", or ""."""
    if rule.unusual:
        return _usual_words(rule, window)
    if not rule.moves:
        return f"{CONDITIONS[rule.condition]} {threshold_words(rule)}"
    change = change_of(window)
    if change is None or window.now is None or window.before is None:
        return ""
    if not change:
        return f"unchanged from {BEFORE[rule.window]}"
    moved = Fraction(window.now) - Fraction(window.before)
    by = signed(int(moved)) if rule.metric else f"{points(moved / _PERCENT)}, from {figure_words(rule, window.before)}"
    sign = 1 if change > 0 else -1
    shown = percent_with_decimals(change, lambda size: moves_enough(rule, sign * size))
    return f"{'up' if change > 0 else 'down'} {shown} ({by}) vs. {BEFORE[rule.window]}"


def _usual_words(rule: AlertRule, window: Window) -> str:
    """The usual range, and on which side of it the figure is; "" when too few weeks are known."""
    usual = usual_of(rule, window)
    if usual is None:
        return ""
    low, high = (figure_words(rule, end) for end in (usual.low, usual.high))
    words = f"{low} to {high} is usual on {weekdays(window)}"
    if window.now is None or not is_unusual(rule, usual, Fraction(window.now)):
        return words
    return f"unusually {'high' if window.now > usual.high else 'low'}: {words}"


def weekdays(window: Window) -> str:
    return f"{day_name[window.period.last.weekday()]}s"

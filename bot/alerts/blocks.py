"""An alert's rule and its figures in plain words."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from bot.alerts.command import SNOOZE_DAYS
from bot.alerts.fetch import AlertFindings, AlertReport
from bot.alerts.messages import LOOKED_AT
from bot.alerts.rule import AlertNotice, AlertRule, Condition, Window
from bot.blockkit.actions import example_id
from bot.blockkit.builders import Block, Element, Message, actions, button, context, header, section
from bot.blockkit.mrkdwn import escape, shorten_mrkdwn
from bot.blockkit.numbers import count, percent, percent_digits, rate, signed
from bot.management.actions import SubscriptionAction
from bot.management.buttons import action_button
from bot.management.messages import OPEN_CARD
from bot.parsing.account_names import id_word
from bot.parsing.vocabulary import TEAM
from bot.reports.card_parts import account_name, footer, metadata
from bot.reports.chart import draw
from bot.reports.figures import listed
from bot.reports.messages import RATE_NAME
from bot.statistics.accounts import Account
from bot.statistics.metrics import NAMES, Value
from bot.statistics.periods import Period, label, words
from bot.statistics.reports import AccountReport, Freshness
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus

SNOOZE = f"Snooze {SNOOZE_DAYS} days"
FIRED = "{figure} of {whose}, {days}: {now}, {movement}"
NORMAL = "{figure} of {whose}, {days}: back to normal, {now}"
NORMAL_MOVED = "{figure} of {whose}, {days}: back to normal, {now}, {movement}"
ALSO = "Also {days}: {now}, {movement}."
SINCE = ":white_check_mark: Back to normal since {days}: {now}."
ALERT_CARDS_AGAINST = "{days} against {before}"
RULE = "Alert: {rule}"
ALERT_CARDS_WITHOUT = ":warning: Without {names}: the figures could not be fetched. `accounts` says what is wrong."
ALERT_RULE_EVERYBODY = "all accounts"
NOBODY = "an account that is not shown any more"
ALERT_RULE_UNKNOWN = "n/a"
MOVED = "{figure} {direction} {percent} or more against {before}"
CROSSED = "{figure} {condition} {amount} {window}"
MINIMUM = "from {minimum} on"
MINIMUM_OF_RATE = "from {minimum} impressions on"
COOLDOWN = "at most once in {days}"
QUIET = "quiet {hours}"
CONDITIONS: Final[Mapping[Condition, str]] = {
    Condition.UP: "up",
    Condition.DOWN: "down",
    Condition.ABOVE: "above",
    Condition.AT_LEAST: "at least",
    Condition.BELOW: "below",
    Condition.AT_MOST: "at most",
}
ALERT_RULE_BEFORE: Final = {"day": "the day before", "week": "the week before", "month": "the 4 weeks before"}
WITHIN: Final = {"day": "on one day", "week": "in 7 days", "month": "in 4 weeks"}


_PERCENT: Final = 100


def figure_name(rule: AlertRule) -> str:
    """What is watched: "Impressions", "Engagement rate"."""
    return NAMES[rule.metric] if rule.metric else RATE_NAME


def watched_names(rule: AlertRule, accounts: Sequence[Account]) -> str:
    """The group, or the accounts, whose figures are watched (foreign text, not escaped)."""
    if rule.who:
        return ALERT_RULE_EVERYBODY if rule.who == TEAM else rule.who
    return account_names(accounts)


def account_names(accounts: Sequence[Account]) -> str:
    """The accounts' names (foreign text, not escaped)."""
    return ", ".join(account_name(account) for account in accounts) or NOBODY


def rule_words(rule: AlertRule) -> str:
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


def figure_words(rule: AlertRule, figure: float | None) -> str:
    """A figure of this rule: "12,400", "3.68 %", or that it is unknown."""
    if figure is None:
        return ALERT_RULE_UNKNOWN
    return rate(figure / _PERCENT) if rule.metric is None else count(round(figure))


def line_words(rule: AlertRule) -> str:
    """The line that a figure crosses: "20", "2.5 %"."""
    return percent(rule.amount / _PERCENT) if rule.metric is None else count(round(rule.amount))


def movement(rule: AlertRule, window: Window) -> str:
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


def alert_button(action: SubscriptionAction, which: str = "", *, number: int = 0) -> Element:
    """A button that does this to the alert of this id; ``number`` tells several of one message apart."""
    label = SNOOZE if action is SubscriptionAction.SNOOZE else ""
    return action_button(SubscriptionKind.ALERT, action, which, label=label, number=number)


def posted_buttons(alert: Subscription) -> list[Element]:
    """The buttons under a posted alert, beside the one that opens the card."""
    return [alert_button(each, alert.id) for each in (SubscriptionAction.SNOOZE, _pause_or_resume(alert), SubscriptionAction.SHOW)]


def manage_buttons(alert: Subscription, *, readable: bool = True) -> list[Element]:
    """Everything that can be done to an alert; one whose rule this version cannot read can only be deleted."""
    snooze = () if alert.status is SubscriptionStatus.PAUSED else (SubscriptionAction.SNOOZE,)
    others = (SubscriptionAction.TEST, _pause_or_resume(alert), *snooze) if readable else ()
    return [alert_button(action, alert.id) for action in (*others, SubscriptionAction.DELETE)]


def _pause_or_resume(alert: Subscription) -> SubscriptionAction:
    return SubscriptionAction.RESUME if alert.status is SubscriptionStatus.PAUSED else SubscriptionAction.PAUSE


# MERGED: An alert as it is posted: what moved, of whom, how far, fit to be forwarded; the rule, the days, and what can be done about it.

#: So many accounts are named.
_NAMED = 10
_TEXT_LIMIT = 2_900


def build_alert(report: AlertReport, *, alert: Subscription, today: date) -> Message:
    """The message for the channel; its verdict has something to say.

    Args:
        report: what was looked at; days are UTC.
        alert: as it is now; the buttons carry its id.
        today: the day it is now in UTC; dates of another year are named with it.
    """
    look, told = report.look, _told(report)
    headline = alert_headline(report, today)
    lines = list(_lines(report, today))
    blocks: list[Block] = [
        header(headline),
        context(f"{_days(look, told.period, today)} · {escape(RULE.format(rule=rule_words(look.rule)))}"),
    ]
    if lines:
        blocks.append(section("\n".join(lines)))
    blocks += _drawn(look, told.period, today)
    blocks += [actions([_open(look, told.period), *posted_buttons(alert)]), context(_footer(report))]
    text = shorten_mrkdwn(" ".join([f"{escape(headline)}.", *lines]), _TEXT_LIMIT)
    return Message(text, tuple(blocks), _metadata(look, told.period, report.verdict.said, alert))


def alert_headline(report: AlertReport, today: date) -> str:
    """What there is to say in one line of plain text: "Impressions of Acme, 16–22 Nov: 12,400, up 54 % (+4,350) on the week before"."""
    look, told = report.look, _told(report)
    moved = movement(look.rule, told)
    form = FIRED if report.verdict.fired else NORMAL_MOVED if look.rule.moves and moved else NORMAL
    return form.format(
        figure=figure_name(look.rule),
        whose=watched_names(look.rule, look.accounts),
        now=figure_words(look.rule, told.now),
        days=label(told.period, today),
        movement=moved,
    )


def about(look: AlertFindings, period: Period) -> str:
    """What a window is about, in the words of the grammar: its account or team, and its days."""
    who = look.rule.who and ("team" if look.rule.who == "team" else f"team {look.rule.who}")
    return f"{who or id_word(look.accounts[0].platform_id)} {words(period)}"


def _told(report: AlertReport) -> Window:
    """The window that the first line is about: the last that fired, else the one in which all is well again."""
    verdict = report.verdict
    return verdict.fired[-1] if verdict.fired else verdict.normal or report.look.windows[-1]


def _lines(report: AlertReport, today: date) -> list[str]:
    """The other windows that fired, since when all is well again, and who is left out."""
    rule, verdict = report.look.rule, report.verdict
    lines = [
        ALSO.format(days=label(one.period, today), now=figure_words(rule, one.now), movement=movement(rule, one))
        for one in verdict.fired[-2::-1]
    ]
    if verdict.fired and verdict.normal is not None:
        lines.append(SINCE.format(now=figure_words(rule, verdict.normal.now), days=label(verdict.normal.period, today)))
    if failed := report.look.failed:
        lines.append(ALERT_CARDS_WITHOUT.format(names=escape(listed(account_name(account) for account in failed[:_NAMED]))))
    return lines


def _days(look: AlertFindings, period: Period, today: date) -> str:
    days = label(period, today)
    return ALERT_CARDS_AGAINST.format(days=days, before=label(period.before, today)) if look.rule.moves else days


def _drawn(look: AlertFindings, period: Period, today: date) -> list[Block]:
    """The chart of the window's days, beside those of the window before where it was looked at; none of a single day."""
    metric = look.rule.metric
    if metric is None or not look.by_day or period.days == 1:
        return []
    before = period.before if look.rule.moves else None
    counted = Value(sum(number for day, number in look.by_day.items() if day in period))
    freshness = Freshness(look.fetched_at)
    drawn = draw(
        AccountReport(look.accounts[0], period, {metric: counted}, (metric,), freshness, before, daily={metric: look.by_day}), today
    )
    return [*([drawn.block] if drawn.block else []), *([context("\n".join(drawn.notes))] if drawn.notes else [])]


def _open(look: AlertFindings, period: Period) -> Element:
    return button(example_id(1), OPEN_CARD, about(look, period), primary=True)


def _footer(report: AlertReport) -> str:
    basis = report.look.basis if report.look.rule.metric is None else None
    said = footer(Freshness(report.look.fetched_at), basis, by_days=True)
    return f"{said} · {LOOKED_AT.format(schedule=escape(report.schedule_words))}"


def _metadata(look: AlertFindings, period: Period, said: AlertNotice, alert: Subscription) -> Mapping[str, Any]:
    """What the message says about itself: to questions in its thread, and to the alert's next look."""
    plain = metadata("alert", about(look, period), private=False) or {}
    return {**plain, "event_payload": {**plain["event_payload"], "digest": alert.id, "alert": said.as_payload()}}

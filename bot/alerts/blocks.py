"""The message of an alert, and its rule and figures in words."""

from calendar import day_name
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from bot.alerts.evaluate import AlertNotice, Window, change_of, crosses, is_unusual, moves_enough, usual_of
from bot.alerts.fetch import AlertFindings, AlertReport
from bot.alerts.rule import SNOOZE_DAYS, AlertRule, Condition, mentions
from bot.alerts.unusual import WEEKS, UsualRange
from bot.blockkit.actions import example_id, with_more
from bot.blockkit.builders import Block, Element, Message, actions, button, context, escape, header, section, shorten_mrkdwn
from bot.blockkit.numbers import (
    average,
    count,
    current_format,
    percent_with_decimals,
    period_label,
    points,
    rate,
    rate_with_decimals,
    signed,
)
from bot.management.actions import SubscriptionAction, action_button, menu_choice
from bot.parsing.account_names import id_word
from bot.parsing.text import say_amount
from bot.parsing.vocabulary import TEAM
from bot.reports.account_blocks import day_filling_in
from bot.reports.card_parts import account_name, combined_freshness, footer, metadata
from bot.reports.chart import draw
from bot.reports.figures import OPEN_CARD, RATE_BASIS, RATE_NAME, listed, noun
from bot.statistics.metrics import NAMES, Metric, RateBasis, Value
from bot.statistics.reports import Account, AccountReport, Freshness, Period, period_text
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus

LOOKED_AT = "checked {schedule}"


SNOOZE = f"Snooze {SNOOZE_DAYS} Days"
FIRED = "{figure} of {watched}, {days}: {now}, {movement}"
NORMAL = "{figure} of {watched}, {days}: back to normal, {now}"
NORMAL_MOVED = "{figure} of {watched}, {days}: back to normal, {now}, {movement}"
ALSO = "Also {days}: {now}, {movement}."
SINCE = ":white_check_mark: Back to normal since {days}: {now}."
AGAINST = "{days} vs. {before}"
RULE = "Alert: {rule}"
WITHOUT = ":warning: Without {names}: the figures couldn't be fetched. `accounts` says what is wrong."
EVERYBODY = "all accounts"
NOBODY = "an account that isn't shown any more"
UNKNOWN = "n/a"
RATE_OF = "engagement rate (of {basis})"
MOVED = "{figure} {direction} {percent} or more vs. {before}"
CROSSED = "{figure} {condition} {amount} {window}"
UNUSUAL_RULE = "{figure} {condition} for the day of the week, vs. the {weeks} weeks before"
USUAL_RANGE = "{low} to {high} is usual on {weekdays}"
UNUSUAL_NOW = "unusually {direction}: {usual}"
WEEKS_BEFORE = "The {weekdays} before: {figures}, latest first. Their median is {median}."
MINIMUM = "ignored below {minimum}"
COOLDOWN, COOLDOWN_OF_A_DAY = "at most once every {days} days", "at most once a day"
QUIET = "quiet {hours}"
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
    """The watched figure: "Impressions", "Engagement rate"."""
    return NAMES[rule.metric] if rule.metric else RATE_NAME


def watched_names(rule: AlertRule, accounts: Sequence[Account]) -> str:
    """The group, or the accounts, that are watched (foreign text, not escaped)."""
    if rule.who:
        return EVERYBODY if rule.who == TEAM else rule.who
    return account_names(accounts)


def account_names(accounts: Sequence[Account]) -> str:
    """The accounts' names (foreign text, not escaped)."""
    return ", ".join(account_name(account) for account in accounts) or NOBODY


def rule_words(rule: AlertRule, basis: RateBasis) -> str:
    """The rule in words: "impressions up 50% or more against the week before, ignored below 500, at most once every 7 days"."""
    figure = figure_name(rule).lower() if rule.metric else RATE_OF.format(basis=RATE_BASIS[basis])
    if rule.moves:
        condition = MOVED.format(
            figure=figure,
            direction=CONDITIONS[rule.condition],
            percent=threshold_words(rule),
            before=BEFORE[rule.window],
        )
    elif rule.unusual:
        condition = UNUSUAL_RULE.format(figure=figure, condition=rule.condition.value, weeks=WEEKS)
    else:
        amount = threshold_words(rule)
        condition = CROSSED.format(figure=figure, condition=CONDITIONS[rule.condition], amount=amount, window=WITHIN[rule.window])
    parts = [condition]
    if rule.minimum:
        parts.append(MINIMUM.format(minimum=count(rule.minimum) if rule.metric else noun(Metric.IMPRESSION, rule.minimum)))
    parts.append(COOLDOWN_OF_A_DAY if rule.cooldown == 1 else COOLDOWN.format(days=rule.cooldown))
    if rule.quiet:
        parts.append(QUIET.format(hours=rule.quiet))
    return ", ".join(parts)


def figure_words(rule: AlertRule, figure: Fraction | float | None, usual: UsualRange | None = None) -> str:
    """The figure: "12,400", "3.68%"; "n/a" when it is unknown.

    A rate has as many decimals as tell on which side of the limit, or of the usual range, it is.
    """
    if figure is None:
        return UNKNOWN
    if rule.metric is not None:
        return count(int(figure))
    exact = Fraction(figure) / _PERCENT
    if usual is not None:
        return rate_with_decimals(exact, lambda shown: is_unusual(rule, usual, shown * _PERCENT))
    return rate(exact) if rule.moves or rule.unusual else rate_with_decimals(exact, lambda shown: crosses(rule, shown * _PERCENT))


def window_words(rule: AlertRule, window: Window) -> str:
    """The figure of a window."""
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
    words = USUAL_RANGE.format(low=low, high=high, weekdays=_weekdays(window))
    if window.now is None or not is_unusual(rule, usual, Fraction(window.now)):
        return words
    return UNUSUAL_NOW.format(direction="high" if window.now > usual.high else "low", usual=words)


def _weekdays(window: Window) -> str:
    return f"{day_name[window.period.last.weekday()]}s"


def _weeks_before(rule: AlertRule, window: Window) -> list[str]:
    """The sentence with the figures that the usual range is made of."""
    usual = usual_of(rule, window)
    if usual is None:
        return []
    figures = ", ".join(figure_words(rule, figure) for figure in window.history)
    middle = average(usual.median) if rule.metric else figure_words(rule, usual.median)
    return [WEEKS_BEFORE.format(weekdays=_weekdays(window), figures=figures, median=middle)]


def alert_button(action: SubscriptionAction, which: str = "", *, number: int = 0, about: str = "") -> Element:
    """A button that does this to the alert of this id; ``number`` and what it is ``about`` tell several of one message apart."""
    label = SNOOZE if action is SubscriptionAction.SNOOZE else ""
    return action_button(SubscriptionKind.ALERT, action, which, label=label, number=number, about=about)


def posted_buttons(alert: Subscription) -> list[Element]:
    """The buttons under a posted alert, beside the one that opens the card."""
    others = [alert_button(each, alert.id) for each in (SubscriptionAction.SNOOZE, _pause_or_resume(alert))]
    return with_more([alert_button(SubscriptionAction.SHOW, alert.id)], map(menu_choice, others))


def manage_buttons(alert: Subscription, *, readable: bool = True) -> list[Element]:
    """Everything that can be done to an alert; one whose rule this version cannot read can only be deleted."""
    delete = alert_button(SubscriptionAction.DELETE, alert.id)
    if not readable:
        return [delete]
    shown = [alert_button(action, alert.id) for action in (SubscriptionAction.TEST, _pause_or_resume(alert))]
    snooze = [] if alert.status is SubscriptionStatus.PAUSED else [alert_button(SubscriptionAction.SNOOZE, alert.id)]
    return with_more(shown, map(menu_choice, [*snooze, delete]))


def _pause_or_resume(alert: Subscription) -> SubscriptionAction:
    return SubscriptionAction.RESUME if alert.status is SubscriptionStatus.PAUSED else SubscriptionAction.PAUSE


#: At most so many accounts are named.
_NAMED = 10
_TEXT_LIMIT = 2_900


def build_alert(report: AlertReport, *, alert: Subscription, today: date) -> Message:
    """The message for the channel.

    Args:
        report: figures and evaluation, with something to post; days are UTC.
        alert: as it is now; the buttons carry its id.
        today: the current UTC day; dates of another year are shown with the year.
    """
    findings, window = report.findings, _shown_window(report)
    headline = alert_headline(report, today)
    lines, young = _lines(report, today), alert_filling_in(findings, [window, *report.state.fired, report.state.normal])
    blocks: list[Block] = [
        header(headline),
        context(f"{_days(findings, window.period, today)} · {escape(RULE.format(rule=rule_words(findings.rule, findings.basis)))}"),
    ]
    called = mentions(findings.rule) if report.state.fired else []
    if lines or called:
        blocks.append(section("\n".join([*([" ".join(called)] if called else []), *lines])))
    blocks += [*_drawn(findings, window.period, today), *map(context, young)]
    blocks += [actions([_open(findings, window.period), *posted_buttons(alert)]), context(_footer(report))]
    text = shorten_mrkdwn(" ".join([*called, f"{escape(headline)}.", *lines, *young]), _TEXT_LIMIT)
    return Message(text, tuple(blocks), _metadata(findings, window.period, report.state.notice, alert))


def alert_headline(report: AlertReport, today: date) -> str:
    """The headline in plain text: "Impressions of Acme, Nov 16–22: 12,400, up 54% (+4,350) vs. the week before"."""
    findings, window = report.findings, _shown_window(report)
    moved = change_words(findings.rule, window)
    compares = findings.rule.moves or findings.rule.unusual
    title = f"{findings.rule.title}: " if findings.rule.title else ""
    form = FIRED if report.state.fired else NORMAL_MOVED if compares and moved else NORMAL
    return title + form.format(
        figure=figure_name(findings.rule),
        watched=watched_names(findings.rule, findings.accounts),
        now=window_words(findings.rule, window),
        days=period_label(window.period, today),
        movement=moved,
    )


def alert_filling_in(findings: AlertFindings, shown: Sequence[Window | None]) -> list[str]:
    """The sentence that the last day of the shown windows may still be filling in; none where it is over for a day, or unknown."""
    last = max((window.period.last for window in shown if window and window.now is not None), default=None)
    return day_filling_in(last, findings.fetched_at) if last else []


def card_command(findings: AlertFindings, period: Period) -> str:
    """The command that shows the figures of a window: its account or team, and its days."""
    who = findings.rule.who and ("team" if findings.rule.who == "team" else f"team {findings.rule.who}")
    return f"{who or id_word(findings.accounts[0].platform_id)} {period_text(period)}"


def _shown_window(report: AlertReport) -> Window:
    """The window of the headline: the last that fired, else the one that is back to normal."""
    state = report.state
    return state.fired[-1] if state.fired else state.normal or report.findings.windows[-1]


def _lines(report: AlertReport, today: date) -> list[str]:
    """What the figure is compared with, the other windows that fired, since when it is back to normal, and the accounts left out."""
    rule, state = report.findings.rule, report.state
    lines = _weeks_before(rule, _shown_window(report))
    lines += [
        ALSO.format(days=period_label(one.period, today), now=window_words(rule, one), movement=change_words(rule, one))
        for one in state.fired[-2::-1]
    ]
    if state.fired and state.normal is not None:
        lines.append(SINCE.format(now=window_words(rule, state.normal), days=period_label(state.normal.period, today)))
    if failed := report.findings.failed:
        lines.append(WITHOUT.format(names=escape(listed(account_name(account) for account in failed[:_NAMED]))))
    return lines


def _days(findings: AlertFindings, period: Period, today: date) -> str:
    days = period_label(period, today)
    return AGAINST.format(days=days, before=period_label(period.before, today)) if findings.rule.moves else days


def _drawn(findings: AlertFindings, period: Period, today: date) -> list[Block]:
    """The chart of the window's days, beside those of the window before where the rule compares them; none of a single day."""
    metric = findings.rule.metric
    if metric is None or not findings.by_day or period.days == 1:
        return []
    before = period.before if findings.rule.moves else None
    counted = Value(sum(number for day, number in findings.by_day.items() if day in period))
    days = {metric: findings.by_day}
    report = AccountReport(findings.accounts[0], period, {metric: counted}, (metric,), _freshness(findings), before, daily=days)
    return draw(report, today).blocks


def _freshness(findings: AlertFindings) -> Freshness:
    return combined_freshness([(account_name(account), freshness) for account, freshness in findings.sources])


def _open(findings: AlertFindings, period: Period) -> Element:
    return button(example_id(1), OPEN_CARD, card_command(findings, period), primary=True)


def _footer(report: AlertReport) -> str:
    basis = report.findings.basis if report.findings.rule.metric is None else None
    source = footer(_freshness(report.findings), basis, by_days=True)
    return f"{source} · {LOOKED_AT.format(schedule=escape(report.schedule_words))}"


def _metadata(findings: AlertFindings, period: Period, notice: AlertNotice, alert: Subscription) -> Mapping[str, Any]:
    """The message's metadata: for commands in its thread, and for the alert's next evaluation."""
    plain = metadata("alert", card_command(findings, period), private=False) or {}
    return {**plain, "event_payload": {**plain["event_payload"], "digest": alert.id, "alert": notice.as_payload()}}

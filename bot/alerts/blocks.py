"""The message of an alert, and what its earlier messages say once the figure is back to normal."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from bot.alerts.evaluate import AlertNotice, Window, usual_of
from bot.alerts.fetch import AlertFindings, AlertReport
from bot.alerts.rule import AlertRule, mentions
from bot.alerts.words import change_words, condition_in_words, figure_name, figure_words, rule_words, watched_names, weekdays, window_words
from bot.management.actions import SubscriptionAction, action_button, menu_choice, pause_or_resume
from bot.reports.account_blocks import day_filling_in
from bot.reports.card_parts import account_name, combined_freshness, footer, metadata, with_more
from bot.reports.chart import draw
from bot.reports.figures import listed
from bot.slack.builders import Block, Element, Message, actions, button, channel_words, context, escape, header, message_text, section
from bot.slack.interactive import OPEN_CARD, example_id
from bot.slack.numbers import average, period_label
from bot.statistics.metrics import Value
from bot.statistics.reports import AccountReport, Freshness, Period, id_word, period_text
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus

alert_button = partial(action_button, SubscriptionKind.ALERT)
LOOKED_AT = "checked {schedule}"
SINCE = ":white_check_mark: Back to normal since {days}: {now}."
RESOLVED = ":white_check_mark: *Resolved after {after}.* Back to normal since {days}: {now}."
RULE = "Alert: {rule}"
WITHOUT = ":warning: Without {names}: the figures couldn't be fetched. `accounts` says what is wrong."


def _weeks_before(rule: AlertRule, window: Window) -> list[str]:
    """The sentence with the figures that the usual range is made of."""
    usual = usual_of(rule, window)
    if usual is None:
        return []
    figures = ", ".join(figure_words(rule, figure) for figure in window.history)
    middle = average(usual.median) if rule.metric else figure_words(rule, usual.median)
    return [f"The {weekdays(window)} before: {figures}, latest first. Their median is {middle}."]


def posted_buttons(alert: Subscription) -> list[Element]:
    others = [alert_button(each, alert.id) for each in (SubscriptionAction.SNOOZE, pause_or_resume(alert))]
    return with_more([alert_button(SubscriptionAction.SHOW, alert.id)], map(menu_choice, others))


def manage_buttons(alert: Subscription, *, readable: bool = True) -> list[Element]:
    """The buttons for all actions on an alert; one whose rule this version cannot read can only be deleted."""
    delete = alert_button(SubscriptionAction.DELETE, alert.id)
    if not readable:
        return [delete]
    shown = [alert_button(action, alert.id) for action in (SubscriptionAction.TEST, pause_or_resume(alert))]
    snooze = [] if alert.status is SubscriptionStatus.PAUSED else [alert_button(SubscriptionAction.SNOOZE, alert.id)]
    return with_more(shown, map(menu_choice, [alert_button(SubscriptionAction.EDIT, alert.id), *snooze, delete]))


#: At most so many accounts are named, and so many lines are added to a message.
_NAMED, _MOST_LINES = 10, 15


def build_alert(report: AlertReport, *, alert: Subscription, today: date, more: Sequence[str] = ()) -> Message:
    """The message for the channel. ``more``: further lines (mrkdwn)."""
    findings, window = report.findings, _shown_window(report)
    headline = alert_headline(report, today)
    lines, young = _lines(report, today), alert_filling_in(findings, [window, *report.state.fired, report.state.normal])
    lines += more
    blocks: list[Block] = [
        header(headline),
        context(f"{_days(findings, window.period, today)} · {escape(RULE.format(rule=rule_words(findings.rule, findings.basis)))}"),
    ]
    called = mentions(findings.rule) if report.state.fired else []
    if lines or called:
        blocks.append(section("\n".join([*([" ".join(called)] if called else []), *lines])))
    blocks += [*_drawn(findings, window.period, today), *map(context, young)]
    blocks += [actions([_open(findings, window.period), *posted_buttons(alert)]), context(_footer(findings, alert))]
    text = message_text(" ".join([*called, f"{escape(headline)}.", *lines, *young]))
    return Message(text, tuple(blocks), _metadata(findings, window.period, report.state.notice, alert))


def build_alerts(reports: Sequence[tuple[Subscription, AlertReport]], today: date) -> Message:
    """One message of several alerts on one figure that fired, each with its rule and its button."""
    first = reports[0][1].findings
    title = f"{figure_name(first.rule)} of {watched_names(first.rule, first.accounts)}: {len(reports)} alerts"
    called = list(dict.fromkeys(mention for _, report in reports for mention in mentions(report.findings.rule)))
    blocks: list[Block] = [header(title), *([section(" ".join(called))] if called else [])]
    texts, charts = [" ".join([*called, f"{escape(title)}."])], []
    for number, (alert, report) in enumerate(reports, start=1):
        findings, window, situation = report.findings, _shown_window(report), escape(_situation(report, today))
        lines = _lines(report, today)
        manage = alert_button(SubscriptionAction.SHOW, alert.id, number=number, about=findings.rule.title)
        rule = escape(RULE.format(rule=rule_words(findings.rule, findings.basis)))
        blocks += [section("\n".join([f"*{situation}*", *lines]), manage), context(f"{_days(findings, window.period, today)} · {rule}")]
        charts.append(_drawn(findings, window.period, today))
        texts.append(" ".join([f"{situation}.", *lines]))
    windows = [window for _, report in reports for window in (*report.state.fired, report.state.normal)]
    young = alert_filling_in(first, windows)
    # One chart is enough: of the longest comparison.
    blocks += [
        *max(charts, key=lambda chart: len(str(chart))),
        *map(context, young),
        actions([_open(first, _shown_window(reports[0][1]).period)]),
        context(_footer(first, reports[0][0])),
    ]
    alert, report = reports[0]
    notes = _metadata(first, _shown_window(report).period, report.state.notice, alert)
    return Message(message_text(" ".join([*texts, *young])), tuple(blocks), notes)


def build_edited(payload: str, lines: Sequence[str]) -> Message:
    """An earlier message (as JSON) below the lines (mrkdwn) that it has already and these, the last of them where they are too many."""
    stored = json.loads(payload)
    blocks = stored.get("blocks", [])
    first = next((place for place, block in enumerate(blocks) if block["type"] == "header"), 0)
    there = [block["text"]["text"] for block in blocks[:first]]
    shown = list(dict.fromkeys([*there, *lines]))[-_MOST_LINES:]
    text = message_text(" ".join([*shown, stored["text"].removeprefix(" ".join(there)).lstrip()]))
    return Message(text, (*map(section, shown), *blocks[first:]), stored.get("metadata"))


def resolved_line(report: AlertReport, normal: Window, *, since: date, today: date, named: bool) -> str:
    """The line that an alert's figure is back to normal (mrkdwn). ``since``: the last day of the window for which it fired first."""
    rule, lasted = report.findings.rule, (normal.period.last - since).days
    which = f": {escape(rule.title or condition_in_words(rule, report.findings.basis))}" if named else ""
    after = f"{lasted} {'day' if lasted == 1 else 'days'}{which}"
    return RESOLVED.format(after=after, days=period_label(normal.period, today), now=window_words(rule, normal))


def joined_line(report: AlertReport, today: date) -> str:
    """The line of an alert that fired later on the same day (mrkdwn), with whom it mentions."""
    rule = escape(RULE.format(rule=rule_words(report.findings.rule, report.findings.basis)))
    return " ".join([f":bell: *{escape(_situation(report, today))}* · {rule}", *mentions(report.findings.rule)])


def fired_there(channel: str, ts: str) -> str:
    """Where an alert fired that posts in another channel now (mrkdwn)."""
    link = f"https://slack.com/archives/{channel}/p{ts.replace('.', '')}"
    return f"It fired in {channel_words(channel)}: <{link}|the message>."


def alert_headline(report: AlertReport, today: date) -> str:
    """The headline in plain text: "Impressions of Acme, Nov 16–22: 12,400, up 54% (+4,350) vs. the week before"."""
    findings, window = report.findings, _shown_window(report)
    moved = change_words(findings.rule, window)
    compares = findings.rule.moves or findings.rule.unusual
    title = f"{findings.rule.title}: " if findings.rule.title else ""
    what = f"{figure_name(findings.rule)} of {watched_names(findings.rule, findings.accounts)}, {period_label(window.period, today)}"
    now = window_words(findings.rule, window)
    if report.state.fired:
        return f"{title}{what}: {now}, {moved}"
    return f"{title}{what}: back to normal, {now}" + (f", {moved}" if compares and moved else "")


def _situation(report: AlertReport, today: date) -> str:
    rule, window = report.findings.rule, _shown_window(report)
    days, now = period_label(window.period, today), window_words(rule, window)
    return (f"{rule.title}: " if rule.title else "") + f"{days}: {now}, {change_words(rule, window)}"


def alert_filling_in(findings: AlertFindings, shown: Sequence[Window | None]) -> list[str]:
    """The sentence that the last day of the shown windows may still grow; none where it ended a day ago, or is unknown."""
    last = max((window.period.last for window in shown if window and window.now is not None), default=None)
    return day_filling_in(last, findings.fetched_at) if last else []


def card_command(findings: AlertFindings, period: Period) -> str:
    """The command that shows the figures of a window: its account or team, and its days."""
    who = findings.rule.who and ("team" if findings.rule.who == "team" else f"team {findings.rule.who}")
    return f"{who or id_word(findings.accounts[0].platform_id)} {period_text(period)}"


def _shown_window(report: AlertReport) -> Window:
    state = report.state
    return state.fired[-1] if state.fired else state.normal or report.findings.windows[-1]


def _lines(report: AlertReport, today: date) -> list[str]:
    rule, state = report.findings.rule, report.state
    lines = _weeks_before(rule, _shown_window(report))
    lines += [
        f"Also {period_label(one.period, today)}: {window_words(rule, one)}, {change_words(rule, one)}." for one in state.fired[-2::-1]
    ]
    if state.fired and state.normal is not None:
        lines.append(SINCE.format(now=window_words(rule, state.normal), days=period_label(state.normal.period, today)))
    if failed := report.findings.failed:
        lines.append(WITHOUT.format(names=escape(listed(account_name(account) for account in failed[:_NAMED]))))
    return lines


def _days(findings: AlertFindings, period: Period, today: date) -> str:
    days = period_label(period, today)
    return f"{days} vs. {period_label(period.before, today)}" if findings.rule.moves else days


def _drawn(findings: AlertFindings, period: Period, today: date) -> list[Block]:
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


def _footer(findings: AlertFindings, alert: Subscription) -> str:
    source = footer(_freshness(findings), findings.basis if findings.rule.metric is None else None, by_days=True)
    return f"{source} · {LOOKED_AT.format(schedule=escape(alert.schedule_words))}"


def _metadata(findings: AlertFindings, period: Period, notice: AlertNotice, alert: Subscription) -> Mapping[str, Any]:
    plain = metadata("alert", card_command(findings, period), private=False) or {}
    return {**plain, "event_payload": {**plain["event_payload"], "digest": alert.id, "alert": notice.as_payload()}}

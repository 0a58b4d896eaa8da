"""Private messages about alerts: one alert, the list, a test, how to begin."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from bot.alerts.blocks import LOOKED_AT, alert_button, alert_filling_in, alert_headline, manage_buttons
from bot.alerts.evaluate import is_met
from bot.alerts.fetch import AlertReport
from bot.alerts.rule import EXAMPLES, AlertRule, mentions
from bot.alerts.service import AlertResult, AlertTest, AlertView
from bot.alerts.words import account_names, change_words, rule_words, watched_names, window_words
from bot.errors import BotError
from bot.management import blocks as managed
from bot.management.actions import DONE_BEFORE, SET_ONE_UP, SubscriptionAction, SubscriptionChange, action_id
from bot.management.rules import RuleList
from bot.reports.card_parts import account_name
from bot.reports.figures import listed
from bot.slack import builders
from bot.slack.interactive import example
from bot.slack.numbers import period_label
from bot.subscriptions.subscription import SubscriptionKind

NONE_HERE = "You have no alerts yet. An alert tells you when a figure moves a lot or crosses a limit."
ABOUT = "It also tells you when the figure is back to normal."
_ALERT = SubscriptionKind.ALERT
POSTS_NOTHING = ":zzz: *It wouldn't post anything now.*"

MET, NOT_MET, UNKNOWN_RESULT = ":bell: met", "not met", "can't tell"

#: What was done to an alert.
DONE: Final[Mapping[SubscriptionChange, str]] = {
    **DONE_BEFORE,
    SubscriptionChange.CREATED: (
        ":bell: Alert set up. First check {next}. You hear from me only when the rule is met, and when it is back to normal."
    ),
    SubscriptionChange.SAME: "That channel has the same alert already, so nothing was added.",
    SubscriptionChange.CHANGED: ":pencil2: Changed. Next check {next}.",
    SubscriptionChange.PAUSED: ":double_vertical_bar: Paused. It isn't checked until you resume it.",
    SubscriptionChange.RESUMED: ":arrow_forward: Running again. Next check {next}.",
    SubscriptionChange.SNOOZED: ":zzz: Silent until then. Next check {next}.",
    SubscriptionChange.DELETED: "The alert in {channel} is deleted. What it posted stays there.",
}


def build_alert_result(result: AlertResult | AlertTest | RuleList[AlertRule], today: date) -> builders.Message:
    if isinstance(result, RuleList):
        return build_alert_list(result.views, more=result.more)
    if isinstance(result, AlertTest):
        return build_alert_test(result.view, result.tested, today) if result.tested else build_alert_card(result.view)
    return managed.build_result(result, alert_button, DONE, _card)


def build_alert_card(shown: AlertView) -> builders.Message:
    return managed.build_card(*_card(shown))


def _card(shown: AlertView) -> managed.Card:
    return _lines(shown), _small(shown), manage_buttons(shown.subscription, readable=shown.rule is not None)


def build_alert_list(every: Sequence[AlertView], *, more: int = 0) -> builders.Message:
    """The alerts a person may see, each with a button that shows it; how to begin where there is none. ``more`` are only counted."""
    if not every:
        return build_alert_start()
    rows = [(_lines(shown), _small(shown), _manage(shown, number)) for number, shown in enumerate(every, start=1)]
    return managed.build_list("Alerts", rows, more, [alert_button(SubscriptionAction.NEW)])


def build_home_alerts(every: Sequence[AlertView], more: int) -> builders.Message:
    """The alerts on the Home tab, each with one button; without one an example that a press sets up. ``more`` are only counted."""
    if not every:
        text = f"{NONE_HERE}\nFor example: when impressions are up by half vs. the week before."
        example_button = builders.button(action_id(_ALERT, SubscriptionAction.CREATE), "Set Up This Alert", EXAMPLES[0])
        return builders.Message(text, (builders.section(text), builders.actions([example_button, alert_button(SubscriptionAction.NEW)])))
    shown = [(one, "\n".join([*_lines(one), *_last(one)])) for one in every]
    blocks: list[builders.Block] = [builders.section(text, _manage(one, number)) for number, (one, text) in enumerate(shown, start=1)]
    if more > 0:
        blocks.append(builders.context(f"… and {more} more: {example('alert list')}"))
    blocks.append(builders.actions([alert_button(SubscriptionAction.NEW)]))
    return builders.Message(builders.message_text("\n".join(text for _, text in shown)), tuple(blocks))


def _manage(shown: AlertView, number: int) -> builders.Element:
    about = [shown.rule.title, watched_names(shown.rule, shown.accounts), rule_words(shown.rule, shown.basis)] if shown.rule else []
    return alert_button(SubscriptionAction.SHOW, shown.subscription.id, number=number, about=", ".join(filter(None, about)))


def build_alert_start() -> builders.Message:
    lines = [f"{NONE_HERE} {ABOUT}", SET_ONE_UP, *map(example, EXAMPLES)]
    blocks = (builders.section("\n".join(lines)), builders.actions([alert_button(SubscriptionAction.NEW)]))
    return builders.Message("\n".join([NONE_HERE, ABOUT, SET_ONE_UP, *EXAMPLES]), blocks)


def build_alert_test(shown: AlertView, tested: AlertReport | BotError, today: date, *, preview: bool = False) -> builders.Message:
    """What the alert would post now, and its last days; or why not. A ``preview`` is not stored: it has neither an id nor buttons."""
    if isinstance(tested, BotError):
        lines = [f":warning: The figures couldn't be fetched: {builders.escape(tested.sentence)} {builders.escape(tested.remedy)}"]
    else:
        quiet = tested.state.quiet
        lines = [
            POSTS_NOTHING if quiet else f":bell: *It would post now:* {builders.escape(alert_headline(tested, today))}",
            "*The rule on the last days*",
            *_read(tested, today),
        ]
    small = [builders.context(f"{_lines(shown)[1]} · {_small(shown)}"), builders.actions(manage_buttons(shown.subscription))]
    blocks = [builders.section("\n".join(lines)), *([builders.context(" · ".join(_lines(shown)))] if preview else small)]
    return builders.Message(builders.message_text("\n".join(lines)), tuple(blocks))


def _read(tested: AlertReport, today: date) -> list[str]:
    rule = tested.findings.rule
    results = {True: MET, False: NOT_MET, None: UNKNOWN_RESULT}
    lines = []
    for window in tested.findings.windows[::-1]:
        moved = change_words(rule, window) if rule.moves or rule.unusual else ""
        now = f"{window_words(rule, window)}, {moved}" if moved else window_words(rule, window)
        lines.append(f"{period_label(window.period, today)}: {now} · {results[is_met(rule, window)]}")
    lines += alert_filling_in(tested.findings, tested.findings.windows)
    if incomplete := tested.findings.incomplete:
        names = builders.escape(listed(account_name(account) for account in incomplete))
        lines.append(f"LinkedIn didn't report every day of {names}, so I can't tell for periods with such days.")
    return lines


def _lines(shown: AlertView) -> list[str]:
    accounts = account_names(shown.accounts) if shown.rule is None else watched_names(shown.rule, shown.accounts)
    where = f"{builders.channel_words(shown.subscription.channel)}: {builders.escape(accounts)}"
    rule = managed.UNREADABLE if shown.rule is None else builders.escape(rule_words(shown.rule, shown.basis))
    title = f"{builders.escape(shown.rule.title)} · " if shown.rule and shown.rule.title else ""
    lost = [managed.LOST_GROUP] if shown.lost_group else []
    return [f"*{title}{where}*", *lost, rule, managed.when_words(shown.subscription, LOOKED_AT)]


def _small(shown: AlertView) -> str:
    small = _last(shown)
    if shown.rule and shown.rule.notify:
        small.append(f"mentions {', '.join(mentions(shown.rule))}")
    if shown.rule and shown.rule.card:
        small.append("then the account's card in the thread")
    return " · ".join([*small, managed.id_and_owner(shown.subscription)])


def _last(shown: AlertView) -> list[str]:
    return [managed.LAST.format(outcome=managed.outcome(shown.last))] if shown.last else []

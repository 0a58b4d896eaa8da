"""An alert as it is posted: what moved, of whom, how far, fit to be forwarded; the rule, the days, and what can be done about it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.blocks.actions import example_id
from bot.blocks.alert_buttons import posted_buttons
from bot.blocks.alert_rule import figure_name, figure_words, movement, rule_words, whose
from bot.blocks.chart import draw
from bot.blocks.figures import listed
from bot.blocks.footer import footer
from bot.blocks.kit import Block, Element, Message, actions, button, context, header, section
from bot.blocks.mrkdwn import escape, shorten_mrkdwn
from bot.blocks.parts import account_name, metadata
from bot.blocks.words import ALERT_CARDS_AGAINST, ALERT_CARDS_WITHOUT, ALSO, FIRED, LOOKED_AT, NORMAL, NORMAL_MOVED, OPEN_CARD, RULE, SINCE
from bot.domain.account_names import id_word
from bot.domain.alert_reports import AlertLook, AlertReport
from bot.domain.alerts import Said, Window
from bot.domain.digests import Digest
from bot.domain.metrics import Value
from bot.domain.periods import Period, label, words
from bot.domain.reports import AccountReport, Freshness

#: So many accounts are named.
_NAMED = 10
_TEXT_LIMIT = 2_900


def build_alert(report: AlertReport, *, alert: Digest, today: date) -> Message:
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
        whose=whose(look.rule, look.accounts),
        now=figure_words(look.rule, told.now),
        days=label(told.period, today),
        movement=moved,
    )


def about(look: AlertLook, period: Period) -> str:
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


def _days(look: AlertLook, period: Period, today: date) -> str:
    days = label(period, today)
    return ALERT_CARDS_AGAINST.format(days=days, before=label(period.before, today)) if look.rule.moves else days


def _drawn(look: AlertLook, period: Period, today: date) -> list[Block]:
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


def _open(look: AlertLook, period: Period) -> Element:
    return button(example_id(1), OPEN_CARD, about(look, period), primary=True)


def _footer(report: AlertReport) -> str:
    basis = report.look.basis if report.look.rule.metric is None else None
    said = footer(Freshness(report.look.fetched_at), basis, by_days=True)
    return f"{said} · {LOOKED_AT.format(schedule=escape(report.schedule_words))}"


def _metadata(look: AlertLook, period: Period, said: Said, alert: Digest) -> Mapping[str, Any]:
    """What the message says about itself: to questions in its thread, and to the alert's next look."""
    plain = metadata("alert", about(look, period), private=False) or {}
    return {**plain, "event_payload": {**plain["event_payload"], "digest": alert.id, "alert": said.as_payload()}}

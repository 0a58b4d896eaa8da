"""An account's card: a period's figures with their change, the period before, the chart of both."""

from collections.abc import Iterator
from datetime import date, timedelta

from bot.blocks import figures as say
from bot.blocks.chart import draw
from bot.blocks.daily_table import NO_REACH, daily_table
from bot.blocks.figures import MISSING, NOUNS
from bot.blocks.footer import footer, missing_days, not_reported
from bot.blocks.kit import Block, Message, actions, context, fields, header
from bot.blocks.mrkdwn import escape
from bot.blocks.numbers import rate, short_day
from bot.blocks.parts import account_name, main_buttons, metadata, nothing, retry
from bot.blocks.period_menu import period_choice
from bot.domain.metrics import DAILY_METRICS, Failed, Metric, Rate, UnknownRate, Value, change, engagement_rate
from bot.domain.periods import Period, label
from bot.domain.reports import AccountReport

HEADLINE = "{name} · {figures}"
AGAINST = "{period} against {before}"
ALL_POSTS = "activity on all posts"
STORY = "{name}, {period}: {figures}."
STORY_AGAINST = "{period} against {phrase} ({before})"
OF_BEFORE = "{what} of {before}"
RATE_BEFORE = "(before: {rate})"
FILLING_IN = "{day} ended less than 24 hours before this was fetched: its figures may still be filling in."
THE_DAY_BEFORE = "the day before"
THE_WEEK_BEFORE = "the week before"
THE_DAYS_BEFORE = "the {days} days before"

_WEEK = 7


def build_account_card(report: AccountReport, *, today: date, words: str, private: bool = True) -> Message:
    """The card of an account's period.

    Args:
        report: what was read; days are UTC.
        today: the day it is now in UTC; dates of another year are named with it.
        words: the question's canonical words; the buttons carry them.
        private: True while only the person who asked sees it: then it can be shared, and it carries no metadata.
    """
    engagement = engagement_rate(report.figures, report.basis) if say.rate_asked(report.metrics, report.basis) else None
    blocks = [header(account_headline(report)), context(f"{_days(report, today)} · {ALL_POSTS}"), account_fields(report)]
    drawn = draw(report, today)
    table = daily_table(report, today) if report.by_day else None
    blocks += [block for block in (drawn.block, table) if block is not None]
    blocks += _trouble(report, words, today)
    missing = _missing(report, today)
    if notes := [*missing, *drawn.notes, *_notes(report)]:
        blocks.append(context("\n".join(notes)))
    if buttons := [*main_buttons(words, private=private), *period_choice(report, today)]:
        blocks.append(actions(buttons))
    blocks.append(context(footer(report.freshness, report.basis if engagement else None, by_days=True)))
    story = " ".join([account_story(report, today), *missing])
    return Message(story, tuple(blocks), metadata("account", words, private=private))


def account_headline(report: AccountReport) -> str:
    """What, how much, against when, in plain text: "Acme · 45,230 impressions, up 12 % on the week before"."""
    name = account_name(report.account)
    for metric in report.metrics:
        figure = report.figures.get(metric, MISSING)
        if isinstance(figure, Value):
            return HEADLINE.format(name=name, figures=_moved(report, metric, figure))
    return HEADLINE.format(name=name, figures=nothing(report.figures, report.metrics))


def _moved(report: AccountReport, metric: Metric, figure: Value) -> str:
    told = say.noun(metric, figure.count)
    moved = change(figure, report.before_figures.get(metric)) if report.before_figures else None
    if moved is None:
        return told
    if moved.new:
        return f"{told}, {say.direction(moved)}"
    preposition = "on" if moved.absolute else "from"
    return f"{told}, {say.direction(moved)} {preposition} {_before_phrase(report)}"


def account_fields(report: AccountReport) -> Block:
    """The asked metrics, each with its change against the period before, and the rate when all its parts were asked for."""
    return fields(_fields(report))


def _fields(report: AccountReport) -> Iterator[str]:
    before = report.before_figures if report.before else None
    for metric in report.metrics:
        figure = report.figures.get(metric, MISSING)
        yield say.field(metric, figure, say.comparison(figure, before, metric))
    if say.rate_asked(report.metrics, report.basis):
        yield f"*{say.RATE_NAME}*\n{_rate(report)}"


def _rate(report: AccountReport) -> str:
    now = engagement_rate(report.figures, report.basis)
    earlier = engagement_rate(report.before_figures or {}, report.basis)
    if isinstance(now, Rate) and isinstance(earlier, Rate):
        return f"{say.rate_words(now)}  {RATE_BEFORE.format(rate=rate(earlier.fraction))}"
    return say.rate_words(now)


def account_story(report: AccountReport, today: date) -> str:
    """The figures in sentences, escaped: what, how much, against when, and what is unknown."""
    known = list(_told(report))
    engagement: Rate | UnknownRate | None = None
    if say.rate_asked(report.metrics, report.basis):
        engagement = engagement_rate(report.figures, report.basis)
        known.append(f"{say.RATE_NAME.lower()} {say.rate_words(engagement)}")
    told = STORY.format(
        name=escape(account_name(report.account)),
        period=_days(report, today, STORY_AGAINST),
        figures="; ".join(known) or nothing(report.figures, report.metrics),
    )
    return " ".join([told, *say.unknowns(report.figures, report.metrics)])


def _told(report: AccountReport) -> Iterator[str]:
    before = report.before_figures or {}
    for metric in report.metrics:
        figure = report.figures.get(metric, MISSING)
        if isinstance(figure, Value):
            moved = change(figure, before.get(metric))
            yield f"{say.noun(metric, figure.count)}, {say.told_change(moved)}" if moved else say.noun(metric, figure.count)


def _days(report: AccountReport, today: date, form: str = AGAINST) -> str:
    """The period, and what it is compared with."""
    days = label(report.period, today)
    if report.before is None:
        return days
    return form.format(period=days, before=label(report.before, today), phrase=_before_phrase(report))


def _before_phrase(report: AccountReport) -> str:
    days = report.period.days
    if days == 1:
        return THE_DAY_BEFORE
    return THE_WEEK_BEFORE if days == _WEEK else THE_DAYS_BEFORE.format(days=days)


def _trouble(report: AccountReport, words: str, today: date) -> list[Block]:
    failed = [NOUNS[metric] for metric in report.metrics if isinstance(report.figures.get(metric, MISSING), Failed)]
    all_failed = len(failed) == len(report.metrics)
    if report.before is not None and report.before_figures is not None and not all_failed:
        days = label(report.before, today)
        earlier = (NOUNS[metric] for metric in report.metrics if isinstance(report.before_figures.get(metric), Failed))
        failed += [OF_BEFORE.format(what=noun, before=days) for noun in earlier if noun not in failed]
    return [retry(failed, words, all_failed=all_failed)] if failed else []


def _missing(report: AccountReport, today: date) -> list[str]:
    """The sentences about days that LinkedIn did not report, of this period and of the one before."""
    metrics = [metric for metric in report.metrics if metric in DAILY_METRICS]
    periods = [period for period in (report.before, report.period) if period is not None]
    whole = Period(periods[0].first, report.period.last)
    missing = missing_days(report.daily, metrics, whole) if report.daily else {}
    return not_reported(missing, len(metrics), today)


def _notes(report: AccountReport) -> list[str]:
    notes = [NO_REACH] if report.by_day and Metric.MEMBERS_REACHED in report.metrics else []
    if report.period.last >= report.freshness.fetched_at.date() - timedelta(days=1):
        notes.append(FILLING_IN.format(day=short_day(report.period.last)))
    return notes

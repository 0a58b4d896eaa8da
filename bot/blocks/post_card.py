"""A post's card: lifetime figures since publication, the rate, and a bar of how people engaged."""

from collections.abc import Iterator
from datetime import date

from bot.blocks import figures as say
from bot.blocks.actions import OPEN
from bot.blocks.figures import MISSING, NAMES, NOUNS
from bot.blocks.footer import footer
from bot.blocks.kit import Block, Element, Message, actions, bar_chart, button, context, fields, foreign_context, header
from bot.blocks.mrkdwn import code, escape, one_line
from bot.blocks.numbers import age, long_day, rate
from bot.blocks.parts import account_name, main_buttons, metadata, nothing, retry
from bot.domain.metrics import ENGAGEMENTS, Failed, Metric, Rate, RateBasis, UnknownRate, Value, engagement_rate
from bot.domain.reports import PostReport

HEADLINE = "Post by {name} · {figures}"
ENGAGED = "{rate} engaged"
ENGAGED_OF_REACH = "{rate} of reach engaged"
PUBLISHED = "Posted {day}, {age}"
LIFETIME = "lifetime figures"
ENGAGEMENT = "Engagement"
SERIES = "Since publication"
STORY = "Post by {name}{day}, lifetime figures: {figures}."
PERIOD_IGNORED = "LinkedIn gives posts lifetime figures only, so the period beside the post was left out."
MATCHED_BY_TIME = "Matched by time: the link holds another number for the post, and this is the one known post of that moment."
FILLING_IN = "Published less than 24 hours ago: the figures are still filling in."
OPEN_LABEL = "Open on LinkedIn"
TITLE_LIMIT = 200


def build_post_card(report: PostReport, *, today: date, words: str, private: bool = True) -> Message:
    """The card of one post.

    Args:
        report: what was read; days are UTC.
        today: the day it is now in UTC, for "12 days ago".
        words: the question's canonical words; the buttons carry them.
        private: True while only the person who asked sees it: then it can be shared, and it carries no metadata.
    """
    engagement = engagement_rate(report.figures, report.basis) if say.rate_asked(report.metrics, report.basis) else None
    name = account_name(report.account)
    blocks = [header(HEADLINE.format(name=name, figures=_headline(report, engagement))), context(_about(report, today))]
    if title := one_line(report.title, TITLE_LIMIT):
        blocks.append(foreign_context(title))
    blocks.append(fields(_fields(report, engagement)))
    blocks.extend(_engagement_chart(report))
    blocks.extend(_trouble(report, words))
    if notes := _notes(report):
        blocks.append(context(*notes))
    blocks.append(actions(_buttons(report, words, private=private)))
    blocks.append(context(footer(report.freshness, report.basis if engagement else None, by_days=False)))
    return Message(_story(report, escape(name), engagement), tuple(blocks), metadata("post", words, private=private))


def _headline(report: PostReport, engagement: Rate | UnknownRate | None) -> str:
    """The first asked metric that is known, and the rate when there is one."""
    for metric in report.metrics:
        figure = report.figures.get(metric, MISSING)
        if isinstance(figure, Value):
            break
    else:
        return nothing(report.figures, report.metrics)
    told = say.noun(metric, figure.count)
    if not isinstance(engagement, Rate):
        return told
    form = ENGAGED if engagement.basis is RateBasis.IMPRESSIONS else ENGAGED_OF_REACH
    return f"{told}, {form.format(rate=rate(engagement.fraction))}"


def _about(report: PostReport, today: date) -> str:
    parts = [LIFETIME, code(report.post.urn)]
    if report.published_at is not None:
        day = report.published_at.date()
        return " · ".join([PUBLISHED.format(day=long_day(day), age=age(day, today)), *parts])
    return " · ".join([LIFETIME[0].upper() + LIFETIME[1:], parts[1]])


def _fields(report: PostReport, engagement: Rate | UnknownRate | None) -> Iterator[str]:
    for metric in report.metrics:
        yield say.field(metric, report.figures.get(metric, MISSING))
    if engagement is not None:
        yield f"*{say.RATE_NAME}*\n{say.rate_words(engagement)}"


def _engagement_chart(report: PostReport) -> list[Block]:
    """The known ones of reactions, comments and reshares as bars; none when fewer than two are known, or all are 0."""
    known: dict[Metric, int] = {}
    for metric in report.metrics:
        if metric in ENGAGEMENTS and isinstance(figure := report.figures.get(metric), Value):
            known[metric] = figure.count
    if len(known) < len(ENGAGEMENTS) - 1 or not any(known.values()):
        return []
    return [bar_chart(ENGAGEMENT, {SERIES: tuple(known.values())}, [NAMES[metric] for metric in known])]


def _trouble(report: PostReport, words: str) -> list[Block]:
    failed = [NOUNS[metric] for metric in report.metrics if isinstance(report.figures.get(metric, MISSING), Failed)]
    return [retry(failed, words, all_failed=len(failed) == len(report.metrics))] if failed else []


def _notes(report: PostReport) -> list[str]:
    notes = [PERIOD_IGNORED] if report.period_ignored else []
    if report.matched_by_time:
        notes.append(MATCHED_BY_TIME)
    if report.filling_in:
        notes.append(FILLING_IN)
    return notes


def _buttons(report: PostReport, words: str, *, private: bool) -> list[Element]:
    return [*main_buttons(words, private=private), button(OPEN, OPEN_LABEL, url=report.post.url)]


def _story(report: PostReport, name: str, engagement: Rate | UnknownRate | None) -> str:
    """The whole card in sentences, escaped."""
    known = [
        say.noun(metric, figure.count) for metric in report.metrics if isinstance(figure := report.figures.get(metric, MISSING), Value)
    ]
    if engagement is not None:
        known.append(f"{say.RATE_NAME.lower()} {say.rate_words(engagement)}")
    day = f" of {long_day(report.published_at.date())}" if report.published_at else ""
    told = STORY.format(name=name, day=day, figures="; ".join(known) or nothing(report.figures, report.metrics))
    return " ".join([told, *say.unknowns(report.figures, report.metrics), *_notes(report)])

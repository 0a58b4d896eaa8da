"""The preview of a post below the message that links it: small, for everybody, with nothing to press that only its asker should."""

from datetime import date

from bot.blockkit.actions import example_id
from bot.blockkit.builders import Block, Message, actions, button, context, fits, foreign_context, section
from bot.blockkit.mrkdwn import escape, one_line
from bot.management.messages import OPEN_CARD
from bot.reports import figures as say
from bot.reports.figures import AskedFigures
from bot.reports.messages import NAMES
from bot.reports.post_blocks import post_headline, post_published, post_story
from bot.statistics.reports import PostReport

FIGURES = " · "
TITLE_LIMIT = 120


def build_unfurl_card(report: PostReport, *, today: date, words: str, number: int) -> Message:
    """The preview of one post.

    Args:
        report: what was read; days are UTC.
        today: the day it is now in UTC, for "12 days ago".
        words: the question's canonical words, which *Open card* asks for whoever presses it.
        number: the preview's place in the message, which keeps the ids of its buttons apart.
    """
    asked = say.asked(report.figures, report.metrics)
    blocks: list[Block] = [section(f"*{escape(post_headline(report))}*")]
    if title := one_line(report.title, TITLE_LIMIT):
        blocks.append(foreign_context(title))
    blocks.append(context(_told(asked)))
    blocks.append(context(post_published(report, today)))
    if fits(words):
        blocks.append(actions([button(example_id(number), OPEN_CARD, words)]))
    return Message(post_story(report), tuple(blocks))


def _told(asked: AskedFigures) -> str:
    """Every figure by its name, the unknown ones as which of the two unknowns they are."""
    return FIGURES.join(f"{NAMES[metric]}: {say.state(figure)}" for metric, figure in asked)

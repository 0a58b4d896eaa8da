"""The preview of a post, shown to everybody below the message that links it: few blocks and one button."""

from datetime import date

from bot.blockkit.actions import example_id
from bot.blockkit.builders import Block, Message, actions, button, context, escape, fits, foreign_context, one_line, section
from bot.reports import figures as say
from bot.reports.figures import AskedFigures
from bot.reports.messages import OPEN_CARD
from bot.reports.post_blocks import post_headline, post_published, post_story
from bot.statistics.metrics import NAMES
from bot.statistics.reports import PostReport

SEPARATOR = " · "
TITLE_LIMIT = 120


def build_unfurl_card(report: PostReport, *, today: date, words: str, number: int) -> Message:
    """Builds the preview of one post.

    Args:
        report: the post's figures.
        today: the current day in UTC, for "12 days ago".
        words: the canonical command of the post's card, which the button *Open card* carries.
        number: the preview's position in the message; it makes the button's id unique.
    """
    asked = say.asked(report.figures, report.metrics)
    blocks: list[Block] = [section(f"*{escape(post_headline(report))}*")]
    if title := one_line(report.title, TITLE_LIMIT):
        blocks.append(foreign_context(title))
    blocks.append(context(_figures(asked)))
    blocks.append(context(post_published(report, today)))
    if fits(words):
        blocks.append(actions([button(example_id(number), OPEN_CARD, words)]))
    return Message(post_story(report), tuple(blocks))


def _figures(asked: AskedFigures) -> str:
    """Each figure with its name; an unknown one says whether it is unavailable or failed."""
    return SEPARATOR.join(f"{NAMES[metric]}: {say.state(figure)}" for metric, figure in asked)

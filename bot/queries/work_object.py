"""A post as a Work Object: what a link shows to everybody, without a figure, and the pane with the figures that one viewer may see.

Slack's documentation: "Implementing Work Objects", "chat.unfurl" (metadata), "entity_details_requested", "entity.presentDetails".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any, Final

from bot.blockkit.actions import example_id
from bot.blockkit.builders import Message, actions, button, context, escape, fits, foreign_context, one_line, section, shorten
from bot.blockkit.numbers import DEFAULT_FORMAT, long_day, use_number_format
from bot.parsing.queries import PostQuery, to_text
from bot.reports.figures import OPEN_CARD
from bot.reports.files import report_tables
from bot.statistics.posts import PostRef
from bot.statistics.reports import PostReport

#: The kind of a Work Object that has fields of the app's own alone, and what its reference is.
ENTITY_TYPE, REFERENCE_TYPE = "slack#/entities/item", "linkedin_post"
PRODUCT, KIND = "LinkedIn Stats", "LinkedIn post"
POST_BY = "Post by {name}"
ACCOUNT, PUBLISHED, NOTES = "Account", "Published", "Notes"
OPEN_FOR_FIGURES = "Open it to see the figures that you may see."
NO_FIGURES = "No figures for you here"
_TITLE_LIMIT, _TEXT_LIMIT = 120, 500
#: Columns of a post's table that the pane has in another place.
_ELSEWHERE: Final = frozenset({"Post", "URN", "Link", ACCOUNT, PUBLISHED})


@dataclass(frozen=True, slots=True)
class LinkedPost:
    """A post that a link in a message names: whose it is, and its first words, both foreign text."""

    url: str
    query: PostQuery
    account: str
    title: str


def build_entities(posts: Sequence[LinkedPost]) -> dict[str, Any]:
    """The Work Objects of a message's links, which everybody in the channel sees: without a figure."""
    return {"entities": [_entity(one.query.post, one.account, one.title, ()) | {"app_unfurl_url": one.url} for one in posts]}


def build_figureless(posts: Sequence[LinkedPost]) -> dict[str, dict[str, Any]]:
    """The same as blocks, for an app whose installed manifest has no Work Objects; the button opens the card for who presses it."""
    built = {}
    for number, one in enumerate(posts, start=1):
        headline, words = POST_BY.format(name=one.account), to_text(one.query)
        blocks = [section(f"*{escape(headline)}*")]
        if one.title:
            blocks.append(foreign_context(one.title))
        blocks.append(context(OPEN_FOR_FIGURES))
        if fits(words):
            blocks.append(actions([button(example_id(number), OPEN_CARD, words)]))
        built[one.url] = {"blocks": blocks, "fallback": escape(headline)}
    return built


def build_pane(report: PostReport, today: date) -> dict[str, Any]:
    """The pane of a viewer who may see the post's figures: those of its card and file."""
    _, (grid, *_), notes = report_tables(report, today)
    shown = [(title, cell.text) for title, cell in zip(grid.columns, grid.rows[0], strict=True) if title not in _ELSEWHERE]
    return _entity(report.post, report.account.name, report.title, [*shown, (NOTES, " ".join(notes))])


def build_refusal(message: Message) -> dict[str, str]:
    """The pane of a viewer who may not see them, or when they cannot be fetched: why, and what to do."""
    return {"status": "custom", "custom_title": NO_FIGURES, "custom_message": shorten(unescape(message.text), _TEXT_LIMIT)}


def _entity(post: PostRef, account: str, title: str, fields: Sequence[tuple[str, str]]) -> dict[str, Any]:
    with use_number_format(DEFAULT_FORMAT):
        published = [(PUBLISHED, long_day(post.published_at.date()))] if post.published_at else []
    named = [
        {"key": label.lower().replace(" ", "_"), "label": label, "value": one_line(value, _TEXT_LIMIT), "type": "string"}
        for label, value in ((ACCOUNT, account), *published, *fields)
        if value
    ]
    heading = one_line(title, _TITLE_LIMIT) or POST_BY.format(name=one_line(account, _TITLE_LIMIT))
    return {
        "entity_type": ENTITY_TYPE,
        "url": post.url,
        "external_ref": {"id": post.urn, "type": REFERENCE_TYPE},
        "entity_payload": {
            "attributes": {"title": {"text": heading}, "display_type": KIND, "product_name": PRODUCT},
            "custom_fields": named,
            "display_order": [one["key"] for one in named],
        },
    }

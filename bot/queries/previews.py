"""Previews of LinkedIn links that people post in channels, as cards or as Work Objects.

::

    URLs ─ previews on? ─ posts ─ known account? ─ opted out? visible here? ─ claim ─ figures ─→ Preview

Nobody asked for a preview, so only certain figures are shown, and neither errors nor refusals are posted.
Source: Slack's documentation ("Implementing Work Objects", "chat.unfurl" (metadata), "entity_details_requested", "entity.presentDetails").
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any, Final

from msgspec import Struct

from bot.access.visibility import Sources
from bot.errors import BotError, StoreError
from bot.ops import telemetry
from bot.ops.tasks import run_together
from bot.parsing.queries import PostQuery, to_text
from bot.reports import figures as say
from bot.reports.files import report_tables
from bot.reports.post_blocks import post_engagement, post_headline, post_published, post_story
from bot.slack.builders import Block, Message, actions, button, context, escape, fits, foreign_context, one_line, section, shorten
from bot.slack.interactive import OPEN_CARD, example_id
from bot.slack.numbers import DEFAULT_FORMAT, NumberFormat, long_day, use_number_format
from bot.slack.request import RequestContext
from bot.statistics.metrics import NAMES, Value
from bot.statistics.posts import PostKind, PostRef, find_posts
from bot.statistics.reports import PostReport
from bot.storage.claims import PreviewRepository
from bot.storage.workspace_settings import GroupRepository

#: The kind of a Work Object that has fields of the app's own alone, and what its reference is.
ENTITY_TYPE, REFERENCE_TYPE = "slack#/entities/item", "linkedin_post"
POST_BY = "Post by {name}"
ACCOUNT, PUBLISHED, NOTES = "Account", "Published", "Notes"
_TITLE_LIMIT, _TEXT_LIMIT = 120, 500
#: Columns of a post's table that the pane has in another place.
_ELSEWHERE: Final = frozenset({"Post", "URN", "Link", ACCOUNT, PUBLISHED})


class LinkedPost(Struct, frozen=True):
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
        blocks.append(context("Open it to see the figures that you may see."))
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
    return {"status": "custom", "custom_title": "No figures for you here", "custom_message": shorten(unescape(message.text), _TEXT_LIMIT)}


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
            "attributes": {"title": {"text": heading}, "display_type": "LinkedIn post", "product_name": "LinkedIn Stats"},
            "custom_fields": named,
            "display_order": [one["key"] for one in named],
        },
    }


logger = logging.getLogger(__name__)

#: Outcomes in the metrics.
SHOWN, NOTHING, TROUBLE = "answered", "nothing", "trouble"
#: Previews of one message at most.
MOST_PREVIEWS = 2
#: Links of one message that are read.
MOST_LINKS = 50
#: How long a post is not previewed again in the same channel.
NOT_AGAIN_WITHIN = timedelta(minutes=30)
TITLE_LIMIT = 120


class Preview(Struct, frozen=True):
    """A post's figures, which are shown below the message for one of its URLs."""

    url: str
    query: PostQuery
    report: PostReport
    #: The current day in UTC.
    today: date
    #: How everybody who reads it writes numbers.
    number_format: NumberFormat


class PreviewService:
    """Finds what is previewed, and raises nothing: errors are logged. ``shown``: which post was shown in which channel, and when."""

    def __init__(self, sources: Sources, *, groups: GroupRepository, shown: PreviewRepository, metrics: telemetry.Metrics) -> None:
        self._figures, self._accounts, self._posts = sources.figures, sources.accounts, sources.posts
        self._permissions, self._people, self._clock = sources.permissions, sources.people, sources.clock
        self._groups, self._shown, self._metrics = groups, shown, metrics

    async def previews(self, context: RequestContext, urls: Sequence[str]) -> tuple[Preview, ...] | tuple[LinkedPost, ...]:
        """The previews for a message's URLs, or the posts alone; each is claimed for the channel: release those that Slack refuses."""
        linked = linked_posts(urls, self._clock())
        if not linked:
            return ()
        who = {"team": context.team, "channel": context.channel, "user": context.user}
        with telemetry.request_line(self._metrics, context.source, **who) as record:
            record.kind, record.outcome = "post", TROUBLE
            try:
                found = await self._found(context, linked)
            except BotError as error:
                logger.info("links go without previews", extra={"failure": type(error).__name__})
                return ()
            record.outcome = SHOWN if found else NOTHING
            return found

    async def release(self, context: RequestContext, previews: Sequence[Preview | LinkedPost]) -> None:
        try:
            for preview in previews:
                await self._shown.release(context.team, context.channel, preview.query.post.urn)
        except BotError as error:
            logger.info("previews could not be released", extra={"failure": type(error).__name__})

    async def _found(self, context: RequestContext, linked: Sequence[tuple[str, PostRef]]) -> tuple[Preview, ...] | tuple[LinkedPost, ...]:
        if not await self._permissions.previews(context.team, context.user, context.channel):
            return ()
        queries = await self._of_known_accounts(context, linked)
        if await self._permissions.has_private_previews(context.team):
            return tuple([self._linked(url, query) for url, query in queries if await self._claimed(context, query)])
        built = await run_together(self._preview(context, url, query) for url, query in queries)
        return tuple(preview for preview in built if preview is not None)

    async def _of_known_accounts(self, context: RequestContext, linked: Sequence[tuple[str, PostRef]]) -> list[tuple[str, PostQuery]]:
        """The posts of known accounts that may be shown there, each once. Nothing is fetched to find an account."""
        rules = await self._permissions.rules(context.team)
        out, queries = await self._groups.opted_out(context.team), dict[PostRef, tuple[str, PostQuery]]()
        for url, linked_post in linked:
            post = self._posts.match_activity(linked_post, None) if linked_post.kind is PostKind.ACTIVITY else linked_post
            known = self._posts.owner(post) if post else None
            owner = rules.seen_as(context.channel, known, self._accounts.known()) if known else None
            if post and owner and owner not in out and rules.sees(context.channel, owner):
                queries.setdefault(post, (url, PostQuery(post, owner)))
        return list(queries.values())[:MOST_PREVIEWS]

    async def _preview(self, context: RequestContext, url: str, query: PostQuery) -> Preview | None:
        """One preview; None when it was shown there recently, when no figure is known, or when it failed; others are shown anyway."""
        now = self._clock()
        try:
            if not await self._claimed(context, query):
                return None
            report = await self._report(query)
            if report is None or not any(isinstance(figure, Value) for figure in report.figures.values()):
                await self._shown.release(context.team, context.channel, query.post.urn)
                return None
        except StoreError as error:
            logger.info("a link goes without a preview", extra={"failure": type(error).__name__})
            return None
        return Preview(url, query, report, now.date(), await self._people.number_format(context.user, public=True))

    async def _claimed(self, context: RequestContext, query: PostQuery) -> bool:
        now = self._clock()
        return await self._shown.claim(context.team, context.channel, query.post.urn, at=now, since=now - NOT_AGAIN_WITHIN)

    def _linked(self, url: str, query: PostQuery) -> LinkedPost:
        name = self._figures.account(query.account or "").name
        return LinkedPost(url, query, name, one_line(self._posts.title(query.post), TITLE_LIMIT))

    async def _report(self, query: PostQuery) -> PostReport | None:
        try:
            return await self._figures.post_report(query, query.account or "")
        except BotError as error:
            logger.info("a link goes without a preview", extra={"failure": type(error).__name__})
            return None


def linked_posts(urls: Iterable[str], now: datetime) -> tuple[tuple[str, PostRef], ...]:
    """Each post among the URLs with the first URL that names it; a URL of something else is left out."""
    found: dict[PostRef, str] = {}
    for url in list(urls)[:MOST_LINKS]:
        for post in find_posts(url, now).posts[:1]:
            found.setdefault(post, url)
    return tuple((url, post) for post, url in found.items())


def build_unfurls(previews: Sequence[Preview]) -> dict[str, dict[str, Any]]:
    built = {}
    for number, one in enumerate(previews, start=1):
        with use_number_format(one.number_format):
            card = build_unfurl_card(one.report, today=one.today, words=to_text(one.query), number=number)
        built[one.url] = {"blocks": list(card.blocks), "fallback": card.text}
    return built


def build_unfurl_card(report: PostReport, *, today: date, words: str, number: int) -> Message:
    """The preview of one post; *Open Card* carries ``words``, and ``number``, its place in the message, makes the button's id unique."""
    asked, engagement = say.asked(report.figures, report.metrics), post_engagement(report)
    blocks: list[Block] = [section(f"*{escape(post_headline(report, engagement))}*")]
    if title := one_line(report.title, TITLE_LIMIT):
        blocks.append(foreign_context(title))
    # An unknown figure says whether it is unavailable or failed.
    blocks.append(context(" · ".join(f"{NAMES[metric]}: {say.state(figure)}" for metric, figure in asked)))
    blocks.append(context(post_published(report, today)))
    if fits(words):
        blocks.append(actions([button(example_id(number), OPEN_CARD, words)]))
    return Message(post_story(report, engagement), tuple(blocks))

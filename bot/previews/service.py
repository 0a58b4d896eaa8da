"""Previews of links that people post: whether any, of which posts, and what they say.

::

    links ─ previews here? ─ posts ─ whose? (only what is known) ─ opted out? seen here? ─ claimed once ─ figures ─→ address: preview

Nobody asked, so whatever is not sure is not shown, and nothing is said about it: neither trouble nor refusals.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.access.locale_service import LocaleService
from bot.access.permissions import PermissionService
from bot.access.preview_switch import MOST_PREVIEWS, NOT_AGAIN_WITHIN, linked_posts
from bot.blockkit.builders import Message
from bot.blockkit.number_format import use_number_format
from bot.errors import BotError
from bot.ops import telemetry
from bot.ops.tasks import run_together
from bot.parsing.queries import PostQuery, to_text
from bot.previews.blocks import build_unfurl_card
from bot.reports.fetch import PostLookups, ReportFetcher
from bot.slack.request import RequestContext
from bot.statistics.metrics import Value
from bot.statistics.posts import PostKind, PostRef
from bot.statistics.reports import PostReport

logger = logging.getLogger(__name__)

SHOWN, NOTHING, TROUBLE = "answered", "nothing", "trouble"


class PreviewSettings(Protocol):
    """Who is left out. Raises StoreError when the database cannot be used."""

    async def opted_out(self, team: str) -> Collection[str]:
        """The accounts (platform ids) that nobody shall be shown unasked."""
        ...


class ShownPreviews(Protocol):
    """What was shown where, kept. Every method raises StoreError when the database cannot be used."""

    async def claim(self, team: str, channel: str, post: str, *, at: datetime, since: datetime) -> bool:
        """Take the right to show a post in a channel; False when it was taken at or after ``since``."""
        ...

    async def release(self, team: str, channel: str, post: str) -> None:
        """Give it back."""
        ...


@dataclass(frozen=True, slots=True)
class Preview:
    """What stands below the message for one of its addresses."""

    url: str
    post: PostRef
    message: Message


class PreviewService:
    """Decides and builds. ``previews`` never raises: what fails is logged and not shown."""

    def __init__(
        self,
        *,
        gathering: ReportFetcher,
        posts: PostLookups,
        teams: PreviewSettings,
        shown: ShownPreviews,
        permissions: PermissionService,
        readers: LocaleService,
        metrics: telemetry.Metrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._gathering, self._posts, self._teams, self._shown = gathering, posts, teams, shown
        self._permissions, self._readers, self._metrics, self._clock = permissions, readers, metrics, clock

    async def previews(self, context: RequestContext, urls: Sequence[str]) -> tuple[Preview, ...]:
        """The previews of a message whose links are ``urls``, each claimed: whoever cannot show one gives it back."""
        linked = linked_posts(tuple(urls), self._clock())
        if not linked:
            return ()
        with (
            telemetry.referenced(),
            telemetry.request_line(self._metrics, context.source, team=context.team, channel=context.channel, user=context.user) as record,
        ):
            record.kind, record.outcome = "post", TROUBLE
            try:
                found = await self._found(context, linked)
            except BotError as error:
                logger.info("links go without previews", extra={"failure": type(error).__name__})
                return ()
            record.outcome = SHOWN if found else NOTHING
            return found

    async def give_back(self, context: RequestContext, previews: Sequence[Preview]) -> None:
        """These were not shown after all."""
        try:
            for preview in previews:
                await self._shown.release(context.team, context.channel, preview.post.urn)
        except BotError as error:
            logger.info("previews could not be given back", extra={"failure": type(error).__name__})

    async def _found(self, context: RequestContext, linked: Sequence[tuple[str, PostRef]]) -> tuple[Preview, ...]:
        if not await self._permissions.previews(context.team, context.user, context.channel):
            return ()
        asks = await self._of_known_accounts(context, linked)
        made = await run_together(self._preview(context, url, ask, number) for number, (url, ask) in enumerate(asks, start=1))
        return tuple(one for one in made if one is not None)

    async def _of_known_accounts(self, context: RequestContext, linked: Sequence[tuple[str, PostRef]]) -> list[tuple[str, PostQuery]]:
        """The posts whose account is known and may be shown there, each once; what is not known is never asked for."""
        out, asks = await self._teams.opted_out(context.team), dict[PostRef, tuple[str, PostQuery]]()
        for url, linked_post in linked:
            post = self._posts.match_activity(linked_post, None) if linked_post.kind is PostKind.ACTIVITY else linked_post
            owner = self._posts.owner(post) if post else None
            if post and owner and owner not in out and self._permissions.rules.sees(context.channel, owner):
                asks.setdefault(post, (url, PostQuery(post, owner)))
        return list(asks.values())[:MOST_PREVIEWS]

    async def _preview(self, context: RequestContext, url: str, ask: PostQuery, number: int) -> Preview | None:
        """One preview; none when it was shown there lately, or nothing is known of its figures."""
        now = self._clock()
        if not await self._shown.claim(context.team, context.channel, ask.post.urn, at=now, since=now - NOT_AGAIN_WITHIN):
            return None
        report = await self._report(ask)
        if report is None or not any(isinstance(figure, Value) for figure in report.figures.values()):
            await self._shown.release(context.team, context.channel, ask.post.urn)
            return None
        with use_number_format(await self._readers.notation(context.user, public=True)):
            card = build_unfurl_card(report, today=now.date(), words=to_text(ask), number=number)
        return Preview(url, ask.post, card)

    async def _report(self, ask: PostQuery) -> PostReport | None:
        try:
            return await self._gathering.post_report(ask, ask.account or "")
        except BotError as error:
            logger.info("a link goes without a preview", extra={"failure": type(error).__name__})
            return None

"""Previews of links that people post: whether any, of which posts, and what they say.

::

    links ─ previews here? ─ posts ─ whose? (only what is known) ─ opted out? seen here? ─ claimed once ─ figures ─→ address: preview

Nobody asked, so whatever is not sure is not shown, and nothing is said about it: neither trouble nor refusals.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.access.locale_service import Readers
from bot.access.permissions import Permissions
from bot.access.preview_switch import MOST_PREVIEWS, NOT_AGAIN_WITHIN, linked_posts
from bot.blockkit.builders import Message
from bot.blockkit.number_format import reading
from bot.errors import BotError
from bot.ops import telemetry
from bot.parsing.queries import PostAsk, to_words
from bot.previews.blocks import build_unfurl_card
from bot.reports.fetch import Gathering, Posts
from bot.statistics.metrics import Value
from bot.statistics.posts import PostKind, PostRef
from bot.statistics.reports import PostReport

logger = logging.getLogger(__name__)

DOOR = "unfurl"
SHOWN, NOTHING, TROUBLE = "answered", "nothing", "trouble"


class Teams(Protocol):
    """Who is left out. Raises StoreError when the database cannot be used."""

    async def opted_out(self, team: str) -> Collection[str]:
        """The accounts (platform ids) that nobody shall be shown unasked."""
        ...


class Shown(Protocol):
    """What was shown where, kept. Every method raises StoreError when the database cannot be used."""

    async def claim(self, team: str, channel: str, post: str, *, at: datetime, since: datetime) -> bool:
        """Take the right to show a post in a channel; False when it was taken at or after ``since``."""
        ...

    async def release(self, team: str, channel: str, post: str) -> None:
        """Give it back."""
        ...


@dataclass(frozen=True, slots=True)
class Shared:
    """A message with links, by Slack's ids; ``urls`` are those of the domains the app is told about, in the message's order."""

    team: str
    channel: str
    user: str
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What stands below the message for one of its addresses."""

    url: str
    post: PostRef
    message: Message


class Unfurling:
    """Decides and builds. ``previews`` never raises: what fails is logged and not shown."""

    def __init__(
        self,
        *,
        gathering: Gathering,
        posts: Posts,
        teams: Teams,
        shown: Shown,
        permissions: Permissions,
        readers: Readers,
        metrics: telemetry.Metrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._gathering, self._posts, self._teams, self._shown = gathering, posts, teams, shown
        self._permissions, self._readers, self._metrics, self._clock = permissions, readers, metrics, clock

    async def previews(self, shared: Shared) -> tuple[Preview, ...]:
        """The previews of a message, each claimed: whoever cannot show one gives it back."""
        linked = linked_posts(shared.urls, self._clock())
        if not linked:
            return ()
        with (
            telemetry.referenced(),
            telemetry.ask_line(self._metrics, DOOR, team=shared.team, channel=shared.channel, user=shared.user) as record,
        ):
            record.kind, record.outcome = "post", TROUBLE
            try:
                found = await self._found(shared, linked)
            except BotError as error:
                logger.info("links go without previews", extra={"failure": type(error).__name__})
                return ()
            record.outcome = SHOWN if found else NOTHING
            return found

    async def give_back(self, shared: Shared, previews: Sequence[Preview]) -> None:
        """These were not shown after all."""
        try:
            for preview in previews:
                await self._shown.release(shared.team, shared.channel, preview.post.urn)
        except BotError as error:
            logger.info("previews could not be given back", extra={"failure": type(error).__name__})

    async def _found(self, shared: Shared, linked: Sequence[tuple[str, PostRef]]) -> tuple[Preview, ...]:
        if not await self._permissions.previews(shared.team, shared.user, shared.channel):
            return ()
        asks = await self._of_known_accounts(shared, linked)
        made = await asyncio.gather(*(self._preview(shared, url, ask, number) for number, (url, ask) in enumerate(asks, start=1)))
        return tuple(one for one in made if one is not None)

    async def _of_known_accounts(self, shared: Shared, linked: Sequence[tuple[str, PostRef]]) -> list[tuple[str, PostAsk]]:
        """The posts whose account is known and may be shown there, each once; what is not known is never asked for."""
        out, asks = await self._teams.opted_out(shared.team), dict[PostRef, tuple[str, PostAsk]]()
        for url, linked_post in linked:
            post = self._posts.match_activity(linked_post, None) if linked_post.kind is PostKind.ACTIVITY else linked_post
            owner = self._posts.owner(post) if post else None
            if post and owner and owner not in out and self._permissions.rules.sees(shared.channel, owner):
                asks.setdefault(post, (url, PostAsk(post, owner)))
        return list(asks.values())[:MOST_PREVIEWS]

    async def _preview(self, shared: Shared, url: str, ask: PostAsk, number: int) -> Preview | None:
        """One preview; none when it was shown there lately, or nothing is known of its figures."""
        now = self._clock()
        if not await self._shown.claim(shared.team, shared.channel, ask.post.urn, at=now, since=now - NOT_AGAIN_WITHIN):
            return None
        report = await self._report(ask)
        if report is None or not any(isinstance(figure, Value) for figure in report.figures.values()):
            await self._shown.release(shared.team, shared.channel, ask.post.urn)
            return None
        with reading(await self._readers.notation(shared.user, public=True)):
            card = build_unfurl_card(report, today=now.date(), words=to_words(ask), number=number)
        return Preview(url, ask.post, card)

    async def _report(self, ask: PostAsk) -> PostReport | None:
        try:
            return await self._gathering.post_report(ask, ask.account or "")
        except BotError as error:
            logger.info("a link goes without a preview", extra={"failure": type(error).__name__})
            return None

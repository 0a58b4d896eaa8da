"""Handles the Home tab's sections about figures, and its settings."""

import logging
from typing import Final

from bot.access.commands import PreviewCommand
from bot.access.visibility import Sources, Visibility
from bot.errors import BotError, StatisticsError, StoreError, UsageError
from bot.ops.tasks import or_error
from bot.parsing.queries import TopQuery
from bot.queries import home_blocks as blocks
from bot.queries.service import MOST_ACCOUNTS, ComparisonService, QueryService
from bot.slack.request import RenderedResult, Request, RequestContext
from bot.statistics.comparison_reports import TopReport
from bot.statistics.reports import id_word, last_days
from bot.storage.claims import WelcomeRepository

BEST_SPARED = "Few of this hour's calls to LinkedIn are left for {name}, so they aren't fetched here. *{button}* fetches them all the same."
BEST_FAILED = "They couldn't be fetched this time. *{button}* tries again."
#: Posts fetched each time the tab is opened, and how many of them are shown.
ASKED_POSTS: Final = 6
SHOWN_POSTS: Final = 5
BEST_OF_DAYS: Final = 28
logger = logging.getLogger(__name__)


class HomeHandler:
    """Answers the Home tab's parts; each method raises BotError."""

    def __init__(self, sources: Sources, queries: QueryService, comparisons: ComparisonService, welcomes: WelcomeRepository) -> None:
        self._queries, self._comparisons, self._account_resolver = queries, comparisons, sources.account_resolver
        self._visibility, self._permissions, self._welcomes = sources.visibility, sources.permissions, welcomes
        self._quota_is_low, self._clock = sources.quota_is_low, sources.clock

    async def welcome(self, request: Request) -> RenderedResult:
        """What the bot does and one example, during the first visit; else empty."""
        await self._permissions.check(request.context)
        context = request.context
        try:
            is_first = await self._welcomes.is_welcome(context.team, context.user, self._clock())
        except StoreError as error:
            logger.info("the Home tab goes without its welcome", extra={"error": error.sentence})
            is_first = False
        if not is_first:
            return RenderedResult(blocks.nothing(), kind="home")
        _, account = await self._queries.own_account(request, await self._visibility.of(context))
        return RenderedResult(blocks.build_welcome(account), kind="home")

    async def state(self, request: Request) -> RenderedResult:
        """Today's state: the accounts with problems, and the person's own week or why it could not be fetched."""
        await self._permissions.check(request.context)
        directory, account = await self._queries.own_account(request, await self._visibility.of(request.context))
        own = await or_error(BotError, self._queries.week_of(account)) if account else None
        return RenderedResult(blocks.build_state(directory, account, own, now=self._clock()), kind="start")

    async def week(self, request: Request) -> RenderedResult:
        await self._permissions.check(request.context)
        result = await self._comparisons.week(request.context)
        if result.known == 1:
            return RenderedResult(blocks.nothing(), kind="team")
        today = self._clock().date()
        message = blocks.build_week(result.report, today, words=result.text, known=result.known, most=MOST_ACCOUNTS)
        return RenderedResult(message, kind="team")

    async def best(self, request: Request) -> RenderedResult:
        """The best of the person's newest posts, or why they are not shown; empty where none is known, or the account opted out."""
        await self._permissions.check(request.context)
        visibility = await self._visibility.of(request.context)
        _, account = await self._queries.own_account(request, visibility)
        if account is None:
            return RenderedResult(blocks.nothing(), kind="top")
        today, who = self._clock().date(), id_word(account.platform_id)
        words = f"top {who} {BEST_OF_DAYS}d"
        if self._quota_is_low(account.platform_id):
            return RenderedResult(blocks.build_no_best(BEST_SPARED, account.name, words), kind="top")
        query = TopQuery(who, last_days(BEST_OF_DAYS, today), most=SHOWN_POSTS)
        try:
            result = await self._comparisons.top(query, request, visibility, among=ASKED_POSTS)
        except UsageError:
            # It opted out, or PostPost does not list it right now.
            return RenderedResult(blocks.nothing(), kind="top")
        except StatisticsError as error:
            logger.info("the Home tab goes without the best posts", extra={"failure": type(error).__name__})
            return RenderedResult(blocks.build_no_best(BEST_FAILED, account.name, words), kind="top")
        assert isinstance(result.report, TopReport)  # noqa: S101  # for the type checker: that is what top gives
        return RenderedResult(blocks.build_best(result.report, today, words), kind="top")

    async def dismiss(self, context: RequestContext) -> None:
        await self._welcomes.dismiss(context.team, context.user, self._clock())

    async def settings(self, context: RequestContext) -> blocks.HomeSettings:
        await self._permissions.check(context)
        return await self._settings(context, await self._visibility.of(context))

    async def _settings(self, context: RequestContext, visibility: Visibility) -> blocks.HomeSettings:
        default = await self._queries.default_account(Request(text="", context=context), visibility)
        previews = await self._permissions.shows_previews(context.team) if await self._permissions.administers(context.user) else None
        return blocks.HomeSettings(await self._queries.accounts(visibility), default, previews)

    async def save(self, context: RequestContext, default: str | None, previews: bool | None) -> None:
        """Stores the chosen settings; raises NotAllowed for one that this person may not change."""
        await self._permissions.check(context)
        visibility = await self._visibility.of(context)
        before = await self._settings(context, visibility)
        if previews is not None and previews != before.previews:
            await self._permissions.answer(PreviewCommand(on=previews), context, now=self._clock())
        if default is None or default == (before.default.platform_id if before.default else ""):
            return
        await self._account_resolver.set_default(default, context, visibility, self._clock())

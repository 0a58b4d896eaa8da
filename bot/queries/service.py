"""Fetches the figures of one post or account, and what is known about accounts.

Nothing here builds blocks: ``bot.queries.handler`` does that, so that the command line, the workflow step, the Home tab and Slack share
these services.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

from bot.access.visibility import AccountResolver, Visibility
from bot.errors import BotError
from bot.parsing.queries import AccountQuery, CompareQuery, PostQuery, TeamQuery, TopQuery, VersusQuery, to_text
from bot.reports.fetch import KnownAccounts, ReportFetcher
from bot.slack.request import Request
from bot.statistics.comparison_reports import ComparisonReport, TeamReport, TopReport, VersusReport
from bot.statistics.metrics import ALL_METRICS, Metric
from bot.statistics.reports import Account, AccountReport, Directory, PostReport
from bot.subscriptions.goal import Progress

T = TypeVar("T")

FiguresQuery = PostQuery | AccountQuery | CompareQuery | VersusQuery | TeamQuery | TopQuery

#: Seconds a card waits for its goals when its figures are there.
PATIENCE = 0.5

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The figures that were asked for."""

    report: PostReport | AccountReport | ComparisonReport | VersusReport | TeamReport | TopReport
    #: Canonical text that asks for the same again, without sharing it and without a file.
    text: str


@dataclass(frozen=True, slots=True)
class AccountResult(QueryResult):
    """An account's figures with its goals: None for goals that were not there in time."""

    goals: tuple[Progress, ...] | None = ()


class AccountGoals(Protocol):
    """How far the goals of an account are."""

    async def of_account(
        self, team: str, channel: str, platform_id: str, metrics: Sequence[Metric], *, fresh: bool = False
    ) -> tuple[Progress, ...]:
        """The goals of these metrics, as they stand today."""
        ...


class QueryService:
    """Fetches. Every method raises BotError.

    Args:
        figures: fetches reports.
        accounts: the connected accounts.
        account_resolver: settles which account is meant.
        goals: how far an account's goals are.
        clock: the current time (aware, UTC).
    """

    def __init__(
        self,
        *,
        figures: ReportFetcher,
        accounts: KnownAccounts,
        account_resolver: AccountResolver,
        goals: AccountGoals,
        clock: Callable[[], datetime],
    ) -> None:
        self._figures, self._accounts, self._account_resolver = figures, accounts, account_resolver
        self._goals, self._clock = goals, clock

    async def post(self, query: PostQuery, request: Request, visibility: Visibility) -> QueryResult:
        """A post's lifetime figures."""
        meant = self._figures.resolved(query)
        public = request.is_public(share=query.share)
        platform_id = await self._account_resolver.account(meant, request.context, visibility, meant.post, public=public)
        report = await self._figures.post_report(meant, platform_id, matched_by_time=meant.post != query.post, fresh=request.fresh)
        return QueryResult(report, to_text(replace(meant, account=platform_id, share=False, period_ignored=False, export="")))

    async def account(self, query: AccountQuery, request: Request, visibility: Visibility) -> AccountResult:
        """An account's figures in a period, and how far its goals are."""
        context, metrics = request.context, query.metrics or ALL_METRICS
        public = request.is_public(share=query.share)
        platform_id = await self._account_resolver.account(query, context, visibility, public=public)
        report, goals = await with_goals(
            self._figures.account_report(query, platform_id, fresh=request.fresh),
            self._goals.of_account(context.team, context.channel, platform_id, metrics, fresh=request.fresh),
        )
        text = to_text(replace(query, account=platform_id, period=report.period, share=False, export=""))
        return AccountResult(report, text, goals)

    async def accounts(self, visibility: Visibility) -> Directory:
        """The connected accounts that may be seen."""
        return visibility.visible(await self._accounts.accounts())

    async def default_account(self, request: Request, visibility: Visibility) -> Account | None:
        """The account that is meant where none is named."""
        platform_id = await self._account_resolver.default_id(request.context, visibility)
        return self._figures.account(platform_id) if platform_id else None

    async def make_default(self, platform_id: str, request: Request, visibility: Visibility) -> Account:
        """Makes it the channel's default account."""
        await self._account_resolver.make_default(platform_id, request.context, visibility, self._clock())
        return self._figures.account(platform_id)

    async def start(self, request: Request, visibility: Visibility) -> tuple[Directory, Account | None, AccountReport | None]:
        """What the first screen shows: the accounts, the default or only one, and its last week where that could be fetched."""
        directory = await self.accounts(visibility)
        default = await self.default_account(request, visibility)
        if default is None and len(directory.accounts) == 1:
            default = directory.accounts[0]
        return directory, default, await self._last_week(default) if default else None

    async def _last_week(self, account: Account) -> AccountReport | None:
        """The account's last week; the first screen stands without it when the service is in trouble."""
        try:
            return await self._figures.account_report(AccountQuery(), account.platform_id)
        except BotError as error:
            logger.info("the first screen goes without figures", extra={"failure": type(error).__name__})
            return None


async def with_goals(figures: Awaitable[T], goals: Awaitable[tuple[Progress, ...]]) -> tuple[T, tuple[Progress, ...] | None]:
    """A card's figures and its goals, fetched at the same time. The goals are None when they take too long, and none when they fail."""
    fetching = asyncio.ensure_future(_or_none(goals))
    try:
        ready = await figures
        done, _ = await asyncio.wait([fetching], timeout=PATIENCE)
        return ready, fetching.result() if done else None
    finally:
        fetching.cancel()


async def _or_none(goals: Awaitable[tuple[Progress, ...]]) -> tuple[Progress, ...]:
    """The goals, or none when they cannot be fetched: the card is shown all the same."""
    try:
        return await goals
    except Exception:
        logger.exception("a card goes without its goals")
        return ()

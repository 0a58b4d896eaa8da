"""Answers to questions about posts and accounts, help, and what administrators allow.

::

    Request ─ parse_text ─ permitted? ─ to_query ┬ a post, an account ─ account_resolver ─ ReportFetcher ─┐
                                                 ├ several: ComparisonService ──────────────────────────────┼→ RenderedResult
                                                 ├ start, accounts, default, help, status ──────────────────┤
                                                 └ an error ─ its sentence ─────────────────────────────────┘
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

from bot.access.account_resolver import AccountChoiceNeeded, AccountResolver
from bot.access.groups import Groups
from bot.access.link_parser import read_link
from bot.access.link_parser import settle as settle_link
from bot.access.locale_service import LocaleService
from bot.access.permissions import PermissionService
from bot.access.rules import AllowCommand, PermissionsCommand, read_permission
from bot.access.visibility import Visibility, VisibilityService
from bot.blockkit.number_format import DEFAULT_FORMAT, NumberFormat, use_number_format
from bot.errors import BotError, NotUnderstood, StatisticsError, StoreError
from bot.ops import telemetry
from bot.parsing import parser
from bot.parsing.parser import ParsedText
from bot.parsing.queries import (
    AccountQuery,
    AccountsQuery,
    CompareQuery,
    DefaultQuery,
    GroupQuery,
    HelpQuery,
    LinkQuery,
    OptQuery,
    PostQuery,
    Query,
    StartQuery,
    StatusQuery,
    TeamQuery,
    TopQuery,
    VersusQuery,
    to_text,
)
from bot.parsing.thread_context import in_thread
from bot.parsing.vocabulary import HELP
from bot.queries.comparisons import ComparisonService
from bot.queries.health import Finding
from bot.queries.status_blocks import build_status
from bot.reports import notice_blocks
from bot.reports.account_blocks import build_account_card
from bot.reports.error_blocks import build_trouble
from bot.reports.fetch import KnownAccounts, ReportFetcher
from bot.reports.files import account_file, post_file
from bot.reports.help_blocks import build_help
from bot.reports.post_blocks import build_post_card
from bot.slack.request import Outcome, RenderedResult, Request, outcome_of
from bot.statistics.accounts import Account, Directory
from bot.statistics.metrics import ALL_METRICS, Metric
from bot.statistics.posts import PostRef
from bot.statistics.reports import AccountReport
from bot.subscriptions.goal import Progress

T = TypeVar("T")

#: Seconds a card waits for its goals when its figures are there.
PATIENCE = 0.5
ONE_ONLY = "Only the figures of one post or of one account can be given here."
ONE_ONLY_REMEDY = "Name a post by its link, or an account, and for an account a period."


logger = logging.getLogger(__name__)


class HealthCheck(Protocol):
    """How everything is that the bot depends on. Never raises."""

    async def findings(self, team: str) -> tuple[Finding, ...]:
        """A finding for each part."""
        ...


class AccountGoals(Protocol):
    """How far the goals of an account are."""

    async def of_account(
        self, team: str, channel: str, platform_id: str, metrics: Sequence[Metric], *, fresh: bool = False
    ) -> tuple[Progress, ...]:
        """The goals of these metrics, as they stand today."""
        ...


class QueryService:
    """Answers questions about posts and accounts, help, and what administrators allow. ``handle`` and its siblings raise BotError.

    Args:
        figures: fetches reports.
        accounts: the connected accounts.
        account_resolver: settles which account is meant.
        visibility: who may see which account.
        permissions: who may ask what where.
        groups: groups, opt-outs and whose account is whose.
        goals: how far an account's goals are.
        comparisons: answers about several posts, accounts or periods.
        health: how everything is that the bot depends on.
        locales: how numbers are written for whom.
        clock: the current time (aware, UTC).
    """

    def __init__(
        self,
        *,
        figures: ReportFetcher,
        accounts: KnownAccounts,
        account_resolver: AccountResolver,
        visibility: VisibilityService,
        permissions: PermissionService,
        groups: Groups,
        goals: AccountGoals,
        comparisons: ComparisonService,
        health: HealthCheck,
        locales: LocaleService,
        clock: Callable[[], datetime],
    ) -> None:
        self._figures, self._accounts, self._account_resolver, self._visibility = figures, accounts, account_resolver, visibility
        self._permissions, self._groups, self._goals, self._comparisons = permissions, groups, goals, comparisons
        self._health, self._locales, self._clock = health, locales, clock
        self._answers: Mapping[type[Query], Callable[..., Awaitable[RenderedResult]]] = {
            PostQuery: self._post_card,
            AccountQuery: self._account_card,
            CompareQuery: self._compare,
            AccountsQuery: self._account_list,
            DefaultQuery: self._default,
            StatusQuery: self._status,
            HelpQuery: self._help,
            StartQuery: self._start,
            **dict.fromkeys((VersusQuery, TeamQuery, TopQuery, GroupQuery, OptQuery, LinkQuery), self._comparison),
        }

    async def handle(self, request: Request) -> RenderedResult:
        """The answer to a question about figures, or a plain one: help, accounts, status, default, nothing typed.

        Its own errors become messages here, since only here the accounts and the text for *Retry* are known.
        """
        text = ""
        visibility: Visibility | None = None
        try:
            parsed = self._parsed(request)
            await self._check_permitted(request, parsed)
            visibility = await self._visibility.of(request.context)
            query = await self._query(parsed, request, visibility)
            text = to_text(query)
            with use_number_format(await self._number_format(query, request)):
                return await self._answered(query, request, visibility)
        except AccountChoiceNeeded as choice:
            menu = notice_blocks.build_account_menu(choice.directory, to_text(choice.ask))
            return RenderedResult(menu, outcome=Outcome.CHOICE, kind="account")
        except BotError as error:
            again = text if isinstance(error, StatisticsError) and error.passing else ""
            message = build_trouble(
                error, reference=telemetry.reference(), directory=await self._known(request, visibility), now=self._clock(), words=again
            )
            return RenderedResult(message, outcome=outcome_of(error), kind=type(error).__name__)

    async def handle_permission(self, request: Request) -> RenderedResult:
        """``allow``, ``forbid``, ``permissions``, ``unfurl``."""
        context = request.context
        command = read_permission(request.text, context.channel, direct=context.is_dm) or PermissionsCommand()
        message = await self._permissions.answer(
            command, team=context.team, channel=context.channel, user=context.user, direct=context.is_dm, now=self._clock()
        )
        return RenderedResult(message, kind="permissions", changed=isinstance(command, AllowCommand))

    async def handle_link(self, request: Request) -> RenderedResult:
        """``link @ann acme``, ``unlink acme``."""
        tokens = read_link(request.text)
        if tokens is None:
            return await self.handle(request)
        await self._check(request, public=False)
        visibility = await self._visibility.of(request.context)
        query = settle_link(tokens, visibility.visible(await self._accounts.accounts()))
        return RenderedResult(await self._comparisons.link(query, request.context), kind="link")

    async def start(self, request: Request) -> RenderedResult:
        """What can be done here: the accounts, the default one's last week, examples."""
        await self._check(request, public=False)
        with use_number_format(await self._locales.notation(request.context.user, public=False)):
            return await self._start(StartQuery(), request, await self._visibility.of(request.context))

    async def week(self, request: Request) -> RenderedResult:
        """The last week of every account, a line each, for the Home tab."""
        await self._check(request, public=False)
        with use_number_format(await self._locales.notation(request.context.user, public=False)):
            return RenderedResult(await self._comparisons.week(request.context), kind="team")

    # ── what is asked ────────────────────────────────────────────────────────────────────────────────────────────────

    def _parsed(self, request: Request) -> ParsedText:
        now = self._clock()
        if request.about:
            return in_thread(request.text, request.about, now.date(), now)
        return parser.parse_text(request.text, now.date(), now)

    async def _check_permitted(self, request: Request, parsed: ParsedText) -> None:
        if parsed.verb != HELP:
            await self._check(request, public=parsed.shared or request.figures_only)

    async def _check(self, request: Request, *, public: bool) -> None:
        context = request.context
        nowhere = context.is_dm or not context.channel
        await self._permissions.check(context.team, context.user, context.channel, direct=nowhere, public=public and not nowhere)

    async def _query(self, parsed: ParsedText, request: Request, visibility: Visibility) -> Query:
        directory = await self._accounts.accounts() if parsed.names else self._accounts.known()
        query = parser.to_query(parsed, visibility.visible(directory))
        if request.figures_only and not isinstance(query, PostQuery | AccountQuery):
            raise NotUnderstood(ONE_ONLY, remedy=ONE_ONLY_REMEDY)
        return query

    async def _known(self, request: Request, visibility: Visibility | None) -> Directory | None:
        """The accounts that an error may name; None when it cannot be told who opted out."""
        try:
            return (visibility or await self._visibility.of(request.context)).visible(self._accounts.known())
        except StoreError:
            return None

    async def _number_format(self, query: Query, request: Request) -> NumberFormat:
        """Help comes without asking Slack who asks."""
        if isinstance(query, HelpQuery):
            return DEFAULT_FORMAT
        return await self._locales.notation(request.context.user, public=request.is_public(share=shares(query)))

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _answered(self, query: Query, request: Request, visibility: Visibility) -> RenderedResult:
        result = await self._answers[type(query)](query, request, visibility)
        message, share = result.message, shares(query) and not request.context.is_dm
        if who := request.context.user if share else request.shared_by:
            message = replace(message, blocks=(*message.blocks, notice_blocks.build_shared_by(who)))
        return replace(result, message=message, share=share, kind=type(query).__name__.removesuffix("Query").lower())

    async def _comparison(
        self, query: VersusQuery | TeamQuery | TopQuery | GroupQuery | OptQuery | LinkQuery, request: Request, visibility: Visibility
    ) -> RenderedResult:
        return await self._comparisons.answer(query, request, visibility, await self._default_id(request, visibility))

    async def _compare(self, query: CompareQuery, request: Request, visibility: Visibility) -> RenderedResult:
        accounts = [await self._account(query, request, visibility, post) for post in query.posts]
        return await self._comparisons.compare(query, accounts, request)

    async def _status(self, _query: StatusQuery, request: Request, _visibility: Visibility) -> RenderedResult:
        return RenderedResult(build_status(await self._health.findings(request.context.team), self._clock()))

    async def _help(self, query: HelpQuery, _request: Request, _visibility: Visibility) -> RenderedResult:
        return RenderedResult(build_help(query.topic))

    async def _account(
        self, query: PostQuery | AccountQuery | CompareQuery, request: Request, visibility: Visibility, post: PostRef | None = None
    ) -> str:
        return await self._account_resolver.account(query, request.context, visibility, post, public=request.is_public(share=query.share))

    async def _default_id(self, request: Request, visibility: Visibility) -> str | None:
        return await self._account_resolver.default_id(request.context, visibility)

    async def _default_account(self, request: Request, visibility: Visibility) -> Account | None:
        platform_id = await self._default_id(request, visibility)
        return self._figures.account(platform_id) if platform_id else None

    async def _account_list(self, _query: AccountsQuery, request: Request, visibility: Visibility) -> RenderedResult:
        team = request.context.team
        links, out = await self._groups.links(team), await self._groups.opted_out(team)
        directory, default = visibility.visible(await self._accounts.accounts()), await self._default_account(request, visibility)
        return RenderedResult(notice_blocks.build_accounts(directory, default, links, out))

    async def _post_card(self, query: PostQuery, request: Request, visibility: Visibility) -> RenderedResult:
        meant = self._figures.resolved(query)
        platform_id = await self._account(meant, request, visibility, meant.post)
        report = await self._figures.post_report(meant, platform_id, matched_by_time=meant.post != query.post, fresh=request.fresh)
        text = to_text(replace(meant, account=platform_id, share=False, period_ignored=False, export=""))
        card = build_post_card(report, today=self._clock().date(), words=text, private=request.is_private(share=query.share))
        return RenderedResult(card, post_file(query.export, report) if query.export else None, text, report)

    async def _account_card(self, query: AccountQuery, request: Request, visibility: Visibility) -> RenderedResult:
        platform_id = await self._account(query, request, visibility)
        context, metrics, today = request.context, query.metrics or ALL_METRICS, self._clock().date()
        report, goals = await beside(
            self._figures.account_report(query, platform_id, fresh=request.fresh),
            self._goals.of_account(context.team, context.channel, platform_id, metrics, fresh=request.fresh),
        )
        text = to_text(replace(query, account=platform_id, period=report.period, share=False, export=""))
        card = build_account_card(report, today=today, words=text, private=request.is_private(share=query.share), goals=goals)
        return RenderedResult(card, account_file(query.export, report, today) if query.export else None, text, report)

    async def _default(self, query: DefaultQuery, request: Request, visibility: Visibility) -> RenderedResult:
        if query.account is None:
            return RenderedResult(notice_blocks.build_default(await self._default_account(request, visibility), changed=False))
        await self._account_resolver.make_default(query.account, request.context, visibility, self._clock())
        return RenderedResult(notice_blocks.build_default(self._figures.account(query.account), changed=True), changed=True)

    async def _start(self, _query: StartQuery, request: Request, visibility: Visibility) -> RenderedResult:
        directory = visibility.visible(await self._accounts.accounts())
        default = await self._default_account(request, visibility)
        if default is None and len(directory.accounts) == 1:
            default = directory.accounts[0]
        report = await self._last_week(default) if default else None
        return RenderedResult(notice_blocks.build_start(directory, default, report, today=self._clock().date()))

    async def _last_week(self, account: Account) -> AccountReport | None:
        """The account's last week; the first screen stands without it when the service is in trouble."""
        try:
            return await self._figures.account_report(AccountQuery(), account.platform_id)
        except BotError as error:
            logger.info("the first screen goes without figures", extra={"failure": type(error).__name__})
            return None


def shares(query: Query) -> bool:
    """Whether the words ask for an answer that everybody in the channel sees."""
    return bool(getattr(query, "share", False))


async def beside(card: Awaitable[T], goals: Awaitable[tuple[Progress, ...]]) -> tuple[T, tuple[Progress, ...] | None]:
    """The card's figures, and its goals asked for meanwhile: None for goals that would hold the card up, none where they fail."""
    asked = asyncio.ensure_future(_or_none(goals))
    try:
        ready = await card
        done, _ = await asyncio.wait([asked], timeout=PATIENCE)
        return ready, asked.result() if done else None
    finally:
        asked.cancel()


async def _or_none(goals: Awaitable[tuple[Progress, ...]]) -> tuple[Progress, ...]:
    """The goals, or none of them: whatever is wrong with these must not keep a card from being shown."""
    try:
        return await goals
    except Exception:
        logger.exception("a card goes without its goals")
        return ()

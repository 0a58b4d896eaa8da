"""Words in, message out: the hall every answer passes, whichever bell rang.

::

    Question ─ read_words ─ permitted? ─ to_ask ┬ a post ──── whose? ── Statistics ─┐
                                                ├ an account ─ whose? ── Statistics ─┤
                                                ├ start, accounts, default, help ────┼→ Answer (a Message and its outcome)
                                                ├ allow, forbid, permissions ────────┤
                                                └ a failure ─────── its sentence ────┘

``gathering`` asks for the figures; ``app`` hands in the rooms behind the Protocols.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.access.account_resolver import AccountChoiceNeeded, AccountResolver
from bot.access.groups import Groups
from bot.access.link_parser import read_link
from bot.access.link_parser import settle as settle_link
from bot.access.locale_service import LocaleService
from bot.access.permissions import PermissionService
from bot.access.rules import PermissionCommand, read_permission
from bot.blockkit.builders import Message
from bot.blockkit.number_format import DEFAULT_FORMAT, NumberFormat, use_number_format
from bot.errors import BotError, NotAllowed, NotUnderstood, StatisticsError, UsageError
from bot.goals.fetch import GoalFetcher, beside
from bot.ops import telemetry
from bot.parsing import parser
from bot.parsing.parser import ParsedText
from bot.parsing.queries import (
    AccountQuery,
    AccountsQuery,
    CompareQuery,
    ComparisonQuery,
    DefaultQuery,
    HelpQuery,
    PostQuery,
    Query,
    StartQuery,
    StatusQuery,
    to_text,
)
from bot.parsing.thread_context import in_thread
from bot.queries.comparisons import ComparisonContext, ComparisonService, RenderedResult
from bot.queries.health import Finding
from bot.queries.status_blocks import build_status
from bot.reports import notice_blocks
from bot.reports.account_blocks import build_account_card
from bot.reports.error_blocks import build_internal_error, build_trouble
from bot.reports.fetch import KnownAccounts, PostLookups, ReportFetcher, StatisticsApi
from bot.reports.files import account_file, post_file
from bot.reports.help_blocks import build_help
from bot.reports.post_blocks import build_post_card
from bot.slack.request import HOME, Outcome, Request, RequestContext, Response
from bot.statistics.accounts import Account
from bot.statistics.metrics import ALL_METRICS, RateBasis
from bot.statistics.reports import AccountReport

ONE_ONLY = "Only the figures of one post or of one account can be given here."
ONE_ONLY_REMEDY = "Name a post by its link, or an account, and for an account a period."


logger = logging.getLogger(__name__)


class HealthCheck(Protocol):
    """How everything is that the bot depends on. Never raises."""

    async def findings(self, team: str) -> tuple[Finding, ...]:
        """A finding for each part."""
        ...


@dataclass(frozen=True, slots=True)
class RateSettings:
    """What ``app`` decides: what the rate is of."""

    basis: RateBasis = RateBasis.IMPRESSIONS


class QueryService:
    """The hall. ``answer`` never raises: every failure has its message."""

    def __init__(
        self,
        *,
        statistics: StatisticsApi,
        accounts: KnownAccounts,
        posts: PostLookups,
        whose: AccountResolver,
        permissions: PermissionService,
        teams: Groups,
        goals: GoalFetcher,
        several: ComparisonService,
        health: HealthCheck,
        readers: LocaleService,
        house: RateSettings,
        metrics: telemetry.Metrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._accounts = accounts
        self._whose = whose
        self._teams = teams
        self._permissions = permissions
        self._goals, self._several = goals, several
        self._health = health
        self._readers = readers
        self._house = house
        self._metrics = metrics
        self._clock = clock
        self._gathering = ReportFetcher(statistics=statistics, accounts=accounts, posts=posts, basis=house.basis, clock=clock)

    async def answer(self, question: Request) -> Response:
        """The answer to a question: a card, a notice, a choice, or what went wrong and how to mend it."""
        who = question.context
        with (
            telemetry.referenced() as reference,
            telemetry.request_line(self._metrics, question.context.source, team=who.team, channel=who.channel, user=who.user) as record,
        ):
            answer = await self._answer_or_trouble(question, reference, record)
            record.outcome = answer.outcome
            return answer

    async def _answer_or_trouble(self, question: Request, reference: str, record: telemetry.RequestRecord) -> Response:
        words = ""
        try:
            if not question.figures_only and (permission := self._permission(question)) is not None:
                record.kind = "permissions"
                return Response(await self._permitted(permission, question.context), Outcome.ANSWERED, reference)
            ask = _allowed(await self._ask(question), question)
            record.kind, words = type(ask).__name__.removesuffix("Query").lower(), to_text(ask)
            with use_number_format(await self._notation(ask, question)):
                return await self._answered(ask, question, reference)
        except AccountChoiceNeeded as choice:
            menu = notice_blocks.build_account_menu(await self._whose.directory(question.context), to_text(choice.ask))
            return Response(menu, Outcome.CHOICE, reference)
        except BotError as error:
            record.kind = type(error).__name__
            return Response(await self._trouble(error, question.context, reference, words), outcome_of(error), reference)
        except Exception:
            logger.exception("an answer failed")
            return Response(build_internal_error(reference), Outcome.FAILED, reference)

    async def _trouble(self, error: BotError, asker: RequestContext, reference: str, words: str) -> Message:
        again = words if isinstance(error, StatisticsError) and error.passing else ""
        directory = await self._whose.seen_in_trouble(asker)
        return build_trouble(error, reference=reference, directory=directory, now=self._clock(), words=again)

    async def _ask(self, question: Request) -> Query:
        now, linked = self._clock(), read_link(question.text)
        said, today = question.text, now.date()
        words = in_thread(said, question.about, today, now) if question.about else parser.parse_text(said, today, now)
        await self._check_permitted(question, words)
        if linked is not None:
            return settle_link(linked, await self._whose.directory(question.context))
        directory = await self._accounts.accounts() if words.names else self._accounts.known()
        return parser.to_query(words, await self._whose.visible(directory, question.context))

    async def _check_permitted(self, question: Request, words: ParsedText) -> None:
        if words.verb != "help":
            asker, nowhere = question.context, question.context.is_dm or not question.context.channel
            public = (words.shared or question.figures_only) and not nowhere
            await self._permissions.check(asker.team, asker.user, asker.channel, direct=nowhere, public=public)

    def _permission(self, question: Request) -> PermissionCommand | None:
        return read_permission(question.text, question.context.channel, direct=question.context.is_dm)

    async def _permitted(self, ask: PermissionCommand, asker: RequestContext) -> Message:
        return await self._permissions.answer(
            ask, team=asker.team, channel=asker.channel, user=asker.user, direct=asker.is_dm, now=self._clock()
        )

    async def _notation(self, ask: Query, question: Request) -> NumberFormat:
        """Help comes without asking Slack who asks."""
        if isinstance(ask, HelpQuery):
            return DEFAULT_FORMAT
        public = bool(getattr(ask, "share", False) or question.public) and not question.context.is_dm
        return await self._readers.notation(question.context.user, public=public)

    async def _answered(self, ask: Query, question: Request, reference: str) -> Response:
        made = await self._made(ask, question)
        message = made.message
        share = bool(getattr(ask, "share", False)) and not question.context.is_dm
        if who := question.context.user if share else question.shared_by:
            message = replace(message, blocks=(*message.blocks, notice_blocks.build_shared_by(who)))
        return Response(message, Outcome.ANSWERED, reference, share=share, file=made.file, words=made.words, report=made.report)

    async def _made(self, ask: Query, question: Request) -> RenderedResult:
        match ask:
            case PostQuery():
                return await self._post_card(ask, question)
            case AccountQuery():
                return await self._account_card(ask, question)
            case AccountsQuery() | StatusQuery() | DefaultQuery() | HelpQuery() | StartQuery():
                return RenderedResult(await self._plain(ask, question))
        return await self._of_several(ask, question)

    async def _plain(self, ask: AccountsQuery | StatusQuery | DefaultQuery | HelpQuery | StartQuery, question: Request) -> Message:
        """What is no question about figures."""
        asker = question.context
        match ask:
            case AccountsQuery():
                return await self._account_list(asker)
            case StatusQuery():
                return build_status(await self._health.findings(asker.team), self._clock())
            case DefaultQuery():
                return await self._default(ask, asker)
            case HelpQuery():
                return build_help(ask.topic)
        return await self._start(question)

    async def _account_list(self, asker: RequestContext) -> Message:
        links, out = await self._teams.links(asker.team), await self._teams.opted_out(asker.team)
        return notice_blocks.build_accounts(await self._whose.directory(asker), await self._default_account(asker), links, out)

    async def _default_account(self, asker: RequestContext) -> Account | None:
        platform_id = await self._whose.default_id(asker)
        return self._gathering.account(platform_id) if platform_id else None

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _of_several(self, ask: ComparisonQuery, question: Request) -> RenderedResult:
        asker = question.context
        private, public = _is_private(ask, question), _is_public(ask, question)
        default = await self._whose.default_id(asker)
        place = ComparisonContext(
            asker.team,
            asker.user,
            asker.channel,
            private=private,
            fresh=question.fresh,
            default=default,
            public=public,
            home=question.context.source == HOME,
        )
        if isinstance(ask, CompareQuery):
            accounts = [await self._whose.account(ask, asker, post, public=public) for post in ask.posts]
            return await self._several.compare(ask, accounts, place)
        return await self._several.answer(ask, place)

    async def _post_card(self, ask: PostQuery, question: Request) -> RenderedResult:
        meant = self._gathering.resolved(ask)
        platform_id = await self._whose.account(meant, question.context, meant.post, public=_is_public(ask, question))
        report = await self._gathering.post_report(meant, platform_id, matched_by_time=meant.post != ask.post, fresh=question.fresh)
        words = to_text(replace(meant, account=platform_id, share=False, period_ignored=False, export=""))
        card = build_post_card(report, today=self._clock().date(), words=words, private=_is_private(ask, question))
        return RenderedResult(card, post_file(ask.export, report) if ask.export else None, words, report)

    async def _account_card(self, ask: AccountQuery, question: Request) -> RenderedResult:
        platform_id = await self._whose.account(ask, question.context, public=_is_public(ask, question))
        asker, metrics = question.context, ask.metrics or ALL_METRICS
        report, goals = await beside(
            self._gathering.account_report(ask, platform_id, fresh=question.fresh),
            self._goals.of_account(asker.team, asker.channel, platform_id, metrics, fresh=question.fresh),
        )
        words, today = (
            to_text(replace(ask, account=platform_id, period=report.period, share=False, export="")),
            self._clock().date(),
        )
        card = build_account_card(report, today=today, words=words, private=_is_private(ask, question), goals=goals)
        return RenderedResult(card, account_file(ask.export, report, today) if ask.export else None, words, report)

    async def _default(self, ask: DefaultQuery, asker: RequestContext) -> Message:
        if ask.account is None:
            return notice_blocks.build_default(await self._default_account(asker), changed=False)
        await self._whose.make_default(ask.account, asker, self._clock)
        return notice_blocks.build_default(self._gathering.account(ask.account), changed=True)

    async def _start(self, question: Request) -> Message:
        directory = await self._whose.directory(question.context)
        default = await self._default_account(question.context)
        if default is None and len(directory.accounts) == 1:
            default = directory.accounts[0]
        report = await self._last_week(default) if default else None
        return notice_blocks.build_start(directory, default, report, today=self._clock().date())

    async def _last_week(self, account: Account) -> AccountReport | None:
        """The account's last week; the first screen stands without it when the service is in trouble."""
        try:
            return await self._gathering.account_report(AccountQuery(), account.platform_id)
        except BotError as error:
            logger.info("the first screen goes without figures", extra={"failure": type(error).__name__})
            return None


def _allowed(ask: Query, question: Request) -> Query:
    """The ask, unless it is more than the figures of one post or account where nothing else may come of it."""
    if question.figures_only and not isinstance(ask, PostQuery | AccountQuery):
        raise NotUnderstood(ONE_ONLY, remedy=ONE_ONLY_REMEDY)
    return ask


def _is_private(ask: Query, question: Request) -> bool:
    """Whether only the asker sees the answer, beside others who could: such a card can be shared."""
    return not (getattr(ask, "share", False) or question.public or question.context.is_dm)


def _is_public(ask: Query, question: Request) -> bool:
    """Whether others see the answer too."""
    return bool(getattr(ask, "share", False) or question.public) and not question.context.is_dm


def outcome_of(error: BotError) -> Outcome:
    """What became of a question that ended so."""
    if isinstance(error, UsageError):
        return Outcome.SUGGESTION
    return Outcome.REFUSED if isinstance(error, NotAllowed) else Outcome.TROUBLE

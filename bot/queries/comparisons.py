"""Answers about several posts, accounts or periods, and files of answers: who is meant, who is left out, what is built.

An account that opted out is left out of a team, a board and a `top`, also where its own person asks.

::

    ComparisonQuery ─ who? (a group, names, all) ─ minus those who opted out ─ ComparisonFetcher ─→ a message, and its file
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.access.groups import Groups, GroupService
from bot.access.rules import AccessRules
from bot.access.visibility import Visibility, VisibilityService
from bot.blockkit.builders import Message
from bot.errors import NoAccount, NotAllowed, NotUnderstood
from bot.parsing.account_names import id_word
from bot.parsing.comparison_parser import accounts_named
from bot.parsing.queries import EVERYBODY, CompareQuery, GroupQuery, LinkQuery, OptQuery, TeamQuery, TopQuery, VersusQuery, comparison_text
from bot.queries.comparison_blocks import build_comparison_card, build_top_card
from bot.queries.fetch import ComparisonFetcher
from bot.queries.home_blocks import MOST_AT_HOME, build_week
from bot.queries.team_blocks import build_team_card, build_versus_card
from bot.reports import files
from bot.reports.fetch import KnownAccounts, ReportFetcher
from bot.slack.request import RenderedResult, Request, RequestContext
from bot.statistics.accounts import Account
from bot.statistics.aggregate import counted
from bot.statistics.comparison_reports import View
from bot.statistics.metrics import DAILY_METRICS

NOBODY_LEFT = "No account of that team can be shown."
NOBODY_LEFT_REMEDY = "`accounts` lists the connected accounts; an administrator can bring one back with `opt in`."
TOO_MANY = "That are {n} accounts, and one answer shows up to {most}."
TOO_MANY_REMEDY = "Make groups of them: `group sales = ann, bob`."
TWO_SIDES = "I do not know which account the other side is."
TWO_SIDES_REMEDY = "Name both, like `acme vs bob last month`, or set the channel's account with `default acme`."
SUM_OF_ONE = "Here only sums are shown, and a sum of one account would be its own figures."
SUM_OF_ONE_REMEDY = "Ask for a group of several accounts."
SUM_OF_ONE_LEFT = "Here only sums are shown, and just now only one of those accounts has figures: the sum would be its own."
SUM_OF_ONE_LEFT_REMEDY = "Try again in a moment."


MOST_ACCOUNTS = 100


class ComparisonService:
    """Answers questions about several posts, accounts or periods, and about groups. Every method raises BotError."""

    def __init__(
        self,
        *,
        figures: ReportFetcher,
        fetch: ComparisonFetcher,
        accounts: KnownAccounts,
        groups: Groups,
        group_service: GroupService,
        rules: AccessRules,
        visibility: VisibilityService,
        totals_only: bool,
        clock: Callable[[], datetime],
    ) -> None:
        self._figures, self._fetch, self._accounts = figures, fetch, accounts
        self._groups, self._group_service = groups, group_service
        self._rules, self._visibility, self._totals_only, self._clock = rules, visibility, totals_only, clock

    async def answer(
        self,
        query: VersusQuery | TeamQuery | TopQuery | GroupQuery | OptQuery | LinkQuery,
        request: Request,
        visibility: Visibility,
        default: str | None,
    ) -> RenderedResult:
        """The answer to a question about several accounts or periods, or about groups; ``default`` is the account where none is named."""
        context = request.context
        match query:
            case VersusQuery():
                return await self._versus(query, request, visibility, default)
            case TeamQuery():
                return await self._team(query, request)
            case TopQuery():
                return await self._top(query, request, default)
            case GroupQuery():
                return RenderedResult(await self._group_service.group(query, visibility, context.team, context.user))
            case OptQuery():
                return RenderedResult(await self._group_service.opt(query, context.team, context.user), changed=True)
        return RenderedResult(await self.link(query, context))

    async def link(self, query: LinkQuery, context: RequestContext) -> Message:
        """Links an account to a person, or to nobody."""
        return await self._group_service.link(query, context.team, context.user)

    async def compare(self, query: CompareQuery, accounts: Sequence[str], request: Request) -> RenderedResult:
        """Posts side by side, each asked for as the account at its place in ``accounts``."""
        report = await self._fetch.comparison(query, accounts, fresh=request.fresh)
        text = _text(query)
        card = build_comparison_card(report, words=text, private=request.is_private(share=query.share))
        return RenderedResult(card, files.comparison_file(query.export, report) if query.export else None, text)

    async def week(self, context: RequestContext) -> Message:
        """The last week, a line for each of the first accounts; a button asks for all of them."""
        query = TeamQuery(View.TEAM, totals=self._totals_only)
        accounts = tuple(account.platform_id for account in await self._everybody(context))
        if not accounts:
            raise NoAccount(NOBODY_LEFT, remedy=NOBODY_LEFT_REMEDY)
        self._check_sum(len(accounts), SUM_OF_ONE, SUM_OF_ONE_REMEDY)
        report = await self._fetch.team(query, "", accounts[:MOST_AT_HOME], only=DAILY_METRICS)
        self._check_sum(len(counted(report.reports)), SUM_OF_ONE_LEFT, SUM_OF_ONE_LEFT_REMEDY)
        return build_week(report, self._today, words=_text(query), known=len(accounts))

    async def _versus(self, query: VersusQuery, request: Request, visibility: Visibility, default: str | None) -> RenderedResult:
        """Two sides; one that names no account means the default one."""
        accounts = [side.account or default or await self._only(visibility) for side in (query.left, query.right)]
        for account in accounts:
            self._visibility.check(account, visibility, public=request.is_public(share=query.share))
        named = replace(query, left=replace(query.left, account=accounts[0]), right=replace(query.right, account=accounts[1]))
        report = await self._fetch.versus(named, accounts[0], fresh=request.fresh)
        text = _text(named)
        card = build_versus_card(report, today=self._today, words=text, private=request.is_private(share=query.share))
        return RenderedResult(card, files.versus_file(query.export, report, self._today) if query.export else None, text)

    async def _team(self, query: TeamQuery, request: Request) -> RenderedResult:
        """A team's sums, or its board."""
        who, name, accounts = await self._named(query.who, request.context)
        self._check_sum(len(accounts), SUM_OF_ONE, SUM_OF_ONE_REMEDY)
        totals = query.totals or self._totals_only
        report = await self._fetch.team(replace(query, totals=totals), name, accounts, fresh=request.fresh)
        self._check_sum(len(counted(report.reports)), SUM_OF_ONE_LEFT, SUM_OF_ONE_LEFT_REMEDY)
        text = _text(replace(query, who=who, period=report.period))
        card = build_team_card(report, today=self._today, words=text, private=request.is_private(share=query.share))
        return RenderedResult(card, files.team_file(query.export, report, self._today) if query.export else None, text)

    async def _top(self, query: TopQuery, request: Request, default: str | None) -> RenderedResult:
        """The best known posts: of those named, else of the default account, else of all."""
        context = request.context
        alone = default if not query.who and default not in await self._groups.opted_out(context.team) else None
        who, name, accounts = await self._named(id_word(alone) if alone else query.who, context)
        report = await self._fetch.top(query, name, accounts, fresh=request.fresh)
        text = _text(replace(query, who=who or EVERYBODY, period=report.period))
        card = build_top_card(report, self._today, words=text, private=request.is_private(share=query.share))
        return RenderedResult(card, files.top_file(query.export, report) if query.export else None, text)

    def _check_sum(self, accounts: int, sentence: str, remedy: str) -> None:
        """Where only sums may be shown, a sum of one account would be that account's own figure: NotAllowed."""
        if self._totals_only and accounts == 1:
            raise NotAllowed(sentence, remedy=remedy)

    @property
    def _today(self) -> date:
        return self._clock().date()

    async def _only(self, visibility: Visibility) -> str:
        directory = visibility.visible(await self._accounts.accounts())
        if len(directory.accounts) != 1:
            raise NotUnderstood(TWO_SIDES, remedy=TWO_SIDES_REMEDY)
        return directory.accounts[0].platform_id

    async def _everybody(self, context: RequestContext) -> list[Account]:
        """The accounts that everybody may see there, without those that opted out."""
        out = await self._groups.opted_out(context.team)
        directory = self._rules.visible(await self._accounts.accounts(), context.channel)
        return [account for account in directory.accounts if account.platform_id not in out]

    async def _named(self, named: str, context: RequestContext) -> tuple[str, str, tuple[str, ...]]:
        """The words for them, their name, and the accounts, without those that opted out: these are not even in the words."""
        # What everybody may see there: who opted out is known by name here only so that a word for them is left out in silence.
        directory = self._rules.visible(await self._accounts.accounts(), context.channel)
        groups, out = await self._groups.groups(context.team), await self._groups.opted_out(context.team)
        name = named.strip('"').lower()
        if name in ("", EVERYBODY):
            wanted, words, called = tuple(account.platform_id for account in directory.accounts), "", ""
        elif name in groups:
            wanted, words, called = groups[name], name, name
        else:
            wanted, words, called = accounts_named(named, directory, out), "", named.replace('"', "")
        shown = tuple(account for account in wanted if account not in out and self._rules.sees(context.channel, account))
        if not shown:
            raise NoAccount(NOBODY_LEFT, remedy=NOBODY_LEFT_REMEDY)
        if len(shown) > MOST_ACCOUNTS:
            raise NotUnderstood(TOO_MANY.format(n=len(shown), most=MOST_ACCOUNTS), remedy=TOO_MANY_REMEDY)
        if called and not words:
            words, called = " ".join(map(id_word, shown)), ", ".join(self._figures.account(one).name for one in shown)
        return words, called, shown


def _text(query: CompareQuery | VersusQuery | TeamQuery | TopQuery) -> str:
    """The canonical text that the card's buttons carry."""
    return comparison_text(replace(query, share=False, export=""))

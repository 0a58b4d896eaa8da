"""Fetches the figures of several posts, accounts or periods: who is meant, and who is left out.

An account that opted out is left out of a team, a board and a `top`, also where its own person asks.

::

    query ─ which accounts? (a group, names, all) ─ minus those that opted out ─ ComparisonFetcher ─→ QueryResult
"""

from dataclasses import replace
from typing import NamedTuple

from bot.access.groups import Groups
from bot.access.permissions import AccessRules
from bot.access.visibility import AccountResolver, Visibility, VisibilityService
from bot.errors import NoAccount, NotAllowed, NotUnderstood
from bot.parsing.account_names import id_word
from bot.parsing.comparison_parser import accounts_named
from bot.parsing.queries import EVERYBODY, CompareQuery, TeamQuery, TopQuery, VersusQuery, comparison_text
from bot.queries.fetch import ComparisonFetcher
from bot.queries.service import QueryResult
from bot.queries.team_blocks import MOST_ACCOUNTS
from bot.reports.fetch import KnownAccounts, ReportFetcher
from bot.slack.request import Request, RequestContext
from bot.statistics.aggregate import counted
from bot.statistics.comparison_reports import TeamReport, View
from bot.statistics.metrics import DAILY_METRICS
from bot.statistics.reports import Account

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

#: Accounts in the Home tab; each more is another call to LinkedIn every time somebody opens it.
MOST_AT_HOME = 10


class WeekResult(NamedTuple):
    """The week of the first accounts, the text that asks for all of them, and how many there are."""

    report: TeamReport
    text: str
    known: int


class ComparisonService:
    """Fetches figures of several posts, accounts or periods. Every method raises BotError."""

    def __init__(
        self,
        *,
        figures: ReportFetcher,
        fetch: ComparisonFetcher,
        accounts: KnownAccounts,
        groups: Groups,
        account_resolver: AccountResolver,
        rules: AccessRules,
        visibility: VisibilityService,
        totals_only: bool,
    ) -> None:
        self._figures, self._fetch, self._accounts = figures, fetch, accounts
        self._groups, self._account_resolver = groups, account_resolver
        self._rules, self._visibility, self._totals_only = rules, visibility, totals_only

    async def compare(self, query: CompareQuery, request: Request, visibility: Visibility) -> QueryResult:
        """Posts side by side, each asked for as the account that published it."""
        public = request.is_public(share=query.share)
        accounts = [await self._account_resolver.account(query, request.context, visibility, post, public=public) for post in query.posts]
        return QueryResult(await self._fetch.comparison(query, accounts, fresh=request.fresh), _text(query))

    async def versus(self, query: VersusQuery, request: Request, visibility: Visibility) -> QueryResult:
        """Two sides; one that names no account means the default account, else the only one."""
        default = await self._account_resolver.default_id(request.context, visibility)
        accounts = [side.account or default or await self._only(visibility) for side in (query.left, query.right)]
        for account in accounts:
            self._visibility.check(account, visibility, public=request.is_public(share=query.share))
        named = replace(query, left=replace(query.left, account=accounts[0]), right=replace(query.right, account=accounts[1]))
        return QueryResult(await self._fetch.versus(named, accounts[0], fresh=request.fresh), _text(named))

    async def team(self, query: TeamQuery, request: Request, _visibility: Visibility) -> QueryResult:
        """A team's sums, or its board: the same for everybody, whatever accounts the person may see alone."""
        who, name, accounts = await self._named(query.who, request.context)
        self._check_sum(len(accounts), SUM_OF_ONE, SUM_OF_ONE_REMEDY)
        totals = query.totals or self._totals_only
        report = await self._fetch.team(replace(query, totals=totals), name, accounts, fresh=request.fresh)
        self._check_sum(len(counted(report.reports)), SUM_OF_ONE_LEFT, SUM_OF_ONE_LEFT_REMEDY)
        return QueryResult(report, _text(replace(query, who=who, period=report.period)))

    async def top(self, query: TopQuery, request: Request, visibility: Visibility) -> QueryResult:
        """The best known posts: of those named, else of the default account, else of all."""
        context, named = request.context, query.who
        if not named and (default := await self._account_resolver.default_id(context, visibility)):
            named = "" if default in await self._groups.opted_out(context.team) else id_word(default)
        who, name, accounts = await self._named(named, context)
        report = await self._fetch.top(query, name, accounts, fresh=request.fresh)
        return QueryResult(report, _text(replace(query, who=who or EVERYBODY, period=report.period)))

    async def week(self, context: RequestContext) -> WeekResult:
        """The last week of the first ``MOST_AT_HOME`` accounts, in the order in which `accounts` lists them."""
        query = TeamQuery(View.TEAM, totals=self._totals_only)
        accounts = tuple(account.platform_id for account in await self._everybody(context))
        if not accounts:
            raise NoAccount(NOBODY_LEFT, remedy=NOBODY_LEFT_REMEDY)
        self._check_sum(len(accounts), SUM_OF_ONE, SUM_OF_ONE_REMEDY)
        report = await self._fetch.team(query, "", accounts[:MOST_AT_HOME], only=DAILY_METRICS)
        self._check_sum(len(counted(report.reports)), SUM_OF_ONE_LEFT, SUM_OF_ONE_LEFT_REMEDY)
        return WeekResult(report, _text(query), len(accounts))

    def _check_sum(self, accounts: int, sentence: str, remedy: str) -> None:
        """Where only sums may be shown, a sum of one account would be that account's own figure: NotAllowed."""
        if self._totals_only and accounts == 1:
            raise NotAllowed(sentence, remedy=remedy)

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

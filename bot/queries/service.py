"""Figures of one post or account, and what is known about accounts, as data: Slack, the Home tab, assistants and workflows share it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import NamedTuple, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from bot.access.groups import NO_SUCH_GROUP
from bot.access.visibility import Sources, Visibility
from bot.errors import BotError, NoAccount, NotAllowed, NotUnderstood, UnknownAccount
from bot.lazy_regex import any_case
from bot.ops.tasks import ends_within
from bot.parsing import queries
from bot.parsing.account_names import name_word, names_among, near_spellings
from bot.parsing.comparison_parser import accounts_named
from bot.parsing.reasons import FORMATS
from bot.parsing.spelling import known_part, may_be_top
from bot.parsing.suggestions import did_you_mean
from bot.parsing.text import nearest_word
from bot.parsing.vocabulary import BEST_TIMES, SEVERAL_WORDS
from bot.queries.fetch import ComparisonFetcher, TimesFetcher
from bot.reports.fetch import MOST_CANDIDATES, check_fetched
from bot.reports.files import EVERY_ACCOUNT_NAME, Report
from bot.slack.request import Request, RequestContext
from bot.statistics.aggregate import counted
from bot.statistics.comparison_reports import TeamReport
from bot.statistics.metrics import ALL_METRICS, DAILY_POST_METRICS, POST_METRICS, RateBasis, View
from bot.statistics.reports import FULL_ID, Account, AccountReport, Directory, id_word
from bot.subscriptions.goal import Progress

T = TypeVar("T")

#: Seconds a card waits for its goals when its figures are there.
PATIENCE = 0.5

logger = logging.getLogger(__name__)
NOBODY_LEFT = "I can't show any account of that team."
WITHOUT = "{all} without {names}"
NOBODY_LEFT_REMEDY = "`accounts` lists the connected accounts; an administrator can bring one back with `opt in`."
TWO_SIDES_REMEDY = "Name both, like `acme vs bob last month`, or set the channel's account with `default acme`."
SUM_OF_ONE = "I only show sums here, and the sum of one account would be its own figures."
SUM_OF_ONE_REMEDY = "Ask for a group of several accounts."
SUM_OF_ONE_LEFT = "I only show sums here, and only one of those accounts has figures right now: the sum would be its own."
SUM_OF_ONE_LEFT_REMEDY = "Try again in a moment."
#: Accounts in one answer at most.
MOST_ACCOUNTS = 100
#: Accounts in the Home tab; each costs a call to LinkedIn every time the tab is opened.
MOST_AT_HOME = 10


class QueryResult(Struct, frozen=True):
    """The figures that were asked for."""

    report: Report
    #: Canonical text that asks for the same again, without sharing it and without a file.
    text: str


class AccountResult(QueryResult, frozen=True):
    """An account's figures with its goals: None for goals that were not there in time."""

    goals: tuple[Progress, ...] | None = ()


class QueryService:
    """Fetches. Every method raises BotError."""

    def __init__(self, sources: Sources) -> None:
        self._figures, self._accounts, self._account_resolver = sources.figures, sources.accounts, sources.account_resolver
        self._goals, self._links, self._clock = sources.goals, sources.groups.links, sources.clock

    @property
    def basis(self) -> RateBasis:
        return self._figures.basis

    async def post(self, query: queries.PostQuery, request: Request, visibility: Visibility) -> QueryResult:
        meant = self._figures.resolved(query)
        public = request.is_public(share=query.share)
        platform_id = await self._account_resolver.account(meant, request.context, visibility, meant.post, public=public)
        report = await self._figures.post_report(meant, platform_id, matched_by_time=meant.post != query.post, fresh=request.fresh)
        return QueryResult(report, queries.to_text(replace(meant, account=platform_id, share=False, period_ignored=False, export="")))

    async def account(self, query: queries.AccountQuery, request: Request, visibility: Visibility) -> AccountResult:
        context, metrics = request.context, () if query.rate else query.metrics or ALL_METRICS
        public = request.is_public(share=query.share)
        platform_id = await self._account_resolver.account(query, context, visibility, public=public)
        report, goals = await with_goals(
            self._figures.account_report(query, platform_id, fresh=request.fresh, lifetime=True),
            self._goals.of_account(context.team, context.channel, platform_id, metrics, fresh=request.fresh),
        )
        (report,) = await self._figures.with_posts(context.team, report)
        text = queries.to_text(replace(query, account=platform_id, period=report.period, share=False, export=""))
        return AccountResult(report, text, goals)

    async def accounts(self, visibility: Visibility) -> Directory:
        return visibility.visible(await self._accounts.accounts())

    async def default_account(self, request: Request, visibility: Visibility) -> Account | None:
        platform_id = await self._account_resolver.default_id(request.context, visibility)
        return self._figures.account(platform_id) if platform_id else None

    async def make_default(self, platform_id: str, request: Request, visibility: Visibility) -> Account | None:
        """Makes it the channel's default account; "" takes that away."""
        await self._account_resolver.set_default(platform_id, request.context, visibility, self._clock())
        return self._figures.account(platform_id) if platform_id else None

    async def start(self, request: Request, visibility: Visibility) -> tuple[Directory, Account | None, AccountReport | None]:
        """The first screen's content: the accounts, the usual one, and its week if it can be fetched."""
        directory, account = await self.own_account(request, visibility)
        return directory, account, await self._last_week(account) if account else None

    async def own_account(self, request: Request, visibility: Visibility) -> tuple[Directory, Account | None]:
        """The accounts, and the usual one: the default, the person's own or the only one; None if there is none of these."""
        directory = await self.accounts(visibility)
        default = await self.default_account(request, visibility)
        if default is None:
            links = await self._links(request.context.team)
            mine = (one for one, person in links.items() if person == request.context.user and visibility.sees(one))
            default = next(map(self._figures.account, mine), None)
        if default is None and len(directory.accounts) == 1:
            default = directory.accounts[0]
        return directory, default

    async def week_of(self, account: Account) -> AccountReport:
        return check_fetched(await self._figures.account_report(queries.AccountQuery(metrics=POST_METRICS), account.platform_id))

    async def _last_week(self, account: Account) -> AccountReport | None:
        """The account's last week; None when it cannot be fetched, and the first screen is shown without it."""
        try:
            return await self.week_of(account)
        except BotError as error:
            logger.info("the first screen goes without figures", extra={"failure": type(error).__name__})
            return None


async def with_goals(figures: Awaitable[T], goals: Awaitable[tuple[Progress, ...]]) -> tuple[T, tuple[Progress, ...] | None]:
    """A card's figures and its goals, fetched at the same time. The goals are None when they take too long, and empty when they fail."""
    fetching = asyncio.ensure_future(_or_none(goals))
    try:
        ready = await figures
        return ready, fetching.result() if await ends_within(PATIENCE, fetching) else None
    finally:
        fetching.cancel()


async def _or_none(goals: Awaitable[tuple[Progress, ...]]) -> tuple[Progress, ...]:
    try:
        return await goals
    except Exception:
        logger.exception("a card goes without its goals")
        return ()


class WeekResult(NamedTuple):
    """The week of the first accounts, the text that asks for all of them, and how many there are."""

    report: TeamReport
    text: str
    known: int


def group_name(words: str) -> str:
    """The name of a group as it is stored: "the sales group" is "sales"."""
    return words.strip('" ').lower().removesuffix(" group").removeprefix("group ")


class ComparisonService:
    """Fetches figures of several posts, accounts or periods. Every method raises BotError."""

    def __init__(self, sources: Sources) -> None:
        self._figures, self._fetch, self._accounts = sources.figures, ComparisonFetcher(sources), sources.accounts
        self._groups, self._account_resolver = sources.groups, sources.account_resolver
        self._visibility, self._totals_only, self._times = sources.visibility, sources.totals_only, TimesFetcher(sources)

    async def compare(self, query: queries.CompareQuery, request: Request, visibility: Visibility) -> QueryResult:
        public = request.is_public(share=query.share)
        accounts = [await self._account_resolver.account(query, request.context, visibility, post, public=public) for post in query.posts]
        return QueryResult(await self._fetch.comparison(query, accounts, fresh=request.fresh), _text(query))

    async def versus(self, query: queries.VersusQuery, request: Request, visibility: Visibility) -> QueryResult:
        """Two sides; a side without an account means the default account, else the only one."""
        default = await self._account_resolver.default_id(request.context, visibility)
        accounts = [side.account or default or await self._only(visibility) for side in (query.left, query.right)]
        for account in accounts:
            self._visibility.check(account, visibility, public=request.is_public(share=query.share))
        named = replace(query, left=replace(query.left, account=accounts[0]), right=replace(query.right, account=accounts[1]))
        return QueryResult(await self._fetch.versus(named, accounts[0], fresh=request.fresh), _text(named))

    async def check(self, query: queries.Query, request: Request, visibility: Visibility) -> None:
        """Raises BotError where the query names no group, or nobody who can be shown together."""
        known = await self._groups.groups(request.context.team)
        if isinstance(query, queries.GroupQuery) and query.name and query.members is None and query.name not in known:
            raise NotUnderstood(NO_SUCH_GROUP.format(name=query.name))
        if isinstance(query, queries.TeamQuery | queries.TopQuery):
            await self._named(query.who, request.context, visibility, query)

    async def team(self, query: queries.TeamQuery, request: Request, visibility: Visibility) -> QueryResult:
        """A team's sums or board, the same for everybody; of too many accounts for one answer the first in the order of `accounts`."""
        who, name, accounts = await self._named(query.who, request.context, visibility, query)
        self._check_sum(len(accounts), SUM_OF_ONE, SUM_OF_ONE_REMEDY)
        totals, meant = query.totals or self._totals_only, 0
        if len(accounts) > MOST_ACCOUNTS:
            named = set(accounts)
            listed = [account.platform_id for account in (await self._accounts.accounts()).accounts if account.platform_id in named]
            # A group may have accounts that are connected no longer: they come last.
            meant, accounts = len(accounts), tuple(dict.fromkeys((*listed, *accounts)))[:MOST_ACCOUNTS]
        report = await self._fetch.team(replace(query, totals=totals), name, accounts, meant=meant, fresh=request.fresh)
        self._check_sum(len(counted(report.reports)), SUM_OF_ONE_LEFT, SUM_OF_ONE_LEFT_REMEDY)
        return QueryResult(report, _text(replace(query, who=who, period=report.period)))

    async def top(self, query: queries.TopQuery, request: Request, visibility: Visibility, *, among: int = MOST_CANDIDATES) -> QueryResult:
        """The best of the ``among`` newest known posts: of the named accounts, else of the default account, else of all."""
        context, named = request.context, query.who
        if not named and (default := await self._account_resolver.default_id(context, visibility)):
            named = "" if default in await self._groups.opted_out(context.team) else id_word(default)
        who, name, accounts = await self._named(named, context, visibility, query)
        report = await self._fetch.top(query, name, accounts, fresh=request.fresh, among=among)
        return QueryResult(report, _text(replace(query, who=who or queries.EVERYBODY, period=report.period)))

    async def times(self, query: queries.TimesQuery, request: Request, visibility: Visibility) -> QueryResult:
        public = request.is_public(share=query.share)
        account = await self._account_resolver.account(query, request.context, visibility, public=public)
        report = await self._times.times(account, query.period, request.context)
        return QueryResult(report, _text(replace(query, account=account, period=report.period)))

    async def week(self, context: RequestContext) -> WeekResult:
        """The last week of the first ``MOST_AT_HOME`` accounts, in the order in which `accounts` lists them."""
        query = queries.TeamQuery(View.TEAM, totals=self._totals_only)
        everybody = await self._visibility.public(context.team, context.channel, context)
        accounts = tuple(account.platform_id for account in everybody.visible(await self._accounts.accounts()).accounts)
        if not accounts:
            raise NoAccount(NOBODY_LEFT, remedy=NOBODY_LEFT_REMEDY)
        self._check_sum(len(accounts), SUM_OF_ONE, SUM_OF_ONE_REMEDY)
        report = await self._fetch.team(query, "", accounts[:MOST_AT_HOME], only=DAILY_POST_METRICS)
        self._check_sum(len(counted(report.reports)), SUM_OF_ONE_LEFT, SUM_OF_ONE_LEFT_REMEDY)
        return WeekResult(report, _text(query), len(accounts))

    def _check_sum(self, accounts: int, sentence: str, remedy: str) -> None:
        """Where only sums may be shown, a sum of one account would be that account's own figure: NotAllowed."""
        if self._totals_only and accounts == 1:
            raise NotAllowed(sentence, remedy=remedy)

    async def _only(self, visibility: Visibility) -> str:
        directory = visibility.visible(await self._accounts.accounts())
        if len(directory.accounts) != 1:
            raise NotUnderstood("I don't know which account to compare with.", remedy=TWO_SIDES_REMEDY)
        return directory.accounts[0].platform_id

    async def _named(
        self, named: str, context: RequestContext, visibility: Visibility, query: queries.TeamQuery | queries.TopQuery
    ) -> tuple[str, str, tuple[str, ...]]:
        """The words, the name and the accounts without opted-out ones, which are left out of the words too; hidden names are unknown."""
        directory, rules = visibility.visible(await self._accounts.accounts()), visibility.rules
        groups, out = await self._groups.groups(context.team), await self._groups.opted_out(context.team)
        named, *left_out = _LEFT_OUT.split(named, maxsplit=1)
        name = group_name(named)
        if name in ("", "all") or SEVERAL_WORDS.get(name) == queries.EVERYBODY:
            wanted, words, called = tuple(account.platform_id for account in directory.accounts), "", ""
        elif name in groups:
            wanted, words, called = groups[name], name, name
            if gone := sum(one in out and rules.sees(context.channel, one) for one in wanted):
                called = WITHOUT.format(all=name, names=f"{gone} that opted out")
        else:
            try:
                wanted, words, called = accounts_named(named, directory, out), "", named.replace('"', "")
            except UnknownAccount as error:
                known = replace(directory, accounts=tuple(one for one in directory.accounts if one.platform_id not in out))
                raise _corrected(error, named, known, groups, query, without=left_out) from None
            except NotUnderstood as error:
                if error.remedy == FORMATS:
                    error.suggestions = tuple(queries.to_text(replace(query, who="", export=kind)) for kind in ("csv", "xlsx"))
                raise
        without = [one for one in (accounts_named(left_out[0], directory, out) if left_out else ()) if one not in out]
        shown = tuple(account for account in wanted if account not in (*out, *without) and rules.sees(context.channel, account))
        if not shown:
            raise NoAccount(NOBODY_LEFT, remedy=NOBODY_LEFT_REMEDY)
        if called and not words:
            words, called = " ".join(map(id_word, shown)), self._names(shown)
        if without:
            words, called = (
                f"{words} without {' '.join(map(id_word, without))}",
                WITHOUT.format(all=called or EVERY_ACCOUNT_NAME, names=self._names(without)),
            )
        return words.strip(), called, shown

    def _names(self, accounts: Iterable[str]) -> str:
        return ", ".join(self._figures.account(one).name for one in accounts)


def fetchers(figures: QueryService, comparisons: ComparisonService) -> Mapping[type[queries.Query], Callable[..., Awaitable[QueryResult]]]:
    """What fetches the figures of each kind of query."""
    return {
        queries.PostQuery: figures.post,
        queries.AccountQuery: figures.account,
        queries.CompareQuery: comparisons.compare,
        queries.VersusQuery: comparisons.versus,
        queries.TeamQuery: comparisons.team,
        queries.TopQuery: comparisons.top,
        queries.TimesQuery: comparisons.times,
    }


def _corrected(
    error: UnknownAccount,
    named: str,
    directory: Directory,
    groups: Collection[str],
    query: queries.TeamQuery | queries.TopQuery,
    *,
    without: list[str],
) -> UnknownAccount:
    """The error with the query in which unknown words are corrected ("team reactons", "team acmee"), where all have a near one."""

    def near_name(words: str) -> str:
        # An id that nobody has is no spelling of another.
        near = [] if FULL_ID.fullmatch(words) else near_spellings(words, directory)
        return next((name_word(one, directory.accounts) for one, _ in near), "")

    near = {word: known_part(word) or near_name(word) or nearest_word(word, groups) for word in names_among(named.split(), directory)[1]}
    # "Tpo posts last month" says what it asks for without its first word.
    near |= {word: " " for word in near if isinstance(query, queries.TopQuery) and may_be_top(word) and not near_name(word)}
    if isinstance(query, queries.TopQuery) and (times := next((word for word in near if nearest_word(word, ("times", "time"))), "")):
        # "Best tmies acme".
        error.suggestions = (" ".join((BEST_TIMES, *(word for word in named.split() if word != times))),)
        error.remedy = did_you_mean(error.suggestions)
    elif all(near.values()):
        whole = near_name(named) if " " in named and not any(map(known_part, near)) else ""
        # "Team zoee müler": both words are one account's, which is named once.
        words = [whole] if whole else [*dict.fromkeys(near.get(word, word).strip() for word in named.split())]
        error.suggestions = (
            " ".join(filter(None, (queries.to_text(replace(query, who="")), *words, *(f"without {one}" for one in without)))),
        )
        error.remedy = did_you_mean(error.suggestions)
    return error


#: Before the accounts that a team goes without.
_LEFT_OUT = any_case(r"(?:^| )(?:without|except(?: for)?|excluding|minus|but(?: not)?) (?:the )?")


def _text(query: queries.CompareQuery | queries.VersusQuery | queries.TeamQuery | queries.TopQuery | queries.TimesQuery) -> str:
    return queries.to_text(replace(query, share=False, export=""))

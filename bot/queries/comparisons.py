"""Answers about several posts, accounts or periods, and files of answers: who is meant, who is left out, what is built.

An account that opted out is left out of a team, a board and a `top`, also where its own person asks.

::

    SeveralAsk ─ who? (a group, names, all) ─ minus those who opted out ─ TeamGathering ─→ a message, and its file
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

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
from bot.slack.request import File
from bot.statistics.aggregate import counted
from bot.statistics.metrics import DAILY_METRICS
from bot.statistics.reports import AccountReport, PostReport

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


class RenderedResult(NamedTuple):
    """A message, the file that was wanted with it, the canonical words that ask for the message again, and what a card was built from."""

    message: Message
    file: File | None = None
    words: str = ""
    report: PostReport | AccountReport | None = None


@dataclass(frozen=True, slots=True)
class ComparisonContext:
    """Who asks and where, by Slack's ids; ``private`` while only they see the answer; ``fresh`` to go past the short memory.

    ``default`` is the account of a question that names none; ``public`` is True when others see the answer too;
    ``home`` is the Home tab, where a team is a line for each account.
    """

    team: str
    user: str
    channel: str
    private: bool
    fresh: bool = False
    default: str | None = None
    public: bool = False
    home: bool = False


class ComparisonService:
    """Answers. Every method raises BotError with its sentence."""

    def __init__(
        self,
        *,
        gathering: ReportFetcher,
        several: ComparisonFetcher,
        accounts: KnownAccounts,
        teams: Groups,
        rules: AccessRules,
        sights: VisibilityService,
        rosters: GroupService,
        totals_only: bool,
        clock: Callable[[], datetime],
    ) -> None:
        self._gathering = gathering
        self._several = several
        self._accounts = accounts
        self._teams = teams
        self._rules = rules
        self._sights = sights
        self._rosters = rosters
        self._totals_only = totals_only
        self._clock = clock

    async def answer(
        self, ask: VersusQuery | TeamQuery | TopQuery | GroupQuery | OptQuery | LinkQuery, place: ComparisonContext
    ) -> RenderedResult:
        """The answer to a question about several accounts or periods, or about groups."""
        match ask:
            case VersusQuery():
                return await self._versus(ask, place)
            case TeamQuery():
                return await self._team(ask, place)
            case TopQuery():
                return await self._top(ask, place)
            case GroupQuery():
                return RenderedResult(await self._rosters.group(ask, await self._sight(place), place.team, place.user))
            case OptQuery():
                return RenderedResult(await self._rosters.opt(ask, place.team, place.user))
        return RenderedResult(await self._rosters.link(ask, place.team, place.user))

    async def compare(self, ask: CompareQuery, accounts: Sequence[str], place: ComparisonContext) -> RenderedResult:
        """Posts side by side, each asked for as the account at its place in ``accounts``."""
        report = await self._several.comparison(ask, accounts, fresh=place.fresh)
        words = _words(ask)
        card = build_comparison_card(report, words=words, private=place.private)
        return RenderedResult(card, files.comparison_file(ask.export, report) if ask.export else None, words)

    async def _versus(self, ask: VersusQuery, place: ComparisonContext) -> RenderedResult:
        """Two sides; one that names no account means the default one."""
        accounts = [side.account or place.default or await self._only(place) for side in (ask.left, ask.right)]
        for account in accounts:
            await self._sights.check(account, team=place.team, user=place.user, channel=place.channel, public=place.public)
        named = replace(ask, left=replace(ask.left, account=accounts[0]), right=replace(ask.right, account=accounts[1]))
        report = await self._several.versus(named, accounts[0], fresh=place.fresh)
        words = _words(named)
        card = build_versus_card(report, today=self._today, words=words, private=place.private)
        return RenderedResult(card, files.versus_file(ask.export, report, self._today) if ask.export else None, words)

    async def _team(self, ask: TeamQuery, place: ComparisonContext) -> RenderedResult:
        """A team's sums, or its board."""
        who, name, accounts = await self._who(ask.who, place)
        totals = ask.totals or self._totals_only
        if self._totals_only and len(accounts) == 1:
            raise NotAllowed(SUM_OF_ONE, remedy=SUM_OF_ONE_REMEDY)
        wanted, only = (accounts[:MOST_AT_HOME], DAILY_METRICS) if place.home else (accounts, ())
        report = await self._several.team(replace(ask, totals=totals), name, wanted, only=only, fresh=place.fresh)
        if self._totals_only and len(counted(report.reports)) == 1:
            raise NotAllowed(SUM_OF_ONE_LEFT, remedy=SUM_OF_ONE_LEFT_REMEDY)
        if place.home:
            return RenderedResult(build_week(report, self._today, words=_words(ask), known=len(accounts)))
        words = _words(replace(ask, who=who, period=report.period))
        card = build_team_card(report, today=self._today, words=words, private=place.private)
        return RenderedResult(card, files.team_file(ask.export, report, self._today) if ask.export else None, words)

    async def _top(self, ask: TopQuery, place: ComparisonContext) -> RenderedResult:
        """The best known posts: of those named, else of the default account, else of all."""
        default = place.default if not ask.who and place.default not in await self._teams.opted_out(place.team) else None
        who, name, accounts = await self._who(id_word(default) if default else ask.who, place)
        report = await self._several.top(ask, name, accounts, fresh=place.fresh)
        words = _words(replace(ask, who=who or EVERYBODY, period=report.period))
        card = build_top_card(report, self._today, words=words, private=place.private)
        return RenderedResult(card, files.top_file(ask.export, report) if ask.export else None, words)

    @property
    def _today(self) -> date:
        return self._clock().date()

    async def _sight(self, place: ComparisonContext) -> Visibility:
        return await self._sights.sight(place.team, place.user, place.channel)

    async def _only(self, place: ComparisonContext) -> str:
        directory = (await self._sight(place)).visible(await self._accounts.accounts())
        if len(directory.accounts) != 1:
            raise NotUnderstood(TWO_SIDES, remedy=TWO_SIDES_REMEDY)
        return directory.accounts[0].platform_id

    async def _who(self, said: str, place: ComparisonContext) -> tuple[str, str, tuple[str, ...]]:
        """The words for them, their name, and the accounts, without those that opted out: these are not even in the words."""
        # What everybody may see there: who opted out is known by name here only so that a word for them is left out in silence.
        directory = self._rules.visible(await self._accounts.accounts(), place.channel)
        groups, out = await self._teams.groups(place.team), await self._teams.opted_out(place.team)
        name = said.strip('"').lower()
        if name in ("", EVERYBODY):
            wanted, words, called = tuple(account.platform_id for account in directory.accounts), "", ""
        elif name in groups:
            wanted, words, called = groups[name], name, name
        else:
            wanted, words, called = accounts_named(said, directory, out), "", said.replace('"', "")
        kept = tuple(account for account in wanted if account not in out and self._rules.sees(place.channel, account))
        if not kept:
            raise NoAccount(NOBODY_LEFT, remedy=NOBODY_LEFT_REMEDY)
        if len(kept) > MOST_ACCOUNTS:
            raise NotUnderstood(TOO_MANY.format(n=len(kept), most=MOST_ACCOUNTS), remedy=TOO_MANY_REMEDY)
        if called and not words:
            words, called = " ".join(map(id_word, kept)), ", ".join(self._gathering.account(one).name for one in kept)
        return words, called, kept


def _words(ask: CompareQuery | VersusQuery | TeamQuery | TopQuery) -> str:
    """The canonical words that the card's buttons carry."""
    return comparison_text(replace(ask, share=False, export=""))

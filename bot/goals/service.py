"""Goals looked after: set, changed by being said again, deleted, listed. Whoever may ask may do it, and who did what is kept."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.access.visibility import VisibilityService
from bot.blockkit.builders import Message
from bot.errors import AmbiguousAccount, NoAccount, NotUnderstood, UnknownAccount, UsageError
from bot.goals.blocks import build_deleted, build_goals, build_set
from bot.goals.fetch import GoalFetcher, GoalOptOuts
from bot.goals.messages import REACH_OF_SEVERAL, REACH_REMEDY
from bot.goals.parser import GOAL, GoalAction, GoalCommand, delete_words, set_words
from bot.management.service import SAY_WHICH, SubscriptionService
from bot.parsing.account_names import matching, name_word
from bot.parsing.suggestions import near_accounts
from bot.reports.fetch import KnownAccounts
from bot.reports.goal_lines import named
from bot.slack.request import RequestContext
from bot.statistics.accounts import Account, Directory
from bot.statistics.metrics import Metric
from bot.storage.goals import GoalRepository, goal_id
from bot.subscriptions.goal import TEAM, Goal

WHOSE = "Whose goal is it? There are {n} accounts here."
SAY_WHOSE = "Name an account, a group, or the team:"
NOBODY = "I know no account and no group called “{name}” here."
SEE_WHO = "`accounts` lists the accounts and `groups` the groups."
SEVERAL_FIT = "“{name}” could be {names}."
NOBODY_LEFT = "No account that such a goal could count may be shown here."
GONE = "That goal was deleted already."
NO_GOALS = "No goal is set here."
NO_SUCH_GOAL = "There is no such goal here."
SEE_GOALS = "`goals` lists them:"
SEVERAL_GOALS = "That could be any of {n} goals."


_MOST_SUGGESTED = 5
_MOST_NAMED = 4


class GoalService:
    """Carries out what people want done about goals. ``answer`` raises UsageError, NotAllowed and StoreError."""

    def __init__(
        self,
        *,
        kept: GoalRepository,
        figures: GoalFetcher,
        teams: GoalOptOuts,
        accounts: KnownAccounts,
        sights: VisibilityService,
        subscriptions: SubscriptionService,
        clock: Callable[[], datetime],
    ) -> None:
        self._kept, self._figures, self._teams, self._accounts = kept, figures, teams, accounts
        self._sights, self._subscriptions = sights, subscriptions
        self._clock = clock

    async def answer(self, ask: GoalCommand, who: RequestContext) -> Message:
        """What was done, or the list."""
        match ask.deed:
            case GoalAction.SET:
                return await self._set(ask, who)
            case GoalAction.DELETE:
                return await self._delete(ask, who)
        every = await self._figures.everywhere(who.team, who.channel)
        return build_goals(every, self._today, unreadable=await self._kept.unreadable(who.team))

    async def _set(self, ask: GoalCommand, who: RequestContext) -> Message:
        channel = ask.channel or who.channel
        directory = await self._directory(who.team, channel)
        goal = await self._goal(ask, who, channel, directory)
        await self._subscriptions.authorization.may_set_up(channel, (goal.account,) if goal.account else (), team=who.team, user=who.user)
        progress = await self._figures.progress(goal, channel)
        if progress is None:
            raise NoAccount(NOBODY_LEFT, remedy=SEE_WHO)
        zone = await self._subscriptions.zone_of(who.user)
        before = await self._kept.set_goal(goal, zone, by=who.user)
        return build_set(progress, before.target if before else None, self._today)

    async def _goal(self, ask: GoalCommand, who: RequestContext, channel: str, directory: Directory) -> Goal:
        assert ask.metric is not None  # noqa: S101  # told to the type checker: what is to be set was read whole
        assert ask.target is not None  # noqa: S101  # the same
        assert ask.every is not None  # noqa: S101  # the same
        metric, target, every = ask.metric, ask.target, ask.every
        account, group = await self._whose(ask.who, who.team, channel, directory, lambda said: set_words(said, metric, target, every))
        if group and not metric.definition.additive:
            instead = (set_words(group, Metric.IMPRESSION, target, every),)
            raise NotUnderstood(REACH_OF_SEVERAL, remedy=REACH_REMEDY, suggestions=instead)
        goal = Goal("", who.team, channel, metric, target, every, account, group, who.user, self._today)
        return replace(goal, id=goal_id(goal))

    async def _delete(self, ask: GoalCommand, who: RequestContext) -> Message:
        shown = await self._figures.shown(who.team, who.channel)
        account, group = "", ""
        if ask.who:
            directory = await self._directory(who.team, who.channel)
            account, group = await self._whose(ask.who, who.team, who.channel, directory, lambda said: f"{GOAL} delete {said}")
        found = [(goal, name) for goal, name in shown if _meant(goal, ask, account, group)]
        if len(found) != 1:
            raise _not_one([goal for goal, _ in found], [goal for goal, _ in shown])
        goal, name = found[0]
        if not await self._kept.delete_goal(goal, by=who.user):
            raise NotUnderstood(GONE, remedy=SEE_GOALS, suggestions=(f"{GOAL}s",))
        return build_deleted(goal, named(goal, name))

    async def _whose(self, said: str, team: str, channel: str, directory: Directory, words: Callable[[str], str]) -> tuple[str, str]:
        """The account (a platform id), or else the group or the team, that the words name; ``words`` makes a suggestion of other words."""
        if not said:
            return await self._usual(team, channel, directory, words), ""
        name = said.strip('"').lower()
        if name == TEAM or name in await self._teams.groups(team):
            return "", name
        found = matching(said, directory)
        if len(found) > 1:
            names = ", ".join(account.name for account in found[:_MOST_NAMED])
            raise AmbiguousAccount(
                SEVERAL_FIT.format(name=_plain(said), names=names), remedy=SAY_WHICH, suggestions=_each(found, directory, words)
            )
        if not found:
            near = near_accounts(said, directory)
            raise UnknownAccount(NOBODY.format(name=_plain(said)), remedy=SEE_WHO, suggestions=_each(near, directory, words))
        return found[0].platform_id, ""

    async def _usual(self, team: str, channel: str, directory: Directory, words: Callable[[str], str]) -> str:
        """The account that is meant where none is named."""
        usual = await self._subscriptions.usual_accounts(directory, team, channel)
        if usual:
            return usual[0]
        each = (words(TEAM), *_each(directory.accounts[:_MOST_NAMED], directory, words))
        raise NotUnderstood(WHOSE.format(n=len(directory.accounts)), remedy=SAY_WHOSE, suggestions=each)

    async def _directory(self, team: str, channel: str) -> Directory:
        """The accounts that everybody may see there: a goal is for everybody."""
        return (await self._sights.sight(team, "", channel)).visible(await self._accounts.accounts())

    @property
    def _today(self) -> date:
        return self._clock().date()


def _meant(goal: Goal, ask: GoalCommand, account: str, group: str) -> bool:
    """Whether everything that was said is so of the goal."""
    whose = not ask.who or (goal.account, goal.who) == (account, group)
    return whose and ask.metric in (None, goal.metric) and ask.every in (None, goal.every)


def _not_one(found: Sequence[Goal], every: Sequence[Goal]) -> UsageError:
    if not every:
        return NotUnderstood(NO_GOALS)
    offered = tuple(map(delete_words, (found or every)[:_MOST_SUGGESTED]))
    if not found:
        return NotUnderstood(NO_SUCH_GOAL, remedy=SEE_GOALS, suggestions=offered)
    return NotUnderstood(SEVERAL_GOALS.format(n=len(found)), remedy=SAY_WHICH, suggestions=offered)


def _each(accounts: Iterable[Account], directory: Directory, words: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(words(name_word(account, directory.accounts)) for account in accounts)


def _plain(said: str) -> str:
    return said.replace('"', "")[:60]

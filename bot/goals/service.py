"""Carries out commands about goals. Everybody who may ask may set and delete goals; the record of changes says who did."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import SAY_WHICH, NoAccount, NotUnderstood, UnknownAccount, UsageError
from bot.goals.parser import EXAMPLES, GOAL, MOST, REACH_OF_SEVERAL, REACH_REMEDY, GoalAction, GoalCommand, goal_words, set_words
from bot.management.service import SubscriptionService
from bot.parsing.account_names import EXCEPT, matching, name_word, names_among, near_spellings, refuse_left_out, with_names
from bot.parsing.comparison_parser import SEE_WHO
from bot.parsing.reasons import NO_PLACES
from bot.parsing.suggestions import MOST_NAMED, several_accounts
from bot.parsing.text import excerpt
from bot.parsing.vocabulary import is_place
from bot.reports.goals import named
from bot.slack.builders import quoted
from bot.slack.request import BUTTON, RequestContext
from bot.statistics.metrics import Metric
from bot.statistics.reports import TEAM, Account, Directory, Unit, command_words, id_word
from bot.storage.subscriptions import GoalRepository
from bot.subscriptions.goal import Goal, Progress, goal_id, period_of, whole_days

WHICH_ACCOUNT, WHICH_ACCOUNT_REMEDY = "Whose goal is it? There are {n} accounts here.", "Name an account, a group, or the team:"
NO_SUCH_NAME = "I don't know an account or group called “{name}” here."
ONE_OF_EACH = "A goal is one account's, a group's or the team's."
NOBODY_LEFT = "None of the accounts for this goal may be shown here."
#: A number so many times smaller than the goal may be one of thousands.
_THOUSANDS = 100
NOT_A_GOAL, SEE_GOALS = "That would be {number:,}, and a goal is a whole number of 1 or more.", "`goals` lists them:"

_MOST_SUGGESTED = 5
#: Builds a suggested command from another name.
Suggest = Callable[[str], str]


class GoalList(Struct, frozen=True):
    """The goals that may be seen; ``unreadable`` is how many a newer version of the bot has stored that this one cannot read."""

    goals: tuple[Progress, ...]
    unreadable: int = 0
    #: Of the only one there is, as in ``GoalSet``.
    follow_up: str = ""
    #: Those of groups that were removed since.
    without_group: tuple[Goal, ...] = ()


class GoalSet(Struct, frozen=True):
    """A goal that was set; ``before`` is the target that it replaces, None for a new goal; ``moved``: it was told elsewhere before."""

    progress: Progress
    before: int | None
    #: What the next question can follow up on, as in ``RenderedResult``.
    follow_up: str = ""
    moved: bool = False


class GoalDeleted(Struct, frozen=True):
    """A deleted goal, or one that is asked about first; ``name`` (escaped) is its account or group."""

    goal: Goal
    name: str
    asked: bool = False


class GoalService:
    """Carries out commands about goals. Each method raises UsageError, NotAllowed and StoreError."""

    def __init__(self, goals: GoalRepository, subscriptions: SubscriptionService) -> None:
        self._goals, self._subscriptions = goals, subscriptions
        self._fetcher, self._groups = subscriptions.sources.goals, subscriptions.sources.groups

    @property
    def today(self) -> date:
        return self._subscriptions.clock().date()

    async def with_names(self, command: str, context: RequestContext) -> str:
        """The command with its account's name in the place of the id."""
        return with_names(command, await self._subscriptions.authorization.public_accounts(context))

    async def list(self, context: RequestContext) -> GoalList:
        every = await self._fetcher.everywhere(context.team, context.channel)
        only = f"\n{goal_words(every[0].goal)}" if len(every) == 1 else ""
        return GoalList(every, await self._goals.unreadable(context.team), only, await self._without_group(context.team))

    async def _without_group(self, team: str) -> tuple[Goal, ...]:
        groups = await self._groups.groups(team)
        return tuple(goal for goal in await self._goals.goals(team) if goal.who not in ("", TEAM, *groups))

    async def set(self, command: GoalCommand, context: RequestContext) -> GoalSet:
        there = replace(context, channel=command.channel or context.channel)
        goal = await self._goal(command, there)
        accounts = (goal.account,) if goal.account else ()
        await self._subscriptions.authorization.may_set_up(there.channel, accounts, context)
        progress = await self._fetcher.progress(goal, there.channel)
        if progress is None:
            raise NoAccount(NOBODY_LEFT, remedy=SEE_WHO)
        before = await self._goals.set_goal(goal, await self._subscriptions.zone_of(context.user), by=context.user)
        follow_up, moved = f"{_subject(goal, self.today)}\n{goal_words(goal)}", before is not None and before.channel != goal.channel
        return GoalSet(progress, before.target if before else None, follow_up, moved)

    async def _goal(self, command: GoalCommand, context: RequestContext) -> Goal:
        assert command.metric is not None  # noqa: S101  # for the type checker: the parser gives all three for a goal to be set
        assert command.target is not None  # noqa: S101  # the same
        assert command.every is not None  # noqa: S101  # the same
        metric, target, every = command.metric, command.target, command.every
        account, group = await self.account_or_group(command.who, context, lambda name: set_words(name, metric, target, every))
        if group and not metric.definition.additive:
            instead = (set_words(group, Metric.IMPRESSION, target, every),)
            raise NotUnderstood(REACH_OF_SEVERAL, remedy=REACH_REMEDY, suggestions=instead)
        goal = Goal("", context.team, context.channel, metric, target, every, account, group, context.user, self.today)
        return replace(goal, id=goal_id(goal))

    async def change(self, command: GoalCommand, context: RequestContext) -> GoalSet:
        """Sets the only goal that the command names anew, with what the command says; raises NotUnderstood for none or several."""
        visible = await self._fetcher.visible(context.team, context.channel)
        if command.metric and command.target and command.every and not command.by and not visible:
            # "Set our target to 80k impressions this quarter": the first one.
            return await self.set(replace(command, action=GoalAction.SET), context)
        # "Make it weekly, 5000" is about the monthly one where there is no other.
        keeps = command.target is not None or command.times
        is_known = keeps and any(goal.every == command.every for goal, _ in visible)
        # Where it is told from then on does not tell which it is.
        named = command if keeps else replace(command, channel="")
        goal, _ = await self._only(named if is_known else replace(named, every=None), context)
        target = command.target or round(goal.target * (command.times or 1))
        target = goal.target + command.by * target if command.by and command.target else target
        if not 0 < target <= MOST:
            raise NotUnderstood(NOT_A_GOAL.format(number=target), remedy=SEE_GOALS, suggestions=(f"{GOAL}s",))
        whole = GoalCommand(GoalAction.SET, goal.who or id_word(goal.account), goal.metric, target)
        changed = await self.set(replace(whole, every=command.every or goal.every, channel=command.channel or goal.channel), context)
        if command.every not in (None, goal.every):
            await self._goals.delete_goal(goal, by=context.user)
        return changed

    async def for_another(self, command: GoalCommand, who: str, context: RequestContext) -> str:
        """The command that sets the goal that the command names for another account too."""
        goal, _ = await self._only(command, context)
        return set_words(who, goal.metric, goal.target, goal.every)

    async def check_thousands(self, command: GoalCommand, context: RequestContext) -> None:
        """Raises NotUnderstood where the new number is so small that thousands may be meant: "70" for 50,000."""
        goal, _ = await self._only(command, context)
        if command.target and command.target * _THOUSANDS < goal.target:
            each = tuple(f"{goal_words(goal)} {number}" for number in (command.target * 1_000, command.target))
            raise NotUnderstood(f"“{command.target}” or as many thousands?", remedy=SAY_WHICH, suggestions=each)

    async def delete(self, command: GoalCommand, context: RequestContext) -> GoalDeleted:
        """Deletes the goal that the command names when a button was pressed; what was typed is asked about first."""
        gone = [one for one in await self._without_group(context.team) if one.who == command.who and _matches(one, command, "", one.who)]
        goal, name = (gone[0], gone[0].who) if len(gone) == 1 else await self._only(command, context)
        if context.source != BUTTON:
            return GoalDeleted(goal, named(goal, name), asked=True)
        if not await self._goals.delete_goal(goal, by=context.user):
            raise NotUnderstood("That goal was deleted already.", remedy=SEE_GOALS, suggestions=(f"{GOAL}s",))
        return GoalDeleted(goal, named(goal, name))

    async def _only(self, command: GoalCommand, context: RequestContext) -> tuple[Goal, str]:
        """The only goal with everything that the command names, and its account's or group's name; raises NotUnderstood."""
        visible = await self._fetcher.visible(context.team, context.channel)
        account, group = "", ""
        if command.who:
            account, group = await self.account_or_group(command.who, context, lambda name: f"{GOAL} {command.action} {name}")
        found = [(goal, name) for goal, name in visible if _matches(goal, command, account, group)]
        if len(found) != 1:
            raise _not_one(found, command, any_here=bool(visible))
        return found[0]

    async def account_or_group(self, text: str, context: RequestContext, suggest: Suggest) -> tuple[str, str]:
        """The platform id of the account, or else the group or "team", that the text names; "" names the usual account."""
        # A goal is for everybody: only accounts that everybody may see there can be named.
        directory = await self._subscriptions.authorization.public_accounts(context)
        if not text:
            return await self._usual(context, directory, suggest), ""
        name = text.strip('"').lower()
        if name == TEAM or name in await self._groups.groups(context.team):
            return "", name
        found = matching(text, directory)
        refuse_left_out((TEAM, *text.split()), directory, "A goal")
        if len(found) > 1:
            raise several_accounts(text, found, _each(found, directory, suggest))
        several, unknown = names_among(text.split(), directory)
        if not found and len(several) > 1 and not tuple(unknown):
            raise NotUnderstood(ONE_OF_EACH, remedy=SAY_WHICH, suggestions=_each(several, directory, suggest))
        if not found:
            if place := next(filter(is_place, map(str.lower, unknown)), ""):
                raise NotUnderstood(NO_PLACES.format(word=place), remedy="Leave it out:", suggestions=(suggest(""),))
            near = [one for one, _ in near_spellings(text, directory)] or list(directory.accounts[:1])
            called = " ".join(unknown[1:]) if unknown[1:] and unknown[0].lower() in EXCEPT else text
            name = excerpt(with_names(called, directory))
            raise UnknownAccount(NO_SUCH_NAME.format(name=name), remedy=SEE_WHO, suggestions=_each(near, directory, suggest))
        return found[0].platform_id, ""

    async def _usual(self, context: RequestContext, directory: Directory, suggest: Suggest) -> str:
        if usual := await self._subscriptions.usual_accounts(directory, context.team, context.channel):
            return usual[0]
        each = (suggest(TEAM), *_each(directory.accounts[:MOST_NAMED], directory, suggest))
        raise NotUnderstood(WHICH_ACCOUNT.format(n=len(directory.accounts)), remedy=WHICH_ACCOUNT_REMEDY, suggestions=each)


def _subject(goal: Goal, today: date) -> str:
    """The goal's accounts and the days of its period that are over, as a question; of the period before where none are."""
    whole = period_of(goal.every, today)
    days = whole_days(whole, today) or period_of(goal.every, whole.first - timedelta(days=1))
    if whole.first == days.first and days.last < whole.last:
        days = replace(days, to_date=Unit(goal.every.value))
    return f"{id_word(goal.account) if goal.account else ' '.join(dict.fromkeys((TEAM, goal.who)))} {command_words(days)}"


def _matches(goal: Goal, command: GoalCommand, account: str, group: str) -> bool:
    same_account = not command.who or (goal.account, goal.who) == (account, group)
    return (
        same_account
        and command.channel in ("", goal.channel)
        and command.metric in (None, goal.metric)
        and command.every in (None, goal.every)
    )


def _not_one(found: Sequence[tuple[Goal, str]], command: GoalCommand, *, any_here: bool) -> UsageError:
    """Why nothing is deleted or changed; ``found`` are the goals that were meant, each with its account's or group's name."""
    if not any_here:
        return NotUnderstood("There are no goals here.", suggestions=EXAMPLES)
    if not found:
        return NotUnderstood("There's no goal like that here.", remedy=SEE_GOALS, suggestions=(f"{GOAL}s",))
    each = [goal_words(goal, command.action, name=quoted(name) or "") for goal, name in found[:_MOST_SUGGESTED]]
    by = f"by {'-' if command.by < 0 else '+'}" * bool(command.by)
    numbers = (round(goal.target * command.times) if command.times else command.target or "" for goal, _ in found)
    offered = tuple(f"{words} {by}{number}".strip() for words, number in zip(each, numbers, strict=False))
    return NotUnderstood(f"That could be any of {len(found)} goals.", remedy=SAY_WHICH, suggestions=offered)


def _each(accounts: Iterable[Account], directory: Directory, suggest: Suggest) -> tuple[str, ...]:
    return tuple(suggest(name_word(account, directory.accounts)) for account in accounts)

"""Carries out commands about watches, typed or from buttons."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import NoAccount, NotUnderstood, UnknownAccount
from bot.management.actions import SubscriptionAction, SubscriptionChange, action_words, edit_words
from bot.management.rules import RuleList, RuleResult, RuleService, RuleView
from bot.management.service import SubscriptionService
from bot.parsing.account_names import left_out_at, matching, name_pieces, name_word, near_spellings
from bot.parsing.dates import HOLIDAYS
from bot.parsing.period_finder import PERIOD
from bot.parsing.suggestions import MOST_NAMED, several_accounts
from bot.parsing.text import excerpt
from bot.parsing.vocabulary import ACCOUNT, ACCOUNTS
from bot.schedules.parser import says_when
from bot.schedules.timezones import zone_of_place
from bot.slack.request import RequestContext
from bot.statistics.reports import TEAM, Account, Directory
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus
from bot.watches.fetch import WatchFetcher
from bot.watches.rule import ALWAYS, MOST_LATE, WATCH, LivePost, WatchCommand, WatchDraft, WatchRule

WHICH_ACCOUNT = "Whose posts should I watch? There are {n} accounts here."
WHICH_ACCOUNT_REMEDY = "Name one or several, a group, or `team` for all of them:"
SEE_ACCOUNTS = "`accounts` lists the connected accounts."
OF_GROUP = "That watch is about “{group}”, not about accounts by name."
OF_GROUP_REMEDY = "Change the group, or name all accounts, like `watch edit to acme and bob`."
WHAT_CHANGES, WHAT_CHANGES_REMEDY = "What should change: whose posts, the channel or the quiet hours?", "Say it like this:"
OTHER_QUIET, OTHER_QUIET_REMEDY = "That channel has the same watch already, with other quiet hours.", "Change those instead:"
NO_TIME, LEAVE_OUT = "I tell of each post as it goes live, so “{words}” has no place in a watch.", "Leave it out:"
UNKNOWN = "I don't know an account or group called “{name}” here."

_EVERYBODY = frozenset({TEAM, "all", "everyone", "everybody", "accounts", "posts"})
#: The namespace of watches' ids.
_WATCHES = UUID("9b1f6d0e-2f5a-5c47-8a63-0c7e5d3b9a14")
#: Changes that can be said in words.
CHANGES: Final = ("to team", "in #general", "quiet 20:00-8:00")
#: How many watches a list shows.
MOST_LISTED: Final = 15

WatchView = RuleView[WatchRule]
WatchResult = RuleResult[WatchRule]
WatchList = RuleList[WatchRule]


class WatchPreview(Struct, frozen=True):
    """A watch that is not stored, with the last known post that it would have announced, that post's account and first words."""

    view: WatchView
    live: LivePost | None
    account: Account | None
    title: str = ""


class WatchService(RuleService[WatchRule]):
    """Carries out commands about watches."""

    kind, namespace, read_rule = SubscriptionKind.WATCH, _WATCHES, staticmethod(WatchRule.from_json)

    def __init__(self, subscriptions: SubscriptionService, fetcher: WatchFetcher) -> None:
        super().__init__(subscriptions)
        self._fetcher = fetcher

    async def answer(self, command: WatchCommand, context: RequestContext, directory: Directory) -> WatchResult | WatchList:
        """Carries the command out; ``directory`` holds the accounts that everybody may see there."""
        if command.action is SubscriptionAction.CREATE:
            channel = command.channel or context.channel
            whose = await self.whose(command.who, directory, context.team, channel)
            return await self.create(WatchDraft(*whose, channel, command.quiet), context)
        if command.action in (SubscriptionAction.LIST, SubscriptionAction.NEW):
            return await self.list(context, MOST_LISTED, directory.accounts)
        watch = await self._find(command.action, command.which, context, directory, command.change)
        if command.action is SubscriptionAction.EDIT:
            return await self._edit(watch, command, context, directory)
        return await self._act(command.action, watch, context)

    async def create(self, draft: WatchDraft, context: RequestContext) -> WatchResult:
        place = await self._subscriptions.authorization.may_set_up(draft.channel, draft.accounts, context)
        stored, change = await self._subscriptions.create(await self._watch(draft, context), context)
        rule = WatchRule.from_json(stored.rule) if stored else None
        if stored and rule and change is SubscriptionChange.SAME and draft.quiet not in (None, rule.quiet):
            edit = f"{edit_words(stored)} {f'quiet {draft.quiet}' if draft.quiet else 'no quiet hours'}"
            raise NotUnderstood(OTHER_QUIET, remedy=OTHER_QUIET_REMEDY, suggestions=(edit,))
        return await self._result(stored, context, change, place)

    async def _watch(self, draft: WatchDraft, context: RequestContext) -> Subscription:
        rule = WatchRule(self._subscriptions.clock(), draft.group, draft.quiet or "").as_json()
        return await self._new(context, draft.channel, draft.accounts, rule, grace=int(MOST_LATE.total_seconds()))

    async def preview(self, draft: WatchDraft, context: RequestContext) -> WatchPreview:
        """The last known post that a watch like this would have announced."""
        await self._subscriptions.authorization.may_set_up(draft.channel, draft.accounts, context)
        watch = await self._watch(draft, context)
        await self._subscriptions.authorization.may_see_figures(watch, context)
        live = await self._fetcher.latest(watch, context)
        account = self._fetcher.account(live.platform_id) if live else None
        return WatchPreview(await self._view(watch, context), live, account, self._fetcher.title(live.post) if live else "")

    async def whose(self, words: Sequence[str], directory: Directory, team: str, channel: str) -> tuple[tuple[str, ...], str]:
        """The platform ids of the accounts that these words name, or the group's name ("team" for all); without words the usual account."""
        known = {account.platform_id for account in directory.accounts}
        if not known:
            raise NoAccount("There's no LinkedIn account here whose posts I can watch.", remedy=SEE_ACCOUNTS)
        if not words:
            usual = await self._subscriptions.usual_accounts(directory, team, channel)
            if known.issuperset(usual) and usual:
                return usual, ""
            each = tuple(_example(account, directory) for account in directory.accounts[:MOST_NAMED])
            raise NotUnderstood(WHICH_ACCOUNT.format(n=len(known)), remedy=WHICH_ACCOUNT_REMEDY, suggestions=(*each, f"{WATCH} {TEAM}"))
        if (at := left_out_at(words, directory)) >= 0:
            gone = {account.platform_id for account in _named(words[at + 1 :], directory)}
            return tuple(account.platform_id for account in directory.accounts if account.platform_id not in gone), ""
        plain = [word for word in words if word.lower() not in (TEAM, ACCOUNT, ACCOUNTS)] or words
        name, groups = " ".join(plain).strip('"').lower(), await self.groups(team)
        if name in _EVERYBODY:
            return (), TEAM
        if name in groups:
            self.check_visible(name, groups, directory)
            return (), name
        return tuple(account.platform_id for account in _named(words, directory)), ""

    async def _edit(self, watch: Subscription, command: WatchCommand, context: RequestContext, directory: Directory) -> WatchResult:
        """Changes what the command names; raises NotUnderstood where it names nothing."""
        rule, channel = WatchRule.from_json(watch.rule), command.channel or watch.channel
        if rule is None:
            return await self._result(watch, context)
        if command.channel and re.fullmatch(r"(?:add|also|plus) (?:in|to|into) <#[^<>]*>", command.change.strip(), re.IGNORECASE):
            # A watch has one channel, so another one posts there.
            return await self.create(WatchDraft(watch.accounts, rule.who, channel, rule.quiet), context)
        if not (command.who or command.added or command.removed or command.channel) and command.quiet is None:
            each = (f"{edit_words(watch)} {change}" for change in CHANGES)
            raise NotUnderstood(WHAT_CHANGES, remedy=WHAT_CHANGES_REMEDY, suggestions=tuple(each))
        accounts, group = await self.whose(command.who, directory, context.team, channel) if command.who else (watch.accounts, rule.who)
        if command.added or command.removed:
            (more, all_more), (fewer, all_fewer) = [
                await self.whose(words, directory, context.team, channel) if words else ((), "")
                for words in (command.added, command.removed)
            ]
            if group == TEAM and fewer and not (more or all_more or all_fewer):
                accounts, group = tuple(one.platform_id for one in directory.accounts), ""
            # Everybody is in the team.
            is_in = group == TEAM and not (fewer or all_more or all_fewer)
            if of_group := "" if is_in else group or all_more or all_fewer:
                raise NotUnderstood(OF_GROUP.format(group=of_group), remedy=OF_GROUP_REMEDY, suggestions=("groups",))
            accounts = accounts if is_in else tuple(dict.fromkeys(one for one in (*accounts, *more) if one not in fewer))
            if not (accounts or group):
                delete = action_words(SubscriptionKind.WATCH, SubscriptionAction.DELETE, watch.short_id)
                raise NotUnderstood("Then the watch would be about no account. Delete it:", suggestions=(delete,))
        return await self.change(watch, WatchDraft(accounts, group, channel, command.quiet), context)

    async def change(self, watch: Subscription, draft: WatchDraft, context: RequestContext) -> WatchResult:
        """Changes whose posts it watches, its channel and its quiet hours; raises NotUnderstood where that channel has the same already."""
        before, place = WatchRule.from_json(watch.rule), None
        if before is None:
            return await self._result(watch, context)
        rule = replace(before, who=draft.group, quiet=before.quiet if draft.quiet is None else draft.quiet)
        if (before.who, watch.accounts, watch.channel) != (draft.group, draft.accounts, draft.channel):
            place = await self._subscriptions.authorization.may_set_up(draft.channel, draft.accounts, context)
            # What went live before is no news there.
            rule = replace(rule, since=self._subscriptions.clock())
        after = replace(watch, accounts=draft.accounts, channel=draft.channel, rule=rule.as_json())
        return await self._change(watch, after, context, place)

    async def _resume(self, subscription: Subscription, context: RequestContext) -> tuple[Subscription, SubscriptionChange]:
        rule = WatchRule.from_json(subscription.rule)
        if rule is None:
            return subscription, SubscriptionChange.NONE
        if subscription.status is SubscriptionStatus.ACTIVE:
            return await super()._resume(subscription, context)
        # What went live during the pause is no news any more.
        anew = replace(rule, since=self._subscriptions.clock()).as_json()

        def resumed(now: Subscription) -> Subscription:
            return replace(now, status=SubscriptionStatus.ACTIVE, rule=anew)

        return await self._subscriptions.change(subscription, resumed, context), SubscriptionChange.RESUMED


def _named(words: Sequence[str], directory: Directory) -> list[Account]:
    found: dict[str, Account] = {}
    whole = matching(" ".join(words), directory)
    for piece, accounts in [(" ".join(words), whole)] if len(whole) == 1 else name_pieces(words, directory):
        if not accounts:
            if says_when(["every", *piece.split()]) or PERIOD.search(piece.lower()) or piece.lower() in HOLIDAYS or zone_of_place(piece):
                own = tuple(_example(account, directory) for account in found.values())
                raise NotUnderstood(NO_TIME.format(words=excerpt(piece)), remedy=LEAVE_OUT, suggestions=own or ALWAYS)
            near = tuple(_example(account, directory) for account, _ in near_spellings(piece, directory)[:MOST_NAMED])
            raise UnknownAccount(UNKNOWN.format(name=excerpt(piece)), remedy=SEE_ACCOUNTS, suggestions=near or ALWAYS)
        if len(accounts) > 1:
            raise several_accounts(piece, accounts, tuple(_example(account, directory) for account in accounts[:MOST_NAMED]))
        found[accounts[0].platform_id] = accounts[0]
    return list(found.values())


def _example(account: Account, directory: Directory) -> str:
    return f"{WATCH} {name_word(account, directory.accounts)}"

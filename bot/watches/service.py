"""What a command or a button about watches does, and the message that says so.

::

    text ─ read_watch ─┬ create ─ account or group, and channel ─ may this person? ─ stored ─┐
                       └ which watch? ─ pause, resume, delete, show ─────────────────────────┴→ Message
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID, uuid5

from bot.access.permissions import PermissionService
from bot.access.visibility import VisibilityService
from bot.blockkit.builders import Block, Message, channel_words
from bot.errors import NoAccount, NotUnderstood, UnknownAccount, UsageError
from bot.management.actions import CREATED_ALREADY, IS_ACTIVE, IS_PAUSED, SubscriptionAction
from bot.management.blocks import invitation
from bot.management.service import SubscriptionService
from bot.parsing.account_names import matching, name_pieces, name_word
from bot.parsing.suggestions import MOST_NAMED, near_accounts, several_accounts
from bot.parsing.text import excerpt
from bot.parsing.vocabulary import TEAM
from bot.postpost.directory import AccountDirectory
from bot.slack.request import RenderedResult, Request, RequestContext
from bot.statistics.reports import Account, Directory
from bot.storage.cached import CachedGroups
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import OnUncertain, Subscription, SubscriptionKind, SubscriptionStatus
from bot.watches import blocks as cards
from bot.watches.parser import read_watch
from bot.watches.rule import MOST_LATE, WATCH, WatchCommand, WatchRule

CREATED = ":eyes: Set up. When one of these posts goes live, I say so in {channel}, with its figures in the thread after {points}."
SAME = "That channel has the same watch already, so nothing was added."
PAUSED = ":double_vertical_bar: Paused. Posts that go live until you resume it aren't announced, and figures due until then don't come."
RESUMED = ":arrow_forward: Running again, for posts that go live from now on."
DELETED = "The watch in {channel} is deleted. What it posted stays there, and no more figures follow."
WHICH_ACCOUNT = "Whose posts should I watch? There are {n} accounts here."
WHICH_ACCOUNT_REMEDY = "Name one or several, a group, or `team` for all of them:"
NO_ACCOUNT = "There's no LinkedIn account here whose posts I can watch."
SEE_ACCOUNTS = "`accounts` lists the connected accounts."
UNKNOWN = "I don't know an account or group called “{name}” here."
NOT_UNDERSTOOD = "I didn't understand that. It looks like a watch."

_EVERYBODY = frozenset({TEAM, "all", "everyone", "everybody", "accounts", "posts"})
#: The namespace of watches' ids (RFC 9562, version 5): a command delivered twice gives the same id.
_WATCHES = UUID("9b1f6d0e-2f5a-5c47-8a63-0c7e5d3b9a14")
#: What changes nothing.
READING: Final = frozenset({SubscriptionAction.LIST, SubscriptionAction.SHOW})


class WatchService:
    """Carries out commands about watches. ``answer`` raises UsageErrors with a remedy, NotAllowed and StoreError.

    Args:
        subscriptions: what watches share with digests, alerts and goals.
        groups: groups of accounts, and who opted out.
        account: the account of a platform id.
    """

    def __init__(self, *, subscriptions: SubscriptionService, groups: CachedGroups, account: Callable[[str], Account]) -> None:
        self._subscriptions, self._groups, self._account = subscriptions, groups, account
        self._on_one: Mapping[SubscriptionAction, Callable[[Subscription, RequestContext], Awaitable[Message]]] = {
            SubscriptionAction.SHOW: self._show,
            SubscriptionAction.PAUSE: self._pause,
            SubscriptionAction.RESUME: self._resume,
            SubscriptionAction.DELETE: self._delete,
        }

    async def answer(self, command: WatchCommand, context: RequestContext, directory: Directory) -> Message:
        """Carries the command out and describes the result; ``directory`` holds the accounts that everybody may see there."""
        if command.action is SubscriptionAction.CREATE:
            return await self._create(command, context, directory)
        if command.action is SubscriptionAction.LIST:
            return await self._list(context, directory)
        watch = await self._subscriptions.find(SubscriptionKind.WATCH, command.action, command.which, directory, context)
        return await self._on_one[command.action](watch, context)

    # ── setting up ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _create(self, command: WatchCommand, context: RequestContext, directory: Directory) -> Message:
        channel = command.channel or context.channel
        accounts, group = await self.whose(command.who, directory, context.team, channel)
        place = await self._subscriptions.authorization.may_set_up(channel, accounts, context)
        watch = Subscription(
            id=str(uuid5(_WATCHES, f"{context.team} {context.user} {context.interaction_id}")),
            team=context.team,
            channel=channel,
            accounts=accounts,
            content=(),
            cron="",
            zone=await self._subscriptions.zone_of(context.user),
            status=SubscriptionStatus.ACTIVE,
            next_run_at=None,
            grace=int(MOST_LATE.total_seconds()),
            on_uncertain=OnUncertain.HOLD,
            owner=context.user,
            kind=SubscriptionKind.WATCH,
            rule=WatchRule(self._subscriptions.clock(), group).as_json(),
        )
        stored = await self._subscriptions.create(watch, context)
        if stored is None:
            return cards.build_watch_said(CREATED_ALREADY)
        done = CREATED_ALREADY if stored.id == watch.id else SAME
        if stored is watch:
            done = CREATED.format(channel=channel_words(channel), points=cards.points_words())
        return await self._card(stored, done, invite=invitation(place))

    async def whose(self, words: Sequence[str], directory: Directory, team: str, channel: str) -> tuple[tuple[str, ...], str]:
        """The platform ids of the accounts that these words name, or the group's name ("team" for all); without words the usual account."""
        known = {account.platform_id for account in directory.accounts}
        if not known:
            raise NoAccount(NO_ACCOUNT, remedy=SEE_ACCOUNTS)
        if not words:
            usual = await self._subscriptions.usual_accounts(directory, team, channel)
            if known.issuperset(usual) and usual:
                return usual, ""
            each = tuple(_watch(account, directory) for account in directory.accounts[:MOST_NAMED])
            raise NotUnderstood(WHICH_ACCOUNT.format(n=len(known)), remedy=WHICH_ACCOUNT_REMEDY, suggestions=(*each, f"{WATCH} {TEAM}"))
        name = " ".join(words).strip('"').lower()
        if name in _EVERYBODY:
            return (), TEAM
        if name in await self._groups.groups(team):
            return (), name
        return tuple(account.platform_id for account in _named(words, directory)), ""

    # ── changing the status ──────────────────────────────────────────────────────────────────────────────────────────

    async def _pause(self, watch: Subscription, context: RequestContext) -> Message:
        after = await self._subscriptions.pause(watch, context)
        return await self._card(after, IS_PAUSED if after is watch else PAUSED)

    async def _resume(self, watch: Subscription, context: RequestContext) -> Message:
        rule = WatchRule.from_json(watch.rule)
        if watch.status is SubscriptionStatus.ACTIVE or rule is None:
            await self._subscriptions.authorization.may_change(watch, context.user)
            return await self._card(watch, IS_ACTIVE)
        # What went live during the pause is no news any more.
        anew = replace(rule, since=self._subscriptions.clock()).as_json()
        after = await self._subscriptions.change(watch, lambda now: replace(now, status=SubscriptionStatus.ACTIVE, rule=anew), context)
        return await self._card(after, RESUMED)

    async def _delete(self, watch: Subscription, context: RequestContext) -> Message:
        await self._subscriptions.delete(watch, context)
        return cards.build_watch_said(DELETED.format(channel=channel_words(watch.channel)))

    # ── showing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _list(self, context: RequestContext, directory: Directory) -> Message:
        listed, more = await self._subscriptions.first_visible(SubscriptionKind.WATCH, context, cards.MOST_LISTED)
        return cards.build_watch_list(await self._views(listed), directory.accounts, more=more)

    async def home(self, context: RequestContext) -> Message:
        """The watches of this person, and of the channel, for the Home tab."""
        listed, more = await self._subscriptions.first_visible(SubscriptionKind.WATCH, context, cards.HOME_ROWS)
        return cards.build_home_watches(await self._views(listed), more=more)

    async def _show(self, watch: Subscription, _: RequestContext) -> Message:
        return await self._card(watch)

    async def _card(self, watch: Subscription, done: str = "", *, invite: Sequence[Block] = ()) -> Message:
        (view,) = await self._views([watch])
        return cards.build_watch_card(view, done=done, invite=invite)

    async def _views(self, watches: Sequence[Subscription]) -> list[cards.WatchView]:
        last = await self._subscriptions.last_deliveries(watches)
        return [await self._view(watch, last.get(watch.id)) for watch in watches]

    async def _view(self, watch: Subscription, last: Delivery | None) -> cards.WatchView:
        out, rule = await self._groups.opted_out(watch.team), WatchRule.from_json(watch.rule)
        accounts = [self._account(platform_id) for platform_id in watch.accounts if platform_id not in out]
        return cards.WatchView(watch, accounts, rule.who if rule else "", readable=rule is not None, last=last)


def _named(words: Sequence[str], directory: Directory) -> list[Account]:
    """The accounts that these words name, one or several."""
    found: dict[str, Account] = {}
    whole = matching(" ".join(words), directory)
    for piece, accounts in [(" ".join(words), whole)] if len(whole) == 1 else name_pieces(words, directory):
        if not accounts:
            near = tuple(_watch(account, directory) for account in near_accounts(piece, directory)[:MOST_NAMED])
            raise UnknownAccount(UNKNOWN.format(name=excerpt(piece)), remedy=SEE_ACCOUNTS, suggestions=near or cards.EXAMPLES)
        if len(accounts) > 1:
            raise several_accounts(piece, accounts, tuple(_watch(account, directory) for account in accounts[:MOST_NAMED]))
        found[accounts[0].platform_id] = accounts[0]
    return list(found.values())


def _watch(account: Account, directory: Directory) -> str:
    return f"{WATCH} {name_word(account, directory.accounts)}"


class WatchHandler:
    """Answers requests about watches; raises BotError."""

    def __init__(
        self, service: WatchService, *, permissions: PermissionService, visibility: VisibilityService, accounts: AccountDirectory
    ) -> None:
        self._service, self._permissions, self._visibility, self._accounts = service, permissions, visibility, accounts

    async def handle(self, request: Request) -> RenderedResult:
        """Carries out a command about watches; returns what was done, or a list."""
        command = read_watch(request.text)
        message = await self._service.answer(command, request.context, await self._directory(request.context))
        return RenderedResult(message, kind=f"watch {command.action}", changed=command.action not in READING)

    async def home(self, request: Request) -> RenderedResult:
        """The watches of this person, and of the channel, for the Home tab."""
        await self._permissions.check(request.context)
        return RenderedResult(await self._service.home(request.context), kind="watch list")

    async def check(self, request: Request) -> None:
        """Raises a UsageError without suggestions unless the text names accounts or a group: its first word may be no "watch" at all."""
        command, context = read_watch(request.text), request.context
        try:
            await self._service.whose(command.who or ("?",), await self._directory(context), context.team, context.channel)
        except UsageError as error:
            error.suggestions = ()
            raise

    async def _directory(self, context: RequestContext) -> Directory:
        """The accounts that everybody may see there, since a watch posts for everybody; raises NotAllowed."""
        await self._permissions.check(context)
        visibility = await self._visibility.seen_by(context.team, "", context.channel)
        return visibility.visible(await self._accounts.accounts())

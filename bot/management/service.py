"""Creates, finds, changes, pauses, resumes and deletes digests, alerts, goals and watches.

::

    command ─ find(kind, id or account) ─ may this person change it? ─ one change in the database ─→ Subscription
              create(subscription) ─ one that posts the same exists? ┘

Each feature parses its own commands, makes its own ``Subscription`` and builds its own messages.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from bot.access.visibility import Sources
from bot.delivery.recorder import Repositories
from bot.errors import SAY_WHICH, NotAllowed, NotUnderstood
from bot.management import actions
from bot.management.actions import SubscriptionAction, SubscriptionChange
from bot.management.authorization import NOT_SEEN, NOT_SEEN_REMEDY, Authorization
from bot.parsing.account_names import matching
from bot.reports.card_parts import account_name
from bot.schedules.timezones import zone_named
from bot.slack.people import ChannelDirectory
from bot.slack.request import BUTTON, RequestContext
from bot.statistics.reports import Directory
from bot.subscriptions.delivery_state import Delivery, DeliveryState, Settlement
from bot.subscriptions.subscription import RETRY, Subscription, SubscriptionKind, SubscriptionStatus, alike, click_id, next_run

NONE = "There's no {kind} “{which}” that you can see."
SEVERAL = "“{which}” could be one of {n} {kinds}."
OF_SEVERAL, DELETE_OR_CHANGE = "That {kind} is about other accounts too, not only “{which}”.", "Change it, or delete the whole:"
CHANGED_MEANWHILE, LOOK_AGAIN = "Somebody else has just changed that {kind}.", "Look at it again and repeat what you wanted."
IS_DELETED, IS_DELETED_REMEDY = "This {kind} was deleted: nothing more of it is posted.", "Set a new one up to have it back."
NOT_JOINED, NOT_JOINED_REMEDY = "I couldn't join {channel} myself.", "Send `/invite @LinkedIn Stats` there."

_MOST_SUGGESTED = 5


class SubscriptionService:
    """Every method raises StoreError when the database cannot be used; those that change something raise NotAllowed.

    Args:
        channel_default: the platform id of a channel's default account, by workspace and channel; None where none is set.
        default_account: the platform id that the settings name for channels without one.
        wake: starts the scheduler's next sweep at once.
        rules: says a stored rule in words, where a kind has one.
    """

    def __init__(
        self,
        sources: Sources,
        stores: Repositories,
        channels: ChannelDirectory,
        *,
        channel_default: Callable[[str, str], Awaitable[str | None]],
        default_account: str | None,
        wake: Callable[[], None],
        rules: Mapping[SubscriptionKind, Callable[[str], str]],
    ) -> None:
        self.sources, self.stores, self._subscriptions, self.clock = sources, stores, stores.digests, sources.clock
        self._channels, self.people, self.authorization = channels, channels.people, Authorization(channels, sources)
        self._channel_default, self._default_account, self._wake, self._rules = channel_default, default_account, wake, rules

    # ── setting up ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def usual_accounts(self, directory: Directory, team: str, channel: str) -> tuple[str, ...]:
        """The account to use where none is named: the channel's, the settings', or the only one; empty where there are several."""
        default = await self._channel_default(team, channel) or self._default_account
        if default is None and len(directory.accounts) == 1:
            default = directory.accounts[0].platform_id
        return (default,) if default else ()

    async def zone_of(self, user: str) -> str:
        """The IANA zone in the person's Slack profile; "UTC" when Slack names none."""
        return zone_named((await self.people.person(user)).zone) or "UTC"

    async def create(self, new: Subscription, context: RequestContext) -> tuple[Subscription | None, SubscriptionChange]:
        """Stores a new subscription and returns it, or the existing one that posts the same in that channel.

        It is None when this same command created it before, and it was deleted or changed since.
        """
        same = await self.find_same(new)
        # ``unlike`` is checked in the same transaction: two people may create the same at the same time.
        if same is None and await self._subscriptions.create(new, by=context.user, at=self.clock(), unlike=True):
            return new, SubscriptionChange.CREATED
        same = same or await self.find_same(new)
        return same, SubscriptionChange.SAME if same and same.id != new.id else SubscriptionChange.CREATED_BEFORE

    async def find_same(self, subscription: Subscription) -> Subscription | None:
        """The subscription that posts the same at the same times in the same channel."""
        await self._subscriptions.adopt(subscription.team)
        there = await self._subscriptions.digests(team=subscription.team, channel=subscription.channel, kind=subscription.kind)
        return next((other for other in there if alike(other, subscription)), None)

    # ── finding ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def visible(
        self, kind: SubscriptionKind, context: RequestContext, *, deleted: bool = False, limit: int | None = None
    ) -> tuple[Subscription, ...]:
        """The subscriptions of this channel and of this person, the channel's first; for an administrator all.

        Slack is not asked about other channels: there may be thousands.
        """
        await self._subscriptions.adopt(context.team)
        owner = await self.authorization.only_owner(context)
        return await self._subscriptions.seen(context.team, kind, channel=context.channel, owner=owner, deleted=deleted, limit=limit)

    async def first_visible(self, kind: SubscriptionKind, context: RequestContext, most: int) -> tuple[tuple[Subscription, ...], int]:
        """The first ``most`` of those that ``visible`` returns, and how many more there are."""
        first = await self.visible(kind, context, limit=most)
        if len(first) < most:
            return first, 0
        owner = await self.authorization.only_owner(context)
        return first, await self._subscriptions.count_seen(context.team, kind, channel=context.channel, owner=owner) - len(first)

    async def find(
        self,
        kind: SubscriptionKind,
        action: SubscriptionAction,
        which: str,
        directory: Directory,
        context: RequestContext,
        *,
        rest: str = "",
    ) -> Subscription:
        """The subscription named by the beginning of its id or by an account; for "" the channel's only one, else the person's.

        Raises NotUnderstood: none, or several. The ids of several are in the suggestions, each with the ``rest`` of the command; for words
        that name none, which may be mistyped, of all that could be meant.
        """
        await self._subscriptions.adopt(context.team)
        found = [group[0] for group in actions.groups_of(await self.named(kind, which, directory, context))]
        if not found and action is SubscriptionAction.HISTORY:
            # The history of a deleted one can still be shown.
            found = [group[0] for group in actions.groups_of(await self.named(kind, which, directory, context, deleted=True))]
        if len(found) == 1:
            self._refuse_others(found[0], action, which, directory)
            return found[0]
        sentence = (SEVERAL if which else "There are {n} {kinds} here.") if found else NONE
        if not found and which and not actions.AN_ID.fullmatch(which.lower()):
            found = [group[0] for group in actions.groups_of(await self.named(kind, "", directory, context))]
            if len(found) == 1 and not found[0].accounts and kind is not SubscriptionKind.ALERT:
                self._refuse_others(found[0], action, which, directory)
        if found:
            sentence = sentence.format(which=which[:60], n=len(found), kinds=actions.plural(kind), kind=kind)
            each = tuple(actions.action_words(kind, action, f"{one.short_id} {rest}".strip()) for one in found[:_MOST_SUGGESTED])
            about = {one.short_id: await self.described(one, context) for one in found[:_MOST_SUGGESTED]}
            lines = (f"`{short_id}`: {what}" for short_id, what in about.items())
            raise NotUnderstood(sentence, remedy="\n".join((SAY_WHICH, *lines)), suggestions=each, about=about)
        if which:
            raise actions.none_such(kind, NONE.format(which=which[:60], kind=kind))
        raise actions.none_at_all(kind)

    async def described(self, one: Subscription, context: RequestContext) -> str:
        """What it is, in plain text: its accounts, and its schedule or rule."""
        names = [account_name(account) for account in await self.authorization.shown_accounts(one, context)]
        return actions.described(one, names, self._rules[one.kind](one.rule) if one.kind in self._rules else "")

    @staticmethod
    def _refuse_others(found: Subscription, action: SubscriptionAction, which: str, directory: Directory) -> None:
        """Raises NotUnderstood where one that is about several accounts would be deleted by the name of one of them."""
        if action is not SubscriptionAction.DELETE or len(found.accounts) == 1 or found.id.startswith(which.lower()):
            return
        named = {account.platform_id for account in matching(which, directory)}
        if named and not (found.accounts and named.issuperset(found.accounts)):
            change = (f"{found.kind} edit {found.short_id} remove {which}",) if found.kind is not SubscriptionKind.ALERT else ()
            each = (*change, actions.action_words(found.kind, action, found.short_id))
            raise NotUnderstood(OF_SEVERAL.format(kind=found.kind, which=which), remedy=DELETE_OR_CHANGE, suggestions=each)

    async def group_of(self, subscription: Subscription, context: RequestContext) -> tuple[Subscription, ...]:
        """The subscription and those that are changed with it, each in another channel; alone for those who may not change it."""
        may_change = await self.authorization.only_owner(context) in (None, subscription.owner)
        if not subscription.group_id or not may_change:
            return (subscription,)
        group = await self._subscriptions.digests(subscription.team, group_id=subscription.group_id, kind=subscription.kind)
        return (subscription, *(one for one in group if one.id != subscription.id))

    async def named(
        self, kind: SubscriptionKind, which: str, directory: Directory, context: RequestContext, *, deleted: bool = False
    ) -> list[Subscription]:
        """Those that the words name; for "" those of the channel, else the person's own, else all that they see."""
        if which and (found := await self._by_id(kind, which, context, deleted=deleted)):
            return found
        every = await self.visible(kind, context, deleted=deleted)
        if which:
            accounts = {account.platform_id for account in matching(which, directory)}
            return [one for one in every if accounts & set(one.accounts)] or [one for one in every if actions.is_described(one, which)]
        here = [one for one in every if one.channel == context.channel]
        return here or [one for one in every if one.owner == context.user] or list(every)

    async def _by_id(self, kind: SubscriptionKind, which: str, context: RequestContext, *, deleted: bool) -> list[Subscription]:
        """Those whose ids begin with ``which``; raises NotAllowed when there is only one and this person may not see it."""
        found = (await self._subscriptions.digests(team=context.team, kind=kind, deleted=deleted, begins=which.lower()))[:_MOST_SUGGESTED]
        if len(found) == 1:
            if not await self.authorization.sees(found[0], context.user, context.channel):
                raise NotAllowed(NOT_SEEN.format(kind=kind), remedy=NOT_SEEN_REMEDY)
            return list(found)
        return [one for one in found if await self.authorization.sees(one, context.user, context.channel)]

    # ── changing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def change(
        self, subscription: Subscription, change: Callable[[Subscription], Subscription], context: RequestContext
    ) -> Subscription:
        """The changed subscription; with the same version when nothing changed.

        Raises NotUnderstood: another person changed it since it was read.
        """
        await self.authorization.may_change(subscription, context.user)
        after = await self._subscriptions.update(
            subscription.id, subscription.version, change, by=context.user, at=self.clock(), unlike=True
        )
        if after is None:
            show = actions.action_words(subscription.kind, SubscriptionAction.SHOW, subscription.short_id)
            raise NotUnderstood(CHANGED_MEANWHILE.format(kind=subscription.kind), remedy=LOOK_AGAIN, suggestions=(show,))
        return after

    async def pause(self, subscription: Subscription, context: RequestContext) -> tuple[Subscription, SubscriptionChange]:
        after = await self._set_status(subscription, SubscriptionStatus.PAUSED, None, context)
        return after, SubscriptionChange.PAUSED_BEFORE if after is subscription else SubscriptionChange.PAUSED

    async def resume(self, subscription: Subscription, context: RequestContext) -> tuple[Subscription, SubscriptionChange]:
        after = await self._set_status(subscription, SubscriptionStatus.ACTIVE, next_run(subscription, self.clock()), context)
        return after, SubscriptionChange.RESUMED_BEFORE if after is subscription else SubscriptionChange.RESUMED

    async def delete(self, subscription: Subscription, context: RequestContext) -> tuple[Subscription, SubscriptionChange]:
        """Deletes it when a button was pressed, which says what goes; what was typed is asked about first."""
        if context.source != BUTTON:
            await self.authorization.may_change(subscription, context.user)
            return subscription, SubscriptionChange.ASKED
        return await self.end(subscription, context), SubscriptionChange.DELETED

    async def end(self, subscription: Subscription, context: RequestContext) -> Subscription:
        return await self._set_status(subscription, SubscriptionStatus.DELETED, None, context)

    async def _set_status(
        self, subscription: Subscription, status: SubscriptionStatus, due: datetime | None, context: RequestContext
    ) -> Subscription:
        if subscription.status is status:
            await self.authorization.may_change(subscription, context.user)
            return subscription
        return await self.change(subscription, lambda now: replace(now, status=status, next_run_at=due), context)

    # ── deliveries ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def past(self, kind: SubscriptionKind, context: RequestContext) -> tuple[Delivery, ...]:
        """The last deliveries of those that ``visible`` returns, deleted ones included, the newest first."""
        await self._subscriptions.adopt(context.team)
        if (owner := await self.authorization.only_owner(context)) is None:
            return await self.stores.history.seen(context.team, kind)
        return await self.stores.history.seen(context.team, kind, owner=owner, channel=context.channel)

    async def last_deliveries(self, subscriptions: Sequence[Subscription]) -> Mapping[str, Delivery]:
        """The last delivery of each that has one, by the subscription's id; one query for all."""
        return await self.stores.history.last_of([one.id for one in subscriptions])

    async def skip_next(self, subscription: Subscription, due: datetime | None, context: RequestContext) -> Delivery | None:
        """Skips the occurrence at this time (aware); None when that is not the next one."""
        await self.authorization.may_change(subscription, context.user)
        if due is None:
            return None
        return await self.stores.occurrences.skip_next(subscription.id, due, by=context.user, at=self.clock())

    async def send_now(self, subscription: Subscription, context: RequestContext, *, channel: str = "") -> tuple[bool, Delivery | None]:
        """Posts one now, outside of the schedule, in ``channel`` if given.

        Returns whether this interaction is the first to ask, and the delivery.
        """
        await self.authorization.may_change(subscription, context.user)
        _refuse_deleted(subscription)
        sent = await self.stores.occurrences.send_now(
            subscription.id, context.interaction_id, self.clock(), by=context.user, channel=channel
        )
        self._wake()
        if sent:
            return True, sent
        return False, await self.stores.history.delivery(click_id(subscription.id, context.interaction_id))

    async def find_delivery(self, delivery_id: str, context: RequestContext) -> tuple[Delivery, Subscription]:
        """The delivery of this id, of any kind; raises NotUnderstood when there is none, NotAllowed for those who may not change it."""
        delivery = await self.stores.history.delivery(delivery_id)
        subscription = await self._subscriptions.digest(delivery.digest) if delivery else None
        if delivery is None or subscription is None or delivery.team != context.team:
            raise actions.none_such(SubscriptionKind.DIGEST, "I don't know that run any more.")
        await self.authorization.may_change(subscription, context.user)
        return delivery, subscription

    async def retry(self, delivery: Delivery, subscription: Subscription, context: RequestContext) -> tuple[bool, Delivery | None]:
        """Posts a failed delivery again, as ``send_now`` does: once while a retry is under way or posted, anew after one that failed."""
        tries, interaction_id = 1, f"{RETRY}{delivery.id}"
        while (before := await self.stores.history.delivery(click_id(subscription.id, interaction_id))) and before.state in (
            DeliveryState.FAILED,
            DeliveryState.SKIPPED,
        ):
            tries += 1
            interaction_id = f"{RETRY}{delivery.id} {tries}"
        # What a watch tells one person is for nobody else; a digest may have been moved since.
        channel = delivery.channel if subscription.kind is SubscriptionKind.WATCH else ""
        return await self.send_now(subscription, replace(context, interaction_id=interaction_id), channel=channel)

    async def confirm(
        self, action: SubscriptionAction, delivery: Delivery, subscription: Subscription, context: RequestContext
    ) -> tuple[bool, Delivery]:
        """Settles an uncertain delivery: arrived, post again, or leave. Returns whether this is the first answer, and the delivery.

        A delivery that is posted again gets the version of ``subscription``.
        """
        now, ledger = self.clock(), self.stores.ledger
        if action is SubscriptionAction.ARRIVED:
            settled = await ledger.record_sent(delivery, ts=None, how=Settlement.PERSON, now=now, by=context.user)
        elif action is SubscriptionAction.AGAIN:
            _refuse_deleted(subscription)
            settled = await ledger.post_again(delivery, by=context.user, now=now, asked=subscription)
            self._wake()
        else:
            settled = await ledger.leave(delivery, by=context.user, now=now)
        return (True, settled) if settled else (False, await self.stores.history.delivery(delivery.id) or delivery)

    async def join(self, channel: str, context: RequestContext) -> None:
        """Makes the bot a member of a public channel; raises NotAllowed when Slack does not let it."""
        place = await self.authorization.may_set_up(channel, (), context)
        if not place.is_member and await self._channels.join(channel):
            raise NotAllowed(NOT_JOINED.format(channel=f"<#{channel}>"), remedy=NOT_JOINED_REMEDY)


def _refuse_deleted(subscription: Subscription) -> None:
    if subscription.status is SubscriptionStatus.DELETED:
        raise NotUnderstood(IS_DELETED.format(kind=subscription.kind), remedy=IS_DELETED_REMEDY)

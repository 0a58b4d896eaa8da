"""What is done to a digest that stands: paused, resumed, skipped, sent now, deleted; and to an occurrence nobody could tell about."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from bot.blockkit.builders import Message
from bot.blockkit.mrkdwn import channel_words, moment
from bot.digests import manage_blocks as cards
from bot.digests.buttons import digest_button
from bot.digests.command import DigestCommand
from bot.errors import NotAllowed, NotUnderstood
from bot.management.actions import SHORT_ID, SubscriptionAction
from bot.management.authorization import Authorization
from bot.management.blocks import build_notice
from bot.management.blocks import outcome as outcome_words
from bot.management.lookup import SubscriptionFinder
from bot.management.messages import GONE, IS_ACTIVE, IS_PAUSED, LOOK_AGAIN, NEVER
from bot.management.ports import ChannelLookup, Stores
from bot.slack.request import RequestContext
from bot.subscriptions.delivery_state import Delivery, DeliveryState, Settlement
from bot.subscriptions.subscription import NextRun, SkipReason, Subscription, SubscriptionKind, SubscriptionStatus, click_id, occurrence_id

DEEDS_PAUSED = ":double_vertical_bar: Paused. Nothing is posted until you resume it."
DEEDS_RESUMED = ":arrow_forward: Running again. The next one comes {next}."
DEEDS_DELETED = "The digest in {channel} is deleted. What was posted stays there, and its history is kept."
NEXT_COMES = "The next one comes {next}."
STAYS_PAUSED = "It is paused: nothing is posted until you resume it."
SKIPPED = ":fast_forward: The one {due} is skipped. {then}"
SKIPPED_ALREADY = "The one {due} was skipped already. {then}"
TOO_LATE_TO_SKIP = "The one {due} cannot be skipped any more: {outcome}. {then}"
DOES_NOT_COME = "The one {due} does not come anyway. {then}"
NOTHING_TO_SKIP = "There is nothing to skip. {then}"
SENDING = ":outbox_tray: It is on its way to {channel}."
SENDING_ALREADY = "That button was pressed before: {outcome}."
ANOTHER = "To send another, write `digest now {id}`."
IS_DELETED = "This {kind} was deleted: nothing more of it is posted."
IS_DELETED_REMEDY = "Set a new one up to have it back."
JOINED = ":white_check_mark: I am in {channel} now."
NOT_JOINED = "I could not join {channel} by myself."
NOT_JOINED_REMEDY = "Send `/invite @LinkedIn Stats` there."
ANSWERED = {
    SubscriptionAction.ARRIVED: ":white_check_mark: Thank you: it counts as sent.",
    SubscriptionAction.AGAIN: ":outbox_tray: It is posted again.",
    SubscriptionAction.LEAVE: "It is left as it is. The next one comes at its usual time.",
}
ANSWERED_ALREADY = "That was answered already: {outcome}."
DEEDS_CHANGED_MEANWHILE = "Somebody changed that digest in this very moment."
LEFT_OUT = (
    "The one {due} was not posted yet and is left out, for it was of the digest as it was before. `digest now {id}` posts one at once."
)


#: A digest with what a card says of it beside.
ShowSubscription = Callable[[Subscription], Awaitable[cards.DigestView]]


class DigestActions:
    """Does it for those who may, each in one change of the database, and says what was done."""

    def __init__(
        self,
        *,
        store: Stores,
        places: ChannelLookup,
        rights: Authorization,
        finder: SubscriptionFinder,
        shown: ShowSubscription,
        next_run: NextRun,
        wake: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._places, self._rights, self._finder = store, places, rights, finder
        self._shown, self._next_run, self._wake, self._clock = shown, next_run, wake, clock

    async def changed(self, digest: Subscription, change: Callable[[Subscription], Subscription], who: RequestContext) -> Subscription:
        """The digest after a change, of the same version when nothing was to be changed.

        Raises:
            NotUnderstood: somebody else was faster.
        """
        after = await self._store.digests.update(
            digest.id, digest.version, change, by=who.user, at=self._clock(), next_run=self._next_run, unlike=True
        )
        if after is None:
            raise NotUnderstood(DEEDS_CHANGED_MEANWHILE, remedy=LOOK_AGAIN, suggestions=(f"digest show {digest.id[:SHORT_ID]}",))
        return after

    async def pause(self, digest: Subscription, who: RequestContext) -> Message:
        """Post nothing until it is resumed."""
        await self._rights.may_change(digest, who.user)
        if digest.status is SubscriptionStatus.PAUSED:
            return cards.build_digest_card(await self._shown(digest), said=IS_PAUSED)
        after = await self.changed(digest, lambda now: replace(now, status=SubscriptionStatus.PAUSED, next_run_at=None), who)
        return cards.build_digest_card(await self._shown(after), said=DEEDS_PAUSED)

    async def resume(self, digest: Subscription, who: RequestContext) -> Message:
        """Post again, from the next time on."""
        await self._rights.may_change(digest, who.user)
        if digest.status is SubscriptionStatus.ACTIVE:
            return cards.build_digest_card(await self._shown(digest), said=IS_ACTIVE)
        due = self._next_run(digest, self._clock())
        after = await self.changed(digest, lambda now: replace(now, status=SubscriptionStatus.ACTIVE, next_run_at=due), who)
        return cards.build_digest_card(await self._shown(after), said=DEEDS_RESUMED.format(next=coming(after)))

    async def delete(self, digest: Subscription, who: RequestContext) -> Message:
        """Never post again; what was posted and its history stay."""
        await self._rights.may_change(digest, who.user)
        await self.changed(digest, lambda now: replace(now, status=SubscriptionStatus.DELETED, next_run_at=None), who)
        buttons = [digest_button(SubscriptionAction.HISTORY, digest.id), digest_button(SubscriptionAction.LIST, "")]
        return build_notice(DEEDS_DELETED.format(channel=channel_words(digest.channel)), buttons)

    async def skip(self, digest: Subscription, who: RequestContext, due: datetime | None = None) -> Message:
        """Leave out the next one, visibly; the one at ``due``, when a button says which, so that it is left out once."""
        await self._rights.may_change(digest, who.user)
        due = due or digest.next_run_at
        skipped = await self._store.occurrences.skip_next(digest.id, due, self._next_run, by=who.user, at=self._clock()) if due else None
        after = await self._store.digests.digest(digest.id) or digest
        said = SKIPPED if skipped else NOTHING_TO_SKIP
        outcome = ""
        if due is not None and skipped is None:
            there = await self._store.past.delivery(occurrence_id(digest.id, due))
            said, outcome = _why_not_skipped(there), outcome_words(there) if there else ""
        told = said.format(due=moment(due) if due else "", outcome=outcome, then=then(after))
        return cards.build_digest_card(await self._shown(after), said=told)

    async def left_out(self, before: Subscription, after: Subscription) -> str:
        """Word of what was due and not posted yet when the digest changed: it was of the version before; "" when there was nothing."""
        past = await self._store.past.history(digest=before.id)
        due = [moment(one.due) for one in past if one.version == before.version != after.version and _is_left_out(one)]
        return LEFT_OUT.format(due=", ".join(due), id=before.id[:SHORT_ID]) if due else ""

    async def now(self, digest: Subscription, who: RequestContext) -> Message:
        """Post one apart from the schedule; one for each click."""
        await self._rights.may_change(digest, who.user)
        _need_not_deleted(digest)
        sent = await self._store.occurrences.send_now(digest.id, who.interaction_id, self._clock(), by=who.user)
        self._wake()
        if sent:
            return build_notice(SENDING.format(channel=channel_words(digest.channel)))
        before = await self._store.past.delivery(click_id(digest.id, who.interaction_id))
        said = [SENDING_ALREADY.format(outcome=outcome_words(before) if before else GONE)]
        said += [ANOTHER.format(id=digest.id[:SHORT_ID])] if digest.kind is SubscriptionKind.DIGEST else []
        return build_notice(" ".join(said))

    async def join(self, digest: Subscription, who: RequestContext) -> Message:
        """Become a member of its channel."""
        await self._rights.may_change(digest, who.user)
        return await self.join_channel(digest.channel, who)

    async def join_channel(self, channel: str, who: RequestContext) -> Message:
        """Become a member of a public channel."""
        place = await self._rights.may_set_up(channel, (), team=who.team, user=who.user)
        if not place.is_member and await self._places.join(channel):
            raise NotAllowed(NOT_JOINED.format(channel=f"<#{channel}>"), remedy=NOT_JOINED_REMEDY)
        return build_notice(JOINED.format(channel=f"<#{channel}>"))

    async def about_one(self, ask: DigestCommand, who: RequestContext) -> Message:
        """Post a failed occurrence at once, or take the answer about one that nobody could tell about."""
        delivery, digest = await self._finder.delivery(ask.which, who.team)
        await self._rights.may_change(digest, who.user)
        if ask.action is SubscriptionAction.RETRY:
            return await self.now(digest, replace(who, interaction_id=await self._next_try(digest, delivery)))
        if not await self._answered(ask.action, delivery, digest, who):
            now = await self._store.past.delivery(delivery.id) or delivery
            return build_notice(ANSWERED_ALREADY.format(outcome=outcome_words(now)))
        return build_notice(ANSWERED[ask.action])

    async def _next_try(self, digest: Subscription, delivery: Delivery) -> str:
        """The click of a retry: the same while one is under way or has posted, another once the last one came to nothing."""
        tries, click = 1, f"retry {delivery.id}"
        while (before := await self._store.past.delivery(click_id(digest.id, click))) and before.state in (
            DeliveryState.FAILED,
            DeliveryState.SKIPPED,
        ):
            tries += 1
            click = f"retry {delivery.id} {tries}"
        return click

    async def _answered(self, deed: SubscriptionAction, delivery: Delivery, digest: Subscription, who: RequestContext) -> Delivery | None:
        answers, now = self._store.answers, self._clock()
        if deed is SubscriptionAction.ARRIVED:
            return await answers.record_sent(delivery.fence, ts=None, how=Settlement.PERSON, now=now, by=who.user)
        if deed is SubscriptionAction.AGAIN:
            _need_not_deleted(digest)
            again = await answers.post_again(delivery.fence, by=who.user, now=now, asked=digest)
            self._wake()
            return again
        return await answers.let_go(delivery.fence, by=who.user, now=now)


def _need_not_deleted(digest: Subscription) -> None:
    if digest.status is SubscriptionStatus.DELETED:
        raise NotUnderstood(IS_DELETED.format(kind=digest.kind), remedy=IS_DELETED_REMEDY)


def _why_not_skipped(there: Delivery | None) -> str:
    if there is None:
        return DOES_NOT_COME
    return SKIPPED_ALREADY if there.state is DeliveryState.SKIPPED else TOO_LATE_TO_SKIP


def _is_left_out(delivery: Delivery) -> bool:
    return delivery.state in (DeliveryState.PENDING, DeliveryState.BUILDING) or delivery.reason == SkipReason.CHANGED


def then(digest: Subscription) -> str:
    """The sentence about what comes next."""
    return STAYS_PAUSED if digest.status is SubscriptionStatus.PAUSED else NEXT_COMES.format(next=coming(digest))


def coming(digest: Subscription) -> str:
    """When the next one comes, as each reader's own time."""
    return moment(digest.next_run_at) if digest.next_run_at else NEVER

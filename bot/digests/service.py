"""Carries out commands about digests (typed, from buttons, from the form), and builds the messages with the results.

::

    DigestCommand ─┬ new, plan, create, list, history ────────────────────────┐
                   ├ retry, arrived, again, leave ─ which delivery? ──────────┼→ Message
                   └ edit, move, pause, skip, now, delete, … ─ which digest? ─┘
"""

from collections.abc import Awaitable, Callable, Container, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from bot.blockkit.builders import Message, channel_words, moment
from bot.blockkit.numbers import NumberFormat, use_number_format
from bot.delivery.recorder import Repositories
from bot.digests import manage_blocks as cards
from bot.digests.blocks import subject_words
from bot.digests.command import DigestCommand, DigestDraft, digest_words, which_due
from bot.digests.create import DigestCreator, refuse_too_many
from bot.digests.file import DigestBuilder
from bot.digests.home_blocks import MOST_ROWS, build_home_digests
from bot.digests.manage_blocks import build_sending, digest_button, form_button, what_follows, why_not_skipped
from bot.digests.reports import digest_period
from bot.errors import BotError, NotUnderstood, StatisticsError
from bot.management.actions import CREATED_ALREADY, IS_ACTIVE, IS_PAUSED, SHORT_ID, SubscriptionAction, SubscriptionChange, action_words
from bot.management.blocks import build_notice, invitation, next_time, outcome
from bot.management.service import SubscriptionService
from bot.schedules.dates import dates_of, merged, say_day
from bot.schedules.parser import describe
from bot.schedules.schedule import Schedule
from bot.slack.channels import KnownChannel
from bot.slack.request import RequestContext
from bot.statistics.reports import Account, Directory
from bot.subscriptions.delivery_state import Delivery, DeliveryState
from bot.subscriptions.subscription import (
    SkipReason,
    Subscription,
    SubscriptionKind,
    SubscriptionStatus,
    next_run,
    occurrence,
    occurrence_id,
)

FORM = "Set up a LinkedIn digest: a summary of your accounts, posted here on a schedule."
FORM_EDIT = "Change this digest in the form."
NO_LONGER_OFFERED = "One of the accounts you chose can no longer be chosen."
CHOOSE_AGAIN = "Choose the accounts again."
CREATED = ":white_check_mark: Set up. The first one comes {first}."
SAME = "That channel already has a digest of the same accounts at the same times, so nothing was added."
CHANGED = ":white_check_mark: Changed. {then}"
UNCHANGED = "It was like that already. Nothing changed."
MOVED = ":white_check_mark: Moved to {channel}."
PAUSED_UNTIL = ":double_vertical_bar: Paused until {day}. The next one comes {next}."
PAUSED = ":double_vertical_bar: Paused. Nothing is posted until you resume it."
RESUMED = ":arrow_forward: Running again. The next one comes {next}."
DELETED = "The digest in {channel} is deleted. What was posted stays there, and its history is kept."
SKIPPED = ":fast_forward: The one {due} is skipped. {then}"
NOTHING_TO_SKIP = "There's nothing to skip. {then}"
JOINED = ":white_check_mark: I'm in {channel} now."
CONFIRMED: Final[Mapping[SubscriptionAction, str]] = {
    SubscriptionAction.ARRIVED: ":white_check_mark: Thank you. I've marked it as sent.",
    SubscriptionAction.AGAIN: ":outbox_tray: I'm posting it again.",
    SubscriptionAction.LEAVE: "I left it as it is. The next one comes at its usual time.",
}
CONFIRMED_ALREADY = "Somebody already answered that: {outcome}."
LEFT_OUT = "The one {due} isn't posted, because it was made before the change. `digest now {id}` posts one at once."


class DigestService:
    """Carries out commands about digests.

    Every method raises NotUnderstood, NotAllowed and the other UsageErrors with a remedy, and StoreError.

    Args:
        opted_out: the accounts (platform ids) of a workspace that opted out.
        number_format: the number format of what everybody in a channel reads.
    """

    def __init__(
        self,
        *,
        subscriptions: SubscriptionService,
        stores: Repositories,
        creator: DigestCreator,
        builder: DigestBuilder,
        account: Callable[[str], Account],
        opted_out: Callable[[str], Awaitable[Container[str]]],
        number_format: NumberFormat,
    ) -> None:
        self._subscriptions, self._stores, self._creator, self._builder = subscriptions, stores, creator, builder
        self._account, self._opted_out, self._number_format = account, opted_out, number_format
        self._authorization, self._clock = subscriptions.authorization, subscriptions.clock
        self._on_one: Mapping[SubscriptionAction, Callable[[Subscription, RequestContext], Awaitable[Message]]] = {
            SubscriptionAction.SHOW: self._show,
            SubscriptionAction.PREVIEW: self._preview,
            SubscriptionAction.PAUSE: self._pause,
            SubscriptionAction.RESUME: self._resume,
            SubscriptionAction.SKIP: self._skip,
            SubscriptionAction.NOW: self._send_now,
            SubscriptionAction.DELETE: self._delete,
            SubscriptionAction.JOIN: self._join,
        }

    @property
    def today(self) -> date:
        """The current UTC day."""
        return self._clock().date()

    async def answer(self, command: DigestCommand, context: RequestContext, directory: Directory) -> Message:
        """Carries the command out and says what was done; ``directory`` holds the accounts that everybody may see there."""
        match command.action:
            case SubscriptionAction.NEW:
                message = build_notice(FORM, [form_button(command.draft), digest_button(SubscriptionAction.LIST)])
            case SubscriptionAction.PLAN:
                message = await self._plan(command.draft, context, directory)
            case SubscriptionAction.CREATE:
                message = await self.create(command.draft, context, directory)
            case SubscriptionAction.LIST:
                message = await self._list(context)
            case SubscriptionAction.HISTORY:
                message = await self._history(command, context, directory)
            case SubscriptionAction.RETRY | SubscriptionAction.ARRIVED | SubscriptionAction.AGAIN | SubscriptionAction.LEAVE:
                message = await self._settle(command, context)
            case SubscriptionAction.JOIN if command.draft.channel and not command.which:
                message = await self._join_channel(command.draft.channel, context)
            case _:
                message = await self._on_digest(command, context, directory)
        return message

    async def _on_digest(self, command: DigestCommand, context: RequestContext, directory: Directory) -> Message:
        which, due = which_due(command.which) if command.action is SubscriptionAction.SKIP else (command.which, None)
        digest = await self.find(replace(command, which=which), context, directory)
        if due is not None:
            message = await self._skip(digest, context, due)
        elif command.action in (SubscriptionAction.EDIT, SubscriptionAction.MOVE):
            message = await self.edit(digest, command.draft, context)
        elif command.action is SubscriptionAction.PAUSE and command.draft.dates:
            message = await self._pause_until(digest, command.draft.dates, context)
        else:
            message = await self._on_one[command.action](digest, context)
        return message if command.action is SubscriptionAction.DELETE else self._with_follow_up(message, digest)

    async def find(self, command: DigestCommand, context: RequestContext, directory: Directory) -> Subscription:
        """The digest that the command names; raises NotUnderstood when it is none, or several."""
        return await self._subscriptions.find(SubscriptionKind.DIGEST, command.action, command.which, directory, context)

    # ── setting up ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _plan(self, draft: DigestDraft, context: RequestContext, directory: Directory) -> Message:
        whole, digest, place = await self._drafted(draft, context, directory)
        preview = await self._previewed(digest)
        everybody = [account.platform_id for account in directory.accounts]
        plan = cards.build_digest_plan(await self._view(digest), preview, whole, everybody, invitation(place))
        return self._with_follow_up(plan, digest, digest_words(DigestCommand(SubscriptionAction.PLAN, draft=whole)))

    def _with_follow_up(self, message: Message, digest: Subscription, command: str = "") -> Message:
        """The message with what can follow: a question about the digest's figures, or a change of the digest."""
        edit = command or action_words(SubscriptionKind.DIGEST, SubscriptionAction.EDIT, digest.id[:SHORT_ID])
        period = digest_period(digest.cron, digest.zone, self._clock())
        return replace(message, follow_up=f"{subject_words(digest.accounts, period)}\n{edit}")

    async def check_can_be_chosen(self, accounts: Iterable[str], team: str) -> None:
        """Raises NotUnderstood, without names, when one of these accounts (platform ids) has opted out since it was offered."""
        out = await self._opted_out(team)
        if any(account in out for account in accounts):
            raise NotUnderstood(NO_LONGER_OFFERED, remedy=CHOOSE_AGAIN)

    async def create(self, draft: DigestDraft, context: RequestContext, directory: Directory) -> Message:
        """Creates a digest; once for the same interaction, and not if the channel has the same digest already."""
        _, digest, place = await self._drafted(draft, context, directory)
        await self.check_can_be_chosen(digest.accounts, context.team)
        stored, change = await self._subscriptions.create(digest, context)
        if stored is None:
            return build_notice(CREATED_ALREADY, [digest_button(SubscriptionAction.LIST)])
        done = {SubscriptionChange.CREATED: CREATED, SubscriptionChange.SAME: SAME}.get(change, CREATED_ALREADY).format(
            first=next_time(stored)
        )
        card = cards.build_digest_card(await self._view(stored), done=done, invite=invitation(place))
        return self._with_follow_up(card, stored)

    async def _drafted(
        self, draft: DigestDraft, context: RequestContext, directory: Directory
    ) -> tuple[DigestDraft, Subscription, KnownChannel]:
        """The completed draft, its digest and its channel; raises NotAllowed when this person may not create it there."""
        whole = await self._creator.complete(draft, directory, context)
        place = await self._authorization.may_set_up(whole.channel, whole.accounts, context)
        return whole, self._creator.digest(whole, context), place

    async def edit(self, digest: Subscription, draft: DigestDraft, context: RequestContext) -> Message:
        """Applies the draft's changes; offers the form when it has none."""
        await self._authorization.may_change(digest, context.user)
        if draft == DigestDraft():
            return build_notice(FORM_EDIT, [digest_button(SubscriptionAction.EDIT, digest.id, primary=True)])
        place = await self._channel_after(digest, draft, context)
        change = self._creator.change(draft)
        await self._creator.refuse_twin(digest, change(digest))
        after = await self._subscriptions.change(digest, change, context)
        if after.version == digest.version:
            return cards.build_digest_card(await self._view(after), done=UNCHANGED, invite=invitation(place))
        only_moved = after.channel != digest.channel and draft == DigestDraft(channel=draft.channel)
        done = MOVED.format(channel=channel_words(after.channel)) if only_moved else CHANGED.format(then=what_follows(after))
        done = " ".join(filter(None, (done, await self._left_out(digest, after))))
        return cards.build_digest_card(await self._view(after), done=done, invite=invitation(place))

    async def preview_new(self, draft: DigestDraft, context: RequestContext, directory: Directory) -> Message:
        """The preview of a digest of this draft; nothing is created."""
        _, digest, _ = await self._drafted(draft, context, directory)
        return cards.build_digest_preview(await self._view(digest), await self._previewed(digest), unsaved=True)

    async def preview_edit(self, digest: Subscription, draft: DigestDraft, context: RequestContext) -> Message:
        """The preview of the digest with the draft's changes; nothing is changed."""
        await self._authorization.may_change(digest, context.user)
        await self._channel_after(digest, draft, context)
        after = self._creator.change(draft)(digest)
        return cards.build_digest_preview(await self._view(after), await self._previewed(after), unsaved=True)

    async def _channel_after(self, digest: Subscription, draft: DigestDraft, context: RequestContext) -> KnownChannel | None:
        """The channel after a change, None when no permission is needed; raises NotAllowed. Existing accounts may stay."""
        refuse_too_many(draft.accounts)
        moved, accounts = draft.channel not in ("", digest.channel), draft.accounts or digest.accounts
        if not moved and not draft.accounts:
            return None
        new = accounts if moved else [account for account in accounts if account not in digest.accounts]
        return await self._authorization.may_set_up(draft.channel or digest.channel, new, context)

    async def _left_out(self, before: Subscription, after: Subscription) -> str:
        """The sentence about deliveries of the version before that were due and not posted yet; "" when there are none."""
        past = await self._stores.history.history(digest=before.id)
        due = [moment(one.due) for one in past if one.version == before.version != after.version and _is_left_out(one)]
        return LEFT_OUT.format(due=", ".join(due), id=before.id[:SHORT_ID]) if due else ""

    # ── changing the status ──────────────────────────────────────────────────────────────────────────────────────────

    async def _pause(self, digest: Subscription, context: RequestContext) -> Message:
        after, _ = await self._subscriptions.pause(digest, context)
        return cards.build_digest_card(await self._view(after), done=IS_PAUSED if after is digest else PAUSED)

    async def _pause_until(self, digest: Subscription, dates: str, context: RequestContext) -> Message:
        """Pauses the digest until a day."""

        def later(now: Subscription) -> Subscription:
            after = replace(now, status=SubscriptionStatus.ACTIVE, dates=merged(dates, now.dates))
            return replace(after, next_run_at=next_run(after, self._clock()))

        after = await self._subscriptions.change(digest, later, context)
        first = dates_of(after.dates).first
        done = PAUSED_UNTIL.format(day=say_day(first) if first else "", next=next_time(after))
        return cards.build_digest_card(await self._view(after), done=done)

    async def _resume(self, digest: Subscription, context: RequestContext) -> Message:
        dates = dates_of(digest.dates)
        if dates.first and dates.first > self._clock().date():
            begun = replace(digest, dates=replace(dates, first=None).words, status=SubscriptionStatus.ACTIVE)
            begun = replace(begun, next_run_at=next_run(begun, self._clock()))
            after = await self._subscriptions.change(digest, lambda _: begun, context)
        else:
            after, _ = await self._subscriptions.resume(digest, context)
        done = IS_ACTIVE if after is digest else RESUMED.format(next=next_time(after))
        return cards.build_digest_card(await self._view(after), done=done)

    async def _delete(self, digest: Subscription, context: RequestContext) -> Message:
        await self._subscriptions.delete(digest, context)
        buttons = [digest_button(SubscriptionAction.HISTORY, digest.id), digest_button(SubscriptionAction.LIST)]
        return build_notice(DELETED.format(channel=channel_words(digest.channel)), buttons)

    # ── deliveries ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _skip(self, digest: Subscription, context: RequestContext, due: datetime | None = None) -> Message:
        """Skips the next one; with ``due``, which a button names, only the one at that time, so that it is skipped once."""
        due = due or digest.next_run_at
        skipped = await self._subscriptions.skip_next(digest, due, context)
        after = await self._stores.digests.digest(digest.id) or digest
        done, result = SKIPPED if skipped else NOTHING_TO_SKIP, ""
        if due is not None and skipped is None:
            there = await self._stores.history.delivery(occurrence_id(digest.id, due))
            done, result = why_not_skipped(there), outcome(there) if there else ""
        done = done.format(due=moment(due) if due else "", outcome=result, then=what_follows(after))
        return cards.build_digest_card(await self._view(after), done=done)

    async def _send_now(self, digest: Subscription, context: RequestContext) -> Message:
        return build_sending(digest, *await self._subscriptions.send_now(digest, context))

    async def _settle(self, command: DigestCommand, context: RequestContext) -> Message:
        """Posts a failed delivery at once, or settles an uncertain one; also of alerts and goals."""
        delivery, subscription = await self._subscriptions.find_delivery(command.which, context)
        if command.action is SubscriptionAction.RETRY:
            return build_sending(subscription, *await self._subscriptions.retry(delivery, subscription, context))
        is_first, now = await self._subscriptions.confirm(command.action, delivery, subscription, context)
        return build_notice(CONFIRMED[command.action] if is_first else CONFIRMED_ALREADY.format(outcome=outcome(now)))

    async def _join(self, digest: Subscription, context: RequestContext) -> Message:
        await self._authorization.may_change(digest, context.user)
        return await self._join_channel(digest.channel, context)

    async def _join_channel(self, channel: str, context: RequestContext) -> Message:
        await self._subscriptions.join(channel, context)
        return build_notice(JOINED.format(channel=f"<#{channel}>"))

    # ── showing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _list(self, context: RequestContext) -> Message:
        listed, more = await self._subscriptions.first_visible(SubscriptionKind.DIGEST, context, cards.MOST_LISTED)
        last = await self._subscriptions.last_deliveries(listed[: cards.WITH_BUTTONS])
        views = [await self._view(digest, last.get(digest.id)) for digest in listed]
        return cards.build_digest_list(views, more=more)

    async def home(self, context: RequestContext) -> Message:
        """The digests of this person, and of the channel, for the Home tab."""
        listed, more = await self._subscriptions.first_visible(SubscriptionKind.DIGEST, context, MOST_ROWS)
        last = await self._subscriptions.last_deliveries(listed)
        return build_home_digests([await self._view(one, last.get(one.id)) for one in listed], more=more)

    async def _show(self, digest: Subscription, _: RequestContext) -> Message:
        last = await self._subscriptions.last_deliveries([digest])
        return cards.build_digest_card(await self._view(digest, last.get(digest.id)))

    async def _preview(self, digest: Subscription, _: RequestContext) -> Message:
        return cards.build_digest_preview(await self._view(digest), await self._previewed(digest))

    async def _previewed(self, digest: Subscription) -> Message | BotError:
        """The digest's message now, or why its figures cannot be fetched."""
        try:
            with use_number_format(self._number_format):
                return (await self._builder.build(digest, occurrence(digest, self._clock()), None)).message
        except StatisticsError as error:
            return error

    async def _history(self, command: DigestCommand, context: RequestContext, directory: Directory) -> Message:
        if command.which:
            digest = await self.find(command, context, directory)
            past, view = await self._stores.history.history(digest=digest.id), await self._view(digest)
        else:
            past, view = await self._subscriptions.past(SubscriptionKind.DIGEST, context), None
        missing = await self._stores.follow_ups.failed_parts([delivery.id for delivery in past])
        return cards.build_digest_history(past, one=view, missing=missing)

    async def _view(self, digest: Subscription, last: Delivery | None = None) -> cards.DigestView:
        """The digest with its accounts, without those that opted out."""
        out = await self._opted_out(digest.team)
        accounts = [self._account(platform_id) for platform_id in digest.accounts if platform_id not in out]
        schedule = ", ".join(filter(None, (describe(Schedule(digest.cron, digest.zone)), dates_of(digest.dates).text)))
        return cards.DigestView(digest, accounts, schedule, last)


def _is_left_out(delivery: Delivery) -> bool:
    return delivery.state in (DeliveryState.PENDING, DeliveryState.BUILDING) or delivery.reason == SkipReason.CHANGED

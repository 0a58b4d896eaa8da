"""Carries out what is done to digests by commands, buttons and the form."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial

from msgspec.structs import replace

from bot.digests.command import DigestCommand, DigestDraft, subject_words
from bot.digests.create import DigestCreator, GroupChange, refuse_too_many
from bot.digests.file import DigestBuilder
from bot.digests.reports import digest_period
from bot.digests.results import WITH_BUTTONS, DigestList, DigestPlan, DigestShown, DigestView
from bot.errors import BotError, NotUnderstood, StatisticsError
from bot.management.actions import DONE_BEFORE, SubscriptionAction, SubscriptionChange, edit_words, groups_of, none_at_all
from bot.management.service import SubscriptionService
from bot.schedules.dates import ScheduleDates, dates_of, merged
from bot.slack.builders import Message
from bot.slack.numbers import NumberFormat, use_number_format
from bot.slack.people import KnownChannel
from bot.slack.request import RequestContext
from bot.statistics.reports import Directory
from bot.subscriptions.delivery_state import Delivery, DeliveryState
from bot.subscriptions.follow_up_state import FollowUp
from bot.subscriptions.subscription import SkipReason, Subscription, SubscriptionKind, SubscriptionStatus, next_run, occurrence_id

#: Changes one digest: it afterwards, and what was done.
OnOne = Callable[[Subscription, RequestContext], Awaitable[tuple[Subscription, SubscriptionChange]]]
#: A digest, and its message now, or why that cannot be built.
Previewed = tuple[DigestView, Message | BotError]
NO_DELIVERIES: Mapping[str, Delivery] = {}


class DigestService:
    """Carries out commands about digests; raises UsageErrors with a remedy, NotAllowed and StoreError.

    ``grace``: how many seconds late a digest may still be posted. ``number_format``: of what everybody in a channel reads.
    """

    def __init__(self, subscriptions: SubscriptionService, builder: DigestBuilder, *, grace: int, number_format: NumberFormat) -> None:
        self._subscriptions, self._stores, self._creator = subscriptions, subscriptions.stores, DigestCreator(subscriptions, grace)
        self._builder, self._opted_out, self._number_format = builder, subscriptions.sources.groups.opted_out, number_format
        self._authorization, self._clock, self._group_of = subscriptions.authorization, subscriptions.clock, subscriptions.group_of
        self._on_one: Mapping[SubscriptionAction, OnOne] = {
            SubscriptionAction.PAUSE: subscriptions.pause,
            SubscriptionAction.RESUME: self._resumed,
            SubscriptionAction.DELETE: subscriptions.delete,
        }

    @property
    def today(self) -> date:
        return self._clock().date()

    async def find(self, command: DigestCommand, context: RequestContext, directory: Directory) -> Subscription:
        """The digest that the command names; raises NotUnderstood when it is none, or several."""
        until = command.draft.dates.replace("from ", "until ", 1) if command.action is SubscriptionAction.PAUSE else ""
        return await self._subscriptions.find(
            SubscriptionKind.DIGEST, command.action, command.which, directory, context, rest=until or command.change
        )

    async def plan(self, draft: DigestDraft, context: RequestContext, directory: Directory) -> DigestPlan:
        whole, digests, places = await self._drafted(draft, context, directory)
        preview = await self._previewed(digests[0], context)
        everybody = [account.platform_id for account in directory.accounts]
        return DigestPlan(await self._view(digests, context), preview, whole, everybody, places)

    def follow_up(self, digest: Subscription, command: str = "") -> str:
        """What can follow: a question about the digest's figures, or a change of the digest."""
        edit = command or edit_words(digest)
        return f"{subject_words(digest.accounts, digest_period(digest.cron, digest.zone, self._clock()))}\n{edit}"

    async def create(self, draft: DigestDraft, context: RequestContext, directory: Directory) -> DigestShown:
        _, digests, places = await self._drafted(draft, context, directory)
        outcomes = [await self._subscriptions.create(one, context) for one in digests]
        created = [one for one, change in outcomes if one and change is SubscriptionChange.CREATED]
        stored = created or [one for one, _ in outcomes if one]
        if not stored:
            return DigestShown(None, outcomes[0][1])
        same = [one.channel for one, change in outcomes if one and created and change is SubscriptionChange.SAME]
        change = SubscriptionChange.CREATED if created else outcomes[0][1]
        return DigestShown(await self._view(stored, context), change, places, same)

    async def _drafted(
        self, draft: DigestDraft, context: RequestContext, directory: Directory
    ) -> tuple[DigestDraft, Sequence[Subscription], Sequence[KnownChannel]]:
        """The completed draft, its digests and their channels; raises NotAllowed when this person may not create one of them."""
        whole = await self._creator.complete(draft, directory, context)
        await self._refuse_opted_out(whole.accounts, context)
        places = [await self._authorization.may_set_up(channel, whole.accounts, context) for channel in whole.channels]
        return whole, self._creator.digests(whole, context), places

    async def edit(self, digest: Subscription, draft: DigestDraft, context: RequestContext) -> DigestShown:
        await self._authorization.may_change(digest, context.user)
        change = self._creator.regrouped(await self._group_of(digest, context), draft, context)
        places = await self._places_after(change, draft, context)
        await self._creator.refuse_twins(change)
        changed = [(before, await self._subscriptions.change(before, apply, context)) for before, apply in change.changed]
        for one in change.added:
            await self._subscriptions.create(one, context)
        for one in change.deleted:
            await self._subscriptions.end(one, context)
        view = await self._view([*(after for _, after in changed), *change.added], context)
        if not (change.added or change.deleted or any(after.version != before.version for before, after in changed)):
            return DigestShown(view, SubscriptionChange.UNCHANGED, places)
        only_moved = draft == DigestDraft(channels=draft.channels) and all(after.channel != before.channel for before, after in changed)
        done = SubscriptionChange.MOVED if only_moved else SubscriptionChange.CHANGED
        left_out = sorted({due for before, after in changed for due in await self._left_out(before, after)})
        was, now = [await self._subscriptions.described(one, context) for one in changed[0]] if changed else ("", "")
        omitted = dates_of(draft.dates).omitted
        is_due = any(_comes_on(before, day) for before, _ in changed[:1] for day in omitted)
        not_due = "" if is_due else ScheduleDates(omitted=omitted).text.removeprefix("except ")
        return DigestShown(view, done, places, left_out=left_out, not_due=not_due, was=was if was != now else "")

    async def preview_new(self, draft: DigestDraft, context: RequestContext, directory: Directory) -> Previewed:
        _, digests, _ = await self._drafted(draft, context, directory)
        return await self._view(digests, context), await self._previewed(digests[0], context)

    async def preview_edit(self, digest: Subscription, draft: DigestDraft, context: RequestContext) -> Previewed:
        await self._authorization.may_change(digest, context.user)
        change = self._creator.regrouped(await self._group_of(digest, context), draft, context)
        await self._places_after(change, draft, context)
        after = [*(apply(before) for before, apply in change.changed), *change.added]
        return await self._view(after, context), await self._previewed(after[0], context)

    async def _places_after(self, change: GroupChange, draft: DigestDraft, context: RequestContext) -> list[KnownChannel]:
        """The channels of a change that need permission; raises NotAllowed. Existing accounts may stay where they are."""
        refuse_too_many(draft.accounts)
        wanted = [(one.channel, one.accounts) for one in change.added]
        for before, apply in change.changed:
            after = apply(before)
            moved, new = after.channel != before.channel, tuple(one for one in after.accounts if one not in before.accounts)
            await self._refuse_opted_out(new, context)
            if moved or draft.accounts:
                wanted.append((after.channel, after.accounts if moved else new))
        return [await self._authorization.may_set_up(channel, accounts, context) for channel, accounts in wanted]

    async def _refuse_opted_out(self, accounts: Iterable[str], context: RequestContext) -> None:
        """Raises NotUnderstood, without names, when one of these accounts (platform ids) has opted out: it would be left out in silence."""
        out = await self._opted_out(context.team)
        if any(account in out for account in accounts):
            raise NotUnderstood("One of the accounts you chose can no longer be chosen.", remedy="Choose the accounts again.")

    async def _left_out(self, before: Subscription, after: Subscription) -> Sequence[datetime]:
        """When deliveries of the version before were due that are not posted yet."""
        past = await self._stores.history.history(digest=before.id)
        left = [one for one in past if one.state in (DeliveryState.PENDING, DeliveryState.BUILDING) or one.reason == SkipReason.CHANGED]
        return [one.due for one in left if one.version == before.version != after.version]

    async def pause_resume_or_delete(
        self, action: SubscriptionAction, digest: Subscription, context: RequestContext, *, until: str = ""
    ) -> DigestShown:
        """The digests of a group after each was changed: it changed nothing only where it did not change any.

        ``until``: the dates that a pause leaves, in stored words; "" for a pause without an end.
        """
        act = partial(self._pause_until, until) if until else self._on_one[action]
        outcomes = [await act(one, context) for one in await self._group_of(digest, context)]
        made = [change for _, change in outcomes if change not in DONE_BEFORE]
        return DigestShown(await self._view([after for after, _ in outcomes], context), (made or [outcomes[0][1]])[0])

    async def _pause_until(self, dates: str, digest: Subscription, context: RequestContext) -> tuple[Subscription, SubscriptionChange]:
        def later(now: Subscription) -> Subscription:
            after = replace(now, status=SubscriptionStatus.ACTIVE, dates=merged(dates, now.dates))
            return replace(after, next_run_at=next_run(after, self._clock()))

        return await self._subscriptions.change(digest, later, context), SubscriptionChange.PAUSED_UNTIL

    async def _resumed(self, digest: Subscription, context: RequestContext) -> tuple[Subscription, SubscriptionChange]:
        dates = digest.schedule_dates
        if dates.first and dates.first > self._clock().date():
            begun = replace(digest, dates=replace(dates, first=None).words, status=SubscriptionStatus.ACTIVE)
            begun = replace(begun, next_run_at=next_run(begun, self._clock()))
            return await self._subscriptions.change(digest, lambda _: begun, context), SubscriptionChange.RESUMED
        return await self._subscriptions.resume(digest, context)

    async def skip(
        self, digest: Subscription, due: datetime | None, context: RequestContext
    ) -> tuple[DigestView, datetime | None, Delivery | None, bool]:
        """The digest, when its next occurrence (or that at ``due``) comes, what became of it otherwise, and whether it is skipped."""
        due, group = due or digest.next_run_at, await self._group_of(digest, context)
        skipped = [await self._subscriptions.skip_next(one, due, context) for one in group]
        after = [await self._stores.digests.digest(one.id) or one for one in group]
        there = await self._stores.history.delivery(occurrence_id(digest.id, due)) if due and not any(skipped) else None
        return await self._view(after, context), due, there, any(skipped)

    async def send_now(self, digest: Subscription, context: RequestContext) -> tuple[Delivery | None, Sequence[str]]:
        """A delivery, and the channels (Slack ids) in which one is being posted: none where the same was asked before."""
        group = await self._group_of(digest, context)
        sent = [await self._subscriptions.send_now(one, context) for one in group]
        return sent[0][1], [one.channel for one, (is_first, _) in zip(group, sent, strict=True) if is_first]

    async def join(self, digest: Subscription, context: RequestContext) -> Sequence[str]:
        """Joins the digest's channels, and returns them (Slack ids)."""
        await self._authorization.may_change(digest, context.user)
        channels = [one.channel for one in await self._group_of(digest, context)]
        for channel in channels:
            await self._subscriptions.join(channel, context)
        return channels

    async def list(self, context: RequestContext, most: int) -> DigestList:
        """The digests of this person, and of the channel; for an administrator all. The first have their last delivery."""
        listed, more = await self._subscriptions.first_visible(SubscriptionKind.DIGEST, context, most)
        groups = groups_of(listed)
        last = await self._subscriptions.last_deliveries([one for group in groups[:WITH_BUTTONS] for one in group])
        return DigestList([await self._view(group, context, last) for group in groups], more)

    async def show(self, digest: Subscription, context: RequestContext) -> DigestShown:
        group = await self._group_of(digest, context)
        return DigestShown(await self._view(group, context, await self._subscriptions.last_deliveries(group)))

    async def preview(self, digest: Subscription, context: RequestContext) -> Previewed:
        return await self._view(await self._group_of(digest, context), context), await self._previewed(digest, context)

    async def _previewed(self, digest: Subscription, context: RequestContext) -> Message | BotError:
        """The digest's message now, or why its figures cannot be fetched; raises NotAllowed."""
        await self._authorization.may_see_figures(digest, context)
        try:
            with use_number_format(self._number_format):
                return await self._builder.preview(digest, context)
        except StatisticsError as error:
            return error

    async def history(
        self, command: DigestCommand, context: RequestContext, directory: Directory
    ) -> tuple[Sequence[Delivery], DigestView | None, Sequence[FollowUp]]:
        """The last deliveries of the digest that is named, and it; of all that this person sees; and the failed parts of their threads."""
        if command.which:
            group = await self._group_of(await self.find(command, context, directory), context)
            past, view = await self._stores.history.history(digest=[one.id for one in group]), await self._view(group, context)
        else:
            past, view = await self._subscriptions.past(SubscriptionKind.DIGEST, context), None
            if not past and not await self._subscriptions.visible(SubscriptionKind.DIGEST, context):
                raise none_at_all(SubscriptionKind.DIGEST)
        missing = await self._stores.follow_ups.failed_parts([delivery.id for delivery in past])
        return past, view, missing

    async def _view(
        self, group: Sequence[Subscription], context: RequestContext, last: Mapping[str, Delivery] = NO_DELIVERIES
    ) -> DigestView:
        """The digest, of its group the first that runs, with its visible accounts and the last delivery, first one that needs somebody."""
        digest = next((one for one in group if one.status is SubscriptionStatus.ACTIVE), group[0])
        deliveries = [delivery for one in group if (delivery := last.get(one.id))]
        latest = max(deliveries, key=lambda one: one.state in (DeliveryState.FAILED, DeliveryState.UNCERTAIN), default=None)
        accounts = await self._authorization.shown_accounts(digest, context)
        return DigestView(digest, accounts, latest, [one for one in group if one is not digest])


def _comes_on(digest: Subscription, day: date) -> bool:
    """Whether the schedule is due on this local day, whatever its dates are."""
    zone = digest.schedule.time_zone
    due = next_run(replace(digest, dates=""), datetime.combine(day, time(), zone) - timedelta(microseconds=1))
    return due is not None and due.astimezone(zone).date() == day


def next_days(digest: Subscription, many: int) -> tuple[date, ...]:
    """The local days on which the digest comes next, at most so many; none while it is paused."""
    days, due = list[date](), digest.next_run_at
    while due and len(days) < many:
        days.append(due.astimezone(digest.schedule.time_zone).date())
        due = next_run(digest, due)
    return tuple(days)

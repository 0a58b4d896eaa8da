"""The desk where digests are looked after: what a person wants done about them, carried out, and answered with a message.

::

    DigestAsk ─ which digest? ─ may this person? ─┬ plan, create, edit, move ─ setting_up ─┐
                                                  ├ pause, skip, now, delete, … ─ deeds ───┼→ Message
                                                  └ list, show, history ───────────────────┘

Words, buttons and the form all come here, so they cannot disagree. State lives in the database and in the buttons.
"""

from collections.abc import Awaitable, Callable, Container, Sequence
from dataclasses import replace
from datetime import datetime

from bot.blockkit.builders import Message
from bot.blockkit.mrkdwn import channel_words
from bot.digests import manage_blocks as cards
from bot.digests.actions import DigestActions, coming, then
from bot.digests.buttons import digest_button, form_button
from bot.digests.command import DigestCommand, DigestDraft, which_due
from bot.digests.create import DigestCreator, not_too_many
from bot.errors import BotError, StatisticsError
from bot.management.actions import SubscriptionAction
from bot.management.authorization import Authorization
from bot.management.blocks import build_notice, invitation
from bot.management.lookup import SubscriptionFinder
from bot.management.messages import CREATED_ALREADY
from bot.management.ports import ChannelLookup, PreviewBuilder, Stores
from bot.schedules.parser import describe
from bot.schedules.schedule import Schedule
from bot.slack.channels import KnownChannel
from bot.slack.request import RequestContext
from bot.statistics.accounts import Account, Directory
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import NextRun, Subscription, occurrence

FORM = "Set up a LinkedIn digest: a summary of your accounts, posted here by the clock."
FORM_EDIT = "Change this digest in the form."
DESK_CREATED = ":white_check_mark: Set up. The first one comes {first}."
DESK_SAME = "A digest of the same accounts at the same times is in that channel already; nothing was added."
CHANGED = ":white_check_mark: Changed. {then}"
UNCHANGED = "It is like that already: nothing was changed."
MOVED = ":white_check_mark: Moved to {channel}."


# MERGED: The desk itself: one question about digests in, one message out.


class DigestService:
    """Carries out what people want done about digests.

    ``answer`` raises NotUnderstood, NotAllowed and the other UsageErrors with the way to mend it, and StoreError.
    """

    def __init__(
        self,
        *,
        store: Stores,
        places: ChannelLookup,
        builder: PreviewBuilder,
        drafts: DigestCreator,
        rights: Authorization,
        next_run: NextRun,
        account: Callable[[str], Account],
        opted_out: Callable[[str], Awaitable[Container[str]]],
        wake: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._builder, self._drafts, self._rights = store, builder, drafts, rights
        self._account, self._opted_out, self._clock = account, opted_out, clock
        self._finder = finder = SubscriptionFinder(store, rights)
        self._doing = doing = DigestActions(
            store=store, places=places, rights=rights, finder=finder, shown=self._shown, next_run=next_run, wake=wake, clock=clock
        )
        about_one = self._about_one
        self._apart = {
            SubscriptionAction.NEW: self._offer_form,
            SubscriptionAction.PLAN: self._plan,
            SubscriptionAction.CREATE: self._create,
            SubscriptionAction.LIST: self._list,
            SubscriptionAction.HISTORY: self._history,
            **dict.fromkeys(
                (SubscriptionAction.RETRY, SubscriptionAction.ARRIVED, SubscriptionAction.AGAIN, SubscriptionAction.LEAVE), about_one
            ),
        }
        self._on_one = {
            SubscriptionAction.SHOW: self._show,
            SubscriptionAction.PREVIEW: self._preview,
            SubscriptionAction.PAUSE: doing.pause,
            SubscriptionAction.RESUME: doing.resume,
            SubscriptionAction.SKIP: doing.skip,
            SubscriptionAction.NOW: doing.now,
            SubscriptionAction.DELETE: doing.delete,
            SubscriptionAction.JOIN: doing.join,
        }

    async def answer(self, ask: DigestCommand, who: RequestContext, directory: Directory) -> Message:
        """Do it, and say what was done."""
        if ask.action in self._apart:
            return await self._apart[ask.action](ask, who, directory)
        if ask.action is SubscriptionAction.JOIN and ask.draft.channel and not ask.which:
            return await self._doing.join_channel(ask.draft.channel, who)
        which, due = which_due(ask.which) if ask.action is SubscriptionAction.SKIP else (ask.which, None)
        digest = await self.meant(replace(ask, which=which), who, directory)
        if due is not None:
            return await self._doing.skip(digest, who, due)
        if ask.action in (SubscriptionAction.EDIT, SubscriptionAction.MOVE):
            return await self.edit(digest, ask.draft, who)
        return await self._on_one[ask.action](digest, who)

    async def meant(self, ask: DigestCommand, who: RequestContext, directory: Directory) -> Subscription:
        """The digest that a question is about; raises NotUnderstood when it is none, or several."""
        return await self._finder.meant(ask.action, ask.which, directory, team=who.team, user=who.user, channel=who.channel)

    # ── setting up ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _offer_form(self, ask: DigestCommand, who: RequestContext, directory: Directory) -> Message:  # noqa: ARG002  # each takes all three
        return build_notice(FORM, [form_button(ask.draft), digest_button(SubscriptionAction.LIST, "")])

    async def _create(self, ask: DigestCommand, who: RequestContext, directory: Directory) -> Message:
        return await self.create(ask.draft, who, directory)

    async def _about_one(self, ask: DigestCommand, who: RequestContext, directory: Directory) -> Message:  # noqa: ARG002  # the same
        return await self._doing.about_one(ask, who)

    async def _plan(self, ask: DigestCommand, who: RequestContext, directory: Directory) -> Message:
        whole = await self._drafts.filled(ask.draft, directory, team=who.team, user=who.user, channel=who.channel)
        place = await self._rights.may_set_up(whole.channel, whole.accounts, team=who.team, user=who.user)
        digest = self._drafts.digest(whole, click=who.interaction_id, team=who.team, user=who.user, now=self._clock())
        preview = await self.previewed(digest)
        everybody = [account.platform_id for account in directory.accounts]
        return cards.build_digest_plan(await self._shown(digest), preview, whole, everybody, invitation(place))

    async def create(self, draft: DigestDraft, who: RequestContext, directory: Directory) -> Message:
        """Set a digest up; the same click, or the same digest in the channel, sets nothing up twice."""
        whole = await self._drafts.filled(draft, directory, team=who.team, user=who.user, channel=who.channel)
        place = await self._rights.may_set_up(whole.channel, whole.accounts, team=who.team, user=who.user)
        digest = self._drafts.digest(whole, click=who.interaction_id, team=who.team, user=who.user, now=self._clock())
        same = await self._drafts.same(digest)
        if same is None and not await self._store.digests.create(digest, by=who.user, at=self._clock(), unlike=True):
            # Somebody else was faster; or it was set up by this click and is deleted or another one since.
            same = await self._drafts.same(digest)
            if same is None:
                return build_notice(CREATED_ALREADY, [digest_button(SubscriptionAction.LIST, "")])
        if same is not None:
            said = CREATED_ALREADY if same.id == digest.id else DESK_SAME
            return cards.build_digest_card(await self._shown(same), said=said, invite=invitation(place))
        return cards.build_digest_card(await self._shown(digest), said=DESK_CREATED.format(first=coming(digest)), invite=invitation(place))

    async def edit(self, digest: Subscription, draft: DigestDraft, who: RequestContext) -> Message:
        """Change what the draft says; without any, offer the form."""
        await self._rights.may_change(digest, who.user)
        if draft == DigestDraft():
            return build_notice(FORM_EDIT, [digest_button(SubscriptionAction.EDIT, digest.id, primary=True)])
        place = await self._place_after(digest, draft, who)
        change = self._drafts.change(draft, self._clock())
        await self._drafts.no_twin(digest, change(digest))
        after = await self._doing.changed(digest, change, who)
        if after.version == digest.version:
            return cards.build_digest_card(await self._shown(after), said=UNCHANGED, invite=invitation(place))
        only_moved = after.channel != digest.channel and draft == DigestDraft(channel=draft.channel)
        said = MOVED.format(channel=channel_words(after.channel)) if only_moved else CHANGED.format(then=then(after))
        told = " ".join(filter(None, (said, await self._doing.left_out(digest, after))))
        return cards.build_digest_card(await self._shown(after), said=told, invite=invitation(place))

    async def look(self, digest: Subscription, draft: DigestDraft, who: RequestContext) -> Message:
        """What the digest would post if the draft changed it; nothing is changed."""
        await self._rights.may_change(digest, who.user)
        place = await self._place_after(digest, draft, who)
        after = self._drafts.change(draft, self._clock())(digest)
        return cards.build_digest_preview(await self._shown(after), await self.previewed(after), unsaved=True, invite=invitation(place))

    async def _place_after(self, digest: Subscription, draft: DigestDraft, who: RequestContext) -> KnownChannel | None:
        """Where it is after a change, None when that needs no permission; raises NotAllowed. An account may stay where it is."""
        not_too_many(draft.accounts)
        moved, accounts = draft.channel not in ("", digest.channel), draft.accounts or digest.accounts
        if not moved and not draft.accounts:
            return None
        new = accounts if moved else [account for account in accounts if account not in digest.accounts]
        return await self._rights.may_set_up(draft.channel or digest.channel, new, team=who.team, user=who.user)

    # ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _list(self, ask: DigestCommand, who: RequestContext, directory: Directory) -> Message:  # noqa: ARG002  # the same
        every = await self._finder.seen(who.team, who.user, who.channel)
        first = [await self._with_last(digest) for digest in every[: cards.WITH_BUTTONS]]
        others = [await self._shown(digest) for digest in every[cards.WITH_BUTTONS : cards.MOST_LISTED]]
        return cards.build_digest_list([*first, *others], more=max(len(every) - cards.MOST_LISTED, 0))

    async def _show(self, digest: Subscription, who: RequestContext) -> Message:  # noqa: ARG002  # every deed takes both
        return cards.build_digest_card(await self._with_last(digest))

    async def _preview(self, digest: Subscription, who: RequestContext) -> Message:  # noqa: ARG002  # the same
        return cards.build_digest_preview(await self._shown(digest), await self.previewed(digest))

    async def previewed(self, digest: Subscription) -> Message | BotError:
        """What the digest would post now, or why that cannot be told."""
        try:
            message, _ = await self._builder.build(digest, occurrence(digest, self._clock()), None)
        except StatisticsError as error:
            return error
        return message

    async def _history(self, ask: DigestCommand, who: RequestContext, directory: Directory) -> Message:
        if not ask.which:
            return await self._told(await self._finder.past(who.team, who.user, who.channel))
        digest = await self.meant(ask, who, directory)
        return await self._told(await self._store.past.history(digest=digest.id), await self._shown(digest))

    async def _told(self, past: Sequence[Delivery], one: cards.DigestView | None = None) -> Message:
        missing = await self._store.threads.failed_parts([delivery.id for delivery in past])
        return cards.build_digest_history(past, one=one, missing=missing)

    async def _shown(self, digest: Subscription, last: Delivery | None = None) -> cards.DigestView:
        """The digest with its accounts, without those that opted out since."""
        out = await self._opted_out(digest.team)
        accounts = [self._account(platform_id) for platform_id in digest.accounts if platform_id not in out]
        return cards.DigestView(digest, accounts, describe(Schedule(digest.cron, digest.zone)), last)

    async def _with_last(self, digest: Subscription) -> cards.DigestView:
        last = await self._store.past.history(digest=digest.id, limit=1)
        return await self._shown(digest, last[0] if last else None)

"""Creates digests from drafts: fills in defaults, and refuses what is missing or impossible with suggestions."""

from collections.abc import Callable, Sequence
from datetime import datetime, time
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from bot.access.visibility import NO_ACCOUNT, NO_ACCOUNT_REMEDY
from bot.digests.command import DIGEST, DigestCommand, DigestDraft, changed_list, digest_words, new_digest, options_of
from bot.digests.reports import with_content
from bot.errors import NoAccount, NotUnderstood
from bot.management.actions import SubscriptionAction, action_words
from bot.management.service import SubscriptionService
from bot.schedules.dates import dates_of, merged
from bot.schedules.parser import completed
from bot.schedules.schedule import anchored, schedule_of
from bot.schedules.timezones import zone_of
from bot.slack.request import RequestContext
from bot.statistics.reports import Directory
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus, alike, next_run

TWIN = "That channel already has a digest of the same accounts at the same times, so nothing was changed."
TWIN_REMEDY = "Choose other accounts, another time or another channel, or look at the other one:"
WHEN, WHEN_REMEDY = "When should I post it?", "Say the days and a time, or use the form: `digest`."
WHICH_ACCOUNT, WHICH_ACCOUNT_REMEDY = "Which account should it be about? There are {n}.", "Name one or several, or say `all`."
NONE_LEFT, NONE_LEFT_REMEDY = "Then the digest would be about no account.", "Delete it, or name the accounts that it should be about."
TOO_MANY, TOO_MANY_REMEDY = "A digest shows at most {most} accounts, and you named {n}.", "Set up two digests."
#: The most accounts of a digest: their rows and notes must fit one message.
MOST_ACCOUNTS = 100
#: The namespace of digests' ids (RFC 9562, version 5): a form or button sent twice gives the same id.
_DIGESTS = UUID("0f0e9a4e-51b5-5d0c-8e53-9a0f6f1c7d2b")
_TIMES = ("every monday 9:00", "weekdays 8:30", "first of the month 9:00")


class DigestCreator:
    """Completes drafts and applies them; ``grace`` is how many seconds late a digest may still be posted."""

    def __init__(self, subscriptions: SubscriptionService, grace: int) -> None:
        self._subscriptions, self._grace = subscriptions, grace

    async def complete(self, draft: DigestDraft, directory: Directory, context: RequestContext) -> DigestDraft:
        """The draft with defaults: the command's channel, the usual account, the person's zone. Raises NotUnderstood, NoAccount."""
        channels = draft.channels or (context.channel,)
        accounts = draft.accounts or await self._accounts(draft, directory, context, channels[0])
        refuse_too_many(accounts)
        refuse_untimed(draft)
        zone = draft.zone or await self._subscriptions.zone_of(context.user)
        schedule = anchored(schedule_of(draft.cron, zone), self._beginning(draft.dates, zone))
        return replace(draft, accounts=accounts, cron=schedule.cron, zone=zone, channels=channels, content=with_content((), draft.content))

    async def _accounts(self, draft: DigestDraft, directory: Directory, context: RequestContext, channel: str) -> tuple[str, ...]:
        if usual := await self._subscriptions.usual_accounts(directory, context.team, channel):
            return usual
        if not directory.accounts:
            raise NoAccount(NO_ACCOUNT, remedy=NO_ACCOUNT_REMEDY)
        rest = digest_words(DigestCommand(SubscriptionAction.PLAN, draft=draft)).removeprefix(DIGEST).strip()
        ways = (f"{DIGEST} all {rest}".strip(), *(f'{DIGEST} "{account.name}" {rest}'.strip() for account in directory.accounts[:3]))
        raise NotUnderstood(WHICH_ACCOUNT.format(n=len(directory.accounts)), remedy=WHICH_ACCOUNT_REMEDY, suggestions=ways)

    def _beginning(self, dates: str, zone: str) -> datetime:
        """The earliest time it may be due: now, or its first day."""
        first = dates_of(dates).first
        begins = datetime.combine(first, time(), zone_of(zone)) if first else self._subscriptions.clock()
        return max(begins, self._subscriptions.clock())

    def digests(self, draft: DigestDraft, context: RequestContext) -> tuple[Subscription, ...]:
        """The digests of a complete draft, one for each channel; the same interaction gives the same ids."""
        identity = _identity(context)
        whole = replace(draft, dates=merged(draft.dates, ""))
        digest = new_digest(whole, identity, draft.channels[0], context.user, self._grace)
        digest = replace(digest, team=context.team, group_id=identity if len(draft.channels) > 1 else "")
        first = replace(digest, next_run_at=next_run(digest, self._subscriptions.clock()))
        return first, *(self._beside(first, channel, context) for channel in draft.channels[1:])

    def _beside(self, digest: Subscription, channel: str, context: RequestContext) -> Subscription:
        due = next_run(digest, self._subscriptions.clock()) if digest.status is SubscriptionStatus.ACTIVE else None
        return replace(digest, id=_identity(context, channel), channel=channel, version=1, next_run_at=due)

    def regrouped(self, group: Sequence[Subscription], draft: DigestDraft, context: RequestContext) -> "GroupChange":
        """What changes the digests of a group (one at least) as the draft says; those of other channels move, then are added or deleted."""
        before = tuple(one.channel for one in group)
        channels = changed_list(before, draft.channels)
        new, gone = [one for one in channels if one not in before], [one for one in group if one.channel not in channels]
        group_id = group[0].group_id or (group[0].id if len(channels) > 1 else "")
        places = [*((one, one.channel) for one in group if one.channel in channels), *zip(gone, new, strict=False)]
        changed = tuple((one, self._change(draft, channel, group_id)) for one, channel in places)
        like = changed[0][1](changed[0][0])
        return GroupChange(changed, tuple(self._beside(like, channel, context) for channel in new[len(gone) :]), tuple(gone[len(new) :]))

    def _change(self, draft: DigestDraft, channel: str, group_id: str) -> Callable[[Subscription], Subscription]:
        """Applies the draft; the next due time is computed again when the schedule changes."""
        now = self._subscriptions.clock()

        def changed(digest: Subscription) -> Subscription:
            schedule = schedule_of(completed(draft.cron or digest.cron, digest.cron), draft.zone or digest.zone)
            schedule = anchored(schedule, self._beginning(merged(draft.dates, digest.dates), schedule.zone), like=digest.cron)
            accounts = changed_list(digest.accounts, draft.accounts)
            if not accounts:
                delete = action_words(SubscriptionKind.DIGEST, SubscriptionAction.DELETE, digest.short_id)
                raise NotUnderstood(NONE_LEFT, remedy=NONE_LEFT_REMEDY, suggestions=(delete,))
            after = replace(
                digest,
                accounts=accounts,
                channel=channel,
                group_id=group_id,
                content=with_content(digest.content, draft.content),
                cron=schedule.cron,
                zone=schedule.zone,
                dates=merged(draft.dates, digest.dates),
                rule=options_of(digest.rule).changed(draft.options).as_json,
            )
            # With an unchanged schedule an occurrence that is due now stays due, and a skipped one stays skipped.
            if after.status is not SubscriptionStatus.ACTIVE or _when(after) == _when(digest):
                return after
            return replace(after, next_run_at=next_run(after, now))

        return changed

    async def refuse_twins(self, change: "GroupChange") -> None:
        """Raises NotUnderstood when a change would duplicate another digest; existing duplicates may be changed."""
        pairs = [(before, apply(before)) for before, apply in change.changed]
        for after in [*(after for before, after in pairs if not alike(before, after)), *change.added]:
            other = await self._subscriptions.find_same(after)
            if other is not None and other.id != after.id:
                show = action_words(SubscriptionKind.DIGEST, SubscriptionAction.SHOW, other.short_id)
                raise NotUnderstood(TWIN, remedy=TWIN_REMEDY, suggestions=(show,))


class GroupChange(Struct, frozen=True):
    """What a draft changes of the digests of a group."""

    #: Each digest with what changes it.
    changed: tuple[tuple[Subscription, Callable[[Subscription], Subscription]], ...]
    added: tuple[Subscription, ...]
    deleted: tuple[Subscription, ...]


def _identity(context: RequestContext, *beside: str) -> str:
    return str(uuid5(_DIGESTS, " ".join((context.team, context.user, context.interaction_id, *beside))))


def _when(digest: Subscription) -> tuple[str, str, str]:
    return digest.cron, digest.zone, digest.dates


def refuse_untimed(draft: DigestDraft) -> None:
    """Raises NotUnderstood for a digest without a time, with the same and one."""
    if not draft.cron:
        words = digest_words(DigestCommand(SubscriptionAction.PLAN, draft=draft))
        raise NotUnderstood(WHEN, remedy=WHEN_REMEDY, suggestions=tuple(f"{words} {when}" for when in _TIMES))


def refuse_too_many(accounts: Sequence[str]) -> None:
    if len(accounts) > MOST_ACCOUNTS:
        raise NotUnderstood(TOO_MANY.format(most=MOST_ACCOUNTS, n=len(accounts)), remedy=TOO_MANY_REMEDY)

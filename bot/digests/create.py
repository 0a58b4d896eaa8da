"""From a draft to a digest: what was not said is filled in, and what cannot be is refused with the way to say it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid5

from bot.digests.command import DIGEST, DigestCommand, DigestDraft, digest_words
from bot.errors import NoAccount, NotUnderstood
from bot.management.actions import SHORT_ID, SubscriptionAction
from bot.management.authorization import Authorization
from bot.management.ports import ChannelLookup, Stores, SubscriptionRules
from bot.schedules.parser import completed
from bot.schedules.schedule import schedule_of
from bot.schedules.timezones import zone_named
from bot.statistics.accounts import Directory
from bot.subscriptions.subscription import NextRun, OnUncertain, Subscription, SubscriptionStatus, alike

TWIN = "A digest of the same accounts at the same times is in that channel already, so nothing was changed: the two would post the same."
TWIN_REMEDY = "Choose other accounts, another time or another channel, or look at the other one:"
WHEN = "When shall it be posted?"
WHEN_REMEDY = "Say the days and a time, or use the form: `digest`."
DRAFTING_WHICH_ACCOUNT = "Which account shall it be about? There are {n}."
DRAFTING_WHICH_ACCOUNT_REMEDY = "Name one or several, or say `all`."
DRAFTING_NO_ACCOUNT = "No LinkedIn account is connected here yet."
DRAFTING_NO_ACCOUNT_REMEDY = "Connect one in PostPost, or ask the person who runs this bot to set `POSTPOST_PLATFORM_ID`."
TOO_MANY = "A digest shows at most {most} accounts, and these are {n}."
TOO_MANY_REMEDY = "Set up two digests."


#: So many accounts a digest holds: their rows and notes must fit one message.
MOST_ACCOUNTS = 100

#: The namespace of our digests' ids (RFC 9562, version 5): a form or button pressed twice gives the same id.
_DIGESTS = UUID("0f0e9a4e-51b5-5d0c-8e53-9a0f6f1c7d2b")
_ASKED = ("every monday 9:00", "weekdays 8:30", "first of the month 9:00")


class ChannelDefaultsLookup(Protocol):
    """The channels' default accounts."""

    async def channel_default(self, team: str, channel: str) -> str | None:
        """The channel's default account's platform id, when one was set."""
        ...


class DigestCreator:
    """Makes digests of drafts."""

    def __init__(
        self,
        *,
        store: Stores,
        places: ChannelLookup,
        rights: Authorization,
        defaults: ChannelDefaultsLookup,
        rules: SubscriptionRules,
        next_run: NextRun,
    ) -> None:
        self._store, self._places, self._rights, self._defaults = store, places, rights, defaults
        self._rules, self._next_run = rules, next_run

    async def filled(self, draft: DigestDraft, directory: Directory, *, team: str, user: str, channel: str) -> DigestDraft:
        """The draft with everything said: the channel it was asked in, its account, the person's zone.

        Raises:
            NotUnderstood: no time was said, or no account where there are several.
            NoAccount: there is none at all.
        """
        target = draft.channel or channel
        accounts = draft.accounts or await self._accounts(draft, directory, team, target)
        not_too_many(accounts)
        if not draft.cron:
            said = digest_words(DigestCommand(SubscriptionAction.PLAN, draft=draft))
            raise NotUnderstood(WHEN, remedy=WHEN_REMEDY, suggestions=tuple(f"{said} {when}" for when in _ASKED))
        zone = draft.zone or zone_named((await self._places.person(user)).zone) or "UTC"
        return replace(draft, accounts=accounts, zone=zone, channel=target, content=draft.content or ())

    async def usual_accounts(self, directory: Directory, team: str, channel: str) -> tuple[str, ...]:
        """The account that is meant where none is named: the channel's, the settings', the only one; none where there are several."""
        default = await self._defaults.channel_default(team, channel) or self._rules.default_account
        if default is None and len(directory.accounts) == 1:
            default = directory.accounts[0].platform_id
        return (default,) if default else ()

    async def _accounts(self, draft: DigestDraft, directory: Directory, team: str, channel: str) -> tuple[str, ...]:
        if usual := await self.usual_accounts(directory, team, channel):
            return usual
        if not directory.accounts:
            raise NoAccount(DRAFTING_NO_ACCOUNT, remedy=DRAFTING_NO_ACCOUNT_REMEDY)
        rest = digest_words(DigestCommand(SubscriptionAction.PLAN, draft=draft)).removeprefix(DIGEST).strip()
        ways = (f"{DIGEST} all {rest}".strip(), *(f'{DIGEST} "{account.name}" {rest}'.strip() for account in directory.accounts[:3]))
        raise NotUnderstood(
            DRAFTING_WHICH_ACCOUNT.format(n=len(directory.accounts)), remedy=DRAFTING_WHICH_ACCOUNT_REMEDY, suggestions=ways
        )

    def digest(self, draft: DigestDraft, *, click: str, team: str, user: str, now: datetime) -> Subscription:
        """The digest that a filled draft means; ``click`` makes two presses of one button one digest."""
        schedule = schedule_of(draft.cron, draft.zone)
        digest = Subscription(
            id=str(uuid5(_DIGESTS, f"{team} {user} {click}")),
            team=team,
            channel=draft.channel,
            accounts=draft.accounts,
            content=draft.content or (),
            cron=schedule.cron,
            zone=schedule.zone,
            status=SubscriptionStatus.ACTIVE,
            next_run_at=None,
            grace=self._rules.grace,
            on_uncertain=OnUncertain.HOLD,
            owner=user,
        )
        return replace(digest, next_run_at=self._next_run(digest, now))

    def change(self, draft: DigestDraft, now: datetime) -> Callable[[Subscription], Subscription]:
        """What a draft changes of a digest: only what it says, of the schedule too; the next moment is counted anew when that changes."""

        def changed(digest: Subscription) -> Subscription:
            schedule = schedule_of(completed(draft.cron or digest.cron, digest.cron), draft.zone or digest.zone)
            after = replace(
                digest,
                accounts=draft.accounts or digest.accounts,
                channel=draft.channel or digest.channel,
                content=digest.content if draft.content is None else draft.content,
                cron=schedule.cron,
                zone=schedule.zone,
            )
            # With the schedule as it was, one that is due in this very moment stays due, and one that was skipped stays skipped.
            if after.status is not SubscriptionStatus.ACTIVE or (after.cron, after.zone) == (digest.cron, digest.zone):
                return after
            return replace(after, next_run_at=self._next_run(after, now))

        return changed

    async def same(self, digest: Subscription) -> Subscription | None:
        """A digest that posts the same at the same times in the same channel, when there is one already."""
        await self._store.digests.adopt(digest.team)
        every = await self._store.digests.digests(team=digest.team, channel=digest.channel)
        return next((other for other in every if alike(other, digest)), None)

    async def no_twin(self, before: Subscription, after: Subscription) -> None:
        """Raise NotUnderstood when a change would make a digest like another one; those that were alike before may be changed."""
        other = None if alike(before, after) else await self.same(after)
        if other is not None and other.id != before.id:
            look = digest_words(DigestCommand(SubscriptionAction.SHOW, other.id[:SHORT_ID]))
            raise NotUnderstood(TWIN, remedy=TWIN_REMEDY, suggestions=(look,))


def not_too_many(accounts: Sequence[str]) -> None:
    """Raise NotUnderstood for more accounts than a digest holds."""
    if len(accounts) > MOST_ACCOUNTS:
        raise NotUnderstood(TOO_MANY.format(most=MOST_ACCOUNTS, n=len(accounts)), remedy=TOO_MANY_REMEDY)


# MERGED: The word that the bot is no member of a channel yet, where it is about to post, and how it becomes one.

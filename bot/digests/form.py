"""The form at the desk: what stands in it when it opens, what its entries mean, and what becomes of them."""

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.blockkit.builders import Message
from bot.digests import modal
from bot.digests.command import DigestCommand, DigestDraft
from bot.digests.create import DigestCreator
from bot.digests.form_values import USUAL_DAYS, USUAL_TIME, choices_of, cron_of
from bot.digests.modal import FormState, FormValues
from bot.digests.reports import DigestSection, chosen
from bot.digests.service import DigestService
from bot.errors import BadSchedule, NotUnderstood
from bot.management.actions import SubscriptionAction
from bot.management.authorization import Authorization
from bot.management.ports import ChannelLookup
from bot.schedules.parser import describe, read_schedule
from bot.schedules.schedule import Schedule
from bot.schedules.timezones import checked_zone, zone_named
from bot.slack.request import RequestContext
from bot.statistics.accounts import Directory
from bot.subscriptions.subscription import Subscription

NO_ACCOUNT_CHOSEN = "Choose at least one account."
NO_CHANNEL_CHOSEN = "Choose a channel."
FORMS_CHANGED_MEANWHILE = "Somebody changed this digest since you opened the form. Close it and look at the digest again."


T = TypeVar("T")


class BadFieldError(Exception):
    """An entry that cannot be used; ``field`` is its block id, ``sentence`` for the person."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.sentence = field, sentence


@dataclass(frozen=True, slots=True)
class OpenedForm:
    """A form as it opens."""

    state: FormState
    values: FormValues


class DigestForms:
    """Opens and takes forms. Raises UsageErrors and NotAllowed as the desk does."""

    def __init__(self, desk: DigestService, drafts: DigestCreator, places: ChannelLookup, rights: Authorization) -> None:
        self._desk, self._drafts, self._places, self._rights = desk, drafts, places, rights

    async def opened(self, ask: DigestCommand, who: RequestContext, directory: Directory) -> OpenedForm:
        """What stands in the form for this question: the digest as it is, or a new one with what was said already."""
        if ask.action in (SubscriptionAction.EDIT, SubscriptionAction.MOVE):
            digest = await self._desk.meant(ask, who, directory)
            await self._rights.may_change(digest, who.user)
            return OpenedForm(FormState(digest.id, digest.version, who.channel), _of_digest(digest))
        zone = ask.draft.zone or zone_named((await self._places.person(who.user)).zone) or "UTC"
        accounts = ask.draft.accounts or await self._drafts.usual_accounts(directory, who.team, ask.draft.channel or who.channel)
        days, time, words = _schedule_values(ask.draft.cron, zone) if ask.draft.cron else (USUAL_DAYS, USUAL_TIME, "")
        values = FormValues(accounts, days, time, zone, words, ask.draft.channel or who.channel, ask.draft.content or ())
        return OpenedForm(FormState(asked_in=who.channel), values)

    async def taken(
        self, state: FormState, draft: DigestDraft, offered: Container[str], who: RequestContext, directory: Directory
    ) -> Message:
        """Carry the form out; the card of the digest as it is then. ``offered`` are the accounts that could be chosen in it."""
        if not state.digest:
            return await self._desk.create(draft, who, directory)
        digest = await self._desk.meant(DigestCommand(SubscriptionAction.EDIT, state.digest), who, directory)
        if digest.version != state.version:
            raise NotUnderstood(FORMS_CHANGED_MEANWHILE)
        return await self._desk.edit(digest, _with_the_others(draft, digest, offered), who)

    async def looked(
        self, state: FormState, draft: DigestDraft, offered: Container[str], who: RequestContext, directory: Directory
    ) -> Message:
        """What a digest with these entries would post."""
        if not state.digest:
            return await self._desk.answer(DigestCommand(SubscriptionAction.PLAN, draft=draft), who, directory)
        digest = await self._desk.meant(DigestCommand(SubscriptionAction.EDIT, state.digest), who, directory)
        return await self._desk.look(digest, _with_the_others(draft, digest, offered), who)


def _with_the_others(draft: DigestDraft, digest: Subscription, offered: Container[str]) -> DigestDraft:
    """The draft with those of the digest's accounts that could not be chosen: who opted out, who may not be seen where the form is."""
    stay = [account for account in digest.accounts if account in draft.accounts or account not in offered]
    return replace(draft, accounts=(*stay, *(account for account in draft.accounts if account not in stay)))


def draft_of(values: FormValues) -> DigestDraft:
    """The draft that the entries say.

    Raises:
        BadFieldError: an entry cannot be used.
    """
    if not values.accounts:
        raise BadFieldError(modal.ACCOUNTS, NO_ACCOUNT_CHOSEN)
    if not values.channel:
        raise BadFieldError(modal.CHANNEL, NO_CHANNEL_CHOSEN)
    zone = _checked(modal.ZONE, checked_zone, values.zone)
    if values.words:
        schedule = _checked(modal.WORDS, lambda words: read_schedule(words, zone=zone), values.words)
        return _draft(values, schedule.cron, schedule.zone)
    field = modal.DAYS if values.time else modal.TIME
    return _draft(values, _checked(field, lambda time: cron_of(values.days, time), values.time), zone)


def _draft(values: FormValues, cron: str, zone: str) -> DigestDraft:
    content = chosen(DigestSection(name) for name in values.content if name in set(DigestSection))
    return DigestDraft(values.accounts, cron, zone, values.channel, content)


def _checked(field: str, read: Callable[[str], T], given: str) -> T:
    try:
        return read(given)
    except BadSchedule as error:
        raise BadFieldError(field, " ".join(filter(None, (error.sentence, error.remedy, ", ".join(error.suggestions))))) from error


def _of_digest(digest: Subscription) -> FormValues:
    days, time, words = _schedule_values(digest.cron, digest.zone)
    return FormValues(digest.accounts, days, time, digest.zone, words, digest.channel, digest.content)


def _schedule_values(cron: str, zone: str) -> tuple[tuple[str, ...], str, str]:
    """Days, time and own words: what the choices cannot say stands in words."""
    if choices := choices_of(cron):
        return *choices, ""
    return (), "", describe(Schedule(cron, zone)).removesuffix(f" {zone}")

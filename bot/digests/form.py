"""Requests about digests: `digest …`, `history`, the buttons on digests; and the form: its first entries, and what submitting it does."""

import asyncio
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from bot.access.permissions import PermissionService
from bot.access.visibility import VisibilityService
from bot.blockkit.builders import Message
from bot.digests import modal
from bot.digests.command import DigestCommand, DigestDraft
from bot.digests.draft import ParsingPlace
from bot.digests.modal import USUAL_DAYS, USUAL_TIME, FormState, FormValues, choices_of, cron_of
from bot.digests.parser import read_digest
from bot.digests.reports import DigestSection, chosen
from bot.digests.service import DigestService
from bot.errors import BadSchedule, NotUnderstood
from bot.management.actions import SubscriptionAction
from bot.management.service import SubscriptionService
from bot.postpost.directory import AccountDirectory
from bot.schedules.parser import describe, read_schedule
from bot.schedules.schedule import Schedule
from bot.schedules.timezones import checked_zone
from bot.slack.request import RenderedResult, Request, RequestContext
from bot.statistics.reports import Directory
from bot.subscriptions.subscription import Subscription

NOT_UNDERSTOOD = "I didn't understand that. It looks like a question about digests."

#: What changes nothing.
READING: Final = frozenset(
    {
        SubscriptionAction.NEW,
        SubscriptionAction.LIST,
        SubscriptionAction.SHOW,
        SubscriptionAction.PREVIEW,
        SubscriptionAction.PLAN,
        SubscriptionAction.HISTORY,
    }
)
NO_ACCOUNT_CHOSEN = "Choose at least one account."
NO_CHANNEL_CHOSEN = "Choose a channel."
CHANGED_MEANWHILE = "Somebody changed this digest since you opened the form. Close it and look at the digest again."
T = TypeVar("T")


class DigestHandler:
    """Answers requests about digests; raises BotError."""

    def __init__(
        self, service: DigestService, *, permissions: PermissionService, visibility: VisibilityService, accounts: AccountDirectory
    ) -> None:
        self._service, self._permissions, self._visibility, self._accounts = service, permissions, visibility, accounts

    async def handle(self, request: Request) -> RenderedResult:
        """What was done, a preview, or a list."""
        command, directory = await self.read(request.text, request.context)
        return await self._answer(command if request.from_button else _as_typed(command), request, directory)

    async def list(self, request: Request) -> RenderedResult:
        """The digests of this person, and of the channel."""
        return await self._answer(DigestCommand(SubscriptionAction.LIST), request, await self._directory(request.context))

    async def _answer(self, command: DigestCommand, request: Request, directory: Directory) -> RenderedResult:
        message = await self._service.answer(command, request.context, directory)
        return RenderedResult(message, kind=f"digest {command.action}", changed=command.action not in READING)

    async def read(self, text: str, context: RequestContext) -> tuple[DigestCommand, Directory]:
        """The command in this text, and the accounts that may be seen where it is typed.

        Raises:
            NotAllowed: this person may ask nothing there.
            UsageError: the text cannot be carried out as it stands.
            StoreError: what was allowed cannot be read.
        """
        directory = await self._directory(context)
        place = ParsingPlace(context.channel, direct=context.is_dm, today=self._service.today)
        # In a thread: an unknown word may have the cities read, for which Slack would have to wait.
        return await asyncio.to_thread(read_digest, text, directory, place), directory

    async def _directory(self, context: RequestContext) -> Directory:
        await self._permissions.check(context.team, context.user, context.channel, direct=context.is_dm, public=False)
        # A digest is for everybody: who opted out is in none, whoever sets it up.
        visibility = await self._visibility.seen_by(context.team, "", context.channel)
        return visibility.visible(await self._accounts.accounts())


def _as_typed(command: DigestCommand) -> DigestCommand:
    """Nobody sets up by typing what they have not seen: the preview comes first, with the button that does it."""
    planned = command.action is SubscriptionAction.CREATE or (command.action is SubscriptionAction.NEW and command.draft.cron)
    return replace(command, action=SubscriptionAction.PLAN) if planned else command


class BadFieldError(Exception):
    """An entry that cannot be used; ``field`` is its block id, ``sentence`` for the person."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.sentence = field, sentence


@dataclass(frozen=True, slots=True)
class OpenedForm:
    """A form's state and first entries."""

    state: FormState
    values: FormValues


class DigestForms:
    """Opens the form and carries it out. Raises UsageErrors and NotAllowed as ``DigestService`` does."""

    def __init__(self, digests: DigestService, subscriptions: SubscriptionService) -> None:
        self._digests, self._subscriptions = digests, subscriptions

    async def open(self, command: DigestCommand, context: RequestContext, directory: Directory) -> OpenedForm:
        """The form's first entries: the digest as it is, or a new one with what the command says."""
        if command.action in (SubscriptionAction.EDIT, SubscriptionAction.MOVE):
            digest = await self._digests.find(command, context, directory)
            await self._subscriptions.authorization.may_change(digest, context.user)
            state = FormState(digest.id, digest.version, context.channel, digest.dates)
            return OpenedForm(state, _of_digest(digest))
        draft, channel = command.draft, command.draft.channel or context.channel
        zone = draft.zone or await self._subscriptions.zone_of(context.user)
        accounts = draft.accounts or await self._subscriptions.usual_accounts(directory, context.team, channel)
        days, time, words = _schedule_values(draft.cron, zone) if draft.cron else (USUAL_DAYS, USUAL_TIME, "")
        state = FormState(asked_in=context.channel, dates=draft.dates)
        return OpenedForm(state, FormValues(accounts, days, time, zone, words, channel, draft.content or ()))

    async def submit(
        self, state: FormState, draft: DigestDraft, offered: Container[str], context: RequestContext, directory: Directory
    ) -> Message:
        """Creates or changes the digest; ``offered`` are the accounts (platform ids) that could be chosen in the form."""
        if not state.digest:
            return await self._digests.create(replace(draft, dates=state.dates), context, directory)
        digest = await self._digests.find(DigestCommand(SubscriptionAction.EDIT, state.digest), context, directory)
        if digest.version != state.version:
            raise NotUnderstood(CHANGED_MEANWHILE)
        await self._digests.check_can_be_chosen((one for one in draft.accounts if one not in digest.accounts), context.team)
        return await self._digests.edit(digest, _with_the_others(draft, digest, offered), context)

    async def preview(
        self, state: FormState, draft: DigestDraft, offered: Container[str], context: RequestContext, directory: Directory
    ) -> Message:
        """What a digest with these entries would post."""
        await self._digests.check_can_be_chosen(draft.accounts if not state.digest else (), context.team)
        if not state.digest:
            planned = replace(draft, dates=state.dates)
            return await self._digests.answer(DigestCommand(SubscriptionAction.PLAN, draft=planned), context, directory)
        digest = await self._digests.find(DigestCommand(SubscriptionAction.EDIT, state.digest), context, directory)
        return await self._digests.preview_edit(digest, _with_the_others(draft, digest, offered), context)


def _with_the_others(draft: DigestDraft, digest: Subscription, offered: Container[str]) -> DigestDraft:
    """The draft with those accounts of the digest that the form could not offer: opted out, or not visible where the form was opened."""
    stay = [account for account in digest.accounts if account in draft.accounts or account not in offered]
    return replace(draft, accounts=(*stay, *(account for account in draft.accounts if account not in stay)))


def draft_of(values: FormValues) -> DigestDraft:
    """The draft of these entries.

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
    """Days and time of the choices; or the schedule in words, where the choices cannot express it."""
    if choices := choices_of(cron):
        return *choices, ""
    return (), "", describe(Schedule(cron, zone)).removesuffix(f" {zone}")

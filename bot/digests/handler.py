"""Handles requests about digests (`digest …`, `history`, buttons), and the form: its first entries and its submission."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from msgspec.structs import asdict, replace

from bot.digests import modal
from bot.digests.command import DIGEST, DigestCommand, DigestDraft, DigestOptions, changed_draft, checked_part, options_of
from bot.digests.create import refuse_untimed
from bot.digests.draft import ParsingPlace
from bot.digests.modal import FormState, FormValues
from bot.digests.parser import may_name_a_digest, read_digest
from bot.digests.reports import with_content
from bot.digests.result_blocks import MOST_ROWS, build_digest_result, build_home_digests
from bot.digests.results import DigestList
from bot.digests.service import DigestService
from bot.errors import BadSchedule, UsageError
from bot.management import form_fields as forms
from bot.management.actions import READING, SubscriptionAction, rest_of
from bot.management.authorization import Authorization
from bot.management.form_fields import BadFieldsError
from bot.management.service import SubscriptionService
from bot.parsing.account_names import with_names
from bot.schedules.parser import describe, read_schedule
from bot.schedules.schedule import Schedule
from bot.slack.builders import Message
from bot.slack.interactive import View
from bot.slack.request import RenderedResult, Request, RequestContext
from bot.statistics.reports import Directory
from bot.storage.cached import CachedGroups
from bot.subscriptions.subscription import Subscription

NOT_UNDERSTOOD = "I didn't understand that. It looks like a question about digests."
NO_ACCOUNT_CHOSEN = "Choose at least one account."
#: Stands for the digest that is not set up yet, where a change of it is read.
_ANY_ID: Final = "0000"


class DigestHandler:
    """Answers requests about digests; raises BotError."""

    def __init__(self, service: DigestService, authorization: Authorization, groups: CachedGroups) -> None:
        self._service, self._authorization, self._groups = service, authorization, groups

    async def handle(self, request: Request) -> RenderedResult:
        command, directory = await self.read(request.text, request.context)
        command = replace(command, change=rest_of(request.text, command.which)) if command.action is SubscriptionAction.EDIT else command
        return await self._answer(command if request.from_button else _as_typed(command), request, directory)

    async def home(self, request: Request) -> RenderedResult:
        return RenderedResult(build_home_digests(await self.listed(request)), kind="digest list")

    async def listed(self, request: Request) -> DigestList:
        await self._authorization.permissions.check(request.context)
        return await self._service.list(request.context, MOST_ROWS)

    async def _answer(self, command: DigestCommand, request: Request, directory: Directory) -> RenderedResult:
        result = await self._service.answer(command, request.context, directory)
        message, changed = build_digest_result(result), command.action not in READING
        return RenderedResult(message, kind=f"digest {command.action}", changed=changed, follow_up=result.follow_up)

    async def amend(self, request: Request, command: str, change: str) -> RenderedResult:
        """Changes the digest that the last command set up ("tuesday"), or previews the one that it previewed with the change."""
        before, directory = await self.read(command, request.context)
        if before.action is not SubscriptionAction.PLAN:
            return await self.handle(replace(request, text=f"{command} {change}"))
        try:
            asked, _ = await self.read(f"{DIGEST} {SubscriptionAction.EDIT} {_ANY_ID} {change}", request.context)
        except UsageError as error:
            error.suggestions = (with_names(command, directory),)
            raise
        draft = changed_draft(before.draft, asked.draft)
        return await self._answer(replace(before, draft=draft), request, directory)

    async def check(self, request: Request) -> None:
        """Raises BotError for a command that would be refused."""
        command, _ = await self.read(request.text, request.context)
        if command.action is SubscriptionAction.PLAN:
            refuse_untimed(command.draft)

    async def read(self, text: str, context: RequestContext) -> tuple[DigestCommand, Directory]:
        """The command in this text, and the accounts that everybody may see there. Raises NotAllowed; UsageError for no valid one."""
        groups = await self._groups.groups(context.team)
        directory = replace(await self._authorization.checked_accounts(context), groups=groups)
        place = ParsingPlace(context.channel, direct=context.is_dm, today=self._service.today)
        # In a thread: an unknown word may load the cities, which takes longer than Slack waits.
        return await asyncio.to_thread(read_digest, text, directory, place), directory


def _as_typed(command: DigestCommand) -> DigestCommand:
    """A typed command to create becomes a plan: its preview has the button that creates the digest."""
    planned = command.action is SubscriptionAction.CREATE or (command.action is SubscriptionAction.NEW and command.draft.cron)
    return replace(command, action=SubscriptionAction.PLAN) if planned else command


class DigestForms:
    """The form of digests (`bot.listeners.forms`). Raises UsageErrors and NotAllowed as ``DigestService`` does."""

    title, labels = modal.TITLE_NEW, modal.LABELS
    further: Mapping[str, Callable[[Mapping[str, Any]], View]] = MappingProxyType(
        {modal.FORM_MORE: lambda view: modal.build_options(*modal.read(view))}
    )
    marked = staticmethod(modal.errors_in_view)

    def __init__(self, handler: DigestHandler, digests: DigestService, subscriptions: SubscriptionService) -> None:
        self._handler, self._digests, self._subscriptions = handler, digests, subscriptions

    def wants_form(self, words: str) -> bool:
        """Whether a command asks for the form: ``digest`` alone, ``digest new``, or ``digest edit`` with nothing but a digest."""
        typed = words.lower().split()
        edits = (
            typed[:2] == [DIGEST, SubscriptionAction.EDIT.value]
            and len(typed) <= len((DIGEST, "edit", "id"))
            and all(map(may_name_a_digest, typed[2:]))
        )
        return edits or typed in ([DIGEST], [DIGEST, SubscriptionAction.NEW.value])

    async def open(self, words: str, context: RequestContext) -> View:
        command, directory = await self._handler.read(words, context)
        if command.action in (SubscriptionAction.EDIT, SubscriptionAction.MOVE):
            digest = await self._digests.find(command, context, directory)
            await self._subscriptions.authorization.may_change(digest, context.user)
            state = FormState(digest.id, digest.version, context.channel, digest.dates)
            values = _of_digest(digest, await self._subscriptions.group_of(digest, context))
            return modal.build_form(state, values, directory.accounts)
        draft, channels = command.draft, command.draft.channels or tuple(filter(None, [context.channel]))
        zone = draft.zone or await self._subscriptions.zone_of(context.user)
        accounts = draft.accounts or await self._subscriptions.usual_accounts(directory, context.team, next(iter(channels), ""))
        days, time, words = _schedule_values(draft.cron, zone) if draft.cron else (forms.USUAL_DAYS, forms.USUAL_TIME, "")
        state = FormState(asked_in=context.channel, dates=draft.dates)
        options = DigestOptions().changed(draft.options)
        values = FormValues(accounts, days, time, zone, words, channels, with_content((), draft.content), options)
        return modal.build_form(state, values, directory.accounts)

    async def again(self, view: Mapping[str, Any], context: RequestContext, trouble: str = "") -> View:
        state, values = modal.read(view)
        return modal.build_form(state, values, (await self._directory(context)).accounts, trouble=trouble)

    def asked_in(self, view: Mapping[str, Any]) -> str:
        return modal.read(view)[0].asked_in

    def draft(self, view: Mapping[str, Any]) -> DigestDraft:
        return draft_of(modal.read(view)[1])

    async def submit(self, view: Mapping[str, Any], draft: DigestDraft, context: RequestContext) -> Message:
        state, directory = modal.read_state(view), await self._directory(context)
        if not state.digest:
            return build_digest_result(await self._digests.create(replace(draft, dates=state.dates), context, directory))
        digest = await self._found(state, context, directory)
        forms.check_unchanged(digest, state.version)
        await self._digests.check_can_be_chosen((one for one in draft.accounts if one not in digest.accounts), context.team)
        return build_digest_result(await self._digests.edit(digest, _with_the_others(draft, digest, view), context))

    async def check(self, view: Mapping[str, Any], draft: DigestDraft, context: RequestContext) -> None:
        """Raises BadFieldsError when this person may not post in one of the chosen channels; a digest may stay where it is."""
        state, directory = modal.read_state(view), await self._directory(context)
        present: frozenset[str] = frozenset()
        if state.digest:
            group = await self._subscriptions.group_of(await self._found(state, context, directory), context)
            present = frozenset(one.channel for one in group)
        await forms.check_channels(self._subscriptions.authorization, [one for one in draft.channels if one not in present], context)

    async def preview(self, view: Mapping[str, Any], draft: DigestDraft, context: RequestContext) -> Message:
        state, directory = modal.read_state(view), await self._directory(context)
        if not state.digest:
            await self._digests.check_can_be_chosen(draft.accounts, context.team)
            return build_digest_result(await self._digests.preview_new(replace(draft, dates=state.dates), context, directory))
        digest = await self._found(state, context, directory)
        return build_digest_result(await self._digests.preview_edit(digest, _with_the_others(draft, digest, view), context))

    async def _found(self, state: FormState, context: RequestContext, directory: Directory) -> Subscription:
        return await self._digests.find(DigestCommand(SubscriptionAction.EDIT, state.digest), context, directory)

    async def _directory(self, context: RequestContext) -> Directory:
        return await self._subscriptions.authorization.checked_accounts(context)


def _with_the_others(draft: DigestDraft, digest: Subscription, view: Mapping[str, Any]) -> DigestDraft:
    """The draft with the digest's accounts that the form could not offer: opted out, or not visible where it was opened."""
    offered = forms.offered_options(view, modal.ACCOUNTS)
    stay = [account for account in digest.accounts if account in draft.accounts or account not in offered]
    return replace(draft, accounts=(*stay, *(account for account in draft.accounts if account not in stay)))


def draft_of(values: FormValues) -> DigestDraft:
    """The draft of these entries. Raises BadFieldsError: some entries are wrong; it has all their errors."""
    errors = {field: text for field, given, text in _needed(values) if not given}
    cron, zone = "", forms.zone_of(values.zone, errors) or "UTC"
    try:
        if values.words:
            schedule = read_schedule(values.words, zone=zone)
            cron, zone = schedule.cron, schedule.zone
        elif wrong := forms.day_errors(values.days, values.time):
            errors |= wrong
        else:
            cron = forms.cron_of(values.days, values.time)
    except BadSchedule as error:
        errors[modal.WORDS] = forms.field_sentence(error)
    if errors:
        raise BadFieldsError(errors)
    texts = {part: checked_part(part, getattr(values.options, part)) for part in (forms.TITLE, modal.INTRO)}
    return DigestDraft(values.accounts, cron, zone, values.channels, values.content, options=asdict(values.options) | texts)


def _needed(values: FormValues) -> tuple[tuple[str, object, str], ...]:
    return (
        (modal.ACCOUNTS, values.accounts, NO_ACCOUNT_CHOSEN),
        (forms.CHANNEL, values.channels, forms.NO_CHANNEL_CHOSEN),
        (forms.ZONE, values.zone, forms.NO_ZONE_CHOSEN),
    )


def _of_digest(digest: Subscription, group: Sequence[Subscription]) -> FormValues:
    days, time, words = _schedule_values(digest.cron, digest.zone)
    return FormValues(
        digest.accounts, days, time, digest.zone, words, tuple(one.channel for one in group), digest.content, options_of(digest.rule)
    )


def _schedule_values(cron: str, zone: str) -> tuple[tuple[str, ...], str, str]:
    """The choices of days and the time; or the schedule in words where the choices cannot express it."""
    if choices := forms.choices_of(cron):
        return *choices, ""
    return (), "", describe(Schedule(cron, zone)).removesuffix(f" {zone}")

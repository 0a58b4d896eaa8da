"""Handles requests about digests (`digest …`, `history`, buttons), and the form: its first entries and its submission."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from msgspec.structs import replace

from bot.digests import modal, result_blocks
from bot.digests.command import (
    DIGEST,
    SWITCHES,
    DigestCommand,
    DigestDraft,
    DigestOptions,
    OptionChanges,
    changed_draft,
    checked_part,
    digest_words,
    options_of,
    which_due,
)
from bot.digests.create import refuse_untimed
from bot.digests.draft import ParsingPlace
from bot.digests.manage_blocks import build_digest_history, build_digest_list, build_digest_plan, build_digest_preview
from bot.digests.parser import may_name_a_digest, read_digest
from bot.digests.reports import with_content
from bot.digests.results import MOST_LISTED, DigestList
from bot.digests.service import DigestService, next_days
from bot.errors import BadSchedule, UsageError
from bot.management import form_fields as forms
from bot.management.actions import READING, SubscriptionAction, rest_of
from bot.management.forms import OpenForm, SubscriptionForms
from bot.management.service import SubscriptionService
from bot.parsing.account_names import with_names
from bot.schedules.dates import ScheduleDates, dates_of, say_day
from bot.schedules.parser import OMITTED, read_schedule
from bot.schedules.schedule import Schedule, describe
from bot.slack.builders import Message
from bot.slack.interactive import BadFieldsError, View
from bot.slack.request import RenderedResult, Request, RequestContext
from bot.statistics.reports import Directory
from bot.subscriptions.subscription import SubscriptionKind

NOT_UNDERSTOOD = "I didn't understand that. It looks like a question about digests."
ONE_RHYTHM = "A digest has one rhythm: with a new one from {day} on, nothing would come before."
WAIT_OR_END = "Wait until then, or end this one the day before and set up another that begins then:"
#: The days within which a new rhythm may begin without a question about those before.
SOON: Final = 7
#: Digests that have a row on the Home tab: two blocks each, of the hundred that it takes.
_HOME_ROWS: Final = 8
#: Stands for the digest that is not set up yet, where a change of it is read.
_ANY_ID: Final = "0000"


class DigestHandler:
    """Answers requests about digests; raises BotError."""

    def __init__(self, service: DigestService, subscriptions: SubscriptionService) -> None:
        self._service, self._subscriptions, self._authorization = service, subscriptions, subscriptions.authorization

    async def handle(self, request: Request) -> RenderedResult:
        command, directory = await self.read(request.text, request.context)
        command = replace(command, change=rest_of(request.text, command.which)) if command.action is SubscriptionAction.EDIT else command
        sets_up = command.action is SubscriptionAction.CREATE or (command.action is SubscriptionAction.NEW and command.draft.cron)
        if sets_up and not request.from_button:
            # Its preview has the button that creates it.
            command = replace(command, action=SubscriptionAction.PLAN)
        return await self._answer(command, request, directory)

    async def home(self, request: Request) -> RenderedResult:
        return RenderedResult(result_blocks.build_home_digests(await self.listed(request)), kind="digest list")

    async def listed(self, request: Request) -> DigestList:
        await self._authorization.permissions.check(request.context)
        return await self._service.list(request.context, _HOME_ROWS)

    async def _answer(self, command: DigestCommand, request: Request, directory: Directory) -> RenderedResult:
        message, follow_up = await self._done(command, request.context, directory)
        return RenderedResult(message, kind=f"digest {command.action}", changed=command.action not in READING, follow_up=follow_up)

    async def _done(self, command: DigestCommand, context: RequestContext, directory: Directory) -> tuple[Message, str]:
        """What came of a command, and what can follow."""
        draft, service, follow_up = command.draft, self._service, ""
        match command.action:
            case SubscriptionAction.NEW:
                message = result_blocks.build_form_offer(draft)
            case SubscriptionAction.PLAN:
                plan = await service.plan(draft, context, directory)
                words = digest_words(DigestCommand(SubscriptionAction.PLAN, draft=plan.draft))
                message, follow_up = build_digest_plan(plan), service.follow_up(plan.view.digest, words)
            case SubscriptionAction.CREATE:
                created = await service.create(draft, context, directory)
                message, follow_up = result_blocks.build_shown(created), service.follow_up(created.view.digest) if created.view else ""
            case SubscriptionAction.LIST:
                found = await service.list(context, MOST_LISTED)
                message = build_digest_list(found)
                follow_up = service.follow_up(found.digests[0].digest) if len(found.digests) == 1 else ""
            case SubscriptionAction.HISTORY:
                message = build_digest_history(*await service.history(command, context, directory))
            case SubscriptionAction.RETRY | SubscriptionAction.ARRIVED | SubscriptionAction.AGAIN | SubscriptionAction.LEAVE:
                message = await self._settled(command, context)
            case SubscriptionAction.JOIN if draft.channels and not command.which:
                for channel in draft.channels:
                    await self._subscriptions.join(channel, context)
                message = result_blocks.build_joined(draft.channels)
            case _:
                message, follow_up = await self._done_to_one(command, context, directory)
        return message, follow_up

    async def _settled(self, command: DigestCommand, context: RequestContext) -> Message:
        """Posts a failed delivery at once, or settles an uncertain one; also of alerts and goals."""
        delivery, subscription = await self._subscriptions.find_delivery(command.which, context)
        if command.action is SubscriptionAction.RETRY:
            is_first, sent = await self._subscriptions.retry(delivery, subscription, context)
            return result_blocks.build_sending(subscription, sent, [(sent or subscription).channel] if is_first else ())
        is_first, settled = await self._subscriptions.confirm(command.action, delivery, subscription, context)
        return result_blocks.build_confirmed(command.action, settled, is_first=is_first)

    async def _done_to_one(self, command: DigestCommand, context: RequestContext, directory: Directory) -> tuple[Message, str]:
        service, draft, shown = self._service, command.draft, None
        which, due = which_due(command.which) if command.action is SubscriptionAction.SKIP else (command.which, None)
        digest = await service.find(replace(command, which=which), context, directory)
        match command.action:
            case SubscriptionAction.SKIP if command.change and (days := next_days(digest, int(command.change.split()[1]))):
                shown = await service.edit(digest, DigestDraft(dates=ScheduleDates(omitted=days).words), context)
            case SubscriptionAction.SKIP:
                view, due, there, is_skipped = await service.skip(digest, due, context)
                message = result_blocks.build_skipped(view, due, there, is_skipped=is_skipped)
            case SubscriptionAction.EDIT | SubscriptionAction.MOVE if draft == DigestDraft():
                await self._authorization.may_change(digest, context.user)
                message = result_blocks.build_form_offer(draft, digest)
            case SubscriptionAction.EDIT | SubscriptionAction.MOVE:
                shown = await service.edit(digest, draft, context)
            case SubscriptionAction.SHOW:
                shown = await service.show(digest, context)
            case SubscriptionAction.PREVIEW:
                message = build_digest_preview(*await service.preview(digest, context))
            case SubscriptionAction.NOW:
                message = result_blocks.build_sending(digest, *await service.send_now(digest, context))
            case SubscriptionAction.JOIN:
                message = result_blocks.build_joined(await service.join(digest, context))
            case _:
                shown = await service.pause_resume_or_delete(command.action, digest, context, until=draft.dates)
        if shown:
            message, digest = result_blocks.build_shown(shown), shown.view.digest if shown.view else digest
        return message, "" if command.action is SubscriptionAction.DELETE else service.follow_up(digest)

    async def amend(self, request: Request, command: str, change: str) -> RenderedResult:
        """Changes the digest that the last command set up ("tuesday"), or previews the one that it previewed with the change."""
        before, directory = await self.read(command, request.context)
        if before.action is not SubscriptionAction.PLAN:
            asked, _ = await self.read(f"{command} {change}", request.context)
            first = dates_of(asked.draft.dates).first
            if first and (first - self._service.today).days > SOON and not asked.draft.cron.endswith(OMITTED) and asked.draft.cron:
                ways = (f"{command} {change}", f"{command} until {first - timedelta(days=1)}")
                raise BadSchedule(ONE_RHYTHM.format(day=say_day(first)), remedy=WAIT_OR_END, suggestions=ways)
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
        groups = await self._subscriptions.sources.groups.groups(context.team)
        directory = replace(await self._authorization.checked_accounts(context), groups=groups)
        place = ParsingPlace(context.channel, direct=context.is_dm, today=self._service.today)
        # In a thread: an unknown word may load the cities, which takes longer than Slack waits.
        return await asyncio.to_thread(read_digest, text, directory, place), directory


class DigestForms(SubscriptionForms[modal.DigestFormState, modal.FormValues, DigestDraft]):
    """The form of digests. Raises UsageErrors and NotAllowed as ``DigestService`` does."""

    kind, actions = SubscriptionKind.DIGEST, {action.value: action for action in (SubscriptionAction.NEW, SubscriptionAction.EDIT)}
    title, labels = modal.TITLE_NEW, modal.LABELS
    further, gone = MappingProxyType({modal.FORM_MORE: modal.build_options}), modal.GONE
    read, marked, may_name = staticmethod(modal.read), staticmethod(modal.errors_in_view), staticmethod(may_name_a_digest)

    def __init__(self, handler: DigestHandler, digests: DigestService, subscriptions: SubscriptionService) -> None:
        super().__init__(subscriptions)
        self._handler, self._digests = handler, digests

    async def read_command(self, words: str, context: RequestContext) -> tuple[DigestCommand, Directory]:
        return await self._handler.read(words, context)

    async def entries(self, form: OpenForm) -> tuple[modal.DigestFormState, modal.FormValues]:
        digest, context = form.one, form.context
        if digest:
            state = modal.DigestFormState(digest.id, digest.version, context.channel, dates=digest.dates)
            accounts, cron, zone, content, options = digest.accounts, digest.cron, digest.zone, digest.content, options_of(digest.rule)
            channels = tuple(one.channel for one in await self._subscriptions.group_of(digest, context))
        else:
            draft: DigestDraft = form.command.draft
            state = modal.DigestFormState(asked_in=context.channel, dates=draft.dates)
            channels = draft.channels or tuple(filter(None, [context.channel]))
            accounts = draft.accounts or await self._subscriptions.usual_accounts(form.directory, context.team, next(iter(channels), ""))
            cron, zone = draft.cron, draft.zone or await self._subscriptions.zone_of(context.user)
            content, options = with_content((), draft.content), DigestOptions().changed(draft.options)
        days, time, words = _schedule_values(cron, zone) if cron else (forms.USUAL_DAYS, forms.USUAL_TIME, "")
        posted = tuple(name for name in SWITCHES if getattr(options, name))
        values = modal.FormValues(accounts, days, time, zone, words=words, channel=channels, content=content, posted=posted)
        return state, replace(values, title=options.title, intro=options.intro)

    async def build(self, state: modal.DigestFormState, values: modal.FormValues, form: OpenForm, trouble: str = "") -> View:
        return modal.build_form(state, values, form.directory.accounts, trouble=trouble)

    def draft(self, view: Mapping[str, Any]) -> DigestDraft:
        return draft_of(*modal.read(view))

    def chosen(self, draft: DigestDraft) -> tuple[Iterable[str], Iterable[str]]:
        return draft.accounts, draft.channels

    async def previewed(self, draft: DigestDraft, form: OpenForm) -> Message:
        if form.one:
            previewed = await self._digests.preview_edit(form.one, _with_the_others(draft, form), form.context)
        else:
            previewed = await self._digests.preview_new(draft, form.context, form.directory)
        return build_digest_preview(*previewed, unsaved=True)

    async def saved(self, draft: DigestDraft, form: OpenForm) -> Message:
        if form.one is None:
            return result_blocks.build_shown(await self._digests.create(draft, form.context, form.directory))
        return result_blocks.build_shown(await self._digests.edit(form.one, _with_the_others(draft, form), form.context))


def _with_the_others(draft: DigestDraft, form: OpenForm) -> DigestDraft:
    """The draft with the digest's accounts that the form could not offer: opted out, or not visible where it was opened."""
    stay = forms.not_offered(form.one, draft.accounts, form.view, modal.ACCOUNTS) if form.one else []
    return replace(draft, accounts=tuple(dict.fromkeys((*stay, *draft.accounts))))


def draft_of(state: modal.DigestFormState, values: modal.FormValues) -> DigestDraft:
    """The draft of these entries. Raises BadFieldsError: some entries are wrong; it has all their errors."""
    typed_zone = values.timezone or values.zone
    errors = forms.missing(
        (modal.ACCOUNTS, values.accounts, "Choose at least one account."),
        (forms.CHANNEL, values.channel, forms.NO_CHANNEL_CHOSEN),
        (forms.ZONE, typed_zone, forms.NO_ZONE_CHOSEN),
    )
    cron, zone = "", forms.zone_of(typed_zone, errors) or "UTC"
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
    texts = {part: checked_part(part, getattr(values, part)) for part in (forms.TITLE, modal.INTRO)}
    options: OptionChanges = {**texts, **{name: name in values.posted for name in SWITCHES}}
    # The dates of an existing one stay.
    return DigestDraft(values.accounts, cron, zone, values.channel, values.parts, "" if state.which else state.dates, options)


def _schedule_values(cron: str, zone: str) -> tuple[tuple[str, ...], str, str]:
    """The choices of days and the time; or the schedule in words where the choices cannot express it."""
    if choices := forms.choices_of(cron):
        return *choices, ""
    return (), "", describe(Schedule(cron, zone)).removesuffix(f" {zone}")

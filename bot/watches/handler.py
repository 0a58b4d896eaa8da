"""Handles requests about watches (`watch …`, buttons), and the form: its first entries and its submission."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import NotUnderstood, UsageError
from bot.management import form_fields as forms
from bot.management.actions import READING, SubscriptionAction, SubscriptionChange, edit_words, rest_of
from bot.management.authorization import Authorization
from bot.management.forms import FormState, OpenForm, SubscriptionForms, form_metadata, read_form
from bot.management.rules import RuleList, RuleResult
from bot.management.service import SubscriptionService
from bot.slack.builders import OPTIONS_LIMIT, Block, Message, actions, button, context, section
from bot.slack.interactive import BadFieldsError, View, build_modal, build_notice_view, build_trouble, input_block
from bot.slack.request import RenderedResult, Request, RequestContext
from bot.statistics.reports import Account, Directory
from bot.subscriptions.subscription import SubscriptionKind
from bot.watches.blocks import build_home_watches, build_watch_preview, build_watch_result, points_words
from bot.watches.parser import ACTIONS, read_watch
from bot.watches.rule import WATCH, WatchCommand, WatchDraft, WatchRule
from bot.watches.service import WatchService

TITLE_NEW, TITLE_EDIT = "New watch", "Edit watch"
SAVE_NEW, SAVE_EDIT = "Create Watch", "Save Changes"
ABOUT = "A message when a post goes live, and its figures in the thread after {points}. It sees posts made through PostPost."
WHO_HINT = "One or several accounts, or one group, or all."
STAYS = "Accounts that can't be shown here stay."
WHO: Final = "who"
#: The callback id of the form, and the id of the button for a preview.
FORM, FORM_PREVIEW = f"{WATCH}.form", f"{WATCH}.look"
#: Watches that have a row on the Home tab.
_HOME_ROWS: Final = 5
LABELS: Final = {WHO: "Whose posts", forms.CHANNEL: "Channel", forms.QUIET: forms.QUIET_LABEL}


class WatchFormValues(Struct, frozen=True):
    """The entries of the form: platform ids, a group's value or the team's; the channel's id, and quiet hours."""

    who: tuple[str, ...] = ()
    channel: str = ""
    quiet: str = ""


def build_form(state: FormState, values: WatchFormValues, accounts: Sequence[Account], groups: Iterable[str], *, trouble: str = "") -> View:
    """The form with these entries; ``trouble`` (mrkdwn) says what was wrong with the last ones."""
    if not accounts:
        return build_notice_view(TITLE_NEW, forms.NO_ACCOUNTS)
    watched = forms.who_options(accounts, groups, values.who)
    who = forms.several_menu("multi_static_select", WHO, watched, values.who)
    blocks: list[Block] = [
        build_trouble(trouble) if trouble else section(ABOUT.format(points=points_words())),
        input_block(WHO, LABELS[WHO], who, hint=f"{WHO_HINT} {STAYS}" if state.stays else WHO_HINT, optional=state.stays),
        input_block(forms.CHANNEL, LABELS[forms.CHANNEL], forms.channel_menu(values.channel)),
        forms.quiet_input(values.quiet),
        actions([button(FORM_PREVIEW, forms.PREVIEW_LABEL, "preview")]),
    ]
    if len(accounts) > len(watched):
        blocks.append(context(forms.ONLY_SOME.format(most=OPTIONS_LIMIT)))
    title, save = (TITLE_EDIT, SAVE_EDIT) if state.which else (TITLE_NEW, SAVE_NEW)
    return build_modal(title, blocks, submit=save, callback_id=FORM, metadata=form_metadata(state, replace(values, who=())))


NOT_UNDERSTOOD = "I didn't understand that. It looks like a watch."
NO_WHO_CHOSEN = "Choose an account, a group, or all accounts."
ONE_GROUP = "Choose accounts, or one group, or all accounts, not several of these."
GONE = "One of these accounts can't be watched here any more. Choose another one."


class WatchHandler:
    """Answers requests about watches; raises BotError."""

    def __init__(self, service: WatchService, authorization: Authorization) -> None:
        self._service, self._authorization = service, authorization

    async def handle(self, request: Request) -> RenderedResult:
        command = read_watch(request.text)
        if command.action is SubscriptionAction.EDIT:
            command = replace(command, change=rest_of(request.text, command.which))
        result = await self._service.answer(command, request.context, await self._authorization.checked_accounts(request.context))
        message, changed = build_watch_result(result), command.action not in READING
        return RenderedResult(message, kind=f"watch {command.action}", changed=changed, follow_up=_follow_up(result))

    async def home(self, request: Request) -> RenderedResult:
        """The watches of this person, and of the channel, for the Home tab."""
        await self._authorization.permissions.check(request.context)
        return RenderedResult(build_home_watches(await self._service.list(request.context, _HOME_ROWS)), kind="watch list")

    async def check(self, request: Request) -> None:
        """Raises a UsageError without suggestions where the text names nobody: its first word may be no "watch" at all."""
        command, context = read_watch(request.text), request.context
        if not command.who:
            return
        try:
            accounts = await self._authorization.checked_accounts(context)
            await self._service.whose(command.who, accounts, context.team, context.channel)
        except UsageError as error:
            error.suggestions = ()
            raise


def _follow_up(result: object) -> str:
    """The command that changes the watch, after an empty question; "" for none."""
    if isinstance(result, RuleList) and len(result.views) == 1:
        return f"\n{edit_words(result.views[0].subscription)}"
    if not isinstance(result, RuleResult) or result.view is None or result.change is SubscriptionChange.DELETED:
        return ""
    return f"\n{edit_words(result.view.subscription)}"


class WatchForms(SubscriptionForms[FormState, WatchFormValues, WatchDraft]):
    """The form of watches. Raises UsageErrors and NotAllowed as ``WatchService`` does."""

    kind, actions, title, labels = SubscriptionKind.WATCH, ACTIONS, TITLE_NEW, LABELS
    who, gone = WHO, GONE

    def __init__(self, watches: WatchService, subscriptions: SubscriptionService) -> None:
        super().__init__(subscriptions)
        self._watches = watches

    async def read_command(self, words: str, context: RequestContext) -> tuple[WatchCommand, Directory]:
        return read_watch(words), await self._authorization.checked_accounts(context)

    async def entries(self, form: OpenForm) -> tuple[FormState, WatchFormValues]:
        watch, directory, context = form.one, form.directory, form.context
        if watch is None:
            usual = await self._subscriptions.usual_accounts(directory, context.team, context.channel)
            return FormState(asked_in=context.channel), WatchFormValues(usual, context.channel)
        if (rule := WatchRule.from_json(watch.rule)) is None:
            raise NotUnderstood("A newer version of this bot set this watch up, and this version can't change it.")
        stays = not {account.platform_id for account in directory.accounts}.issuperset(watch.accounts)
        who = (forms.who_value(rule.who),) if rule.who else watch.accounts
        return FormState(watch.id, watch.version, context.channel, stays), WatchFormValues(who, watch.channel, rule.quiet)

    async def build(self, state: FormState, values: WatchFormValues, form: OpenForm, trouble: str = "") -> View:
        return build_form(state, values, form.directory.accounts, await self._watches.groups(form.context.team), trouble=trouble)

    def read(self, view: Mapping[str, Any]) -> tuple[FormState, WatchFormValues]:
        return read_form(view, self.kind, FormState, WatchFormValues)

    def draft(self, view: Mapping[str, Any]) -> WatchDraft:
        state, values = self.read(view)
        groups = tuple(filter(None, map(forms.chosen_group, values.who)))
        accounts = tuple(one for one in values.who if not forms.chosen_group(one))
        entries = ((WHO, values.who or state.stays, NO_WHO_CHOSEN), (forms.CHANNEL, values.channel, forms.NO_CHANNEL_CHOSEN))
        errors = forms.missing(*entries)
        if len(groups) > 1 or (groups and accounts):
            errors[WHO] = ONE_GROUP
        quiet = forms.quiet_of(values.quiet, errors)
        if errors:
            raise BadFieldsError(errors)
        return WatchDraft(accounts, "".join(groups), values.channel, quiet)

    def chosen(self, draft: WatchDraft) -> tuple[Iterable[str], Iterable[str]]:
        return draft.accounts, (draft.channel,)

    async def previewed(self, draft: WatchDraft, form: OpenForm) -> Message:
        """The message about the last post that the watch would have announced."""
        return build_watch_preview(await self._watches.preview(_with_the_others(draft, form), form.context))

    async def saved(self, draft: WatchDraft, form: OpenForm) -> Message:
        watches, what = self._watches, (_with_the_others(draft, form), form.context)
        return build_watch_result(await (watches.change(form.one, *what) if form.one else watches.create(*what)))


def _with_the_others(draft: WatchDraft, form: OpenForm) -> WatchDraft:
    """The draft with the watch's accounts that the form could not offer, which stay."""
    stay = forms.not_offered(form.one, draft.accounts, form.view, WHO) if form.one and not draft.group else []
    return replace(draft, accounts=tuple(dict.fromkeys((*stay, *draft.accounts))))

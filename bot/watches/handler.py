"""Handles requests about watches (`watch …`, buttons), and the form: its first entries and its submission."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import NotUnderstood, UsageError
from bot.management import form_fields as forms
from bot.management.actions import READING, SubscriptionAction, SubscriptionChange, edit_words, rest_of
from bot.management.authorization import Authorization
from bot.management.form_fields import BadFieldsError
from bot.management.rules import RuleResult
from bot.management.service import SubscriptionService
from bot.slack.builders import OPTIONS_LIMIT, Block, Message, actions, button, context, section
from bot.slack.interactive import View, build_modal, build_notice_view, build_trouble, input_block
from bot.slack.request import RenderedResult, Request, RequestContext
from bot.statistics.reports import Account, Directory
from bot.subscriptions.subscription import Subscription, SubscriptionKind
from bot.watches.blocks import HOME_ROWS, build_home_watches, build_watch_preview, build_watch_result, points_words
from bot.watches.parser import read_watch, wants_form
from bot.watches.rule import WATCH, WatchDraft, WatchRule
from bot.watches.service import WatchService

TITLE_NEW, TITLE_EDIT = "New watch", "Edit watch"
SAVE_NEW, SAVE_EDIT = "Create Watch", "Save Changes"
ABOUT = "A message when a post goes live, and its figures in the thread after {points}. It sees posts made through PostPost."
WHO_HINT = "One or several accounts, or one group, or all."
STAYS = "Accounts that can't be shown here stay."
WHO: Final = "who"
#: The callback id of the form, and the id of the button for a preview.
FORM, FORM_PREVIEW = f"{WATCH}.form", f"{WATCH}.look"
LABELS: Final = {WHO: "Whose posts", forms.CHANNEL: "Channel", forms.QUIET: forms.QUIET_LABEL}


class WatchFormState(Struct, frozen=True):
    """What the form was opened for; it comes back with the submission in ``private_metadata``."""

    #: The watch that is changed, with the version that the person saw; "" and 0 for a new one.
    watch: str = ""
    version: int = 0
    #: The conversation it was opened in: the result is posted there.
    asked_in: str = ""
    #: Whether it has accounts that the form cannot offer.
    stays: bool = False


class WatchFormValues(Struct, frozen=True):
    """The entries of the form: platform ids, a group's value or the team's; the channel's id, and quiet hours."""

    who: tuple[str, ...] = ()
    channel: str = ""
    quiet: str = ""


def build_form(
    state: WatchFormState, values: WatchFormValues, accounts: Sequence[Account], groups: Iterable[str], *, trouble: str = ""
) -> View:
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
    title, save = (TITLE_EDIT, SAVE_EDIT) if state.watch else (TITLE_NEW, SAVE_NEW)
    return build_modal(title, blocks, submit=save, callback_id=FORM, metadata=forms.form_metadata(state, replace(values, who=())))


def read(view: Mapping[str, Any]) -> tuple[WatchFormState, WatchFormValues]:
    return forms.read_form(view, WatchFormState, WatchFormValues)


NOT_UNDERSTOOD = "I didn't understand that. It looks like a watch."
NO_WHO_CHOSEN = "Choose an account, a group, or all accounts."
ONE_GROUP = "Choose accounts, or one group, or all accounts, not several of these."
GONE = "One of these accounts can't be watched here any more. Choose another one."
NEWER = "A newer version of this bot set this watch up, and this version can't change it."


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
        return RenderedResult(build_home_watches(await self._service.list(request.context, HOME_ROWS)), kind="watch list")

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
    if not isinstance(result, RuleResult) or result.view is None or result.change is SubscriptionChange.DELETED:
        return ""
    return f"\n{edit_words(result.view.subscription)}"


class WatchForms:
    """The form of watches (`bot.listeners.forms`). Raises UsageErrors and NotAllowed as ``WatchService`` does."""

    title, labels = TITLE_NEW, LABELS
    further: Mapping[str, Callable[[Mapping[str, Any]], View]] = MappingProxyType({})
    wants_form, marked = staticmethod(wants_form), staticmethod(forms.errors_of_fields)

    def __init__(self, watches: WatchService, subscriptions: SubscriptionService) -> None:
        self._watches, self._subscriptions = watches, subscriptions

    async def open(self, words: str, context: RequestContext) -> View:
        """The form with its first entries: the watch's, or what is usual."""
        command, directory = read_watch(words), await self._subscriptions.authorization.checked_accounts(context)
        state, values = WatchFormState(asked_in=context.channel), WatchFormValues(channel=context.channel)
        if command.action is SubscriptionAction.EDIT:
            watch = await self._subscriptions.find(SubscriptionKind.WATCH, command.action, command.which, directory, context)
            await self._subscriptions.authorization.may_change(watch, context.user)
            if (rule := WatchRule.from_json(watch.rule)) is None:
                raise NotUnderstood(NEWER)
            stays = not {account.platform_id for account in directory.accounts}.issuperset(watch.accounts)
            state = WatchFormState(watch.id, watch.version, context.channel, stays)
            values = WatchFormValues((forms.who_value(rule.who),) if rule.who else watch.accounts, watch.channel, rule.quiet)
        else:
            values = replace(values, who=await self._subscriptions.usual_accounts(directory, context.team, context.channel))
        return await self._form(state, values, context, directory)

    async def again(self, view: Mapping[str, Any], context: RequestContext, trouble: str = "") -> View:
        directory = await self._subscriptions.authorization.checked_accounts(context)
        return await self._form(*read(view), context, directory, trouble)

    async def _form(
        self, state: WatchFormState, values: WatchFormValues, context: RequestContext, directory: Directory, trouble: str = ""
    ) -> View:
        return build_form(state, values, directory.accounts, await self._watches.groups(context.team), trouble=trouble)

    def asked_in(self, view: Mapping[str, Any]) -> str:
        return read(view)[0].asked_in

    def draft(self, view: Mapping[str, Any]) -> WatchDraft:
        """The entries; raises BadFieldsError with all that is wrong."""
        state, values = read(view)
        groups, accounts = (
            [group for one in values.who if (group := forms.chosen_group(one))],
            [one for one in values.who if not forms.chosen_group(one)],
        )
        errors = {} if values.who or state.stays else {WHO: NO_WHO_CHOSEN}
        if len(groups) > 1 or (groups and accounts):
            errors[WHO] = ONE_GROUP
        if not values.channel:
            errors[forms.CHANNEL] = forms.NO_CHANNEL_CHOSEN
        quiet = forms.quiet_of(values.quiet, errors)
        if errors:
            raise BadFieldsError(errors)
        return WatchDraft(tuple(accounts), "".join(groups), values.channel, quiet)

    async def check(self, view: Mapping[str, Any], draft: WatchDraft, context: RequestContext) -> None:
        """Raises BadFieldsError for an account that is not shown any more, or a channel where this person may not post."""
        watch, directory = await self._before(view, context)
        if not {account.platform_id for account in directory.accounts}.issuperset(draft.accounts):
            raise BadFieldsError({WHO: GONE})
        if watch is None or watch.channel != draft.channel:
            await forms.check_channels(self._subscriptions.authorization, [draft.channel], context)

    async def preview(self, view: Mapping[str, Any], draft: WatchDraft, context: RequestContext) -> Message:
        """The message about the last post that the watch would have announced."""
        watch, directory = await self._before(view, context)
        return build_watch_preview(await self._watches.preview(self._whole(draft, watch, view, directory), context))

    async def submit(self, view: Mapping[str, Any], draft: WatchDraft, context: RequestContext) -> Message:
        watch, directory = await self._before(view, context)
        whole = self._whole(draft, watch, view, directory)
        if watch is None:
            return build_watch_result(await self._watches.create(whole, context))
        forms.check_unchanged(watch, read(view)[0].version)
        return build_watch_result(await self._watches.change(watch, whole, context))

    async def _before(self, view: Mapping[str, Any], context: RequestContext) -> tuple[Subscription | None, Directory]:
        return await self._subscriptions.to_change(SubscriptionKind.WATCH, read(view)[0].watch, context)

    @staticmethod
    def _whole(draft: WatchDraft, watch: Subscription | None, view: Mapping[str, Any], directory: Directory) -> WatchDraft:
        """The draft with the watch's accounts that the form could not offer, which stay; raises NotUnderstood for one that is not shown."""
        if not {account.platform_id for account in directory.accounts}.issuperset(draft.accounts):
            raise NotUnderstood(GONE)
        offered = forms.offered_options(view, WHO)
        stay = [one for one in watch.accounts if one not in offered or one in draft.accounts] if watch and not draft.group else []
        return replace(draft, accounts=tuple(dict.fromkeys((*stay, *draft.accounts))))

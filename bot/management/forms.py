"""The form of a kind of subscription: opened, shown again, previewed and saved. A feature gives its fields, its draft and its service."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

import msgspec
from msgspec import Struct

from bot.errors import NotUnderstood
from bot.management.actions import AN_ID, SubscriptionAction
from bot.management.form_fields import check_channels, entered, errors_of_fields
from bot.management.service import SubscriptionService
from bot.slack.builders import Message
from bot.slack.interactive import BadFieldsError, View
from bot.slack.request import RequestContext
from bot.statistics.reports import Directory
from bot.subscriptions.subscription import Subscription, SubscriptionKind

CHANGED_MEANWHILE = "Somebody changed this {kind} since you opened the form. Close it and look at the {kind} again."


class FormState(Struct, frozen=True, forbid_unknown_fields=True):
    """What a form was opened for; it comes back with the submission in ``private_metadata``. Nothing in it is a permission."""

    #: The id of what is changed, with the version that the person saw; "" and 0 for a new one.
    which: str = ""
    version: int = 0
    #: The conversation it was opened in: the result is posted there.
    asked_in: str = ""
    #: Whether it has accounts that the form cannot offer, and that stay.
    stays: bool = False


S = TypeVar("S", bound=FormState)
V = TypeVar("V", bound=Struct)
D = TypeVar("D")


#: Actions on an existing one for which its form is opened.
_CHANGES: Final = (SubscriptionAction.EDIT, SubscriptionAction.MOVE)


class OpenForm(Struct, frozen=True):
    """A form, who has it open where, and the accounts that everybody may see there."""

    context: RequestContext
    directory: Directory
    #: What it changes; None for a new one.
    one: Subscription | None = None
    view: Mapping[str, Any] = {}
    #: The command that opens it; None for a view that is open.
    command: Any = None


class SubscriptionForms(ABC, Generic[S, V, D]):
    """The form of one kind: what it was opened for ``S`` and its entries ``V``, which make a draft ``D``.

    Each method that takes a ``view`` takes the form, or a view on top of it. Those that wait raise BotError.
    """

    kind: SubscriptionKind
    #: What the words after its kind do.
    actions: Mapping[str, SubscriptionAction]
    #: The title of the form before it is filled, and the labels of its fields by their names.
    title: str
    labels: Mapping[str, str]
    #: What builds the views with more entries, by the ids of the buttons that open them.
    further: Mapping[str, Callable[[S, V], View]] = MappingProxyType({})
    #: The field of the accounts ("": the form is shown again, without its name), and the sentence about one that is not shown any more.
    who, gone = "", ""

    def __init__(self, subscriptions: SubscriptionService) -> None:
        self._subscriptions, self._authorization = subscriptions, subscriptions.authorization

    @abstractmethod
    async def read_command(self, words: str, context: RequestContext) -> tuple[Any, Directory]:
        """The command in these words, and the accounts that everybody may see there."""

    @abstractmethod
    async def entries(self, form: OpenForm) -> tuple[S, V]:
        """The first entries, of a new one or of that which is changed; raises NotUnderstood for one of a newer version."""

    @abstractmethod
    async def build(self, state: S, values: V, form: OpenForm, trouble: str = "") -> View:
        """The form with these entries; ``trouble`` (mrkdwn) says what was wrong with the last ones."""

    @abstractmethod
    def read(self, view: Mapping[str, Any]) -> tuple[S, V]:
        """What the form was opened for, and its entries."""

    @abstractmethod
    def draft(self, view: Mapping[str, Any]) -> D:
        """The draft of these entries; raises BadFieldsError with all that is wrong."""

    @abstractmethod
    def chosen(self, draft: D) -> tuple[Iterable[str], Iterable[str]]:
        """The accounts (platform ids) that must be among those shown, and the channels."""

    @abstractmethod
    async def previewed(self, draft: D, form: OpenForm) -> Message:
        """What would be posted."""

    @abstractmethod
    async def saved(self, draft: D, form: OpenForm) -> Message:
        """Carries it out; returns what was done."""

    def marked(self, view: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, str]:
        """The errors whose fields are in the view, by block id."""
        return errors_of_fields(view, errors)

    def may_name(self, word: str) -> object:
        """Whether a word behind "edit" can name one."""
        return AN_ID.fullmatch(word)

    def wants_form(self, command: str) -> bool:
        """Whether a command, after its first word, asks for the form: nothing, "new", or "edit" with nothing but the name of one."""
        words = command.lower().split()[1:]
        action = self.actions.get(words[0]) if words else SubscriptionAction.NEW
        if action is SubscriptionAction.EDIT:
            return len(words) <= len(("edit", "id")) and all(map(self.may_name, words[1:]))
        return action in (SubscriptionAction.NEW, SubscriptionAction.CREATE) and not words[1:]

    async def open(self, words: str, context: RequestContext) -> View:
        """The form that the words ask for."""
        command, directory = await self.read_command(words, context)
        one = None
        if command.action in _CHANGES:
            one = await self._subscriptions.find(self.kind, command.action, command.which, directory, context)
            await self._authorization.may_change(one, context.user)
        form = OpenForm(context, directory, one, command=command)
        return await self.build(*await self.entries(form), form)

    async def again(self, view: Mapping[str, Any], context: RequestContext, trouble: str = "") -> View:
        """The form with these entries, below what went wrong (mrkdwn)."""
        form = OpenForm(context, await self._authorization.checked_accounts(context), view=view)
        return await self.build(*self.read(view), form, trouble)

    async def check(self, view: Mapping[str, Any], draft: D, context: RequestContext) -> None:
        """Raises BadFieldsError for an account that is not shown any more, or a channel where this person may not post; it may stay."""
        form = await self._opened(view, context)
        accounts, channels = self.chosen(draft)
        if self.who and _are_gone(accounts, form):
            raise BadFieldsError({self.who: self.gone})
        there = {one.channel for one in await self._subscriptions.group_of(form.one, context)} if form.one else ()
        await check_channels(self._authorization, [one for one in channels if one not in there], context)

    async def preview(self, view: Mapping[str, Any], draft: D, context: RequestContext) -> Message:
        """What would be posted."""
        return await self.previewed(draft, await self._checked(view, draft, context))

    async def submit(self, view: Mapping[str, Any], draft: D, context: RequestContext) -> Message:
        """Carries it out and returns what was done; raises NotUnderstood where it was changed since the form was opened."""
        form = await self._checked(view, draft, context)
        if form.one and form.one.version != self.read(view)[0].version:
            raise NotUnderstood(CHANGED_MEANWHILE.format(kind=self.kind))
        return await self.saved(draft, form)

    async def _opened(self, view: Mapping[str, Any], context: RequestContext) -> OpenForm:
        directory, which = await self._authorization.checked_accounts(context), self.read(view)[0].which
        one = await self._subscriptions.find(self.kind, SubscriptionAction.EDIT, which, directory, context) if which else None
        return OpenForm(context, directory, one, view)

    async def _checked(self, view: Mapping[str, Any], draft: D, context: RequestContext) -> OpenForm:
        form = await self._opened(view, context)
        if _are_gone(self.chosen(draft)[0], form):
            raise NotUnderstood(self.gone)
        return form


def _are_gone(accounts: Iterable[str], form: OpenForm) -> bool:
    return not {account.platform_id for account in form.directory.accounts}.issuperset(accounts)


def form_metadata(state: FormState, values: Struct) -> str:
    """What a form was opened for and its entries, for ``private_metadata``: its views do not see one another."""
    return msgspec.json.encode({"state": state, "values": values}).decode()


def read_form(
    view: Mapping[str, Any],
    kind: SubscriptionKind,
    state: type[S],
    values: type[V],
    earlier: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
) -> tuple[S, V]:
    """What a form was opened for, and the entries of this view with those of the views beside it.

    The entries' attributes have the names of the fields. ``earlier`` gives the metadata of a form of an earlier version as it is now.
    """
    several = {one.name for one in msgspec.structs.fields(values) if isinstance(one.default, tuple)}
    given = {name: value for name, value in entered(view).items() if name in values.__struct_fields__}
    # A field of several choices had one in an earlier version.
    one = {name: tuple(filter(None, (value,))) for name, value in given.items() if name in several and isinstance(value, str)}
    here = given | one
    try:
        stored = msgspec.json.decode(view.get("private_metadata") or "{}")
        stored = earlier(stored) if earlier else stored if "state" in stored else {"state": _known(state, stored, kind), "values": {}}
        named = {"which" if name == kind else name: value for name, value in stored["state"].items()}
        return msgspec.convert(named, state), msgspec.convert(stored["values"] | here, values)
    except (msgspec.MsgspecError, AttributeError, KeyError, TypeError):
        return state(), msgspec.convert(here, values)


def _known(state: type[S], stored: Mapping[str, Any], kind: SubscriptionKind) -> dict[str, Any]:
    """What an earlier version stored. Its form lacks fields, so it must change nothing: version 0 is no stored one's."""
    return {name: value for name, value in stored.items() if name in (kind, *state.__struct_fields__)} | {"version": 0}

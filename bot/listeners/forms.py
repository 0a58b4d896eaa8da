"""The forms of digests, alerts and watches: opened within the three seconds of a trigger and filled later, with further views on top.

::

    command, button, shortcut ─→ loading view ─→ form ─┬ Preview ──────→ view on top: what would be posted; the form stays as it is
                                                       ├ More Options ─→ view on top; sent off, its entries are kept in the form below
                                                       └ sent off ─────→ wrong entries marked, or what was done, in the view and a message
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final, Generic, Protocol, TypeVar

from msgspec import Struct
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.listeners.conversation import Conversation
from bot.listeners.payloads import press_key, view_context, workspace_of
from bot.management.form_fields import BadFieldsError
from bot.schedules.timezones import search_zones
from bot.slack.builders import OPTIONS_LIMIT, Message, option
from bot.slack.interactive import View, build_modal, build_notice_view, in_view
from bot.slack.numbers import use_number_format
from bot.slack.request import RequestContext
from bot.slack.web_api import UNANSWERED
from bot.subscriptions.subscription import SubscriptionKind

SAVING = ":hourglass_flowing_sand: One moment, it is being saved …"
SENT_ALREADY = "You sent this form before: `{kind} list` shows what it did."
SAVED = "{text}\nYou find it again with `{kind} list`."

#: Seconds that Slack may take to describe the chosen channel while the person waits for the form.
CHECK_WITHIN: Final = 1.5
#: Seconds for a search in all big cities; Slack waits three for an answer.
SEARCH_WITHIN: Final = 1.0
#: Zones offered for the letters typed so far.
MOST_ZONES: Final = min(50, OPTIONS_LIMIT)

logger = logging.getLogger(__name__)
D = TypeVar("D")


class SentForm(Struct, Generic[D], frozen=True):
    """A submitted form, with the functions that read, check and carry out its entries and that show it again."""

    view: dict[str, Any]
    context: RequestContext
    #: Reads the entries, in a thread; raises BadFieldsError.
    read: Callable[[], D]
    #: Raises BadFieldsError when Slack says that nothing can be posted in the chosen channel.
    check: Callable[[D], Awaitable[None]]
    carry_out: Callable[[D], Awaitable[Message]]
    #: The form with its entries, below what went wrong (mrkdwn).
    again: Callable[[str], Awaitable[View]]
    #: The errors whose fields are in the view, by block id.
    marked: Callable[[dict[str, Any], Any], dict[str, str]]


class FormFlow:
    """Opens forms and handles their submissions, for one kind of subscription."""

    def __init__(self, kind: SubscriptionKind, title: str, conversation: Conversation) -> None:
        self._kind, self._title, self._conversation, self._clock = kind, title, conversation, conversation.clock

    async def open(self, body: Mapping[str, Any], build: Callable[[], Awaitable[View]], *, on_top: bool = False) -> bool:
        """Opens a loading view, because the trigger expires after three seconds, and fills it later; False when it had expired.

        ``on_top``: the button is in a view, and the form opens on top of it.
        """
        opened = await self._conversation.open_view(body, build_notice_view(self._title), on_top=on_top)
        if opened:
            self._conversation.send(self._fill(opened, build), name=f"open the {self._kind} form")
        return bool(opened)

    async def _fill(self, view_id: str, build: Callable[[], Awaitable[View]]) -> None:
        await self.show(view_id, build)
        # The first search loads the cities: done now, so that a person who types need not wait.
        await asyncio.to_thread(search_zones, "utc", self._clock(), 1)

    async def handle_zones(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Offers the zones that the letters typed so far may mean."""
        typed, now = str(body.get("value") or ""), self._clock()
        searching = asyncio.ensure_future(asyncio.to_thread(search_zones, typed, now, MOST_ZONES))
        done, _ = await asyncio.wait({searching}, timeout=SEARCH_WITHIN)
        # Until the cities are loaded, only names of zones are searched.
        found = searching.result() if done else search_zones(typed, now, MOST_ZONES, with_cities=False)
        await ack(options=[option(label, zone) for zone, label in found])

    async def handle_sent(self, ack: AsyncAck, body: dict[str, Any], form: SentForm[D]) -> None:
        view = form.view
        try:
            draft = await asyncio.to_thread(form.read)
            await self._check(form, draft)
        except BadFieldsError as bad:
            if marked := form.marked(view, bad.errors):
                await ack(response_action="errors", errors=marked)
                return
            await ack(response_action="update", view=build_notice_view(self._title))
            trouble = " ".join(bad.errors.values())
            self._conversation.send(self.show(view["id"], lambda: form.again(trouble)), name="show a form again")
            return
        if await self._conversation.seen.again(workspace_of(body), f"form:{view.get('id')}:{view.get('hash')}", acknowledged=False):
            await ack(response_action="update", view=build_notice_view(self._title, SENT_ALREADY.format(kind=self._kind)))
            return
        await ack(response_action="update", view=build_notice_view(self._title, SAVING))
        self._conversation.send(self._carry_out(form, draft), name=f"save a form of the {self._kind}")

    async def _check(self, form: SentForm[D], draft: D) -> None:
        """Raises BadFieldsError when Slack answers in time that nothing can be posted in the channel; other errors come later."""
        checking = asyncio.ensure_future(form.check(draft))
        # A check that takes longer is not cancelled.
        checking.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        done, _ = await asyncio.wait({checking}, timeout=CHECK_WITHIN)
        if done and isinstance(error := checking.exception(), BadFieldsError):
            raise error

    async def _carry_out(self, form: SentForm[D], draft: D) -> None:
        async def done() -> View:
            message = await form.carry_out(draft)
            self._conversation.changed(form.context.user)
            try:
                await self._conversation.replies.privately(form.context, message)
            except UNANSWERED:
                # It is saved, and the view says so.
                logger.warning("the message about a form could not be sent", exc_info=True)
            return build_notice_view(self._title, SAVED.format(text=message.text, kind=self._kind))

        await self.show(form.view["id"], done, again=form.again)

    async def show(
        self,
        view_id: str,
        build: Callable[[], Awaitable[View]],
        *,
        title: str = "",
        again: Callable[[str], Awaitable[View]] | None = None,
    ) -> None:
        """Updates the view with what ``build`` returns, or with its error, above the entries that ``again`` shows if given."""
        await self._conversation.fill_view(view_id, build, partial(build_notice_view, title or self._title), again)


def form_context(body: dict[str, Any], asked_in: str) -> RequestContext:
    """The context of a submission: the person, and the channel where they opened the form; the view's id makes two submissions one."""
    view = body.get("view") or {}
    interaction_id = str(view.get("root_view_id") or view.get("id", ""))
    return view_context(body, channel=asked_in, is_dm=asked_in.startswith("D"), source="form", interaction_id=interaction_id)


MEND_FIRST = ":warning: *There is no preview yet.* Close this and fix the form first:"
TITLE_PREVIEW = "{kind} preview"

_KINDS = f"(?:{SubscriptionKind.DIGEST}|{SubscriptionKind.ALERT}|{SubscriptionKind.WATCH})"
#: The callback ids of the forms, the ids of their buttons for a preview, and of those that open a further view, which has the same id.
FORMS, PREVIEWS, FURTHER = (re.compile(rf"{_KINDS}\.{name}") for name in ("form", "look", "(?:options|times)"))


class SubscriptionForms(Protocol[D]):
    """The form of one kind, its entries as a draft ``D``; each method that takes a ``view`` takes the form, or a view on top of it.

    Those that wait raise BotError; nothing in a view is a permission.
    """

    @property
    def title(self) -> str:
        """The title of the form before it is filled."""
        ...

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels of its fields, by their names."""
        ...

    @property
    def further(self) -> Mapping[str, Callable[[Mapping[str, Any]], View]]:
        """What builds the views with more entries, by the ids of the buttons that open them."""
        ...

    def wants_form(self, words: str) -> bool:
        """Whether a command asks for the form: "digest" alone, "digest new", or "digest edit" with nothing but a digest."""
        ...

    async def open(self, words: str, context: RequestContext) -> View:
        """The form that the words ask for."""
        ...

    def asked_in(self, view: Mapping[str, Any]) -> str:
        """The conversation in which the form was opened."""
        ...

    def draft(self, view: Mapping[str, Any]) -> D:
        """The entries; raises BadFieldsError with all that is wrong."""
        ...

    async def again(self, view: Mapping[str, Any], context: RequestContext, trouble: str = "") -> View:
        """The form with these entries, below what went wrong (mrkdwn)."""
        ...

    def marked(self, view: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, str]:
        """The errors whose fields are in the view, by block id."""
        ...

    async def check(self, view: Mapping[str, Any], draft: D, context: RequestContext) -> None:
        """Raises BadFieldsError where Slack says that nothing can be posted in the chosen channel."""
        ...

    async def preview(self, view: Mapping[str, Any], draft: D, context: RequestContext) -> Message:
        """What would be posted."""
        ...

    async def submit(self, view: Mapping[str, Any], draft: D, context: RequestContext) -> Message:
        """Carries it out; returns what was done."""
        ...


class FormListeners:
    """Listeners for the forms of digests, alerts and watches."""

    def __init__(
        self,
        flows: Mapping[SubscriptionKind, FormFlow],
        forms: Mapping[SubscriptionKind, SubscriptionForms[Any]],
        conversation: Conversation,
    ) -> None:
        self._flows, self._forms = flows, forms
        self._conversation, self._seen, self._people = conversation, conversation.seen, conversation.people

    async def open_if_wanted(self, command: Mapping[str, Any], words: str, context: RequestContext) -> bool:
        """Opens the form that a typed command asks for; False where it asks for none, or when its trigger had expired."""
        kind = next((one for one in self._forms if words.lower().split()[:1] == [one.value]), None)
        return kind is not None and self._forms[kind].wants_form(words) and await self.open(kind, command, words, context)

    async def open(
        self, kind: SubscriptionKind, body: Mapping[str, Any], words: str, context: RequestContext, *, on_top: bool = False
    ) -> bool:
        """Opens the form that the words ask for; False when the trigger had expired.

        ``on_top``: the button is in a view, and the form opens on top of it.
        """
        return await self._flows[kind].open(body, lambda: self._forms[kind].open(words, context), on_top=on_top)

    # ── views on top ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def handle_preview(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Shows what the form's entries would post, in a view on top of the form."""
        await ack()
        # Outside of a form the button has nothing to show.
        if view := body.get("view"):
            self._conversation.send(self._preview(view, body, action), name="preview a form")

    async def _preview(self, view: dict[str, Any], body: dict[str, Any], action: dict[str, Any]) -> None:
        if await self._seen.again(workspace_of(body), press_key(body, action)):
            return
        kind = _kind(action["action_id"])
        flow, forms, title = self._flows[kind], self._forms[kind], TITLE_PREVIEW.format(kind=kind.capitalize())
        context = form_context(body, forms.asked_in(view))
        pushed = await self._conversation.open_view(body, build_notice_view(title), on_top=True)
        if not pushed:
            return

        async def preview() -> View:
            try:
                draft = await asyncio.to_thread(forms.draft, view)
            except BadFieldsError as bad:
                wrong = [f"• *{forms.labels[field]}:* {text}" for field, text in bad.errors.items()]
                return build_notice_view(title, "\n".join([MEND_FIRST, *wrong]))
            with use_number_format(await self._people.number_format(context.user, public=False)):
                return build_modal(title, in_view((await forms.preview(view, draft, context)).without_native()))

        await flow.show(pushed, preview, title=title)

    async def handle_further(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Opens a further view on top of the form, with what was entered there before."""
        await ack()
        if view := body.get("view"):
            self._conversation.send(self._further(view, body, action), name="more entries of a form")

    async def _further(self, view: dict[str, Any], body: dict[str, Any], action: dict[str, Any]) -> None:
        kind = _kind(action["action_id"])
        build = self._forms[kind].further.get(action["action_id"])
        if build and not await self._seen.again(workspace_of(body), press_key(body, action)):
            await self._conversation.open_view(body, build(view), on_top=True)

    async def handle_entered(self, ack: AsyncAck, view: dict[str, Any], body: dict[str, Any]) -> None:
        """Marks wrong entries of a further view, or closes it and keeps its entries in the form below."""
        kind = _kind(view["callback_id"])
        forms, below = self._forms[kind], str(view.get("previous_view_id") or view.get("root_view_id"))
        try:
            await asyncio.to_thread(forms.draft, view)
        except BadFieldsError as bad:
            if errors := forms.marked(view, bad.errors):
                await ack(response_action="errors", errors=errors)
                return
        await ack()
        context = form_context(body, forms.asked_in(view))
        self._conversation.send(self._flows[kind].show(below, lambda: forms.again(view, context)), name="keep more entries")

    # ── sending off ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def handle_form(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        kind = _kind(view["callback_id"])
        forms = self._forms[kind]
        context = form_context(body, forms.asked_in(view))

        async def carry_out(draft: Any) -> Message:
            with use_number_format(await self._people.number_format(context.user, public=False)):
                return await forms.submit(view, draft, context)

        form = SentForm(
            view,
            context,
            read=lambda: forms.draft(view),
            check=lambda draft: forms.check(view, draft, context),
            carry_out=carry_out,
            again=lambda trouble: forms.again(view, context, trouble),
            marked=forms.marked,
        )
        await self._flows[kind].handle_sent(ack, body, form)


def _kind(own_id: str) -> SubscriptionKind:
    """The kind that the id of a form or of its button begins with."""
    return SubscriptionKind(own_id.partition(".")[0])

"""The forms of alerts and digests; that of digests has preview and options as views on top of it.

::

    form ─┬ Preview ──────→ view on top: what would be posted; the form stays as it is
          ├ More Options ─→ view on top; sent off, its entries are kept in the form below
          └ sent off ─────→ `bot.listeners.forms`
"""

import asyncio
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.alerts import handler as alerts
from bot.alerts import modal as alert_modal
from bot.alerts.parser import wants_form
from bot.alerts.rule import ALERT, AlertDraft
from bot.blockkit.builders import Message
from bot.blockkit.numbers import use_number_format
from bot.blockkit.views import View, build_notice_view
from bot.digests import modal
from bot.digests.command import DIGEST, DigestDraft
from bot.digests.handler import DigestForms, DigestHandler, draft_of, words_errors
from bot.digests.parser import may_name_a_digest
from bot.listeners.conversation import Conversation
from bot.listeners.forms import FormFlow, SentForm, form_context
from bot.listeners.payloads import Deduplicator, press_key, view_context, workspace_of
from bot.management.actions import SubscriptionAction
from bot.management.form_fields import BadFieldsError, errors_of_fields, offered_options
from bot.slack.people import PeopleDirectory
from bot.slack.request import Request, RequestContext


class DigestFormListeners:
    """Listeners for the form of digests."""

    #: The first word of the commands that may ask for it.
    verb = DIGEST

    def __init__(
        self, flow: FormFlow, *, conversation: Conversation, seen: Deduplicator, handler: DigestHandler, forms: DigestForms
    ) -> None:
        self._flow, self._conversation, self._seen = flow, conversation, seen
        self._handler, self._forms = handler, forms

    def wants_form(self, words: str) -> bool:
        """Whether a command asks for the form: ``digest`` alone, ``digest new``, or ``digest edit`` with nothing but a digest."""
        typed = words.lower().split()
        edits = (
            typed[:2] == [DIGEST, SubscriptionAction.EDIT.value]
            and len(typed) <= len((DIGEST, "edit", "id"))
            and all(map(may_name_a_digest, typed[2:]))
        )
        return edits or typed in ([DIGEST], [DIGEST, SubscriptionAction.NEW.value])

    async def open_form(self, trigger: str, words: str, context: RequestContext, *, on_top: bool = False) -> bool:
        """Opens the form that the words ask for; False when the trigger had expired.

        ``on_top``: the button is in a view, and the form opens on top of it.
        """

        async def form() -> View:
            command, directory = await self._handler.read(words, context)
            opened = await self._forms.open(command, context, directory)
            return modal.build_form(opened.state, opened.values, directory.accounts)

        return await self._flow.open(trigger, form, on_top=on_top)

    # ── views on top ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def handle_preview(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Shows what the form's entries would post, in a view on top of the form."""
        await ack()
        # Outside of a form the button has nothing to show.
        if view := body.get("view"):
            self._conversation.send(self._preview(view, body, press_key(body, action)), name="preview a digest")

    async def _preview(self, view: dict[str, Any], body: dict[str, Any], key: str) -> None:
        if await self._seen.again(workspace_of(body), key):
            return
        state = modal.read_state(view)
        context = form_context(body, state.asked_in)
        pushed = await self._flow.push(body, build_notice_view(modal.TITLE_PREVIEW))
        if not pushed:
            return

        async def preview() -> View:
            try:
                draft = await asyncio.to_thread(draft_of, modal.read_values(view))
            except BadFieldsError as bad:
                return modal.build_errors(bad.errors)
            _, directory = await self._handler.read(DIGEST, context)
            return modal.build_preview(await self._forms.preview(state, draft, _offered(view), context, directory))

        await self._flow.show(pushed, preview, title=modal.TITLE_PREVIEW)

    async def handle_more(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Opens the form's second view on top of it, with what was entered there before."""
        await ack()
        if view := body.get("view"):
            self._conversation.send(self._more(view, body, press_key(body, action)), name="more options of a digest")

    async def _more(self, view: dict[str, Any], body: dict[str, Any], key: str) -> None:
        if not await self._seen.again(workspace_of(body), key):
            await self._flow.push(body, modal.build_options(modal.read_state(view), modal.read_values(view)))

    async def handle_options(self, ack: AsyncAck, view: dict[str, Any], body: dict[str, Any]) -> None:
        """Marks wrong entries, or closes the second view and keeps its entries in the form below."""
        state, values = modal.read_options(view)
        if errors := await asyncio.to_thread(words_errors, values):
            await ack(response_action="errors", errors=errors)
            return
        await ack()
        self._conversation.send(
            self._renew(str(view.get("previous_view_id") or view.get("root_view_id")), state, values, body), name="keep options"
        )

    async def _renew(self, form_id: str, state: modal.FormState, values: modal.FormValues, body: dict[str, Any]) -> None:
        async def form() -> View:
            context = view_context(
                body, channel=state.asked_in, is_dm=state.asked_in.startswith("D"), source="form", interaction_id=form_id
            )
            _, directory = await self._handler.read(DIGEST, context)
            return modal.build_form(state, values, directory.accounts)

        await self._flow.show(form_id, form)

    # ── sending off ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def handle_form(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Marks wrong entries, or carries the form out and shows the result."""
        state, values = modal.read_state(view), modal.read_values(view)
        context = form_context(body, state.asked_in)

        async def check(draft: DigestDraft) -> None:
            _, directory = await self._handler.read(DIGEST, context)
            await self._forms.check_place(state, draft, context, directory)

        async def carry_out(draft: DigestDraft) -> Any:
            _, directory = await self._handler.read(DIGEST, context)
            return await self._forms.submit(state, draft, _offered(view), context, directory)

        async def again(trouble: str) -> View:
            """The form as it was filled in, below what went wrong."""
            _, directory = await self._handler.read(DIGEST, context)
            return modal.build_form(state, values, directory.accounts, trouble=trouble)

        form = SentForm(view, context, lambda: draft_of(values), check, carry_out, again, modal.errors_in_view)
        await self._flow.handle_sent(ack, body, form)


def _offered(view: dict[str, Any]) -> frozenset[str]:
    """The accounts (platform ids) that the form offered; others stay unchanged."""
    return offered_options(view, modal.ACCOUNTS)


class AlertFormListeners:
    """Listeners for the form of alerts."""

    #: The first word of the commands that may ask for it.
    verb = ALERT

    def __init__(self, flow: FormFlow, handler: alerts.AlertHandler, forms: alerts.AlertForms, people: PeopleDirectory) -> None:
        self._flow, self._handler, self._forms, self._people = flow, handler, forms, people

    #: Whether a command asks for the form: ``alert`` alone, ``alert new``, or ``alert edit`` with nothing but an alert.
    wants_form = staticmethod(wants_form)

    async def open_form(self, trigger: str, words: str, context: RequestContext) -> bool:
        """Opens the form that the words ask for; False when the trigger had expired."""

        async def form() -> View:
            command, directory = await self._handler.read_with_accounts(Request(text=words, context=context))
            return alert_modal.build_form(*await self._forms.open(command, context, directory))

        return await self._flow.open(trigger, form)

    async def handle_form(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Marks wrong entries, or carries the form out and shows the result."""
        state, values = alert_modal.read_state(view), alert_modal.read_values(view)
        context = form_context(body, state.asked_in)

        async def check(draft: AlertDraft) -> None:
            _, directory = await self._handler.read_with_accounts(Request(text=ALERT, context=context))
            await self._forms.check(state, draft, context, directory)

        async def carry_out(draft: AlertDraft) -> Message:
            _, directory = await self._handler.read_with_accounts(Request(text=ALERT, context=context))
            with use_number_format(await self._people.number_format(context.user, public=False)):
                return await self._forms.submit(state, draft, context, directory)

        async def again(trouble: str) -> View:
            """The form as it was filled in, below what went wrong."""
            _, directory = await self._handler.read_with_accounts(Request(text=ALERT, context=context))
            return alert_modal.build_form(state, values, await self._forms.choices(context, directory), trouble=trouble)

        form = SentForm(view, context, lambda: alerts.draft_of(state, values), check, carry_out, again, errors_of_fields)
        await self._flow.handle_sent(ack, body, form)

"""The form of alerts."""

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.alerts import modal
from bot.alerts.handler import AlertForms, AlertHandler, draft_of
from bot.alerts.parser import wants_form
from bot.alerts.rule import ALERT, AlertDraft
from bot.blockkit.builders import Message
from bot.blockkit.numbers import use_number_format
from bot.blockkit.views import View
from bot.listeners.forms import FormFlow, SentForm, form_context
from bot.management.form_fields import errors_of_fields
from bot.slack.people import PeopleDirectory
from bot.slack.request import Request, RequestContext


class AlertFormListeners:
    """Listeners for the form of alerts."""

    #: The first word of the commands that may ask for it.
    verb = ALERT

    def __init__(self, flow: FormFlow, handler: AlertHandler, forms: AlertForms, people: PeopleDirectory) -> None:
        self._flow, self._handler, self._forms, self._people = flow, handler, forms, people

    #: Whether a command asks for the form: ``alert`` alone, ``alert new``, or ``alert edit`` with nothing but an alert.
    wants_form = staticmethod(wants_form)

    async def open_form(self, trigger: str, words: str, context: RequestContext) -> bool:
        """Opens the form that the words ask for; False when the trigger had expired."""

        async def form() -> View:
            command, directory = await self._handler.read_with_accounts(Request(text=words, context=context))
            return modal.build_form(*await self._forms.open(command, context, directory))

        return await self._flow.open(trigger, form)

    async def handle_form(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Marks wrong entries, or carries the form out and shows the result."""
        state, values = modal.read_state(view), modal.read_values(view)
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
            return modal.build_form(state, values, await self._forms.choices(context, directory), trouble=trouble)

        form = SentForm(view, context, lambda: draft_of(state, values), check, carry_out, again, errors_of_fields)
        await self._flow.handle_sent(ack, body, form)

"""The forms of digests, alerts and watches, with a preview and further entries as views on top of them.

::

    form ─┬ Preview ──────→ view on top: what would be posted; the form stays as it is
          ├ More Options ─→ view on top; sent off, its entries are kept in the form below
          └ sent off ─────→ `bot.listeners.forms`
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.blockkit.builders import Message
from bot.blockkit.numbers import use_number_format
from bot.blockkit.views import View, build_modal, build_notice_view, in_view
from bot.listeners.conversation import Conversation
from bot.listeners.forms import FormFlow, SentForm, form_context
from bot.listeners.payloads import press_key, workspace_of
from bot.management.form_fields import BadFieldsError
from bot.slack.request import RequestContext
from bot.subscriptions.subscription import SubscriptionKind

MEND_FIRST = ":warning: *There is no preview yet.* Close this and fix the form first:"
TITLE_PREVIEW = "{kind} preview"

_KINDS = f"(?:{SubscriptionKind.DIGEST}|{SubscriptionKind.ALERT}|{SubscriptionKind.WATCH})"
#: The callback ids of the forms, the ids of their buttons for a preview, and of those that open a further view, which has the same id.
FORMS, PREVIEWS, FURTHER = (re.compile(rf"{_KINDS}\.{name}") for name in ("form", "look", "(?:options|times)"))

D = TypeVar("D")


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

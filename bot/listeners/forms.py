"""The forms of digests, alerts and watches: opened within the three seconds of a trigger and filled later, with further views on top.

::

    command, button, shortcut ─→ loading view ─→ form ─┬ Preview ──────→ view on top: what would be posted; the form stays as it is
                                                       ├ More Options ─→ view on top; sent off, its entries are kept in the form below
                                                       └ sent off ─────→ wrong entries marked, or what was done, in the view and a message
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from typing import Any, Final

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.listeners.conversation import Conversation
from bot.listeners.payloads import press_key, view_context, workspace_of
from bot.management.forms import SubscriptionForms
from bot.ops.tasks import ends_within
from bot.schedules.timezones import search_zones
from bot.slack.builders import OPTIONS_LIMIT, option
from bot.slack.interactive import BadFieldsError, View, build_modal, build_notice_view, in_view
from bot.slack.numbers import use_number_format
from bot.slack.request import RequestContext
from bot.slack.web_api import UNANSWERED
from bot.subscriptions.subscription import SubscriptionKind

SAVING = ":hourglass_flowing_sand: One moment, it is being saved …"
SENT_ALREADY = "You sent this form before: `{kind} list` shows what it did."

#: Seconds that Slack may take to describe the chosen channel while the person waits for the form.
CHECK_WITHIN: Final = 1.5
#: Seconds for a search in all big cities; Slack waits three for an answer.
SEARCH_WITHIN: Final = 1.0
#: Zones offered for the letters typed so far.
MOST_ZONES: Final = min(50, OPTIONS_LIMIT)

logger = logging.getLogger(__name__)
MEND_FIRST = ":warning: *There is no preview yet.* Close this and fix the form first:"

_KINDS = f"(?:{SubscriptionKind.DIGEST}|{SubscriptionKind.ALERT}|{SubscriptionKind.WATCH})"
#: The callback ids of the forms, the ids of their buttons for a preview, and of those that open a further view, which has the same id.
FORMS, PREVIEWS, FURTHER = (re.compile(rf"{_KINDS}\.{name}") for name in ("form", "look", "(?:options|times)"))

Forms = SubscriptionForms[Any, Any, Any]


class FormListeners:
    """Listeners for the forms of digests, alerts and watches."""

    def __init__(self, forms: Mapping[SubscriptionKind, Forms], conversation: Conversation) -> None:
        self.forms, self._conversation, self._clock = forms, conversation, conversation.clock
        self._seen, self._people = conversation.seen, conversation.people

    async def open(
        self, kind: SubscriptionKind, body: Mapping[str, Any], words: str, context: RequestContext, *, on_top: bool = False
    ) -> bool:
        """Opens a loading view, because the trigger expires after three seconds, and fills it later; False when it had expired.

        ``on_top``: the button is in a view, and the form opens on top of it.
        """
        forms = self.forms[kind]
        opened = await self._conversation.open_view(body, build_notice_view(forms.title), on_top=on_top)

        async def fill() -> None:
            await self._show(opened, forms.title, lambda: forms.open(words, context))
            # The first search loads the cities: done now, so that a person who types need not wait.
            await asyncio.to_thread(search_zones, "utc", self._clock(), 1)

        if opened:
            self._conversation.send(fill(), name=f"open the {kind} form")
        return bool(opened)

    async def _show(
        self, view_id: str, title: str, build: Callable[[], Awaitable[View]], again: Callable[[str], Awaitable[View]] | None = None
    ) -> None:
        """Updates the view with what ``build`` returns, or with its error, above the entries that ``again`` shows if given."""
        await self._conversation.fill_view(view_id, build, partial(build_notice_view, title), again)

    async def handle_zones(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Offers the zones that the letters typed so far may mean."""
        typed, now = str(body.get("value") or ""), self._clock()
        searching = asyncio.ensure_future(asyncio.to_thread(search_zones, typed, now, MOST_ZONES))
        is_found = await ends_within(SEARCH_WITHIN, searching)
        # Until the cities are loaded, only names of zones are searched.
        found = searching.result() if is_found else search_zones(typed, now, MOST_ZONES, with_cities=False)
        await ack(options=[option(label, zone) for zone, label in found])

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
        forms, context = self._of(action["action_id"], view, body)
        title = f"{forms.kind.capitalize()} preview"
        pushed = await self._conversation.open_view(body, build_notice_view(title), on_top=True)

        async def preview() -> View:
            try:
                draft = await asyncio.to_thread(forms.draft, view)
            except BadFieldsError as bad:
                wrong = [f"• *{forms.labels[field]}:* {text}" for field, text in bad.errors.items()]
                return build_notice_view(title, "\n".join([MEND_FIRST, *wrong]))
            with use_number_format(await self._people.number_format(context.user, public=False)):
                return build_modal(title, in_view((await forms.preview(view, draft, context)).without_native()))

        if pushed:
            await self._show(pushed, title, preview)

    async def handle_further(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Opens a further view on top of the form, with what was entered there before."""
        await ack()
        if view := body.get("view"):
            self._conversation.send(self._further(view, body, action), name="more entries of a form")

    async def _further(self, view: dict[str, Any], body: dict[str, Any], action: dict[str, Any]) -> None:
        forms, _ = self._of(action["action_id"], view, body)
        build = forms.further.get(action["action_id"])
        if build and not await self._seen.again(workspace_of(body), press_key(body, action)):
            await self._conversation.open_view(body, build(*forms.read(view)), on_top=True)

    async def handle_entered(self, ack: AsyncAck, view: dict[str, Any], body: dict[str, Any]) -> None:
        """Marks wrong entries of a further view, or closes it and keeps its entries in the form below."""
        forms, context = self._of(view["callback_id"], view, body)
        below = str(view.get("previous_view_id") or view.get("root_view_id"))
        try:
            await asyncio.to_thread(forms.draft, view)
        except BadFieldsError as bad:
            if errors := forms.marked(view, bad.errors):
                await ack(response_action="errors", errors=errors)
                return
        await ack()
        self._conversation.send(self._show(below, forms.title, lambda: forms.again(view, context)), name="keep more entries")

    # ── sending off ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def handle_form(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Marks wrong entries, or carries them out."""
        forms, context = self._of(view["callback_id"], view, body)
        again = partial(forms.again, view, context)
        try:
            draft = await asyncio.to_thread(forms.draft, view)
            await self._check(forms.check(view, draft, context))
        except BadFieldsError as bad:
            if marked := forms.marked(view, bad.errors):
                await ack(response_action="errors", errors=marked)
                return
            await ack(response_action="update", view=build_notice_view(forms.title))
            trouble = " ".join(bad.errors.values())
            self._conversation.send(self._show(view["id"], forms.title, lambda: again(trouble)), name="show a form again")
            return
        if await self._seen.again(workspace_of(body), f"form:{view.get('id')}:{view.get('hash')}", acknowledged=False):
            await ack(response_action="update", view=build_notice_view(forms.title, SENT_ALREADY.format(kind=forms.kind)))
            return
        await ack(response_action="update", view=build_notice_view(forms.title, SAVING))
        done = partial(self._carry_out, forms, view, draft, context)
        self._conversation.send(self._show(view["id"], forms.title, done, again), name=f"save a form of the {forms.kind}")

    async def _check(self, check: Coroutine[Any, Any, None]) -> None:
        """Raises BadFieldsError when Slack answers in time that nothing can be posted in the channel; other errors come later."""
        checking = asyncio.ensure_future(check)
        # A check that takes longer is not cancelled.
        checking.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        if await ends_within(CHECK_WITHIN, checking) and isinstance(error := checking.exception(), BadFieldsError):
            raise error

    async def _carry_out(self, forms: Forms, view: dict[str, Any], draft: Any, context: RequestContext) -> View:
        with use_number_format(await self._people.number_format(context.user, public=False)):
            message = await forms.submit(view, draft, context)
        self._conversation.changed(context.user)
        try:
            await self._conversation.replies.privately(context, message)
        except UNANSWERED:
            # It is saved, and the view says so.
            logger.warning("the message about a form could not be sent", exc_info=True)
        return build_notice_view(forms.title, f"{message.text}\nYou find it again with `{forms.kind} list`.")

    def _of(self, own_id: str, view: dict[str, Any], body: dict[str, Any]) -> tuple[Forms, RequestContext]:
        """The forms of the kind that the id of a form or of its button begins with, and the context of what was done in this one.

        That is the channel where the person opened the form; the view's id makes two submissions one.
        """
        forms, whole = self.forms[SubscriptionKind(own_id.partition(".")[0])], body.get("view") or {}
        channel, interaction_id = forms.read(view)[0].asked_in, str(whole.get("root_view_id") or whole.get("id", ""))
        is_dm = channel.startswith("D")
        return forms, view_context(body, channel=channel, is_dm=is_dm, source="form", interaction_id=interaction_id)

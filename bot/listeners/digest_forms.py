"""The form of digests: opened within the trigger's three seconds, then filled; preview and options are views on top.

::

    command, button, shortcut ─→ loading view ─→ form ─┬ Preview ──────→ view on top: what would be posted; the form stays as it is
                                                       ├ More Options ─→ view on top; sent off, its entries are kept in the form below
                                                       ├ Time zone ────→ the zones that the typed letters may mean
                                                       └ sent off ─────→ wrong entries marked, or what was done, in the view and a message
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blockkit.builders import OPTIONS_LIMIT, option
from bot.blockkit.views import View, build_notice_view
from bot.digests import modal
from bot.digests.command import DIGEST, DigestDraft
from bot.digests.form import BadFieldsError, DigestForms, DigestHandler, draft_of, words_errors
from bot.digests.parser import may_name_a_digest
from bot.listeners.conversation import Conversation, failure_text
from bot.listeners.payloads import Deduplicator, press_key, view_context, workspace_of
from bot.management.actions import SubscriptionAction
from bot.schedules.timezones import search_zones
from bot.slack.request import RequestContext
from bot.slack.responder import Responder, update_view
from bot.slack.web_api import UNANSWERED, failure_code

SENT_ALREADY = "You sent this form before: `digest list` shows what it did."
SAVED = "{text}\nYou find it again with `digest list`."

#: Seconds that Slack may take to describe the chosen channel while the person waits for the form.
CHECK_WITHIN: Final = 1.5
#: Seconds for a search in all big cities; Slack waits three for an answer.
SEARCH_WITHIN: Final = 1.0
#: Zones offered for the letters typed so far.
MOST_ZONES: Final = min(50, OPTIONS_LIMIT)

logger = logging.getLogger(__name__)


class DigestFormListeners:
    """Listeners for the form of digests."""

    def __init__(
        self,
        *,
        client: AsyncWebClient,
        conversation: Conversation,
        replies: Responder,
        seen: Deduplicator,
        handler: DigestHandler,
        forms: DigestForms,
        changed: Callable[[str], None],
        clock: Callable[[], datetime],
    ) -> None:
        """``changed`` is called with the Slack id of a person who submitted the form; ``clock`` is the current time (aware, UTC)."""
        self._client, self._conversation, self._replies, self._seen = client, conversation, replies, seen
        self._handler, self._forms, self._changed, self._clock = handler, forms, changed, clock

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
        """Opens a loading view, because the trigger expires after three seconds, and fills it later; False when it had expired.

        ``on_top``: the button is in a view, and the form opens on top of it.
        """
        open_view = self._client.views_push if on_top else self._client.views_open
        try:
            opened = await open_view(trigger_id=trigger, view=build_notice_view(modal.TITLE_NEW))
        except UNANSWERED as error:
            logger.info("a form could not be opened", extra={"slack_error": failure_code(error)})
            return False
        self._conversation.send(self._fill(str(opened["view"]["id"]), words, context), name="open the digest form")
        return True

    async def _fill(self, view_id: str, words: str, context: RequestContext) -> None:
        async def form() -> View:
            command, directory = await self._handler.read(words, context)
            opened = await self._forms.open(command, context, directory)
            return modal.build_form(opened.state, opened.values, directory.accounts)

        await self._show(view_id, form)
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
        context = _form_context(body)
        pushed = await self._push(body, build_notice_view(modal.TITLE_PREVIEW))
        if not pushed:
            return

        async def preview() -> View:
            try:
                draft = await asyncio.to_thread(draft_of, modal.read_values(view))
            except BadFieldsError as bad:
                return modal.build_errors(bad.errors)
            _, directory = await self._handler.read(DIGEST, context)
            return modal.build_preview(
                await self._forms.preview(modal.read_state(view), draft, modal.read_offered(view), context, directory)
            )

        await self._show(pushed, preview, title=modal.TITLE_PREVIEW)

    async def handle_more(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Opens the form's second view on top of it, with what was entered there before."""
        await ack()
        if view := body.get("view"):
            self._conversation.send(self._more(view, body, press_key(body, action)), name="more options of a digest")

    async def _more(self, view: dict[str, Any], body: dict[str, Any], key: str) -> None:
        if not await self._seen.again(workspace_of(body), key):
            await self._push(body, modal.build_options(modal.read_state(view), modal.read_values(view)))

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

        await self._show(form_id, form)

    async def _push(self, body: dict[str, Any], view: View) -> str:
        """Opens the view on top of the form; returns its id, "" when Slack refused it (pressed twice, or too late)."""
        try:
            pushed = await self._client.views_push(trigger_id=str(body.get("trigger_id", "")), view=view)
        except UNANSWERED as error:
            logger.info("a view could not be opened on a form", extra={"slack_error": failure_code(error)})
            return ""
        return str(pushed["view"]["id"])

    # ── sending off ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def handle_form(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Marks wrong entries, or carries the form out and shows the result."""
        context = _form_context(body)
        try:
            draft = await asyncio.to_thread(draft_of, modal.read_values(view))
            await self._check_place(view, draft, context)
        except BadFieldsError as bad:
            marked = modal.errors_of_fields(view, bad.errors)
            if marked:
                await ack(response_action="errors", errors=marked)
                return
            await ack(response_action="update", view=build_notice_view(modal.TITLE_NEW))
            again = self._again(view, context, " ".join(bad.errors.values()))
            self._conversation.send(self._show(view["id"], again), name="show a form again")
            return
        if await self._seen.again(workspace_of(body), f"form:{view.get('id')}:{view.get('hash')}", acknowledged=False):
            await ack(response_action="update", view=build_notice_view(modal.TITLE_NEW, SENT_ALREADY))
            return
        await ack(response_action="update", view=build_notice_view(modal.TITLE_NEW, modal.SAVING))
        self._conversation.send(self._submit(view, draft, context), name="save a digest")

    async def _check_place(self, view: dict[str, Any], draft: DigestDraft, context: RequestContext) -> None:
        """Raises BadFieldsError when Slack says in time that nothing can be posted in the channel; other errors show up later."""

        async def check() -> None:
            _, directory = await self._handler.read(DIGEST, context)
            await self._forms.check_place(modal.read_state(view), draft, context, directory)

        checking = asyncio.ensure_future(check())
        # A check that takes longer is not cancelled.
        checking.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        done, _ = await asyncio.wait({checking}, timeout=CHECK_WITHIN)
        if done and isinstance(error := checking.exception(), BadFieldsError):
            raise error

    async def _submit(self, view: dict[str, Any], draft: DigestDraft, context: RequestContext) -> None:
        async def done() -> View:
            _, directory = await self._handler.read(DIGEST, context)
            message = await self._forms.submit(modal.read_state(view), draft, modal.read_offered(view), context, directory)
            self._changed(context.user)
            try:
                await self._replies.privately(context, message)
            except UNANSWERED:
                # The digest is saved, and the view says so.
                logger.warning("the message about a form could not be sent", exc_info=True)
            return build_notice_view(modal.TITLE_NEW, SAVED.format(text=message.text))

        await self._show(view["id"], done, again=(view, context))

    async def _show(
        self,
        view_id: str,
        build: Callable[[], Awaitable[View]],
        *,
        title: str = modal.TITLE_NEW,
        again: tuple[Mapping[str, Any], RequestContext] | None = None,
    ) -> None:
        """Updates the view with what ``build`` returns, or with its error, above the entries of the view ``again`` if given."""
        try:
            shown = await build()
        except Exception as error:  # noqa: BLE001  # failure_text logs it
            trouble = failure_text(error)
            shown = build_notice_view(title, f":warning: {trouble}")
            if again is not None:
                try:
                    shown = await self._again(*again, trouble)()
                except Exception as second:  # noqa: BLE001 - whatever it is: the form must not stay on "Saving"
                    logger.warning("a form cannot be shown again", extra={"failure": type(second).__name__})
        # The person may have closed it: the result is in a message too.
        await update_view(self._client, view_id, shown, lambda note: build_notice_view(title, note))

    def _again(self, view: Mapping[str, Any], context: RequestContext, trouble: str) -> Callable[[], Awaitable[View]]:
        async def form() -> View:
            """The form as it was filled in, below what went wrong."""
            _, directory = await self._handler.read(DIGEST, context)
            return modal.build_form(modal.read_state(view), modal.read_values(view), directory.accounts, trouble=trouble)

        return form


def _form_context(body: dict[str, Any]) -> RequestContext:
    """The context of a submission: the person, and the channel where they opened the form; the view's id makes two submissions one."""
    view = body.get("view") or {}
    channel = modal.read_state(view).asked_in
    interaction_id = str(view.get("root_view_id") or view.get("id", ""))
    return view_context(body, channel=channel, is_dm=channel.startswith("D"), source="form", interaction_id=interaction_id)

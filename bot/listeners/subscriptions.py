"""Buttons of digests and alerts, and the form of digests, which opens within the three seconds of a trigger and is filled after that."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.rule import ALERT, ALERT_WORDS
from bot.digests import modal
from bot.digests.command import DIGEST, DIGEST_WORDS, DigestDraft
from bot.digests.form import BadFieldError, DigestForms, DigestHandler, draft_of
from bot.digests.manage_blocks import PREFIX
from bot.digests.parser import may_name_a_digest
from bot.errors import BotError
from bot.listeners.conversation import Conversation, failure_text
from bot.listeners.payloads import Deduplicator, button_context, carried_command, message_key, press_key, view_context, workspace_of
from bot.management.actions import SubscriptionAction
from bot.parsing.vocabulary import begins_with
from bot.slack.request import Request, RequestContext
from bot.slack.responder import Responder, update_view
from bot.slack.web_api import UNANSWERED, slack_error

PREVIEWED = ":eyes: The preview is shown to you alone, in the channel where you asked for this form."
SENT_ALREADY = "This form was sent before: `digest list` shows what became of it."
DONE = "{said}\nYou find it again with `digest list`."


logger = logging.getLogger(__name__)

#: The ids of the buttons: the action, and a number that makes them unique in a message.
DIGEST_BUTTONS = re.compile(rf"{PREFIX}\.(?:{'|'.join(SubscriptionAction)})(?:\.\d+)?")

ALERT_BUTTONS = re.compile(rf"{ALERT}\.(?:{'|'.join(SubscriptionAction)})(?:\.\d+)?")

#: Actions for which the form is opened.
IN_A_FORM = frozenset({SubscriptionAction.NEW, SubscriptionAction.EDIT, SubscriptionAction.MOVE})

#: Actions whose answer replaces the private card with the button.
DIGESTS_RENEWED = frozenset(
    {SubscriptionAction.CREATE, SubscriptionAction.PAUSE, SubscriptionAction.RESUME, SubscriptionAction.SKIP, SubscriptionAction.DELETE}
)
ALERTS_RENEWED = frozenset({SubscriptionAction.PAUSE, SubscriptionAction.RESUME, SubscriptionAction.SNOOZE, SubscriptionAction.DELETE})


class SubscriptionListeners:
    """Listeners for the buttons of digests and alerts, and for the form of digests."""

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
    ) -> None:
        """``changed`` is called with the Slack id of a person who submitted the form."""
        self._client, self._conversation, self._replies, self._seen = client, conversation, replies, seen
        self._handler, self._forms, self._changed = handler, forms, changed

    # ── buttons ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def handle_digest_button(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Runs the button's command for the person who pressed it, with their permissions, or opens the form."""
        await ack()
        if begins_with(carried_command(action), DIGEST_WORDS):
            self._conversation.send(self._press_digest(body, action), name="digest button")

    async def _press_digest(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        if await self._seen.again(workspace_of(body), press_key(body, action)):
            return
        words, container = carried_command(action), body.get("container") or {}
        context = button_context(body, f"{message_key(body)}:{action.get('action_id')}")
        wanted = SubscriptionAction(str(action.get("action_id", "")).split(".")[1])
        if wanted in IN_A_FORM and await self.open_form(str(body.get("trigger_id", "")), words, context):
            return
        request = Request(text=words, context=context, from_button=True)
        renewed = bool(container.get("is_ephemeral")) and wanted in DIGESTS_RENEWED
        self._conversation.by_press(request, str(body.get("response_url", "")), replace=renewed, block=str(action.get("block_id", "")))

    async def handle_alert_button(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Runs the button's command for the person who pressed it, with their permissions."""
        await ack()
        if begins_with(carried_command(action), ALERT_WORDS):
            self._conversation.send(self._press_alert(body, action), name="alert button")

    async def _press_alert(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        if await self._seen.again(workspace_of(body), press_key(body, action)):
            return
        words, pressed = carried_command(action), str(action.get("action_id", ""))
        request = Request(text=words, context=button_context(body, f"{message_key(body)}:{pressed}"))
        private = bool((body.get("container") or {}).get("is_ephemeral"))
        renewed = private and SubscriptionAction(pressed.split(".")[1]) in ALERTS_RENEWED
        self._conversation.by_press(request, str(body.get("response_url", "")), replace=renewed)

    # ── the form ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def wants_form(self, words: str) -> bool:
        """Whether a command asks for the form: ``digest`` alone, ``digest new``, or ``digest edit`` with nothing but a digest."""
        typed = words.lower().split()
        edits = (
            typed[:2] == [DIGEST, SubscriptionAction.EDIT.value]
            and len(typed) <= len((DIGEST, "edit", "id"))
            and all(map(may_name_a_digest, typed[2:]))
        )
        return edits or typed in ([DIGEST], [DIGEST, SubscriptionAction.NEW.value])

    async def open_form(self, trigger: str, words: str, context: RequestContext) -> bool:
        """Opens a loading view, because the trigger expires after three seconds, and fills it later; False when it had expired."""
        try:
            opened = await self._client.views_open(trigger_id=trigger, view=modal.build_loading())
        except SlackApiError as error:
            logger.info("a form could not be opened", extra={"slack_error": slack_error(error)})
            return False
        self._conversation.send(self._fill(str(opened["view"]["id"]), words, context), name="open the digest form")
        return True

    async def _fill(self, view_id: str, words: str, context: RequestContext) -> None:
        async def form() -> modal.View:
            command, directory = await self._handler.read(words, context)
            opened = await self._forms.open(command, context, directory)
            return modal.build_form(opened.state, opened.values, directory.accounts)

        await self._show(view_id, form, context)

    async def handle_preview(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Shows what the form's entries would post, to the person alone, in the channel where they opened the form."""
        await ack()
        # Elsewhere than in a form the button has nothing to show.
        if view := body.get("view"):
            self._conversation.send(self._preview(view, _form_context(body), press_key(body, action)), name="preview a digest")

    async def _preview(self, view: dict[str, Any], context: RequestContext, key: str) -> None:
        with suppress(Exception):  # what fails here fails below too, where the form says so
            if await self._seen.again(context.team, key):
                return
        state, values = modal.read_state(view), modal.read_values(view)

        async def form() -> modal.View:
            _, directory = await self._handler.read(DIGEST, context)
            message = await self._forms.preview(state, _draft(view), modal.read_offered(view), context, directory)
            await self._replies.privately(context, message)
            return modal.build_form(state, values, directory.accounts, said=PREVIEWED)

        await self._show(view["id"], form, context, again=view)

    async def handle_form(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Marks the entries that cannot be used, or carries the form out and shows what was done."""
        try:
            draft = await asyncio.to_thread(draft_of, modal.read_values(view))
        except BadFieldError as error:
            await ack(response_action="errors", errors={error.field: error.sentence})
            return
        if await self._seen.again(workspace_of(body), f"form:{view.get('id')}:{view.get('hash')}", acknowledged=False):
            await ack(response_action="update", view=modal.build_notice(SENT_ALREADY))
            return
        await ack(response_action="update", view=modal.build_saving())
        self._conversation.send(self._submit(view, draft, _form_context(body)), name="save a digest")

    async def _submit(self, view: dict[str, Any], draft: DigestDraft, context: RequestContext) -> None:
        async def done() -> modal.View:
            _, directory = await self._handler.read(DIGEST, context)
            message = await self._forms.submit(modal.read_state(view), draft, modal.read_offered(view), context, directory)
            self._changed(context.user)
            try:
                await self._replies.privately(context, message)
            except UNANSWERED:
                # It is saved all the same, and the view says so.
                logger.warning("the message about a form could not be sent", exc_info=True)
            return modal.build_notice(DONE.format(said=message.text))

        await self._show(view["id"], done, context, again=view)

    async def _show(
        self, view_id: str, build: Callable[[], Awaitable[modal.View]], context: RequestContext, *, again: dict[str, Any] | None = None
    ) -> None:
        """Updates the view with what ``build`` returns, or with its error, above the entries of the view ``again`` if one is given."""
        try:
            shown = await build()
        except Exception as error:  # noqa: BLE001  # failure_text logs it
            shown = await self._with_error(failure_text(error), context, again)
        # The person may have closed it: what was done is in a message too.
        await update_view(self._client, view_id, shown, modal.build_notice)

    async def _with_error(self, trouble: str, context: RequestContext, again: dict[str, Any] | None) -> modal.View:
        """The form as it was filled in, below what went wrong; that alone where the form cannot be shown again."""
        if again is not None:
            try:
                _, directory = await self._handler.read(DIGEST, context)
                return modal.build_form(modal.read_state(again), modal.read_values(again), directory.accounts, trouble=trouble)
            except Exception as error:  # noqa: BLE001 - whatever it is: the form must not stay on "Saving"
                logger.warning("a form cannot be shown again", extra={"failure": type(error).__name__})
        return modal.build_notice(f":warning: {trouble}")


def _draft(view: dict[str, Any]) -> DigestDraft:
    """The entries as a draft; a wrong one is an error at the form's head, because Slack marks fields only on submission."""
    try:
        return draft_of(modal.read_values(view))
    except BadFieldError as error:
        raise BotError(error.sentence, remedy="") from error


def _form_context(body: dict[str, Any]) -> RequestContext:
    """Who submits the form, and the channel they opened it from; the view's id makes two submissions one."""
    view = body.get("view") or {}
    channel = modal.read_state(view).asked_in
    interaction_id = str(view.get("root_view_id") or view.get("id", ""))
    return view_context(body, channel=channel, is_dm=channel.startswith("D"), source="form", interaction_id=interaction_id)

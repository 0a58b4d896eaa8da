"""Buttons of digests, alerts and watches."""

import logging
import re
from typing import Any, Final

import orjson
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.rule import ALERT, ALERT_WORDS
from bot.digests.command import DIGEST_WORDS
from bot.digests.manage_blocks import PREFIX
from bot.listeners.conversation import Conversation
from bot.listeners.payloads import Deduplicator, button_context, carried_command, message_key, press_key, view_context, workspace_of
from bot.listeners.subscription_forms import FormListeners
from bot.management.actions import SubscriptionAction, build_delete_view
from bot.parsing.vocabulary import begins_with
from bot.slack.request import Request, RequestContext
from bot.slack.web_api import UNANSWERED
from bot.subscriptions.subscription import SubscriptionKind
from bot.watches.rule import WATCH, WATCH_WORDS

logger = logging.getLogger(__name__)

#: The callback id of the view that asks before a digest, an alert or a watch is deleted.
DELETE_VIEW: Final = f"{PREFIX}.delete"

#: The ids of the buttons: the action, and a number that makes them unique in a message.
DIGEST_BUTTONS = re.compile(rf"{PREFIX}\.(?:{'|'.join(SubscriptionAction)})(?:\.\d+)?")

ALERT_BUTTONS = re.compile(rf"(?:{ALERT}|{WATCH})\.(?:{'|'.join(SubscriptionAction)})(?:\.\d+)?")

#: Actions for which the form is opened.
IN_A_FORM = frozenset({SubscriptionAction.NEW, SubscriptionAction.EDIT, SubscriptionAction.MOVE})

#: Actions whose answer replaces the private card with the button.
DIGESTS_RENEWED = frozenset(
    {SubscriptionAction.CREATE, SubscriptionAction.PAUSE, SubscriptionAction.RESUME, SubscriptionAction.SKIP, SubscriptionAction.DELETE}
)
ALERTS_RENEWED = frozenset({SubscriptionAction.PAUSE, SubscriptionAction.RESUME, SubscriptionAction.SNOOZE, SubscriptionAction.DELETE})


class SubscriptionListeners:
    """Listeners for the buttons of digests, alerts and watches."""

    def __init__(self, client: AsyncWebClient, conversation: Conversation, seen: Deduplicator, forms: FormListeners) -> None:
        self._client, self._conversation, self._seen, self._forms = client, conversation, seen, forms

    async def handle_digest_button(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Runs the button's command for the person who pressed it, with their permissions, or opens the form."""
        await ack()
        if begins_with(carried_command(action), DIGEST_WORDS):
            self._conversation.send(self._press_digest(body, action), name="digest button")

    async def _press_digest(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        if await self._seen.again(workspace_of(body), press_key(body, action)):
            return
        words, container, pressed = carried_command(action), body.get("container") or {}, str(action.get("action_id", ""))
        wanted, context = SubscriptionAction(pressed.split(".")[1]), button_context(body, f"{message_key(body)}:{pressed}")
        if _asks_first(action, wanted):
            await self._ask_to_delete(SubscriptionKind.DIGEST, str(body.get("trigger_id", "")), words, context)
            return
        if await self._opened(SubscriptionKind.DIGEST, wanted, words, context, body):
            return
        request = Request(text=words, context=context, from_button=True)
        renewed = bool(container.get("is_ephemeral")) and wanted in DIGESTS_RENEWED
        self._conversation.by_press(request, str(body.get("response_url", "")), replace=renewed, block=str(action.get("block_id", "")))

    async def _opened(
        self, kind: SubscriptionKind, wanted: SubscriptionAction, words: str, context: RequestContext, body: dict[str, Any]
    ) -> bool:
        """Whether this asks for a form, and it was opened; from a button in a view it opens on top of that."""
        on_top = (body.get("view") or {}).get("type") == "modal"
        return wanted in IN_A_FORM and await self._forms.open(kind, str(body.get("trigger_id", "")), words, context, on_top=on_top)

    async def _ask_to_delete(self, kind: SubscriptionKind, trigger: str, words: str, context: RequestContext) -> None:
        state = {"words": words, "channel": context.channel, "thread": context.thread, "direct": context.is_dm}
        view = build_delete_view(kind, DELETE_VIEW, orjson.dumps(state).decode())
        try:
            await self._client.views_open(trigger_id=trigger, view=view)
        except UNANSWERED:
            # Nothing was deleted: the menu must work again.
            logger.info("the question before a deletion could not be opened", exc_info=True)

    async def handle_delete(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Deletes after the person's confirmation, confirms it where they asked, and closes the view."""
        await ack()
        try:
            state = orjson.loads(view.get("private_metadata") or "")
            words, channel, thread, direct = (state[name] for name in ("words", "channel", "thread", "direct"))
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return
        key = f"deleted:{view.get('id')}:{view.get('hash')}"
        context = view_context(
            body, channel=str(channel), thread=str(thread), is_dm=bool(direct), source="button", interaction_id=str(view.get("id", ""))
        )
        if begins_with(str(words), DIGEST_WORDS | ALERT_WORDS | WATCH_WORDS) and not await self._seen.again(workspace_of(body), key):
            self._conversation.by_message(Request(text=str(words), context=context, from_button=True))

    async def handle_alert_button(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        if begins_with(carried_command(action), ALERT_WORDS | WATCH_WORDS):
            self._conversation.send(self._press_alert(body, action), name="alert button")

    async def _press_alert(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        if await self._seen.again(workspace_of(body), press_key(body, action)):
            return
        words, pressed = carried_command(action), str(action.get("action_id", ""))
        kind, name, *_ = pressed.split(".")
        wanted = SubscriptionAction(name)
        context = await self._conversation.placed(button_context(body, f"{message_key(body)}:{pressed}"))
        if _asks_first(action, wanted):
            await self._ask_to_delete(SubscriptionKind(kind), str(body.get("trigger_id", "")), words, context)
            return
        if await self._opened(SubscriptionKind(kind), wanted, words, context, body):
            return
        request = Request(text=words, context=context)
        private = bool((body.get("container") or {}).get("is_ephemeral"))
        renewed = private and wanted in ALERTS_RENEWED
        self._conversation.by_press(request, str(body.get("response_url", "")), replace=renewed)


def _asks_first(action: dict[str, Any], wanted: SubscriptionAction) -> bool:
    """Whether a view must ask for confirmation: a menu's choices, unlike buttons, have no confirmation dialog."""
    return wanted is SubscriptionAction.DELETE and action.get("type") == "overflow"

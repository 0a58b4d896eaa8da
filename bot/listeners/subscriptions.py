"""Buttons of digests and alerts."""

import re
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.alerts.rule import ALERT, ALERT_WORDS
from bot.digests.command import DIGEST_WORDS
from bot.digests.manage_blocks import PREFIX
from bot.listeners.conversation import Conversation
from bot.listeners.digest_forms import DigestFormListeners
from bot.listeners.payloads import Deduplicator, button_context, carried_command, message_key, press_key, workspace_of
from bot.management.actions import SubscriptionAction
from bot.parsing.vocabulary import begins_with
from bot.slack.request import Request

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
    """Listeners for the buttons of digests and alerts."""

    def __init__(self, conversation: Conversation, seen: Deduplicator, forms: DigestFormListeners) -> None:
        self._conversation, self._seen, self._forms = conversation, seen, forms

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
        if wanted in IN_A_FORM and await self._forms.open_form(str(body.get("trigger_id", "")), words, context):
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

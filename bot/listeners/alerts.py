"""Buttons of alerts. Each carries its own command."""

import re
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.alerts.parser import about_alerts
from bot.listeners.conversation import Conversation
from bot.listeners.payloads import button_context, place_of, press_key, words_of
from bot.management.actions import SubscriptionAction
from bot.slack.deduplicator import Deduplicator
from bot.slack.request import Request

#: The ids of the buttons of alerts: the action, and a number that makes them unique in a message.
ALERT_BUTTONS = re.compile(rf"alert\.(?:{'|'.join(SubscriptionAction)})(?:\.\d+)?")

#: Actions whose answer replaces the private card with the button.
RENEWED = frozenset({SubscriptionAction.PAUSE, SubscriptionAction.RESUME, SubscriptionAction.SNOOZE, SubscriptionAction.DELETE})


class AlertListeners:
    """The listener for the buttons of alerts."""

    def __init__(self, conversation: Conversation, seen: Deduplicator) -> None:
        self._conversation, self._seen = conversation, seen

    async def handle_button(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Runs the button's command for the person who pressed it, with their permissions."""
        await ack()
        words, pressed = words_of(action), str(action.get("action_id", ""))
        if not about_alerts(words) or self._seen.again(press_key(body, action)):
            return
        request = Request(text=words, context=button_context(body, f"{place_of(body)}:{pressed}"))
        private = bool((body.get("container") or {}).get("is_ephemeral"))
        renewed = private and SubscriptionAction(pressed.split(".")[1]) in RENEWED
        self._conversation.by_press(request, str(body.get("response_url", "")), replace=renewed)

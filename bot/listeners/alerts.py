"""Buttons on alerts: each asks its own words."""

import re
from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.alerts.parser import about_alerts
from bot.listeners.actions import place_of, pressed_at, words_of
from bot.listeners.conversation import Conversation
from bot.management.actions import SubscriptionAction
from bot.slack.deduplicator import Deduplicator
from bot.slack.request import Request

#: The ids of the buttons on alerts, with the deed and the numbers that keep them unique.
ALERT_BUTTONS = re.compile(rf"alert\.(?:{'|'.join(SubscriptionAction)})(?:\.\d+)?")

#: Deeds whose answer takes the place of the private card they were pressed on.
RENEWED = frozenset({SubscriptionAction.PAUSE, SubscriptionAction.RESUME, SubscriptionAction.SNOOZE, SubscriptionAction.DELETE})


class AlertListeners:
    """The listeners of everything about alerts that is pressed."""

    def __init__(self, conversation: Conversation, seen: Deduplicator) -> None:
        self._conversation, self._seen = conversation, seen

    async def handle_button(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Ask the button's words; permission is checked for the person who pressed."""
        await ack()
        words, spot, pressed = words_of(action), pressed_at(body), str(action.get("action_id", ""))
        once = f"press:{place_of(body)}:{action['action_ts']}:{pressed}" if action.get("action_ts") else ""
        if not about_alerts(words) or self._seen.again(once):
            return
        question = Request(words, replace(spot, source="button", interaction_id=f"{place_of(body)}:{pressed}"))
        private = bool((body.get("container") or {}).get("is_ephemeral"))
        renewed = private and SubscriptionAction(pressed.split(".")[1]) in RENEWED
        self._conversation.by_press(question, spot, str(body.get("response_url", "")), replace=renewed)

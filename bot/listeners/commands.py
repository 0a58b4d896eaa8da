"""The slash command `/linkedin-stats`."""

from collections.abc import Sequence
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.listeners.alert_forms import AlertFormListeners
from bot.listeners.conversation import Conversation
from bot.listeners.digest_forms import DigestFormListeners
from bot.listeners.payloads import Deduplicator, command_context
from bot.slack.request import Request

COMMAND = "/linkedin-stats"


class CommandListeners:
    """The listener for the slash command."""

    def __init__(self, conversation: Conversation, seen: Deduplicator, forms: Sequence[DigestFormListeners | AlertFormListeners]) -> None:
        self._conversation = conversation
        self._seen = seen
        self._forms = forms

    async def handle_statistics(self, ack: AsyncAck, command: dict[str, Any]) -> None:
        """Answers the command privately, or with the word ``share`` in the channel."""
        context, words = command_context(command), command.get("text", "")
        if await self._seen.again(context.team, _delivery_key(command), acknowledged=False):
            await ack()
            return
        first = words.lower().split(maxsplit=1)[:1]
        for form in self._forms:
            if first == [form.verb] and form.wants_form(words) and await form.open_form(context.interaction_id, words, context):
                await ack()
                return
        await self._conversation.by_command(ack, Request(text=words, context=context), command.get("response_url", ""))


def _delivery_key(command: dict[str, Any]) -> str:
    """Identifies one typed command, the same when Slack delivers it again; "" when nothing identifies it."""
    trigger, url = command.get("trigger_id", ""), command.get("response_url", "")
    return f"command:{trigger}:{url}" if trigger or url else ""

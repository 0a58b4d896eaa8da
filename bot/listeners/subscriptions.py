"""Buttons of digests, alerts and watches."""

import re
from typing import Any, Final

import orjson
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.alerts.rule import ALERT, ALERT_WORDS
from bot.digests.command import DIGEST_WORDS
from bot.digests.manage_blocks import PREFIX
from bot.listeners.conversation import Conversation
from bot.listeners.forms import FormListeners
from bot.listeners.payloads import button_context, carried_command, message_key, press_key, view_context, workspace_of
from bot.management.actions import SubscriptionAction, build_delete_view
from bot.parsing.vocabulary import begins_with
from bot.slack.request import BUTTON, Request
from bot.subscriptions.subscription import SubscriptionKind
from bot.watches.rule import WATCH, WATCH_WORDS

#: The callback id of the view that asks before a digest, an alert or a watch is deleted.
DELETE_VIEW: Final = f"{PREFIX}.delete"

#: The ids of the buttons: the kind, the action, and a number that makes them unique in a message.
BUTTONS = re.compile(rf"(?:{PREFIX}|{ALERT}|{WATCH})\.(?:{'|'.join(SubscriptionAction)})(?:\.\d+)?")

#: What the command of such a button begins with.
_WORDS = DIGEST_WORDS | ALERT_WORDS | WATCH_WORDS

#: Actions for which the form is opened.
IN_A_FORM = frozenset({SubscriptionAction.NEW, SubscriptionAction.EDIT, SubscriptionAction.MOVE})

#: Actions whose answer replaces the private card with the button; of a digest also the one that creates it, below its preview.
RENEWED = frozenset(
    {SubscriptionAction.PAUSE, SubscriptionAction.RESUME, SubscriptionAction.SKIP, SubscriptionAction.SNOOZE, SubscriptionAction.DELETE}
)


class SubscriptionListeners:
    """Listeners for the buttons of digests, alerts and watches."""

    def __init__(self, conversation: Conversation, forms: FormListeners) -> None:
        self._conversation, self._seen, self._forms = conversation, conversation.seen, forms

    async def handle_button(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Runs the button's command for the person who pressed it, with their permissions, or opens the form."""
        await ack()
        if begins_with(carried_command(action), _WORDS):
            self._conversation.send(self._press(body, action), name="digest or alert button")

    async def _press(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        if await self._seen.again(workspace_of(body), press_key(body, action)):
            return
        words, pressed = carried_command(action), str(action.get("action_id", ""))
        kind, wanted = SubscriptionKind(pressed.split(".", maxsplit=1)[0]), SubscriptionAction(pressed.split(".")[1])
        context = button_context(body, f"{message_key(body)}:{pressed}")
        if kind is not SubscriptionKind.DIGEST:
            context = await self._conversation.placed(context)
        # A menu's choices, unlike buttons, have no confirmation dialog.
        if wanted is SubscriptionAction.DELETE and action.get("type") == "overflow":
            # Where it does not open, nothing was deleted, and the menu works again.
            state = {"words": words, "channel": context.channel, "thread": context.thread, "direct": context.is_dm}
            await self._conversation.open_view(body, build_delete_view(kind, DELETE_VIEW, orjson.dumps(state).decode()))
            return
        # From a button in a view the form opens on top of that.
        on_top = (body.get("view") or {}).get("type") == "modal"
        if wanted in IN_A_FORM and await self._forms.open(kind, body, words, context, on_top=on_top):
            return
        renewed = wanted in RENEWED or (kind is SubscriptionKind.DIGEST and wanted is SubscriptionAction.CREATE)
        self._conversation.by_press(
            Request(text=words, context=context, from_button=True),
            str(body.get("response_url", "")),
            replace=renewed and bool((body.get("container") or {}).get("is_ephemeral")),
            block=str(action.get("block_id", "")),
        )

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
            body, channel=str(channel), thread=str(thread), is_dm=bool(direct), source=BUTTON, interaction_id=str(view.get("id", ""))
        )
        if begins_with(str(words), _WORDS) and not await self._seen.again(workspace_of(body), key):
            self._conversation.by_message(Request(text=str(words), context=context, from_button=True))

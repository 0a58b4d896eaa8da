"""Buttons and menus of messages. Each carries its own canonical command, so it works after a restart and in another process."""

import re
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.alerts.rule import ALERT, ALERT_WORDS
from bot.digests.command import DIGEST, DIGEST_WORDS
from bot.listeners.conversation import Conversation
from bot.listeners.forms import FormListeners
from bot.listeners.payloads import button_context, carried_command, message_key, press_key, state_context, workspace_of
from bot.management.actions import SubscriptionAction, build_delete_view
from bot.parsing.vocabulary import begins_with
from bot.reports.notice_blocks import read_shared_by
from bot.slack.interactive import ACCOUNT, FAILED, HELP, PERIOD, REFRESH, RETRY, SHARE, ModalState, chosen_button, read_state
from bot.slack.request import Request
from bot.subscriptions.subscription import SubscriptionKind
from bot.watches.rule import WATCH, WATCH_WORDS

#: Buttons that fetch the same figures again, past the short cache.
ANEW = (REFRESH, RETRY)

#: Buttons whose answer replaces the message they are on, when only one person sees it.
IN_PLACE = (REFRESH, RETRY, PERIOD, ACCOUNT, HELP)

#: A listener for buttons, and what matches their action ids.
ButtonListener = tuple[re.Pattern[str] | str, Callable[[AsyncAck, dict[str, Any], dict[str, Any]], Awaitable[None]]]


class MenuListener:
    """Listener for the menus of cards: a choice acts as its button."""

    def __init__(self, buttons: Sequence[ButtonListener]) -> None:
        self._buttons = buttons

    async def handle_choice(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Passes the choice on as a press of its button."""
        pressed, words = chosen_button(carried_command(action))
        for matching, handle in self._buttons:
            if re.fullmatch(matching, pressed):
                await handle(ack, body, {**action, "action_id": pressed, "value": words})
                return
        await ack()


class ActionListeners:
    """Listeners for the buttons and menus of cards."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation, self._seen = conversation, conversation.seen

    async def handle_press(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Runs the button's command for the person who pressed it, with their permissions."""
        await ack()
        if words := carried_command(action):
            self._conversation.send(self._press(body, action, words), name="button")

    async def _press(self, body: dict[str, Any], action: dict[str, Any], words: str) -> None:
        kind = action.get("action_id", "").partition(".")[0]
        # A card is shared once, however often it is pressed.
        once = f"shared:{message_key(body)}:{action.get('value')}" if kind == SHARE else ""
        team = workspace_of(body)
        if await self._seen.again(team, press_key(body, action), once):
            return
        asked = f"{words} share" if kind == SHARE else words
        context = await self._conversation.placed(button_context(body, f"{message_key(body)}:{action.get('action_id')}"))
        public = kind in ANEW and not _alone(body)
        who, at = read_shared_by((body.get("message") or {}).get("blocks") or ()) if public else ("", None)
        request = Request(text=asked, context=context, fresh=kind in ANEW, public=public, shared_by=who, shared_at=at)
        url = body.get("response_url", "")
        if kind == SHARE:
            await self._conversation.by_sharing(request, url, not_shared=partial(self._seen.release, team, once))
        else:
            block, replaces = str(action.get("block_id", "")), _replaces(body, kind)
            await self._conversation.by_press(request, url, replace=replaces, block=block, failed=block.startswith(FAILED))

    async def handle_export(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Sends a card's figures as a file: into its thread when everybody sees the card, else to the person alone."""
        await ack()
        if words := carried_command(action):
            self._conversation.send(self._export(body, action, words), name="export")

    async def _export(self, body: dict[str, Any], action: dict[str, Any], words: str) -> None:
        if await self._seen.again(workspace_of(body), press_key(body, action)):
            return
        kind, again, place, *_ = [*str(action.get("action_id", "")).split(".", 2), "", ""]
        container = body.get("container") or {}
        ts, channel = str(container.get("message_ts", "")), (body.get("channel") or {}).get("id", "")
        context, alone = button_context(body, f"{channel}:{ts}:{kind}"), _alone(body)
        # A private card is refreshed with the file, so that both show the same figures; a shared card is not changed.
        # A file that failed before goes to its original place, which is in the id of the button that sends it again.
        thread_ts = place if again else "" if alone else context.thread or ts
        asked = f"{words} {kind} share" if thread_ts else f"{words} {kind}"
        request = Request(text=asked, context=context)
        await self._conversation.by_export(request, body.get("response_url", ""), thread_ts=thread_ts, replace=alone and not again)

    async def handle_open(self, ack: AsyncAck) -> None:
        """Acknowledges a link button, which opens in the browser."""
        await ack()


def is_replaced(body: dict[str, Any], action: dict[str, Any]) -> bool:
    return _replaces(body, str(action.get("action_id", "")).partition(".")[0])


def _replaces(body: dict[str, Any], kind: str) -> bool:
    """Whether the answer replaces the card: a refresh always; other figures only if the person alone sees the card."""
    return kind in ANEW or (_alone(body) and kind in IN_PLACE)


def _alone(body: dict[str, Any]) -> bool:
    return bool((body.get("container") or {}).get("is_ephemeral")) or button_context(body).is_dm


#: The callback id of the view that asks before a digest, an alert or a watch is deleted.
DELETE_VIEW: Final = f"{DIGEST}.delete"

#: The ids of the buttons: the kind, the action, and a number that makes them unique in a message.
BUTTONS = re.compile(rf"(?:{DIGEST}|{ALERT}|{WATCH})\.(?:{'|'.join(SubscriptionAction)})(?:\.\d+)?")

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
            state = ModalState(words, context.channel, context.thread, context.is_dm)
            await self._conversation.open_view(body, build_delete_view(kind, DELETE_VIEW, state.dumped()))
            return
        # From a button in a view the form opens on top of that.
        on_top = (body.get("view") or {}).get("type") == "modal"
        if wanted in IN_A_FORM and await self._forms.open(kind, body, words, context, on_top=on_top):
            return
        renewed = wanted in RENEWED or (kind is SubscriptionKind.DIGEST and wanted is SubscriptionAction.CREATE)
        await self._conversation.by_press(
            Request(text=words, context=context, from_button=True),
            str(body.get("response_url", "")),
            replace=renewed and bool((body.get("container") or {}).get("is_ephemeral")),
            block=str(action.get("block_id", "")),
        )

    async def handle_delete(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Deletes after the person's confirmation, confirms it where they asked, and closes the view."""
        await ack()
        state, key = read_state(view, ModalState) or ModalState(), f"deleted:{view.get('id')}:{view.get('hash')}"
        if begins_with(state.words, _WORDS) and not await self._seen.again(workspace_of(body), key):
            request = Request(text=state.words, context=state_context(body, view, state), from_button=True)
            self._conversation.send(self._conversation.by_message(request), name="delete")

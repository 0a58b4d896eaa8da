"""Presses on cards: each button carries the words of its own question, so it works after a restart and on another process."""

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.blockkit.actions import ACCOUNT, PERIOD, REFRESH, RETRY, SHARE
from bot.listeners.conversation import Conversation
from bot.listeners.payloads import button_context, place_of, press_key, words_of
from bot.reports.notice_blocks import read_shared_by
from bot.slack.deduplicator import Deduplicator
from bot.slack.request import Request

#: Presses that show the same figures anew, past the short memory.
ANEW = (REFRESH, RETRY)

#: Presses whose answer takes the place of the message they stand on, when only one person sees it.
IN_PLACE = (REFRESH, RETRY, PERIOD, ACCOUNT)


class ActionListeners:
    """The listeners of buttons and menus."""

    def __init__(self, conversation: Conversation, seen: Deduplicator) -> None:
        self._conversation = conversation
        self._seen = seen

    async def handle_press(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Ask again with the button's words; permission is checked by the hall, for the person who pressed."""
        await ack()
        words, kind = words_of(action), action.get("action_id", "").partition(".")[0]
        if not words or self._pressed_already(body, action, kind):
            return
        asked = f"{words} share" if kind == SHARE else words
        context = button_context(body, f"{place_of(body)}:{action.get('action_id')}")
        public = kind in ANEW and not _alone(body)
        shared_by = read_shared_by((body.get("message") or {}).get("blocks") or ()) if public else ""
        request = Request(text=asked, context=context, fresh=kind in ANEW, public=public, shared_by=shared_by)
        url = body.get("response_url", "")
        if kind == SHARE:
            self._conversation.by_sharing(request, url)
        else:
            self._conversation.by_press(request, url, replace=_replaces(body, kind), block=str(action.get("block_id", "")))

    async def handle_export(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Send a card's figures as a file: into its thread where everybody sees the card, else to the person alone."""
        await ack()
        words, (kind, again, place, *_) = words_of(action), [*str(action.get("action_id", "")).split(".", 2), "", ""]
        if not words or self._pressed_already(body, action, kind):
            return
        container = body.get("container") or {}
        ts, channel = str(container.get("message_ts", "")), (body.get("channel") or {}).get("id", "")
        context, alone = button_context(body, f"{channel}:{ts}:{kind}"), _alone(body)
        # One's own card is renewed, so that it says what the file says; nobody changes what everybody sees by asking for a file.
        # A file that failed goes where it belonged: into the thread of a card for everybody, which the button that sends it again names.
        thread_ts = place if again else "" if alone else context.thread or ts
        asked = f"{words} {kind} share" if thread_ts else f"{words} {kind}"
        request = Request(text=asked, context=context)
        self._conversation.by_export(request, body.get("response_url", ""), thread_ts=thread_ts, replace=alone and not again)

    async def handle_open(self, ack: AsyncAck) -> None:
        """A link button opens in the browser; Slack still wants to know that the press arrived."""
        await ack()

    def _pressed_already(self, body: dict[str, Any], action: dict[str, Any], kind: str) -> bool:
        """A press delivered twice; and a card is shared once, however often the button is pressed."""
        once = f"shared:{place_of(body)}:{action.get('value')}" if kind == SHARE else ""
        return self._seen.again(press_key(body, action), once)


def _replaces(body: dict[str, Any], kind: str) -> bool:
    """A refresh renews the card for everybody; other figures belong only to the person who asked for them."""
    return kind in ANEW or (_alone(body) and kind in IN_PLACE)


def _alone(body: dict[str, Any]) -> bool:
    """Whether only the person who pressed sees what was pressed."""
    return bool((body.get("container") or {}).get("is_ephemeral")) or button_context(body).is_dm

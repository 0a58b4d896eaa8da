"""Presses on cards: each button carries the words of its own question, so it works after a restart and on another process."""

from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.blockkit.actions import ACCOUNT, PERIOD, REFRESH, RETRY, SHARE
from bot.listeners.conversation import Conversation
from bot.reports.notice_blocks import read_shared_by
from bot.slack.deduplicator import Deduplicator
from bot.slack.request import Request, RequestContext

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
        spot = pressed_at(body)
        asked = f"{words} share" if kind == SHARE else words
        context = replace(spot, source="button", interaction_id=f"{place_of(body)}:{action.get('action_id')}")
        public = kind in ANEW and not _alone(body)
        shared_by = read_shared_by((body.get("message") or {}).get("blocks") or ()) if public else ""
        question = Request(asked, context, fresh=kind in ANEW, public=public, shared_by=shared_by)
        url = body.get("response_url", "")
        if kind == SHARE:
            self._conversation.by_sharing(question, spot, url)
        else:
            self._conversation.by_press(question, spot, url, replace=_replaces(body, kind), block=str(action.get("block_id", "")))

    async def handle_export(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Send a card's figures as a file: into its thread where everybody sees the card, else to the person alone."""
        await ack()
        words, (kind, again, place, *_) = words_of(action), [*str(action.get("action_id", "")).split(".", 2), "", ""]
        if not words or self._pressed_already(body, action, kind):
            return
        spot, container = pressed_at(body), body.get("container") or {}
        ts = str(container.get("message_ts", ""))
        alone = bool(container.get("is_ephemeral")) or spot.is_dm
        # One's own card is renewed, so that it says what the file says; nobody changes what everybody sees by asking for a file.
        # A file that failed goes where it belonged: into the thread of a card for everybody, which the button that sends it again names.
        thread_ts = place if again else "" if alone else spot.thread or ts
        asked = f"{words} {kind} share" if thread_ts else f"{words} {kind}"
        question = Request(asked, replace(spot, source="button", interaction_id=f"{spot.channel}:{ts}:{kind}"))
        self._conversation.by_export(question, spot, body.get("response_url", ""), thread_ts=thread_ts, replace=alone and not again)

    async def handle_open(self, ack: AsyncAck) -> None:
        """A link button opens in the browser; Slack still wants to know that the press arrived."""
        await ack()

    def _pressed_already(self, body: dict[str, Any], action: dict[str, Any], kind: str) -> bool:
        """A press delivered twice; and a card is shared once, however often the button is pressed."""
        place = place_of(body)
        once = f"shared:{place}:{action.get('value')}" if kind == SHARE else ""
        return self._seen.again(
            f"press:{place}:{action.get('action_ts')}:{action.get('action_id')}" if action.get("action_ts") else "", once
        )


def words_of(action: dict[str, Any]) -> str:
    """The words that a button or a choice carries."""
    return str(action.get("value") or (action.get("selected_option") or {}).get("value") or "")


def pressed_at(body: dict[str, Any]) -> RequestContext:
    """Where, and by whom, something was pressed."""
    channel = body.get("channel") or {}
    container = body.get("container") or {}
    # A view stands in no channel: what is pressed there is answered in the direct messages.
    in_view = not channel.get("id")
    thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or ""
    return RequestContext(
        team=(body.get("team") or {}).get("id", ""),
        channel=channel.get("id", ""),
        user=(body.get("user") or {}).get("id", ""),
        thread=thread,
        is_dm=in_view or channel.get("name") == "directmessage",
    )


def place_of(body: dict[str, Any]) -> str:
    """What was pressed stands here: a message, or a view as it was published."""
    container, view = body.get("container") or {}, body.get("view")
    return f"{view.get('id')}:{view.get('hash')}" if view else f"{container.get('channel_id')}:{container.get('message_ts')}"


def _replaces(body: dict[str, Any], kind: str) -> bool:
    """A refresh renews the card for everybody; other figures belong only to the person who asked for them."""
    return kind in ANEW or (_alone(body) and kind in IN_PLACE)


def _alone(body: dict[str, Any]) -> bool:
    """Whether only the person who pressed sees what was pressed."""
    return bool((body.get("container") or {}).get("is_ephemeral")) or pressed_at(body).is_dm

"""Mentions in channels and threads, and direct messages: the slash command's grammar, answered where it was asked.

A question in a thread is about what stands above it: the bot's own card, by its metadata, or the LinkedIn links people posted there.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.listeners.conversation import Conversation
from bot.listeners.payloads import Deduplicator, event_context, event_keys
from bot.slack.request import Request, RequestContext
from bot.slack.web_api import slack_error
from bot.statistics.posts import find_posts

logger = logging.getLogger(__name__)

#: Messages of a thread that are read.
MOST_MESSAGES = 200

#: The metadata of cards and digests.
OWN_EVENTS = ("linkedin_stats_card", "linkedin_stats_digest")


class ThreadReader:
    """Reads what threads are about. A thread that cannot be read counts as empty."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def with_context(self, request: Request, ts: str, bot_id: str) -> Request:
        """The request with the nearest card or link above the message ``ts`` in its thread."""
        for message in reversed([message for message in await self._read(request.context) if float(message.get("ts", "inf")) < float(ts)]):
            if context := _own_words(message, bot_id) or _links(message):
                return replace(request, about=context)
        return request

    async def _read(self, asked: RequestContext) -> list[dict[str, Any]]:
        try:
            page = await self._client.conversations_replies(
                channel=asked.channel, ts=asked.thread, limit=MOST_MESSAGES, include_all_metadata=True
            )
        except SlackApiError as error:
            logger.info("a thread cannot be read", extra={"slack_error": slack_error(error), "channel": asked.channel})
            return []
        messages: list[dict[str, Any]] = page.get("messages") or []
        return messages


def _own_words(message: dict[str, Any], bot_id: str) -> str:
    """The canonical command in the metadata of the bot's own card; metadata of other apps is ignored."""
    metadata = message.get("metadata") or {}
    if not bot_id or message.get("bot_id") != bot_id or metadata.get("event_type") not in OWN_EVENTS:
        return ""
    return str((metadata.get("event_payload") or {}).get("words", ""))


def _links(message: dict[str, Any]) -> str:
    """The last post that a person linked in this message."""
    found = find_posts(message.get("text", "")).posts if not message.get("bot_id") else ()
    return found[-1].urn if found else ""


#: Subtypes of messages that a person typed; the others report edits, joins and deletions.
TYPED = (None, "file_share", "thread_broadcast")

DIRECT_KINDS = ("im",)


class MentionListeners:
    """Listeners for `app_mention` and for messages in direct conversations."""

    def __init__(self, conversation: Conversation, threads: ThreadReader, seen: Deduplicator) -> None:
        self._conversation = conversation
        self._threads = threads
        self._seen = seen

    async def handle_mention(self, ack: AsyncAck, body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Answers a mention in its channel or thread, visible to its author alone until it is shared."""
        await ack()
        self._take(body, event, context, is_dm=False, source="mention")

    async def handle_direct_message(self, ack: AsyncAck, body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Answers a direct message; messages in channels are answered only when they mention the bot."""
        await ack()
        if event.get("channel_type") in DIRECT_KINDS:
            self._take(body, event, context, is_dm=True, source="direct message")

    def _take(self, body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext, *, is_dm: bool, source: str) -> None:
        if not _is_typed_by_a_person(event, context):
            return
        words = _without_mention(event.get("text", ""), context.bot_user_id or "")
        request = Request(text=words, context=event_context(body, event, source=source, is_dm=is_dm))
        self._conversation.send(self._ask(request, event["ts"], context.bot_id or "", _keys(body, event)), name=source)

    async def _ask(self, request: Request, ts: str, bot_id: str, keys: Sequence[str]) -> None:
        if await self._seen.again(request.context.team, *keys):
            return
        if request.context.thread:
            request = await self._threads.with_context(request, ts, bot_id)
        self._conversation.by_message(request)


def _keys(body: dict[str, Any], event: dict[str, Any]) -> tuple[str, str]:
    """What identifies the event; Slack has sent the same event under different ids, so channel and time count too."""
    return event_keys(body, f"said:{body.get('team_id')}:{event.get('channel')}:{event.get('ts')}:{event.get('user')}")


def _is_typed_by_a_person(event: dict[str, Any], context: AsyncBoltContext) -> bool:
    """Whether a person typed it. Bots are never answered, so that two of them never answer each other without end."""
    is_bot = bool(event.get("bot_id")) or event.get("user") in (None, "", context.bot_user_id)
    return not is_bot and event.get("subtype") in TYPED


def _without_mention(text: str, bot_user_id: str) -> str:
    return re.sub(rf"<@{re.escape(bot_user_id)}(?:\|[^>]*)?>", " ", text).strip() if bot_user_id else text

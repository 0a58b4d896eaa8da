"""What a thread is about: the bot's own card above, by its metadata, or the LinkedIn links people posted there."""

import logging
from dataclasses import replace
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.refs import find_posts
from bot.listeners.replies import Spot
from bot.reporter import Question
from bot.web_api import slack_error

logger = logging.getLogger(__name__)

#: Messages read of a thread; what a question means is seldom further up.
MOST_MESSAGES = 200

#: The metadata of cards and digests.
OWN_EVENTS = ("linkedin_stats_card", "linkedin_stats_digest")


class Threads:
    """Reads threads; a thread that cannot be read is one without anything in it."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def with_context(self, question: Question, spot: Spot, ts: str, bot_id: str) -> Question:
        """The question with what its thread is about: the nearest card or link above the message ``ts``."""
        for message in reversed([message for message in await self._read(spot) if float(message.get("ts", "inf")) < float(ts)]):
            if context := _own_words(message, bot_id) or _links(message):
                return replace(question, context=context)
        return question

    async def _read(self, spot: Spot) -> list[dict[str, Any]]:
        try:
            page = await self._client.conversations_replies(
                channel=spot.channel, ts=spot.thread_ts, limit=MOST_MESSAGES, include_all_metadata=True
            )
        except SlackApiError as error:
            logger.info("a thread cannot be read", extra={"slack_error": slack_error(error), "channel": spot.channel})
            return []
        messages: list[dict[str, Any]] = page.get("messages") or []
        return messages


def _own_words(message: dict[str, Any], bot_id: str) -> str:
    """The canonical words in the metadata of the bot's own card; anybody else's metadata is not believed."""
    metadata = message.get("metadata") or {}
    if not bot_id or message.get("bot_id") != bot_id or metadata.get("event_type") not in OWN_EVENTS:
        return ""
    return str((metadata.get("event_payload") or {}).get("words", ""))


def _links(message: dict[str, Any]) -> str:
    """The last post a person linked in this message."""
    found = find_posts(message.get("text", "")).posts if not message.get("bot_id") else ()
    return found[-1].urn if found else ""

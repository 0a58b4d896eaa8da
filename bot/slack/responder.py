"""Answers on their way back to the person: through the ``response_url``, privately in a channel, or as a message.

A message that Slack refuses with ``invalid_blocks`` is sent once more without its native data blocks; an expired ``response_url`` falls
back to a direct message. Nothing is posted twice: only a sure refusal is followed by another attempt.
"""

import logging
from collections.abc import Callable
from typing import Any

import aiohttp
import orjson
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blockkit.builders import Message
from bot.slack.request import RequestContext
from bot.slack.web_api import slack_error

logger = logging.getLogger(__name__)

#: Keep Slack from reading foreign text as mentions, links or previews.
QUIET = {"parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}

#: What Slack says of a ``response_url`` that can no longer be used.
SPENT_URLS = ("expired_url", "used_url")

#: Where an ephemeral message cannot be shown, the person still has a direct message with the bot.
NOT_THERE = ("not_in_channel", "channel_not_found", "user_not_in_channel", "is_archived")

JSON_HEADERS = {"Content-Type": "application/json; charset=utf-8"}


def payload(message: Message, **extra: object) -> dict[str, Any]:
    """A message as Slack takes it, with everything that guesses at links or names switched off."""
    return {**message.payload(), **QUIET, **extra}


def acknowledgement(message: Message, **extra: object) -> str:
    """The same as the text of an acknowledgement: Bolt passes a JSON object through as it is.

    Written here because the standard library takes ten times as long over a card as orjson.
    """
    return orjson.dumps(payload(message, **extra)).decode()


class Responder:
    """Sends messages back.

    Args:
        client: Slack's Web API, with safe retries only.
        session: the shared HTTP session, for ``response_url``.
    """

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        self._client = client
        self._session = session
        self._draws: set[str] = set()

    def draws(self, team: str) -> bool:
        """Whether Slack has taken a native data block in this workspace, so that the next may go where no refusal is heard."""
        return team in self._draws

    async def through_url(
        self, url: str, message: Message, context: RequestContext, *, public: bool = False, replace: bool = False
    ) -> None:
        """Answer through a ``response_url``; a spent one ends in a direct message.

        Slack's documentation: "Handling user interaction": five uses within 30 minutes.
        """
        if not url:
            # What was pressed stands in a view, which has no such address.
            await self.directly(context.user, message)
            return
        extra = {"response_type": "in_channel" if public else "ephemeral", "replace_original": replace}
        refusal = await self._post(url, payload(message, **extra))
        if not refusal and message.has_native:
            self._draws.add(context.team)
        if refusal == "invalid_blocks":
            refusal = await self._post(url, payload(message.without_native(), **extra))
        if refusal in SPENT_URLS:
            await self.directly(context.user, message)
        elif refusal:
            logger.error("Slack refused an answer", extra={"slack_error": refusal, "channel": context.channel})

    async def _post(self, url: str, body: dict[str, Any]) -> str:
        """Slack's error code, or "" when it took the message."""
        async with self._session.post(url, data=orjson.dumps(body), headers=JSON_HEADERS, allow_redirects=False) as response:
            text = (await response.text())[:2000]
        return "" if response.ok and text.strip().strip('"') in ("ok", "") else _error_code(text, response.status, ok=response.ok)

    async def privately(self, context: RequestContext, message: Message) -> str:
        """Answer where the person is, seen by them alone; returns the message's ``ts`` in a direct conversation, else ""."""
        if not context.channel:
            await self.directly(context.user, message)
            return ""
        if context.is_dm:
            return await self.publicly(context, message)
        try:
            await self._call(self._client.chat_postEphemeral, message, channel=context.channel, user=context.user, **_thread(context))
        except SlackApiError as error:
            if slack_error(error) not in NOT_THERE:
                raise
            await self.directly(context.user, message)
        return ""

    async def publicly(self, context: RequestContext, message: Message) -> str:
        """Answer for everybody in the conversation; returns the message's ``ts``."""
        response = await self._call(self._client.chat_postMessage, message, channel=context.channel, **_thread(context))
        return str(response.get("ts", ""))

    async def for_everybody(self, context: RequestContext, message: Message, url: str) -> str:
        """Answer for everybody; returns the message's ``ts``, "" where the bot is no member and only the ``response_url`` reaches them."""
        try:
            return await self.publicly(context, message)
        except SlackApiError as error:
            if slack_error(error) not in NOT_THERE:
                raise
        await self.through_url(url, message, context, public=True)
        return ""

    async def replace(self, context: RequestContext, ts: str, message: Message) -> None:
        """Put ``message`` in the place of the bot's own message ``ts``."""
        await self._call(self._client.chat_update, message, channel=context.channel, ts=ts)

    async def directly(self, user: str, message: Message) -> None:
        """Answer in the person's direct conversation with the bot."""
        opened = await self._client.conversations_open(users=user)
        await self.publicly(RequestContext(team="", user=user, channel=opened["channel"]["id"], is_dm=True), message)

    async def _call(self, method: Callable[..., Any], message: Message, **where: object) -> Any:
        try:
            return await method(**payload(message), **where)
        except SlackApiError as error:
            if slack_error(error) != "invalid_blocks":
                raise
            return await method(**payload(message.without_native()), **where)


def _thread(context: RequestContext) -> dict[str, str]:
    return {"thread_ts": context.thread} if context.thread else {}


def _error_code(text: str, status: int, *, ok: bool) -> str:
    """The code in Slack's answer, which comes as plain text or as JSON."""
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text.strip()[:80] or f"http_{status}"
    if isinstance(body, dict):
        return "" if ok and body.get("ok") else str(body.get("error", f"http_{status}"))
    return str(body)[:80]

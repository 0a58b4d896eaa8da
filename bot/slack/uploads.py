"""Sends files after their message, into its thread or directly (Slack's documentation, "Uploading files": URL, upload, complete)."""

import logging
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.builders import Message, build_notice, button, escape, fits, section
from bot.slack.interactive import AGAIN
from bot.slack.request import File, RequestContext
from bot.slack.responder import NOT_THERE
from bot.slack.web_api import put_file, slack_error

SENT_DIRECTLY = "I sent you *{name}* in a direct message."
NOT_SENT = ":warning: I couldn't send the file: {why} The answer itself isn't affected."
SEND_AGAIN = "Send the File Again"

WITHOUT_SCOPE = "I don't have the permission `files:write`: install the app again with it."
NOT_TAKEN = "Slack didn't accept it ({code})."
NOT_REACHED = "I couldn't reach Slack."

logger = logging.getLogger(__name__)

#: Slack's errors that only a new installation of the app resolves.
SCOPE_CODES = ("missing_scope", "not_allowed_token_type")


class NotSent(Exception):
    """A file could not be sent; the text says why, for the person."""


class FileTargetGone(NotSent):
    """The bot is not a member of that channel, so files cannot go there; messages can (Slack's documentation: "chat:write.public")."""


class FileUploads:
    """Sends files through Slack's external upload."""

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        self._client = client
        self._session = session

    async def send(self, file: File, context: RequestContext, *, thread_ts: str, command: str) -> Message | None:
        """Sends the file into the thread ``thread_ts``, or with "" (and where the bot is not a member) into the person's direct messages.

        Returns:
            A message for the person: where the file is, or why it could not be sent, with a button that sends it again; None when they
            see the file where they asked.
        """
        try:
            if thread_ts and await self._in_thread(file, context.channel, thread_ts):
                return None
            await self._upload(file, context.channel if context.is_dm else await self._direct(context.user), "")
        except NotSent as failure:
            return build_not_sent(str(failure), file.name.rpartition(".")[2], command, thread_ts)
        return None if context.is_dm else build_notice(SENT_DIRECTLY.format(name=escape(file.name)))

    async def _in_thread(self, file: File, channel: str, thread_ts: str) -> bool:
        """Sends the file to the thread. Returns False where the bot is not a member."""
        try:
            await self._upload(file, channel, thread_ts)
        except FileTargetGone:
            return False
        return True

    async def _direct(self, user: str) -> str:
        opened = await self._call(self._client.conversations_open, users=user)
        return str(opened["channel"]["id"])

    async def _upload(self, file: File, channel: str, thread_ts: str) -> None:
        ticket = await self._call(self._client.files_getUploadURLExternal, filename=file.name, length=len(file.content))
        if trouble := await put_file(self._session, ticket["upload_url"], file.content):
            logger.warning("a file could not be sent", extra={"failure": trouble})
            raise NotSent(NOT_TAKEN.format(code=trouble) if trouble.startswith("HTTP") else NOT_REACHED)
        where = {"thread_ts": thread_ts} if thread_ts else {}
        files = [{"id": ticket["file_id"], "title": file.title}]
        await self._call(self._client.files_completeUploadExternal, files=files, channel_id=channel, **where)

    async def _call(self, method: Any, **arguments: object) -> Any:
        try:
            return await method(**arguments)
        except SlackApiError as error:
            code = slack_error(error)
            logger.warning("a file could not be sent", extra={"slack_error": code})
            kind = FileTargetGone if code in NOT_THERE else NotSent
            raise kind(WITHOUT_SCOPE if code in SCOPE_CODES else NOT_TAKEN.format(code=code)) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _not_reached(error) from None


def _not_reached(error: Exception) -> NotSent:
    logger.warning("a file could not be sent", extra={"failure": type(error).__name__})
    return NotSent(NOT_REACHED)


def build_not_sent(why: str, kind: str, command: str, thread_ts: str = "") -> Message:
    """That a file ("csv", "xlsx") could not be sent, and a button that sends it alone, into ``thread_ts`` or directly."""
    text = NOT_SENT.format(why=escape(why))
    again = button(".".join(filter(None, (kind, AGAIN, thread_ts))), SEND_AGAIN, command) if fits(command) else None
    return Message(text, (section(text, again),))

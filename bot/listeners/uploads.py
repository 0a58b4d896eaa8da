"""Files on their way to the person: into the thread of a public answer, else into their direct messages.

Slack's documentation: "Uploading files": ask for an address, upload there, complete. The message that a file belongs to is sent before and
stands whatever becomes of the file; a file that could not be sent can be asked for again alone.
"""

import logging
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.export import File
from bot.blocks.kit import Message
from bot.blocks.team_notices import build_not_sent, build_sent_directly
from bot.listeners.replies import NOT_THERE, Spot
from bot.listeners.words import NOT_REACHED, NOT_TAKEN, WITHOUT_SCOPE
from bot.web_api import put_file, slack_error

logger = logging.getLogger(__name__)


#: Slack's answers that only installing the app again mends.
SCOPE_CODES = ("missing_scope", "not_allowed_token_type")


class NotSent(Exception):
    """A file did not arrive; the text says why, for the person."""


class NotThere(NotSent):
    """The bot is no member of that channel, so no file goes there; messages may (Slack's documentation: "chat:write.public")."""


class Uploads:
    """Sends files through Slack's external upload."""

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        self._client = client
        self._session = session

    async def send(self, file: File, spot: Spot, *, thread_ts: str, words: str) -> Message | None:
        """Send the file into the thread ``thread_ts``, or with "", and where the bot is no member, into the person's direct messages.

        Returns:
            What is left to tell the person: where the file is, or why it could not be sent, with a button; None when they see it.
        """
        try:
            if thread_ts and await self._in_thread(file, spot.channel, thread_ts):
                return None
            await self._upload(file, spot.channel if spot.direct else await self._direct(spot.user), "")
        except NotSent as failure:
            return build_not_sent(str(failure), file.name.rpartition(".")[2], words, thread_ts)
        return None if spot.direct else build_sent_directly(file.name)

    async def _in_thread(self, file: File, channel: str, thread_ts: str) -> bool:
        """Whether it could be sent there; False where the bot is no member."""
        try:
            await self._upload(file, channel, thread_ts)
        except NotThere:
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
            kind = NotThere if code in NOT_THERE else NotSent
            raise kind(WITHOUT_SCOPE if code in SCOPE_CODES else NOT_TAKEN.format(code=code)) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _lost(error) from None


def _lost(error: Exception) -> NotSent:
    logger.warning("a file could not be sent", extra={"failure": type(error).__name__})
    return NotSent(NOT_REACHED)

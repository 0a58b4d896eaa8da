"""One file to a thread: what became of it, told apart by whether it can be there.

::

    files.getUploadURLExternal ─ upload ─ files.completeUploadExternal
    └ nobody sees anything: may be repeated ┘   └ shares it: never repeated blindly

Slack's documentation: "Uploading files". Completing shares the file a moment later, and its answer names the file, not the message. So
a file's own id stands for it, and its name, which holds the delivery's, is what the thread is searched for.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.post import MessagePosted, OutOfTime, PostOutcome, PostRefused, PostUnclear, SlackNotReached, call_slack
from bot.slack.request import File
from bot.slack.web_api import put_file


@dataclass(frozen=True, slots=True)
class FollowUpUploader:
    """Sends files with a client that never repeats a call by itself.

    Args:
        slack: Slack's Web API.
        session: for the bytes, which go to an address of their own.
        seconds: how long one call may take.
    """

    slack: AsyncWebClient
    session: aiohttp.ClientSession
    seconds: float

    async def send(self, file: File, where: Mapping[str, Any], *, time_left: Callable[[], bool]) -> PostOutcome:
        """Upload the file and share it.

        Args:
            file: its name must be its own in that thread.
            where: ``channel`` and ``thread_ts``.
            time_left: asked just before each call; when it says no, nothing more is done.

        Returns:
            ``MessagePosted`` with the file's id; the failures of the first two steps are never ``PostUnclear``.
        """
        if not time_left():
            return OutOfTime()
        wanted = {"filename": file.name, "length": len(file.content)}
        ticket = await call_slack(self.slack.files_getUploadURLExternal, wanted, seconds=self.seconds)
        if isinstance(ticket, (PostRefused, SlackNotReached, PostUnclear)):
            return SlackNotReached(ticket.error) if isinstance(ticket, PostUnclear) else ticket
        if trouble := await put_file(self.session, str(ticket.get("upload_url")), file.content):
            return SlackNotReached(trouble)
        if not time_left():
            # Not OutOfTime, after which it would be tried again at once and as often: a slow Slack is waited for.
            return SlackNotReached("the upload took longer than one claim")
        return await self._complete(str(ticket.get("file_id")), file.title, where)

    async def _complete(self, file_id: str, title: str, where: Mapping[str, Any]) -> PostOutcome:
        wanted = {"files": [{"id": file_id, "title": title}], "channel_id": where["channel"], "thread_ts": where["thread_ts"]}
        answer = await call_slack(self.slack.files_completeUploadExternal, wanted, seconds=self.seconds)
        return answer if isinstance(answer, (PostRefused, SlackNotReached, PostUnclear)) else MessagePosted(file_id, where["channel"])


def file_as_json(file: File) -> str:
    """To be kept; the content is text (CSV)."""
    return json.dumps({"name": file.name, "title": file.title, "content": file.content.decode()}, ensure_ascii=False)


def file_from_json(text: str) -> File:
    """As it was kept."""
    kept = json.loads(text)
    return File(kept["name"], kept["title"], kept["content"].encode())

"""Sends messages and files to the person who asked: through the ``response_url``, ephemerally, as a message, or into its thread.

A message whose blocks Slack refuses is sent once more without its native data blocks, and then as text alone with a reference that is also
in the log; an answer that cannot be sent where it was asked goes to a direct message. Nothing is posted twice: only a certain refusal is
followed by another attempt.
"""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import chain
from typing import Any

import aiohttp
import orjson
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ops import telemetry
from bot.slack.builders import Message, build_notice, button, escape, fits, section
from bot.slack.interactive import AGAIN
from bot.slack.request import File, RequestContext
from bot.slack.web_api import NO_JSON, UNANSWERED, failure_code, put_file, slack_error
from bot.statistics.reports import Same

logger = logging.getLogger(__name__)

#: Keeps Slack from turning foreign text into mentions, links or previews.
QUIET = {"parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}
#: Slack's errors for a view that the person has closed.
VIEW_GONE = ("not_found", "view_not_found")
#: Slack's errors for a ``response_url`` that can no longer be used.
SPENT_URLS = ("expired_url", "used_url")

#: Slack's errors for a message's content: its blocks, its metadata or their size. For a view it is invalid_arguments.
CONTENT_REFUSED = frozenset(
    """
    invalid_arguments invalid_blocks invalid_blocks_format invalid_metadata_format invalid_metadata_schema
    metadata_too_large msg_blocks_too_long msg_too_long view_too_large
    """.split()  # noqa: SIM905  # a list of words reads better as words
)

#: Slack's codes after which the message may have been posted all the same.
UNSURE = frozenset({NO_JSON, "fatal_error", "internal_error", "service_unavailable", "request_timeout"})
#: Slack's errors where an ephemeral message cannot be shown; the person gets a direct message instead.
NOT_THERE = ("not_in_channel", "channel_not_found", "user_not_in_channel", "is_archived")

TEXT_ONLY = ":warning: Slack didn't accept this answer's layout, so here it is as plain text. Reference `{reference}`"
NOT_TAKEN = "Slack didn't accept the answer. Give this reference to the person who runs the bot: {reference}."

JSON_HEADERS = {"Content-Type": "application/json; charset=utf-8"}


def payload(message: Message, **extra: object) -> dict[str, Any]:
    """The message as arguments of Slack's methods, with the detection of links and names switched off."""
    return {**message.payload(), **QUIET, **extra}


@lru_cache(maxsize=64)
def acknowledgement(message: Same[Message], response_type: str) -> str:
    """The message as an acknowledgement's JSON text, which Bolt passes on; orjson takes a tenth of the standard library's time."""
    return orjson.dumps(payload(message.value, response_type=response_type)).decode()


def refused_content(code: str, what: str, note: str = TEXT_ONLY) -> str:
    """Logs that Slack refused the content of a message or view; returns the note for the person, with the log line's reference."""
    reference = telemetry.reference() or secrets.token_hex(4)
    logger.error("Slack refused %s", what, extra={"slack_error": code, "reference": reference})
    return note.format(reference=reference)


async def update_view(client: AsyncWebClient, view_id: str, view: dict[str, Any], plain: Callable[[str], dict[str, Any]]) -> None:
    """Updates the view ``view_id``; raises nothing.

    If Slack refuses its content, ``plain(note)`` is shown instead. After any other failure it is retried once, which changes
    nothing when the first attempt was carried out after all. A closed view is only logged.
    """
    try:
        try:
            await client.views_update(view_id=view_id, view=view)
        except UNANSWERED as error:
            code = failure_code(error)
            if code in VIEW_GONE:
                raise
            if code in CONTENT_REFUSED:
                view = plain(refused_content(code, "a view"))
            await client.views_update(view_id=view_id, view=view)
    except UNANSWERED as error:
        level = logging.INFO if failure_code(error) in VIEW_GONE else logging.ERROR
        logger.log(level, "a view could not be updated", extra={"slack_error": failure_code(error)})


class Responder:
    """Sends messages to the person who asked. ``client``: Slack's Web API, with safe retries only."""

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        self._client = client
        self._session = session
        self._draws: set[str] = set()

    def draws(self, team: str) -> bool:
        """Whether Slack has accepted a native data block in this workspace: then the next may be sent where refusals are not reported."""
        return team in self._draws

    async def through_url(
        self, url: str, message: Message, context: RequestContext, *, public: bool = False, replace: bool = False
    ) -> bool:
        """Sends through a ``response_url`` (five uses in 30 minutes), or where that is refused directly: False then."""
        if not url:
            # A button in a view comes without a response_url.
            await self.directly(context.user, message)
            return False
        extra = {"response_type": "in_channel" if public else "ephemeral", "replace_original": replace}
        refusal = ""
        for form in _forms(message):
            refusal = await self._post(url, payload(form or _as_text(message, refusal), **extra))
            if not refusal and form is message and message.has_native:
                self._draws.add(context.team)
            if refusal not in CONTENT_REFUSED:
                break
        if not refusal:
            return True
        if refusal not in SPENT_URLS:
            logger.error("Slack refused an answer", extra={"slack_error": refusal, "channel": context.channel})
        if not _is_sure(refusal):
            return True
        await self.directly(context.user, message)
        return False

    async def take_back(self, url: str) -> None:
        """Removes the last message that was sent through a ``response_url``; raises nothing."""
        try:
            refusal = await self._post(url, {"delete_original": True})
        except UNANSWERED as error:
            refusal = type(error).__name__
        if refusal:
            logger.warning("a notice could not be removed", extra={"slack_error": refusal})

    async def _post(self, url: str, body: dict[str, Any]) -> str:
        async with self._session.post(url, data=orjson.dumps(body), headers=JSON_HEADERS, allow_redirects=False) as response:
            text = (await response.text())[:2000]
        return "" if response.ok and text.strip().strip('"') in ("ok", "") else _error_code(text, response.status, ok=response.ok)

    async def privately(self, context: RequestContext, message: Message) -> str:
        """Sends the message where the person is, visible to them alone; returns its ``ts`` in a direct conversation, else ""."""
        if not context.channel:
            await self.directly(context.user, message)
            return ""
        if context.is_dm:
            return await self.publicly(context, message)
        try:
            await self._call(self._client.chat_postEphemeral, message, channel=context.channel, user=context.user, **_thread(context))
        except SlackApiError as error:
            if not _is_sure(slack_error(error)):
                raise
            if slack_error(error) not in NOT_THERE:
                logger.warning(
                    "an answer goes out as a direct message", extra={"slack_error": slack_error(error), "channel": context.channel}
                )
            await self.directly(context.user, message)
        return ""

    async def publicly(self, context: RequestContext, message: Message) -> str:
        response = await self._call(self._client.chat_postMessage, message, channel=context.channel, **_thread(context))
        return str(response.get("ts", ""))

    async def for_everybody(self, context: RequestContext, message: Message, url: str) -> str:
        """Posts the message; returns its ``ts``, "" where the bot is no member and it went through the ``response_url`` instead."""
        try:
            return await self.publicly(context, message)
        except SlackApiError as error:
            if slack_error(error) not in NOT_THERE:
                raise
        await self.through_url(url, message, context, public=True)
        return ""

    async def replace(self, context: RequestContext, ts: str, message: Message) -> None:
        await self._call(self._client.chat_update, message, channel=context.channel, ts=ts)

    async def directly(self, user: str, message: Message) -> None:
        await self.publicly(RequestContext(team="", user=user, channel=await self.direct_channel(user), is_dm=True), message)

    async def direct_channel(self, user: str) -> str:
        return str((await self._client.conversations_open(users=user))["channel"]["id"])

    async def _call(self, method: Callable[..., Any], message: Message, **where: object) -> Any:
        refusal = ""
        for form in _forms(message):
            try:
                return await method(**payload(form or _as_text(message, refusal)), **where)
            except SlackApiError as error:
                refusal = slack_error(error)
                if form is None or refusal not in CONTENT_REFUSED:
                    raise
        return None


def _forms(message: Message) -> Iterator[Message | None]:
    """The message, its simpler forms if it has any, and None for the text alone."""
    return chain((message,), message.simpler(), (None,))


def _as_text(message: Message, refusal: str) -> Message:
    return message.as_text(refused_content(refusal, "a message"))


def _is_sure(code: str) -> bool:
    return code not in UNSURE and not code.startswith("http_5")


def _thread(context: RequestContext) -> dict[str, str]:
    return {"thread_ts": context.thread} if context.thread else {}


def _error_code(text: str, status: int, *, ok: bool) -> str:
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text.strip()[:80] or f"http_{status}"
    if isinstance(body, dict):
        return "" if ok and body.get("ok") else str(body.get("error", f"http_{status}"))
    return str(body)[:80]


WITHOUT_SCOPE = "I don't have the permission `files:write`: install the app again with it."
FILE_NOT_TAKEN = "Slack didn't accept it ({code})."
NOT_REACHED = "I couldn't reach Slack."


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
            # Where the bot is not a member the file goes to the person.
            with suppress(FileTargetGone):
                if thread_ts:
                    await self._upload(file, context.channel, thread_ts)
                    return None
            opened = None if context.is_dm else await self._call(self._client.conversations_open, users=context.user)
            await self._upload(file, str(opened["channel"]["id"]) if opened else context.channel, "")
        except NotSent as failure:
            return build_not_sent(str(failure), file.name.rpartition(".")[2], command, thread_ts)
        return None if context.is_dm else build_notice(f"I sent you *{escape(file.name)}* in a direct message.")

    async def _upload(self, file: File, channel: str, thread_ts: str) -> None:
        ticket = await self._call(self._client.files_getUploadURLExternal, filename=file.name, length=len(file.content))
        if trouble := await put_file(self._session, ticket["upload_url"], file.content):
            logger.warning("a file could not be sent", extra={"failure": trouble})
            raise NotSent(FILE_NOT_TAKEN.format(code=trouble) if trouble.startswith("HTTP") else NOT_REACHED)
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
            raise kind(WITHOUT_SCOPE if code in SCOPE_CODES else FILE_NOT_TAKEN.format(code=code)) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            logger.warning("a file could not be sent", extra={"failure": type(error).__name__})
            raise NotSent(NOT_REACHED) from None


def build_not_sent(why: str, kind: str, command: str, thread_ts: str = "") -> Message:
    """That a file ("csv", "xlsx") could not be sent, and a button that sends it alone, into ``thread_ts`` or directly."""
    text = f":warning: I couldn't send the file: {escape(why)} The answer itself isn't affected."
    again = button(".".join(filter(None, (kind, AGAIN, thread_ts))), "Send the File Again", command) if fits(command) else None
    return Message(text, (section(text, again),))

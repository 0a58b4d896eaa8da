"""Posts one message or file to Slack, and returns an outcome that says whether it can be in the channel.

Slack takes no idempotency key, and its answer can be lost. So a call ends as posted, refused, not reached or unclear, and an unclear
one must not be repeated before the channel's history was read.

::

    files.getUploadURLExternal ─ upload ─ files.completeUploadExternal
    └ nothing is visible: may be repeated ──┘   └ shares it: never repeated blindly

Slack's documentation: "Uploading files". Completing shares the file a moment later, and the answer has the file's id, not the message's. So
a file is stored by its own id, and found again in the thread by its name, which contains the delivery's id.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import aiohttp
import orjson
from msgspec import Struct
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.builders import Message
from bot.slack.request import File
from bot.slack.web_api import SlackErrorClass, error_class, put_file, retry_after
from bot.subscriptions.delivery_state import FILE, LATER, THREAD, LaterReply, event_payload

#: Slack's codes of "chat.update" for a message that can never be edited any more: it was deleted, or is too old for the workspace's rule.
NOT_EDITABLE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "update_failed"})

logger = logging.getLogger(__name__)

#: Slack must not parse or unfurl anything in a message: figures are text, and links to posts get no previews.
_QUIET = {"parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}
#: Seconds to wait after a 429 without a Retry-After, and the least wait ("Retry-After: 0" happens).
UNNAMED_WAIT = 30.0
LEAST_WAIT = 1.0
#: The longest wait that is accepted: a longer Retry-After is an error, and would overflow a datetime.
LONGEST_WAIT = 7 * 86_400.0

EVENT_TYPE = "linkedin_stats_digest"
#: Entries of a list that one page has, Slack's most, and pages of it that are read at most.
PAGE = 999
MOST_PAGES = 50

TOO_MANY_REQUESTS = 429
SERVER_FAULT = 500


class MessagePosted(Struct, frozen=True):
    """The message was posted. ``ts`` is Slack's id of it, ``channel`` where it went."""

    ts: str
    channel: str


class PostRefused(Struct, frozen=True):
    """Certainly not posted. ``code`` is Slack's, ``wait`` the seconds it asked for or None, ``date`` the answer's Date header or ""."""

    error_class: SlackErrorClass
    code: str
    wait: float | None = None
    date: str = ""


class SlackNotReached(Struct, frozen=True):
    """The request failed before any of it was sent."""

    error: str


class PostUnclear(Struct, frozen=True):
    """The message may have been posted. ``code`` is Slack's error code where it gave one, else ""."""

    error: str
    code: str = ""


class OutOfTime(Struct, frozen=True):
    """There was no time left for another call; the message was not posted."""


CallFailed = PostRefused | SlackNotReached | PostUnclear
PostOutcome = MessagePosted | CallFailed | OutOfTime

SlackCall = Callable[..., Awaitable[AsyncSlackResponse]]


async def call_slack(call: SlackCall, arguments: Mapping[str, Any], *, seconds: float) -> AsyncSlackResponse | CallFailed:
    """Slack's answer when it said ok, else why there is none; ``call`` must not repeat itself, ``seconds`` include its retries."""
    try:
        async with asyncio.timeout(seconds):
            answer = await call(**arguments)
        return answer if isinstance(answer.data, dict) else PostUnclear("an answer that is no JSON object")
    except SlackApiError as error:
        return _refusal(error)
    except aiohttp.ClientConnectorError as error:
        return SlackNotReached(type(error).__name__)
    except Exception as error:  # noqa: BLE001 - the SDK raises anything on some bodies; the call may have been carried out
        logger.warning("no answer of Slack's", extra={"failure": type(error).__name__})
        return PostUnclear(type(error).__name__)


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects in a list of a response; anything else in it is left out, and a value that is no list is empty."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def next_cursor(answer: AsyncSlackResponse) -> str:
    """The cursor of the next page; "" at the end (Slack's documentation: "Pagination")."""
    metadata = answer.get("response_metadata")
    return str(metadata.get("next_cursor") or "") if isinstance(metadata, dict) else ""


async def read_pages(
    call: SlackCall, arguments: Mapping[str, Any], name: str, *, seconds: float
) -> tuple[list[dict[str, Any]], CallFailed | None]:
    """The objects of the list ``name`` on all pages, ``MOST_PAGES`` at most, and why a page is missing; ``seconds`` are for each call."""
    found: list[dict[str, Any]] = []
    cursor = ""
    for _ in range(MOST_PAGES):
        answer = await call_slack(call, {**arguments, "limit": PAGE, "cursor": cursor}, seconds=seconds)
        if isinstance(answer, CallFailed):
            return found, answer
        found += objects(answer.get(name))
        if not (cursor := next_cursor(answer)):
            break
    return found, None


async def post(
    call: SlackCall, where: Mapping[str, Any], message: Message, *, seconds: float, time_left: Callable[[], bool]
) -> PostOutcome:
    """Posts a message; when Slack refuses its blocks, without native ones, then as text. ``time_left`` is asked before each call."""
    outcome: PostOutcome = OutOfTime()
    for form in _forms(message):
        if not time_left():
            return OutOfTime()
        outcome = await _post_once(call, {**where, **form.payload(), **_QUIET}, seconds=seconds)
        if not (isinstance(outcome, PostRefused) and outcome.error_class is SlackErrorClass.OUR_FAULT):
            return outcome
        logger.error("Slack does not take a message", extra={"slack_error": outcome.code, "channel": where["channel"]})
    return outcome


def _forms(message: Message) -> Iterator[Message]:
    yield message
    yield from message.simpler()
    yield Message(message.text, (), message.metadata)


async def _post_once(call: SlackCall, arguments: dict[str, Any], *, seconds: float) -> PostOutcome:
    answer = await call_slack(call, arguments, seconds=seconds)
    if isinstance(answer, CallFailed):
        return answer
    ts = answer.get("ts")
    return MessagePosted(str(ts), str(answer.get("channel") or arguments["channel"])) if ts else PostUnclear("an answer without a ts")


def _refusal(error: SlackApiError) -> PostRefused | PostUnclear:
    status, headers, body = _parts(error.response)
    code = str(body.get("error") or "")
    if status == TOO_MANY_REQUESTS:
        return PostRefused(SlackErrorClass.LATER, code or "ratelimited", _retry_after(headers))
    if not code or status >= SERVER_FAULT:
        return PostUnclear(f"HTTP {status} {code or 'without an answer of Slack'}", code)
    found = error_class(code)
    return (
        PostUnclear(code, code)
        if found is SlackErrorClass.UNKNOWN
        else PostRefused(found, code, _retry_after(headers), str(headers.get("Date") or ""))
    )


def _parts(response: Any) -> tuple[int, Mapping[str, Any], Mapping[str, Any]]:
    """Status, headers and body; the SDK returns its own response class, or aiohttp's where the body was not JSON."""
    status = int(getattr(response, "status_code", getattr(response, "status", 0)))
    body = getattr(response, "data", None)
    return status, getattr(response, "headers", None) or {}, body if isinstance(body, dict) else {}


def _retry_after(headers: Mapping[str, Any]) -> float | None:
    """Seconds of the Retry-After header, from ``LEAST_WAIT`` to ``LONGEST_WAIT``; None when there is none that can be read."""
    wait = retry_after(headers)
    return None if wait is None else min(max(wait, LEAST_WAIT), LONGEST_WAIT)


class FollowUpUploader(Struct, frozen=True):
    """Sends files with a client that never repeats a call by itself. ``session``: for the bytes, which go to an address of their own."""

    slack: AsyncWebClient
    session: aiohttp.ClientSession
    seconds: float

    async def send(self, file: File, where: Mapping[str, Any], *, time_left: Callable[[], bool]) -> PostOutcome:
        """Uploads the file (its name is its own in the thread) and shares it: ``MessagePosted`` with its id.

        The failures of the first two steps are never ``PostUnclear``. ``where`` has ``channel`` and ``thread_ts``; ``time_left`` is asked
        just before each call, and False ends it.
        """
        if not time_left():
            return OutOfTime()
        wanted = {"filename": file.name, "length": len(file.content)}
        ticket = await call_slack(self.slack.files_getUploadURLExternal, wanted, seconds=self.seconds)
        if isinstance(ticket, CallFailed):
            return SlackNotReached(ticket.error) if isinstance(ticket, PostUnclear) else ticket
        if trouble := await put_file(self.session, str(ticket.get("upload_url")), file.content):
            return SlackNotReached(trouble)
        if not time_left():
            # Not OutOfTime, after which it would be retried at once: a slow Slack needs a back-off.
            return SlackNotReached("the upload took longer than one claim")
        file_id = str(ticket.get("file_id"))
        shared = {"files": [{"id": file_id, "title": file.title}], "channel_id": where["channel"], "thread_ts": where["thread_ts"]}
        answer = await call_slack(self.slack.files_completeUploadExternal, shared, seconds=self.seconds)
        return answer if isinstance(answer, CallFailed) else MessagePosted(file_id, where["channel"])


def mark(message: Message, delivery: str, below: tuple[Message | File | LaterReply, ...]) -> Message:
    """The message with the delivery's id in its metadata, by which it is found again, and when which replies are due."""
    later = {part.name: part.due.isoformat() for part in below if isinstance(part, LaterReply)}
    return message.with_event(EVENT_TYPE, delivery=delivery, **({"later": later} if later else {}))


def read_later(message: Mapping[str, Any]) -> Mapping[str, str]:
    """When which replies are due, by the metadata of a message in the channel's history."""
    later = event_payload(message).get("later")
    return later if isinstance(later, dict) else {}


def message_as_json(message: Message, **place: str) -> str:
    return _as_json({**message.payload(), **place})


def payload_hash(payload: str) -> str:
    return hashlib.sha256(payload.encode()).hexdigest()


async def read_message(read: SlackCall, channel: str, ts: str, *, seconds: float) -> str | PostOutcome:
    """The message of the channel with this id of Slack's, as it is now, as JSON; or why it is not known."""
    place = {"channel": channel, "latest": ts, "oldest": ts, "inclusive": True, "limit": 1, "include_all_metadata": True}
    answer = await call_slack(read, place, seconds=seconds)
    if isinstance(answer, CallFailed):
        return answer
    found = next((one for one in objects(answer.get("messages")) if one.get("ts") == ts), None)
    return PostRefused(SlackErrorClass.CHANNEL_GONE, "message_not_found") if found is None else read_as_json(found)


def read_as_json(message: Mapping[str, Any]) -> str:
    copied = ("text", "blocks", "metadata", *(("thread_ts",) if message.get("thread_ts") != message.get("ts") else ()))
    return _as_json({name: message[name] for name in copied if name in message})


def _as_json(message: Mapping[str, Any]) -> str:
    return orjson.dumps(message, option=orjson.OPT_SORT_KEYS).decode()


def planned_part(place: int, part: Message | File | LaterReply) -> tuple[str, str]:
    """The name and the stored payload of a follow-up; of one that is built later the moment when it is due."""
    if isinstance(part, LaterReply):
        return f"{LATER}{part.name}", part.due.isoformat()
    if isinstance(part, File):
        return f"{FILE}{place}", _as_json({"name": part.name, "title": part.title, "content": part.content.decode()})
    return f"{THREAD}{place}", message_as_json(part)


def file_from_json(text: str) -> File:
    fields = orjson.loads(text)
    return File(fields["name"], fields["title"], fields["content"].encode())

"""Is it in the channel already? Slack's history is read for the id in a message's metadata, all of it since before the intent.

Slack's documentation: "conversations.history", ``include_all_metadata``; "conversations.replies", the same in a thread.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from bot.delivery.post import PostRefused, PostUnclear, SlackCall, SlackNotReached, WebApiResponse, call_slack, next_cursor, objects
from bot.delivery.slack_errors import Family

#: How far before the intent is read: clocks differ by seconds.
MARGIN: Final = timedelta(seconds=60)

#: The margin before anything is posted again: clocks are also set wrong, and put right.
A_DAY: Final = timedelta(days=1)

#: Why nobody can tell although the history was read.
NO_METADATA: Final = "metadata_missing"

#: Messages a page, Slack's most.
PAGE: Final = 999


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """It is there; ``ts`` is Slack's id of it (a file's own id)."""

    ts: str


@dataclass(frozen=True, slots=True)
class MessageAbsent:
    """The whole history was read, and it is not there now."""


@dataclass(frozen=True, slots=True)
class HistoryUnreadable:
    """Slack does not let the bot read there; ``code`` is its word."""

    family: Family
    code: str


@dataclass(frozen=True, slots=True)
class HistoryBusy:
    """It could not be read just now, or not to its end; ``wait`` is in seconds where Slack named a time."""

    error: str
    wait: float | None = None


HistoryResult = FoundMessage | MessageAbsent | HistoryUnreadable | HistoryBusy


@dataclass(frozen=True, slots=True)
class MessageSearch:
    """What is looked for, and where.

    Args:
        read: ``conversations.history`` or ``conversations.replies``.
        where: its arguments that name the place.
        payload: fields that the message's metadata has; None for one that it has not.
        intent: when the call that may have posted it began (aware), by our clock.
        margin: how far before it the reading begins.
        besides: Slack's id of a message that is not meant.
    """

    read: SlackCall
    where: Mapping[str, Any]
    payload: Mapping[str, str | None]
    intent: datetime
    margin: timedelta = MARGIN
    besides: str = ""
    #: The name of a file that is looked for instead; its own id is found then.
    file: str = ""
    #: The text it would have, "" where nobody knows: a message of the bot's that has it and shows no metadata may be the one.
    text: str = ""


def main_message(delivery: str) -> Mapping[str, str | None]:
    """What the metadata of a delivery's main message has: its id, and no part's name, which replies and notices have."""
    return {"delivery": delivery, "part": None}


async def look(wanted: MessageSearch, *, now: datetime, seconds: float, time_left: Callable[[], bool]) -> HistoryResult:
    """Read the place's messages since before the intent, page by page.

    Args:
        wanted: what and where.
        now: the moment (aware), by our clock.
        seconds: how long one page may take.
        time_left: asked before each page.
    """
    oldest, cursor = min(wanted.intent, now) - wanted.margin, ""
    nameless = False
    while time_left():
        asked = {**wanted.where, "oldest": f"{oldest.timestamp():.6f}", "inclusive": True, "include_all_metadata": True, "limit": PAGE}
        answer = await call_slack(wanted.read, {**asked, **({"cursor": cursor} if cursor else {})}, seconds=seconds)
        if isinstance(answer, (PostRefused, SlackNotReached, PostUnclear)):
            return _without(answer)
        messages = objects(answer.get("messages"))
        if ts := _ts_of(messages, wanted):
            return FoundMessage(ts)
        nameless = nameless or any(_may_be(message, wanted) for message in messages)
        earlier = _by_slacks_clock(answer, wanted.intent, now)
        if earlier is not None and earlier < oldest:
            oldest, cursor = earlier, ""
            continue
        cursor = next_cursor(answer)
        if not cursor:
            return HistoryUnreadable(Family.NOT_ALLOWED, NO_METADATA) if nameless else MessageAbsent()
    return HistoryBusy("no time left to read on")


def _without(answer: PostRefused | SlackNotReached | PostUnclear) -> HistoryUnreadable | HistoryBusy:
    if isinstance(answer, PostRefused) and answer.family is not Family.LATER:
        return HistoryUnreadable(answer.family, answer.code)
    return HistoryBusy(answer.code, answer.wait) if isinstance(answer, PostRefused) else HistoryBusy(answer.error)


def _ts_of(messages: list[dict[str, Any]], wanted: MessageSearch) -> str:
    for message in messages:
        if wanted.file:
            if held := next((file for file in objects(message.get("files")) if file.get("name") == wanted.file), None):
                return str(held.get("id") or "")
            continue
        known = _payload(message)
        if all(known.get(name) == value for name, value in wanted.payload.items()) and message.get("ts") not in (None, wanted.besides):
            return str(message["ts"])
    return ""


def _payload(message: dict[str, Any]) -> dict[str, Any]:
    metadata = message.get("metadata")
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    return payload if isinstance(payload, dict) else {}


def _may_be(message: dict[str, Any], wanted: MessageSearch) -> bool:
    """Whether a bot said the very same there, and Slack does not show what names it."""
    return bool(wanted.text and message.get("bot_id") and not _payload(message)) and message.get("text") == wanted.text


def _by_slacks_clock(answer: WebApiResponse, intent: datetime, now: datetime) -> datetime | None:
    """Where the reading must begin when Slack's clock is behind ours: its messages are stamped with its own time."""
    try:
        there = parsedate_to_datetime(str(answer.headers["Date"]))
    except (KeyError, TypeError, ValueError):
        return None
    if there.tzinfo is None or now - there < MARGIN:
        return None
    return there - max(now - intent, timedelta()) - MARGIN

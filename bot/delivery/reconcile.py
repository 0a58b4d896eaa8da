"""Whether a message was posted: its id in the metadata of the channel's history, or the thread's ("conversations.history")."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.post import CallFailed, PostRefused, SlackCall, call_slack, next_cursor, objects
from bot.slack.web_api import SlackErrorClass
from bot.subscriptions.delivery_state import Delivery, event_payload

#: How far before the intent the reading begins: clocks differ by seconds.
MARGIN: Final = timedelta(seconds=60)
#: Slack's Date header has whole seconds: by so much it may differ from page to page.
ROUNDING: Final = timedelta(seconds=1)
#: The margin before a message is posted again: a clock may have been wrong by hours and been corrected.
A_DAY: Final = timedelta(days=1)
#: Why it is unknown although the history was read.
NO_METADATA: Final = "metadata_missing"
#: After a restore: seconds that a channel's history is cached after its last use, and the number of channels.
KEPT: Final = 600.0
MOST_CHANNELS: Final = 64
#: Messages a page, Slack's most; a commercially distributed app gets 15 of them, and one page a minute.
PAGE: Final = 999
#: Interrupted readings that are kept at most.
MOST_READINGS: Final = 4_096


class FoundMessage(Struct, frozen=True):
    """The message was posted; ``ts`` is Slack's id of it (a file's own id), ``message`` the message as Slack shows it; empty for a file."""

    ts: str
    message: Mapping[str, Any] = field(default_factory=dict)


class MessageAbsent(Struct, frozen=True):
    """The whole history was read, and the message is not in it."""


class HistoryUnreadable(Struct, frozen=True):
    """Slack does not let the bot read there; ``code`` is its error code."""

    error_class: SlackErrorClass
    code: str


class HistoryBusy(Struct, frozen=True):
    """The history could not be read just now, or not to its end; ``wait`` is in seconds where Slack named a time."""

    error: str
    wait: float | None = None


HistoryResult = FoundMessage | MessageAbsent | HistoryUnreadable | HistoryBusy


class MessageSearch(Struct, frozen=True):
    """The message to look for, and where.

    Args:
        read: ``conversations.history`` or ``conversations.replies``.
        payload: fields that the message's metadata has; None for one that it has not.
        intent: when the call that may have posted it began (aware), by our clock.
        margin: how far before it the reading begins.
        excluded: Slack's id of a message to pass over.
        keep: collects every message of a bot, reading to the end; None to stop at the first match.
    """

    read: SlackCall
    where: Mapping[str, Any]
    payload: Mapping[str, str | None]
    intent: datetime
    margin: timedelta = MARGIN
    excluded: str = ""
    #: The name of a file to look for instead; its own id is returned then.
    file: str = ""
    #: The message's text, "" where it is unknown: a bot's message with this text and without metadata may be the one.
    text: str = ""
    keep: list[dict[str, Any]] | None = None


def main_message(delivery: str) -> Mapping[str, str | None]:
    return {"delivery": delivery, "part": None}


def reading_place(slack: AsyncWebClient, delivery: Delivery) -> tuple[SlackCall, Mapping[str, Any]]:
    """Where a delivery's message is read: the channel's history, or the thread of the message that it replies to."""
    if delivery.reply_to:
        return slack.conversations_replies, {"channel": delivery.channel, "ts": delivery.reply_to}
    return slack.conversations_history, {"channel": delivery.channel}


class Unfinished(Struct):
    """How far a reading came that was interrupted, mostly by Slack's limit of one page a minute: the next one goes on there."""

    #: When it began (aware), since when it reads, the next page, whether a message without metadata may be the one, and what is kept.
    began: datetime
    oldest: datetime
    cursor: str = ""
    nameless: bool = False
    kept: list[dict[str, Any]] = field(default_factory=list)


#: Interrupted readings by what was looked for, and where.
Readings = dict[tuple[Any, ...], Unfinished]


async def search(
    wanted: MessageSearch,
    *,
    now: datetime,
    seconds: float,
    time_left: Callable[[], bool],
    readings: Readings | None = None,
    proof: datetime | None = None,
) -> HistoryResult:
    """Reads the place's messages since before the intent, page by page, until it is found.

    ``readings`` keeps an interrupted reading, to go on with the next time; what was read before ``proof``, from when on absence proves that
    it was not posted, is read again. Moments are aware, by our clock.
    """
    key = (*wanted.where.items(), *wanted.payload.items(), wanted.file, wanted.margin)
    reading, oldest = readings.pop(key, None) if readings is not None else None, min(wanted.intent, now) - wanted.margin
    if reading is None or reading.oldest > oldest or (proof is not None and reading.began < proof <= now):
        reading = Unfinished(now, oldest)
    seen = await _read_on(reading, wanted, now=now, seconds=seconds, time_left=time_left)
    if readings is not None and isinstance(seen, HistoryBusy):
        readings[key] = reading
        if len(readings) > MOST_READINGS:
            del readings[next(iter(readings))]
    return seen


async def _read_on(
    reading: Unfinished, wanted: MessageSearch, *, now: datetime, seconds: float, time_left: Callable[[], bool]
) -> HistoryResult:
    while time_left():
        oldest, cursor = reading.oldest, reading.cursor
        asked = {**wanted.where, "oldest": f"{oldest.timestamp():.6f}", "inclusive": True, "include_all_metadata": True, "limit": PAGE}
        answer = await call_slack(wanted.read, {**asked, **({"cursor": cursor} if cursor else {})}, seconds=seconds)
        if isinstance(answer, CallFailed):
            if cursor and isinstance(answer, PostRefused) and answer.code == "invalid_cursor":
                # It was kept for too long: from the first page again.
                reading.cursor = ""
                return HistoryBusy(answer.code)
            return _without(answer)
        messages = objects(answer.get("messages"))
        if wanted.keep is not None:
            reading.kept.extend(message for message in messages if message.get("bot_id") or event_payload(message))
        elif isinstance(seen := among(messages, wanted), FoundMessage):
            return seen
        else:
            reading.nameless = reading.nameless or isinstance(seen, HistoryUnreadable)
        earlier = _by_slacks_clock(answer, wanted.intent, now)
        if earlier is not None and earlier < oldest - ROUNDING:
            reading.oldest, reading.cursor = earlier, ""
            continue
        reading.cursor = next_cursor(answer)
        if not reading.cursor:
            if wanted.keep is not None:
                wanted.keep.extend(reading.kept)
            return HistoryUnreadable(SlackErrorClass.NOT_ALLOWED, NO_METADATA) if reading.nameless else MessageAbsent()
    return HistoryBusy("no time left to read on")


def among(messages: Sequence[dict[str, Any]], wanted: MessageSearch) -> FoundMessage | HistoryUnreadable | MessageAbsent:
    """Looks for the message among these; unreadable when one of them may be it and shows no metadata."""
    if found := _found(messages, wanted):
        return found
    # A bot posted the same text there, and Slack shows no metadata of it.
    same = (one for one in messages if wanted.text and one.get("bot_id") and one.get("text") == wanted.text)
    nameless = any(not event_payload(one) for one in same)
    return HistoryUnreadable(SlackErrorClass.NOT_ALLOWED, NO_METADATA) if nameless else MessageAbsent()


class RestoredChannels:
    """The bot messages of each channel after a database restore, read once for all deliveries, kept ``KEPT`` seconds after their use."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[datetime, datetime, list[dict[str, Any]]]] = {}
        self._readings: Readings = {}
        self._forgetting: asyncio.TimerHandle | None = None

    async def search(
        self, wanted: MessageSearch, restored_at: datetime, *, now: datetime, seconds: float, time_left: Callable[[], bool]
    ) -> HistoryResult:
        """As the function ``search``, from a day before the intent on; what was begun before ``restored_at`` (aware) was posted by then."""
        channel, since = str(wanted.where["channel"]), min(wanted.intent, now) - A_DAY
        known = self._read.get(channel)
        if known is None or known[0] > since or known[1] < restored_at:
            messages: list[dict[str, Any]] = []
            # Nothing of the one delivery is in it, so that another one's reading of the channel goes on where this one came to.
            whole = replace(wanted, payload={}, margin=A_DAY, keep=messages)
            seen = await search(whole, now=now, seconds=seconds, time_left=time_left, readings=self._readings, proof=restored_at)
            if not isinstance(seen, MessageAbsent):
                return seen
            if len(self._read) >= MOST_CHANNELS:
                del self._read[next(iter(self._read))]
            known = self._read[channel] = (since, restored_at, messages)
        if self._forgetting is not None:
            self._forgetting.cancel()
        self._forgetting = asyncio.get_running_loop().call_later(KEPT, self._read.clear)
        return among(known[2], wanted)


def _without(answer: CallFailed) -> HistoryUnreadable | HistoryBusy:
    if isinstance(answer, PostRefused) and answer.error_class is not SlackErrorClass.LATER:
        return HistoryUnreadable(answer.error_class, answer.code)
    return HistoryBusy(answer.code, answer.wait) if isinstance(answer, PostRefused) else HistoryBusy(answer.error)


def _found(messages: Sequence[dict[str, Any]], wanted: MessageSearch) -> FoundMessage | None:
    for message in messages:
        if wanted.file:
            if named_file := next((file for file in objects(message.get("files")) if file.get("name") == wanted.file), None):
                return FoundMessage(str(named_file.get("id") or "")) if named_file.get("id") else None
            continue
        known = event_payload(message)
        if all(known.get(name) == value for name, value in wanted.payload.items()) and message.get("ts") not in (None, wanted.excluded):
            return FoundMessage(str(message["ts"]), message)
    return None


def _by_slacks_clock(answer: AsyncSlackResponse, intent: datetime, now: datetime) -> datetime | None:
    """Where the reading must begin when Slack's clock is behind ours: messages have Slack's own time."""
    try:
        there = parsedate_to_datetime(str(answer.headers["Date"]))
    except (KeyError, TypeError, ValueError):
        return None
    if there.tzinfo is None or now - there < MARGIN:
        return None
    return there - max(now - intent, timedelta()) - MARGIN

"""PostPost's webhook: says that a post went live or failed, so that it is looked for at once; nothing is read from it but that.

The format is that of the public documentation of Publora, PostPost's sister brand: a POST of ``{"version", "event", "timestamp", "data"}``,
the hexadecimal HMAC-SHA256 of its raw bytes in ``X-Publora-Signature``, one attempt for each event. What PostPost itself calls that header
is not documented: ``X-PostPost-Signature`` is taken too.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson

from bot.ops.arrival import UNAUTHORIZED, UNREADABLE, Refusal

SIGNATURES: Final = ("X-PostPost-Signature", "X-Publora-Signature")
#: Events after which posts are looked for; all others are acknowledged.
EVENTS: Final = frozenset({"post.published", "post.failed"})
#: An event that is older, or that much ahead, is a replay.
VALID_FOR: Final = timedelta(minutes=5)
_SIGNATURE = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)

NOT_SIGNED = Refusal(UNAUTHORIZED, "signature", "The signature isn't PostPost's.")
REPLAYED = Refusal(UNAUTHORIZED, "replay", "This event is older than five minutes, or was received before.")


class PostPostWebhook:
    """Checks events, and passes on that there is something new.

    Args:
        secret: what PostPost signs with.
        clock: the current time (aware, UTC).
        heard: called for each event about a post that went live or failed.
    """

    def __init__(self, secret: str, clock: Callable[[], datetime], heard: Callable[[], None]) -> None:
        self._secret, self._clock, self._heard = secret.encode(), clock, heard
        #: The signatures of the last minutes, each with the event's time.
        self._received: dict[bytes, datetime] = {}

    def receive(self, raw: bytes, headers: Mapping[str, str]) -> Refusal | None:
        """Takes one request; why it is refused, or None."""
        given = next((headers[name] for name in SIGNATURES if name in headers), "")
        signature = hmac.new(self._secret, raw, hashlib.sha256).digest()
        if not _SIGNATURE.fullmatch(given) or not hmac.compare_digest(bytes.fromhex(given), signature):
            return NOT_SIGNED
        try:
            event = orjson.loads(raw)
            sent = datetime.fromisoformat(event["timestamp"])
            sent = sent.replace(tzinfo=UTC) if sent.tzinfo is None else sent
            name = event.get("event")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return UNREADABLE
        now = self._clock()
        self._received = {known: at for known, at in self._received.items() if abs(now - at) <= VALID_FOR}
        if abs(now - sent) > VALID_FOR or signature in self._received:
            return REPLAYED
        self._received[signature] = sent
        if isinstance(name, str) and name in EVENTS:
            self._heard()
        return None

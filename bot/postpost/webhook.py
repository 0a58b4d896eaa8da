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

from aiohttp import web

from bot.ops.request_checks import UNAUTHORIZED, UNREADABLE, ReadBody, Refusal, parse_json, refuse_size
from bot.ops.telemetry import Metrics

#: Events after which posts are looked for; all others are acknowledged.
EVENTS: Final = frozenset({"post.published", "post.failed"})
#: An event that is older, or that much ahead, is a replay.
VALID_FOR: Final = timedelta(minutes=5)
_SIGNATURE = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)

NOT_SIGNED = Refusal(UNAUTHORIZED, "signature", "The signature isn't PostPost's.")


class PostPostWebhook:
    """Checks events, and calls ``on_event`` for each one about a post that went live or failed."""

    def __init__(self, secret: str, clock: Callable[[], datetime], on_event: Callable[[], None], metrics: Metrics) -> None:
        self._secret, self._clock, self._on_event, self._metrics = secret.encode(), clock, on_event, metrics
        #: The signatures of the last minutes, each with the event's time.
        self._received: dict[bytes, datetime] = {}

    async def answer(self, request: web.BaseRequest, read: ReadBody) -> web.Response:
        if request.method != "POST":
            return web.Response(status=405, text="Use POST.", headers={"Allow": "POST"})
        size = refuse_size(request.content_length, request.headers.get("Content-Encoding", ""))
        raw = size or await read(request)
        refusal = self._refusal(raw, request.headers) if isinstance(raw, bytes) else raw
        if refusal is None:
            return web.json_response({"ok": True})
        self._metrics.refused.labels(refusal.reason).inc()
        return web.json_response({"error": refusal.sentence}, status=refusal.status)

    def _refusal(self, raw: bytes, headers: Mapping[str, str]) -> Refusal | None:
        """Takes the event in a body, and says why it is refused; None where it is not."""
        given = next((headers[name] for name in ("X-PostPost-Signature", "X-Publora-Signature") if name in headers), "")
        signature = hmac.new(self._secret, raw, hashlib.sha256).digest()
        if not _SIGNATURE.fullmatch(given) or not hmac.compare_digest(bytes.fromhex(given), signature):
            return NOT_SIGNED
        try:
            event = parse_json(raw)
            sent = datetime.fromisoformat(event["timestamp"])
            sent = sent.replace(tzinfo=UTC) if sent.tzinfo is None else sent
            name = event.get("event")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return UNREADABLE
        now = self._clock()
        self._received = {known: at for known, at in self._received.items() if abs(now - at) <= VALID_FOR}
        if abs(now - sent) > VALID_FOR or signature in self._received:
            return Refusal(UNAUTHORIZED, "replay", "This event is older than five minutes, or was received before.")
        self._received[signature] = sent
        if isinstance(name, str) and name in EVENTS:
            self._on_event()
        return None

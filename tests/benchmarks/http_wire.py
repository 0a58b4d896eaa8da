"""HTTP/1.1 as far as both ends of the benchmark need it: whole messages out of a stream of bytes, and answers in one piece.

The generator must cost less than what it measures; a full HTTP library costs as much as a bot's own server does.
"""

import re
from dataclasses import dataclass

_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:\s*chunked", re.IGNORECASE)
_END_OF_HEAD = b"\r\n\r\n"

REASONS = {200: b"OK", 404: b"Not Found"}


@dataclass(frozen=True, slots=True)
class HttpMessage:
    """One request or one answer: its start line and headers as they came, and its body."""

    head: bytes
    body: bytes

    @property
    def status(self) -> int:
        """An answer's status."""
        return int(self.head[9:12])

    @property
    def path(self) -> bytes:
        """A request's path, without its query."""
        return self.head.split(b" ", 2)[1].partition(b"?")[0]


class MessageReader:
    """Collects a connection's bytes and gives out the messages that are whole."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[HttpMessage]:
        """The messages that these bytes complete, in order."""
        self._buffer += data
        messages = []
        while message := self._take():
            messages.append(message)
        return messages

    def _take(self) -> HttpMessage | None:
        end = self._buffer.find(_END_OF_HEAD)
        if end < 0:
            return None
        head, start = bytes(self._buffer[:end]), end + len(_END_OF_HEAD)
        found = self._chunked(start) if _CHUNKED.search(head) else self._counted(head, start)
        if found is None:
            return None
        body, stop = found
        del self._buffer[:stop]
        return HttpMessage(head, body)

    def _counted(self, head: bytes, start: int) -> tuple[bytes, int] | None:
        length = _LENGTH.search(head)
        stop = start + (int(length[1]) if length else 0)
        return (bytes(self._buffer[start:stop]), stop) if len(self._buffer) >= stop else None

    def _chunked(self, start: int) -> tuple[bytes, int] | None:
        body = bytearray()
        while (line := self._buffer.find(b"\r\n", start)) >= 0:
            size = int(self._buffer[start:line].partition(b";")[0], 16)
            first, start = line + 2, line + 2 + size + 2
            if len(self._buffer) < start:
                return None
            if not size:
                return bytes(body), start
            body += self._buffer[first : first + size]
        return None


def http_answer(status: int, body: bytes, content_type: bytes = b"application/json") -> bytes:
    """An answer as it goes over the wire; the connection stays open."""
    head = b"HTTP/1.1 %d %b\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n"
    return head % (status, REASONS[status], content_type, len(body)) + body

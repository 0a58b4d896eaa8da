"""How the statistics server's answers go over the wire: JSON, Express's HTML pages, and the ways an answer can break."""

import asyncio
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from html import escape
from typing import Any

import orjson
from aiohttp import web

# The page of Express, the framework whose habits PostPost's documentation shows.
_EXPRESS_PAGE = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n'
    "<body>\n<pre>{}</pre>\n</body>\n</html>\n"
)
_LINGER_NOT = struct.pack("ii", 1, 0)  # closing with no linger sends a reset instead of a farewell


class Manner(Enum):
    """How an answer is sent, or not."""

    WHOLE = "whole"
    TRUNCATED = "truncated"
    HANG = "hang"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class SandboxAnswer:
    """One answer of the server, before it is bytes."""

    status: int
    body: Any = None  # sent as JSON unless `html` is given
    html: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    manner: Manner = Manner.WHOLE
    linkedin_calls: int = 0  # how often LinkedIn was asked for it
    delay_ms: float = 0.0  # on top of the switched latencies

    def after(self, linkedin_calls: int) -> "SandboxAnswer":
        """The same answer, given after asking LinkedIn this often."""
        return replace(self, linkedin_calls=linkedin_calls)


class RefusedError(Exception):
    """A request that is not in order; it carries the answer."""

    def __init__(self, status: int, error: str, *, html: bool = False) -> None:
        super().__init__(error)
        self.answer = express_page(status, error) if html else SandboxAnswer(status, {"error": error})


def express_page(status: int, text: str) -> SandboxAnswer:
    """Express's own error page, HTML."""
    return SandboxAnswer(status, html=_EXPRESS_PAGE.format(escape(text, quote=True)))


def no_such_route(method: str, path: str) -> SandboxAnswer:
    """What Express says about an unknown path or method (404, HTML)."""
    return express_page(404, f"Cannot {method} {path}")


def read_json(content_type: str, raw: bytes) -> dict[str, Any]:
    """The body as Express reads it: `{}` for what is not JSON by its type or is empty. Raises ValueError on broken JSON."""
    if content_type != "application/json" or not raw:
        return {}
    body = orjson.loads(raw)
    if not isinstance(body, dict | list):
        raise ValueError("neither an object nor an array")  # noqa: TRY004 - broken JSON is a ValueError too
    return body if isinstance(body, dict) else {}


async def send(request: web.BaseRequest, answer: SandboxAnswer, closing: asyncio.Event) -> web.Response:
    """`answer` as a response; hangs until `closing` or resets the connection when it says so."""
    if answer.manner is Manner.HANG:
        await closing.wait()
    if answer.manner in {Manner.HANG, Manner.RESET}:
        _reset(request)
    if answer.html is not None:
        return web.Response(status=answer.status, body=answer.html.encode(), headers=_headers(answer, "text/html; charset=utf-8"))
    raw = orjson.dumps(answer.body)
    if answer.manner is Manner.TRUNCATED:
        raw = raw[: len(raw) // 2]
    return web.Response(status=answer.status, body=raw, headers=_headers(answer, "application/json; charset=utf-8"))


def _headers(answer: SandboxAnswer, content_type: str) -> dict[str, str]:
    return {"Content-Type": content_type, **answer.headers}


def _reset(request: web.BaseRequest) -> None:
    if (transport := request.transport) is None:
        return
    if (connection := transport.get_extra_info("socket")) is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    transport.abort()

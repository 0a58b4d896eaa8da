"""Carries out an ordered failure on one HTTP request."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web

from bot.sandbox.slack.faults import SlackFault

Answer = Callable[[], Awaitable[web.Response]]
PAGE = "<!DOCTYPE html><html><head><title>Server Error</title></head><body><h1>It's not you, it's us</h1></body></html>"


class FaultReplies:
    """Carries out failures; those that hang end after `hang` seconds of real time or when the server closes."""

    def __init__(self, hang: float) -> None:
        self._hang = hang
        self._closing = asyncio.Event()

    async def play(self, fault: SlackFault, request: web.Request, answer: Answer) -> web.Response:
        """The faulty response to a request; `answer` executes the call and returns the correct response."""
        if fault.kind in {"reset_after", "empty"} or (fault.accepted and fault.kind in {"status", "html"}):
            await answer()
        if fault.kind in {"reset_before", "reset_after"}:
            return self._cut(request)
        if fault.kind == "empty":
            return web.json_response({"ok": True})
        if fault.kind == "hang":
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self._hang)
            return self._cut(request)
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        if fault.kind == "error":
            limited = fault.error == "ratelimited"
            status = fault.status or (429 if limited else 200)
            return web.json_response({"ok": False, "error": fault.error}, status=status, headers=headers)
        if fault.kind == "html":
            return web.Response(status=fault.status or 200, text=PAGE, content_type="text/html", headers=headers)
        return web.Response(status=fault.status or 503, text="upstream connect error", headers=headers)

    @staticmethod
    def _cut(request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def close(self) -> None:
        """Ends all hanging requests."""
        self._closing.set()

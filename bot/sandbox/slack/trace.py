"""Records the requests between the app and Slack, for the page and for tests."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.sandbox.slack.stream import Stream

KEPT = 2_000
"""The most entries that are stored."""


class Trace:
    """Every request to the app and every Web API call, with their times; tokens appear as their prefix only."""

    def __init__(self, stream: Stream, clock: Callable[[], datetime]) -> None:
        self._stream = stream
        self._clock = clock
        self._entries: list[dict[str, Any]] = []
        self._last = 0

    def add(self, kind: str, title: str, *, ms: float, request: Any, response: Any, ok: bool, outcome: str = "") -> None:
        """Record one exchange.

        `kind` is `to_app`, `web_api`, `response_url` or `socket`; `ms` how long the answer took in milliseconds.
        """
        self._last += 1
        at = self._clock().timestamp()
        entry = {"n": self._last, "at": at, "kind": kind, "title": title, "ms": round(ms, 3), "request": without_tokens(request)}
        entry |= {"response": without_tokens(response), "ok": ok, "outcome": outcome}
        self._entries.append(entry)
        del self._entries[:-KEPT]
        self._stream.add("trace", {"entry": entry})

    def after(self, number: int) -> list[dict[str, Any]]:
        """The entries with a number above `number`, oldest first."""
        return [entry for entry in self._entries if entry["n"] > number]


def without_tokens(value: Any) -> Any:
    """The JSON with tokens cut to their prefix; without tokens the same object."""
    if not isinstance(value, Mapping):
        return value
    return {key: _cut(item) if key in {"token", "ticket"} else item for key, item in value.items()}


def _cut(token: Any) -> str:
    text = str(token)
    return f"{text[:5]}…" if text.startswith("x") else "…"

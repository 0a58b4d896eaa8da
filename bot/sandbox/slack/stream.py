"""Numbers everything that happens, so that a page can follow and catch up."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

KEPT = 20_000
"""How many events are stored for a page that reconnects; older ones are in the history of each channel."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One event, with the people who may see it."""

    seq: int
    type: str
    """`message`, `message_deleted`, `view_opened`, `view_updated`, `view_closed`, `home`, `trace`, `channel`, `clock`, `app`."""
    data: dict[str, Any]
    audience: frozenset[str] | None = None
    """The ids of those who see it; None when everyone does."""
    hook: str | None = None
    """The `response_url` it came through, by name."""
    echo: bool = False
    """Whether a message is sent again only because a reply was added below it."""

    def seen_by(self, user: str) -> bool:
        """Whether this person sees it."""
        return self.audience is None or user in self.audience

    def as_page(self) -> dict[str, Any]:
        """The event as JSON for the page's stream."""
        return {"seq": self.seq, "type": self.type, **self.data}


class Stream:
    """The list of events; the workspace adds to it, pages and people in tests follow it."""

    def __init__(self) -> None:
        self._kept: list[Happening] = []
        self._changed = asyncio.Event()
        self.seq = 0

    def add(
        self, kind: str, data: dict[str, Any], audience: frozenset[str] | None = None, hook: str | None = None, *, echo: bool = False
    ) -> int:
        """Adds an event and wakes everything that follows; returns its number."""
        self.seq += 1
        self._kept.append(Happening(self.seq, kind, data, audience, hook, echo))
        if len(self._kept) > 2 * KEPT:
            del self._kept[:KEPT]
        self._changed.set()
        self._changed = asyncio.Event()
        return self.seq

    def since(self, seq: int) -> list[Happening]:
        """The events after number `seq`, the oldest first."""
        first = self._kept[0].seq if self._kept else self.seq + 1
        return self._kept[max(0, seq + 1 - first) :]

    async def follow(self, seq: int) -> AsyncIterator[Happening]:
        """The events after number `seq`, and then each new one, without end."""
        while True:
            changed = self._changed
            for happening in self.since(seq):
                seq = happening.seq
                yield happening
            if seq == self.seq:
                await changed.wait()

    def next_change(self) -> asyncio.Event:
        """An event that is set at the next addition; get it before reading `since`, so that none is missed."""
        return self._changed

    async def changed(self) -> None:
        """Waits for the next event."""
        await self._changed.wait()

"""Job: everything that happened, in order and numbered, so that a page can follow it and catch up."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

KEPT = 20_000
"""How many happenings are kept for a page that reconnects; older ones are in the history of each channel."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened and who may see it."""

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
        """The happening as the page's stream carries it."""
        return {"seq": self.seq, "type": self.type, **self.data}


class Stream:
    """The list of happenings; appended to by the workspace, followed by pages and by people in tests."""

    def __init__(self) -> None:
        self._kept: list[Happening] = []
        self._changed = asyncio.Event()
        self.seq = 0

    def add(
        self,
        kind: str,
        data: dict[str, Any],
        audience: frozenset[str] | None = None,
        hook: str | None = None,
        *,
        echo: bool = False,
    ) -> int:
        """Record a happening and wake all who follow; its sequence number comes back."""
        self.seq += 1
        self._kept.append(Happening(self.seq, kind, data, audience, hook, echo))
        if len(self._kept) > 2 * KEPT:
            del self._kept[:KEPT]
        self._changed.set()
        self._changed = asyncio.Event()
        return self.seq

    def since(self, seq: int) -> list[Happening]:
        """What happened after number `seq`, oldest first."""
        first = self._kept[0].seq if self._kept else self.seq + 1
        return self._kept[max(0, seq + 1 - first) :]

    async def follow(self, seq: int) -> AsyncIterator[Happening]:
        """What happened after number `seq` and then, without end, whatever happens next."""
        while True:
            changed = self._changed
            for happening in self.since(seq):
                seq = happening.seq
                yield happening
            if seq == self.seq:
                await changed.wait()

    def next_change(self) -> asyncio.Event:
        """Set when something happens after this call: taken before `since` is read, it misses nothing."""
        return self._changed

    async def changed(self) -> None:
        """Wait until something happens."""
        await self._changed.wait()

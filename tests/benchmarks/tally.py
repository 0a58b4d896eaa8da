"""The book of commands: which are on their way, which were answered rightly and how fast, and what was wrong with the others."""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from tests.benchmarks.made_up_side import EXPECTED_FIGURE

#: Seconds after which a command without its answer counts as lost, and its lane goes on, unless the run says another number.
LOST_AFTER = 5.0

OK = 200


class Lane(Protocol):
    """Carries one command at a time."""

    def go_on(self) -> None:
        """The command is done with: send the next one."""
        ...


@dataclass(slots=True)
class _Waiting:
    lane: Lane
    sent: float
    acked: float = 0.0
    carded: float = 0.0


class Tally:
    """Judges every answer and frees the lane whose command is done with.

    Args:
        asks_cards: the answer must show the expected figure; else blocks are enough.
        lost_after: seconds after which a command without its answer counts as lost.
    """

    def __init__(self, *, asks_cards: bool, lost_after: float = LOST_AFTER) -> None:
        self._asks_cards, self.lost_after = asks_cards, lost_after
        self._waiting: dict[int, _Waiting] = {}
        self._number = 0
        self.recording = False
        self.acks: list[float] = []
        self.cards: list[float] = []
        self.done = 0
        self.errors = 0
        self.complaint = ""
        self.nothing_waits = asyncio.Event()

    def sent(self, lane: Lane, at: float) -> int:
        """A command leaves; gives it its number."""
        self._number += 1
        self._waiting[self._number] = _Waiting(lane, at)
        self.nothing_waits.clear()
        return self._number

    def acknowledged(self, number: int, status: int, body: bytes, at: float) -> None:
        """The answer to a command's request came."""
        waiting = self._waiting.get(number)
        if waiting is None:
            return
        waiting.acked = at
        if status != OK:
            self.failed(number, f"status {status}", body)
        elif self._answers(body):
            waiting.carded = at
        elif not self._asks_cards:
            self.failed(number, "no blocks in the 200", body)
        self._finish(number)

    def carded(self, number: int, body: bytes, at: float) -> None:
        """Something came to a command's ``response_url``."""
        waiting = self._waiting.get(number)
        if waiting is None or waiting.carded:
            self._complain("answered twice, or after it was lost", body)
        elif not self._answers(body):
            self.failed(number, "no blocks with the expected figure", body)
        else:
            waiting.carded = at
            self._finish(number)

    def failed(self, number: int, why: str, body: bytes = b"") -> None:
        """A command ended badly."""
        waiting = self._waiting.get(number)
        if waiting:
            self._complain(why, body)
            self._done_with(number, waiting)

    def give_up(self, now: float) -> None:
        """Count what waits too long as lost. Commands stand in the order of their sending."""
        late = [number for number, waiting in self._waiting.items() if now - waiting.sent > self.lost_after]
        for number in late:
            self.failed(number, f"no whole answer within {self.lost_after:g} s")

    def _answers(self, body: bytes) -> bool:
        return b'"blocks"' in body and (not self._asks_cards or EXPECTED_FIGURE in body)

    def _finish(self, number: int) -> None:
        waiting = self._waiting.get(number)
        if not (waiting and waiting.acked and waiting.carded):
            return
        if self.recording:
            self.done += 1
            self.acks.append(waiting.acked - waiting.sent)
            self.cards.append(max(waiting.acked, waiting.carded) - waiting.sent)
        self._done_with(number, waiting)

    def _done_with(self, number: int, waiting: _Waiting) -> None:
        del self._waiting[number]
        waiting.lane.go_on()
        if not self._waiting:
            self.nothing_waits.set()

    def _complain(self, why: str, body: bytes) -> None:
        self.errors += 1
        self.complaint = self.complaint or f"{why}: {body[:300].decode(errors='replace')}"

"""What the page can change around the made-up Slack: the clock, a service's failures, the app's transport.

The caller that starts Slack's server passes what there is; the page offers that and nothing else.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

TRANSPORTS = ("socket", "http")

Checker = Callable[[Mapping[str, Any]], Sequence[str]]
"""Takes a message (`text`, `blocks`) or a view (with its `type`); gives what is wrong with it, one line each."""


class TroubledService(Protocol):
    """A server that the app calls and that can be made to fail."""

    name: str
    """What the page calls it."""

    @property
    def troubles(self) -> Sequence[Mapping[str, str]]:
        """Every failure that it offers, with `name` and `label`."""
        ...

    @property
    def met(self) -> str | None:
        """The name of the failure that every request gets now; None when there is none."""
        ...

    def meet(self, name: str | None) -> None:
        """Makes every request fail in this way from now on; None ends it. Raises ValueError with a sentence."""
        ...


class OtherWorkspaces(Protocol):
    """The workspaces of the playground, of which the page shows one."""

    def listed(self) -> Sequence[Mapping[str, str]]:
        """Every workspace: its `id` and `name`."""
        ...

    def about(self, team: str) -> Mapping[str, str]:
        """How the app is installed there: the address `install`, and what there is to `know`; empty where it is from the start."""
        ...

    async def open(self, team: str) -> str:
        """The address of the page of this workspace, once it is there. Raises RuntimeError with a sentence."""
        ...


@dataclass(slots=True)
class Surroundings:
    """What can be changed; None for each thing that is not there."""

    move_clock: Callable[[datetime], None] | None = None
    """Makes the moment (aware) now, for everything that lives by the sandbox's clock."""
    service: TroubledService | None = None
    switch_transport: Callable[[str], Awaitable[None]] | None = None
    """Starts the app anew over `socket` or `http`; returns when it can be reached. Raises RuntimeError with a sentence."""
    workspaces: OtherWorkspaces | None = None
    checkers: dict[str, Checker] = field(default_factory=dict)
    """Other readings of Slack's limits beside the sandbox's own, by the name the page shows."""

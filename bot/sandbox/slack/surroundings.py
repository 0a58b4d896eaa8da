"""Job: what surrounds the made-up Slack and can be changed from its page: the clock, a service's trouble, the app's transport.

Slack's server knows none of them. Whoever starts it hands in what there is; the page offers that and nothing else.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

TRANSPORTS = ("socket", "http")

Checker = Callable[[Mapping[str, Any]], Sequence[str]]
"""Takes a message (`text`, `blocks`) or a view (with its `type`); gives what is wrong with it, one line each."""


class TroubledService(Protocol):
    """A server that the app asks, whose trouble can be switched."""

    name: str
    """What the page calls it."""

    @property
    def troubles(self) -> Sequence[Mapping[str, str]]:
        """What it can be made to do: `name` and `label` each."""
        ...

    @property
    def met(self) -> str | None:
        """The name of the trouble whoever asks it meets now; None when it is well."""
        ...

    def meet(self, name: str | None) -> None:
        """Let whoever asks it meet a trouble from now on; None makes it well. Raises ValueError with a sentence."""
        ...


@dataclass(slots=True)
class Surroundings:
    """What was handed in; None where there is nothing to switch."""

    move_clock: Callable[[datetime], None] | None = None
    """Makes the moment (aware) now, for everything that lives by the sandbox's clock."""
    service: TroubledService | None = None
    switch_transport: Callable[[str], Awaitable[None]] | None = None
    """Starts the app anew over `socket` or `http`; returns when it can be reached. Raises RuntimeError with a sentence."""
    checkers: dict[str, Checker] = field(default_factory=dict)
    """Other readings of Slack's limits beside the sandbox's own, by the name the page shows."""

"""Failures that a test orders: which Web API call fails next, and how."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.sandbox.slack.refusals import PersonRefusalError

KINDS = ("error", "status", "html", "hang", "reset_before", "reset_after", "empty")


@dataclass(frozen=True, slots=True)
class SlackFault:
    """One failure that waits for its call."""

    id: int
    method: str
    """The Web API method, `response_url`, `upload` for the bytes of a file, or `*` for any."""
    kind: str
    """`error` a refusal; `status` an HTTP status; `html` a page instead of JSON; `hang` no answer;
    `reset_before` the connection drops before the call counts, `reset_after` after it did;
    `empty` it counts, and the answer says `ok` and nothing else."""
    error: str = "internal_error"
    status: int | None = None
    """The HTTP status; by itself 503 with `status`, 200 with `html`."""
    retry_after: int | None = None
    """Seconds, for the header `Retry-After`."""
    times: int = 1
    """For how many calls; it is gone afterwards."""
    channel: str | None = None
    """Only calls that name this channel."""
    accepted: bool = False
    """With `status` and `html`: whether the call took effect before its answer was spoilt."""


class SlackFaults:
    """The ordered failures; a call gets the first that matches it."""

    def __init__(self) -> None:
        self._waiting: list[SlackFault] = []
        self._made = 0

    def add(
        self,
        *,
        method: str,
        kind: str,
        error: str = "internal_error",
        status: int | None = None,
        retry_after: int | None = None,
        times: int = 1,
        channel: str | None = None,
        accepted: bool = False,
    ) -> SlackFault:
        """Orders a failure for the next `times` calls of a method.

        Raises:
            PersonRefusalError: `kind` is none of the known ones; the message names them.
        """
        if kind not in KINDS:
            raise PersonRefusalError("invalid_fault", f"There is no fault of kind {kind!r}; choose from {', '.join(KINDS)}.")
        self._made += 1
        fault = SlackFault(self._made, method, kind, error, status, retry_after, times, channel, accepted)
        self._waiting.append(fault)
        return fault

    def take(self, method: str, channel: str | None) -> SlackFault | None:
        """The failure for this call, or None; counts it down."""
        for place, fault in enumerate(self._waiting):
            if fault.method in {method, "*"} and fault.channel in {None, channel}:
                left = replace(fault, times=fault.times - 1)
                self._waiting[place : place + 1] = [left] if left.times > 0 else []
                return fault
        return None

    def remove(self, number: int) -> bool:
        """Removes a failure; returns whether it was in the list."""
        before = len(self._waiting)
        self._waiting = [fault for fault in self._waiting if fault.id != number]
        return len(self._waiting) < before

    def clear(self) -> None:
        """Removes every failure."""
        self._waiting.clear()

    def waiting(self) -> list[dict[str, Any]]:
        """The list, for the page."""
        return [asdict(fault) for fault in self._waiting]

"""Records what Slack accepted from the app, in order, for tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Accepted:
    """Something Slack accepted from the app."""

    n: int
    """1 for the first."""
    at: datetime
    kind: str
    """`message`, `ephemeral`, `update`, `delete`, `unfurl`, `view` or `home`."""
    via: str
    """The Web API method, `response_url`, or `ack` when it came with an acknowledgement."""
    channel: str
    """Empty for views."""
    ts: str
    """The message's `ts`, or the view's id."""
    user: str
    """The only person who sees it; empty when everyone in the channel does."""
    text: str
    blocks: tuple[Mapping[str, Any], ...]
    metadata: Mapping[str, Any] | None
    thread_ts: str | None
    payload: Mapping[str, Any]
    """What was sent, unread."""
    files: tuple[Mapping[str, Any], ...] = ()
    """The files it holds."""


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One Web API call with its response."""

    at: datetime
    method: str
    arguments: Mapping[str, Any]
    """From query, form and JSON, without the token."""
    status: int
    answer: Mapping[str, Any]
    fault: str | None
    """The kind of trouble that was on order for it; None for none."""

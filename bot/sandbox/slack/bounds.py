"""The times and counts that Slack enforces, in one value that a test may shorten."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how often, as Slack's documentation has it; times in seconds."""

    ack_timeout: float = 3.0
    """An acknowledgement later than this shows the person `operation_timeout`; measured in real time."""
    trigger_life: float = 3.0
    """How long a `trigger_id` may open a view; on the sandbox's clock."""
    hook_life: float = 1800.0
    """How long a `response_url` lives; on the sandbox's clock."""
    hook_uses: int = 5
    """How many answers a `response_url` takes."""
    event_retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    """The waits before an event that was not acknowledged is sent again; measured in real time."""
    post_interval: float = 1.0
    """The least time between two `chat.postMessage` in one channel; on the stopwatch."""
    max_connections: int = 10
    """How many Socket Mode connections an app may hold open."""
    hang: float = 600.0
    """Seconds of real time after which a call with the fault `hang` is closed without an answer."""
    rate_limits: bool = True
    """Whether `ratelimited` is answered at all."""
    scopes_optional: bool = True
    """Whether the person who installed the app granted the manifest's optional scopes as well."""
    commercial: bool = False
    """Whether the app is distributed commercially outside of the Marketplace: it reads one page of 15 messages a minute."""

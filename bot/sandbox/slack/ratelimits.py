"""Limits how often a method may be called before Slack answers 429."""

import math
from collections import deque
from collections.abc import Callable

from bot.sandbox.slack.bounds import Bounds
from bot.sandbox.slack.refusals import SlackRefusalError

# Slack's documentation, "Rate limits": a tier is a number of calls a minute; `chat.postMessage` has its own rule, one a second a channel.
PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
WINDOW = 60.0
# The same, "Rate limit changes for non-Marketplace apps": these two methods, and the messages a page.
READING, READ_AT_MOST = ("conversations.history", "conversations.replies"), 15


class RateLimits:
    """Counts calls by a monotonic clock (seconds)."""

    def __init__(self, bounds: Bounds, stopwatch: Callable[[], float]) -> None:
        self._bounds = bounds
        self._stopwatch = stopwatch
        self._calls: dict[str, deque[float]] = {}
        self._posts: dict[str, float] = {}

    def count(self, method: str, tier: int) -> None:
        """Count one call of a method of a tier.

        Raises:
            SlackRefusalError: `ratelimited`, with the seconds to wait in `Retry-After`.
        """
        if not self._bounds.rate_limits:
            return
        if self._bounds.commercial and method in READING:
            tier = 1
        now = self._stopwatch()
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - WINDOW:
            calls.popleft()
        if len(calls) >= PER_MINUTE[tier]:
            raise ratelimited(calls[0] + WINDOW - now)
        calls.append(now)

    @property
    def messages_a_page(self) -> int:
        """How many messages one page of a channel or thread has at most."""
        return READ_AT_MOST if self._bounds.commercial else 1000

    def count_post(self, channel: str) -> None:
        """Count one posting in a channel; one a second is allowed.

        Raises:
            SlackRefusalError: `ratelimited`.
        """
        if not self._bounds.rate_limits:
            return
        now = self._stopwatch()
        since = now - self._posts.get(channel, -math.inf)
        if since < self._bounds.post_interval:
            raise ratelimited(self._bounds.post_interval - since)
        self._posts[channel] = now


def ratelimited(wait: float) -> SlackRefusalError:
    """The refusal with the seconds that the app must wait, rounded up."""
    return SlackRefusalError("ratelimited", status=429, headers={"Retry-After": str(max(1, math.ceil(wait)))})

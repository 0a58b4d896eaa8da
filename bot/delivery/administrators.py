"""The workspace's own administrators, as Slack lists them: they are told where nobody else is named."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.post import PostRefused, PostUnclear, SlackNotReached, call_slack, next_cursor, objects

#: How long a list is good for: one list serves a run's trouble.
FRESH: Final = timedelta(minutes=10)

PAGE: Final = 999

#: Pages that are read at most: fifty thousand people.
MOST_PAGES: Final = 50

#: In a large company dozens may administer; so many are told, those first who answer for the most.
MOST_TOLD: Final = 5


class Administrators:
    """Asks Slack who they are, only when somebody must be told (Slack's documentation: "users.list", "User object").

    Args:
        slack: a client that never repeats a call by itself.
        clock: the moment (aware, UTC).
        seconds: how long one call may take.
    """

    def __init__(self, slack: AsyncWebClient, clock: Callable[[], datetime], seconds: float) -> None:
        self._slack, self._clock, self._seconds = slack, clock, seconds
        self._known: tuple[datetime, tuple[str, ...]] | None = None
        self._asking = asyncio.Lock()

    async def to_tell(self) -> tuple[str, ...] | PostRefused | SlackNotReached | PostUnclear:
        """Slack user ids, the primary owner's first, then the owners', at most ``MOST_TOLD``; or why Slack does not tell."""
        async with self._asking:
            if self._known is None or not timedelta() <= self._clock() - self._known[0] < FRESH:
                found = await self._listed()
                if not isinstance(found, tuple):
                    return found
                self._known = (self._clock(), found)
            return self._known[1]

    async def _listed(self) -> tuple[str, ...] | PostRefused | SlackNotReached | PostUnclear:
        found: list[tuple[int, str]] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = await call_slack(self._slack.users_list, {"limit": PAGE, "cursor": cursor}, seconds=self._seconds)
            if isinstance(answer, (PostRefused, SlackNotReached, PostUnclear)):
                return answer
            found += [(rank, str(one.get("id"))) for one in objects(answer.get("members")) if (rank := _rank(one)) is not None]
            if not (cursor := next_cursor(answer)):
                break
        return tuple(person for _, person in sorted(found)[:MOST_TOLD])


def _rank(member: dict[str, Any]) -> int | None:
    """0 for the primary owner, 1 for owners, 2 for administrators; None for everybody else, and for who has left."""
    if member.get("deleted") or member.get("is_bot"):
        return None
    ranks = ("is_primary_owner", "is_owner", "is_admin")
    return next((rank for rank, name in enumerate(ranks) if member.get(name)), None)

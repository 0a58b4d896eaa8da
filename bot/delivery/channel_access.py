"""May the bot post in this channel? Asked before anything is fetched, so that a channel it was removed from costs nothing."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.post import PostRefused, PostUnclear, SlackNotReached, call_slack, next_cursor, objects
from bot.delivery.slack_errors import Family

#: How long the list of the bot's channels is good for: one list serves a run.
FRESH: Final = timedelta(seconds=60)

#: Pages of the list that are read at most.
MOST_PAGES: Final = 50

KINDS: Final = "public_channel,private_channel,mpim,im"
PAGE: Final = 999

#: What of Slack's answer about a channel settles the question; anything else is left to the posting itself.
_SETTLING: Final = frozenset({Family.CHANNEL_GONE, Family.CHANNEL_UNSEEN, Family.NOT_IN_CHANNEL, Family.TOKEN_GONE})


class ChannelAccess:
    """The channels the bot is in, as Slack lists them; one that is not listed is asked for by itself."""

    def __init__(self, slack: AsyncWebClient, clock: Callable[[], datetime], seconds: float) -> None:
        self._slack, self._clock, self._seconds = slack, clock, seconds
        self._member_of: frozenset[str] = frozenset()
        self._read_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def trouble(self, channel: str) -> PostRefused | None:
        """Why nothing can be posted there; None when it can, or when Slack does not say."""
        if channel.startswith(("U", "W")):
            return None
        async with self._reading:
            if not self._is_fresh():
                self._member_of, self._read_at = await self._channels(), self._clock()
        return None if channel in self._member_of else await self._about(channel)

    def _is_fresh(self) -> bool:
        return self._read_at is not None and timedelta() <= self._clock() - self._read_at < FRESH

    async def _channels(self) -> frozenset[str]:
        """The bot's channels that are not archived; nothing when they cannot be listed."""
        found: set[str] = set()
        asked = {"types": KINDS, "exclude_archived": True, "limit": PAGE}
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = await call_slack(self._slack.users_conversations, {**asked, "cursor": cursor}, seconds=self._seconds)
            if isinstance(answer, (PostRefused, SlackNotReached, PostUnclear)):
                return frozenset()
            found |= {str(channel.get("id")) for channel in objects(answer.get("channels"))}
            cursor = next_cursor(answer)
            if not cursor:
                return frozenset(found)
        # So many pages are somebody's mistake: each channel is asked for by itself then.
        return frozenset()

    async def _about(self, channel: str) -> PostRefused | None:
        answer = await call_slack(self._slack.conversations_info, {"channel": channel}, seconds=self._seconds)
        if isinstance(answer, PostRefused):
            return answer if answer.family in _SETTLING else None
        if isinstance(answer, (SlackNotReached, PostUnclear)):
            return None
        found = answer.get("channel")
        if not isinstance(found, dict):
            return None
        if found.get("is_archived"):
            return PostRefused(Family.CHANNEL_GONE, "is_archived")
        outside = found.get("is_member") is False and not found.get("is_im") and not found.get("is_mpim")
        return PostRefused(Family.NOT_IN_CHANNEL, "not_in_channel") if outside else None

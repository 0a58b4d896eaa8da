"""Whether the bot may post in a channel: asked before anything is fetched, so that a channel it was removed from costs no figures."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.post import PostRefused, PostUnclear, SlackNotReached, call_slack, next_cursor, objects
from bot.delivery.slack_errors import Family
from bot.slack.people import is_shared_outside
from bot.storage.permissions import PermissionRepository
from bot.subscriptions.audit_entry import ChangeKind

#: How long the list of the bot's channels is good for: one list serves a run.
FRESH: Final = timedelta(seconds=60)

#: Pages of the list that are read at most.
MOST_PAGES: Final = 50

KINDS: Final = "public_channel,private_channel,mpim,im"
PAGE: Final = 999

#: Another company sees the channel.
SHARED: Final = PostRefused(Family.CHANNEL_SHARED, "channel_is_shared")
#: Slack does not say what the channel is, so it may be shared with another company: asked again later.
UNKNOWN: Final = PostRefused(Family.LATER, "channel_unknown")

#: Refusals of ``conversations.info`` that say something about the channel or the token.
_SETTLING: Final = frozenset({Family.CHANNEL_GONE, Family.CHANNEL_UNSEEN, Family.NOT_IN_CHANNEL, Family.NOT_ALLOWED, Family.TOKEN_GONE})


class ChannelAccess:
    """Reads the list of the bot's channels, and asks for a channel that is not listed by itself.

    Args:
        slack: a client that never repeats a call by itself.
        permissions: the channels that administrators have allowed.
        clock: the current time (aware, UTC).
        seconds: how long one call may take.
    """

    def __init__(self, slack: AsyncWebClient, permissions: PermissionRepository, clock: Callable[[], datetime], seconds: float) -> None:
        self._slack, self._permissions, self._clock, self._seconds = slack, permissions, clock, seconds
        #: The channels by id, each with whether another company sees it.
        self._listed: dict[str, bool] = {}
        self._listed_at: datetime | None = None
        self._listing = asyncio.Lock()

    async def refusal(self, team: str, channel: str) -> PostRefused | None:
        """Why nothing may be posted in the channel now; None when it may.

        As for answers, a channel that another company sees, or may see, needs an administrator's permission.

        Raises:
            StoreError: the permissions cannot be read.
        """
        if channel.startswith(("U", "W")):
            return None
        async with self._listing:
            if not self._is_fresh():
                self._listed, self._listed_at = await self._channels(), self._clock()
        shared = self._listed.get(channel)
        refused = await self._about(channel) if shared is None else SHARED if shared else None
        if refused in (SHARED, UNKNOWN) and await self._permissions.allowance(team, ChangeKind.ALLOWED_CHANNEL, channel):
            return None
        return refused

    def _is_fresh(self) -> bool:
        return self._listed_at is not None and timedelta() <= self._clock() - self._listed_at < FRESH

    async def _channels(self) -> dict[str, bool]:
        """The bot's channels that are not archived, with whether another company sees them; empty when they cannot be listed."""
        found: dict[str, bool] = {}
        asked = {"types": KINDS, "exclude_archived": True, "limit": PAGE}
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = await call_slack(self._slack.users_conversations, {**asked, "cursor": cursor}, seconds=self._seconds)
            if isinstance(answer, (PostRefused, SlackNotReached, PostUnclear)):
                return {}
            found |= {str(channel.get("id")): is_shared_outside(channel) for channel in objects(answer.get("channels"))}
            cursor = next_cursor(answer)
            if not cursor:
                return found
        # So many pages are a mistake: each channel is asked for by itself then.
        return {}

    async def _about(self, channel: str) -> PostRefused | None:
        answer = await call_slack(self._slack.conversations_info, {"channel": channel}, seconds=self._seconds)
        if isinstance(answer, PostRefused):
            return answer if answer.family in _SETTLING else UNKNOWN
        found = None if isinstance(answer, (SlackNotReached, PostUnclear)) else answer.get("channel")
        if not isinstance(found, dict):
            return UNKNOWN
        if found.get("is_archived"):
            return PostRefused(Family.CHANNEL_GONE, "is_archived")
        if found.get("is_member") is False and not found.get("is_im") and not found.get("is_mpim"):
            return PostRefused(Family.NOT_IN_CHANNEL, "not_in_channel")
        return SHARED if is_shared_outside(found) else None

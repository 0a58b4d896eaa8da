"""A workspace whose token was revoked, or where the app was removed: is it back?"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.digests.contracts import Workspaces
from bot.digests.posting import NotReached, Refused, Unclear, call_slack
from bot.domain.installations import InstallationState

logger = logging.getLogger(__name__)

#: How often Slack is asked.
EVERY: Final = timedelta(seconds=60)


class Revival:
    """Asks Slack now and then whose the token is, while a workspace is stopped, and never otherwise."""

    def __init__(self, workspaces: Workspaces, slack: AsyncWebClient, clock: Callable[[], datetime], seconds: float) -> None:
        self._workspaces, self._slack, self._clock, self._seconds = workspaces, slack, clock, seconds
        self._asked: datetime | None = None

    async def look(self) -> None:
        """Note a workspace that is back; raises StoreError."""
        if not await self._workspaces.stopped() or not self._is_time():
            return
        self._asked = self._clock()
        answer = await call_slack(self._slack.auth_test, {}, seconds=self._seconds)
        if isinstance(answer, (Refused, NotReached, Unclear)):
            return
        team = str(answer.get("team_id") or "")
        if await self._workspaces.note(team, InstallationState.ACTIVE, self._clock()):
            logger.warning("Slack takes the bot's token again: this workspace's digests go on", extra={"team": team})

    def _is_time(self) -> bool:
        return self._asked is None or not timedelta() <= self._clock() - self._asked < EVERY

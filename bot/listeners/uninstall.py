"""Slack's events `app_uninstalled` and `tokens_revoked`: nothing is posted in that workspace until the app is back."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.storage.installations import InstallationRepository
from bot.subscriptions.subscription import InstallationState

logger = logging.getLogger(__name__)


class UninstallListener:
    """Listeners for both events. Each is acknowledged only after it was stored, because Slack sends an unacknowledged event again."""

    def __init__(self, workspaces: InstallationRepository, clock: Callable[[], datetime]) -> None:
        self._workspaces = workspaces
        self._clock = clock

    async def handle_uninstalled(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The app was removed."""
        await self._note(body, InstallationState.REMOVED)
        await ack()

    async def handle_revoked(self, ack: AsyncAck, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Tokens were revoked; only the bot's own matters here (Slack's documentation: "tokens_revoked")."""
        if (event.get("tokens") or {}).get("bot"):
            await self._note(body, InstallationState.TOKEN_REVOKED)
        await ack()

    async def _note(self, body: dict[str, Any], state: InstallationState) -> None:
        team = str(body.get("team_id") or "")
        if await self._workspaces.note(team, state, self._clock()):
            logger.warning("the app has left a workspace: its digests stop", extra={"team": team, "state": state.value})

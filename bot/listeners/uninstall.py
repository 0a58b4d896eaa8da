"""The app was removed from a workspace, or its token revoked: nothing is posted there any more until it is back."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.subscriptions.installation import InstallationState

logger = logging.getLogger(__name__)


class InstalledWorkspaces(Protocol):
    """Where the app is installed. Raises StoreError when the database cannot be used."""

    async def note(self, team: str, state: InstallationState, at: datetime) -> bool:
        """Note what Slack let us know at this moment (aware); True when it is news."""
        ...


class UninstallListener:
    """The listeners of Slack's events ``app_uninstalled`` and ``tokens_revoked``.

    Each is acknowledged only once it is written down: Slack sends again what is not.
    """

    def __init__(self, workspaces: InstalledWorkspaces, clock: Callable[[], datetime]) -> None:
        self._workspaces = workspaces
        self._clock = clock

    async def handle_uninstalled(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The app was removed."""
        await self._note(body, InstallationState.REMOVED)
        await ack()

    async def handle_revoked(self, ack: AsyncAck, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Tokens were revoked; only the bot's own concerns its digests (Slack's documentation: "tokens_revoked")."""
        if (event.get("tokens") or {}).get("bot"):
            await self._note(body, InstallationState.TOKEN_REVOKED)
        await ack()

    async def _note(self, body: dict[str, Any], state: InstallationState) -> None:
        team = str(body.get("team_id") or "")
        if await self._workspaces.note(team, state, self._clock()):
            logger.warning("the app has left a workspace: its digests stop", extra={"team": team, "state": state.value})

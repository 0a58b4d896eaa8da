"""The app's installation: whom the token belongs to, and which workspaces' requests are accepted.

After Slack's events `app_uninstalled` and `tokens_revoked` nothing is posted in that workspace until the app is back.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.internals import extract_enterprise_id, extract_team_id
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.blockkit.builders import build_notice
from bot.slack.responder import payload
from bot.storage.installations import InstallationRepository
from bot.subscriptions.subscription import InstallationState

logger = logging.getLogger(__name__)
#: The answer to a command from a workspace without the app.
OTHER_WORKSPACE = "This app isn't installed in this workspace."


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


class SingleWorkspaceAuthorize(AsyncAuthorize):
    """The installation of the bot's token: ``known``, or requested from Slack once.

    Bolt's own single-team authorization asks ``auth.test`` once per concurrent first request.
    """

    def __init__(self, client: AsyncWebClient, known: AuthorizeResult | None = None) -> None:
        self._client = client
        self._result = known
        self._asking = asyncio.Lock()

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,  # noqa: ARG002  # Bolt's signature
        enterprise_id: str | None,  # noqa: ARG002
        team_id: str | None,  # noqa: ARG002
        user_id: str | None,  # noqa: ARG002
        actor_enterprise_id: str | None = None,  # noqa: ARG002
        actor_team_id: str | None = None,  # noqa: ARG002
        actor_user_id: str | None = None,  # noqa: ARG002
    ) -> AuthorizeResult | None:
        """The installation, for Bolt."""
        return self._result or await self.ask()

    def know(self, result: AuthorizeResult) -> None:
        """The installation from now on."""
        self._result = result

    async def ask(self) -> AuthorizeResult:
        """Asks Slack who the token belongs to; raises SlackApiError when it is invalid."""
        async with self._asking:
            if self._result is None:
                found = await self._client.auth_test()
                self._result = AuthorizeResult.from_auth_test_response(auth_test_response=found, bot_token=self._client.token)
                #: The organisation's id when the app is installed for all its workspaces, else "".
                self._result["organisation"] = str(found.get("enterprise_id") or "") if found.get("is_enterprise_install") else ""
            return self._result


async def refuse_other_workspaces(
    context: AsyncBoltContext, body: dict[str, Any], next_: Callable[[], Awaitable[Any]]
) -> BoltResponse | None:
    """Passes on requests from where the app is installed: its workspace, or any workspace of its organisation."""
    installed = context.authorize_result
    team = extract_team_id(body)
    organisation = installed.get("organisation") if installed else ""
    # An organisation's request must name its workspace: else an account that opted out there would be shown.
    if installed and (team and extract_enterprise_id(body) == organisation if organisation else team == installed.team_id):
        await next_()
        return None
    return refuse_workspace(body)


def refuse_workspace(body: dict[str, Any]) -> BoltResponse:
    """The answer to a request of a workspace in which the app is not installed."""
    logger.warning("a request of another workspace was refused", extra={"team": str(extract_team_id(body))[:20]})
    text = payload(build_notice(OTHER_WORKSPACE), response_type="ephemeral") if "command" in body else ""
    return BoltResponse(status=200, body=text)

"""The app's installation: whom the token belongs to, and which workspaces' requests are accepted.

After Slack's events `app_uninstalled` and `tokens_revoked` nothing is posted in that workspace until the app is back.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.request.internals import extract_enterprise_id, extract_is_enterprise_install
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_client import AsyncWebClient

from bot.listeners.payloads import workspace_of
from bot.slack.builders import build_notice
from bot.slack.responder import payload
from bot.slack.web_api import UNANSWERED
from bot.storage.installations import InstallationRepository
from bot.storage.workspaces import WorkspaceStore
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
        await self._note(body, InstallationState.REMOVED)
        await ack()

    async def handle_revoked(self, ack: AsyncAck, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Tokens were revoked; only the bot's own matters here (Slack's documentation: "tokens_revoked")."""
        if (event.get("tokens") or {}).get("bot"):
            await self._note(body, InstallationState.TOKEN_REVOKED)
        await ack()

    async def _note(self, body: dict[str, Any], state: InstallationState) -> None:
        await self.note([str(body.get("team_id") or "")], state)

    async def note(self, teams: Sequence[str], state: InstallationState) -> None:
        for team in teams:
            if await self._workspaces.note(team, state, self._clock()):
                logger.warning("the app has left a workspace: its digests stop", extra={"team": team, "state": state.value})


class InstallationEvents:
    """Handles the events about installations by OAuth: those that have ended, and the workspaces that an organization adds or removes.

    ``client``: Slack's Web API, without a token.
    """

    def __init__(self, store: WorkspaceStore, left: UninstallListener, client: AsyncWebClient) -> None:
        self._store, self._left, self._client = store, left, client

    async def handle(self, body: dict[str, Any]) -> Sequence[str] | None:
        """Notes what the event says; the workspaces that it is about, None when it is about something else. Raises StoreError."""
        event: dict[str, Any] = body.get("event") or {}
        enterprise = extract_enterprise_id(body) or str(body.get("enterprise_id") or "")
        teams = [one for one in event.get("team_ids") or () if isinstance(one, str)]
        match event.get("type"):
            case "team_access_granted":
                await self._store.grant(enterprise, teams)
                return teams
            case "team_access_revoked":
                served = [one for one in await self._store.served_by(enterprise) if one in teams]
                return await self._note(served, InstallationState.REMOVED)
            case "app_uninstalled":
                return await self._note(await self._ended(body, enterprise), InstallationState.REMOVED)
            case "tokens_revoked":
                bot = (event.get("tokens") or {}).get("bot")
                return await self._note(await self._ended(body, enterprise) if bot else (), InstallationState.TOKEN_REVOKED)
        return None

    async def _note(self, teams: Sequence[str], state: InstallationState) -> Sequence[str]:
        await self._left.note(teams, state)
        return teams

    async def _ended(self, body: dict[str, Any], enterprise: str) -> Sequence[str]:
        """The workspaces of the installation that has ended."""
        team = workspace_of(body)
        whole = bool(enterprise) and (extract_is_enterprise_install(body) or not team)
        found = await self._store.async_find_installation(enterprise_id=enterprise, team_id=team, is_enterprise_install=whole)
        at = body.get("event_time")
        before = found is not None and isinstance(at, int) and at < found.installed_at
        # Slack sends an event again for hours: the app may have been installed again since. And an organization's event may name one of
        # its workspaces.
        if found is not None and (before or (whole and team)) and await self._works(found):
            return [team] if whole and not before else []
        return await self._store.served_by(enterprise if whole else team)

    async def _works(self, found: Installation) -> bool:
        try:
            await self._client.auth_test(token=found.bot_token)
        except UNANSWERED:
            return False
        return True


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
        return self._result or await self.ask()

    def know(self, result: AuthorizeResult) -> None:
        self._result = result

    async def ask(self) -> AuthorizeResult:
        """Asks Slack who the token belongs to; raises SlackApiError when it is invalid."""
        async with self._asking:
            if self._result is None:
                found = await self._client.auth_test()
                self._result = AuthorizeResult.from_auth_test_response(auth_test_response=found, bot_token=self._client.token)
                #: The organization's id when the app is installed for all its workspaces, else "".
                self._result["organization"] = str(found.get("enterprise_id") or "") if found.get("is_enterprise_install") else ""
            return self._result


class RefuseOtherWorkspaces(AsyncMiddleware):
    """Passes on requests from where the app is installed: its workspace, or any workspace of its organization."""

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  # Bolt's signature
    ) -> BoltResponse | None:
        """Answers other workspaces itself."""
        installed, team = req.context.authorize_result, workspace_of(req.body)
        organization = installed.get("organization") if installed else ""
        # An organization's request must name its workspace: else an account that opted out there would be shown.
        if installed and (team and extract_enterprise_id(req.body) == organization if organization else team == installed.team_id):
            await next()
            return resp
        return refuse_workspace(req.body)


def refuse_workspace(body: dict[str, Any]) -> BoltResponse:
    """The answer to a request of a workspace in which the app is not installed."""
    logger.warning("a request of another workspace was refused", extra={"team": workspace_of(body)[:20]})
    return notice_of(body, OTHER_WORKSPACE)


def notice_of(body: dict[str, Any], sentence: str) -> BoltResponse:
    """A command is answered with this sentence alone; anything else is acknowledged."""
    text = payload(build_notice(sentence), response_type="ephemeral") if "command" in body else ""
    return BoltResponse(status=200, body=text)

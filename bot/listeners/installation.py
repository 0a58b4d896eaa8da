"""The app's installation: what ends it, the workspaces that an organization adds or removes, and how a workspace is connected to PostPost.

After Slack's events `app_uninstalled` and `tokens_revoked` nothing is posted in that workspace until the app is back.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.internals import extract_enterprise_id, extract_is_enterprise_install
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_client import AsyncWebClient

from bot.access.commands import CLIENT
from bot.listeners.conversation import Conversation
from bot.listeners.payloads import button_context, view_context, workspace_of
from bot.queries import connection
from bot.slack.interactive import View, build_notice_view
from bot.slack.request import HOME, RequestContext
from bot.slack.web_api import UNANSWERED
from bot.storage.installations import InstallationRepository
from bot.storage.workspaces import WorkspaceStore
from bot.subscriptions.subscription import InstallationState

logger = logging.getLogger(__name__)


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
        found = await self._store.installed(enterprise if whole else team)
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


_notice = partial(build_notice_view, connection.TITLE)


class ConnectionListeners:
    """Listeners for the buttons of the Home tab, for a key and for the choice of an account."""

    def __init__(self, handler: connection.ConnectionHandler, conversation: Conversation) -> None:
        self._handler, self._conversation = handler, conversation

    async def handle_button(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Opens a loading view, because the trigger expires after three seconds; the form, or what was done, follows in it."""
        await ack()
        pressed, context = str(action.get("action_id", "")), button_context(body)
        if opened := await self._conversation.open_view(body, _notice()):
            filled = self._conversation.fill_view(opened, partial(self._opened, pressed, context), _notice)
            self._conversation.send(filled, name="connection")

    async def _opened(self, pressed: str, context: RequestContext) -> View:
        if pressed == connection.ACCOUNT_BUTTON:
            return await self._handler.account_form(context)
        if pressed == connection.CLIENT_BUTTON:
            return await self._handler.client_form(context)
        if pressed == connection.REMOVE_BUTTON:
            await self._handler.remove(context)
            return _notice("The key is removed.")
        await self._handler.check_administers(context)
        return connection.build_key_form()

    async def handle_key(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Checks and keeps the key; what is wrong with it stands above the form, which is there again."""
        await self._take(
            ack, body, view, partial(self._handler.connect, given=connection.read_entry(view, connection.KEY)), connection.build_key_form
        )

    async def handle_account(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        async def chosen(context: RequestContext) -> View:
            return _notice(await self._handler.choose(context, connection.read_entry(view, connection.ACCOUNT)))

        await self._take(ack, body, view, chosen, None)

    async def handle_client(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Checks and keeps the client of a channel; what is wrong with it stands above the form, which is there again."""
        entered = partial(
            self._handler.set_client, channel=connection.read_entry(view, connection.CHANNEL), given=connection.read_entry(view, CLIENT)
        )
        await self._take(ack, body, view, entered, connection.build_client_form)

    async def _take(
        self,
        ack: AsyncAck,
        body: dict[str, Any],
        view: dict[str, Any],
        work: Callable[[RequestContext], Awaitable[View]],
        form: Callable[[str], View] | None,
    ) -> None:
        await ack(response_action="update", view=_notice())
        view_id = str(view["id"])
        context = view_context(body, channel="", is_dm=True, source=HOME, interaction_id=view_id)

        async def again(trouble: str) -> View:
            return form(trouble) if form else _notice(f":warning: {trouble}")

        self._conversation.send(self._conversation.fill_view(view_id, partial(work, context), _notice, again), name="connection")

"""Reads Slack's payloads: who asks where, a button's command and message; refuses other workspaces', and detects repeated deliveries."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.request.internals import extract_enterprise_id, extract_is_enterprise_install, extract_team_id
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import StoreError
from bot.ops.tasks import TtlCache
from bot.slack.builders import build_notice
from bot.slack.interactive import ModalState
from bot.slack.request import BUTTON, RequestContext
from bot.slack.responder import payload
from bot.storage.database import ORGANIZATION

#: Slack's name of a direct conversation in slash commands, buttons and shortcuts.
DIRECT = "directmessage"
#: The answer to a command from a workspace without the app.
OTHER_WORKSPACE = "This app isn't installed in this workspace."
logger = logging.getLogger(__name__)
#: How long, and how many, this process remembers deliveries itself; the database does so for as long as Slack redelivers.
REMEMBERED = timedelta(minutes=15)
MOST = 2_000
#: Seconds to wait for the database's answer whether something was delivered before; and the same before an acknowledgement.
WITHIN = 10.0
WITHIN_ACKNOWLEDGEMENT = 1.0


def _context(body: dict[str, Any], user: str = "", **where: Any) -> RequestContext:
    """Who uses the app (the payload's person, unless it names a ``user`` in another place), in which workspace and organization."""
    enterprise = _id(body, "enterprise") or str(body.get("enterprise_id") or "")
    return RequestContext(team=workspace_of(body), enterprise=enterprise, user=user or _id(body, "user"), **where)


def command_context(command: dict[str, Any]) -> RequestContext:
    is_dm, channel = command.get("channel_name") == DIRECT, command.get("channel_id", "")
    trigger = command.get("trigger_id", "")
    return _context(command, command.get("user_id", ""), channel=channel, is_dm=is_dm, source="command", interaction_id=trigger)


def button_context(body: dict[str, Any], interaction_id: str = "") -> RequestContext:
    """The context of a button or menu. One in a view has no channel: it is answered in the direct messages."""
    channel, container = body.get("channel") or {}, body.get("container") or {}
    thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or ""
    is_dm = not channel.get("id") or channel.get("name") == DIRECT
    return _context(body, channel=channel.get("id", ""), thread=thread, is_dm=is_dm, source=BUTTON, interaction_id=interaction_id)


def view_context(body: dict[str, Any], *, channel: str, thread: str = "", is_dm: bool, source: str, interaction_id: str) -> RequestContext:
    """The context of a submitted view, which names no channel itself: ``channel`` and ``thread`` are where it was opened."""
    return _context(body, channel=channel, thread=thread, is_dm=is_dm, source=source, interaction_id=interaction_id)


def state_context(body: dict[str, Any], view: dict[str, Any], state: ModalState, pressed: str = "") -> RequestContext:
    """The context of a view that was opened from a message, whose place its state has; ``pressed`` is the id of a button in it."""
    said = f"{view.get('id')}:{pressed}" if pressed else str(view.get("id", ""))
    return _context(body, channel=state.channel, thread=state.thread_ts, is_dm=state.direct, source=BUTTON, interaction_id=said)


def shortcut_context(body: dict[str, Any]) -> RequestContext:
    """The context of a message shortcut.

    A direct message between two people is a channel like any other here: the view is seen by one person alone.
    """
    return _context(body, channel=_id(body, "channel"), is_dm=(body.get("channel") or {}).get("name") == DIRECT, source="shortcut")


def event_context(body: dict[str, Any], event: dict[str, Any], *, source: str, is_dm: bool = False) -> RequestContext:
    """The context of an event of the Events API that concerns a person and a channel."""
    channel, thread = str(event.get("channel", "")), event.get("thread_ts", "")
    said = f"{channel}:{event['ts']}" if event.get("ts") else ""
    return _context(body, str(event.get("user", "")), channel=channel, thread=thread, is_dm=is_dm, source=source, interaction_id=said)


def workspace_of(body: dict[str, Any]) -> str:
    """The workspace in which the app was used.

    Its field depends on the kind of payload, and on organizations that install the app once for all their workspaces (Slack's
    documentation: "Enterprise organizations", "Slack Connect"); Bolt knows them, but takes the organization itself where it has no other.
    """
    if (team := extract_team_id(body)) and not team.startswith(ORGANIZATION):
        return team
    places = [place for name in ("view", "user") if isinstance(place := body.get(name), dict)]
    named = (body.get("context_team_id"), body.get("team_id"), *(place.get("team_id") for place in places))
    return next((team for team in named if team and not team.startswith(ORGANIZATION)), "")


def organization_of(body: dict[str, Any]) -> str:
    """The organization whose installation is meant; "" for a workspace's own."""
    return (extract_enterprise_id(body) or str(body.get("enterprise_id") or "")) if extract_is_enterprise_install(body) else ""


def carried_command(action: dict[str, Any]) -> str:
    return str(action.get("value") or (action.get("selected_option") or {}).get("value") or "")


def message_key(body: dict[str, Any]) -> str:
    """Identifies the message, or the view as it was published, on which something was pressed."""
    container, view = body.get("container") or {}, body.get("view")
    return f"{view.get('id')}:{view.get('hash')}" if view else f"{container.get('channel_id')}:{container.get('message_ts')}"


def press_key(body: dict[str, Any], action: dict[str, Any]) -> str:
    """The same when Slack delivers a press twice; "" when nothing identifies it."""
    return f"press:{message_key(body)}:{action['action_ts']}:{action.get('action_id')}" if action.get("action_ts") else ""


def event_keys(body: dict[str, Any], key: str) -> tuple[str, str]:
    """What identifies an event: its id where there is one, and ``key``, because Slack sends the same event under different ids."""
    return f"event:{body['event_id']}" if body.get("event_id") else "", key


def _id(body: dict[str, Any], name: str) -> str:
    return str((body.get(name) or {}).get("id", ""))


class Deduplicator:
    """Remembers the keys of deliveries: the latest ``MOST`` of them for 15 minutes here, all of them in the database.

    Args:
        claim: stores keys of a workspace; False when one is stored already, StoreError when the database cannot be used, TimeoutError
            after so many seconds, when they are stored later.
        release: takes keys out again; raises StoreError too.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        claim: Callable[[str, Sequence[str], datetime, float], Awaitable[bool]],
        release: Callable[[str, Sequence[str]], Awaitable[None]],
    ) -> None:
        self._clock, self._claim, self._release = clock, claim, release
        self._keys: TtlCache[tuple[str, str], bool] = TtlCache(age=REMEMBERED, most=MOST, clock=clock)

    async def again(self, team: str, *keys: str, acknowledged: bool = True) -> bool:
        """Whether one of the workspace's keys came before, to this process or another; remembers them all. Empty keys are ignored.

        Deliveries at the same time are detected before this awaits anything. The wait is shorter for what is not ``acknowledged`` yet.
        """
        named = [key for key in keys if key]
        new = [key for key in named if not self._keys.get((team, key), default=False)]
        for key in new:
            self._keys.put((team, key), value=True)
        seconds = WITHIN if acknowledged else WITHIN_ACKNOWLEDGEMENT
        return len(new) < len(named) or (bool(named) and not await self._is_first(team, named, self._clock(), seconds))

    async def release(self, team: str, key: str) -> None:
        self._keys.drop((team, key))
        try:
            await self._release(team, [key])
        except StoreError as error:
            logger.warning("what was not done stays noted as done", extra={"error": error.sentence})

    async def _is_first(self, team: str, keys: Sequence[str], now: datetime, seconds: float) -> bool:
        try:
            return await self._claim(team, keys, now, seconds)
        except Exception as error:
            # Answering twice is better than not at all.
            known = isinstance(error, (StoreError, TimeoutError))
            logger.warning("whether something was answered before is unknown", exc_info=None if known else error)
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


class OneClientApp(AsyncApp):
    """Bolt's app with one client for all requests: they have one token, and a client for each took 4 % of a `help`."""

    def _init_context(self, req: AsyncBoltRequest) -> None:
        req.context["client"] = self.client
        req.context["logger"], req.context["listener_runner"] = logger, self.listener_runner


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

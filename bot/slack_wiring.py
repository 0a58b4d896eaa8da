"""Where Slack's side meets: Bolt's app, whose installation it is, and every listener with what it needs."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.comparing import Comparing
from bot.desk_wiring import Reception
from bot.listeners import register
from bot.listeners.actions import Actions
from bot.listeners.alerts import AlertListeners
from bot.listeners.commands import Commands
from bot.listeners.comparisons import Comparisons
from bot.listeners.conversation import Conversation, Hall
from bot.listeners.departures import Departures
from bot.listeners.digests import DigestListeners
from bot.listeners.home import Home, Tabs, TellingHall
from bot.listeners.home_signs import Signs
from bot.listeners.mentions import Mentions
from bot.listeners.replies import Replies
from bot.listeners.seen import Seen
from bot.listeners.shortcuts import Shortcuts
from bot.listeners.steps import Steps
from bot.listeners.threads import Threads
from bot.listeners.unfurls import Unfurls
from bot.listeners.uploads import Uploads
from bot.settings import Settings, without_bolt_variables
from bot.tasks import Tasks
from bot.unfurling import Unfurling


class Installed(AsyncAuthorize):
    """The bot's own installation, asked of Slack once and kept.

    Bolt's own single-team authorization asks ``auth.test`` once per concurrent first request.
    """

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._result: AuthorizeResult | None = None
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
        """Bolt asks whose request this is."""
        return self._result or await self.ask()

    async def ask(self) -> AuthorizeResult:
        """Ask Slack who the token belongs to; raises SlackApiError when it belongs to nobody."""
        async with self._asking:
            if self._result is None:
                found = await self._client.auth_test()
                self._result = AuthorizeResult.from_auth_test_response(auth_test_response=found, bot_token=self._client.token)
            return self._result


def build_bolt(settings: Settings, client: AsyncWebClient, installed: Installed) -> AsyncApp:
    """Bolt's app, without the middleware that nothing here needs."""
    secret = settings.slack_signing_secret
    with without_bolt_variables():
        return AsyncApp(
            name="linkedin-stats-bot",
            client=AsyncWebClient(base_url=client.base_url, session=client.session, retry_handlers=client.retry_handlers),
            authorize=installed,  # type: ignore[arg-type]  # Bolt takes its own AsyncAuthorize too, and says only callables
            signing_secret=secret.get_secret_value() if secret else "",
            request_verification_enabled=not settings.socket_mode,
            process_before_response=True,
            ssl_check_enabled=False,
            url_verification_enabled=not settings.socket_mode,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
            ignoring_self_events_enabled=False,
        )


def listen(
    bolt: AsyncApp,
    *,
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    reception: Reception,
    comparing: Comparing,
    departures: Departures,
    previews: Unfurling,
    figures: Hall,
    signs: Signs,
    tasks: Tasks,
    acknowledge_within: float,
    clock: Callable[[], datetime],
) -> Callable[[], Awaitable[None]]:
    """Put every listener on the app.

    Args:
        bolt: Bolt's app.
        client: Slack's Web API.
        session: the HTTP session for what goes past the Web API.
        comparing: which posts can be compared.
        reception: the hall that answers, and the digests' forms.
        departures: hears that the app was removed.
        previews: decides what is shown below links.
        figures: the hall behind every other desk, for questions that may be about figures alone.
        signs: tells when Home tabs would read differently.
        tasks: holds what runs on.
        acknowledge_within: seconds an answer may take to go out inside Slack's acknowledgement.
        clock: the moment (aware, UTC).

    Returns:
        what is to be called now and then, so that Home tabs stay true.
    """
    replies, seen = Replies(client, session), Seen(clock)
    tabs = Tabs(client=client, hall=reception.hall, tasks=tasks, signs=signs, clock=clock)
    conversation = Conversation(
        hall=TellingHall(reception.hall, tabs),
        replies=replies,
        uploads=Uploads(client, session),
        tasks=tasks,
        acknowledge_within=acknowledge_within,
    )
    managing = DigestListeners(
        client=client,
        conversation=conversation,
        replies=replies,
        seen=seen,
        reading=reception.hall,
        forms=reception.forms,
        changed=tabs.changed,
    )
    register(
        bolt,
        Commands(conversation, seen, managing),
        Mentions(conversation, Threads(client), seen),
        Actions(conversation, seen),
        managing,
        alerts=AlertListeners(conversation, seen),
        comparisons=Comparisons(
            client=client, conversation=conversation, hall=reception.hall, comparing=comparing, replies=replies, seen=seen
        ),
        shortcuts=Shortcuts(client=client, conversation=conversation, hall=reception.hall, forms=managing),
        departures=departures,
        unfurls=Unfurls(client=client, conversation=conversation, previews=previews, seen=seen),
        steps=Steps(client=client, conversation=conversation, hall=figures, seen=seen, clock=clock),
        home=Home(tabs),
    )
    return tabs.look

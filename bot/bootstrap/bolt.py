"""Builds Bolt's app and its table of listeners (each one passed costs 7 µs), commands before it; the rest is acknowledged too."""

import logging
import re
import secrets
from typing import Any

import aiohttp
import orjson
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.access.visibility import Sources
from bot.bootstrap.scheduling import Process
from bot.listeners.actions import BUTTONS, DELETE_VIEW, ActionListeners, ButtonListener, MenuListener, SubscriptionListeners
from bot.listeners.commands import CommandListeners, MentionListeners, SlashCommand
from bot.listeners.conversation import Conversation
from bot.listeners.forms import FORMS, FURTHER, PREVIEWS, FormListeners
from bot.listeners.home import HomeFingerprint, HomeListeners, HomeSection, HomeTabs
from bot.listeners.installation import ConnectionListeners, UninstallListener
from bot.listeners.links import LinkListeners
from bot.listeners.modals import ComparisonListeners, PeriodListeners, ShortcutListeners
from bot.listeners.payloads import Deduplicator, OneClientApp, RefuseOtherWorkspaces, SingleWorkspaceAuthorize
from bot.listeners.router import Router
from bot.listeners.routes import Management
from bot.listeners.steps import STEP, StepListeners
from bot.management.form_fields import ZONE
from bot.queries.connection import ACCOUNT_VIEW, CLIENT_VIEW, CONNECTION_BUTTONS, KEY_VIEW, ConnectionHandler
from bot.queries.home import HomeHandler
from bot.queries.home_blocks import DISMISS, OPEN_SETTINGS, SETTINGS_VIEW
from bot.queries.modals import COMPARE_VIEW, DIGEST_SHORTCUT, MESSAGE_SHORTCUT, PERIOD_VIEW, PostPicker
from bot.queries.previews import PreviewService
from bot.reports.error_blocks import INTERNAL, REFERENCE, build_internal_error
from bot.settings import Settings, secret_text, without_bolt_variables
from bot.slack import interactive as ids
from bot.slack.interactive import build_notice_view
from bot.slack.responder import FileUploads, Responder, payload
from bot.storage.claims import AnsweredEventRepository, PreviewRepository
from bot.storage.workspace_settings import GroupRepository

logger = logging.getLogger(__name__)

#: The ids of buttons that ask a question, with the numbers that make them unique in a message ("example.2").
ASKING = re.compile(rf"(?:{ids.SHARE}|{ids.REFRESH}|{ids.RETRY}|{ids.PERIOD}|{ids.ACCOUNT}|{ids.EXAMPLE}|{ids.HELP})(?:\.\d+)?")
#: The ids of the menus of rarer actions.
MENUS = re.compile(rf"{ids.MORE}(?:\.\d+)?")
#: The ids of every link to LinkedIn.
LINKS = re.compile(rf"{ids.OPEN}(?:\.\d+)?")
#: The ids of the buttons that share a card of a view.
SHARED_FROM_VIEW = re.compile(rf"{ids.SHARE_FROM_VIEW}\.\d+")
#: The ids of buttons that ask for a file.
EXPORTS = re.compile(rf"(?:{ids.CSV}|{ids.XLSX})(?:\.{ids.AGAIN}(?:\.[\d.]+)?)?")
#: The headings of the Home tab's sections whose messages have none.
DIGESTS = "Your digests"
#: The title of a view whose submission failed before its kind was known.
FAILED_VIEW = "LinkedIn Stats"

ANYTHING = re.compile(r".*", re.DOTALL)


async def handle_anything(ack: AsyncAck) -> None:
    await ack()


async def handle_failure(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """Handles an error before the router: a command is answered with a reference that is also in the log."""
    reference = secrets.token_hex(4)
    logger.error("a listener failed", extra={"reference": reference, "failure": type(error).__name__}, exc_info=error)
    if body.get("type") == "view_submission":
        notice = build_notice_view(FAILED_VIEW, f":warning: {INTERNAL} {REFERENCE.format(reference=reference)}")
        return BoltResponse(status=200, body=orjson.dumps({"response_action": "update", "view": notice}).decode())
    if "command" not in body:
        return BoltResponse(status=200, body="")
    return BoltResponse(status=200, body=payload(build_internal_error(reference), response_type="ephemeral"))


def build_bolt(settings: Settings, client: AsyncWebClient, installed: SingleWorkspaceAuthorize) -> AsyncApp:
    with without_bolt_variables():
        app = OneClientApp(
            name="linkedin-stats-bot",
            client=AsyncWebClient(base_url=client.base_url, session=client.session, retry_handlers=client.retry_handlers),
            authorize=installed,  # type: ignore[arg-type]  # Bolt takes its own AsyncAuthorize too, and says only callables
            signing_secret=secret_text(settings.slack_signing_secret),
            # The server has checked the signature over the raw bytes.
            request_verification_enabled=False,
            process_before_response=True,
            ssl_check_enabled=False,
            url_verification_enabled=not settings.socket_mode,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
            ignoring_self_events_enabled=False,
        )
    app.use(RefuseOtherWorkspaces())
    return app


def listen(
    bolt: AsyncApp,
    process: Process,
    sources: Sources,
    *,
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    router: Router,
    home: HomeHandler,
    management: Management,
    connection: ConnectionHandler | None = None,
) -> HomeTabs:
    """Builds the listeners and registers them; returns the Home tabs, to be refreshed periodically.

    ``connection``: where each workspace has its own key of PostPost's; until it has one nothing else is on the Home tab.
    """
    clock, tasks, database, stores = process.clock, process.tasks, process.database, process.scheduling.stores
    answered = AnsweredEventRepository(database)
    fingerprint = HomeFingerprint(stores.digests, sources.accounts, sources.groups)
    sections = _sections(home, management, connection)
    tabs = HomeTabs(client=client, sections=sections, run=router.run, tasks=tasks, fingerprint=fingerprint, clock=clock)
    previews = PreviewService(sources, groups=GroupRepository(database), shown=PreviewRepository(database), metrics=process.metrics)
    uninstall = UninstallListener(stores.installations, clock)
    conversation = Conversation(
        client=client,
        router=router,
        people=sources.people,
        changed=tabs.changed,
        replies=Responder(client, session),
        uploads=FileUploads(client, session),
        seen=Deduplicator(clock, answered.claim, answered.release),
        tasks=tasks,
        acknowledge_within=process.settings.acknowledge_within,
        clock=clock,
    )
    forms = FormListeners(management.forms, conversation)
    subscriptions, shortcuts = SubscriptionListeners(conversation, forms), ShortcutListeners(conversation, forms)
    comparisons = ComparisonListeners(conversation, PostPicker(sources))
    actions, mentions = ActionListeners(conversation), MentionListeners(conversation)
    periods, links, steps = PeriodListeners(conversation, actions), LinkListeners(conversation, previews), StepListeners(conversation)
    home_tab = HomeListeners(tabs, home, conversation)
    bolt.use(SlashCommand(CommandListeners(conversation, forms).handle_statistics))
    # Bolt tries them in this order.
    buttons: tuple[ButtonListener, ...] = (
        (ids.PERIOD, periods.handle_choice),
        (ASKING, actions.handle_press),
        (EXPORTS, actions.handle_export),
        (ids.COMPARE, comparisons.handle_press),
        (BUTTONS, subscriptions.handle_button),
    )
    for matching, handle in buttons:
        bolt.action(matching)(handle)
    bolt.view(PERIOD_VIEW)(periods.handle_dates)
    bolt.action(MENUS)(MenuListener(buttons).handle_choice)
    bolt.action(LINKS)(actions.handle_open)
    bolt.view(COMPARE_VIEW)(comparisons.handle_chosen)
    bolt.action(SHARED_FROM_VIEW)(shortcuts.handle_share)
    bolt.action(PREVIEWS)(forms.handle_preview)
    bolt.action(FURTHER)(forms.handle_further)
    bolt.options(ZONE)(forms.handle_zones)
    bolt.view(FORMS)(forms.handle_form)
    bolt.view(DELETE_VIEW)(subscriptions.handle_delete)
    bolt.view(FURTHER)(forms.handle_entered)
    bolt.shortcut(MESSAGE_SHORTCUT)(shortcuts.handle_message)
    bolt.shortcut(DIGEST_SHORTCUT)(shortcuts.handle_digest)
    bolt.event("app_mention")(mentions.handle_mention)
    bolt.action(DISMISS)(home_tab.handle_dismiss)
    bolt.action(OPEN_SETTINGS)(home_tab.handle_settings)
    bolt.view(SETTINGS_VIEW)(home_tab.handle_saved)
    _listen_to_connection(bolt, connection, conversation)
    bolt.event("app_home_opened")(home_tab.handle_opened)
    bolt.event("message")(mentions.handle_direct_message)
    bolt.event("link_shared")(links.handle_shared)
    bolt.event("entity_details_requested")(links.handle_details)
    bolt.function(STEP, auto_acknowledge=False)(steps.handle_statistics)
    bolt.event("app_uninstalled")(uninstall.handle_uninstalled)
    bolt.event("tokens_revoked")(uninstall.handle_revoked)
    for kind in (bolt.event, bolt.action, bolt.shortcut, bolt.view, bolt.options, bolt.command):
        kind(ANYTHING)(handle_anything)
    bolt.error(handle_failure)
    return tabs


def _sections(home: HomeHandler, management: Management, connection: ConnectionHandler | None) -> tuple[HomeSection, ...]:
    """The Home tab's parts; until a workspace with a key of its own has given one, only how to do so."""
    every = (
        HomeSection("", home.welcome),
        HomeSection("", home.state, is_state=True),
        HomeSection("", home.week),
        HomeSection("", home.best),
        HomeSection(DIGESTS, management.digests.home),
        HomeSection("Alerts", management.alerts.home),
        HomeSection("Goals", management.goals.list),
        HomeSection("Watched posts", management.watches.home),
    )
    if connection is None:
        return every
    own = HomeSection("", connection.home, is_state=True)
    return (*every, own) if connection.is_connected else (own,)


def _listen_to_connection(bolt: AsyncApp, connection: ConnectionHandler | None, conversation: Conversation) -> None:
    if connection is not None:
        connecting = ConnectionListeners(connection, conversation)
        bolt.action(CONNECTION_BUTTONS)(connecting.handle_button)
        bolt.view(KEY_VIEW)(connecting.handle_key)
        bolt.view(ACCOUNT_VIEW)(connecting.handle_account)
        bolt.view(CLIENT_VIEW)(connecting.handle_client)

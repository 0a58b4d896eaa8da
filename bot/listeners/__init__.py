"""Slack rings: every listener in one table.

Commands stand first: each listener that Bolt has to pass costs a request about 7 µs. Whatever nobody listens to is acknowledged, because
Slack delivers again what is not.
"""

import logging
import re
import secrets
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from bot.blocks import actions as ids
from bot.blocks.compare_view import COMPARE_VIEW
from bot.blocks.notices import build_internal_error
from bot.blocks.shortcut_view import DIGEST_SHORTCUT, MESSAGE_SHORTCUT
from bot.blocks.step_outputs import STEP
from bot.blocks.views import FORM, FORM_PREVIEW
from bot.listeners.actions import Actions
from bot.listeners.alerts import ALERT_BUTTONS, AlertListeners
from bot.listeners.commands import COMMAND, Commands
from bot.listeners.comparisons import Comparisons
from bot.listeners.departures import Departures
from bot.listeners.digests import BUTTONS, DigestListeners
from bot.listeners.home import Home
from bot.listeners.mentions import Mentions
from bot.listeners.replies import payload
from bot.listeners.shortcuts import Shortcuts
from bot.listeners.steps import Steps
from bot.listeners.unfurls import Unfurls

logger = logging.getLogger(__name__)

#: The ids of everything that asks again, with the numbers that keep them unique in a message ("example.2").
ASKING = re.compile(rf"(?:{ids.SHARE}|{ids.REFRESH}|{ids.RETRY}|{ids.PERIOD}|{ids.ACCOUNT}|{ids.EXAMPLE})(?:\.\d+)?")

#: The ids of everything that asks for a file.
EXPORTS = re.compile(rf"(?:{ids.CSV}|{ids.XLSX})(?:\.{ids.AGAIN}(?:\.[\d.]+)?)?")

ANYTHING = re.compile(r".*", re.DOTALL)


async def handle_anything(ack: AsyncAck) -> None:
    """Acknowledge what this version has no answer for, so that Slack does not send it again."""
    await ack()


async def handle_failure(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """A listener failed before the hall could answer: the person gets an id that is also in the log."""
    reference = secrets.token_hex(4)
    logger.error("a listener failed", extra={"reference": reference, "failure": type(error).__name__}, exc_info=error)
    if "command" not in body:
        return BoltResponse(status=200, body="")
    return BoltResponse(status=200, body=payload(build_internal_error(reference), response_type="ephemeral"))


def register(
    app: AsyncApp,
    commands: Commands,
    mentions: Mentions,
    actions: Actions,
    digests: DigestListeners,
    *,
    alerts: AlertListeners,
    comparisons: Comparisons,
    shortcuts: Shortcuts,
    home: Home,
    unfurls: Unfurls,
    steps: Steps,
    departures: Departures,
) -> None:
    """Put every listener on the app, in the order Bolt tries them."""
    app.command(COMMAND)(commands.handle_statistics)
    app.action(ASKING)(actions.handle_press)
    app.action(EXPORTS)(actions.handle_export)
    app.action(ids.COMPARE)(comparisons.handle_press)
    app.view(COMPARE_VIEW)(comparisons.handle_chosen)
    app.action(ids.OPEN)(actions.handle_open)
    app.action(BUTTONS)(digests.handle_button)
    app.action(ALERT_BUTTONS)(alerts.handle_button)
    app.action(FORM_PREVIEW)(digests.handle_look)
    app.view(FORM)(digests.handle_form)
    app.shortcut(MESSAGE_SHORTCUT)(shortcuts.handle_message)
    app.shortcut(DIGEST_SHORTCUT)(shortcuts.handle_digest)
    app.event("app_mention")(mentions.handle_mention)
    app.event("app_home_opened")(home.handle_opened)
    app.event("message")(mentions.handle_direct_message)
    app.event("link_shared")(unfurls.handle_shared)
    app.function(STEP, auto_acknowledge=False)(steps.handle_statistics)
    app.event("app_uninstalled")(departures.handle_uninstalled)
    app.event("tokens_revoked")(departures.handle_revoked)
    for kind in (app.event, app.action, app.shortcut, app.view, app.options, app.command):
        kind(ANYTHING)(handle_anything)
    app.error(handle_failure)

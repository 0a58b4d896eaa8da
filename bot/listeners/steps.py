"""Workflow Builder's step "Get LinkedIn statistics" (Slack's `function_executed`): its inputs are a command, its outputs figures.

The workflow names the person on whose behalf it asks: their permissions count, and those of the channel that it names. It can only ask for
figures; commands that change something are refused.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from html import unescape
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError

from bot.listeners.conversation import Conversation
from bot.listeners.payloads import workspace_of
from bot.parsing.vocabulary import ACCOUNT
from bot.queries.answers_as_data import build_outputs
from bot.slack.builders import quoted, shorten
from bot.slack.numbers import DEFAULT_FORMAT, use_number_format
from bot.slack.request import Outcome, RenderedResult, Request, RequestContext
from bot.slack.responder import NOT_TAKEN, UNSURE, refused_content
from bot.slack.web_api import UNANSWERED, slack_error
from bot.statistics.reports import FULL_ID

OLD_MANIFEST = "The app in this workspace is of another version than the bot: update its manifest and install it again."
NOBODY = "The step doesn't say who is asking: choose a person in its field Person."

logger = logging.getLogger(__name__)

#: The step's callback id in manifest.yml.
STEP = "linkedin_statistics"
#: The step's inputs, by their names in manifest.yml.
QUESTION, ACCOUNT_INPUT, PERIOD, PERSON, CHANNEL = "question", "account", "period", "user_id", "channel_id"

#: Slack's errors for outputs that the installed manifest does not declare, and for a token that cannot be used (any more).
NOT_DECLARED = "parameter_validation_failed"
NO_TOKEN = ("invalid_auth", "not_authed", "token_expired", "token_revoked", "access_denied")

#: Characters of the error of a failed step, which Slack shows.
LONGEST_ERROR = 1_000


class StepListeners:
    """The step's listener."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation, self._client, self._router = conversation, conversation.client, conversation.router
        self._seen, self._clock = conversation.seen, conversation.clock

    async def handle_statistics(self, ack: AsyncAck, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Acknowledges at once, and completes the step from a background task: with its outputs, or with an error."""
        await ack()
        run = str(event.get("function_execution_id", ""))
        if run:
            self._conversation.send(self._run(run, workspace_of(body), event), name="step")

    async def _run(self, run: str, team: str, event: Mapping[str, Any]) -> None:
        if await self._seen.again(team, f"step:{run}"):
            return
        inputs, token = event.get("inputs") or {}, str(event.get("bot_access_token") or "")
        if not inputs.get(PERSON):
            await self._end(self._client.functions_completeError, token, function_execution_id=run, error=NOBODY)
            return
        context = RequestContext(
            team=team, user=str(inputs[PERSON]), channel=str(inputs.get(CHANNEL) or ""), source="step", interaction_id=run
        )
        answer = await self._router.answer(Request(text=command_text(inputs), context=context, public=True, figures_only=True))
        if answer.outcome is not Outcome.ANSWERED or answer.report is None or answer.report.nothing_fetched:
            await self._end(self._client.functions_completeError, token, function_execution_id=run, error=_sentence(answer))
            return
        with use_number_format(DEFAULT_FORMAT):
            outputs = build_outputs(answer.report, answer.message, self._clock().date())
        refusal = await self._end(self._client.functions_completeSuccess, token, function_execution_id=run, outputs=outputs)
        if refusal and refusal not in UNSURE:
            error = OLD_MANIFEST if refusal == NOT_DECLARED else refused_content(refusal, "a step's outputs", NOT_TAKEN)
            await self._end(self._client.functions_completeError, token, function_execution_id=run, error=error)

    async def _end(self, method: Callable[..., Awaitable[Any]], token: str, **arguments: Any) -> str:
        """Completes the run with its own token, or with the bot's if that is refused; returns Slack's error code, "" on success."""
        refusal = await _called(method, token=token, **arguments) if token else NO_TOKEN[0]
        if refusal in NO_TOKEN:
            refusal = await _called(method, **arguments)
        if refusal:
            logger.warning("Slack did not take the end of a step", extra={"slack_error": refusal})
        return refusal


async def _called(method: Callable[..., Awaitable[Any]], **arguments: Any) -> str:
    try:
        await method(**arguments)
    except SlackApiError as error:
        return slack_error(error)
    except UNANSWERED as error:
        return type(error).__name__
    return ""


def command_text(inputs: Mapping[str, Any]) -> str:
    account = str(inputs.get(ACCOUNT_INPUT) or "").strip().strip('"')
    named = account if FULL_ID.fullmatch(account) else quoted(account) or account
    parts = (str(inputs.get(QUESTION) or "").strip(), named, str(inputs.get(PERIOD) or "").strip())
    return " ".join(filter(None, parts)) or ACCOUNT


def _sentence(answer: RenderedResult) -> str:
    """Why there are no figures, for the people who see the workflow's failure."""
    if answer.outcome is Outcome.CHOICE:
        return "There are several accounts: name one in the step's field Account."
    # A colon leads to buttons, which a step does not have.
    return shorten(re.sub(r":$", ".", unescape(answer.message.text)), LONGEST_ERROR)

"""Slack's events `link_shared` and `entity_details_requested`: LinkedIn links that people post get previews, where these are switched on.

Links in the composer get none: a message that is still being written has no channel whose permissions could be checked. Links that a bot
posted get none either, so that two bots cannot answer each other endlessly.
"""

import logging
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError

from bot.listeners.conversation import Conversation
from bot.listeners.payloads import event_context, event_keys
from bot.queries import previews as views
from bot.slack.request import Request, RequestContext
from bot.slack.web_api import NO_JSON, UNANSWERED, failure_code, slack_error
from bot.statistics.reports import PostReport

logger = logging.getLogger(__name__)

#: The event's `source` for a link in a posted message (Slack's documentation: "link_shared"); older events have none.
POSTED = (None, "conversations_history")

#: First letter of the id of a direct conversation, whose messages are answered anyway.
DIRECT_ID = "D"


class LinkListeners:
    """The listeners of both events."""

    def __init__(self, conversation: Conversation, previews: views.PreviewService) -> None:
        self._conversation, self._previews, self._client = conversation, previews, conversation.client
        self._router, self._seen, self._clock = conversation.router, conversation.seen, conversation.clock

    async def handle_shared(self, ack: AsyncAck, body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Adds previews to the message, from a background task."""
        await ack()
        if _posted_by_a_person(body, event, context):
            urls = tuple(str(link.get("url", "")) for link in event.get("links") or ())
            asked = event_context(body, event, source="unfurl")
            keys = event_keys(body, f"linked:{body.get('team_id')}:{event.get('channel')}:{event.get('message_ts')}")
            self._conversation.send(self._show(asked, urls, str(event["message_ts"]), keys), name="unfurl")

    async def _show(self, asked: RequestContext, urls: Sequence[str], ts: str, keys: Sequence[str]) -> None:
        if await self._seen.again(asked.team, *keys):
            return
        previews = await self._previews.previews(asked, urls)
        if not previews:
            return
        linked = [one for one in previews if isinstance(one, views.LinkedPost)]
        try:
            if not linked:
                unfurls = views.build_unfurls([one for one in previews if isinstance(one, views.Preview)])
                await self._client.chat_unfurl(channel=asked.channel, ts=ts, unfurls=unfurls)
            elif not await self._shown_as_objects(asked, ts, linked):
                await self._client.chat_unfurl(channel=asked.channel, ts=ts, unfurls=views.build_figureless(linked))
        except SlackApiError as error:
            logger.warning("Slack refused a preview", extra={"slack_error": slack_error(error), "channel": asked.channel})
            if slack_error(error) != NO_JSON:
                await self._previews.release(asked, previews)
        except UNANSWERED as error:
            # Slack may have shown it: the claim stays.
            logger.warning("Slack did not answer to a preview", extra={"failure": type(error).__name__, "channel": asked.channel})

    async def _shown_as_objects(self, asked: RequestContext, ts: str, linked: Sequence[views.LinkedPost]) -> bool:
        """Whether Slack took them as Work Objects; False for an app whose installed manifest has none."""
        try:
            await self._client.chat_unfurl(channel=asked.channel, ts=ts, metadata=views.build_entities(linked))
        except SlackApiError as error:
            if slack_error(error) in (NO_JSON, "ratelimited"):
                raise
            logger.info("Slack takes no Work Object", extra={"slack_error": slack_error(error)})
            return False
        return True

    async def handle_details(self, ack: AsyncAck, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Fills the pane of one viewer, from a background task."""
        await ack()
        reference = event.get("external_ref")
        if isinstance(reference, dict) and reference.get("type") == views.REFERENCE_TYPE:
            asked = replace(event_context(body, event, source="pane"), is_dm=not event.get("channel"))
            self._conversation.send(self._present(asked, str(reference.get("id", "")), str(event["trigger_id"])), name="pane")

    async def _present(self, asked: RequestContext, urn: str, trigger: str) -> None:
        if await self._seen.again(asked.team, f"pane:{trigger}"):
            return
        answer = await self._router.answer(Request(text=urn, context=asked, figures_only=True))
        report = answer.report if isinstance(answer.report, PostReport) and not answer.report.nothing_fetched else None
        pane: dict[str, Any] = {"error": views.build_refusal(answer.message)}
        if report is not None and report.post.urn == urn:
            pane = {"metadata": views.build_pane(report, self._clock().date())}
        try:
            await self._client.entity_presentDetails(trigger_id=trigger, **pane)
        except UNANSWERED as error:
            logger.warning("Slack did not take a pane", extra={"failure": failure_code(error)})


def _posted_by_a_person(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> bool:
    """Whether the message was posted in a channel of this company and not by an app."""
    by_app = bool(event.get("bot_id")) or event.get("user") in (None, "", context.bot_user_id)
    placed = str(event.get("channel", DIRECT_ID))[:1] != DIRECT_ID and bool(event.get("message_ts"))
    return event.get("source") in POSTED and placed and not by_app and not body.get("is_ext_shared_channel")

"""Shortcuts: figures of the posts that a message links, and the form for a new digest."""

import logging
from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blockkit.builders import Message, section
from bot.digests.command import DIGEST
from bot.listeners.conversation import Conversation, failure_text
from bot.listeners.digest_forms import DigestFormListeners
from bot.listeners.payloads import shortcut_context
from bot.listeners.router import Router
from bot.ops.tasks import run_together
from bot.queries import shortcut_modal as views
from bot.slack.message_links import MessageLinks, find_links
from bot.slack.request import Outcome, Request, RequestContext
from bot.slack.responder import Responder, update_view
from bot.slack.web_api import UNANSWERED, failure_code

NOT_OPENED = "I couldn't open the view with the figures: Slack didn't take it in time. Use the shortcut once more."
NO_FORM = (
    "I couldn't open the form for a new digest: Slack didn't take it in time. Use the shortcut once more, or type `/linkedin-stats digest`."
)

logger = logging.getLogger(__name__)


class ShortcutListeners:
    """Listeners for both shortcuts."""

    def __init__(
        self, *, client: AsyncWebClient, conversation: Conversation, router: Router, forms: DigestFormListeners, replies: Responder
    ) -> None:
        self._client, self._conversation, self._router, self._forms, self._replies = client, conversation, router, forms, replies

    async def handle_message(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Opens a loading view, because the trigger expires after three seconds; the figures follow."""
        await ack()
        try:
            opened = await self._client.views_open(trigger_id=body.get("trigger_id", ""), view=views.build_loading())
        except UNANSWERED as error:
            logger.info("a shortcut's view could not be opened", extra={"slack_error": failure_code(error)})
            self._conversation.send(self._tell(shortcut_context(body), NOT_OPENED), name="shortcut")
            return
        self._conversation.send(self._fill(str(opened["view"]["id"]), body), name="shortcut")

    async def _fill(self, view_id: str, body: dict[str, Any]) -> None:
        answers: list[Message] = []
        try:
            found = find_links(body.get("message") or {})
            if not found.posts:
                reasons = tuple(dict.fromkeys((one.sentence, one.remedy) for one in found.rejected[: views.MOST_POSTS]))
                view = views.build_no_link(reasons)
            else:
                answers, refused_once = await self._answers(found, shortcut_context(body))
                view = views.build_stats(answers, more=0 if refused_once else max(0, len(found.posts) - views.MOST_POSTS))
        except Exception as error:  # noqa: BLE001  # failure_text logs it
            view = views.build_plain(f":warning: {failure_text(error)}", answers)
        await update_view(self._client, view_id, view, lambda note: views.build_plain(note, answers))

    async def _answers(self, found: MessageLinks, context: RequestContext) -> tuple[list[Message], bool]:
        """One answer for each post, or a single refusal that holds for all of them; True with that."""
        shown = found.posts[: views.MOST_POSTS]
        answers = await run_together(self._router.answer(Request(text=post.urn, context=context)) for post in shown)
        if answers[0].outcome is Outcome.REFUSED and all(answer.message.text == answers[0].message.text for answer in answers):
            # It concerns the person or the channel and not a post: once is enough.
            return [answers[0].message], True
        return [answer.message for answer in answers], False

    async def handle_digest(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Opens the form for a digest; what follows is answered in the direct messages."""
        await ack()
        asked = shortcut_context(body)
        try:
            direct = await self._client.conversations_open(users=asked.user)
        except UNANSWERED as error:
            logger.info("the digest's form has nowhere to answer", extra={"slack_error": failure_code(error)})
            self._conversation.send(self._tell(asked, NO_FORM), name="shortcut")
            return
        trigger = str(body.get("trigger_id", ""))
        context = replace(asked, channel=direct["channel"]["id"], is_dm=True, interaction_id=trigger)
        if not await self._forms.open_form(trigger, DIGEST, context):
            self._conversation.send(self._tell(context, NO_FORM), name="shortcut")

    async def _tell(self, context: RequestContext, sentence: str) -> None:
        await self._replies.privately(context, Message(sentence, (section(sentence),)))

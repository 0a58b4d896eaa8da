"""The button Compare: a view in which posts are chosen, and their comparison, visible to the person alone beside the card."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blockkit.builders import Message, section
from bot.blockkit.numbers import use_number_format
from bot.listeners.conversation import Conversation, failure_text
from bot.listeners.payloads import Deduplicator, button_context, carried_command, view_context, workspace_of
from bot.listeners.router import Router
from bot.queries import compare_modal as views
from bot.queries.compare_modal import ModalState, PostPicker
from bot.slack.request import Request, RequestContext
from bot.slack.responder import NOT_TAKEN, Responder, refused_content, update_view
from bot.slack.web_api import UNANSWERED, failure_code, slack_error

COMPARE_VIEW_LOADING = ":hourglass_flowing_sand: One moment …"
COMPARING = ":hourglass_flowing_sand: The posts' figures are being fetched …"
ALREADY_COMPARED = "You sent this before: the comparison is where you asked for it."
UNREADABLE = "This form is out of date. Press *Compare* once more."
DONE = "The comparison is where you asked for it. Only you see it until you share it."
TOO_LATE = "I was too slow to open the list of posts. Press *Compare* once more."


logger = logging.getLogger(__name__)


class ComparisonListeners:
    """Listeners for the button and its view."""

    def __init__(
        self,
        *,
        client: AsyncWebClient,
        conversation: Conversation,
        router: Router,
        post_picker: PostPicker,
        replies: Responder,
        seen: Deduplicator,
    ) -> None:
        self._client, self._conversation, self._router = client, conversation, router
        self._post_picker, self._replies, self._seen = post_picker, replies, seen

    async def handle_press(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Opens a loading view, because the trigger expires after three seconds; the posts follow."""
        await ack()
        if words := carried_command(action):
            self._conversation.send(self._press(body, words), name="compare")

    async def _press(self, body: dict[str, Any], words: str) -> None:
        context = button_context(body)
        if await self._seen.again(context.team, f"compare:{body['trigger_id']}" if body.get("trigger_id") else ""):
            return
        try:
            opened = await self._client.views_open(trigger_id=body.get("trigger_id", ""), view=views.build_notice(COMPARE_VIEW_LOADING))
        except UNANSWERED as error:
            logger.info("a choice of posts could not be opened", extra={"slack_error": failure_code(error)})
            await self._replies.privately(context, Message(TOO_LATE, (section(TOO_LATE),)))
            return
        state = ModalState(words, context.channel, context.thread, context.is_dm)
        self._conversation.send(self._offer(str(opened["view"]["id"]), state, context), name="choose posts")

    async def _offer(self, view_id: str, state: ModalState, context: RequestContext) -> None:
        async def build() -> views.View:
            choice = await self._post_picker.choice(state.words, context)
            with use_number_format(choice.number_format):
                return views.build_choice(state, choice)

        await self._show(view_id, build)

    async def handle_chosen(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Compares the chosen posts; the view says that the figures are being fetched, and then where they are."""
        state = views.read_state(view)
        key = f"compared:{view.get('id')}:{view.get('hash')}"
        if state is None or await self._seen.again(workspace_of(body), key, acknowledged=False):
            await ack(response_action="update", view=views.build_notice(ALREADY_COMPARED if state else UNREADABLE))
            return
        await ack(response_action="update", view=views.build_notice(COMPARING))
        context = view_context(
            body, channel=state.channel, thread=state.thread_ts, is_dm=state.direct, source="button", interaction_id=str(view.get("id", ""))
        )
        self._conversation.send(self._compare(view, state, context), name="compare posts")

    async def _compare(self, view: dict[str, Any], state: ModalState, context: RequestContext) -> None:
        async def compared() -> views.View:
            words = await self._post_picker.comparison(state.words, views.read_chosen(view), context)
            answer = await self._router.answer(Request(text=words, context=context))
            if not answer.stands:
                return views.build_notice(answer.message.text)
            await self._replies.privately(context, answer.message)
            return views.build_notice(DONE)

        await self._show(str(view["id"]), compared)

    async def _show(self, view_id: str, build: Callable[[], Awaitable[views.View]]) -> None:
        """Updates the view with what ``build`` returns, or with its error."""
        try:
            shown = await build()
        except SlackApiError as error:
            shown = views.build_notice(refused_content(slack_error(error), "a comparison", NOT_TAKEN))
        except Exception as error:  # noqa: BLE001  # failure_text logs it
            shown = views.build_notice(f":warning: {failure_text(error)}")
        # The person may have closed it; the comparison is in the channel.
        await update_view(self._client, view_id, shown, views.build_notice)

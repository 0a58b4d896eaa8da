"""The button Compare: a view to choose posts, and their comparison, visible only to the person."""

import asyncio
from typing import Any, Final

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError

from bot.listeners.conversation import Conversation, failure_text
from bot.listeners.payloads import button_context, carried_command, view_context, workspace_of
from bot.queries import modals as views
from bot.queries.modals import ModalState, PostPicker
from bot.slack.builders import build_notice
from bot.slack.interactive import View
from bot.slack.numbers import use_number_format
from bot.slack.request import BUTTON, Request, RequestContext
from bot.slack.responder import NOT_TAKEN, refused_content, update_view
from bot.slack.web_api import slack_error

COMPARING = ":hourglass_flowing_sand: The posts' figures are being fetched …"
ALREADY_COMPARED = "You sent this before: the comparison is where you asked for it."
UNREADABLE = "This form is out of date. Press *Compare* once more."
DONE = "The comparison is where you asked for it. Only you see it until you share it."
TOO_LATE = "I was too slow to open the list of posts. Press *Compare* once more."

#: Seconds within which a finished comparison closes the view; Slack waits three for the answer.
CLOSES_WITHIN: Final = 2.0


class ComparisonListeners:
    """Listeners for the button and its view."""

    def __init__(self, conversation: Conversation, post_picker: PostPicker) -> None:
        self._conversation, self._post_picker, self._client = conversation, post_picker, conversation.client
        self._router, self._replies, self._seen = conversation.router, conversation.replies, conversation.seen

    async def handle_press(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Opens a loading view, because the trigger expires after three seconds, and fills it with the posts."""
        await ack()
        if words := carried_command(action):
            self._conversation.send(self._press(body, words), name="compare")

    async def _press(self, body: dict[str, Any], words: str) -> None:
        context = button_context(body)
        if await self._seen.again(context.team, f"compare:{body['trigger_id']}" if body.get("trigger_id") else ""):
            return
        opened = await self._conversation.open_view(body, views.build_compare_notice())
        if not opened:
            await self._replies.privately(context, build_notice(TOO_LATE))
            return
        state = ModalState(words, context.channel, context.thread, context.is_dm)
        self._conversation.send(self._offer(opened, state, context), name="choose posts")

    async def _offer(self, view_id: str, state: ModalState, context: RequestContext) -> None:
        async def build() -> View:
            choice = await self._post_picker.choice(state.words, context)
            with use_number_format(choice.number_format):
                return views.build_choice(state, choice)

        await self._conversation.fill_view(view_id, build, views.build_compare_notice)

    async def handle_chosen(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Compares the chosen posts. The view closes when the comparison was sent, or says where it will be when that takes longer."""
        state = views.read_state(view, ModalState)
        key = f"compared:{view.get('id')}:{view.get('hash')}"
        if state is None or await self._seen.again(workspace_of(body), key, acknowledged=False):
            await ack(response_action="update", view=views.build_compare_notice(ALREADY_COMPARED if state else UNREADABLE))
            return
        context = view_context(
            body, channel=state.channel, thread=state.thread_ts, is_dm=state.direct, source=BUTTON, interaction_id=str(view.get("id", ""))
        )
        comparing = self._conversation.send(self._compare(view, state, context), name="compare posts")
        done, _ = await asyncio.wait({comparing}, timeout=CLOSES_WITHIN)
        if not done:
            await ack(response_action="update", view=views.build_compare_notice(COMPARING))
            self._conversation.send(self._finish(str(view["id"]), comparing), name="show a comparison's end")
        elif (trouble := comparing.result()) is None:
            await ack()
        else:
            await ack(response_action="update", view=trouble)

    async def _compare(self, view: dict[str, Any], state: ModalState, context: RequestContext) -> View | None:
        try:
            words = await self._post_picker.comparison(state.words, views.read_chosen(view), context)
            answer = await self._router.answer(Request(text=words, context=context))
            if not answer.can_replace:
                return views.build_compare_notice(answer.message.text)
            await self._replies.privately(context, answer.message)
        except SlackApiError as error:
            return views.build_compare_notice(refused_content(slack_error(error), "a comparison", NOT_TAKEN))
        except Exception as error:  # noqa: BLE001  # failure_text logs it
            return views.build_compare_notice(f":warning: {failure_text(error)}")
        return None

    async def _finish(self, view_id: str, comparing: "asyncio.Task[View | None]") -> None:
        shown = await comparing or views.build_compare_notice(DONE)
        # The person may have closed it; the comparison is in the channel.
        await update_view(self._client, view_id, shown, views.build_compare_notice)

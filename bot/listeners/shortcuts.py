"""Shortcuts: figures of the posts that a message links, and the form for a new digest."""

import logging
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError

from bot.digests.command import DIGEST
from bot.listeners.conversation import Conversation, failure_text
from bot.listeners.forms import FormListeners
from bot.listeners.payloads import carried_command, shortcut_context, view_context, workspace_of
from bot.ops.tasks import run_together
from bot.queries import modals as views
from bot.slack.builders import build_notice
from bot.slack.message_links import card_words, find_links
from bot.slack.request import BUTTON, Outcome, Request, RequestContext
from bot.slack.responder import NOT_TAKEN, NOT_THERE, refused_content, update_view
from bot.slack.web_api import UNANSWERED, failure_code, slack_error
from bot.subscriptions.subscription import SubscriptionKind

NOT_OPENED = "I couldn't open the view with the figures: Slack didn't take it in time. Use the shortcut once more."
NO_FORM = (
    "I couldn't open the form for a new digest: Slack didn't take it in time. Use the shortcut once more, or type `/linkedin-stats digest`."
)

SHARED = ":white_check_mark: Shared in the thread."
NOT_A_MEMBER = ":warning: I can't post here yet. Add me with `/invite @LinkedIn Stats`, then press the button again."

logger = logging.getLogger(__name__)


class ShortcutListeners:
    """Listeners for both shortcuts."""

    def __init__(self, conversation: Conversation, forms: FormListeners) -> None:
        self._conversation, self._forms, self._client = conversation, forms, conversation.client
        self._router, self._replies, self._seen = conversation.router, conversation.replies, conversation.seen

    async def handle_message(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Opens a loading view, because the trigger expires after three seconds, and fills it with the figures."""
        await ack()
        opened = await self._conversation.open_view(body, views.build_loading())
        shown = self._fill(opened, body, context.bot_id or "") if opened else self._tell(shortcut_context(body), NOT_OPENED)
        self._conversation.send(shown, name="shortcut")

    async def _fill(self, view_id: str, body: dict[str, Any], bot_id: str) -> None:
        answers: list[views.PostAnswer] = []
        context = shortcut_context(body)
        try:
            message = body.get("message") or {}
            found, own = find_links(message), card_words(message, bot_id)
            asked = [post.urn for post in found.posts] or list(filter(None, (own,)))
            if not asked:
                reasons = tuple(dict.fromkeys((one.sentence, one.remedy) for one in found.rejected[: views.MOST_POSTS]))
                view = views.build_no_link(reasons)
            else:
                answers, refused_once = await self._answers(asked[: views.MOST_POSTS], context)
                more = 0 if refused_once else max(0, len(asked) - views.MOST_POSTS)
                view = views.build_stats(answers, views.ShortcutPlace(context.channel, _thread_of(body)), more=more)
        except Exception as error:  # noqa: BLE001  # failure_text logs it
            view = views.build_plain(f":warning: {failure_text(error)}", answers)
        await update_view(self._client, view_id, view, lambda note: views.build_plain(note, answers))

    async def _answers(self, asked: Sequence[str], context: RequestContext) -> tuple[list[views.PostAnswer], bool]:
        """One answer for each post, or for this app's own card, or a single refusal for all of them, with True."""
        answers = await run_together(self._router.answer(Request(text=text, context=context)) for text in asked)
        if answers[0].outcome is Outcome.REFUSED and all(answer.message.text == answers[0].message.text for answer in answers):
            # It concerns the person or the channel, not a post: it is shown once.
            return [views.PostAnswer(answers[0].message)], True
        # A direct message cannot be shared.
        return [views.PostAnswer(one.message, one.text if one.can_replace and not context.is_dm else "") for one in answers], False

    async def handle_share(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Posts a card of the view in the thread of the message that the view is about, once."""
        await ack()
        if (words := carried_command(action)) and body.get("view"):
            self._conversation.send(self._share(body, str(action.get("action_id", "")), words), name="share from a view")

    async def _share(self, body: dict[str, Any], pressed: str, words: str) -> None:
        view, team = body["view"], workspace_of(body)
        place, key = views.read_place(view), f"shared:{view.get('id')}:{pressed}"
        if not place.channel or await self._seen.again(team, key):
            return
        context = view_context(
            body, channel=place.channel, thread=place.thread_ts, is_dm=False, source=BUTTON, interaction_id=f"{view.get('id')}:{pressed}"
        )
        note, shared = SHARED, False
        try:
            answer = await self._router.answer(Request(text=f"{words} share", context=context))
            if shared := answer.share:
                await self._replies.publicly(context, answer.message)
            else:
                note = answer.message.text
        except SlackApiError as error:
            shared, code = False, slack_error(error)
            note = NOT_A_MEMBER if code in NOT_THERE else refused_content(code, "a shared card", NOT_TAKEN)
        except Exception as error:  # noqa: BLE001  # failure_text logs it
            note, shared = f":warning: {failure_text(error)}", False
        if not shared:
            await self._seen.release(team, key)
        shown = views.build_shared(view, pressed, note, shared=shared)
        await update_view(self._client, str(view["id"]), shown, lambda refusal: views.build_plain(refusal, ()))

    async def handle_digest(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        asked = shortcut_context(body)
        try:
            direct = await self._client.conversations_open(users=asked.user)
        except UNANSWERED as error:
            logger.info("the digest's form has nowhere to answer", extra={"slack_error": failure_code(error)})
            self._conversation.send(self._tell(asked, NO_FORM), name="shortcut")
            return
        context = replace(asked, channel=direct["channel"]["id"], is_dm=True, interaction_id=str(body.get("trigger_id", "")))
        if not await self._forms.open(SubscriptionKind.DIGEST, body, DIGEST, context):
            self._conversation.send(self._tell(context, NO_FORM), name="shortcut")

    async def _tell(self, context: RequestContext, sentence: str) -> None:
        await self._replies.privately(context, build_notice(sentence))


def _thread_of(body: dict[str, Any]) -> str:
    """The thread of the shortcut's message; a message outside of one begins its own."""
    message = body.get("message") or {}
    return str(message.get("thread_ts") or message.get("ts") or body.get("message_ts") or "")

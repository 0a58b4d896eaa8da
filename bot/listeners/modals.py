"""The views of questions: posts to compare with, own dates for an account's card, and the figures of the posts that a message links."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from msgspec.structs import replace
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError

from bot.digests.command import DIGEST
from bot.listeners.actions import ActionListeners, is_replaced
from bot.listeners.conversation import Conversation, failure_text
from bot.listeners.forms import FormListeners
from bot.listeners.payloads import button_context, carried_command, press_key, shortcut_context, state_context, workspace_of
from bot.ops.tasks import ends_within, run_together
from bot.queries import modals as views
from bot.slack.builders import build_notice
from bot.slack.interactive import OWN_DATES, ModalState, View, build_notice_view, read_state
from bot.slack.message_links import card_words, find_links
from bot.slack.numbers import use_number_format
from bot.slack.request import Outcome, Request, RequestContext
from bot.slack.responder import NOT_TAKEN, NOT_THERE, refused_content, update_view
from bot.slack.web_api import UNANSWERED, failure_code, slack_error
from bot.statistics.reports import Period, period_text
from bot.subscriptions.subscription import SubscriptionKind

COMPARING = ":hourglass_flowing_sand: The posts' figures are being fetched …"
ALREADY_COMPARED = "You sent this before: the comparison is where you asked for it."
UNREADABLE = "This form is out of date. Press *Compare* once more."
DONE = "The comparison is where you asked for it. Only you see it until you share it."

#: Seconds within which a finished comparison closes the view; Slack waits three for the answer.
CLOSES_WITHIN: Final = 2.0


class ComparisonListeners:
    """Listeners for the button and its view."""

    def __init__(self, conversation: Conversation, post_picker: views.PostPicker) -> None:
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
            await self._replies.privately(context, build_notice("I was too slow to open the list of posts. Press *Compare* once more."))
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
        state = read_state(view, ModalState)
        key = f"compared:{view.get('id')}:{view.get('hash')}"
        if state is None or await self._seen.again(workspace_of(body), key, acknowledged=False):
            await ack(response_action="update", view=views.build_compare_notice(ALREADY_COMPARED if state else UNREADABLE))
            return
        context = state_context(body, view, state)
        comparing = self._conversation.send(self._compare(view, state, context), name="compare posts")
        if not await ends_within(CLOSES_WITHIN, comparing):
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
        opened = await self._conversation.open_view(body, build_notice_view(views.SHORTCUT_VIEW_TITLE))
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
                view = views.build_stats(answers, ModalState(channel=context.channel, thread_ts=_thread_of(body)), more=more)
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
        place, key = read_state(view, ModalState) or ModalState(), f"shared:{view.get('id')}:{pressed}"
        if not place.channel or await self._seen.again(team, key):
            return
        context = state_context(body, view, place, pressed)
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


class PeriodListeners:
    """Listeners for the menu and its view."""

    def __init__(self, conversation: Conversation, actions: ActionListeners) -> None:
        self._conversation, self._actions, self._people = conversation, actions, conversation.people
        self._replies, self._seen, self._clock = conversation.replies, conversation.seen, conversation.clock

    async def handle_choice(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        words, own, days = carried_command(action).partition(f" {OWN_DATES}")
        if not own:
            await self._actions.handle_press(ack, body, action)
            return
        await ack()
        self._conversation.send(self._open(body, action, words, _period(days)), name="choose days")

    async def _open(self, body: dict[str, Any], action: dict[str, Any], words: str, shown: Period | None) -> None:
        context = button_context(body)
        if await self._seen.again(context.team, press_key(body, action)):
            return
        state = views.PeriodState(
            words,
            context.channel,
            context.thread,
            context.is_dm,
            str(body.get("response_url", "")),
            is_replaced(body, action),
            str(action.get("block_id", "")),
        )
        with use_number_format(await self._people.number_format(context.user, public=False)):
            view = views.build_dates(state, shown, self._clock().date())
        if not await self._conversation.open_view(body, view):
            await self._replies.privately(
                context, build_notice("Slack gave me too little time to open the choice of days. Choose *Own dates* once more.")
            )

    async def handle_dates(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Marks wrong dates, or closes the view and replaces the card by one of these days."""
        state = read_state(view, views.PeriodState)
        if state is None:
            await ack()
            return
        context = state_context(body, view, state)
        with use_number_format(await self._people.number_format(context.user, public=False)):
            period, errors = views.read_dates(view, self._clock().date())
        if period is None:
            await ack(response_action="errors", errors=errors)
            return
        again = await self._seen.again(workspace_of(body), f"dates:{view.get('id')}:{view.get('hash')}", acknowledged=False)
        await ack()
        if not again:
            request = Request(text=f"{state.words} {period_text(period)}", context=context)
            answering = self._conversation.by_press(request, state.response_url, replace=state.replace, block=state.block)
            self._conversation.send(answering, name="chosen days")


def _period(text: str) -> Period | None:
    first, _, last = text.strip().partition("..")
    try:
        return Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None

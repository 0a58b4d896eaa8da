"""The period menu of an account's card: a chosen period is asked for at once, own dates are entered in a view."""

from datetime import date
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.listeners.actions import ActionListeners, is_replaced
from bot.listeners.conversation import Conversation
from bot.listeners.payloads import button_context, carried_command, press_key, view_context, workspace_of
from bot.queries.modals import PeriodState, build_dates, dated_words, read_dates, read_state
from bot.reports.card_parts import OWN_DATES
from bot.slack.builders import build_notice
from bot.slack.numbers import use_number_format
from bot.slack.request import BUTTON, Request, RequestContext
from bot.statistics.reports import Period

TOO_LATE = "Slack gave me too little time to open the choice of days. Choose *Own dates* once more."


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
        state = PeriodState(
            words,
            context.channel,
            context.thread,
            context.is_dm,
            str(body.get("response_url", "")),
            is_replaced(body, action),
            str(action.get("block_id", "")),
        )
        with use_number_format(await self._people.number_format(context.user, public=False)):
            view = build_dates(state, shown, self._clock().date())
        if not await self._conversation.open_view(body, view):
            await self._replies.privately(context, build_notice(TOO_LATE))

    async def handle_dates(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Marks wrong dates, or closes the view and replaces the card by one of these days."""
        state = read_state(view, PeriodState)
        if state is None:
            await ack()
            return
        context = _context(body, state, str(view.get("id", "")))
        with use_number_format(await self._people.number_format(context.user, public=False)):
            period, errors = read_dates(view, self._clock().date())
        if period is None:
            await ack(response_action="errors", errors=errors)
            return
        again = await self._seen.again(workspace_of(body), f"dates:{view.get('id')}:{view.get('hash')}", acknowledged=False)
        await ack()
        if not again:
            request = Request(text=dated_words(state, period), context=context)
            self._conversation.by_press(request, state.response_url, replace=state.replace, block=state.block)


def _context(body: dict[str, Any], state: PeriodState, interaction_id: str) -> RequestContext:
    return view_context(
        body, channel=state.channel, thread=state.thread_ts, is_dm=state.direct, source=BUTTON, interaction_id=interaction_id
    )


def _period(text: str) -> Period | None:
    first, _, last = text.strip().partition("..")
    try:
        return Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None

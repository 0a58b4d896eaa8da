"""The buttons and modals that connect a workspace to PostPost."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.access.commands import CLIENT
from bot.listeners.conversation import Conversation
from bot.listeners.payloads import button_context, view_context
from bot.queries.connection import (
    ACCOUNT,
    ACCOUNT_BUTTON,
    CHANNEL,
    CLIENT_BUTTON,
    KEY,
    REMOVE_BUTTON,
    TITLE,
    ConnectionHandler,
    build_client_form,
    build_key_form,
    read_entry,
)
from bot.slack.interactive import View, build_notice_view
from bot.slack.request import HOME, RequestContext

REMOVED = "The key is removed."

_notice = partial(build_notice_view, TITLE)


class ConnectionListeners:
    """Listeners for the buttons of the Home tab, for a key and for the choice of an account."""

    def __init__(self, handler: ConnectionHandler, conversation: Conversation) -> None:
        self._handler, self._conversation = handler, conversation

    async def handle_button(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Opens a loading view, because the trigger expires after three seconds; the form, or what was done, follows in it."""
        await ack()
        pressed, context = str(action.get("action_id", "")), button_context(body)
        if opened := await self._conversation.open_view(body, _notice()):
            filled = self._conversation.fill_view(opened, partial(self._opened, pressed, context), _notice)
            self._conversation.send(filled, name="connection")

    async def _opened(self, pressed: str, context: RequestContext) -> View:
        if pressed == ACCOUNT_BUTTON:
            return await self._handler.account_form(context)
        if pressed == CLIENT_BUTTON:
            return await self._handler.client_form(context)
        if pressed == REMOVE_BUTTON:
            await self._handler.remove(context)
            return _notice(REMOVED)
        await self._handler.check_administers(context)
        return build_key_form()

    async def handle_key(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Checks and keeps the key; what is wrong with it stands above the form, which is there again."""
        await self._take(ack, body, view, partial(self._handler.connect, given=read_entry(view, KEY)), build_key_form)

    async def handle_account(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        async def chosen(context: RequestContext) -> View:
            return _notice(await self._handler.choose(context, read_entry(view, ACCOUNT)))

        await self._take(ack, body, view, chosen, None)

    async def handle_client(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Checks and keeps the client of a channel; what is wrong with it stands above the form, which is there again."""
        entered = partial(self._handler.set_client, channel=read_entry(view, CHANNEL), given=read_entry(view, CLIENT))
        await self._take(ack, body, view, entered, build_client_form)

    async def _take(
        self,
        ack: AsyncAck,
        body: dict[str, Any],
        view: dict[str, Any],
        work: Callable[[RequestContext], Awaitable[View]],
        form: Callable[[str], View] | None,
    ) -> None:
        await ack(response_action="update", view=_notice())
        view_id = str(view["id"])
        context = view_context(body, channel="", is_dm=True, source=HOME, interaction_id=view_id)

        async def again(trouble: str) -> View:
            return form(trouble) if form else _notice(f":warning: {trouble}")

        self._conversation.send(self._conversation.fill_view(view_id, partial(work, context), _notice, again), name="connection")

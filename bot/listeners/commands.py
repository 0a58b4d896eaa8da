"""The slash command, and the same words in mentions and direct messages."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.listeners.conversation import Conversation
from bot.listeners.forms import FormListeners
from bot.listeners.payloads import command_context, event_context, event_keys
from bot.listeners.subjects import SubjectReader
from bot.slack.request import Request

COMMAND = "/linkedin-stats"


class CommandListeners:
    """The listener for the slash command."""

    def __init__(self, conversation: Conversation, forms: FormListeners) -> None:
        self._conversation, self._seen, self._forms = conversation, conversation.seen, forms

    async def handle_statistics(self, ack: AsyncAck, command: dict[str, Any]) -> None:
        context, words = command_context(command), command.get("text", "")
        if await self._seen.again(context.team, _delivery_key(command), acknowledged=False):
            await ack()
            return
        kinds = [kind for kind in words.lower().split(maxsplit=1)[:1] if kind in self._forms.forms]
        # A command that asks for a form is answered in words where its trigger had expired.
        if kinds and self._forms.forms[kinds[0]].wants_form(words) and await self._forms.open(kinds[0], command, words, context):
            await ack()
            return
        await self._conversation.by_command(ack, Request(text=words, context=context), command.get("response_url", ""))


class SlashCommand(AsyncMiddleware):
    """Answers the slash command before Bolt looks for a listener, which took 5 % of a `help`; passes everything else on."""

    def __init__(self, handle: Callable[[AsyncAck, dict[str, Any]], Awaitable[None]]) -> None:
        self._handle = handle

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  # Bolt's signature
    ) -> BoltResponse | None:
        if req.body.get("command") == COMMAND:
            await self._handle(req.context.ack, req.body)
            return req.context.ack.response or resp
        await next()
        return resp


def _delivery_key(command: dict[str, Any]) -> str:
    """Identifies one typed command, the same when Slack delivers it again; "" when nothing identifies it."""
    trigger, url = command.get("trigger_id", ""), command.get("response_url", "")
    return f"command:{trigger}:{url}" if trigger or url else ""


#: Subtypes of messages that a person typed; the others report edits, joins and deletions.
TYPED = (None, "file_share", "thread_broadcast")


class MentionListeners:
    """Listeners for `app_mention` and for messages in direct conversations."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation, self._seen, self._subjects = conversation, conversation.seen, SubjectReader(conversation.client)

    async def handle_mention(self, ack: AsyncAck, body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Answers a mention in its channel or thread, visible to its author alone until it is shared."""
        await ack()
        self._take(body, event, context, is_dm=False, source="mention")

    async def handle_direct_message(self, ack: AsyncAck, body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Answers a direct message; messages in channels are answered only when they mention the bot."""
        await ack()
        if event.get("channel_type") == "im":
            self._take(body, event, context, is_dm=True, source="direct message")

    def _take(self, body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext, *, is_dm: bool, source: str) -> None:
        if not _is_typed_by_a_person(event, context):
            return
        own = re.escape(context.bot_user_id or "-")
        words = re.sub(rf"<@{own}(?:\|[^>]*)?>", " ", event.get("text") or "").strip()
        request = Request(text=words, context=event_context(body, event, source=source, is_dm=is_dm))
        self._conversation.send(self._ask(request, event, context.bot_id or "", _keys(body, event)), name=source)

    async def _ask(self, request: Request, event: dict[str, Any], bot_id: str, keys: Sequence[str]) -> None:
        if await self._seen.again(request.context.team, *keys):
            return
        await self._conversation.by_message(await self._subjects.with_subject(request, event, bot_id))


def _keys(body: dict[str, Any], event: dict[str, Any]) -> tuple[str, str]:
    """What identifies the event; Slack has sent the same event under different ids, so channel and time count too."""
    return event_keys(body, f"said:{body.get('team_id')}:{event.get('channel')}:{event.get('ts')}:{event.get('user')}")


def _is_typed_by_a_person(event: dict[str, Any], context: AsyncBoltContext) -> bool:
    """Whether a person typed it. Bots are never answered, so that two bots cannot answer each other endlessly."""
    is_bot = bool(event.get("bot_id")) or event.get("user") in (None, "", context.bot_user_id)
    return not is_bot and event.get("subtype") in TYPED

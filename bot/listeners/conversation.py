"""Passes requests to the router and sends the responses to where the person asked.

Slack waits three seconds for an acknowledgement. A card that is ready within a short bound goes out inside it; a slower one is announced
there and follows through the ``response_url``, from a task that is drained at shutdown.
"""

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias

from msgspec.structs import replace
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError
from bot.listeners.payloads import Deduplicator
from bot.listeners.router import Router
from bot.ops.tasks import BackgroundTasks, ends_within
from bot.parsing.vocabulary import is_help
from bot.reports.error_blocks import INTERNAL, REFERENCE, error_text
from bot.reports.notice_blocks import build_working, unpressable, with_working
from bot.slack.builders import Message
from bot.slack.interactive import View
from bot.slack.limits import BlockProblem
from bot.slack.people import PeopleDirectory
from bot.slack.request import RenderedResult, Request, RequestContext
from bot.slack.responder import FileUploads, Responder, acknowledgement, update_view
from bot.slack.web_api import UNANSWERED, failure_code
from bot.statistics.reports import Same

_Answering: TypeAlias = "asyncio.Task[RenderedResult]"

logger = logging.getLogger(__name__)

#: Seconds between the acknowledgement with a notice and the answer that replaces it. They reach Slack on different ways, and an answer that
#: came first would leave the notice standing.
NOTICE_FIRST: Final = 0.3

#: What is being fetched, while the text has not been parsed yet.
WORK = "the figures from LinkedIn"


def failure_text(error: Exception) -> str:
    """The error as mrkdwn for a view; one that is no BotError is logged with the reference that the text names."""
    if isinstance(error, BotError):
        return error_text(error)
    reference = secrets.token_hex(4)
    logger.error("a view could not be filled in", extra={"reference": reference}, exc_info=error)
    return f"{INTERNAL} {REFERENCE.format(reference=reference)}"


class Conversation:
    """Takes requests from every listener and answers where they were asked.

    Args:
        changed: called with the Slack id of a person who changed something that a Home tab shows.
        acknowledge_within: seconds an answer may take to go out inside Slack's acknowledgement, or unannounced.
    """

    def __init__(
        self,
        *,
        client: AsyncWebClient,
        router: Router,
        people: PeopleDirectory,
        changed: Callable[[str], None],
        replies: Responder,
        uploads: FileUploads,
        seen: Deduplicator,
        tasks: BackgroundTasks,
        acknowledge_within: float,
        clock: Callable[[], datetime],
    ) -> None:
        #: For the listeners, which have them from here.
        self.client, self.router, self.replies, self.seen, self.people, self.clock = client, router, replies, seen, people, clock
        self.changed, self._uploads = changed, uploads
        #: Runs a listener's work in the background.
        self.send = tasks.start
        self._bound = acknowledge_within
        self._shown = CardCache()

    async def _answer(self, request: Request) -> RenderedResult:
        answer = await self.router.answer(request)
        if answer.changed:
            self.changed(request.context.user)
        return replace(answer, message=self._shown.remember(answer.message, answer.reference))

    async def by_command(self, ack: AsyncAck, request: Request, url: str) -> None:
        """Answer a slash command: inside the acknowledgement when there is time, else through its ``response_url``."""
        if is_help(request.text):
            # Nothing is waited for, so no task must go on after the acknowledgement.
            await ack(acknowledgement(Same((await self._answer(request)).message), "ephemeral"))
            return
        answering, context = self.send(self._answer(request), name=request.context.source), request.context
        answer = await self._in_time(answering)
        if answer is None:
            await ack(acknowledgement(Same(build_working(WORK)), "ephemeral"))
            self.send(self._follow(answering, context, url, announced=True), name="follow a command")
        elif answer.share and answer.file:
            await ack()
            self.send(self._share_with_file(answer, context, url), name="share with a file")
        elif (answer.message.has_native and not self.replies.draws(context.team)) or _problems(Same(answer.message)):
            # A refused acknowledgement is not reported, a refused response_url is: so the first chart of a workspace goes there, and what
            # Slack would refuse.
            await ack()
            self.send(self._follow(answering, context, url), name="follow a command")
        else:
            await ack(acknowledgement(Same(answer.message), "in_channel" if answer.share else "ephemeral"))
            if answer.file:
                self.send(self._send_file(answer, context, url), name="send a file")

    async def _in_time(self, answering: _Answering) -> RenderedResult | None:
        return answering.result() if await ends_within(self._bound, answering) else None

    async def _follow(self, answering: _Answering, context: RequestContext, url: str, *, announced: bool = False) -> None:
        if announced:
            await asyncio.sleep(NOTICE_FIRST)
        answer = await answering
        if announced and answer.share:
            # A message for everybody cannot replace one that only the person sees.
            await self.replies.take_back(url)
        if answer.share and answer.file:
            await self._share_with_file(answer, context, url)
            return
        await self.replies.through_url(url, answer.message, context, public=answer.share, replace=announced and not answer.share)
        await self._send_file(answer, context, url)

    async def _share_with_file(self, answer: RenderedResult, context: RequestContext, url: str) -> None:
        """Posts the answer as its own message, since a file needs a thread; to the person where the bot is not a member."""
        ts = await self.replies.for_everybody(context, answer.message, url)
        await self._send_file(answer, context, url, thread_ts=ts)

    async def _send_file(self, answer: RenderedResult, context: RequestContext, url: str, *, thread_ts: str = "") -> None:
        """Sends the answer's file; where it went, or why it could not be sent, is shown to the person alone."""
        if answer.file is None:
            return
        left = await self._uploads.send(answer.file, context, thread_ts=thread_ts, command=answer.text)
        if left is not None:
            await (self.replies.through_url(url, left, context) if url else self.replies.privately(context, left))

    async def by_message(self, request: Request) -> None:
        answering, context = self.send(self._answer(request), name=request.context.source), request.context
        answer, working = await self._in_time(answering), ""
        if answer is None:
            # The answer follows whether the notice arrived or not.
            with suppress(*UNANSWERED):
                working = await self.replies.privately(context, build_working(WORK))
            answer = await answering
        thread_ts = ""
        try:
            if answer.share and not context.is_dm:
                ts = await self.replies.publicly(context, answer.message)
                thread_ts = context.thread or ts
            elif working:
                await self.replies.replace(context, working, answer.message)
            else:
                await self.replies.privately(context, answer.message)
        except UNANSWERED as error:
            where = {"slack_error": failure_code(error), "channel": context.channel}
            if not (isinstance(error, SlackApiError) or working or (answer.share and not context.is_dm)):
                # It may have arrived: it must not be posted twice.
                logger.warning("whether an answer arrived is unknown", extra=where)
                return
            # It cannot be posted for everybody, or cannot replace the notice: the person gets it privately.
            logger.warning("an answer goes to the person alone", extra=where)
            await self.replies.privately(context, answer.message)
        await self._send_file(answer, context, "", thread_ts=thread_ts)

    async def by_sharing(self, request: Request, url: str, *, not_shared: Callable[[], Awaitable[None]]) -> None:
        """Answers for everybody in the channel, and removes the Share button from the private card.

        ``not_shared`` is called when it could not be shared, so that the button works again.
        """
        answer, context = await self._answer(request), request.context
        arrived = await self.replies.through_url(url, answer.message, context, public=answer.share)
        if answer.share and arrived:
            await self.replies.through_url(url, unpressable(answer.message), context, replace=True)
        else:
            await not_shared()

    async def by_press(self, request: Request, url: str, *, replace: bool, block: str = "", failed: bool = False) -> None:
        """Answers a press: the answer replaces the card with ``replace``, an error only one that had ``failed``; only the person sees it.

        ``block`` is the id of the block that was pressed.
        """
        card = self._shown.find(block) if replace and url else None
        answering, context = self.send(self._answer(request), name=request.context.source), request.context
        answer = await self._in_time(answering)
        if answer is None:
            # A separate notice could not be removed later; a line on the card can.
            announced = _renamed(with_working(card, WORK)) if card else build_working(WORK)
            await self.replies.through_url(url, announced, context, replace=card is not None)
            answer = await answering
            if card and not answer.can_replace:
                await self.replies.through_url(url, _renamed(card), context, replace=True)
        await self.replies.through_url(
            url, answer.message, context, public=answer.share, replace=replace and (failed or answer.can_replace)
        )

    async def by_export(self, request: Request, url: str, *, thread_ts: str, replace: bool) -> None:
        """Sends a card's figures as a file: into the card's thread, or with ``thread_ts`` "" to the person alone.

        With ``replace`` the card is renewed first, so that card and file show the same.
        """
        answer, context = await self._answer(request), request.context
        if replace or answer.file is None:
            await self.replies.through_url(url, answer.message, context, public=answer.share, replace=replace and answer.can_replace)
        await self._send_file(answer, context, url, thread_ts=thread_ts)

    async def open_view(self, body: Mapping[str, Any], view: View, *, on_top: bool = False) -> str:
        """Opens a view, within the trigger's three seconds, and returns its id; "" when the trigger had expired, or was used before."""
        open_ = self.client.views_push if on_top else self.client.views_open
        try:
            opened = await open_(trigger_id=str(body.get("trigger_id", "")), view=view)
        except UNANSWERED as error:
            logger.info("a view could not be opened", extra={"slack_error": failure_code(error)})
            return ""
        return str(opened["view"]["id"])

    async def fill_view(
        self,
        view_id: str,
        build: Callable[[], Awaitable[View]],
        notice: Callable[[str], View],
        failed: Callable[[str], Awaitable[View]] | None = None,
    ) -> None:
        """Updates the view with what ``build`` returns, or with its error (mrkdwn) in what ``failed`` returns, else in a notice."""
        try:
            shown = await build()
        except Exception as error:  # noqa: BLE001  # failure_text logs it
            trouble = failure_text(error)
            shown = notice(f":warning: {trouble}")
            if failed is not None:
                try:
                    shown = await failed(trouble)
                except Exception as second:  # noqa: BLE001 - whatever it is: a form must not stay on "Saving"
                    logger.warning("a form cannot be shown again", extra={"failure": type(second).__name__})
        # The person may have closed it: what was done is in a message too.
        await update_view(self.client, view_id, shown, notice)

    async def placed(self, context: RequestContext) -> RequestContext:
        """The context of a press; one in a view, which is in no channel, is placed in the person's direct messages."""
        if context.channel:
            return context
        try:
            return replace(context, channel=await self.replies.direct_channel(context.user), is_dm=True)
        except UNANSWERED as error:
            logger.info("a press in a view has no channel", extra={"slack_error": failure_code(error)})
            return context


#: Cards remembered at most, the latest ones.
MOST: Final = 300


class CardCache:
    """Remembers the latest cards by the ids that it gives to their blocks, so that a card that is refreshed can say so and be restored.

    Slack does not send the contents of an ephemeral message with a button press, only the id of the block. A card that another process
    showed is not found here, and is refreshed without that line.
    """

    def __init__(self) -> None:
        #: By the identity of the card as it was built, which is one for all who are shown the same: it, the ids' reference, it with ids.
        self._cards: OrderedDict[int, tuple[Message, str, Message]] = OrderedDict()

    def remember(self, message: Message, reference: str) -> Message:
        """The message with ids on its blocks with buttons, those of ``reference`` where it is new; unchanged where it has all of them."""
        if known := self._cards.get(id(message)):
            self._cards.move_to_end(id(message))
            return known[2]
        blocks = list(message.blocks)
        for number, block in enumerate(message.blocks):
            if "block_id" not in block and (block["type"] == "actions" or "accessory" in block):
                blocks[number] = {"block_id": f"{reference}.{number}", **block}
        card = replace(message, blocks=tuple(blocks)) if blocks != [*message.blocks] else message
        self._cards[id(message)] = message, reference, card
        if len(self._cards) > MOST:
            self._cards.popitem(last=False)
        return card

    def find(self, block_id: str) -> Message | None:
        """The message with this block; None for one of another process, or an old one."""
        reference = block_id.partition(".")[0]
        return next((card for _, named, card in self._cards.values() if named == reference), None)


@lru_cache(maxsize=64)
def _problems(message: Same[Message]) -> Sequence[BlockProblem]:
    """What Slack would refuse in the message; a page of the help is one message for all, and so is the card of a post."""
    from bot.slack.validator import check_message  # noqa: PLC0415  # its types take 7 ms, which the start does without

    return check_message(message.value)


def _renamed(message: Message) -> Message:
    """The message with new ids on its blocks, which ``find`` still knows: Slack wants new ids in a changed message."""
    again = secrets.token_hex(4)
    named = ({**block, "block_id": f"{block['block_id']}.{again}"} if "block_id" in block else block for block in message.blocks)
    return replace(message, blocks=tuple(named))

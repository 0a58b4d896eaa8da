"""Opens the forms of digests, alerts and watches, within the trigger's three seconds (filled later), and takes them when they are sent off.

::

    command, button, shortcut ─→ loading view ─→ form ─ sent off ─→ wrong entries marked, or what was done, in the view and a message
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Generic, TypeVar

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.blockkit.builders import OPTIONS_LIMIT, Message, option
from bot.blockkit.views import View, build_notice_view
from bot.listeners.conversation import Conversation
from bot.listeners.payloads import view_context, workspace_of
from bot.management.form_fields import BadFieldsError
from bot.schedules.timezones import search_zones
from bot.slack.request import RequestContext
from bot.slack.web_api import UNANSWERED
from bot.subscriptions.subscription import SubscriptionKind

SAVING = ":hourglass_flowing_sand: One moment, it is being saved …"
SENT_ALREADY = "You sent this form before: `{kind} list` shows what it did."
SAVED = "{text}\nYou find it again with `{kind} list`."

#: Seconds that Slack may take to describe the chosen channel while the person waits for the form.
CHECK_WITHIN: Final = 1.5
#: Seconds for a search in all big cities; Slack waits three for an answer.
SEARCH_WITHIN: Final = 1.0
#: Zones offered for the letters typed so far.
MOST_ZONES: Final = min(50, OPTIONS_LIMIT)

logger = logging.getLogger(__name__)
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class SentForm(Generic[D]):
    """A submitted form, with the functions that read, check and carry out its entries and that show it again."""

    view: dict[str, Any]
    context: RequestContext
    #: Reads the entries, in a thread; raises BadFieldsError.
    read: Callable[[], D]
    #: Raises BadFieldsError when Slack says that nothing can be posted in the chosen channel.
    check: Callable[[D], Awaitable[None]]
    carry_out: Callable[[D], Awaitable[Message]]
    #: The form with its entries, below what went wrong (mrkdwn).
    again: Callable[[str], Awaitable[View]]
    #: The errors whose fields are in the view, by block id.
    marked: Callable[[dict[str, Any], Any], dict[str, str]]


class FormFlow:
    """Opens forms and handles their submissions, for one kind of subscription."""

    def __init__(self, kind: SubscriptionKind, title: str, conversation: Conversation) -> None:
        self._kind, self._title, self._conversation, self._clock = kind, title, conversation, conversation.clock

    async def open(self, body: Mapping[str, Any], build: Callable[[], Awaitable[View]], *, on_top: bool = False) -> bool:
        """Opens a loading view, because the trigger expires after three seconds, and fills it later; False when it had expired.

        ``on_top``: the button is in a view, and the form opens on top of it.
        """
        opened = await self._conversation.open_view(body, build_notice_view(self._title), on_top=on_top)
        if opened:
            self._conversation.send(self._fill(opened, build), name=f"open the {self._kind} form")
        return bool(opened)

    async def _fill(self, view_id: str, build: Callable[[], Awaitable[View]]) -> None:
        await self.show(view_id, build)
        # The first search loads the cities: done now, so that a person who types need not wait.
        await asyncio.to_thread(search_zones, "utc", self._clock(), 1)

    async def handle_zones(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Offers the zones that the letters typed so far may mean."""
        typed, now = str(body.get("value") or ""), self._clock()
        searching = asyncio.ensure_future(asyncio.to_thread(search_zones, typed, now, MOST_ZONES))
        done, _ = await asyncio.wait({searching}, timeout=SEARCH_WITHIN)
        # Until the cities are loaded, only names of zones are searched.
        found = searching.result() if done else search_zones(typed, now, MOST_ZONES, with_cities=False)
        await ack(options=[option(label, zone) for zone, label in found])

    async def handle_sent(self, ack: AsyncAck, body: dict[str, Any], form: SentForm[D]) -> None:
        view = form.view
        try:
            draft = await asyncio.to_thread(form.read)
            await self._check(form, draft)
        except BadFieldsError as bad:
            if marked := form.marked(view, bad.errors):
                await ack(response_action="errors", errors=marked)
                return
            await ack(response_action="update", view=build_notice_view(self._title))
            trouble = " ".join(bad.errors.values())
            self._conversation.send(self.show(view["id"], lambda: form.again(trouble)), name="show a form again")
            return
        if await self._conversation.seen.again(workspace_of(body), f"form:{view.get('id')}:{view.get('hash')}", acknowledged=False):
            await ack(response_action="update", view=build_notice_view(self._title, SENT_ALREADY.format(kind=self._kind)))
            return
        await ack(response_action="update", view=build_notice_view(self._title, SAVING))
        self._conversation.send(self._carry_out(form, draft), name=f"save a form of the {self._kind}")

    async def _check(self, form: SentForm[D], draft: D) -> None:
        """Raises BadFieldsError when Slack answers in time that nothing can be posted in the channel; other errors come later."""
        checking = asyncio.ensure_future(form.check(draft))
        # A check that takes longer is not cancelled.
        checking.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        done, _ = await asyncio.wait({checking}, timeout=CHECK_WITHIN)
        if done and isinstance(error := checking.exception(), BadFieldsError):
            raise error

    async def _carry_out(self, form: SentForm[D], draft: D) -> None:
        async def done() -> View:
            message = await form.carry_out(draft)
            self._conversation.changed(form.context.user)
            try:
                await self._conversation.replies.privately(form.context, message)
            except UNANSWERED:
                # It is saved, and the view says so.
                logger.warning("the message about a form could not be sent", exc_info=True)
            return build_notice_view(self._title, SAVED.format(text=message.text, kind=self._kind))

        await self.show(form.view["id"], done, again=form.again)

    async def show(
        self,
        view_id: str,
        build: Callable[[], Awaitable[View]],
        *,
        title: str = "",
        again: Callable[[str], Awaitable[View]] | None = None,
    ) -> None:
        """Updates the view with what ``build`` returns, or with its error, above the entries that ``again`` shows if given."""
        await self._conversation.fill_view(view_id, build, partial(build_notice_view, title or self._title), again)


def form_context(body: dict[str, Any], asked_in: str) -> RequestContext:
    """The context of a submission: the person, and the channel where they opened the form; the view's id makes two submissions one."""
    view = body.get("view") or {}
    interaction_id = str(view.get("root_view_id") or view.get("id", ""))
    return view_context(body, channel=asked_in, is_dm=asked_in.startswith("D"), source="form", interaction_id=interaction_id)

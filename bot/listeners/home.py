"""Publishes the Home tab when a person opens it and when its contents change, never over a newer version."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import BotError
from bot.listeners.conversation import Conversation
from bot.listeners.payloads import button_context, event_context, view_context
from bot.ops.tasks import BackgroundTasks
from bot.postpost.statistics import AccountDirectory
from bot.queries.home import HomeHandler
from bot.queries.home_blocks import SETTINGS_TITLE, build_settings, read_settings
from bot.slack.builders import Block, Message, header, section
from bot.slack.interactive import View, build_notice_view
from bot.slack.limits import most
from bot.slack.request import HOME, AskedOnce, Handler, Outcome, RenderedResult, Request, RequestContext
from bot.slack.responder import CONTENT_REFUSED, refused_content
from bot.slack.web_api import UNANSWERED, failure_code, slack_error
from bot.storage.subscriptions import SubscriptionRepository
from bot.storage.workspace_settings import GroupRepository

HOME_LOADING = ":hourglass_flowing_sand: One moment, your figures are being fetched …"
_MOST_BLOCKS = most("blocks of a view")
Part = tuple[str, Message]
DIVIDER: Final[Block] = {"type": "divider"}
logger = logging.getLogger(__name__)
#: Seconds before a failed publish is retried.
_PAUSES: Final = (2.0, 10.0)
#: The most people whose tabs one process keeps up to date.
MOST: Final = 5_000
#: How long after it was opened a tab is kept up to date.
KEPT_UP_TO_DATE: Final = timedelta(hours=2)


class HomeFingerprint:
    """Computes fingerprints of Home tabs."""

    def __init__(self, digests: SubscriptionRepository, accounts: AccountDirectory, groups: GroupRepository) -> None:
        self._digests, self._accounts, self._groups = digests, accounts, groups

    async def of(self, teams: Mapping[str, str]) -> Mapping[str, Hashable]:
        """The fingerprint of each person's tab, by Slack id; ``teams`` has each person's workspace. Raises StoreError."""
        accounts = tuple((account.platform_id, account.name, account.token) for account in self._accounts.known().accounts)
        out = {team: frozenset(await self._groups.opted_out(team)) for team in {*teams.values()}}
        return {user: (accounts, out[teams[user]], states) for user, states in (await self._digests.states_of(teams)).items()}


def build_homes(parts: Sequence[Part]) -> list[View]:
    """The tab, and simpler forms for when Slack refuses the one before: without buttons in tables, without native blocks.

    Each part has a heading for a message without one. An empty part is left out; a refusal that all parts have is shown once.
    """
    shown = list({message.text: (heading, message) for heading, message in reversed(parts) if message.blocks}.values())[::-1]
    homes: list[View] = []
    for simpler in (lambda message: message.blocks, Message.plain_cells, lambda message: message.without_native().blocks):
        blocks: list[Block] = []
        for heading, message in shown:
            own = list(simpler(message))
            titled = not heading or any(block["type"] == "header" for block in own)
            blocks += [DIVIDER] if blocks and blocks[-1] != DIVIDER else []
            blocks += own if titled else [header(heading), *own]
        if (home := _home(blocks)) not in homes:
            homes.append(home)
    return homes


def build_plain_home(note: str, parts: Sequence[Part]) -> View:
    """The tab as text alone, under the note that says why."""
    texts = dict.fromkeys(heading + "\n" + message.text if heading else message.text for heading, message in parts if message.blocks)
    return _home([section(text) for text in (note, *texts)])


def _home(blocks: list[Block]) -> View:
    return {"type": "home", "blocks": blocks[:_MOST_BLOCKS]}


class HomeSection(Struct, frozen=True):
    """A section of the tab: the heading for a message without one, and its handler."""

    heading: str
    handle: Handler
    #: Whether it explains problems when nothing can be shown yet.
    is_state: bool = False


class HomeTabs(Struct, frozen=True):
    """The Home tabs that this process has published.

    Slack's documentation, "views.publish": with ``hash`` a view is replaced only if it was not replaced since.
    """

    client: AsyncWebClient
    #: Shown in this order.
    sections: Sequence[HomeSection]
    #: Answers one of them, and never raises.
    run: Callable[[Handler, Request], Coroutine[Any, Any, RenderedResult]]
    tasks: BackgroundTasks
    fingerprint: HomeFingerprint
    clock: Callable[[], datetime]
    _opened: dict[str, datetime] = {}
    _published: dict[str, Hashable] = {}
    _shown: dict[str, str] = {}
    _contexts: dict[str, RequestContext] = {}
    _latest: dict[str, int] = {}
    _publishing: dict[str, asyncio.Lock] = {}

    def open(self, context: RequestContext, shown: str) -> None:
        """Publishes the tab of a person who opened it; ``shown`` is the hash of the view they see, "" for none."""
        if len(self._contexts) >= MOST:
            self.forget(next(iter(self._contexts)))
        self._contexts[context.user] = context
        self._shown[context.user], self._opened[context.user] = shown, self.clock()
        self.tasks.start(self._publish(context), name="publish a Home tab")

    def forget(self, user: str) -> None:
        caches: tuple[dict[str, Any], ...] = (self._contexts, self._shown, self._latest, self._publishing, self._opened, self._published)
        for cache in caches:
            cache.pop(user, None)

    def changed(self, user: str) -> None:
        if context := self._contexts.get(user):
            self.tasks.start(self._publish(context), name="publish a Home tab")

    async def refresh(self) -> None:
        """Publishes the tabs again whose contents the clock, another process or PostPost has changed. Never raises."""
        now = self.clock()
        users = [user for user, opened in self._opened.items() if now - opened < KEPT_UP_TO_DATE and user in self._published]
        for user, fingerprint in (await self._read_fingerprints(users)).items():
            if self._published.get(user) != fingerprint:
                self.changed(user)

    async def _read_fingerprints(self, users: list[str]) -> Mapping[str, Hashable]:
        teams = {user: self._contexts[user].team for user in users if user in self._contexts}
        try:
            return await self.fingerprint.of(teams) if teams else {}
        except BotError as error:
            logger.info("whether Home tabs have changed is not known", extra={"error": error.sentence})
            return {}

    async def _publish(self, context: RequestContext) -> None:
        # What was asked when it was published before may have changed.
        context, user = replace(context, once=AskedOnce()), context.user
        turn = self._latest[user] = self._latest.get(user, 0) + 1
        # Read before the sections are built, so that a change in between is published again.
        self._published.update(await self._read_fingerprints([user]))
        if not self._shown.get(user):
            await self._put(user, turn, _home([section(HOME_LOADING)]))
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(self.run(section.handle, Request(text="", context=context))) for section in self.sections]
        parts = [
            (section.heading, response.message)
            for section, response in zip(self.sections, (task.result() for task in running), strict=True)
            # The state already says when there is no account yet.
            if section.is_state or response.outcome is not Outcome.SUGGESTION
        ]
        await self._put(user, turn, *build_homes(parts), plain=lambda note: build_plain_home(note, parts))

    async def _put(self, user: str, turn: int, *views: View, plain: Callable[[str], View] | None = None) -> None:
        """Publishes the first view that Slack accepts, else ``plain(note)``; nothing over a newer one of this or another process.

        After a loading view it is retried when Slack cannot be reached, so that the tab does not stay on "loading".
        """
        for pause in (*_PAUSES, 0.0) if plain else (0.0,):
            if await self._put_once(user, turn, views, plain):
                return
            await asyncio.sleep(pause)

    async def _put_once(self, user: str, turn: int, views: Sequence[View], plain: Callable[[str], View] | None) -> bool:
        """False when Slack could not be reached."""
        async with self._publishing.setdefault(user, asyncio.Lock()):
            if turn != self._latest.get(user):
                return True
            try:
                answer = await self._publish_first(user, views, plain)
            except UNANSWERED as error:
                # Another process published a newer view meanwhile.
                self._shown.pop(user, None)
                logger.info("a Home tab was not published", extra={"slack_error": failure_code(error)})
                return isinstance(error, SlackApiError)
            self._shown[user] = str(answer["view"].get("hash", ""))
            return True

    async def _publish_first(self, user: str, views: Sequence[View], plain: Callable[[str], View] | None) -> AsyncSlackResponse:
        code = ""
        for view in views:
            try:
                return await self.client.views_publish(user_id=user, view=view, hash=self._shown.get(user) or None)
            except SlackApiError as error:
                code = slack_error(error)
                if plain is None or code not in CONTENT_REFUSED:
                    raise
                logger.warning("Slack does not take a Home tab's layout", extra={"slack_error": code})
        assert plain is not None  # noqa: S101  # for the type checker: without it the refusal was raised
        view = plain(refused_content(code, "a Home tab"))
        return await self.client.views_publish(user_id=user, view=view, hash=self._shown.get(user) or None)


_notice = partial(build_notice_view, SETTINGS_TITLE)


class HomeListeners:
    """The listeners of the Home tab: it is opened, its welcome is put away, its settings are opened and saved."""

    def __init__(self, tabs: HomeTabs, handler: HomeHandler, conversation: Conversation) -> None:
        self._tabs, self._handler, self._conversation = tabs, handler, conversation

    async def handle_opened(self, ack: AsyncAck, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Publishes the tab of the person who opened it; opening the Messages tab changes nothing."""
        await ack()
        if event.get("tab") == "home":
            context = event_context(body, event, source=HOME, is_dm=True)
            self._tabs.open(context, str((event.get("view") or {}).get("hash", "")))

    async def handle_dismiss(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        self._conversation.send(self._dismiss(body), name="put the welcome away")

    async def _dismiss(self, body: dict[str, Any]) -> None:
        context = await self._conversation.placed(button_context(body))
        try:
            await self._handler.dismiss(context)
        except BotError as error:
            logger.warning("a welcome is not put away", extra={"error": error.sentence})
        self._tabs.open(replace(context, source=HOME), str((body.get("view") or {}).get("hash", "")))

    async def handle_settings(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        if opened := await self._conversation.open_view(body, _notice()):
            self._conversation.send(self._fill_settings(opened, body), name="open the settings")

    async def _fill_settings(self, view_id: str, body: dict[str, Any]) -> None:
        async def settings() -> View:
            context = await self._conversation.placed(button_context(body))
            return build_settings(await self._handler.settings(context), context.channel)

        await self._conversation.fill_view(view_id, settings, _notice)

    async def handle_saved(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        await ack(response_action="update", view=_notice())
        self._conversation.send(self._save(body, view), name="save the settings")

    async def _save(self, body: dict[str, Any], view: dict[str, Any]) -> None:
        channel = str(view.get("private_metadata") or "")
        context = view_context(body, channel=channel, is_dm=True, source=HOME, interaction_id=str(view.get("id", "")))

        async def saved() -> View:
            await self._handler.save(context, *read_settings(view))
            self._tabs.changed(context.user)
            return _notice(":white_check_mark: Saved.")

        await self._conversation.fill_view(str(view["id"]), saved, _notice)

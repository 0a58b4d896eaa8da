"""The Home tab: published when a person opens it and again when something in it changed, never over a newer version."""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blockkit.builders import Block, Message, header, section
from bot.blockkit.limits import most
from bot.errors import BotError
from bot.listeners.payloads import event_context
from bot.listeners.router import Handler
from bot.ops.tasks import BackgroundTasks
from bot.postpost.directory import AccountDirectory
from bot.slack.request import HOME, Outcome, Request, RequestContext, Response
from bot.slack.responder import CONTENT_REFUSED, refused_content
from bot.slack.web_api import UNANSWERED, failure_code, slack_error
from bot.storage.subscriptions import SubscriptionRepository

HOME_LOADING = ":hourglass_flowing_sand: One moment, your figures are being fetched …"
_MOST_BLOCKS = most("blocks of a view")
View = dict[str, Any]
Part = tuple[str, Message]
#: The headings of the tab's parts that have none of their own.
DIGESTS = "Your digests"
ALERTS = "Alerts"
GOALS = "Goals"
logger = logging.getLogger(__name__)
#: Seconds before a tab is published again that did not reach Slack.
_PAUSES: Final = (2.0, 10.0)
#: People whose tabs one process keeps up to date at most.
MOST: Final = 5_000
#: How long after it was opened a tab is kept up to date.
KEPT_UP_TO_DATE: Final = timedelta(hours=2)


class HomeFingerprint:
    """Computes fingerprints of Home tabs."""

    def __init__(self, digests: SubscriptionRepository, accounts: AccountDirectory) -> None:
        self._digests, self._accounts = digests, accounts

    async def of(self, users: Collection[str]) -> Mapping[str, Hashable]:
        """The fingerprint of each person's tab, by Slack id. Raises StoreError."""
        accounts = tuple((account.platform_id, account.name, account.token) for account in self._accounts.known().accounts)
        return {user: (accounts, states) for user, states in (await self._digests.states_of(users)).items()}


def build_loading_home() -> View:
    """What a person sees who opens the tab for the first time, until the figures are there."""
    return _home([section(HOME_LOADING)])


def build_home(start: Message, parts: Sequence[Part]) -> View:
    """The tab.

    Args:
        start: the first screen: accounts and their state, the week, examples; or why it may not be shown.
        parts: what follows, each with the heading it gets where it has none: the week of all accounts, the person's digests; or why
            that may not be shown.
    """
    blocks = list(start.without_native().blocks)
    for heading, message in parts:
        # The same refusal in every section is shown once.
        if message.text != start.text:
            blocks += [{"type": "divider"}, *_headed(heading, message)]
    return _home(blocks)


def build_plain_home(note: str, start: Message, parts: Sequence[Part]) -> View:
    """The tab as text alone, under the note that says why."""
    texts = [heading + "\n" + message.text if heading else message.text for heading, message in parts if message.text != start.text]
    return _home([section(text) for text in (note, start.text, *texts)])


def _headed(heading: str, message: Message) -> list[Block]:
    blocks = list(message.without_native().blocks)
    return blocks if not heading or any(block["type"] == "header" for block in blocks) else [header(heading), *blocks]


def _home(blocks: list[Block]) -> View:
    return {"type": "home", "blocks": blocks[:_MOST_BLOCKS]}


@dataclass(frozen=True, slots=True)
class HomeSection:
    """A part of the tab: the heading where the message has none, and what makes it."""

    heading: str
    handle: Handler


class HomeTabs:
    """The Home tabs that this process has published.

    Slack's documentation, "views.publish": with ``hash`` a view is replaced only when nobody replaced it since.
    """

    def __init__(
        self,
        *,
        client: AsyncWebClient,
        sections: Sequence[HomeSection],
        run: Callable[[Handler, Request], Coroutine[Any, Any, Response]],
        tasks: BackgroundTasks,
        fingerprint: HomeFingerprint,
        clock: Callable[[], datetime],
    ) -> None:
        """``sections`` stand below each other; the first is the tab's head. ``run`` answers one of them and never raises."""
        self._client, self._sections, self._run = client, sections, run
        self._tasks, self._fingerprint, self._clock = tasks, fingerprint, clock
        self._opened: dict[str, datetime] = {}
        self._published: dict[str, Hashable] = {}
        self._shown: dict[str, str] = {}
        self._contexts: dict[str, RequestContext] = {}
        self._latest: dict[str, int] = {}
        self._publishing: dict[str, asyncio.Lock] = {}

    def open(self, context: RequestContext, shown: str) -> None:
        """Publishes the tab of a person who opened it; ``shown`` is the hash of the view they see, "" for none."""
        if len(self._contexts) >= MOST:
            oldest = next(iter(self._contexts))
            for kept in (self._contexts, self._shown, self._latest, self._publishing, self._opened, self._published):
                kept.pop(oldest, None)
        self._contexts[context.user] = context
        self._shown[context.user], self._opened[context.user] = shown, self._clock()
        self._tasks.start(self._publish(context), name="publish a Home tab")

    def changed(self, user: str) -> None:
        """Publishes this person's tab again, if it was opened in this process."""
        if context := self._contexts.get(user):
            self._tasks.start(self._publish(context), name="publish a Home tab")

    async def refresh(self) -> None:
        """Publishes the tabs again whose contents the clock, another process or PostPost has changed. Never raises."""
        now = self._clock()
        users = [user for user, opened in self._opened.items() if now - opened < KEPT_UP_TO_DATE and user in self._published]
        for user, fingerprint in (await self._read_fingerprints(users)).items():
            if self._published.get(user) != fingerprint:
                self.changed(user)

    async def _read_fingerprints(self, users: list[str]) -> Mapping[str, Hashable]:
        try:
            return await self._fingerprint.of(users) if users else {}
        except BotError as error:
            logger.info("whether Home tabs have changed is not known", extra={"said": error.sentence})
            return {}

    async def _publish(self, context: RequestContext) -> None:
        user = context.user
        turn = self._latest[user] = self._latest.get(user, 0) + 1
        # Read before the sections are built: a change in between is published once more.
        self._published.update(await self._read_fingerprints([user]))
        if not self._shown.get(user):
            await self._put(user, turn, build_loading_home())
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(self._run(section.handle, Request(text="", context=context))) for section in self._sections]
        head, *others = [task.result() for task in running]
        parts = [
            (section.heading, response.message)
            for section, response in zip(self._sections[1:], others, strict=True)
            # The first section already says when there is no account yet.
            if response.outcome is not Outcome.SUGGESTION
        ]
        await self._put(user, turn, build_home(head.message, parts), lambda note: build_plain_home(note, head.message, parts))

    async def _put(self, user: str, turn: int, view: dict[str, Any], plain: Callable[[str], dict[str, Any]] | None = None) -> None:
        """Publishes the view, unless a newer one exists here or elsewhere; ``plain(note)`` where Slack refuses its content.

        What follows a loading view is tried again when Slack cannot be reached, so that nobody goes on reading that it loads.
        """
        for pause in (*_PAUSES, 0.0) if plain else (0.0,):
            if await self._put_once(user, turn, view, plain):
                return
            await asyncio.sleep(pause)

    async def _put_once(self, user: str, turn: int, view: dict[str, Any], plain: Callable[[str], dict[str, Any]] | None) -> bool:
        """False when Slack could not be reached."""
        async with self._publishing.setdefault(user, asyncio.Lock()):
            if turn != self._latest.get(user):
                return True
            try:
                try:
                    answer = await self._client.views_publish(user_id=user, view=view, hash=self._shown.get(user) or None)
                except SlackApiError as error:
                    if plain is None or slack_error(error) not in CONTENT_REFUSED:
                        raise
                    simple = plain(refused_content(slack_error(error), "a Home tab"))
                    answer = await self._client.views_publish(user_id=user, view=simple, hash=self._shown.get(user) or None)
            except UNANSWERED as error:
                # Another process published meanwhile: what it shows is newer than what this one knew when it began.
                self._shown.pop(user, None)
                logger.info("a Home tab was not published", extra={"slack_error": failure_code(error)})
                return isinstance(error, SlackApiError)
            self._shown[user] = str(answer["view"].get("hash", ""))
            return True


class HomeListeners:
    """The listener for `app_home_opened`."""

    def __init__(self, tabs: HomeTabs) -> None:
        self._tabs = tabs

    async def handle_opened(self, ack: AsyncAck, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Publishes the tab of the person who opened it; opening the Messages tab changes nothing."""
        await ack()
        if event.get("tab") == "home":
            context = event_context(body, event, source=HOME, is_dm=True)
            self._tabs.open(context, str((event.get("view") or {}).get("hash", "")))

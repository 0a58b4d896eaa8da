"""Sends events to the app: only those subscribed to, again until they are acknowledged; makes events from messages.

Slack's documentation, "Events API": three retries, the headers or fields that name them, and `event_id`.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any

from bot.sandbox.slack.bounds import Bounds
from bot.sandbox.slack.delivery import AppLink, AppReply, AppRequest
from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.installation import SlackInstallation
from bot.sandbox.slack.links import links_of, posted_links
from bot.sandbox.slack.manifest import AppManifest
from bot.sandbox.slack.messages import SlackMessage
from bot.sandbox.slack.notation import links_in
from bot.sandbox.slack.payloads import changed_event, deleted_event, event_envelope, mention_event, message_event
from bot.sandbox.slack.people import BOT_USER_ID, Channel
from bot.sandbox.slack.scopes import EVENT_SCOPES
from bot.sandbox.slack.workspace import Workspace

Json = Mapping[str, Any]
REASONS = {"operation_timeout": "http_timeout", "connection_failed": "connection_failed", "dispatch_failed": "http_error"}
"""Why an event comes again, over HTTP; over Socket Mode the reason is `timeout`."""


class Events:
    """The events that the app is sent; each delivery is a task whose result is the first attempt's acknowledgement."""

    def __init__(
        self,
        *,
        link: AppLink,
        workspace: Workspace,
        manifest: AppManifest,
        installation: SlackInstallation,
        ids: Ids,
        clock: Callable[[], datetime],
        bounds: Bounds,
    ) -> None:
        self._link = link
        self._workspace = workspace
        self._manifest = manifest
        self._installation = installation
        self._ids = ids
        self._clock = clock
        self._bounds = bounds
        self._running: set[asyncio.Task[Any]] = set()
        self._of_message: dict[tuple[str, str], list[asyncio.Task[AppReply]]] = {}
        self.sent: list[Json] = []
        """Every event's wrapper, once each, in order; redeliveries are not repeated here."""

    def wanted(self, name: str) -> bool:
        """Whether the app subscribed to an event and holds a scope for it."""
        scopes = EVENT_SCOPES.get(name)
        if name not in self._manifest.events or scopes is None:
            return False
        return not scopes or bool(self._installation.scopes.intersection(scopes))

    def send(self, event: Json, *, shared: bool = False) -> asyncio.Task[AppReply]:
        """Send an event, and send it again until it is acknowledged or the retries are used up."""
        envelope = event_envelope(
            token=self._installation.verification_token, event_id=self._ids.code("Ev"), event=event, now=self._clock(), shared=shared
        )
        self.sent.append(envelope)
        return self._start(self._deliver(envelope))

    async def redeliver(self, envelope: Json, *, new_id: bool = False) -> AppReply:
        """Send an event a second time though it was acknowledged, as Slack sometimes does.

        With `new_id` the copy bears another `event_id`, which has been seen too.
        """
        again = {**envelope, "event_id": self._ids.code("Ev")} if new_id else envelope
        return await self._attempt(again, 0 if new_id else 1, "" if new_id else "http_timeout")

    async def _deliver(self, envelope: Json) -> AppReply:
        reply = await self._attempt(envelope, 0, "")
        if not reply.ok and not reply.no_retry:
            self._start(self._retry(envelope, reply))
        return reply

    async def _retry(self, envelope: Json, reply: AppReply) -> AppReply:
        for number, wait in enumerate(self._bounds.event_retries, start=1):
            await asyncio.sleep(wait)
            reason = REASONS.get(reply.error, "unknown_error") if self._link.mode == "http" else "timeout"
            reply = await self._attempt(envelope, number, reason)
            if reply.ok or reply.no_retry:
                break
        return reply

    async def _attempt(self, envelope: Json, retry: int, reason: str) -> AppReply:
        title = f"event {envelope['event']['type']}"
        return await self._link.ask(AppRequest("events_api", envelope, title, retry, reason))

    def _start(self, work: Coroutine[Any, Any, AppReply]) -> asyncio.Task[AppReply]:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def of_message(self, message: SlackMessage) -> list[asyncio.Task[AppReply]]:
        """The deliveries that a message set off."""
        return self._of_message.get((message.channel, message.ts), [])

    def on_message(self, what: str, message: SlackMessage) -> None:
        """Turn a message that was `posted`, `changed` or `deleted` into the events it means for the app."""
        channel = self._workspace.channels[message.channel]
        if not self._installation.installed:
            return
        events = self._posted(message, channel) if what == "posted" else self._later(what, message, channel)
        events = events if BOT_USER_ID in channel.members else []
        events += self._shared_links(message, channel) if what == "posted" else []
        tasks = [self.send(event, shared=channel.is_shared) for event in events]
        if tasks:
            self._of_message[message.channel, message.ts] = tasks

    def _posted(self, message: SlackMessage, channel: Channel) -> list[Json]:
        found: list[Json] = []
        addressed = not message.by_bot and f"<@{BOT_USER_ID}" in message.content.text
        if addressed and channel.kind != "im" and self.wanted("app_mention"):
            found.append(mention_event(message))
        if self.wanted(f"message.{channel.scope_family}"):
            found.append(message_event(message, channel))
        return found

    def _shared_links(self, message: SlackMessage, channel: Channel) -> list[Json]:
        """`link_shared`: for every public channel, and for the others where the bot is a member; never for the app's own messages."""
        member = BOT_USER_ID in channel.members
        wanted = self.wanted("link_shared") and (member or channel.kind == "public") and not message.by_bot
        links = links_of(links_in(message.content.text), self._manifest.unfurl_domains) if wanted else []
        return [posted_links(message, links, member=member)] if links else []

    def _later(self, what: str, message: SlackMessage, channel: Channel) -> list[Json]:
        if not self.wanted(f"message.{channel.scope_family}"):
            return []
        stamp = self._workspace.stamps.next()
        return [(changed_event if what == "changed" else deleted_event)(message, channel, stamp)]

    async def close(self) -> None:
        """Cancels every delivery that has not ended."""
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

"""A person in Slack for tests: what they do, the app's acknowledgement, and what they see afterwards."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.acts import Acknowledgement
from bot.sandbox.slack.clicking import Clicking, element_in, in_overflow
from bot.sandbox.slack.entering import elements, entered, option_of
from bot.sandbox.slack.modals import Modals
from bot.sandbox.slack.parts import SlackParts
from bot.sandbox.slack.people import BOT_USER_ID
from bot.sandbox.slack.refusals import PersonRefusalError
from bot.sandbox.slack.stream import Happening
from bot.sandbox.slack.talking import Talking

Json = Mapping[str, Any]
UNACKNOWLEDGED = Acknowledgement(ok=True, status=200, ms=0.0, body=None)


@dataclass(frozen=True, slots=True)
class PersonAction:
    """Something a person did, with its acknowledgement and what they saw afterwards."""

    acknowledgement: Acknowledgement
    parts: SlackParts
    user: str
    since: int
    """The stream's number just before."""
    ts: str = ""
    """Of the message they wrote; empty when they wrote none."""
    channel: str = ""
    """Where it was done, by id."""

    @property
    def ok(self) -> bool:
        """Whether the app acknowledged it."""
        return self.acknowledgement.ok

    @property
    def status(self) -> int:
        """The HTTP status of the acknowledgement."""
        return self.acknowledgement.status

    @property
    def ms(self) -> float:
        """Milliseconds until the acknowledgement."""
        return self.acknowledgement.ms

    @property
    def body(self) -> Any:
        """The body of the acknowledgement."""
        return self.acknowledgement.body

    @property
    def error(self) -> str:
        """Why it was not acknowledged; empty when it was."""
        return self.acknowledgement.error

    def seen(self) -> list[dict[str, Any]]:
        """The app's messages this person saw since, new and changed, each once as it is now, in order of appearance."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for one in self.parts.stream.since(self.since):
            if self._answers(one):
                message = one.data["message"]
                found[message["channel"], message["ts"]] = message
        return list(found.values())

    def _answers(self, one: Happening) -> bool:
        mine = self.acknowledgement.hook
        other = one.hook is not None and mine is not None and one.hook != mine
        shown = one.type == "message" and one.seen_by(self.user) and not one.echo and not other
        return shown and one.data["message"]["user"] == BOT_USER_ID

    async def answers(self, n: int = 1, timeout: float = 5.0) -> list[dict[str, Any]]:  # noqa: ASYNC109 - a test says how long it waits
        """The first messages seen since, once there are `n`.

        Raises:
            TimeoutError: fewer came within `timeout` seconds; it tells which.
        """
        try:
            async with asyncio.timeout(timeout):
                while len(self.seen()) < n:
                    await self.parts.stream.changed()
        except TimeoutError:
            came = [message["text"] for message in self.seen()]
            raise TimeoutError(f"{n} messages awaited, {len(came)} came within {timeout} s: {came}") from None
        return self.seen()

    async def answer(self, timeout: float = 5.0) -> dict[str, Any]:  # noqa: ASYNC109 - the same
        """The first message seen since; see `answers`."""
        return (await self.answers(1, timeout))[0]

    async def view(self, timeout: float = 5.0, *, kind: str = "") -> dict[str, Any]:  # noqa: ASYNC109 - the same
        """The last view (of this `kind`: "modal", "home") opened, updated or published before this person since; waits for the first.

        Raises:
            TimeoutError: none came within `timeout` seconds.
        """
        async with asyncio.timeout(timeout):
            while not (views := [one for one in self._views() if kind in ("", one["type"])]):
                await self.parts.stream.changed()
        return views[-1]

    def _views(self) -> list[dict[str, Any]]:
        kinds = {"view_opened", "view_updated", "home"}
        every = self.parts.stream.since(self.since)
        return [one.data["view"] for one in every if one.type in kinds and one.seen_by(self.user)]


class PersonAtWork:
    """One person of the workspace; it uses the same code as the page's clicks."""

    def __init__(self, parts: SlackParts, talking: Talking, clicking: Clicking, modals: Modals, name: str) -> None:
        self._parts = parts
        self._talking = talking
        self._clicking = clicking
        self._modals = modals
        self.id = talking.person(name).id

    def _interaction(self, outcome: Acknowledgement, since: int, channel: str = "", ts: str = "") -> PersonAction:
        return PersonAction(outcome, self._parts, self.id, since, ts, channel)

    def _channel(self, name: str) -> str:
        return self._talking.place(self._talking.person(self.id), name).id

    async def command(self, text: str = "", *, channel: str = "#marketing", command: str | None = None) -> PersonAction:
        """A slash command; without a name the manifest's first."""
        since, name = self._parts.stream.seq, command or next(iter(self._parts.manifest.commands))
        outcome = await self._talking.command(self.id, channel, name, text)
        return self._interaction(outcome, since, self._channel(channel))

    async def say(self, text: str, *, channel: str = "dm", thread_ts: str | None = None) -> PersonAction:
        """A message, by itself in the direct messages with the bot; returns when the app acknowledged its events."""
        since = self._parts.stream.seq
        message = self._talking.message(self.id, channel, text, thread_ts)
        replies = await asyncio.gather(*self._parts.events.of_message(message))
        first = next((reply for reply in replies if not reply.ok), replies[0] if replies else None)
        outcome = self._talking.outcome(first) if first else UNACKNOWLEDGED
        return self._interaction(outcome, since, message.channel, message.ts)

    async def forward(self, message: Json, text: str = "", *, channel: str = "dm", thread_ts: str | None = None) -> PersonAction:
        """Forward a message that is in the workspace, with or without words of one's own."""
        since = self._parts.stream.seq
        original = self._parts.workspace.find(message["channel"], message["ts"])
        sent = self._talking.message(self.id, channel, text, thread_ts, original)
        replies = await asyncio.gather(*self._parts.events.of_message(sent))
        outcome = self._talking.outcome(replies[0]) if replies else UNACKNOWLEDGED
        return self._interaction(outcome, since, sent.channel, sent.ts)

    async def draft(self, text: str) -> PersonAction:
        """Type a message without sending it."""
        since = self._parts.stream.seq
        return self._interaction(await self._talking.draft(self.id, text) or UNACKNOWLEDGED, since)

    async def mention(self, text: str, *, channel: str = "#marketing", thread_ts: str | None = None) -> PersonAction:
        """A message that begins with a mention of the bot."""
        return await self.say(f"<@{BOT_USER_ID}> {text}", channel=channel, thread_ts=thread_ts)

    async def press(self, where: Json, which: str, *, filled: Json | None = None, **chosen: Any) -> PersonAction:
        """Press or choose, by `action_id` or label, in a message or a view; `chosen` is what an action brings along.

        An option of an overflow menu is pressed like a button, by its label or the first word of its value. `option="…"` chooses one of
        another menu by its value or label; `filled` is what was entered in the view before, as in `submit_view`.
        """
        since, container = self._parts.stream.seq, self._container(where)
        blocks = self._blocks(where)
        action = in_overflow(blocks, which) or self._action(blocks, which)
        if "option" in chosen:
            chosen["selected_option"] = option_of(action, chosen.pop("option"))
        values = await self._entered(where, filled) if filled else None
        outcome = await self._clicking.action(self.id, container, {**action, **chosen}, values)
        return self._interaction(outcome, since, str(where.get("channel", "")))

    def _container(self, where: Json) -> dict[str, Any]:
        if "ts" in where:
            return {"type": "message", "channel": where["channel"], "message_ts": where["ts"]}
        return {"type": "home" if where.get("type") == "home" else "view", "view_id": where["id"]}

    def _blocks(self, where: Json) -> Any:
        message = self._parts.workspace.find(where["channel"], where["ts"]) if "ts" in where else None
        view = self._parts.views.find(where["id"]) if "id" in where else None
        if message:
            previews = [block for unfurl in (message.unfurls or {}).values() for block in unfurl["blocks"]]
            return [*message.content.blocks, *previews]
        return view.body["blocks"] if view else where.get("blocks", ())

    @staticmethod
    def _action(blocks: Any, which: str) -> dict[str, Any]:
        try:
            return element_in(blocks, {"action_id": which})
        except PersonRefusalError:
            return element_in(blocks, {"label": which})

    async def submit_view(self, view: Json, values: Json | None = None) -> PersonAction:
        """Submits a modal with entries by `block_id` or `action_id`; an option by its value or label.

        What is entered in an external select is typed there first, and chosen among what the app offers for it.
        """
        since = self._parts.stream.seq
        outcome = await self._modals.submit(self.id, view["id"], await self._entered(view, values or {}))
        return self._interaction(outcome, since)

    async def _entered(self, view: Json, values: Json) -> dict[str, Any]:
        chosen = dict(values)
        for block_id, element in elements(view["blocks"]):
            name = block_id if block_id in chosen else element["action_id"]
            if element["type"] == "external_select" and isinstance(typed := chosen.get(name), str):
                offered = (await self.options(view, element["action_id"], typed)).body or {}
                chosen[name] = option_of(offered, typed)
        return entered(view["blocks"], chosen)

    async def close_view(self, view: Json) -> PersonAction:
        """Close a modal."""
        since = self._parts.stream.seq
        return self._interaction(await self._modals.close(self.id, view["id"]), since)

    async def open_home(self) -> PersonAction:
        """Open the app's Home tab."""
        since = self._parts.stream.seq
        self._clicking.home(self.id)
        return self._interaction(UNACKNOWLEDGED, since)

    async def open_entity(self, message: Any, url: str) -> PersonAction:
        """Open the Work Object of a link in a message; `pane` has what the app fills in."""
        since = self._parts.stream.seq
        await self._clicking.entity(self.id, message.channel, message.ts, url)
        return self._interaction(UNACKNOWLEDGED, since)

    @property
    def pane(self) -> Mapping[str, Any]:
        """What this person's pane shows: `metadata` or `error`; empty until the app fills it."""
        return self._parts.entities.panes.get(self.id, {})

    async def shortcut(self, callback_id: str, message: Json | None = None) -> PersonAction:
        """A global shortcut, or with a message the one in its menu."""
        since, where = self._parts.stream.seq, message or {}
        outcome = await self._clicking.shortcut(self.id, callback_id, where.get("channel", ""), where.get("ts", ""))
        return self._interaction(outcome, since)

    async def options(self, where: Json, which: str, typed: str) -> PersonAction:
        """What an external select offers for what was typed: `body`."""
        since = self._parts.stream.seq
        action = self._action(self._blocks(where), which)
        return self._interaction(await self._clicking.options(self.id, self._container(where), action, typed), since)

    def sees(self, channel: str, thread_ts: str | None = None) -> list[dict[str, Any]]:
        """The messages this person sees in a channel or thread, oldest first."""
        return self._parts.workspace.page_messages(self.id, self._channel(channel), thread_ts)

"""Slash commands and messages of people, mentions among them."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack.acts import Acknowledgement, Acts
from bot.sandbox.slack.delivery import AppReply
from bot.sandbox.slack.hooks import Hook
from bot.sandbox.slack.links import Drafted, drafted_links, links_of
from bot.sandbox.slack.messages import Content, SlackMessage
from bot.sandbox.slack.notation import Piece, Reader, escaped, links_in, notated
from bot.sandbox.slack.parts import SlackParts
from bot.sandbox.slack.payloads import command_payload
from bot.sandbox.slack.people import BOT_USER_ID, TEAM_DOMAIN, TEAM_ID, SlackPerson
from bot.sandbox.slack.refusals import PersonRefusalError, SlackRefusalError
from bot.sandbox.slack.typed import rich_text


class Talking(Acts):
    """Commands and messages."""

    def __init__(self, parts: SlackParts) -> None:
        super().__init__(parts)
        names = {person.name: person.id for person in parts.workspace.people.values()}
        self._reader = Reader({**names, parts.manifest.bot_name: BOT_USER_ID}, self._channel_id)

    def _channel_id(self, name: str) -> str | None:
        channel = self.parts.workspace.channel(name)
        return channel.id if channel else None

    async def command(self, user: str, channel: str, command: str, text: str) -> Acknowledgement:
        """Sends a slash command; shows the acknowledgement's message at once.

        Raises:
            PersonRefusalError: `unknown_command`, or nobody and nowhere by that name.
        """
        person = self.person(user)
        place, known = self.place(person, channel), self.parts.manifest.commands.get(command)
        if known is None:
            commands = ", ".join(sorted(self.parts.manifest.commands)) or "no commands"
            raise PersonRefusalError("unknown_command", f"{command} is not a valid command. The app has {commands}.")
        if place.is_archived:
            raise PersonRefusalError("is_archived", f"#{place.name} is archived: nothing can be sent there.")
        hook = self.parts.hooks.issue(place.id, person.id)
        payload = command_payload(
            token=self.token,
            person=person,
            channel=place,
            command=command,
            text=notated(list(self._reader.pieces(text)), self._with_name) if known.should_escape else escaped(text),
            response_url=self.hook_url(hook),
            trigger_id=self.parts.triggers.issue(person.id),
        )
        reply = await self.ask("slash_commands", payload, f"command {command}")
        return self._applied(reply, hook)

    def _with_name(self, piece: Piece) -> str:
        if piece.kind == "user":
            return f"|{self.parts.workspace.people[piece.target].name}"
        return f"|{self.parts.workspace.channels[piece.target].name}"

    def _applied(self, reply: AppReply, hook: Hook) -> Acknowledgement:
        payload: Mapping[str, Any] = {"text": reply.body} if isinstance(reply.body, str) else reply.body or {}
        if reply.ok and any(payload.get(name) for name in ("text", "blocks", "attachments")):
            try:
                self.parts.hooks.apply(hook, payload, "ack")
            except SlackRefusalError as refusal:
                return self.outcome(reply, hook, refusal)
        return self.outcome(reply, hook)

    def message(
        self, user: str, channel: str, text: str, thread_ts: str | None = None, forwarded: SlackMessage | None = None
    ) -> SlackMessage:
        """A message, perhaps with another one `forwarded`; returns when its events are being sent to the app.

        Raises:
            PersonRefusalError: it is empty, the channel is archived or the thread is not there.
        """
        person = self.person(user)
        place = self.place(person, channel)
        if not text.strip() and forwarded is None:
            raise PersonRefusalError("no_text", "An empty message can't be sent. Type something.")
        if place.is_archived:
            raise PersonRefusalError("is_archived", f"#{place.name} is archived: nothing can be sent there.")
        if place.kind == "im" and self.parts.manifest.messages_read_only:
            raise PersonRefusalError("messages_tab_read_only", "The app takes no messages here.")
        if place.id != "" and person.id not in place.members:
            self.parts.workspace.change(place, members=place.members | {person.id})
        beside = (self._forwarded(forwarded),) if forwarded else ()
        return self._post(person, place.id, text, self._thread(place.id, thread_ts), beside)

    def of_another_app(self, channel: str, content: Content, thread_ts: str | None = None) -> SlackMessage:
        """A message that another app of the workspace posts."""
        place = self.parts.workspace.channel(channel)
        if place is None:
            raise PersonRefusalError("channel_not_found", f"There is no channel {channel!r}.", status=404)
        thread = self._thread(place.id, thread_ts)
        return self.parts.posting.post(
            place.id, content, user="U0OTHERAPP", thread_ts=thread, subtype="bot_message", username="Other App", other_app="B0OTHERAPP"
        )

    def _forwarded(self, message: SlackMessage) -> dict[str, Any]:
        """What Slack's client attaches when a message is forwarded (Slack's documentation: "message" events, `is_share`)."""
        author = self.parts.workspace.people.get(message.user)
        team = f"https://{TEAM_DOMAIN}.slack.com"
        link = f"{team}/archives/{message.channel}/p{message.ts.replace('.', '')}"
        inside = {"blocks": list(message.content.blocks)}
        return {
            "id": 1,
            "ts": message.ts,
            "author_id": message.user,
            "author_name": author.real_name if author else message.username or "",
            "author_link": f"{team}/team/{message.user}",
            "channel_id": message.channel,
            "channel_team": TEAM_ID,
            "is_msg_unfurl": True,
            "is_share": True,
            "message_blocks": [{"team": TEAM_ID, "channel": message.channel, "ts": message.ts, "message": inside}],
            "fallback": f"[{message.ts}] {message.content.text}",
            "attachments": list(message.content.attachments),
            "text": message.content.text,
            "from_url": link,
            "original_url": link,
            "mrkdwn_in": ["text"],
            "footer": "Posted in a conversation",
        }

    async def draft(self, user: str, text: str) -> Acknowledgement | None:
        """Type into the composer without sending: the app is told of links on its domains; None when there are none, or it does not."""
        person, events = self.person(user), self.parts.events
        urls = links_in(notated(list(self._reader.pieces(text)), self._label))
        links = links_of(urls, self.parts.manifest.unfurl_domains)
        if not links or not events.wanted("link_shared"):
            return None
        drafted = Drafted(f"{person.id}-{self.parts.ids.uuid()}", person.id, tuple(urls))
        self.parts.drafts[drafted.unfurl_id] = drafted
        return self.outcome(await events.send(drafted_links(drafted, links, self.parts.workspace.stamps.next())))

    def _thread(self, channel: str, thread_ts: str | None) -> str | None:
        if not thread_ts:
            return None
        parent = self.parts.workspace.find(channel, thread_ts)
        if parent is None or parent.ephemeral_to:
            raise PersonRefusalError("thread_not_found", "There is no message here that could be replied to.", status=404)
        return parent.thread_ts or parent.ts

    def _post(
        self, person: SlackPerson, channel: str, text: str, thread_ts: str | None, beside: tuple[dict[str, Any], ...] = ()
    ) -> SlackMessage:
        parts = list(self._reader.pieces(text))
        blocks = (rich_text(parts, self.parts.ids.short()),) if text.strip() else ()
        content = Content(notated(parts, self._label), blocks, beside)
        return self.parts.posting.post(channel, content, user=person.id, thread_ts=thread_ts, client_msg_id=self.parts.ids.uuid())

    def _label(self, piece: Piece) -> str:
        return "" if piece.kind == "user" else self._with_name(piece)

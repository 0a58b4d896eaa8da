"""The workspace's people, channels and messages, and who sees which."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.sandbox.slack.ids import Stamps
from bot.sandbox.slack.messages import SlackMessage
from bot.sandbox.slack.people import BOT_USER_ID, Channel, SlackPerson, Team
from bot.sandbox.slack.stream import Stream


class Workspace:
    """People, channels and messages; every change is an event of the stream."""

    def __init__(self, clock: Callable[[], datetime], stream: Stream, bot_name: str, team: Team) -> None:
        self.clock = clock
        self.people = team.everybody(bot_name)
        self.channels = team.conversations()
        self.stamps = Stamps(clock)
        self._stream = stream
        self._messages: dict[str, dict[str, SlackMessage]] = {channel: {} for channel in self.channels}
        self._numbers: dict[tuple[str, str], int] = {}
        self._read: dict[tuple[str, str], str] = {}

    def person(self, name: str) -> SlackPerson | None:
        """The person with this id or handle (with or without `@`), or None."""
        bare = name.removeprefix("@")
        return self.people.get(bare) or next((one for one in self.people.values() if one.name == bare), None)

    def channel(self, name: str) -> Channel | None:
        """The channel with this id or name (with or without `#`), or None."""
        bare = name.removeprefix("#")
        return self.channels.get(bare) or next((one for one in self.channels.values() if bare and one.name == bare), None)

    def direct(self, user: str, other: str = BOT_USER_ID) -> Channel | None:
        """The direct conversation of two people, or None."""
        pair = frozenset({user, other})
        return next((one for one in self.channels.values() if one.kind == "im" and one.members == pair), None)

    def open_direct(self, user: str) -> Channel:
        """The bot's direct conversation with a person, opened if there is none."""
        return self.direct(user) or self._add(Channel(f"D0{user[2:]}", "", "im", frozenset({user, BOT_USER_ID})))

    def change(self, channel: Channel, **fields: Any) -> Channel:
        """Changes some fields of a channel and sends the change to those who see it. Returns the channel."""
        return self._add(replace(channel, **fields))

    def _add(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        self._messages.setdefault(channel.id, {})
        self._stream.add("channel", {"channel": self.channel_as_page(channel, "")}, self.viewers(channel))
        return channel

    def viewers(self, channel: Channel) -> frozenset[str]:
        """Who sees the channel: its members and, when it is public, every member of the team who is no guest."""
        if channel.kind != "public":
            return channel.members
        staff = (one.id for one in self.people.values() if not (one.is_guest or one.is_stranger))
        return channel.members | frozenset(staff)

    def put(self, message: SlackMessage) -> SlackMessage:
        """Stores a message, new or changed, and adds the event for those who see it."""
        self._messages[message.channel][message.ts] = message
        self._tell(message)
        parent = self.find(message.channel, message.thread_ts) if message.is_reply and message.thread_ts else None
        if parent is not None and message.ephemeral_to is None:
            parent = self._messages[parent.channel][parent.ts] = replace(parent, thread_ts=parent.ts)
            self._tell(parent, echo=True)
        return message

    def _tell(self, message: SlackMessage, *, echo: bool = False) -> None:
        page = self.message_as_page(message)
        seq = self._stream.add("message", {"message": page}, self.audience(message), message.hook, echo=echo)
        page["seq"] = self._numbers[message.channel, message.ts] = seq

    def remove(self, message: SlackMessage) -> None:
        """Deletes a message, and adds the event for those who saw it."""
        self._messages[message.channel].pop(message.ts, None)
        self._stream.add("message_deleted", {"channel": message.channel, "ts": message.ts}, self.audience(message))

    def audience(self, message: SlackMessage) -> frozenset[str]:
        """Who sees the message."""
        if message.ephemeral_to is not None:
            return frozenset({message.ephemeral_to})
        return self.viewers(self.channels[message.channel])

    def find(self, channel: str, ts: str) -> SlackMessage | None:
        """The message with this `ts`, ephemeral ones included, or None."""
        return self._messages.get(channel, {}).get(ts)

    def history(self, channel: str) -> list[SlackMessage]:
        """The channel's messages that everyone in it sees, oldest first, replies included."""
        return [message for message in self._messages[channel].values() if message.ephemeral_to is None]

    def everything(self) -> list[SlackMessage]:
        """Every message that everyone in its channel sees."""
        return [message for channel in self._messages for message in self.history(channel)]

    def thread(self, channel: str, ts: str) -> list[SlackMessage]:
        """A message and its replies, oldest first."""
        return [one for one in self.history(channel) if ts in {one.ts, one.thread_ts}]

    def latest_through(self, hook: str) -> SlackMessage | None:
        """The last message that came through a `response_url`, or None."""
        every = (one for kept in self._messages.values() for one in kept.values() if one.hook == hook)
        return max(every, key=lambda one: one.ts, default=None)

    def page_messages(self, user: str, channel: str, thread_ts: str | None) -> list[dict[str, Any]]:
        """What a person sees in a channel, or in one thread of it, oldest first; it counts as read."""
        seen = [one for one in self._messages[channel].values() if one.ephemeral_to in {None, user}]
        wanted = [one for one in seen if (thread_ts in {one.ts, one.thread_ts} if thread_ts else not one.is_reply)]
        self._read[user, channel] = max((one.ts for one in seen), default="")
        return [self.message_as_page(one) for one in sorted(wanted, key=lambda one: one.ts)]

    def message_as_page(self, message: SlackMessage) -> dict[str, Any]:
        """The message as the page draws it."""
        author = self.people.get(message.user)
        page = message.as_slack(with_metadata=True) | {
            "channel": message.channel,
            "username": message.username or (author.real_name if author else message.user),
            "seq": self._numbers.get((message.channel, message.ts), 0),
            "reply_count": self.replies(message),
        }
        return page | ({"ephemeral": True} if message.ephemeral_to else {}) | ({"unfurls": message.unfurls} if message.unfurls else {})

    def replies(self, message: SlackMessage) -> int:
        """How many replies stand below the message."""
        if message.is_reply or message.thread_ts is None:
            return 0
        return len(self.thread(message.channel, message.ts)) - 1

    def channel_as_page(self, channel: Channel, user: str) -> dict[str, Any]:
        """The channel as the page's list has it; `unread` counts for this person."""
        name = self.people[BOT_USER_ID].real_name if channel.kind == "im" else channel.name
        return {
            "id": channel.id,
            "name": name,
            "kind": channel.kind,
            "is_member": BOT_USER_ID in channel.members,
            "is_archived": channel.is_archived,
            "is_shared": channel.is_shared,
            "topic": channel.topic,
            "unread": self._unread(channel.id, user),
        }

    def _unread(self, channel: str, user: str) -> int:
        read = self._read.get((user, channel), "")
        fresh: Iterable[SlackMessage] = (one for one in self._messages[channel].values() if one.ts > read and one.user != user)
        return sum(1 for one in fresh if one.ephemeral_to in {None, user})

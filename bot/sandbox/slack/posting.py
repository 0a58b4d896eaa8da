"""Posts, changes and deletes messages of people and of the app, and records the app's for tests."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.sandbox.slack.messages import Content, SlackMessage
from bot.sandbox.slack.oracle import Accepted
from bot.sandbox.slack.people import BOT_USER_ID
from bot.sandbox.slack.workspace import Workspace

Announce = Callable[[str, SlackMessage], None]
"""Called with `posted`, `changed` or `deleted` and the message, for the events that follow."""


class Posting:
    """The only place where messages are made, changed and deleted."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.accepted: list[Accepted] = []
        self.announce: list[Announce] = []

    def post(
        self,
        channel: str,
        content: Content,
        *,
        user: str = BOT_USER_ID,
        via: str = "",
        payload: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> SlackMessage:
        """A new message; `fields` are the other fields of `SlackMessage`.

        `via` and `payload` are noted when the app wrote it.
        """
        message = SlackMessage(self._workspace.stamps.next(), channel, user, content, **fields)
        self._workspace.put(message)
        if via:
            self.note("ephemeral" if message.ephemeral_to else "message", via, message, payload or {})
        if not message.ephemeral_to:
            self._announce("posted", message)
        return message

    def update(
        self, message: SlackMessage, content: Content, *, via: str, payload: Mapping[str, Any], hook: str | None = None
    ) -> SlackMessage:
        """The message with new content; it keeps its metadata when the change names none."""
        metadata = content.metadata if content.metadata is not None else message.content.metadata
        content, stamp = replace(content, metadata=metadata), self._workspace.stamps.next()
        edited = replace(message, content=content, edited=stamp, hook=hook)
        self._workspace.put(edited)
        self.note("update", via, edited, payload)
        if not edited.ephemeral_to:
            self._announce("changed", edited)
        return edited

    def delete(self, message: SlackMessage, *, via: str, payload: Mapping[str, Any]) -> None:
        """Deletes the message."""
        self._workspace.remove(message)
        self.note("delete", via, message, payload)
        if not message.ephemeral_to:
            self._announce("deleted", message)

    def note(self, kind: str, via: str, message: SlackMessage, payload: Mapping[str, Any]) -> None:
        """Records that Slack accepted something about a message."""
        content = message.content
        self.accepted.append(
            Accepted(
                n=len(self.accepted) + 1,
                at=self._workspace.clock(),
                kind=kind,
                via=via,
                channel=message.channel,
                ts=message.ts,
                user=message.ephemeral_to or "",
                text=content.text,
                blocks=content.blocks,
                metadata=content.metadata,
                thread_ts=message.thread_ts,
                payload=payload,
                files=message.files,
            )
        )

    def note_view(self, kind: str, via: str, view: Mapping[str, Any], user: str) -> None:
        """Records that Slack accepted a view."""
        self.accepted.append(
            Accepted(
                n=len(self.accepted) + 1,
                at=self._workspace.clock(),
                kind=kind,
                via=via,
                channel="",
                ts=view["id"],
                user=user,
                text="",
                blocks=tuple(view["blocks"]),
                metadata=None,
                thread_ts=None,
                payload=view,
            )
        )

    def _announce(self, what: str, message: SlackMessage) -> None:
        for announce in self.announce:
            announce(what, message)

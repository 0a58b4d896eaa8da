"""Messages as values, as JSON for Slack's history and for the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.people import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Content:
    """A message's content, without channel and author; already checked against Slack's limits."""

    text: str = ""
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    metadata: Json | None = None


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """One message in one conversation."""

    ts: str
    channel: str
    user: str
    content: Content
    thread_ts: str | None = None
    edited: str | None = None
    """When it was changed, as a `ts`; None when never."""
    ephemeral_to: str | None = None
    """The only person who sees it; None when everyone in the channel does."""
    files: tuple[Json, ...] = ()
    reactions: tuple[str, ...] = ()
    username: str | None = None
    subtype: str | None = None
    client_msg_id: str | None = None
    hook: str | None = None
    """The `response_url` it came through, by its name; None when it was posted otherwise."""
    unfurls: Json | None = None
    other_app: str | None = None
    """The bot id of another app that wrote it; None when a person or the app did."""

    @property
    def is_reply(self) -> bool:
        """Whether it is a reply in a thread."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def by_bot(self) -> bool:
        """Whether the app wrote it."""
        return self.user == BOT_USER_ID

    def as_slack(self, *, with_metadata: bool = False) -> dict[str, Any]:
        """The message as `conversations.history` and message events carry it."""
        body: dict[str, Any] = {"type": "message", "user": self.user, "ts": self.ts, "text": self.content.text}
        body |= {"team": TEAM_ID, **self._optional()}
        if self.by_bot:
            body |= {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": bot_profile()}
        if self.other_app:
            body |= {"bot_id": self.other_app, "app_id": f"A{self.other_app[1:]}"}
        if with_metadata and self.content.metadata is not None:
            body["metadata"] = self.content.metadata
        return body

    def _optional(self) -> dict[str, Any]:
        optional = {
            "blocks": list(self.content.blocks),
            "attachments": list(self.content.attachments),
            "thread_ts": self.thread_ts,
            "edited": {"user": self.user, "ts": self.edited} if self.edited else None,
            "files": list(self.files),
            "username": self.username,
            "subtype": self.subtype,
            "client_msg_id": self.client_msg_id,
            "reactions": [{"name": name, "users": [BOT_USER_ID], "count": 1} for name in self.reactions],
        }
        return {key: value for key, value in optional.items() if value}


def bot_profile() -> dict[str, Any]:
    """The `bot_profile` beside every message of the app's."""
    return {"id": BOT_ID, "app_id": APP_ID, "user_id": BOT_USER_ID, "team_id": TEAM_ID, "deleted": False}

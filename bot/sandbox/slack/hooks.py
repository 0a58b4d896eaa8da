"""`response_url`s: each takes five answers within thirty minutes, whether or not the app is in the channel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.slack.bounds import Bounds
from bot.sandbox.slack.composing import read_content
from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.people import TEAM_ID
from bot.sandbox.slack.posting import Posting
from bot.sandbox.slack.refusals import SlackRefusalError
from bot.sandbox.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Hook:
    """One `response_url`."""

    name: str
    """Its path below `/actions/`."""
    channel: str
    user: str
    made: float
    """Epoch seconds on the sandbox's clock."""
    message_ts: str | None = None
    """The message that was acted on; None for a slash command."""


class Hooks:
    """Every `response_url`, with the number of its uses."""

    def __init__(self, workspace: Workspace, posting: Posting, ids: Ids, clock: Callable[[], datetime], bounds: Bounds) -> None:
        self._workspace = workspace
        self._posting = posting
        self._ids = ids
        self._clock = clock
        self._bounds = bounds
        self._hooks: dict[str, Hook] = {}
        self._used: dict[str, int] = {}

    def issue(self, channel: str, user: str, message_ts: str | None = None) -> Hook:
        """A new `response_url`."""
        name = f"{TEAM_ID}/{self._ids.digits(13)}/{self._ids.secret(24)}"
        hook = self._hooks[name] = Hook(name, channel, user, self._clock().timestamp(), message_ts)
        return hook

    def channel_of(self, name: str) -> str | None:
        """The channel a `response_url` answers in, or None when there is no such address."""
        hook = self._hooks.get(name)
        return hook.channel if hook else None

    def use(self, name: str, payload: Mapping[str, Any] | None) -> None:
        """Answer through a `response_url`; an answer that is refused uses none up, None is one that was no JSON object.

        Raises:
            SlackRefusalError: `invalid_url`, `expired_url` or `used_url` (404), or what is wrong with the message (400).
        """
        hook = self._hooks.get(name)
        if hook is None:
            raise SlackRefusalError("invalid_url", status=404)
        if self._clock().timestamp() - hook.made > self._bounds.hook_life:
            raise SlackRefusalError("expired_url", status=404)
        if self._used.get(name, 0) >= self._bounds.hook_uses:
            raise SlackRefusalError("used_url", status=404)
        if payload is None:
            raise SlackRefusalError("invalid_payload", status=400)
        self.apply(hook, payload, "response_url")
        self._used[name] = self._used.get(name, 0) + 1

    def apply(self, hook: Hook, payload: Mapping[str, Any], via: str) -> None:
        """Posts, replaces or deletes as the answer asks, with Slack's defaults: an ephemeral, new message.

        Raises:
            SlackRefusalError: what is wrong with the message, with status 400.
        """
        found, name = hook.message_ts, hook.name
        original = self._workspace.latest_through(name) if found is None else self._workspace.find(hook.channel, found)
        try:
            if payload.get("delete_original") and original is not None:
                self._posting.delete(original, via=via, payload=payload)
            elif payload.get("replace_original") and original is not None:
                self._posting.update(original, read_content(payload, self._ids), via=via, payload=payload, hook=hook.name)
            else:
                self._answer(hook, payload, via)
        except SlackRefusalError as refusal:
            refusal.status = 400
            raise

    def _answer(self, hook: Hook, payload: Mapping[str, Any], via: str) -> None:
        public = payload.get("response_type") == "in_channel"
        self._posting.post(
            hook.channel,
            read_content(payload, self._ids),
            via=via,
            payload=payload,
            thread_ts=payload.get("thread_ts"),
            ephemeral_to=None if public else hook.user,
            hook=hook.name,
        )

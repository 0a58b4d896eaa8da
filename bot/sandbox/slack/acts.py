"""The base class for everything that people do in Slack and that reaches the app.

    person does → payload → the app (3 s) → its acknowledgement, applied

The page and `slack.person(…)` both use it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.delivery import AppReply, AppRequest
from bot.sandbox.slack.hooks import Hook
from bot.sandbox.slack.parts import SlackParts
from bot.sandbox.slack.people import BOT_USER_ID, Channel, SlackPerson
from bot.sandbox.slack.refusals import PersonRefusalError, SlackRefusalError

WORDS = {
    "operation_timeout": "The app didn't answer within {limit:g} seconds.",
    "app_not_connected": "The app isn't connected: start it, or tell the sandbox where it listens.",
    "app_not_installed": "The app isn't installed in this workspace any more.",
    "dispatch_failed": "The app answered with HTTP status {status}, which Slack treats as a failure.",
    "connection_failed": "The app couldn't be reached.",
}
"""The sentence a person sees when the app did not acknowledge."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The app's acknowledgement of what a person did."""

    ok: bool
    status: int
    """The HTTP status of the app's answer; 200 for an acknowledged envelope; 0 without an answer."""
    ms: float
    """Milliseconds of real time until the acknowledgement."""
    body: Any
    """What the app acknowledged with."""
    error: str = ""
    message: str = ""
    """A sentence for the person, when it did not come out well."""
    hook: str | None = None
    """The `response_url` that belongs to it, by name."""
    errors: Mapping[str, str] | None = None
    """What a modal's fields are marked with, by `block_id`."""


class Acts:
    """The base of all acts: finds the person and the channel, and sends the app the request."""

    def __init__(self, parts: SlackParts) -> None:
        self.parts = parts

    def person(self, user: str) -> SlackPerson:
        """The person by id or handle, "" for the workspace's first; `user_not_found` when there is none or it is the bot."""
        person = self.parts.workspace.person(user or self.parts.team.people[0].id)
        if person is None or person.is_bot:
            raise PersonRefusalError("user_not_found", f"Nobody here is called {user!r}.", status=404)
        return person

    def place(self, person: SlackPerson, channel: str) -> Channel:
        """A channel the person can see, by id or name; `@` and the bot's handle mean their direct messages with it."""
        found = self.parts.workspace.channel(channel)
        bot = self.parts.workspace.people[BOT_USER_ID]
        if channel in {"dm", f"@{bot.name}", BOT_USER_ID}:
            found = self.parts.workspace.open_direct(person.id)
        if found is None or person.id not in self.parts.workspace.viewers(found):
            raise PersonRefusalError("channel_not_found", f"{person.real_name} sees no channel {channel!r}.", status=404)
        return found

    async def ask(self, kind: str, payload: Mapping[str, Any], title: str) -> AppReply:
        """Send the app what the person did; refused while the app is not installed."""
        if not self.parts.installation.installed:
            return AppReply(0, None, 0.0, "app_not_installed")
        return await self.parts.link.ask(AppRequest(kind, payload, title))

    def outcome(self, reply: AppReply, hook: Hook | None = None, refusal: SlackRefusalError | None = None) -> Acknowledgement:
        """The acknowledgement as the person meets it; `refusal` is what was wrong with the message inside it."""
        error = reply.error or (refusal.code if refusal else "")
        words = WORDS.get(error, "Slack refused what the app answered with: {error}.")
        message = words.format(limit=self.parts.bounds.ack_timeout, status=reply.status, error=error) if error else ""
        return Acknowledgement(not error, reply.status, reply.ms, reply.body, error, message, hook.name if hook else None)

    def hook_url(self, hook: Hook) -> str:
        """The address of a `response_url`."""
        return f"{self.parts.address.url}/actions/{hook.name}"

    @property
    def token(self) -> str:
        """The verification token beside every payload."""
        return self.parts.installation.verification_token

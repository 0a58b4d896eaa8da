"""What an administrator changes in the workspace: archives, leaves or shares channels, removes and reinstalls the app."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack.executions import Execution
from bot.sandbox.slack.parts import SlackParts
from bot.sandbox.slack.people import BOT_USER_ID, Channel
from bot.sandbox.slack.refusals import PersonRefusalError


class SlackSwitches:
    """Changes of the workspace; the app gets the events that it subscribed to."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    def change_channel(
        self, name: str, *, archived: bool | None = None, bot_member: bool | None = None, shared: bool | None = None
    ) -> Channel:
        """Archives or restores a channel, adds or removes the bot, shares it or ends that.

        Raises:
            PersonRefusalError: `channel_not_found`.
        """
        channel = self._parts.workspace.channel(name)
        if channel is None:
            raise PersonRefusalError("channel_not_found", f"There is no channel {name!r}.", status=404)
        fields: dict[str, Any] = {}
        if archived is not None:
            fields["is_archived"] = archived
        if shared is not None:
            fields["is_shared"] = shared
        if bot_member is not None:
            bot = frozenset({BOT_USER_ID})
            fields["members"] = channel.members | bot if bot_member else channel.members - bot
        changed = self._parts.workspace.change(channel, **fields)
        self._tell(channel, changed)
        return changed

    def _tell(self, before: Channel, after: Channel) -> None:
        stamp = self._parts.workspace.stamps.next()
        common = {"channel": after.id, "event_ts": stamp}
        joined = {"type": "member_joined_channel", "user": BOT_USER_ID, "channel_type": after.id[0], **common}
        events = {
            "member_joined_channel": (joined, BOT_USER_ID in after.members - before.members),
            "channel_left": ({"type": "channel_left", **common}, BOT_USER_ID in before.members - after.members),
            "channel_archive": ({"type": "channel_archive", **common}, after.is_archived and not before.is_archived),
            "channel_unarchive": ({"type": "channel_unarchive", **common}, before.is_archived and not after.is_archived),
        }
        for name, (event, happened) in events.items():
            if happened and self._parts.events.wanted(name):
                self._parts.events.send(event)

    async def uninstall(self) -> None:
        """Removes the app: its bot token is invalid at once, and it gets the event."""
        self._parts.installation.remove()
        stamp = self._parts.workspace.stamps.next()
        events: tuple[dict[str, Any], ...] = (
            {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER_ID]}, "event_ts": stamp},
            {"type": "app_uninstalled", "event_ts": stamp},
        )
        tasks = [self._parts.events.send(event) for event in events if self._parts.events.wanted(event["type"])]
        await asyncio.gather(*tasks)

    async def install(self) -> None:
        """Installs the app again, with the same tokens."""
        self._parts.installation.restore()

    async def execute_step(self, callback_id: str, inputs: Mapping[str, Any], user: str) -> Execution:
        """Run a workflow step of the manifest; returns when the app acknowledged it, which may be before its end.

        Raises:
            PersonRefusalError: `unknown_function` or `invalid_inputs`.
        """
        run = self._parts.executions.begin(callback_id, inputs, user)
        event = {
            "type": "function_executed",
            "function": self._parts.executions.described(callback_id),
            "inputs": run.inputs,
            "function_execution_id": run.name,
            "workflow_execution_id": self._parts.ids.code("Wx"),
            "bot_access_token": run.token,
            "event_ts": self._parts.workspace.stamps.next(),
        }
        if self._parts.events.wanted("function_executed"):
            await self._parts.events.send(event)
        return run

"""The client API: what the playground's page reads and does over HTTP."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.slack.acts import Acknowledgement
from bot.sandbox.slack.clicking import Clicking
from bot.sandbox.slack.modals import Modals
from bot.sandbox.slack.page_endpoints import Json, part_in, reading, refused, text_in, writing
from bot.sandbox.slack.parts import SlackParts
from bot.sandbox.slack.people import APP_ID, BOT_USER_ID, TEAM_DOMAIN, SlackPerson
from bot.sandbox.slack.refusals import PersonRefusalError
from bot.sandbox.slack.switches import SlackSwitches
from bot.sandbox.slack.talking import Talking


class PageApi:
    """The routes below `/client/` about the workspace; the stream and what surrounds Slack have their own."""

    def __init__(self, parts: SlackParts, talking: Talking, clicking: Clicking, modals: Modals, switches: SlackSwitches) -> None:
        self._parts = parts
        self._talking = talking
        self._clicking = clicking
        self._modals = modals
        self._switches = switches
        self.examples: list[Mapping[str, Any]] = []
        """What a newcomer may click on: `label`, `text` and what it `shows`; with `thread` (`channel`, `ts`) sent there."""

    def routes(self) -> list[web.RouteDef]:
        """The routes."""
        asked = {"boot": self._boot, "messages": self._messages, "trace": self._trace, "faults": self._faults}
        done = {
            "command": self._command,
            "message": self._message,
            "action": self._action,
            "view_submit": self._submit,
            "view_close": self._close,
            "shortcut": self._shortcut,
            "home": self._home,
            "options": self._options,
            "faults": self._add_fault,
            "channel": self._channel,
            "app": self._app,
        }
        return [
            *(reading(name, handle) for name, handle in asked.items()),
            *(writing(name, handle) for name, handle in done.items()),
            web.delete("/client/faults/{id}", self._remove_fault),
        ]

    async def _boot(self, query: Json) -> Json:
        me = self._talking.person(query.get("user", ""))
        users = [one.as_page() for one in self._parts.workspace.people.values()]
        return {
            "team": {"id": self._parts.team.id, "name": self._parts.team.name, "domain": TEAM_DOMAIN},
            "me": me.as_page() | {"tz": me.tz, "is_admin": me.is_admin, "is_guest": me.is_guest, "locale": me.locale},
            "users": users,
            "app": self._about_app(),
            "channels": self._channels(me),
            "now": self._parts.clock().timestamp(),
            "seq": self._parts.stream.seq,
            "examples": list(self.examples),
        }

    def _about_app(self) -> Json:
        manifest = self._parts.manifest
        commands = [
            {"command": one.command, "usage_hint": one.usage_hint, "description": one.description} for one in manifest.commands.values()
        ]
        shortcuts = [
            {"name": one.name, "type": one.type, "callback_id": one.callback_id, "description": one.description}
            for one in manifest.shortcuts.values()
        ]
        return {
            "id": APP_ID,
            "name": manifest.name,
            "bot_user_id": BOT_USER_ID,
            "commands": commands,
            "shortcuts": shortcuts,
            "home_tab": manifest.home_tab,
            "suggested_prompts": [dict(one) for one in manifest.suggested_prompts],
            "installed": self._parts.installation.installed,
            "mode": self._parts.link.mode,
        }

    def _channels(self, person: SlackPerson) -> list[Json]:
        workspace = self._parts.workspace
        workspace.open_direct(person.id)
        seen = [one for one in workspace.channels.values() if person.id in workspace.viewers(one)]
        return [workspace.channel_as_page(one, person.id) for one in seen]

    async def _messages(self, query: Json) -> Json:
        person = self._talking.person(query.get("user", ""))
        place = self._talking.place(person, query.get("channel", ""))
        return {"messages": self._parts.workspace.page_messages(person.id, place.id, query.get("thread_ts") or None)}

    async def _trace(self, query: Json) -> Json:
        after = str(query.get("after", "0"))
        return {"entries": self._parts.trace.after(int(after) if after.isdecimal() else 0)}

    async def _faults(self, _query: Json) -> Json:
        return {"faults": self._parts.faults.waiting()}

    async def _command(self, body: Json) -> Json:
        acknowledged = await self._talking.command(
            text_in(body, "user"), text_in(body, "channel"), text_in(body, "command"), str(body.get("text") or "")
        )
        return _outcome(acknowledged)

    async def _message(self, body: Json) -> Json:
        thread = str(body.get("thread_ts") or "") or None
        message = self._talking.message(text_in(body, "user"), text_in(body, "channel"), str(body.get("text") or ""), thread)
        return {"ts": message.ts, "channel": message.channel}

    async def _action(self, body: Json) -> Json:
        values = part_in(body, "state").get("values") if body.get("state") else None
        acknowledged = await self._clicking.action(text_in(body, "user"), part_in(body, "container"), part_in(body, "action"), values)
        return _outcome(acknowledged)

    async def _submit(self, body: Json) -> Json:
        values = part_in(body, "state").get("values") or {}
        return _outcome(await self._modals.submit(text_in(body, "user"), text_in(body, "view_id"), values))

    async def _close(self, body: Json) -> Json:
        return _outcome(await self._modals.close(text_in(body, "user"), text_in(body, "view_id")))

    async def _shortcut(self, body: Json) -> Json:
        where = str(body.get("channel") or ""), str(body.get("message_ts") or "")
        return _outcome(await self._clicking.shortcut(text_in(body, "user"), text_in(body, "callback_id"), *where))

    async def _home(self, body: Json) -> Json:
        view = self._clicking.home(text_in(body, "user"))
        return {"view": view.as_slack() if view else None}

    async def _options(self, body: Json) -> Json:
        acknowledged = await self._clicking.options(
            text_in(body, "user"), part_in(body, "container"), part_in(body, "action"), str(body.get("value") or "")
        )
        offered = acknowledged.body if isinstance(acknowledged.body, Mapping) else {}
        return _outcome(acknowledged) | {name: offered[name] for name in ("options", "option_groups") if name in offered}

    async def _add_fault(self, body: Json) -> Json:
        try:
            return {"id": self._parts.faults.add(**body).id}
        except TypeError as error:
            raise PersonRefusalError("invalid_fault", f"I can't read that order for trouble: {error}.") from None

    async def _remove_fault(self, request: web.Request) -> web.Response:
        number = request.match_info["id"]
        there = number.isdecimal() and self._parts.faults.remove(int(number))
        if not there:
            return refused(PersonRefusalError("fault_not_found", f"There is no fault {number}.", status=404))
        return web.json_response({"ok": True})

    async def _channel(self, body: Json) -> Json:
        fields = {name: bool(body[name]) for name in ("archived", "bot_member", "shared") if body.get(name) is not None}
        channel = self._switches.change_channel(text_in(body, "channel"), **fields)
        return {"channel": self._parts.workspace.channel_as_page(channel, "")}

    async def _app(self, body: Json) -> Json:
        if not isinstance(body.get("installed"), bool):
            raise PersonRefusalError("invalid_arguments", 'Say whether the app is installed: {"installed": true or false}.')
        await (self._switches.install() if body["installed"] else self._switches.uninstall())
        mode = self._parts.link.mode
        self._parts.stream.add("app", {"connected": mode != "none", "mode": mode, "installed": body["installed"]})
        return {}


def _outcome(acknowledged: Acknowledgement) -> Json:
    if acknowledged.ok:
        return {"ms": round(acknowledged.ms, 3)}
    extra: Json = {"errors": dict(acknowledged.errors)} if acknowledged.errors else {}
    raise PersonRefusalError(acknowledged.error, acknowledged.message, ms=round(acknowledged.ms, 3), **extra)

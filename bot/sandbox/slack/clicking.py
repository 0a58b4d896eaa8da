"""Clicks, choices and shortcuts in messages, modals and the Home tab."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.sandbox.limits.surfaces import check_options
from bot.sandbox.slack.acts import Acknowledgement, Acts
from bot.sandbox.slack.messages import SlackMessage
from bot.sandbox.slack.payloads import interaction, message_container
from bot.sandbox.slack.people import SlackPerson
from bot.sandbox.slack.refusals import PersonRefusalError
from bot.sandbox.slack.views import SlackView

LEAST_TYPED = 3
"""From how many letters on an external select asks the app, unless it says; Slack's documentation, "Select menu element"."""
CHOICES = (
    "selected_option", "selected_options", "selected_user", "selected_users", "selected_channel", "selected_channels",
    "selected_conversation", "selected_conversations", "selected_date", "selected_time", "selected_date_time", "value",
    "rich_text_value",
)  # fmt: skip
"""What an action may bring along."""


class Clicking(Acts):
    """Block actions, shortcuts and the options of external selects."""

    async def action(
        self, user: str, container: Mapping[str, Any], action: Mapping[str, Any], values: Mapping[str, Any] | None = None
    ) -> Acknowledgement:
        """A press or a choice; `container` says where (`message`, `view` or `home`), `action` what.

        `values` is what the other fields there hold now, as `state.values` has it.

        Raises:
            PersonRefusalError: `element_not_found`, `message_not_found`, `view_not_found` or `interactivity_disabled`.
        """
        person = self._allowed(user)
        if container.get("type") == "message":
            return await self._in_message(person, self._message(person, container), action, values or {})
        return await self._in_view(person, self._view(person, container), action, values or {})

    def _allowed(self, user: str) -> SlackPerson:
        if not self.parts.manifest.interactive:
            raise PersonRefusalError("interactivity_disabled", "The manifest doesn't switch interactivity on.")
        return self.person(user)

    async def _in_message(
        self, person: SlackPerson, message: SlackMessage, action: Mapping[str, Any], values: Mapping[str, Any]
    ) -> Acknowledgement:
        channel = self.parts.workspace.channels[message.channel]
        hook = self.parts.hooks.issue(channel.id, person.id, message.ts)
        body = interaction("block_actions", token=self.token, person=person, trigger_id=self.parts.triggers.issue(person.id))
        body |= {"container": message_container(message), "channel": {"id": channel.id, "name": channel.payload_name}}
        if not message.ephemeral_to:
            body["message"] = message.as_slack(with_metadata=True)
        blocks, unfurl = _pressed_in(message, action)
        body["container"] |= unfurl
        found = element_in(blocks, action)
        state = {"values": _there(blocks, values)}
        body |= {"state": state, "response_url": self.hook_url(hook), "actions": [self._action(found, action)]}
        reply = await self.ask("interactive", body, f"action {found['action_id']}")
        return self.outcome(reply, hook)

    async def _in_view(self, person: SlackPerson, view: SlackView, action: Mapping[str, Any], values: Mapping[str, Any]) -> Acknowledgement:
        found = element_in(view.body["blocks"], action)
        view = self.parts.views.fill(view, _there(view.body["blocks"], values))
        chosen = {name: action[name] for name in CHOICES if name in action}
        beside = view.values.get(found["block_id"], {})
        value = {found["block_id"]: {**beside, found["action_id"]: {"type": found["type"], **chosen}}}
        filled = self.parts.views.fill(view, value) if chosen and found["type"] != "button" else view
        trigger = self.parts.triggers.issue(person.id, view.id)
        body = interaction("block_actions", token=self.token, person=person, trigger_id=trigger)
        body |= {"container": {"type": "view", "view_id": view.id}, "view": filled.as_slack()}
        body |= {"actions": [self._action(found, action)]}
        return self.outcome(await self.ask("interactive", body, f"action {found['action_id']}"))

    def _action(self, element: Mapping[str, Any], action: Mapping[str, Any]) -> dict[str, Any]:
        fields = {name: element[name] for name in ("action_id", "block_id", "type", "text", "value", "style") if name in element}
        chosen = {name: action[name] for name in CHOICES if name in action and name not in fields}
        return fields | chosen | {"action_ts": self.parts.workspace.stamps.next()}

    def _message(self, person: SlackPerson, container: Mapping[str, Any]) -> SlackMessage:
        channel = self.place(person, str(container.get("channel") or container.get("channel_id") or ""))
        message = self.parts.workspace.find(channel.id, str(container.get("message_ts", "")))
        if message is None or message.ephemeral_to not in {None, person.id}:
            raise PersonRefusalError("message_not_found", "That message is gone.", status=404)
        return message

    def _view(self, person: SlackPerson, container: Mapping[str, Any]) -> SlackView:
        view = self.parts.views.find(str(container.get("view_id", "")))
        if container.get("type") == "home" and view is None:
            view = self.parts.views.home(person.id)
        if view is None or view.user != person.id:
            raise PersonRefusalError("view_not_found", "That view is closed.", status=404)
        return view

    async def shortcut(self, user: str, callback_id: str, channel: str = "", message_ts: str = "") -> Acknowledgement:
        """A global shortcut or, with a channel and a message, a message shortcut.

        Raises:
            PersonRefusalError: `unknown_shortcut`: the manifest has none of that name and kind.
        """
        person = self._allowed(user)
        known = self.parts.manifest.shortcuts.get(callback_id)
        if known is None or (known.type == "message") != bool(message_ts):
            raise PersonRefusalError("unknown_shortcut", f"The app has no such shortcut: {callback_id!r}.")
        trigger = self.parts.triggers.issue(person.id)
        kind = "message_action" if message_ts else "shortcut"
        body = interaction(kind, token=self.token, person=person, trigger_id=trigger)
        body |= {"callback_id": callback_id, "action_ts": self.parts.workspace.stamps.next()}
        if not message_ts:
            return self.outcome(await self.ask("interactive", body, f"shortcut {callback_id}"))
        message = self._message(person, {"channel": channel, "message_ts": message_ts})
        hook = self.parts.hooks.issue(message.channel, person.id, message.ts)
        place = self.parts.workspace.channels[message.channel]
        body |= {"message_ts": message.ts, "message": message.as_slack(), "response_url": self.hook_url(hook)}
        body |= {"channel": {"id": place.id, "name": place.payload_name}}
        return self.outcome(await self.ask("interactive", body, f"shortcut {callback_id}"), hook)

    async def options(self, user: str, container: Mapping[str, Any], action: Mapping[str, Any], value: str) -> Acknowledgement:
        """What an external select offers for the letters typed so far: the acknowledgement's body.

        Raises:
            PersonRefusalError: `not_external`, `too_short` (Slack asks the app from `min_query_length` letters on, 3 unless it says) or
                `no_options_url`: over HTTP the app is asked at an address of its own.
        """
        person = self._allowed(user)
        if self.parts.link.mode == "http" and not self.parts.manifest.answers_options:
            raise PersonRefusalError("no_options_url", "The manifest has no settings.interactivity.message_menu_options_url.")
        body = interaction("block_suggestion", token=self.token, person=person, trigger_id="")
        if container.get("type") == "message":
            message = self._message(person, container)
            found = element_in(message.content.blocks, action)
            body |= {"container": message_container(message), "message": message.as_slack()}
            body |= {"channel": {"id": message.channel, "name": self.parts.workspace.channels[message.channel].payload_name}}
        else:
            view = self._view(person, container)
            found = element_in(view.body["blocks"], action)
            body |= {"container": {"type": "view", "view_id": view.id}, "view": view.as_slack()}
        if not str(found.get("type", "")).endswith("external_select"):
            raise PersonRefusalError("not_external", f"{found['action_id']} isn't a menu that asks the app for its options.")
        if len(value) < (least := found.get("min_query_length", LEAST_TYPED)):
            raise PersonRefusalError("too_short", f"Slack asks the app from {least} letters on.")
        body |= {"action_id": found["action_id"], "block_id": found["block_id"], "value": value}
        outcome = self.outcome(await self.ask("interactive", body, f"options {found['action_id']}"))
        if outcome.ok and (findings := check_options(outcome.body)):
            return replace(outcome, ok=False, error="invalid_options", message=f"Slack refused the options: {findings[0]}.")
        return outcome

    def home(self, user: str) -> SlackMessage | SlackView | None:
        """The person opens the app's Home tab; the event is on its way, and what is published there comes back."""
        person = self.person(user)
        if not self.parts.manifest.home_tab:
            raise PersonRefusalError("home_tab_disabled", "The app has no Home tab.")
        view, direct = self.parts.views.home(person.id), self.parts.workspace.open_direct(person.id)
        stamp = self.parts.workspace.stamps.next()
        event = {"type": "app_home_opened", "user": person.id, "channel": direct.id, "tab": "home", "event_ts": stamp}
        if self.parts.events.wanted("app_home_opened"):
            self.parts.events.send(event | ({"view": view.as_slack()} if view else {}))
        return view

    async def entity(self, user: str, channel: str, ts: str, url: str) -> None:
        """The person opens the Work Object of a link, and the app has the event."""
        message = self.parts.workspace.find(channel, ts)
        entity = ((message.unfurls if message else None) or {}).get(url, {}).get("entity")
        if entity is None:
            raise PersonRefusalError("entity_not_found", "This message has no Work Object for that link.")
        reference = entity["external_ref"]
        event = {"type": "entity_details_requested", "user": self.person(user).id, "external_ref": reference, "entity_url": entity["url"]}
        event |= {"app_unfurl_url": url, "link": {"url": url}, "channel": channel, "message_ts": ts, "user_locale": "en-US"}
        trigger = self.parts.entities.open(self.person(user).id, str(reference["id"]))
        if self.parts.events.wanted("entity_details_requested"):
            await self.parts.events.send(event | {"trigger_id": trigger, "event_ts": self.parts.workspace.stamps.next()})


def element_in(blocks: Any, action: Mapping[str, Any]) -> dict[str, Any]:
    """The element that an action names by `action_id` (and `block_id`, when given) or by its label `text`.

    Raises:
        PersonRefusalError: `element_not_found`, naming those that are there.
    """
    every = list(_elements(blocks))
    for element in every:
        named = action.get("action_id") in {None, "", element.get("action_id")}
        placed = action.get("block_id") in {None, "", element["block_id"]}
        labelled = action.get("label") in {None, label_of(element)}
        if named and placed and labelled:
            return element
    there = ", ".join(f"{one.get('action_id')} ({label_of(one)})" for one in every) or "none"
    raise PersonRefusalError("element_not_found", f"There is no such button or menu here. These are here: {there}.", status=404)


def in_overflow(blocks: Any, which: str) -> dict[str, Any] | None:
    """The overflow menu with an option of this label, value or first word of a value, and that option as chosen; None without one."""
    for element in _elements(blocks):
        for option in element["options"] if element["type"] == "overflow" else ():
            if which in {option["text"]["text"], option["value"], option["value"].partition(" ")[0]}:
                return {**element, "selected_option": option}
    return None


def _pressed_in(message: SlackMessage, action: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The blocks an action belongs to, and what its `container` says beside: those of a preview, else the message's own.

    Slack's documentation, "block_actions payload": a press in a preview comes from a `message_attachment`.
    """
    for number, (url, unfurl) in enumerate((message.unfurls or {}).items(), start=1):
        ids = {(one["block_id"], one.get("action_id")) for one in _elements(unfurl["blocks"])}
        names = {name for _, name in ids}
        if (action.get("block_id"), action.get("action_id")) in ids or (not action.get("block_id") and action.get("action_id") in names):
            more = {"type": "message_attachment", "attachment_id": number, "is_app_unfurl": True, "app_unfurl_url": url}
            return unfurl["blocks"], more
    return message.content.blocks, {}


def _there(blocks: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the fields that are in the blocks."""
    fields = {(element["block_id"], element["action_id"]) for element in _elements(blocks)}
    held = {block: {action: value for action, value in entry.items() if (block, action) in fields} for block, entry in values.items()}
    return {block: entry for block, entry in held.items() if entry}


def label_of(element: Mapping[str, Any]) -> str:
    """A button's label; empty for elements without one."""
    text = element.get("text")
    return str(text.get("text", "")) if isinstance(text, Mapping) else ""


def _elements(blocks: Any) -> Iterator[dict[str, Any]]:
    for block in blocks:
        parts = [*(block.get("elements") or ()), *(block.get("actions") or ()), block.get("accessory"), block.get("element")]
        for part in parts:
            if isinstance(part, Mapping) and part.get("action_id"):
                yield {**part, "block_id": block.get("block_id", "")}
        if block.get("type") == "carousel":
            yield from _elements(block["elements"])
        if block.get("type") == "data_table":
            cells = [cell["element"] for row in block["rows"] for cell in row if cell.get("type") == "action_cell"]
            yield from _elements([{"elements": cells, "block_id": block.get("block_id", "")}])

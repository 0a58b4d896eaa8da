"""`views.*`: opens, pushes and updates modals, and publishes the Home tab."""

from typing import Any

from bot.sandbox.slack.methods.call import Method, MethodCall
from bot.sandbox.slack.refusals import SlackRefusalError
from bot.sandbox.slack.triggers import Trigger


def _trigger(call: MethodCall) -> Trigger:
    return call.parts.triggers.redeem(call.text("trigger_id") or call.need("interactivity_pointer"))


def opened(call: MethodCall) -> dict[str, Any]:
    """`views.open`."""
    trigger = _trigger(call)
    return {"view": call.parts.views.open(trigger.user, call.arguments.get("view"), call.method).as_slack()}


def pushed(call: MethodCall) -> dict[str, Any]:
    """`views.push`; only with a trigger from a modal that is still open."""
    trigger = _trigger(call)
    below = call.parts.views.find(trigger.view_id) if trigger.view_id else None
    if below is None or below.body["type"] != "modal":
        raise SlackRefusalError("not_found")
    return {"view": call.parts.views.push(trigger.user, call.arguments.get("view"), call.method).as_slack()}


def updated(call: MethodCall) -> dict[str, Any]:
    """`views.update`, by `view_id` or `external_id`."""
    found = call.parts.views.find(call.text("view_id")) or call.parts.views.by_external(call.text("external_id") or "\0")
    if found is None:
        raise SlackRefusalError("not_found")
    fresh = call.parts.views.update(found, call.arguments.get("view"), call.method, call.text("hash") or None)
    return {"view": fresh.as_slack()}


def published(call: MethodCall) -> dict[str, Any]:
    """`views.publish`."""
    user = call.need("user_id")
    if user not in call.parts.workspace.people:
        raise SlackRefusalError("user_not_found")
    view = call.parts.views.publish(user, call.arguments.get("view"), call.method, call.text("hash") or None)
    return {"view": view.as_slack()}


METHODS = {
    "views.open": Method(opened, tier=4),
    "views.push": Method(pushed, tier=4),
    "views.update": Method(updated, tier=4),
    "views.publish": Method(published, tier=4),
}

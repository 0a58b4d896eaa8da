"""`users.*`, `bots.info` and `reactions.add`."""

from dataclasses import replace
from typing import Any

from bot.sandbox.slack.methods.call import Method, MethodCall
from bot.sandbox.slack.people import APP_ID, BOT_ID, BOT_USER_ID, SlackPerson
from bot.sandbox.slack.refusals import SlackRefusalError


def _shown(call: MethodCall, person: SlackPerson) -> dict[str, Any]:
    body = person.as_slack(call.parts.clock())
    return body | ({"locale": person.locale} if call.flag("include_locale") else {})


def info(call: MethodCall) -> dict[str, Any]:
    """`users.info`; the locale only when asked for."""
    person = call.parts.workspace.people.get(call.need("user"))
    if person is None:
        raise SlackRefusalError("user_not_found")
    return {"user": _shown(call, person)}


def listed(call: MethodCall) -> dict[str, Any]:
    """`users.list`."""
    page, cursor = call.page(list(call.parts.workspace.people.values()))
    return {"members": [_shown(call, one) for one in page], "response_metadata": {"next_cursor": cursor}}


def bots_info(call: MethodCall) -> dict[str, Any]:
    """`bots.info`."""
    if call.need("bot") != BOT_ID:
        raise SlackRefusalError("bot_not_found")
    bot = {"id": BOT_ID, "deleted": False, "name": call.parts.manifest.bot_name, "app_id": APP_ID, "user_id": BOT_USER_ID}
    return {"bot": bot | {"updated": 1767225600, "icons": {}}}


def reactions_add(call: MethodCall) -> dict[str, Any]:
    """`reactions.add`; `already_reacted` the second time."""
    channel, name = call.channel(), call.need("name")
    message = call.parts.workspace.find(channel.id, call.need("timestamp"))
    if message is None or message.ephemeral_to:
        raise SlackRefusalError("message_not_found")
    if name in message.reactions:
        raise SlackRefusalError("already_reacted")
    call.parts.workspace.put(replace(message, reactions=(*message.reactions, name)))
    return {}


METHODS = {
    "users.info": Method(info, ("users:read",), tier=4),
    "users.list": Method(listed, ("users:read",), tier=2),
    "bots.info": Method(bots_info, ("users:read",)),
    "reactions.add": Method(reactions_add, ("reactions:write",)),
}

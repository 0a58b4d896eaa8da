"""`conversations.*`: reads, joins and opens channels."""

from typing import Any

from bot.sandbox.slack.messages import SlackMessage
from bot.sandbox.slack.methods.call import Method, MethodCall
from bot.sandbox.slack.people import BOT_USER_ID, Channel
from bot.sandbox.slack.refusals import SlackRefusalError

TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
FAMILIES = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}


def info(call: MethodCall) -> dict[str, Any]:
    """`conversations.info`."""
    channel = call.channel()
    call.need_scope_for(channel, "read")
    return {"channel": channel.as_slack()}


def listed(call: MethodCall) -> dict[str, Any]:
    """`conversations.list`: of the `types` asked for, those the bot can see."""
    kinds = _kinds(call)
    for kind in kinds:
        call.parts.installation.need(f"{FAMILIES[kind]}:read")
    every = [one for one in call.parts.workspace.channels.values() if one.kind in kinds and _visible(one)]
    page, cursor = call.page([one for one in every if not (one.is_archived and call.flag("exclude_archived"))])
    return {"channels": [one.as_slack() for one in page], "response_metadata": {"next_cursor": cursor}}


def _kinds(call: MethodCall) -> list[str]:
    asked = [name.strip() for name in call.text("types", "public_channel").split(",")]
    if not set(asked) <= set(TYPES):
        raise SlackRefusalError("invalid_types")
    return [TYPES[name] for name in asked]


def _visible(channel: Channel) -> bool:
    return channel.kind == "public" or BOT_USER_ID in channel.members


def users_conversations(call: MethodCall) -> dict[str, Any]:
    """`users.conversations`: those a person, or the bot itself, is a member of."""
    user = call.text("user") or BOT_USER_ID
    kinds = _kinds(call)
    mine = [one for one in call.parts.workspace.channels.values() if one.kind in kinds and user in one.members and _visible(one)]
    page, cursor = call.page([one for one in mine if not (one.is_archived and call.flag("exclude_archived"))])
    return {"channels": [one.as_slack() for one in page], "response_metadata": {"next_cursor": cursor}}


def members(call: MethodCall) -> dict[str, Any]:
    """`conversations.members`."""
    channel = call.channel()
    call.need_scope_for(channel, "read")
    page, cursor = call.page(sorted(channel.members))
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def join(call: MethodCall) -> dict[str, Any]:
    """`conversations.join`: public channels that are not archived."""
    channel = call.channel()
    if channel.kind != "public":
        raise SlackRefusalError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackRefusalError("is_archived")
    if BOT_USER_ID in channel.members:
        return {"channel": channel.as_slack(), "warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    joined = call.parts.workspace.change(channel, members=channel.members | {BOT_USER_ID})
    return {"channel": joined.as_slack()}


def opened(call: MethodCall) -> dict[str, Any]:
    """`conversations.open`: the direct conversation with one person."""
    users = [name for name in call.text("users").split(",") if name]
    if len(users) != 1:
        raise SlackRefusalError("users_list_not_supplied" if not users else "method_not_supported_for_channel_type")
    person = call.parts.workspace.people.get(users[0])
    if person is None:
        raise SlackRefusalError("user_not_found")
    if person.is_bot:
        raise SlackRefusalError("cannot_dm_bot")
    before = call.parts.workspace.direct(person.id)
    channel = call.parts.workspace.open_direct(person.id)
    known = {"already_open": True, "no_op": True} if before else {}
    return {"channel": channel.as_slack() if call.flag("return_im") else {"id": channel.id}} | known


def history(call: MethodCall) -> dict[str, Any]:
    """`conversations.history`: the messages in a channel, the newest first, without replies."""
    channel = _readable(call)
    every = [one for one in call.parts.workspace.history(channel.id) if not one.is_reply]
    wanted = sorted((one for one in every if _within(call, one)), key=lambda one: one.ts, reverse=True)
    return _read(call, wanted)


def replies(call: MethodCall) -> dict[str, Any]:
    """`conversations.replies`: a message and what was replied to it, oldest first."""
    channel, ts = _readable(call), call.need("ts")
    thread = call.parts.workspace.thread(channel.id, ts)
    if not thread:
        raise SlackRefusalError("thread_not_found")
    parent, *below = sorted(thread, key=lambda one: one.ts)
    # Slack puts the thread's first message at the head of every page.
    return _read(call, [one for one in below if _within(call, one)], default=1000, head=(parent,))


def _readable(call: MethodCall) -> Channel:
    channel = call.channel()
    call.need_scope_for(channel, "history")
    if BOT_USER_ID not in channel.members:
        raise SlackRefusalError("not_in_channel")
    return channel


def _within(call: MethodCall, message: SlackMessage) -> bool:
    oldest, latest = call.text("oldest"), call.text("latest")
    try:
        ts, first, last = float(message.ts), float(oldest or 0), float(latest or "inf")
    except ValueError:
        raise SlackRefusalError("invalid_ts_oldest") from None
    if call.flag("inclusive"):
        return first <= ts <= last
    return first < ts < last


def _read(call: MethodCall, wanted: list[SlackMessage], default: int = 100, head: tuple[SlackMessage, ...] = ()) -> dict[str, Any]:
    page, cursor = call.page(wanted, default, most=call.parts.rates.messages_a_page)
    page = [*head, *page]
    whole = call.flag("include_all_metadata")
    shown = [_with_replies(call, one, one.as_slack(with_metadata=whole)) for one in page]
    more = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {"messages": shown, "has_more": bool(cursor), "pin_count": 0, **more}


def _with_replies(call: MethodCall, message: SlackMessage, body: dict[str, Any]) -> dict[str, Any]:
    count = call.parts.workspace.replies(message)
    return body | ({"reply_count": count} if count else {})


METHODS = {
    "conversations.info": Method(info),
    "conversations.list": Method(listed, tier=2),
    "conversations.members": Method(members, tier=4),
    "conversations.join": Method(join, ("channels:join",)),
    "conversations.open": Method(opened, ("im:write",)),
    "conversations.history": Method(history),
    "conversations.replies": Method(replies),
    "users.conversations": Method(users_conversations, ("channels:read", "groups:read", "im:read", "mpim:read")),
}

"""`chat.*`: posts, ephemeral messages, changes, deletions and permalinks."""

from typing import Any

from bot.sandbox.slack.composing import LONGEST_UPDATE, read_content
from bot.sandbox.slack.messages import Content, SlackMessage
from bot.sandbox.slack.methods.call import Method, MethodCall
from bot.sandbox.slack.people import BOT_USER_ID, TEAM_DOMAIN, Channel
from bot.sandbox.slack.refusals import SlackRefusalError


def open_for_posting(call: MethodCall, name: str = "channel") -> Channel:
    """The conversation to post in; a person's id means the direct conversation with them.

    Raises:
        SlackRefusalError: `channel_not_found`, `is_archived`, `not_in_channel` or `messages_tab_disabled`.
    """
    person = call.parts.workspace.people.get(call.text(name))
    direct = person is not None and not person.is_bot
    channel = call.parts.workspace.open_direct(call.text(name)) if direct else call.channel(name)
    if channel.is_archived:
        raise SlackRefusalError("is_archived")
    if BOT_USER_ID not in channel.members and "chat:write.public" not in call.parts.installation.scopes:
        raise SlackRefusalError("not_in_channel")
    if channel.kind == "im" and not call.parts.manifest.messages_tab:
        raise SlackRefusalError("messages_tab_disabled")
    return channel


def thread_of(call: MethodCall, channel: Channel) -> str | None:
    """The thread to reply in, or None; `thread_not_found` when its first message is not there."""
    ts = call.text("thread_ts")
    if not ts:
        return None
    parent = call.parts.workspace.find(channel.id, ts)
    if parent is None or parent.ephemeral_to:
        raise SlackRefusalError("thread_not_found")
    return parent.thread_ts or parent.ts


def post_message(call: MethodCall) -> dict[str, Any]:
    """`chat.postMessage`."""
    channel = open_for_posting(call)
    call.parts.rates.count_post(channel.id)
    content = read_content(call.arguments, call.parts.ids)
    name = call.text("username") or None if "chat:write.customize" in call.parts.installation.scopes else None
    message = call.parts.posting.post(
        channel.id, content, via=call.method, payload=call.arguments, thread_ts=thread_of(call, channel), username=name
    )
    return {"channel": channel.id, "ts": message.ts, "message": message.as_slack(with_metadata=True)}


def post_ephemeral(call: MethodCall) -> dict[str, Any]:
    """`chat.postEphemeral`; `user_not_in_channel` when the person could not see it."""
    channel, user = open_for_posting(call), call.need("user")
    if user not in channel.members:
        raise SlackRefusalError("user_not_in_channel")
    message = call.parts.posting.post(
        channel.id,
        read_content(call.arguments, call.parts.ids),
        via=call.method,
        payload=call.arguments,
        thread_ts=thread_of(call, channel),
        ephemeral_to=user,
    )
    return {"message_ts": message.ts}


def update(call: MethodCall) -> dict[str, Any]:
    """`chat.update`; blocks and attachments that are not given stay as they are, an empty list removes them."""
    message = _own(call, "cant_update_message")
    fresh = Content() if _only_keeps(call) else read_content(call.arguments, call.parts.ids, longest=LONGEST_UPDATE)
    kept = message.content
    content = Content(
        text=kept.text if call.arguments.get("text") is None else fresh.text,
        blocks=kept.blocks if call.arguments.get("blocks") is None else fresh.blocks,
        attachments=kept.attachments if call.arguments.get("attachments") is None else fresh.attachments,
        metadata=fresh.metadata,
    )
    edited = call.parts.posting.update(message, content, via=call.method, payload=call.arguments)
    return {"channel": edited.channel, "ts": edited.ts, "text": content.text, "message": edited.as_slack(with_metadata=True)}


def _only_keeps(call: MethodCall) -> bool:
    """Whether a change only removes blocks and gives no new text."""
    given = [name for name in ("text", "blocks", "attachments") if call.arguments.get(name) not in (None, "", [], "[]")]
    return not given and any(call.arguments.get(name) in ([], "[]") for name in ("blocks", "attachments"))


def _own(call: MethodCall, refusal: str) -> SlackMessage:
    channel = call.channel()
    message = call.parts.workspace.find(channel.id, call.need("ts"))
    if message is None or message.ephemeral_to:
        raise SlackRefusalError("message_not_found")
    if not message.by_bot:
        raise SlackRefusalError(refusal)
    if channel.is_archived:
        raise SlackRefusalError("is_archived")
    return message


def delete(call: MethodCall) -> dict[str, Any]:
    """`chat.delete`; `cant_delete_message` for other people's."""
    message = _own(call, "cant_delete_message")
    call.parts.posting.delete(message, via=call.method, payload=call.arguments)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(call: MethodCall) -> dict[str, Any]:
    """`chat.getPermalink`."""
    channel = call.channel()
    message = call.parts.workspace.find(channel.id, call.need("message_ts"))
    if message is None or message.ephemeral_to:
        raise SlackRefusalError("message_not_found")
    link = f"https://{TEAM_DOMAIN}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",), tier=4),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",), tier=4),
    "chat.update": Method(update, ("chat:write",)),
    "chat.delete": Method(delete, ("chat:write",)),
    "chat.getPermalink": Method(get_permalink, tier=4),
}

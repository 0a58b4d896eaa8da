"""`files.*`: the two steps of Slack's external upload; the one-step method is refused."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.sandbox.slack.composing import read_list
from bot.sandbox.slack.files import SlackFile
from bot.sandbox.slack.messages import Content
from bot.sandbox.slack.methods.call import Method, MethodCall
from bot.sandbox.slack.methods.chat import open_for_posting, thread_of
from bot.sandbox.slack.people import BOT_USER_ID, Channel
from bot.sandbox.slack.refusals import SlackRefusalError


def get_upload_url(call: MethodCall) -> dict[str, Any]:
    """`files.getUploadURLExternal`: where to upload so many bytes under a name."""
    length = call.number("length", 0)
    if length <= 0:
        raise SlackRefusalError("invalid_arguments")
    file, ticket = call.parts.files.announce(call.need("filename"), length)
    return {"upload_url": f"{call.parts.address.url}/upload/v1/{ticket}", "file_id": file.id}


def complete_upload(call: MethodCall) -> dict[str, Any]:
    """`files.completeUploadExternal`: the uploaded files, shared in a conversation where one is named."""
    wanted = read_list(call.arguments.get("files"), "invalid_arguments")
    channel = open_for_posting(call, "channel_id") if call.text("channel_id") else None
    if channel is not None and BOT_USER_ID not in channel.members:
        # `chat:write.public` is for messages: a file goes only where the app is a member.
        raise SlackRefusalError("not_in_channel")
    shared = [_shared(call, one) for one in wanted]
    if not shared:
        call.need("files")
    bodies = tuple(file.as_slack(call.parts.address.url) for file in shared)
    if channel is not None:
        _post(call, channel, bodies)
    return {"files": list(bodies)}


def _shared(call: MethodCall, wanted: Mapping[str, Any]) -> SlackFile:
    file = call.parts.files.find(str(wanted.get("id", "")))
    if file is None:
        raise SlackRefusalError("file_not_found")
    if file.content is None:
        raise SlackRefusalError("file_upload_not_completed")
    return call.parts.files.share(file, str(wanted.get("title") or file.name))


def _post(call: MethodCall, channel: Channel, bodies: tuple[Mapping[str, Any], ...]) -> None:
    call.parts.posting.post(
        channel.id,
        Content(call.text("initial_comment")),
        via=call.method,
        payload=call.arguments,
        thread_ts=thread_of(call, channel),
        files=bodies,
    )


def delete(call: MethodCall) -> dict[str, Any]:
    """`files.delete`: deletes the file, and each message that has nothing else."""
    file = call.parts.files.find(call.need("file"))
    if file is None:
        raise SlackRefusalError("file_not_found")
    call.parts.files.remove(file)
    for message in [one for one in call.parts.workspace.everything() if any(held["id"] == file.id for held in one.files)]:
        left = tuple(held for held in message.files if held["id"] != file.id)
        if left or message.content.text:
            call.parts.workspace.put(replace(message, files=left))
        else:
            call.parts.posting.delete(message, via=call.method, payload=call.arguments)
    return {}


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, ("files:write",), tier=4),
    "files.completeUploadExternal": Method(complete_upload, ("files:write",), tier=4),
    "files.delete": Method(delete, ("files:write",)),
}

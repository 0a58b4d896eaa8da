"""The agent's conversation (status, title, prompts) and the completion of workflow steps."""

from typing import Any

from bot.sandbox.slack.composing import read_json, read_list
from bot.sandbox.slack.methods.call import Method, MethodCall
from bot.sandbox.slack.people import Channel
from bot.sandbox.slack.refusals import SlackRefusalError

MOST_PROMPTS = 4


def _conversation(call: MethodCall) -> Channel:
    channel = call.channel("channel_id")
    if channel.kind != "im":
        raise SlackRefusalError("channel_not_found")
    return channel


def set_status(call: MethodCall) -> dict[str, Any]:
    """`assistant.threads.setStatus`: what the page shows while the app works; an empty one removes it."""
    channel = _conversation(call)
    ts = call.need("thread_ts")
    body = {"channel": channel.id, "thread_ts": ts, "status": call.text("status")}
    call.parts.stream.add("assistant_status", body, channel.members)
    return {}


def set_title(call: MethodCall) -> dict[str, Any]:
    """`assistant.threads.setTitle`."""
    _conversation(call)
    call.need("thread_ts")
    call.need("title")
    return {}


def set_prompts(call: MethodCall) -> dict[str, Any]:
    """`assistant.threads.setSuggestedPrompts`: at most four, each with a title and a message."""
    _conversation(call)
    prompts = read_list(call.arguments.get("prompts"), "invalid_arguments")
    whole = all(one.get("title") and one.get("message") for one in prompts)
    if not prompts or len(prompts) > MOST_PROMPTS or not whole:
        raise SlackRefusalError("invalid_arguments")
    return {}


def complete_success(call: MethodCall) -> dict[str, Any]:
    """`functions.completeSuccess`, with outputs that are an object of what the manifest declares."""
    name, outputs = call.need("function_execution_id"), read_json(call.arguments.get("outputs"), "invalid_arguments")
    if not isinstance(outputs, dict):
        raise SlackRefusalError("invalid_arguments")
    call.parts.executions.succeed(name, outputs)
    return {}


def complete_error(call: MethodCall) -> dict[str, Any]:
    """`functions.completeError`, with the sentence for the person."""
    call.parts.executions.fail(call.need("function_execution_id"), call.need("error"))
    return {}


METHODS = {
    "assistant.threads.setStatus": Method(set_status, ("assistant:write",)),
    "assistant.threads.setTitle": Method(set_title, ("assistant:write",)),
    "assistant.threads.setSuggestedPrompts": Method(set_prompts, ("assistant:write",)),
    "functions.completeSuccess": Method(complete_success),
    "functions.completeError": Method(complete_error),
}

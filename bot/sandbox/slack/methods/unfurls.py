"""`chat.unfurl`: previews of the links in a message, or in a message that is still being written; `entity.presentDetails`: panes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.sandbox.limits.surfaces import check_attachments
from bot.sandbox.slack.composing import read_json, refuse_findings, with_ids
from bot.sandbox.slack.entities import as_blocks, check_entity
from bot.sandbox.slack.links import Drafted, domain_of
from bot.sandbox.slack.messages import SlackMessage
from bot.sandbox.slack.methods.call import Method, MethodCall
from bot.sandbox.slack.notation import links_in
from bot.sandbox.slack.refusals import SlackRefusalError


def unfurl(call: MethodCall) -> dict[str, Any]:
    """`chat.unfurl`, for `channel` and `ts` or for `unfurl_id` and `source`.

    Raises:
        SlackRefusalError: `missing_channel`, `missing_ts`, `missing_source`, `missing_unfurl_id` or `missing_unfurls`; `invalid_source`,
            `invalid_unfurl_id`, `cannot_parse_attachment` or `invalid_blocks`; `cannot_find_channel`, `cannot_find_message`, or
            `cannot_unfurl_url` for an address that the message does not hold or whose domain is not the app's; `invalid_metadata`.
    """
    place = _place(call)
    given = read_json(call.arguments.get("unfurls"), "cannot_parse_attachment")
    unfurls = given or _objects(call)
    if not unfurls:
        raise SlackRefusalError("missing_unfurls")
    if not isinstance(unfurls, Mapping) or not all(isinstance(one, Mapping) for one in unfurls.values()):
        raise SlackRefusalError("cannot_parse_attachment")
    linked = place.urls if isinstance(place, Drafted) else links_in(place.content.text)
    if not all(url in linked and domain_of(url, call.parts.manifest.unfurl_domains) for url in unfurls):
        raise SlackRefusalError("cannot_unfurl_url")
    refuse_findings(check_attachments(list((given or {}).values())), "invalid_blocks")
    if isinstance(place, SlackMessage):
        _attach(call, place, {url: _as_kept(call, url, one) for url, one in unfurls.items()})
    return {}


def _objects(call: MethodCall) -> dict[str, Any]:
    """The Work Objects of `metadata`, each as the preview of its `app_unfurl_url`."""
    metadata = read_json(call.arguments.get("metadata"), "invalid_metadata")
    found = metadata.get("entities") if isinstance(metadata, Mapping) else None
    entities = [check_entity(one, call.parts.manifest.entity_types) for one in found or ()]
    return {
        str(one.get("app_unfurl_url")): {
            "blocks": as_blocks(one),
            "fallback": str(one["entity_payload"]["attributes"]["title"]["text"]),
            "entity": one,
        }
        for one in entities
    }


def present_details(call: MethodCall) -> dict[str, Any]:
    """`entity.presentDetails`: what the pane of the person shows who opened a Work Object."""
    metadata, error = (read_json(call.arguments.get(name), "invalid_metadata") for name in ("metadata", "error"))
    call.parts.entities.present(call.need("trigger_id"), metadata, error, call.parts.manifest.entity_types)
    return {}


def _place(call: MethodCall) -> SlackMessage | Drafted:
    """The message, by either pair of arguments, or the unsent one."""
    by_id = call.text("unfurl_id") or call.text("source")
    return _by_id(call) if by_id else _by_ts(call, call.text("channel"), call.text("ts"))


def _by_id(call: MethodCall) -> SlackMessage | Drafted:
    name, source = call.text("unfurl_id"), call.text("source")
    if not name or not source:
        raise SlackRefusalError("missing_source" if name else "missing_unfurl_id")
    if source not in ("composer", "conversations_history"):
        raise SlackRefusalError("invalid_source")
    if source == "composer":
        drafted = call.parts.drafts.get(name)
        if drafted is None:
            raise SlackRefusalError("invalid_unfurl_id")
        return drafted
    channel, _, ts = name.partition(".")
    try:
        return _by_ts(call, channel, ts)
    except SlackRefusalError:
        raise SlackRefusalError("invalid_unfurl_id") from None


def _by_ts(call: MethodCall, channel: str, ts: str) -> SlackMessage:
    if not channel or not ts:
        raise SlackRefusalError("missing_ts" if channel else "missing_channel")
    if call.parts.workspace.channel(channel) is None:
        raise SlackRefusalError("cannot_find_channel")
    message = call.parts.workspace.find(channel, ts)
    if message is None or message.ephemeral_to:
        raise SlackRefusalError("cannot_find_message")
    return message


def _as_kept(call: MethodCall, url: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The preview as an attachment of the message, with the ids that are not given."""
    blocks = with_ids(list(given.get("blocks") or ()), call.parts.ids)
    return {**given, "blocks": blocks, "app_unfurl_url": url, "is_app_unfurl": True}


def _attach(call: MethodCall, message: SlackMessage, unfurls: Mapping[str, Any]) -> None:
    """The message with the previews; a second one for the same address takes the place of the first."""
    shown = call.parts.workspace.put(replace(message, unfurls={**(message.unfurls or {}), **unfurls}))
    call.parts.posting.note("unfurl", call.method, shown, call.arguments)


METHODS = {"chat.unfurl": Method(unfurl, ("links:write",)), "entity.presentDetails": Method(present_details)}

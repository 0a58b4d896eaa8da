"""Reads a message's content from an app's arguments and checks it against Slack's limits."""

import json
from collections.abc import Mapping
from typing import Any

from bot.sandbox.limits.rules import LimitFinding
from bot.sandbox.limits.surfaces import check_attachments, check_blocks
from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.messages import Content
from bot.sandbox.slack.refusals import SlackRefusalError

LONGEST_TEXT = 40_000
"""`text` of a message, in characters; Slack's documentation of `chat.postMessage`."""
LONGEST_UPDATE = 4_000
"""`text` in `chat.update`, in characters."""


def read_content(arguments: Mapping[str, Any], ids: Ids, *, longest: int = LONGEST_TEXT) -> Content:
    """The content of a message, with the ids that Slack fills in.

    Raises:
        SlackRefusalError: `no_text`, `msg_too_long`, `invalid_blocks_format`, `invalid_blocks`, `msg_blocks_too_long`,
            `invalid_attachments`, `invalid_metadata_format` or `invalid_metadata_schema`.
    """
    text = str(arguments.get("text") or "")
    blocks = read_list(arguments.get("blocks"), "invalid_blocks_format")
    attachments = read_list(arguments.get("attachments"), "invalid_attachments")
    if not (text.strip() or blocks or attachments):
        raise SlackRefusalError("no_text")
    if len(text) > longest:
        raise SlackRefusalError("msg_too_long")
    refuse_findings(check_blocks(blocks, "message"), "invalid_blocks")
    refuse_findings(check_attachments(attachments), "invalid_attachments")
    return Content(text, tuple(with_ids(blocks, ids)), tuple(attachments), read_metadata(arguments.get("metadata")))


def refuse_findings(findings: list[LimitFinding], code: str) -> None:
    """Raises a refusal with every finding and its place, as Slack's `response_metadata` has them.

    Raises:
        SlackRefusalError: `msg_blocks_too_long` when the text of all blocks together is too much, else `code`.
    """
    if not findings:
        return
    lines = [str(finding) for finding in findings]
    too_long = any(finding.code == "msg_blocks_too_long" for finding in findings)
    raise SlackRefusalError(
        "msg_blocks_too_long" if too_long else code,
        errors=[line.removeprefix("[ERROR] ") for line in lines],
        response_metadata={"messages": lines},
    )


def read_list(value: Any, code: str) -> list[Mapping[str, Any]]:
    """A JSON array, given as such or as its text; nothing is an empty one.

    Raises:
        SlackRefusalError: `code`, when it is no array of objects.
    """
    read = read_json(value, code)
    if read in (None, ""):
        return []
    if not isinstance(read, list) or not all(isinstance(item, Mapping) for item in read):
        raise SlackRefusalError(code)
    return read


def read_json(value: Any, code: str) -> Any:
    """JSON given as such or as its text.

    Raises:
        SlackRefusalError: `code`, when the text is no JSON.
    """
    if not isinstance(value, str) or not value:
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise SlackRefusalError(code) from None


def read_metadata(value: Any) -> Mapping[str, Any] | None:
    """A message's metadata: an `event_type` and an `event_payload` that is an object.

    Raises:
        SlackRefusalError: `invalid_metadata_format` or `invalid_metadata_schema`.
    """
    read = read_json(value, "invalid_metadata_format")
    if not read:
        return None
    if not isinstance(read, Mapping):
        raise SlackRefusalError("invalid_metadata_format")
    if not isinstance(read.get("event_type"), str) or not isinstance(read.get("event_payload"), Mapping):
        raise SlackRefusalError("invalid_metadata_schema")
    return read


def with_ids(blocks: list[Mapping[str, Any]], ids: Ids) -> list[Mapping[str, Any]]:
    """The blocks, each with a `block_id` and each interactive element with an `action_id`."""
    return [_with_action_ids({**block, "block_id": block.get("block_id") or ids.short()}, ids) for block in blocks]


def _with_action_ids(block: dict[str, Any], ids: Ids) -> dict[str, Any]:
    if block.get("type") in {"actions", "context_actions"}:
        block["elements"] = [_with_action_id(element, ids) for element in block["elements"]]
    for place in ("accessory", "element"):
        if isinstance(block.get(place), Mapping) and block[place].get("type") != "image":
            block[place] = _with_action_id(block[place], ids)
    return block


def _with_action_id(element: Mapping[str, Any], ids: Ids) -> Mapping[str, Any]:
    return element if element.get("action_id") else {**element, "action_id": ids.short()}

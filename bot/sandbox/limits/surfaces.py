"""Checks of messages, modals and the Home tab: how many blocks, how much text, ids that must differ."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.sandbox.limits.cards import CARDS
from bot.sandbox.limits.composition import ID, OPTION_GROUP, PLAIN_OPTION, plain
from bot.sandbox.limits.data import DATA
from bot.sandbox.limits.layout import LAYOUT
from bot.sandbox.limits.rules import Check, LimitFinding, anything, boolean, by_type, items, only_one, text, thing
from bot.sandbox.limits.table import NOT_ON, most

BLOCKS = LAYOUT | DATA | CARDS
SURFACES: dict[str, tuple[str, ...]] = {surface: tuple(name for name in BLOCKS if name not in left) for surface, left in NOT_ON.items()}
"""The blocks of each surface."""
AT_MOST = {kind: most(f"per_message.{kind}") for kind in ("table", "data_table", "data_visualization")}
"""How many of a kind one message or view takes."""
MESSAGE_CHARACTERS = most("message.characters")
"""All text of a message's blocks."""
MARKDOWN_CHARACTERS = most("markdown.characters")
"""All `markdown` blocks of a payload together."""
VIEW_BYTES = most("view.bytes")
SPOKEN = frozenset({"text", "label", "title", "name", "caption", "alt_text", "fallback"})
"""Properties whose strings count as text."""


def check_blocks(blocks: Sequence[Any], surface: str, at: str = "/blocks") -> list[LimitFinding]:
    """What Slack refuses about blocks on a surface (`message`, `modal` or `home`); empty when it takes them."""
    number = most("message.blocks" if surface == "message" else "view.blocks")
    check = items(by_type({name: BLOCKS[name] for name in SURFACES[surface]}), 0, number)
    found = [*check(blocks, at)]
    if found:
        return found
    return [*_ids(blocks, at), *_counts(blocks, at), *_totals(blocks, surface, at)]


def check_message(message: Mapping[str, Any]) -> list[LimitFinding]:
    """What Slack refuses about a message's `blocks` and `attachments`; empty when it takes them."""
    return [*check_blocks(message.get("blocks") or (), "message"), *check_attachments(message.get("attachments") or ())]


def check_attachments(attachments: Sequence[Mapping[str, Any]]) -> list[LimitFinding]:
    """What Slack refuses about the blocks inside attachments, of which a message takes a hundred."""
    found = [*items(thing({}, dict.fromkeys(_ATTACHMENT, anything)), 0, most("message.attachments"))(attachments, "/attachments")]
    for place, attachment in enumerate(attachments):
        found += check_blocks(attachment.get("blocks") or (), "message", f"/attachments/{place}/blocks")
    return found


_ATTACHMENT = (
    "blocks", "color", "fallback", "text", "pretext", "title", "title_link", "fields", "footer", "footer_icon", "ts", "image_url",
    "thumb_url", "author_name", "author_link", "author_icon", "mrkdwn_in", "callback_id", "actions", "id",
)  # fmt: skip
_IN_VIEW: dict[str, Check] = {"callback_id": ID, "private_metadata": text(0, most("view.private_metadata")), "external_id": ID}
_MODAL = thing(
    {"type": anything, "title": plain(most("modal.title")), "blocks": anything},
    _IN_VIEW
    | {
        "submit": plain(most("modal.title")),
        "close": plain(most("modal.title")),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = thing({"type": anything, "blocks": anything}, _IN_VIEW)


def check_view(view: Any) -> list[LimitFinding]:
    """What Slack refuses about a modal or a Home tab; empty when it takes it. Places count from the view itself."""
    found = [*by_type({"modal": _MODAL, "home": _HOME})(view, "")]
    if found:
        return found
    found = check_blocks(view["blocks"], view["type"])
    if view["type"] == "modal" and not view.get("submit") and any(one.get("type") == "input" for one in view["blocks"]):
        found.append(LimitFinding("/submit", "missing required field: submit (the view has input blocks)"))
    size = len(json.dumps(view, ensure_ascii=False).encode())
    if size > VIEW_BYTES:
        found.append(LimitFinding("", f"must be less than {VIEW_BYTES + 1} bytes", "view_too_large"))
    return found


def check_options(answer: Any) -> list[LimitFinding]:
    """What Slack refuses about the options that an app answers an external select with; empty when it takes them."""
    return [*_OPTIONS(answer, "")]


_OPTIONS = thing(
    {},
    {"options": items(PLAIN_OPTION, 0, most("options")), "option_groups": items(OPTION_GROUP, 0, most("options"))},
    only_one("options", "option_groups"),
)


def _ids(blocks: Sequence[Mapping[str, Any]], at: str) -> Iterator[LimitFinding]:
    given: dict[str, list[str]] = {"block_id": [], "action_id": []}
    _gather(given, blocks)
    for name, values in given.items():
        if len(set(values)) == len(values):
            continue
        seen: set[str] = set()
        for value, place in _found(name, blocks, at):
            if value in seen:
                yield LimitFinding(place, f"{name} {value} already exists")
            seen.add(value)


def _gather(given: dict[str, list[str]], value: Any) -> None:
    # Payloads are JSON, and nearly all have no id twice: their places are looked for only when one has.
    if isinstance(value, dict):
        for key, part in value.items():
            if key in given and isinstance(part, str):
                given[key].append(part)
            elif isinstance(part, dict | list):
                _gather(given, part)
    elif isinstance(value, list | tuple):
        for part in value:
            _gather(given, part)


def _found(name: str, value: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if isinstance(value.get(name), str):
            yield value[name], f"{at}/{name}"
        for key, part in value.items():
            yield from _found(name, part, f"{at}/{key}")
    elif isinstance(value, list | tuple):
        for place, part in enumerate(value):
            yield from _found(name, part, f"{at}/{place}")


def _counts(blocks: Sequence[Mapping[str, Any]], at: str) -> Iterator[LimitFinding]:
    for kind, number in AT_MOST.items():
        places = [place for place, block in enumerate(blocks) if block["type"] == kind]
        if len(places) > number:
            yield LimitFinding(f"{at}/{places[number]}", f"no more than {number} {kind} allowed in a message")


def _totals(blocks: Sequence[Mapping[str, Any]], surface: str, at: str) -> Iterator[LimitFinding]:
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MARKDOWN_CHARACTERS:
        yield LimitFinding(at, f"must be less than {MARKDOWN_CHARACTERS + 1} characters in all markdown blocks", "msg_blocks_too_long")
    written = sum(spoken(block) for block in blocks if block["type"] != "markdown")
    if surface == "message" and written > MESSAGE_CHARACTERS:
        yield LimitFinding(at, f"must be less than {MESSAGE_CHARACTERS + 1} characters in all blocks", "msg_blocks_too_long")


def spoken(value: Any) -> int:
    """How many characters of text a block or a part of one holds."""
    size = 0
    if isinstance(value, dict):
        for name, part in value.items():
            if isinstance(part, str):
                size += len(part) if name in SPOKEN else 0
            elif isinstance(part, dict | list):
                size += spoken(part)
    elif isinstance(value, list | tuple):
        for part in value:
            size += spoken(part)
    return size

"""The offline checker: what Slack would refuse in a message or a view, found without asking Slack.

It checks every payload in tests, in the demo and in the preflight, and messages inside an acknowledgement, whose refusal Slack does not
report. Limits are counted in characters.
Source: Slack's documentation ("Blocks", "Block elements", "Composition objects", "chat.postMessage", "Views").
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.blockkit.builders import Message, properties, text_size
from bot.blockkit.limits import most
from bot.blockkit.validator_blocks import ID, plain
from bot.blockkit.validator_rules import BlockProblem, anything, array, boolean, one_of, record, repeated, string, tagged
from bot.blockkit.validator_surfaces import ON_SURFACE

__all__ = ["BlockProblem", "check_message", "check_view"]

#: So many of a kind on one surface.
_AT_MOST = {"data_visualization": most("charts"), "data_table": most("data tables"), "carousel": most("carousels")}

_METADATA = record({"event_type": ID, "event_payload": anything})
_VIEW_IDS = {"private_metadata": string(most("private_metadata"), 0), "callback_id": ID, "external_id": ID}
_VIEW_TITLE = plain(most("title or button of a view"))
_MODAL = record(
    {"type": anything, "title": _VIEW_TITLE, "blocks": array(ON_SURFACE["modal"], 1, most("blocks of a view"))},
    {
        **_VIEW_IDS,
        "submit": _VIEW_TITLE,
        "close": _VIEW_TITLE,
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = record(
    {"type": one_of("home"), "blocks": array(ON_SURFACE["home"], 0, most("blocks of a view"))},
    _VIEW_IDS,
)
_VIEW = tagged({"modal": _MODAL, "home": _HOME}, "Slack's views")


def check_message(message: Message | Sequence[Mapping[str, Any]], text: str | None = None) -> tuple[BlockProblem, ...]:
    """What Slack would refuse in a message: a Message, or blocks and the top-level ``text`` that goes with them.

    Blocks without any ``text`` are a finding: notifications and screen readers would have nothing.
    """
    if isinstance(message, Message):
        return tuple(_message(message.blocks, message.text, message.metadata))
    return tuple(_message(message, text, None))


def check_view(view: Mapping[str, Any]) -> tuple[BlockProblem, ...]:
    """What Slack would refuse in a modal or a Home tab."""
    return tuple(_view(view))


def _message(blocks: Sequence[Mapping[str, Any]], text: str | None, metadata: Mapping[str, Any] | None) -> Iterator[BlockProblem]:
    if not text:
        yield BlockProblem("/text", "is required: it is what notifications and screen readers get")
    elif len(text) > (size := most("text of a message")):
        yield BlockProblem("/text", f"must have at most {size:,} characters, has {len(text):,}")
    if metadata is not None:
        yield from _METADATA(metadata, "/metadata")
    yield from array(ON_SURFACE["message"], 1, most("blocks of a message"))(blocks, "/blocks")
    yield from _native_blocks(blocks)
    yield from _ids_once(blocks)
    if (size := text_size(blocks)) > most("text in all blocks"):
        yield BlockProblem("/blocks", f"must have at most {most('text in all blocks'):,} characters of text in all, have {size:,}")


def _view(view: Mapping[str, Any]) -> Iterator[BlockProblem]:
    yield from _VIEW(view, "")
    blocks = view.get("blocks", ())
    yield from _native_blocks(blocks)
    yield from _ids_once(blocks)
    if view.get("type") == "modal" and "submit" not in view and any(block.get("type") == "input" for block in blocks):
        yield BlockProblem("/submit", "is required when a modal has input blocks")
    if (size := len(repr(view).encode())) > most("bytes of a view"):
        yield BlockProblem("", f"must have at most {most('bytes of a view'):,} bytes, has about {size:,}")


def _native_blocks(blocks: Iterable[Any]) -> Iterator[BlockProblem]:
    counts = Counter(block.get("type") for block in blocks if isinstance(block, Mapping) and isinstance(block.get("type"), str))
    for kind, number in _AT_MOST.items():
        if counts[kind] > number:
            yield BlockProblem("/blocks", f"must have at most {number} of {kind}, have {counts[kind]}")


def _ids_once(blocks: Any) -> Iterator[BlockProblem]:
    for name in ("block_id", "action_id"):
        ids = [value for key, value in properties(blocks) if key == name and isinstance(value, str)]
        yield from (BlockProblem("/blocks", f"have the {name} {twice!r:.60} twice") for twice in repeated(ids))

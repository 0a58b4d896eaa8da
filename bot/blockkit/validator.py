"""The offline checker: what Slack would refuse in a message or a view, found without asking Slack.

It checks every payload in tests, in the demo and in the preflight, and what would go out inside an acknowledgement, whose refusal nobody
hears. Limits are counted in characters.
Source: Slack's documentation ("Blocks", "Block elements", "Composition objects", "chat.postMessage", "Views").
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.blockkit.builders import Message, properties, text_size
from bot.blockkit.validator_blocks import ID, IN_MESSAGE, IN_VIEW, plain
from bot.blockkit.validator_rules import BlockProblem, anything, array, boolean, one_of, record, repeated, string, tagged

__all__ = ["BlockProblem", "check_message", "check_view"]

#: Blocks a message may have; a view may have twice as many.
MOST_BLOCKS = 50
MOST_VIEW_BLOCKS = 100
#: A message's ``text`` stays under this (Slack cuts or refuses beyond 4,000).
MOST_TEXT = 3_000
#: All text in a message's blocks stays under this: Slack answers "msg_blocks_too_long" somewhere from 11,000 to 13,000.
MOST_TEXT_IN_ALL = 10_000
#: Slack's documentation, data_visualization and data_table: so many a message.
_AT_MOST = {"data_visualization": 2, "data_table": 1}
_MOST_VIEW_BYTES = 250_000

_METADATA = record({"event_type": string(255), "event_payload": anything})
_MODAL = record(
    {"type": anything, "title": plain(24), "blocks": array(IN_VIEW, 1, MOST_VIEW_BLOCKS)},
    {
        "submit": plain(24),
        "close": plain(24),
        "private_metadata": string(3_000, 0),
        "callback_id": ID,
        "external_id": ID,
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = record(
    {"type": one_of("home"), "blocks": array(IN_VIEW, 0, MOST_VIEW_BLOCKS)},
    {"private_metadata": string(3_000, 0), "callback_id": ID, "external_id": ID},
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
    elif len(text) >= MOST_TEXT:
        yield BlockProblem("/text", f"must have fewer than {MOST_TEXT:,} characters, has {len(text):,}")
    if metadata is not None:
        yield from _METADATA(metadata, "/metadata")
    yield from array(IN_MESSAGE, 1, MOST_BLOCKS)(blocks, "/blocks")
    yield from _native_blocks(blocks)
    yield from _ids_once(blocks)
    if (size := text_size(blocks)) >= MOST_TEXT_IN_ALL:
        yield BlockProblem("/blocks", f"must have fewer than {MOST_TEXT_IN_ALL:,} characters of text in all, have {size:,}")


def _view(view: Mapping[str, Any]) -> Iterator[BlockProblem]:
    yield from _VIEW(view, "")
    blocks = view.get("blocks", ())
    yield from _ids_once(blocks)
    if view.get("type") == "modal" and "submit" not in view and any(block.get("type") == "input" for block in blocks):
        yield BlockProblem("/submit", "is required when a modal has input blocks")
    if (size := len(repr(view).encode())) > _MOST_VIEW_BYTES:
        yield BlockProblem("", f"must have at most {_MOST_VIEW_BYTES:,} bytes, has about {size:,}")


def _native_blocks(blocks: Iterable[Any]) -> Iterator[BlockProblem]:
    counts = Counter(block.get("type") for block in blocks if isinstance(block, Mapping) and isinstance(block.get("type"), str))
    for kind, most in _AT_MOST.items():
        if counts[kind] > most:
            yield BlockProblem("/blocks", f"must have at most {most} of {kind}, have {counts[kind]}")


def _ids_once(blocks: Any) -> Iterator[BlockProblem]:
    for name in ("block_id", "action_id"):
        ids = [value for key, value in properties(blocks) if key == name and isinstance(value, str)]
        yield from (BlockProblem("/blocks", f"have the {name} {twice!r:.60} twice") for twice in repeated(ids))

"""The offline checker: what Slack would refuse in a message or a view, found without asking Slack.

It checks every payload in tests, in the demo and in the preflight, and messages inside an acknowledgement, whose refusal Slack does not
report. Limits are counted in characters.
Source: Slack's documentation ("Blocks", "Block elements", "Composition objects", "chat.postMessage", "Views").
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.slack.builders import Message, text_and_ids
from bot.slack.limits import (
    NATIVE,
    BlockProblem,
    BlockRule,
    any_of,
    anything,
    array,
    below,
    boolean,
    every,
    exactly_one,
    most,
    number,
    one_of,
    record,
    repeated,
    string,
    tagged,
    url,
    whole,
)
from bot.slack.validator_blocks import ELEMENTS, ID, IN_ACTIONS, IN_CONTEXT, IN_INPUT, IN_SECTION, RICH_ELEMENTS, plain, text

__all__ = ["BlockProblem", "check_message", "check_view"]

_LABEL = string(most("chart label"))
_MOST_SERIES = most("chart series")
_MOST_CATEGORIES = most("chart categories")
_MOST_COLUMNS = most("table columns")
#: Characters in all cells of a table.
_MOST_CELL_TEXT = most("table characters")

_POINT = record({"label": _LABEL, "value": number()})
_SERIES = record({"name": _LABEL, "data": array(_POINT, 1, _MOST_CATEGORIES)})
_AXIS = record({"categories": array(_LABEL, 1, _MOST_CATEGORIES)}, dict.fromkeys(("x_label", "y_label"), string(most("chart axis label"))))
_SEGMENT = record({"label": _LABEL, "value": number(above=0)})


def _names_once(value: Any) -> Iterator[BlockProblem]:
    names = [series.get("name") for series in _objects(value.get("series"))]
    yield from (BlockProblem("/series", f"has two series of the name {name!r:.60}") for name in repeated(names))


def _one_point_per_category(value: Any) -> Iterator[BlockProblem]:
    axis = value.get("axis_config")
    categories = axis.get("categories") if isinstance(axis, dict) else None
    if not isinstance(categories, (list, tuple)):
        return
    yield from (BlockProblem("/axis_config/categories", f"has {twice!r:.60} twice") for twice in repeated(categories))
    for place, series in enumerate(_objects(value.get("series"))):
        labels = [point.get("label") for point in _objects(series.get("data"))]
        if labels != list(categories):
            yield BlockProblem(f"/series/{place}/data", "must have exactly one point per category, in the categories' order")


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, (list, tuple)) else []


_AXIS_CHART = every(
    record({"type": anything, "series": array(_SERIES, 1, _MOST_SERIES), "axis_config": _AXIS}),
    _names_once,
    _one_point_per_category,
)
_PIE = record({"type": anything, "segments": array(_SEGMENT, 1, _MOST_SERIES)})

DATA_VISUALIZATION = record(
    {
        "type": anything,
        "title": string(most("chart title")),
        "chart": tagged({"bar": _AXIS_CHART, "line": _AXIS_CHART, "area": _AXIS_CHART, "pie": _PIE}, "a data_visualization"),
    },
    {"block_id": ID},
)

_RAW_TEXT = record({"type": anything, "text": string(_MOST_CELL_TEXT)})
_RAW_NUMBER = record({"type": anything, "value": number()}, {"text": string(_MOST_CELL_TEXT)})
_RICH = record({"type": anything, "elements": RICH_ELEMENTS})
_PLAIN_CELLS: Mapping[str, BlockRule] = {"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER}
#: A button in a row; clients without such buttons show the fallback.
_ACTION = record(
    {"type": anything, "element": tagged({"button": ELEMENTS["button"]}, "a table's cell")},
    {"fallback": tagged(_PLAIN_CELLS, "an action_cell's fallback")},
)
_CELL = tagged({**_PLAIN_CELLS, "rich_text": _RICH, "action_cell": _ACTION}, "a table")
_HEADER_CELLS = array(tagged(_PLAIN_CELLS, "a table's header"), 1, _MOST_COLUMNS)


def _header_row(value: Any) -> Iterator[BlockProblem]:
    rows = value.get("rows")
    if isinstance(rows, (list, tuple)) and rows:
        yield from below("rows/0", _HEADER_CELLS(rows[0]))


def _equally_long(value: Any) -> Iterator[BlockProblem]:
    rows = value.get("rows")
    lengths = {len(row) for row in rows if isinstance(row, (list, tuple))} if isinstance(rows, (list, tuple)) else set()
    if len(lengths) > 1:
        yield BlockProblem("/rows", f"must all be equally long, have {', '.join(map(str, sorted(lengths)))} cells")


def cell_text(value: Any) -> int:
    rows = value.get("rows") if isinstance(value, dict) else None
    cells = [cell for row in rows if isinstance(row, (list, tuple)) for cell in _objects(row)] if isinstance(rows, (list, tuple)) else []
    return sum(len(text) for cell in cells if isinstance(text := cell.get("text"), str))


def _cell_text_in_all(value: Any) -> Iterator[BlockProblem]:
    if (size := cell_text(value)) > _MOST_CELL_TEXT:
        yield BlockProblem("/rows", f"must have at most {_MOST_CELL_TEXT:,} characters in all cells, have {size:,}")


DATA_TABLE = every(
    record(
        {"type": anything, "caption": string(most("table caption")), "rows": array(array(_CELL, 1, _MOST_COLUMNS), 2, most("table rows"))},
        {"block_id": ID, "page_size": whole(1, most("table page")), "row_header_column_index": whole(0, _MOST_COLUMNS - 1)},
    ),
    _header_row,
    _equally_long,
    _cell_text_in_all,
)


def _block(required: Mapping[str, BlockRule], optional: Mapping[str, BlockRule] | None = None) -> BlockRule:
    return record({"type": anything, **required}, {"block_id": ID, **(optional or {})})


_LABEL_TEXT = plain(most("input label or hint"))
_EVERYWHERE: Mapping[str, BlockRule] = {
    "header": _block({"text": plain(most("header"))}),
    "section": every(
        _block(
            {},
            {
                "text": text(most("section text")),
                "fields": array(text(most("section field")), 1, most("section fields")),
                "accessory": IN_SECTION,
                "expand": boolean,
            },
        ),
        any_of("text", "fields"),
    ),
    "context": _block({"elements": array(IN_CONTEXT, 1, most("context elements"))}),
    "actions": _block({"elements": array(IN_ACTIONS, 1, most("actions elements"))}),
    "divider": _block({}),
    "image": every(
        _block({"alt_text": string(most("image text"))}, {"image_url": url(), "slack_file": anything, "title": plain(most("image text"))}),
        exactly_one("image_url", "slack_file"),
    ),
    "input": _block({"label": _LABEL_TEXT, "element": IN_INPUT}, {"hint": _LABEL_TEXT, "optional": boolean, "dispatch_action": boolean}),
    "rich_text": _block({"elements": RICH_ELEMENTS}),
}

_CARD = every(
    _block(
        {},
        {
            **dict.fromkeys(("title", "subtitle"), text(most("card title"))),
            "body": text(most("card body")),
            "actions": array(tagged({"button": ELEMENTS["button"]}, "a card"), 1, most("card buttons")),
        },
    ),
    any_of("title", "body", "actions"),
)
_NATIVE: Mapping[str, BlockRule] = {
    "data_visualization": DATA_VISUALIZATION,
    "data_table": DATA_TABLE,
    "markdown": _block({"text": string(most("markdown"))}),
    "alert": _block({"text": text(most("alert text"))}, {"level": one_of("default", "info", "warning", "error", "success")}),
    "carousel": _block({"elements": array(tagged({"card": _CARD}, "a carousel"), 1, most("carousel cards"))}),
}

#: What a block of each surface may be.
ON_SURFACE: Mapping[str, BlockRule] = {
    surface: tagged({**_EVERYWHERE, **{name: _NATIVE[name] for name in sorted(native)}}, f"a {surface} of this bot")
    for surface, native in NATIVE.items()
}

#: The most blocks of these types on one surface.
_AT_MOST = {"data_visualization": most("charts"), "data_table": most("data tables"), "carousel": most("carousels")}

_BLOCKS = array(ON_SURFACE["message"], 1, most("blocks of a message"))
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
    """What Slack would refuse in a Message, or in blocks and their ``text``, without which readers and notifications have nothing."""
    if isinstance(message, Message):
        return tuple(_message(message.blocks, message.text, message.metadata))
    return tuple(_message(message, text, None))


def check_view(view: Mapping[str, Any]) -> tuple[BlockProblem, ...]:
    return tuple(_view(view))


def _message(blocks: Sequence[Mapping[str, Any]], text: str | None, metadata: Mapping[str, Any] | None) -> Iterator[BlockProblem]:
    if not text:
        yield BlockProblem("/text", "is required: it is what notifications and screen readers get")
    elif len(text) > (most_text := most("text of a message")):
        yield BlockProblem("/text", f"must have at most {most_text:,} characters, has {len(text):,}")
    if metadata is not None:
        yield from below("metadata", _METADATA(metadata))
    yield from below("blocks", _BLOCKS(blocks))
    yield from _native_blocks(blocks)
    size, ids = text_and_ids(blocks)
    yield from _ids_once(ids)
    if size > most("text in all blocks"):
        yield BlockProblem("/blocks", f"must have at most {most('text in all blocks'):,} characters of text in all, have {size:,}")


def _view(view: Mapping[str, Any]) -> Iterator[BlockProblem]:
    yield from _VIEW(view)
    blocks = view.get("blocks", ())
    yield from _native_blocks(blocks)
    yield from _ids_once(text_and_ids(blocks)[1])
    if view.get("type") == "modal" and "submit" not in view and any(block.get("type") == "input" for block in blocks):
        yield BlockProblem("/submit", "is required when a modal has input blocks")
    if (size := len(repr(view).encode())) > most("bytes of a view"):
        yield BlockProblem("", f"must have at most {most('bytes of a view'):,} bytes, has about {size:,}")


def _native_blocks(blocks: Iterable[Any]) -> Iterator[BlockProblem]:
    kinds = [block.get("type") for block in blocks if isinstance(block, dict)]
    for kind, times in _AT_MOST.items():
        if (found := kinds.count(kind)) > times:
            yield BlockProblem("/blocks", f"must have at most {times} of {kind}, have {found}")


def _ids_once(ids: Mapping[str, list[str]]) -> Iterator[BlockProblem]:
    for name, found in ids.items():
        yield from (BlockProblem("/blocks", f"have the {name} {twice!r:.60} twice") for twice in repeated(found))

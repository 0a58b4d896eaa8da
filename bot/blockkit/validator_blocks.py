"""Slack's limits on blocks, elements and composition objects, and which of them may stand where.

Only blocks this bot sends are known here; any other type is refused, so that a new one is looked up before it is used.
Source: Slack's documentation ("Blocks", "Block elements", "Composition objects", "Rich text block", "Data visualization block", "Data table
block", "Table block").
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.blockkit.validator_rules import (
    BlockProblem,
    BlockRule,
    any_of,
    anything,
    array,
    boolean,
    every,
    exactly_one,
    number,
    one_of,
    record,
    repeated,
    string,
    tagged,
    url,
    whole,
)

ID = string(255)


def plain(most: int) -> BlockRule:
    """A plain_text object of at most ``most`` characters."""
    return tagged({"plain_text": record({"type": anything, "text": string(most)}, {"emoji": boolean})}, "a place for plain_text")


def text(most: int) -> BlockRule:
    """A plain_text or mrkdwn object of at most ``most`` characters."""
    kinds = {
        "plain_text": record({"type": anything, "text": string(most)}, {"emoji": boolean}),
        "mrkdwn": record({"type": anything, "text": string(most)}, {"verbatim": boolean}),
    }
    return tagged(kinds, "a place for text")


CONFIRM = record({"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)}, {"style": one_of("primary", "danger")})
OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75)})
RICH_OPTION = record({"text": text(75), "value": string(150)}, {"description": text(75)})
OVERFLOW_OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": url()})
GROUP = record({"label": plain(75), "options": array(OPTION, 1, 100)})


def element(kind: Mapping[str, BlockRule], optional: Mapping[str, BlockRule] | None = None) -> BlockRule:
    """An interactive element: its own properties beside the ones that all share."""
    return record({"type": anything, "action_id": ID, **kind}, {"confirm": CONFIRM, "focus_on_load": boolean, **(optional or {})})


def distinct_values(value: Any, at: str) -> Iterator[BlockProblem]:
    """No two choices of a menu mean the same."""
    options = list(value.get("options") or ())
    for group in value.get("option_groups") or ():
        options += group.get("options", ()) if isinstance(group, Mapping) else ()
    values = [option.get("value") for option in options if isinstance(option, Mapping)]
    yield from (BlockProblem(at, f"has two options of value {twice!r:.60}") for twice in repeated(values))


def initial_is_an_option(value: Any, at: str) -> Iterator[BlockProblem]:
    """What is chosen at first is, to the letter, one of the choices."""
    chosen = value.get("initial_option")
    offered = [*(value.get("options") or ())]
    for group in value.get("option_groups") or ():
        offered += group.get("options", ()) if isinstance(group, Mapping) else ()
    if chosen is not None and chosen not in offered:
        yield BlockProblem(f"{at}/initial_option", "must be exactly one of the options")


_CHOICES = {"options": array(OPTION, 1, 100), "option_groups": array(GROUP, 1, 100)}
_PLACEHOLDER = {"placeholder": plain(150)}

ELEMENTS: Mapping[str, BlockRule] = {
    "button": element(
        {"text": plain(75)},
        {"url": url(), "value": string(2_000), "style": one_of("primary", "danger"), "accessibility_label": string(75)},
    ),
    "static_select": every(
        element({}, {**_PLACEHOLDER, **_CHOICES, "initial_option": OPTION}),
        exactly_one("options", "option_groups"),
        distinct_values,
        initial_is_an_option,
    ),
    "multi_static_select": every(
        element({}, {**_PLACEHOLDER, **_CHOICES, "initial_options": array(OPTION, 1, 100), "max_selected_items": whole(1, 100)}),
        exactly_one("options", "option_groups"),
        distinct_values,
    ),
    "conversations_select": element(
        {},
        {
            **_PLACEHOLDER,
            "initial_conversation": ID,
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": anything,
        },
    ),
    "users_select": element({}, {**_PLACEHOLDER, "initial_user": ID}),
    "overflow": every(element({"options": array(OVERFLOW_OPTION, 1, 5)}), distinct_values),
    "checkboxes": every(
        element({"options": array(RICH_OPTION, 1, 10)}, {"initial_options": array(RICH_OPTION, 1, 10)}),
        distinct_values,
    ),
    "radio_buttons": every(
        element({"options": array(RICH_OPTION, 1, 10)}, {"initial_option": RICH_OPTION}),
        distinct_values,
        initial_is_an_option,
    ),
    "datepicker": element({}, {**_PLACEHOLDER, "initial_date": string(10, 10)}),
    "timepicker": element({}, {**_PLACEHOLDER, "initial_time": string(5, 5), "timezone": string(255)}),
    "plain_text_input": element(
        {},
        {
            **_PLACEHOLDER,
            "initial_value": string(3_000, 0),
            "multiline": boolean,
            "min_length": whole(0, 3_000),
            "max_length": whole(1, 3_000),
            "dispatch_action_config": anything,
        },
    ),
}

IMAGE = every(
    record({"type": anything, "alt_text": string(2_000)}, {"image_url": url(), "slack_file": anything}),
    exactly_one("image_url", "slack_file"),
)

#: What may stand in an actions block, beside a section, in an input (documentation of each element: "Works with block types").
IN_ACTIONS = tagged({kind: rule for kind, rule in ELEMENTS.items() if kind != "plain_text_input"}, "an actions block")
IN_SECTION = tagged({**{kind: rule for kind, rule in ELEMENTS.items() if kind != "plain_text_input"}, "image": IMAGE}, "a section")
IN_INPUT = tagged({kind: rule for kind, rule in ELEMENTS.items() if kind not in ("button", "overflow")}, "an input block")
IN_CONTEXT = tagged(
    {
        "mrkdwn": record({"type": anything, "text": string(3_000)}, {"verbatim": boolean}),
        "plain_text": record({"type": anything, "text": string(3_000)}, {"emoji": boolean}),
        "image": IMAGE,
    },
    "a context block",
)


_STYLE = record({}, {"bold": boolean, "italic": boolean, "strike": boolean, "code": boolean, "underline": boolean})

_PIECES: Mapping[str, BlockRule] = {
    "text": record({"type": anything, "text": string(3_000)}, {"style": _STYLE}),
    "link": record({"type": anything, "url": url()}, {"text": string(3_000), "style": _STYLE, "unsafe": boolean}),
    "user": record({"type": anything, "user_id": string(255)}, {"style": _STYLE}),
    "channel": record({"type": anything, "channel_id": string(255)}, {"style": _STYLE}),
    "emoji": record({"type": anything, "name": string(255)}, {"unicode": string(255)}),
    "date": record({"type": anything, "timestamp": whole(0, 2**53), "format": string(255)}, {"fallback": string(255), "url": url()}),
}

_PIECE = tagged(_PIECES, "rich text")
_SECTION = record({"type": anything, "elements": array(_PIECE, 1, 1_000)})
_BOXED = record({"type": anything, "elements": array(_PIECE, 1, 1_000)}, {"border": whole(0, 1)})
_LIST = record(
    {
        "type": anything,
        "style": one_of("bullet", "ordered"),
        "elements": array(tagged({"rich_text_section": _SECTION}, "a list"), 1, 1_000),
    },
    {"indent": whole(0, 8), "offset": whole(0, 2**31), "border": whole(0, 1)},
)

#: What a rich_text block is made of.
RICH_ELEMENTS = array(
    tagged(
        {"rich_text_section": _SECTION, "rich_text_list": _LIST, "rich_text_preformatted": _BOXED, "rich_text_quote": _BOXED},
        "a rich_text block",
    ),
    1,
    1_000,
)


_LABEL = string(20)
#: Six series or segments; Slack has been seen to allow twelve, so this stays on the safe side.
_MOST_SERIES = 6
_MOST_CATEGORIES = 20
_MOST_ROWS = 101
_MOST_COLUMNS = 20
#: Characters in all cells of a table.
_MOST_CELL_TEXT = 10_000

_POINT = record({"label": _LABEL, "value": number()})
_SERIES = record({"name": _LABEL, "data": array(_POINT, 1, _MOST_CATEGORIES)})
_AXIS = record({"categories": array(_LABEL, 1, _MOST_CATEGORIES)}, {"x_label": string(50), "y_label": string(50)})
_SEGMENT = record({"label": _LABEL, "value": number(above=0)})


def _names_once(value: Any, at: str) -> Iterator[BlockProblem]:
    names = [series.get("name") for series in _objects(value.get("series"))]
    yield from (BlockProblem(f"{at}/series", f"has two series of the name {name!r:.60}") for name in repeated(names))


def _one_point_per_category(value: Any, at: str) -> Iterator[BlockProblem]:
    axis = value.get("axis_config")
    categories = axis.get("categories") if isinstance(axis, Mapping) else None
    if not isinstance(categories, (list, tuple)):
        return
    yield from (BlockProblem(f"{at}/axis_config/categories", f"has {twice!r:.60} twice") for twice in repeated(categories))
    for place, series in enumerate(_objects(value.get("series"))):
        labels = [point.get("label") for point in _objects(series.get("data"))]
        if labels != list(categories):
            yield BlockProblem(f"{at}/series/{place}/data", "must have exactly one point per category, in the categories' order")


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, (list, tuple)) else []


_AXIS_CHART = every(
    record({"type": anything, "series": array(_SERIES, 1, _MOST_SERIES), "axis_config": _AXIS}),
    _names_once,
    _one_point_per_category,
)
_PIE = record({"type": anything, "segments": array(_SEGMENT, 1, _MOST_SERIES)})

DATA_VISUALIZATION = record(
    {
        "type": anything,
        "title": string(50),
        "chart": tagged({"bar": _AXIS_CHART, "line": _AXIS_CHART, "area": _AXIS_CHART, "pie": _PIE}, "a data_visualization"),
    },
    {"block_id": ID},
)

_RAW_TEXT = record({"type": anything, "text": string(_MOST_CELL_TEXT)})
_RAW_NUMBER = record({"type": anything, "value": number()}, {"text": string(_MOST_CELL_TEXT)})
_RICH = record({"type": anything, "elements": RICH_ELEMENTS})
_CELL = tagged({"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER, "rich_text": _RICH}, "a table")
_HEADER_CELL = tagged({"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER}, "a table's header")


def _header_row(value: Any, at: str) -> Iterator[BlockProblem]:
    rows = value.get("rows")
    if isinstance(rows, (list, tuple)) and rows:
        yield from array(_HEADER_CELL, 1, _MOST_COLUMNS)(rows[0], f"{at}/rows/0")


def _equally_long(value: Any, at: str) -> Iterator[BlockProblem]:
    rows = value.get("rows")
    lengths = {len(row) for row in rows if isinstance(row, (list, tuple))} if isinstance(rows, (list, tuple)) else set()
    if len(lengths) > 1:
        yield BlockProblem(f"{at}/rows", f"must all be equally long, have {', '.join(map(str, sorted(lengths)))} cells")


def cell_text(value: Any) -> int:
    """The characters in all cells of a table."""
    rows = value.get("rows") if isinstance(value, Mapping) else None
    cells = [cell for row in rows if isinstance(row, (list, tuple)) for cell in _objects(row)] if isinstance(rows, (list, tuple)) else []
    return sum(len(text) for cell in cells if isinstance(text := cell.get("text"), str))


def _cell_text_in_all(value: Any, at: str) -> Iterator[BlockProblem]:
    if (size := cell_text(value)) > _MOST_CELL_TEXT:
        yield BlockProblem(f"{at}/rows", f"must have at most {_MOST_CELL_TEXT:,} characters in all cells, have {size:,}")


DATA_TABLE = every(
    record(
        {"type": anything, "caption": string(3_000), "rows": array(array(_CELL, 1, _MOST_COLUMNS), 2, _MOST_ROWS)},
        {"block_id": ID, "page_size": whole(1, 100), "row_header_column_index": whole(0, _MOST_COLUMNS - 1)},
    ),
    _header_row,
    _equally_long,
    _cell_text_in_all,
)


def _block(required: Mapping[str, BlockRule], optional: Mapping[str, BlockRule] | None = None) -> BlockRule:
    return record({"type": anything, **required}, {"block_id": ID, **(optional or {})})


_EVERYWHERE: Mapping[str, BlockRule] = {
    "header": _block({"text": plain(150)}),
    "section": every(
        _block({}, {"text": text(3_000), "fields": array(text(2_000), 1, 10), "accessory": IN_SECTION, "expand": boolean}),
        any_of("text", "fields"),
    ),
    "context": _block({"elements": array(IN_CONTEXT, 1, 10)}),
    "actions": _block({"elements": array(IN_ACTIONS, 1, 25)}),
    "divider": _block({}),
    "image": every(
        _block({"alt_text": string(2_000)}, {"image_url": url(), "slack_file": anything, "title": plain(2_000)}),
        exactly_one("image_url", "slack_file"),
    ),
    "input": _block({"label": plain(2_000), "element": IN_INPUT}, {"hint": plain(2_000), "optional": boolean, "dispatch_action": boolean}),
    "rich_text": _block({"elements": RICH_ELEMENTS}),
}

#: Native data blocks are for messages; Home and modals refuse them.
IN_MESSAGE = tagged(
    {**_EVERYWHERE, "data_visualization": DATA_VISUALIZATION, "data_table": DATA_TABLE, "markdown": _block({"text": string(12_000)})},
    "a message of this bot",
)
IN_VIEW = tagged(_EVERYWHERE, "a view of this bot")

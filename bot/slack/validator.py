"""The offline checker: what Slack would refuse in a message or a view, found without asking Slack.

It checks every payload in tests, in the demo and in the preflight, and messages inside an acknowledgement, whose refusal Slack does not
report. Limits are counted in characters. Only blocks this bot sends are known here; any other type is refused, so that a new one is looked
up before it is used.
Source: Slack's documentation ("Blocks", "Block elements", "Composition objects", "Rich text block", "Data visualization block", "Data table
block", "Table block", "chat.postMessage", "Views").
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from msgspec.json import Decoder

from bot.slack.builders import Message, cell_text, text_size
from bot.slack.limits import (
    GROUP,
    ID,
    NATIVE,
    OPTION,
    OVERFLOW_OPTION,
    OWN_OF_TEXT,
    RICH_OPTION,
    BlockProblem,
    Type,
    Typed,
    any_of,
    anything,
    array,
    boolean,
    distinct_values,
    element,
    every,
    exactly_one,
    initial_is_an_option,
    most,
    number,
    one_of,
    plain,
    record,
    refused,
    repeated,
    string,
    tagged,
    text,
    typed,
    url,
    whole,
)

_CHOICES = {"options": array(OPTION, "options"), "option_groups": array(GROUP, "option groups")}
_PLACEHOLDER = {"placeholder": plain("placeholder")}

ELEMENTS: Mapping[str, Typed] = {
    "button": element(
        {"text": plain("button text")},
        {"url": url(), "value": string("button value"), "style": one_of("primary", "danger"),
         "accessibility_label": string("accessibility label")},
    ),
    "static_select": every(element({}, {**_PLACEHOLDER, **_CHOICES, "initial_option": OPTION}), exactly_one("options", "option_groups"),
     distinct_values, initial_is_an_option),
    "multi_static_select": every(
        element({}, {**_PLACEHOLDER, **_CHOICES, "initial_options": array(OPTION, "options"), "max_selected_items": whole(1, "options")}),
        exactly_one("options", "option_groups"),
        distinct_values,
    ),
    "external_select": element(
        {}, {**_PLACEHOLDER, "initial_option": OPTION, "min_query_length": whole(0, "letters before options are asked for")}
    ),
    "conversations_select": element(
        {},
        {**_PLACEHOLDER, "initial_conversation": ID, "default_to_current_conversation": boolean, "response_url_enabled": boolean,
         "filter": anything},
    ),
    "multi_conversations_select": element(
        {}, {**_PLACEHOLDER, "initial_conversations": array(ID, "options"), "max_selected_items": whole(1, "options"), "filter": anything}
    ),
    "users_select": element({}, {**_PLACEHOLDER, "initial_user": ID}),
    "multi_users_select": element({}, {**_PLACEHOLDER, "initial_users": array(ID, "options"), "max_selected_items": whole(1, "options")}),
    "overflow": every(element({"options": array(OVERFLOW_OPTION, "overflow options")}), distinct_values),
    "checkboxes": every(
        element({"options": array(RICH_OPTION, "checkboxes")}, {"initial_options": array(RICH_OPTION, "checkboxes")}), distinct_values
    ),
    "radio_buttons": every(
        element({"options": array(RICH_OPTION, "checkboxes")}, {"initial_option": RICH_OPTION}), distinct_values, initial_is_an_option
    ),
    "datepicker": element({}, {**_PLACEHOLDER, "initial_date": string(10, 10)}),
    "timepicker": element({}, {**_PLACEHOLDER, "initial_time": string(5, 5), "timezone": string("time zone")}),
    "plain_text_input": element(
        {},
        {**_PLACEHOLDER, "initial_value": string("text input", 0), "multiline": boolean, "min_length": whole(0, "text input"),
         "max_length": whole(1, "text input"), "dispatch_action_config": anything},
    ),
}  # fmt: skip

IMAGE = every(
    typed({"alt_text": string("image text")}, {"image_url": url(), "slack_file": anything}), exactly_one("image_url", "slack_file")
)

#: What may stand in an actions block, beside a section, in an input (documentation of each element: "Works with block types").
IN_ACTIONS = tagged({kind: rule for kind, rule in ELEMENTS.items() if kind != "plain_text_input"})
IN_SECTION = tagged({**{kind: rule for kind, rule in ELEMENTS.items() if kind != "plain_text_input"}, "image": IMAGE})
IN_INPUT = tagged({kind: rule for kind, rule in ELEMENTS.items() if kind not in ("button", "overflow")})
IN_CONTEXT = tagged({kind: typed({"text": string("context text")}, {own: boolean}) for kind, own in OWN_OF_TEXT.items()} | {"image": IMAGE})

_STYLE = record({}, {"bold": boolean, "italic": boolean, "strike": boolean, "code": boolean, "underline": boolean})

_PIECES: Mapping[str, Typed] = {
    "text": typed({"text": string("rich text")}, {"style": _STYLE}),
    "link": typed({"url": url()}, {"text": string("rich text"), "style": _STYLE, "unsafe": boolean}),
    "user": typed({"user_id": ID}, {"style": _STYLE}),
    "channel": typed({"channel_id": ID}, {"style": _STYLE}),
    "emoji": typed({"name": ID}, {"unicode": ID}),
    "date": typed({"timestamp": whole(0, "timestamp"), "format": ID}, {"fallback": ID, "url": url()}),
}

_RUN = array(tagged(_PIECES), "rich text elements")
_SECTION, _BOXED = typed({"elements": _RUN}), typed({"elements": _RUN}, {"border": whole(0, 1)})
_LIST = typed(
    {"style": one_of("bullet", "ordered"), "elements": array(tagged({"rich_text_section": _SECTION}), "rich text elements")},
    {"indent": whole(0, "rich text indent"), "offset": whole(0, "rich text offset"), "border": whole(0, 1)},
)

#: What a rich_text block is made of.
_RICH = {"rich_text_section": _SECTION, "rich_text_list": _LIST, "rich_text_preformatted": _BOXED, "rich_text_quote": _BOXED}
RICH_ELEMENTS = array(tagged(_RICH), "rich text elements")


def _block(required: Mapping[str, Type], optional: Mapping[str, Type] | None = None) -> Typed:
    return typed(required, {"block_id": ID, **(optional or {})})


_LABEL = string("chart label")
#: Characters in all cells of a table.
_MOST_CELL_TEXT = most("table characters")

_POINT = record({"label": _LABEL, "value": number()})
_SERIES = record({"name": _LABEL, "data": array(_POINT, "chart categories")})
_AXIS = record({"categories": array(_LABEL, "chart categories")}, dict.fromkeys(("x_label", "y_label"), string("chart axis label")))
_SEGMENT = record({"label": _LABEL, "value": number(above=0)})


def _names_once(chart: Any) -> Iterator[BlockProblem]:
    for twice in repeated([series.name for series in chart.series]):
        yield BlockProblem("/series", f"has two series of the name {twice!r:.60}")


def _one_point_per_category(chart: Any) -> Iterator[BlockProblem]:
    categories = chart.axis_config.categories
    for twice in repeated(categories):
        yield BlockProblem("/axis_config/categories", f"has {twice!r:.60} twice")
    for place, series in enumerate(chart.series):
        if [point.label for point in series.data] != categories:
            yield BlockProblem(f"/series/{place}/data", "must have exactly one point per category, in the categories' order")


_AXIS_CHART = every(typed({"series": array(_SERIES, "chart series"), "axis_config": _AXIS}), _names_once, _one_point_per_category)

_CHARTS = {**dict.fromkeys(("bar", "line", "area"), _AXIS_CHART), "pie": typed({"segments": array(_SEGMENT, "chart series")})}
DATA_VISUALIZATION = _block({"title": string("chart title"), "chart": tagged(_CHARTS)})

_PLAIN_CELLS: Mapping[str, Typed] = {
    "raw_text": typed({"text": string("table characters")}),
    "raw_number": typed({"value": number()}, {"text": string("table characters")}),
}
#: A button in a row; clients without such buttons show the fallback.
_ACTION = typed({"element": tagged({"button": ELEMENTS["button"]})}, {"fallback": tagged(_PLAIN_CELLS)})
_CELL = tagged({**_PLAIN_CELLS, "rich_text": typed({"elements": RICH_ELEMENTS}), "action_cell": _ACTION})


def _header_row(table: Any) -> Iterator[BlockProblem]:
    for place, cell in enumerate(table.rows[0]):
        if (kind := cell.__struct_config__.tag) not in _PLAIN_CELLS:
            yield BlockProblem(f"/rows/0/{place}/type", f"{kind!r:.60} is not a type that can stand in a table's header")


def _equally_long(table: Any) -> Iterator[BlockProblem]:
    lengths = {len(row) for row in table.rows}
    if len(lengths) > 1:
        yield BlockProblem("/rows", f"must all be equally long, have {', '.join(map(str, sorted(lengths)))} cells")


DATA_TABLE = every(
    _block(
        {"caption": string("table caption"), "rows": array(array(_CELL, "table columns"), "table rows", 2)},
        {"page_size": whole(1, "table page"), "row_header_column_index": whole(0, most("table columns") - 1)},
    ),
    _header_row,
    _equally_long,
)


_LABEL_TEXT = plain("input label or hint")
_EVERYWHERE: Mapping[str, Typed] = {
    "header": _block({"text": plain("header")}),
    "section": every(
        _block(
            {},
            {"text": text("section text"), "fields": array(text("section field"), "section fields"), "accessory": IN_SECTION,
             "expand": boolean},
        ),
        any_of("text", "fields"),
    ),
    "context": _block({"elements": array(IN_CONTEXT, "context elements")}),
    "actions": _block({"elements": array(IN_ACTIONS, "actions elements")}),
    "divider": _block({}),
    "image": every(_block({"alt_text": string("image text")}, {"image_url": url(), "slack_file": anything, "title": plain("image text")}),
     exactly_one("image_url", "slack_file")),
    "input": _block({"label": _LABEL_TEXT, "element": IN_INPUT}, {"hint": _LABEL_TEXT, "optional": boolean, "dispatch_action": boolean}),
    "rich_text": _block({"elements": RICH_ELEMENTS}),
}  # fmt: skip

_CARD = every(
    _block(
        {},
        {
            **dict.fromkeys(("title", "subtitle"), text("card title")),
            "body": text("card body"),
            "actions": array(tagged({"button": ELEMENTS["button"]}), "card buttons"),
        },
    ),
    any_of("title", "body", "actions"),
)
_NATIVE: Mapping[str, Typed] = {
    "data_visualization": DATA_VISUALIZATION,
    "data_table": DATA_TABLE,
    "markdown": _block({"text": string("markdown")}),
    "alert": _block({"text": text("alert text")}, {"level": one_of("default", "info", "warning", "error", "success")}),
    "carousel": _block({"elements": array(tagged({"card": _CARD}), "carousel cards")}),
}

#: What a block of each surface may be.
ON_SURFACE: Mapping[str, Type] = {
    surface: tagged({**_EVERYWHERE, **{name: _NATIVE[name] for name in sorted(native)}}) for surface, native in NATIVE.items()
}

#: The most blocks of these types on one surface.
_AT_MOST = {"data_visualization": most("charts"), "data_table": most("data tables"), "carousel": most("carousels")}

#: The ids in JSON, however deep they stand; inside of a text their quotation marks are escaped.
_IDS = re.compile(rb'"(block_id|action_id)":("(?:[^"\\]|\\.)*")')

_BLOCKS = Decoder(array(ON_SURFACE["message"], "blocks of a message"))
_METADATA = Decoder(record({"event_type": ID, "event_payload": anything}))
_VIEW_IDS = {"private_metadata": string("private_metadata", 0), "callback_id": ID, "external_id": ID}
_VIEW_TITLE = plain("title or button of a view")
_MODAL = typed(
    {"title": _VIEW_TITLE, "blocks": array(ON_SURFACE["modal"], "blocks of a view")},
    {
        **_VIEW_IDS,
        **dict.fromkeys(("submit", "close"), _VIEW_TITLE),
        **dict.fromkeys(("clear_on_close", "notify_on_close", "submit_disabled"), boolean),
    },
)
_HOME = typed({"blocks": array(ON_SURFACE["home"], "blocks of a view", 0)}, _VIEW_IDS)
_VIEW = Decoder(tagged({"modal": _MODAL, "home": _HOME}))


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
        yield from refused(metadata, _METADATA, "/metadata")
    if found := refused(blocks, _BLOCKS, "/blocks"):
        yield from found
        return
    yield from _native_blocks(blocks)
    yield from _ids_once(raw := orjson.dumps(blocks))
    # The texts are a part of the JSON: nearly no message is so long that they must be added up.
    if len(raw) > (most_in_all := most("text in all blocks")) and (size := text_size(blocks)) > most_in_all:
        yield BlockProblem("/blocks", f"must have at most {most_in_all:,} characters of text in all, have {size:,}")


def _view(view: Mapping[str, Any]) -> Iterator[BlockProblem]:
    if found := refused(view, _VIEW, ""):
        yield from found
        return
    blocks = view["blocks"]
    yield from _native_blocks(blocks)
    yield from _ids_once(raw := orjson.dumps(view))
    if view["type"] == "modal" and "submit" not in view and any(block["type"] == "input" for block in blocks):
        yield BlockProblem("/submit", "is required when a modal has input blocks")
    if len(raw) > most("bytes of a view"):
        yield BlockProblem("", f"must have at most {most('bytes of a view'):,} bytes, has {len(raw):,}")


def _native_blocks(blocks: Sequence[Mapping[str, Any]]) -> Iterator[BlockProblem]:
    kinds = [block["type"] for block in blocks]
    for kind, times in _AT_MOST.items():
        if (found := kinds.count(kind)) > times:
            yield BlockProblem("/blocks", f"must have at most {times} of {kind}, have {found}")
    for place, block in enumerate(blocks):
        if block["type"] == "data_table" and (size := cell_text(block)) > _MOST_CELL_TEXT:
            yield BlockProblem(f"/blocks/{place}/rows", f"must have at most {_MOST_CELL_TEXT:,} characters in all cells, have {size:,}")


def _ids_once(raw: bytes) -> Iterator[BlockProblem]:
    for name, twice in repeated(_IDS.findall(raw)):
        yield BlockProblem("/blocks", f"have the {name.decode()} {twice.decode():.60} twice")

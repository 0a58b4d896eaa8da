"""Checks of tables and charts.

Rules from Slack's documentation: "Table block", "Data table block", "Data visualization block".
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.limits.elements import BUTTON
from bot.sandbox.limits.layout import block
from bot.sandbox.limits.rich_text import RICH_TEXT
from bot.sandbox.limits.rules import Check, LimitFinding, anything, boolean, by_type, integer, items, number, one_of, text, thing
from bot.sandbox.limits.table import most

TABLE_CHARACTERS = most("table.characters")
"""All cells of one table together."""
COLUMNS = most("table.columns")

RAW_TEXT = thing({"type": anything, "text": text(1)})
RAW_NUMBER = thing({"type": anything, "value": number()}, {"text": text(1)})
TABLE_CELL = by_type({"raw_text": thing({"type": anything, "text": text(0)}), "rich_text": RICH_TEXT})
ACTION_CELL = thing(
    {"type": anything, "element": by_type({"button": BUTTON})}, {"fallback": by_type({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER})}
)
"""A button in a row; clients that draw none show the fallback."""
DATA_CELL = by_type({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER, "rich_text": RICH_TEXT, "action_cell": ACTION_CELL})
COLUMN = thing({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def cells_fit(value: Mapping[str, Any], at: str) -> Iterator[LimitFinding]:
    """All rows of a table are as long as the first, and their text together is not too much."""
    width = len(value["rows"][0])
    for place, row in enumerate(value["rows"]):
        if len(row) != width:
            yield LimitFinding(f"{at}/rows/{place}", f"all rows must have the same number of cells: {width}")
    size = sum(_written(cell) for row in value["rows"] for cell in row)
    if size > TABLE_CHARACTERS:
        yield LimitFinding(f"{at}/rows", f"must be less than {TABLE_CHARACTERS + 1} characters in all cells together")


def _written(cell: Mapping[str, Any]) -> int:
    if cell["type"] == "rich_text":
        return len(json.dumps(cell["elements"], ensure_ascii=False))
    if cell["type"] == "action_cell":
        return len(cell["element"]["text"]["text"])
    return len(str(cell.get("text", cell.get("value", ""))))


def header_is_plain(value: Mapping[str, Any], at: str) -> Iterator[LimitFinding]:
    """The first row of a data table is its header, without rich text and buttons."""
    for place, cell in enumerate(value["rows"][0]):
        if cell["type"] in {"rich_text", "action_cell"}:
            yield LimitFinding(f"{at}/rows/0/{place}", f"{cell['type']} is not allowed in the header row")
    index = value.get("row_header_column_index")
    if index is not None and index >= len(value["rows"][0]):
        yield LimitFinding(f"{at}/row_header_column_index", "must be the index of a column")


def names_differ(value: Mapping[str, Any], at: str) -> Iterator[LimitFinding]:
    """The series of a chart have different names, its categories too."""
    yield from _twice([series["name"] for series in value["series"]], f"{at}/series")
    yield from _twice(value["axis_config"]["categories"], f"{at}/axis_config/categories")


def one_point_a_category(value: Mapping[str, Any], at: str) -> Iterator[LimitFinding]:
    """Every series has exactly one point for each category."""
    wanted = Counter(value["axis_config"]["categories"])
    for place, series in enumerate(value["series"]):
        if Counter(point["label"] for point in series["data"]) != wanted:
            yield LimitFinding(f"{at}/series/{place}/data", "must have exactly one data point for each category")


def _twice(names: list[str], at: str) -> Iterator[LimitFinding]:
    for name, times in Counter(names).items():
        if times > 1:
            yield LimitFinding(at, f"must be unique: {name}")


_LABEL = text(1, most("chart.label"))
_POINTS = most("chart.categories")
_SEGMENT = thing({"label": _LABEL, "value": number(above=0)})
_SERIES = thing({"name": _LABEL, "data": items(thing({"label": _LABEL, "value": number()}), 1, _POINTS)})
_AXES = thing({"categories": items(_LABEL, 1, _POINTS)}, dict.fromkeys(("x_label", "y_label"), text(1, most("chart.axis"))))
_PLOTTED = thing(
    {"type": anything, "series": items(_SERIES, 1, most("chart.series")), "axis_config": _AXES}, {}, names_differ, one_point_a_category
)
_PIE = thing({"type": anything, "segments": items(_SEGMENT, 1, most("chart.series"))})

DATA: dict[str, Check] = {
    "table": block(
        {"rows": items(items(TABLE_CELL, 1, COLUMNS), 1, most("table.rows"))}, {"column_settings": items(COLUMN, 0, COLUMNS)}, cells_fit
    ),
    "data_table": block(
        {"caption": text(1), "rows": items(items(DATA_CELL, 1, COLUMNS), 2, most("data_table.rows"))},
        {"page_size": integer(1, most("data_table.page")), "row_header_column_index": integer(0)},
        cells_fit,
        header_is_plain,
    ),
    "data_visualization": block(
        {"title": text(1, most("chart.title")), "chart": by_type({"pie": _PIE, "line": _PLOTTED, "bar": _PLOTTED, "area": _PLOTTED})}
    ),
}
"""Each of these blocks by its type."""

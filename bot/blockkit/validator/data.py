"""Slack's limits on native charts and tables (documentation: "Data visualization block", "Data table block", "Table block")."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.blockkit.validator.elements import ID
from bot.blockkit.validator.rich import RICH_ELEMENTS
from bot.blockkit.validator.rules import BlockProblem, anything, array, every, number, record, repeated, string, tagged, whole

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

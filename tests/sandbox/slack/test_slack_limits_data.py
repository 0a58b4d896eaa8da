"""Slack's limits on tables, charts and cards, each from both sides."""

from typing import Any

import pytest

from bot.sandbox.limits.surfaces import check_blocks

Block = dict[str, Any]


def plain(size: int = 1) -> Block:
    return {"type": "plain_text", "text": "x" * size}


def mrkdwn(size: int = 1) -> Block:
    return {"type": "mrkdwn", "text": "x" * size}


def button() -> Block:
    return {"type": "button", "text": plain()}


def chart(series: list[Block], categories: list[str], kind: str = "bar", **axes: str) -> Block:
    plotted = {"type": kind, "series": series, "axis_config": {"categories": categories, **axes}}
    return {"type": "data_visualization", "title": "t", "chart": plotted}


def series(name: str = "s", labels: list[str] | None = None, value: float = 1) -> Block:
    return {"name": name, "data": [{"label": label, "value": value} for label in labels or ["a"]]}


def pie(*segments: tuple[str, float]) -> Block:
    listed = [{"label": label, "value": value} for label, value in segments]
    return {"type": "data_visualization", "title": "t", "chart": {"type": "pie", "segments": listed}}


def raw(text: str = "x") -> Block:
    return {"type": "raw_text", "text": text}


def rich(text: str = "x") -> Block:
    part = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [part]}


def data_table(size: int = 2, columns: int = 1, **more: Any) -> Block:
    rows = [[raw() for _ in range(columns)] for _ in range(size)]
    return {"type": "data_table", "caption": "c", "rows": rows, **more}


def table(rows: int = 1, columns: int = 1, cell: str = "x") -> Block:
    return {"type": "table", "rows": [[raw(cell) for _ in range(columns)] for _ in range(rows)]}


def card(**more: Any) -> Block:
    return {"type": "card", "title": mrkdwn(), **more}


NAMES = [f"c{n}" for n in range(30)]

LIMITS: dict[str, tuple[Block, Block, str]] = {
    "table rows": (table(100), table(101), "/blocks/0/rows"),
    "table columns": (table(1, 20), table(1, 21), "/blocks/0/rows/0"),
    "table characters": (table(2, 1, "x" * 5000), table(2, 1, "x" * 5001), "/blocks/0/rows"),
    "table ragged": (table(2, 2), {"type": "table", "rows": [[raw(), raw()], [raw()]]}, "/blocks/0/rows/1"),
    "data table rows": (data_table(101), data_table(102), "/blocks/0/rows"),
    "data table with a header alone": (data_table(2), data_table(1), "/blocks/0/rows"),
    "data table columns": (data_table(2, 20), data_table(2, 21), "/blocks/0/rows/0"),
    "data table page": (data_table(page_size=100), data_table(page_size=101), "/blocks/0/page_size"),
    "data table page of none": (data_table(page_size=1), data_table(page_size=0), "/blocks/0/page_size"),
    "data table without caption": (data_table(), {"type": "data_table", "rows": [[raw()], [raw()]]}, "/blocks/0"),
    "data table ragged": (
        data_table(),
        {"type": "data_table", "caption": "c", "rows": [[raw()], [raw(), raw()]]},
        "/blocks/0/rows/1",
    ),
    "data table with buttons in its rows": (
        data_table(rows=[[raw()], [{"type": "action_cell", "element": button(), "fallback": raw()}]]),
        data_table(rows=[[raw()], [{"type": "action_cell", "element": button(), "fallback": rich()}]]),
        "/blocks/0/rows/1/0/fallback/type",
    ),
    "data table with a button in its header": (
        data_table(),
        data_table(rows=[[{"type": "action_cell", "element": button()}], [raw()]]),
        "/blocks/0/rows/0/0",
    ),
    "data table with a rich header": (
        {"type": "data_table", "caption": "c", "rows": [[raw()], [rich()]]},
        {"type": "data_table", "caption": "c", "rows": [[rich()], [raw()]]},
        "/blocks/0/rows/0/0",
    ),
    "data table cell": (
        {"type": "data_table", "caption": "c", "rows": [[raw()], [{"type": "raw_number", "value": 1.5, "text": "1.5"}]]},
        {"type": "data_table", "caption": "c", "rows": [[raw()], [{"type": "raw_number", "value": "1.5"}]]},
        "/blocks/0/rows/1/0/value",
    ),
    "data table empty cell": (
        data_table(),
        {"type": "data_table", "caption": "c", "rows": [[raw()], [raw("")]]},
        "/blocks/0/rows/1/0/text",
    ),
    "chart title": ({**pie(("a", 1)), "title": "x" * 50}, {**pie(("a", 1)), "title": "x" * 51}, "/blocks/0/title"),
    "pie segments": (pie(*[(f"s{n}", 1) for n in range(6)]), pie(*[(f"s{n}", 1) for n in range(7)]), "/blocks/0/chart/segments"),
    "pie of nothing": (pie(("a", 0.1)), pie(("a", 0)), "/blocks/0/chart/segments/0/value"),
    "pie label": (pie(("x" * 20, 1)), pie(("x" * 21, 1)), "/blocks/0/chart/segments/0/label"),
    "chart series": (
        chart([series(f"s{n}") for n in range(6)], ["a"]),
        chart([series(f"s{n}") for n in range(7)], ["a"]),
        "/blocks/0/chart/series",
    ),
    "chart series name": (chart([series("x" * 20)], ["a"]), chart([series("x" * 21)], ["a"]), "/blocks/0/chart/series/0/name"),
    "chart names twice": (chart([series("s"), series("t")], ["a"]), chart([series("s"), series("s")], ["a"]), "/blocks/0/chart/series"),
    "chart categories": (
        chart([series(labels=NAMES[:20])], NAMES[:20], "line"),
        chart([series(labels=NAMES[:20])], NAMES[:21], "line"),
        "/blocks/0/chart/axis_config/categories",
    ),
    "chart category": (
        chart([series(labels=["x" * 20])], ["x" * 20], "area"),
        chart([series(labels=["x" * 20])], ["x" * 21], "area"),
        "/blocks/0/chart/axis_config/categories/0",
    ),
    "chart with a point missing": (
        chart([series(labels=["a", "b"])], ["a", "b"]),
        chart([series(labels=["a"])], ["a", "b"]),
        "/blocks/0/chart/series/0/data",
    ),
    "chart with a point twice": (
        chart([series(labels=["a", "b"])], ["a", "b"]),
        chart([series(labels=["a", "b", "b"])], ["a", "b"]),
        "/blocks/0/chart/series/0/data",
    ),
    "chart axis": (
        chart([series()], ["a"], y_label="x" * 50),
        chart([series()], ["a"], y_label="x" * 51),
        "/blocks/0/chart/axis_config/y_label",
    ),
    "chart kind": (chart([series()], ["a"]), chart([series()], ["a"], "radar"), "/blocks/0/chart/type"),
    "card title": (card(title=mrkdwn(150)), card(title=mrkdwn(151)), "/blocks/0/title/text"),
    "card body": (card(body=mrkdwn(200)), card(body=mrkdwn(201)), "/blocks/0/body/text"),
    "card of nothing": (card(), {"type": "card", "subtitle": mrkdwn()}, "/blocks/0"),
    "card buttons": (card(actions=[button()] * 3), card(actions=[button()] * 4), "/blocks/0/actions"),
    "carousel": (
        {"type": "carousel", "elements": [card()] * 10},
        {"type": "carousel", "elements": [card()] * 11},
        "/blocks/0/elements",
    ),
    "context actions": (
        {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain(75)}] * 5},
        {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain(75)}] * 6},
        "/blocks/0/elements",
    ),
    "feedback": (
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "positive_button": {"text": plain(75), "value": "good"},
                    "negative_button": {"text": plain(75), "value": "bad"},
                }
            ],
        },
        {
            "type": "context_actions",
            "elements": [{"type": "feedback_buttons", "positive_button": {"text": plain(75), "value": "good"}}],
        },
        "/blocks/0/elements/0",
    ),
    "chart categories twice": (
        chart([series(labels=["a", "b"])], ["a", "b"]),
        chart([series(labels=["a", "a"])], ["a", "a"]),
        "/blocks/0/chart/axis_config/categories",
    ),
}


@pytest.mark.parametrize("name", LIMITS)
def test_what_is_just_allowed_passes_and_one_more_is_found_at_its_place(name: str) -> None:
    allowed, beyond, pointer = LIMITS[name]
    assert check_blocks([allowed], "message") == []
    found = check_blocks([beyond], "message")
    assert found[0].pointer == pointer
    assert str(found[0]).startswith("[ERROR] ")
    assert str(found[0]).endswith(f"[json-pointer:{pointer}]")


@pytest.mark.parametrize(("block", "most"), [(pie(("a", 1)), 2), (data_table(), 1), (table(), 1)])
def test_a_message_takes_so_many_of_a_kind(block: Block, most: int) -> None:
    assert check_blocks([block] * most, "message") == []
    assert check_blocks([block] * (most + 1), "message")[0].pointer == f"/blocks/{most}"


@pytest.mark.parametrize(
    ("block", "surfaces"),
    [
        (pie(("a", 1)), {"message", "home"}),
        (data_table(), {"message", "home"}),
        (table(), {"message", "home"}),
        ({"type": "carousel", "elements": [card()]}, {"message", "home"}),
        ({"type": "markdown", "text": "x"}, {"message"}),
        (card(), {"message", "home"}),
        ({"type": "alert", "text": mrkdwn(200), "level": "info"}, {"modal"}),
        (rich(), {"message", "modal", "home"}),
    ],
)
def test_blocks_stand_only_where_slack_draws_them(block: Block, surfaces: set[str]) -> None:
    assert {surface for surface in ("message", "modal", "home") if not check_blocks([block], surface)} == surfaces

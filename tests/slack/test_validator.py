"""Slack's limits, each from both sides: the largest that is taken, and the first that is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.slack.builders import Message
from bot.slack.validator import check_message, check_view

TEXT = "The story"


def plain(size):
    return {"type": "plain_text", "text": "x" * size}


def section(size=1, **more):
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * size}, **more}


def button(**more):
    return {"type": "button", "action_id": "go", "text": plain(1), **more}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def option(value="v", size=1):
    return {"text": plain(size), "value": value}


def options(number):
    return [option(f"v{place}") for place in range(number)]


def select(**more):
    return {"type": "static_select", "action_id": "pick", **more}


def group(number, first=0, size=1):
    return {"label": plain(size), "options": [option(f"v{first + place}") for place in range(number)]}


def chart(categories=2, series=1, *, title=1, label=1, name=1, kind="bar", most=100, **axis):
    """``most``: points of a series, and characters of their labels."""
    labels = [str(place).zfill(2).rjust(label, "x") for place in range(categories)]
    points = [{"label": each[:most], "value": 1} for each in labels[:most]]
    lines = [{"name": str(place).rjust(name, "x"), "data": points} for place in range(series)]
    drawn = {"type": kind, "series": lines, "axis_config": {"categories": labels, **axis}}
    return {"type": "data_visualization", "title": "x" * title, "chart": drawn}


def pie(segments=1, label=1, value=1):
    parts = [{"label": str(place).rjust(label, "x"), "value": value} for place in range(segments)]
    return {"type": "data_visualization", "title": "x", "chart": {"type": "pie", "segments": parts}}


def cell(size=1):
    return {"type": "raw_text", "text": "x" * size}


def table(number=2, columns=1, size=1, **more):
    rows = [[cell(size) for _ in range(columns)] for _ in range(number)]
    return {"type": "data_table", "caption": "x", "rows": rows, **more}


def carousel(cards, **more):
    return {"type": "carousel", "elements": [{"type": "card", "title": plain(1), **more} for _ in range(cards)]}


def rich(*pieces):
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(pieces)}]}


#: name: (what makes the blocks of a size, the largest size taken, where the next one is refused)
UPPER = {
    "blocks": (lambda n: [{"type": "divider"}] * n, 50, "/blocks"),
    "header": (lambda n: [{"type": "header", "text": plain(n)}], 150, "/blocks/0/text/text"),
    "section text": (lambda n: [section(n)], 3_000, "/blocks/0/text/text"),
    "fields": (lambda n: [{"type": "section", "fields": [plain(1)] * n}], 10, "/blocks/0/fields"),
    "field": (lambda n: [{"type": "section", "fields": [plain(n)]}], 2_000, "/blocks/0/fields/0/text"),
    "context elements": (lambda n: [{"type": "context", "elements": [plain(1)] * n}], 10, "/blocks/0/elements"),
    "action elements": (lambda n: [actions(*(button(action_id=f"b{p}") for p in range(n)))], 25, "/blocks/0/elements"),
    "button text": (lambda n: [actions(button(text=plain(n)))], 75, "/blocks/0/elements/0/text/text"),
    "button value": (lambda n: [actions(button(value="x" * n))], 2_000, "/blocks/0/elements/0/value"),
    "button url": (lambda n: [actions(button(url="https://x.example/".ljust(n, "x")))], 3_000, "/blocks/0/elements/0/url"),
    "action id": (lambda n: [actions(button(action_id="x" * n))], 255, "/blocks/0/elements/0/action_id"),
    "block id": (lambda n: [section(block_id="x" * n)], 255, "/blocks/0/block_id"),
    "options": (lambda n: [actions(select(options=options(n)))], 100, "/blocks/0/elements/0/options"),
    "option text": (lambda n: [actions(select(options=[option(size=n)]))], 75, "/blocks/0/elements/0/options/0/text/text"),
    "option value": (lambda n: [actions(select(options=[option("x" * n)]))], 150, "/blocks/0/elements/0/options/0/value"),
    "option groups": (
        lambda n: [actions(select(option_groups=[group(1, first=place) for place in range(n)]))],
        100,
        "/blocks/0/elements/0/option_groups",
    ),
    "options of a group": (
        lambda n: [actions(select(option_groups=[group(n)]))],
        100,
        "/blocks/0/elements/0/option_groups/0/options",
    ),
    "group label": (lambda n: [actions(select(option_groups=[group(1, size=n)]))], 75, "/blocks/0/elements/0/option_groups/0/label/text"),
    "placeholder": (lambda n: [actions(select(options=options(1), placeholder=plain(n)))], 150, "/blocks/0/elements/0/placeholder/text"),
    "charts a message": (lambda n: [chart()] * n, 2, "/blocks"),
    "chart title": (lambda n: [chart(title=n)], 50, "/blocks/0/title"),
    "series": (lambda n: [chart(series=n)], 6, "/blocks/0/chart/series"),
    "series name": (lambda n: [chart(name=n)], 20, "/blocks/0/chart/series/0/name"),
    "categories": (lambda n: [chart(categories=n, most=20)], 20, "/blocks/0/chart/axis_config/categories"),
    "category": (lambda n: [chart(label=n, most=20)], 20, "/blocks/0/chart/axis_config/categories/0"),
    "points": (lambda n: [chart(categories=n)], 20, "/blocks/0/chart/series/0/data"),
    "point label": (lambda n: [chart(label=n)], 20, "/blocks/0/chart/series/0/data/0/label"),
    "axis label": (lambda n: [chart(y_label="x" * n)], 50, "/blocks/0/chart/axis_config/y_label"),
    "segments": (lambda n: [pie(n)], 6, "/blocks/0/chart/segments"),
    "segment label": (lambda n: [pie(label=n)], 20, "/blocks/0/chart/segments/0/label"),
    "tables a message": (lambda n: [table()] * n, 1, "/blocks"),
    "table rows": (lambda n: [table(n)], 101, "/blocks/0/rows"),
    "table columns": (lambda n: [table(columns=n)], 20, "/blocks/0/rows/0"),
    "page size": (lambda n: [table(page_size=n)], 100, "/blocks/0/page_size"),
    "cards": (lambda n: [carousel(n)], 10, "/blocks/0/elements"),
    "card title": (lambda n: [carousel(1, title=plain(n))], 150, "/blocks/0/elements/0/title/text"),
    "card body": (lambda n: [carousel(1, body=plain(n))], 200, "/blocks/0/elements/0/body/text"),
    "card buttons": (lambda n: [carousel(1, actions=[button(action_id=f"b{p}") for p in range(n)])], 3, "/blocks/0/elements/0/actions"),
    "label of a button in a table": (
        lambda n: [table(rows=[[cell()], [{"type": "action_cell", "element": button(text=plain(n)), "fallback": cell()}]])],
        75,
        "/blocks/0/rows/1/0/element/text/text",
    ),
    "text in all": (lambda n: [section(3_000), section(3_000), section(3_000), section(n)], 999, "/blocks"),
}

#: name: (what makes the blocks of a size, the smallest size taken, where the one below is refused)
LOWER = {
    "blocks": (lambda n: [section()] * n, 1, "/blocks"),
    "section text": (lambda n: [section(n)], 1, "/blocks/0/text/text"),
    "options": (lambda n: [actions(select(options=options(n)))], 1, "/blocks/0/elements/0/options"),
    "chart title": (lambda n: [chart(title=n)], 1, "/blocks/0/title"),
    "series": (lambda n: [chart(series=n)], 1, "/blocks/0/chart/series"),
    "segment value": (lambda n: [pie(value=n)], 1, "/blocks/0/chart/segments/0/value"),
    "table rows": (lambda n: [table(n)], 2, "/blocks/0/rows"),
    "cell": (lambda n: [table(size=n)], 1, "/blocks/0/rows/0/0/text"),
    "page size": (lambda n: [table(page_size=n)], 1, "/blocks/0/page_size"),
}

BAD_LABELS = chart()
BAD_LABELS["chart"]["series"][0]["data"].reverse()
SHORT_SERIES = chart()
SHORT_SERIES["chart"]["series"][0]["data"].pop()
SAME_NAMES = chart(series=2)
SAME_NAMES["chart"]["series"][1]["name"] = "0"
SAME_CATEGORIES = chart()
SAME_CATEGORIES["chart"]["axis_config"]["categories"] = ["00", "00"]
NO_VALUE = chart()
NO_VALUE["chart"]["series"][0]["data"][0]["value"] = None
UNEVEN = table()
UNEVEN["rows"][1].append(cell())
RICH_HEADER = table()
RICH_HEADER["rows"][0][0] = rich({"type": "text", "text": "x"})
MUCH_TEXT = table(rows=101, columns=1, size=100)

REFUSED: dict[str, tuple[list[Any], str]] = {
    "an unknown block": ([{"type": "hologram"}], "/blocks/0/type"),
    "a block without a type": ([{"text": "x"}], "/blocks/0/type"),
    "no block at all": (["section"], "/blocks/0"),
    "an unknown property": ([section(colour="red")], "/blocks/0/colour"),
    "an unknown element": ([actions({"type": "lever", "action_id": "x"})], "/blocks/0/elements/0/type"),
    "a text input among actions": ([actions({"type": "plain_text_input", "action_id": "x"})], "/blocks/0/elements/0/type"),
    "a section with nothing in it": ([{"type": "section"}], "/blocks/0"),
    "mrkdwn in a header": ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "/blocks/0/text/type"),
    "a button without text": ([actions({"type": "button", "action_id": "x"})], "/blocks/0/elements/0/text"),
    "a style nobody knows": ([actions(button(style="loud"))], "/blocks/0/elements/0/style"),
    "a url that is none": ([actions(button(url="linkedin.com/feed"))], "/blocks/0/elements/0/url"),
    "a url that runs code": ([actions(button(url="javascript:alert(1)"))], "/blocks/0/elements/0/url"),
    "a url with a space": ([actions(button(url="https://x.example/a b"))], "/blocks/0/elements/0/url"),
    "an action id twice": ([actions(button()), actions(button())], "/blocks"),
    "an action id of signs twice": ([actions(button(action_id='a"\\é')), actions(button(action_id='a"\\é'))], "/blocks"),
    "a block id twice": ([section(block_id="a"), section(block_id="a")], "/blocks"),
    "options and groups": ([actions(select(options=options(1), option_groups=[group(1)]))], "/blocks/0/elements/0"),
    "neither options nor groups": ([actions(select())], "/blocks/0/elements/0"),
    "two options of one value": ([actions(select(options=[option(), option()]))], "/blocks/0/elements/0"),
    "an initial option that is none": (
        [actions(select(options=options(2), initial_option=option("other")))],
        "/blocks/0/elements/0/initial_option",
    ),
    "labels in another order": ([BAD_LABELS], "/blocks/0/chart/series/0/data"),
    "a category without a point": ([SHORT_SERIES], "/blocks/0/chart/series/0/data"),
    "a series name twice": ([SAME_NAMES], "/blocks/0/chart/series"),
    "a category twice": ([SAME_CATEGORIES], "/blocks/0/chart/axis_config/categories"),
    "null for a value": ([NO_VALUE], "/blocks/0/chart/series/0/data/0/value"),
    "a chart of another kind": ([chart(kind="radar")], "/blocks/0/chart/type"),
    "rows of different lengths": ([UNEVEN], "/blocks/0/rows"),
    "rich text in a table's header": ([RICH_HEADER], "/blocks/0/rows/0/0/type"),
    "more than 10,000 characters in a table": ([MUCH_TEXT], "/blocks/0/rows"),
    "an unknown piece of rich text": ([rich({"type": "spell", "text": "x"})], "/blocks/0/elements/0/elements/0/type"),
    "half of an emoji, which is no text": ([section(block_id="\ud83d")], "/blocks"),
    "a colon in what is said twice": ([actions(select(options=[option("a: b"), option("a: b")]))], "/blocks/0/elements/0"),
    "an image without alternative text": ([{"type": "image", "image_url": "https://x.example/a.png"}], "/blocks/0/alt_text"),
}


def pointers(findings):
    return {finding.pointer for finding in findings}


@pytest.mark.parametrize("name", UPPER)
def test_the_largest_is_taken_and_one_more_is_refused(name):
    make, most, pointer = UPPER[name]
    assert check_message(make(most), text=TEXT) == ()
    assert pointer in pointers(check_message(make(most + 1), text=TEXT))


@pytest.mark.parametrize("name", LOWER)
def test_the_smallest_is_taken_and_one_less_is_refused(name):
    make, least, pointer = LOWER[name]
    assert check_message(make(least), text=TEXT) == ()
    assert pointer in pointers(check_message(make(least - 1), text=TEXT))


@pytest.mark.parametrize("name", REFUSED)
def test_refused_where_it_stands(name):
    blocks, pointer = REFUSED[name]
    assert pointer in pointers(check_message(blocks, text=TEXT))


@pytest.mark.parametrize("value", [True, "1", float("nan"), float("inf")])
def test_only_a_finite_number_is_a_value(value):
    assert pointers(check_message([pie(value=value)], text=TEXT)) == {"/blocks/0/chart/segments/0/value"}


@pytest.mark.parametrize(("size", "found"), [(0, {"/text"}), (2_999, set()), (3_000, {"/text"})])
def test_a_message_tells_its_story_in_fewer_than_3000_characters(size, found):
    assert pointers(check_message([section()], text="x" * size)) == found


def test_metadata_has_an_event_type_and_a_payload():
    message = Message("x", (section(),), {"event_type": "card"})
    assert pointers(check_message(message)) == {"/metadata/event_payload"}


def test_text_that_looks_like_an_id_is_none():
    text = {"type": "mrkdwn", "text": '"action_id":"go"'}
    assert check_message([actions(button()), {"type": "section", "text": text}], text=TEXT) == ()


def modal(**more):
    return {"type": "modal", "title": plain(24), "blocks": [section()], **more}


@pytest.mark.parametrize(
    ("view", "found"),
    [
        (modal(), set()),
        (modal(title=plain(25)), {"/title/text"}),
        (modal(submit=plain(25)), {"/submit/text"}),
        (modal(close=plain(25)), {"/close/text"}),
        (modal(private_metadata="x" * 3_000), set()),
        (modal(private_metadata="x" * 3_001), {"/private_metadata"}),
        (modal(callback_id="x" * 256), {"/callback_id"}),
        (modal(blocks=[{"type": "divider"}] * 100), set()),
        (modal(blocks=[{"type": "divider"}] * 101), {"/blocks"}),
        (modal(blocks=[chart()]), {"/blocks/0/type"}),
        (modal(blocks=[table()]), {"/blocks/0/type"}),
        (modal(blocks=[carousel(1)]), {"/blocks/0/type"}),
        ({"type": "home", "blocks": [chart(), chart(), table(), carousel(1)]}, set()),
        ({"type": "home", "blocks": [chart()] * 3}, {"/blocks"}),
        ({"type": "home", "blocks": [table(), table()]}, {"/blocks"}),
        ({"type": "home", "blocks": [{"type": "markdown", "text": "x"}]}, {"/blocks/0/type"}),
        ({"type": "home", "blocks": [section()]}, set()),
        ({"type": "home", "blocks": [section()], "title": plain(1)}, {"/title"}),
        ({"type": "page", "blocks": []}, {"/type"}),
    ],
)
def test_a_view_has_its_own_limits(view, found):
    assert pointers(check_view(view)) == found


def test_an_input_needs_a_way_to_submit_it():
    field = {"type": "input", "label": plain(1), "element": {"type": "plain_text_input", "action_id": "x"}}
    assert pointers(check_view(modal(blocks=[field]))) == {"/submit"}
    assert check_view(modal(blocks=[field], submit=plain(4))) == ()


def test_a_finding_says_where_and_why():
    (finding,) = check_message([section(3_001)], text=TEXT)
    assert str(finding) == "/blocks/0/text/text: Expected `str` of length <= 3000"


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[1] / "reports" / "snapshots").glob("*.json")), ids=lambda path: path.stem)
def test_a_snapshot_read_back_from_json_is_taken_too(path):
    payload = json.loads(path.read_text(encoding="utf-8"))
    assert check_message(payload["blocks"], text=payload["text"]) == ()

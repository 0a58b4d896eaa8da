"""Slack's limits on payloads, each from both sides: what is just allowed passes, one more is found, at its place."""

from typing import Any

import pytest

from bot.sandbox.limits.surfaces import check_attachments, check_blocks, check_message, check_view

Block = dict[str, Any]


def plain(size: int = 1, mark: str = "x") -> Block:
    return {"type": "plain_text", "text": mark * size}


def mrkdwn(size: int = 1) -> Block:
    return {"type": "mrkdwn", "text": "x" * size}


def option(label: int = 1, value: str = "v") -> Block:
    return {"text": plain(label), "value": value}


def options(count: int) -> list[Block]:
    return [option(value=f"v{n}") for n in range(count)]


def button(**more: Any) -> Block:
    return {"type": "button", "text": plain(), **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def accessory(element: Block) -> Block:
    return {"type": "section", "text": mrkdwn(), "accessory": element}


def field(element: Block, **more: Any) -> Block:
    return {"type": "input", "label": plain(), "element": element, **more}


def image(**more: Any) -> Block:
    return {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a", **more}


def rich(text: str = "x") -> Block:
    part = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [part]}


SELECT = {"type": "static_select"}

LIMITS: dict[str, tuple[Block, Block, str]] = {
    "section text": ({"type": "section", "text": mrkdwn(3000)}, {"type": "section", "text": mrkdwn(3001)}, "/blocks/0/text/text"),
    "section text empty": ({"type": "section", "text": mrkdwn(1)}, {"type": "section", "text": mrkdwn(0)}, "/blocks/0/text/text"),
    "section field": (
        {"type": "section", "fields": [mrkdwn(2000)]},
        {"type": "section", "fields": [mrkdwn(2001)]},
        "/blocks/0/fields/0/text",
    ),
    "section fields": ({"type": "section", "fields": [mrkdwn()] * 10}, {"type": "section", "fields": [mrkdwn()] * 11}, "/blocks/0/fields"),
    "section with neither": ({"type": "section", "fields": [mrkdwn()]}, {"type": "section"}, "/blocks/0"),
    "header": ({"type": "header", "text": plain(150)}, {"type": "header", "text": plain(151)}, "/blocks/0/text/text"),
    "header in mrkdwn": ({"type": "header", "text": plain()}, {"type": "header", "text": mrkdwn()}, "/blocks/0/text/type"),
    "context elements": (
        {"type": "context", "elements": [mrkdwn()] * 10},
        {"type": "context", "elements": [mrkdwn()] * 11},
        "/blocks/0/elements",
    ),
    "context empty": ({"type": "context", "elements": [mrkdwn()]}, {"type": "context", "elements": []}, "/blocks/0/elements"),
    "actions elements": (actions(*[button()] * 25), actions(*[button()] * 26), "/blocks/0/elements"),
    "an input in actions": (
        actions(button()),
        actions({"type": "plain_text_input"}),
        "/blocks/0/elements/0/type",
    ),
    "button text": (actions(button(text=plain(75))), actions(button(text=plain(76))), "/blocks/0/elements/0/text/text"),
    "button text in mrkdwn": (actions(button()), actions(button(text=mrkdwn())), "/blocks/0/elements/0/text/type"),
    "button value": (actions(button(value="x" * 2000)), actions(button(value="x" * 2001)), "/blocks/0/elements/0/value"),
    "button style": (actions(button(style="danger")), actions(button(style="default")), "/blocks/0/elements/0/style"),
    "button url": (
        actions(button(url="https://x.example/" + "a" * 2982)),
        actions(button(url="https://x.example/" + "a" * 2983)),
        "/blocks/0/elements/0/url",
    ),
    "button url that is none": (actions(button(url="http://x.example")), actions(button(url="x.example")), "/blocks/0/elements/0/url"),
    "action_id": (actions(button(action_id="x" * 255)), actions(button(action_id="x" * 256)), "/blocks/0/elements/0/action_id"),
    "block_id": ({"type": "divider", "block_id": "x" * 255}, {"type": "divider", "block_id": "x" * 256}, "/blocks/0/block_id"),
    "confirm title": (
        actions(button(confirm={"title": plain(100), "text": mrkdwn(300), "confirm": plain(30), "deny": plain(30)})),
        actions(button(confirm={"title": plain(101), "text": mrkdwn(300), "confirm": plain(30), "deny": plain(30)})),
        "/blocks/0/elements/0/confirm/title/text",
    ),
    "confirm deny": (
        actions(button(confirm={"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(30)})),
        actions(button(confirm={"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(31)})),
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    "select options": (
        accessory({**SELECT, "options": options(100)}),
        accessory({**SELECT, "options": options(101)}),
        "/blocks/0/accessory/options",
    ),
    "select without options": (
        accessory({**SELECT, "options": options(1)}),
        accessory({**SELECT, "options": []}),
        "/blocks/0/accessory/options",
    ),
    "select with options and groups": (
        accessory({**SELECT, "option_groups": [{"label": plain(75), "options": options(1)}]}),
        accessory({**SELECT, "options": options(1), "option_groups": [{"label": plain(75), "options": options(1)}]}),
        "/blocks/0/accessory",
    ),
    "option text": (
        accessory({**SELECT, "options": [option(75)]}),
        accessory({**SELECT, "options": [option(76)]}),
        "/blocks/0/accessory/options/0/text/text",
    ),
    "option value": (
        accessory({**SELECT, "options": [option(value="x" * 150)]}),
        accessory({**SELECT, "options": [option(value="x" * 151)]}),
        "/blocks/0/accessory/options/0/value",
    ),
    "initial option not offered": (
        accessory({**SELECT, "options": options(2), "initial_option": option(value="v1")}),
        accessory({**SELECT, "options": options(2), "initial_option": option(value="v2")}),
        "/blocks/0/accessory/initial_option",
    ),
    "placeholder": (
        accessory({"type": "users_select", "placeholder": plain(150)}),
        accessory({"type": "users_select", "placeholder": plain(151)}),
        "/blocks/0/accessory/placeholder/text",
    ),
    "overflow options": (
        accessory({"type": "overflow", "options": options(5)}),
        accessory({"type": "overflow", "options": options(6)}),
        "/blocks/0/accessory/options",
    ),
    "checkboxes": (
        accessory({"type": "checkboxes", "options": options(10)}),
        accessory({"type": "checkboxes", "options": options(11)}),
        "/blocks/0/accessory/options",
    ),
    "radio buttons": (
        accessory({"type": "radio_buttons", "options": options(10)}),
        accessory({"type": "radio_buttons", "options": options(11)}),
        "/blocks/0/accessory/options",
    ),
    "date": (
        accessory({"type": "datepicker", "initial_date": "2026-11-30"}),
        accessory({"type": "datepicker", "initial_date": "2026-13-30"}),
        "/blocks/0/accessory/initial_date",
    ),
    "time": (
        accessory({"type": "timepicker", "initial_time": "23:59"}),
        accessory({"type": "timepicker", "initial_time": "24:00"}),
        "/blocks/0/accessory/initial_time",
    ),
    "date and time": (
        actions({"type": "datetimepicker", "initial_date_time": 1_795_000_000}),
        actions({"type": "datetimepicker", "initial_date_time": 179_500_000}),
        "/blocks/0/elements/0/initial_date_time",
    ),
    "text input": (
        field({"type": "plain_text_input", "max_length": 3000}),
        field({"type": "plain_text_input", "max_length": 3001}),
        "/blocks/0/element/max_length",
    ),
    "input label": (
        {"type": "input", "label": plain(2000), "element": {"type": "plain_text_input"}},
        {"type": "input", "label": plain(2001), "element": {"type": "plain_text_input"}},
        "/blocks/0/label/text",
    ),
    "a button as input": (field({"type": "email_text_input"}), field(button()), "/blocks/0/element/type"),
    "a file dispatching": (
        field({"type": "file_input"}),
        field({"type": "file_input"}, dispatch_action=True),
        "/blocks/0/dispatch_action",
    ),
    "number input": (
        field({"type": "number_input", "is_decimal_allowed": True}),
        field({"type": "number_input"}),
        "/blocks/0/element",
    ),
    "conversation filter": (
        accessory({"type": "conversations_select", "filter": {"include": ["public"]}}),
        accessory({"type": "conversations_select", "filter": {"include": ["secret"]}}),
        "/blocks/0/accessory/filter/include/0",
    ),
    "image alt": (image(alt_text="x" * 2000), image(alt_text="x" * 2001), "/blocks/0/alt_text"),
    "image with two sources": (image(), image(slack_file={"id": "F1"}), "/blocks/0"),
    "rich text part": (
        rich(),
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "shout"}]}]},
        "/blocks/0/elements/0/elements/0/type",
    ),
    "rich text list": (
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": rich()["elements"]}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "stars", "elements": rich()["elements"]}]},
        "/blocks/0/elements/0/style",
    ),
    "markdown": ({"type": "markdown", "text": "x" * 12_000}, {"type": "markdown", "text": "x" * 12_001}, "/blocks/0/text"),
    "file": (
        {"type": "file", "external_id": "e", "source": "remote"},
        {"type": "file", "external_id": "e", "source": "local"},
        "/blocks/0/source",
    ),
    "video": (
        {"type": "video", "alt_text": "a", "title": plain(199), "thumbnail_url": "https://a.b/c", "video_url": "https://a.b/d"},
        {"type": "video", "alt_text": "a", "title": plain(200), "thumbnail_url": "https://a.b/c", "video_url": "https://a.b/d"},
        "/blocks/0/title/text",
    ),
    "unknown block": ({"type": "divider"}, {"type": "sparkle"}, "/blocks/0/type"),
    "unknown property": ({"type": "divider"}, {"type": "divider", "colour": "red"}, "/blocks/0/colour"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_what_is_just_allowed_passes_and_one_more_is_found_at_its_place(name: str) -> None:
    allowed, beyond, pointer = LIMITS[name]
    assert check_blocks([allowed], "message") == []
    found = check_blocks([beyond], "message")
    assert found[0].pointer == pointer
    assert str(found[0]).startswith("[ERROR] ")
    assert str(found[0]).endswith(f"[json-pointer:{pointer}]")


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_each_surface_takes_so_many_blocks(surface: str, most: int) -> None:
    divider = {"type": "divider"}
    assert check_blocks([divider] * most, surface) == []
    assert check_blocks([divider] * (most + 1), surface)[0].problem == f"no more than {most} items allowed"


def test_an_alert_takes_200_characters_and_known_levels() -> None:
    assert check_blocks([{"type": "alert", "text": mrkdwn(201)}], "modal")[0].pointer == "/blocks/0/text/text"
    assert check_blocks([{"type": "alert", "text": mrkdwn(), "level": "loud"}], "modal")[0].pointer == "/blocks/0/level"


def test_ids_differ_within_a_payload() -> None:
    divider = {"type": "divider", "block_id": "same"}
    assert check_blocks([divider, divider], "message")[0].pointer == "/blocks/1/block_id"
    twice = [actions(button(action_id="go")), actions(button(action_id="stay"), button(action_id="go"))]
    assert check_blocks(twice, "message")[0].pointer == "/blocks/1/elements/1/action_id"


def test_all_text_of_a_message_together_has_a_bound() -> None:
    long = {"type": "section", "text": mrkdwn(2750)}
    assert check_blocks([long] * 4, "message") == []
    assert check_blocks([long] * 4 + [{"type": "section", "text": mrkdwn()}], "message")[0].code == "msg_blocks_too_long"


def test_blocks_in_attachments_are_checked_too() -> None:
    assert check_attachments([{"color": "#0a66c2", "blocks": [{"type": "divider"}]}]) == []
    found = check_message({"attachments": [{"blocks": [{"type": "sparkle"}]}]})
    assert [one.pointer for one in found] == ["/attachments/0/blocks/0/type"]


def modal(**more: Any) -> Block:
    return {"type": "modal", "title": plain(), "blocks": [{"type": "divider"}], **more}


@pytest.mark.parametrize(
    ("allowed", "beyond", "pointer"),
    [
        (modal(title=plain(24)), modal(title=plain(25)), "/title/text"),
        (modal(submit=plain(24)), modal(submit=plain(25)), "/submit/text"),
        (modal(close=plain(24)), modal(close=plain(25)), "/close/text"),
        (modal(private_metadata="x" * 3000), modal(private_metadata="x" * 3001), "/private_metadata"),
        (modal(callback_id="x" * 255), modal(callback_id="x" * 256), "/callback_id"),
        (modal(), {"type": "modal", "blocks": []}, ""),
        (modal(), modal(colour="red"), "/colour"),
        ({"type": "home", "blocks": []}, {"type": "home", "blocks": [], "title": plain()}, "/title"),
        (
            modal(submit=plain(), blocks=[field({"type": "plain_text_input"})]),
            modal(blocks=[field({"type": "plain_text_input"})]),
            "/submit",
        ),
        (modal(), {"type": "drawer", "blocks": []}, "/type"),
    ],
)
def test_views_have_limits_of_their_own(allowed: Block, beyond: Block, pointer: str) -> None:
    assert check_view(allowed) == []
    assert [one.pointer for one in check_view(beyond)] == [pointer]


def test_a_view_takes_250_kilobytes() -> None:
    long = {"type": "section", "text": mrkdwn(2400)}
    assert check_view(modal(blocks=[long] * 100)) == []
    assert check_view(modal(blocks=[{"type": "section", "text": mrkdwn(2600)}] * 100))[0].code == "view_too_large"


def test_what_is_no_block_at_all_is_found_without_a_stumble() -> None:
    nonsense: Any
    for nonsense in ("text", 1, None, [], {"type": 3}, {"type": ["section"]}):
        assert check_blocks([nonsense], "message")[0].pointer.startswith("/blocks/0")

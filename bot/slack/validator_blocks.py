"""Slack's limits on blocks, elements and composition objects, and which of them may stand where.

Only blocks this bot sends are known here; any other type is refused, so that a new one is looked up before it is used.
Source: Slack's documentation ("Blocks", "Block elements", "Composition objects", "Rich text block", "Data visualization block", "Data table
block", "Table block").
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack.limits import (
    BlockProblem,
    BlockRule,
    anything,
    array,
    boolean,
    every,
    exactly_one,
    most,
    one_of,
    record,
    repeated,
    string,
    tagged,
    url,
    whole,
)

ID = string(most("id"))


def plain(size: int) -> BlockRule:
    return tagged({"plain_text": record({"type": anything, "text": string(size)}, {"emoji": boolean})}, "a place for plain_text")


def text(size: int) -> BlockRule:
    kinds = {
        "plain_text": record({"type": anything, "text": string(size)}, {"emoji": boolean}),
        "mrkdwn": record({"type": anything, "text": string(size)}, {"verbatim": boolean}),
    }
    return tagged(kinds, "a place for text")


_ANSWER = plain(most("confirmation button"))
CONFIRM = record(
    {"title": plain(most("confirmation title")), "text": text(most("confirmation text")), "confirm": _ANSWER, "deny": _ANSWER},
    {"style": one_of("primary", "danger")},
)
_OPTION_TEXT, _OPTION_VALUE = plain(most("option text")), string(most("option value"))
OPTION = record({"text": _OPTION_TEXT, "value": _OPTION_VALUE}, {"description": _OPTION_TEXT})
RICH_OPTION = record({"text": text(most("option text")), "value": _OPTION_VALUE}, {"description": text(most("option text"))})
OVERFLOW_OPTION = record({"text": _OPTION_TEXT, "value": _OPTION_VALUE}, {"description": _OPTION_TEXT, "url": url()})
GROUP = record({"label": plain(most("option group label")), "options": array(OPTION, 1, most("options"))})


def element(kind: Mapping[str, BlockRule], optional: Mapping[str, BlockRule] | None = None) -> BlockRule:
    """An interactive element: its own properties beside the ones that all share."""
    return record({"type": anything, "action_id": ID, **kind}, {"confirm": CONFIRM, "focus_on_load": boolean, **(optional or {})})


def distinct_values(value: Any) -> Iterator[BlockProblem]:
    """No two choices of a menu mean the same."""
    options = list(value.get("options") or ())
    for group in value.get("option_groups") or ():
        options += group.get("options", ()) if isinstance(group, Mapping) else ()
    values = [option.get("value") for option in options if isinstance(option, Mapping)]
    yield from (BlockProblem("", f"has two options of value {twice!r:.60}") for twice in repeated(values))


def initial_is_an_option(value: Any) -> Iterator[BlockProblem]:
    """What is chosen at first is, to the letter, one of the choices."""
    chosen = value.get("initial_option")
    offered = [*(value.get("options") or ())]
    for group in value.get("option_groups") or ():
        offered += group.get("options", ()) if isinstance(group, Mapping) else ()
    if chosen is not None and chosen not in offered:
        yield BlockProblem("/initial_option", "must be exactly one of the options")


_CHOICES = {"options": array(OPTION, 1, most("options")), "option_groups": array(GROUP, 1, most("option groups"))}
_PLACEHOLDER = {"placeholder": plain(most("placeholder"))}

ELEMENTS: Mapping[str, BlockRule] = {
    "button": element(
        {"text": plain(most("button text"))},
        {
            "url": url(),
            "value": string(most("button value")),
            "style": one_of("primary", "danger"),
            "accessibility_label": string(most("accessibility label")),
        },
    ),
    "static_select": every(
        element({}, {**_PLACEHOLDER, **_CHOICES, "initial_option": OPTION}),
        exactly_one("options", "option_groups"),
        distinct_values,
        initial_is_an_option,
    ),
    "multi_static_select": every(
        element(
            {},
            {
                **_PLACEHOLDER,
                **_CHOICES,
                "initial_options": array(OPTION, 1, most("options")),
                "max_selected_items": whole(1, most("options")),
            },
        ),
        exactly_one("options", "option_groups"),
        distinct_values,
    ),
    "external_select": element(
        {}, {**_PLACEHOLDER, "initial_option": OPTION, "min_query_length": whole(0, most("letters before options are asked for"))}
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
    "multi_conversations_select": element(
        {},
        {
            **_PLACEHOLDER,
            "initial_conversations": array(ID, 1, most("options")),
            "max_selected_items": whole(1, most("options")),
            "filter": anything,
        },
    ),
    "users_select": element({}, {**_PLACEHOLDER, "initial_user": ID}),
    "multi_users_select": element(
        {}, {**_PLACEHOLDER, "initial_users": array(ID, 1, most("options")), "max_selected_items": whole(1, most("options"))}
    ),
    "overflow": every(element({"options": array(OVERFLOW_OPTION, 1, most("overflow options"))}), distinct_values),
    "checkboxes": every(
        element({"options": array(RICH_OPTION, 1, most("checkboxes"))}, {"initial_options": array(RICH_OPTION, 1, most("checkboxes"))}),
        distinct_values,
    ),
    "radio_buttons": every(
        element({"options": array(RICH_OPTION, 1, most("checkboxes"))}, {"initial_option": RICH_OPTION}),
        distinct_values,
        initial_is_an_option,
    ),
    "datepicker": element({}, {**_PLACEHOLDER, "initial_date": string(10, 10)}),
    "timepicker": element({}, {**_PLACEHOLDER, "initial_time": string(5, 5), "timezone": string(most("time zone"))}),
    "plain_text_input": element(
        {},
        {
            **_PLACEHOLDER,
            "initial_value": string(most("text input"), 0),
            "multiline": boolean,
            "min_length": whole(0, most("text input")),
            "max_length": whole(1, most("text input")),
            "dispatch_action_config": anything,
        },
    ),
}

IMAGE = every(
    record({"type": anything, "alt_text": string(most("image text"))}, {"image_url": url(), "slack_file": anything}),
    exactly_one("image_url", "slack_file"),
)

#: What may stand in an actions block, beside a section, in an input (documentation of each element: "Works with block types").
IN_ACTIONS = tagged({kind: rule for kind, rule in ELEMENTS.items() if kind != "plain_text_input"}, "an actions block")
IN_SECTION = tagged({**{kind: rule for kind, rule in ELEMENTS.items() if kind != "plain_text_input"}, "image": IMAGE}, "a section")
IN_INPUT = tagged({kind: rule for kind, rule in ELEMENTS.items() if kind not in ("button", "overflow")}, "an input block")
IN_CONTEXT = tagged(
    {
        "mrkdwn": record({"type": anything, "text": string(most("context text"))}, {"verbatim": boolean}),
        "plain_text": record({"type": anything, "text": string(most("context text"))}, {"emoji": boolean}),
        "image": IMAGE,
    },
    "a context block",
)

_MANY = most("rich text elements")
_STYLE = record({}, {"bold": boolean, "italic": boolean, "strike": boolean, "code": boolean, "underline": boolean})

_PIECES: Mapping[str, BlockRule] = {
    "text": record({"type": anything, "text": string(most("rich text"))}, {"style": _STYLE}),
    "link": record({"type": anything, "url": url()}, {"text": string(most("rich text")), "style": _STYLE, "unsafe": boolean}),
    "user": record({"type": anything, "user_id": ID}, {"style": _STYLE}),
    "channel": record({"type": anything, "channel_id": ID}, {"style": _STYLE}),
    "emoji": record({"type": anything, "name": ID}, {"unicode": ID}),
    "date": record({"type": anything, "timestamp": whole(0, most("timestamp")), "format": ID}, {"fallback": ID, "url": url()}),
}

_PIECE = tagged(_PIECES, "rich text")
_SECTION = record({"type": anything, "elements": array(_PIECE, 1, _MANY)})
_BOXED = record({"type": anything, "elements": array(_PIECE, 1, _MANY)}, {"border": whole(0, 1)})
_LIST = record(
    {
        "type": anything,
        "style": one_of("bullet", "ordered"),
        "elements": array(tagged({"rich_text_section": _SECTION}, "a list"), 1, _MANY),
    },
    {"indent": whole(0, most("rich text indent")), "offset": whole(0, most("rich text offset")), "border": whole(0, 1)},
)

#: What a rich_text block is made of.
RICH_ELEMENTS = array(
    tagged(
        {"rich_text_section": _SECTION, "rich_text_list": _LIST, "rich_text_preformatted": _BOXED, "rich_text_quote": _BOXED},
        "a rich_text block",
    ),
    1,
    _MANY,
)

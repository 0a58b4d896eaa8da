"""Slack's limits on composition objects and interactive elements (documentation: "Block elements", "Composition objects")."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.blockkit.validator.rules import (
    BlockProblem,
    BlockRule,
    anything,
    array,
    boolean,
    every,
    exactly_one,
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

"""Checks of buttons, menus and input fields. Rules from Slack's documentation, "Block elements"."""

from bot.sandbox.limits.composition import (
    CONFIRM,
    DISPATCH,
    FILTER,
    ID,
    OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    PLAIN_OPTION,
    WORKFLOW,
    chosen_among,
    plain,
)
from bot.sandbox.limits.rules import Check, anything, boolean, integer, items, one_of, only_one, text, thing, web_address
from bot.sandbox.limits.table import most

_TYPED = most("input.text")
DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
COMMON = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": boolean}
TYPED = {"action_id": ID, "placeholder": plain(most("placeholder")), "focus_on_load": boolean, "dispatch_action_config": DISPATCH}


def _select(optional: dict[str, Check], required: dict[str, Check] | None = None, *also: Check) -> Check:
    return thing({"type": anything, **(required or {})}, {**COMMON, "placeholder": plain(most("placeholder")), **optional}, *also)


def _options(*, many: bool) -> Check:
    first = {"initial_options": items(PLAIN_OPTION, 1, most("options")), "max_selected_items": integer(1)}
    offered = {"options": items(PLAIN_OPTION, 1, most("options")), "option_groups": items(OPTION_GROUP, 1, most("options"))}
    chosen = "initial_options" if many else "initial_option"
    return _select(
        offered | (first if many else {"initial_option": PLAIN_OPTION}), None, only_one("options", "option_groups"), chosen_among(chosen)
    )


def _one(kind: str, check: Check, **more: Check) -> Check:
    return _select({f"initial_{kind}": check, **more})


def _many(kind: str, check: Check, **more: Check) -> Check:
    return _select({f"initial_{kind}s": items(check, 1), "max_selected_items": integer(1), **more})


def _written(**more: Check) -> Check:
    return thing({"type": anything}, TYPED | more)


BUTTON = thing(
    {"type": anything, "text": plain(most("button.text"))},
    {
        "action_id": ID,
        "url": web_address(),
        "value": text(0, most("button.value")),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": text(1, most("button.text")),
        "visible_to_user_ids": items(text(), 1),
        "agent_prompt": text(1, most("button.agent_prompt")),
        "agent_prompt_display": anything,
    },
)
CONVERSATION = {"default_to_current_conversation": boolean, "filter": FILTER}

ELEMENTS: dict[str, Check] = {
    "button": BUTTON,
    "workflow_button": thing(
        {"type": anything, "text": plain(most("button.text")), "workflow": WORKFLOW, "action_id": ID},
        {"style": one_of("primary", "danger"), "accessibility_label": text(1, most("button.text"))},
    ),
    "overflow": thing(
        {"type": anything, "options": items(OVERFLOW_OPTION, 1, most("overflow.options"))}, {"action_id": ID, "confirm": CONFIRM}
    ),
    "checkboxes": thing(
        {"type": anything, "options": items(OPTION, 1, most("checkboxes"))},
        COMMON | {"initial_options": items(OPTION, 1, most("checkboxes"))},
        chosen_among("initial_options"),
    ),
    "radio_buttons": thing(
        {"type": anything, "options": items(OPTION, 1, most("checkboxes"))},
        COMMON | {"initial_option": OPTION},
        chosen_among("initial_option"),
    ),
    "datepicker": _one("date", text(10, 10, DATE)),
    "timepicker": _one("time", text(5, 5, CLOCK), timezone=text()),
    "datetimepicker": thing({"type": anything}, COMMON | {"initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
    "static_select": _options(many=False),
    "multi_static_select": _options(many=True),
    "external_select": _one("option", PLAIN_OPTION, min_query_length=integer(0)),
    "multi_external_select": _many("option", PLAIN_OPTION, min_query_length=integer(0)),
    "users_select": _one("user", text()),
    "multi_users_select": _many("user", text()),
    "conversations_select": _one("conversation", text(), response_url_enabled=boolean, **CONVERSATION),
    "multi_conversations_select": _many("conversation", text(), **CONVERSATION),
    "channels_select": _one("channel", text(), response_url_enabled=boolean),
    "multi_channels_select": _many("channel", text()),
    "plain_text_input": _written(
        initial_value=text(0, _TYPED), multiline=boolean, min_length=integer(0, _TYPED), max_length=integer(1, _TYPED)
    ),
    "email_text_input": _written(initial_value=text(0)),
    "url_text_input": _written(initial_value=web_address()),
    "number_input": thing(
        {"type": anything, "is_decimal_allowed": boolean}, TYPED | {"initial_value": text(), "min_value": text(), "max_value": text()}
    ),
    "file_input": thing({"type": anything}, {"action_id": ID, "filetypes": items(text(), 1), "max_files": integer(1, most("input.files"))}),
}
"""Each element by its type."""

IN_ACTIONS = (
    "button", "workflow_button", "overflow", "checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker",
    "static_select", "external_select", "users_select", "conversations_select", "channels_select",
    "multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select", "multi_channels_select",
    "rich_text_input",
)  # fmt: skip
IN_SECTION = tuple(name for name in IN_ACTIONS if name not in {"datetimepicker", "rich_text_input"})
IN_INPUT = tuple(name for name in (*ELEMENTS, "rich_text_input") if name not in {"button", "workflow_button", "overflow"})
"""Which elements stand in which block; Slack's documentation, "Block elements": works with block types."""


def named(kinds: dict[str, Check], names: tuple[str, ...]) -> dict[str, Check]:
    """The checks of these types alone."""
    return {name: kinds[name] for name in names}

"""The values of a view's fields, initial and entered, in the form of `state.values`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.sandbox.slack.refusals import PersonRefusalError

FIELDS = {
    **dict.fromkeys(("plain_text_input", "email_text_input", "url_text_input", "number_input"), "value"),
    "rich_text_input": "rich_text_value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    **dict.fromkeys(("static_select", "external_select", "radio_buttons"), "selected_option"),
    **dict.fromkeys(("checkboxes", "multi_static_select", "multi_external_select"), "selected_options"),
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
}
"""Where each kind of element keeps what was entered; Slack's documentation, "View submission payload"."""


def elements(blocks: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every element of the blocks that takes an entry, with its block's id."""
    for block in blocks:
        for part in (*(block.get("elements") or ()), block.get("accessory"), block.get("element")):
            if isinstance(part, Mapping) and part.get("type") in FIELDS:
                yield block["block_id"], part


def initial_values(blocks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """`state.values` before anyone entered anything: the `initial_…` of each element, else null or an empty list."""
    values: dict[str, Any] = {}
    for block_id, element in elements(blocks):
        field = FIELDS[element["type"]]
        first: Any = next((element[name] for name in element if name.startswith("initial_")), [] if field.endswith("s") else None)
        values.setdefault(block_id, {})[element["action_id"]] = {"type": element["type"], field: first}
    return values


def entered(blocks: Sequence[Mapping[str, Any]], simple: Mapping[str, Any]) -> dict[str, Any]:
    """`state.values` for entries named by `block_id` or `action_id`; an option by its value or its label.

    Raises:
        PersonRefusalError: `element_not_found`, when a name fits nothing or an option is not offered.
    """
    values: dict[str, Any] = {}
    for name, given in simple.items():
        found = [(block_id, one) for block_id, one in elements(blocks) if name in {block_id, one["action_id"]}]
        if not found:
            raise PersonRefusalError("element_not_found", f"The view has no field {name!r}.")
        block_id, element = found[0]
        field = FIELDS[element["type"]]
        entry = {"type": element["type"], field: _entry(element, field, given)}
        values.setdefault(block_id, {})[element["action_id"]] = entry
    return values


def _entry(element: Mapping[str, Any], field: str, given: Any) -> Any:
    if field == "selected_option":
        return option_of(element, given)
    if field == "selected_options":
        return [option_of(element, one) for one in given]
    if field.endswith("s"):
        return [given] if isinstance(given, str) else list(given or ())
    return given


def option_of(element: Mapping[str, Any], wanted: Any) -> Mapping[str, Any]:
    """The option of a menu with this value or label; an option given whole is taken as it is.

    Raises:
        PersonRefusalError: `element_not_found`, when it is not offered.
    """
    if isinstance(wanted, Mapping):
        return wanted
    groups = [group["options"] for group in element.get("option_groups") or ()]
    offered: list[Mapping[str, Any]] = [one for options in (*groups, element.get("options") or ()) for one in options]
    for option in offered:
        if wanted in {option["value"], option["text"]["text"]}:
            return option
    names = ", ".join(option["value"] for option in offered)
    raise PersonRefusalError("element_not_found", f"There is no option {wanted!r}; offered are {names or 'none'}.")

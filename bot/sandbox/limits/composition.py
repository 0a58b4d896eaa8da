"""Checks of the objects that blocks and elements share: texts, options, confirmations, images.

Rules from Slack's documentation, "Composition objects".
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.limits.rules import (
    Check,
    LimitFinding,
    anything,
    at_least_one,
    boolean,
    by_type,
    integer,
    items,
    one_of,
    only_one,
    text,
    thing,
    web_address,
)
from bot.sandbox.limits.table import most

ID = text(1, most("id"))
"""A `block_id`, `action_id` or `callback_id`."""


def plain(size: int, least: int = 1) -> Check:
    """A `plain_text` object of so many characters."""
    return by_type({"plain_text": thing({"type": anything, "text": text(least, size)}, {"emoji": boolean})})


def words(size: int, least: int = 1) -> Check:
    """A `plain_text` or `mrkdwn` object of so many characters."""
    mrkdwn = thing({"type": anything, "text": text(least, size)}, {"verbatim": boolean})
    return by_type({"plain_text": plain(size, least), "mrkdwn": mrkdwn})


_SHORT, _VALUE = plain(most("option.text")), text(1, most("option.value"))
_RICH = words(most("option.text"))
OPTION = thing({"text": _RICH, "value": _VALUE}, {"description": _RICH, "url": web_address()})
PLAIN_OPTION = thing({"text": _SHORT, "value": _VALUE}, {"description": _SHORT})
OVERFLOW_OPTION = thing({"text": _SHORT, "value": _VALUE}, {"description": _SHORT, "url": web_address()})
OPTION_GROUP = thing({"label": _SHORT, "options": items(PLAIN_OPTION, 1, most("options"))})

CONFIRM = thing(
    {
        "title": plain(most("confirm.title")),
        "text": words(most("confirm.text")),
        **dict.fromkeys(("confirm", "deny"), plain(most("confirm.button"))),
    },
    {"style": one_of("primary", "danger")},
)
DISPATCH = thing({}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 1, most("dispatch.triggers"))})
FILTER = thing(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 1, most("filter.include")),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
SLACK_FILE = thing({}, {"id": text(), "url": web_address()}, only_one("id", "url"))
WORKFLOW = thing(
    {"trigger": thing({"url": web_address()}, {"customizable_input_parameters": items(thing({"name": text(), "value": anything}))})}
)
IMAGE_PART = thing(
    {"type": anything, "alt_text": text(1, most("image.text"))},
    {"image_url": web_address(), "slack_file": SLACK_FILE, "image_width": integer(1), "image_height": integer(1)},
    only_one("image_url", "slack_file"),
)
"""An image as an element, in a context, a section or a card."""


def chosen_among(*names: str) -> Check:
    """Whether the options chosen at first are among those offered."""

    def check(value: Mapping[str, Any], at: str) -> Iterator[LimitFinding]:
        groups = [group["options"] for group in value.get("option_groups", ())]
        offered = [option for group in (*groups, value.get("options", ())) for option in group]
        for name in names:
            chosen = value.get(name) or []
            for option in chosen if isinstance(chosen, list) else [chosen]:
                if option not in offered:
                    yield LimitFinding(f"{at}/{name}", "must be one of the options offered")

    return check

"""Job: the parts that blocks and elements share: texts, options, confirmations, images.

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

ID = text(1, 255)
"""A `block_id`, `action_id` or `callback_id`."""


def plain(most: int, least: int = 1) -> Check:
    """A `plain_text` object of so many characters."""
    return by_type({"plain_text": thing({"type": anything, "text": text(least, most)}, {"emoji": boolean})})


def words(most: int, least: int = 1) -> Check:
    """A `plain_text` or `mrkdwn` object of so many characters."""
    mrkdwn = thing({"type": anything, "text": text(least, most)}, {"verbatim": boolean})
    return by_type({"plain_text": plain(most, least), "mrkdwn": mrkdwn})


OPTION = thing({"text": words(75), "value": text(1, 150)}, {"description": words(75), "url": web_address()})
PLAIN_OPTION = thing({"text": plain(75), "value": text(1, 150)}, {"description": plain(75)})
OVERFLOW_OPTION = thing({"text": plain(75), "value": text(1, 150)}, {"description": plain(75), "url": web_address()})
OPTION_GROUP = thing({"label": plain(75), "options": items(PLAIN_OPTION, 1, 100)})

CONFIRM = thing(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
DISPATCH = thing({}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 1, 2)})
FILTER = thing(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
SLACK_FILE = thing({}, {"id": text(), "url": web_address()}, only_one("id", "url"))
WORKFLOW = thing(
    {
        "trigger": thing(
            {"url": web_address()},
            {"customizable_input_parameters": items(thing({"name": text(), "value": anything}))},
        )
    }
)
IMAGE_PART = thing(
    {"type": anything, "alt_text": text(1, 2000)},
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

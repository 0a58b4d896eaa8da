"""Checks of the objects that blocks and elements share: texts, options, confirmations, images.

Rules from Slack's documentation, "Composition objects".
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.limits import rules
from bot.sandbox.limits.table import most

ID = rules.text(1, most("id"))
"""A `block_id`, `action_id` or `callback_id`."""


def plain(size: int, least: int = 1) -> rules.Check:
    """A `plain_text` object of so many characters."""
    return rules.by_type({"plain_text": rules.thing({"type": rules.anything, "text": rules.text(least, size)}, {"emoji": rules.boolean})})


def words(size: int, least: int = 1) -> rules.Check:
    """A `plain_text` or `mrkdwn` object of so many characters."""
    mrkdwn = rules.thing({"type": rules.anything, "text": rules.text(least, size)}, {"verbatim": rules.boolean})
    return rules.by_type({"plain_text": plain(size, least), "mrkdwn": mrkdwn})


_SHORT, _VALUE = plain(most("option.text")), rules.text(1, most("option.value"))
_RICH = words(most("option.text"))
OPTION = rules.thing({"text": _RICH, "value": _VALUE}, {"description": _RICH, "url": rules.web_address()})
PLAIN_OPTION = rules.thing({"text": _SHORT, "value": _VALUE}, {"description": _SHORT})
OVERFLOW_OPTION = rules.thing({"text": _SHORT, "value": _VALUE}, {"description": _SHORT, "url": rules.web_address()})
OPTION_GROUP = rules.thing({"label": _SHORT, "options": rules.items(PLAIN_OPTION, 1, most("options"))})

CONFIRM = rules.thing(
    {
        "title": plain(most("confirm.title")),
        "text": words(most("confirm.text")),
        **dict.fromkeys(("confirm", "deny"), plain(most("confirm.button"))),
    },
    {"style": rules.one_of("primary", "danger")},
)
DISPATCH = rules.thing(
    {}, {"trigger_actions_on": rules.items(rules.one_of("on_enter_pressed", "on_character_entered"), 1, most("dispatch.triggers"))}
)
FILTER = rules.thing(
    {},
    {
        "include": rules.items(rules.one_of("im", "mpim", "private", "public"), 1, most("filter.include")),
        "exclude_external_shared_channels": rules.boolean,
        "exclude_bot_users": rules.boolean,
    },
    rules.at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
SLACK_FILE = rules.thing({}, {"id": rules.text(), "url": rules.web_address()}, rules.only_one("id", "url"))
WORKFLOW = rules.thing(
    {
        "trigger": rules.thing(
            {"url": rules.web_address()},
            {"customizable_input_parameters": rules.items(rules.thing({"name": rules.text(), "value": rules.anything}))},
        )
    }
)
IMAGE_PART = rules.thing(
    {"type": rules.anything, "alt_text": rules.text(1, most("image.text"))},
    {"image_url": rules.web_address(), "slack_file": SLACK_FILE, "image_width": rules.integer(1), "image_height": rules.integer(1)},
    rules.only_one("image_url", "slack_file"),
)
"""An image as an element, in a context, a section or a card."""


def chosen_among(*names: str) -> rules.Check:
    """Whether the options chosen at first are among those offered."""

    def check(value: Mapping[str, Any], at: str) -> Iterator[rules.LimitFinding]:
        groups = [group["options"] for group in value.get("option_groups", ())]
        offered = [option for group in (*groups, value.get("options", ())) for option in group]
        for name in names:
            chosen = value.get(name) or []
            for option in chosen if isinstance(chosen, list) else [chosen]:
                if option not in offered:
                    yield rules.LimitFinding(f"{at}/{name}", "must be one of the options offered")

    return check

"""Checks of sections, headers, context, actions, inputs and images. Slack's documentation, "Blocks"."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.limits.composition import ID, IMAGE_PART, SLACK_FILE, plain, words
from bot.sandbox.limits.elements import ELEMENTS, IN_ACTIONS, IN_INPUT, IN_SECTION, named
from bot.sandbox.limits.rich_text import RICH_TEXT, RICH_TEXT_INPUT
from bot.sandbox.limits.rules import (
    Check,
    LimitFinding,
    anything,
    at_least_one,
    boolean,
    by_type,
    items,
    one_of,
    only_one,
    text,
    thing,
    web_address,
)
from bot.sandbox.limits.table import most

EVERY_ELEMENT = ELEMENTS | {"rich_text_input": RICH_TEXT_INPUT, "image": IMAGE_PART}


def block(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *also: Check) -> Check:
    """A block: an object with a `type`, a `block_id` if it likes, and these properties."""
    return thing({"type": anything, **required}, {"block_id": ID, **(optional or {})}, *also)


def dispatching_has_no_file(value: Mapping[str, Any], at: str) -> Iterator[LimitFinding]:
    """An input with a file picker cannot dispatch actions."""
    if value["element"]["type"] == "file_input" and value.get("dispatch_action"):
        yield LimitFinding(f"{at}/dispatch_action", "is not allowed with a file_input")


LAYOUT: dict[str, Check] = {
    "section": block(
        {},
        {
            "text": words(most("section.text")),
            "fields": items(words(most("section.field")), 1, most("section.fields")),
            "accessory": by_type(named(EVERY_ELEMENT, (*IN_SECTION, "image"))),
            "expand": boolean,
        },
        at_least_one("text", "fields"),
    ),
    "header": block({"text": plain(most("header"))}),
    "divider": block({}),
    "context": block(
        {
            "elements": items(
                by_type({"image": IMAGE_PART, "plain_text": plain(most("context.text")), "mrkdwn": words(most("context.text"))}),
                1,
                most("context.elements"),
            )
        }
    ),
    "actions": block({"elements": items(by_type(named(EVERY_ELEMENT, IN_ACTIONS)), 1, most("actions.elements"))}),
    "input": block(
        {"label": plain(most("input.label")), "element": by_type(named(EVERY_ELEMENT, IN_INPUT))},
        {"hint": plain(most("input.label")), "optional": boolean, "dispatch_action": boolean},
        dispatching_has_no_file,
    ),
    "image": block(
        {"alt_text": text(1, most("image.text"))},
        {"image_url": web_address(), "slack_file": SLACK_FILE, "title": plain(most("image.text"))},
        only_one("image_url", "slack_file"),
    ),
    "rich_text": RICH_TEXT,
    "markdown": block({"text": text(1, most("markdown.characters"))}),
    "file": block({"external_id": text(), "source": one_of("remote")}),
    "video": block(
        {"alt_text": text(), "title": plain(most("video.title")), "thumbnail_url": web_address(), "video_url": web_address()},
        {
            "title_url": web_address(),
            "author_name": text(1, most("video.author")),
            "description": plain(most("video.title")),
            "provider_name": text(),
            "provider_icon_url": web_address(),
        },
    ),
}
"""Each of these blocks by its type."""

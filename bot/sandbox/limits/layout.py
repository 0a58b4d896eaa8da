"""Checks of sections, headers, context, actions, inputs and images. Slack's documentation, "Blocks"."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.limits import rules
from bot.sandbox.limits.composition import ID, IMAGE_PART, SLACK_FILE, plain, words
from bot.sandbox.limits.elements import ELEMENTS, IN_ACTIONS, IN_INPUT, IN_SECTION, named
from bot.sandbox.limits.rich_text import RICH_TEXT, RICH_TEXT_INPUT
from bot.sandbox.limits.table import most

EVERY_ELEMENT = ELEMENTS | {"rich_text_input": RICH_TEXT_INPUT, "image": IMAGE_PART}


def block(required: Mapping[str, rules.Check], optional: Mapping[str, rules.Check] | None = None, *also: rules.Check) -> rules.Check:
    """A block: an object with a `type`, a `block_id` if it likes, and these properties."""
    return rules.thing({"type": rules.anything, **required}, {"block_id": ID, **(optional or {})}, *also)


def dispatching_has_no_file(value: Mapping[str, Any], at: str) -> Iterator[rules.LimitFinding]:
    """An input with a file picker cannot dispatch actions."""
    if value["element"]["type"] == "file_input" and value.get("dispatch_action"):
        yield rules.LimitFinding(f"{at}/dispatch_action", "is not allowed with a file_input")


LAYOUT: dict[str, rules.Check] = {
    "section": block(
        {},
        {
            "text": words(most("section.text")),
            "fields": rules.items(words(most("section.field")), 1, most("section.fields")),
            "accessory": rules.by_type(named(EVERY_ELEMENT, (*IN_SECTION, "image"))),
            "expand": rules.boolean,
        },
        rules.at_least_one("text", "fields"),
    ),
    "header": block({"text": plain(most("header"))}),
    "divider": block({}),
    "context": block(
        {
            "elements": rules.items(
                rules.by_type({"image": IMAGE_PART, "plain_text": plain(most("context.text")), "mrkdwn": words(most("context.text"))}),
                1,
                most("context.elements"),
            )
        }
    ),
    "actions": block({"elements": rules.items(rules.by_type(named(EVERY_ELEMENT, IN_ACTIONS)), 1, most("actions.elements"))}),
    "input": block(
        {"label": plain(most("input.label")), "element": rules.by_type(named(EVERY_ELEMENT, IN_INPUT))},
        {"hint": plain(most("input.label")), "optional": rules.boolean, "dispatch_action": rules.boolean},
        dispatching_has_no_file,
    ),
    "image": block(
        {"alt_text": rules.text(1, most("image.text"))},
        {"image_url": rules.web_address(), "slack_file": SLACK_FILE, "title": plain(most("image.text"))},
        rules.only_one("image_url", "slack_file"),
    ),
    "rich_text": RICH_TEXT,
    "markdown": block({"text": rules.text(1, most("markdown.characters"))}),
    "file": block({"external_id": rules.text(), "source": rules.one_of("remote")}),
    "video": block(
        {
            "alt_text": rules.text(),
            "title": plain(most("video.title")),
            "thumbnail_url": rules.web_address(),
            "video_url": rules.web_address(),
        },
        {
            "title_url": rules.web_address(),
            "author_name": rules.text(1, most("video.author")),
            "description": plain(most("video.title")),
            "provider_name": rules.text(),
            "provider_icon_url": rules.web_address(),
        },
    ),
}
"""Each of these blocks by its type."""

"""Slack's limits on blocks, and which of them may stand where (documentation: "Blocks").

Only blocks this bot sends are known here; any other type is refused, so that a new one is looked up before it is used.
"""

from collections.abc import Mapping

from bot.blockkit.validator.data import DATA_TABLE, DATA_VISUALIZATION
from bot.blockkit.validator.elements import ID, IN_ACTIONS, IN_CONTEXT, IN_INPUT, IN_SECTION, plain, text
from bot.blockkit.validator.rich import RICH_ELEMENTS
from bot.blockkit.validator.rules import BlockRule, any_of, anything, array, boolean, every, exactly_one, record, string, tagged, url


def _block(required: Mapping[str, BlockRule], optional: Mapping[str, BlockRule] | None = None) -> BlockRule:
    return record({"type": anything, **required}, {"block_id": ID, **(optional or {})})


_EVERYWHERE: Mapping[str, BlockRule] = {
    "header": _block({"text": plain(150)}),
    "section": every(
        _block({}, {"text": text(3_000), "fields": array(text(2_000), 1, 10), "accessory": IN_SECTION, "expand": boolean}),
        any_of("text", "fields"),
    ),
    "context": _block({"elements": array(IN_CONTEXT, 1, 10)}),
    "actions": _block({"elements": array(IN_ACTIONS, 1, 25)}),
    "divider": _block({}),
    "image": every(
        _block({"alt_text": string(2_000)}, {"image_url": url(), "slack_file": anything, "title": plain(2_000)}),
        exactly_one("image_url", "slack_file"),
    ),
    "input": _block({"label": plain(2_000), "element": IN_INPUT}, {"hint": plain(2_000), "optional": boolean, "dispatch_action": boolean}),
    "rich_text": _block({"elements": RICH_ELEMENTS}),
}

#: Native data blocks are for messages; Home and modals refuse them.
IN_MESSAGE = tagged(
    {**_EVERYWHERE, "data_visualization": DATA_VISUALIZATION, "data_table": DATA_TABLE, "markdown": _block({"text": string(12_000)})},
    "a message of this bot",
)
IN_VIEW = tagged(_EVERYWHERE, "a view of this bot")

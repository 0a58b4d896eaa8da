"""Checks of `rich_text` and its elements. Rules from Slack's documentation, "Rich text block"."""

from bot.sandbox.limits.composition import DISPATCH, ID, plain
from bot.sandbox.limits.rules import Check, anything, boolean, by_type, integer, items, one_of, text, thing, web_address
from bot.sandbox.limits.table import most

_STYLES = dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean)
_STYLE = thing({}, _STYLES)
_RANGE = one_of("here", "channel", "everyone")

PARTS: dict[str, Check] = {
    "text": thing({"type": anything, "text": text(1)}, {"style": _STYLE}),
    "link": thing({"type": anything, "url": text(1, most("url"))}, {"text": text(0), "unsafe": boolean, "style": _STYLE}),
    "emoji": thing({"type": anything, "name": text()}, {"unicode": text(), "skin_tone": integer(1, 6), "style": _STYLE}),
    "user": thing({"type": anything, "user_id": text()}, {"style": _STYLE}),
    "channel": thing({"type": anything, "channel_id": text()}, {"style": _STYLE}),
    "usergroup": thing({"type": anything, "usergroup_id": text()}, {"style": _STYLE}),
    "broadcast": thing({"type": anything, "range": _RANGE}, {"style": _STYLE}),
    "color": thing({"type": anything, "value": text(4, 9)}, {"style": _STYLE}),
    "date": thing(
        {"type": anything, "timestamp": integer(0), "format": text()}, {"url": web_address(), "fallback": text(), "style": _STYLE}
    ),
}
"""Each inline part by its type."""

_INLINE = items(by_type(PARTS))
_SECTION = thing({"type": anything, "elements": _INLINE})
_BORDER = {"border": integer(0, 1)}

RICH_ELEMENTS: dict[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_preformatted": thing({"type": anything, "elements": _INLINE}, _BORDER | {"language": text()}),
    "rich_text_quote": thing({"type": anything, "elements": _INLINE}, _BORDER),
    "rich_text_list": thing(
        {"type": anything, "style": one_of("bullet", "ordered"), "elements": items(by_type({"rich_text_section": _SECTION}), 1)},
        _BORDER | {"indent": integer(0, 8), "offset": integer(0)},
    ),
}
"""Each part of a `rich_text` block by its type."""

RICH_TEXT = thing({"type": anything, "elements": items(by_type(RICH_ELEMENTS), 1)}, {"block_id": ID})
RICH_TEXT_INPUT = thing(
    {"type": anything},
    {
        "action_id": ID,
        "initial_value": by_type({"rich_text": RICH_TEXT}),
        "dispatch_action_config": DISPATCH,
        "focus_on_load": boolean,
        "placeholder": plain(most("placeholder")),
        "min_lines": integer(1),
        "max_lines": integer(1),
    },
)

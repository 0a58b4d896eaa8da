"""Slack's shape of rich text (documentation: "Rich text block")."""

from collections.abc import Mapping

from bot.blockkit.validator.rules import BlockRule, anything, array, boolean, one_of, record, string, tagged, url, whole

_STYLE = record({}, {"bold": boolean, "italic": boolean, "strike": boolean, "code": boolean, "underline": boolean})

_PIECES: Mapping[str, BlockRule] = {
    "text": record({"type": anything, "text": string(3_000)}, {"style": _STYLE}),
    "link": record({"type": anything, "url": url()}, {"text": string(3_000), "style": _STYLE, "unsafe": boolean}),
    "user": record({"type": anything, "user_id": string(255)}, {"style": _STYLE}),
    "channel": record({"type": anything, "channel_id": string(255)}, {"style": _STYLE}),
    "emoji": record({"type": anything, "name": string(255)}, {"unicode": string(255)}),
    "date": record({"type": anything, "timestamp": whole(0, 2**53), "format": string(255)}, {"fallback": string(255), "url": url()}),
}

_PIECE = tagged(_PIECES, "rich text")
_SECTION = record({"type": anything, "elements": array(_PIECE, 1, 1_000)})
_BOXED = record({"type": anything, "elements": array(_PIECE, 1, 1_000)}, {"border": whole(0, 1)})
_LIST = record(
    {
        "type": anything,
        "style": one_of("bullet", "ordered"),
        "elements": array(tagged({"rich_text_section": _SECTION}, "a list"), 1, 1_000),
    },
    {"indent": whole(0, 8), "offset": whole(0, 2**31), "border": whole(0, 1)},
)

#: What a rich_text block is made of.
RICH_ELEMENTS = array(
    tagged(
        {"rich_text_section": _SECTION, "rich_text_list": _LIST, "rich_text_preformatted": _BOXED, "rich_text_quote": _BOXED},
        "a rich_text block",
    ),
    1,
    1_000,
)

"""Slack's limits on what this bot sends, in one table: how much, on which page of Slack's documentation, and when it was read there.

Where Slack's pages disagree, this table has the lower number, so that nothing is refused, and ``others`` the higher one. Which is right is
settled by Slack itself: ``linkedin-stats-bot check --blocks``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit, its source, and when it was read there."""

    most: int
    source: str
    seen: date = date(2026, 11, 28)
    #: What another page of Slack's says instead.
    others: str = ""


_DESIGN = "the design references of autumn 2026 say {n}"

LIMITS: Final[Mapping[str, Limit]] = {
    # ── surfaces ──
    "blocks of a message": Limit(50, "Blocks"),
    "blocks of a view": Limit(100, "Blocks"),
    "bytes of a view": Limit(250_000, "Views"),
    "private_metadata": Limit(3_000, "Views"),
    "title or button of a view": Limit(24, "Views"),
    "text of a message": Limit(2_999, "chat.postMessage", others="4,000 characters are advised, 40,000 are cut"),
    "text in all blocks": Limit(9_999, "seen: msg_blocks_too_long came somewhere from 11,000 to 13,000"),
    "charts": Limit(2, "Data visualization block"),
    "data tables": Limit(1, "Data table block"),
    "carousels": Limit(1, "none: one is enough"),
    # ── parts ──
    "id": Limit(255, "Blocks"),
    "address": Limit(3_000, "Block elements"),
    "confirmation title": Limit(100, "Confirmation dialog object"),
    "confirmation text": Limit(300, "Confirmation dialog object"),
    "confirmation button": Limit(30, "Confirmation dialog object"),
    "option text": Limit(75, "Option object"),
    "option value": Limit(150, "Option object"),
    "options": Limit(100, "Select menu element"),
    "option groups": Limit(100, "Select menu element"),
    "letters before options are asked for": Limit(1_000, "none: nobody types more"),
    "option group label": Limit(75, "Option group object"),
    # ── elements ──
    "button text": Limit(75, "Button element"),
    "button value": Limit(2_000, "Button element"),
    "accessibility label": Limit(75, "Button element"),
    "overflow options": Limit(5, "Overflow menu element"),
    "checkboxes": Limit(10, "Checkbox group"),
    "placeholder": Limit(150, "Block elements"),
    "text input": Limit(3_000, "Plain-text input element"),
    "time zone": Limit(255, "Time picker element"),
    # ── blocks ──
    "header": Limit(150, "Header block"),
    "section text": Limit(3_000, "Section block"),
    "section fields": Limit(10, "Section block"),
    "section field": Limit(2_000, "Section block"),
    "context elements": Limit(10, "Context block"),
    "context text": Limit(3_000, "Context block"),
    "actions elements": Limit(25, "Actions block"),
    "input label or hint": Limit(2_000, "Input block"),
    "image text": Limit(2_000, "Image block"),
    "markdown": Limit(12_000, "Markdown block"),
    "rich text": Limit(3_000, "none: as a section's"),
    "rich text elements": Limit(1_000, "none: nobody reads more"),
    "rich text indent": Limit(8, "Rich text block"),
    "rich text offset": Limit(2**31, "Rich text block"),
    "timestamp": Limit(2**53, "Rich text block"),
    # ── charts ──
    "chart title": Limit(50, "Data visualization block"),
    "chart label": Limit(20, "Data visualization block"),
    "chart axis label": Limit(50, "Data visualization block"),
    "chart series": Limit(6, "Data visualization block", others=_DESIGN.format(n=12)),
    "chart categories": Limit(20, "Data visualization block"),
    # ── tables ──
    "table rows": Limit(101, "Data table block", others=_DESIGN.format(n="200 and the header")),
    "table columns": Limit(20, "Data table block"),
    "table characters": Limit(10_000, "Data table block", others=_DESIGN.format(n="20,000 a message")),
    "table caption": Limit(3_000, "none: as a section's"),
    "table page": Limit(100, "Data table block"),
    # ── cards ──
    "carousel cards": Limit(10, "Carousel block"),
    "card title": Limit(150, "Card block"),
    "card body": Limit(200, "Card block"),
    "card buttons": Limit(3, "Card block"),
    "alert text": Limit(200, "Alert block"),
}

#: The native blocks of each surface. The pages of the blocks name messages alone, the design references of autumn 2026 the Home tab too:
#: what is refused there is sent again without them.
NATIVE: Final[Mapping[str, frozenset[str]]] = {
    "message": frozenset({"data_visualization", "data_table", "carousel", "markdown"}),
    "home": frozenset({"data_visualization", "data_table", "carousel"}),
    "modal": frozenset({"alert"}),
}


def most(name: str) -> int:
    return LIMITS[name].most

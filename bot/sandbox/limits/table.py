"""Slack's limits in numbers, each with the page of Slack's documentation and the day on which it was read there.

Where Slack's pages disagree, the stricter number is used, and `looser` has the other one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SlackLimit:
    """The largest that Slack takes."""

    number: int
    page: str
    """Slack's page, or what was observed."""
    read: date = date(2026, 11, 28)
    looser: str = ""


NUMBERS: Mapping[str, SlackLimit] = {
    "message.blocks": SlackLimit(50, "Blocks"),
    "view.blocks": SlackLimit(100, "Blocks"),
    "view.bytes": SlackLimit(250_000, "Views"),
    "view.private_metadata": SlackLimit(3000, "Views"),
    "modal.title": SlackLimit(24, "Views"),
    "message.characters": SlackLimit(11_000, "observed: refused from somewhere between 11,000 and 13,000 on"),
    "message.attachments": SlackLimit(100, "Secondary message attachments"),
    "markdown.characters": SlackLimit(12_000, "Markdown block"),
    "per_message.table": SlackLimit(1, "Table block"),
    "per_message.data_table": SlackLimit(1, "Data table block"),
    "per_message.data_visualization": SlackLimit(2, "Data visualization block"),
    "id": SlackLimit(255, "Blocks"),
    "url": SlackLimit(3000, "Block elements"),
    "placeholder": SlackLimit(150, "Block elements"),
    "confirm.title": SlackLimit(100, "Confirmation dialog object"),
    "confirm.text": SlackLimit(300, "Confirmation dialog object"),
    "confirm.button": SlackLimit(30, "Confirmation dialog object"),
    "option.text": SlackLimit(75, "Option object"),
    "option.value": SlackLimit(150, "Option object"),
    "options": SlackLimit(100, "Select menu element"),
    "filter.include": SlackLimit(4, "Conversation filter object"),
    "dispatch.triggers": SlackLimit(2, "Dispatch action configuration object"),
    "button.text": SlackLimit(75, "Button element"),
    "button.value": SlackLimit(2000, "Button element"),
    "button.agent_prompt": SlackLimit(4000, "Button element"),
    "overflow.options": SlackLimit(5, "Overflow menu element"),
    "checkboxes": SlackLimit(10, "Checkbox group"),
    "input.text": SlackLimit(3000, "Plain-text input element"),
    "input.files": SlackLimit(10, "File input element"),
    "header": SlackLimit(150, "Header block"),
    "section.text": SlackLimit(3000, "Section block"),
    "section.fields": SlackLimit(10, "Section block"),
    "section.field": SlackLimit(2000, "Section block"),
    "context.elements": SlackLimit(10, "Context block"),
    "context.text": SlackLimit(3000, "Context block"),
    "actions.elements": SlackLimit(25, "Actions block"),
    "input.label": SlackLimit(2000, "Input block"),
    "image.text": SlackLimit(2000, "Image block"),
    "video.title": SlackLimit(199, "Video block"),
    "video.author": SlackLimit(49, "Video block"),
    "chart.title": SlackLimit(50, "Data visualization block"),
    "chart.label": SlackLimit(20, "Data visualization block"),
    "chart.axis": SlackLimit(50, "Data visualization block"),
    "chart.series": SlackLimit(6, "Data visualization block", looser="12 in the design references of autumn 2026"),
    "chart.categories": SlackLimit(20, "Data visualization block"),
    "table.rows": SlackLimit(100, "Table block"),
    "data_table.rows": SlackLimit(101, "Data table block", looser="200 and the header in the design references of autumn 2026"),
    "data_table.page": SlackLimit(100, "Data table block"),
    "table.columns": SlackLimit(20, "Table block"),
    "table.characters": SlackLimit(10_000, "Table block", looser="20,000 a message for data tables, in the same references"),
    "card.title": SlackLimit(150, "Card block"),
    "card.body": SlackLimit(200, "Card block"),
    "card.actions": SlackLimit(3, "Card block"),
    "carousel.cards": SlackLimit(10, "Carousel block"),
    "alert.text": SlackLimit(200, "Alert block"),
    "context_actions.elements": SlackLimit(5, "Context actions block"),
}

NOT_ON: Mapping[str, tuple[str, ...]] = {
    "message": ("alert",),
    "modal": ("table", "data_table", "data_visualization", "card", "carousel", "context_actions", "markdown", "file"),
    "home": ("alert", "context_actions", "markdown", "file"),
}
"""The blocks a surface does not take. The pages of tables, charts, cards and carousels name messages alone; the design references of autumn
2026 draw them in the Home tab, so they are taken there."""


def most(name: str) -> int:
    """The number of this limit."""
    return NUMBERS[name].number

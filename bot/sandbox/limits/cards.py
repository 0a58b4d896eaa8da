"""Checks of cards, carousels, alerts and the buttons of context actions.

Rules from Slack's documentation: "Card block", "Carousel block", "Alert block", "Context actions block".
"""

from bot.sandbox.limits.composition import CONFIRM, ID, IMAGE_PART, plain, words
from bot.sandbox.limits.elements import BUTTON
from bot.sandbox.limits.layout import block
from bot.sandbox.limits.rules import Check, anything, at_least_one, by_type, items, one_of, text, thing
from bot.sandbox.limits.table import most

_IMAGE = by_type({"image": IMAGE_PART})
_FEEDBACK = thing(
    {"text": plain(most("button.text")), "value": text(1, most("button.value"))}, {"accessibility_label": text(1, most("button.text"))}
)

CARD = block(
    {},
    {
        "hero_image": _IMAGE,
        "icon": _IMAGE,
        "title": words(most("card.title")),
        "subtitle": words(most("card.title")),
        "body": words(most("card.body")),
        "actions": items(by_type({"button": BUTTON}), 1, most("card.actions")),
    },
    at_least_one("hero_image", "title", "actions", "body"),
)

FEEDBACK_BUTTONS = thing({"type": anything, "positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {"action_id": ID})
ICON_BUTTON = thing(
    {"type": anything, "icon": one_of("trash"), "text": plain(most("button.text"))},
    {
        "action_id": ID,
        "value": text(0, most("button.value")),
        "confirm": CONFIRM,
        "accessibility_label": text(1, most("button.text")),
        "visible_to_user_ids": items(text(), 1),
    },
)

CARDS: dict[str, Check] = {
    "card": CARD,
    "carousel": block({"elements": items(by_type({"card": CARD}), 1, most("carousel.cards"))}),
    "alert": block({"text": words(most("alert.text"))}, {"level": one_of("default", "info", "warning", "error", "success")}),
    "context_actions": block(
        {
            "elements": items(
                by_type({"feedback_buttons": FEEDBACK_BUTTONS, "icon_button": ICON_BUTTON}), 1, most("context_actions.elements")
            )
        }
    ),
}
"""Each of these blocks by its type."""

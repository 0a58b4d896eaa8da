"""Buttons on digests, alerts and deliveries: each carries the command that does it, so that it works after a restart and on any process."""

from collections.abc import Mapping
from typing import Final

from bot.blockkit.builders import Element, button, plain
from bot.management.actions import SubscriptionAction, action_words
from bot.subscriptions.subscription import SubscriptionKind

LABELS: Final[Mapping[SubscriptionAction, str]] = {
    SubscriptionAction.NEW: "Set up a digest",
    SubscriptionAction.CREATE: "Set it up",
    SubscriptionAction.SHOW: "Manage",
    SubscriptionAction.PREVIEW: "Preview",
    SubscriptionAction.TEST: "Test",
    SubscriptionAction.EDIT: "Edit",
    SubscriptionAction.MOVE: "Move",
    SubscriptionAction.PAUSE: "Pause",
    SubscriptionAction.RESUME: "Resume",
    SubscriptionAction.SKIP: "Skip next",
    SubscriptionAction.NOW: "Send now",
    SubscriptionAction.DELETE: "Delete",
    SubscriptionAction.HISTORY: "History",
    SubscriptionAction.JOIN: "Invite me",
    SubscriptionAction.RETRY: "Retry",
    SubscriptionAction.ARRIVED: "It arrived",
    SubscriptionAction.AGAIN: "Post again",
    SubscriptionAction.LEAVE: "Leave it",
}
ALL = "All {kind}s"
DELETE_TITLE = "Delete this {kind}?"
DELETE_TEXT: Final[Mapping[SubscriptionKind, str]] = {
    SubscriptionKind.DIGEST: "Nothing more will be posted. What was posted stays in the channel, and its history is kept.",
    SubscriptionKind.ALERT: "It says nothing more. What it said stays in the channel.",
}
DELETE_YES = "Delete it"
DELETE_NO = "Keep it"


def action_id(kind: SubscriptionKind, action: SubscriptionAction, number: int = 0) -> str:
    """The button's action id; ``number`` tells several of one message apart."""
    return f"{kind.value}.{action.value}.{number}" if number else f"{kind.value}.{action.value}"


def action_button(
    kind: SubscriptionKind, action: SubscriptionAction, which: str = "", *, label: str = "", primary: bool = False, number: int = 0
) -> Element:
    """A button that does this to the digest, alert or delivery of this id; deleting asks first."""
    text = label or LABELS.get(action) or ALL.format(kind=kind)
    element = button(action_id(kind, action, number), text, action_words(kind, action, which), primary=primary)
    if action is SubscriptionAction.DELETE:
        element |= {"style": "danger", "confirm": _confirmation(kind)}
    return element


def join_button(channel: str, *, primary: bool = False) -> Element:
    """A button that lets the bot join this public channel, whatever is posted there."""
    words = f"{action_words(SubscriptionKind.DIGEST, SubscriptionAction.JOIN)} in <#{channel}>"
    return button(action_id(SubscriptionKind.DIGEST, SubscriptionAction.JOIN), LABELS[SubscriptionAction.JOIN], words, primary=primary)


def _confirmation(kind: SubscriptionKind) -> Element:
    return {
        "title": plain(DELETE_TITLE.format(kind=kind)),
        "text": plain(DELETE_TEXT[kind]),
        "confirm": plain(DELETE_YES),
        "deny": plain(DELETE_NO),
        "style": "danger",
    }

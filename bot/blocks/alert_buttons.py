"""The buttons that manage an alert: each carries the words of what it does, so that it works after a restart and on another process."""

from collections.abc import Sequence
from typing import Final

from bot.blocks.digest_buttons import sure
from bot.blocks.kit import Element, button
from bot.blocks.words import ALERT_BUTTONS_DELETE_TEXT, ALERT_BUTTONS_DELETE_TITLE, ALERT_BUTTONS_LABELS
from bot.domain.alert_asks import AlertDeed, alert_deed_words
from bot.domain.digests import Digest, DigestStatus

#: Every id of an alert's button begins with this; the deed follows, and a number where several of one deed stand in a message.
PREFIX: Final = "alert"


def alert_button(deed: AlertDeed, which: str = "", *, number: int = 0) -> Element:
    """A button that does this to the alert of this id; ``number`` tells several of a message apart, and deleting asks first."""
    action_id = f"{PREFIX}.{deed.value}.{number}" if number else f"{PREFIX}.{deed.value}"
    pressed = button(action_id, ALERT_BUTTONS_LABELS[deed], alert_deed_words(deed, which))
    if deed is AlertDeed.DELETE:
        pressed |= {"style": "danger", "confirm": sure(ALERT_BUTTONS_DELETE_TITLE, ALERT_BUTTONS_DELETE_TEXT)}
    return pressed


def posted_buttons(alert: Digest) -> list[Element]:
    """What stands under an alert in its channel, beside the card it leads to."""
    return _buttons(alert, (AlertDeed.SNOOZE, _clock_deed(alert), AlertDeed.SHOW))


def manage_buttons(alert: Digest) -> list[Element]:
    """Everything that can be done to an alert."""
    snooze = () if alert.status is DigestStatus.PAUSED else (AlertDeed.SNOOZE,)
    return _buttons(alert, (AlertDeed.TEST, _clock_deed(alert), *snooze, AlertDeed.DELETE))


def _buttons(alert: Digest, deeds: Sequence[AlertDeed]) -> list[Element]:
    return [alert_button(deed, alert.id) for deed in deeds]


def _clock_deed(alert: Digest) -> AlertDeed:
    return AlertDeed.RESUME if alert.status is DigestStatus.PAUSED else AlertDeed.PAUSE

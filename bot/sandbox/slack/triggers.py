"""`trigger_id`s: each lets an app open one view within three seconds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.refusals import SlackRefusalError


@dataclass(frozen=True, slots=True)
class Trigger:
    """What a person did that lets the app open a view for them."""

    user: str
    made: float
    """Epoch seconds on the sandbox's clock."""
    view_id: str | None = None
    """The view it was done in; a view can be pushed on top of that one only."""


class Triggers:
    """Every trigger, with whether it was used."""

    def __init__(self, ids: Ids, clock: Callable[[], datetime], life: float) -> None:
        self._ids = ids
        self._clock = clock
        self._life = life
        self._open: dict[str, Trigger] = {}
        self._used: set[str] = set()

    def issue(self, user: str, view_id: str | None = None) -> str:
        """A new `trigger_id`."""
        name = f"{self._ids.digits(13)}.{self._ids.digits(12)}.{self._ids.hexadecimal(32)}"
        self._open[name] = Trigger(user, self._clock().timestamp(), view_id)
        return name

    def redeem(self, name: str) -> Trigger:
        """Returns the trigger and marks it as used.

        Raises:
            SlackRefusalError: `invalid_trigger_id`, `exchanged_trigger_id` or `expired_trigger_id`.
        """
        if name in self._used:
            raise SlackRefusalError("exchanged_trigger_id")
        trigger = self._open.pop(name, None)
        if trigger is None:
            raise SlackRefusalError("invalid_trigger_id")
        if self._clock().timestamp() - trigger.made > self._life:
            self._open[name] = trigger
            raise SlackRefusalError("expired_trigger_id")
        self._used.add(name)
        return trigger

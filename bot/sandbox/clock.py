"""The sandbox's clock: real time plus an offset that a person chooses."""

from datetime import UTC, datetime, timedelta


class SandboxClock:
    """Returns the time (aware, UTC) when called. The sandbox and the bot in it share one."""

    def __init__(self) -> None:
        self._moved = timedelta()

    def __call__(self) -> datetime:
        """The time."""
        return datetime.now(UTC) + self._moved

    def move_to(self, moment: datetime) -> None:
        """Sets the time to ``moment`` (aware); from there it runs as usual."""
        self._moved = moment - datetime.now(UTC)

"""The sandbox's clock: real time, moved by as much as somebody chose."""

from datetime import UTC, datetime, timedelta


class SandboxClock:
    """Call it for the moment (aware, UTC). Everything in the sandbox, the bot included, lives by one of these."""

    def __init__(self) -> None:
        self._moved = timedelta()

    def __call__(self) -> datetime:
        """The moment."""
        return datetime.now(UTC) + self._moved

    def move_to(self, moment: datetime) -> None:
        """Make it ``moment`` (aware) now; from there on time runs as usual."""
        self._moved = moment - datetime.now(UTC)

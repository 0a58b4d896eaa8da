"""."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The moment, aware, UTC."""
    return datetime.now(UTC)

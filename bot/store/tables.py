"""The tables as they are now; ``migrations/`` holds the steps that lead here, and a test that both agree."""

from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Dialect, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, aware on both sides: PostgreSQL's timestamptz; in SQLite text of one width, whose order is the order in time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as the driver wants it.

        Raises:
            ValueError: it has no zone; nobody can tell when that is.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no zone: a moment in the database must be aware")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment, aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


metadata = MetaData()

#: The account a channel asks about when the words name none.
channel_defaults = Table(
    "channel_defaults",
    metadata,
    Column("team", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("platform_id", Text, nullable=False),
)

#: Who changed what and when; append-only. ``before`` and ``after`` are JSON or plain words, NULL where there was or is nothing.
changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("team", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
    Index("changes_of_subject", "team", "kind", "subject", "id"),
)

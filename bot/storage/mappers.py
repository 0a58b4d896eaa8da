"""Rows to values and back (columns are the dataclasses' fields, name by name), and SQL that SQLite and PostgreSQL write alike."""

from dataclasses import fields
from typing import Any, TypeAlias

from sqlalchemy import Row, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.follow_up_state import FollowUp
from bot.subscriptions.subscription import Subscription


def digest_of(row: Row[Any]) -> Subscription:
    """The digest of a row of ``digests``."""
    return Subscription(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name, underscored to keep clear of column names


def delivery_of(row: Row[Any]) -> Delivery:
    """The delivery of a row of ``deliveries``."""
    return Delivery(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name, underscored to keep clear of column names


def part_of(row: Row[Any]) -> FollowUp:
    """The part of a row of ``parts``."""
    return FollowUp(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name, underscored to keep clear of column names


def columns(value: Subscription | Delivery | FollowUp) -> dict[str, Any]:
    """The value's fields, as columns to insert."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def differences(before: Subscription | Delivery | FollowUp, after: Subscription | Delivery | FollowUp) -> dict[str, Any]:
    """The fields of ``after`` that ``before`` has otherwise, as columns to update."""
    return {name: value for name, value in columns(after).items() if value != getattr(before, name)}


Insert: TypeAlias = "postgresql.Insert | sqlite.Insert"


def insert_into(connection: AsyncConnection, table: Table) -> Insert:
    """An INSERT into ``table`` that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update`` in this connection's dialect."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


async def one_at_a_time(connection: AsyncConnection, what: str) -> None:
    """Wait until no other transaction that is about the same thing is open; those after this one wait in turn.

    For what no row can be locked for, since it is about rows that are not there. SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


async def insert_new(connection: AsyncConnection, table: Table, values: dict[str, Any]) -> bool:
    """Insert the row unless one like it, by any key, is there already; True when it was inserted.

    The row itself is asked back, since PostgreSQL's driver does not count inserted rows.
    """
    statement = insert_into(connection, table).values(values).on_conflict_do_nothing().returning(*table.primary_key)
    return (await connection.execute(statement)).one_or_none() is not None

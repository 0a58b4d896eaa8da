"""The one statement that SQLite and PostgreSQL share and standard SQL has not: INSERT … ON CONFLICT."""

from typing import Any, TypeAlias

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Insert: TypeAlias = "postgresql.Insert | sqlite.Insert"


def insert_into(connection: AsyncConnection, table: Table) -> Insert:
    """An INSERT into ``table`` that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update`` in this connection's dialect."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


async def insert_new(connection: AsyncConnection, table: Table, values: dict[str, Any]) -> bool:
    """Insert the row unless one like it, by any key, is there already; True when it was inserted.

    The row itself is asked back, since PostgreSQL's driver does not count inserted rows.
    """
    statement = insert_into(connection, table).values(values).on_conflict_do_nothing().returning(*table.primary_key)
    return (await connection.execute(statement)).one_or_none() is not None

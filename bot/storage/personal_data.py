"""What is stored about a workspace or a person in it: reading all of it, and deleting what is about the person.

Every text column of every table is looked through, so that a new table is included without being named here.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, String, Table, and_, delete, or_, select, type_coerce, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.column_types import EnumColumn, NameList
from bot.storage.database import Database
from bot.storage.installations import WORKSPACE_TABLES, about
from bot.storage.tables import changes, digests, incidents, last_questions, parts
from bot.storage.workspaces import ENCRYPTED

#: What stands in the place of a deleted person's id where the row has to stay.
DELETED: Final = "deleted person"
#: In place of a token or key, which no export holds.
HIDDEN: Final = "encrypted"
#: Columns that say whom or which conversation the whole row is about, beside the primary key.
_SUBJECTS: Final = ("person", "channel", "place", "subject")
#: Slack's id of a person's conversation with the bot, which a thread's time may follow.
_DIRECT: Final = re.compile(r"(D[A-Z0-9]+)(:.*)?")


class PersonalData:
    """Reads and deletes. Every method raises StoreError when the database cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def workspaces(self) -> tuple[str, ...]:
        """Every workspace about which something is stored, by its Slack id."""
        found: set[str] = set()
        async with self._database.read() as connection:
            for table in WORKSPACE_TABLES:
                if "team" in table.c:
                    found |= set((await connection.scalars(select(table.c.team).distinct())).all())
        return tuple(sorted(found - {""}))

    async def of_workspace(self, team: str, tables: Sequence[Table] = WORKSPACE_TABLES) -> Mapping[str, list[dict[str, Any]]]:
        """Every row about the workspace in these tables, by table; without those tables that have none."""
        async with self._database.read() as connection:
            found = {table.name: [_shown(row) for row in await connection.execute(_rows(table, team))] for table in tables}
        return {name: rows for name, rows in found.items() if rows}

    async def of_person(self, team: str, person: str) -> Mapping[str, list[dict[str, Any]]]:
        """Every row that names the person (a Slack user id) or their conversation with the bot, by table."""
        async with self._database.read() as connection:
            ids = await _ids(connection, team, person)
            found = {table.name: [_shown(row) for row in await _naming(connection, table, team, ids)] for table in WORKSPACE_TABLES}
        return {name: rows for name, rows in found.items() if rows}

    async def delete_person(self, team: str, person: str) -> tuple[int, int]:
        """Deletes the rows about the person and takes their id out of the others, in one transaction; how many rows of each.

        Their subscriptions in channels stay and belong to the administrators; those in their conversation with the bot are deleted with
        all that was posted there.
        """
        deleted = changed = 0
        async with self._database.write() as connection:
            ids = await _ids(connection, team, person)
            for table in WORKSPACE_TABLES:
                for row in await _naming(connection, table, team, ids):
                    here = and_(*(column == getattr(row, column.name) for column in table.primary_key))
                    if any(_names(getattr(row, column.name), ids) for column in _subjects(table)):
                        deleted += await _delete(connection, table, here)
                        continue
                    values = {column.name: _without(getattr(row, column.name), ids, column) for column in _texts(table)}
                    await connection.execute(update(table).where(here).values(values))
                    changed += 1
        return deleted, changed


def _texts(table: Table) -> Iterator[Column[Any]]:
    """The columns that can hold somebody's id."""
    for column in table.c:
        if isinstance(column.type, (String, NameList)) and (table, column.name) not in ENCRYPTED:
            yield column


def _subjects(table: Table) -> Iterator[Column[Any]]:
    return (column for column in _texts(table) if column.primary_key or column.name in _SUBJECTS)


def _rows(table: Table, team: str) -> Any:
    # The words of enumerations as they are stored: also those that only a newer version knows.
    columns = [type_coerce(one, String).label(one.name) if isinstance(one.type, EnumColumn) else one for one in table.c]
    return select(*columns).where(about(table, team)).order_by(*table.primary_key)


def _shown(row: Row[Any]) -> dict[str, Any]:
    hidden = {column for _, column in ENCRYPTED}
    values = {name: HIDDEN if name in hidden else value for name, value in row._mapping.items()}  # noqa: SLF001 - SQLAlchemy's public name
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


async def _naming(connection: AsyncConnection, table: Table, team: str, ids: Sequence[str]) -> list[Row[Any]]:
    raw = [type_coerce(column, String) for column in _texts(table)]
    may_name: list[ColumnElement[bool]] = [column.contains(one, autoescape=True) for column in raw for one in ids]
    rows = await connection.execute(_rows(table, team).where(or_(*may_name))) if may_name else ()
    return [row for row in rows if any(_names(getattr(row, column.name), ids) for column in _texts(table))]


async def _ids(connection: AsyncConnection, team: str, person: str) -> tuple[str, ...]:
    """The person's id, and that of their conversation with the bot where it is known."""
    theirs = (
        select(last_questions.c.place).where(last_questions.c.team == team, last_questions.c.person == person),
        select(digests.c.channel).where(digests.c.team == team, digests.c.owner == person),
        select(changes.c.subject).where(changes.c.team == team, changes.c.by == person),
    )
    places = [place for wanted in theirs for place in await connection.scalars(wanted)]
    return (person, *dict.fromkeys(found[1] for found in map(_DIRECT.fullmatch, places) if found))


def _pattern(ids: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, ids))})(?![A-Za-z0-9])")


def _names(value: object, ids: Sequence[str]) -> bool:
    texts = value if isinstance(value, tuple) else (value,)
    return any(isinstance(text, str) and _pattern(ids).search(text) is not None for text in texts)


def _without(value: Any, ids: Sequence[str], column: Column[Any]) -> Any:
    """A column's value without these ids."""
    if not _names(value, ids):
        return value
    if isinstance(value, tuple):
        return tuple(_pattern(ids).sub(DELETED, one) for one in value if one not in ids)
    if value in ids:
        return None if column.nullable else DELETED
    try:
        inside = json.loads(value)
    except ValueError:
        inside = None
    if isinstance(inside, (dict, list)):
        return json.dumps(_cleaned(inside, ids), ensure_ascii=False)
    return _pattern(ids).sub(DELETED, value)


def _cleaned(value: Any, ids: Sequence[str]) -> Any:
    """A value of JSON's without these ids: a list's own element is left out, as whom an alert mentions."""
    if isinstance(value, dict):
        return {_pattern(ids).sub(DELETED, name): _cleaned(one, ids) for name, one in value.items()}
    if isinstance(value, list):
        return [_cleaned(one, ids) for one in value if one not in ids]
    if isinstance(value, str):
        return None if value in ids else _pattern(ids).sub(DELETED, value)
    return value


async def _delete(connection: AsyncConnection, table: Table, where: ColumnElement[bool]) -> int:
    """Deletes rows with those that belong to them; how many."""
    done: Counter[str] = Counter()
    for child in WORKSPACE_TABLES:
        for key in child.foreign_keys:
            if key.column.table is table:
                done[child.name] += await _delete(connection, child, key.parent.in_(select(key.column).where(where)))
    if table is incidents:
        done[parts.name] += await _delete(connection, parts, parts.c.incident.in_(select(incidents.c.id).where(where)))
    done[table.name] += len((await connection.execute(delete(table).where(where).returning(*table.primary_key))).all())
    return done.total()

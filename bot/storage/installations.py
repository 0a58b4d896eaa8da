"""Where the app is installed, and since when it is not; what is stored about a workspace or a person, to read it and to delete it."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, String, Table, and_, bindparam, delete, exists, not_, or_, select, type_coerce, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio.engine import AsyncConnection
from sqlalchemy.sql.elements import KeyedColumnElement

from bot.storage import tables
from bot.storage.column_types import EnumColumn, NameList
from bot.storage.database import Database, Repository, one_at_a_time, put
from bot.subscriptions.subscription import Installation, InstallationState

#: Every table but those of installations that have begun and of the database itself, which belong to no workspace, and of the posts that
#: the settings' key reads, which name nobody in Slack; children after their parents.
WORKSPACE_TABLES = tuple(
    table for table in tables.metadata.sorted_tables if table not in (tables.known_posts, tables.oauth_states, tables.bot_state)
)
#: What stands in the place of a deleted person's id where the row has to stay.
DELETED: Final = "deleted person"
#: In place of a token or key, which no export holds.
HIDDEN: Final = "encrypted"
#: Columns that say whom or which conversation the whole row is about, beside the primary key.
_SUBJECTS: Final = ("person", "channel", "place", "subject")
#: Slack's id of a person's conversation with the bot, which a thread's time may follow.
_DIRECT: Final = re.compile(r"(D[A-Z0-9]+)(:.*)?")


class Retention(Repository):
    """Deletes the data of workspaces."""

    async def forget(self, team: str, left_before: datetime) -> bool:
        """Deletes every row about the workspace, in one transaction.

        ``left_before``: only if it has not been active since this moment (aware). Returns whether it was deleted; False when it is back,
        left later, or was deleted before.
        """
        one = tables.installations.c
        left = (one.team == team, one.state != InstallationState.ACTIVE, one.since <= left_before)
        async with self._database.write() as connection:
            if (await connection.execute(select(one.team).where(*left).with_for_update())).first() is None:
                return False
            await _delete_all(connection, team)
        return True

    async def remove(self, team: str) -> None:
        async with self._database.write() as connection:
            await _delete_all(connection, team)


async def _delete_all(connection: AsyncConnection, team: str) -> None:
    # First: whose they are shows in the other tables.
    await connection.execute(delete(tables.known_posts).where(about(tables.known_posts, team)))
    # Children before their parents, as their keys demand.
    for one in reversed(WORKSPACE_TABLES):
        await connection.execute(delete(one).where(about(one, team)))


def about(table: Table, team: str) -> ColumnElement[bool]:
    """The rows of a table that are about the workspace or organization: its own, or those of its deliveries or digests.

    Raises LookupError: the table has no column for the workspace.
    """
    columns = table.c
    if table is tables.known_posts:
        # The settings' key is that of a workspace which did not install the app by OAuth.
        return not_(or_(*(exists().where(one.c.team == team) for one in (tables.slack_installations, tables.enterprise_workspaces))))
    if table is tables.enterprise_workspaces:
        return or_(columns["team"] == team, columns["enterprise"] == team)
    if "team" in columns:
        return columns["team"] == team
    for name, parent in (("delivery", tables.deliveries), ("digest", tables.digests)):
        if name in columns:
            return columns[name].in_(select(parent.c.id).where(parent.c.team == team))
    raise LookupError(f"nothing in the table {table.name} says whose its rows are")


class PersonalData(Repository):
    """Reads all that is stored about a workspace or a person in it, and deletes what is about the person.

    Every text column of every table is looked through, so that a new table is included without being named here. Every method raises
    StoreError when the database cannot be used.
    """

    async def workspaces(self) -> tuple[str, ...]:
        """Every workspace about which something is stored, by its Slack id."""
        found: set[str] = set()
        async with self._database.read() as connection:
            for table in WORKSPACE_TABLES:
                if "team" in table.c:
                    found |= set((await connection.scalars(select(table.c.team).distinct())).all())
        return tuple(sorted(found - {""}))

    async def of_workspace(
        self, team: str, among: Sequence[Table] = (*WORKSPACE_TABLES, tables.known_posts)
    ) -> Mapping[str, list[dict[str, Any]]]:
        """Every row about the workspace in these tables, by table; without those tables that have none."""
        async with self._database.read() as connection:
            found = {table.name: [_shown(row) for row in await connection.execute(_rows(table, team))] for table in among}
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
    for column in table.c:
        if isinstance(column.type, (String, NameList)) and (table, column.name) not in tables.ENCRYPTED:
            yield column


def _subjects(table: Table) -> Iterator[Column[Any]]:
    return (column for column in _texts(table) if column.primary_key or column.name in _SUBJECTS)


def _rows(table: Table, team: str) -> Any:
    # The words of enumerations as they are stored: also those that only a newer version knows.
    columns = [type_coerce(one, String).label(one.name) if isinstance(one.type, EnumColumn) else one for one in table.c]
    return select(*columns).where(about(table, team)).order_by(*table.primary_key)


def _shown(row: Row[Any]) -> dict[str, Any]:
    hidden = {column for _, column in tables.ENCRYPTED}
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
        select(tables.last_questions.c.place).where(tables.last_questions.c.team == team, tables.last_questions.c.person == person),
        select(tables.digests.c.channel).where(tables.digests.c.team == team, tables.digests.c.owner == person),
        select(tables.changes.c.subject).where(tables.changes.c.team == team, tables.changes.c.by == person),
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
    if table is tables.incidents:
        theirs = tables.parts.c.incident.in_(select(tables.incidents.c.id).where(where))
        done[tables.parts.name] += await _delete(connection, tables.parts, theirs)
    done[table.name] += len((await connection.execute(delete(table).where(where).returning(*table.primary_key))).all())
    return done.total()


#: States that already imply a revoked token: a removed app has none.
_INCLUDED = {InstallationState.TOKEN_REVOKED: (InstallationState.REMOVED,)}
_BY_TEAM: Final = select(tables.installations).where(tables.installations.c.team == bindparam("wanted"))


class InstallationRepository(Repository):
    """The workspaces that Slack's events were about."""

    async def installation(self, team: str) -> Installation | None:
        """The workspace's state; None when nothing was ever stored, which means that the app is installed there."""
        row = await self._database.row(_BY_TEAM, {"wanted": team})
        return None if row is None else Installation(row.team, row.state, row.since)

    async def note(self, team: str, state: InstallationState, at: datetime) -> bool:
        """Stores a state as of this time (aware); True when it is a change, so that people are notified once.

        A second reason for being away is no change: removing the app revokes its token too, and Slack sends events for both.
        While a workspace is not active, none of its digests becomes due and none of its deliveries is processed.
        """
        async with self._database.write() as connection:
            # Both events may arrive at the same time, when there is no row yet that could be locked.
            await one_at_a_time(connection, f"installation of {team}")
            known = (await connection.execute(_BY_TEAM, {"wanted": team})).one_or_none()
            if known is not None and known.state in (state, *_INCLUDED.get(state, ())):
                return False
            # Removed and its token revoked: away since the first of the two.
            away = known is not None and InstallationState.ACTIVE not in (known.state, state)
            since = known.since if known is not None and away else at
            await put(connection, tables.installations, {"team": team}, {"state": state, "since": since})
        return not away and (known is not None or state is not InstallationState.ACTIVE)

    async def stopped(self, *, everywhere: bool = False) -> tuple[Installation, ...]:
        """The served workspaces where the app was removed or its token no longer works, the longest first; or all."""
        away = tables.installations.c.state != InstallationState.ACTIVE
        wanted = away if everywhere or self._database.many_workspaces else away & _is_served(tables.installations.c.team, self._database)
        rows = await self._database.rows(select(tables.installations).where(wanted).order_by(tables.installations.c.since))
        return tuple(Installation(row.team, row.state, row.since) for row in rows)


def in_active_workspace(team: KeyedColumnElement[str], database: Database) -> ColumnElement[bool]:
    """A condition on another table's ``team`` column: the workspace is known, the app is installed there, and there is a PostPost key."""
    stopped = exists().where(tables.installations.c.team == team, tables.installations.c.state != InstallationState.ACTIVE)
    active = (team != "") & not_(stopped) & _is_served(team, database)
    # Without its key what is due waits: it would fail, and in the end be paused.
    return active & exists().where(tables.workspace_keys.c.team == team) if database.many_workspaces else active


def _is_served(team: KeyedColumnElement[str], database: Database) -> ColumnElement[bool]:
    """Whether this bot has the workspace's token: one that installed it by OAuth; or without OAuth its own, and any but those that did."""
    serving, served = tables.slack_installations.c, tables.enterprise_workspaces.c
    of_organization = exists().where(served.team == team, served.enterprise == serving.team)
    by_oauth = exists().where(serving.team == team) | of_organization
    of_own = exists().where(served.team == team, served.enterprise == database.own)
    return by_oauth if database.many_workspaces else (team == database.own) | of_own | not_(by_oauth)

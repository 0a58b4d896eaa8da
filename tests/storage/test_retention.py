"""A workspace that the app has left is forgotten whole, once, and no other with it; one that came back is kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Integer, func, insert, select

from bot.storage.column_types import EnumColumn, NameList, UtcDateTime
from bot.storage.installations import WORKSPACE_TABLES, InstallationRepository, Retention, about
from bot.subscriptions.subscription import Installation, InstallationState

LEFT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LATER = LEFT + timedelta(days=30)


def value_of(column: Column[Any], team: str) -> Any:
    """Something that fits the column, in a row about this workspace."""
    if column.name == "team":
        return team
    if column.foreign_keys or column.name == "id":
        return f"{team}-1"
    if isinstance(column.type, EnumColumn):
        return next(iter(column.type.words.__members__.values()))
    if isinstance(column.type, (UtcDateTime, NameList, Integer)):
        return {UtcDateTime: LEFT, NameList: ("linkedin-A",)}.get(type(column.type), 1)
    return column.type.python_type("1")


async def fill(database, team):
    """A row in every table there is."""
    async with database.write() as connection:
        for table in WORKSPACE_TABLES:
            if table.name != "installations":
                counted = table.autoincrement_column
                await connection.execute(insert(table).values({c.name: value_of(c, team) for c in table.columns if c is not counted}))
    await InstallationRepository(database).note(team, InstallationState.REMOVED, LEFT)


async def rows_about(database, team):
    """How many rows there are, by table."""
    async with database.read() as connection:
        return {
            table.name: await connection.scalar(select(func.count()).select_from(table).where(about(table, team)))
            for table in WORKSPACE_TABLES
        }


@pytest.fixture
async def retention(database) -> Retention:
    for team in ("T1", "T2"):
        await fill(database, team)
    return Retention(database)


async def test_everything_about_it_is_deleted_and_nothing_else(database, retention):
    assert set((await rows_about(database, "T1")).values()) == {1}
    assert await retention.forget("T1", LATER)
    assert set((await rows_about(database, "T1")).values()) == {0}
    assert set((await rows_about(database, "T2")).values()) == {1}


async def test_it_is_deleted_once(retention):
    assert [await retention.forget("T1", LATER) for _ in range(2)] == [True, False]


async def test_what_came_back_or_left_later_is_kept(database, retention):
    assert not await retention.forget("T1", LEFT - timedelta(seconds=1))
    await InstallationRepository(database).note("T1", InstallationState.ACTIVE, LATER)
    assert not await retention.forget("T1", LATER + timedelta(days=90))
    assert set((await rows_about(database, "T1")).values()) == {1}


async def test_it_is_away_since_the_first_word_of_it(database):
    """Removing the app revokes its token too; the second word begins nothing anew. Coming back does."""
    installations = InstallationRepository(database)
    both = enumerate((InstallationState.REMOVED, InstallationState.TOKEN_REVOKED))
    assert [await installations.note("T1", state, LEFT + timedelta(hours=hours)) for hours, state in both] == [True, False]
    assert await installations.stopped() == (Installation("T1", InstallationState.REMOVED, LEFT),)
    for hours, state in enumerate((InstallationState.ACTIVE, InstallationState.REMOVED), start=2):
        await installations.note("T1", state, LEFT + timedelta(hours=hours))
    assert await installations.stopped() == (Installation("T1", InstallationState.REMOVED, LEFT + timedelta(hours=3)),)

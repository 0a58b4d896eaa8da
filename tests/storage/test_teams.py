"""Groups of accounts and opting out, on both databases."""

from datetime import UTC, datetime

import pytest

from bot.storage.database import open_database
from bot.storage.workspace_settings import ChangeKind, GroupRepository, recent_changes

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def teams(database) -> GroupRepository:
    return GroupRepository(database)


async def changes(database, kind, subject):
    async with database.read() as connection:
        return [(change.by, change.after) for change in await recent_changes(connection, "T1", subject, kind=kind)]


async def test_a_group_belongs_to_one_workspace_and_is_replaced_whole(teams):
    await teams.set_group("T1", "sales", ("linkedin-A", "linkedin-B"), by="U1", at=NINE)
    await teams.set_group("T1", "sales", ("linkedin-B",), by="U2", at=TEN)
    assert await teams.groups("T1") == {"sales": ("linkedin-B",)}
    assert await teams.groups("T2") == {}


async def test_a_group_without_accounts_is_gone_and_who_removed_it_is_kept(teams, database):
    await teams.set_group("T1", "sales", ("linkedin-A",), by="U1", at=NINE)
    await teams.set_group("T1", "sales", (), by="U2", at=TEN)
    assert await teams.groups("T1") == {}
    assert await changes(database, ChangeKind.GROUP, "sales") == [("U2", None), ("U1", '["linkedin-A"]')]


async def test_setting_what_is_set_records_nothing(teams, database):
    await teams.set_group("T1", "sales", ("linkedin-A",), by="U1", at=NINE)
    await teams.set_group("T1", "sales", ("linkedin-A",), by="U2", at=TEN)
    assert len(await changes(database, ChangeKind.GROUP, "sales")) == 1


async def test_opting_out_and_in_is_kept_with_who_and_when(teams, database):
    assert await teams.opt("T1", "linkedin-A", out=True, by="U1", at=NINE)
    assert not await teams.opt("T1", "linkedin-A", out=True, by="U1", at=NINE)
    assert await teams.opted_out("T1") == {"linkedin-A": ""}
    assert await teams.opted_out("T2") == {}
    assert await teams.opt("T1", "linkedin-A", out=False, by="U2", at=TEN)
    assert not await teams.opt("T1", "linkedin-A", out=False, by="U2", at=TEN)
    assert await teams.opted_out("T1") == {}
    assert await changes(database, ChangeKind.OPT_OUT, "linkedin-A") == [("U2", "in"), ("U1", "out")]


async def test_both_outlive_the_process(database_url):
    async with open_database(database_url) as database:
        await GroupRepository(database).set_group("T1", "sales", ("linkedin-A",), by="U1", at=NINE)
        await GroupRepository(database).opt("T1", "linkedin-B", out=True, by="U1", at=NINE)
    async with open_database(database_url) as database:
        assert await GroupRepository(database).groups("T1") == {"sales": ("linkedin-A",)}
        assert await GroupRepository(database).opted_out("T1") == {"linkedin-B": ""}

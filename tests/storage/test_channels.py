"""A channel's default account, and who set it when."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from bot.storage.database import open_database
from bot.storage.workspace_settings import ChannelDefaultRepository, PermissionRepository

NINE = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def defaults(database) -> ChannelDefaultRepository:
    return ChannelDefaultRepository(database)


async def test_a_channel_has_no_default_until_one_is_set(defaults):
    assert await defaults.channel_default("T1", "C1") is None


async def test_a_default_belongs_to_one_channel_of_one_workspace(defaults):
    await defaults.set_channel_default("T1", "C1", "linkedin-A", by="U1", at=NINE)
    answers = [await defaults.channel_default(*where) for where in (("T1", "C1"), ("T1", "C2"), ("T2", "C1"))]
    assert answers == ["linkedin-A", None, None]


async def test_a_default_outlives_the_process(database_url):
    async with open_database(database_url) as database:
        await ChannelDefaultRepository(database).set_channel_default("T1", "C1", "linkedin-A", by="U1", at=NINE)
    async with open_database(database_url) as database:
        assert await ChannelDefaultRepository(database).channel_default("T1", "C1") == "linkedin-A"


async def test_every_change_is_kept_with_who_and_when(defaults):
    berlin = datetime(2026, 11, 23, 11, 0, tzinfo=timezone(timedelta(hours=1)))
    await defaults.set_channel_default("T1", "C1", "linkedin-A", by="U1", at=NINE)
    await defaults.set_channel_default("T1", "C1", "linkedin-B", by="U2", at=berlin)
    await defaults.set_channel_default("T1", "C1", None, by="U3", at=NINE + timedelta(hours=2))
    assert await defaults.channel_default("T1", "C1") is None
    stored = [
        (change.before, change.after, change.by, change.at) for change in await PermissionRepository(defaults._database).changes("T1", "C1")
    ]
    assert stored == [
        ("linkedin-B", None, "U3", NINE + timedelta(hours=2)),
        ("linkedin-A", "linkedin-B", "U2", datetime(2026, 11, 23, 10, 0, tzinfo=UTC)),
        (None, "linkedin-A", "U1", NINE),
    ]
    assert await PermissionRepository(defaults._database).changes("T1", "C2") == ()


async def test_setting_what_is_set_already_records_no_change(defaults):
    for _ in range(2):
        await defaults.set_channel_default("T1", "C1", "linkedin-A", by="U1", at=NINE)
    await defaults.set_channel_default("T1", "C2", None, by="U1", at=NINE)
    assert len(await PermissionRepository(defaults._database).changes("T1", "C1")) == 1
    assert await PermissionRepository(defaults._database).changes("T1", "C2") == ()


async def test_a_moment_without_a_zone_is_refused_and_nothing_changes(defaults):
    with pytest.raises(StatementError, match="has no zone"):
        await defaults.set_channel_default("T1", "C1", "linkedin-A", by="U1", at=NINE.replace(tzinfo=None))
    assert await defaults.channel_default("T1", "C1") is None


async def test_people_who_set_it_at_the_same_moment_leave_one_of_their_answers(defaults):
    names = [f"linkedin-{number}" for number in range(8)]
    await asyncio.gather(*(defaults.set_channel_default("T1", "C1", name, by="U1", at=NINE) for name in names))
    assert await defaults.channel_default("T1", "C1") in names
    assert len(await PermissionRepository(defaults._database).changes("T1", "C1")) == len(names)

"""What administrators have allowed: the last word counts, and every word is kept."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.workspace_settings import ChangeKind, ChannelDefaultRepository, PermissionRepository

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
PERSON, CHANNEL = ChangeKind.ALLOWED_PERSON, ChangeKind.ALLOWED_CHANNEL


@pytest.fixture
def allowances(database) -> PermissionRepository:
    return PermissionRepository(database)


async def test_nothing_is_allowed_until_somebody_does(allowances):
    assert await allowances.allowance("T1", PERSON, "U1") is None


async def test_an_allowance_tells_who_and_when_and_can_be_taken_back(allowances):
    assert await allowances.set_allowed("T1", PERSON, "U1", allowed=True, by="UADMIN", at=NINE)
    standing = await allowances.allowance("T1", PERSON, "U1")
    assert standing is not None
    assert (standing.by, standing.at) == ("UADMIN", NINE)
    assert await allowances.set_allowed("T1", PERSON, "U1", allowed=False, by="UADMIN", at=NINE + timedelta(hours=1))
    assert await allowances.allowance("T1", PERSON, "U1") is None


async def test_an_allowance_is_of_one_workspace_one_kind_and_one_subject(allowances):
    await allowances.set_allowed("T1", CHANNEL, "C1", allowed=True, by="UADMIN", at=NINE)
    others = (("T2", CHANNEL, "C1"), ("T1", PERSON, "C1"), ("T1", CHANNEL, "C2"))
    assert [await allowances.allowance(*other) for other in others] == [None, None, None]


async def test_saying_what_holds_already_records_nothing(allowances):
    assert not await allowances.set_allowed("T1", PERSON, "U1", allowed=False, by="UADMIN", at=NINE)
    assert await allowances.set_allowed("T1", PERSON, "U1", allowed=True, by="UADMIN", at=NINE)
    assert not await allowances.set_allowed("T1", PERSON, "U1", allowed=True, by="UADMIN", at=NINE)
    assert len(await allowances.changes("T1")) == 1


async def test_changes_of_every_kind_are_told_the_newest_first(allowances, database):
    await ChannelDefaultRepository(database).set_channel_default("T1", "C1", "linkedin-A", by="U1", at=NINE)
    await allowances.set_allowed("T1", PERSON, "U2", allowed=True, by="UADMIN", at=NINE)
    await allowances.set_allowed("T2", PERSON, "U3", allowed=True, by="UADMIN", at=NINE)
    assert [(change.kind, change.subject) for change in await allowances.changes("T1")] == [
        (PERSON, "U2"),
        (ChangeKind.CHANNEL_DEFAULT, "C1"),
    ]
    assert [change.subject for change in await allowances.changes("T1", "C1")] == ["C1"]

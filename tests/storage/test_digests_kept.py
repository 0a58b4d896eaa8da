"""Digests are kept, changed by one person at a time, and every change is remembered."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.storage.database import open_database
from bot.storage.occurrences import OccurrenceRepository
from bot.storage.subscriptions import SubscriptionRepository
from bot.storage.workspace_settings import PermissionRepository
from bot.subscriptions.subscription import SubscriptionKind, SubscriptionStatus

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def digests(database) -> SubscriptionRepository:
    return SubscriptionRepository(database)


async def test_a_digest_comes_back_as_it_was_kept_also_after_a_restart(database_url, weekly):
    odd = replace(weekly, accounts=("linkedin-Ä", 'linkedin-"q"'), content=(), owner=None, next_run_at=None)
    async with open_database(database_url) as database:
        assert await SubscriptionRepository(database).create(odd, by="U1", at=NOW)
    async with open_database(database_url) as database:
        assert await SubscriptionRepository(database).digest(odd.id) == odd


async def test_a_form_sent_twice_makes_one_digest(digests, weekly):
    made = await asyncio.gather(*(digests.create(replace(weekly, channel=f"C{n}"), by="U1", at=NOW) for n in range(2)))
    assert sorted(made) == [False, True]
    assert len(await digests.digests()) == 1


async def test_of_two_people_who_change_the_same_version_one_succeeds(digests, weekly):
    await digests.create(weekly, by="U1", at=NOW)
    changed = await asyncio.gather(
        *(digests.update(weekly.id, 1, lambda digest, n=n: replace(digest, channel=f"C{n}"), by=f"U{n}", at=NOW) for n in range(4))
    )
    succeeded = [digest for digest in changed if digest is not None]
    assert len(succeeded) == 1
    assert await digests.digest(weekly.id) == succeeded[0]
    assert succeeded[0].version == 2


async def test_of_the_same_digest_set_up_by_several_at_once_one_is_kept(digests, weekly):
    """Each has an id of its own; the accounts' order makes none of them another."""
    twins = [replace(weekly, id=f"digest-{n}", owner=f"U{n}", accounts=weekly.accounts[:: (-1) ** n]) for n in range(6)]
    made = await asyncio.gather(*(digests.create(one, by=one.owner, at=NOW, unlike=True) for one in twins))
    assert sorted(made) == [False] * 5 + [True]
    assert len(await digests.digests()) == 1


async def test_of_several_that_are_changed_into_the_same_at_once_one_is(digests, weekly):
    for n in range(4):
        await digests.create(replace(weekly, id=f"digest-{n}", channel=f"C{n}"), by="U1", at=NOW)
    moved = (digests.update(f"digest-{n}", 1, lambda one: replace(one, channel="C9"), by="U1", at=NOW, unlike=True) for n in range(4))
    assert [one is not None for one in await asyncio.gather(*moved)].count(True) == 1
    assert [one.channel for one in await digests.digests()].count("C9") == 1


async def test_what_is_deleted_of_another_kind_or_itself_is_no_others_like(digests, weekly):
    await digests.create(replace(weekly, id="gone", status=SubscriptionStatus.DELETED), by="U1", at=NOW)
    await digests.create(replace(weekly, id="alert", kind=SubscriptionKind.ALERT, rule="{}"), by="U1", at=NOW)
    assert await digests.create(weekly, by="U1", at=NOW, unlike=True)
    await digests.create(replace(weekly, id="digest-2"), by="U1", at=NOW)
    after = await digests.update(weekly.id, 1, lambda one: replace(one, content=("chart",)), by="U1", at=NOW, unlike=True)
    assert after is not None, "two that were alike before can be changed"


async def test_a_change_says_who_when_and_from_what_to_what(digests, weekly):
    await digests.create(weekly, by="U1", at=NOW)
    await digests.update(
        weekly.id, 1, lambda digest: replace(digest, status=SubscriptionStatus.PAUSED), by="U2", at=NOW + timedelta(hours=1)
    )
    last, first = await PermissionRepository(digests._database).changes(weekly.team, weekly.id)
    assert (first.by, first.at, first.before) == ("U1", NOW, None)
    assert (last.by, last.at) == ("U2", NOW + timedelta(hours=1))
    assert (json.loads(last.before or "{}")["status"], json.loads(last.after or "{}")["status"]) == ("active", "paused")
    assert json.loads(last.after or "{}")["accounts"] == ["linkedin-A", "linkedin-B"]


async def test_a_change_that_changes_nothing_leaves_version_and_record_as_they_are(digests, weekly):
    await digests.create(weekly, by="U1", at=NOW)
    assert await digests.update(weekly.id, 1, lambda digest: replace(digest, channel="C1"), by="U2", at=NOW) == weekly
    assert await digests.digest(weekly.id) == weekly
    assert [change.by for change in await PermissionRepository(digests._database).changes(weekly.team, weekly.id)] == ["U1"]


async def test_a_change_of_a_digest_that_is_not_there_changes_nothing(digests, weekly):
    assert await digests.update(weekly.id, 1, lambda digest: digest, by="U1", at=NOW) is None
    assert await digests.digest(weekly.id) is None


async def test_many_are_changed_at_once_or_none(digests, weekly):
    await digests.create(weekly, by="U1", at=NOW)
    seen = []

    def decide(existing):
        seen.extend(existing)
        return (replace(weekly, owner="U9"), replace(weekly, id="digest-2"))

    await digests.revise(decide, by="a file", at=NOW)
    assert seen == [weekly]
    assert [(one.id, one.owner, one.version) for one in await digests.digests()] == [("digest-1", "U9", 2), ("digest-2", "U1", 1)]
    assert [change.by for change in await PermissionRepository(digests._database).changes(weekly.team, weekly.id)] == ["a file", "U1"]

    def stumble(existing):
        yield replace(existing[0], owner="U8")
        raise ValueError("a bad entry")

    with pytest.raises(ValueError, match="a bad entry"):
        await digests.revise(stumble, by="a file", at=NOW)
    assert [one.owner for one in await digests.digests()] == ["U9", "U1"]


async def test_the_same_file_imported_twice_at_once_makes_each_digest_once(digests, weekly):
    def decide(existing):
        return () if existing else (weekly, replace(weekly, id="digest-2"))

    await asyncio.gather(*(digests.revise(decide, by="a file", at=NOW) for _ in range(3)))
    assert [one.version for one in await digests.digests()] == [1, 1]


async def test_digests_without_a_workspace_are_given_to_it_with_their_past(digests, database, weekly):
    """They are not due before."""
    occurrences, due = OccurrenceRepository(database), weekly.next_run_at
    await digests.create(replace(weekly, team=""), by="U1", at=NOW)
    await digests.create(replace(weekly, id="digest-2", team="T2", next_run_at=None), by="U1", at=NOW)
    assert await digests.without_workspace()
    assert await occurrences.claim_due(due) == ()
    await digests.adopt("T1")
    assert not await digests.without_workspace()
    assert [one.team for one in await digests.digests()] == ["T1", "T2"]
    assert len(await PermissionRepository(digests._database).changes(weekly.team, weekly.id)) == 1
    assert len(await occurrences.claim_due(due)) == 1


async def test_the_list_is_of_a_workspace_a_channel_or_an_owner_and_leaves_the_deleted_out(digests, weekly):
    for name, team, channel, owner in (("a", "T1", "C1", "U1"), ("b", "T1", "C2", "U2"), ("c", "T2", "C1", "U1")):
        await digests.create(replace(weekly, id=name, team=team, channel=channel, owner=owner), by="U1", at=NOW)
    await digests.create(replace(weekly, id="gone", status=SubscriptionStatus.DELETED), by="U1", at=NOW)

    async def names(**wanted):
        return [digest.id for digest in await digests.digests(**wanted)]

    assert await names() == ["a", "b", "c"]
    assert await names(team="T1") == ["a", "b"]
    assert await names(team="T1", channel="C2") == ["b"]
    assert await names(owner="U1") == ["a", "c"]
    assert (await digests.digest("gone")) is not None


async def test_a_list_reads_what_it_shows_and_counts_the_others(digests, weekly):
    """A person's own everywhere and everybody's in this channel, which come first; without a person everybody's."""
    for name, channel, owner in (("a-1", "C1", "U2"), ("a_2", "C2", "U1"), ("b-3", "C3", "U2"), ("b-4", "C3", "U1"), ("b-5", "C4", "U2")):
        await digests.create(replace(weekly, id=name, channel=channel, owner=owner), by="test", at=NOW)
    kind = SubscriptionKind.DIGEST

    async def seen(**over):
        return [one.id for one in await digests.seen("T1", kind, channel="C3", **over)]

    assert await seen(owner="U1") == ["b-3", "b-4", "a_2"]
    assert await seen(owner="U1", limit=2) == ["b-3", "b-4"]
    assert await seen() == ["b-3", "b-4", "a-1", "a_2", "b-5"]
    assert [await digests.count_seen("T1", kind, channel="C3", owner=owner) for owner in ("U1", None)] == [3, 5]
    assert [one.id for one in await digests.digests(begins="a_")] == ["a_2"]
    before = await digests.states_of({"U1": "T1", "U9": "T1"})
    await digests.update("b-4", 1, lambda one: replace(one, status=SubscriptionStatus.PAUSED), by="U1", at=NOW)
    await digests.update("b-3", 1, lambda one: replace(one, status=SubscriptionStatus.PAUSED), by="U2", at=NOW)
    after = await digests.states_of({"U1": "T1", "U9": "T1"})
    assert after["U9"] == before["U9"] == ()
    assert len(set(after["U1"]) - set(before["U1"])) == 1

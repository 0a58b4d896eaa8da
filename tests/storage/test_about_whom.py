"""Everything about a person is shown and deleted, in every table that there is; nothing of other people, nor of another workspace."""

import json

import pytest
from msgspec.structs import replace
from sqlalchemy import String, insert, select, type_coerce, update

from bot.storage.column_types import NameList
from bot.storage.installations import WORKSPACE_TABLES, PersonalData, about
from bot.storage.subscriptions import SubscriptionRepository
from bot.storage.tables import ENCRYPTED, changes, digests, last_questions
from tests.storage.test_retention import LEFT, fill

#: Somebody, somebody else whose id begins alike, and the first one's conversation with the bot.
ANN, ANNA, DIRECT = "U0ANN0001", "U0ANN00012", "D0ANN0001"
#: Columns that cannot hold anybody's id: they say which workspace, or join tables.
JOINING = ("team", "id", "delivery", "digest")


def columns_for_names():
    """Every text column of every table that can hold a person's id, read from the schema."""
    for table in WORKSPACE_TABLES:
        for column in table.columns:
            short = getattr(column.type, "length", None) is not None
            joins = short or column.name in JOINING or column.foreign_keys or (table, column.name) in ENCRYPTED
            if not joins and type(column.type) is not type(digests.c.status.type) and isinstance(column.type, (String, NameList)):
                yield table, column


async def texts(database, team):
    """Everything that is stored about a workspace, as it lies there."""
    async with database.read() as connection:
        found = [
            tuple(row)
            for table in WORKSPACE_TABLES
            for row in await connection.execute(select(*(type_coerce(one, one.type) for one in table.c)).where(about(table, team)))
        ]
    return str(found)


@pytest.mark.parametrize("form", ["{}", '{{"owner": "{0}", "notify": ["{0}", "UOTHER1"], "text": "<@{0}> and <@UOTHER1>"}}'])
async def test_a_person_is_found_and_deleted_wherever_the_schema_has_text(database, form):
    for team in ("T1", "T2"):
        await fill(database, team)
    data, named = PersonalData(database), sorted(columns_for_names(), key=str)
    assert len(named) > 50, "the schema's text columns"
    async with database.write() as connection:
        for table, column in named:
            value = (ANN, "linkedin-A") if isinstance(column.type, NameList) else form.format(ANN)
            await connection.execute(update(table).where(about(table, "T1")).values({column.name: value}))
            await connection.execute(update(table).where(about(table, "T2")).values({column.name: value}))
    shown = await data.of_person("T1", ANN)
    assert set(shown) == {table.name for table, _ in named}
    before = await texts(database, "T2")
    deleted, changed = await data.delete_person("T1", ANN)
    assert deleted + changed > 0
    assert await data.of_person("T1", ANN) == {}
    assert ANN not in await texts(database, "T1")
    assert await texts(database, "T2") == before


async def test_what_others_need_stays_without_the_person(database, weekly):
    repository, data = SubscriptionRepository(database), PersonalData(database)
    rule = json.dumps({"notify": [ANN, ANNA]})
    stored = replace(weekly, owner=ANN, rule=rule)
    direct = replace(weekly, id="digest-2", owner=ANN, channel=DIRECT)
    await repository.create(stored, by=ANN, at=LEFT)
    await repository.create(direct, by=ANN, at=LEFT)
    asked = {"team": "T1", "words": "7d", "at": LEFT}
    link = {"team": "T1", "kind": "account_link", "subject": "linkedin-A", "before": ANNA, "after": ANN, "by": ANNA, "at": LEFT}
    async with database.write() as connection:
        await connection.execute(insert(last_questions).values([asked | {"place": "C1", "person": one} for one in (ANN, ANNA)]))
        await connection.execute(insert(changes).values(link))
    assert "digest-2" in str((await data.of_person("T1", ANN))["digests"])
    await data.delete_person("T1", ANN)
    (left,) = await repository.digests()
    assert (left.id, left.owner, json.loads(left.rule)) == (stored.id, None, {"notify": [ANNA]})
    everything = await texts(database, "T1")
    assert ANNA in everything
    assert f"{ANN}'" not in everything
    assert DIRECT not in everything
    assert "deleted person" in everything, "who changed it"
    linked = (await data.of_workspace("T1"))["changes"][-1]
    assert (linked["before"], linked["after"], linked["by"]) == (ANNA, None, ANNA)

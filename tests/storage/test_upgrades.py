"""Databases that earlier versions wrote are opened by this one; and neighbouring versions work on one PostgreSQL at the same time.

``tests/fixtures/schemas/NNNN.sql`` is what a version of that schema left in its database after some days, ``buttons.jsonl`` what it had
left in Slack. A schema that is released gets such a dump in the same change that makes the next one.
"""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import create_engine, inspect, text

from bot.errors import StoreError
from bot.storage import schema
from bot.storage.database import driver_arguments, open_database
from bot.storage.schema import NEWER_REMEDY
from bot.subscriptions.delivery_state import DeliveryState
from tests.fixtures.deliveries import Digesting

DUMPS = Path(__file__).parents[1] / "fixtures" / "schemas"
SCHEMAS = sorted(path.stem for path in DUMPS.glob("*.sql"))
#: With digests; the newest, and those that brought digests, groups, and alerts and goals, are always tried.
WITH_DIGESTS = [
    pytest.param(revision, marks=() if revision in ("0002", "0004", "0006", SCHEMAS[-1]) else pytest.mark.full) for revision in SCHEMAS[1:]
]
BUTTONS = [json.loads(line) for line in (DUMPS / "buttons.jsonl").read_text(encoding="utf-8").splitlines()]
#: When those versions were stopped: a Saturday evening; the next Monday is the 30th.
STOPPED = datetime(2026, 11, 28, 18, 10, tzinfo=UTC)


def dump(revision):
    return (DUMPS / f"{revision}.sql").read_text(encoding="utf-8")


def rows_of(revision):
    """Table → columns and rows, of what that version left."""
    with closing(sqlite3.connect(":memory:")) as left:
        left.executescript(dump(revision))
        names = [name for (name,) in left.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {}
        for name in names:
            # What the bot keeps about the database itself is brought up to date with it.
            if name not in ("alembic_version", "bot_state") and not name.startswith("sqlite_"):
                read = left.execute(f'SELECT * FROM "{name}" ORDER BY 1, 2')  # noqa: S608 - the dump's own names
                found[name] = [column[0] for column in read.description], read.fetchall()
    # Parents before their children, as their keys demand.
    return {name: found[name] for name in sorted(found, key=_depth)}


def _depth(table):
    return {"deliveries": 1, "delivery_attempts": 2, "parts": 2}.get(table, 0)


def quoted(columns):
    return ", ".join(f'"{column}"' for column in columns)


def bring_to(url, revision):
    """Make that version's tables in an empty database, by the steps as they are here."""
    made = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    with made.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        columns = {table: inspect(connection).get_columns(table) for table in inspect(connection).get_table_names()}
    made.dispose()
    return columns


def fill(url, revision):
    """Write that version's rows, with the columns that it knows."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database, database:
            for table, (columns, rows) in rows_of(revision).items():
                marks = ", ".join("?" * len(columns))
                database.executemany(f'INSERT INTO "{table}" ({quoted(columns)}) VALUES ({marks})', rows)  # noqa: S608 - as above
        return
    with psycopg.connect(**driver_arguments(url)) as server:
        server.execute("SET TIME ZONE 'UTC'")
        for table, (columns, rows) in rows_of(revision).items():
            marks = ", ".join(["%s"] * len(columns))
            insert: Any = f'INSERT INTO "{table}" ({quoted(columns)}) VALUES ({marks})'  # noqa: S608 - as above
            switches = [
                name
                for (name,) in server.execute(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND data_type = 'boolean'", (table,)
                )
            ]
            for row in rows:
                server.execute(insert, [bool(value) if name in switches else value for name, value in zip(columns, row, strict=True)])
            if columns[0] == "id" and isinstance(rows[0][0], int):
                server.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", (table, rows[-1][0]))


def left_behind(url, revision):
    """The database as that version left it."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
            database.executescript(dump(revision))
    else:
        bring_to(url, revision)
        fill(url, revision)


def as_text(value):
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


def test_every_released_schema_has_its_dump():
    steps = sorted(path.stem[1:5] for path in (Path(schema.__file__).parent / "migrations" / "versions").glob("r*.py"))
    assert [step for step in steps if step != schema.CURRENT] == SCHEMAS


@pytest.mark.parametrize("revision", SCHEMAS)
async def test_every_row_of_an_earlier_version_is_kept(database_url, revision):
    left_behind(database_url, revision)
    async with open_database(database_url) as database, database.read() as connection:
        await database.ping()
        for table, (columns, rows) in rows_of(revision).items():
            found = (await connection.execute(text(f'SELECT {quoted(columns)} FROM "{table}" ORDER BY 1, 2'))).all()  # noqa: S608 - as above
            assert [tuple(map(as_text, row)) for row in found] == rows


@pytest.mark.parametrize("revision", WITH_DIGESTS)
async def test_digests_history_and_settings_of_an_earlier_version_go_on(open_scene, clock, tmp_path, revision):
    url = f"sqlite:///{tmp_path / 'left.sqlite3'}"
    left_behind(url, revision)
    clock.now = STOPPED
    async with open_scene(database_url=url) as scene:
        digesting = Digesting(scene)
        before = {delivery.id: delivery.state for delivery in await digesting.stores.history.history(limit=99)}
        assert len(before) == len(rows_of(revision)["deliveries"][1])
        assert "every Monday" in str((await scene.ask("digests"))["blocks"])
        assert "failed" in str((await scene.ask("history"))["blocks"])
        assert "Acme Robotics" in (await scene.ask("last week"))["text"]
        if revision >= "0006":
            assert "50" in str((await scene.ask("alerts"))["blocks"])
            assert "reached" in str((await scene.ask("goals"))["blocks"])
        if revision >= "0004":
            assert "sales" in str((await scene.ask("groups"))["blocks"])
        clock.now = datetime(2026, 11, 30, 8, 1, tzinfo=UTC)
        await digesting.tick(rounds=12, seconds=2)
        monday = [one for one in await digesting.deliveries() if one.id not in before]
        assert [one.state for one in monday] == [DeliveryState.SENT]


def buttons_of(revision):
    """Message and action of every button that the version left in Slack."""
    for message in BUTTONS:
        for block in message["blocks"]:
            for action in block.get("elements") or [block["accessory"]]:
                if message["schema"] == revision and action["type"] == "button":
                    yield message, action["action_id"]


@pytest.mark.parametrize("revision", sorted({message["schema"] for message in BUTTONS}))
async def test_buttons_that_an_earlier_version_left_in_slack_work(open_scene, clock, tmp_path, revision):
    url = f"sqlite:///{tmp_path / 'left.sqlite3'}"
    left_behind(url, revision)
    clock.now = STOPPED
    async with open_scene(database_url=url) as scene:
        ann, bots_own = scene.slack.person("ann"), AsyncWebClient(scene.slack.bot_token, base_url=scene.slack.api_url)
        # Opens the direct conversation, in which some of them stand.
        await ann.say("help")
        await scene.settle()
        for message, which in buttons_of(revision):
            there = await bots_own.chat_postMessage(channel=message["channel"], text=message["text"], blocks=message["blocks"])
            pressed = await ann.press({"channel": there["channel"], "ts": there["ts"]}, which)
            await scene.settle()
            assert pressed.ok, (which, pressed.error)
            texts = [one["text"] for one in pressed.seen()]
            assert texts or (await pressed.view())["blocks"], which
            assert "reference" not in str(texts).lower(), which
            clock.go_on(seconds=1)


# ── Two versions at the same time ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("revision", SCHEMAS)
def test_what_a_process_of_an_earlier_version_writes_is_taken(postgresql, revision):
    """While versions change one process after the other, the earlier one writes into the tables of the newer one."""
    fill(postgresql.make_current_database(), revision)


@pytest.fixture(scope="module")
def columns_by_schema(postgresql):
    """Revision → table → columns, as one database had them that went through every schema."""
    url = postgresql.make_database()
    return {revision: bring_to(url, revision) for revision in (*SCHEMAS, schema.CURRENT)}


@pytest.mark.parametrize(("before", "after"), list(zip(SCHEMAS, [*SCHEMAS[1:], schema.CURRENT], strict=True)))
def test_a_step_takes_nothing_away(columns_by_schema, before, after):
    """Unless it raises OLDEST, as which it says so: processes of the version before then tell that they cannot go on."""
    old, new = columns_by_schema[before], columns_by_schema[after]
    for table, columns in old.items():
        found = {column["name"]: column for column in new[table]}
        for column in columns:
            same = found.pop(column["name"])
            assert (str(same["type"]), same["nullable"]) == (str(column["type"]), column["nullable"])
        assert all(column["nullable"] or column["default"] is not None for column in found.values())


async def newer(database, oldest):
    """What a newer version's step does: it adds."""
    async with database.write() as connection:
        for statement in (
            "ALTER TABLE digests ADD COLUMN colour VARCHAR NOT NULL DEFAULT ''",
            "ALTER TABLE deliveries ADD COLUMN colour VARCHAR",
            "CREATE TABLE colours (team VARCHAR PRIMARY KEY)",
            "UPDATE alembic_version SET version_num = '9999'",
            f"UPDATE bot_state SET schema = '9999', oldest = '{oldest}'",  # noqa: S608 - as above
        ):
            await connection.execute(text(statement))


@pytest.fixture(params=["sqlite", "postgresql"])
def any_url(request, tmp_path):
    return f"sqlite:///{tmp_path / 'bot.sqlite3'}" if request.param == "sqlite" else request.getfixturevalue("postgresql").make_database()


async def test_a_running_process_goes_on_beside_a_newer_version_that_only_added(open_scene, any_url):
    async with open_scene(database_url=any_url) as scene:
        digesting = Digesting(scene)
        await digesting.tick()
        await newer(scene.bot.database, schema.CURRENT)
        await digesting.digest()
        await digesting.tick(rounds=4, seconds=2)
        assert await digesting.states() == [DeliveryState.SENT]
        assert await scene.bot.problems() == {}


async def test_a_running_process_says_that_it_cannot_go_on_beside_a_version_that_took_something_away(open_scene, any_url):
    async with open_scene(database_url=any_url) as scene:
        await newer(scene.bot.database, "9999")
        assert "was changed while the bot ran" in (await scene.bot.problems())["store"]


async def test_a_downgrade_is_refused_with_what_to_do_even_where_only_something_was_added(any_url):
    async with open_database(any_url) as database:
        await newer(database, schema.CURRENT)
    with pytest.raises(StoreError) as refused:
        async with open_database(any_url):
            pass
    assert refused.value.remedy == NEWER_REMEDY
    assert "9999" in refused.value.sentence

"""Installations and keys of many workspaces are encrypted, each bound to its row; a wrong or lost key changes nothing."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.oauth.installation_store import Installation
from sqlalchemy import text

from bot.errors import StoreError
from bot.storage.backups import copy_sqlite
from bot.storage.claims import OAuthStates
from bot.storage.column_types import Cipher, new_key
from bot.storage.installations import InstallationRepository
from bot.storage.workspaces import WorkspaceStore
from bot.subscriptions.subscription import InstallationState

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
TOKEN, REFRESH, KEY = "xoxb-1-2-veryverysecrettoken", "xoxe-1-veryverysecretrefresher", "sk-veryverysecretkey"
SECRETS = (TOKEN, REFRESH, KEY, "xoxp-theirs")
OLD, NEW = new_key(), new_key()


def installation(team="T1", token=TOKEN, **more):
    return Installation(team_id=team, bot_token=token, bot_id="B1", bot_user_id="U9", user_id="U1", user_token="xoxp-theirs", **more)


def store_of(database, *keys):
    return WorkspaceStore(database, Cipher(keys), lambda: NOW)


@pytest.fixture
async def store(database):
    store = store_of(database, OLD)
    await store.async_save(installation(bot_refresh_token=REFRESH, bot_token_expires_in=43_200))
    await store.set_key("T1", KEY, by="U1")
    return store


async def everything(database):
    async with database.read() as connection:
        tables = ("slack_installations", "workspace_keys")
        return [tuple(row) for name in tables for row in await connection.execute(text(f"SELECT * FROM {name}"))]  # noqa: S608 - these


async def test_what_is_stored_comes_back_and_stands_nowhere_in_the_clear(database, store, tmp_path):
    found = await store.workspace("T1")
    assert (found.bot_token, found.api_key, found.platform_id, found.bot_user_id) == (TOKEN, KEY, "", "U9")
    assert (await store.installed("T1")).bot_token == TOKEN
    rows = f"{await everything(database)} {found!r}"
    assert not [one for one in SECRETS if one in rows]
    assert "xoxp-theirs" not in str((await store.installed("T1")).to_dict_for_copying())
    if database.file is not None:
        copy_sqlite(database.file, tmp_path / "backup.sqlite3")
        with closing(sqlite3.connect(tmp_path / "backup.sqlite3")) as backup:
            dump = "\n".join(backup.iterdump()).encode()
        files = [dump, *(path.read_bytes() for path in database.file.parent.iterdir() if path.is_file())]
        assert len(files) >= 3, "the database, its WAL, the backup"
        assert not [one for one in files for secret in SECRETS if secret.encode() in one]


@pytest.mark.parametrize("work", ["read", "installed again", "key replaced", "key removed", "rotated"])
async def test_with_a_lost_key_nothing_is_read_and_nothing_overwritten(database, store, work):
    before, other = await everything(database), store_of(database, NEW)
    works = {
        "read": lambda: other.workspace("T1"),
        "installed again": lambda: other.async_save(installation(token="xoxb-9-9-new")),
        "key replaced": lambda: other.set_key("T1", "another", by="U1"),
        "key removed": lambda: other.set_key("T1", "", by="U1"),
        "rotated": other.encrypt_anew,
    }
    with pytest.raises(StoreError, match="ENCRYPTION_KEYS"):
        await works[work]()
    assert await everything(database) == before


async def test_a_text_belongs_to_its_row_and_column_and_is_not_changed_unseen(database, store):
    await store.async_save(installation("T2", "xoxb-2-2-other"))
    async with database.write() as connection:
        await connection.execute(
            text("UPDATE slack_installations SET data = (SELECT data FROM slack_installations WHERE team = 'T1') WHERE team = 'T2'")
        )
    with pytest.raises(StoreError, match="belongs to another row"):
        await store.workspace("T2")
    assert (await store.workspace("T1")).bot_token == TOKEN


async def test_keys_are_changed_while_the_bot_runs(database, store):
    both = store_of(database, NEW, OLD)
    assert (await both.workspace("T1")).api_key == KEY
    assert await both.encrypt_anew() == (2, 2)
    assert await both.encrypt_anew() == (0, 2)
    assert (await store_of(database, NEW).workspace("T1")).bot_token == TOKEN
    with pytest.raises(StoreError, match="isn't in `ENCRYPTION_KEYS`"):
        await store.workspace("T1")


async def test_an_organizations_installation_serves_the_workspaces_that_it_is_granted(database, store):
    organization = installation(None, "xoxb-3-3-org", enterprise_id="E1", is_enterprise_install=True)
    assert not await store.join("E1", "T2"), "it has not installed the app"
    await store.async_save(organization)
    await store.grant("E1", ["T1", "T2"])
    assert not await store.join("E1", "T2")
    assert await store.join("E1", "T3")
    assert await store.teams() == ("T1", "T2", "T3")
    assert await store.workspace("E1") is None, "it is no workspace"
    assert [(one.enterprise, one.bot_token, one.api_key) for one in [await store.workspace(team) for team in ("T1", "T2")]] == [
        ("E1", "xoxb-3-3-org", KEY),
        ("E1", "xoxb-3-3-org", ""),
    ]
    assert (await store.installed("E1")).bot_token == "xoxb-3-3-org"
    await InstallationRepository(database).note("T2", InstallationState.REMOVED, NOW)
    assert await store.workspace("T2") is None
    await store.async_save(installation("T2", "xoxb-4-4-own"))
    assert (await store.workspace("T2")).bot_token == "xoxb-4-4-own", "installed on its own since"
    assert sorted(await store.served_by("E1")) == ["E1", "T1", "T3"]


async def test_a_renewal_is_claimed_by_one_and_tried_again_after_a_failure(database, store):
    now = [NOW + timedelta(hours=9)]
    one, other = (WorkspaceStore(database, Cipher([OLD]), lambda: now[0]) for _ in range(2))
    until = now[0] + timedelta(hours=1, minutes=1)

    async def stored(name):
        return getattr(await one.workspace("T1"), name)

    assert await one.claim_refresh("T1", until) is None, "it is too early"
    now[0] += timedelta(hours=1)
    assert await one.claim_refresh("T1", until) == REFRESH
    assert await other.claim_refresh("T1", until) is None
    assert await one.refresh_failed("T1", until, "fatal_error", until)
    assert await stored("refresh_error") == "fatal_error"
    now[0] = until
    assert await other.claim_refresh("T1", until + timedelta(minutes=1)) == REFRESH
    assert await stored("refresh_error") == "", "it is being tried again"
    assert not await one.refresh_failed("T1", until, "too late", until), "another has it"
    await other.keep_refreshed("T1", REFRESH, ("xoxe.xoxb-1-new", "xoxe-1-new"), now[0] + timedelta(hours=12))
    assert await stored("bot_token") == "xoxe.xoxb-1-new"
    await one.keep_refreshed("T1", REFRESH, ("xoxe.xoxb-1-late", "xoxe-1-late"), now[0])
    assert await stored("bot_token") == "xoxe.xoxb-1-new", "the one that it replaces is another's"


async def test_a_state_is_good_once_and_for_ten_minutes(database):
    now = [NOW]
    states = OAuthStates(database, lambda: now[0], timedelta(minutes=10))
    state, late = await states.async_issue(), await states.async_issue()
    assert sorted(await asyncio.gather(*(states.async_consume(state) for _ in range(5)))) == [False] * 4 + [True]
    now[0] += timedelta(minutes=10)
    assert not await states.async_consume(late)
    assert not await states.async_consume("never issued")

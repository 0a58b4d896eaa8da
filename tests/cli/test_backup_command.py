"""`backup FILE`: a whole copy of the database while the bot runs, or a sentence. `restore FILE`: put back, or nothing is changed."""

import asyncio
import contextlib
import json
import os
import re
import sqlite3
import sys

import pytest

from bot.cli import FINDING, WELL, main
from bot.storage import backups
from tests.cli.test_cli import CLEAN, TOP
from tests.postgresql import _programs

MONDAYS = {"channel": "C0MARKETING", "accounts": ["linkedin-ABC"], "cron": "0 9 * * 1", "zone": "Europe/Berlin"}


@pytest.fixture
def command(monkeypatch, tmp_path):
    """Runs a command on the database that is named."""
    monkeypatch.chdir(tmp_path)

    async def run(url, *arguments):
        monkeypatch.setenv("DATABASE_URL", url)
        return await asyncio.to_thread(main, list(arguments))

    return run


async def test_a_copy_made_while_the_bot_runs_holds_its_digests(open_scene, command, tmp_path, capsys):
    url, copy = f"sqlite:///{tmp_path / 'bot.sqlite3'}", tmp_path / "copy.sqlite3"
    (tmp_path / "digests.json").write_text(json.dumps([MONDAYS]), encoding="utf-8")
    async with open_scene(database_url=url) as scene:
        assert await command(url, "digest", "import", "digests.json") == WELL
        assert await command(url, "backup", str(copy)) == WELL
        await scene.settle()
    capsys.readouterr()
    assert await command(f"sqlite:///{copy}", "digest", "export") == WELL
    assert json.loads(capsys.readouterr().out) == [MONDAYS]


async def test_a_database_that_has_a_program_of_its_own_for_this_names_it(command, postgresql, capsys):
    assert await command(postgresql.make_database(), "backup", "copy") == FINDING
    assert "pg_dump" in capsys.readouterr().err


@pytest.fixture
async def copied(command, tmp_path):
    """A database with a digest in it, and its backup."""
    url, copy = f"sqlite:///{tmp_path / 'bot.sqlite3'}", tmp_path / "copy.sqlite3"
    (tmp_path / "digests.json").write_text(json.dumps([MONDAYS]), encoding="utf-8")
    assert await command(url, "digest", "import", "digests.json") == WELL
    assert await command(url, "backup", str(copy)) == WELL
    return url, copy


def damage(path):
    """Overwrite a part of the file in its middle."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 8192)


async def test_the_backup_says_how_many_rows_it_has(copied, command, capsys):
    assert await command(copied[0], "backup", str(copied[1])) == WELL
    output = capsys.readouterr().out
    with contextlib.closing(sqlite3.connect(copied[1])) as copy:
        names = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = sum(copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names if not name.startswith("sqlite_"))  # noqa: S608 - the file's own names
    assert f"checked: {rows} rows." in output


async def test_a_damaged_database_is_not_backed_up(copied, command, tmp_path, capsys):
    url, copy = copied
    before = copy.read_bytes()
    damage(tmp_path / "bot.sqlite3")
    assert await command(url, "backup", str(copy)) == FINDING
    assert "damaged" in capsys.readouterr().err
    assert copy.read_bytes() == before


async def test_a_copy_that_differs_is_not_kept(copied, command, monkeypatch, capsys):
    """A disk that loses what was written to it."""
    url, copy = copied
    before, count = copy.read_bytes(), backups._count

    def loses_a_row(connection):
        found = count(connection)
        return found | {"digests": found["digests"] - 1} if ".part" in connection.execute("PRAGMA database_list").fetchone()[2] else found

    monkeypatch.setattr(backups, "_count", loses_a_row)
    assert await command(url, "backup", str(copy)) == FINDING
    assert "rows of digests: 1, and 0 in the copy" in capsys.readouterr().err
    assert copy.read_bytes() == before


async def test_a_full_disk_is_said_to_be_the_copys(copied, command, monkeypatch, tmp_path, capsys):
    url, copy = copied
    capsys.readouterr()
    connect = sqlite3.connect

    def small(path, *arguments, **more):
        connection = connect(path, *arguments, **more)
        if ".part" in str(path):
            # SQLite's own words for a disk without room.
            connection.execute("PRAGMA max_page_count = 4")
        return connection

    monkeypatch.setattr(sqlite3, "connect", small)
    assert await command(url, "backup", str(copy)) == FINDING
    assert "the disk it goes to is full" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bot.sqlite3", "copy.sqlite3", "digests.json"]


@pytest.mark.parametrize("target", ["no/such/folder/copy", "."])
async def test_a_target_that_cannot_be_written_says_so(copied, command, target, capsys):
    assert await command(copied[0], "backup", target) == FINDING
    assert "The backup couldn't be written" in capsys.readouterr().err


def _gone(copy):
    copy.unlink()


def _cut(copy):
    copy.write_bytes(copy.read_bytes()[:5000])


def _text(copy):
    copy.write_text("Dear database,")


def _foreign(copy):
    copy.unlink()
    with contextlib.closing(sqlite3.connect(copy)) as other:
        other.execute("CREATE TABLE songs (name)")


def _newer(copy):
    with contextlib.closing(sqlite3.connect(copy)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        (_gone, "There's no backup at"),
        (damage, "is damaged"),
        (_cut, "is damaged"),
        (_text, "is damaged"),
        (_foreign, "isn't a backup of this bot"),
        (_newer, "made by a newer version"),
    ],
)
async def test_a_backup_that_cannot_be_used_replaces_nothing(copied, command, spoil, text, capsys):
    url, copy = copied
    tmp_path = copy.parent
    spoil(copy)
    before = (tmp_path / "bot.sqlite3").read_bytes()
    assert await command(url, "restore", str(copy)) == FINDING
    output = capsys.readouterr().err
    assert text in output
    assert "Traceback" not in output
    assert (tmp_path / "bot.sqlite3").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name not in {"bot.sqlite3", "copy.sqlite3", "digests.json"}] == []


async def test_a_folder_in_which_nothing_can_be_made_or_removed_says_so(copied, command, tmp_path, capsys):
    """As on a disk that is mounted read-only: the draft can't be written, and removing it fails as well."""
    too_long = f"sqlite:///{tmp_path / ('b' * 245)}"
    assert await command(too_long, "restore", str(copied[1])) == FINDING
    assert "The backup couldn't be put in place: file name too long. Nothing was changed." in capsys.readouterr().err


async def test_a_damaged_database_is_replaced_and_kept(copied, command, tmp_path, capsys):
    url, copy = copied
    (tmp_path / "bot.sqlite3").write_text("nothing of a database is left")
    assert await command(url, "restore", str(copy)) == WELL
    assert next(tmp_path.glob("bot.sqlite3.replaced-*")).read_text() == "nothing of a database is left"
    capsys.readouterr()
    assert await command(url, "digest", "export") == WELL
    assert json.loads(capsys.readouterr().out) == [MONDAYS]


async def test_the_log_of_a_database_that_is_gone_is_not_played_into_the_restored_one(copied, command, tmp_path, capsys):
    url, copy = copied
    file, log = tmp_path / "bot.sqlite3", tmp_path / "bot.sqlite3-wal"
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("DELETE FROM digests")
        connection.commit()
        left = log.read_bytes()
    file.unlink()
    log.write_bytes(left)
    assert left
    assert await command(url, "restore", str(copy)) == WELL
    assert next(tmp_path.glob("bot.sqlite3.replaced-*-wal")).read_bytes() == left
    capsys.readouterr()
    assert await command(url, "digest", "export") == WELL
    assert json.loads(capsys.readouterr().out) == [MONDAYS]


async def test_the_database_itself_is_no_backup_of_it(copied, command, tmp_path, capsys):
    assert await command(copied[0], "restore", str(tmp_path / "bot.sqlite3")) == FINDING
    assert "the database itself" in capsys.readouterr().err


async def test_restore_names_what_postgresql_has_for_it(command, postgresql, capsys):
    assert await command(postgresql.make_database(), "restore", "copy") == FINDING
    output = capsys.readouterr().err
    assert "pg_restore" in output
    assert "linkedin-stats-bot restored" in output


def blocks_of(page):
    """The shell blocks of a page of the guide, in their order."""
    return re.findall(r"```sh\n(.*?)```", (TOP / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)


async def run_block(block, tmp_path, url):
    """Run a block as a person pastes it: exit code and what was said."""
    programs = tmp_path / "programs"
    programs.mkdir(exist_ok=True)
    command = programs / "linkedin-stats-bot"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m bot "$@"\n')
    command.chmod(0o755)
    environment = {**CLEAN, "PYTHONPATH": str(TOP), "DATABASE_URL": url, "PATH": f"{programs}:{_programs()}:{os.environ['PATH']}"}
    process = await asyncio.create_subprocess_exec(
        "bash", "-euc", block, cwd=tmp_path, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    shown, _ = await process.communicate()
    return process.returncode, shown.decode()


async def test_the_guides_commands_for_sqlite_back_up_and_restore(copied, tmp_path):
    backup, restore, *_ = blocks_of("backup.md")
    (tmp_path / "copy.sqlite3").unlink()
    for block, text in ((backup, "is copied to copy.sqlite3 and checked"), (restore, "is restored from copy.sqlite3")):
        code, shown = await run_block(block, tmp_path, copied[0])
        assert code == WELL, shown
        assert text in shown


async def test_the_guides_commands_for_postgresql_back_up_and_restore(postgresql, command, tmp_path, capsys):
    url = postgresql.make_database()
    (tmp_path / "digests.json").write_text(json.dumps([MONDAYS]), encoding="utf-8")
    assert await command(url, "digest", "import", "digests.json") == WELL
    *_, dump, restore = blocks_of("backup.md")
    for block in (dump, restore):
        code, shown = await run_block(block, tmp_path, url)
        assert code == WELL, shown
    assert "Noted, with 0 unfinished posts" in shown
    capsys.readouterr()
    assert await command(url, "digest", "export") == WELL
    assert json.loads(capsys.readouterr().out) == [MONDAYS]

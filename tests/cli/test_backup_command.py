"""`backup FILE`: a whole copy of the database while the bot runs, or a sentence."""

import asyncio
import json

import pytest

from bot.cli import FINDING, WELL, main

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

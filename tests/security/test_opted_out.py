"""An account that opted out is named nowhere: not in the record of changes, not in a form opened before, not by the command line."""

import json

import pytest

from bot.queries.service import NOBODY_LEFT
from tests.security.test_forms import form

ANN = "linkedin-ABC"
ADMINISTRATOR = "U0BOB00001"


async def test_the_record_of_changes_does_not_name_it(open_scene):
    async with open_scene(administrators=ADMINISTRATOR) as scene:
        await scene.ask(f"default {ANN}", who="ann")
        assert ANN in str((await scene.ask("permissions", who="ann"))["blocks"])
        await scene.ask(f"opt out {ANN}", who="bob")
        shown = await scene.ask("permissions", who="ann")
        assert ANN not in str(shown)
        assert "an account that opted out" in str(shown["blocks"])


@pytest.mark.parametrize("command", ["top {}", "board {} last week", "team {} kofi", "team without {}", "best posts of {} csv"])
async def test_a_name_in_a_list_of_accounts_tells_nobody_that_it_opted_out(open_scene, command):
    async with open_scene(administrators=ADMINISTRATOR) as scene:
        await scene.ask(f"opt out {ANN}", who="bob")
        hidden, none = [await scene.ask(command.format(name), who="yuki") for name in ("ann", "zzz")]
        assert "ann" in hidden["text"]
        assert hidden["text"].replace("ann", "zzz") == none["text"]


async def test_an_old_button_that_has_its_id_still_answers_about_the_others(open_scene):
    async with open_scene(administrators=ADMINISTRATOR) as scene:
        await scene.ask(f"opt out {ANN}", who="bob")
        assert "Kofi Mensah, 1 account" in (await scene.ask(f"team {ANN} kofi last week", who="yuki"))["text"]
        assert NOBODY_LEFT in (await scene.ask(f"team {ANN} last week", who="yuki"))["text"]


async def test_a_form_opened_before_does_not_name_it_afterwards(open_scene):
    async with open_scene(administrators=ADMINISTRATOR) as scene:
        ann = scene.slack.person("ann")
        view = await form(scene)
        await scene.ask(f"opt out {ANN}", who="bob")
        values = {"accounts": [ANN], "days": ["1"], "time": "09:00"}
        await ann.submit_view(view, values)
        await scene.settle()
        texts = str(scene.slack.parts.views.find(view["id"]).body)
        assert "Ann Lee" not in texts
        assert ANN not in texts
        stored = await scene.bot.scheduling.stores.digests.digests()
        assert all(ANN not in digest.accounts for digest in stored), stored


async def test_the_command_line_names_it_only_when_asked_to(open_scene, tmp_path, monkeypatch, capsys):
    import asyncio  # noqa: PLC0415 - only here

    from bot.cli import main  # noqa: PLC0415 - the same

    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with open_scene(administrators=ADMINISTRATOR, database_url=url) as scene:
        await scene.set_up(f"digest acme, {ANN} every monday 9:00 in #marketing")
        await scene.ask(f"opt out {ANN}", who="bob")
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)
    for command in ("export", "list"):
        capsys.readouterr()
        assert await asyncio.to_thread(main, ["digest", command]) == 0
        printed = capsys.readouterr()
        assert ANN not in printed.out
        assert "1 account that opted out is left out" in printed.err
    assert await asyncio.to_thread(main, ["digest", "export", "--with-opted-out"]) == 0
    assert ANN in json.loads(capsys.readouterr().out)[0]["accounts"]

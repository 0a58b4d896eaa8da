"""Completion and the manual page, made from the parser, know every command and option."""

import argparse
import re
import shutil
import subprocess

import pytest

from bot.cli import EVERY, _parser, main
from bot.deploy import MADE, commands

ALL = [(name, command) for name, command in commands(_parser(EVERY)) if name]
OPTIONS = sorted({option for _, command in ALL for action in command._actions for option in action.option_strings if len(option) > 2})


def printed(name: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["deploy", name]) == 0
    return capsys.readouterr().out


def test_every_command_is_walked():
    assert {"run", "check", "digest import", "digest history", "sandbox", "deploy", "restore"} <= {name for name, _ in ALL}
    assert "--with-opted-out" in OPTIONS


def test_the_list_of_files_names_what_is_made(capsys):
    assert main(["deploy"]) == 0
    listed = capsys.readouterr().out
    assert [name for name in MADE if f"\n{name} " not in listed] == []


def test_the_manual_page_has_every_command_and_option(capsys):
    page = printed("man", capsys).replace("\\-", "-")
    assert [name for name, _ in ALL if f".SS {name}\n" not in page] == []
    assert [option for option in OPTIONS if option not in page] == []
    assert [action.help for _, command in ALL for action in command._actions if plain(action) and str(action.help) not in page] == []


def plain(action: argparse.Action) -> bool:
    return bool(action.help) and "%" not in str(action.help) and "\n" not in str(action.help) and "COMMAND" not in str(action.metavar)


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_the_manual_page_is_without_mistakes(capsys):
    page = printed("man", capsys)
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-K", "utf8"], input=page, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "linkedin-stats-bot" in done.stdout


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("di", "digest"),
        ("digest im", "import"),
        ("digest import --pr", "--prune"),
        ("deploy comp", "completion-bash"),
        ("manifest --u", "--url"),
    ],
)
def test_bash_completes(typed, offered, capsys, tmp_path):
    script = tmp_path / "completion.bash"
    script.write_text(printed("completion-bash", capsys))
    words = ["linkedin-stats-bot", *typed.split()]
    line = f'. {script}; COMP_WORDS=({" ".join(words)}); COMP_CWORD={len(words) - 1}; _shtab_linkedin_stats_bot; echo "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
    assert offered in done.stdout.split()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_other_shells_know_every_command(shell, capsys):
    script = printed(f"completion-{shell}", capsys)
    assert [name for name, _ in ALL if name.rpartition(" ")[2] not in script] == []


def test_the_bare_command_prints_the_help(capsys):
    assert main([]) == 2
    err = capsys.readouterr().err
    assert err.startswith("usage: linkedin-stats-bot")
    assert [name for name, _ in ALL if " " not in name and not re.search(rf"^ +{name}\s", err, re.MULTILINE)] == []

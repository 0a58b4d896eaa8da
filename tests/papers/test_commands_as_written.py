"""The commands of the README and of the guide are run as they stand there, one page after the other, beside a made-up Slack.

What would change this machine or needs the network is a stand-in that ends well: pip, systemctl, docker, kubectl, PostgreSQL's tools.
"""

import asyncio
import json
import os
import re
import stat
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.sandbox.servers import open_servers
from bot.storage.database import open_database
from bot.storage.tables import access_tokens
from tests.fixtures.databases import BEGINNING

TOP = Path(__file__).parents[2]
PAGES = [TOP / "README.md", *(TOP / "docs" / f"{name}.md" for name in ("install", "backup", "upgrade", "operate", "playground", "use"))]
PAGES += [TOP / ".github" / "CONTRIBUTING.md"]
STAND_INS = ("pip", "pytest", "systemctl", "docker", "kubectl", "pg_dump", "pg_restore")

#: The command: until it answers where it goes on, and with its exit code noted.
COMMAND = f"""#!{sys.executable}
import signal, subprocess, sys
words = sys.argv[1:]
goes_on = words[:1] in (["run"], ["sandbox"]) or (words[:1] == ["demo"] and "--ask" not in words)
bot = subprocess.Popen([{sys.executable!r}, "-m", "bot", *words], stdout=subprocess.PIPE if goes_on else None, text=True)
for line in bot.stdout or ():
    if line.startswith(("Answering", "The playground is open", "POSTPOST_PLATFORM_ID")):
        bot.send_signal(signal.SIGINT)
code = bot.wait()
open({{codes!r}}, "a").write(__import__("json").dumps([words, code]) + "\\n")
sys.exit(code)
"""

#: Makes `.venv` as Python would, with the command in it.
PYTHON = """#!/bin/sh
[ "$*" = "-m venv .venv" ] || exit 64
mkdir -p .venv/bin && cp "$STAND_INS"/pip "$STAND_INS"/pytest "$STAND_INS"/linkedin-stats-bot .venv/bin/
"""


def blocks(page: Path) -> list[str]:
    """The page's shell blocks, and the commands within its sentences."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"^ *```sh[^\n]*\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    outside = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    # A command without the words that it takes is its name.
    return found + [line for line in re.findall(r"`((?:\.venv/bin/)?linkedin-stats-bot [^`]+)`", outside) if "…" not in line]


def script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
async def machine(tmp_path):
    """A copy of the repository's top with stand-ins in PATH, the settings of a made-up Slack in `.env`, and the token that a page names."""
    copy, bin_, home = tmp_path / "copy", tmp_path / "bin", tmp_path / "home"
    for folder in (copy, bin_, home, tmp_path / "etc"):
        folder.mkdir()
    for name in ("requirements.lock", "tests", "pyproject.toml", ".env.example"):
        (copy / name).symlink_to(TOP / name)
    codes = tmp_path / "codes"
    for name in STAND_INS:
        script(bin_ / name, "#!/bin/sh\nexit 0\n")
    script(bin_ / "python3", PYTHON)
    script(bin_ / "linkedin-stats-bot", COMMAND.replace("{codes!r}", repr(str(codes))))
    async with AsyncExitStack() as stack:
        servers = await stack.enter_async_context(open_servers(statistics_port=0, slack_port=0, seed=1))
        values = {**servers.environment(), "DATABASE_URL": f"sqlite:///{copy / 'bot.sqlite3'}"}
        (copy / ".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))
        token = {"id": "1a2b3c4d", "team": "T0SANDBOX1", "person": "U0ANN00001", "hash": "", "made_at": BEGINNING, "expires_at": BEGINNING}
        async with open_database(values["DATABASE_URL"]) as database, database.write() as connection:
            await connection.execute(insert(access_tokens).values(token))
        environment = {
            "HOME": str(home),
            "STAND_INS": str(bin_),
            "PYTHONPATH": str(TOP),
            "DATABASE_URL": values["DATABASE_URL"],
            "LC_ALL": "C.UTF-8",
        }
        yield copy, codes, environment | {"PATH": f"{bin_}:{os.defpath}"}


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "page", [pytest.param(page, id=page.name, marks=() if page.name == "README.md" else pytest.mark.full) for page in PAGES]
)
async def test_every_command_of_a_page_runs_as_it_is_written(machine, tmp_path, page):
    copy, codes, environment = machine
    for block in blocks(page):
        assert page.name != "README.md" or not re.search(r"(?<![/\w-])linkedin-stats-bot ", block), f"not in the PATH yet: {block}"
        # The one folder outside of the copy that a block writes into.
        text = block.replace("/etc/systemd/system", str(tmp_path / "etc"))
        process = await asyncio.create_subprocess_exec(
            "bash", "-uo", "pipefail", "-c", text, cwd=copy, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, err = await asyncio.wait_for(process.communicate(), 300)
        # `check` has a finding here: one of the made-up accounts has lost its token.
        assert process.returncode in ((0, 1) if "check" in block else (0,)), (block, out.decode(), err.decode())
        assert "not found" not in err.decode(), (block, err.decode())
        assert "Traceback" not in err.decode()
    ran = [json.loads(line) for line in codes.read_text().splitlines()] if codes.exists() else []
    assert [(words, code) for words, code in ran if code != 0 and words != ["check"]] == []
    expected = {"README.md": {"demo", "check", "run", "manifest"}, "install.md": {"manifest", "check", "run", "deploy"}}
    assert {words[0] for words, _ in ran} >= expected.get(page.name, set())

"""The guide holds: its links lead somewhere, its commands exist, every page is reached from the README."""

import re
import shlex
from pathlib import Path

import pytest

from bot.cli import _parser
from bot.parsing.account_names import matching
from bot.sandbox.world import ACCOUNTS
from bot.statistics.reports import Account, Directory

TOP = Path(__file__).parents[2]
PAGES = [TOP / "README.md", TOP / "CHANGELOG.md", *sorted((TOP / "docs").glob("*.md")), *sorted((TOP / ".github").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_leads_to_a_file(page):
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text) + re.findall(r'(?:src|srcset)="([^"]+)"', text)
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def commands():
    """Every line of a shell block that runs the bot's own command, without redirections."""
    for page in PAGES:
        for block in re.findall(r"```sh[^\n]*\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            for line in block.splitlines():
                for part in re.split(r"&&|;| do ", line):
                    found = re.search(r"linkedin-stats-bot (.+)", part.split(" > ")[0])
                    if found and "$" not in found[1] and "systemctl" not in part and "deploy/" not in part and ".service" not in part:
                        yield pytest.param(found[1].strip(), id=f"{page.name}: {found[1].strip()}")


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_is_understood(command):
    words = shlex.split(command)
    assert _parser(words[0]).parse_args(words).handler


def quoted():
    """What the pages say that people read from the bot: `*"…"*` in a table."""
    for page in PAGES:
        for sentence in re.findall(r'^\| \*"([^"]+)"\*', page.read_text(encoding="utf-8"), re.MULTILINE):
            yield from (pytest.param(part.strip(), id=f"{page.name}: {part.strip()}") for part in sentence.split("…") if part.strip())


@pytest.fixture(scope="module")
def sources():
    """The bot's own texts, strings over several lines put together."""
    text = "".join(path.read_text(encoding="utf-8") for path in (TOP / "bot").rglob("*.py"))
    return re.sub(r'"\s*\n\s*f?"', "", text)


@pytest.mark.parametrize("sentence", list(quoted()))
def test_every_sentence_that_is_quoted_is_said(sources, sentence):
    assert sentence in sources


def test_every_page_is_named_in_the_readme():
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in (TOP / "docs").glob("*.md") if f"docs/{page.name}" not in readme] == []


@pytest.mark.parametrize("name", ["acme", "ann", "bob"])
def test_the_accounts_of_the_examples_live_in_the_playground(name):
    """Each is one account there, so that an example of the README can be typed as it stands."""
    assert name in (TOP / "README.md").read_text(encoding="utf-8")
    directory = Directory(tuple(Account(one.platform_id, one.display_name) for one in ACCOUNTS if one.listed))
    assert len(matching(name, directory)) == 1
